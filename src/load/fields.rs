//! Which keys each kind of page takes: the authors' contract as one table.
//!
//! The header reader, the nearest-key proposals, `site new`, the officer's guide and its test all read this table;
//! nothing else knows the Chinese names.

/// The kinds of pages. Each is a folder below `content/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// 活动
    Campaign,
    /// 通知
    Notice,
    /// 工作动态
    News,
    /// 典型案例
    Case,
    /// 开放日
    OpenDay,
    /// 检验检测机构
    Institution,
    /// 海报
    Poster,
    /// 其他页面
    Page,
}

impl Kind {
    /// Every kind, in the order of menus and lists.
    pub const ALL: [Kind; 8] = [
        Kind::Campaign,
        Kind::Notice,
        Kind::News,
        Kind::Case,
        Kind::OpenDay,
        Kind::Institution,
        Kind::Poster,
        Kind::Page,
    ];

    /// The folder below `content/`, which is also the first part of the address (but for pages).
    pub fn folder(self) -> &'static str {
        match self {
            Kind::Campaign => "campaigns",
            Kind::Notice => "notices",
            Kind::News => "news",
            Kind::Case => "cases",
            Kind::OpenDay => "open-days",
            Kind::Institution => "institutions",
            Kind::Poster => "posters",
            Kind::Page => "pages",
        }
    }

    /// The word of the command line: `site new <kind> <slug>`.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Campaign => "campaign",
            Kind::Notice => "notice",
            Kind::News => "news",
            Kind::Case => "case",
            Kind::OpenDay => "open-day",
            Kind::Institution => "institution",
            Kind::Poster => "poster",
            Kind::Page => "page",
        }
    }

    /// The Chinese name officers use.
    pub fn zh(self) -> &'static str {
        match self {
            Kind::Campaign => "活动",
            Kind::Notice => "通知",
            Kind::News => "工作动态",
            Kind::Case => "典型案例",
            Kind::OpenDay => "开放日",
            Kind::Institution => "机构",
            Kind::Poster => "海报",
            Kind::Page => "页面",
        }
    }

    /// The kind whose folder is `folder`.
    pub fn of_folder(folder: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.folder() == folder)
    }

    /// The keys of this kind's own, without the common ones.
    pub fn own_fields(self) -> &'static [Field] {
        match self {
            Kind::Campaign => CAMPAIGN,
            Kind::Notice => NOTICE,
            Kind::News => NEWS,
            Kind::Case => CASE,
            Kind::OpenDay => OPEN_DAY,
            Kind::Institution => INSTITUTION,
            Kind::Poster => POSTER,
            Kind::Page => PAGE,
        }
    }

    /// Every key of this kind: its own, then the common ones.
    pub fn fields(self) -> impl Iterator<Item = &'static Field> {
        self.own_fields().iter().chain(COMMON)
    }
}

/// Keys whose values are names of files and addresses, and no text anybody reads.
const NAMES: [&str; 23] = [
    "slug",
    "campaign",
    "campaigns",
    "institution",
    "forwards",
    "ref",
    "file",
    "path",
    "preview",
    "url",
    "online_url",
    "old_urls",
    "color",
    "main",
    "organic",
    "green",
    "service",
    "open_day",
    "sha256",
    "theme",
    "base_url",
    "party_mark_url",
    "correction_url",
];

/// Whether the value of `key` is text people read.
pub fn is_prose(key: &str) -> bool {
    !NAMES.contains(&key)
}

/// What may stand behind a key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape {
    /// One text. Numbers and dates stay the characters that were typed.
    Text,
    /// Several texts; a single one is taken as a list of one.
    Texts,
    /// A list of maps with these keys.
    Rows(&'static [Field]),
    /// One map with these keys.
    Table(&'static [Field]),
}

/// One key of a header.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Field {
    /// The key in English, by which the code knows it.
    pub key: &'static str,
    /// The Chinese key; both for one field is an error.
    pub zh: &'static str,
    /// What may stand behind it.
    pub shape: Shape,
    /// Whether a page without it is not published.
    pub required: bool,
    /// What it means, in Chinese, for messages, `site new` and the guide.
    pub meaning: &'static str,
    /// The same in English.
    pub meaning_en: &'static str,
    /// A value that could stand there, for `site new` and for the line to insert; YAML flow for lists and maps.
    pub example: &'static str,
}

impl Field {
    /// The keys of the rows or the table behind this key.
    pub fn inner(&self) -> &'static [Field] {
        match self.shape {
            Shape::Rows(inner) | Shape::Table(inner) => inner,
            Shape::Text | Shape::Texts => &[],
        }
    }

    /// The example with the keys inside it in Chinese.
    pub fn example_zh(&self) -> String {
        self.inner().iter().fold(self.example.to_string(), |text, inner| {
            let opening = text.replace(&format!("{{{}: ", inner.key), &format!("{{{}: ", inner.zh));
            opening.replace(&format!(", {}: ", inner.key), &format!(", {}: ", inner.zh))
        })
    }
}

const fn text(
    key: &'static str,
    zh: &'static str,
    meaning: &'static str,
    en: &'static str,
    example: &'static str,
) -> Field {
    Field { key, zh, shape: Shape::Text, required: false, meaning, meaning_en: en, example }
}

const fn need(field: Field) -> Field {
    Field { required: true, ..field }
}

const fn texts(field: Field) -> Field {
    Field { shape: Shape::Texts, ..field }
}

const fn rows(field: Field, of: &'static [Field]) -> Field {
    Field { shape: Shape::Rows(of), ..field }
}

const fn table(field: Field, of: &'static [Field]) -> Field {
    Field { shape: Shape::Table(of), ..field }
}

const TITLE: Field = need(text("title", "标题", "页面标题", "page title", "关于开展宣传周活动的通知"));
const CAMPAIGN_REF: Field = text("campaign", "活动", "所属活动的文件名", "slug of its campaign", "organic");
const CAMPAIGN_REFS: Field =
    texts(text("campaigns", "活动", "相关活动的文件名", "slugs of its campaigns", "[organic]"));
const REGION: Field = text("region", "地区", "行政区划代码或名称", "GB/T 2260 code or name", "运城市");
const SOURCE: Field = text("source", "来源", "稿件来源", "where the text comes from", "示例市市场监督管理局");
const ORGANIZER: Field = texts(text("organizer", "主办单位", "主办单位", "who organises it", "示例市市场监督管理局"));
const ADDRESS: Field = text("address", "地址", "详细地址", "street address", "示例市示例路1号");
const GEO: Field = table(
    text("geo", "坐标", "地图上的位置", "where it is on the map", "{lat: 37.870590, lon: 112.550500, datum: GCJ-02}"),
    &[
        need(text("lat", "纬度", "纬度，小数", "latitude, as a decimal", "37.870590")),
        need(text("lon", "经度", "经度，小数", "longitude, as a decimal", "112.550500")),
        text(
            "datum",
            "坐标系",
            "GCJ-02（高德、腾讯地图）、BD-09（百度地图）或 WGS-84（GPS、天地图）；不写按 GCJ-02",
            "GCJ-02 (the default), BD-09 or WGS-84",
            "GCJ-02",
        ),
    ],
);
const ACCESSIBILITY: Field =
    texts(text("accessibility", "无障碍", "无障碍设施和服务", "step-free access and services", "[无障碍坡道]"));
const AUDIENCE: Field = texts(text("audience", "面向人群", "面向哪些人", "whom it is for", "[消费者, 企业]"));
const CONTACTS: Field = rows(text("contacts", "联系人", "联系人", "contacts", "[{name: 示例, phone: 12315}]"), CONTACT);
const DEADLINES: Field = rows(
    text(
        "deadlines",
        "截止日期",
        "报送截止日期",
        "what is due when",
        "[{what: 报送活动情况, date: 2022-10-08, to: 示例科}]",
    ),
    &[
        need(text("what", "事项", "要办的事", "what is due", "报送活动情况")),
        need(text("date", "日期", "截止日期", "by which day", "2022-10-08")),
        text("to", "报送至", "报给谁", "to whom", "市局认证科"),
        texts(text("materials", "材料", "需要的材料", "what to send", "[文字总结, 典型案例]")),
    ],
);
const PICTURES: Field = rows(
    text("pictures", "图片", "图片", "pictures", "[{file: xianchang.jpg, alt: 工作人员讲解有机码}]"),
    &[
        need(text("file", "文件", "图片文件名", "picture file", "xianchang.jpg")),
        need(text(
            "alt",
            "替代文字",
            "图片内容的文字说明，供读屏软件使用",
            "what the picture shows",
            "工作人员向群众讲解有机码",
        )),
        text("caption", "图注", "图片下方的说明", "caption", "活动现场（示例）"),
        text(
            "people",
            "人物",
            "图上看得清脸的是谁；有未成年人的写 minors",
            "who can be recognised; `minors` where there are children",
            "minors",
        ),
        text(
            "consent",
            "同意",
            "true 表示本人或监护人已经同意公开",
            "true where they or their guardians agreed",
            "true",
        ),
    ],
);

/// The keys of a contact.
const CONTACT: &[Field] = &[
    text("name", "姓名", "联系人姓名", "name", "示例"),
    text("role", "职责", "单位或职责", "office or role", "认证科"),
    text("phone", "电话", "办公电话", "office phone", "12315"),
    text("email", "邮箱", "工作邮箱", "office e-mail", "example@example.gov.cn"),
];

const WAIVERS: Field = rows(
    text(
        "waivers",
        "豁免",
        "不必改的检查规则，要写理由和姓名",
        "rules that are set aside, with a reason and a name",
        "[{code: T04, reason: 转述企业投诉内容, name: 示例}]",
    ),
    &[
        need(text("code", "规则", "规则编号", "code of the rule", "T04")),
        need(text("reason", "理由", "为什么不必改", "why", "转述企业投诉内容")),
        need(text("name", "姓名", "谁负责", "who answers for it", "示例")),
    ],
);

/// The keys every kind takes.
pub const COMMON: &[Field] = &[
    text("slug", "网址名", "网址里的名字，小写字母、数字和短横线", "name in the address", "organic-2022"),
    text("draft", "草稿", "true 表示还不公开", "true keeps it back", "false"),
    text("publish", "公开日期", "从这一天起公开", "first day it is public", "2022-09-19"),
    text("expires", "失效日期", "过了这一天不再公开", "last day it is public", "2022-12-31"),
    text("published", "发布时间", "发布时间，由人填写", "posting time, typed by a person", "2022-09-05 09:00"),
    text("updated", "更新时间", "最近一次修改的时间", "time of the last change", "2022-09-06 09:00"),
    text("summary", "摘要", "一两句话的摘要", "one or two sentences", "一句话说清这一页讲什么。"),
    texts(text("keywords", "关键词", "关键词", "keywords", "[有机产品, 认证]")),
    text("author", "作者", "作者", "author", "示例"),
    table(
        text("review", "审核", "三审三校记录", "who reviewed it", "{first: 示例, second: 示例, final: 示例}"),
        &[
            text("first", "初审", "初审人", "first reader", "示例"),
            text("second", "复审", "复审人", "second reader", "示例"),
            text("final", "终审", "终审人", "last reader", "示例"),
            text("due", "复核日期", "下次复核日期", "next review", "2023-09-01"),
        ],
    ),
    text(
        "mark_permission",
        "标志授权",
        "页面上用了认证标志的图片时，写明依据，如证书编号",
        "by what right the page shows a certification mark",
        "证书编号示例-0001",
    ),
    texts(text(
        "old_urls",
        "旧网址",
        "以前用过的网址，会自动跳转到这一页",
        "addresses that lead here",
        "[/old/notice-1/]",
    )),
    WAIVERS,
];

const CAMPAIGN: &[Field] = &[
    TITLE,
    need(text("slogan", "主题", "活动主题（口号）", "the slogan", "有机产品认证：护航消费升级 优享品质生活")),
    text("start", "开始日期", "第一天，没定就不写", "first day, if known", "2022-09-19"),
    text("end", "结束日期", "最后一天", "last day", "2022-09-23"),
    text("date_text", "时间说明", "日期没定时的说法", "the wording when no day is set", "9月中下旬"),
    text("date_basis", "日期依据", "日期从哪里来", "where the dates come from", "市场监管总局通知"),
    ORGANIZER,
    text(
        "color",
        "颜色",
        "organic、green、service、open-day 或 #2E7D32 这样的颜色",
        "colour family or hex colour",
        "organic",
    ),
    AUDIENCE,
    texts(text("activities", "活动内容", "做些什么", "what happens", "[有机产品知识讲解, 进社区]")),
    rows(
        text(
            "events",
            "活动安排",
            "具体场次：进社区、进商超、服务体验等",
            "single events",
            "[{title: 进社区, date: 2022-09-20, place: 示例社区}]",
        ),
        &[
            need(text("title", "名称", "场次名称", "name", "有机产品进社区")),
            text("date", "日期", "哪一天", "day", "2022-09-20"),
            text("date_text", "时间说明", "日期没定时的说法", "wording when no day is set", "9月下旬"),
            text("start", "开始", "开始时间", "from", "09:00"),
            text("end", "结束", "结束时间", "to", "11:30"),
            text("place", "地点", "地点", "place", "示例社区广场"),
            REGION,
        ],
    ),
    DEADLINES,
    CONTACTS,
    text("order", "排序", "数字小的排前面", "smaller comes first", "1"),
    REGION,
    SOURCE,
    PICTURES,
];

const NOTICE: &[Field] = &[
    TITLE,
    need(text("issuer", "发文机关", "发文机关全称", "issuing body", "示例市市场监督管理局")),
    need(text("published", "发布时间", "发布时间，由人填写", "posting time, typed by a person", "2022-09-05 09:00")),
    text("doc_no", "文号", "发文字号", "document number", "示例监函〔2022〕9号"),
    text("date", "成文日期", "成文日期，没有就不写", "date of the document", "2022-09-05"),
    texts(text("recipients", "主送", "主送机关", "addressees", "[各县（市、区）市场监管局]")),
    CAMPAIGN_REFS,
    text("openness", "公开属性", "主动公开、依申请公开或不予公开", "openness", "主动公开"),
    text("forwards", "转发", "转发的上级通知的文件名", "slug of the notice it forwards", "sx-2022-291"),
    rows(
        text("attachments", "附件", "附件", "attachments", "[{title: 统计表, file: tongjibiao.xlsx}]"),
        &[
            need(text("title", "名称", "附件名称", "name", "活动情况统计表")),
            text("file", "文件", "附件文件名", "file", "tongjibiao.xlsx"),
            text("ref", "引用", "作为附件的通知的文件名", "slug of an attached notice", "sx-2022-291"),
            text(
                "pii_reviewed_by",
                "个人信息复核人",
                "看过附件、确认没有个人信息的人（不对外显示）",
                "who looked through it for personal information, never shown",
                "示例",
            ),
        ],
    ),
    texts(text("cc", "抄送", "抄送机关", "copies to", "[示例单位]")),
    CONTACTS,
    DEADLINES,
    SOURCE,
    text("layout", "版式", "letter（信函）或 document（公文）", "letter or document", "letter"),
    REGION,
    text("level", "层级", "province、city 或 county", "level of the bureau", "city"),
    text("note", "附注", "附注", "note under the date", "此件公开发布"),
    text("signer", "签发人", "签发人（不对外显示）", "signer, never shown", "示例"),
    text("urgency", "紧急程度", "特急或加急", "urgency", "加急"),
    text("secrecy", "密级", "有密级的文件不能发布", "a classified document cannot be published", "秘密"),
    text("copy_no", "份号", "有份号的文件不能发布", "a numbered copy cannot be published", "000001"),
];

const NEWS: &[Field] = &[
    TITLE,
    need(text("published", "发布时间", "发布时间，由人填写", "posting time, typed by a person", "2022-09-20 16:00")),
    CAMPAIGN_REFS,
    REGION,
    SOURCE,
    PICTURES,
];

const CASE: &[Field] = &[
    TITLE,
    need(CAMPAIGN_REF),
    need(text("published", "发布时间", "发布时间，由人填写", "posting time, typed by a person", "2022-09-20 16:00")),
    REGION,
    text("unit", "单位", "案例单位", "the body concerned", "示例市示例合作社"),
    SOURCE,
    PICTURES,
    texts(text("labels", "标签", "标注，如“示例”", "labels", "[示例]")),
];

const OPEN_DAY: &[Field] = &[
    TITLE,
    need(CAMPAIGN_REF),
    need(text("institution", "机构", "开放机构的文件名", "slug of the institution", "taiyuan-food")),
    rows(
        text(
            "sessions",
            "场次",
            "开放场次",
            "sessions",
            "[{date: 2022-09-20, start: 09:00, end: 11:30, capacity: 30}]",
        ),
        &[
            need(text("date", "日期", "哪一天", "day", "2022-09-20")),
            text("start", "开始", "开始时间", "from", "09:00"),
            text("end", "结束", "结束时间", "to", "11:30"),
            text("capacity", "名额", "可预约人数", "how many people", "30"),
            text("left", "余位", "还剩多少名额", "places left", "12"),
            text(
                "planned",
                "原定日期",
                "改期以前定的日期和时间",
                "day and time it was planned for before it was moved",
                "2022-09-20 14:30",
            ),
        ],
    ),
    text("date_text", "时间说明", "日期没定时的说法", "wording when no day is set", "9月中下旬"),
    REGION,
    ADDRESS,
    GEO,
    table(
        text("booking", "预约", "怎样预约", "how to book", "{method: 电话预约, phone: 12315, deadline: 2022-09-18}"),
        &[
            text("method", "方式", "预约方式", "how", "电话预约"),
            text("phone", "电话", "预约电话", "phone", "12315"),
            text("url", "网址", "预约网址", "address", "https://example.gov.cn/"),
            text("deadline", "截止", "预约截止日期", "by which day", "2022-09-18"),
        ],
    ),
    texts(text(
        "programme",
        "活动项目",
        "质量小课堂、专家答疑、便民检测、云参观等",
        "what is offered",
        "[质量小课堂, 专家答疑]",
    )),
    AUDIENCE,
    text("online_url", "云参观", "云参观网址", "online visit", "https://example.gov.cn/live"),
    ACCESSIBILITY,
    texts(text("bring", "携带物品", "要带什么", "what to bring", "[身份证]")),
    text(
        "status",
        "状态",
        "可以预约、已约满、已延期、已改期、已取消或改为线上；也可写 scheduled、full、postponed、rescheduled、cancelled、moved_online",
        "scheduled, full, postponed, rescheduled, cancelled or moved_online",
        "rescheduled",
    ),
    text("status_note", "状态说明", "取消、延期等的说明", "the reason in plain words", "因天气原因取消。"),
    table(text("contact", "联系方式", "联系方式", "contact", "{name: 示例, phone: 12315}"), CONTACT),
    ORGANIZER,
    SOURCE,
    PICTURES,
];

const INSTITUTION: &[Field] = &[
    need(text("name", "名称", "机构全称", "full name", "示例市食品检验所（示例）")),
    need(REGION),
    ADDRESS,
    GEO,
    texts(text("fields", "检测领域", "检测领域", "what it tests", "[食品, 农产品]")),
    text("phone", "电话", "公开电话", "public phone", "12315"),
    text("cma_no", "资质认定编号", "检验检测机构资质认定证书编号", "CMA certificate number", "示例-0001"),
    ACCESSIBILITY,
    PICTURES,
];

const POSTER: &[Field] = &[
    TITLE,
    need(CAMPAIGN_REF),
    need(rows(
        text("files", "文件", "海报文件", "files", "[{path: poster-a3.pdf, width: 297, height: 420, unit: mm}]"),
        &[
            need(text("path", "路径", "文件名", "file", "poster-a3.pdf")),
            text(
                "width",
                "宽",
                "宽度，裁切以后的；不写就从文件里读",
                "width after trimming; read from the file where it is left out",
                "297",
            ),
            text("height", "高", "高度，同上", "height, likewise", "420"),
            text("unit", "单位", "mm（毫米）、cm（厘米）或 px（像素）", "mm, cm or px", "mm"),
            text("dpi", "分辨率", "每英寸点数", "dots per inch", "300"),
            text("color", "色彩", "CMYK 或 RGB", "CMYK or RGB", "CMYK"),
            text("bleed_mm", "出血", "出血毫米数", "bleed in mm", "3"),
            text(
                "sha256",
                "校验值",
                "文件的 SHA-256，发文单位给出的，用来核对",
                "SHA-256 of the file, to be compared",
                "",
            ),
        ],
    )),
    text("year", "年份", "哪一年的海报", "year", "2022"),
    text("issuer", "发布单位", "发布单位", "who issues it", "示例省市场监督管理局"),
    text("kind", "类型", "海报、易拉宝、宣传单等", "kind of poster", "海报"),
    text("preview", "预览图", "预览图文件名", "preview picture", "preview.png"),
    text(
        "alt",
        "替代文字",
        "海报或预览图的文字说明，供读屏软件使用",
        "what the poster shows",
        "海报预览：红底白字，一个大苹果",
    ),
    text("text", "海报文字", "海报上的文字，供读屏软件使用", "the words on the poster", ""),
    SOURCE,
    text("permission", "授权", "使用授权说明", "permission to use it", "可自行印制"),
];

const PAGE: &[Field] = &[TITLE, REGION, SOURCE, CAMPAIGN_REFS, PICTURES];

/// The keys of `content/site.yaml`.
pub const CONFIG: &[Field] = &[
    need(text("title", "标题", "网站名称", "name of the site", "2022年认证宣传活动专题")),
    need(table(
        text("bureau", "单位", "主办单位", "the bureau", "{name: 示例市市场监督管理局, level: city, region: 运城市}"),
        &[
            need(text("name", "名称", "单位全称", "full name", "示例市市场监督管理局")),
            text("level", "层级", "province、city 或 county", "province, city or county", "city"),
            REGION,
            text("contact", "联系方式", "公开的联系电话", "public phone", "12315"),
            ADDRESS,
        ],
    )),
    need(text(
        "base_url",
        "网站地址",
        "网站将来的完整网址",
        "the address of the site",
        "https://www.example.gov.cn/zt/",
    )),
    text("description", "简介", "网站的一句话简介", "one sentence about the site", ""),
    texts(text("keywords", "关键词", "关键词", "keywords", "[认证, 检验检测]")),
    rows(
        text("menu", "菜单", "导航菜单", "menu", "[{title: 通知, url: /notices/}]"),
        &[
            need(text("title", "名称", "显示的文字", "label", "通知公告")),
            need(text("url", "网址", "站内地址，以 / 开头", "address in the site", "/notices/")),
        ],
    ),
    text("theme", "主题模板", "themes 里的文件夹名", "folder in themes/", "default"),
    table(
        text(
            "colors",
            "配色",
            "网站的颜色，要深到上面的白字看得清；没写的用模板自己的颜色",
            "colours that differ from the theme's; white must be readable on them",
            "{main: \"#8A1F1F\"}",
        ),
        &[
            text("main", "主色", "网站自己的颜色：页头色带、按钮、导航标记", "the site's own colour", "\"#8A1F1F\""),
            text("organic", "有机产品", "有机产品认证活动的颜色", "campaigns of organic products", "\"#2E7D32\""),
            text("green", "绿色产品", "绿色产品认证活动的颜色", "campaigns of green products", "\"#0B7A4B\""),
            text("service", "服务认证", "服务认证活动的颜色", "campaigns of services", "\"#B5432A\""),
            text("open_day", "开放日", "检验检测机构开放日的颜色", "open days", "\"#154C8C\""),
        ],
    ),
    table(
        text("footer", "页脚", "页脚信息", "footer", "{icp: 示例}"),
        &[
            text("sponsor", "主办单位", "主办单位", "sponsor", ""),
            text("organizer", "承办单位", "承办单位", "undertaker", ""),
            text("contact", "联系方式", "联系方式", "contact", "12315"),
            text("icp", "备案号", "ICP 备案号", "ICP filing number", ""),
            text("police", "公安备案号", "公网安备号", "public security filing number", ""),
            text("party_mark_url", "党政机关标识", "党政机关网站标识链接", "party and government site mark", ""),
            text("correction_url", "网站找错", "“我为政府网站找错”链接", "correction entry", ""),
            text("copyright", "版权", "版权说明", "copyright", ""),
        ],
    ),
    table(
        text(
            "portal",
            "门户",
            "所属门户",
            "the portal it belongs to",
            "{name: 示例, url: https://www.example.gov.cn/}",
        ),
        &[
            text("name", "名称", "门户名称", "name", ""),
            text("url", "网址", "门户网址", "address", "https://www.example.gov.cn/"),
            text("site_id_code", "网站标识码", "网站标识码", "SiteIDCode", ""),
            text("domain", "域名", "网站域名", "SiteDomain", ""),
        ],
    ),
    texts(text(
        "posters",
        "海报",
        "要生成的海报格式：a3、a4、wechat（不写就是这三种）、a2、a3-print、a2-print、rollup、x-stand、wechat-cover、wechat-square、led、svg；写 [] 就不生成",
        "formats of posters to make; [] for none",
        "[a3, a4, wechat]",
    )),
    text("search", "站内搜索", "false 表示网站不提供搜索", "false leaves the search out", "true"),
    text("notice_pdf", "通知PDF", "false 表示通知不附公文版式的 PDF", "false offers notices without PDF", "true"),
    text("booklets", "资料汇编", "false 表示活动不附打印成册的资料汇编", "false binds no booklets", "true"),
    texts(text(
        "allowed_hosts",
        "允许的外部网站",
        "允许链接的外部网站域名",
        "external hosts that may be linked",
        "[food.cnca.cn]",
    )),
    texts(text("column_types", "栏目类型", "允许的栏目类型", "allowed ColumnType values", "[工作动态]")),
    table(
        text(
            "limits",
            "检查尺度",
            "上级检查用别的数字时，写在这里，没写的照常",
            "figures of checks that differ from the usual ones",
            "{notice_days: 90}",
        ),
        &[
            text(
                "home_days",
                "首页更新天数",
                "活动期间首页最多几天没有新内容（D02），平时是 14",
                "days, usually 14",
                "14",
            ),
            text("news_days", "动态更新天数", "动态类栏目最多几天不更新（D03），平时是 14", "days, usually 14", "14"),
            text(
                "notice_days",
                "通知更新天数",
                "通知类栏目最多几天不更新（D03），平时是 183",
                "days, usually 183",
                "183",
            ),
            text(
                "publish_days",
                "公开期限",
                "成文以后最多几个工作日公开（D06），平时是 20",
                "working days, usually 20",
                "20",
            ),
            text("remind_days", "提前提醒天数", "截止日期提前几天提醒（D07），平时是 7", "days, usually 7", "7"),
            text("picture_kb", "图片大小", "页面上的图片最大多少 KB（I06），平时是 500", "KiB, usually 500", "500"),
            text(
                "picture_width",
                "图片宽度",
                "页面上的图片最宽多少像素（I06），平时是 1920",
                "pixels, usually 1920",
                "1920",
            ),
            text(
                "notice_chars",
                "通知字数",
                "通知正文少于多少字算只有扫描件（A07），平时是 50",
                "characters, usually 50",
                "50",
            ),
        ],
    ),
    WAIVERS,
];

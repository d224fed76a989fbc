//! The table of codes. A code is permanent: once published it keeps its meaning, and a retired one is not reused.
//!
//! E and W with a number from 101 own what a single source file shows (header, text, paths, encodings, dates);
//! 201 and up are configuration and theme, 301 and up the output folder. The others (V, M, F, D, L, …) are the
//! inspection rules of a government site. One problem has one code. The long explanations stand in
//! `explanations.md`, one section a code; a test keeps the two in step.

use super::{Lang, Text};

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Must not be published; a waiver needs a reason and a name.
    Veto,
    /// Wrong, and to be mended.
    Error,
    /// Probably wrong, or wrong without harm.
    Warning,
    /// Worth knowing.
    Info,
}

/// When a finding stops a build from writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refuses {
    /// In both profiles.
    Always,
    /// Only under `--profile production`.
    InProduction,
    /// Never.
    Never,
}

/// One permanent code.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// The name people search for, such as `E103`.
    pub id: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// Whether it stops a build.
    pub refuses: Refuses,
    /// A short Chinese title.
    pub zh: &'static str,
    /// A short English title.
    pub en: &'static str,
}

impl Code {
    /// The title in `lang`.
    pub fn title(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::Zh => self.zh,
            Lang::En => self.en,
        }
    }

    /// The long explanation: what happened, why it matters, what to do, and the source of the rule.
    pub fn explanation(&self) -> Option<Text> {
        let section = EXPLANATIONS
            .split("\n## ")
            .find(|section| section.lines().next().is_some_and(|heading| heading.trim() == self.id))?;
        let body = section.split_once('\n')?.1;
        let (zh, en) = body.split_once("\n---\n")?;
        Some(Text::new(zh.trim(), en.trim()))
    }
}

const EXPLANATIONS: &str = include_str!("explanations.md");

/// The code called `id`, whatever its case.
pub fn find(id: &str) -> Option<&'static Code> {
    ALL.iter().copied().find(|code| code.id.eq_ignore_ascii_case(id))
}

macro_rules! codes {
    ($($id:ident $severity:ident $refuses:ident $zh:literal $en:literal)*) => {
        $(
            #[doc = $en]
            pub static $id: Code = Code {
                id: stringify!($id),
                severity: Severity::$severity,
                refuses: Refuses::$refuses,
                zh: $zh,
                en: $en,
            };
        )*
        /// Every code, in the order of the table.
        pub static ALL: &[&Code] = &[$(&$id),*];
    };
}

codes! {
    E101 Error Always "没有信息栏" "No header"
    E102 Error Always "信息栏没有结束" "Header never closed"
    E103 Error Always "冒号写成了全角" "Full-width colon"
    E104 Error Always "冒号后面缺少空格" "No space after the colon"
    E105 Error Always "用了制表符或全角空格缩进" "Indented with a tab or a wide space"
    E106 Warning Never "内容外面多了中文引号" "Value wrapped in Chinese quotes"
    E107 Error Always "引号没有配对" "Unclosed quote"
    E108 Error Always "引号后面又有文字" "Text after a closing quote"
    E109 Error Always "开头是特殊符号" "Value begins with a special sign"
    E110 Error Always "一行里有两个冒号" "A second colon in the value"
    W111 Warning Never "“#”后面的内容会丢失" "Text after # is lost"
    E112 Error Always "日期写法不能确定" "Date form"
    E113 Error Always "没有这一天" "Impossible date"
    E114 Error Always "引用的页面不存在" "Unknown reference"
    E115 Error Always "不认识的字段" "Unknown key"
    E116 Error Always "缺少必填字段" "Missing required key"
    E117 Error Always "列表用了中文分隔符" "List with Chinese separators"
    E118 Error Always "是否要写成 true 或 false" "Not true or false"
    E119 Error Always "字段内容的形式不对" "Wrong form of value"
    E120 Error Always "内容太长或太多" "Too long or too many"
    E121 Error Always "路径里用了反斜杠" "Backslash in a path"
    E122 Error Always "路径里有空格或括号" "Space or bracket in a path"
    E123 Error Always "找不到文件或锚点" "File or anchor not found"
    E124 Error Always "路径指向自己的电脑" "Path on one's own computer"
    E125 Error Always "不安全的链接" "Unsafe link target"
    W126 Warning Never "HTML 代码按文字显示" "Raw HTML shown as text"
    E127 Error Always "信息栏太长" "Header too large"
    E128 Error Always "信息栏里用了不支持的写法" "Unsupported YAML"
    E129 Error Always "同一个字段写了两次" "Key given twice"
    E130 Error Always "文字编码损坏" "Broken text encoding"
    W131 Warning Never "文件编码是 GBK" "GBK file"
    E132 Error Always "文件编码是 UTF-16" "UTF-16 file"
    E133 Error Always "扩展名写了两层" "Doubled extension"
    E134 Error Always "这种文件不会变成网页" "Not a page"
    W135 Warning Never "临时文件或同步副本" "Temporary or conflict copy"
    E136 Error Always "文件读不出来" "Unreadable file"
    E137 Error Always "文件名不能用" "Unusable file name"
    E138 Error Always "快捷方式或链接文件" "Symbolic link"
    E139 Error Always "这种文件不能公开" "Must not be published"
    E140 Error Always "文件名只差大小写" "Names equal but for case or form"
    E141 Error Always "两个页面同一个网址" "Two pages, one address"
    W142 Warning Never "已经过期" "Expired"
    E143 Error Always "结束早于开始" "Ends before it starts"
    W144 Warning Never "场次不在活动期间" "Session outside its campaign"
    W145 Warning Never "链接的页面没有公开" "Link to a hidden page"
    E146 Error Always "网址名不能用" "Unusable slug"
    E147 Error Always "旧网址不能用" "Unusable old address"
    E148 Error Always "引用绕成了一圈" "Circular reference"
    E149 Error Always "时间写法不能确定" "Time form"
    W150 Warning Never "正文为空" "Empty body"
    W151 Warning Never "年份像是写错了" "Odd year"
    E152 Error Always "不认识的地区" "Unknown region"
    E153 Error Always "看不懂的 Markdown 写法" "Dangling Markdown reference"
    E154 Error Always "图片不能用" "Unusable picture"
    W155 Warning Never "文件很大" "Large file"
    W156 Warning Never "看不见的字符" "Invisible character"
    W157 Warning Never "文字像是乱码" "Garbled text"
    W158 Warning Never "这一项没有读取" "Entry not read"
    E159 Error Always "表格的列对不上" "Columns of a table do not match"
    E160 Error Always "节假日表里的日期不对" "Day out of place in a holiday table"
    W161 Warning Never "写的尺寸与文件不符" "Size contradicts the file"
    W162 Warning Never "图片印出来会发虚" "Too coarse for print"
    E163 Error InProduction "文件与校验值不符" "Checksum does not match"
    W164 Warning Never "PDF 读不出来" "Unreadable PDF"
    W165 Warning Never "网页图片用了印刷色彩" "Picture for print on a page"
    W166 Warning Never "图片像是没有传完" "Picture without an end"
    W167 Warning Never "标题重复" "Two pages with one title"
    W168 Warning Never "摘要重复" "Two pages with one summary"
    W169 Warning Never "没有用到的图片" "Unused picture"
    E170 Error Always "字体里没有这个字" "Character without a glyph"
    E171 Error Always "文字太长，海报放不下" "Too long for the sheet"
    E172 Error InProduction "网址做不成二维码" "Address unfit for a QR code"
    W173 Warning Never "图片不能用在海报上" "Picture left out of the poster"
    W174 Warning Never "网址公众打不开，没有生成海报" "No posters for a local address"
    I176 Info Never "没有页面链接的文件" "File that no page links"
    I177 Info Never "已经豁免的规则" "Rule that is waived"
    E201 Error Always "不是网站项目" "Not a project"
    E202 Error Always "没有内容文件夹" "No content folder"
    E203 Error Always "配置写错了" "Wrong configuration"
    E204 Error Always "主题不完整" "Incomplete theme"
    E205 Error Always "模板出错" "Template error"
    E206 Error Always "页面太大" "Page too large"
    W207 Warning Never "电脑日期像是不对" "Odd clock"
    E207 Error Always "海报模板出错" "Poster template error"
    E208 Error Always "字体读不出来" "Unreadable font"
    E301 Error Always "不能写到这个文件夹" "Refused output folder"
    E302 Error Always "输出文件夹里有别的东西" "Foreign output folder"
    E303 Error Always "输出文件夹属于别的项目" "Another project's output"
    E304 Error Always "输出文件夹里多了文件" "Files added to the output"
    E305 Error Always "另一个生成正在进行" "Another build is running"
    E306 Error Always "页面少了一半以上" "Half the pages would vanish"
    E307 Error Always "写不进去" "Could not write"
    E308 Error Always "生成被中断" "Interrupted"
    I309 Info Never "上次生成的记录不能用" "Records of the last build not used"
    E310 Error Always "发布的文件核对不上" "Published file is not as built"
    E311 Error Always "没有可以核对的记录" "No record to verify against"
    W312 Warning Never "发布的文件被动过" "Published files had been altered"
    V02 Error InProduction "取消或延期没有说明" "Called off without a reason"
    V03 Warning Never "已经过去，状态没有改" "Over, with a status that is not"
    V04 Warning Never "开放日在放假的日子" "Open day on a public holiday"
    V05 Warning Never "两个场次时间重叠" "Sessions overlap"
    V06 Error InProduction "名额或余位不对" "Impossible number of places"
    V07 Warning Never "预约截止晚于开放日" "Booking ends after the visit"
    V08 Warning Never "有变动，更新时间没有改" "Changed without a new updated"
    V09 Warning Never "状态与余位不符" "Status and places contradict"
    V10 Error Always "坐标不对" "Impossible coordinates"
    V11 Warning Never "坐标不在中国" "Coordinates outside China"
    M01 Error InProduction "网站标签不全" "Site tags missing"
    M02 Error InProduction "栏目标签不全" "Column tags missing"
    M03 Error InProduction "文章标签不全" "Article tags missing"
    M04 Error InProduction "PubDate 标签写法不对" "PubDate malformed"
    M05 Error InProduction "标题不一致或重复" "Titles that differ or repeat"
    M06 Error InProduction "网站标识码不合规" "Site code"
    M07 Warning Never "栏目类型不在名单里" "Unknown ColumnType"
    M08 Warning Never "几个页面的简介相同" "One description for several pages"
    F01 Error InProduction "页脚信息不全" "Incomplete footer"
    F02 Error InProduction "备案号写法不对" "Filing number"
    F03 Veto Always "还在用示例编号" "Placeholder identifier"
    D01 Veto Always "发布时间不实" "Untrue posting date"
    D02 Warning Never "活动期间没有更新" "Nothing new while a campaign runs"
    D03 Warning Never "栏目长期不更新" "Stale column"
    D04 Error InProduction "空栏目" "Empty column"
    D05 Warning Never "活动没有写结束日期" "Campaign that is never over"
    D06 Warning Never "公开超过时限" "Published too late"
    D07 Info Never "快到截止日期" "Due soon"
    D08 Info Never "活动的内容不全" "Campaign lacks something"
    D09 Warning Never "到了复核日期" "Review due"
    L01 Error InProduction "站内链接失效" "Broken link inside the site"
    L02 Warning Never "外部网站不在名单里" "External host not on the list"
    L03 Error InProduction "链接到内网或 IP 地址" "Link to an internal address"
    L04 Error InProduction "看不见的链接" "Hidden link"
    L05 Error InProduction "使用了其他网站的文件" "Third-party content"
    L06 Error InProduction "外部链接没有离站提示" "External link without a prompt"
    L07 Error InProduction "购物或支付链接" "Shop or payment link"
    L08 Warning Never "链接文字看不出内容" "Bare link text"
    L09 Error InProduction "附件内容与扩展名不符" "Attachment does not match its extension"
    L10 Warning Never "从首页到不了的页面" "Page without a way to it"
    L11 Warning Never "外部链接打不开" "Dead external link"
    L12 Warning Never "外部链接没能确认" "External link not confirmed"
    L13 Info Never "外部链接换了网址" "External link has moved"
    O01 Veto Always "非公开内容" "Not for publication"
    O02 Veto Always "带有密级或份号" "Marked secret"
    O03 Error InProduction "公开属性前后不一致" "Header and note disagree on openness"
    O04 Error InProduction "内部过程性文件" "Internal document"
    O05 Warning Never "审核记录不完整" "Incomplete review"
    O06 Veto Always "没有公开的页面带出了文件" "File of a hidden page"
    P01 Veto Always "身份证号" "Identity number"
    P02 Veto Always "手机号码" "Mobile number"
    P03 Warning Never "个人邮箱" "Personal mailbox"
    P04 Veto Always "银行卡号" "Bank card number"
    P05 Warning Never "家庭住址" "Home address"
    P06 Error InProduction "照片带有位置信息" "Photo with position"
    P07 Error InProduction "附件像是人员名册" "Attachment like a roster"
    P08 Warning Never "附件没有查过个人信息" "Attachment not looked through"
    P09 Warning Never "未成年人的照片" "Picture of children"
    G01 Error InProduction "文号写法不对" "Malformed document number"
    G02 Warning Never "发文字号的括号不对" "Wrong brackets in a document number"
    G03 Error InProduction "文号或日期丢了字" "Half-lost number or date"
    G04 Error InProduction "日期前面加了 0" "Zero in front of a month or day"
    G05 Warning Never "层次序号不对" "Level marks"
    G06 Warning Never "层次序号用了半角括号" "Half-width brackets of a level"
    G07 Warning Never "括号、引号没有配对" "Bracket or quote without a partner"
    G08 Warning Never "汉字之间用了半角标点" "Half-width mark between Chinese characters"
    G09 Warning Never "附件名称或文件不对" "Attachments"
    G10 Warning Never "电话号码里的短横线不对" "Dash in a telephone number"
    G11 Error InProduction "时限不早于上级" "Deadline not before the upper one"
    G12 Warning Never "口号与原文不符" "Misquoted slogan"
    G13 Warning Never "像是往年的文字" "Text of an earlier year"
    G14 Error InProduction "邮箱写得不对" "Malformed mailbox"
    I01 Error InProduction "地图没有审图号" "Map without its number"
    I02 Warning Never "国旗、国徽、党徽" "Flag or emblem"
    I03 Error InProduction "认证标志没有授权" "Mark without permission"
    I04 Warning Never "公章图案" "Picture of a seal"
    I05 Error InProduction "图片没有说明文字" "Picture without alternative text"
    I06 Warning Never "图片太大，打开慢" "Heavy picture"
    I07 Warning Never "图片说明没有内容" "Words that say nothing"
    A01 Error InProduction "页面语言或标题层级不对" "Language or headings"
    A02 Error InProduction "文字与底色对比不够" "Contrast too low"
    A03 Error InProduction "正文行距太密" "Lines too tight"
    A04 Error InProduction "按钮太小" "Control too small to press"
    A05 Error InProduction "不能放大、自动播放或弹窗" "No zoom, autoplay or popups"
    A06 Error InProduction "表格没有表头" "Table without heads"
    A07 Warning Never "通知只有扫描件" "Notice that is only a scan"
    A08 Warning Never "页面太重" "Page too heavy"
    T01 Veto Always "严重的错字" "Grave mistake in wording"
    T02 Warning Never "名称用错" "Wrong name"
    T03 Warning Never "像是替企业做广告" "Reads like advertising"
    T04 Warning Never "像是向企业收费" "Reads like a fee for firms"
    T05 Veto Always "把地区和国家并列" "Region listed as a country"
    T06 Warning Never "还有没填的空" "Gap nobody filled"
    T07 Error Always "不能出现的字符" "Forbidden character"
    T08 Warning Never "Markdown 没有起作用" "Markdown that did not take"
    T09 Warning Never "星期与日期不符" "Weekday does not match its date"
    T10 Warning Never "错别字" "Misspelt word"
    U01 Error InProduction "文件名不利于发布" "Awkward output path"
    U03 Error InProduction "链接以“/”开头" "Root-absolute link"
}

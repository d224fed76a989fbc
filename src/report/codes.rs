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
    E170 Error Always "字体里没有这个字" "Character without a glyph"
    E171 Error Always "文字太长，海报放不下" "Too long for the sheet"
    E172 Error InProduction "网址做不成二维码" "Address unfit for a QR code"
    W173 Warning Never "图片不能用在海报上" "Picture left out of the poster"
    W174 Warning Never "网址公众打不开，没有生成海报" "No posters for a local address"
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
    M06 Error InProduction "网站标识码不合规" "Site code"
    F01 Error InProduction "页脚信息不全" "Incomplete footer"
    F02 Error InProduction "备案号写法不对" "Filing number"
    F03 Veto Always "还在用示例编号" "Placeholder identifier"
    D01 Veto Always "发布时间不实" "Untrue posting date"
    L02 Warning Never "外部网站不在名单里" "External host not on the list"
    L03 Error InProduction "链接到内网或 IP 地址" "Link to an internal address"
    L09 Error InProduction "附件内容与扩展名不符" "Attachment does not match its extension"
    L11 Warning Never "外部链接打不开" "Dead external link"
    L12 Warning Never "外部链接没能确认" "External link not confirmed"
    L13 Info Never "外部链接换了网址" "External link has moved"
    O01 Veto Always "非公开内容" "Not for publication"
    O02 Veto Always "带有密级或份号" "Marked secret"
    P06 Error InProduction "照片带有位置信息" "Photo with position"
    I05 Error InProduction "图片没有说明文字" "Picture without alternative text"
    T07 Error Always "不能出现的字符" "Forbidden character"
    U01 Error InProduction "文件名不利于发布" "Awkward output path"
}

//! What stands round a number: the words before it, the signs that touch it, and whether it is part of an address.

use memchr::memmem;

use super::runs;

/// Words after which a number is a phone number.
const PHONES: &[&str] = &[
    "手机",
    "电话",
    "联系方式",
    "联系人",
    "联络人",
    "微信",
    "致电",
    "拨打",
    "咨询",
    "热线",
    "☎",
    "☏",
    "tel",
    "phone",
    "mobile",
    "wechat",
    "号码",
];
/// Words after which a number is the number of a thing.
const THINGS: &[&str] = &[
    "编号",
    "证书",
    "合格证",
    "许可",
    "报告",
    "税号",
    "id:",
    "id：",
    "单号",
    "流水号",
    "批号",
    "批次",
    "证号",
    "证书号",
    "注册号",
    "文号",
    "序列号",
    "登记号",
    "受理号",
    "代码",
    "编码",
    "条码",
    "条形码",
    "机码",
    "追溯码",
    "溯源码",
    "备案号",
    "备案",
    "许可证",
    "合同号",
    "项目号",
    "设备号",
    "序号",
    "案号",
    "型号",
    "货号",
    "票号",
    "发票",
    "识别码",
    "识别号",
    "防伪码",
    "校验码",
    "二维码",
    "标识码",
    "样品号",
    "工号",
    "专利",
    "群号",
    "qq群",
    "金额",
    "产值",
    "总额",
    "收入",
    "资产",
    "合计",
    "总计",
    "投资",
    "人数",
    "次数",
    "人民币",
    "万元",
    "亿元",
    "（元",
    "(元",
    "数量",
    "产量",
    "面积",
    "会议号",
    "会议id",
    "直播间",
    "s/n",
    "no.",
    "no:",
    "no：",
    "sn",
];
/// Words after which a number is an account.
const ACCOUNTS: &[&str] = &["银行卡", "卡号", "账号", "帐号", "账户", "帐户", "开户", "银行", "一卡通", "收款"];

/// What the words before a number say it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// A phone number.
    Phone,
    /// An account.
    Account,
    /// The number of a thing.
    Thing,
    /// Nothing.
    Nothing,
}

/// What the nearest telling word within a few characters before `at` says.
pub fn said(text: &str, at: usize) -> Said {
    let words = before(text, at, 16).to_lowercase();
    let here = bits(&words);
    let nearest = |list: &[&str]| {
        let may_stand = list.iter().filter(|word| bits(word) & !here == 0);
        may_stand.filter_map(|word| Some(words.rfind(*word)? + word.len())).max()
    };
    let (phone, account, thing) = (nearest(PHONES), nearest(ACCOUNTS), nearest(THINGS));
    match () {
        () if phone.is_some() && phone >= account && phone >= thing => Said::Phone,
        () if account.is_some() && account >= thing => Said::Account,
        // Another number or the end of a clause has come since.
        () if thing.is_some_and(|end| reaches(&words[end..])) => Said::Thing,
        () if phone.is_none() && account.is_none() && is_called_number(&words) => Said::Thing,
        () if is_designation(text.get(..at).unwrap_or_default()) => Said::Thing,
        () => Said::Nothing,
    }
}

/// The lower bits of all bytes of `text`, each as one bit: a word with others does not stand in it.
fn bits(text: &str) -> u64 {
    text.bytes().fold(0, |bits, byte| bits | 1 << (byte & 63))
}

/// Whether a word reaches over what stands between it and the number: into the next cell of a table, not the one after.
fn reaches(between: &str) -> bool {
    let parts = |c: char| matches!(c, '。' | '；' | ';' | '，' | '、' | '\t') || c.is_ascii_digit();
    !between.contains(parts) && between.matches('|').count() < 2
}

/// Whether a word that ends in 号 comes right before, such as 车架号: numbers of people are called otherwise.
fn is_called_number(words: &str) -> bool {
    words.trim_end_matches(|c: char| c.is_whitespace() || "：:为是（(|".contains(c)).ends_with('号')
}

/// Whether a word of capitals comes right before a number, as in the names of standards.
fn is_designation(head: &str) -> bool {
    let head = head.trim_end_matches(runs::is_space);
    let capitals = head.bytes().rev().take(12).take_while(u8::is_ascii_uppercase).count();
    capitals >= 2 && !TOUCHING.contains(&word(head).as_str())
}

/// Whether one of `words` stands within `reach` characters before `at` in its line.
pub fn is_said(text: &str, at: usize, reach: usize, words: &[&str]) -> bool {
    let before = before(text, at, reach);
    words.iter().any(|word| before.contains(word))
}

/// Whether one of `words` stands in the same or in one of the last paragraphs before `at`, such as the head of a table.
pub fn is_near(text: &str, at: usize, words: &[&str]) -> bool {
    const REACH: usize = 3000;
    let head = &text.as_bytes()[..at.min(text.len())];
    let near = &head[head.len().saturating_sub(REACH)..];
    words.iter().any(|word| memmem::find(near, word.as_bytes()).is_some())
}

/// At most `reach` characters before `at`, of the same line.
fn before(text: &str, at: usize, reach: usize) -> &str {
    let head = text.get(..at).unwrap_or_default();
    let mut start = at.min(head.len());
    for (offset, c) in head.char_indices().rev().take(reach) {
        if c == '\n' {
            break;
        }
        start = offset;
    }
    head.get(start..).unwrap_or_default()
}

/// Latin words that may touch a number of somebody's.
const TOUCHING: &[&str] =
    &["tel", "telephone", "phone", "mobile", "mob", "cell", "wechat", "weixin", "wx", "vx", "id", "sfz"];

/// Whether a number may begin at `at`, going by what touches it.
pub fn may_begin(text: &str, at: usize) -> bool {
    let head = text.get(..at).unwrap_or_default();
    let Some(last) = head.chars().next_back() else { return true };
    let earlier = &head[..head.len() - last.len_utf8()];
    let touching = || TOUCHING.contains(&word(earlier).as_str());
    let fits = match last {
        'a'..='z' | 'A'..='Z' => TOUCHING.contains(&word(head).as_str()),
        '.' | '=' => !earlier.ends_with(|c: char| c.is_ascii_alphanumeric()) || touching(),
        '-' | '－' | '–' => !earlier.ends_with(|c: char| c.is_ascii_alphanumeric()) || touching(),
        '_' | '#' | '＃' | '@' | '＠' | '%' | '\\' | '$' | '￥' | '¥' | '€' | '第' => false,
        _ => true,
    };
    fits && !is_in_address(head)
}

/// The Latin letters at the end of `head`, in small ones.
fn word(head: &str) -> String {
    let letters = head.bytes().rev().take(12).take_while(u8::is_ascii_alphabetic).count();
    head.get(head.len() - letters..).unwrap_or_default().to_ascii_lowercase()
}

/// Whether what `head` ends with is the beginning of a path or web address.
fn is_in_address(head: &str) -> bool {
    let bytes = head.as_bytes();
    let part = |byte: &u8| byte.is_ascii_graphic() && !b"()<>\"'[]{}|,;`*".contains(byte);
    let length = bytes.iter().rev().take(200).take_while(|byte| part(byte)).count();
    let part = &bytes[bytes.len() - length..];
    part.windows(2).any(|pair| matches!(pair, [b'a'..=b'z' | b'A'..=b'Z' | b'.' | b'/', b'/']))
        || part.starts_with(b"www.")
}

/// Words behind a number that make it an amount.
const UNITS: &[&str] = &[
    "元",
    "十",
    "百",
    "千",
    "万",
    "亿",
    "吨",
    "件",
    "枚",
    "斤",
    "公斤",
    "平方",
    "立方",
    "人民币",
    "万元",
    "亿元",
    "（元",
    "(元",
    "数量",
    "产量",
    "面积",
    "人次",
    "个百分",
    "kg",
];

/// Whether a number may end at `at`, going by what touches it.
pub fn may_end(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let Some(next) = rest.chars().next() else { return true };
    let later = &rest[next.len_utf8()..];
    match next {
        'a'..='z' | 'A'..='Z' | '_' | '%' | '％' | '‰' | '℃' => false,
        '.' | '=' => !later.starts_with(|c: char| c.is_ascii_alphanumeric()),
        '-' | '/' => !later.starts_with(|c: char| c.is_ascii_alphabetic()),
        '号' => later.starts_with('码') || later.starts_with("手机"),
        _ => !UNITS.iter().any(|unit| rest.starts_with(unit)),
    }
}

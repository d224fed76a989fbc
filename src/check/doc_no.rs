//! The form of a document number, 发文字号 (GB/T 9704-2012): `示例监函〔2022〕9号`, or `2022年第9号` for public
//! announcements and decrees.

/// What is wrong with a number.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    /// Only the brackets; this is the number with the right ones.
    Brackets(String),
    /// Something else; with the number as it must be, where only one can be meant.
    Form(Option<String>),
}

/// What is wrong with `text`; none where it is a sound number.
pub fn fault(text: &str) -> Option<Fault> {
    if is_lettered(text) || is_announced(text) {
        return None;
    }
    let meant = meant(text);
    match meant {
        Some(meant) if bracketed(text) == meant => Some(Fault::Brackets(meant)),
        meant => Some(Fault::Form(meant)),
    }
}

fn is_han(c: char) -> bool {
    matches!(c, '〇' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()) && (text.starts_with("19") || text.starts_with("20"))
}

/// Digits without a leading zero.
fn is_count(text: &str) -> bool {
    !text.is_empty() && !text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit())
}

/// `示例监函〔2022〕9号`
fn is_lettered(text: &str) -> bool {
    let Some((letters, rest)) = text.split_once('〔') else { return false };
    let Some((year, rest)) = rest.split_once('〕') else { return false };
    let sound = (2..=20).contains(&letters.chars().count()) && letters.chars().all(is_han);
    sound && is_year(year) && rest.strip_suffix('号').is_some_and(is_count)
}

/// `2022年第9号`, `市场监管总局公告2022年第9号`, `市场监管总局令第38号`
fn is_announced(text: &str) -> bool {
    let Some((head, rest)) = text.split_once('第') else { return false };
    let year = head.strip_suffix('年').map(|head| head.trim_start_matches(|c: char| !c.is_ascii_digit()));
    let name = head.trim_end_matches(|c: char| c == '年' || c.is_ascii_digit());
    let named = name.is_empty() && year.is_some() || ["公告", "通告", "令"].iter().any(|word| name.ends_with(word));
    named && name.chars().all(is_han) && year.is_none_or(is_year) && rest.strip_suffix('号').is_some_and(is_count)
}

const OPEN: [char; 12] = ['[', '(', '【', '［', '（', '{', '｛', '〈', '<', '《', '〖', '「'];
const CLOSE: [char; 12] = [']', ')', '】', '］', '）', '}', '｝', '〉', '>', '》', '〗', '」'];

/// The number with every bracket as it must be.
fn bracketed(text: &str) -> String {
    let one = |c: char| match () {
        () if OPEN.contains(&c) => '〔',
        () if CLOSE.contains(&c) => '〕',
        () => c,
    };
    text.chars().map(one).collect()
}

/// The number that is meant, where nothing but its form is wrong.
fn meant(text: &str) -> Option<String> {
    let narrow = |c: char| match c {
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10).unwrap_or(c),
        c => c,
    };
    let plain: String = bracketed(text).chars().filter(|c| !c.is_whitespace()).map(narrow).collect();
    let at = plain.find(|c: char| c == '〔' || c.is_ascii_digit())?;
    let (letters, rest) = plain.split_at(at);
    let rest = rest.trim_start_matches('〔');
    let year = rest.get(..4)?;
    // One of the two brackets shows that a year stands between them.
    let had_bracket = plain.contains(['〔', '〕']);
    let rest = rest.get(4..)?.trim_start_matches('〕');
    let rest = if had_bracket { rest } else { return announced(&plain) };
    let count = rest.trim_start_matches(['年', '第']).trim_start_matches('0');
    let count = count.strip_suffix('号').unwrap_or(count);
    Some(format!("{letters}〔{year}〕{count}号")).filter(|meant| is_lettered(meant))
}

/// The same for a public announcement, where only zeros or spaces are too many.
fn announced(plain: &str) -> Option<String> {
    let (head, rest) = plain.split_once('第')?;
    let rest = rest.trim_start_matches('0');
    Some(format!("{head}第{rest}")).filter(|meant| is_announced(meant))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g01_sound_numbers_pass() {
        for sound in [
            "晋市监函〔2022〕291号",
            "运市监认证函〔2022〕9号",
            "国市监质发〔2022〕76号",
            "2022年第9号",
            "公告2019年第20号",
            "国家市场监督管理总局公告2019年第20号",
            "国家市场监督管理总局令第38号",
        ] {
            assert_eq!(fault(sound), None, "{sound}");
        }
    }

    #[test]
    fn g02_only_the_brackets() {
        let meant = || Some(Fault::Brackets("晋市监函〔2022〕291号".to_string()));
        for wrong in ["晋市监函[2022]291号", "晋市监函(2022)291号", "晋市监函【2022】291号", "晋市监函（2022）291号"]
        {
            assert_eq!(fault(wrong), meant(), "{wrong}");
        }
    }

    #[test]
    fn g01_what_is_meant() {
        for (wrong, meant) in [
            ("示例监函〔2022〕009号", Some("示例监函〔2022〕9号")),
            ("示例监函〔2022〕第9号", Some("示例监函〔2022〕9号")),
            ("示例监函〔2022〕9", Some("示例监函〔2022〕9号")),
            ("示例监函 [2022] 9 号", Some("示例监函〔2022〕9号")),
            ("示例监函〔２０２２〕９号", Some("示例监函〔2022〕9号")),
            ("国发〔202123号", Some("国发〔2021〕23号")),
            ("2022年第09号", Some("2022年第9号")),
            ("示例监函〔22〕9号", None),
            ("示例监函2022-9", None),
            ("9号", None),
            ("〔", None),
            ("", None),
            ("第号", None),
        ] {
            assert_eq!(fault(wrong), Some(Fault::Form(meant.map(str::to_string))), "{wrong}");
        }
    }
}

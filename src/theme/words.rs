//! The filter `pieces`: a title or slogan cut where a line may end, so that no word is torn. A line of a title ends between
//! words (GB/T 9704-2012, 7.3.1), and browsers let it end between any two characters of Chinese.

use std::collections::BTreeMap;

use icu_segmenter::options::WordBreakInvariantOptions;
use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed};

use super::Files;
use crate::load::text::decode;
use crate::markdown::is_han;
use crate::report::Report;

/// The file of the theme that names the words of the trade, apart from each other by white space.
const FILE: &str = "posters/words.txt";
/// Single characters that always belong to what stands before them.
const SUFFIXES: &str = "的了们吗呢吧着过地得性化者等日月年号周点个次场件项位名";
/// Single characters that belong to what stands behind them.
const PREFIXES: &str = "与和及暨或在把用从对向为让被将给以按由促惠护讲教借先又再更最无不没第各该本小";
/// What no line begins with, besides closing brackets and quotes.
const STOPS: &str = "，。、；：！？…—·％%,.;:!?";
const OPENING: &str = "（《「『【〔〈“‘([{";
const CLOSING: &str = "）》」』】〕〉”’)]}";

/// What no line ends inside.
pub(super) struct Words {
    /// The words of the trade by their first character, the longer ones first.
    trade: BTreeMap<char, Vec<String>>,
    /// Everybody's words.
    common: WordSegmenterBorrowed<'static>,
}

/// What may follow the last word of a piece without a break.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    /// A single character, which most likely is the rest of the word: 检测站, 讲解员.
    Word,
    /// Whatever follows.
    Prefix,
    /// Another single character: most likely both are one name, which no dictionary has.
    Single,
    /// Nothing.
    Full,
}

impl Words {
    /// The words of a theme, whose file is read like those of authors, so that templates of posters find UTF-8; none when
    /// it is no text.
    pub(super) fn of(files: &mut Files, report: &mut Report) -> Option<Words> {
        let mut text = String::new();
        if let Some((path, bytes)) = files.get_mut(FILE) {
            text = decode(path, bytes, report)?;
            *bytes = text.as_bytes().into();
        }
        let mut trade: BTreeMap<char, Vec<String>> = BTreeMap::new();
        for word in text.split_whitespace() {
            trade.entry(word.chars().next().unwrap_or_default()).or_default().push(word.to_string());
        }
        trade.values_mut().for_each(|words| words.sort_by_key(|word| std::cmp::Reverse(word.len())));
        Some(Words { trade, common: WordSegmenter::new_dictionary(WordBreakInvariantOptions::default()) })
    }

    /// `text` in pieces, which together are the text again.
    pub(super) fn pieces(&self, text: &str) -> Vec<String> {
        let mut pieces: Vec<String> = Vec::new();
        let mut last = Last::Full;
        let mut words = self.words(text).into_iter().peekable();
        while let Some(word) = words.next() {
            let first = word.chars().next().unwrap_or(' ');
            let is_one = is_character(word);
            let is_alone = words.peek().is_none_or(|next| !is_character(next) || SUFFIXES.contains(*next));
            let (is_suffix, is_prefix) = (is_one && SUFFIXES.contains(first), is_one && PREFIXES.contains(first));
            let before = pieces.last().and_then(|piece| piece.chars().next_back());
            let follows = before.is_some_and(|before| {
                let is_rest = is_one && !is_prefix && (last == Last::Single || last == Last::Word && is_alone);
                let is_marked = CLOSING.contains(first) || STOPS.contains(first);
                let is_foreign = [first, before].iter().all(|c| !is_han(*c) && !is_mark(*c));
                let is_part = is_added(first) || first.is_whitespace();
                last == Last::Prefix
                    || is_suffix
                    || is_rest
                    || is_marked
                    || is_foreign
                    || is_part
                    || OPENING.contains(before)
            });
            last = match is_one {
                true if is_prefix => Last::Prefix,
                true if follows && last != Last::Prefix => Last::Full,
                true => Last::Single,
                false if is_han(first) => Last::Word,
                false => Last::Full,
            };
            match pieces.last_mut().filter(|_| follows) {
                Some(piece) => piece.push_str(word),
                None => pieces.push(word.to_string()),
            }
        }
        pieces
    }

    /// Words and what stands between them.
    fn words<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let (mut words, mut done, mut at) = (Vec::new(), 0, 0);
        while let Some(c) = text[at..].chars().next() {
            let known = self.trade.get(&c).into_iter().flatten().find(|word| text[at..].starts_with(word.as_str()));
            match known {
                Some(word) => {
                    self.common(&text[done..at], &mut words);
                    words.push(&text[at..at + word.len()]);
                    at += word.len();
                    done = at;
                }
                None => at += c.len_utf8(),
            }
        }
        self.common(&text[done..], &mut words);
        words
    }

    fn common<'t>(&self, text: &'t str, words: &mut Vec<&'t str>) {
        let mut from = 0;
        for to in self.common.segment_str(text).skip_while(|to| *to == 0) {
            words.push(&text[from..to]);
            from = to;
        }
    }
}

/// Whether it is one character of Chinese.
fn is_character(word: &str) -> bool {
    let mut characters = word.chars();
    characters.next().is_some_and(is_han) && characters.next().is_none()
}

/// Whether it changes the character before it: accents, forms of a character, and what joins two of them.
fn is_added(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{200D}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

fn is_mark(c: char) -> bool {
    [OPENING, CLOSING, STOPS].iter().any(|marks| marks.contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> String {
        let words = Words::of(&mut super::super::built_in(), &mut Report::new()).unwrap();
        let pieces = words.pieces(text);
        assert_eq!(pieces.concat(), text);
        pieces.join("|")
    }

    #[test]
    fn lines_end_between_words() {
        for expected in [
            // The words of the trade, and everybody's.
            "检验检测|促进|高质量|发展",
            "永济|示例|农产品|质量|检测站",
            "一份|蔬菜|样品的|旅程：|太原|示例|食品|检验|中心|开放日",
            // Signs stay with what they belong to, and so does a language that has spaces.
            "关于|转发|省局|《关于|开展|“有机产品|认证|宣传周”|活动的|通知》的|通知|（示例）",
            "统计表|怎么填？|ISO 9001 and GB/T 19001|怎么|区分",
            "有机产品|认证：|护航|消费|升级 |优享|品质|生活",
            // Single characters are part of a word.
            "绿色产品|认证|与标识|宣传周",
            "2022年|9月|19日|十位|市民|在永济|看了一场|体检",
            "怎样|看懂|有机产品|标志|和有机码",
            "服务|认证|促发展|惠民生",
            // A character stays in its form.
            "检验\u{E0100}|认证",
        ] {
            assert_eq!(cut(&expected.replace('|', "")), expected);
        }
    }

    #[test]
    fn a_list_in_gbk_is_read_and_told_and_posters_find_it_in_utf8() {
        let mut files = super::super::built_in();
        let (path, bytes) = files.get_mut(FILE).unwrap();
        *bytes = encoding_rs::GBK.encode("长治示例 示例电梯").0.as_ref().into();
        let (path, mut report) = (path.clone(), Report::new());
        let words = Words::of(&mut files, &mut report).unwrap();
        assert_eq!(words.pieces("长治示例电梯厂"), ["长治示例", "电梯厂"]);
        assert_eq!(files[FILE].1.as_ref(), "长治示例 示例电梯".as_bytes());
        let told: Vec<_> = report.iter().map(|finding| (finding.code.id, &finding.place.path)).collect();
        assert_eq!(told, [("W131", &path)]);
    }

    #[test]
    fn every_text_stays_what_it_is() {
        for text in ["", " ", "，", "a", "的", "（", "））", "\u{200d}", "👨‍👩‍👧 和 e\u{301}", "与", "1 2  3"]
        {
            cut(text);
        }
    }
}

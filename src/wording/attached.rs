//! The list of attachments under the text of a notice (附件说明, GB/T 9704—2012 §7.3.4): no mark behind a name, and as
//! many names as there are files (domain.md G09).

use std::ops::Range;

use super::passage::Passage;
use crate::load::Source;
use crate::load::fields::Kind;
use crate::load::node::Value;
use crate::report::{Report, Text, codes, displayable};

/// Marks that do not stand at the end of an attachment's name.
pub const MARKS: [char; 10] = ['。', '．', '.', '，', ',', '；', ';', '、', '：', ':'];
/// Marks of sentences, which no name has inside.
const SENTENCES: [char; 4] = ['。', '；', '！', '？'];
/// A longer name is a sentence.
const LONGEST: usize = 60;

/// Looks at a paragraph that begins with 附件：, in a notice that offers `files`; whether its names are links to files,
/// `is_linked` says.
pub fn check(passage: &Passage, files: usize, is_linked: &dyn Fn(&Range<usize>) -> bool, report: &mut Report) {
    let names = names(passage.text);
    let (Some(first), Some(last)) = (names.first(), names.last()) else { return };
    for name in &names {
        let written = &passage.text[name.clone()];
        let marks = name.start + written.trim_end_matches(MARKS).len()..name.end;
        if !marks.is_empty() {
            passage.tell_instead(report, &codes::G09, marks, "", punctuated(written));
        }
    }
    let list = first.start..last.end;
    if files != names.len() && !is_linked(&list) {
        passage.tell(report, &codes::G09, list, miscounted(names.len(), files));
    }
}

/// What is told of a name with a mark behind it, in the text or in the header.
pub fn punctuated(name: &str) -> Text {
    let shown = displayable(name);
    Text::new(
        format!("附件名称“{shown}”后面不加标点。"),
        format!("No mark stands at the end of an attachment's name: `{shown}`."),
    )
}

fn miscounted(count: usize, files: usize) -> Text {
    match files {
        0 => Text::new(
            "正文列出了附件，信息栏里没有写“附件”（attachments），读者下载不到文件。请在信息栏补上。",
            "The text lists attachments and the header has no `attachments`, so readers find no file.",
        ),
        _ => Text::new(
            format!(
                "正文列出了 {count} 个附件，信息栏的“附件”（attachments）里有 {files} 个。请核对，把两处写成一样。"
            ),
            format!("The text lists {count} attachments, the header {files}; make them the same."),
        ),
    }
}

/// How many attachments the header of a notice offers; none of other pages, whose bodies list none.
pub fn offered(source: &Source) -> Option<usize> {
    let attachments = source.header.map.get("attachments").map(|node| &node.value);
    (source.file.kind == Kind::Notice).then_some(match attachments {
        Some(Value::List(nodes)) => nodes.len(),
        Some(Value::Empty) | None => 0,
        Some(_) => 1,
    })
}

/// The names in `附件：1. 统计表 2. 汇总表`, with the marks behind them; none where the paragraph is no such list.
fn names(block: &str) -> Vec<Range<usize>> {
    let rest = block.trim_start().strip_prefix("附件");
    let Some(rest) = rest.and_then(|rest| rest.strip_prefix(['：', ':'])) else { return Vec::new() };
    let begin = block.len() - rest.len();
    let mut starts = vec![begin + skipped(rest, 1)];
    while let Some(at) = next_number(block, *starts.last().unwrap_or(&begin), starts.len() + 1) {
        starts.push(at);
    }
    let is_numbered = starts[0] > block.len() - rest.trim_start().len();
    let mut names = Vec::new();
    for (index, start) in starts.iter().enumerate() {
        let end = match starts.get(index + 1) {
            Some(next) => block[..*next].trim_end_matches(is_number).len(),
            None => block.len(),
        };
        let name = block[*start..end.max(*start)].trim();
        let lead = block[*start..].len() - block[*start..].trim_start().len();
        let plain = name.trim_end_matches(MARKS);
        // 附件：请于月底前报送。 is no list, and a name alone has no comma.
        let is_name = !plain.is_empty()
            && plain.chars().count() <= LONGEST
            && !plain.contains(SENTENCES)
            && (is_numbered || !plain.contains('，') && !plain.starts_with(['请', '详', '见', '另', '略', '无']));
        if !is_name {
            return Vec::new();
        }
        names.push(start + lead..start + lead + name.len());
    }
    names
}

fn is_number(c: char) -> bool {
    c.is_ascii_digit() || c.is_whitespace() || ['.', '．', '、'].contains(&c)
}

/// How many bytes the blanks and the number `number` at the beginning of `text` have.
fn skipped(text: &str, number: usize) -> usize {
    let rest = text.trim_start();
    let behind = rest.strip_prefix(number.to_string().as_str());
    let behind = behind.and_then(|rest| rest.strip_prefix(['.', '．', '、']));
    text.len() - behind.unwrap_or(rest).trim_start().len()
}

/// Where the name behind the next number begins, from `from` on.
fn next_number(block: &str, from: usize, number: usize) -> Option<usize> {
    let rest = &block[from..];
    rest.match_indices(&number.to_string()).find_map(|(at, digits)| {
        let alone = !rest[..at].ends_with(|c: char| c.is_ascii_digit() || c == '.');
        let behind = &rest[at + digits.len()..];
        let name = behind.strip_prefix(['.', '．', '、'])?;
        // 2.5 is a number.
        (alone && !name.starts_with(|c: char| c.is_ascii_digit())).then(|| from + rest.len() - name.trim_start().len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g09_names_of_a_list() {
        let read =
            |block: &str| -> Vec<String> { names(block).into_iter().map(|range| block[range].to_string()).collect() };
        assert_eq!(read("附件：1. 活动情况统计表"), ["活动情况统计表"]);
        assert_eq!(read("附件：1.活动情况统计表2.典型案例汇总表。"), ["活动情况统计表", "典型案例汇总表。"]);
        assert_eq!(read("附件：1．统计表（样表） 2．《汇总表》；"), ["统计表（样表）", "《汇总表》；"]);
        assert_eq!(read("附件: 活动情况统计表."), ["活动情况统计表."]);
        assert_eq!(read("附件：GB 2.5 版说明"), ["GB 2.5 版说明"]);
        for sentence in [
            "附件：请于 9 月底前报送。",
            "附件：",
            "附件",
            "附件：见下文。",
            "附件：统计表用 A4 纸打印，盖章后报送。",
            "附件材料：甲",
        ] {
            assert!(read(sentence).is_empty(), "{sentence}");
        }
    }
}

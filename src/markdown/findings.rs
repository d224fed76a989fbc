//! The sentences this room says, each written once, and a bound on how many of them one file can cause.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::report::{Code, Finding, Place, Report, Text, codes};

use super::lines::Lines;

/// The most links and pictures one page may have.
pub(super) const MAX_LINKS: usize = 5_000;

/// The most findings of one code for one file; a file with more has told its story.
const MOST: usize = 20;

/// Findings about one file.
#[derive(Debug)]
pub(super) struct Findings<'a> {
    pub(super) lines: Lines<'a>,
    report: &'a mut Report,
    counts: BTreeMap<&'static str, usize>,
    last_html_line: Option<usize>,
}

impl<'a> Findings<'a> {
    /// Findings that go to `report`.
    pub(super) fn new(lines: Lines<'a>, report: &'a mut Report) -> Findings<'a> {
        Findings { lines, report, counts: BTreeMap::new(), last_html_line: None }
    }

    /// E120, nested too deep.
    pub(super) fn too_deep(&mut self, at: usize) {
        if self.is_told(&codes::E120) {
            return;
        }
        let message = Text::new(
            format!("引用或列表套了太多层（超过 {} 层），这一页没有发布。请减少层数。", super::depth::DEEPEST),
            format!("Quotes or lists are nested more than {} deep; flatten them.", super::depth::DEEPEST),
        );
        self.add(&codes::E120, at..at, message, None);
    }

    /// E120, too many links.
    pub(super) fn too_many_links(&mut self, at: usize) {
        if self.is_told(&codes::E120) {
            return;
        }
        let most = MAX_LINKS;
        let message = Text::new(
            format!("一页里的链接和图片超过 {most} 个，后面的没有处理。请分成几页。"),
            format!("More than {most} links and pictures on one page; split it."),
        );
        self.add(&codes::E120, at..at, message, None);
    }

    /// E206, the page would be too large.
    pub(super) fn too_large(&mut self, at: usize) {
        if self.is_told(&codes::E206) {
            return;
        }
        let message = Text::new(
            "生成的网页太大（超过 8 MiB 或表格超过 50000 格），从这里起没有处理。请分成几页。",
            "The page would be too large (over 8 MiB, or over 50,000 table cells); split it. Reading stopped here.",
        );
        self.add(&codes::E206, at..at, message, None);
    }

    /// E121, with the address rewritten.
    pub(super) fn backslash(&mut self, range: Range<usize>) {
        if self.is_told(&codes::E121) {
            return;
        }
        let written = self.source(range.clone());
        let fix = self.rewritten(&range, &with_slashes(written));
        self.add(&codes::E121, range, Text::new("路径要用“/”，不能用“\\”。", "Use `/` in paths, not `\\`."), fix);
    }

    /// E122, with the address in angle brackets.
    pub(super) fn space_in_path(&mut self, range: Range<usize>, fixed: &str) {
        if self.is_told(&codes::E122) {
            return;
        }
        let fix = self.rewritten(&range, fixed);
        let message = Text::new(
            "路径里有空格或不成对的括号，Markdown 认不出来，网页上只会显示这段文字。请用尖括号把路径括起来，或者改文件名。",
            "The path contains a space or an unmatched bracket, so Markdown does not see it; wrap the path in angle brackets or rename the file.",
        );
        self.add(&codes::E122, range, message, fix);
    }

    /// E124, with the file's bare name.
    pub(super) fn local(&mut self, range: Range<usize>, address: &str, image: bool) {
        if self.is_told(&codes::E124) {
            return;
        }
        let name = address.rsplit(['/', '\\', ':']).next().unwrap_or(address);
        let folder = match self.lines.path().folder() {
            "" => ".",
            folder => folder,
        };
        let message = Text::new(
            format!(
                "这{}还在你的电脑里，别人打不开。请复制到 {folder}，再写文件名。",
                if image { "张图" } else { "个文件" }
            ),
            format!("This {} is only on your computer; copy it into {folder}.", if image { "image" } else { "file" }),
        );
        let written = self.source(range.clone());
        let head = written.find("](").map_or("", |at| &written[..at + 2]);
        let fix = (!name.is_empty() && !head.is_empty() && !written.contains('\n')).then(|| {
            let name = gate_name(name);
            self.rewritten(&range, &format!("{head}{name})"))
        });
        self.add(&codes::E124, range, message, fix.flatten());
    }

    /// E125.
    pub(super) fn unsafe_target(&mut self, range: Range<usize>, address: &str) {
        if self.is_told(&codes::E125) {
            return;
        }
        let shown: String = address.chars().take(60).collect();
        let message = Text::new(
            format!(
                "链接“{shown}”不安全，网页上只显示文字。链接只能是站内路径，或以 https://、http://、mailto:、tel: 开头。"
            ),
            format!(
                "The link target `{shown}` is not safe and was shown as text; use a relative path, https, http, mailto or tel."
            ),
        );
        self.add(&codes::E125, range, message, None);
    }

    /// E153, a link that leads nowhere.
    pub(super) fn empty_target(&mut self, range: Range<usize>) {
        if self.is_told(&codes::E153) {
            return;
        }
        let message = Text::new(
            "链接的括号里没有地址，网页上只显示文字。请写上地址，或删掉链接。",
            "The link has no target and was shown as text; give it one or remove the link.",
        );
        self.add(&codes::E153, range, message, None);
    }

    /// W126, once a line.
    pub(super) fn raw_html(&mut self, range: Range<usize>, html: &str) {
        let line = self.lines.number(range.start);
        if self.last_html_line.replace(line) == Some(line) || self.is_told(&codes::W126) {
            return;
        }
        let shown: String = html.trim().chars().take(40).take_while(|c| *c != '\n').collect();
        let message = Text::new(
            format!("网页代码“{shown}”会原样显示成文字。请改用 Markdown 写法，或删掉。"),
            format!("The HTML `{shown}` is shown as plain text; write it in Markdown or delete it."),
        );
        self.add(&codes::W126, range, message, None);
    }

    /// E153, a comment without an end.
    pub(super) fn open_comment(&mut self, range: Range<usize>) {
        if self.is_told(&codes::E153) {
            return;
        }
        let message = Text::new(
            "注释“<!--”没有在同一段里用“-->”结束，内部意见可能会公开，也可能后面的正文都不显示。请补上“-->”，注释中间不要空行。",
            "A comment `<!--` is not closed by `-->` in the same paragraph; close it, without blank lines inside.",
        );
        self.add(&codes::E153, range, message, None);
    }

    /// E153, a reference without a definition.
    pub(super) fn undefined_reference(&mut self, range: Range<usize>, name: &str) {
        if self.is_told(&codes::E153) {
            return;
        }
        let name: String = name.chars().take(40).collect();
        let message = Text::new(
            format!("这里引用了“{name}”，但文件里没有“[{name}]: 地址”这一行，网页上只会显示方括号。"),
            format!("`[{name}]` is referred to but there is no `[{name}]: address` line in this file."),
        );
        self.add(&codes::E153, range, message, None);
    }

    /// E153, a footnote without a definition.
    pub(super) fn undefined_note(&mut self, range: Range<usize>, name: &str) {
        if self.is_told(&codes::E153) {
            return;
        }
        let name: String = name.chars().take(40).collect();
        let message = Text::new(
            format!("脚注“[^{name}]”没有内容。请在文件里另起一行写“[^{name}]: 脚注内容”。"),
            format!("The footnote `[^{name}]` has no text; add a line `[^{name}]: …`."),
        );
        let finding = Finding::new(&codes::E153, self.place(&range), message);
        self.report.add(finding.add_line(format!("[^{name}]: 脚注内容")));
    }

    /// E153, full-width brackets round the address.
    pub(super) fn wide_brackets(&mut self, range: Range<usize>, fixed: &str) {
        if self.is_told(&codes::E153) {
            return;
        }
        let fix = self.rewritten(&range, fixed);
        let message = Text::new(
            "链接地址要用英文括号“( )”括起来，不能用全角“（ ）”，否则只会显示成文字。",
            "The address must stand in ASCII brackets `( )`; full-width ones make it plain text.",
        );
        self.add(&codes::E153, range, message, fix);
    }

    /// E153, a table drawn with full-width bars.
    pub(super) fn wide_table(&mut self, range: Range<usize>, fixed: &str) {
        if self.is_told(&codes::E153) {
            return;
        }
        let message = Text::new(
            "表格的竖线和横线要用英文的“|”和“-”，用了全角“｜”或“－”就不成表格。表格的每一行都要改。",
            "Tables are drawn with ASCII `|` and `-`; full-width bars make it plain text. Change every row.",
        );
        self.add(&codes::E153, range, message, Some(fixed.to_string()));
    }

    /// I05, a picture without alternative text.
    pub(super) fn no_alt(&mut self, range: Range<usize>) {
        if self.is_told(&codes::I05) {
            return;
        }
        let message = Text::new(
            "图片没有说明文字，看不见图的人无从知道内容。请写在方括号里：![说明](图片)。",
            "The picture has no alternative text; write it between the square brackets.",
        );
        self.add(&codes::I05, range, message, None);
    }

    /// The source text of a range.
    pub(super) fn source(&self, range: Range<usize>) -> &'a str {
        self.lines.source().get(range).unwrap_or_default()
    }

    fn add(&mut self, code: &'static Code, range: Range<usize>, message: Text, fix: Option<String>) {
        let place = self.place(&range);
        let finding = Finding::new(code, place, message);
        self.report.add(match fix {
            Some(line) => finding.fix(line),
            None => finding,
        });
    }

    /// Counts one more finding of `code`; whether there have been enough.
    fn is_told(&mut self, code: &'static Code) -> bool {
        let count = self.counts.entry(code.id).or_default();
        *count += 1;
        *count > MOST
    }

    /// The place of a range of the file.
    pub(super) fn place(&self, range: &Range<usize>) -> Place {
        self.lines.place(range.start, range.end)
    }

    /// The whole line with `range` replaced; none when the range is not within one line of ordinary length.
    fn rewritten(&self, range: &Range<usize>, replacement: &str) -> Option<String> {
        let source = self.lines.source();
        let number = self.lines.number(range.start);
        let line = self.lines.line(number);
        let start = range.start - (line.as_ptr() as usize - source.as_ptr() as usize);
        let end = start + range.len();
        (line.len() <= 2_000 && !replacement.contains('\n'))
            .then(|| Some(format!("{}{replacement}{}", line.get(..start)?, line.get(end..)?)))
            .flatten()
    }
}

fn with_slashes(link: &str) -> String {
    match link.find("](") {
        Some(at) => format!("{}{}", &link[..at], link[at..].replace('\\', "/")),
        None => link.replace('\\', "/"),
    }
}

fn gate_name(name: &str) -> String {
    if name.contains([' ', '(', ')']) { format!("<{name}>") } else { name.to_string() }
}

//! What is wrong with rendered pages, and how it is told: what the theme does is told once, whatever the number of pages
//! that show it; what somebody wrote is told where it was written.

use std::collections::BTreeMap;

use crate::model::OutPath;
use crate::plan::Recipe;
use crate::render::Press;
use crate::report::{Code, Finding, Place, Report, Text, displayable};

/// One fault of one page.
pub enum Fault {
    /// The theme did it.
    Theme {
        /// Its code.
        code: &'static Code,
        /// What is wrong, without the page and without a full stop.
        text: Text,
        /// Words by which the spot is found in the templates; empty where there are none.
        words: String,
    },
    /// Somebody wrote it.
    Written(Box<Finding>),
}

impl Fault {
    /// A fault of the theme.
    pub fn theme(code: &'static Code, words: &str, text: Text) -> Fault {
        Fault::Theme { code, text, words: words.to_string() }
    }

    /// A fault of what somebody wrote.
    pub fn written(finding: Finding) -> Fault {
        Fault::Written(Box::new(finding))
    }
}

/// The faults of all pages so far.
#[derive(Default)]
pub struct Faults {
    groups: BTreeMap<(&'static str, String), Group>,
    written: Vec<Finding>,
}

/// One fault of the theme with the pages that show it.
struct Group {
    code: &'static Code,
    text: Text,
    words: String,
    first: (OutPath, Recipe),
    /// Whether pages of another template show it too.
    several: bool,
    pages: usize,
}

impl Faults {
    /// Adds the faults of a page.
    pub fn add(&mut self, out: &OutPath, recipe: &Recipe, faults: Vec<Fault>) {
        // A page that shows a fault twice is one page.
        let mut told = Vec::new();
        for fault in faults {
            match fault {
                Fault::Written(finding) => self.written.push(*finding),
                Fault::Theme { code, text, words } => {
                    let key = (code.id, text.zh.clone());
                    if told.contains(&key) {
                        continue;
                    }
                    told.push(key.clone());
                    let first = (out.clone(), recipe.clone());
                    let new = || Group { code, text, words, first, several: false, pages: 0 };
                    let group = self.groups.entry(key).or_insert_with(new);
                    group.pages += 1;
                    group.several |= sort(recipe) != sort(&group.first.1);
                }
            }
        }
    }

    /// Tells them all.
    pub fn tell(self, press: &Press, report: &mut Report) {
        report.extend(self.written);
        report.extend(self.groups.into_values().map(|group| group.finding(press)));
    }
}

/// Pages of one sort have one template.
fn sort(recipe: &Recipe) -> (std::mem::Discriminant<Recipe>, Option<&str>) {
    let kind = if let Recipe::Page(id) = recipe { Some(id.kind.folder()) } else { None };
    (std::mem::discriminant(recipe), kind)
}

impl Group {
    fn finding(self, press: &Press) -> Finding {
        let template = if self.several { None } else { press.template(&self.first.1) };
        let place = press.theme().spot(template.unwrap_or("base.html"), &self.words);
        let (page, count) = (displayable(self.first.0.as_str()), self.pages);
        let Text { zh, en } = self.text;
        let text = match count {
            1 => Text::new(format!("{zh}（页面 {page}）。"), format!("{en} (page {page}).")),
            _ => Text::new(
                format!("{zh}（例如 {page}，共 {count} 个页面）。"),
                format!("{en} (such as {page}; {count} pages)."),
            ),
        };
        Finding::new(self.code, place, text)
    }
}

/// A finding about what somebody wrote, at `place`, that shows on the page `out`.
pub fn shown_on(code: &'static Code, place: Place, text: Text, out: &OutPath) -> Finding {
    let page = displayable(out.as_str());
    let text = Text::new(format!("{}（页面 {page}）。", text.zh), format!("{} (page {page}).", text.en));
    Finding::new(code, place, text)
}

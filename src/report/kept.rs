//! Findings and spans in the form in which a later run of the same program reads them back.

use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Code, Span, codes};

impl Serialize for &'static Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id)
    }
}

/// The code of a finding, by its id.
pub(super) fn code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static Code, D::Error> {
    let id = String::deserialize(deserializer)?;
    codes::find(&id).ok_or_else(|| D::Error::custom("an unknown code"))
}

/// Texts that are shared in memory.
pub(super) mod text {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<str>, D::Error> {
        String::deserialize(deserializer).map(Arc::from)
    }
}

/// The lines that spans of one file stand in, each once.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Lines(Vec<(u32, String)>);

/// A span without its line.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spot(u32, u32, u32);

impl Lines {
    /// The span without its line, which is kept here.
    pub fn put(&mut self, span: &Span) -> Spot {
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let line = number(span.line);
        if !self.0.iter().rev().any(|(known, _)| *known == line) {
            self.0.push((line, span.text.to_string()));
        }
        Spot(number(span.line), number(span.column), number(span.width))
    }

    /// The lines, ready to be shared by the spans that stand in them.
    pub fn shared(self) -> Shared {
        Shared(self.0.into_iter().map(|(line, text)| (line, text.into())).collect())
    }
}

/// Lines of a file that its spans share.
#[derive(Debug, Clone)]
pub struct Shared(Vec<(u32, Arc<str>)>);

impl Shared {
    /// The span again.
    pub fn span(&self, Spot(line, column, width): Spot) -> Span {
        let text = self.0.iter().find(|(known, _)| *known == line);
        let text = text.map_or_else(|| Arc::from(""), |(_, text)| text.clone());
        Span { line: line as usize, column: column as usize, width: width as usize, text }
    }
}

#[cfg(test)]
mod tests {
    use crate::report::{Finding, Place, SourcePath, Span, Text, codes};

    #[test]
    fn a_finding_is_read_back() {
        let place = Place::in_text(&SourcePath::new("content/a.md"), "一\n二三四\n", 4, 2);
        let finding = Finding::new(&codes::E114, place.clone(), Text::new("错", "wrong"));
        let finding = finding.fix("line").hint(Text::new("再看", "look")).related(place);
        let bytes = postcard::to_allocvec(&finding).unwrap();
        assert_eq!(postcard::from_bytes::<Finding>(&bytes).unwrap(), finding);
    }

    #[test]
    fn spans_of_one_line_keep_it_once() {
        let mut lines = super::Lines::default();
        let text = "标题: 甲\n正文: 乙";
        let spans: Vec<Span> = [0, 8, 12].into_iter().map(|at| Span::in_text(text, at, 1)).collect();
        let spots: Vec<_> = spans.iter().map(|span| lines.put(span)).collect();
        assert_eq!(lines.0.len(), 2);
        let lines = lines.shared();
        assert_eq!(spots.into_iter().map(|spot| lines.span(spot)).collect::<Vec<_>>(), spans);
    }
}

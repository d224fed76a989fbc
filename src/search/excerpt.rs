//! The sentence around what was found, for the terminal; the script cuts its own, because it marks the words.

use super::fold::with_places;
use super::query::{Answer, Piece};
use super::{Field, Texts};

/// About so many characters are shown before and behind.
const BEFORE: usize = 30;
const BEHIND: usize = 70;

/// The text around the first piece that stands in something longer than a title; empty where none does.
pub fn of(texts: &Texts, pieces: &[Piece], doc: u32, answer: &Answer) -> String {
    for field in [Field::Body, Field::Summary, Field::Facts, Field::Headings, Field::Slogan] {
        let text = &texts[field as usize];
        let (units, places) = with_places(text);
        for (piece, spots) in pieces.iter().zip(&answer.spots) {
            let spots = spots.get(&doc);
            let starts = spots.and_then(|spots| spots.fields.iter().find(|(known, _)| *known == field));
            let Some((_, starts)) = starts else { continue };
            // Lists of single units name documents only.
            let at = starts.first().map(|at| *at as usize);
            let at = at.or_else(|| units.windows(piece.units.len()).position(|window| window == piece.units));
            if let Some(at) = at.and_then(|at| places.get(at)) {
                return cut(text, *at);
            }
        }
    }
    String::new()
}

/// The text around the byte `at`, from one mark to another where there are some near.
fn cut(text: &str, at: usize) -> String {
    let at = text.floor_char_boundary(at);
    let stops = |c: char| matches!(c, '。' | '！' | '？' | '；' | '\n');
    let before: Vec<(usize, char)> = text[..at].char_indices().rev().take(BEFORE).collect();
    let from = before.iter().find(|(_, c)| stops(*c)).map(|(at, c)| at + c.len_utf8());
    let from = from.or((before.len() < BEFORE).then_some(0));
    let from = from.or_else(|| before.iter().rev().find(|(_, c)| *c == '，').map(|(at, c)| at + c.len_utf8()));
    let from = from.unwrap_or_else(|| before.last().map_or(at, |(at, _)| *at));
    let behind: Vec<(usize, char)> = text[at..].char_indices().take(BEHIND).collect();
    let end = behind.iter().rev().find(|(_, c)| stops(*c)).map(|(at, c)| at + c.len_utf8());
    let end = at + end.or_else(|| behind.last().map(|(at, c)| at + c.len_utf8())).unwrap_or_default();
    let mut shown = text[from..end].trim().replace('\n', " ");
    if from > 0 && !text[..from].ends_with(stops) {
        shown.insert(0, '…');
    }
    if end < text.len() && !text[..end].ends_with(stops) {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_cut_at_their_marks() {
        let text = "第一句。第二句说的是有机产品认证，后面还有。最后一句。";
        assert_eq!(cut(text, text.find("有机").unwrap()), "第二句说的是有机产品认证，后面还有。最后一句。");
        let long = format!("{}，有机产品{}", "长".repeat(50), "文".repeat(90));
        let shown = cut(&long, long.find("有机").unwrap());
        assert!(shown.starts_with("…有机产品文") && shown.ends_with("文…") && shown.chars().count() == 72, "{shown}");
        assert_eq!((cut("", 0).as_str(), cut("有", 99).as_str()), ("", "有"));
    }
}

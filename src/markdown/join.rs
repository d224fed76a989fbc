//! Line breaks between lines of a paragraph: Chinese lines join without a space, others keep one.
//!
//! HTML shows a line break as a space, which is wrong between Han characters (jgm/djot#131). What counts is the last
//! character before the break and the first one after it, whatever inline elements stand between
//! (yuin/goldmark#582). A line that begins with 　　 begins a paragraph, as it does in a word processor.

use super::chars::{is_ambiguous, is_wide};
use super::pieces::{Element, Piece};

/// How far to look for the next character; more marks in a row than this is no text.
const AHEAD: usize = 32;

/// `pieces` with needless line breaks, indentation and empty paragraphs left out.
pub(super) fn lines(pieces: Vec<Piece<'_>>) -> Vec<Piece<'_>> {
    let breaks = breaks(&pieces);
    let mut breaks = breaks.into_iter();
    let mut joined = Joined::default();
    for piece in pieces {
        match piece {
            Piece::SoftBreak => joined.line_break(breaks.next()),
            Piece::Text(text) => joined.text(text),
            piece => joined.other(piece),
        }
    }
    joined.pieces
}

/// What becomes of a line break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Break {
    Space,
    Nothing,
    Paragraph,
}

/// The fate of each soft break, in order.
fn breaks(pieces: &[Piece]) -> Vec<Break> {
    let mut found = Vec::new();
    if !pieces.contains(&Piece::SoftBreak) {
        return found;
    }
    let mut before = Edge::default();
    let mut depth = None;
    for (index, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::SoftBreak => {
                let rest = &pieces[index + 1..];
                found.push(match rest.first() {
                    Some(Piece::Text(text)) if depth == Some(0) && text.starts_with("\u{3000}\u{3000}") => {
                        Break::Paragraph
                    }
                    _ if before.joins(&Edge::after(rest)) => Break::Nothing,
                    _ => Break::Space,
                });
            }
            Piece::Text(text) | Piece::Code(text) => before = before.then(text),
            _ => depth = depth_after(piece, depth),
        }
        if piece.is_border() {
            before = Edge::default();
        }
    }
    found
}

/// How many inline elements are open in the paragraph after `piece`; none outside of paragraphs.
fn depth_after(piece: &Piece, depth: Option<usize>) -> Option<usize> {
    match piece {
        Piece::Open(Element::Paragraph) => Some(0),
        Piece::Open(element) if element.is_inline() => depth.map(|depth| depth + 1),
        Piece::Close(element) if element.is_inline() => depth.map(|depth| depth.saturating_sub(1)),
        Piece::Open(_) | Piece::Close(_) => None,
        _ => depth,
    }
}

/// The characters next to a line break, on one side of it.
#[derive(Debug, Clone, Copy, Default)]
struct Edge {
    nearest: Option<char>,
    /// The nearest one whose width is certain.
    certain: Option<char>,
}

impl Edge {
    fn then(self, text: &str) -> Edge {
        let certain = text.chars().rev().find(|c| !is_ambiguous(*c));
        Edge { nearest: text.chars().next_back().or(self.nearest), certain: certain.or(self.certain) }
    }

    fn after(pieces: &[Piece]) -> Edge {
        let mut edge = Edge::default();
        for piece in pieces.iter().take(AHEAD) {
            if let Piece::Text(text) | Piece::Code(text) = piece {
                let text = text.trim_start();
                edge.nearest = edge.nearest.or(text.chars().next());
                edge.certain = text.chars().take(AHEAD).find(|c| !is_ambiguous(*c));
            }
            if edge.certain.is_some() || piece.is_border() {
                break;
            }
        }
        edge
    }

    fn joins(&self, next: &Edge) -> bool {
        self.is_wide_beside(next) && next.is_wide_beside(self)
    }

    fn is_wide_beside(&self, other: &Edge) -> bool {
        let wide = |c: Option<char>| c.is_some_and(is_wide);
        wide(self.nearest) || self.nearest.is_some_and(is_ambiguous) && (wide(self.certain) || wide(other.nearest))
    }
}

#[derive(Default)]
struct Joined<'t> {
    pieces: Vec<Piece<'t>>,
    /// Whether a line begins here, so that white space is indentation.
    fresh: bool,
}

impl<'t> Joined<'t> {
    fn line_break(&mut self, fate: Option<Break>) {
        match fate {
            Some(Break::Paragraph) => {
                self.pieces.extend([Piece::Close(Element::Paragraph), Piece::Open(Element::Paragraph)]);
            }
            Some(Break::Nothing) => {}
            _ => self.pieces.push(Piece::SoftBreak),
        }
        self.fresh = true;
    }

    fn text(&mut self, text: &'t str) {
        let text = if self.fresh { text.trim_start() } else { text };
        if !text.is_empty() {
            self.fresh = false;
            self.pieces.push(Piece::Text(text));
        }
    }

    fn other(&mut self, piece: Piece<'t>) {
        let empty = matches!(piece, Piece::Close(Element::Paragraph))
            && matches!(self.pieces.last(), Some(Piece::Open(Element::Paragraph)));
        self.fresh = match &piece {
            Piece::Code(_) | Piece::Picture(_) | Piece::Note(_) => false,
            piece => self.fresh || piece.is_border(),
        };
        if empty {
            self.pieces.pop();
        } else {
            self.pieces.push(piece);
        }
    }
}

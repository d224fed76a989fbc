//! Footnotes in the order in which a reader meets them, each written once at the end of the page.
//!
//! A footnote may refer to footnotes, also in a circle; numbers are given from a queue, so a circle ends where every
//! footnote has its number. Footnotes nobody refers to come last, so that no text is lost.

use super::pieces::{Piece, Pieces};

/// One footnote.
#[derive(Debug, Clone)]
pub(super) struct Note {
    /// Its text.
    pub(super) pieces: Pieces,
    /// How often it is referred to.
    pub(super) references: usize,
}

/// Renumbers the references in `pieces` and in the notes, and puts the notes in the order of their first reference.
pub(super) fn ordered(pieces: &mut [Piece], notes: Vec<Vec<Piece>>) -> Vec<Note> {
    let mut left: Vec<Option<Vec<Piece>>> = notes.into_iter().map(Some).collect();
    let mut numbers: Vec<Option<usize>> = vec![None; left.len()];
    let mut queue = Vec::new();
    let mut ordered: Vec<Note> = Vec::new();
    let mut references = vec![0; left.len()];
    number(pieces, &mut numbers, &mut queue, &mut references);
    for unused in 0..=left.len() {
        while let Some(next) = queue.get(ordered.len()) {
            let mut pieces = left[*next].take().unwrap_or_default();
            number(&mut pieces, &mut numbers, &mut queue, &mut references);
            ordered.push(Note { pieces: Pieces::of(&pieces), references: 0 });
        }
        if numbers.get(unused) == Some(&None) {
            numbers[unused] = Some(queue.len());
            queue.push(unused);
        }
    }
    for (note, references) in ordered.iter_mut().zip(references) {
        note.references = references;
    }
    ordered
}

fn number(pieces: &mut [Piece], numbers: &mut [Option<usize>], queue: &mut Vec<usize>, references: &mut [usize]) {
    for piece in pieces {
        if let Piece::Note(note) = piece {
            let number = *numbers[*note].get_or_insert_with(|| {
                queue.push(*note);
                queue.len() - 1
            });
            references[number] += 1;
            *note = number;
        }
    }
}

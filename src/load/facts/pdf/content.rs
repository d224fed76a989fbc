//! The operators of a page (ISO 32000-2 §8, §9): which strings are shown, and whether they stand together.

use std::rc::Rc;

use super::fonts::Font;
use super::lexer::is_space;
use super::text::Read;

/// What stands before an operator.
enum Operand<'a> {
    Number(f64),
    Name(&'a [u8]),
    Text(Vec<u8>),
}

/// The operators of a stream, one after the other, with what stands before each.
pub struct Tokens<'a> {
    bytes: &'a [u8],
    at: usize,
    operands: Vec<Operand<'a>>,
}

/// The bytes of a string that stands in a file as `raw`, brackets included.
pub fn string(raw: &[u8]) -> Vec<u8> {
    let mut tokens = Tokens::new(raw);
    tokens.operator();
    let text = tokens.operands.into_iter().find_map(|operand| match operand {
        Operand::Text(text) => Some(text),
        _ => None,
    });
    text.unwrap_or_default()
}

/// An array of a page has fewer entries than this, and no operator takes as many; more are forgotten.
const MOST_OPERANDS: usize = 100_000;

impl<'a> Tokens<'a> {
    /// The operators of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Tokens<'a> {
        Tokens { bytes, at: 0, operands: Vec::new() }
    }

    /// The next operator; what stands before it can be asked for until [`Tokens::clear`].
    pub fn operator(&mut self) -> Option<&'a [u8]> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            if self.operands.len() > MOST_OPERANDS {
                self.operands.clear();
            }
            match byte {
                b'(' => self.text(),
                b'<' if self.bytes.get(self.at + 1) != Some(&b'<') => self.hex(),
                b'/' => {
                    self.at += 1;
                    let name = self.word();
                    self.operands.push(Operand::Name(name));
                }
                b'%' => {
                    let end = self.rest().iter().position(|byte| matches!(byte, b'\n' | b'\r'));
                    self.at = end.map_or(self.bytes.len(), |end| self.at + end);
                }
                b'0'..=b'9' | b'+' | b'-' | b'.' => {
                    let word = std::str::from_utf8(self.word()).ok();
                    let number = word.and_then(|word| word.parse().ok()).filter(|number: &f64| number.is_finite());
                    self.operands.push(Operand::Number(number.unwrap_or_default()));
                }
                b'\'' | b'"' | b'a'..=b'z' | b'A'..=b'Z' => {
                    let word = self.word();
                    if word == b"ID" {
                        self.picture();
                    }
                    return Some(word);
                }
                // Space, and the brackets of arrays and dictionaries.
                _ => self.at += 1,
            }
        }
    }

    /// Forgets what stood before the last operator.
    pub fn clear(&mut self) {
        self.operands.clear();
    }

    /// The first name before the operator.
    pub fn name(&self) -> Option<&'a [u8]> {
        self.operands.iter().find_map(|operand| match operand {
            Operand::Name(name) => Some(*name),
            _ => None,
        })
    }

    /// The number at `index` among the numbers before the operator.
    pub fn number(&self, index: usize) -> f64 {
        let mut numbers = self.operands.iter().filter_map(|operand| match operand {
            Operand::Number(number) => Some(*number),
            _ => None,
        });
        numbers.nth(index).unwrap_or_default()
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn word(&mut self) -> &'a [u8] {
        let rest = self.rest();
        let ends = |byte: &u8| is_space(*byte) || b"()<>[]{}/%".contains(byte);
        let end = rest.iter().position(ends).unwrap_or(rest.len()).max(usize::from(!rest.is_empty()));
        self.at += end;
        &rest[..end]
    }

    /// A string in brackets (§7.3.4.2).
    fn text(&mut self) {
        let (mut text, mut open) = (Vec::new(), 0usize);
        while let Some(byte) = self.bytes.get(self.at).copied() {
            self.at += 1;
            match byte {
                b'(' if open == 0 => open = 1,
                b'(' => {
                    open += 1;
                    text.push(byte);
                }
                b')' if open == 1 => break,
                b')' => {
                    open -= 1;
                    text.push(byte);
                }
                b'\\' => text.extend(self.escaped()),
                byte => text.push(byte),
            }
        }
        self.operands.push(Operand::Text(text));
    }

    fn escaped(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(match byte {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            b'\n' => return None,
            b'\r' => {
                self.at += usize::from(self.rest().first() == Some(&b'\n'));
                return None;
            }
            b'0'..=b'7' => {
                let more = self.rest().iter().take(2).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
                let digits = &self.bytes[self.at - 1..self.at + more];
                self.at += more;
                digits.iter().fold(0u32, |value, digit| value * 8 + u32::from(digit - b'0')) as u8
            }
            other => other,
        })
    }

    fn hex(&mut self) {
        let rest = self.rest().get(1..).unwrap_or_default();
        let end = rest.iter().position(|byte| *byte == b'>').unwrap_or(rest.len());
        self.at += end + 2;
        self.operands.push(Operand::Text(super::fonts::unhexed(&rest[..end])));
    }

    /// The bytes of a picture between `ID` and `EI` (§8.9.7).
    fn picture(&mut self) {
        let ends = |window: &[u8]| is_space(window[0]) && &window[1..3] == b"EI" && is_space(window[3]);
        let end = self.rest().windows(4).position(ends);
        self.at = end.map_or(self.bytes.len(), |end| self.at + end + 3);
    }
}

/// Six numbers of a matrix (§8.3.4).
type Matrix = [f64; 6];

const SAME: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

fn product(a: Matrix, b: Matrix) -> Matrix {
    [
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    ]
}

/// What is kept by `q` and brought back by `Q`, as far as words go.
#[derive(Clone)]
struct State {
    sheet: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    leading: f64,
    spacing: f64,
}

/// The words of a page so far, and where the next one would stand.
pub struct Shown {
    /// The words. A gap is a space; a wide one is a tab.
    pub text: String,
    state: State,
    saved: Vec<State>,
    line: Matrix,
    word: Matrix,
    /// Where the last glyph ended, on the sheet.
    end: Option<(f64, f64)>,
}

impl Default for Shown {
    fn default() -> Shown {
        let state = State { sheet: SAME, font: None, size: 1.0, leading: 0.0, spacing: 0.0 };
        Shown { text: String::new(), state, saved: Vec::new(), line: SAME, word: SAME, end: None }
    }
}

/// More words than this are on no page.
const MOST_TEXT: usize = 16 << 20;
/// `q` may be said this often before a `Q`.
const MOST_SAVED: usize = 256;

impl Shown {
    /// Keeps the state, as before a drawing.
    pub fn save(&mut self) {
        if self.saved.len() < MOST_SAVED {
            self.saved.push(self.state.clone());
        }
    }

    /// Brings it back.
    pub fn restore(&mut self) {
        self.state = self.saved.pop().unwrap_or_else(|| self.state.clone());
    }

    /// Takes another font.
    pub fn font(&mut self, font: Option<Rc<Font>>, size: f64) {
        (self.state.font, self.state.size) = (font, size);
    }

    /// Does what `operator` says.
    pub fn apply(&mut self, operator: &[u8], tokens: &Tokens, read: &mut Read) {
        let number = |index| tokens.number(index);
        let matrix = || [0, 1, 2, 3, 4, 5].map(number);
        match operator {
            b"q" => self.save(),
            b"Q" => self.restore(),
            b"cm" => self.state.sheet = product(matrix(), self.state.sheet),
            b"BT" => (self.line, self.word) = (SAME, SAME),
            b"Tc" => self.state.spacing = number(0),
            b"TL" => self.state.leading = number(0),
            b"Td" => self.next(number(0), number(1)),
            b"TD" => {
                self.state.leading = -number(1);
                self.next(number(0), number(1));
            }
            b"Tm" => (self.line, self.word) = (matrix(), matrix()),
            b"T*" => self.next(0.0, -self.state.leading),
            b"Tj" | b"TJ" => self.show(tokens, read),
            b"'" | b"\"" => {
                self.next(0.0, -self.state.leading);
                self.show(tokens, read);
            }
            _ => {}
        }
    }

    fn next(&mut self, x: f64, y: f64) {
        self.line = product([1.0, 0.0, 0.0, 1.0, x, y], self.line);
        self.word = self.line;
    }

    fn advance(&mut self, width: f64) {
        self.word = product([1.0, 0.0, 0.0, 1.0, width, 0.0], self.word);
    }

    fn show(&mut self, tokens: &Tokens, read: &mut Read) {
        for operand in &tokens.operands {
            match operand {
                Operand::Number(shift) => self.advance(-shift / 1000.0 * self.state.size),
                Operand::Text(bytes) => self.string(bytes, read),
                Operand::Name(_) => {}
            }
        }
    }

    fn string(&mut self, bytes: &[u8], read: &mut Read) {
        let Some(font) = self.state.font.clone() else {
            read.unknown += bytes.len();
            return;
        };
        self.part();
        let (text, mut width, mut count) = (&mut self.text, 0.0, 0.0);
        font.glyphs(bytes, |meant, ems| {
            match meant {
                _ if text.len() > MOST_TEXT => read.cut = true,
                Some(meant) => {
                    read.known += 1;
                    text.push_str(meant);
                }
                None => {
                    read.unknown += 1;
                    text.push('\u{fffc}');
                }
            }
            width += ems;
            count += 1.0;
        });
        self.advance(width * self.state.size + count * self.state.spacing);
        let place = product(self.word, self.state.sheet);
        self.end = Some((place[4], place[5]));
    }

    /// Parts what comes from what is there by as much as their distance says.
    fn part(&mut self) {
        let place = product(self.word, self.state.sheet);
        let em = (self.state.size * place[0].hypot(place[1])).abs().max(0.01);
        let Some((x, y)) = self.end else { return };
        let gap = (place[4] - x) / em;
        let part = match () {
            () if ((place[5] - y) / em).abs() > 0.4 => '\n',
            () if !(-0.5..1.5).contains(&gap) => '\t',
            () if gap > 0.18 => ' ',
            () => return,
        };
        if !self.text.ends_with(['\n', '\t', ' ']) {
            self.text.push(part);
        }
    }
}

//! The objects of PDF (ISO 32000-2 §7.3), read one at a time from a place in a buffer. Depth and length of one object
//! are bounded; what is not well formed is none.

use std::borrow::Cow;

/// An object.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// Whatever says nothing about pages: `true`, `null`.
    Other,
    /// A string as it stands in the file, brackets included.
    Text(&'a [u8]),
    /// A number, whole or not.
    Number(f64),
    /// A name, without its `/`.
    Name(Cow<'a, [u8]>),
    /// The number of another object.
    Reference(u32),
    /// An array.
    Array(Vec<Value<'a>>),
    /// A dictionary.
    Dict(Dict<'a>),
}

/// The keys of a dictionary, as they stand.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dict<'a>(Vec<(Cow<'a, [u8]>, Value<'a>)>);

impl<'a> Dict<'a> {
    /// What stands behind `key`, perhaps a reference.
    pub fn get(&self, key: &str) -> Option<&Value<'a>> {
        self.0.iter().find(|(known, _)| **known == *key.as_bytes()).map(|(_, value)| value)
    }

    /// Whether the name `word` stands behind `key`.
    pub fn is(&self, key: &str, word: &str) -> bool {
        matches!(self.get(key), Some(Value::Name(name)) if **name == *word.as_bytes())
    }

    /// Every key with what stands behind it.
    pub fn entries(&self) -> impl Iterator<Item = (&[u8], &Value<'a>)> {
        self.0.iter().map(|(key, value)| (&**key, value))
    }

    /// The whole number behind `key`.
    pub fn size(&self, key: &str) -> Option<usize> {
        match self.get(key)? {
            Value::Number(number) if number.fract() == 0.0 && (0.0..1e9).contains(number) => Some(*number as usize),
            _ => None,
        }
    }
}

impl Value<'_> {
    /// The object it refers to.
    pub fn reference(&self) -> Option<u32> {
        match self {
            Value::Reference(number) => Some(*number),
            _ => None,
        }
    }
}

/// Arrays and dictionaries may lie in each other this deep.
const DEEPEST: usize = 32;
/// One object may have this many bytes: an array of 50,000 pages has less.
const LONGEST: usize = 1 << 20;

/// Reads from a place in a buffer.
pub struct Lexer<'a> {
    bytes: &'a [u8],
    /// How far it has read.
    pub at: usize,
}

impl<'a> Lexer<'a> {
    /// Reads what begins at `at`, and no further than one object may go.
    pub fn new(bytes: &'a [u8], at: usize) -> Lexer<'a> {
        Lexer { bytes: &bytes[..bytes.len().min(at.saturating_add(LONGEST))], at }
    }

    /// The next object.
    pub fn value(&mut self) -> Option<Value<'a>> {
        self.nested(0)
    }

    /// Whether `word` comes next; if so it is read.
    pub fn word(&mut self, word: &[u8]) -> bool {
        self.space();
        let is_next = self.rest().starts_with(word);
        self.at += if is_next { word.len() } else { 0 };
        is_next
    }

    fn nested(&mut self, depth: usize) -> Option<Value<'a>> {
        self.space();
        match self.rest() {
            [b'<', b'<', ..] | [b'[', ..] if depth >= DEEPEST => None,
            [b'<', b'<', ..] => self.dict(depth),
            [b'[', ..] => self.array(depth),
            [b'<', ..] => {
                let from = self.at;
                self.skip(|byte| byte != b'>');
                self.at += 1;
                Some(Value::Text(self.since(from)))
            }
            [b'(', ..] => self.text(),
            [b'/', ..] => Some(Value::Name(self.name())),
            [b'0'..=b'9' | b'+' | b'-' | b'.', ..] => Some(self.number_or_reference()),
            [byte, ..] if byte.is_ascii_alphabetic() => self.keyword(),
            _ => None,
        }
    }

    fn dict(&mut self, depth: usize) -> Option<Value<'a>> {
        self.at += 2;
        let mut entries = Vec::new();
        while !self.word(b">>") {
            let key = if self.rest().first() == Some(&b'/') { self.name() } else { return None };
            entries.push((key, self.nested(depth + 1)?));
        }
        Some(Value::Dict(Dict(entries)))
    }

    fn array(&mut self, depth: usize) -> Option<Value<'a>> {
        self.at += 1;
        let mut values = Vec::new();
        while !self.word(b"]") {
            values.push(self.nested(depth + 1)?);
        }
        Some(Value::Array(values))
    }

    /// A string in brackets: inner ones are balanced or escaped (§7.3.4.2).
    fn text(&mut self) -> Option<Value<'a>> {
        let (from, mut open) = (self.at, 0);
        loop {
            match self.rest().first()? {
                b'(' => open += 1,
                b')' => open -= 1,
                b'\\' => self.at += 1,
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                return Some(Value::Text(self.since(from)));
            }
        }
    }

    /// What was read from `from` on.
    fn since(&self, from: usize) -> &'a [u8] {
        self.bytes.get(from..self.at.min(self.bytes.len())).unwrap_or_default()
    }

    /// A name; `#41` in it is the letter A.
    fn name(&mut self) -> Cow<'a, [u8]> {
        self.at += 1;
        let raw = self.skip(is_regular);
        if !raw.contains(&b'#') {
            return Cow::Borrowed(raw);
        }
        let (mut name, mut rest) = (Vec::new(), raw);
        while let [byte, tail @ ..] = rest {
            let hex = tail.get(..2).filter(|_| *byte == b'#').and_then(|hex| std::str::from_utf8(hex).ok());
            let meant = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
            name.push(meant.unwrap_or(*byte));
            rest = if meant.is_some() { &tail[2..] } else { tail };
        }
        Cow::Owned(name)
    }

    fn number_or_reference(&mut self) -> Value<'a> {
        let number = self.number();
        let here = self.at;
        let is_whole = number.fract() == 0.0 && (0.0..f64::from(u32::MAX)).contains(&number);
        if is_whole
            && self.generation()
            && self.word(b"R")
            && !self.rest().first().is_some_and(|byte| is_regular(*byte))
        {
            return Value::Reference(number as u32);
        }
        self.at = here;
        Value::Number(number)
    }

    fn generation(&mut self) -> bool {
        self.space();
        let digits = self.skip(|byte| byte.is_ascii_digit());
        !digits.is_empty() && digits.len() <= 5
    }

    fn number(&mut self) -> f64 {
        let digits = self.skip(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.'));
        std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).unwrap_or(0.0)
    }

    /// `true`, `null` and their like; the words that end an object belong to nobody's value.
    fn keyword(&mut self) -> Option<Value<'a>> {
        let rest = self.rest();
        let ends = [&b"endobj"[..], b"stream", b"endstream", b"obj"].iter().any(|word| rest.starts_with(word));
        if ends {
            return None;
        }
        self.skip(is_regular);
        Some(Value::Other)
    }

    fn space(&mut self) {
        loop {
            self.skip(is_space);
            if self.rest().first() != Some(&b'%') {
                return;
            }
            self.skip(|byte| !matches!(byte, b'\n' | b'\r'));
        }
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Reads the bytes for which `goes_on` holds.
    fn skip(&mut self, goes_on: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.rest();
        let end = rest.iter().position(|byte| !goes_on(*byte)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }
}

/// White space (§7.2.3).
pub fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

//! The elements and texts of an XML part, one after the other. Nothing is kept of what surrounds them, so depth costs
//! nothing; entities are never expanded.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// What comes next in a part.
pub enum Next<'a> {
    /// An element begins.
    Open(Element<'a>),
    /// The element of this name ends; those without content end at once.
    Close(&'a str),
    /// Words.
    Words(&'a str),
}

/// An element that begins.
pub struct Element<'a> {
    tag: BytesStart<'a>,
}

impl Element<'_> {
    /// Its name, without a prefix.
    pub fn name(&self) -> &str {
        self.tag.local_name().into_inner()
    }

    /// What the attribute with this name, prefix left out, says.
    pub fn attribute(&self, name: &str) -> Option<String> {
        let mut attributes = self.tag.attributes();
        // Looking for a name that stands twice takes time that grows with the square of their number.
        attributes.with_checks(false);
        let found = attributes.flatten().find(|attribute| attribute.key.local_name().into_inner() == name)?;
        Some(unescaped(&found.value))
    }
}

/// Gives everything in `part`, up to where it is no XML any more; whether that was its end.
pub fn each(part: &str, mut next: impl FnMut(Next<'_>)) -> bool {
    let mut reader = Reader::from_str(part);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => next(Next::Open(Element { tag })),
            Ok(Event::Empty(tag)) => {
                next(Next::Open(Element { tag: tag.borrow() }));
                next(Next::Close(tag.local_name().into_inner()));
            }
            Ok(Event::End(tag)) => next(Next::Close(tag.local_name().into_inner())),
            Ok(Event::Text(words)) => next(Next::Words(&words.into_inner())),
            Ok(Event::CData(words)) => next(Next::Words(&words.into_inner())),
            Ok(Event::GeneralRef(reference)) => {
                let c = reference.resolve_char_ref().ok().flatten();
                match c {
                    Some(c) => next(Next::Words(c.encode_utf8(&mut [0; 4]))),
                    None => next(Next::Words(named(&reference.into_inner()))),
                }
            }
            Ok(Event::Eof) => return true,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

fn named(name: &str) -> &'static str {
    match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
}

fn unescaped(value: &str) -> String {
    quick_xml::escape::unescape(value).map_or_else(|_| value.to_string(), |value| value.into_owned())
}

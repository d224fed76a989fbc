//! A page as html5gum reads it: a reader that shares nothing with the program.

use std::collections::BTreeMap;

use html5gum::{DefaultEmitter, Token, Tokenizer};

pub struct Element {
    pub name: String,
    pub attributes: BTreeMap<String, String>,
    /// The text inside, its own and that of the elements in it.
    pub text: String,
}

impl Element {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

#[derive(Default)]
pub struct Markup {
    pub elements: Vec<Element>,
    /// What a strict reader would not forgive: parse errors, elements that overlap or are never closed.
    pub faults: Vec<String>,
    pub comments: Vec<String>,
}

const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "param"];

/// Attributes whose value is an address.
pub const ADDRESSES: [&str; 8] = ["href", "src", "action", "formaction", "poster", "data", "cite", "xlink:href"];

impl Markup {
    pub fn read(html: &[u8]) -> Markup {
        let html = std::str::from_utf8(html).expect("a page is UTF-8");
        let mut emitter = DefaultEmitter::default();
        emitter.naively_switch_states(true);
        let (mut markup, mut open) = (Markup::default(), Vec::new());
        let tokens = Tokenizer::new_with_emitter(html, emitter);
        for token in tokens {
            match token.unwrap() {
                Token::StartTag(tag) => {
                    let name = text(&tag.name);
                    let attributes = tag.attributes.iter().map(|(name, value)| (text(name), text(&value.value)));
                    let attributes = attributes.collect();
                    markup.elements.push(Element { name: name.clone(), attributes, text: String::new() });
                    if !VOID.contains(&name.as_str()) && !tag.self_closing {
                        open.push(markup.elements.len() - 1);
                    }
                }
                Token::EndTag(tag) => match open.pop() {
                    Some(at) if markup.elements[at].name == text(&tag.name) => {}
                    Some(at) => {
                        let opened = markup.elements[at].name.clone();
                        markup.faults.push(format!("<{opened}> is closed by </{}>", text(&tag.name)));
                    }
                    None => markup.faults.push(format!("</{}> closes nothing", text(&tag.name))),
                },
                Token::String(string) => {
                    for at in &open {
                        markup.elements[*at].text.push_str(&text(&string.value));
                    }
                }
                Token::Comment(comment) => markup.comments.push(text(&comment.value)),
                Token::Error(error) => markup.faults.push(format!("{}", error.value)),
                Token::Doctype(doctype) => {
                    if doctype.force_quirks || text(&doctype.name) != "html" {
                        markup.faults.push("quirks".to_string());
                    }
                }
            }
        }
        markup.faults.extend(open.into_iter().map(|at| format!("<{}> is never closed", markup.elements[at].name)));
        markup
    }

    pub fn all<'m>(&'m self, name: &'m str) -> impl Iterator<Item = &'m Element> {
        self.elements.iter().filter(move |element| element.name == name)
    }

    pub fn only(&self, name: &str) -> &Element {
        let found: Vec<&Element> = self.elements.iter().filter(|element| element.name == name).collect();
        assert!(found.len() == 1, "{} times <{name}>", found.len());
        found[0]
    }

    /// The content of `<meta name=…>`, whose name is compared exactly.
    pub fn meta(&self, name: &str) -> Option<&str> {
        self.all("meta").find(|meta| meta.get("name") == Some(name)).and_then(|meta| meta.get("content"))
    }

    pub fn ids(&self) -> Vec<&str> {
        self.elements.iter().filter_map(|element| element.get("id")).collect()
    }

    /// Every address on the page with the element it stands in.
    pub fn addresses(&self) -> impl Iterator<Item = (&Element, &str)> {
        self.elements.iter().flat_map(|element| {
            let own = ADDRESSES.iter().filter_map(|name| element.get(name));
            let set = element.get("srcset").into_iter().flat_map(|set| set.split(','));
            let set = set.filter_map(|part| part.split_whitespace().next());
            own.chain(set).map(move |address| (element, address))
        })
    }

    /// Addresses that a browser could run or read from the machine (I7), and handlers in attributes.
    pub fn dangers(&self) -> Vec<String> {
        let unsafe_address = |address: &str| {
            let seen: String = address.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
            let head = seen.split(['/', '?', '#']).next().unwrap_or_default().to_ascii_lowercase();
            let scheme = head.split_once(':').map(|(scheme, _)| scheme);
            let outside = address.starts_with("//") || address.contains('\\');
            outside || scheme.is_some_and(|scheme| !["http", "https", "mailto", "tel"].contains(&scheme))
        };
        // The theme alone may write `webcal:`, to subscribe to a calendar of the site; the gate refuses it to authors.
        let subscribes = |element: &Element, address: &str| {
            element.name == "a" && address.starts_with("webcal://") && address.ends_with("/calendar.ics")
        };
        // And `geo:` with two numbers, which opens the map app of a phone.
        let locates = |element: &Element, address: &str| element.name == "a" && is_point(address);
        let addresses = self.addresses().filter(|(_, address)| unsafe_address(address));
        let addresses =
            addresses.filter(|(element, address)| !subscribes(element, address) && !locates(element, address));
        let mut dangers: Vec<String> =
            addresses.map(|(element, address)| format!("<{}> {address:?}", element.name)).collect();
        for element in &self.elements {
            let handlers = element.attributes.keys().filter(|name| name.starts_with("on") || *name == "srcdoc");
            dangers.extend(handlers.map(|name| format!("<{} {name}>", element.name)));
            // A policy only takes away what a page may do.
            let refresh = element.get("http-equiv").is_some_and(|name| name != "Content-Security-Policy");
            if refresh || ["iframe", "object", "embed", "base", "frame", "applet"].contains(&element.name.as_str()) {
                dangers.push(format!("<{}>", element.name));
            }
        }
        dangers
    }
}

/// Whether `address` is `geo:` and two numbers of six decimals (RFC 5870).
pub fn is_point(address: &str) -> bool {
    let number = |text: &str| {
        let (whole, fraction) = text.strip_prefix('-').unwrap_or(text).split_once('.').unwrap_or_default();
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        digits(whole) && digits(fraction) && whole.len() <= 3 && fraction.len() == 6
    };
    let point = address.strip_prefix("geo:").and_then(|point| point.split_once(','));
    point.is_some_and(|(lat, lon)| number(lat) && number(lon))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn the_reader_sees_what_is_wrong() {
    let faults = |html: &str| Markup::read(html.as_bytes()).faults;
    let dangers = |html: &str| Markup::read(html.as_bytes()).dangers();
    assert_eq!(faults("<!doctype html><p>a<br>b<a href='x'>c</a></p>"), [""; 0]);
    assert_eq!(faults("<!doctype html><p><b>a</p></b>").len(), 2);
    assert_eq!(faults("<!doctype html><p a='1' a='2'></p>").len(), 1);
    assert_eq!(faults("<!doctype html><p>").len(), 1);
    assert_eq!(dangers("<a href='a/b.html?x=1:2#a:b'>"), [""; 0]);
    assert_eq!(dangers("<a href='webcal://a/calendar.ics'>"), [""; 0]);
    assert_eq!(dangers("<a href='webcal://a/other'><img src='webcal://a/calendar.ics'>").len(), 2);
    assert_eq!(dangers("<a href='geo:37.870590,-112.550500'>"), [""; 0]);
    assert_eq!(dangers("<img src='geo:37.870590,112.550500'><a href='geo:0,0?q=javascript:x'>").len(), 2);
    assert_eq!(dangers("<a href='https://a'><a href='mailto:a@b'><a href='tel:1'><a href='#a'>"), [""; 0]);
    for bad in
        ["javascript:x", "JaVa\tscript:x", " javascript:x", "data:x", "//host", "\\\\host", "file:///a", "vbscript:"]
    {
        assert_eq!(dangers(&format!("<img src=\"{bad}\">")).len(), 1, "{bad}");
    }
    assert_eq!(dangers("<p onclick='x'>").len(), 1);
    assert_eq!(dangers("<meta http-equiv=refresh content='0'>").len(), 1);
}

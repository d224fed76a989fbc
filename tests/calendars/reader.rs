//! Calendar files read back: by the `icalendar` crate, which did not write them, and to the letter of RFC 5545 §3.1,
//! about which that crate is lenient.

use std::collections::BTreeMap;

use icalendar::parser::{Component, ParseString, read_calendar, unfold};

/// A calendar file as its reader understands it.
pub struct Calendar {
    /// Properties of the calendar itself.
    pub properties: Properties,
    /// Its events in order.
    pub events: Vec<Event>,
    /// The names of its other components.
    pub others: Vec<String>,
}

/// Name to value, texts unescaped; parameters stand in the name, as `DTSTART;VALUE=DATE`.
pub type Properties = BTreeMap<String, String>;

/// One VEVENT.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its own properties.
    pub properties: Properties,
    /// Its alarms.
    pub alarms: Vec<Properties>,
}

impl Event {
    /// The value of a property; it must be there.
    pub fn get(&self, name: &str) -> &str {
        self.properties.get(name).unwrap_or_else(|| panic!("no {name} in {:?}", self.properties))
    }

    /// The values of a list of texts, which the crate leaves as it stands.
    pub fn list(&self, name: &str) -> Vec<String> {
        let mut values = vec![String::new()];
        let mut escaped = false;
        for c in self.get(name).chars() {
            match c {
                ',' if !escaped => values.push(String::new()),
                c => values.last_mut().unwrap().push(c),
            }
            escaped = c == '\\' && !escaped;
        }
        let text = |value: String| ParseString::from(value).unescape_text().as_str().to_string();
        values.into_iter().map(text).collect()
    }

    /// SEQUENCE.
    pub fn sequence(&self) -> i32 {
        self.get("SEQUENCE").parse().unwrap()
    }
}

impl Calendar {
    /// Reads a file after judging its form.
    pub fn read(bytes: &[u8]) -> Calendar {
        let text = std::str::from_utf8(bytes).expect("a fold splits no character");
        judge(text);
        let unfolded = unfold(text);
        let calendar = read_calendar(&unfolded).unwrap();
        let kind = |component: &Component| component.name.as_str() == "VEVENT";
        let (events, others): (Vec<_>, Vec<_>) = calendar.components.into_iter().partition(kind);
        Calendar {
            properties: properties(&calendar.properties),
            events: events.iter().map(event).collect(),
            others: others.iter().map(|component| component.name.as_str().to_string()).collect(),
        }
    }

    /// The UIDs in order.
    pub fn uids(&self) -> Vec<&str> {
        self.events.iter().map(|event| event.get("UID")).collect()
    }
}

fn event(component: &Component) -> Event {
    assert!(component.components.iter().all(|inner| inner.name.as_str() == "VALARM"));
    Event {
        properties: properties(&component.properties),
        alarms: component.components.iter().map(|alarm| properties(&alarm.properties)).collect(),
    }
}

fn properties(list: &[icalendar::parser::Property]) -> Properties {
    let mut all = Properties::new();
    for property in list {
        let parameter = |parameter: &icalendar::parser::Parameter| {
            format!(";{}={}", parameter.key.as_str(), parameter.val.as_ref().map_or("", |val| val.as_str()))
        };
        let name = format!("{}{}", property.name.as_str(), property.params.iter().map(parameter).collect::<String>());
        let twice = all.insert(name.clone(), property.val.as_str().to_string());
        assert_eq!(twice, None, "{name} stands twice");
    }
    all
}

/// The names that may stand in our files; a text that breaks out of its value would make another.
const NAMES: [&str; 28] = [
    "BEGIN",
    "END",
    "VERSION",
    "PRODID",
    "CALSCALE",
    "NAME",
    "X-WR-CALNAME",
    "X-WR-TIMEZONE",
    "REFRESH-INTERVAL",
    "X-PUBLISHED-TTL",
    "UID",
    "DTSTAMP",
    "LAST-MODIFIED",
    "SEQUENCE",
    "DTSTART",
    "DTEND",
    "SUMMARY",
    "LOCATION",
    "GEO",
    "DESCRIPTION",
    "CATEGORIES",
    "STATUS",
    "URL",
    "ACTION",
    "TRIGGER",
    "TZID",
    "TZOFFSETFROM",
    "TZOFFSETTO",
];

/// Lines end in CRLF, hold 75 octets at most, no controls and no half of an escape; names are known; components nest.
fn judge(text: &str) {
    assert!(text.ends_with("\r\n"), "the last line does not end");
    for line in text.split_terminator("\r\n") {
        assert!(line.len() <= 75 && !line.is_empty(), "{} octets: {line}", line.len());
        assert!(!line.chars().any(char::is_control), "a control character in {line:?}");
        let slashes = line.chars().rev().take_while(|c| *c == '\\').count();
        assert!(slashes % 2 == 0, "an escape is split after {line}");
    }
    let mut open = Vec::new();
    for line in text.replace("\r\n ", "").split_terminator("\r\n") {
        let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("no property: {line}"));
        let name = name.split(';').next().unwrap();
        assert!(NAMES.contains(&name), "a property nobody wrote: {line}");
        match name {
            "BEGIN" => open.push(value.to_string()),
            "END" => assert_eq!(open.pop().as_deref(), Some(value)),
            _ => {}
        }
    }
    assert_eq!(open, Vec::<String>::new());
}

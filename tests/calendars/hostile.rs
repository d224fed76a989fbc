//! Texts that try to end a line, a value or a component come back as the texts they are, from every field.

use std::collections::BTreeMap;

use fastrand::Rng;

use super::edits::{OPEN_DAY, project};
use super::{calendars, press};

/// What an author, or somebody who wants to do harm, might put into a field.
pub const TEXTS: [&str; 14] = [
    "甲\r\nATTENDEE:mailto:x@x.cn",
    "甲\nEND:VEVENT\nBEGIN:VEVENT\nUID:forged",
    "甲\u{2028}ATTENDEE:x\u{2029}ATTENDEE:y\u{85}ATTENDEE:z",
    "一，二、三；四,五;六\\七\\n八\\\\九\\,十",
    "\\",
    "末尾\\",
    "\"引号\";VALUE=DATE:20220101",
    "甲：乙:丙=丁",
    "👩‍👩‍👧‍👦👩🏽‍🔬🇨🇳👨‍👩‍👧‍👦👩🏽‍🔬🇨🇳👨‍👩‍👧‍👦👩🏽‍🔬🇨🇳",
    "𠮷野家𠮷野家𠮷野家𠮷野家𠮷野家𠮷野家𠮷野家",
    "检验检测机构开放日检验检测机构开放日检验检测机构开放日检验检测机构开放日",
    "two  spaces   three    and a very long line of words that has to be folded somewhere between them",
    "e\u{301}\u{200b}\u{feff}\u{202e}双向",
    "BEGIN:VALARM",
];

/// What a calendar file may make of a text: every line break one, a tab a space, no other controls.
fn kept(text: &str) -> String {
    let breaks = ["\r\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"];
    let text = breaks.iter().fold(text.to_string(), |text, end| text.replace(end, "\n"));
    text.replace('\t', " ").chars().filter(|c| *c == '\n' || !c.is_control()).collect()
}

/// A YAML text that means `text`, whatever stands in it.
pub fn quoted(text: &str) -> String {
    let code = |c: char| if c.is_ascii_alphanumeric() { c.to_string() } else { format!("\\U{:08x}", u32::from(c)) };
    format!("\"{}\"", text.chars().map(code).collect::<String>())
}

/// Builds a project in which every text field holds a text of its own, and compares all of them.
fn round(text: impl Fn(&str) -> String) {
    let names =
        ["title", "institution", "campaign", "event", "place", "address", "note", "programme", "bring", "method"];
    let texts: BTreeMap<&str, String> = names.into_iter().map(|name| (name, text(name))).collect();
    let quoted = |name: &str| quoted(&texts[name]);
    let project = project();
    let institution = format!("---\nname: {}\nregion: 运城市\n---\n", quoted("institution"));
    project.write("content/institutions/lab.md", institution.as_bytes());
    let events = format!("[{{title: {}, date: 2022-09-20, place: {}}}]", quoted("event"), quoted("place"));
    let campaign = format!("---\ntitle: {}\nslogan: 口号\nevents: {events}\n---\n", quoted("campaign"));
    project.write("content/campaigns/week.md", campaign.as_bytes());
    let open_day = format!(
        "---\ntitle: {}\ncampaign: week\ninstitution: lab\nsessions: [{{date: 2022-09-27, start: 09:00}}]\naddress: {}\n\
         status: postponed\nstatus_note: {}\nprogramme: [{}]\nbring: [{}]\nbooking: {{method: {}}}\n\
         summary: 摘要\n---\n",
        quoted("title"),
        quoted("address"),
        quoted("note"),
        quoted("programme"),
        quoted("bring"),
        quoted("method"),
    );
    project.write(OPEN_DAY, open_day.as_bytes());
    let press = press(&project.path());
    let calendars = calendars(&press);
    let calendar = &calendars["calendar.ics"];
    assert_eq!(calendar.uids().len(), 2, "{texts:?}");
    let kept = |name: &str| kept(texts[name].trim());
    let (event, visit) = (&calendar.events[0], &calendar.events[1]);
    assert_eq!(event.get("SUMMARY"), kept("event"));
    assert_eq!(event.get("LOCATION"), kept("place"));
    assert_eq!(event.list("CATEGORIES"), [kept("campaign")]);
    assert_eq!(visit.get("SUMMARY"), format!("【已延期】{}", kept("title")));
    assert_eq!(visit.get("LOCATION"), format!("{}，{}", kept("institution"), kept("address")));
    assert_eq!(visit.list("CATEGORIES"), [kept("campaign"), kept("programme")]);
    assert_eq!(visit.get("STATUS"), "TENTATIVE");
    let url = visit.get("URL");
    let words = ["已延期：".to_string() + &kept("note"), "摘要".into(), "预约：".to_string() + &kept("method")];
    let words = [words.join("\n"), "请携带：".to_string() + &kept("bring"), format!("详情：{url}")].join("\n");
    assert_eq!(visit.get("DESCRIPTION"), words);
}

#[test]
fn g01_g02_g03_every_field_keeps_every_text() {
    for text in TEXTS {
        round(|field| if field == "title" { format!("甲{text}") } else { text.to_string() });
    }
}

#[test]
fn g02_g03_random_texts_come_back() {
    const SEED: u64 = 20220920;
    println!("seed {SEED}");
    let rng = std::cell::RefCell::new(Rng::with_seed(SEED));
    let pieces =
        ["\\", ",", ";", ":", "\n", "\r\n", "\r", "\t", " ", "\"", "n", "甲", "𠮷", "👩‍🔬", "a", "\u{2028}", "。"];
    for _ in 0..40 {
        round(|_| {
            let mut rng = rng.borrow_mut();
            let inner: String = (0..rng.usize(1..90)).map(|_| pieces[rng.usize(..pieces.len())]).collect();
            format!("头{inner}尾")
        });
    }
}

#[test]
fn what_is_kept_is_less_than_everything() {
    assert_eq!(kept("甲\t乙\u{7}\r\n丙\r丁"), "甲 乙\n丙\n丁");
    assert_eq!(quoted("a\"\n"), "\"a\\U00000022\\U0000000a\"");
}

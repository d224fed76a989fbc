//! Hostile text through every template: it prints as itself (faults.md D17, G12; the list of Typst's own signs).

use super::*;

const TEXTS: [&str; 12] = [
    "#read(\"/etc/passwd\")",
    "*粗* _斜_ `码` $x^2$",
    "] } ) \" ' \\ // /* */",
    "<b>&\"' ]]> <script>",
    "@ref <label> = 标题",
    "--- ... ~ -- 1.5",
    "https://example.gov.cn/a(b)",
    "#include \"/data.json\"",
    "\\u{41} \\n \\\\",
    "{{ x }} {% y %}",
    "#eval(\"1\") #panic()",
    "%s ${x} $(id)",
];

fn yaml(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The texts as a YAML list.
fn list(texts: &[&str]) -> String {
    format!("[{}]", texts.iter().map(|text| yaml(text)).collect::<Vec<_>>().join(", "))
}

#[test]
fn d17_g12_hostile_texts_print_as_themselves_on_every_poster() {
    // By turns each text stands in a headline, in a list and among the facts, a few at a time as on a real poster.
    for turn in 0..3 {
        let some = |from: usize, count: usize| -> Vec<&str> {
            (from..from + count).map(|number| TEXTS[(turn * 4 + number) % TEXTS.len()]).collect()
        };
        let one = |number: usize| yaml(some(number, 1)[0]);
        let campaign = format!(
            "title: {}\nslogan: {}\norganizer: {}\nactivities: {}",
            one(0),
            one(1),
            list(&some(2, 1)),
            list(&some(3, 3))
        );
        let open_day =
            format!("title: {}\ndate_text: {}\naddress: {}\nprogramme: {}", one(6), one(7), one(8), list(&some(9, 2)));
        let project = project_with(&campaign, &one(11), &open_day);
        let press = press(project.folder(), &Format::ALL);
        for (slug, texts) in [("c", some(0, 6)), ("o", some(6, 6))] {
            for format in [Format::A3, Format::WeChat] {
                let word = format.about().word;
                let laid = laid(&press, slug, format).unwrap_or_else(|findings| panic!("{slug} {word}: {findings:#?}"));
                let words = words(&laid);
                let lost = texts.iter().find(|text| !words.contains(&flat(text)));
                assert_eq!(lost, None, "{slug} as {word}: {words}");
            }
        }
        let other = [Format::RollUp, Format::Led, Format::WeChatCover, Format::WeChatSquare];
        laid(&press, "c", other[turn]).unwrap_or_else(|findings| panic!("{findings:#?}"));
        laid(&press, "o", other[turn + 1]).unwrap_or_else(|findings| panic!("{findings:#?}"));
    }
}

#[test]
fn line_breaks_in_values_are_spaces() {
    let press = press(project(CAMPAIGN, OPEN_DAY).folder(), &Format::ALL);
    let mut sheet = sheet(&press, "c", Format::A3);
    sheet.data["organizer"] = serde_json::json!(["第一行\n第二行\r\n\u{2028}第三行"]);
    let words = words(&press.typesetter.lay(&sheet).unwrap());
    assert!(words.contains("第一行第二行第三行"), "{words}");
}

#[test]
fn a_template_reads_nothing_but_its_own_room() {
    for (reads, why) in [
        ("#read(\"/etc/passwd\")", "no file of the machine"),
        ("#read(\"../../etc/passwd\")", "nothing above its folder"),
        ("#read(\"/content/site.yaml\")", "no source"),
        ("#import \"@preview/cetz:0.3.0\"", "no package"),
        ("#image(\"https://example.gov.cn/a.png\")", "no network"),
        ("#datetime.today()", "no clock"),
        ("#text(font: \"Arial\")[x]", "no font of the machine"),
    ] {
        let project = project(CAMPAIGN, OPEN_DAY);
        let template = format!("#set document(title: \"x\")\n{reads}\n");
        project.write("themes/default/posters/campaign.typ", template);
        let press = press(project.folder(), &[Format::A3]);
        let findings = laid(&press, "c", Format::A3).unwrap_err();
        assert!(findings.iter().all(|finding| finding.code.id == "E207"), "{why}: {findings:?}");
        let place = &findings[0].place;
        assert_eq!(place.path.as_str(), "themes/default/posters/campaign.typ", "{why}");
        assert_eq!(place.span.as_ref().map(|span| span.line), Some(2), "{why}: {findings:?}");
    }
}

#[test]
fn letters_print_hostile_texts_as_themselves() {
    let project = Project::small();
    let (first, second) = TEXTS.split_at(6);
    let header = format!(
        "title: {}\nissuer: {}\npublished: 2022-09-05 09:00\ndoc_no: {}\nrecipients: {}\ncc: {}\nnote: {}",
        yaml(TEXTS[0]),
        yaml(TEXTS[1]),
        yaml(TEXTS[2]),
        list(first),
        list(second),
        yaml(TEXTS[3])
    );
    let body = TEXTS.join("\n");
    project.write("content/notices/n.md", format!("---\n{header}\n---\n\n正文。\n\n```\n{body}\n```\n"));
    let press = press(project.folder(), &[Format::A3]);
    let id = site::model::PageId::new(site::load::fields::Kind::Notice, "n");
    let sheet = press.sheet(&Recipe::Letter(id)).unwrap().0;
    let laid = press.typesetter.lay(&sheet).unwrap_or_else(|findings| panic!("{findings:#?}"));
    let words = words(&laid);
    for text in TEXTS {
        assert!(words.matches(&flat(text)).count() >= 2, "{text}: {words}");
    }
}

//! The open days as data: the table is read by the `csv` crate and compared with the content, the JSON is judged by
//! its own schema, which `boon` understands and did not write.

use std::collections::BTreeMap;
use std::path::Path;

use boon::{Compiler, SchemaIndex, Schemas};
use fastrand::Rng;
use serde_json::{Value, json};
use site::model::page::{OpenDay, Session, Status};
use site::model::{OutPath, Own, Page};
use site::render::{Made, Press};

use super::edits::{OPEN_DAY, project};
use super::fixtures::project::Project;
use super::hostile::{TEXTS, quoted};
use super::press;

/// Signs with which a formula begins, and the forms of them that are made half-width (faults.md G07).
const FORMULAS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

fn bytes(press: &Press, name: &str) -> Vec<u8> {
    let out = OutPath::new(name).unwrap();
    match press.make(&out, press.plan.recipe(&out).unwrap()) {
        Ok(Made::Bytes(bytes)) => bytes.to_vec(),
        _ => panic!("{name} is not made of bytes"),
    }
}

/// One row by the names of its columns.
type Row = BTreeMap<String, String>;

/// The table as a spreadsheet reads it; its form is checked on the way.
fn table(press: &Press) -> Vec<Row> {
    let bytes = bytes(press, "data/open-days.csv");
    let text = std::str::from_utf8(&bytes).unwrap();
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark, or WPS takes the file for GBK");
    let lines: Vec<&str> = text.strip_suffix("\r\n").unwrap().split("\r\n").collect();
    assert!(lines.iter().all(|line| !line.contains(['\r', '\n'])), "a lone line break: {text:?}");
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let names: Vec<String> = reader.headers().unwrap().iter().map(String::from).collect();
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len() + 1, lines.len(), "one line a row");
    for cell in records.iter().flat_map(|record| record.iter()) {
        assert!(!cell.starts_with(FORMULAS) && !cell.starts_with(['\t', '\r']), "{cell:?} would run");
        assert!(!cell.contains(|c: char| c.is_control()) && cell.trim() == cell, "{cell:?}");
    }
    let row = |record: csv::StringRecord| names.iter().cloned().zip(record.iter().map(String::from)).collect();
    records.into_iter().map(row).collect()
}

fn json_of(press: &Press) -> Value {
    serde_json::from_slice(&bytes(press, "data/open-days.json")).unwrap()
}

/// The schema of a site, ready to judge.
struct Judge {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Judge {
    fn of(press: &Press) -> Judge {
        let schema: Value = serde_json::from_slice(&bytes(press, "data/open-days.schema.json")).unwrap();
        let address = schema["$id"].as_str().unwrap().to_string();
        assert_eq!(json_of(press)["$schema"], address.as_str(), "the document says where its schema is");
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.enable_format_assertions();
        compiler.add_resource(&address, schema).unwrap();
        let index = compiler.compile(&address, &mut schemas).unwrap();
        Judge { schemas, index }
    }

    fn fault(&self, document: &Value) -> Option<String> {
        self.schemas.validate(document, self.index).err().map(|fault| fault.to_string())
    }
}

fn open_days(press: &Press) -> Vec<(&Page, &OpenDay)> {
    let pages = press.edition.pages().filter_map(|page| match &page.own {
        Own::OpenDay(open_day) => Some((page, open_day)),
        _ => None,
    });
    pages.collect()
}

fn said(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// What a row has to say of what the content says word for word.
fn expected(page: &Page, open_day: &OpenDay, session: Option<&Session>) -> Vec<(&'static str, String)> {
    let booking = open_day.booking.as_ref();
    vec![
        ("标题", page.title.clone()),
        ("活动", page.campaigns.iter().map(|id| id.slug.to_string()).collect::<Vec<_>>().join("；")),
        ("机构", open_day.institution.slug.to_string()),
        ("日期", said(session.map(|session| session.date))),
        ("开始", said(session.and_then(|session| session.start))),
        ("结束", said(session.and_then(|session| session.end))),
        ("名额", said(session.and_then(|session| session.capacity))),
        ("余位", said(session.and_then(|session| session.left))),
        (
            "原定日期",
            said(
                session
                    .and_then(|session| session.planned)
                    .map(|(day, clock)| format!("{day} {}", said(clock)).trim().to_string()),
            ),
        ),
        ("时间说明", said(open_day.date_text.as_ref())),
        ("预约方式", said(booking.and_then(|booking| booking.method.as_ref()))),
        ("预约电话", said(booking.and_then(|booking| booking.phone.as_ref()))),
        ("预约网址", said(booking.and_then(|booking| booking.url.as_ref()))),
        ("预约截止", said(booking.and_then(|booking| booking.deadline))),
        ("活动项目", open_day.programme.join("；")),
        ("面向人群", open_day.audience.join("；")),
        ("云参观", said(open_day.online_url.as_ref())),
        ("携带物品", open_day.bring.join("；")),
        ("状态说明", said(open_day.status_note.as_ref())),
        ("主办单位", open_day.organizer.join("；")),
        ("发布时间", said(page.published)),
        ("更新时间", said(page.updated)),
        ("网址名", page.id.slug.to_string()),
    ]
}

#[test]
fn the_table_of_the_demonstration_says_what_its_content_says() {
    let press = press(Path::new(env!("CARGO_MANIFEST_DIR")));
    let rows = table(&press);
    let mut count = 0;
    for (page, open_day) in open_days(&press) {
        let mine: Vec<&Row> = rows.iter().filter(|row| row["网址名"] == *page.id.slug).collect();
        assert_eq!(mine.len(), open_day.sessions.len().max(1), "{}", page.id.slug);
        for (at, row) in mine.iter().enumerate() {
            for (column, text) in expected(page, open_day, open_day.sessions.get(at)) {
                assert_eq!(row[column], text, "{column} of {}", page.id.slug);
            }
            assert!(row["网址"].ends_with(&format!("/open-days/{}/", page.id.slug)), "{}", row["网址"]);
            assert!(!row["地区"].is_empty() && !row["地址"].is_empty(), "those of the institution stand in");
        }
        count += mine.len();
    }
    let filled = |column: &str| rows.iter().filter(|row| !row[column].is_empty()).count();
    assert!(filled("纬度") > 0 && filled("纬度") == filled("坐标系"), "points are in it");
    assert!(count == rows.len() && count >= 8, "{count} of {}", rows.len());
}

#[test]
fn the_json_of_the_demonstration_keeps_to_its_schema() {
    let press = press(Path::new(env!("CARGO_MANIFEST_DIR")));
    let (judge, document) = (Judge::of(&press), json_of(&press));
    assert_eq!(judge.fault(&document), None);
    for (page, open_day) in open_days(&press) {
        let all = document["open_days"].as_array().unwrap();
        let row = all.iter().find(|row| row["slug"] == *page.id.slug).unwrap();
        assert_eq!(row["title"], page.title.as_str());
        assert_eq!(row["institution"]["slug"], *open_day.institution.slug);
        assert_eq!(row["campaigns"].as_array().unwrap().len(), page.campaigns.len());
        assert_eq!(row["sessions"].as_array().unwrap().len(), open_day.sessions.len());
        assert_eq!(row["status_note"], json!(open_day.status_note));
        assert_eq!(row["booking"].is_null(), open_day.booking.is_none());
        let calendar = row["calendar"].as_str().unwrap();
        let out = calendar.strip_prefix(document["url"].as_str().unwrap()).unwrap();
        assert!(press.plan.recipe(&OutPath::new(out).unwrap()).is_some(), "{calendar} is a file of the site");
    }
}

#[test]
fn a_document_that_is_not_as_described_fails() {
    let press = press(Path::new(env!("CARGO_MANIFEST_DIR")));
    let (judge, sound) = (Judge::of(&press), json_of(&press));
    type Mutation = fn(&mut Value);
    let mutants: [(&str, Mutation); 13] = [
        ("a missing key", |all| drop(all["open_days"][0].as_object_mut().unwrap().remove("status_note"))),
        ("a missing key of the whole", |all| drop(all.as_object_mut().unwrap().remove("as_of"))),
        ("an extra key", |all| all["open_days"][0]["draft"] = json!(false)),
        ("an extra key of a session", |all| all["open_days"][0]["sessions"][0]["note"] = json!("")),
        ("an unknown status", |all| all["open_days"][0]["status"] = json!("open")),
        ("a day that does not exist", |all| all["open_days"][0]["sessions"][0]["date"] = json!("2022-09-31")),
        ("a time of another form", |all| all["open_days"][0]["sessions"][0]["start"] = json!("9:00")),
        ("places as a text", |all| all["open_days"][0]["sessions"][0]["capacity"] = json!("30")),
        ("places below nothing", |all| all["open_days"][0]["sessions"][0]["left"] = json!(-1)),
        ("a relative address", |all| all["open_days"][0]["url"] = json!("open-days/x/")),
        ("a region without a code", |all| all["open_days"][0]["region"] = json!({ "name": "运城市" })),
        ("a point in another datum", |all| {
            all["open_days"][0]["geo"] = json!({ "lat": 1, "lon": 1, "datum": "BD-09" })
        }),
        ("an institution by its name", |all| all["open_days"][0]["institution"] = json!("示例检测中心")),
    ];
    for (what, mutate) in mutants {
        let mut document = sound.clone();
        mutate(&mut document);
        assert_ne!(document, sound, "{what}");
        assert!(judge.fault(&document).is_some(), "{what} passes");
    }
}

/// Every text field of an open day, and its column.
const FIELDS: [(&str, &str); 12] = [
    ("title", "标题"),
    ("address", "地址"),
    ("status_note", "状态说明"),
    ("programme", "活动项目"),
    ("audience", "面向人群"),
    ("accessibility", "无障碍"),
    ("bring", "携带物品"),
    ("organizer", "主办单位"),
    ("method", "预约方式"),
    ("phone", "预约电话"),
    ("date_text", "时间说明"),
    ("summary", "摘要"),
];

fn write(project: &Project, texts: &BTreeMap<&str, String>) {
    let mut header = String::from("campaign: week\ninstitution: lab\nstatus: postponed\npublished: 2022-09-10 09:00\n");
    for (field, text) in texts.iter().filter(|(field, _)| !matches!(**field, "method" | "phone")) {
        header.push_str(&format!("{field}: {}\n", quoted(text)));
    }
    let (method, phone) = (quoted(&texts["method"]), quoted(&texts["phone"]));
    header.push_str(&format!("booking: {{method: {method}, phone: {phone}}}\n"));
    project.write(OPEN_DAY, format!("---\n{header}---\n").as_bytes());
}

/// What a cell keeps of a text: one line of it.
fn kept(text: &str) -> String {
    let text = text.trim().replace("\r\n", "\n");
    let is_break = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let text: String = text.chars().map(|c| if is_break(c) { ' ' } else { c }).collect();
    text.trim().to_string()
}

/// Every field with a text of its own: the table gives it back but for the `'` in front, the JSON to the letter.
fn round(project: &Project, text: impl Fn(&str) -> String) {
    let texts: BTreeMap<&str, String> = FIELDS.into_iter().map(|(field, _)| (field, text(field))).collect();
    write(project, &texts);
    let press = press(&project.path());
    let rows = table(&press);
    let [row] = rows.as_slice() else { panic!("{} rows: {texts:?}", rows.len()) };
    for (field, column) in FIELDS {
        let wanted = kept(&texts[field]);
        let guarded = |rest: &&str| rest.trim_start_matches('\'').starts_with(FORMULAS);
        let cell = row[column].strip_prefix('\'').filter(guarded);
        assert_eq!(cell.unwrap_or(&row[column]), wanted, "{field} of {texts:?}");
    }
    let document = json_of(&press);
    assert_eq!(Judge::of(&press).fault(&document), None, "{texts:?}");
    let open_day = &document["open_days"][0];
    assert_eq!(open_day["address"], texts["address"].trim());
    assert_eq!(open_day["bring"], json!([texts["bring"].trim()]));
    assert_eq!(open_day["booking"]["method"], texts["method"].trim());
}

#[test]
fn g07_every_cell_keeps_every_text_and_none_runs() {
    let project = project();
    let more =
        ["=1+1", "+86 351 1234567", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠1", "\t=1", "\r\n=1", "'=1", "''+1"];
    let quotes =
        ["\"", "\"甲\",\"乙\"", "甲,乙;丙", "=cmd|' /C calc'!A0", "=HYPERLINK(\"http://x.cn\",\"点\")", "'甲'", "0"];
    for text in TEXTS.iter().chain(&more).chain(&quotes) {
        round(&project, |field| if field == "title" { format!("{text}题") } else { text.to_string() });
    }
}

#[test]
fn g07_random_texts_come_back() {
    const SEED: u64 = 20220927;
    println!("seed {SEED}");
    let rng = std::cell::RefCell::new(Rng::with_seed(SEED));
    let pieces =
        ["=", "＝", "+", "-", "＠", "'", "\"", ",", ";", "\n", "\r", "\t", " ", "甲", "𠮷", "👩‍🔬", "1", "\u{2028}"];
    let project = project();
    for _ in 0..30 {
        round(&project, |_| {
            let mut rng = rng.borrow_mut();
            let inner: String = (0..rng.usize(1..12)).map(|_| pieces[rng.usize(..pieces.len())]).collect();
            format!("{inner}尾")
        });
    }
}

#[test]
fn every_status_and_every_odd_address_keeps_to_the_schema() {
    let project = project();
    for (number, word) in Status::WORDS.into_iter().enumerate() {
        let day = format!("sessions: [{{date: 2022-09-{}, start: 09:00, capacity: 3, left: 0}}]", 18 + number);
        let url = ["https://示例.cn/云参观?a=[1]|\"2\"#三", "https://x.cn/100%/%E4%BA%91", "http://x.cn"][number % 3];
        let text = format!(
            "---\ntitle: 开放日\ncampaign: week\ninstitution: lab\n{day}\nstatus: {word}\nonline_url: {}\n\
             booking: {{url: {}, deadline: 2022-09-18}}\n---\n",
            quoted(url),
            quoted(url)
        );
        project.write(OPEN_DAY, text.as_bytes());
        let press = press(&project.path());
        let document = json_of(&press);
        assert_eq!(Judge::of(&press).fault(&document), None, "{word} {url}");
        let open_day = &document["open_days"][0];
        let over = matches!(number, 0 | 1);
        assert_eq!(open_day["status"], if over { "finished" } else { word }, "the status readers see");
        assert_eq!(table(&press)[0]["状态"], open_day["status_text"].as_str().unwrap());
        assert!(open_day["online_url"].as_str().is_some_and(str::is_ascii), "{open_day}");
    }
}

#[test]
fn i5_an_institution_that_is_hidden_is_not_named() {
    let project = project();
    project.write(
        "content/institutions/lab.md",
        "---\nname: 金丝雀中心\nregion: 运城市\ndraft: true\naddress: 金丝雀路\n---\n".as_bytes(),
    );
    let visit = "---\ntitle: 开放日\ncampaign: week\ninstitution: lab\nsessions: [{date: 2022-09-27}]\n---\n";
    project.write(OPEN_DAY, visit.as_bytes());
    let press = press(&project.path());
    let row = &table(&press)[0];
    assert_eq!([&row["机构"], &row["机构名称"], &row["地址"], &row["地区"]], ["", "", "", ""]);
    assert_eq!(json_of(&press)["open_days"][0]["institution"], Value::Null);
    assert_eq!(Judge::of(&press).fault(&json_of(&press)), None);
}

#[test]
fn the_table_can_be_read_as_input() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let written = press(repository);
    let project = Project::copy(&repository.join("tests/sites/empty/project"));
    for folder in ["site.yaml", "campaigns", "institutions"] {
        for entry in walkdir::WalkDir::new(repository.join("content").join(folder)) {
            let entry = entry.unwrap();
            let inside = entry.path().strip_prefix(repository).unwrap();
            if entry.file_type().is_file() {
                project.write(&inside.to_string_lossy(), &std::fs::read(entry.path()).unwrap());
            }
        }
    }
    let bytes = bytes(&written, "data/open-days.csv");
    project.write("content/open-days/all.csv", &bytes);
    let again = press(&project.path());
    assert_eq!(table(&again), table(&written));
    assert_eq!(json_of(&again)["open_days"], json_of(&written)["open_days"]);
}

#[test]
fn every_column_is_filled_by_an_open_day_that_says_everything() {
    let project = project();
    let text = "---\ntitle: 开放日\ncampaign: week\ninstitution: lab\nstatus: rescheduled\nstatus_note: 设备检修\n\
        sessions: [{date: 2022-09-27, start: 09:00, end: 11:00, capacity: 30, left: 3, planned: 2022-09-25 14:00}]\n\
        date_text: 9月下旬\nregion: 盐湖区\naddress: 示例路2号\ngeo: {lat: 35.02, lon: 111.0, datum: BD-09}\n\
        booking: {method: 电话, phone: 12315, url: https://x.cn/, deadline: 2022-09-26}\nprogramme: [专家答疑]\n\
        audience: [学生]\nonline_url: https://x.cn/\naccessibility: [坡道]\nbring: [身份证]\norganizer: [局]\n\
        source: 示例\nsummary: 摘要\npublished: 2022-09-10 09:00\nupdated: 2022-09-11 09:00\n---\n";
    project.write(OPEN_DAY, text.as_bytes());
    let press = press(&project.path());
    let empty: Vec<String> =
        table(&press).remove(0).into_iter().filter(|(_, cell)| cell.is_empty()).map(|(name, _)| name).collect();
    assert_eq!(empty, [""; 0]);
    let geo = &json_of(&press)["open_days"][0]["geo"];
    assert_eq!(geo["datum"], "WGS-84");
    assert_ne!(geo["lat"], 35.02, "of another datum than it was typed in");
}

//! What each kind has of its own: sessions, slogans, attachments, deadlines. A value that cannot be read leaves its
//! finding and counts as not given; a page without a required one does not come into being.

use std::collections::BTreeMap;

use super::colors::is_hex;
use super::compose::Composer;
use super::page::*;
use super::reading::Reading;
use super::{Day, geo};
use crate::load::Source;
use crate::load::fields::Kind;
use crate::report::{Finding, Place, SourcePath, Text, codes, displayable, nearest};

impl Composer<'_, '_> {
    pub(super) fn own(&mut self, source: &Source, year: Option<i16>) -> Option<Own> {
        Some(match source.file.kind {
            Kind::Campaign => Own::Campaign(campaign(&mut self.reading(source, year))?),
            Kind::Notice => Own::Notice(self.notice(source, year)?),
            Kind::News => Own::News,
            Kind::Case => {
                let reading = self.reading(source, year);
                Own::Case(Case { unit: reading.text("unit"), labels: reading.texts("labels") })
            }
            Kind::OpenDay => Own::OpenDay(self.open_day(source, year)?),
            Kind::Institution => Own::Institution(institution(&mut self.reading(source, year))),
            Kind::Poster => Own::Poster(self.poster(source, year)),
            Kind::Page => Own::Page,
        })
    }

    fn notice(&mut self, source: &Source, year: Option<i16>) -> Option<Notice> {
        let forwards = self.referenced(source, "forwards", Kind::Notice);
        let attachments = self.attachments(source, year);
        // Told where it is missing or wrong; a notice without it has no page.
        year?;
        let mut reading = self.reading(source, year);
        let secret = ["secrecy", "copy_no"].into_iter().find_map(|key| Some((reading.text(key)?, reading.place(key))));
        Some(Notice {
            issuer: reading.text("issuer")?,
            doc_no: reading.text("doc_no"),
            date: reading.day("date"),
            recipients: reading.texts("recipients"),
            openness: reading.text("openness").unwrap_or_else(|| OPEN.to_string()),
            forwards,
            attachments,
            cc: reading.texts("cc"),
            contacts: contacts(&mut reading),
            deadlines: deadlines(&mut reading),
            layout: layout(&mut reading),
            note: reading.text("note"),
            urgency: reading.text("urgency"),
            secret,
        })
    }

    fn attachments(&mut self, source: &Source, year: Option<i16>) -> Vec<Attachment> {
        let mut wanted = Vec::new();
        {
            let mut reading = self.reading(source, year);
            for row in reading.rows("attachments") {
                let row = reading.of(row);
                let Some(title) = row.text("title") else { continue };
                let key = if row.text("ref").is_some() { "ref" } else { "file" };
                let place = if row.text(key).is_some() { row.place(key) } else { row.place("title") };
                let reviewed = row.text("pii_reviewed_by").is_some();
                wanted.push((title, key, row.text(key), place, reviewed, Spots::of(row.map)));
            }
        }
        let (path, known) = (&source.file.path, self.known);
        let mut attachments = Vec::new();
        for (title, key, written, place, reviewed, spots) in wanted {
            let target = match written {
                None => {
                    self.report.add(no_file(&title, place.clone()));
                    None
                }
                Some(name) if key == "ref" => self.reference(Kind::Notice, &name, &place).map(AttachmentTarget::Notice),
                Some(file) => known.file(path, &file, place.clone(), self.report).map(AttachmentTarget::File),
            };
            let target = target.unwrap_or(AttachmentTarget::Missing);
            attachments.push(Attachment { title, target, reviewed, place, spots });
        }
        attachments
    }

    fn open_day(&mut self, source: &Source, year: Option<i16>) -> Option<OpenDay> {
        let institution = self.referenced(source, "institution", Kind::Institution);
        let mut reading = self.reading(source, year);
        let rows = reading.rows("sessions");
        let mut days = BTreeMap::new();
        let dated = rows.iter().filter_map(|row| session(&mut reading.of(row), &mut days));
        let mut sessions: Vec<Session> = dated.collect();
        sessions.sort();
        let date_text = reading.text("date_text");
        let told = source.header.mistaken.iter().any(|key| matches!(*key, "sessions" | "date_text"));
        if rows.is_empty() && date_text.is_none() && !told {
            reading.report.add(no_day(&source.file.path));
        }
        let booking = reading.table("booking").map(|table| booking(&mut reading.of(table)));
        let contact = reading.table("contact").map(|table| contact(&reading.of(table)));
        Some(OpenDay {
            institution: institution?,
            sessions,
            date_text,
            address: reading.text("address"),
            geo: geo::point(&mut reading),
            booking,
            programme: reading.texts("programme"),
            audience: reading.texts("audience"),
            online_url: reading.web("online_url"),
            accessibility: reading.texts("accessibility"),
            bring: reading.texts("bring"),
            status: status(&mut reading),
            status_note: reading.text("status_note"),
            contact,
            organizer: reading.texts("organizer"),
        })
    }
}

fn no_file(title: &str, place: Place) -> Finding {
    let text = Text::new(
        format!("附件“{}”没有写明文件（file）或所引用的通知（ref）。", displayable(title)),
        format!("The attachment `{}` names neither a file nor a notice.", displayable(title)),
    );
    Finding::new(&codes::E116, place, text).add_line("    file: 文件名.pdf")
}

fn no_day(path: &SourcePath) -> Finding {
    let text = Text::new(
        "开放日缺少“场次”（sessions）；日期还没定的，请写“时间说明”（date_text），例如“9月中下旬”。",
        "An open day needs `sessions`, or `date_text` where no day is set.",
    );
    Finding::new(&codes::E116, Place::file(path), text).add_lines(
        ["sessions:", "  - date: 2022-09-20", "    start: 09:00", "    end: 11:30", "    capacity: 30"]
            .map(String::from),
    )
}

fn campaign(reading: &mut Reading) -> Option<Campaign> {
    let (start, end) = (reading.day("start"), reading.day("end"));
    if let (Some(start), Some(end)) = (start, end)
        && end < start
    {
        reading.reversed("start", "end", (start.to_string(), end.to_string()));
    }
    let rows = reading.rows("events");
    Some(Campaign {
        slogan: reading.text("slogan")?,
        start,
        end: end.or(start),
        date_text: reading.text("date_text"),
        date_basis: reading.text("date_basis"),
        organizer: reading.texts("organizer"),
        color: color(reading),
        audience: reading.texts("audience"),
        activities: reading.texts("activities"),
        events: rows.into_iter().filter_map(|row| event(&mut reading.of(row))).collect(),
        deadlines: deadlines(reading),
        contacts: contacts(reading),
        order: reading.number("order").unwrap_or(u32::MAX),
    })
}

fn color(reading: &mut Reading) -> Color {
    let Some(text) = reading.text("color") else { return Color::Family("open-day") };
    if is_hex(&text) {
        return Color::Custom(text);
    }
    let family = Color::FAMILIES.into_iter().find(|family| *family == text);
    Color::Family(family.unwrap_or_else(|| {
        reading.report.add(no_color(reading, &text));
        Color::FAMILIES[0]
    }))
}

fn no_color(reading: &Reading, text: &str) -> Finding {
    let (shown, list) = (displayable(text), Color::FAMILIES.join("、"));
    let message = Text::new(
        format!("颜色“{shown}”不认识。可以写 {list}，或者 \"#2E7D32\" 这样的六位颜色（要加英文双引号）。"),
        format!("Unknown color `{shown}`; write {}, or six digits such as \"#2E7D32\".", Color::FAMILIES.join(", ")),
    );
    let near = nearest(text, Color::FAMILIES).map(|near| reading.line("color", near));
    Finding::new(&codes::E119, reading.place("color"), message).fixes(near)
}

fn event(reading: &mut Reading) -> Option<Event> {
    let (start, end) = (reading.clock("start"), reading.clock("end"));
    times(reading, start, end);
    Some(Event {
        title: reading.text("title")?,
        date: reading.day("date"),
        date_text: reading.text("date_text"),
        start,
        end,
        place: reading.text("place"),
        region: reading.region("region"),
        spots: Spots::of(reading.map),
    })
}

fn times(reading: &mut Reading, start: Option<super::Clock>, end: Option<super::Clock>) {
    let (Some(start), Some(end)) = (start, end) else { return };
    if end == start {
        let text = Text::new(
            format!("开始和结束都是 {start}。请核对；不知道几点结束的，删掉“结束”（end）。"),
            format!("Starts and ends at {start}; leave `end` out where it is not known."),
        );
        reading.report.add(Finding::new(&codes::E143, reading.place("end"), text).related(reading.place("start")));
    } else if end.hour < EARLY && start.hour >= LATE {
        let text = Text::new(
            format!("结束（{end}）早于开始（{start}）。跨过零点的，这一场写到 23:59，第二天另写一场。"),
            format!("Ends ({end}) before it starts ({start}); what goes on past midnight is two sessions."),
        );
        let finding = Finding::new(&codes::E143, reading.place("end"), text).related(reading.place("start"));
        reading.report.add(finding.fix(reading.line("end", "23:59")));
    } else if end < start {
        reading.reversed("start", "end", (start.to_string(), end.to_string()));
    }
}

/// Hours between which people are asleep: an end before `EARLY` after a start from `LATE` on is one of the next day.
const EARLY: i8 = 6;
const LATE: i8 = 18;

/// `days` counts the sessions first planned for each day so far.
fn session(reading: &mut Reading, days: &mut BTreeMap<Day, u32>) -> Option<Session> {
    let (start, end) = (reading.clock("start"), reading.clock("end"));
    times(reading, start, end);
    let (capacity, left) = (places(reading, "capacity"), places(reading, "left"));
    let planned = reading.day_or_moment("planned");
    let date = reading.day("date")?;
    let number = days.entry(planned.map_or(date, |(day, _)| day)).or_default();
    *number += 1;
    Some(Session { date, start, end, capacity, left, planned, number: *number, spots: Spots::of(reading.map) })
}

/// A number of people; one below 0 cannot be counted (V06).
fn places(reading: &mut Reading, key: &str) -> Option<u32> {
    let text = reading.text(key)?;
    let size = text.strip_prefix(['-', '－', '−']).map(str::trim);
    if !size.is_some_and(|size| !size.is_empty() && size.bytes().all(|b| b.is_ascii_digit())) {
        return reading.number(key);
    }
    let message = Text::new(
        format!("人数不能是负数“{}”，请核对。", displayable(&text)),
        format!("A number of people cannot be negative: `{}`.", displayable(&text)),
    );
    reading.report.add(Finding::new(&codes::V06, reading.place(key), message));
    None
}

fn deadlines(reading: &mut Reading) -> Vec<Deadline> {
    let rows = reading.rows("deadlines");
    let mut deadlines: Vec<Deadline> = rows.into_iter().filter_map(|row| deadline(&mut reading.of(row))).collect();
    deadlines.sort_by_key(|deadline| deadline.date);
    deadlines
}

fn deadline(reading: &mut Reading) -> Option<Deadline> {
    let date = reading.day("date");
    Some(Deadline {
        what: reading.text("what")?,
        date: date?,
        to: reading.text("to"),
        materials: reading.texts("materials"),
        spots: Spots::of(reading.map),
    })
}

fn contacts(reading: &mut Reading) -> Vec<Contact> {
    reading.rows("contacts").into_iter().map(|row| contact(&reading.of(row))).collect()
}

fn contact(reading: &Reading) -> Contact {
    Contact {
        name: reading.text("name"),
        role: reading.text("role"),
        phone: reading.text("phone"),
        email: reading.text("email"),
    }
}

/// The status in the word of the contract or in the word readers see, with or without its 已.
fn status(reading: &mut Reading) -> Status {
    let typed = reading.text("status").unwrap_or_default();
    let said = |status: &Status| status.zh() == typed || status.zh().strip_prefix('已') == Some(&typed);
    let known = Status::WORDS.map(Status::of).into_iter().find(said);
    known.unwrap_or_else(|| {
        let word = Status::WORDS.into_iter().find(|word| *word == typed);
        if word.is_none() && !typed.is_empty() {
            reading.report.add(no_status(reading, &typed));
        }
        Status::of(word.unwrap_or_default())
    })
}

fn no_status(reading: &Reading, typed: &str) -> Finding {
    let (words, shown) = (Status::WORDS.map(|word| Status::of(word).zh()), displayable(typed));
    if typed == Status::Finished.zh() || typed == Status::Finished.word() {
        let message = Text::new(
            "“已结束”不用写：最后一场的日期一过，网站会自动显示。请删掉，或者改正日期。",
            "An open day is finished by itself once its last session is over; leave this out or mend the date.",
        );
        return Finding::new(&codes::E119, reading.place("status"), message);
    }
    let message = Text::new(
        format!("状态“{shown}”不认识，可以写：{}。", words.join("、")),
        format!("Unknown status `{shown}`: one of {}.", Status::WORDS.join(", ")),
    );
    let near = nearest(typed, words.into_iter().chain(Status::WORDS)).map(|near| reading.line("status", near));
    Finding::new(&codes::E119, reading.place("status"), message).fixes(near)
}

fn booking(reading: &mut Reading) -> Booking {
    Booking {
        method: reading.text("method"),
        phone: reading.text("phone"),
        url: reading.web("url"),
        url_at: reading.place("url"),
        deadline: reading.day("deadline"),
        deadline_at: reading.place("deadline"),
    }
}

fn layout(reading: &mut Reading) -> &'static str {
    match reading.text("layout").as_deref() {
        Some("信函") => "letter",
        Some("公文") => "document",
        _ => reading.one_of("layout", &["document", "letter"]),
    }
}

fn institution(reading: &mut Reading) -> Institution {
    Institution {
        address: reading.text("address"),
        geo: geo::point(reading),
        fields: reading.texts("fields"),
        phone: reading.text("phone"),
        cma_no: reading.text("cma_no"),
        accessibility: reading.texts("accessibility"),
    }
}

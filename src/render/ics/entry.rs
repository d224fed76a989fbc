//! One VEVENT: a session of an open day, or an event of a campaign that has a day.

use super::lines::Lines;
use super::time::{compact, since_2000, utc};
use crate::model::page::{Booking, Event, OpenDay, Session, Status};
use crate::model::{Clock, Day, Moment, Page};
use crate::plan;
use crate::render::{Press, words};

/// What becomes a VEVENT.
pub struct Entry<'p> {
    page: &'p Page,
    day: Day,
    /// The day its UID names, which stays when the entry is moved.
    first_day: Day,
    /// Which of its page's entries with that first day, from 1, as written.
    number: u32,
    start: Option<Clock>,
    end: Option<Clock>,
    what: What<'p>,
}

enum What<'p> {
    Visit(&'p OpenDay, Option<(Day, Option<Clock>)>),
    Event(&'p Event),
}

impl<'p> Entry<'p> {
    /// A session of an open day.
    pub fn visit(page: &'p Page, open_day: &'p OpenDay, session: &Session) -> Entry<'p> {
        let Session { date: day, start, end, number, planned, .. } = *session;
        let what = What::Visit(open_day, planned);
        Entry { page, day, first_day: session.first_day(), number, start, end, what }
    }

    /// The `number`th event of a campaign on `day`.
    pub fn event(page: &'p Page, event: &'p Event, day: Day, number: u32) -> Entry<'p> {
        Entry { page, day, first_day: day, number, start: event.start, end: event.end, what: What::Event(event) }
    }

    /// Writes what stands between the lines that begin and end the event.
    pub fn write(&self, lines: &mut Lines, press: &Press) {
        let Page { id, updated, published, .. } = self.page;
        let host = press.edition.config().base_url.host();
        // Points, which no slug may hold, keep the parts apart.
        lines
            .text("UID", &format!("{}.{}.{}.{}@{host}", id.kind.word(), id.slug, compact(self.first_day), self.number));
        let midnight = Clock { hour: 0, minute: 0 };
        let typed = updated.or(*published);
        let first = Moment { day: self.day, clock: self.start.unwrap_or(midnight) };
        lines.raw(&format!("DTSTAMP:{}", utc(typed.unwrap_or(first))));
        if let Some(typed) = typed {
            lines.raw(&format!("LAST-MODIFIED:{}", utc(typed)));
        }
        lines.raw(&format!("SEQUENCE:{}", updated.map_or(0, since_2000)));
        self.when(lines);
        match self.what {
            What::Visit(open_day, planned) => self.about_visit(lines, press, open_day, planned),
            What::Event(event) => self.about_event(lines, press, event),
        }
        lines.raw(&format!("URL:{}", press.absolute(&id.out())));
    }

    fn when(&self, lines: &mut Lines) {
        let at = |clock| utc(Moment { day: self.day, clock });
        match self.start {
            Some(start) => {
                lines.raw(&format!("DTSTART:{}", at(start)));
                if let Some(end) = self.end.filter(|end| *end > start) {
                    lines.raw(&format!("DTEND:{}", at(end)));
                }
            }
            None => {
                lines.raw(&format!("DTSTART;VALUE=DATE:{}", compact(self.day)));
                let next = self.day.plus(1);
                if next > self.day {
                    lines.raw(&format!("DTEND;VALUE=DATE:{}", compact(next)));
                }
            }
        }
    }

    fn about_visit(&self, lines: &mut Lines, press: &Press, open_day: &OpenDay, planned: Option<(Day, Option<Clock>)>) {
        // As typed: what a subscriber has stored of an event that is over must not turn into something else.
        let status = open_day.status;
        let brief = press.brief(open_day);
        let title = &self.page.title;
        match status {
            Status::Cancelled | Status::Postponed | Status::Rescheduled | Status::MovedOnline => {
                lines.text("SUMMARY", &format!("【{}】{title}", status.zh()));
            }
            _ if planned.is_some() => lines.text("SUMMARY", &format!("【{}】{title}", Status::Rescheduled.zh())),
            _ => lines.text("SUMMARY", title),
        }
        let place = match status {
            Status::MovedOnline => online(open_day),
            _ => joined(brief.institution.map(|tag| tag.title).into_iter().chain(brief.address), "，"),
        };
        lines.text("LOCATION", &place);
        if let Some(point) = press.point(open_day).filter(|_| status != Status::MovedOnline) {
            let point = point.wgs84();
            lines.raw(&format!("GEO:{};{}", point.lat, point.lon));
        }
        let moved = planned.map(|planned| format!("原定{}。", words::planned(planned, self.day).text));
        let words = self.visit_words(press, open_day, status);
        lines.text("DESCRIPTION", &joined(moved.into_iter().chain([words]), "\n"));
        let campaigns = press.campaign_tags(self.page);
        let names = campaigns.iter().map(|tag| tag.title.as_str());
        lines.list("CATEGORIES", &names.chain(open_day.programme.iter().map(String::as_str)).collect::<Vec<_>>());
        lines.raw(match status {
            Status::Cancelled => "STATUS:CANCELLED",
            Status::Postponed => "STATUS:TENTATIVE",
            _ => "STATUS:CONFIRMED",
        });
    }

    /// What the event says besides title, time and place, one thing a line.
    fn visit_words(&self, press: &Press, open_day: &OpenDay, status: Status) -> String {
        let mut words = vec![match (&open_day.status_note, status == Status::Scheduled) {
            (Some(note), false) => format!("{}：{note}", status.zh()),
            (Some(note), true) => note.clone(),
            (None, false) => format!("{}。", status.zh()),
            (None, true) => String::new(),
        }];
        words.push(press.summary(self.page));
        if status != Status::Cancelled {
            words.push(labelled("预约", open_day.booking.as_ref().map(booking).unwrap_or_default()));
            words.push(labelled("线上参观", open_day.online_url.clone().unwrap_or_default()));
            words.push(labelled("请携带", open_day.bring.join("、")));
        }
        words.push(self.details(press));
        joined(words, "\n")
    }

    fn about_event(&self, lines: &mut Lines, press: &Press, event: &Event) {
        let region = event.region.map(|region| region.name.to_string());
        lines.text("SUMMARY", &event.title);
        lines.text("LOCATION", &joined(region.into_iter().chain(event.place.clone()), "，"));
        lines.text("DESCRIPTION", &format!("{}\n{}", self.page.title, self.details(press)));
        lines.text("CATEGORIES", &self.page.title);
        lines.raw("STATUS:CONFIRMED");
    }

    /// The address once more in words: many calendar programs show no URL.
    fn details(&self, press: &Press) -> String {
        labelled("详情", press.absolute(&self.page.id.out()))
    }
}

/// A reminder on the last day of booking.
pub struct Alarm {
    day: Day,
    words: String,
}

impl Alarm {
    /// The reminder of an open day that can still be booked; none when the last day is past or not set.
    pub fn of(page: &Page, open_day: &OpenDay, today: Day) -> Option<Alarm> {
        let booking = open_day.booking.as_ref()?;
        let day = booking.deadline.filter(|day| *day >= today)?;
        let open = plan::status(open_day, today).is_bookable();
        let places = open_day.sessions.iter().any(|session| session.date >= today && session.left != Some(0));
        let how = labelled("预约", self::booking(booking));
        (open && places)
            .then(|| Alarm { day, words: joined([format!("今天预约截止：{}", page.title), how], "\n") })
    }

    /// Writes the reminder, which stands inside an event.
    pub fn write(&self, lines: &mut Lines) {
        let nine = Moment { day: self.day, clock: Clock { hour: 9, minute: 0 } };
        lines.raw("BEGIN:VALARM");
        lines.raw("ACTION:DISPLAY");
        lines.raw(&format!("TRIGGER;VALUE=DATE-TIME:{}", utc(nine)));
        lines.text("DESCRIPTION", &self.words);
        lines.raw("END:VALARM");
    }
}

fn online(open_day: &OpenDay) -> String {
    open_day.online_url.as_ref().map_or_else(|| "线上".to_string(), |url| format!("线上：{url}"))
}

/// `电话预约，12315，2022年9月25日截止`.
fn booking(booking: &Booking) -> String {
    let last = booking.deadline.map(|day| format!("{}截止", day.zh()));
    let parts = [booking.method.clone(), booking.phone.clone(), booking.url.clone(), last];
    joined(parts.into_iter().flatten(), "，")
}

fn labelled(label: &str, words: String) -> String {
    if words.is_empty() { words } else { format!("{label}：{words}") }
}

fn joined(parts: impl IntoIterator<Item = String>, with: &str) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(with)
}

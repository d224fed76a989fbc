//! What officers do to an open day after somebody has subscribed to it: which events stay the same, which are newer.

use std::path::Path;

use fastrand::Rng;
use site::model::Day;

use super::fixtures::project::Project;
use super::reader::{Calendar, Event};
use super::{files, press, press_on};

/// The open day that is edited.
pub const OPEN_DAY: &str = "content/open-days/visit.md";

/// A project with a campaign, an institution and no open day.
pub fn project() -> Project {
    let project = Project::copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites/empty/project"));
    let institution = "---\nname: 示例检测中心\nregion: 运城市\naddress: 示例路1号\n---\n";
    project.write("content/institutions/lab.md", institution.as_bytes());
    project.write("content/campaigns/week.md", "---\ntitle: 示例周\nslogan: 口号\n---\n".as_bytes());
    project
}

/// An open day as its header says.
#[derive(Clone, Debug)]
struct Visit {
    title: String,
    address: String,
    status: &'static str,
    updated: Option<String>,
    /// Day in September, and minutes from midnight.
    sessions: Vec<(u32, u32)>,
}

impl Visit {
    fn random(rng: &mut Rng) -> Visit {
        let sessions = (0..rng.usize(1..6)).map(|_| (rng.u32(20..24), rng.u32(0..1400))).collect();
        Visit {
            title: "开放日".into(), address: "示例路2号".into(), status: "scheduled", updated: None, sessions
        }
    }

    fn source(&self) -> String {
        let clock = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let session = |(day, start): &(u32, u32)| {
            format!("  - {{date: 2022-09-{day}, start: \"{}\", end: \"{}\"}}\n", clock(*start), clock(start + 30))
        };
        let updated = self.updated.iter().map(|updated| format!("updated: {updated}\n")).collect::<String>();
        format!(
            "---\ntitle: {}\ncampaign: week\ninstitution: lab\naddress: {}\nstatus: {}\npublished: 2022-09-10 09:00\n\
             {updated}sessions:\n{}---\n",
            self.title,
            self.address,
            self.status,
            self.sessions.iter().map(session).collect::<String>(),
        )
    }

    /// Its calendar file, in the order of UIDs.
    fn events(&self, project: &Project) -> Vec<Event> {
        project.write(OPEN_DAY, self.source().as_bytes());
        let files = files(&press(&project.path()));
        let mut events = Calendar::read(&files["open-days/visit/calendar.ics"]).events;
        events.sort_by(|a, b| a.get("UID").cmp(b.get("UID")));
        events
    }
}

fn uids(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.get("UID")).collect()
}

/// Runs `check` on random open days, with the seed where it fails.
fn rounds(seed: u64, check: impl Fn(&mut Rng, &Project, &Visit)) {
    println!("seed {seed}");
    let mut rng = Rng::with_seed(seed);
    let project = project();
    for _ in 0..15 {
        let visit = Visit::random(&mut rng);
        check(&mut rng, &project, &visit);
    }
}

#[test]
fn g04_an_edit_of_time_place_title_or_status_keeps_every_uid() {
    rounds(1, |rng, project, visit| {
        let before = visit.events(project);
        let mut edited = visit.clone();
        edited.title = format!("改名{}", rng.u32(..));
        edited.address = format!("示例路{}号", rng.u32(3..));
        edited.status = ["full", "postponed", "rescheduled", "cancelled", "moved_online"][rng.usize(..5)];
        edited.sessions.iter_mut().for_each(|(_, start)| *start = rng.u32(0..1400));
        let after = edited.events(project);
        assert_eq!(uids(&before), uids(&after), "{visit:?} {edited:?}");
        assert_ne!(before[0].get("SUMMARY"), after[0].get("SUMMARY"));
        assert!(edited.status == "moved_online" || after[0].get("LOCATION").contains(&edited.address));
    });
}

#[test]
fn g04_a_later_update_raises_sequence_and_stamp() {
    rounds(2, |rng, project, visit| {
        let mut moments: Vec<String> =
            (0..3).map(|_| format!("2022-09-{} {:02}:{:02}", rng.u32(11..20), rng.u32(..24), rng.u32(..60))).collect();
        moments.sort();
        moments.dedup();
        let mut last: Vec<Event> = visit.events(project);
        for moment in moments {
            let events = Visit { updated: Some(moment.clone()), ..visit.clone() }.events(project);
            for (old, new) in last.iter().zip(&events) {
                assert!(new.sequence() > old.sequence(), "{moment}: {} after {}", new.sequence(), old.sequence());
                assert!(new.get("DTSTAMP") > old.get("DTSTAMP"), "{moment}");
            }
            last = events;
        }
    });
}

#[test]
fn g04_another_session_leaves_the_others_as_they_are() {
    rounds(3, |rng, project, visit| {
        let before = visit.events(project);
        let mut more = visit.clone();
        match rng.bool() {
            // Another day, anywhere in the list.
            true => more.sessions.insert(rng.usize(..=more.sessions.len()), (rng.u32(24..28), rng.u32(0..1400))),
            // The same day, below.
            false => more.sessions.push((visit.sessions[0].0, rng.u32(0..1400))),
        }
        let after = more.events(project);
        assert_eq!(after.len(), before.len() + 1);
        let start = |event: &Event| (event.get("UID").to_string(), event.get("DTSTART").to_string());
        let known: Vec<_> = after.iter().map(start).collect();
        assert!(before.iter().all(|event| known.contains(&start(event))), "{visit:?} {more:?}");
    });
}

#[test]
fn i06_two_builds_give_the_same_bytes() {
    rounds(4, |rng, project, visit| {
        let visit = Visit { updated: rng.bool().then(|| "2022-09-12 10:00".to_string()), ..visit.clone() };
        project.write(OPEN_DAY, visit.source().as_bytes());
        assert_eq!(files(&press(&project.path())), files(&press(&project.path())));
    });
}

/// Times are minutes of Beijing; a session before eight is the day before in UTC, and one without a time a whole day.
#[test]
fn g05_days_and_moments() {
    let project = project();
    let sessions = "sessions: [{date: 2022-09-21}, {date: 2022-09-22, start: 07:30}, {date: 2022-12-31}]";
    let source = format!("---\ntitle: 开放日\ncampaign: week\ninstitution: lab\n{sessions}\n---\n");
    project.write(OPEN_DAY, source.as_bytes());
    let calendar = Calendar::read(&files(&press(&project.path()))["calendar.ics"]);
    let times = |event: &Event| {
        let of = |name: &str| event.properties.get(name).cloned().unwrap_or_default();
        let names = ["DTSTART;VALUE=DATE", "DTEND;VALUE=DATE", "DTSTART", "DTEND", "DTSTAMP"];
        names.map(of).join(" ")
    };
    let found: Vec<String> = calendar.events.iter().map(times).collect();
    expect_test::expect![[r#"
        20220921 20220922   20220920T160000Z
          20220921T233000Z  20220921T233000Z
        20221231 20230101   20221230T160000Z"#]]
    .assert_eq(&found.join("\n"));
}

/// The calendar file of an open day with this header.
fn calendar(project: &Project, header: &str) -> Calendar {
    let source = format!("---\ntitle: 开放日\ncampaign: week\ninstitution: lab\n{header}\n---\n");
    project.write(OPEN_DAY, source.as_bytes());
    Calendar::read(&files(&press(&project.path()))["open-days/visit/calendar.ics"])
}

/// What was planned for a day and moved is still the event of that day, so it moves in the calendars of subscribers.
#[test]
fn g04_a_moved_session_stays_the_same_event() {
    let project = project();
    let before = calendar(&project, "sessions: [{date: 2022-09-20, start: 14:30}, {date: 2022-09-20, start: 16:00}]");
    let after = calendar(
        &project,
        "sessions: [{date: 2022-09-27, start: 14:30, planned: 2022-09-20 14:30}, {date: 2022-09-20, start: 16:00}]",
    );
    let starts = |calendar: &Calendar| -> Vec<(String, String)> {
        let start = |event: &Event| (event.get("UID").to_string(), event.get("DTSTART").to_string());
        let mut starts: Vec<_> = calendar.events.iter().map(start).collect();
        starts.sort();
        starts
    };
    let (before, moved) = (starts(&before), starts(&after));
    assert_eq!(
        before.iter().map(|(uid, _)| uid).collect::<Vec<_>>(),
        moved.iter().map(|(uid, _)| uid).collect::<Vec<_>>()
    );
    assert_eq!((before[0].1.as_str(), moved[0].1.as_str()), ("20220920T063000Z", "20220927T063000Z"));
    assert_eq!(before[1], moved[1]);
    let event = after.events.iter().find(|event| event.get("DTSTART").starts_with("20220927")).unwrap();
    assert_eq!(event.get("SUMMARY"), "【已改期】开放日");
    assert!(event.get("DESCRIPTION").starts_with("原定9月20日 14:30。"), "{}", event.get("DESCRIPTION"));
}

/// A program that fetches a feed again after the day replaces what it has under the same SEQUENCE.
#[test]
fn g04_an_event_that_is_over_stays_as_it_was() {
    let project = project();
    for status in ["full", "postponed", "rescheduled", "cancelled", "moved_online"] {
        let header = format!("sessions: [{{date: 2022-09-20}}]\nstatus: {status}\nstatus_note: 说明。");
        let source = format!("---\ntitle: 开放日\ncampaign: week\ninstitution: lab\n{header}\n---\n");
        project.write(OPEN_DAY, source.as_bytes());
        let on = |day: &str| files(&press_on(&project.path(), Day::parse(day).unwrap()))["calendar.ics"].clone();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        assert_eq!(text(on("2022-09-20")), text(on("2022-09-21")), "{status}");
    }
}

#[test]
fn g03_the_point_is_in_wgs84_and_goes_with_its_address() {
    let project = project();
    let lab =
        "---\nname: 示例检测中心\nregion: 运城市\naddress: 示例路1号\ngeo: {lat: 39.913345, lon: 116.384047}\n---\n";
    project.write("content/institutions/lab.md", lab.as_bytes());
    let point = |header: &str| {
        let header = format!("sessions: [{{date: 2022-09-20}}]\n{header}");
        calendar(&project, &header).events[0].properties.get("GEO").cloned()
    };
    assert_eq!(point("").as_deref(), Some("39.911954;116.377817"));
    assert_eq!(point("address: 别处2号"), None);
    assert_eq!(point("status: moved_online"), None);
    let own = "address: 别处2号\ngeo: {纬度: 31.1774276, 经度: 121.5272106, 坐标系: WGS84}";
    assert_eq!(point(own).as_deref(), Some("31.177428;121.527211"));
}

//! What the pages of the calendar say of a session, and what their filters can find.

use site::model::Day;
use site::render::Made;

use super::edits::{OPEN_DAY, project};
use super::press_on;

/// A page of the site with one open day, on a day.
fn page(header: &str, day: &str, path: &str) -> String {
    let project = project();
    let source = format!("---\ntitle: 开放日\ncampaign: week\ninstitution: lab\n{header}\n---\n");
    project.write(OPEN_DAY, source.as_bytes());
    let press = press_on(&project.path(), Day::parse(day).unwrap());
    let (out, recipe) = press.plan.outputs().find(|(out, _)| out.as_str() == path).unwrap();
    match press.make(out, recipe) {
        Ok(Made::Bytes(bytes)) => String::from_utf8(bytes.to_vec()).unwrap(),
        _ => panic!("{path} is not made of bytes"),
    }
}

#[test]
fn a_session_that_took_place_is_over_though_the_open_day_goes_on() {
    let sessions = "sessions: [{date: 2022-09-20}, {date: 2022-09-30}]";
    for (status, shown) in [
        ("scheduled", "finished"),
        ("full", "finished"),
        ("rescheduled", "finished"),
        ("moved_online", "finished"),
        ("postponed", "postponed"),
        ("cancelled", "cancelled"),
    ] {
        let header = format!("{sessions}\nstatus: {status}\nstatus_note: 说明。");
        let past = page(&header, "2022-09-24", "calendar/past/index.html");
        assert!(past.contains(&format!("class=\"status status-{shown}\"")), "{status}: {past}");
    }
}

/// A browser gives a choice back with its white space in runs of one, and the script splits the list at `|`.
#[test]
fn every_programme_that_can_be_chosen_is_found() {
    let header = "sessions: [{date: 2022-09-20}]\nprogramme: [\"看一看|摸一摸\", \"a \u{3000}  b\", \"<b>\"]";
    let agenda = page(header, "2022-09-20", "calendar/index.html");
    let listed = agenda.split("data-programme=\"").nth(1).unwrap().split('"').next().unwrap();
    let listed: Vec<&str> = listed.split('|').collect();
    let choices = agenda.split("name=\"programme\"").nth(1).unwrap().split("</select>").next().unwrap();
    let choices: Vec<&str> =
        choices.split("<option>").skip(1).map(|choice| choice.split("</option>").next().unwrap()).collect();
    assert_eq!(choices.len(), 3, "{choices:?}");
    for choice in choices {
        assert!(listed.contains(&choice), "{choice} in {listed:?}");
        assert_eq!(choice, choice.split_whitespace().collect::<Vec<_>>().join(" "));
    }
}

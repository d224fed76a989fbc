//! A change without a later 更新时间 is told until it is mended, whatever happens in between.

use std::ffi::OsString;
use std::sync::Arc;

use site::commands::{self, Machine, Terminal};
use site::model::Day;
use site::report::frame::Colour;
use site::report::{Finding, Lang};

use super::edits::{OPEN_DAY, project};
use super::fixtures::project::{Project, Wish};

const MEMORY: &str = ".site/calendar.json";

fn day(day: i8) -> Day {
    Day::new(2022, 9, day).unwrap()
}

/// `site build` on a day of September 2022 into the folder `out`: its exit code.
fn build_into(project: &Project, on: i8, out: &str) -> u8 {
    let args = ["site", "build", "--out", out, "--today", &day(on).to_string()].map(OsString::from);
    let machine = Machine::bare(&project.path(), || day(1));
    let sink = || Box::new(std::io::sink());
    let terminal = Arc::new(Terminal::new(sink(), sink(), Colour::Off, false));
    commands::run(&args, &machine, &terminal)
}

fn build(project: &Project, on: i8) {
    assert_eq!(build_into(project, on, "public"), 0);
}

fn write(project: &Project, header: &str) {
    let source =
        format!("---\ntitle: 开放日\ncampaign: week\ninstitution: lab\npublished: 2022-09-10 09:00\n{header}\n---\n");
    project.write(OPEN_DAY, source.as_bytes());
}

/// The reminders of a check on a day, as `path: message -> line`.
fn told(project: &Project, on: i8) -> Vec<String> {
    let wish = Wish { today: day(on), ..Wish::default() };
    let reminders = project.check(&wish).into_iter().filter(|finding| finding.code.id == "V08");
    let words = |finding: Finding| {
        let changed = finding.message.get(Lang::Zh).split("和上次").next().unwrap().to_string();
        format!("{}: {changed} -> {}", finding.place.path, finding.fix.join(" "))
    };
    reminders.map(words).collect()
}

const FIRST: &str = "sessions: [{date: 2022-09-21, start: 09:00}]";
const LATER: &str = "sessions: [{date: 2022-09-21, start: 10:00}]";

#[test]
fn the_reminder_stays_until_the_time_of_change_has_risen() {
    let project = project();
    write(&project, FIRST);
    build(&project, 12);
    assert_eq!(told(&project, 12), [""; 0]);
    let told_first = project.bytes(MEMORY);
    write(&project, LATER);
    let reminder = [format!("{OPEN_DAY}: 时间 -> updated: 2022-09-13 09:00")];
    assert_eq!(told(&project, 13), reminder);
    build(&project, 13);
    assert_eq!(project.bytes(MEMORY), told_first, "what was not told may not be taken for told");
    assert_eq!(told(&project, 13), reminder, "a second build has forgotten");
    write(&project, &format!("{LATER}\nupdated: 2022-09-13 09:00"));
    assert_eq!(told(&project, 13), [""; 0]);
    build(&project, 13);
    // The same day once more: nine o'clock is taken.
    write(&project, &format!("{FIRST}\nupdated: 2022-09-13 09:00"));
    assert_eq!(told(&project, 13), [format!("{OPEN_DAY}: 时间 -> updated: 2022-09-13 09:01")]);
    // Taken back altogether, the time does not start anew.
    write(&project, LATER);
    build(&project, 13);
    write(&project, &format!("{FIRST}\nupdated: 2022-09-12 09:00"));
    assert_eq!(told(&project, 14).len(), 1);
    // What was undone was never told.
    write(&project, LATER);
    assert_eq!(told(&project, 14), [""; 0]);
}

#[test]
fn facts_are_what_subscribers_see() {
    let project = project();
    write(&project, FIRST);
    build(&project, 12);
    for (header, changed) in [
        (format!("{FIRST}\nstatus: full\nsummary: 摘要\naudience: [学生]"), None),
        (format!("{FIRST}\naddress: 示例路1号"), None),
        ("sessions: [{date: 2022-09-21, start: 09:00, capacity: 30, left: 4}]".to_string(), None),
        (format!("{FIRST}\naddress: 示例路2号"), Some("地点")),
        (format!("{FIRST}\nstatus: cancelled\nstatus_note: 下雨。"), Some("状态")),
        (format!("{FIRST}\nonline_url: https://example.gov.cn/live"), Some("线上参观")),
        (format!("{FIRST}\nbooking: {{phone: 12315}}"), Some("预约")),
        (format!("{LATER}\naddress: 示例路2号"), Some("时间、地点")),
        (format!("{LATER}\ndraft: true"), None),
    ] {
        write(&project, &header);
        let wanted: Vec<String> =
            changed.iter().map(|changed| format!("{OPEN_DAY}: {changed} -> updated: 2022-09-13 09:00")).collect();
        assert_eq!(told(&project, 13), wanted, "{header}");
    }
}

#[test]
fn an_institution_that_moves_takes_its_open_days_along() {
    let project = project();
    write(&project, FIRST);
    build(&project, 12);
    let lab = "---\nname: 示例检测中心\nregion: 运城市\naddress: 新址9号\n---\n";
    project.write("content/institutions/lab.md", lab.as_bytes());
    assert_eq!(told(&project, 13), [format!("{OPEN_DAY}: 地点 -> updated: 2022-09-13 09:00")]);
}

#[test]
fn events_of_campaigns_are_remembered_as_well() {
    let project = project();
    let campaign = |event: &str| {
        let source = format!("---\ntitle: 示例周\nslogan: 口号\nevents: [{event}]\n---\n");
        project.write("content/campaigns/week.md", source.as_bytes());
    };
    campaign("{title: 进社区, date: 2022-09-21, place: 一号广场}, {title: 总结, date_text: 月底}");
    write(&project, FIRST);
    build(&project, 12);
    campaign("{title: 进社区, date: 2022-09-21, place: 一号广场}, {title: 总结会, date_text: 十月}");
    assert_eq!(told(&project, 13), [""; 0], "what has no day is in no calendar");
    campaign("{title: 进社区, date: 2022-09-22, place: 二号广场}");
    let wanted = "content/campaigns/week.md: 时间、地点 -> updated: 2022-09-13 09:00";
    assert_eq!(told(&project, 13), [wanted]);
}

/// What is remembered does not depend on the day, but for what is public on it.
#[test]
fn the_day_of_the_build_is_no_fact() {
    let project = project();
    write(&project, FIRST);
    build(&project, 12);
    let before = project.bytes(MEMORY);
    build(&project, 28);
    assert_eq!(project.bytes(MEMORY), before);
    assert_eq!(told(&project, 28), [""; 0]);
    // Not public on that day: neither told nor forgotten.
    build(&project, 9);
    assert_eq!(project.bytes(MEMORY), before);
}

#[test]
fn the_output_may_not_lie_where_the_memory_does() {
    let project = project();
    write(&project, FIRST);
    build(&project, 12);
    let before = project.bytes(MEMORY);
    assert_eq!(build_into(&project, 12, ".site"), 1);
    assert_eq!(project.bytes(MEMORY), before);
}

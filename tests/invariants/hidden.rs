//! I5: what is hidden leaves no trace.

use site::edition::Reader;

use crate::published;
use crate::workshop::{Project, assert_same};

/// A word that occurs nowhere else.
const CANARY: &str = "金丝雀柒柒";
const SLUG: &str = "canary-77";

/// A page of every kind that hides for one of four reasons; each names a campaign, a region, a keyword, an old
/// address, a picture and an attachment.
fn hide(project: &Project, number: usize, kind: &str, why: &str) {
    let slug = format!("{SLUG}-{number}");
    let own = match kind {
        "campaigns" => "slogan: 金丝雀柒柒口号\nstart: 2022-09-20\nend: 2022-09-25\n".to_string(),
        "notices" => "issuer: 金丝雀柒柒局\ncampaigns: [organic]\ndoc_no: 金丝雀柒柒〔2022〕1号\nforwards: sx-2022-291\nattachments:\n  - title: 金丝雀柒柒附件\n    file: canary-77.csv\n".to_string(),
        "news" => "campaigns: [organic]\n".to_string(),
        "cases" => "campaign: organic\nunit: 金丝雀柒柒厂\n".to_string(),
        // Each at an hour of its own, or they would be told to overlap.
        "open-days" => format!(
            "campaign: open-day\ninstitution: datong-coal\nsessions:\n  - date: 2022-09-22\n    start: {0:02}:10\n    end: {0:02}:50\naddress: 金丝雀柒柒路\n",
            number % 24
        ),
        "posters" => "campaign: organic\nfiles:\n  - path: canary-77.png\nalt: 金丝雀柒柒\n".to_string(),
        _ => String::new(),
    };
    let name = if kind == "institutions" { "name" } else { "title" };
    let region = match kind {
        "posters" | "campaigns" => "",
        _ => "region: 岢岚县\n",
    };
    let text = format!(
        "---\n{name}: 金丝雀柒柒{number}\nsummary: 金丝雀柒柒\nkeywords: [金丝雀柒柒]\nauthor: 金丝雀柒柒\nold_urls: [/old-canary-77-{number}/]\n{region}{own}{why}---\n\n\
         金丝雀柒柒。\n\n## 金丝雀柒柒\n\n![金丝雀柒柒](canary-77.png)\n"
    );
    let folder = format!("content/{kind}/{slug}");
    project.write(&format!("{folder}/index.md"), text);
    if kind == "notices" {
        project.write(&format!("{folder}/canary-77.csv"), "金丝雀柒柒\n");
    }
    let picture = std::fs::read(crate::workshop::repository().join("src/commands/starter/placeholder.png")).unwrap();
    project.write(&format!("{folder}/canary-77.png"), picture);
}

const KINDS: [&str; 8] = ["campaigns", "notices", "news", "cases", "open-days", "institutions", "posters", "pages"];

const REASONS: [&str; 4] = [
    "published: 2022-09-19 23:59\ndraft: true\n",
    "published: 2022-09-19 23:59\npublish: 2022-09-21\n",
    "published: 2022-09-01 08:00\nexpires: 2022-09-19\n",
    "published: 2022-09-21 00:00\n",
];

fn with_canaries(project: &Project) -> usize {
    let all = KINDS.iter().flat_map(|kind| REASONS.iter().map(move |why| (kind, why)));
    for (number, (kind, why)) in all.clone().enumerate() {
        hide(project, number, kind, why);
    }
    // Only a notice can be closed; kept as a draft besides, so that the build is not refused.
    let closed = ["openness: 依申请公开\n", "openness: 不予公开\n", "secrecy: 秘密\n", "copy_no: \"000001\"\n"];
    for (number, mark) in closed.iter().enumerate() {
        hide(project, 100 + number, "notices", &format!("published: 2022-09-19 23:59\ndraft: true\n{mark}"));
    }
    all.count() + closed.len()
}

fn told(finding: &site::report::Finding) -> String {
    site::report::line::print(finding, site::report::Lang::En)
}

#[test]
fn i5_hidden_pages_leave_no_trace() {
    let (plain, canaries) = (Project::demo(), Project::demo());
    let count = with_canaries(&canaries);
    let (wanted, found) = (published(plain.folder(), Reader::PUBLIC), published(canaries.folder(), Reader::PUBLIC));
    let told: Vec<_> = found.findings.iter().filter(|it| !["W142", "D07"].contains(&it.code.id)).map(told).collect();
    assert_eq!(told, [""; 0], "the canaries themselves have nothing wrong with them");
    // Stronger than looking for the word: not one byte is different, so no count, list or date gives them away.
    assert_same(&wanted.files, &found.files, "hidden pages change the site");
    for (name, bytes) in &found.files {
        let text = String::from_utf8_lossy(bytes);
        assert!(!name.contains("canary") && !text.contains(CANARY) && !text.contains("canary-77"), "{name}");
    }
    // The test can fail: an author who asks for drafts sees those that may be seen one day.
    let author = published(canaries.folder(), Reader::AUTHOR);
    let seen = author.files.keys().filter(|name| name.contains(SLUG) && name.ends_with("index.html")).count();
    assert!(seen >= 21, "{seen} of {count} seen by the author");
    let expired = author.files.keys().filter(|name| name.contains(&format!("{SLUG}-2/"))).count();
    assert_eq!(expired, 0, "what has expired is shown to nobody");
    for number in 100..104 {
        assert!(!author.files.keys().any(|name| name.contains(&format!("{SLUG}-{number}"))), "closed: {number}");
    }
}

#[test]
fn i5_c25_links_to_hidden_pages_are_only_text() {
    let project = Project::demo();
    hide(&project, 0, "news", REASONS[1]);
    hide(&project, 1, "notices", REASONS[0]);
    project.write(
        "content/news/visible.md",
        "---\ntitle: 看得见\npublished: 2022-09-19 09:00\n---\n\n见[预告](canary-77-0/index.md)，\
         ![现场图](canary-77-0/canary-77.png)，[通知](../notices/canary-77-1/index.md#s1)。\n",
    );
    project.write(
        "content/notices/visible.md",
        "---\ntitle: 转发\nissuer: 局\npublished: 2022-09-19 09:00\nforwards: canary-77-1\nattachments:\n  - title: 附\n    ref: canary-77-1\n---\n\n转发。\n",
    );
    let found = published(project.folder(), Reader::PUBLIC);
    let told: Vec<_> = found.findings.iter().filter(|it| !["W142", "D07"].contains(&it.code.id)).map(told).collect();
    let (links, files): (Vec<_>, Vec<_>) = told.iter().partition(|told| told.contains(": W145: "));
    assert!(links.len() == 4 && files.len() == 1 && files[0].contains(": O06: "), "{told:#?}");
    for (name, bytes) in &found.files {
        let text = String::from_utf8_lossy(bytes);
        // A file that a page on show links to is offered; the hidden page behind it is not.
        let offered = name.starts_with("news/canary-77-0/canary-77.") || name == "news/visible/index.html";
        assert!(!text.contains(CANARY) || offered, "{name} tells of a hidden page");
        assert!(!name.contains("canary-77-0/index") && !name.contains("canary-77-1"), "{name}");
        assert!(!text.contains("canary-77-1") && !text.contains("canary-77-0/index"), "{name} links to a hidden page");
    }
}

#[test]
fn i5_an_open_day_does_not_tell_of_a_hidden_institution_or_campaign() {
    let project = Project::demo();
    hide(&project, 0, "institutions", REASONS[1]);
    hide(&project, 1, "campaigns", REASONS[0]);
    project.write(
        "content/open-days/visible.md",
        "---\ntitle: 看得见\npublished: 2022-09-19 09:00\ncampaign: canary-77-1\ninstitution: canary-77-0\n\
         sessions: [{date: 2022-09-22, start: 09:00}]\n---\n\n文。\n",
    );
    let found = published(project.folder(), Reader::PUBLIC);
    for name in ["data/open-days.csv", "data/open-days.json", "calendar.ics"] {
        assert!(String::from_utf8_lossy(&found.files[name]).contains("看得见"), "{name}");
    }
    for (name, bytes) in &found.files {
        let text = String::from_utf8_lossy(bytes);
        let told = name.contains("canary-77") || text.contains(CANARY) || text.contains("canary-77");
        assert!(!told, "{name} tells of a hidden page");
    }
}

#[test]
fn i5_a_closed_notice_that_is_no_draft_refuses_the_build() {
    for (mark, code) in
        [("openness: 依申请公开\n", "O01"), ("secrecy: 秘密\n", "O02"), ("copy_no: \"000001\"\n", "O02")]
    {
        let project = Project::demo();
        hide(&project, 0, "notices", &format!("published: 2022-09-19 23:59\n{mark}"));
        let found = published(project.folder(), Reader::PUBLIC);
        assert!(found.refused && found.findings.iter().any(|finding| finding.code.id == code), "{mark}");
        let leaks = found.files.iter().filter(|(_, bytes)| String::from_utf8_lossy(bytes).contains(CANARY));
        assert_eq!(leaks.count(), 0, "even what is never written tells nothing: {mark}");
    }
}

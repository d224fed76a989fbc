//! `--external`: whether the links to other sites can be opened. Nothing else in the program talks to another machine,
//! and a build never does. What was not found and what was not confirmed are counted apart (domain.md, section 3).
//!
//! Answers are kept in `.site/links` for a day; one that confirmed nothing is asked for again.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use serde_json::{Value, json};
use url::Url;

use crate::commands::{Call, Machine, Terminal};
use crate::model::Day;
use crate::report::{Finding, Lang, Place, Text, codes, displayable};
use crate::write::sealed;

mod ask;
mod gates;
mod lookup;
mod rounds;

use ask::{Reason, Verdict};

/// How other machines are reached, and how long one waits for them.
#[derive(Debug, Clone, Copy)]
pub struct Network {
    /// Looks up the addresses of a host.
    pub lookup: fn(&str, u16) -> io::Result<Vec<SocketAddr>>,
    /// Whether an address may be asked.
    pub may_ask: fn(IpAddr) -> bool,
    /// How long one step of a request may take: to find the host, to connect, to answer.
    pub step: Duration,
    /// How long one link may take, redirects included.
    pub whole: Duration,
    /// The pause between two requests to a host.
    pub pause: Duration,
    /// How long all links may take.
    pub total: Duration,
}

impl Default for Network {
    /// The internet, with manners.
    fn default() -> Network {
        Network {
            lookup: lookup::system,
            may_ask: lookup::is_public,
            step: Duration::from_secs(10),
            whole: Duration::from_secs(20),
            pause: Duration::from_millis(500),
            total: Duration::from_secs(300),
        }
    }
}

/// What came of all links.
#[derive(Debug, Default)]
pub(super) struct Outward {
    /// What is to be told of them.
    pub(super) findings: Vec<Finding>,
    links: usize,
    /// Known from an earlier run.
    known: usize,
    alive: usize,
    moved: usize,
    dead: usize,
    unsure: usize,
    unchecked: usize,
    /// No other machine answered.
    offline: bool,
}

/// When an answer came: the day and the time of day in Beijing.
type Stamp = (String, String);

/// Answers by link.
type Kept = BTreeMap<String, (Stamp, Verdict)>;

const FILE: &str = "links";

/// Asks for every address in `addresses` that may be asked.
pub(super) fn run(
    call: &Call,
    machine: &Machine,
    terminal: &Terminal,
    addresses: &BTreeMap<String, Vec<Place>>,
) -> Outward {
    let links: BTreeMap<&String, Url> = addresses.keys().filter_map(|text| Some((text, link(text)?))).collect();
    let (today, time) = ((machine.today)(), (machine.time)());
    let mut kept = recall(call, today, &time);
    let known: BTreeMap<Url, Verdict> =
        links.values().filter_map(|link| Some((link.clone(), kept.get(link.as_str())?.1.clone()))).collect();
    let mut wanted: Vec<Url> = links.values().filter(|link| !known.contains_key(link)).cloned().collect();
    wanted.sort();
    wanted.dedup();
    let count = wanted.len();
    let told = |done: usize| {
        let (zh, en) = (format!("外部链接 {done}/{count}"), format!("external links {done}/{count}"));
        terminal.progress(call.say(&zh, &en));
    };
    let (mut new, offline) = settled(rounds::run(machine.network, wanted, &machine.interrupted, told));
    if count > 0 {
        terminal.progress("");
    }
    let stamp = (today.to_string(), time);
    let lasting = new.iter().filter(|(_, verdict)| !matches!(verdict, Verdict::Unsure(_)));
    kept.extend(lasting.map(|(link, verdict)| (link.to_string(), (stamp.clone(), verdict.clone()))));
    keep(call, &kept);
    let mut outward = Outward { known: known.len(), offline, ..Outward::default() };
    new.extend(known);
    for (text, link) in &links {
        outward.count(new.get(link));
        let places = addresses.get(*text).into_iter().flatten();
        outward.findings.extend(places.filter_map(|place| finding(text, new.get(link)?, place)));
    }
    outward
}

/// An address as it is asked for; none for one that may not be.
fn link(text: &str) -> Option<Url> {
    let mut url = Url::parse(text.trim()).ok()?;
    url.set_fragment(None);
    ask::askable(&url).then_some(url)
}

/// Where no other machine answered at all, the fault is ours, and no host can be said not to exist.
fn settled(verdicts: BTreeMap<Url, Verdict>) -> (BTreeMap<Url, Verdict>, bool) {
    let answered = |verdict: &Verdict| match verdict {
        Verdict::Alive | Verdict::Moved(_) => true,
        Verdict::Dead(reason) | Verdict::Unsure(reason) => reason.is_answer(),
    };
    if verdicts.is_empty() || verdicts.values().any(answered) {
        return (verdicts, false);
    }
    let doubted = verdicts.into_iter().map(|(link, verdict)| match verdict {
        Verdict::Dead(reason) => (link, Verdict::Unsure(reason)),
        verdict => (link, verdict),
    });
    (doubted.collect(), true)
}

/// The answers of the last 24 hours.
fn recall(call: &Call, today: Day, time: &str) -> Kept {
    let folder = sealed::existing(&call.project, &[]);
    let mut kept: Kept = folder.and_then(|folder| sealed::value(&folder.join(FILE)).ok()).unwrap_or_default();
    let (today, yesterday) = (today.to_string(), today.plus(-1).to_string());
    kept.retain(|_, ((day, then), _)| {
        *day == today && then.as_str() <= time || *day == yesterday && then.as_str() > time
    });
    kept
}

/// Keeps answers for the next run; where they cannot be kept, it takes longer.
fn keep(call: &Call, kept: &Kept) {
    if let Some(folder) = sealed::folder(&call.project, &[]).filter(|_| !kept.is_empty()) {
        drop(sealed::keep(&folder.join(FILE), kept));
    }
}

fn finding(text: &str, verdict: &Verdict, place: &Place) -> Option<Finding> {
    let shown = displayable(text);
    Some(match verdict {
        Verdict::Alive => return None,
        Verdict::Moved(new) => {
            let told = Text::new(
                format!("外部链接“{shown}”已经永久换了网址，请改成新的网址。"),
                format!("The link `{shown}` has moved for good; write its new address."),
            );
            let hint = Text::new(format!("新的网址是 {new}"), format!("the new address is {new}"));
            let marked = place.marked();
            let line = marked.contains(text).then(|| place.with(&marked.replace(text, new)));
            Finding::new(&codes::L13, place.clone(), told).fixes(line).hint(hint)
        }
        Verdict::Dead(reason) => {
            let why = why(*reason);
            let told = Text::new(
                format!("外部链接“{shown}”打不开：{}。请换成现在的网址，或者去掉链接。", why.zh),
                format!("The link `{shown}` is dead: {}. Write its present address, or take it out.", why.en),
            );
            Finding::new(&codes::L11, place.clone(), told)
        }
        Verdict::Unsure(reason) => {
            let why = why(*reason);
            let told = Text::new(
                format!("外部链接“{shown}”没能确认：{}。请用浏览器打开看一看。", why.zh),
                format!("The link `{shown}` could not be confirmed: {}. Open it in a browser.", why.en),
            );
            Finding::new(&codes::L12, place.clone(), told)
        }
    })
}

fn why(reason: Reason) -> Text {
    let (zh, en) = match reason {
        Reason::Status(status @ (404 | 410)) => {
            return Text::new(
                format!("对方网站说没有这一页（{status}）"),
                format!("the site says there is no such page ({status})"),
            );
        }
        Reason::Status(status @ 500..) => {
            return Text::new(format!("对方网站出错（{status}）"), format!("the site has a fault ({status})"));
        }
        Reason::Status(status) => {
            return Text::new(
                format!("对方网站不让程序查看（{status}）"),
                format!("the site does not let programs look ({status})"),
            );
        }
        Reason::NoHost => ("查不到这个域名", "there is no such host"),
        Reason::NoLookup => ("域名服务器没有回答", "no name server answered"),
        Reason::Slow => ("对方网站太久没有回答", "no answer in time"),
        Reason::Refused => ("连接不上对方网站", "nobody listens there"),
        Reason::Broken => ("连接中途断开", "the connection broke off"),
        Reason::NoHttp => ("对方的回答看不懂", "the answer is no HTTP"),
        Reason::Tls => ("对方的安全证书有问题", "no secure connection could be made"),
        Reason::Circle => ("对方网站转来转去，没有尽头", "it redirects without an end"),
        Reason::Nowhere => ("对方网站转到了一个不成形的网址", "it redirects to no address"),
        Reason::Inside => ("它通向公众打不开的内部地址", "it leads to an address inside an office"),
    };
    Text::new(zh, en)
}

impl Outward {
    fn count(&mut self, verdict: Option<&Verdict>) {
        self.links += 1;
        *match verdict {
            Some(Verdict::Alive) => &mut self.alive,
            Some(Verdict::Moved(_)) => &mut self.moved,
            Some(Verdict::Dead(_)) => &mut self.dead,
            Some(Verdict::Unsure(_)) => &mut self.unsure,
            None => &mut self.unchecked,
        } += 1;
    }

    /// The counts for programs.
    pub(super) fn json(&self) -> Value {
        json!({
            "links": self.links,
            "known": self.known,
            "alive": self.alive,
            "moved": self.moved,
            "dead": self.dead,
            "unsure": self.unsure,
            "unchecked": self.unchecked,
            "offline": self.offline,
        })
    }

    /// The counts for people.
    pub(super) fn sentence(&self, lang: Lang) -> String {
        let Outward { links, alive, moved, dead, unsure, unchecked, .. } = self;
        let mut text = match lang {
            Lang::Zh => format!("外部链接 {links} 个：能打开 {}，打不开 {dead}，没能确认 {unsure}", alive + moved),
            Lang::En => format!("{links} external links: {} alive, {dead} dead, {unsure} unconfirmed", alive + moved),
        };
        if *unchecked > 0 {
            text.push_str(&match lang {
                Lang::Zh => format!("，时间不够、未检查 {unchecked}（再运行一次会接着检查）"),
                Lang::En => format!(", {unchecked} not checked in time (run again to go on)"),
            });
        }
        text.push_str(match (lang, self.offline) {
            (Lang::Zh, false) => "。",
            (Lang::Zh, true) => "。没有一个网站有回答，请检查电脑是不是连着互联网。",
            (Lang::En, false) => ".",
            (Lang::En, true) => ". No site answered; is this computer in the network?",
        });
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_any_answer_no_host_is_said_not_to_exist() {
        let link = |text: &str| Url::parse(text).unwrap();
        let nothing: BTreeMap<Url, Verdict> = [
            (link("https://a.example/"), Verdict::Dead(Reason::NoHost)),
            (link("https://b.example/"), Verdict::Unsure(Reason::Slow)),
        ]
        .into();
        let (doubted, offline) = settled(nothing.clone());
        assert!(offline && doubted.values().all(|verdict| matches!(verdict, Verdict::Unsure(_))));
        let mut some = nothing;
        some.insert(link("https://c.example/"), Verdict::Unsure(Reason::Status(503)));
        assert_eq!(settled(some.clone()), (some, false));
    }
}

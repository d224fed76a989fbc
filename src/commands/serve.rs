//! `site serve`: the same pipeline as a build, kept in memory and rendered page by page as the browser asks.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use super::{Call, Format, Machine, Terminal, outcome};
use crate::edition::{Hidden, Reader, hidden};
use crate::load;
use crate::model::{Day, OutPath, Site};
use crate::plan::Recipe;
use crate::publication;
use crate::render::{Made, Press};
use crate::report::{Finding, frame};
use crate::serve::{self, Answer, Options, Snapshot};

/// Previews until Ctrl-C.
pub fn run(
    call: &Call,
    machine: &Machine,
    terminal: &Arc<Terminal>,
    port: Option<u16>,
    drafts: bool,
    poll: bool,
) -> u8 {
    if !call.project.join("content").is_dir() {
        // Nothing will ever come of a preview in the wrong folder.
        let findings = publication(&call.order(machine)).report.into_sorted();
        return outcome::tell(call, terminal, "serve", &findings, "", serde_json::Value::Null);
    }
    let options = Options {
        port,
        lang: call.lang,
        watch: vec![call.project.join("content"), call.project.join("themes")],
        ignore: vec![call.project.join("public")],
        stop: machine.interrupted.clone(),
        no_native_watch: poll,
    };
    let mut builder = Builder {
        call: call.clone(),
        machine: machine.clone(),
        terminal: terminal.clone(),
        drafts,
        last: None,
        told: Vec::new(),
    };
    let speaker = terminal.clone();
    match serve::run(options, move || builder.snapshot(), move |line| speaker.say(&format!("{line}\n"))) {
        Ok(()) => 0,
        Err(fault) => outcome::refused(call, terminal, "serve", 2, &fault.to_string()),
    }
}

/// Makes a snapshot after every change, and keeps the last good press for the time when a build refuses.
struct Builder {
    call: Call,
    machine: Machine,
    terminal: Arc<Terminal>,
    drafts: bool,
    last: Option<Arc<Press>>,
    told: Vec<Finding>,
}

impl Builder {
    fn snapshot(&mut self) -> Snapshot {
        let started = Instant::now();
        let mut order = self.call.order(&self.machine);
        order.reader = if self.drafts { Reader::Author } else { Reader::Public };
        let made = publication(&order);
        let findings = made.report.into_sorted();
        let refused = made.press.is_none() || self.call.profile.refuses(&findings);
        if let (false, Some(press)) = (refused, made.press) {
            self.last = Some(press);
        }
        self.tell(&findings);
        let badges = made.site.map(|site| badges(&site, order.today)).unwrap_or_default();
        let pages = self.last.as_ref().map_or(0, |press| press.edition.pages().count());
        Snapshot { answer: answers(self.last.clone()), findings, refused, badges, pages, took: started.elapsed() }
    }

    /// Prints findings when they are others than last time.
    fn tell(&mut self, findings: &[Finding]) {
        if self.told != findings && self.call.format == Format::Human {
            for finding in findings.iter().take(20) {
                self.terminal.say(&format!("{}\n", frame::print(finding, self.call.lang, self.terminal.colour)));
            }
            let counted = outcome::counted(findings, self.call.lang);
            if !counted.is_empty() {
                self.terminal.say(&format!("{counted}\n"));
            }
        }
        self.told = findings.to_vec();
    }
}

/// Why a page that the author sees is not on the public site, by output path.
fn badges(site: &Site, today: Day) -> BTreeMap<String, String> {
    let sentence = |why: Hidden| match why {
        Hidden::Draft => "草稿，正式网站不会出现".to_string(),
        Hidden::Future(day) => format!("{day} 起公开，现在正式网站不会出现"),
        Hidden::Expired(day) => format!("{day} 已过期，正式网站不会出现"),
        Hidden::NotPublic => "不公开，正式网站不会出现".to_string(),
    };
    let pages = site.pages.values();
    let marked = pages.filter_map(|page| Some((page.id.out().as_str().to_string(), sentence(hidden(page, today)?))));
    marked.filter(|(out, _)| out != "posters/index.html").collect()
}

/// The output a path names. 404.html alone names outputs by the path of `base_url`, below which the site will stand.
fn output<'p>(press: &'p Press, path: &str) -> Option<(OutPath, &'p Recipe)> {
    let below = press.edition.config().base_url.path().trim_start_matches('/');
    [Some(path), path.strip_prefix(below)].into_iter().flatten().find_map(|path| {
        let out = OutPath::new(path).ok()?;
        let recipe = press.plan.recipe(&out)?;
        Some((out, recipe))
    })
}

/// Answers from the press; rendered pages are kept as long as the press.
fn answers(press: Option<Arc<Press>>) -> serve::AnswerOf {
    let kept: Mutex<BTreeMap<String, Arc<[u8]>>> = Mutex::default();
    Box::new(move |path| {
        let press = press.as_ref()?;
        if let Some(bytes) = kept.lock().ok()?.get(path) {
            return Some(Answer { bytes: bytes.clone(), fault: None });
        }
        let (out, recipe) = output(press, path)?;
        let made = press.make(&out, recipe).and_then(|made| match made {
            Made::Bytes(bytes) => Ok(bytes),
            Made::File(disk) => load::bytes(&disk).map(Arc::from).map_err(|fault| {
                Box::new(load::cannot_read(&crate::report::SourcePath::new(path), &fault.to_string()))
            }),
        });
        Some(match made {
            Ok(bytes) => {
                kept.lock().ok()?.insert(path.to_string(), bytes.clone());
                Answer { bytes, fault: None }
            }
            Err(fault) => Answer { bytes: Arc::from(&b""[..]), fault: Some(*fault) },
        })
    })
}

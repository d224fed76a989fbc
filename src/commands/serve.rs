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
use crate::typeset::Store;

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
        store: call.order(machine).store,
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
    /// Fonts and posters stay from one snapshot to the next.
    store: Arc<Store>,
}

impl Builder {
    fn snapshot(&mut self) -> Snapshot {
        let started = Instant::now();
        let mut order = self.call.order(&self.machine);
        order.store = self.store.clone();
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
            Made::File(disk) => load::bytes(&disk)
                .map(Arc::from)
                .map_err(|fault| vec![load::cannot_read(&crate::report::SourcePath::new(path), &fault.to_string())]),
        });
        Some(match made {
            Ok(bytes) => {
                kept.lock().ok()?.insert(path.to_string(), bytes.clone());
                Answer { bytes, fault: None }
            }
            Err(faults) => Answer { bytes: Arc::from(&b""[..]), fault: faults.into_iter().next() },
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::Command;
    use crate::report::frame::Colour;
    use crate::report::{Lang, Profile};
    use std::ffi::OsString;
    use std::fs;
    use std::path::Path;

    /// A starter project on 2022-09-20, and its preview.
    fn preview(folder: &Path, drafts: bool) -> Builder {
        let machine = Machine {
            today: Day::new(2022, 9, 20).unwrap(),
            locale: None,
            folder: folder.to_path_buf(),
            home: None,
            open: |_| Ok(()),
            apart: None,
            interrupted: Arc::default(),
            started: Instant::now(),
        };
        let sink = || Box::new(std::io::sink());
        let terminal = Arc::new(Terminal::new(sink(), sink(), Colour::Off, false));
        let args = ["site", "init", "zt"].map(OsString::from);
        assert_eq!(crate::commands::run(&args, &machine, &terminal), 0);
        let call = Call {
            project: folder.join("zt"),
            today: Some(machine.today),
            base_url: None,
            profile: Profile::Preview,
            lang: Lang::Zh,
            format: Format::Short,
            command: Command::Check,
        };
        let store = call.order(&machine).store;
        Builder { call, machine, terminal, drafts, last: None, told: Vec::new(), store }
    }

    /// Every output of the builder's press with its bytes.
    fn outputs(builder: &mut Builder) -> BTreeMap<String, Vec<u8>> {
        let snapshot = builder.snapshot();
        let press = builder.last.clone().unwrap();
        let all = press.plan.outputs().map(|(out, _)| out.as_str().to_string());
        all.map(|out| ((snapshot.answer)(&out).unwrap().bytes.to_vec(), out)).map(|(bytes, out)| (out, bytes)).collect()
    }

    fn holds(outputs: &BTreeMap<String, Vec<u8>>, canary: &str) -> bool {
        outputs.iter().any(|(out, bytes)| out.contains(canary) || String::from_utf8_lossy(bytes).contains(canary))
    }

    #[test]
    fn c26_what_becomes_a_draft_is_gone_on_the_second_rebuild() {
        let folder = tempfile::tempdir().unwrap();
        let mut builder = preview(folder.path(), false);
        let page = folder.path().join("zt/content/pages/canary-page.md");
        let text = |draft: bool| format!("---\ntitle: canary-title\ndraft: {draft}\n---\n\ncanary-body\n");
        fs::write(&page, text(false)).unwrap();
        assert!(holds(&outputs(&mut builder), "canary"));
        fs::write(&page, text(true)).unwrap();
        assert!(!holds(&outputs(&mut builder), "canary"));
        builder.drafts = true;
        let snapshot = builder.snapshot();
        assert!(snapshot.badges["canary-page/index.html"].contains("草稿"));
        assert!((snapshot.answer)("canary-page/index.html").is_some());
    }

    #[test]
    fn h17_a_refused_build_leaves_the_last_good_answers() {
        let folder = tempfile::tempdir().unwrap();
        let mut builder = preview(folder.path(), false);
        let before = outputs(&mut builder);
        let page = folder.path().join("zt/content/pages/about.md");
        let good = fs::read_to_string(&page).unwrap();
        fs::write(&page, good.replacen(": ", "：", 1)).unwrap();
        let snapshot = builder.snapshot();
        assert!(snapshot.refused && !snapshot.findings.is_empty());
        assert_eq!((snapshot.answer)("about/index.html").unwrap().bytes.to_vec(), before["about/index.html"]);
        fs::write(&page, good).unwrap();
        assert!(!builder.snapshot().refused);
    }

    #[test]
    #[expect(clippy::print_stdout, reason = "a failure is repeated with its seed")]
    fn j11_any_edits_end_in_what_a_fresh_build_gives() {
        let seed = 11;
        println!("seed {seed}");
        let mut random = fastrand::Rng::with_seed(seed);
        let folder = tempfile::tempdir().unwrap();
        let mut builder = preview(folder.path(), false);
        let pages = folder.path().join("zt/content/pages");
        let themes = folder.path().join("zt/themes/default/templates");
        fs::create_dir_all(&themes).unwrap();
        for step in 0..60 {
            let page = pages.join(format!("p{}.md", random.u8(..6)));
            match random.u8(..8) {
                0 => drop(fs::remove_file(&page)),
                1 => fs::write(&page, "---\ntitle：坏\n---\n").unwrap(),
                2 => fs::write(themes.join("moved.html"), "{% if %}").unwrap(),
                3 => drop(fs::remove_file(themes.join("moved.html"))),
                4 => fs::write(&page, format!("---\ntitle: 页{step}\ndraft: true\n---\n\n正文\n")).unwrap(),
                _ => fs::write(&page, format!("---\ntitle: 页{step}\n---\n\n正文{step} [关于](about.md)\n")).unwrap(),
            }
            builder.snapshot();
        }
        for number in 0..6 {
            drop(fs::remove_file(pages.join(format!("p{number}.md"))));
        }
        drop(fs::remove_file(themes.join("moved.html")));
        fs::write(pages.join("last.md"), "---\ntitle: 最后\n---\n\n正文\n").unwrap();
        let kept = outputs(&mut builder);
        builder.last = None;
        assert_eq!(kept, outputs(&mut builder));
        assert!(kept.contains_key("last/index.html"));
    }
}

//! A snapshot after every change: runs the pipeline, tells what is new in the terminal, and keeps the last good press for
//! the time when a build refuses.

use std::mem;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use super::shown::{Whole, address, answers, answers_ahead, listed};
use crate::commands::{Call, Format, Machine, Terminal, memo};
use crate::edition::Reader;
use crate::load::Changed;
use crate::model::site::Difference;
use crate::model::{Page, Site};
use crate::render::Press;
use crate::report::{Finding, Severity, frame, line};
use crate::serve::{AnswerOf, Renewed, Snapshot};
use crate::{Order, Pipeline};

/// Makes a snapshot after every change, and keeps the last good press for the time when a build refuses.
pub(super) struct Builder {
    call: Call,
    machine: Machine,
    terminal: Arc<Terminal>,
    pipeline: Pipeline,
    /// Whether the first snapshot is still to come, which begins with what the last build read.
    first_run: bool,
    order: Order,
    /// What was made last, whether it is shown or not.
    made: Option<Arc<Press>>,
    /// What is shown.
    last: Option<Arc<Press>>,
    /// What was read last; those who ask to open a source look at it as well.
    pub(super) site: Arc<Mutex<Option<Arc<Site>>>>,
    told: Option<Vec<Finding>>,
    /// Where those wait who asked what came ahead of the whole.
    whole: Arc<Whole>,
    /// The first thing to mend, in one line, which stays in view.
    pub(super) first: Arc<Mutex<Option<String>>>,
}

impl Builder {
    pub(super) fn new(call: &Call, machine: &Machine, terminal: &Arc<Terminal>, reader: Reader) -> Builder {
        let order = Order { reader, ..call.order(machine) };
        Builder {
            call: call.clone(),
            machine: machine.clone(),
            terminal: terminal.clone(),
            pipeline: Pipeline::default().knowing(&call.project, &memo::recalled(&call.project)),
            first_run: true,
            order,
            made: None,
            last: None,
            site: Arc::default(),
            told: None,
            whole: Arc::default(),
            first: Arc::default(),
        }
    }

    /// The site after what `changed`; none when it is to be shown as it is shown already.
    pub(super) fn snapshot(&mut self, changed: &Changed) -> Option<Snapshot> {
        let started = Instant::now();
        self.order.today = self.call.today.unwrap_or_else(self.machine.today);
        if self.first_run && *changed == Changed::All {
            let mut pipeline = mem::take(&mut self.pipeline);
            let ahead = pipeline.ahead(&self.order);
            self.pipeline = pipeline;
            if let Some((press, site)) = ahead {
                self.first_run = false;
                return Some(self.ahead(press, site, started));
            }
        }
        // A panic loses what is remembered, which may be half of something, and the next run begins anew.
        let mut pipeline = mem::take(&mut self.pipeline);
        let begins = mem::take(&mut self.first_run) && *changed == Changed::All;
        let made = pipeline.run(&self.order, if begins { &Changed::Stamped } else { changed });
        self.pipeline = pipeline;
        let findings = made.report.into_sorted();
        let refused = made.press.is_none() || self.call.profile.refuses(&findings);
        let as_before = self.told.as_ref() == Some(&findings);
        let same_press = match (&self.made, &made.press) {
            (Some(before), Some(press)) => Arc::ptr_eq(before, press),
            (before, press) => before.is_none() && press.is_none(),
        };
        if as_before && same_press {
            return None;
        }
        let before = self.last.clone();
        if let (false, Some(press)) = (refused, &made.press) {
            self.last = Some(press.clone());
        }
        self.made = made.press;
        let same_files = |press: &Arc<Press>| self.last.as_ref().is_some_and(|last| last.has_files_of(press));
        let files_differ = !before.as_ref().is_some_and(same_files);
        let known = self.site.lock().map_or(None, |site| site.clone());
        let renewed = match (&known, &made.site, &self.last) {
            (Some(before), Some(site), Some(last)) => renewed(before, site, &made.difference, last),
            _ => Vec::new(),
        };
        let site = made.site.or(known);
        if let Ok(mut place) = self.site.lock() {
            place.clone_from(&site);
        }
        self.tell(&findings);
        let pages = self.last.as_ref().map_or(0, |press| press.edition.count());
        let answer = Arc::new(answers(&self.call, self.last.clone(), site.clone(), self.order.today));
        self.whole.ready(answer.clone());
        let answer: AnswerOf = Box::new(move |path| answer(path));
        let listed = listed(&self.call, self.last.clone(), site, self.order.today);
        let is_ahead = false;
        Some(Snapshot {
            answer,
            findings,
            is_ahead,
            refused,
            renewed,
            files_differ,
            listed,
            pages,
            took: started.elapsed(),
        })
    }

    /// What can be looked at before all bodies are read.
    fn ahead(&self, press: Arc<Press>, site: Arc<Site>, started: Instant) -> Snapshot {
        let today = self.order.today;
        Snapshot {
            pages: press.edition.count(),
            answer: answers_ahead(&self.call, press.clone(), site.clone(), today, self.whole.clone()),
            findings: Vec::new(),
            is_ahead: true,
            refused: false,
            renewed: Vec::new(),
            files_differ: true,
            listed: listed(&self.call, Some(press), Some(site), today),
            took: started.elapsed(),
        }
    }

    /// Prints the findings that were not there last time; the status counts them all.
    fn tell(&mut self, findings: &[Finding]) {
        let known = self.told.take().unwrap_or_default();
        if self.call.format == Format::Human {
            let new = findings.iter().filter(|finding| !finding.is_among(&known));
            for finding in new.take(20) {
                self.terminal.say(&format!("{}\n", frame::print(finding, self.call.lang, self.terminal.colour)));
            }
        }
        let worst = findings.iter().find(|finding| matches!(finding.code.severity, Severity::Veto | Severity::Error));
        if let Ok(mut first) = self.first.lock() {
            *first = worst.map(|finding| line::print(finding, self.call.lang).trim_end().to_string());
        }
        self.told = Some(findings.to_vec());
    }
}

/// The pages shown by `last` that say something else in `site` than `before`.
fn renewed(before: &Site, site: &Site, difference: &Difference, last: &Press) -> Vec<Renewed> {
    let pages: Vec<Arc<Page>> = match difference {
        Difference::Bodies(ids) => ids.iter().filter_map(|id| site.pages.get(id)).cloned().collect(),
        Difference::More => site.new_since(before),
    };
    // All rows of a table are read again for one of them.
    let same_row =
        |page: &Page| page.row.is_some() && before.pages.get(&page.id).is_some_and(|old| page.has_face_of(old));
    let told = pages.iter().filter(|page| last.edition.page(&page.id).is_some() && !same_row(page));
    told.map(|page| Renewed { address: address(&page.id.out()), title: page.title.clone() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::Command;
    use crate::model::Day;
    use crate::report::frame::Colour;
    use crate::report::{Lang, Profile};
    use std::collections::BTreeMap;
    use std::ffi::OsString;
    use std::fs;
    use std::path::Path;

    /// A starter project on 2022-09-20, and its preview.
    fn preview(folder: &Path, drafts: bool) -> Builder {
        let machine = Machine::bare(folder, || Day::new(2022, 9, 20).unwrap());
        let sink = || Box::new(std::io::sink());
        let terminal = Arc::new(Terminal::new(sink(), sink(), Colour::Off, false));
        let args = ["site", "init", "zt"].map(OsString::from);
        assert_eq!(crate::commands::run(&args, &machine, &terminal), 0);
        let call = Call {
            project: folder.join("zt"),
            today: Some((machine.today)()),
            base_url: None,
            profile: Profile::Preview,
            lang: Lang::Zh,
            format: Format::Short,
            command: Command::List,
        };
        Builder::new(&call, &machine, &terminal, if drafts { Reader::AUTHOR } else { Reader::PUBLIC })
    }

    #[test]
    fn a_preview_begins_with_what_the_last_build_read() {
        let folder = tempfile::tempdir().unwrap();
        let mut builder = preview(folder.path(), false);
        let first = outputs(&mut builder);
        // Stamps are trusted once they are a tenth of a second old.
        std::thread::sleep(std::time::Duration::from_millis(150));
        let args = ["site", "build", "--root", "zt", "--today", "2022-09-20"].map(OsString::from);
        assert_eq!(crate::commands::run(&args, &builder.machine, &builder.terminal), 0);
        let again =
            |builder: &Builder| Builder::new(&builder.call, &builder.machine, &builder.terminal, Reader::PUBLIC);
        builder = again(&builder);
        assert_eq!(outputs(&mut builder), first);
        fs::write(folder.path().join("zt/content/pages/about.md"), "---\ntitle: 关于\n---\n\n改了。\n").unwrap();
        builder = again(&builder);
        let kept = outputs(&mut builder);
        assert!(holds(&kept, "改了。"));
        fs::remove_dir_all(folder.path().join("zt/.site")).unwrap();
        builder = again(&builder);
        assert_eq!(kept, outputs(&mut builder));
    }

    impl Builder {
        fn all(&mut self) -> Snapshot {
            self.told = None;
            self.snapshot(&Changed::All).unwrap()
        }
    }

    /// Every output of the builder's press with its bytes.
    fn outputs(builder: &mut Builder) -> BTreeMap<String, Vec<u8>> {
        let snapshot = builder.all();
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
        builder.order.reader = Reader::AUTHOR;
        let answer = (builder.all().answer)("canary-page/index.html").unwrap();
        assert!(answer.badge.unwrap().contains("草稿"));
    }

    #[test]
    fn h17_a_refused_build_leaves_the_last_good_answers() {
        let folder = tempfile::tempdir().unwrap();
        let mut builder = preview(folder.path(), false);
        let before = outputs(&mut builder);
        let page = folder.path().join("zt/content/pages/about.md");
        let good = fs::read_to_string(&page).unwrap();
        fs::write(&page, good.replacen(": ", "：", 1)).unwrap();
        let snapshot = builder.all();
        assert!(snapshot.refused && !snapshot.findings.is_empty());
        assert_eq!((snapshot.answer)("about/index.html").unwrap().bytes.to_vec(), before["about/index.html"]);
        fs::write(&page, good).unwrap();
        assert!(!builder.all().refused);
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
            builder.all();
        }
        for number in 0..6 {
            drop(fs::remove_file(pages.join(format!("p{number}.md"))));
        }
        drop(fs::remove_file(themes.join("moved.html")));
        fs::write(pages.join("last.md"), "---\ntitle: 最后\n---\n\n正文\n").unwrap();
        let kept = outputs(&mut builder);
        builder.pipeline = Pipeline::default();
        assert_eq!(kept, outputs(&mut builder));
        assert!(kept.contains_key("last/index.html"));
    }
}

//! `site serve`: the same pipeline as a build, kept in memory and rendered page by page as the browser asks.

use std::collections::BTreeMap;
use std::mem;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use super::{Call, Format, Machine, Terminal, list, outcome};
use crate::edition::{Hidden, Reader, hidden};
use crate::load::{self, Changed};
use crate::model::site::Difference;
use crate::model::{Day, OutPath, Page, Site};
use crate::plan::Recipe;
use crate::render::{Made, Press};
use crate::report::frame::Colour;
use crate::report::{Finding, Severity, SourcePath, frame, line};
use crate::serve::{self, Answer, Listed, Options, Renewed, Said, Snapshot};
use crate::{Order, Pipeline, publication};

/// What was asked of the preview.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wish {
    /// The port.
    pub port: Option<u16>,
    /// What is shown besides what is public.
    pub reader: Reader,
    /// Scan instead of asking the system for events.
    pub poll: bool,
    /// Browsers go to the page that was saved.
    pub follow: bool,
    /// Phones in the office network may look as well.
    pub lan: bool,
    /// The front page is opened in a browser.
    pub open: bool,
}

/// Previews until Ctrl-C.
pub fn run(call: &Call, machine: &Machine, terminal: &Arc<Terminal>, wish: &Wish) -> u8 {
    if !call.project.join("content").is_dir() {
        // Nothing will ever come of a preview in the wrong folder.
        let findings = publication(&call.order(machine)).report.into_sorted();
        return outcome::tell(call, terminal, "serve", &findings, "", serde_json::Value::Null);
    }
    let lan = wish.lan.then(serve::lan_address).flatten();
    if wish.lan && lan.is_none() {
        terminal.complain(&format!("{}\n", serve::no_lan().get(call.lang)));
    }
    let mut builder = Builder::new(call, machine, terminal, wish.reader);
    let options = Options {
        port: wish.port,
        lang: call.lang,
        watch: vec![call.project.join("content"), call.project.join("themes")],
        ignore: vec![call.project.join("public")],
        stop: machine.interrupted.clone(),
        no_native_watch: wish.poll,
        follow: wish.follow,
        lan,
        colour: terminal.colour == Colour::On,
        ready: wish.open.then(|| ready(machine.open)),
        opener: Some(opener(builder.shown.clone(), call, machine)),
    };
    let (speaker, first, time) = (terminal.clone(), builder.first.clone(), machine.time);
    let say = move |said: Said| match said {
        Said::Line(line) => speaker.say(&format!("{line}\n")),
        Said::Status(line) => {
            let first = first.lock().map_or(None, |first| first.clone());
            speaker.pin(first.into_iter().chain([format!("{} {line}", time())]).collect());
        }
    };
    let ended = serve::run(options, move |changed: &Changed| builder.snapshot(changed), say);
    terminal.unpin();
    match ended {
        Ok(()) => 0,
        Err(fault) => outcome::refused(call, terminal, "serve", 2, &fault.to_string()),
    }
}

/// Opens the preview in a browser; without one its address stands in the terminal (faults.md H20).
fn ready(open: fn(&Path) -> std::io::Result<()>) -> serve::Ready {
    Box::new(move |address| drop(open(Path::new(address))))
}

/// Opens sources of the site that was read last, and nothing else.
fn opener(shown: Arc<Mutex<Option<Arc<Site>>>>, call: &Call, machine: &Machine) -> serve::Opener {
    let (project, open) = (call.project.clone(), machine.open);
    Box::new(move |source| {
        let site = shown.lock().map_or(None, |shown| shown.clone());
        let is_source = source == load::config_path().as_str()
            || site.is_some_and(|site| {
                let mut pages = site.pages.values().map(|page| page.path.as_str());
                pages.any(|path| path == source) || site.broken.iter().any(|path| path.as_str() == source)
            });
        is_source && open(&project.join(source)).is_ok()
    })
}

/// Makes a snapshot after every change, and keeps the last good press for the time when a build refuses.
struct Builder {
    call: Call,
    machine: Machine,
    terminal: Arc<Terminal>,
    pipeline: Pipeline,
    order: Order,
    /// What was made last, whether it is shown or not.
    made: Option<Arc<Press>>,
    /// What is shown.
    last: Option<Arc<Press>>,
    site: Option<Arc<Site>>,
    /// The same site, for those who ask to open a source.
    shown: Arc<Mutex<Option<Arc<Site>>>>,
    told: Option<Vec<Finding>>,
    /// The first thing to mend, in one line, which stays in view.
    first: Arc<Mutex<Option<String>>>,
}

impl Builder {
    fn new(call: &Call, machine: &Machine, terminal: &Arc<Terminal>, reader: Reader) -> Builder {
        let order = Order { reader, ..call.order(machine) };
        Builder {
            call: call.clone(),
            machine: machine.clone(),
            terminal: terminal.clone(),
            pipeline: Pipeline::default(),
            order,
            made: None,
            last: None,
            site: None,
            shown: Arc::default(),
            told: None,
            first: Arc::default(),
        }
    }

    /// The site after what `changed`; none when it is to be shown as it is shown already.
    fn snapshot(&mut self, changed: &Changed) -> Option<Snapshot> {
        let started = Instant::now();
        self.order.today = self.call.today.unwrap_or_else(self.machine.today);
        // A panic loses what is remembered, which may be half of something, and the next run begins anew.
        let mut pipeline = mem::take(&mut self.pipeline);
        let made = pipeline.run(&self.order, changed);
        self.pipeline = pipeline;
        let findings = made.report.into_sorted();
        let refused = made.press.is_none() || self.call.profile.refuses(&findings);
        let as_before = self.told.as_ref() == Some(&findings);
        let renewed = match (&self.site, &made.site) {
            (Some(before), Some(site)) => renewed(before, site, &made.difference),
            _ => Vec::new(),
        };
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
        self.site = made.site.or(self.site.take());
        if let Ok(mut shown) = self.shown.lock() {
            shown.clone_from(&self.site);
        }
        self.tell(&findings);
        let pages = self.last.as_ref().map_or(0, |press| press.edition.count());
        let answer = answers(self.last.clone(), self.site.clone(), self.order.today);
        let listed = listed(&self.call, self.last.clone(), self.site.clone(), self.order.today);
        Some(Snapshot { answer, findings, refused, renewed, files_differ, listed, pages, took: started.elapsed() })
    }

    /// Prints the findings that were not there last time; the status counts them all.
    fn tell(&mut self, findings: &[Finding]) {
        let known = self.told.take().unwrap_or_default();
        if self.call.format == Format::Human {
            let new = findings.iter().filter(|finding| !known.contains(finding));
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

/// The pages of `site` that say something else than `before`.
fn renewed(before: &Site, site: &Site, difference: &Difference) -> Vec<Renewed> {
    let one = |page: &Arc<Page>| Renewed { key: page.id.out().as_str().to_string(), title: page.title.clone() };
    match difference {
        Difference::Bodies(ids) => ids.iter().filter_map(|id| site.pages.get(id)).map(one).collect(),
        Difference::More => site.new_since(before).iter().map(one).collect(),
    }
}

/// Everything that was written, for the panel.
fn listed(
    call: &Call,
    press: Option<Arc<Press>>,
    site: Option<Arc<Site>>,
    today: Day,
) -> Box<dyn Fn() -> Vec<Listed> + Send + Sync> {
    let call = call.clone();
    Box::new(move || {
        let Some(site) = &site else { return Vec::new() };
        let one = |page: &Arc<Page>| {
            let why = hidden(page, today);
            let shown = press.as_ref().is_some_and(|press| press.edition.page(&page.id).is_some());
            Listed {
                kind: call.say(page.id.kind.zh(), page.id.kind.word()).to_string(),
                title: page.title.clone(),
                source: page.path.as_str().to_string(),
                key: shown.then(|| page.id.out().as_str().to_string()),
                state: list::state(&call, why),
                is_public: why.is_none(),
            }
        };
        let none = |path: &SourcePath, kind: &str, state: &str| Listed {
            kind: kind.to_string(),
            title: path.as_str().strip_prefix("content/").unwrap_or(path.as_str()).to_string(),
            source: path.as_str().to_string(),
            key: None,
            state: state.to_string(),
            is_public: false,
        };
        let mistaken = call.say("有错，没有读进来", "has mistakes, not read");
        let broken = site.broken.iter().map(|path| none(path, "", mistaken));
        let offered = |path: &SourcePath| press.as_ref().is_some_and(|press| press.edition.file(path).is_some());
        let (file, unused) =
            (call.say("文件", "file"), call.say("没有公开的页面用到它，不发布", "no public page uses it"));
        let files = site.files.keys().filter(|path| !offered(path)).map(|path| none(path, file, unused));
        broken.chain(site.pages.values().map(one)).chain(files).collect()
    })
}

/// Why a page that the author sees is not on the public site.
fn badge(press: &Press, site: &Site, recipe: &Recipe, today: Day) -> Option<String> {
    let Recipe::Page(id) = recipe else { return None };
    // What was shown when a build last succeeded may have been taken away since.
    let page = site.pages.get(id).map(|page| &**page).or_else(|| press.edition.page(id))?;
    Some(match hidden(page, today)? {
        Hidden::Draft => "草稿，正式网站不会出现".to_string(),
        Hidden::Future(day) => format!("未到发布日期：{day} 起公开，现在正式网站不会出现"),
        Hidden::Expired(day) => format!("已过期：{day} 是最后一天，正式网站不会出现"),
        Hidden::NotPublic => "不公开，正式网站不会出现".to_string(),
    })
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

/// Rendered pages are kept up to this many bytes; a reader that asks for every page of a large site starts anew.
const MOST_KEPT: usize = 64 << 20;

/// What was rendered since the last change.
#[derive(Default)]
struct Rendered {
    pages: BTreeMap<String, Arc<[u8]>>,
    bytes: usize,
}

/// Answers from the press; rendered pages are kept as long as the press.
fn answers(press: Option<Arc<Press>>, site: Option<Arc<Site>>, today: Day) -> serve::AnswerOf {
    let kept: Mutex<Rendered> = Mutex::default();
    Box::new(move |path| {
        let press = press.as_ref()?;
        let (out, recipe) = output(press, path)?;
        let badge = site.as_ref().and_then(|site| badge(press, site, recipe, today));
        if let Some(bytes) = kept.lock().ok()?.pages.get(path) {
            return Some(Answer { bytes: bytes.clone(), fault: None, badge });
        }
        let made = press.make(&out, recipe).and_then(|made| match made {
            Made::Bytes(bytes) => Ok(bytes),
            Made::File(disk) => load::bytes(&disk)
                .map(Arc::from)
                .map_err(|fault| vec![load::cannot_read(&crate::report::SourcePath::new(path), &fault.to_string())]),
        });
        Some(match made {
            Ok(bytes) => {
                if !matches!(recipe, Recipe::File(_)) {
                    let mut kept = kept.lock().ok()?;
                    if kept.bytes + bytes.len() > MOST_KEPT {
                        *kept = Rendered::default();
                    }
                    kept.bytes += bytes.len();
                    kept.pages.insert(path.to_string(), bytes.clone());
                }
                Answer { bytes, fault: None, badge }
            }
            Err(faults) => Answer { bytes: Arc::from(&b""[..]), fault: faults.into_iter().next(), badge },
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::Command;
    use crate::report::{Lang, Profile};
    use std::ffi::OsString;
    use std::fs;

    /// A starter project on 2022-09-20, and its preview.
    fn preview(folder: &Path, drafts: bool) -> Builder {
        let machine = Machine {
            today: || Day::new(2022, 9, 20).unwrap(),
            time: || "09:00:00".to_string(),
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
            today: Some((machine.today)()),
            base_url: None,
            profile: Profile::Preview,
            lang: Lang::Zh,
            format: Format::Short,
            command: Command::Check,
        };
        Builder::new(&call, &machine, &terminal, if drafts { Reader::AUTHOR } else { Reader::PUBLIC })
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

//! `site build`: everything is made, then swapped in; when anything refuses, nothing is written.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use serde_json::{Value, json};

use super::memo::{Made, Memo};
use super::{Call, Format, Machine, Terminal, outcome};
use crate::load::Changed;
use crate::model::{Config, Day, OutPath, Site};
use crate::pipeline::kept::{Inputs, Part};
use crate::plan::Recipe;
use crate::render::search::Published;
use crate::render::{self, Press};
use crate::report::{Finding, Place, Profile, Report, SourcePath, Stage, Text, codes, displayable};
use crate::search::Before;
use crate::typeset::Store;
use crate::write::sealed::Lost;
use crate::write::{self, Digest, Failure, Guarded, Manifest, Request, Unsettled, Written};
use crate::{Order, Pipeline, Publication, check, inspected};

mod outs;
mod progress;
mod timings;

use outs::Outs;
use progress::Progress;
use timings::Timings;

/// The output folder where none is named.
pub const OUT: &str = "public";

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The output folder as it was named.
    pub out: String,
    /// Most pages may vanish.
    pub shrink: bool,
    /// Nothing is taken over from the last build.
    pub clean: bool,
    /// It is told where the time went.
    pub timings: bool,
}

/// Builds as wished.
pub fn run(call: &Call, machine: &Machine, terminal: &Terminal, wish: &Wish) -> u8 {
    let timings = Arc::new(Timings::from(machine.started));
    let products = Arc::new(write::Kept::of(&call.project, true));
    let watched = timings.clone();
    let order = Order {
        store: Arc::new(Store::new(products.clone())),
        passed: Arc::new(move |stage| watched.passed(stage)),
        ..call.order(machine)
    };
    let sources = sources(call);
    let request = Request {
        project: &call.project,
        sources: &sources,
        home: machine.home.as_deref(),
        out: Path::new(&wish.out),
        out_shown: &wish.out,
        key: "",
        shrink: wish.shrink,
        clean: wish.clean,
        interrupted: &machine.interrupted,
        passed: &|stage| timings.passed(stage),
    };
    let memo = Memo::open(&call.project, wish.clean);
    let mut pipeline = Pipeline::beginning(memo.now);
    // Outside a project there is nothing to walk through.
    let is_project = memo.now.is_some();
    let walk = || is_project.then(|| pipeline.walk(&call.project));
    let (_, memo) = rayon::join(walk, || memo.recalling());
    let build = Build { call, machine, terminal, wish, order, request, memo, products, timings: &timings };
    let code = build.run(pipeline);
    // The program ends: to take apart what an earlier build left of each page and file would only keep people waiting.
    std::mem::forget(build.memo);
    code
}

/// A build that is under way.
struct Build<'a> {
    call: &'a Call,
    machine: &'a Machine,
    terminal: &'a Terminal,
    wish: &'a Wish,
    order: Order,
    /// What is to be replaced; the key that tells the project from others comes with the configuration.
    request: Request<'a>,
    memo: Memo,
    products: Arc<write::Kept>,
    timings: &'a Timings,
}

/// A look at the output folder, if it was worth one.
type Early = Option<Result<Guarded, Failure>>;

impl Build<'_> {
    fn run(&self, pipeline: Pipeline) -> u8 {
        let (pipeline, early) = match self.nothing_new(pipeline) {
            ControlFlow::Break(code) => return code,
            ControlFlow::Continue(begun) => begun,
        };
        self.timings.passed(Stage::Look);
        let (parts, no_parts) = self.memo.parts();
        let (pipeline, published) = self.read(pipeline, &parts, &early);
        // The pipeline has what it needs of them, and gives it up before the outputs need the room.
        drop(parts);
        let mut report = published.report;
        report.extend(self.call.odd_clock(self.machine));
        let no_stamps = early.as_ref().and_then(|early| early.as_ref().ok()?.lost());
        report.extend(self.memo.lost.or(no_parts).or(no_stamps).map(lost));
        if let Some(press) = published.press.as_ref().filter(|_| self.call.profile == Profile::Production) {
            report.extend(self.refusals(press));
        }
        let findings = report.into_sorted();
        let press = match published.press {
            Some(press) if !self.call.profile.refuses(&findings) => press,
            _ => return self.end(&findings, None),
        };
        let key = key(press.edition.config());
        let project = &self.call.project;
        let keep = |number, part: &[u8]| self.memo.keep_part(project, number, part);
        let inputs = pipeline.inputs(project, press.theme(), &keep);
        let stamps = pipeline.stamps(&self.order);
        self.timings.passed(Stage::Plan);
        let request = Request { key: &key, ..self.request };
        let early = early.filter(|_| self.memo.made.as_ref().is_some_and(|made| made.project == key));
        let guarded = match early.unwrap_or_else(|| write::guard(&request)) {
            Ok(guarded) => guarded,
            Err(failure) => return self.failed(findings, failure),
        };
        let altered = guarded.altered(&request);
        let press = (*press).clone().after(self.memo.made.as_ref().and_then(|made| index_of(made, &guarded)));
        let outs = Outs::of(&press, &self.memo, &inputs);
        match outs.are_few() {
            // The program ends soon. To take ten thousand pages apart first would only keep people waiting.
            true => std::mem::forget(pipeline),
            // What was read has become the site, and the outputs need the room. The pool would do it last, and nobody may
            // wait there for outputs.
            false => drop(std::thread::Builder::new().spawn(move || drop(pipeline))),
        }
        let (written, manifest, unsettled) = match self.write(&press, &outs, &request, guarded) {
            Ok(written) => written,
            Err(failure) => return self.failed(findings, failure),
        };
        let keep = || {
            let is_told = |finding: &&Finding| ![&codes::W207, &codes::I309].contains(&finding.code);
            let made = Made {
                stamps,
                theme: press.edition.config().theme.clone(),
                theme_key: press.theme().key.clone(),
                remembered: self.remember(&inputs, published.site.as_deref(), press.edition.today()),
                inputs,
                findings: findings.iter().filter(is_told).cloned().collect(),
                project: key.clone(),
                pages: press.plan.outputs().filter(|(out, recipe)| is_page(out, recipe)).count(),
                outs: outs.all(&manifest),
            };
            self.products.sweep();
            self.memo.keep(project, &made);
            made
        };
        let (made, ()) = rayon::join(keep, || unsettled.settle());
        self.timings.passed(Stage::Keep);
        let code =
            self.end(&Report::of(findings.into_iter().chain(altered)).into_sorted(), Some((made.pages, &written)));
        std::mem::forget((published.site, made));
        code
    }

    /// What forbids handing over, seen on the pages themselves. All of them are made for it, those included that stand
    /// since another build, which need not have been one for production. The rest is told by `site check`.
    fn refusals(&self, press: &Press) -> impl Iterator<Item = Finding> {
        let refuses = |finding: &Finding| self.call.profile.refuses(std::slice::from_ref(finding));
        inspected(press, self.call.profile, &self.machine.interrupted).into_iter().filter(refuses)
    }

    /// Ends a build for which nothing changed since the last one, if that stands in the output folder as it was written;
    /// else gives back the pipeline, which need not walk again, and what was seen of that folder, which is looked at
    /// while the project is.
    fn nothing_new(&self, mut pipeline: Pipeline) -> ControlFlow<u8, (Pipeline, Early)> {
        let Some(made) = &self.memo.made else { return ControlFlow::Continue((pipeline, None)) };
        let stamps = || made.stamps.is_some() && pipeline.stamps_now(&self.order, &made.theme) == made.stamps;
        let request = Request { key: &made.project, passed: &|_| (), ..self.request };
        let (same, early) = rayon::join(stamps, || write::guard(&request));
        let is_last = |guarded: &Guarded| guarded.is_whole() && guarded.last().is_some_and(|last| made.is(last));
        let guarded = match early {
            Ok(guarded) if same && is_last(&guarded) => guarded,
            early => return ControlFlow::Continue((pipeline, Some(early))),
        };
        let (files, bytes) = guarded.last().map_or((0, 0), |last| (last.files().len(), last.bytes()));
        let written = Written { files, bytes, added: 0, changed: 0, removed: 0, unchanged: files };
        guarded.still();
        let findings = Report::of(made.findings.iter().cloned().chain(self.call.odd_clock(self.machine)));
        ControlFlow::Break(self.end(&findings.into_sorted(), Some((made.pages, &written))))
    }

    /// Reads and plans the site; meanwhile the folder is looked at that is to be staged in.
    fn read(&self, pipeline: Pipeline, parts: &[Part], early: &Early) -> (Pipeline, Publication) {
        let read = || {
            let mut pipeline = pipeline.knowing(&self.call.project, parts);
            self.timings.passed(Stage::Recall);
            let published = pipeline.run(&self.order, &Changed::Stamped);
            (pipeline, published)
        };
        let look = || early.iter().flatten().for_each(Guarded::look_ahead);
        rayon::join(read, look).0
    }

    /// Remembers what subscribers are told, which follows from faces; says whether it is remembered. A memory that cannot
    /// be kept costs a reminder, not the site that was just published.
    fn remember(&self, inputs: &Inputs, site: Option<&Site>, today: Day) -> bool {
        let as_before = |made: &Made| made.remembered && inputs.tells_as(&made.inputs);
        self.memo.made.as_ref().is_some_and(as_before)
            || site.is_some_and(|site| write::remember(&self.call.project, &check::memory::next(site, today)).is_ok())
    }

    fn write<'r>(
        &self,
        press: &Press,
        outs: &Outs,
        request: &'r Request,
        guarded: Guarded,
    ) -> Result<(Written, Manifest, Unsettled<'r>), Failure> {
        let waves = waves(press);
        let total = waves.iter().map(Vec::len).sum();
        let progress = Progress::of(self.call, self.terminal, self.machine.started, total);
        let standing = guarded.standing().clone();
        let make = |out: &OutPath| {
            let begun = Instant::now();
            let source = outs.source(out, &standing);
            self.timings.made(out, begun.elapsed());
            progress.step();
            source
        };
        let written = write::replace(guarded, request, &waves, &make);
        progress.end();
        // An interruption after the swap comes too late: the new site stands.
        let interrupted = self.machine.interrupted.load(Ordering::Relaxed);
        written.map_err(|failure| if interrupted { Failure::Interrupted } else { failure })
    }

    /// Tells the findings, and what was written: how many pages, and the files.
    fn end(&self, findings: &[Finding], written: Option<(usize, &Written)>) -> u8 {
        let Build { call, terminal, wish, .. } = self;
        let Some((pages, written)) = written else {
            self.memo.give_up(&call.project);
            let nothing = call.say("没有写入任何文件。", "Nothing was written.");
            return outcome::tell(call, terminal, "build", findings, nothing, json!({ "written": Value::Null }));
        };
        let mut summary = summary(&wish.out, written);
        if wish.timings {
            match call.format {
                Format::Json => summary["timings"] = self.timings.json(),
                _ => terminal.say(&self.timings.text(call.lang)),
            }
        }
        let ending = ending(call, self.machine, pages, &wish.out, written);
        outcome::tell(call, terminal, "build", findings, &ending, summary)
    }

    fn failed(&self, findings: Vec<Finding>, failure: Failure) -> u8 {
        let more = match failure {
            Failure::Interrupted => vec![interrupted(&self.wish.out)],
            Failure::Refused(more) => more,
            Failure::Disk(finding) => vec![*finding],
        };
        self.end(&Report::of(findings.into_iter().chain(more)).into_sorted(), None)
    }
}

/// The index that the last build published; none unless all of it stands, because what is left of one looks like the
/// whole of another.
fn index_of(made: &Made, guarded: &Guarded) -> Option<Arc<dyn Before>> {
    let (outs, standing) = (&made.outs, guarded.standing());
    let stands =
        |(path, (_, digest)): (&String, &(_, Digest))| standing.get(path).is_some_and(|entry| entry.blake3 == *digest);
    if !outs.iter().filter(|(path, _)| path.starts_with("search/")).all(stands) {
        return None;
    }
    let key = |out: &OutPath| outs.get(out.as_str())?.0;
    let size = |out: &OutPath| standing.get(out.as_str()).map(|entry| entry.size);
    Some(Arc::new(Published::of(key, size, guarded.reader("search/"))))
}

/// What an earlier build left cannot be used.
fn lost(reason: Lost) -> Finding {
    let (zh, en) = match reason {
        Lost::Foreign => ("是另一个版本的程序留下的", "are another version's"),
        _ => ("不完整", "are not whole"),
    };
    let text = Text::new(
        format!("上次生成留下的记录{zh}，这一次不沿用，相应的内容重新生成。"),
        format!("The records of the last build {en}; they are not used, and what they would have spared is made anew."),
    );
    Finding::new(&codes::I309, Place::file(&SourcePath::new(".site")), text)
}

/// What tells this project's output from another's, wherever the two projects lie.
fn key(config: &Config) -> String {
    let hash = blake3::hash(format!("{}\n{}", config.title, config.bureau.name).as_bytes());
    hash.to_hex()[..16].to_string()
}

fn interrupted(out: &str) -> Finding {
    let text =
        Text::new("生成被中断，原来的网站没有改动。", "The build was interrupted; the old site stands as it was.");
    Finding::new(&codes::E308, Place::file(&SourcePath::new(out)), text)
}

/// Finishes or takes back what a killed build left behind beside the default output folder and every other one that was
/// built to (faults.md F09). What cannot be mended now is told by the next build.
pub fn recover(call: &Call, machine: &Machine) {
    let sources = sources(call);
    for out in write::outs(&call.project).into_iter().chain([PathBuf::from(OUT)]) {
        let shown = out.to_string_lossy();
        let request = Request { out_shown: &shown, ..request(call, machine, &sources, &out, "") };
        drop(write::recover(&request));
    }
}

/// The index of the site in the default output folder; none where no build left one, and while one is at work.
pub fn published_index(call: &Call, machine: &Machine) -> Option<Arc<dyn Before>> {
    let made = super::memo::last(&call.project)?;
    let sources = sources(call);
    let out = PathBuf::from(OUT);
    let request = request(call, machine, &sources, &out, &made.project);
    let guarded = write::guard(&request).ok()?;
    index_of(&made, &guarded)
}

/// A request by a command that does not build.
fn request<'a>(
    call: &'a Call,
    machine: &'a Machine,
    sources: &'a [PathBuf],
    out: &'a Path,
    key: &'a str,
) -> Request<'a> {
    Request {
        project: &call.project,
        sources,
        home: machine.home.as_deref(),
        out,
        out_shown: OUT,
        key,
        shrink: false,
        clean: false,
        interrupted: &machine.interrupted,
        passed: &|_| (),
    }
}

fn sources(call: &Call) -> [PathBuf; 3] {
    ["content", "themes", crate::load::memory::FOLDER].map(|name| call.project.join(name))
}

/// The outputs in the order in which they are made.
fn waves(press: &Press) -> [Vec<OutPath>; render::WAVES] {
    let mut waves: [Vec<OutPath>; render::WAVES] = Default::default();
    press.plan.outputs().for_each(|(out, recipe)| waves[render::wave(recipe)].push(out.clone()));
    waves
}

fn ending(call: &Call, machine: &Machine, pages: usize, out: &str, written: &Written) -> String {
    let seconds = machine.started.elapsed().as_secs_f64();
    let megabytes = written.bytes as f64 / 1_048_576.0;
    let out = displayable(out);
    let (files, added, changed, removed) = (written.files, written.added, written.changed, written.removed);
    let zh = format!(
        "已写入 {out}：{pages} 个页面，共 {files} 个文件（{megabytes:.1} MB），新增 {added}，修改 {changed}，删除 {removed}，用时 {seconds:.1} 秒。"
    );
    let en = format!(
        "Wrote {out}: {pages} pages, {files} files ({megabytes:.1} MB), {added} added, {changed} changed, {removed} removed, in {seconds:.1} s."
    );
    call.say(&zh, &en).to_string()
}

fn is_page(out: &OutPath, recipe: &Recipe) -> bool {
    out.extension() == "html" && !matches!(recipe, Recipe::File(_) | Recipe::Moved(_))
}

fn summary(out: &str, written: &Written) -> Value {
    json!({ "written": {
        "folder": out,
        "files": written.files,
        "bytes": written.bytes,
        "added": written.added,
        "changed": written.changed,
        "removed": written.removed,
        "unchanged": written.unchanged,
    }})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::Machine;
    use crate::report::frame::Colour;
    use std::ffi::OsString;
    use std::sync::Arc;

    fn run(args: &[&str], machine: &Machine) -> u8 {
        let args: Vec<OsString> = ["site"].iter().chain(args).map(OsString::from).collect();
        let terminal =
            Arc::new(Terminal::new(Box::new(std::io::sink()), Box::new(std::io::sink()), Colour::Off, false));
        crate::commands::run(&args, machine, &terminal)
    }

    #[test]
    fn a_new_title_does_not_make_the_own_output_foreign() {
        let folder = tempfile::tempdir().unwrap();
        let machine = Machine::bare(folder.path(), || crate::model::Day::new(2022, 9, 20).unwrap());
        let outside = |out: &'static str| ["build", "--root", "zt", "--out", out];
        assert_eq!(run(&["init", "zt"], &machine), 0);
        assert_eq!((run(&["build", "--root", "zt"], &machine), run(&outside("../web"), &machine)), (0, 0));
        let config = folder.path().join("zt/content/site.yaml");
        let text = std::fs::read_to_string(&config).unwrap();
        std::fs::write(&config, text.replace("示例市认证宣传活动专题", "2022年专题")).unwrap();
        assert_eq!((run(&["build", "--root", "zt"], &machine), run(&outside("../web"), &machine)), (0, 1));
    }

    #[test]
    fn an_output_within_another_of_the_project_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let machine = Machine::bare(folder.path(), || crate::model::Day::new(2022, 9, 20).unwrap());
        let build = |out| run(&["build", "--root", "zt", "--out", out], &machine);
        assert_eq!(run(&["init", "zt"], &machine), 0);
        assert_eq!((build("public"), build("public/sub"), build("public-sub")), (0, 1, 0));
        assert!(!folder.path().join("zt/public/sub").exists());
        assert_eq!((build("public"), build("../web/zt"), build("../web/zt/a/b"), build("../web")), (0, 0, 1, 1));
        std::fs::remove_dir_all(folder.path().join("web")).unwrap();
        assert_eq!(build("../web/zt/a/b"), 0);
    }

    #[test]
    fn what_stands_since_a_preview_does_not_escape_the_inspection() {
        let folder = tempfile::tempdir().unwrap();
        let machine = Machine::bare(folder.path(), || crate::model::Day::new(2022, 9, 20).unwrap());
        let build = |profile| run(&["build", "--root", "zt", "--profile", profile], &machine);
        let page = |main: &str| {
            let page = format!("{{% extends \"base.html\" %}}{{% block main %}}<h1>找不到</h1>{main}{{% endblock %}}");
            std::fs::create_dir_all(folder.path().join("zt/themes/default/templates")).unwrap();
            std::fs::write(folder.path().join("zt/themes/default/templates/404.html"), page).unwrap();
        };
        assert_eq!(run(&["init", "zt"], &machine), 0);
        let config = "title: 专题\nbureau: {name: 示例市市场监督管理局, contact: \"12315\"}\n\
                      base_url: https://www.example.gov.cn/zt/\nfooter: {icp: 晋ICP备11223344号-1, police: 晋公网安备 14010502050123号,\n  \
                      party_mark_url: https://bszs.conac.cn/a, correction_url: https://zfwzzc.www.gov.cn/a}\n\
                      portal: {site_id_code: \"1408020031\"}\n";
        std::fs::write(folder.path().join("zt/content/site.yaml"), config).unwrap();
        page("<script src=\"https://cdn.example.com/a.js\"></script>");
        assert_eq!((build("preview"), build("production"), build("production")), (0, 1, 1));
        page("");
        assert_eq!(build("production"), 0);
    }
}

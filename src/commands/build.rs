//! `site build`: everything is made, then swapped in; when anything refuses, nothing is written.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use serde_json::{Value, json};

use super::{Call, Format, Machine, Terminal, outcome};
use crate::model::{Config, OutPath};
use crate::plan::Recipe;
use crate::render::posters::is_printed;
use crate::render::{Made, Press};
use crate::report::{Finding, Place, Report, SourcePath, Stage, Text, codes, displayable};
use crate::typeset::Store;
use crate::write::{self, Failure, Request, Source, Written};
use crate::{Order, check, publication};

mod progress;
mod timings;

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
    let kept = Arc::new(write::Kept::of(&call.project, true));
    let watched = timings.clone();
    let made = publication(&Order {
        store: Arc::new(Store::new(kept.clone())),
        passed: Arc::new(move |stage| watched.passed(stage)),
        ..call.order(machine)
    });
    let (mut report, site) = (made.report, made.site);
    report.extend(call.odd_clock(machine));
    let findings = report.into_sorted();
    let nothing = call.say("没有写入任何文件。", "Nothing was written.");
    let press = match made.press {
        Some(press) if !call.profile.refuses(&findings) => press,
        _ => return outcome::tell(call, terminal, "build", &findings, nothing, json!({ "written": Value::Null })),
    };
    let sources = sources(call);
    let path = PathBuf::from(&wish.out);
    let key = key(press.edition.config());
    let request = Request {
        project: &call.project,
        sources: &sources,
        home: machine.home.as_deref(),
        out: &path,
        out_shown: &wish.out,
        key: &key,
        shrink: wish.shrink,
        clean: wish.clean,
        interrupted: &machine.interrupted,
        passed: &|stage| timings.passed(stage),
    };
    match write(&press, &request, call, machine, terminal, &timings) {
        Ok(written) => {
            if let Some(site) = &site {
                let memory = check::memory::next(site, press.edition.today());
                // A memory that cannot be kept costs a reminder, not the site that was just published.
                drop(write::remember(&call.project, &memory));
            }
            kept.sweep();
            timings.passed(Stage::Keep);
            let ending = ending(call, machine, &press, &wish.out, &written);
            let mut summary = summary(&wish.out, &written);
            if wish.timings {
                match call.format {
                    Format::Json => summary["timings"] = timings.json(),
                    _ => terminal.say(&timings.text(call.lang)),
                }
            }
            outcome::tell(call, terminal, "build", &findings, &ending, summary)
        }
        Err(Failure::Interrupted) => failed(call, terminal, findings, vec![interrupted(&wish.out)], nothing),
        Err(Failure::Refused(more)) => failed(call, terminal, findings, more, nothing),
        Err(Failure::Disk(finding)) => failed(call, terminal, findings, vec![*finding], nothing),
    }
}

/// What tells this project's output from another's, wherever the two projects lie.
fn key(config: &Config) -> String {
    let hash = blake3::hash(format!("{}\n{}", config.title, config.bureau.name).as_bytes());
    hash.to_hex()[..16].to_string()
}

fn failed(call: &Call, terminal: &Terminal, findings: Vec<Finding>, more: Vec<Finding>, nothing: &str) -> u8 {
    let mut report = Report::new();
    report.extend(findings.into_iter().chain(more));
    let findings = &report.into_sorted();
    outcome::tell(call, terminal, "build", findings, nothing, json!({ "written": Value::Null }))
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
        let request = Request {
            project: &call.project,
            sources: &sources,
            home: machine.home.as_deref(),
            out: &out,
            out_shown: &out.to_string_lossy(),
            key: "",
            shrink: false,
            clean: false,
            interrupted: &machine.interrupted,
            passed: &|_| (),
        };
        drop(write::recover(&request));
    }
}

fn sources(call: &Call) -> [PathBuf; 3] {
    ["content", "themes", crate::load::memory::FOLDER].map(|name| call.project.join(name))
}

fn write(
    press: &Press,
    request: &Request,
    call: &Call,
    machine: &Machine,
    terminal: &Terminal,
    timings: &Timings,
) -> Result<Written, Failure> {
    let guarded = write::guard(request)?;
    let waves = waves(press);
    let progress = Progress::of(call, terminal, machine.started, waves.iter().map(Vec::len).sum());
    let make = |out: &OutPath| {
        let begun = Instant::now();
        let source = made(press, out);
        timings.made(out, begun.elapsed());
        progress.step();
        source
    };
    let written = write::replace(guarded, request, &waves, &make);
    progress.end();
    // An interruption after the swap comes too late: the new site stands.
    written.map_err(|failure| if machine.interrupted.load(Ordering::Relaxed) { Failure::Interrupted } else { failure })
}

/// The outputs in the order in which they are made: first posters and letters, because the pages that offer them ask for
/// their sizes.
fn waves(press: &Press) -> [Vec<OutPath>; 2] {
    let (printed, rest): (Vec<_>, Vec<_>) = press.plan.outputs().partition(|(_, recipe)| is_printed(recipe));
    [printed, rest].map(|wave| wave.into_iter().map(|(out, _)| out.clone()).collect())
}

fn made(press: &Press, out: &OutPath) -> Source {
    match press.plan.recipe(out).map(|recipe| press.make(out, recipe)) {
        Some(Ok(Made::Bytes(bytes))) => Source::Bytes(bytes),
        Some(Ok(Made::File(path))) => Source::File(path),
        Some(Err(findings)) => Source::Refused(findings),
        None => Source::Refused(Vec::new()),
    }
}

fn ending(call: &Call, machine: &Machine, press: &Press, out: &str, written: &Written) -> String {
    let pages = press.plan.outputs().filter(|(out, recipe)| is_page(out, recipe)).count();
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
}

//! `site check`: every problem of every stage in one run. Nothing is written but the reports that were asked for, and
//! with `--fix` the sources that a program may mend.

use serde_json::{Value, json};

use super::{Call, Format, Machine, Terminal, aside, outcome};
use crate::model::Site;
use crate::report::{
    Finding, Inspection, Lang, LeftOut, Place, Report, SourcePath, Text, codes, displayable, junit, page, sarif,
};
use crate::{Order, check, inspected, others, publication, write};

mod columns;
mod external;
mod mend;
mod since;

pub use external::Network;
use external::Outward;
use mend::Mending;
use since::Since;

/// What was asked for.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// Files that reports are written to, as they were named; the endings of their names tell the forms.
    pub reports: Vec<String>,
    /// Only what is told of files that changed since this revision of git.
    pub since: Option<String>,
    /// Links to other sites are opened.
    pub external: bool,
    /// What a program may mend is mended in the sources.
    pub fix: bool,
    /// What would be mended, or was, is shown.
    pub diff: bool,
}

/// Checks the project; every output is made once, so that template errors are told as well, and every page is looked at.
pub fn run(call: &Call, machine: &Machine, terminal: &Terminal, wish: &Wish) -> u8 {
    let kept = |file: &&String| aside::is_kept(call, &machine.folder.join(file));
    if let Some(file) = wish.reports.iter().find(kept) {
        return outcome::tell(call, terminal, "check", &[misplaced(file)], "", json!({ "pages": Value::Null }));
    }
    let since = match wish.since.as_deref().map(|revision| Since::of(call, machine, revision)).transpose() {
        Ok(since) => since,
        Err(reason) => return outcome::refused(call, terminal, "check", 2, &reason),
    };
    let order = Order { proofs: true, ..call.order(machine) };
    let mut made = publication(&order);
    let mending = (wish.fix || wish.diff).then(|| mended(call, terminal, wish, &made.report));
    if wish.fix {
        made = publication(&order);
    }
    let mut report = made.report;
    report.extend(call.odd_clock(machine));
    let (mut pages, mut outward) = (0, None);
    // Where the site could not be made, hardly anything was looked at, and what stands in the way concerns everybody.
    let since = since.filter(|_| made.press.is_some());
    if let Some(press) = made.press {
        pages = press.edition.pages().count();
        report.extend(others(&press, &machine.interrupted).filter_map(|(_, made)| made.err()).flatten());
        report.extend(inspected(&press, call.profile, &machine.interrupted));
        if wish.external {
            let mut asked = external::run(call, machine, terminal, &check::addresses(&press.edition));
            let findings = std::mem::take(&mut asked.findings);
            let waivers = press.edition.pages().map(|page| (&page.path, &page.waivers));
            report.extend(check::waived(press.edition.config(), waivers, findings));
            outward = Some(asked);
        }
    }
    if machine.interrupted.load(std::sync::atomic::Ordering::Relaxed) {
        return outcome::refused(call, terminal, "check", 130, call.say("检查被中断。", "The check was interrupted."));
    }
    let (findings, site) = (report.into_sorted(), made.site.as_deref());
    let (mut findings, left_out) = match &since {
        Some(since) => {
            let (findings, left_out) = since.sorted_out(findings, site);
            (findings, Some(left_out))
        }
        None => (findings, None),
    };
    let found = Found { call, site, as_of: order.today.to_string(), pages, left_out, outward, mending };
    let faults = found.write(machine, &wish.reports, &findings);
    findings.extend(faults);
    findings.extend(found.mending.iter().flat_map(|mending| mending.faults.iter().cloned()));
    found.tell(terminal, &wish.reports, &findings)
}

/// Mends the sources, or only shows what would be mended; what is shown must not mix with a document.
fn mended(call: &Call, terminal: &Terminal, wish: &Wish, report: &Report) -> Mending {
    let findings: Vec<Finding> = report.iter().cloned().collect();
    let mut mending = Mending::of(&call.project, &findings);
    if wish.fix {
        mending.write(&call.project);
    }
    if wish.diff {
        match call.format {
            Format::Human | Format::Short => terminal.say(&mending.diff()),
            _ => terminal.complain(&mending.diff()),
        }
    }
    mending
}

/// What a run came to, besides its findings.
struct Found<'a> {
    call: &'a Call,
    site: Option<&'a Site>,
    as_of: String,
    /// How many pages are public.
    pages: usize,
    left_out: Option<LeftOut<'a>>,
    outward: Option<Outward>,
    mending: Option<Mending>,
}

impl Found<'_> {
    /// Writes the reports; gives what could not be written.
    fn write(&self, machine: &Machine, reports: &[String], findings: &[Finding]) -> Vec<Finding> {
        let write = |file: &String| {
            let text = self.printed(Format::of_file(file)?, findings);
            let fault = write::single(&machine.folder.join(file), text.as_bytes()).err()?;
            Some(aside::cannot_write(file, &fault))
        };
        reports.iter().filter_map(write).collect()
    }

    /// Says what was found; gives the exit code.
    fn tell(&self, terminal: &Terminal, reports: &[String], findings: &[Finding]) -> u8 {
        match self.call.format {
            form @ (Format::Sarif | Format::Junit | Format::Html) => {
                terminal.say(&self.printed(form, findings));
                outcome::exit_code(findings)
            }
            _ => {
                let mut extra = self.extra(findings);
                if !reports.is_empty() {
                    extra["reports"] = reports.into();
                }
                outcome::tell(self.call, terminal, "check", findings, &self.ending(reports, findings), extra)
            }
        }
    }

    /// The whole inspection in a form.
    fn printed(&self, form: Format, findings: &[Finding]) -> String {
        let (call, exit) = (self.call, outcome::exit_code(findings));
        match form {
            Format::Sarif => sarif::print(&self.inspection(findings, exit), call.lang),
            Format::Junit => junit::print(&self.inspection(findings, exit), call.lang),
            Format::Html => page::print(&self.inspection(findings, exit)),
            _ => outcome::document(call, "check", exit, findings, self.extra(findings)),
        }
    }

    fn inspection<'f>(&'f self, findings: &'f [Finding], exit: u8) -> Inspection<'f> {
        let config = self.site.map(|site| &site.config);
        let mut files: Vec<&SourcePath> =
            self.site.iter().flat_map(|site| site.pages.values()).map(|p| &p.path).collect();
        files.sort();
        files.dedup();
        Inspection {
            findings,
            title: config.map(|config| config.title.as_str()),
            bureau: config.map(|config| config.bureau.name.as_str()),
            address: config.map(|config| config.base_url.absolute("")),
            as_of: self.as_of.clone(),
            profile: self.call.profile,
            files,
            columns: columns::of(self.site, findings),
            left_out: self.left_out,
            outward: self.outward.as_ref().map(|outward| outward.sentence(Lang::Zh)),
            exit,
        }
    }

    /// What the JSON document says besides the findings.
    fn extra(&self, findings: &[Finding]) -> Value {
        let columns = columns::values(&columns::of(self.site, findings));
        let mut extra = json!({ "pages": self.pages, "as_of": self.as_of, "columns": columns });
        if let Some(LeftOut { revision, changed, others }) = self.left_out {
            extra["since"] = json!({ "revision": revision, "changed": changed, "others": others });
        }
        if let Some(outward) = &self.outward {
            extra["external"] = outward.json();
        }
        if let Some(mending) = &self.mending {
            extra["mended"] = mending.value();
        }
        extra
    }

    fn ending(&self, reports: &[String], findings: &[Finding]) -> String {
        let (call, pages) = (self.call, self.pages);
        let mut parts: Vec<String> = self.mending.iter().map(|mending| mending.ending(call)).collect();
        match (&self.left_out, findings.is_empty(), outcome::exit_code(findings)) {
            (None, true, _) => {
                parts.push(format!(
                    "{pages} {}",
                    call.say("个页面检查完毕，没有发现问题。", "pages checked, no problems.")
                ));
            }
            (None, false, 0) => {
                parts.push(call.say("没有错误，可以生成。", "No errors; the site can be built.").to_string());
            }
            (Some(left), nothing, _) => {
                let (changed, others) = (left.changed, left.others);
                if nothing {
                    let zh = format!("改动过的 {changed} 个文件没有发现问题。");
                    let en = format!("No problems in the {changed} files that changed.");
                    parts.push(call.say(&zh, &en).to_string());
                }
                if others > 0 {
                    let zh = format!("没有改动的文件里另有 {others} 个问题，没有列出。");
                    let en = format!("{others} more in files that did not change are not shown.");
                    parts.push(call.say(&zh, &en).to_string());
                }
            }
            _ => {}
        }
        parts.extend(self.outward.as_ref().map(|outward| outward.sentence(call.lang)));
        let failed =
            |file: &&String| findings.iter().any(|f| f.code == &codes::E307 && f.place.path.as_str() == file.as_str());
        let written: Vec<String> = reports.iter().filter(|file| !failed(file)).map(|file| displayable(file)).collect();
        if !written.is_empty() {
            let (zh, en) =
                (format!("检查报告已写入 {}。", written.join("、")), format!("Report: {}.", written.join(", ")));
            parts.push(call.say(&zh, &en).to_string());
        }
        parts.join(call.say("", " "))
    }
}

fn misplaced(file: &str) -> Finding {
    let text = Text::new(
        "检查报告不能写到稿件、主题或者网站的文件夹里，请换一个地方，例如桌面。",
        "Reports are not written among sources or into the site; name another place.",
    );
    Finding::new(&codes::E301, Place::file(&SourcePath::new(file)), text)
}

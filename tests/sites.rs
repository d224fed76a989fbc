//! Every folder of `tests/sites` is a small whole project with what it must print and some of what it must write.
//!
//! `expect.txt` holds the findings in their short form, whole; `UPDATE_EXPECT=1` writes it anew. `expect/outputs.txt`
//! says how the project is made and what must come of it, one sentence a line: see [`steps`]. Projects are copied to
//! a folder of their own first, so links and names that no repository keeps are made there.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "fixtures/mod.rs"]
mod fixtures;

#[path = "sites/checks/mod.rs"]
mod checks;

use std::path::{Path, PathBuf};

use checks::{Built, steps};
use fixtures::project::{self, Project, Wish};
use libtest_mimic::{Arguments, Failed, Trial};
use site::report::{Finding, Lang, Severity, line};

fn main() {
    let arguments = Arguments::from_args();
    let folder = sites();
    let entries = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = entries.filter(|path| path.join("expect.txt").exists()).collect();
    paths.sort();
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut trials: Vec<Trial> = paths.into_iter().map(|path| Trial::test(name(&path), move || site(&path))).collect();
    trials.push(Trial::test("every code is produced by a fixture", checks::codes::every_code_has_a_fixture));
    trials.push(Trial::test("the markup site uses every field", checks::fields::the_markup_site_uses_every_field));
    trials.push(Trial::test("the demonstration", demonstration));
    libtest_mimic::run(&arguments, trials).exit();
}

/// Where the projects lie.
fn sites() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites")
}

/// The site this repository shows has no errors, and all its links lead somewhere.
fn demonstration() -> Result<(), Failed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (findings, written) = project::build(root, &Wish::default());
    let errors = findings.iter().filter(|finding| finding.code.severity <= Severity::Error);
    let mut wrong: Vec<String> = errors.map(|finding| line::print(finding, Lang::Zh)).collect();
    wrong.extend(checks::always(&Built { written }));
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

fn site(folder: &Path) -> Result<(), Failed> {
    let steps = steps::read(&folder.join("expect/outputs.txt"));
    let project = made(folder, &steps);
    let mut wish = Wish::default();
    steps.iter().for_each(|step| step.wish(&mut wish));
    let (findings, written) = project.build(&wish);
    let said = said(&findings, &project);
    let built = Built { written };
    let mut wrong: Vec<String> = steps.iter().filter_map(|step| step.fault(&built)).collect();
    if !wish.profile.refuses(&findings) {
        wrong.extend(checks::always(&built));
    }
    let expected = std::fs::read_to_string(folder.join("expect.txt")).unwrap();
    if said != expected {
        match std::env::var_os("UPDATE_EXPECT") {
            Some(_) => std::fs::write(folder.join("expect.txt"), &said).unwrap(),
            None => wrong
                .push(format!("--- expected\n{expected}--- said\n{said}Run with UPDATE_EXPECT=1 if that is right.")),
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

fn made(folder: &Path, steps: &[steps::Step]) -> Project {
    let project = Project::copy(&folder.join("project"));
    steps.iter().for_each(|step| step.prepare(&project));
    project
}

/// The findings in Chinese, one a line, without the folder this test runs in.
fn said(findings: &[Finding], project: &Project) -> String {
    let lines: String = findings.iter().map(|finding| line::print(finding, Lang::Zh)).collect();
    let shown = |path: &Path| path.display().to_string();
    lines.replace(&shown(&project.path()), "<project>").replace(&shown(&project.outside()), "<outside>")
}

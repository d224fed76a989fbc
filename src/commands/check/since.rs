//! `--since REV`: only what is told of files that changed since a revision of git, so that old problems of a large
//! site do not hide the new ones.

use std::collections::BTreeSet;
use std::io::ErrorKind;

use crate::commands::{Answer, Call, Machine};
use crate::model::Site;
use crate::report::{Finding, LeftOut, SourcePath, displayable};

/// The files that changed since a revision.
#[derive(Debug)]
pub struct Since<'a> {
    revision: &'a str,
    changed: BTreeSet<SourcePath>,
}

impl<'a> Since<'a> {
    /// Asks git; the fault is a sentence in the language of the call.
    pub fn of(call: &Call, machine: &Machine, revision: &'a str) -> Result<Since<'a>, String> {
        let git = Git { call, machine };
        let shown = displayable(revision);
        let unknown = |zh: &str, en: &str| {
            let zh = format!("git 里没有“{shown}”这个版本。{zh}");
            let en = format!("git knows no revision `{shown}`.{en}");
            call.say(&zh, &en).to_string()
        };
        // Behind a hyphen it would be an option to git.
        if revision.trim().is_empty() || revision.starts_with('-') {
            return Err(unknown(
                "要写分支名、标签或提交编号，例如 --since main。",
                " Name a branch, a tag or a commit.",
            ));
        }
        git.lines(&["rev-parse", "--is-inside-work-tree"])?;
        let commit = git.run(&["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")])?;
        if !commit.done {
            return Err(unknown(
                "请核对分支名、标签或提交编号；浅克隆里可能没有较早的版本。",
                " A shallow clone may lack it.",
            ));
        }
        let commit = String::from_utf8_lossy(&commit.out).trim().to_string();
        let diff = ["diff", "--name-only", "-z", "--relative", "--no-renames", "--no-ext-diff", &commit, "--"];
        let mut changed = git.lines(&diff)?;
        changed.extend(git.lines(&["ls-files", "--others", "--exclude-standard", "-z"])?);
        Ok(Since { revision, changed })
    }

    /// The findings that concern what changed, and how many do not.
    pub fn sorted_out(&self, findings: Vec<Finding>, site: Option<&Site>) -> (Vec<Finding>, LeftOut<'a>) {
        // A page whose picture or attachment changed is looked at as well.
        let pages = site.into_iter().flat_map(|site| site.pages.values());
        let pages = pages.filter(|page| page.files().into_iter().any(|file| self.changed.contains(file)));
        let touched: BTreeSet<&SourcePath> = pages.map(|page| &page.path).chain(&self.changed).collect();
        let concerns = |finding: &Finding| {
            let mut places = std::iter::once(&finding.place).chain(&finding.related);
            !is_in_project(&finding.place.path) || places.any(|place| touched.contains(&place.path))
        };
        let (told, others): (Vec<Finding>, Vec<Finding>) = findings.into_iter().partition(concerns);
        let left_out = LeftOut { revision: self.revision, changed: self.changed.len(), others: others.len() };
        (told, left_out)
    }
}

/// Findings about the machine, an option or the project as a whole are about no file that git could know.
fn is_in_project(path: &SourcePath) -> bool {
    ["content", "themes"].iter().any(|top| path.as_str().split('/').next() == Some(*top) && path.as_str() != *top)
}

struct Git<'a> {
    call: &'a Call,
    machine: &'a Machine,
}

impl Git<'_> {
    fn run(&self, args: &[&str]) -> Result<Answer, String> {
        // A monitor that the repository names would be another program.
        let args = [&["-c", "core.fsmonitor=false"], args].concat();
        (self.machine.git)(&self.call.project, &args).map_err(|fault| {
            let (zh, en) = match fault.kind() {
                ErrorKind::NotFound => (
                    "--since 要用 git，但这台电脑上没有找到 git，或者没有这个项目文件夹。".to_string(),
                    "--since needs git, which was not found, or there is no such project folder.".to_string(),
                ),
                _ => (format!("git 打不开：{fault}"), format!("git could not be started: {fault}")),
            };
            self.call.say(&zh, &en).to_string()
        })
    }

    /// The texts that git answered with, each ended by a zero byte, as paths.
    fn lines(&self, args: &[&str]) -> Result<BTreeSet<SourcePath>, String> {
        let answer = self.run(args)?;
        if !answer.done {
            let why = displayable(answer.err.lines().next().unwrap_or_default());
            let (zh, en) = match answer.err.contains("not a git repository") {
                true => (
                    "项目文件夹不在 git 仓库里，不能用 --since。".to_string(),
                    "The project is in no git repository, so --since cannot be used.".to_string(),
                ),
                false => (format!("git 没有给出改动过的文件：{why}"), format!("git did not tell what changed: {why}")),
            };
            return Err(self.call.say(&zh, &en).to_string());
        }
        let texts = answer.out.split(|byte| *byte == 0).filter(|text| !text.is_empty());
        Ok(texts.map(|text| SourcePath::new(String::from_utf8_lossy(text))).collect())
    }
}

//! The lines of `expect/outputs.txt`.
//!
//! How the project is made: `base` (over the small project of the mistakes), `copy A -> B`, `move A -> B`,
//! `link A -> B` (`<outside>/x` is a file beside the project), `folder A`, `remove A`, `many A.md 45` (A-1.md to A-45.md); `\u{…}` names a character.
//!
//! How it is built: `today 2022-09-20`, `production`, `address https://…`.
//!
//! What comes of it: `has PATH`, `no PATH` (`PATH*` for all that begin so), `PATH contains TEXT`, `PATH lacks TEXT`,
//! `nowhere TEXT` (in no name and no content of any output), `nothing` (no outputs at all).

use std::path::Path;

use super::Built;
use crate::fixtures::project::{Project, Wish};
use crate::fixtures::unescaped;
use site::model::Day;
use site::report::Profile;

/// Steps that ask for nothing.
const SETUP: &[&str] = &["base", "copy", "move", "many", "link", "folder", "remove", "today", "production", "address"];

/// One line.
pub struct Step {
    line: String,
}

/// The steps of the file at `path`; none when there is no such file.
pub fn read(path: &Path) -> Vec<Step> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| Step { line: line.to_string() }).collect()
}

impl Step {
    fn words(&self) -> (&str, &str) {
        self.line.split_once(' ').unwrap_or((&self.line, ""))
    }

    /// Makes the project what the step says.
    pub fn prepare(&self, project: &Project) {
        let (verb, rest) = self.words();
        let rest = unescaped(rest);
        let (from, to) = rest.split_once(" -> ").unwrap_or((&rest, ""));
        match verb {
            "base" => project.lay_under(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes/base")),
            "copy" => project.write(to, &project.bytes(from)),
            "move" => {
                project.write(to, &project.bytes(from));
                std::fs::remove_file(project.path().join(from)).unwrap();
            }
            "link" => project.link(from, to),
            "many" => {
                let (path, count) = rest.rsplit_once(' ').unwrap();
                let (stem, bytes) = (path.strip_suffix(".md").unwrap(), project.bytes(path));
                (1..=count.parse().unwrap())
                    .for_each(|number: u32| project.write(&format!("{stem}-{number}.md"), &bytes));
            }
            "folder" => std::fs::create_dir_all(project.path().join(from)).unwrap(),
            "remove" => std::fs::remove_file(project.path().join(from)).unwrap(),
            _ => {}
        }
    }

    /// Sets how the project is built.
    pub fn wish(&self, wish: &mut Wish) {
        match self.words() {
            ("today", day) => wish.today = Day::parse(day).unwrap(),
            ("production", _) => wish.profile = Profile::Production,
            ("address", address) => wish.base_url = Some(address.to_string()),
            _ => {}
        }
    }

    /// What is wrong, where the step asks for something that did not come to be.
    pub fn fault(&self, built: &Built) -> Option<String> {
        let (verb, rest) = self.words();
        let right = match verb {
            verb if SETUP.contains(&verb) => true,
            "has" => built.written.contains_key(rest),
            "no" => match rest.strip_suffix('*') {
                Some(start) => !built.written.keys().any(|path| path.starts_with(start)),
                None => !built.written.contains_key(rest),
            },
            "nothing" => built.written.is_empty(),
            "nowhere" => return nowhere(built, rest),
            path => return said(built, path, rest),
        };
        (!right).then(|| format!("not true: {}", self.line))
    }
}

fn nowhere(built: &Built, word: &str) -> Option<String> {
    let word = word.to_lowercase();
    let found = built.written.iter().find(|(path, bytes)| {
        path.to_lowercase().contains(&word) || String::from_utf8_lossy(bytes).to_lowercase().contains(&word)
    });
    found.map(|(path, _)| format!("“{word}” stands in {path}"))
}

fn said(built: &Built, path: &str, rest: &str) -> Option<String> {
    let Some(text) = built.text(path) else { return Some(format!("there is no {path}")) };
    let right = match rest.split_once(' ') {
        Some(("contains", wanted)) => text.contains(wanted),
        Some(("lacks", unwanted)) => !text.contains(unwanted),
        _ => panic!("no such step: {path} {rest}"),
    };
    (!right).then(|| format!("not true: {path} {rest}"))
}

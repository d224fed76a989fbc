//! What subscribers of the calendars were told when the site was last built. A build leaves it in the project's
//! `.site` folder, which is no content: it may be deleted at any time, and nothing but a reminder is lost. So a file
//! that is missing, broken, foreign or huge counts as no memory, silently.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::hash::Hash;

/// The folder in a project that is neither content nor output.
pub const FOLDER: &str = ".site";
const FILE: &str = "calendar.json";
/// Ten thousand open days take about 5 MB.
const MOST_BYTES: u64 = 32 << 20;

/// The facts of an event by their Chinese names; every fact may hold several texts, or none.
pub type Facts = BTreeMap<String, Vec<String>>;

/// What subscribers were told, by kind and slug such as `open-day/taiyuan-food-day`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// The events.
    pub events: BTreeMap<String, Told>,
    /// The hash of the file it was read from.
    #[serde(skip)]
    pub key: Hash,
}

/// What was told of one open day or campaign.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// 更新时间 as it was then; none where none was written.
    pub updated: Option<String>,
    /// The facts.
    pub facts: Facts,
}

/// Where the memory of a project lies.
pub fn path(project: &Path) -> PathBuf {
    project.join(FOLDER).join(FILE)
}

/// What tells one state of the memory from another: its length and when it was written; none where there is none.
pub type Mark = Option<(u64, Option<SystemTime>)>;

/// The mark of the memory of the project.
pub fn mark(project: &Path) -> Mark {
    fs::symlink_metadata(path(project)).ok().map(|facts| (facts.len(), facts.modified().ok()))
}

/// A memory, and the mark it was read by.
pub type Read = (Mark, Arc<Memory>);

/// The memory of the project, which is read again where its mark is another than that of `known`.
pub(super) fn again(known: Option<Read>, project: &Path) -> Read {
    let mark = mark(project);
    known.filter(|(known, _)| *known == mark).unwrap_or_else(|| (mark, Arc::new(memory(project))))
}

/// The memory of the project; an empty one where there is none that can be read.
pub fn memory(project: &Path) -> Memory {
    recalled(project).unwrap_or_default()
}

fn recalled(project: &Path) -> Option<Memory> {
    let file = path(project);
    // Neither through links, nor from a pipe that would never end.
    let folder = fs::symlink_metadata(project.join(FOLDER)).ok()?;
    let facts = fs::symlink_metadata(&file).ok()?;
    if !folder.is_dir() || !facts.is_file() || facts.len() > MOST_BYTES {
        return None;
    }
    let bytes = fs::read(file).ok()?;
    let memory: Memory = serde_json::from_slice(&bytes).ok()?;
    Some(Memory { key: Hash::of(&bytes), ..memory })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_no_memory() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(memory(folder.path()), Memory::default());
        fs::create_dir(folder.path().join(FOLDER)).unwrap();
        let deep = "[".repeat(1_000_000);
        for text in ["", "{", "[]", "null", "{\"events\": []}", "{\"events\": {\"a\": 1}}", "\u{0}", deep.as_str()] {
            fs::write(path(folder.path()), text).unwrap();
            assert_eq!(memory(folder.path()), Memory::default(), "{:.20}", text);
        }
        fs::write(path(folder.path()), [0xFF, 0xFE, b'{']).unwrap();
        assert_eq!(memory(folder.path()), Memory::default());
        let sound = r#"{"关于": "别的", "events": {"open-day/a": {"updated": null, "facts": {"时间": ["x"]}}}}"#;
        fs::write(path(folder.path()), sound).unwrap();
        assert_eq!(memory(folder.path()).events["open-day/a"].facts["时间"], ["x"]);
    }
}

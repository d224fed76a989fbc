//! The memory of what subscribers were told, in the project's `.site` folder: written beside and renamed, so that a
//! reader finds the old one or the new one. What it is for stands in [`crate::load::memory`].

use std::fs;
use std::io;
use std::path::Path;

use serde_json::json;

use crate::load::memory::{Memory, path};

const ABOUT: &str = "site 自动生成：上次生成网站时日历里的内容，用来提醒有变动时改更新时间。不用改，删掉也不要紧。";

/// Remembers `memory` for the next build; an unchanged file is left alone.
pub fn remember(project: &Path, memory: &Memory) -> io::Result<()> {
    super::sealed::folder(project, &[]).ok_or(io::ErrorKind::NotADirectory)?;
    let text = serde_json::to_string_pretty(&json!({ "about": ABOUT, "events": memory.events }))? + "\n";
    let (file, beside) = (path(project), path(project).with_extension("json.new"));
    if fs::read(&file).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    // Left behind by a build that was killed, or put there by somebody else: never written through.
    match fs::remove_file(&beside) {
        Err(fault) if fault.kind() != io::ErrorKind::NotFound => return Err(fault),
        _ => {}
    }
    io::Write::write_all(&mut fs::File::create_new(&beside)?, text.as_bytes())?;
    fs::rename(&beside, &file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::memory::{FOLDER, Told, memory};

    fn known() -> Memory {
        let facts = [("时间".to_string(), vec!["2022-09-20 09:00".to_string()])].into();
        let told = Told { updated: Some("2022-09-06 09:00".to_string()), facts };
        Memory { events: [("open-day/a".to_string(), told)].into(), ..Memory::default() }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        remember(folder.path(), &known()).unwrap();
        fs::write(folder.path().join(".site/calendar.json.new"), "left behind").unwrap();
        remember(folder.path(), &Memory::default()).unwrap();
        assert!(memory(folder.path()).events.is_empty());
        remember(folder.path(), &known()).unwrap();
        assert_eq!(memory(folder.path()).events, known().events);
        assert_eq!(fs::read_dir(folder.path().join(FOLDER)).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_or_read_through_a_link() {
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        remember(other.path(), &known()).unwrap();
        std::os::unix::fs::symlink(other.path().join(FOLDER), folder.path().join(FOLDER)).unwrap();
        assert!(remember(folder.path(), &Memory::default()).is_err());
        assert_eq!((memory(folder.path()), memory(other.path()).events), (Memory::default(), known().events));
    }
}

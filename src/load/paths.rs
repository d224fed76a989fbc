//! Paths as people write them in pages, to the files of the project they mean. Nothing here asks the disk.

use crate::address::composed;
use crate::report::SourcePath;

/// The file that `written` in `from` means: one beside it, or one of `/files/…`; none when it leaves `content/`.
pub fn meant(from: &SourcePath, written: &str) -> Option<SourcePath> {
    rooted(written).or_else(|| joined(from, written))
}

/// `written` beside the file `from`, in NFC, with `.` and `..` resolved; none when it leaves `content/`.
pub fn joined(from: &SourcePath, written: &str) -> Option<SourcePath> {
    let mut parts: Vec<&str> = from.folder().split('/').collect();
    for part in written.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.len() > 1 => {
                parts.pop();
            }
            ".." => return None,
            part => parts.push(part),
        }
    }
    Some(SourcePath::new(composed(&parts.join("/"))))
}

/// The file behind `/files/…`; other addresses below the root are no files.
pub fn rooted(written: &str) -> Option<SourcePath> {
    let rest = written.strip_prefix("/files/")?;
    joined(&SourcePath::new("content/files/x"), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_never_leave_the_content_folder() {
        let from = SourcePath::new("content/news/x/index.md");
        assert_eq!(joined(&from, "../../notices/a.md").unwrap().as_str(), "content/notices/a.md");
        assert_eq!(joined(&from, "./现场.jpg").unwrap().as_str(), "content/news/x/现场.jpg");
        assert!(joined(&from, "../../../Cargo.toml").is_none());
        assert_eq!(rooted("/files/../../x"), None);
        assert_eq!(rooted("/files/a.pdf").unwrap().as_str(), "content/files/a.pdf");
    }
}

//! The state of the watched folders by metadata: path, time of change and length of every file.
//!
//! It is the safety net under native events and the only method where those fail. Which names count is decided here,
//! for both: editor droppings and the output folder never cause a build.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use walkdir::{DirEntry, WalkDir};

/// Folders deeper than this are not looked into; `load` refuses them.
const MOST_DEPTH: usize = 40;
/// Files beyond this number are left to native events.
const MOST_FILES: usize = 200_000;

/// What is watched, and what in it is not.
pub struct Roots {
    roots: Vec<PathBuf>,
    ignored: Vec<PathBuf>,
}

/// A file's or folder's mark, equal as long as it is unchanged to all appearances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// When it was written; none for a folder, whose time changes with every dropping in it.
    pub written: Option<SystemTime>,
    /// Its length in bytes; 0 for a folder.
    pub length: u64,
    /// Whether it is a folder.
    pub folder: bool,
}

/// The marks of everything that is watched, in the order in which the system lists it. It is looked at once a second, so
/// nothing is sorted before something differs.
pub type Marks = Vec<(PathBuf, Mark)>;

/// The paths whose marks differ, each once.
pub fn differing(before: &Marks, after: &Marks) -> Vec<PathBuf> {
    // Bytes, not parts of paths: ten times as fast.
    let same = |((path, mark), (other, known)): (&(PathBuf, Mark), &(PathBuf, Mark))| {
        mark == known && path.as_os_str() == other.as_os_str()
    };
    if before.len() == after.len() && before.iter().zip(after).all(same) {
        return Vec::new();
    }
    let map = |marks: &Marks| -> BTreeMap<OsString, Mark> {
        marks.iter().map(|(path, mark)| (path.as_os_str().to_os_string(), *mark)).collect()
    };
    let (before, after) = (map(before), map(after));
    let changed = after.iter().filter(|(path, mark)| before.get(*path) != Some(*mark)).map(|(path, _)| path);
    changed.chain(before.keys().filter(|path| !after.contains_key(*path))).map(PathBuf::from).collect()
}

impl Roots {
    /// Makes all paths absolute and real, as far as they exist, so that they can be compared.
    pub fn new(watched: &[PathBuf], ignored: &[PathBuf]) -> Roots {
        let all = |paths: &[PathBuf]| paths.iter().map(|path| real(path)).collect();
        Roots { roots: all(watched), ignored: all(ignored) }
    }

    /// The watched folders and files.
    pub fn paths(&self) -> &[PathBuf] {
        &self.roots
    }

    /// Whether a change at `path` matters.
    pub fn holds(&self, path: &Path) -> bool {
        let ignored = self.ignored.iter().any(|ignored| path.starts_with(ignored));
        !ignored && self.roots.iter().any(|root| path.strip_prefix(root).is_ok_and(|below| !has_dropping(below)))
    }

    /// Looks at everything.
    pub fn marks(&self) -> Marks {
        let mut marks = Marks::new();
        for root in &self.roots {
            let holds = |entry: &DirEntry| {
                let ignored = || self.ignored.iter().any(|path| path.as_os_str() == entry.path().as_os_str());
                entry.depth() == 0 || !is_dropping(entry.file_name()) && !ignored()
            };
            let walk = WalkDir::new(root).max_depth(MOST_DEPTH).into_iter().filter_entry(holds);
            // What cannot be read is told by `load`; here it counts as absent.
            for entry in walk.filter_map(Result::ok).take(MOST_FILES) {
                if let Ok(metadata) = entry.metadata() {
                    marks.push((entry.into_path(), Mark::of(&metadata)));
                }
            }
        }
        marks
    }
}

impl Mark {
    fn of(metadata: &Metadata) -> Mark {
        match metadata.is_dir() {
            true => Mark { written: None, length: 0, folder: true },
            false => Mark { written: metadata.modified().ok(), length: metadata.len(), folder: false },
        }
    }

    /// The mark of one path; none when nothing is there.
    pub fn at(path: &Path) -> Option<Mark> {
        fs::symlink_metadata(path).ok().map(|metadata| Mark::of(&metadata))
    }
}

/// The real absolute path; of a path that does not exist, as much as does.
fn real(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    match (fs::canonicalize(&path), path.parent(), path.file_name()) {
        (Ok(real), ..) => real,
        (_, Some(parent), Some(name)) => real(parent).join(name),
        _ => path,
    }
}

/// Whether any part is a name that editors, office programs and version control leave about.
fn has_dropping(below: &Path) -> bool {
    below.iter().any(is_dropping)
}

fn is_dropping(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let name = name.as_ref();
    let begins = ["~$", ".~", ".#"].iter().any(|start| name.starts_with(start));
    let ends = [".tmp", ".swp", ".swx", "~"].iter().any(|end| name.ends_with(end));
    begins || ends || [".git", ".DS_Store", "Thumbs.db", "4913"].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn droppings_and_the_output_do_not_count() {
        let folder = tempfile::tempdir().unwrap();
        let top = fs::canonicalize(folder.path()).unwrap();
        let roots = Roots::new(std::slice::from_ref(&top), &[top.join("public")]);
        for name in ["a.md", "深/b.md", "public.md", "public-old/c.md", ".site.yaml"] {
            assert!(roots.holds(&top.join(name)), "{name}");
        }
        for name in
            ["~$a.docx", ".~a.md", "a.tmp", ".git/HEAD", "x/.git/HEAD", "public/index.html", ".a.md.swp", "a.md~"]
        {
            assert!(!roots.holds(&top.join(name)), "{name}");
        }
        assert!(!roots.holds(top.parent().unwrap()));
    }

    #[test]
    fn marks_tell_new_longer_and_vanished_files() {
        let folder = tempfile::tempdir().unwrap();
        let roots = Roots::new(&[folder.path().to_path_buf()], &[]);
        let empty = roots.marks();
        fs::write(folder.path().join("a.md"), "1").unwrap();
        let one = roots.marks();
        fs::write(folder.path().join("a.md"), "22").unwrap();
        let two = roots.marks();
        fs::remove_file(folder.path().join("a.md")).unwrap();
        let file = vec![folder.path().canonicalize().unwrap().join("a.md")];
        assert_eq!(
            [differing(&empty, &one), differing(&one, &two), differing(&two, &roots.marks())],
            [(); 3].map(|()| file.clone())
        );
        assert_eq!(differing(&empty, &roots.marks()), Vec::<PathBuf>::new());
    }
}

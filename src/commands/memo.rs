//! What a build leaves for the next one in the project's `.site/build`: what was read of each page, and which output was
//! made from what. The next build makes only what differs, and a preview begins with what was read. All of it may be
//! deleted at any time, and counts as not there when another build of the program wrote it: that costs time, never
//! correctness.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::pipeline::kept::{Hash, Inputs, PARTS, Part};
use crate::render::key::Key;
use crate::report::Finding;
use crate::write::sealed::{self, Lost};
use crate::write::{Digest, Manifest};

const FOLDER: &str = "build";
const MADE: &str = "made";

/// The site that was made last, with everything it was made from.
#[derive(Serialize, Deserialize)]
pub struct Made {
    /// The stamps of all that was read; none where some were too new to be trusted.
    pub stamps: Option<Hash>,
    /// The name of the theme.
    pub theme: String,
    /// What it was made from.
    pub inputs: Inputs,
    /// What was told of it.
    pub findings: Vec<Finding>,
    /// Which project its output belongs to.
    pub project: String,
    /// Whether what subscribers were told of it was remembered.
    pub remembered: bool,
    /// How many pages it has.
    pub pages: usize,
    /// The outputs, each with its key, where it has one, and the hash of its bytes.
    pub outs: BTreeMap<String, (Option<Key>, Digest)>,
}

/// The memo of a project.
pub struct Memo {
    folder: Option<PathBuf>,
    /// Whether what lies there is taken up.
    reads: bool,
    /// When the build began, by the clock of the project's file system.
    pub now: Option<SystemTime>,
    /// The site that was made last.
    pub made: Option<Made>,
    /// Why it is not known, where there was one.
    pub lost: Option<Lost>,
    /// The parts that this run wrote.
    kept: Mutex<Vec<PathBuf>>,
}

impl Memo {
    /// The memo of `project`, which knows nothing for a `clean` build.
    pub fn open(project: &Path, clean: bool) -> Memo {
        // Outside a project nothing is left behind.
        let folder = Some(project).filter(|project| project.join("content").is_dir());
        let folder = folder.and_then(|project| sealed::folder(project, &[FOLDER]));
        let now = folder.as_deref().and_then(sealed::now);
        let reads = !clean && now.is_some();
        let kept = folder.as_deref().filter(|_| reads);
        let made = kept.map_or(Err(Lost::Absent), |folder| sealed::value::<Made>(&folder.join(MADE)));
        let lost = made.as_ref().err().copied().filter(|lost| *lost != Lost::Absent);
        Memo { folder, reads, now, made: made.ok(), lost, kept: Mutex::default() }
    }

    /// What an earlier run read of each page, and why a part of it cannot be used, if so.
    pub fn parts(&self) -> (Vec<Part>, Option<Lost>) {
        let folder = self.folder.as_deref().filter(|_| self.reads);
        let parts = folder.map(parts_in).unwrap_or_default();
        let lost = parts.iter().filter_map(|part| part.as_ref().err()).find(|lost| **lost != Lost::Absent);
        let lost = lost.copied();
        (parts.into_iter().map(Result::unwrap_or_default).collect(), lost)
    }

    /// Leaves nothing new behind in `project`, for a build that wrote nothing.
    pub fn give_up(&self, project: &Path) {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().for_each(|path| sealed::forget(path));
        sealed::unmake(project, &[FOLDER]);
    }

    /// Keeps the part `number` of what was read of the pages of `project`.
    pub fn keep_part(&self, project: &Path, number: usize, bytes: &[u8]) {
        let Some(path) = self.place(project).map(|folder| part(&folder, number)) else { return };
        // What is left of an older run is dropped where it cannot be written over.
        if sealed::keep_bytes(&path, bytes).is_err() {
            sealed::forget(&path);
        }
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).push(path);
    }

    /// Keeps what was `made` of `project`.
    pub fn keep(&self, project: &Path, made: &Made) {
        let Some(path) = self.place(project).map(|folder| folder.join(MADE)) else { return };
        if sealed::keep(&path, made).is_err() {
            sealed::forget(&path);
        }
    }

    /// The folder; another build that gave up may have taken it away.
    fn place(&self, project: &Path) -> Option<PathBuf> {
        self.folder.as_ref().and_then(|_| sealed::folder(project, &[FOLDER]))
    }
}

impl Made {
    /// Whether `manifest` lists just its outputs.
    pub fn is(&self, manifest: &Manifest) -> bool {
        let listed = manifest.files().iter().map(|(path, entry)| (path, &entry.blake3));
        listed.eq(self.outs.iter().map(|(path, (_, digest))| (path, digest)))
    }
}

/// The site that was made last in `project`, for those that write nothing.
pub fn last(project: &Path) -> Option<Made> {
    sealed::existing(project, &[FOLDER]).and_then(|folder| sealed::value(&folder.join(MADE)).ok())
}

/// What the last build read of each page of `project`, for those that write nothing.
pub fn recalled(project: &Path) -> Vec<Part> {
    let parts = sealed::existing(project, &[FOLDER]).map(|folder| parts_in(&folder)).unwrap_or_default();
    parts.into_iter().filter_map(Result::ok).collect()
}

fn parts_in(folder: &Path) -> Vec<Result<Part, Lost>> {
    let read = |number| Part::of(sealed::bytes(&part(folder, number))?).ok_or(Lost::Damaged);
    (0..PARTS).into_par_iter().map(read).collect()
}

fn part(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("pages-{number:02}"))
}

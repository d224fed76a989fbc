//! What a build leaves for the next one in the project's `.site/build`: what was read of each page, and which output was
//! made from what. The next build makes only what differs, and a preview begins with what was read. All of it may be
//! deleted at any time, and counts as not there when another build of the program wrote it: that costs time, never
//! correctness.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::hash::Hash;
use crate::load::kept::in_order;
use crate::pipeline::kept::{Inputs, PARTS, Part};
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
    /// The hash of the theme.
    pub theme_key: String,
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
    #[serde(deserialize_with = "in_order")]
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
    /// The parts that are other than before, each with whether it could be written.
    changed: Mutex<Vec<(usize, bool)>>,
}

impl Memo {
    /// The memo of `project`, which knows nothing for a `clean` build, and for others what [`Memo::recalling`] reads.
    pub fn open(project: &Path, clean: bool) -> Memo {
        // Outside a project nothing is left behind.
        let folder = Some(project).filter(|project| project.join("content").is_dir());
        let folder = folder.and_then(|project| sealed::folder(project, &[FOLDER]));
        let now = folder.as_deref().and_then(sealed::now);
        let reads = !clean && now.is_some();
        Memo { folder, reads, now, made: None, lost: None, changed: Mutex::default() }
    }

    /// The same memo with the site that was made last.
    pub fn recalling(self) -> Memo {
        let kept = self.folder.as_deref().filter(|_| self.reads);
        let made = kept.map_or(Err(Lost::Absent), |folder| sealed::value::<Made>(&folder.join(MADE)));
        let lost = made.as_ref().err().copied().filter(|lost| *lost != Lost::Absent);
        Memo { made: made.ok(), lost, ..self }
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
        if let Some(folder) = sealed::existing(project, &[FOLDER]) {
            self.changed().iter().for_each(|(number, _)| sealed::forget(&next(&folder, *number)));
        }
        sealed::unmake(project, &[FOLDER]);
    }

    /// Writes the part `number` of what was read of the pages of `project` beside the old one, whose place it takes when
    /// the build is done.
    pub fn keep_part(&self, project: &Path, number: usize, bytes: &[u8]) {
        let Some(folder) = self.place(project) else { return };
        let written = sealed::keep_bytes(&next(&folder, number), bytes).is_ok();
        self.changed().push((number, written));
    }

    /// Keeps what was `made` of `project`, and the parts that were written.
    pub fn keep(&self, project: &Path, made: &Made) {
        let Some(folder) = self.place(project) else { return };
        let changed = self.changed();
        for number in 0..PARTS {
            let (next, part) = (next(&folder, number), part(&folder, number));
            match changed.iter().find(|(changed, _)| *changed == number) {
                Some((_, true)) if sealed::replace(&next, &part).is_ok() => continue,
                // What is left of an older run is dropped where it cannot be written over.
                Some(_) => sealed::forget(&part),
                None => {}
            }
            // That of a build that was killed.
            sealed::forget(&next);
        }
        if sealed::keep(&folder.join(MADE), made).is_err() {
            sealed::forget(&folder.join(MADE));
        }
        if let Some(now) = self.now {
            sealed::sweep(&folder, now);
        }
    }

    fn changed(&self) -> MutexGuard<'_, Vec<(usize, bool)>> {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner)
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

/// Where a part is written that is to take the place of the old one.
fn next(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("next-{number:02}"))
}

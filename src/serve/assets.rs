//! Which pictures, style sheets and scripts have been shown, and in which version each last changed.
//!
//! A page's own text says when the page has changed, but not when a picture in it has. So what browsers have loaded
//! is remembered by its hash and compared after each build.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Snapshot;
use super::respond;

/// The most files remembered; a page that loads more is reloaded by hand.
const MOST: usize = 500;
const EXTENSIONS: [&str; 12] = ["css", "js", "mjs", "png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "ico", "woff2"];

/// The files that browsers have loaded.
#[derive(Default)]
pub struct Assets {
    loaded: Mutex<Loaded>,
}

#[derive(Default)]
struct Loaded {
    version: u64,
    files: BTreeMap<String, File>,
}

struct File {
    hash: Option<blake3::Hash>,
    changed: u64,
}

impl Assets {
    /// Remembers that `key` was served from the snapshot of `version`.
    pub fn served(&self, key: &str, bytes: &[u8], version: u64) {
        let extension = key.rsplit('.').next().unwrap_or_default();
        let known = self.lock().files.contains_key(key);
        if known || !EXTENSIONS.contains(&extension) {
            return;
        }
        let hash = Some(blake3::hash(bytes));
        let mut loaded = self.lock();
        // Served from a snapshot that has been replaced since: to be safe it counts as changed.
        let changed = if version < loaded.version { loaded.version } else { 0 };
        if loaded.files.len() < MOST {
            loaded.files.entry(key.to_string()).or_insert(File { hash, changed });
        }
    }

    /// Compares all files with their bytes in the snapshot that is about to become `version`.
    pub fn compare(&self, snapshot: &Snapshot, version: u64) {
        let mut loaded = self.lock();
        loaded.version = version;
        for (key, file) in &mut loaded.files {
            let answer = respond::ask(snapshot, key).ok().flatten();
            let hash = answer.map(|answer| blake3::hash(&answer.bytes));
            if hash != file.hash {
                // One that has gone is named by no page any more; a style sheet goes with each change of its name.
                file.changed = if hash.is_some() { version } else { file.changed };
                file.hash = hash;
            }
        }
    }

    /// The keys of the files that changed after `version`.
    pub fn changed_after(&self, version: u64) -> Vec<String> {
        let loaded = self.lock();
        loaded.files.iter().filter(|(_, file)| file.changed > version).map(|(key, _)| key.clone()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Loaded> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

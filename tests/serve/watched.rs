//! A preview of one folder whose builds are counted.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::preview::{Preview, Setup, html, snapshot, until};

/// A preview of one watched folder: the front page is the text of all its files, and builds that bring something new
/// are counted.
pub struct Watched {
    pub folder: tempfile::TempDir,
    pub builds: Arc<AtomicUsize>,
    pub preview: Preview,
}

impl Watched {
    pub fn start(scan_only: bool, mut while_building: impl FnMut(usize) + Send + 'static) -> Watched {
        let folder = tempfile::tempdir().unwrap();
        let content = folder.path().join("content");
        fs::create_dir_all(folder.path().join("content/public")).unwrap();
        fs::write(content.join("a.md"), "甲一").unwrap();
        let builds = Arc::new(AtomicUsize::new(0));
        let (counter, source) = (builds.clone(), content.clone());
        let setup =
            Setup { watch: vec![content.clone()], ignore: vec![content.join("public")], scan_only, ..Setup::default() };
        let mut shown = None;
        let preview = setup.start_with(move || {
            let text = text_of(&source);
            // An editor's last event may come when what it wrote has been read already.
            if shown.as_ref() == Some(&text) {
                return None;
            }
            shown = Some(text.clone());
            while_building(counter.fetch_add(1, Ordering::SeqCst) + 1);
            Some(snapshot([("index.html".to_string(), html(&text))].into()))
        });
        Watched { folder, builds, preview }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("content").join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub fn shows(&self, text: &str) {
        until(&format!("the page shows {text}"), || self.preview.get("/").text().contains(text).then_some(()));
    }

    pub fn builds(&self) -> usize {
        self.builds.load(Ordering::SeqCst)
    }

    /// The number of builds once none has been added for a while.
    pub fn settled(&self) -> usize {
        let (mut last, mut since) = (self.builds(), Instant::now());
        until("builds come to rest", || {
            if self.builds() != last {
                (last, since) = (self.builds(), Instant::now());
            }
            (since.elapsed() > Duration::from_millis(1500)).then_some(last)
        })
    }
}

pub fn text_of(folder: &Path) -> String {
    let Ok(entries) = fs::read_dir(folder) else { return "没有文件夹".to_string() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read_to_string(path).unwrap_or_default()).collect()
}

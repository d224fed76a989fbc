//! Notices changes: native events where the system gives them, a look at all metadata every second besides.
//!
//! Only events that create, change or remove something count; reading makes events too, and a build that reads would
//! wake itself for ever (libraries.md §7). What comes close together is gathered into one change; what comes during a
//! rebuild waits and leads to exactly one more.

use std::fs;
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use notify::event::{Event, EventKind, ModifyKind};
use notify::{ErrorKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::scan::{Mark, Marks, Roots};
use crate::report::{Text, displayable};

/// A change is complete when nothing has happened for so long.
const QUIET: Duration = Duration::from_millis(100);
/// A change that goes on is cut after this time.
const CEILING: Duration = Duration::from_millis(500);
/// How long an emptied file is given to be filled again (faults.md J02).
const REFILL: Duration = Duration::from_millis(300);
/// The time between two looks at all metadata; more where one look takes long.
const LOOK: Duration = Duration::from_secs(1);
/// How often `stop` is looked at.
const STEP: Duration = Duration::from_millis(50);

/// The changes of the watched folders, one after the other.
pub struct Changes {
    roots: Arc<Roots>,
    marks: Marks,
    native: Option<RecommendedWatcher>,
    touches: Receiver<Touch>,
    // Keeps `touches` open when there is no native watcher.
    _sender: Sender<Touch>,
    next_look: Instant,
    stop: Arc<AtomicBool>,
}

/// What an event says.
enum Touch {
    /// Something was created, written or removed here.
    Written(PathBuf),
    /// Only the metadata of this path was changed, perhaps not even in a way that matters.
    Marked(PathBuf),
    /// The system lost count.
    Anything,
}

/// What one path turned out to be.
enum Renewed {
    Folder,
    File { differs: bool },
}

impl Changes {
    /// Starts to watch; the second value is what to tell when files are only looked at now and then.
    pub fn start(
        watched: &[PathBuf],
        ignored: &[PathBuf],
        native: bool,
        stop: Arc<AtomicBool>,
    ) -> (Changes, Option<Text>) {
        let roots = Arc::new(Roots::new(watched, ignored));
        let (sender, touches) = channel();
        let (native, told) = match native.then(|| listen(&roots, sender.clone())) {
            Some(Ok(watcher)) => (Some(watcher), None),
            Some(Err(reason)) => (None, Some(scanning(Some(&reason)))),
            None => (None, Some(scanning(None))),
        };
        let marks = roots.marks();
        let next_look = Instant::now() + LOOK;
        (Changes { roots, marks, native, touches, _sender: sender, next_look, stop }, told)
    }

    /// Waits for the next change, gathered; false when the preview ends.
    pub fn wait(&mut self) -> bool {
        while !self.stop.load(Ordering::Relaxed) {
            let seen = match self.touches.recv_timeout(STEP) {
                Ok(first) => self.gather(first),
                Err(_) if Instant::now() >= self.next_look => self.look(),
                Err(_) => false,
            };
            if seen {
                return true;
            }
        }
        false
    }

    /// Takes in what follows `first` until it is quiet; whether anything really changed.
    fn gather(&mut self, first: Touch) -> bool {
        let ceiling = Instant::now() + CEILING;
        let mut touches = vec![first];
        while let Ok(touch) = self.touches.recv_timeout(QUIET.min(ceiling.saturating_duration_since(Instant::now()))) {
            touches.push(touch);
        }
        self.take_in(&touches)
    }

    /// Looks again at what was touched, so that the next look at everything does not report it once more.
    fn take_in(&mut self, touches: &[Touch]) -> bool {
        let deadline = Instant::now() + REFILL;
        let mut whole = false;
        let mut changed = false;
        for touch in touches {
            match touch {
                Touch::Anything => (whole, changed) = (true, true),
                Touch::Written(path) | Touch::Marked(path) => match self.renew(path, deadline) {
                    Renewed::Folder => whole = true,
                    Renewed::File { differs } => changed |= differs || matches!(touch, Touch::Written(_)),
                },
            }
        }
        (whole && self.take_marks()) || changed
    }

    fn renew(&mut self, path: &Path, deadline: Instant) -> Renewed {
        let before = self.marks.get(path).copied();
        let after = refilled(path, before, deadline);
        if self.roots.paths().iter().any(|root| root == path) {
            self.listen_again(path);
        }
        if [before, after].iter().flatten().any(|mark| mark.folder) {
            return Renewed::Folder;
        }
        match after {
            Some(mark) => self.marks.insert(path.to_path_buf(), mark),
            None => self.marks.remove(path),
        };
        Renewed::File { differs: before != after }
    }

    /// Looks at everything; a change that is still going on is waited for.
    fn look(&mut self) -> bool {
        let ceiling = Instant::now() + CEILING;
        if !self.take_marks() {
            return false;
        }
        loop {
            thread::sleep(QUIET.min(ceiling.saturating_duration_since(Instant::now())));
            if Instant::now() >= ceiling || !self.take_marks() {
                return true;
            }
        }
    }

    fn take_marks(&mut self) -> bool {
        let begun = Instant::now();
        let marks = self.roots.marks();
        self.next_look = Instant::now() + LOOK.max(begun.elapsed() * 20);
        let before = mem::replace(&mut self.marks, marks);
        for root in self.roots.clone().paths() {
            if !before.contains_key(root) && self.marks.contains_key(root) {
                self.listen_again(root);
            }
        }
        before != self.marks
    }

    /// Watches a folder that came back: the system's watch stayed with the one that went.
    fn listen_again(&mut self, root: &Path) {
        if let Some(native) = &mut self.native {
            let _ = native.unwatch(root);
            // Where this fails the look at all metadata remains.
            let _ = native.watch(root, RecursiveMode::Recursive);
        }
    }
}

/// The mark of a path; a file that was just emptied is given a moment, because many editors empty before they write.
fn refilled(path: &Path, before: Option<Mark>, deadline: Instant) -> Option<Mark> {
    let was_full = before.is_some_and(|mark| mark.length > 0);
    loop {
        let after = Mark::at(path);
        let emptied = was_full && after.is_none_or(|mark| mark.length == 0 && !mark.folder);
        if !emptied || Instant::now() >= deadline {
            return after;
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// Watches every root, and the folder that holds it, which tells when the root itself is exchanged.
fn listen(roots: &Arc<Roots>, sender: Sender<Touch>) -> Result<RecommendedWatcher, Text> {
    let held = roots.clone();
    let mut watcher = notify::recommended_watcher(move |event| tell(&held, &sender, event)).map_err(reason)?;
    for root in roots.paths() {
        if root.is_dir() {
            watcher.watch(root, RecursiveMode::Recursive).map_err(reason)?;
        }
        if let Some(parent) = parent_to_watch(roots, root) {
            watcher.watch(parent, RecursiveMode::NonRecursive).map_err(reason)?;
        }
    }
    Ok(watcher)
}

fn parent_to_watch<'a>(roots: &Roots, root: &'a Path) -> Option<&'a Path> {
    let parent = root.parent()?;
    let covered = roots.paths().iter().any(|other| other != root && parent.starts_with(other));
    (!covered && fs::metadata(parent).is_ok_and(|parent| parent.is_dir())).then_some(parent)
}

/// Passes on what counts; a send fails only when the preview has ended.
fn tell(roots: &Roots, sender: &Sender<Touch>, event: notify::Result<Event>) {
    let Ok(event) = event else { return drop(sender.send(Touch::Anything)) };
    if event.need_rescan() {
        return drop(sender.send(Touch::Anything));
    }
    let touch = match event.kind {
        EventKind::Modify(ModifyKind::Metadata(_)) => Touch::Marked,
        EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_) | EventKind::Any => Touch::Written,
        EventKind::Access(_) | EventKind::Other => return,
    };
    for path in event.paths.into_iter().filter(|path| roots.holds(path)) {
        let _ = sender.send(touch(path));
    }
}

fn reason(error: notify::Error) -> Text {
    match error.kind {
        ErrorKind::MaxFilesWatch => Text::new("监视数量已用完", "its limit of watches is reached"),
        _ => Text::new(displayable(&error.to_string()), displayable(&error.to_string())),
    }
}

/// Tells that changes are found by looking, and why, unless that was asked for.
fn scanning(reason: Option<&Text>) -> Text {
    let (zh, en) = match reason {
        None => (String::new(), String::new()),
        Some(Text { zh, en }) => {
            (format!("系统不能报告文件改动（{zh}），"), format!("The system cannot report changes ({en}); "))
        }
    };
    Text::new(
        format!("{zh}改为每秒检查一次文件，保存后最多等一秒才会更新。"),
        format!("{en}files are checked once a second, so an update may take a second to show."),
    )
}

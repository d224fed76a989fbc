//! Notices changes: native events where the system gives them, and a look at all metadata besides, on a thread of its own.
//!
//! Only events that create, change or remove something count; reading makes events too, and a build that reads would
//! wake itself for ever (libraries.md §7). The first change after a calm is acted on at once; what follows it closely is
//! gathered into one more, and what comes during a rebuild waits and leads to exactly one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use notify::event::{Event, EventKind};
use notify::{ErrorKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::scan::{Mark, Marks, Roots, differing};
use crate::load::Changed;
use crate::report::{Text, displayable};

/// A burst is over, and the next change is acted on at once, when nothing has happened for so long.
const QUIET: Duration = Duration::from_millis(100);
/// A burst that goes on is cut after this time.
const CEILING: Duration = Duration::from_millis(500);
/// How long an emptied or missing file is given to be filled again (faults.md J02).
const REFILL: Duration = Duration::from_millis(300);
/// The time between two looks at all metadata; more where one look takes long.
const LOOK: Duration = Duration::from_secs(1);
/// The most changes remembered.
const MOST_PASSED: usize = 10_000;
/// How often the day is looked at.
const TICK: Duration = Duration::from_secs(20);
/// How often `stop` is looked at.
const STEP: Duration = Duration::from_millis(50);

/// The changes of the watched folders, one after the other.
pub struct Changes {
    roots: Arc<Roots>,
    native: Option<RecommendedWatcher>,
    touches: Receiver<Touch>,
    // Keeps `touches` open when there is no native watcher.
    _sender: Sender<Touch>,
    /// When something last happened.
    stirred: Option<Instant>,
    /// What was there when changes were last passed on, so that a look does not report them once more.
    passed: BTreeMap<PathBuf, Option<Mark>>,
    stop: Arc<AtomicBool>,
}

/// What an event says.
#[derive(Debug)]
enum Touch {
    /// Something was created, written or removed here.
    Written(PathBuf),
    /// A look found something else here than the look before.
    Seen(PathBuf),
    /// The system lost count.
    Anything,
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
        // What is written from here on differs from these marks. Where the system tells of changes as well, they are taken
        // beside the first build, which need not wait for them.
        let marks = native.is_none().then(|| roots.marks());
        // Alone, a look may take half of the time; as a safety net it must not be felt.
        let rest = if native.is_none() { 1 } else { 50 };
        let (looked, sent, ending) = (roots.clone(), sender.clone(), stop.clone());
        let look = thread::Builder::new().name("look".into());
        // Without this thread native events remain.
        let _ = look.spawn(move || {
            let marks = marks.unwrap_or_else(|| looked.marks());
            look_again(&looked, marks, rest, &sent, &ending);
        });
        (Changes { roots, native, touches, _sender: sender, stirred: None, passed: BTreeMap::new(), stop }, told)
    }

    /// Waits for the next change; none when the preview ends. A change of nothing comes now and then, because a page's
    /// day may have come or passed (faults.md J09).
    pub fn wait(&mut self) -> Option<Changed> {
        let begun = Instant::now();
        while !self.stop.load(Ordering::Relaxed) {
            if let Some(first) = self.touches.recv_timeout(STEP).ok().filter(|touch| self.is_news(touch)) {
                return Some(self.gather(first));
            }
            if begun.elapsed() > TICK {
                return Some(Changed::Paths(BTreeSet::new()));
            }
        }
        None
    }

    /// The paths of `first` and of what came with it; after a calm without waiting for more.
    fn gather(&mut self, first: Touch) -> Changed {
        let burst = Burst::after(self.stirred, Instant::now());
        let mut touches = vec![first];
        while let Some(left) = burst.left(Instant::now()) {
            match self.touches.recv_timeout(left) {
                Ok(touch) if self.is_news(&touch) => touches.push(touch),
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            }
        }
        let changed = self.changed(touches);
        self.stirred = Some(Instant::now());
        changed
    }

    fn is_news(&self, touch: &Touch) -> bool {
        match touch {
            Touch::Seen(path) => self.passed.get(path) != Some(&Mark::at(path)),
            Touch::Written(_) | Touch::Anything => true,
        }
    }

    fn changed(&mut self, touches: Vec<Touch>) -> Changed {
        let mut paths = BTreeSet::new();
        let mut all = false;
        for touch in touches {
            match touch {
                Touch::Anything => all = true,
                Touch::Written(path) | Touch::Seen(path) => drop(paths.insert(path)),
            }
        }
        let deadline = Instant::now() + REFILL;
        for path in &paths {
            refilled(path, deadline);
            if self.roots.paths().contains(path) {
                self.listen_again(path);
            }
            if self.passed.len() > MOST_PASSED {
                self.passed.clear();
            }
            self.passed.insert(path.clone(), Mark::at(path));
        }
        if all { Changed::All } else { Changed::Paths(paths) }
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

/// How long changes are gathered before they are acted on together.
struct Burst {
    /// How long the next change is waited for.
    waits: Duration,
    /// When it is cut, however close the next change is.
    end: Instant,
}

impl Burst {
    /// One that begins `now`; after a calm what is there already is all.
    fn after(stirred: Option<Instant>, now: Instant) -> Burst {
        let calm = stirred.is_none_or(|last| now.saturating_duration_since(last) > QUIET);
        Burst { waits: if calm { Duration::ZERO } else { QUIET }, end: now + CEILING }
    }

    /// How long to wait for the next change, at the time `now`; none when the burst is over.
    fn left(&self, now: Instant) -> Option<Duration> {
        let left = self.end.saturating_duration_since(now);
        (!left.is_zero()).then(|| self.waits.min(left))
    }
}

/// Gives a file that is empty or gone a moment, because many editors empty or move it away before they write.
fn refilled(path: &Path, deadline: Instant) {
    let is_empty = || Mark::at(path).is_none_or(|mark| mark.length == 0 && !mark.folder);
    while is_empty() && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(1));
    }
}

/// Looks at all metadata now and then, and tells what differs, until `stop`; between two looks it rests for so many times
/// as long as one takes.
fn look_again(roots: &Roots, mut marks: Marks, rest: u32, sender: &Sender<Touch>, stop: &AtomicBool) {
    let mut next = Instant::now() + LOOK;
    while !stop.load(Ordering::Relaxed) {
        thread::sleep(STEP);
        if Instant::now() < next {
            continue;
        }
        let begun = Instant::now();
        let now = roots.marks();
        next = Instant::now() + LOOK.max(begun.elapsed() * rest);
        for path in differing(&marks, &now) {
            // A send fails only when the preview has ended.
            let _ = sender.send(Touch::Seen(path));
        }
        marks = now;
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
    match event.kind {
        EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_) | EventKind::Any => {}
        EventKind::Access(_) | EventKind::Other => return,
    }
    for path in event.paths.into_iter().filter(|path| roots.holds(path)) {
        let _ = sender.send(Touch::Written(path));
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

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of the changes at `times`, in ms, are acted on together, where each time it takes `build` ms.
    fn acted_on(times: impl IntoIterator<Item = u64>, build: u64) -> Vec<usize> {
        let (start, ms) = (Instant::now(), Duration::from_millis);
        let mut left = times.into_iter().map(|time| start + ms(time)).peekable();
        let (mut together, mut stirred, mut now) = (Vec::new(), None, start);
        while let Some(first) = left.next() {
            now = now.max(first);
            let burst = Burst::after(stirred, now);
            let mut count = 1;
            while let Some(wait) = burst.left(now) {
                let Some(next) = left.next_if(|next| *next <= now + wait) else {
                    now += wait;
                    break;
                };
                now = now.max(next);
                count += 1;
            }
            together.push(count);
            stirred = Some(now);
            now += ms(build);
        }
        together
    }

    #[test]
    fn j03_the_first_change_is_acted_on_at_once_and_bursts_are_cut() {
        // One that is saved now and then.
        assert_eq!(acted_on([0, 1000, 2000], 20), [1, 1, 1]);
        // An editor that writes twice, and one that writes while a build runs.
        assert_eq!(acted_on([0, 5, 10], 20), [1, 2]);
        assert_eq!(acted_on([0, 30, 60, 90], 200), [1, 3]);
        // A thousand files in one second: the first, and then half a second at a time.
        let thousand = acted_on(0..1000, 0);
        assert_eq!((thousand.len(), thousand[0], thousand.iter().sum::<usize>()), (3, 1, 1000));
        assert!(thousand[1..].iter().all(|count| (498..=501).contains(count)), "{thousand:?}");
        // Writing that never stops does not keep the reader waiting; a pause ends a burst.
        assert_eq!(acted_on((0..1900).step_by(10), 50).len(), 5);
        assert_eq!(acted_on([0, 10, 20, 200, 210], 0), [1, 2, 2]);
    }
}

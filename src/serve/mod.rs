//! The preview: a [`Snapshot`] and the folders to watch come in, pages and change notices for one browser go out.
//!
//! A snapshot is one immutable value that is swapped whole. No request touches the file system: only keys of the
//! snapshot are answered, so a request can never name a file (faults.md I11). `front` reads and judges every request
//! head itself; `inner` is the tiny_http server behind it, which sees only heads that the front wrote.

mod assets;
mod browser;
mod events;
mod front;
mod hall;
mod head;
mod hosts;
mod inner;
mod port;
mod respond;
mod scan;
mod shell;
mod target;
mod watch;

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::load::Changed;
use crate::report::{Counts, Finding, Lang, Text};
use events::Board;
use watch::Changes;

/// What the preview shows: one immutable value, swapped whole.
pub struct Snapshot {
    /// The bytes of an output path such as `notices/index.html`; none when it is not a key of the plan.
    pub answer: AnswerOf,
    /// All findings of the build, sorted.
    pub findings: Vec<Finding>,
    /// Whether the build refused; the answers are then those of the last good build.
    pub refused: bool,
    /// The pages that are new or say something else than in the last snapshot.
    pub renewed: Vec<Renewed>,
    /// Whether pictures, style sheets and other files may differ from the last snapshot's.
    pub files_differ: bool,
    /// How many pages there are.
    pub pages: usize,
    /// How long the build took.
    pub took: Duration,
}

/// Finds the answer for an output path; called from several threads at a time.
pub type AnswerOf = Box<dyn Fn(&str) -> Option<Answer> + Send + Sync>;

/// A page that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewed {
    /// Its output path.
    pub key: String,
    /// Its title.
    pub title: String,
}

/// The bytes of one output path.
pub struct Answer {
    /// The file as `build` would write it.
    pub bytes: Arc<[u8]>,
    /// Why this one page could not be made, if so.
    pub fault: Option<Finding>,
    /// A sentence to show on top of it, if there is one.
    pub badge: Option<String>,
}

/// How the preview is to run.
pub struct Options {
    /// The port that was asked for, never another; none tries ten ports from 8080.
    pub port: Option<u16>,
    /// The language of everything the preview says.
    pub lang: Lang,
    /// Folders and files whose changes lead to a new snapshot.
    pub watch: Vec<PathBuf>,
    /// Folders and files whose changes do not, such as the output folder.
    pub ignore: Vec<PathBuf>,
    /// Set from outside to end the preview.
    pub stop: Arc<AtomicBool>,
    /// Scan once a second instead of asking the system for events.
    pub no_native_watch: bool,
}

/// How often `stop` is looked at.
const STOP_PERIOD: Duration = Duration::from_millis(50);
/// How long a rebuild may go on after `stop` before it is left behind.
const PATIENCE: Duration = Duration::from_millis(300);

type Say = Arc<dyn Fn(&str) + Send + Sync>;

/// Serves snapshots and follows changes until `options.stop` is set.
///
/// `rebuild` is called once at the start and once after each change, and now and then, for days pass; it gives none when
/// nothing is to be shown otherwise. A panic in it is caught and shown as our fault.
/// `say` is given one line at a time for the terminal, the address last. An error means that no port could be opened.
pub fn run(
    options: Options,
    rebuild: impl FnMut(&Changed) -> Option<Snapshot> + Send + 'static,
    say: impl Fn(&str) + Send + Sync + 'static,
) -> io::Result<()> {
    let say: Say = Arc::new(say);
    let doors = port::open(options.port, options.lang)?;
    let board = Arc::new(Board::new(options.lang));
    let inner = inner::start(board.clone())?;
    let (port, moved) = (doors.port, doors.moved);
    let front = front::start(doors, inner.entry(), board.clone())?;
    let stop = options.stop.clone();
    let builder = Builder { board: board.clone(), say, lang: options.lang, stop: stop.clone() };
    let building = thread::Builder::new()
        .name("rebuild".into())
        .stack_size(16 << 20)
        .spawn(move || builder.follow(options, rebuild, port, moved))?;
    while !stop.load(Ordering::Relaxed) {
        thread::sleep(STOP_PERIOD);
    }
    board.close();
    front.close();
    inner.close();
    leave(building);
    Ok(())
}

/// Waits a moment for the rebuild thread to end; one that is deep in a build is left to the end of the process.
fn leave(building: JoinHandle<()>) {
    let deadline = Instant::now() + PATIENCE;
    while !building.is_finished() && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(5));
    }
}

struct Builder {
    board: Arc<Board>,
    say: Say,
    lang: Lang,
    stop: Arc<AtomicBool>,
}

impl Builder {
    fn follow(self, options: Options, mut rebuild: impl FnMut(&Changed) -> Option<Snapshot>, port: u16, moved: bool) {
        let (mut changes, told) =
            Changes::start(&options.watch, &options.ignore, !options.no_native_watch, self.stop.clone());
        if let Some(told) = told {
            self.tell(&told);
        }
        self.build(&Changed::All, &mut rebuild);
        if moved {
            self.tell(&port::moved(port));
        }
        self.tell(&port::address(port));
        while let Some(changed) = changes.wait() {
            self.build(&changed, &mut rebuild);
        }
    }

    fn build(&self, changed: &Changed, rebuild: &mut impl FnMut(&Changed) -> Option<Snapshot>) {
        match catch_unwind(AssertUnwindSafe(|| rebuild(changed))) {
            Ok(None) => {}
            Ok(Some(snapshot)) => {
                self.tell(&status(&snapshot));
                self.board.publish(snapshot);
            }
            Err(panic) => {
                let reason = panic_text(&*panic);
                self.tell(&our_fault(&reason));
                self.board.publish_panic(&reason);
            }
        }
    }

    fn tell(&self, text: &Text) {
        if !self.stop.load(Ordering::Relaxed) {
            (self.say)(text.get(self.lang));
        }
    }
}

/// What a panic said, as far as it is text.
fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| text.to_string());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "?".to_string())
}

fn our_fault(reason: &str) -> Text {
    let reason = crate::report::displayable(reason);
    Text::new(
        format!("程序内部出错，不是您的稿件的问题；预览仍在运行，改动后会再试。请把这句话转给维护人员：{reason}"),
        format!(
            "Internal error, not your text's fault; the preview goes on and will try again. Please report: {reason}"
        ),
    )
}

fn status(snapshot: &Snapshot) -> Text {
    let counts = Counts::of(&snapshot.findings);
    let (errors, warnings) = (counts.vetoes + counts.errors, counts.warnings);
    let (pages, millis) = (snapshot.pages, snapshot.took.as_millis());
    let (zh, en) = match snapshot.refused {
        true => ("没有更新，仍显示上一次的页面", "Not updated, the last good pages stay"),
        false => ("已更新", "Updated"),
    };
    Text::new(
        format!("{zh}：{pages} 个页面，用时 {millis} 毫秒，错误 {errors} 个，警告 {warnings} 个"),
        format!("{en}: {pages} pages in {millis} ms, errors: {errors}, warnings: {warnings}"),
    )
}

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
mod panel;
mod port;
mod respond;
mod scan;
mod shell;
mod target;
mod watch;

use std::any::Any;
use std::io;
use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

pub use port::{lan_address, no_lan};

use crate::load::Changed;
use crate::report::{Counts, Finding, Lang, Text};
use crate::workers;
use events::Board;
use watch::Changes;

/// What the preview shows: one immutable value, swapped whole.
pub struct Snapshot {
    /// The bytes of an output path such as `notices/index.html`; none when it is not a key of the plan.
    pub answer: AnswerOf,
    /// All findings of the build, sorted.
    pub findings: Vec<Finding>,
    /// Whether it came ahead of the whole, which follows at once: nothing is found yet, and what is in doubt is answered by
    /// that.
    pub is_ahead: bool,
    /// Whether the build refused; the answers are then those of the last good build.
    pub refused: bool,
    /// The pages that are new or say something else than in the last snapshot.
    pub renewed: Vec<Renewed>,
    /// Whether pictures, style sheets and other files may differ from the last snapshot's.
    pub files_differ: bool,
    /// Lists everything that was written, for the panel.
    pub listed: Box<dyn Fn() -> Vec<Listed> + Send + Sync>,
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
    /// Its address, from `/`, percent-encoded.
    pub address: String,
    /// Its title.
    pub title: String,
}

/// A page in the panel, shown or not.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Its kind, in words.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// Its source in the project.
    pub source: String,
    /// Its address, from `/`, percent-encoded, where the preview shows it.
    pub address: Option<String>,
    /// Whether it is public, and why not, in words.
    pub state: String,
    /// Whether it is public.
    pub is_public: bool,
}

/// Told the address of the preview.
pub type Ready = Box<dyn FnOnce(&str) + Send>;

/// Opens a source file of the project, named as findings name it; whether it could.
pub type Opener = Box<dyn Fn(&str) -> bool + Send + Sync>;

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
    /// Whether browsers go to the page that was renewed.
    pub follow: bool,
    /// An address in the office network to be open at as well; who comes to it needs a key.
    pub lan: Option<IpAddr>,
    /// Whether the QR code for phones may be coloured.
    pub colour: bool,
    /// Called with the preview's address once it can be opened.
    pub ready: Option<Ready>,
    /// Opens source files for readers who sit at this computer.
    pub opener: Option<Opener>,
}

/// How often `stop` is looked at.
const STOP_PERIOD: Duration = Duration::from_millis(50);
/// How long a rebuild may go on after `stop` before it is left behind.
const PATIENCE: Duration = Duration::from_millis(300);

/// What the preview says in the terminal.
#[derive(Debug, Clone, Copy)]
pub enum Said<'a> {
    /// Something that is said once.
    Line(&'a str),
    /// How things stand; the next one takes its place.
    Status(&'a str),
    /// Where the preview is, said once and always wanted.
    Address(&'a str),
}

type Say = Arc<dyn Fn(Said) + Send + Sync>;

/// Serves snapshots and follows changes until `options.stop` is set.
///
/// `rebuild` is called once at the start and once after each change, and now and then, for days pass; it gives none when
/// nothing is to be shown otherwise. A panic in it is caught and shown as our fault.
/// `say` is given one line at a time for the terminal, the address after the first status. An error means that no port could be opened.
pub fn run(
    mut options: Options,
    rebuild: impl FnMut(&Changed) -> Option<Snapshot> + Send + 'static,
    say: impl Fn(Said) + Send + Sync + 'static,
) -> io::Result<()> {
    let say: Say = Arc::new(say);
    let doors = port::open(options.port, options.lan, options.lang)?;
    let board = Arc::new(Board::new(options.lang, options.follow, options.opener.take()));
    let key: Arc<str> = inner::random_key().into();
    let inner = inner::start(board.clone())?;
    let (port, moved) = (doors.port, doors.moved);
    let front = front::start(doors, key.clone(), inner.entry(), board.clone())?;
    let stop = options.stop.clone();
    let builder = Builder { board: board.clone(), say, lang: options.lang, stop: stop.clone() };
    let building = thread::Builder::new()
        .name("rebuild".into())
        .stack_size(workers::STACK)
        .spawn(move || builder.follow(options, rebuild, &key, port, moved))?;
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
    fn follow(
        self,
        options: Options,
        mut rebuild: impl FnMut(&Changed) -> Option<Snapshot>,
        key: &str,
        port: u16,
        moved: bool,
    ) {
        let (mut changes, told) =
            Changes::start(&options.watch, &options.ignore, !options.no_native_watch, self.stop.clone());
        if let Some(told) = told {
            self.tell(&told);
        }
        let is_ahead = self.build(&Changed::All, &mut rebuild);
        if moved {
            self.tell(&port::moved(port));
        }
        if let Some(address) = options.lan {
            let address = format!("http://{}:{port}/?key={key}", port::host_of(address));
            self.tell(&port::phone(&address, options.colour));
        }
        if !self.stop.load(Ordering::Relaxed) {
            (self.say)(Said::Address(port::address(port).get(self.lang)));
        }
        if let Some(ready) = options.ready {
            ready(&port::local(port));
        }
        if is_ahead {
            self.build(&Changed::Stamped, &mut rebuild);
        }
        while let Some(changed) = changes.wait() {
            self.build(&changed, &mut rebuild);
        }
    }

    /// Whether what is shown now came ahead of the whole.
    fn build(&self, changed: &Changed, rebuild: &mut impl FnMut(&Changed) -> Option<Snapshot>) -> bool {
        match catch_unwind(AssertUnwindSafe(|| rebuild(changed))) {
            Ok(None) => {}
            Ok(Some(snapshot)) => {
                if !self.stop.load(Ordering::Relaxed) {
                    (self.say)(Said::Status(status(&snapshot).get(self.lang)));
                }
                let is_ahead = snapshot.is_ahead;
                self.board.publish(snapshot);
                return is_ahead;
            }
            Err(panic) => {
                let reason = panic_text(&*panic);
                self.tell(&our_fault(&reason));
                self.board.publish_panic(&reason);
            }
        }
        false
    }

    fn tell(&self, text: &Text) {
        if !self.stop.load(Ordering::Relaxed) {
            (self.say)(Said::Line(text.get(self.lang)));
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
    if snapshot.is_ahead {
        return Text::new(
            format!("可以看网页了：{pages} 个页面，用时 {millis} 毫秒，还在检查全部稿件"),
            format!("Pages can be seen: {pages} in {millis} ms, still checking all of them"),
        );
    }
    let (zh, en) = match snapshot.refused {
        true => ("没有更新，仍显示上一次的页面", "Not updated, the last good pages stay"),
        false => ("已更新", "Updated"),
    };
    Text::new(
        format!("{zh}：{pages} 个页面，用时 {millis} 毫秒，错误 {errors} 个，警告 {warnings} 个"),
        format!("{en}: {pages} pages in {millis} ms, errors: {errors}, warnings: {warnings}"),
    )
}

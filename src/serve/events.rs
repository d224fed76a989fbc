//! The board that shows the current version, and the event streams that tell browsers about it.
//!
//! A listener waits for a version number other than the one it has, so a change between two waits is never lost
//! (faults.md H13). Numbers begin at a random place, so a page of an earlier run notices that it is from there.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::net::TcpStream;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;

use super::assets::Assets;
use super::browser;
use super::inner::{random_key, random_number};
use super::{Opener, Renewed, Snapshot};
use crate::report::{Finding, Lang, Severity};

/// The path of the event streams, without its first `/`.
pub const PATH: &str = "__site/events";
const HEARTBEAT: Duration = Duration::from_secs(15);
/// The most renewed pages remembered.
const MOST_RENEWED: usize = 50;
/// How often a stream looks whether its reader is still there.
const LOOK: Duration = Duration::from_secs(1);
const STREAM_HEAD: &str = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/event-stream; charset=utf-8\r\n\
    Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nCross-Origin-Resource-Policy: same-origin\r\n\
    X-Robots-Tag: noindex\r\n\r\n";

/// What is shown at one moment.
#[derive(Clone)]
pub struct Shown {
    /// Counts up with every build.
    pub version: u64,
    /// The pages; none until the first build that brought any.
    pub snapshot: Option<Arc<Snapshot>>,
    /// Whether the last build refused or failed, so that the pages are older than the sources.
    pub broken: bool,
    /// How many problems of the last build have to be mended.
    pub problems: usize,
    /// What is told in the place of problems, where the last build failed for a reason of ours.
    fault: Option<Arc<str>>,
    /// The language of what the preview adds.
    pub lang: Lang,
}

impl Shown {
    /// The problems of the last build as HTML; empty where there is none. It is made when somebody asks, because most
    /// changes are looked at without.
    pub fn list(&self) -> String {
        match (&self.fault, &self.snapshot) {
            (Some(fault), _) => fault.to_string(),
            (None, Some(snapshot)) => browser::problem_list(&gravest_first(&snapshot.findings), self.lang),
            (None, None) => String::new(),
        }
    }

    /// Whether [`Shown::list`] is empty.
    pub fn is_clean(&self) -> bool {
        self.fault.is_none() && self.snapshot.as_ref().is_none_or(|snapshot| snapshot.findings.is_empty())
    }
}

/// The current version and everyone who waits for the next.
pub struct Board {
    state: Mutex<State>,
    bell: Condvar,
    first: u64,
    /// Whether browsers go to the page that was renewed.
    follow: bool,
    /// What our own pages send along to have a file opened.
    pub token: String,
    opener: Option<Opener>,
    /// What browsers have loaded besides pages.
    pub assets: Assets,
}

struct State {
    shown: Shown,
    /// The pages that were renewed, with the version in which they were; the last few only.
    renewed: VecDeque<(u64, Renewed)>,
    closed: bool,
}

enum News {
    Told(u64, String),
    Quiet,
    Closed,
}

impl Board {
    /// A board before the first build.
    pub fn new(lang: Lang, follow: bool, opener: Option<Opener>) -> Board {
        let first = u64::from(random_number());
        let shown = Shown { version: first, snapshot: None, broken: false, problems: 0, fault: None, lang };
        let state = Mutex::new(State { shown, renewed: VecDeque::new(), closed: false });
        Board { state, bell: Condvar::new(), first, follow, token: random_key(), opener, assets: Assets::default() }
    }

    /// What is shown now; the lock is not held while anyone reads or writes.
    pub fn shown(&self) -> Shown {
        self.lock().shown.clone()
    }

    /// Shows a new snapshot.
    pub fn publish(&self, snapshot: Snapshot) {
        let before = self.shown();
        let version = before.version + 1;
        if snapshot.files_differ || before.snapshot.is_none() {
            self.assets.compare(&snapshot, version);
        }
        let problems = snapshot.findings.iter().filter(|finding| is_problem(finding)).count();
        let broken = snapshot.refused;
        self.remember(&snapshot.renewed, version);
        self.show(Shown {
            version,
            snapshot: Some(Arc::new(snapshot)),
            broken,
            problems,
            fault: None,
            lang: before.lang,
        });
    }

    /// Tells that a rebuild panicked; the last pages stay.
    pub fn publish_panic(&self, reason: &str) {
        let before = self.shown();
        let fault = Some(browser::our_fault(reason, before.lang).into());
        self.show(Shown { version: before.version + 1, broken: true, problems: 1, fault, ..before });
    }

    /// Opens the source `file` for who has the token; whether it could be opened.
    pub fn open(&self, token: &str, file: &str) -> bool {
        token == self.token && self.opener.as_ref().is_some_and(|open| open(file))
    }

    /// Ends all streams.
    pub fn close(&self) {
        self.lock().closed = true;
        self.bell.notify_all();
    }

    fn remember(&self, renewed: &[Renewed], version: u64) {
        let mut state = self.lock();
        // Many at once are a checkout or a move of folders: nobody wants to be led to one of them.
        let few = if renewed.len() > MOST_RENEWED { &[] } else { renewed };
        state.renewed.extend(few.iter().map(|page| (version, page.clone())));
        let spare = state.renewed.len().saturating_sub(MOST_RENEWED);
        state.renewed.drain(..spare);
    }

    /// The pages renewed after `version`, the newest last, each once.
    fn renewed_after(&self, version: u64) -> Vec<Renewed> {
        let mut pages: Vec<Renewed> = Vec::new();
        for (_, page) in self.lock().renewed.iter().filter(|(at, _)| *at > version) {
            pages.retain(|known| known.address != page.address);
            pages.push(page.clone());
        }
        pages
    }

    fn show(&self, shown: Shown) {
        self.lock().shown = shown;
        self.bell.notify_all();
    }

    /// Waits up to `within` for a version other than `seen`; `live` tells the reader whether it has seen all before.
    fn news(&self, seen: Option<u64>, live: bool, within: Duration) -> News {
        let state = self.lock();
        let waiting = |state: &mut State| {
            !state.closed && (seen == Some(state.shown.version) || state.shown.version == self.first)
        };
        let waited = self.bell.wait_timeout_while(state, within, waiting).unwrap_or_else(PoisonError::into_inner);
        let (closed, shown) = (waited.0.closed, waited.0.shown.clone());
        drop(waited.0);
        match (closed, waited.1.timed_out()) {
            (true, _) => News::Closed,
            (_, true) => News::Quiet,
            _ => News::Told(shown.version, self.message(&shown, seen, live)),
        }
    }

    fn message(&self, shown: &Shown, seen: Option<u64>, live: bool) -> String {
        let version = shown.version;
        if shown.broken {
            let data = json!({ "version": version, "problems": shown.problems, "html": shown.list() });
            return format!("event: broken\ndata: {data}\n\n");
        }
        // A number from another run says nothing about what that page has loaded.
        let known = seen.filter(|seen| (self.first..=version).contains(seen));
        let assets = known.map(|seen| self.assets.changed_after(seen)).unwrap_or_default();
        let pages = known.map(|seen| self.renewed_after(seen)).unwrap_or_default();
        let pages: Vec<_> = pages.iter().map(|page| json!({ "url": page.address, "title": page.title })).collect();
        let data = json!({
            "version": version, "problems": shown.problems, "assets": assets, "pages": pages,
            "reload": known.is_none(), "follow": self.follow, "live": live,
        });
        format!("event: changed\ndata: {data}\n\n")
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a finding is counted in the browser: what must be mended, not what may.
fn is_problem(finding: &Finding) -> bool {
    matches!(finding.code.severity, Severity::Veto | Severity::Error)
}

/// What must be mended stands before what may be.
pub fn gravest_first(findings: &[Finding]) -> Vec<Finding> {
    let mut sorted = findings.to_vec();
    sorted.sort_by_key(|finding| !is_problem(finding));
    sorted
}

/// Writes events to one reader until it leaves or the preview ends.
pub fn stream(board: &Board, stream: &TcpStream, version: Option<u64>) {
    // An error is a reader that has left.
    let _ = tell(board, stream, version);
}

fn tell(board: &Board, mut stream: &TcpStream, version: Option<u64>) -> io::Result<()> {
    stream.write_all(STREAM_HEAD.as_bytes())?;
    // A page opened while the build is broken has the current number and still needs to be told.
    let mut seen = version.filter(|_| !board.shown().broken);
    let mut beat = Instant::now();
    let mut live = seen == Some(board.shown().version);
    loop {
        match board.news(seen, live, LOOK) {
            News::Closed => return Ok(()),
            News::Quiet if has_left(stream)? => return Ok(()),
            News::Quiet if beat.elapsed() < HEARTBEAT => continue,
            News::Quiet => stream.write_all(b": still here\n\n")?,
            News::Told(version, message) => {
                stream.write_all(message.as_bytes())?;
                (seen, live) = (Some(version), true);
            }
        }
        beat = Instant::now();
    }
}

/// A reader of events sends nothing; the end of its side, or any byte, means it is done.
fn has_left(stream: &TcpStream) -> io::Result<bool> {
    stream.set_nonblocking(true)?;
    let peeked = stream.peek(&mut [0]);
    stream.set_nonblocking(false)?;
    Ok(!matches!(peeked, Err(error) if error.kind() == io::ErrorKind::WouldBlock))
}

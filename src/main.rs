//! The binary: arguments, clock, environment and terminal in, exit code out. Nothing else reads them.

use std::env;
use std::io::{self, IsTerminal, Read as _, Write as _};
use std::panic;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use mimalloc::MiMalloc;
use site::commands::check::Network;
use site::commands::fault::{self, Scene};
use site::commands::{self, Answer, Machine, Terminal};
use site::model::Day;
use site::report::frame::Colour;
use site::workers;

/// With it a build of ten thousand pages takes a twelfth less of the processors than with glibc's, a quarter less after one
/// edit and a third less where nothing changed; it takes a third more memory.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    // Typst works in this pool. Where it cannot be had so, it is had with less stack.
    drop(rayon::ThreadPoolBuilder::new().stack_size(workers::STACK).build_global());
    let interrupted = Arc::new(AtomicBool::new(false));
    catch_interrupts(interrupted.clone());
    let machine = Machine {
        today,
        time,
        locale: ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .find_map(|name| env::var(name).ok().filter(|value| !value.is_empty())),
        folder: env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
        home: env::var_os("HOME").or_else(|| env::var_os("USERPROFILE")).map(PathBuf::from),
        open,
        git,
        apart: Some(apart),
        network: Network::default(),
        interrupted,
        started: Instant::now(),
    };
    let terminal = Arc::new(terminal());
    let args: Vec<_> = env::args_os().collect();
    if args.len() == 2 && args[1] == THUMBNAIL {
        return thumbnail();
    }
    let scene = Arc::new(Scene::default());
    let noted = scene.clone();
    panic::set_hook(Box::new(move |panic| {
        noted.note(&panic.location().map(ToString::to_string).unwrap_or_default());
    }));
    ExitCode::from(fault::caught(&args, &terminal, &scene, || commands::run(&args, &machine, &terminal)))
}

/// The first Ctrl-C asks the command to stop; the second does not wait.
fn catch_interrupts(interrupted: Arc<AtomicBool>) {
    let caught = ctrlc::set_handler(move || {
        if interrupted.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    });
    // Without a handler Ctrl-C ends the program at once, and the next run clears up after it.
    drop(caught);
}

/// What this program calls itself with to draw a PDF somebody supplied: no command, and in no help.
const THUMBNAIL: &str = "--thumbnail-of-standard-input";
/// How long that may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Draws the PDF on standard input to standard output.
fn thumbnail() -> ExitCode {
    let mut pdf = Vec::new();
    if io::stdin().lock().read_to_end(&mut pdf).is_err() {
        return ExitCode::FAILURE;
    }
    match site::typeset::thumbnail(&pdf, site::plan::PREVIEW_WIDTH) {
        Some(png) if io::stdout().write_all(&png).is_ok() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// Has a PDF drawn by another of this program; one that crashes or takes too long draws nothing.
fn apart(pdf: &[u8]) -> Option<Vec<u8>> {
    let mut command = Command::new(env::current_exe().ok()?);
    command.arg(THUMBNAIL).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().ok()?;
    let (mut input, mut output) = (child.stdin.take()?, child.stdout.take()?);
    let drawn = std::thread::scope(|scope| {
        scope.spawn(move || input.write_all(pdf));
        let reading = scope.spawn(move || {
            let mut png = Vec::new();
            output.read_to_end(&mut png).map(|_| png)
        });
        let began = Instant::now();
        while !reading.is_finished() && began.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(5));
        }
        if !reading.is_finished() {
            drop(child.kill());
        }
        reading.join().ok()?.ok()
    });
    child.wait().ok()?.success().then_some(drawn).flatten()
}

/// Opens a file in the program people read it with.
fn open(path: &Path) -> io::Result<()> {
    // Not through `cmd`, which takes `&` in the name of a folder for a second command.
    let program = match () {
        () if cfg!(windows) => "explorer",
        () if cfg!(target_os = "macos") => "open",
        () => "xdg-open",
    };
    Command::new(program).arg(path).stdout(Stdio::null()).stderr(Stdio::null()).spawn().map(drop)
}

/// Has git answer in a folder. It takes no lock, so that a look never stands in the way of an editor's own git, and its
/// own messages are left in English, where they can be searched for.
fn git(folder: &Path, args: &[&str]) -> io::Result<Answer> {
    let mut command = Command::new("git");
    command.current_dir(folder).args(args).stdin(Stdio::null());
    command.env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C");
    let output = command.output()?;
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    Ok(Answer { done: output.status.success(), out: output.stdout, err })
}

/// Seconds since 1970 in Beijing, eight hours ahead of UTC all year.
fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()) + 8 * 3600
}

/// The time of day in Beijing.
fn time() -> String {
    let seconds = seconds() % 86_400;
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// The day in Beijing.
fn today() -> Day {
    let days = seconds() / 86_400;
    let epoch = Day::new(1970, 1, 1).expect("1970-01-01 is a day");
    epoch.plus(i64::try_from(days).unwrap_or(0))
}

fn terminal() -> Terminal {
    // Windows shows escape codes as they are until it is asked to follow them, which old ones cannot.
    let follows = anstyle_query::windows::enable_ansi_colors().unwrap_or(true)
        && !env::var("TERM").is_ok_and(|term| term == "dumb");
    let plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let colour = if follows && !plain && io::stdout().is_terminal() { Colour::On } else { Colour::Off };
    let live = follows && io::stderr().is_terminal();
    Terminal::new(Box::new(io::stdout()), Box::new(io::stderr()), colour, live)
}

//! The command line: raw arguments become a decided [`Call`] once, each command is one file, and what they say goes
//! through one [`Terminal`].
//!
//! Exit codes: 0 clean, 1 problems were told, 2 could not run or wrong usage, 101 a fault of ours, 130 interrupted.

pub mod arguments;
mod aside;
mod build;
pub mod check;
mod explain;
pub mod fault;
mod init;
mod list;
mod memo;
mod new;
mod outcome;
mod poster;
mod search;
mod serve;
mod terminal;
pub mod theme;
mod verify;

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use crate::Order;
use crate::edition::Reader;
use crate::model::Day;
use crate::report::{Finding, Lang, Place, Profile, SourcePath, Text, codes};
use crate::typeset::{Apart, Store};
use crate::write::Kept;
pub use terminal::Terminal;

/// What another program answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Whether it did what it was asked.
    pub done: bool,
    /// What it wrote to standard output.
    pub out: Vec<u8>,
    /// What it wrote to standard error.
    pub err: String,
}

/// What `main` read off the machine, so that nothing else has to.
#[derive(Clone)]
pub struct Machine {
    /// Tells the day in Beijing; a preview may run past midnight.
    pub today: fn() -> Day,
    /// Tells the time of day in Beijing, such as 14:03:05.
    pub time: fn() -> String,
    /// The locale, such as `zh_CN.UTF-8`, where one is set.
    pub locale: Option<String>,
    /// Where the program was started.
    pub folder: PathBuf,
    /// The user's home folder, where known.
    pub home: Option<PathBuf>,
    /// Opens a file or a web address in the program people read it with.
    pub open: fn(&std::path::Path) -> std::io::Result<()>,
    /// Runs git in a folder.
    pub git: fn(&std::path::Path, &[&str]) -> std::io::Result<Answer>,
    /// Draws a supplied PDF in a process of its own.
    pub apart: Option<Apart>,
    /// How other sites are reached, where that is asked for.
    pub network: check::Network,
    /// Set by Ctrl-C.
    pub interrupted: Arc<AtomicBool>,
    /// When the program was started.
    pub started: Instant,
}

impl Machine {
    /// A machine with a folder and a day and nothing else, for those who call the program from a program.
    pub fn bare(folder: &std::path::Path, today: fn() -> Day) -> Machine {
        Machine {
            today,
            time: || "09:00:00".to_string(),
            locale: None,
            folder: folder.to_path_buf(),
            home: None,
            open: |_| Ok(()),
            git: |_, _| Err(std::io::ErrorKind::NotFound.into()),
            apart: None,
            network: check::Network::default(),
            interrupted: Arc::default(),
            started: Instant::now(),
        }
    }
}

/// The form in which findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// With the line and a caret.
    Human,
    /// One line a finding.
    Short,
    /// One JSON document.
    Json,
    /// SARIF 2.1.0, for the reviews of a CI.
    Sarif,
    /// JUnit's XML, for the test reports of a CI.
    Junit,
    /// A page to print.
    Html,
}

impl Format {
    /// The forms every command knows.
    pub const COMMON: [Format; 3] = [Format::Human, Format::Short, Format::Json];
    /// The forms of `site check`.
    pub const ALL: [Format; 6] =
        [Format::Human, Format::Short, Format::Json, Format::Sarif, Format::Junit, Format::Html];

    /// The word behind `--format`.
    pub const fn word(self) -> &'static str {
        match self {
            Format::Human => "human",
            Format::Short => "short",
            Format::Json => "json",
            Format::Sarif => "sarif",
            Format::Junit => "junit",
            Format::Html => "html",
        }
    }

    /// The form of a report that is written to a file of that name.
    pub fn of_file(name: &str) -> Option<Format> {
        let (_, ending) = name.rsplit_once('.')?;
        Some(match ending.to_ascii_lowercase().as_str() {
            "html" | "htm" => Format::Html,
            "sarif" => Format::Sarif,
            "xml" => Format::Junit,
            "json" => Format::Json,
            _ => return None,
        })
    }
}

/// What was asked for, decided.
#[derive(Debug, Clone)]
pub struct Call {
    /// The project folder.
    pub project: PathBuf,
    /// `--today`
    pub today: Option<Day>,
    /// `--base-url`
    pub base_url: Option<String>,
    /// `--profile`
    pub profile: Profile,
    /// `--lang`, else the locale's.
    pub lang: Lang,
    /// `--format`
    pub format: Format,
    /// The command.
    pub command: Command,
}

/// The commands and their own options.
#[derive(Debug, Clone)]
pub enum Command {
    /// Writes the site.
    Build(build::Wish),
    /// Shows the site in a browser while it is written.
    Serve {
        /// The port that was asked for.
        port: Option<u16>,
        /// What is shown besides what is public.
        reader: Reader,
        /// Scan instead of asking the system for events.
        poll: bool,
        /// Browsers go to the page that was saved.
        follow: bool,
        /// Phones in the office network may look as well.
        lan: bool,
        /// The front page is opened in a browser.
        open: bool,
    },
    /// Makes the posters of one page.
    Poster {
        /// The page, as it was named.
        name: String,
        /// The formats, as they were named.
        formats: Vec<String>,
        /// The folder, as it was named.
        out: String,
        /// Whether the first file is opened.
        open: bool,
    },
    /// Tells all problems and changes no text.
    Check(check::Wish),
    /// Starts a page.
    New {
        /// The kind, as it was named.
        kind: String,
        /// The slug.
        slug: String,
    },
    /// Starts a project.
    Init {
        /// The folder, as it was named.
        folder: PathBuf,
    },
    /// Lists files of the built-in theme, or copies them into the project.
    Theme(theme::Wish),
    /// Finds pages.
    Search(search::Wish),
    /// Lists the pages and whether they are public.
    List,
    /// Holds a published folder against its record.
    Verify(verify::Wish),
    /// Explains a code.
    Explain {
        /// The code, as it was named.
        code: String,
    },
}

/// Runs the program and gives its exit code.
pub fn run(args: &[OsString], machine: &Machine, terminal: &Arc<Terminal>) -> u8 {
    let call = match arguments::call(args, machine) {
        Ok(call) => call,
        Err(refused) => return refused.tell(terminal),
    };
    if !matches!(call.command, Command::Init { .. } | Command::Explain { .. }) {
        build::recover(&call, machine);
    }
    let code = match &call.command {
        Command::Build(wish) => build::run(&call, machine, terminal, wish),
        Command::Serve { port, reader, poll, follow, lan, open } => {
            let wish =
                serve::Wish { port: *port, reader: *reader, poll: *poll, follow: *follow, lan: *lan, open: *open };
            serve::run(&call, machine, terminal, &wish)
        }
        Command::Poster { name, formats, out, open } => {
            poster::run(&call, machine, terminal, &poster::Wanted { name, formats, out, open: *open })
        }
        Command::Check(wish) => check::run(&call, machine, terminal, wish),
        Command::New { kind, slug } => new::run(&call, machine, terminal, kind, slug),
        Command::Init { folder } => init::run(&call, machine, terminal, folder),
        Command::Theme(wish) => theme::run(&call, machine, terminal, wish),
        Command::Search(wish) => search::run(&call, machine, terminal, wish),
        Command::List => list::run(&call, machine, terminal),
        Command::Verify(wish) => verify::run(&call, machine, terminal, wish),
        Command::Explain { code } => explain::run(&call, terminal, code),
    };
    terminal.finish(code)
}

impl Call {
    /// The pipeline's input.
    pub(crate) fn order(&self, machine: &Machine) -> Order {
        Order {
            base_url: self.base_url.clone(),
            profile: self.profile,
            apart: machine.apart,
            // Read, but written only by `build`.
            store: Arc::new(Store::new(Arc::new(Kept::of(&self.project, false)))),
            ..Order::of(&self.project, self.today.unwrap_or_else(machine.today))
        }
    }

    /// A warning when the machine's clock cannot be right and no day was given (faults.md C16).
    pub(crate) fn odd_clock(&self, machine: &Machine) -> Option<Finding> {
        let today = (machine.today)();
        let year = today.year();
        if self.today.is_some() || (2024..2060).contains(&year) {
            return None;
        }
        let text = Text::new(
            format!("电脑日期像是不对（{}），公开和失效是按日期判断的。请校准时间，或用 --today 指明日期。", today),
            format!("The clock says {}, which looks wrong; set it, or give the day with --today.", today),
        );
        Some(Finding::new(&codes::W207, Place::file(&SourcePath::new("--today")), text))
    }

    /// The wording in the language of the call.
    pub(crate) fn say<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

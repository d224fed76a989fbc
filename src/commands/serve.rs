//! `site serve`: the same pipeline as a build, kept in memory and rendered page by page as the browser asks. [`builder`]
//! makes the site anew after every change; [`shown`] answers from what was made.

mod builder;
mod shown;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::{Call, Machine, Terminal, outcome};
use crate::edition::Reader;
use crate::load::{self, Changed};
use crate::model::Site;
use crate::publication;
use crate::report::frame::Colour;
use crate::serve::{self, Options, Said};
use builder::Builder;

/// What was asked of the preview.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wish {
    /// The port.
    pub port: Option<u16>,
    /// What is shown besides what is public.
    pub reader: Reader,
    /// Scan instead of asking the system for events.
    pub poll: bool,
    /// Browsers go to the page that was saved.
    pub follow: bool,
    /// Phones in the office network may look as well.
    pub lan: bool,
    /// The front page is opened in a browser.
    pub open: bool,
}

/// Previews until Ctrl-C.
pub fn run(call: &Call, machine: &Machine, terminal: &Arc<Terminal>, wish: &Wish) -> u8 {
    if !call.project.join("content").is_dir() {
        // Nothing will ever come of a preview in the wrong folder.
        let findings = publication(&call.order(machine)).report.into_sorted();
        return outcome::tell(call, terminal, "serve", &findings, "", serde_json::Value::Null);
    }
    let lan = wish.lan.then(serve::lan_address).flatten();
    if wish.lan && lan.is_none() {
        terminal.complain(&format!("{}\n", serve::no_lan().get(call.lang)));
    }
    let mut builder = Builder::new(call, machine, terminal, wish.reader);
    let options = Options {
        port: wish.port,
        lang: call.lang,
        watch: vec![call.project.join("content"), call.project.join("themes")],
        ignore: vec![call.project.join("public")],
        stop: machine.interrupted.clone(),
        no_native_watch: wish.poll,
        follow: wish.follow,
        lan,
        colour: terminal.colour == Colour::On,
        ready: wish.open.then(|| ready(machine.open)),
        opener: Some(opener(builder.site.clone(), call, machine)),
    };
    let (speaker, first, time) = (terminal.clone(), builder.first.clone(), machine.time);
    let (status, address) = (Mutex::new(None), Mutex::new(None));
    let say = move |said: Said| {
        let (place, line) = match said {
            Said::Line(line) => return speaker.say(&format!("{line}\n")),
            Said::Status(line) => (&status, format!("{} {line}", time())),
            Said::Address(line) => (&address, line.to_string()),
        };
        if let Ok(mut place) = place.lock() {
            *place = Some(line.clone());
        }
        // The first thing to mend, how things stand, and last the address.
        let lines = [&*first, &status, &address].map(|line| line.lock().map_or(None, |line| line.clone()));
        speaker.pin(lines.into_iter().flatten().collect(), &line);
    };
    let ended = serve::run(options, move |changed: &Changed| builder.snapshot(changed), say);
    terminal.unpin();
    match ended {
        Ok(()) => 0,
        Err(fault) => outcome::refused(call, terminal, "serve", 2, &fault.to_string()),
    }
}

/// Opens the preview in a browser; without one its address stands in the terminal (faults.md H20).
fn ready(open: fn(&Path) -> std::io::Result<()>) -> serve::Ready {
    Box::new(move |address| drop(open(Path::new(address))))
}

/// Opens sources of the site that was read last, and nothing else.
fn opener(shown: Arc<Mutex<Option<Arc<Site>>>>, call: &Call, machine: &Machine) -> serve::Opener {
    let (project, open) = (call.project.clone(), machine.open);
    Box::new(move |source| {
        let site = shown.lock().map_or(None, |shown| shown.clone());
        let is_source = source == load::config_path().as_str()
            || site.is_some_and(|site| {
                let mut pages = site.pages.values().map(|page| page.path.as_str());
                pages.any(|path| path == source) || site.broken.iter().any(|path| path.as_str() == source)
            });
        // With the separators of the system: not every program of Windows takes the others.
        is_source && open(&project.join(source).components().collect::<PathBuf>()).is_ok()
    })
}

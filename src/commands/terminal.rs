//! Where commands say something. A reader that went away (`site list | head`) is a success, a full disk is told
//! (faults.md L01, L02); nothing here panics.

use std::io::{ErrorKind, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::report::frame::Colour;

/// Standard output and standard error.
pub struct Terminal {
    out: Mutex<Box<dyn Write + Send>>,
    err: Mutex<Box<dyn Write + Send>>,
    /// Whether findings may be coloured.
    pub colour: Colour,
    /// Whether progress may be drawn over itself on standard error.
    pub live: bool,
    failed: AtomicBool,
    /// Lines that stay below everything that is said.
    pinned: Mutex<Vec<String>>,
}

impl Terminal {
    /// Wraps the two streams.
    pub fn new(out: Box<dyn Write + Send>, err: Box<dyn Write + Send>, colour: Colour, live: bool) -> Terminal {
        Terminal {
            out: Mutex::new(out),
            err: Mutex::new(err),
            colour,
            live,
            failed: AtomicBool::new(false),
            pinned: Mutex::default(),
        }
    }

    /// Writes `text` to standard output, above what is pinned.
    pub fn say(&self, text: &str) {
        match self.pinned.lock() {
            Ok(pinned) if self.draws() && !pinned.is_empty() => {
                self.write(&format!("{}{text}{}", erased(&pinned), drawn(&pinned)));
            }
            _ => self.write(text),
        }
    }

    /// Keeps `lines` below everything that is said, in place of what was kept there before. Where nothing can be drawn over,
    /// only `news` is said, the one of them that is new.
    pub fn pin(&self, lines: Vec<String>, news: &str) {
        let Ok(mut pinned) = self.pinned.lock() else { return };
        match self.draws() {
            true => self.write(&format!("{}{}", erased(&pinned), drawn(&lines))),
            false => self.write(&format!("{news}\n")),
        }
        *pinned = lines;
    }

    /// Leaves what is pinned where it stands, and goes on below it.
    pub fn unpin(&self) {
        let Ok(mut pinned) = self.pinned.lock() else { return };
        if self.draws() && !pinned.is_empty() {
            self.write("\n");
        }
        pinned.clear();
    }

    /// Whether lines can be drawn over others.
    fn draws(&self) -> bool {
        self.live && self.colour == Colour::On
    }

    fn write(&self, text: &str) {
        let Ok(mut out) = self.out.lock() else { return };
        let Err(fault) = out.write_all(text.as_bytes()).and_then(|()| out.flush()) else { return };
        if fault.kind() != ErrorKind::BrokenPipe && !self.failed.swap(true, Ordering::Relaxed) {
            self.complain(&format!("site: 无法输出 / cannot write to standard output: {fault}\n"));
        }
    }

    /// Writes `text` to standard error.
    pub fn complain(&self, text: &str) {
        if let Ok(mut err) = self.err.lock() {
            let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
        }
    }

    /// Draws a line of progress over the last one, where that can be seen.
    pub fn progress(&self, text: &str) {
        if self.live {
            self.complain(&format!("\r\u{1b}[K{text}"));
        }
    }

    /// The exit code, which a failed output raises to 1.
    pub fn finish(&self, code: u8) -> u8 {
        if code == 0 && self.failed.load(Ordering::Relaxed) { 1 } else { code }
    }
}

/// Takes away lines that stand at the end of the screen.
fn erased(lines: &[String]) -> String {
    match lines.len() {
        0 => String::new(),
        1 => "\r\u{1b}[J".to_string(),
        count => format!("\r\u{1b}[{}A\u{1b}[J", count - 1),
    }
}

/// Lines that are cut at the edge of the screen, or counting them would go wrong.
fn drawn(lines: &[String]) -> String {
    format!("\u{1b}[?7l{}\u{1b}[?7h", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;
    use std::sync::Arc;

    #[derive(Clone, Default)]
    struct Screen(Arc<Mutex<Vec<u8>>>);

    impl Write for Screen {
        fn write(&mut self, part: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(part)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn said(colour: Colour, live: bool) -> String {
        let screen = Screen::default();
        let terminal = Terminal::new(Box::new(screen.clone()), Box::new(io::sink()), colour, live);
        terminal.pin(vec!["error".to_string(), "one".to_string()], "one");
        terminal.say("finding\n");
        terminal.pin(vec!["two".to_string()], "two");
        terminal.unpin();
        String::from_utf8(screen.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn pinned_lines_stay_below_and_are_plain_where_nothing_can_be_drawn() {
        let drawn = "\u{1b}[?7lerror\none\u{1b}[?7h";
        let screen = format!("{drawn}\r\u{1b}[1A\u{1b}[Jfinding\n{drawn}\r\u{1b}[1A\u{1b}[J\u{1b}[?7ltwo\u{1b}[?7h\n");
        assert_eq!(said(Colour::On, true), screen);
        assert_eq!(said(Colour::Off, false), "one\nfinding\ntwo\n");
    }
}

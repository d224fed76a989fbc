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
}

impl Terminal {
    /// Wraps the two streams.
    pub fn new(out: Box<dyn Write + Send>, err: Box<dyn Write + Send>, colour: Colour, live: bool) -> Terminal {
        Terminal { out: Mutex::new(out), err: Mutex::new(err), colour, live, failed: AtomicBool::new(false) }
    }

    /// Writes `text` to standard output.
    pub fn say(&self, text: &str) {
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

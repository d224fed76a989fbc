//! The bar that shows how far a build is, once it takes longer than people wait without one.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::commands::{Call, Terminal};

/// How long a build may take before progress is shown.
const PATIENCE: Duration = Duration::from_millis(500);
const STEP: Duration = Duration::from_millis(100);
const CELLS: usize = 24;

/// The progress of the outputs of one build.
pub struct Progress<'a> {
    call: &'a Call,
    terminal: &'a Terminal,
    started: Instant,
    total: usize,
    number: AtomicUsize,
    drawn: Mutex<Option<Instant>>,
}

impl Progress<'_> {
    /// Nothing of `total` is made yet; the build was `started` then.
    pub fn of<'a>(call: &'a Call, terminal: &'a Terminal, started: Instant, total: usize) -> Progress<'a> {
        Progress { call, terminal, started, total, number: AtomicUsize::new(0), drawn: Mutex::new(None) }
    }

    /// One more is made.
    pub fn step(&self) {
        let number = self.number.fetch_add(1, Ordering::Relaxed) + 1;
        if self.started.elapsed() < PATIENCE {
            return;
        }
        let Ok(mut drawn) = self.drawn.try_lock() else { return };
        if drawn.is_some_and(|drawn| drawn.elapsed() < STEP) {
            return;
        }
        *drawn = Some(Instant::now());
        self.terminal.progress(&bar(self.call.say("正在生成", "Building"), number, self.total));
    }

    /// The bar is taken away.
    pub fn end(&self) {
        self.terminal.progress("");
    }
}

fn bar(what: &str, number: usize, total: usize) -> String {
    let full = number * CELLS / total.max(1);
    format!("{what} [{}{}] {number}/{total}", "#".repeat(full), "-".repeat(CELLS - full))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_is_empty_first_and_full_last() {
        assert_eq!(bar("正在生成", 0, 10), "正在生成 [------------------------] 0/10");
        assert_eq!(bar("正在生成", 5, 10), "正在生成 [############------------] 5/10");
        assert_eq!(bar("正在生成", 10, 10), "正在生成 [########################] 10/10");
        assert_eq!(bar("正在生成", 0, 0), "正在生成 [------------------------] 0/0");
    }
}

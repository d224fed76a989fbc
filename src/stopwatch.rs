//! How long a test's own thread worked. The limits of faults.md are about our code, not about how many other tests
//! share the machine, so time spent waiting for a processor does not count where the system tells it apart.

use std::time::{Duration, Instant};

/// Started when it is made.
pub struct Stopwatch {
    begun: Instant,
    worked: Option<Duration>,
}

impl Stopwatch {
    /// Starts for the thread that asks.
    pub fn start() -> Stopwatch {
        Stopwatch { begun: Instant::now(), worked: worked() }
    }

    /// What the same thread has worked since.
    pub fn elapsed(&self) -> Duration {
        match (self.worked, worked()) {
            (Some(then), Some(now)) => now.saturating_sub(then),
            _ => self.begun.elapsed(),
        }
    }
}

/// The processor time of this thread, as Linux counts it (Documentation/scheduler/sched-stats.rst).
fn worked() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(told.split(' ').next()?.parse().ok()?))
}

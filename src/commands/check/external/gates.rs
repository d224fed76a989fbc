//! Politeness: one request at a time for a host, and a pause after each.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The hosts that were asked.
pub(super) struct Gates {
    pause: Duration,
    /// When a host may be asked again; none while it is being asked.
    hosts: Mutex<BTreeMap<String, Option<Instant>>>,
    freed: Condvar,
}

/// The right to ask a host, until it is dropped.
pub(super) struct Pass<'g> {
    gates: &'g Gates,
    host: String,
}

impl Gates {
    pub(super) fn new(pause: Duration) -> Gates {
        Gates { pause, hosts: Mutex::default(), freed: Condvar::new() }
    }

    /// Waits for its turn; none where `until` comes first. Nobody holds two passes, so nobody waits for himself.
    pub(super) fn enter(&self, host: &str, until: Instant) -> Option<Pass<'_>> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let now = Instant::now();
            if now >= until {
                return None;
            }
            let turn = match hosts.get(host) {
                None => now,
                Some(Some(turn)) => *turn,
                Some(None) => until,
            };
            if turn <= now {
                hosts.insert(host.to_string(), None);
                return Some(Pass { gates: self, host: host.to_string() });
            }
            let wait = turn.min(until).saturating_duration_since(now);
            hosts = self.freed.wait_timeout(hosts, wait).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let mut hosts = self.gates.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        hosts.insert(std::mem::take(&mut self.host), Some(Instant::now() + self.gates.pause));
        self.gates.freed.notify_all();
    }
}

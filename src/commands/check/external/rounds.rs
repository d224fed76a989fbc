//! All links: some hosts at a time, and not for ever.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use url::Url;

use super::Network;
use super::ask::{Asker, Verdict};
use super::gates::Gates;

/// Hosts that are asked at the same time.
const AT_ONCE: usize = 8;
/// How soon an interruption is seen.
const GLANCE: Duration = Duration::from_millis(50);

/// What the threads share.
struct Round {
    asker: Asker,
    gates: Gates,
    /// The links of each host.
    hosts: Mutex<VecDeque<Vec<Url>>>,
    until: Instant,
    over: AtomicBool,
}

/// Asks for every link; `told` hears how many have come back. What is missing in the answer was not asked for in time,
/// or before `interrupted` was set.
pub(super) fn run(
    network: Network,
    links: impl IntoIterator<Item = Url>,
    interrupted: &AtomicBool,
    told: impl Fn(usize),
) -> BTreeMap<Url, Verdict> {
    let mut hosts: BTreeMap<String, Vec<Url>> = BTreeMap::new();
    for link in links {
        hosts.entry(link.host_str().unwrap_or_default().to_string()).or_default().push(link);
    }
    let threads = hosts.len().min(AT_ONCE);
    let round = Arc::new(Round {
        asker: Asker::new(network),
        gates: Gates::new(network.pause),
        hosts: Mutex::new(hosts.into_values().collect()),
        until: Instant::now() + network.total,
        over: AtomicBool::new(false),
    });
    let (answer, answers) = mpsc::channel();
    for _ in 0..threads {
        let (round, answer) = (round.clone(), answer.clone());
        // Threads are left behind where they still wait for a slow server, so that nobody waits for them. One that cannot
        // be had leaves its work to the others.
        drop(thread::Builder::new().spawn(move || round.work(&answer)));
    }
    drop(answer);
    let mut verdicts = BTreeMap::new();
    while Instant::now() < round.until && !interrupted.load(Ordering::Relaxed) {
        match answers.recv_timeout(GLANCE) {
            Ok((link, verdict)) => {
                verdicts.insert(link, verdict);
                told(verdicts.len());
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    round.over.store(true, Ordering::Relaxed);
    verdicts
}

impl Round {
    fn work(&self, answer: &mpsc::Sender<(Url, Verdict)>) {
        let next = || self.hosts.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        while let Some(links) = next() {
            for link in links {
                if self.over.load(Ordering::Relaxed) {
                    return;
                }
                let Some(verdict) = self.asker.ask(&link, &self.gates, self.until) else { return };
                if answer.send((link, verdict)).is_err() {
                    return;
                }
            }
        }
    }
}

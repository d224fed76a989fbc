//! What a program costs that is run to its end. Linux only.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What one run cost.
#[derive(Clone, Copy, Default)]
pub struct Cost {
    /// Seconds from its start to its end.
    pub wall: f64,
    /// Seconds of processor time.
    pub cpu: f64,
    /// The most memory it had, in MiB.
    pub peak: f64,
}

/// Runs `command` to its end, which has to be a good one.
pub fn run(command: Command) -> Cost {
    let shown = format!("{command:?}");
    let (cost, success) = spent(command);
    assert!(success, "{shown}");
    cost
}

/// What `command` costs, and whether it succeeds; processor time in steps of 10 ms.
pub fn spent(mut command: Command) -> (Cost, bool) {
    let before = of_children();
    let begun = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut peak = 0.0f64;
    let status = loop {
        peak = peak.max(resident(child.id()));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let wall = begun.elapsed().as_secs_f64();
    (Cost { wall, cpu: of_children() - before, peak }, status.success())
}

/// What `work` costs in this process, without its memory; processor time in steps of 10 ms.
pub fn own<T>(work: impl FnOnce() -> T) -> Cost {
    let (before, begun) = (stat(11), Instant::now());
    drop(work());
    Cost { wall: begun.elapsed().as_secs_f64(), cpu: stat(11) - before, peak: 0.0 }
}

/// Seconds of processor time of children that have ended.
fn of_children() -> f64 {
    stat(13)
}

/// Two neighbouring times of this process, the field of the first counted after its name.
fn stat(field: usize) -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<f64> = stat
        .rsplit_once(')')
        .unwrap()
        .1
        .split_whitespace()
        .skip(field)
        .take(2)
        .map(|field| field.parse().unwrap())
        .collect();
    (fields[0] + fields[1]) / 100.0
}

/// The most memory the process had so far, in MiB, or one it started (npm's programs start others).
fn resident(process: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let own = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok()).unwrap_or_default();
    let children = fs::read_to_string(format!("/proc/{process}/task/{process}/children")).unwrap_or_default();
    let children = children.split_whitespace().filter_map(|child| child.parse().ok()).map(resident);
    children.fold(own / 1024.0, f64::max)
}

/// The median of each figure.
pub fn median(costs: &[Cost]) -> Cost {
    let middle = |of: fn(&Cost) -> f64| middle(costs.iter().map(of).collect());
    Cost { wall: middle(|cost| cost.wall), cpu: middle(|cost| cost.cpu), peak: middle(|cost| cost.peak) }
}

/// The median.
pub fn middle(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or_default()
}

/// The files below `folder`, and their bytes.
pub fn written(folder: &Path) -> (usize, u64) {
    let walk = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.unwrap());
    let sizes = walk.filter(|entry| entry.file_type().is_file()).map(|entry| entry.metadata().unwrap().len());
    sizes.fold((0, 0), |(files, bytes), size| (files + 1, bytes + size))
}

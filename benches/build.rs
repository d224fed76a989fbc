//! What a build costs: `cargo bench --bench build -- <corpus>...`, the smallest first.
//!
//! A corpus is a folder that holds `neutral/` and, where a peer is to be measured, `hugo/`. The pages are written to our
//! layout with the lean templates of `benches/theme`, without posters and search, and built in turn with the peers that
//! are on PATH and the floor, the program of `benches/floor`: each into a new folder, with nothing taken over from an
//! earlier build. Everything is written into a folder beside the corpus, whose file system the table names: on a disk
//! the ratios are others than in memory. What one program wrote is on the disk before the next one begins, because ours
//! waits until everything is. No folder is removed before the end, because for up to five minutes after files were
//! removed ext4 passes over their numbers one by one, which makes whoever comes next slow. Then follow builds after
//! edits, of ours alone. Medians are printed, and ratios to the floor; nothing fails on a slow machine. Linux only.
//! `-- --instructions <corpus>` counts instructions instead, for which valgrind has to be installed.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

#[allow(dead_code)]
mod corpus;
#[allow(dead_code)]
mod cost;
mod floor;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use cost::{Cost, median, run, spent, written};

const ROUNDS: usize = 3;
const EDITS: usize = 5;

fn main() {
    let given: Vec<PathBuf> = std::env::args().skip(1).filter(|word| word != "--bench").map(PathBuf::from).collect();
    if let [word, neutral, out] = &given[..]
        && word.as_os_str() == "--floor"
    {
        return floor::run(neutral, out);
    }
    assert!(!given.is_empty(), "name a corpus: cargo bench --bench build -- <folder with neutral/ and hugo/>");
    if let [word, folder] = &given[..]
        && word.as_os_str() == "--instructions"
    {
        return instructions(folder);
    }
    println!(
        "| pages | what | wall s | CPU s | MiB | files | MiB written | CPU to floor |\n|---|---|---|---|---|---|---|---|"
    );
    let mut sizes: Vec<(f64, f64)> = Vec::new();
    for folder in &given {
        println!("| | on {} | | | | | | |", file_system(folder));
        sizes.push(measure(folder));
    }
    for (small, large) in sizes.iter().zip(sizes.iter().skip(1)) {
        let exponent = (large.1 / small.1).ln() / (large.0 / small.0).ln();
        println!("growth of ours, CPU, from {} to {} pages: exponent {exponent:.3}", small.0, large.0);
    }
}

/// Counts the instructions of a full build of the corpus in `folder`, and of one with nothing changed, by callgrind, which
/// gives nearly the same numbers on every machine of a kind; those of the last time stand in `benches/instructions.txt`.
fn instructions(folder: &Path) {
    let scratch = tempfile::tempdir_in(folder).unwrap();
    let project = scratch.path().join("project");
    let pages = corpus::write(&folder.join("neutral"), &project).len();
    corpus::lean(&project);
    let stored = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/instructions.txt"));
    for what in ["full build", "nothing changed"] {
        if what == "nothing changed" {
            // The build that finds calendars remembered, and stamps old enough to be trusted.
            settle();
            run(ours(&project));
            settle();
        }
        let site = ours(&project);
        let mut counted = Command::new("valgrind");
        counted.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(site.get_program());
        let ran = counted.args(site.get_args()).env("RAYON_NUM_THREADS", "1").output().unwrap();
        let told = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(ran.status.success(), "{told}");
        let count = told.lines().find_map(|line| line.split_once("Collected :")).map(|(_, count)| count.trim());
        let line = format!("{pages} pages, {what}: ");
        let before = stored.iter().flat_map(|text| text.lines()).find_map(|known| known.strip_prefix(&line));
        println!("{line}{} (stored: {})", count.unwrap_or("?"), before.unwrap_or("none"));
    }
}

/// The kind of file system that `folder` lies on, as `df` names it.
fn file_system(folder: &Path) -> String {
    let told = Command::new("df").arg("--output=fstype").arg(folder).output().unwrap();
    String::from_utf8_lossy(&told.stdout).lines().last().unwrap_or_default().to_string()
}

/// Runs the peers of one corpus in turn; gives the number of pages and what ours cost in CPU seconds.
fn measure(folder: &Path) -> (f64, f64) {
    let scratch = tempfile::tempdir_in(folder).unwrap();
    let project = scratch.path().join("project");
    let pages = corpus::write(&folder.join("neutral"), &project);
    corpus::lean(&project);
    let name = pages.len().to_string();
    let hugo = folder.join("hugo");
    let (mut public, mut floor_out, mut hugo_out) = Default::default();
    let has_hugo = hugo.is_dir() && Command::new("hugo").arg("version").output().is_ok();
    let mut costs: [Vec<Cost>; 4] = Default::default();
    for round in 0..ROUNDS {
        public = scratch.path().join(format!("site-{round}"));
        let mut clean = ours(&project);
        clean.arg("--clean").arg("--out").arg(&public);
        sync();
        costs[0].push(run(clean));
        let mut check = Command::new(env!("CARGO_BIN_EXE_site"));
        check.args(["check", "--today", "2026-11-28", "--root"]).arg(&project);
        // What it finds is not our concern here.
        costs[3].push(spent(check).0);
        sync();
        floor_out = scratch.path().join(format!("floor-{round}"));
        let mut floor = Command::new(std::env::current_exe().unwrap());
        floor.arg("--floor").arg(folder.join("neutral")).arg(&floor_out);
        costs[1].push(run(floor));
        if has_hugo {
            sync();
            hugo_out = scratch.path().join(format!("hugo-{round}"));
            let mut peer = Command::new("hugo");
            peer.arg("--quiet").arg("--destination").arg(&hugo_out).current_dir(&hugo);
            costs[2].push(run(peer));
        }
    }
    let [site, floor, peer, check] = costs.map(|costs| median(&costs));
    let row = |what: &str, cost: Cost, out: &Path| {
        let (files, bytes) = written(out);
        println!(
            "| {name} | {what} | {:.2} | {:.2} | {:.0} | {files} | {:.1} | {:.2} |",
            cost.wall,
            cost.cpu,
            cost.peak,
            bytes as f64 / 1048576.0,
            cost.cpu / floor.cpu
        );
    };
    row("site, full build", site, &public);
    println!("| {name} | site check | {:.2} | {:.2} | {:.0} | | | |", check.wall, check.cpu, check.peak);
    println!(
        "| {name} | check to full build | {:.3} | {:.3} | {:.3} | | | |",
        check.wall / site.wall,
        check.cpu / site.cpu,
        check.peak / site.peak
    );
    row("floor", floor, &floor_out);
    if has_hugo {
        row("hugo", peer, &hugo_out);
        println!(
            "| {name} | site to hugo | {:.3} | {:.3} | {:.3} | | | |",
            site.wall / peer.wall,
            site.cpu / peer.cpu,
            site.peak / peer.peak
        );
    }
    again(&name, &project, &pages);
    (pages.len() as f64, site.cpu)
}

/// Builds after edits, each on top of the one before it.
fn again(name: &str, project: &Path, pages: &[corpus::Page]) {
    let page = &pages[pages.len() / 2].source;
    let text = fs::read_to_string(page).unwrap();
    let base = project.join("themes/default/templates/base.html");
    let template = fs::read_to_string(&base).unwrap();
    let body = |at: usize| fs::write(page, format!("{text}\n第{at}次修改。\n")).unwrap();
    let title = |at: usize| fs::write(page, text.replacen("title: \"", &format!("title: \"第{at}次"), 1)).unwrap();
    let shared = |at: usize| fs::write(&base, format!("{template}<!-- {at} -->")).unwrap();
    run(ours(project));
    body(100);
    settle();
    row(name, "the first body edit, which makes the second folder", run(ours(project)));
    type Edit<'a> = (&'static str, usize, &'a dyn Fn(usize));
    let edits: [Edit; 4] = [
        ("nothing changed", EDITS, &|_| ()),
        ("body edit", EDITS, &body),
        ("title edit", EDITS, &title),
        ("base template edit", 3, &shared),
    ];
    for (what, times, edit) in edits {
        // Once more than is counted: the build before it was of another kind.
        let mut costs = Vec::new();
        for at in 0..=times {
            edit(at);
            settle();
            costs.push(run(ours(project)));
        }
        row(name, what, median(&costs[1..]));
    }
}

fn row(name: &str, what: &str, cost: Cost) {
    println!("| {name} | site, {what} | {:.3} | {:.3} | {:.0} | | | |", cost.wall, cost.cpu, cost.peak);
}

/// Waits until the disk has what was written.
fn sync() {
    assert!(Command::new("sync").status().unwrap().success());
}

/// Stamps of files are trusted once they are a tenth of a second old.
fn settle() {
    sync();
    std::thread::sleep(Duration::from_millis(300));
}

fn ours(project: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_site"));
    command.args(["build", "--today", "2026-11-28", "--root"]).arg(project);
    command
}

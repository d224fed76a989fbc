//! Faults at every step of a build: stopped, disk full, late errors, held folders (faults.md F07 to F11, F22).

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use super::disk::{Change, Disk, Real, is_held, rename_patiently};
use super::*;
use crate::report::Lang;

/// A disk that asks `fault` before each change, numbered from 0.
struct Faulty<F> {
    steps: AtomicUsize,
    fault: F,
    pauses: Mutex<Vec<Duration>>,
    /// Whether two folders can change places in one step.
    exchanges: bool,
}

impl<F: Fn(usize, Change) -> io::Result<()> + Sync> Faulty<F> {
    fn new(fault: F) -> Faulty<F> {
        Faulty { steps: AtomicUsize::new(0), fault, pauses: Mutex::new(Vec::new()), exchanges: false }
    }

    /// The same disk on a system that lets folders change places.
    fn exchanging(self, exchanges: bool) -> Faulty<F> {
        Faulty { exchanges, ..self }
    }

    fn steps(&self) -> usize {
        self.steps.load(Ordering::Relaxed)
    }
}

impl<F: Fn(usize, Change) -> io::Result<()> + Sync> Disk for Faulty<F> {
    fn before(&self, change: Change, _: &Path) -> io::Result<()> {
        (self.fault)(self.steps.fetch_add(1, Ordering::Relaxed), change)
    }

    /// A fault leaves half of the bytes behind, as a stopped program would.
    fn write(&self, path: &Path, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        let fault = self.before(Change::Write, path);
        Real.write(path, file, if fault.is_ok() { bytes } else { &bytes[..bytes.len() / 2] })?;
        fault
    }

    fn sync_file(&self, path: &Path) -> io::Result<()> {
        self.before(Change::Sync, path)
    }

    fn exchange(&self, one: &Path, other: &Path) -> io::Result<bool> {
        if !self.exchanges {
            return Ok(false);
        }
        self.before(Change::Rename, one)?;
        Real.exchange(one, other)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.before(Change::Sync, path)
    }

    fn held(&self, error: &io::Error) -> bool {
        is_held(true, error)
    }

    fn pause(&self, pause: Duration) {
        self.pauses.lock().unwrap().push(pause);
    }
}

/// A disk on which everything fails from step `last` on, as for a program that is no longer there.
fn stopped_at(last: usize) -> Faulty<impl Fn(usize, Change) -> io::Result<()> + Sync> {
    Faulty::new(move |step, _| if step < last { Ok(()) } else { Err(io::Error::other("stopped")) })
}

fn steady() -> Faulty<impl Fn(usize, Change) -> io::Result<()> + Sync> {
    stopped_at(usize::MAX)
}

type Files = BTreeMap<String, Vec<u8>>;

fn old_site() -> Files {
    site(&[("index.html", "old"), ("a/index.html", "old a"), ("a/b/map.png", "kept"), ("gone/index.html", "gone")])
}

fn older_site() -> Files {
    site(&[("index.html", "older"), ("a/index.html", "old a"), ("a/b/map.png", "older"), ("a/c/index.html", "c")])
}

fn new_site() -> Files {
    site(&[("index.html", "new"), ("a/index.html", "new a"), ("a/b/map.png", "kept"), ("fresh/x.html", "fresh")])
}

fn site(files: &[(&str, &str)]) -> Files {
    files.iter().map(|(path, text)| (path.to_string(), text.as_bytes().to_vec())).collect()
}

/// What was written, once nothing is left to do.
fn settled((written, _, unsettled): (Written, Manifest, Unsettled)) -> Written {
    unsettled.settle();
    written
}

/// Two waves, as posters come before pages.
fn waves(files: &Files) -> [Vec<OutPath>; 2] {
    let (first, rest): (Vec<&String>, Vec<&String>) = files.keys().partition(|path| path.ends_with(".png"));
    [first, rest].map(|wave| wave.into_iter().map(|path| OutPath::new(path).unwrap()).collect())
}

/// Every file below `folder` without the record; none when there is no folder.
fn snapshot(folder: &Path) -> Option<Files> {
    let walk = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok);
    let files = walk.filter(|entry| !entry.file_type().is_dir() && entry.file_name() != RECORD);
    let name = |path: &Path| path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
    folder.exists().then(|| files.map(|file| (name(file.path()), fs::read(file.path()).unwrap())).collect())
}

/// A temporary folder, in memory where the system has such a place: the loops below make thousands of builds.
fn scratch() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

struct Project {
    folder: tempfile::TempDir,
    interrupted: AtomicBool,
}

impl Project {
    fn new() -> Project {
        Project { folder: scratch(), interrupted: AtomicBool::new(false) }
    }

    /// A project whose published folder is the old site.
    fn published() -> Project {
        let project = Project::new();
        project.build(&steady(), &old_site()).unwrap();
        project
    }

    /// The same with a second folder, which an earlier build left for the next one.
    fn published_twice() -> Project {
        let project = Project::new();
        project.build(&steady().exchanging(true), &older_site()).unwrap();
        project.build(&steady().exchanging(true), &old_site()).unwrap();
        assert!(project.folder.path().join(".site/out").read_dir().unwrap().next().is_some());
        project
    }

    fn request(&self) -> Request<'_> {
        Request {
            project: self.folder.path(),
            sources: &[],
            home: None,
            out: Path::new("public"),
            out_shown: "public",
            key: "key",
            shrink: false,
            clean: false,
            interrupted: &self.interrupted,
            passed: &|_| (),
        }
    }

    fn build(&self, disk: &dyn Disk, files: &Files) -> Result<Written, Failure> {
        let guarded = guard_on(disk, &self.request())?;
        let make = |path: &OutPath| files[path.as_str()].clone().into();
        replace_on(disk, guarded, &self.request(), &waves(files), &make).map(settled)
    }

    fn output(&self) -> PathBuf {
        self.folder.path().join("public")
    }

    /// The names in the project folder, but for the one it keeps to itself.
    fn names(&self) -> Vec<String> {
        let mut names = names_in(self.folder.path());
        names.retain(|name| name != ".site");
        names
    }
}

/// The names in a folder, but for the lock, which stays where the system cannot tell a removed file from a new one.
fn names_in(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = names.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| cfg!(unix) || !name.ends_with(".site-lock"));
    names.sort();
    names
}

type Start = fn() -> Project;
type Way = (Start, bool);

/// The ways in which a build finds the old site, and can replace it on this system.
fn ways() -> Vec<Way> {
    let (once, twice): (Start, Start) = (Project::published, Project::published_twice);
    let ways = [(once, false), (once, true), (twice, false), (twice, true)];
    ways.into_iter()
        .filter(|(_, exchanges)| !exchanges || cfg!(any(target_os = "linux", target_os = "macos")))
        .collect()
}

/// Steps of a whole undisturbed build over the old site.
fn steps_of_a_build((published, exchanges): Way) -> usize {
    let (project, disk) = (published(), steady().exchanging(exchanges));
    project.build(&disk, &new_site()).unwrap();
    disk.steps()
}

/// A disk that does not make the folder `slow` before somebody makes `quick`.
#[derive(Default)]
struct Slow {
    reached: Mutex<(bool, bool)>,
    changed: Condvar,
}

impl Slow {
    fn wait_until(&self, is_so: fn(&(bool, bool)) -> bool) -> io::Result<()> {
        let patience = Duration::from_secs(20);
        let reached = self.reached.lock().unwrap();
        let waited = self.changed.wait_timeout_while(reached, patience, |reached| !is_so(reached)).unwrap();
        if waited.1.timed_out() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(()) }
    }
}

impl Disk for Slow {
    fn before(&self, change: Change, path: &Path) -> io::Result<()> {
        let is_made = |name: &str| change == Change::CreateFolder && path.ends_with(name);
        {
            let mut reached = self.reached.lock().unwrap();
            reached.0 |= is_made("slow");
            reached.1 |= is_made("quick");
            self.changed.notify_all();
        }
        if is_made("slow") { self.wait_until(|(_, quick)| *quick) } else { Ok(()) }
    }
}

#[test]
fn a_thread_that_makes_a_folder_keeps_no_other_from_making_its_own() {
    let (project, disk) = (Project::new(), Slow::default());
    let request = project.request();
    let guarded = guard_on(&disk, &request).unwrap();
    let paths = ["a/slow/index.html", "a/quick/index.html"];
    let target = paths.into_iter().collect();
    let stage = staging::Staging::open(&disk, &guarded.places, &request, None, &target).unwrap_or_else(|_| panic!());
    let write = |path: &str| stage.write(&OutPath::new(path).unwrap(), b"", &manifest::Entry::of(b"")).is_ok();
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| write(paths[0]));
        disk.wait_until(|(slow, _)| *slow).unwrap();
        assert!(write(paths[1]));
        assert!(slow.join().unwrap(), "the second folder was only made after the first");
    });
}

#[test]
fn f08_f09_a_build_stopped_at_any_step_leaves_the_old_or_the_new_site() {
    for way in ways() {
        let (mut old, mut new, mut restored) = (0, 0, 0);
        let steps = steps_of_a_build(way);
        for step in 0..steps {
            let project = way.0();
            let _ = project.build(&stopped_at(step).exchanging(way.1), &new_site());
            let before = snapshot(&project.output());
            let whole = before == Some(old_site()) || before == Some(new_site());
            assert!(whole || before.is_none() && !way.1, "step {step}: {before:?}");
            let recovered = recover(&project.request()).unwrap();
            let after = snapshot(&project.output()).unwrap();
            assert_eq!(project.names(), ["public"], "step {step}");
            old += usize::from(after == old_site());
            new += usize::from(after == new_site());
            restored += usize::from(recovered == Recovered::Restored);
            assert_eq!(old + new, step + 1, "step {step}: {after:?}");
            assert!(before.is_none() || before.as_ref() == Some(&after), "step {step}: recovery changed a whole site");
            project.build(&steady().exchanging(way.1), &new_site()).unwrap();
            assert_eq!(snapshot(&project.output()), Some(new_site()), "step {step}");
        }
        assert!(old > 10 && new > 0 && restored == usize::from(!way.1), "{old} {new} {restored} of {steps}");
    }
}

#[test]
fn f08_recovery_may_itself_be_stopped_at_any_step() {
    for way in ways() {
        for step in 0..steps_of_a_build(way) {
            for again in 0.. {
                let project = way.0();
                let _ = project.build(&stopped_at(step).exchanging(way.1), &new_site());
                let disk = stopped_at(again).exchanging(way.1);
                let _ = guard_on(&disk, &project.request());
                drop(guard(&project.request()).unwrap());
                let after = snapshot(&project.output());
                assert!(after == Some(old_site()) || after == Some(new_site()), "{step}, {again}: {after:?}");
                assert_eq!(project.names(), ["public"], "{step}, {again}");
                if disk.steps() <= again {
                    break;
                }
            }
        }
    }
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
#[test]
fn f08_a_build_after_a_stopped_one_may_be_stopped_again() {
    let way = ways()[3];
    for first in 0..steps_of_a_build(way) {
        for second in (0..).step_by(3) {
            let project = way.0();
            let _ = project.build(&stopped_at(first).exchanging(true), &new_site());
            let disk = stopped_at(second).exchanging(true);
            let _ = project.build(&disk, &older_site());
            let left = snapshot(&project.output()).unwrap();
            assert!([old_site(), new_site(), older_site()].contains(&left), "{first}, {second}: {left:?}");
            project.build(&steady().exchanging(true), &new_site()).unwrap();
            assert_eq!(snapshot(&project.output()), Some(new_site()), "{first}, {second}");
            if disk.steps() <= second {
                break;
            }
        }
    }
}

#[test]
fn f08_a_first_build_stopped_at_any_step_leaves_nothing_or_the_site() {
    for blank in [false, true] {
        for step in 0.. {
            let project = Project::new();
            if blank {
                fs::create_dir_all(project.output().join("新建文件夹")).unwrap();
                fs::write(project.output().join("Thumbs.db"), "").unwrap();
            }
            let disk = stopped_at(step);
            let built = project.build(&disk, &new_site());
            drop(guard(&project.request()).unwrap());
            let after = snapshot(&project.output()).unwrap_or_default();
            assert!(after == new_site() || after.keys().all(|name| name == "Thumbs.db"), "{step}: {after:?}");
            assert!(built.is_err() || after == new_site(), "{step}");
            if disk.steps() <= step {
                break;
            }
        }
    }
}

#[test]
fn f07_a_full_disk_at_any_step_leaves_the_old_site_and_no_staging() {
    let mut refused = 0;
    for step in 0..steps_of_a_build(ways()[0]) {
        let project = Project::published();
        let disk = Faulty::new(|now, change| match change {
            Change::CreateFolder | Change::CreateFile | Change::Write | Change::Link if now >= step => {
                Err(io::ErrorKind::StorageFull.into())
            }
            _ => Ok(()),
        });
        let built = project.build(&disk, &new_site());
        assert_eq!(project.names(), ["public"], "step {step}");
        let expected = if built.is_ok() { new_site() } else { old_site() };
        assert_eq!(snapshot(&project.output()), Some(expected), "step {step}");
        refused += usize::from(built.is_err());
    }
    assert!(refused > 10, "{refused}");
}

#[test]
fn f07_the_message_says_how_much_room_is_needed() {
    let project = Project::published();
    let big = site(&[("a.html", "a"), ("b.html", "b"), ("c.bin", &"c".repeat(3 << 20))]);
    let disk = Faulty::new(|_, change| match change {
        Change::Write => Err(io::ErrorKind::StorageFull.into()),
        _ => Ok(()),
    });
    let Err(Failure::Disk(finding)) = project.build(&disk, &big) else { panic!("a full disk goes unnoticed") };
    expect_test::expect![[r#"
        错误 E307  public/a.html
          写“public/a.html”时出错：磁盘空间不够。原来的网站没有变。
          提示：这次生成一共需要约 4 MB，写好之前原来的网站也要保留。请腾出空间，再运行一次。
          说明：site explain E307
    "#]]
    .assert_eq(&crate::report::frame::print(&finding, Lang::Zh, crate::report::frame::Colour::Off));
}

#[test]
fn f10_an_interruption_at_any_step_before_the_swap_leaves_the_old_site() {
    let mut interrupted = 0;
    for step in 0..steps_of_a_build(ways()[0]) {
        let project = Project::published();
        let swapping = AtomicBool::new(false);
        let too_late = AtomicBool::new(false);
        let disk = Faulty::new(|now, change| {
            swapping.fetch_or(change == Change::Rename, Ordering::Relaxed);
            if now == step {
                too_late.store(swapping.load(Ordering::Relaxed), Ordering::Relaxed);
                project.interrupted.store(true, Ordering::Relaxed);
            }
            Ok(())
        });
        let built = project.build(&disk, &new_site());
        let stopped = !too_late.load(Ordering::Relaxed);
        assert_eq!(built.is_ok(), !stopped, "step {step}: {built:?}");
        assert!(!stopped || built == Err(Failure::Interrupted), "step {step}: {built:?}");
        assert_eq!(snapshot(&project.output()), Some(if stopped { old_site() } else { new_site() }), "step {step}");
        assert_eq!(project.names(), ["public"], "step {step}");
        interrupted += usize::from(stopped);
    }
    assert!(interrupted > 10, "{interrupted}");
}

#[test]
fn f11_a_held_folder_is_waited_for() {
    let project = Project::published();
    let disk = Faulty::new(|now, change| match change {
        Change::Rename if now % 4 != 0 => Err(io::Error::from_raw_os_error(32)),
        _ => Ok(()),
    });
    project.build(&disk, &new_site()).unwrap();
    assert_eq!(snapshot(&project.output()), Some(new_site()));
    assert!(!disk.pauses.lock().unwrap().is_empty());
}

#[test]
fn f11_after_five_seconds_the_old_site_stays_and_the_reason_is_given() {
    let renames = AtomicUsize::new(0);
    for held in [0, 1] {
        let project = Project::published();
        renames.store(0, Ordering::Relaxed);
        let disk = Faulty::new(|_, change| match change {
            // The first rename, or all tries of the second one; the way back is free.
            Change::Rename => match renames.fetch_add(1, Ordering::Relaxed) {
                at if at < held || at > held + 10 => Ok(()),
                _ => Err(io::Error::from_raw_os_error(5)),
            },
            _ => Ok(()),
        });
        let Err(Failure::Disk(finding)) = project.build(&disk, &new_site()) else { panic!("published a held folder") };
        assert_eq!(finding.code.id, "E307");
        assert_eq!(snapshot(&project.output()), Some(old_site()), "{held}");
        assert_eq!(project.names(), ["public"], "{held}");
        let pauses = disk.pauses.lock().unwrap();
        assert!(pauses.iter().sum::<Duration>() >= Duration::from_secs(5), "{pauses:?}");
    }
}

#[test]
fn f11_pauses_grow_and_end() {
    let disk = Faulty::new(|_, _| Err(io::Error::from_raw_os_error(5)));
    assert!(rename_patiently(&disk, Path::new("a"), Path::new("b")).is_err());
    let pauses = disk.pauses.lock().unwrap();
    assert_eq!(pauses.iter().sum::<Duration>(), Duration::from_secs(5));
    assert!(pauses[..pauses.len() - 1].is_sorted() && pauses.len() < 12, "{pauses:?}");
}

#[test]
fn f11_only_windows_numbers_are_waited_for() {
    let raw = io::Error::from_raw_os_error;
    assert!([5, 32, 33].into_iter().all(|number| is_held(true, &raw(number))));
    assert!([5, 32, 33].into_iter().all(|number| !is_held(false, &raw(number))));
    assert!(!is_held(true, &raw(2)) && !is_held(true, &io::ErrorKind::PermissionDenied.into()));
}

#[test]
fn f11_a_folder_that_cannot_be_put_back_is_named_and_restored_by_the_next_run() {
    let project = Project::published();
    let renames = AtomicUsize::new(0);
    let disk = Faulty::new(|_, change| match change {
        Change::Rename if renames.fetch_add(1, Ordering::Relaxed) > 0 => Err(io::ErrorKind::PermissionDenied.into()),
        _ => Ok(()),
    });
    let Err(Failure::Disk(finding)) = project.build(&disk, &new_site()) else { panic!("published without a rename") };
    expect_test::expect![[r#"
        错误 E307  public
          “public”没有换成新的，旧的也没能放回去：没有写入权限，或者被别的程序占用。旧网站完整保存在“.public.site-old”。
          提示：关掉占用这个文件夹的程序，再运行一次就会恢复；也可以自己把“.public.site-old”改名为原来的名字。
          说明：site explain E307
    "#]]
    .assert_eq(&crate::report::frame::print(&finding, Lang::Zh, crate::report::frame::Colour::Off));
    assert_eq!(recover(&project.request()), Ok(Recovered::Restored));
    assert_eq!(snapshot(&project.output()), Some(old_site()));
}

#[test]
fn f22_late_write_errors_are_reported_before_the_swap() {
    let syncs = AtomicUsize::new(0);
    // Each file but the one that is linked, the record, and the folders `.`, `a`, `a/b` and `fresh`.
    for late in 0..new_site().len() - 1 + 1 + 4 {
        let project = Project::published();
        syncs.store(0, Ordering::Relaxed);
        let disk = Faulty::new(|_, change| match change {
            Change::Sync if syncs.fetch_add(1, Ordering::Relaxed) == late => Err(io::Error::from_raw_os_error(5)),
            _ => Ok(()),
        });
        let built = project.build(&disk, &new_site());
        assert!(matches!(built, Err(Failure::Disk(_))), "{late}: {built:?}");
        assert_eq!(snapshot(&project.output()), Some(old_site()), "{late}");
        assert_eq!(project.names(), ["public"], "{late}");
    }
}

#[test]
fn f05_a_file_added_in_the_last_moment_is_not_lost() {
    for exchanges in [false, true] {
        let project = Project::published();
        let renames = AtomicUsize::new(0);
        let disk = Faulty::new(|_, change| {
            if change == Change::Rename && renames.fetch_add(1, Ordering::Relaxed) == 0 {
                fs::write(project.output().join("verify.txt"), "token").unwrap();
            }
            Ok(())
        });
        project.build(&disk.exchanging(exchanges), &new_site()).unwrap();
        assert_eq!(snapshot(&project.output()), Some(new_site()));
        let Err(Failure::Refused(findings)) = guard(&project.request()) else { panic!("the added file is forgotten") };
        assert_eq!(findings[0].code.id, "E304");
        assert_eq!(fs::read(project.folder.path().join(".public.site-old/verify.txt")).unwrap(), b"token");
    }
}

#[test]
fn a_folder_is_never_renamed_over_another() {
    let top = tempfile::tempdir().unwrap();
    let [from, to] = ["from", "to"].map(|name| top.path().join(name));
    fs::create_dir(&from).unwrap();
    fs::create_dir(&to).unwrap();
    assert_eq!(Real.rename(&from, &to).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    assert!(from.exists());
}

#[cfg(unix)]
#[test]
fn f13_a_lock_on_a_removed_file_does_not_count() {
    let top = tempfile::tempdir().unwrap();
    let path = top.path().join("lock");
    let file = File::create(&path).unwrap();
    assert!(lock::still_named(&path, &file));
    fs::remove_file(&path).unwrap();
    assert!(!lock::still_named(&path, &file));
    fs::write(&path, "").unwrap();
    assert!(!lock::still_named(&path, &file));
    std::os::unix::fs::symlink("elsewhere", top.path().join("link")).unwrap();
    assert!(!lock::still_named(&top.path().join("link"), &file));
}

/// Everything the system can tell of a folder and its files.
#[cfg(unix)]
fn facts(folder: &Path) -> BTreeMap<PathBuf, (u64, std::time::SystemTime)> {
    use std::os::unix::fs::MetadataExt as _;
    let walk = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.unwrap());
    let facts = walk.map(|entry| (entry.path().to_path_buf(), entry.metadata().unwrap()));
    facts.map(|(path, facts)| (path, (facts.ino(), facts.modified().unwrap()))).collect()
}

#[cfg(unix)]
#[test]
fn a_build_that_changes_nothing_touches_nothing() {
    let project = Project::published_twice();
    let before = facts(&project.output());
    let disk = Faulty::new(|_, change| panic!("{change:?}")).exchanging(true);
    let written = project.build(&disk, &old_site()).unwrap();
    assert_eq!((written.unchanged, written.changed), (4, 0));
    assert_eq!(facts(&project.output()), before);
}

#[cfg(unix)]
#[test]
fn a_build_writes_only_what_differs() {
    let project = Project::published_twice();
    let before = facts(&project.output());
    let (made, linked) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let disk = Faulty::new(|_, change| {
        made.fetch_add(usize::from(change == Change::CreateFile), Ordering::Relaxed);
        linked.fetch_add(usize::from(change == Change::Link), Ordering::Relaxed);
        Ok(())
    });
    let one = site(&[("a/index.html", "another"), ("gone/index.html", "gone"), ("a/b/map.png", "kept")]);
    project.build(&disk.exchanging(true), &site(&[("index.html", "old")]).into_iter().chain(one).collect()).unwrap();
    // The record and one page; two files the second folder had otherwise or not at all, and one it still had.
    assert_eq!((made.into_inner(), linked.into_inner()), (2, 3));
    let after = facts(&project.output());
    let same = |name: &str| before[&project.output().join(name)] == after[&project.output().join(name)];
    assert!(same("index.html") && same("a/b/map.png") && same("gone/index.html") && !same("a/index.html"));
}

/// The files of both folders come to be files of their own; then nothing is created for new bytes.
#[cfg(unix)]
#[test]
fn files_with_one_name_are_written_again() {
    let project = Project::published_twice();
    let all = |text: &str| site(&[("index.html", text), ("a/index.html", text), ("a/b/map.png", text)]);
    for text in ["1", "2", "3", "4"] {
        project.build(&steady().exchanging(true), &all(text)).unwrap();
        assert_eq!(snapshot(&project.output()), Some(all(text)));
    }
    let before = facts(&project.output());
    for text in ["5", "6"] {
        project.build(&steady().exchanging(true), &all(text)).unwrap();
        assert_eq!(snapshot(&project.output()), Some(all(text)));
    }
    let after = facts(&project.output());
    let number =
        |facts: &BTreeMap<PathBuf, (u64, std::time::SystemTime)>| facts[&project.output().join("index.html")].0;
    assert_eq!(number(&before), number(&after), "the two folders change places, and keep their files");
    // One that is shared is not written through.
    let one = all("6").into_iter().chain(site(&[("x/index.html", "new")])).collect();
    project.build(&steady().exchanging(true), &one).unwrap();
    let two = site(&[("index.html", "6"), ("a/index.html", "other"), ("a/b/map.png", "6"), ("x/index.html", "new")]);
    project.build(&stopped_at(12).exchanging(true), &two).unwrap_err();
    assert_eq!(snapshot(&project.output()), Some(one));
}

#[test]
fn files_are_copied_where_they_cannot_have_two_names() {
    let project = Project::published();
    let disk = Faulty::new(|_, change| match change {
        Change::Link => Err(io::ErrorKind::Unsupported.into()),
        _ => Ok(()),
    });
    project.build(&disk, &new_site()).unwrap();
    assert_eq!(snapshot(&project.output()), Some(new_site()));
}

#[test]
fn files_are_copied_over_those_of_a_second_folder_as_well() {
    let project = Project::published_twice();
    for files in [new_site(), old_site(), older_site(), new_site()] {
        let disk = Faulty::new(|_, change| match change {
            Change::Link => Err(io::ErrorKind::Unsupported.into()),
            _ => Ok(()),
        });
        project.build(&disk.exchanging(true), &files).unwrap();
        assert_eq!(snapshot(&project.output()), Some(files));
    }
}

/// Otherwise every file would be read at each build, because a link that is removed changes the mark of its file.
#[test]
fn the_stamps_that_are_kept_are_those_of_the_folder() {
    let project = Project::published_twice();
    let published = || room::stamps(Some(&room(&project)), room::Stamps::Published).unwrap();
    assert!(published() == published().restamped(&project.output()));
    let next = room::stamps(Some(&room(&project)), room::Stamps::Next).unwrap();
    assert!(next == next.restamped(&room(&project).join("next")), "a name that was made changes the mark as well");
    // Names in both folders, of which those in the old one are removed.
    let away = tempfile::tempdir().unwrap();
    let out = away.path().join("web");
    let request = Request { out: &out, ..project.request() };
    let outside = |files: Files| {
        let guarded = guard(&request).unwrap();
        let make = |path: &OutPath| files[path.as_str()].clone().into();
        replace_on(&Real, guarded, &request, &waves(&files), &make).map(settled).unwrap();
        let rooms = fs::read_dir(project.folder.path().join(".site/out")).unwrap();
        let stamps = rooms.filter_map(|room| {
            let room = room.unwrap().path();
            let place = fs::read_to_string(room.join("place")).unwrap();
            (Path::new(&place) == out).then(|| room::stamps(Some(&room), room::Stamps::Published).unwrap())
        });
        stamps.for_each(|stamps| assert!(stamps == stamps.restamped(&out)));
    };
    outside(old_site());
    outside(new_site());
    outside(older_site());
}

#[test]
fn what_somebody_altered_is_written_anew_in_both_folders() {
    let project = Project::published_twice();
    for (at, name) in ["index.html", "a/index.html", "a/b/map.png"].into_iter().enumerate() {
        fs::write(project.output().join(name), format!("altered {at}")).unwrap();
        assert!(!guard(&project.request()).unwrap().standing().contains_key(name));
        let files = if at % 2 == 0 { older_site() } else { old_site() };
        project.build(&steady().exchanging(true), &files).unwrap();
        assert_eq!(snapshot(&project.output()), Some(files));
        project.build(&steady().exchanging(true), &old_site()).unwrap();
        assert_eq!(snapshot(&project.output()), Some(old_site()));
    }
}

#[test]
fn what_is_kept_may_be_deleted_cut_or_altered_anywhere() {
    let seed = fastrand::u64(..);
    let mut random = fastrand::Rng::with_seed(seed);
    let project = Project::published_twice();
    for round in 0..150 {
        let walk = walkdir::WalkDir::new(project.folder.path().join(".site")).min_depth(1).into_iter();
        let kept: Vec<PathBuf> = walk.map(|entry| entry.unwrap().into_path()).collect();
        let harmed = &kept[random.usize(..kept.len())];
        match random.u8(0..3) {
            _ if harmed.is_dir() => fs::remove_dir_all(harmed).unwrap(),
            0 => fs::remove_file(harmed).unwrap(),
            1 => fs::write(harmed, &fs::read(harmed).unwrap()[..fs::metadata(harmed).unwrap().len() as usize / 2])
                .unwrap(),
            // Without its stamps the second folder may be an old site, and what was added to that is told instead of lost.
            _ if !kept.iter().any(|path| path.ends_with("next-stamps") && sealed::value::<Tree>(path).is_ok()) => {}
            _ => fs::write(harmed.with_file_name("added"), "added").unwrap(),
        }
        let files = [old_site(), older_site(), new_site()][random.usize(..3)].clone();
        project.build(&steady().exchanging(random.bool()), &files).unwrap();
        assert_eq!(snapshot(&project.output()), Some(files), "seed {seed}, round {round}: {harmed:?}");
        let walk = walkdir::WalkDir::new(project.folder.path().join(".site")).into_iter().filter_map(Result::ok);
        let added: Vec<PathBuf> = walk.map(walkdir::DirEntry::into_path).collect();
        added.iter().filter(|path| path.ends_with("added")).for_each(|path| fs::remove_file(path).unwrap());
    }
}

#[test]
fn f09_a_folder_elsewhere_is_known_to_every_later_run() {
    let (project, away) = (Project::new(), scratch());
    let out = away.path().join("web");
    let request = Request { out: &out, out_shown: "web", ..project.request() };
    let build = |disk: &dyn Disk, files: &Files| {
        let guarded = guard_on(disk, &request)?;
        replace_on(disk, guarded, &request, &waves(files), &|path| files[path.as_str()].clone().into()).map(settled)
    };
    let mut restored = 0;
    for step in 0.. {
        build(&steady(), &old_site()).unwrap();
        let disk = stopped_at(step);
        let _ = build(&disk, &new_site());
        for out in outs(project.folder.path()) {
            let recovered = recover(&Request { out: &out, ..project.request() }).unwrap();
            restored += usize::from(recovered == Recovered::Restored);
        }
        let left = snapshot(&out).unwrap();
        assert!(left == old_site() || left == new_site(), "{step}: {left:?}");
        assert_eq!(names_in(away.path()), ["web"], "{step}");
        if disk.steps() <= step {
            break;
        }
    }
    assert_eq!(restored, 1);
}

/// The only room of the project.
fn room(project: &Project) -> PathBuf {
    fs::read_dir(project.folder.path().join(".site/out")).unwrap().next().unwrap().unwrap().path()
}

#[test]
fn an_edit_while_a_build_looks_and_writes_is_not_taken_for_what_was_written() {
    for again in [false, true] {
        let project = if again { Project::published_twice() } else { Project::published() };
        let altered = project.output().join("index.html");
        let guarded = guard(&project.request()).unwrap();
        fs::write(&altered, "mine").unwrap();
        // Older stamps are trusted without a look at the bytes.
        std::thread::sleep(Duration::from_millis(150));
        guarded.still();
        drop(guarded);
        assert!(!guard(&project.request()).unwrap().standing().contains_key("index.html"));
        // The same while the file is carried over to the second folder.
        project.build(&steady().exchanging(true), &old_site()).unwrap();
        let guarded = guard(&project.request()).unwrap();
        fs::write(&altered, "mine").unwrap();
        // Older stamps are trusted without a look at the bytes.
        std::thread::sleep(Duration::from_millis(150));
        let wave: Vec<OutPath> = old_site().keys().map(|path| OutPath::new(path).unwrap()).collect();
        let make = |path: &OutPath| match path.as_str() {
            "a/index.html" => Source::from(b"new".to_vec()),
            _ => Source::Standing,
        };
        replace_on(&Real, guarded, &project.request(), &[wave], &make).map(settled).unwrap();
        assert!(!guard(&project.request()).unwrap().standing().contains_key("index.html"), "{again}");
    }
}

#[test]
fn kept_stamps_lead_nowhere_else() {
    let project = Project::published_twice();
    let precious = project.folder.path().join("precious");
    fs::write(&precious, "precious").unwrap();
    let stamps = [
        ("published-stamps", b"gone/index.html".as_slice(), b"../..//precious".as_slice()),
        ("next-stamps", b"a/c/index.html", b"../../precious"),
    ];
    for (name, path, forged) in stamps {
        let stamps = room(&project).join(name);
        let mut kept: Vec<u8> = sealed::bytes(&stamps).unwrap();
        let at = kept.windows(path.len()).position(|part| part == path).unwrap();
        kept[at..at + path.len()].copy_from_slice(forged);
        sealed::keep_bytes(&stamps, &kept).unwrap();
        let guarded = guard(&project.request()).unwrap();
        guarded.look_ahead();
        assert_eq!(guarded.lost(), Some(sealed::Lost::Damaged), "{name}");
        assert_eq!(fs::read(&precious).unwrap(), b"precious");
    }
    project.build(&steady().exchanging(true), &new_site()).unwrap();
    assert_eq!(fs::read(&precious).unwrap(), b"precious");
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_the_second_folder_is_not_followed() {
    let project = Project::published_twice();
    let (next, away) = (room(&project).join("next"), project.folder.path().join("away"));
    fs::rename(&next, &away).unwrap();
    std::os::unix::fs::symlink(&away, &next).unwrap();
    let before = snapshot(&away);
    assert!(project.build(&steady().exchanging(true), &new_site()).is_err());
    assert_eq!((snapshot(&away), snapshot(&project.output())), (before, Some(old_site())));
    fs::remove_file(&next).unwrap();
    project.build(&steady().exchanging(true), &new_site()).unwrap();
    assert_eq!(snapshot(&project.output()), Some(new_site()));
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
#[test]
fn f05_a_file_added_in_the_last_moment_survives_a_kill_after_the_swap() {
    let project = Project::published();
    let renames = AtomicUsize::new(0);
    let disk = Faulty::new(|_, change| match change {
        Change::Rename if renames.fetch_add(1, Ordering::Relaxed) == 0 => {
            fs::write(project.output().join("verify.txt"), "token")
        }
        // Nothing more happens after the swap.
        _ if renames.load(Ordering::Relaxed) > 0 => Err(io::Error::other("stopped")),
        _ => Ok(()),
    });
    let _ = project.build(&disk.exchanging(true), &new_site());
    assert_eq!(snapshot(&project.output()), Some(new_site()));
    let Err(Failure::Refused(findings)) = project.build(&steady().exchanging(true), &old_site()) else {
        panic!("the added file is forgotten")
    };
    assert_eq!(findings[0].code.id, "E304");
    assert_eq!(fs::read(project.folder.path().join(".public.site-old/verify.txt")).unwrap(), b"token");
}

/// The second of two builds may come between the first one's lock and its signature.
#[cfg(unix)]
#[test]
fn f13_a_lock_not_signed_yet_is_waited_for() {
    use std::io::Write as _;

    let top = tempfile::tempdir().unwrap();
    let path = top.path().join("lock");
    let mut first = File::create(&path).unwrap();
    first.try_lock().unwrap();
    let signer = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(15));
        first.write_all(b"4711").unwrap();
        first
    });
    assert!(matches!(lock::take(&path), Err(lock::Refusal::Busy(Some(4711)))));
    drop(signer.join().unwrap());
}

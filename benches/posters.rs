//! What posters cost, in processor time and memory: `cargo bench --bench posters`.
//!
//! Nothing here fails on a slow machine: it prints figures beside the bars they are held to. Processor time is that
//! of the whole process (all threads), read from the system before and after; Linux only.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use mimalloc::MiMalloc;
use site::model::{Day, Format};
use site::plan::{PosterPart, Recipe};
use site::render::Press;
use site::typeset::Store;
use site::write::Kept;
use site::{Order, outputs, publication};

/// As in the program.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// How many posters a figure is the mean of.
const RUNS: usize = 20;
/// For the bar on memory.
const MANY: usize = 300;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let day = Day::new(2022, 9, 20).unwrap();
    println!("| what | measured | bar |\n|---|---|---|");
    fonts(root, day);
    each(root, day);
    unchanged(root, day);
    many(day);
}

/// A press with all formats and nothing kept.
fn press(root: &Path, day: Day) -> Arc<Press> {
    let order = Order { formats: Format::ALL.to_vec(), ..Order::of(root, day) };
    publication(&order).press.unwrap()
}

fn poster(press: &Press, slug: &str, part: PosterPart) -> usize {
    let find =
        |(_, recipe): &(&_, &Recipe)| matches!(recipe, Recipe::Poster(id, own) if &*id.slug == slug && *own == part);
    let (out, recipe) = press.plan.outputs().find(find).unwrap();
    match press.make(out, recipe).unwrap() {
        site::render::Made::Bytes(bytes) => bytes.len(),
        site::render::Made::File(_) => 0,
    }
}

fn fonts(root: &Path, day: Day) {
    let first = cpu(|| {
        poster(&press(root, day), "organic", PosterPart::File(Format::A4));
    });
    row("the first poster, project read and fonts unpacked", &format!("{first:.0} ms"), "");
}

fn each(root: &Path, day: Day) {
    let subjects = ["organic", "green", "service", "open-day"];
    for (format, bar) in [
        (Format::A3, "40 ms"),
        (Format::A4, ""),
        (Format::WeChat, "250 ms"),
        (Format::A3Print, ""),
        (Format::RollUp, ""),
        (Format::Led, ""),
        (Format::Svg, ""),
    ] {
        let mut spent = 0.0;
        let mut bytes = 0;
        for run in 0..RUNS {
            // A new press keeps nothing but the fonts, which are read before the clock starts.
            let press = press(root, day);
            poster(&press, "taiyuan-food-day", PosterPart::File(Format::A4));
            let slug = subjects[run % subjects.len()];
            spent += cpu(|| bytes = poster(&press, slug, PosterPart::File(format)));
        }
        let mean = spent / RUNS as f64;
        row(&format!("{}, {} KB", format.about().en, bytes / 1024), &format!("{mean:.0} ms"), bar);
    }
    let press = press(root, day);
    poster(&press, "taiyuan-food-day", PosterPart::File(Format::A4));
    let spent = cpu(|| {
        for format in Format::DEFAULT {
            poster(&press, "organic", PosterPart::File(format));
        }
        poster(&press, "organic", PosterPart::Preview);
    });
    row("all default formats and the preview of one campaign", &format!("{spent:.0} ms"), "1500 ms");
}

/// The demonstration twice: the second time nothing is set.
fn unchanged(root: &Path, day: Day) {
    let project = tempfile::tempdir().unwrap();
    let never = AtomicBool::new(false);
    let mut made = Vec::new();
    for _ in 0..2 {
        let kept = Arc::new(Kept::of(project.path(), true));
        let order = Order { store: Arc::new(Store::new(kept)), ..Order::of(root, day) };
        let began = Instant::now();
        let spent = cpu(|| {
            let press = publication(&order).press.unwrap();
            assert!(outputs(&press, &never).all(|(_, made)| made.is_ok()));
        });
        made.push((spent, began.elapsed().as_millis(), names(project.path())));
    }
    row("the demonstration, all posters new", &format!("{:.0} ms, {} ms wall", made[0].0, made[0].1), "");
    row("the demonstration again", &format!("{:.0} ms, {} ms wall", made[1].0, made[1].1), "");
    assert_eq!(made[0].2, made[1].2, "a build in which no poster changed renders none");
}

fn names(project: &Path) -> Vec<std::ffi::OsString> {
    let mut names: Vec<_> =
        fs::read_dir(project.join(".site/print")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    names
}

/// A hundred open days in three formats; last, because the peak is that of the whole process.
fn many(day: Day) {
    let project = tempfile::tempdir().unwrap();
    let content = project.path().join("content");
    let write = |name: &str, text: &str| {
        let path = content.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(
        "site.yaml",
        "title: 示例专题\nbureau:\n  name: 示例市市场监督管理局\nbase_url: https://www.example.gov.cn/zt/\n",
    );
    write(
        "campaigns/c.md",
        "---\ntitle: 检验检测机构开放日\nslogan: 检验检测促进高质量发展\ncolor: open-day\n---\n\n正文\n",
    );
    write("institutions/i.md", "---\nname: 示例检测中心\nregion: 运城市\n---\n\n正文\n");
    for number in 0..MANY / 3 {
        write(
            &format!("open-days/d{number}.md"),
            &format!(
                "---\ntitle: 示例检测中心第{number}次开放日\ncampaign: c\ninstitution: i\nsessions:\n  - date: 2022-09-2{}\n    start: 09:00\n    end: 11:30\nprogramme: [质量小课堂, 专家答疑]\n---\n\n正文\n",
                number % 9
            ),
        );
    }
    let kept = Arc::new(Kept::of(project.path(), true));
    let order = Order { store: Arc::new(Store::new(kept)), ..Order::of(project.path(), day) };
    let never = AtomicBool::new(false);
    let mut posters = 0;
    let before = peak();
    let spent = cpu(|| {
        let press = publication(&order).press.unwrap();
        posters = outputs(&press, &never)
            .inspect(|(_, made)| assert!(made.is_ok()))
            .filter(|(out, _)| is_poster(out.as_str()))
            .count();
    });
    let told = format!("{} MiB at most ({before} MiB before), {:.0} ms of processor time", peak(), spent);
    row(&format!("{posters} posters"), &told, "600 MiB");
}

fn is_poster(out: &str) -> bool {
    out.starts_with("posters/") && !out.ends_with(".html") && !out.ends_with(".zip") && !out.contains("preview")
}

fn row(what: &str, measured: &str, bar: &str) {
    println!("| {what} | {measured} | {bar} |");
}

/// Milliseconds of processor time `work` takes, all threads together, in steps of ten.
fn cpu(work: impl FnOnce()) -> f64 {
    let before = ticks();
    work();
    (ticks() - before) as f64 * 10.0
}

/// User and system time of this process in hundredths of a second.
fn ticks() -> u64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

/// The peak of memory so far, in MiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap() / 1024
}

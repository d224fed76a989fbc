//! What lies below `content/`: pages to read and files to offer, each named once, in the order of their paths.
//!
//! Nothing here opens a file. A link, a pipe, a secret or a name that some system cannot store is told and left
//! out, so later stages only see ordinary files with usable names (faults.md A01–A20).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use walkdir::{DirEntry, WalkDir};

use super::fields::Kind;
use crate::address::{PathFault, check_name, composed};
use crate::report::{Finding, Place, Report, SourcePath, Text, codes, displayable, nearest};

/// Folders may lie this deep below `content/`.
pub const MAX_DEPTH: usize = 32;
/// A page's source may have this many bytes.
pub const MAX_PAGE_BYTES: u64 = 2 << 20;
/// A file to download may have this many bytes.
pub const MAX_FILE_BYTES: u64 = 200 << 20;
/// From this many bytes on a file is slow to download on a phone.
pub const LARGE_FILE_BYTES: u64 = 20 << 20;

/// The folder of the holiday tables.
const HOLIDAYS: &str = "holidays";
/// The project's own dictionary, below `content/`.
pub const WORDS: &str = "words.tsv";

/// An ordinary file below `content/`.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Where it lies on this machine.
    pub disk: PathBuf,
    /// Its size in bytes when it was listed.
    pub size: u64,
    /// When it was written, where the system tells.
    pub written: Option<SystemTime>,
    /// What else changes with the file.
    pub mark: Mark,
}

/// Whether a stamp `time` is so much older than `now`, a time of the same file system, that a later change shows in it.
/// Stamps of whole seconds may be of a file system that counts in two of them, as FAT does; the others count in the
/// ticks of a clock, which are some milliseconds.
pub fn is_settled(time: SystemTime, now: SystemTime) -> bool {
    let whole = time.duration_since(SystemTime::UNIX_EPOCH).is_ok_and(|since| since.subsec_nanos() == 0);
    let grain = if whole { Duration::from_secs(2) } else { Duration::from_millis(100) };
    time.checked_add(grain).is_some_and(|then| then < now)
}

/// The file at `disk`, if there is one that is no link.
pub fn found(disk: &Path) -> Option<Found> {
    let facts = std::fs::symlink_metadata(disk).ok().filter(|facts| facts.is_file())?;
    Some(Found::of(disk, &facts))
}

impl Found {
    fn of(disk: &Path, facts: &std::fs::Metadata) -> Found {
        let (size, written) = (facts.len(), facts.modified().ok());
        Found { disk: disk.to_path_buf(), size, written, mark: Mark::of(facts) }
    }

    /// Whether its stamps are settled at the time `now`.
    pub fn is_settled(&self, now: SystemTime) -> bool {
        let settled = |time: SystemTime| is_settled(time, now);
        self.written.is_some_and(settled) && self.mark.changed().is_none_or(settled)
    }
}

/// What changes with a file besides its size and the time it was written, where the system tells: its number, and when
/// anything about it was changed. Both give away a file that was exchanged or set back in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Mark {
    node: u64,
    seconds: i64,
    nanoseconds: i64,
}

impl Mark {
    /// That of a file or folder.
    #[cfg(unix)]
    pub fn of(facts: &std::fs::Metadata) -> Mark {
        use std::os::unix::fs::MetadataExt as _;
        Mark { node: facts.ino(), seconds: facts.ctime(), nanoseconds: facts.ctime_nsec() }
    }

    /// That of a file or folder.
    #[cfg(not(unix))]
    pub fn of(_: &std::fs::Metadata) -> Mark {
        Mark::default()
    }

    /// Whether both are marks of one file.
    pub fn is_of_file(&self, other: &Mark) -> bool {
        self.node == other.node
    }

    fn changed(&self) -> Option<SystemTime> {
        let seconds = u64::try_from(self.seconds).ok().filter(|seconds| *seconds > 0)?;
        let nanoseconds = u32::try_from(self.nanoseconds).ok()?;
        SystemTime::UNIX_EPOCH.checked_add(Duration::new(seconds, nanoseconds))
    }
}

/// A page's source file that is still to be read.
#[derive(Debug, Clone, PartialEq)]
pub struct PageFile {
    /// Its path in the project.
    pub path: SourcePath,
    /// The kind its folder stands for.
    pub kind: Kind,
    /// The file's or folder's name, which is the slug unless the header gives one.
    pub name: String,
    /// Whether it is `<name>/index.md` with its files beside it.
    pub bundle: bool,
    /// The file itself.
    pub found: Found,
}

/// A table of holidays that is still to be read.
#[derive(Debug, Clone)]
pub struct HolidayFile {
    /// Its path in the project.
    pub path: SourcePath,
    /// The year its name stands for.
    pub year: i16,
    /// The file itself.
    pub found: Found,
}

/// Everything below `content/` that may be read.
#[derive(Debug, Default)]
pub struct Listing {
    /// Pages, in the order of their paths.
    pub pages: Vec<PageFile>,
    /// Tables with a page in every row, in the order of their paths.
    pub tables: Vec<PageFile>,
    /// Tables of holidays, in the order of their years.
    pub holidays: Vec<HolidayFile>,
    /// The project's own dictionary.
    pub words: Option<Found>,
    /// Other files by their path in the project.
    pub files: BTreeMap<SourcePath, Found>,
}

impl Listing {
    /// Whether `path` is one of these files, or a folder that holds one.
    pub fn names(&self, path: &SourcePath) -> bool {
        let pages = self.pages.iter().chain(&self.tables).map(|file| &file.path);
        let mut all = pages.chain(self.holidays.iter().map(|file| &file.path)).chain(self.files.keys());
        all.any(|known| {
            known.as_str().strip_prefix(path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

/// Lists `content/` below `project`.
pub fn listing(project: &Path, report: &mut Report) -> Listing {
    let mut listing = Listing::default();
    let mut names = BTreeMap::new();
    let walk = WalkDir::new(project.join("content")).min_depth(1).max_depth(MAX_DEPTH + 1).sort_by_file_name();
    let mut entries = walk.into_iter();
    let mut admitted = Vec::new();
    while let Some(entry) = entries.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(fault) => {
                report.add(unreadable(project, &fault));
                continue;
            }
        };
        let path = source_path(project, entry.path());
        match (admit(&path, &entry, &mut names, report), entry.file_type().is_dir()) {
            (true, false) => admitted.push((path, entry)),
            (false, true) => entries.skip_current_dir(),
            _ => {}
        }
    }
    let facts: Vec<_> = admitted.par_iter().map(|(_, entry)| entry.metadata()).collect();
    for ((path, entry), facts) in admitted.iter().zip(facts) {
        match facts {
            Ok(facts) => place(path, Found::of(entry.path(), &facts), &mut listing, report),
            Err(fault) => report.add(super::cannot_read(path, &fault.to_string())),
        }
    }
    listing.pages.sort_by(|a, b| a.path.cmp(&b.path));
    listing.tables.sort_by(|a, b| a.path.cmp(&b.path));
    listing
}

/// The path of `disk` in the project, in NFC, so that names typed on a Mac and on Windows are equal.
pub fn source_path(project: &Path, disk: &Path) -> SourcePath {
    let inside = disk.strip_prefix(project).unwrap_or(disk);
    SourcePath::new(composed(&inside.to_string_lossy()))
}

fn unreadable(project: &Path, fault: &walkdir::Error) -> Finding {
    let path = fault.path().map_or_else(|| SourcePath::new("content"), |path| source_path(project, path));
    let reason = fault.io_error().map_or_else(|| fault.to_string(), ToString::to_string);
    super::cannot_read(&path, &reason)
}

/// Whether the entry may be looked at further; what may not is told, unless nobody could miss it.
fn admit(path: &SourcePath, entry: &DirEntry, names: &mut BTreeMap<String, SourcePath>, report: &mut Report) -> bool {
    let Some(name) = entry.file_name().to_str() else {
        report.add(unusable(path, "文件名不是 UTF-8 编码", "the name is not valid UTF-8"));
        return false;
    };
    if is_secret(name) {
        report.add(secret(path));
        return false;
    }
    if is_dropping(name) {
        return false;
    }
    if is_copy(name) {
        let text = Text::new(
            format!("像是临时文件或同步副本，已忽略：{}", displayable(name)),
            format!("Looks like a temporary or conflict copy; ignored: {}", displayable(name)),
        );
        report.add(Finding::new(&codes::W135, Place::file(path), text));
        return false;
    }
    let kind = entry.file_type();
    if kind.is_symlink() {
        report.add(link(path, entry));
        return false;
    }
    if !kind.is_dir() && !kind.is_file() {
        let text = Text::new(
            "这不是普通文件（管道、设备或套接字），没有读取。",
            "Not an ordinary file (pipe, device or socket); not read.",
        );
        report.add(Finding::new(&codes::W158, Place::file(path), text));
        return false;
    }
    if let Some(finding) = name_fault(path, name, entry.depth()) {
        report.add(finding);
        return false;
    }
    match names.insert(path.as_str().to_lowercase(), path.clone()) {
        Some(first) if kind.is_file() || first != *path => {
            report.add(equal_names(path, &first));
            false
        }
        _ => true,
    }
}

fn link(path: &SourcePath, entry: &DirEntry) -> Finding {
    let target = std::fs::read_link(entry.path()).map(|target| target.to_string_lossy().into_owned());
    let target = displayable(&target.unwrap_or_default());
    match std::fs::metadata(entry.path()) {
        Ok(facts) if facts.is_dir() => {
            let text = Text::new(
                format!("这是指向文件夹“{target}”的链接，里面的内容没有读取。请把文件夹本身复制过来。"),
                format!("A link to the folder `{target}`; not followed. Copy the folder itself."),
            );
            Finding::new(&codes::W158, Place::file(path), text)
        }
        Ok(_) => {
            let text = Text::new(
                format!("这是指向“{target}”的链接文件，为了安全不会读取。请把文件本身复制到这里。"),
                format!("A link to `{target}`, which is not read for safety. Copy the file itself here."),
            );
            Finding::new(&codes::E138, Place::file(path), text)
        }
        Err(_) => {
            let text = Text::new(
                format!("这个链接指向的“{target}”不存在。请删掉链接，或把文件本身复制到这里。"),
                format!("This link points to `{target}`, which does not exist. Remove it or copy the file here."),
            );
            Finding::new(&codes::E138, Place::file(path), text)
        }
    }
}

fn name_fault(path: &SourcePath, name: &str, depth: usize) -> Option<Finding> {
    if depth > MAX_DEPTH {
        let (zh, en) = (format!("文件夹套了超过 {MAX_DEPTH} 层"), format!("folders nested over {MAX_DEPTH} deep"));
        return Some(unusable(path, &zh, &en));
    }
    let (zh, en) = match check_name(&composed(name)) {
        Ok(()) => return None,
        Err(PathFault::LongName) => {
            let short: String = name.chars().take(20).collect();
            let hint = Text::new(format!("例如改成“{short}…”。"), format!("For example `{short}…`."));
            return Some(unusable(path, "名字太长（最多约 66 个汉字）", "the name is too long").hint(hint));
        }
        Err(fault) => fault_words(fault),
    };
    Some(unusable(path, &zh, &en))
}

/// Why a name cannot be used, in both languages, to be put behind “这个名字不能用：”.
pub fn fault_words(fault: PathFault) -> (String, String) {
    let (zh, en) = match fault {
        PathFault::Empty => ("名字是空的", "it is empty"),
        PathFault::Dots => ("不能是“.”或“..”", "it is `.` or `..`"),
        PathFault::Character(c) => {
            let shown = displayable(&c.to_string());
            return (format!("名字里不能有“{shown}”"), format!("it holds `{shown}`"));
        }
        PathFault::Reserved => ("这是 Windows 保留的设备名", "Windows keeps this name for a device"),
        PathFault::Trailing => ("名字开头或末尾有空格或点", "it begins or ends with a space or dot"),
        PathFault::ShortName => ("像是 Windows 的短文件名", "it looks like a Windows short name"),
        PathFault::LongName => ("名字太长（最多约 66 个汉字）", "it is too long"),
        PathFault::LongPath => ("路径太长（最多 240 个字符）", "the path is over 240 characters"),
    };
    (zh.into(), en.into())
}

fn unusable(path: &SourcePath, zh: &str, en: &str) -> Finding {
    let text = Text::new(
        format!("这个名字不能用：{zh}。请改名后再生成。"),
        format!("This name cannot be used: {en}. Rename it."),
    );
    Finding::new(&codes::E137, Place::file(path), text)
}

fn equal_names(path: &SourcePath, first: &SourcePath) -> Finding {
    let text = Text::new(
        format!("和“{}”只差大小写或字符形式，有的电脑分不开它们。请改掉一个名字。", first.file_name()),
        format!("Differs from `{}` only by case or form; some systems cannot tell them apart.", first.file_name()),
    );
    Finding::new(&codes::E140, Place::file(path), text).related(Place::file(first))
}

fn secret(path: &SourcePath) -> Finding {
    let text = Text::new(
        "这种文件可能带有密码、密钥或内部数据，不能放在内容文件夹里，请移走。",
        "Such a file may hold passwords, keys or internal records; move it out of the content folder.",
    );
    Finding::new(&codes::E139, Place::file(path), text)
}

/// Sorts an ordinary file into pages and files, or tells why it is neither.
fn place(path: &SourcePath, found: Found, listing: &mut Listing, report: &mut Report) {
    let parts: Vec<&str> = path.as_str().split('/').skip(1).collect();
    let (folder, rest) = match parts.split_first() {
        Some((folder, rest)) if !rest.is_empty() => (*folder, rest),
        Some((&"site.yaml", _)) => return,
        Some((&WORDS, _)) if found.size > MAX_PAGE_BYTES => {
            return report.add(too_large(path, found.size, MAX_PAGE_BYTES));
        }
        Some((&WORDS, _)) => {
            listing.words = Some(found);
            return;
        }
        _ => return report.add(outside(path)),
    };
    match Kind::of_folder(folder) {
        Some(kind) => in_kind(path, kind, rest, found, listing, report),
        None if folder == "files" || folder == "static" => {
            plain_file(path, folder == "static", found, listing, report);
        }
        None if folder == HOLIDAYS => holiday_table(path, rest, found, listing, report),
        None => report.add(unknown_folder(path, folder)),
    }
}

fn in_kind(path: &SourcePath, kind: Kind, rest: &[&str], found: Found, listing: &mut Listing, report: &mut Report) {
    let lower = path.file_name().to_lowercase();
    if let Some(finding) = doubled(path, &lower) {
        report.add(finding);
        return;
    }
    let in_table = kind == Kind::OpenDay && lower.ends_with(".csv") && rest.len() == 1;
    if !in_table && !lower.ends_with(".md") && !lower.ends_with(".markdown") {
        return plain_file(path, false, found, listing, report);
    }
    let (name, bundle) = match rest {
        [file] => (stem(file), false),
        [folder, file] if stem(file).eq_ignore_ascii_case("index") => (*folder, true),
        _ => {
            report.add(misplaced(path, kind));
            return;
        }
    };
    if found.size > MAX_PAGE_BYTES {
        report.add(too_large(path, found.size, MAX_PAGE_BYTES));
        return;
    }
    let file = PageFile { path: path.clone(), kind, name: name.to_string(), bundle, found };
    if in_table { listing.tables.push(file) } else { listing.pages.push(file) }
}

/// `<year>.csv` in the folder itself; anything else there is told.
fn holiday_table(path: &SourcePath, rest: &[&str], found: Found, listing: &mut Listing, report: &mut Report) {
    let year = match rest {
        [name] if extension(name) == "csv" => year_of(stem(name)),
        _ => None,
    };
    match year {
        None => report.add(no_holiday_table(path)),
        Some(_) if found.size > MAX_PAGE_BYTES => report.add(too_large(path, found.size, MAX_PAGE_BYTES)),
        Some(year) => listing.holidays.push(HolidayFile { path: path.clone(), year, found }),
    }
}

fn year_of(name: &str) -> Option<i16> {
    (name.len() == 4 && name.bytes().all(|b| b.is_ascii_digit())).then(|| name.parse().ok())?
}

fn no_holiday_table(path: &SourcePath) -> Finding {
    let text = Text::new(
        "节假日安排一年一个 CSV 文件，直接放在 content/holidays 里，用年份作文件名，例如 2027.csv。这个文件没有读取。",
        "Holidays are one CSV file a year in content/holidays itself, named by the year, such as 2027.csv; this file was not read.",
    );
    let digits: String = path.file_name().chars().filter(char::is_ascii_digit).collect();
    let hint = Text::new(
        "表格请在 WPS 里另存为“CSV（逗号分隔）”，格式见手册“节假日安排”。",
        "Save a spreadsheet as CSV; the guide describes the columns.",
    );
    let name = year_of(&digits).map(|year| format!("{year:04}.csv"));
    Finding::new(&codes::E137, Place::file(path), text).fixes(name).hint(hint)
}

fn plain_file(path: &SourcePath, in_static: bool, found: Found, listing: &mut Listing, report: &mut Report) {
    let extension = extension(path.file_name());
    if is_active(&extension) && !(in_static && matches!(extension.as_str(), "html" | "htm")) {
        report.add(active(path, &extension));
        return;
    }
    if found.size > MAX_FILE_BYTES {
        report.add(too_large(path, found.size, MAX_FILE_BYTES));
        return;
    }
    if found.size > LARGE_FILE_BYTES {
        let size = found.size >> 20;
        let text = Text::new(
            format!("这个文件有 {size} MB，手机下载会很慢，建议压缩到 20 MB 以内。"),
            format!("This file has {size} MB; phones will load it slowly. Aim for 20 MB."),
        );
        report.add(Finding::new(&codes::W155, Place::file(path), text));
    }
    listing.files.insert(path.clone(), found);
}

fn doubled(path: &SourcePath, lower: &str) -> Option<Finding> {
    let fixed = [".md.txt", ".md.md", ".markdown.txt", ".txt.md", ".md.docx"].iter().find_map(|double| {
        let stem_bytes = lower.strip_suffix(double)?.len();
        Some(format!("{}.md", path.file_name().get(..stem_bytes)?))
    })?;
    let extra = lower.rsplit('.').next().unwrap_or_default();
    let text = Text::new(
        format!("文件名多了“.{extra}”，请改成“{fixed}”。Windows 可能隐藏了扩展名。"),
        format!("Extra `.{extra}` at the end; rename to `{fixed}`. Windows may hide the extension."),
    );
    Some(Finding::new(&codes::E133, Place::file(path), text).fix(fixed))
}

fn misplaced(path: &SourcePath, kind: Kind) -> Finding {
    let folder = kind.folder();
    let text = Text::new(
        format!(
            "{}的页面要直接放在 content/{folder}/ 里，或者写成 content/{folder}/名字/index.md。这个文件没有发布。",
            kind.zh()
        ),
        format!("A page stands in content/{folder}/ itself or as content/{folder}/<name>/index.md; not published."),
    );
    Finding::new(&codes::E134, Place::file(path), text)
}

fn outside(path: &SourcePath) -> Finding {
    let text = Text::new(
        "这个文件不在任何栏目文件夹里，没有发布。通知请放到 content/notices，供下载的文件请放到 content/files。",
        "This file lies in none of the folders of the site; put pages into content/notices and so on, downloads into content/files.",
    );
    Finding::new(&codes::E134, Place::file(path), text)
}

fn unknown_folder(path: &SourcePath, folder: &str) -> Finding {
    let known = Kind::ALL.iter().map(|kind| kind.folder()).chain(["files", "static", HOLIDAYS]);
    let meant = Kind::ALL
        .into_iter()
        .find(|kind| kind.zh() == folder || folder.chars().count() > 1 && kind.zh().ends_with(folder));
    let near = meant.map(Kind::folder).or_else(|| nearest(folder, known.clone()));
    let list = known.collect::<Vec<_>>().join("、");
    let (zh, en) = near.map_or((String::new(), String::new()), |near| {
        (format!("你是不是想写“{near}”？"), format!(" Did you mean `{near}`?"))
    });
    let text = Text::new(
        format!("content 里没有“{}”这个栏目，里面的文件没有发布。{zh}可用的文件夹：{list}", displayable(folder)),
        format!("There is no folder `{}` in a site, so this file is not published.{en}", displayable(folder)),
    );
    Finding::new(&codes::E134, Place::file(path), text)
}

fn active(path: &SourcePath, extension: &str) -> Finding {
    let text = if extension == "svg" {
        Text::new(
            "SVG 图片里可能带有脚本，不能直接发布。请转成 PNG 或 PDF。",
            "An SVG may carry scripts and is not published; convert it to PNG or PDF.",
        )
    } else if extension.ends_with("html") || extension == "htm" {
        Text::new(
            "网页文件里可能带有脚本，不能直接发布。请把文字写成 Markdown，或转成 PDF。",
            "An HTML file may carry scripts and is not published; write Markdown or convert it to PDF.",
        )
    } else {
        Text::new(
            format!("“.{extension}”文件可以运行程序，不能放在网站上供人下载，请移走。"),
            format!("`.{extension}` files can run programs and must not be offered; move it away."),
        )
    };
    Finding::new(&codes::E139, Place::file(path), text)
}

fn too_large(path: &SourcePath, size: u64, limit: u64) -> Finding {
    let (size, limit) = (size.div_ceil(1 << 20), limit >> 20);
    let text = Text::new(
        format!("这个文件有 {size} MB，超过了 {limit} MB 的上限，没有读取。"),
        format!("This file has {size} MB, over the limit of {limit} MB; not read."),
    );
    Finding::new(&codes::E120, Place::file(path), text)
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// What follows the last dot, in lower case; empty without one.
pub fn extension(name: &str) -> String {
    name.rsplit_once('.').map_or(String::new(), |(_, end)| end.to_lowercase())
}

fn is_secret(name: &str) -> bool {
    let lower = name.to_lowercase();
    let ends = [".pem", ".key", ".pfx", ".p12", ".kdbx", ".sqlite", ".sqlite3", ".mdb", ".sql", ".keystore"];
    lower == ".env"
        || lower.starts_with(".env.")
        || lower.starts_with("id_rsa")
        || lower.starts_with("id_ed25519")
        || (lower.ends_with(".db") && lower != "thumbs.db")
        || ends.iter().any(|end| lower.ends_with(end))
}

/// Droppings of systems and editors that no author would miss.
fn is_dropping(name: &str) -> bool {
    let lower = name.to_lowercase();
    name.starts_with('.')
        || matches!(lower.as_str(), "thumbs.db" | "desktop.ini" | "__macosx")
        || [".tmp", ".bak", ".swp", "~"].iter().any(|end| lower.ends_with(end))
}

/// Copies in which an author could have left text: WPS lock files and the copies of synchronising programs.
fn is_copy(name: &str) -> bool {
    let lower = name.to_lowercase();
    name.starts_with("~$")
        || lower.contains(".sync-conflict")
        || (lower.ends_with(".md") && (lower.contains("副本") || lower.contains(" - copy") || numbered(stem(&lower))))
}

fn numbered(stem: &str) -> bool {
    let inner = stem.strip_suffix([')', '）']).and_then(|rest| rest.rsplit_once(['(', '（']));
    inner.is_some_and(|(_, digits)| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// Extensions that run programs on a reader's computer or scripts in a browser (faults.md G13, G20).
fn is_active(extension: &str) -> bool {
    matches!(
        extension,
        "exe"
            | "bat"
            | "cmd"
            | "com"
            | "scr"
            | "msi"
            | "vbs"
            | "vbe"
            | "js"
            | "mjs"
            | "jse"
            | "wsf"
            | "ps1"
            | "sh"
            | "hta"
            | "html"
            | "htm"
            | "xhtml"
            | "shtml"
            | "svg"
            | "docm"
            | "xlsm"
            | "pptm"
            | "lnk"
            | "jar"
            | "apk"
            | "dll"
            | "php"
            | "asp"
            | "aspx"
            | "jsp"
            | "swf"
            | "reg"
            | "iso"
            | "url"
    )
}

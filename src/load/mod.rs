//! Project folder to a [`Tree`]: the only reader of content.
//!
//! Files are listed by [`walk`], decoded by [`text`], and their headers split off by [`header`]; other files are only
//! looked at in their first bytes by [`facts`], those of posters also further by [`supplied`], and the words of those
//! that have any by [`inside`]. Rows of tables become
//! sources in [`open_days`]. A file that cannot be read is told and remembered as broken, so that references to it are
//! not told a second time. [`shelf`] keeps what was read, for the preview.

pub mod facts;
pub mod fields;
pub mod header;
pub mod holidays;
pub mod inside;
pub mod kept;
pub mod memory;
pub mod node;
pub mod open_days;
pub mod paths;
mod shelf;
pub mod supplied;
pub mod table;
pub mod text;
pub mod walk;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::hash::Hash;
use crate::report::{Finding, Place, Report, SourcePath, Span, Text, codes};
use facts::Facts;
use header::Header;
pub use holidays::HolidayTable;
use inside::Inside;
pub use memory::Memory;
use node::Map;
use open_days::told::Tables;
use shelf::Pages;
pub use shelf::{Changed, Shelf, kept};
use supplied::{Supplied, Wanted};
use walk::{Found, HolidayFile, PageFile};

/// A project as it was read: nothing is interpreted yet beyond headers.
#[derive(Debug, Clone)]
pub struct Tree {
    /// The configuration's values; none when `site.yaml` could not be used.
    pub config: Option<Arc<Map>>,
    /// Pages that could be read, in the order of their paths; then the rows of tables.
    pub pages: Vec<Arc<Source>>,
    /// Pages that could not, so that references to them stay silent.
    pub broken: Vec<PageFile>,
    /// The project's own tables of holidays, in the order of their years.
    pub holidays: Arc<Vec<HolidayTable>>,
    /// What subscribers were told by the last build.
    pub memory: Arc<Memory>,
    /// Every other file below `content/`.
    pub files: Arc<BTreeMap<SourcePath, File>>,
    /// The text of the project's own dictionary.
    pub words: Option<Arc<str>>,
    /// The tables whose rows are among the pages.
    pub tables: Tables,
}

/// One page's text and header.
#[derive(Debug)]
pub struct Source {
    /// Where it lies and what it is.
    pub file: PageFile,
    /// Its text.
    pub text: SourceText,
    /// The values of its header, and where the body begins.
    pub header: Header,
    /// Its row, where the page is one of a table.
    pub row: Option<RowAt>,
}

/// A source's text, decoded, with `\n` line breaks. It is here until the body is read from it; from then on, and where
/// that was in an earlier run, it is on disk, because ten thousand texts that nobody asks for again fill the memory.
#[derive(Debug)]
pub struct SourceText {
    /// The hashes of what stands before the body, and of the body.
    keys: (Hash, Hash),
    here: Mutex<Option<Arc<str>>>,
}

impl SourceText {
    /// A text whose body begins at the byte `body_at`.
    fn here(text: String, body_at: usize) -> SourceText {
        let (head, body) = text.split_at(text.floor_char_boundary(body_at));
        let keys = (Hash::of(head.as_bytes()), Hash::of(body.as_bytes()));
        SourceText { keys, here: Mutex::new(Some(text.into())) }
    }

    /// That of a page which has no text of its own.
    fn none() -> SourceText {
        SourceText::here(String::new(), 0)
    }

    fn on_disk(keys: (Hash, Hash)) -> SourceText {
        SourceText { keys, here: Mutex::default() }
    }

    /// The hash of the body.
    pub fn body_key(&self) -> Hash {
        self.keys.1
    }

    fn held(&self) -> MutexGuard<'_, Option<Arc<str>>> {
        self.here.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leaves the text on disk.
    pub fn let_go(&self) {
        *self.held() = None;
    }
}

/// Texts are the same by their hashes.
impl PartialEq for SourceText {
    fn eq(&self, other: &SourceText) -> bool {
        self.keys == other.keys
    }
}

/// Which row of a table a page was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct RowAt {
    /// The row's number as a spreadsheet shows it; the first of them where the page has several sessions.
    pub number: usize,
    /// The row as a whole, as [`Tables::told`] knows it.
    pub span: Span,
}

impl Source {
    /// The page as a whole: its file, or its row in it.
    pub fn place(&self) -> Place {
        Place { path: self.file.path.clone(), span: self.row.as_ref().map(|row| row.span.clone()) }
    }
}

/// A file to download, a picture, or a file for the root of the site.
#[derive(Debug, Clone)]
pub struct File {
    /// Where it lies on this machine, and its stamps when it was listed.
    pub found: Found,
    /// What its first bytes show.
    pub facts: Facts,
    /// What the rest shows; none where no poster names the file.
    pub supplied: Option<Supplied>,
    /// What is personal in it; none where its form holds no words.
    pub inside: Option<Arc<Inside>>,
}

/// The path of the configuration in a project.
pub fn config_path() -> SourcePath {
    SourcePath::new("content/site.yaml")
}

/// The path of the project's own dictionary.
pub fn words_path() -> SourcePath {
    SourcePath::new(format!("content/{}", walk::WORDS))
}

/// Reads the project at `project`; none when there is no project to read. What is on the shelf and has not `changed` is
/// not read again.
pub fn tree(project: &Path, shelf: &mut Shelf, changed: &Changed, report: &mut Report) -> Option<Tree> {
    content_folder(project, report)?;
    shelf.look_at_config(&project.join(config_path().as_str()));
    let config = config(project, report);
    let config = shelf.config(config);
    let known = shelf.memory.take();
    let ((listing, again), memory) =
        rayon::join(|| shelf.read(project, changed, report), || memory::again(known, project));
    let (_, memory) = shelf.memory.insert(memory).clone();
    let Pages { pages, tables, broken } = shelf.pages(&listing);
    let holidays = listing.holidays.iter().filter_map(|file| holiday_table(file, report)).collect();
    let holidays = shelf.holidays(holidays);
    let words = words(project, report);
    let wanted = supplied::wanted(&pages);
    let files = shelf.files(&listing, &again, wanted, report);
    Some(Tree { config, pages, broken, holidays, memory, files, words, tables: Tables::new(tables) })
}

/// The text of the project's own dictionary, where there is one.
pub fn words(project: &Path, report: &mut Report) -> Option<Arc<str>> {
    let path = words_path();
    let disk = project.join(path.as_str());
    let facts = fs::symlink_metadata(&disk).ok()?;
    // The walk tells that it is a link, or too large.
    if !facts.is_file() || facts.len() > walk::MAX_PAGE_BYTES {
        return None;
    }
    match fs::read(&disk) {
        Ok(bytes) => text::decode(&path, &bytes, report).map(Arc::from),
        Err(fault) => {
            report.add(cannot_read(&path, &fault.to_string()));
            None
        }
    }
}

/// The bytes of a file that was listed before, such as a picture the preview shows.
pub fn bytes(disk: &Path) -> std::io::Result<Vec<u8>> {
    fs::read(disk)
}

/// A finding for a file the system would not let us read.
pub fn cannot_read(path: &SourcePath, reason: &str) -> Finding {
    let text = Text::new(
        format!("读不出来（{reason}）。文件可能正被 WPS 等程序占用，或者没有权限，或者网盘还没有下载完。"),
        format!("Cannot be read ({reason}). Another program may hold it, or it is not downloaded yet."),
    );
    Finding::new(&codes::E136, Place::file(path), text)
}

fn content_folder(project: &Path, report: &mut Report) -> Option<()> {
    let content = SourcePath::new("content");
    let shown = project.display();
    let (code, text) = match fs::metadata(project.join("content")) {
        Ok(facts) if facts.is_dir() => return Some(()),
        Ok(_) => (
            &codes::E202,
            Text::new("content 应该是一个文件夹，这里却是一个文件。", "`content` should be a folder but is a file."),
        ),
        Err(_) => (
            &codes::E201,
            Text::new(
                format!(
                    "在“{shown}”里找不到 content 文件夹，这里不是网站项目。请换到项目文件夹再运行，或用 --root 指明；新建项目请用 site init。"
                ),
                format!(
                    "No `content` folder in `{shown}`, so this is no project. Change folder, use --root, or start one with `site init`."
                ),
            ),
        ),
    };
    report.add(Finding::new(code, Place::file(&content), text));
    None
}

fn config(project: &Path, report: &mut Report) -> Option<Map> {
    let path = config_path();
    let disk = project.join(path.as_str());
    let facts = fs::symlink_metadata(&disk);
    // The walk tells that it is a link.
    if facts.as_ref().is_ok_and(fs::Metadata::is_symlink) {
        return None;
    }
    // A pipe would never end, and a device need not.
    if facts.is_ok_and(|facts| !facts.is_file() || facts.len() > walk::MAX_PAGE_BYTES) {
        let text = Text::new(
            "配置文件要是一个普通的文本文件，不超过 2 MB。",
            "The configuration must be an ordinary text file of at most 2 MB.",
        );
        report.add(Finding::new(&codes::E136, Place::file(&path), text));
        return None;
    }
    let bytes = match fs::read(&disk) {
        Ok(bytes) => bytes,
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => {
            report.add(no_config(&path));
            return None;
        }
        Err(fault) => {
            report.add(cannot_read(&path, &fault.to_string()));
            return None;
        }
    };
    let text = text::decode(&path, &bytes, report)?;
    header::read_config(&path, &text, fields::CONFIG, report)
}

fn no_config(path: &SourcePath) -> Finding {
    let text = Text::new(
        "缺少网站配置 content/site.yaml。至少要写网站标题、单位和网址三项。",
        "The configuration content/site.yaml is missing; it needs at least title, bureau and base_url.",
    );
    let lines =
        ["title: 网站名称", "bureau:", "  name: 示例市市场监督管理局", "base_url: https://www.example.gov.cn/zt/"];
    Finding::new(&codes::E201, Place::file(path), text).add_lines(lines.map(String::from))
}

/// The text of a page, which a row of a table has none of; none when it is on disk and its file is another one now.
pub fn text_of(source: &Source) -> Option<Arc<str>> {
    if source.row.is_some() {
        return Some(Arc::default());
    }
    let here = source.text.held().clone();
    here.or_else(|| {
        let file = &source.file;
        let facts = fs::symlink_metadata(&file.found.disk).ok()?;
        let stands = facts.is_file() && facts.len() == file.found.size && facts.modified().ok() == file.found.written;
        if stands { decoded(file, &mut Report::new()).map(Arc::from) } else { None }
    })
}

/// The text of a page or a table; none when it cannot be read.
fn decoded(file: &PageFile, report: &mut Report) -> Option<String> {
    let bytes = match fs::read(&file.found.disk) {
        Ok(bytes) => bytes,
        Err(fault) => {
            report.add(cannot_read(&file.path, &fault.to_string()));
            return None;
        }
    };
    if bytes.len() as u64 > walk::MAX_PAGE_BYTES {
        let text = Text::new("读取时文件变大了，请再运行一次。", "The file grew while it was read; run again.");
        report.add(Finding::new(&codes::E136, Place::file(&file.path), text));
        return None;
    }
    text::decode(&file.path, &bytes, report)
}

fn page(file: &PageFile, text: String, report: &mut Report) -> Option<Source> {
    let header = header::read(&file.path, &text, file.kind, report)?;
    Some(Source { file: file.clone(), text: SourceText::here(text, header.body_at), header, row: None })
}

fn holiday_table(file: &HolidayFile, report: &mut Report) -> Option<HolidayTable> {
    let HolidayFile { path, year, found } = file;
    match fs::read(&found.disk) {
        Ok(bytes) => {
            text::decode(path, &bytes, report).map(|text| HolidayTable { path: path.clone(), year: *year, text })
        }
        Err(fault) => {
            report.add(cannot_read(path, &fault.to_string()));
            None
        }
    }
}

/// Whether a file may be offered to readers; those for the root of the site are for machines.
fn is_offered(path: &SourcePath) -> bool {
    !path.as_str().starts_with("content/static/")
}

fn file(path: &SourcePath, found: &Found, wanted: Option<&Wanted>) -> Result<File, Box<Finding>> {
    let facts = facts::facts(&found.disk).and_then(|facts| {
        let supplied = wanted.map(|wanted| supplied::supplied(&found.disk, &facts, wanted)).transpose()?;
        let inside = if is_offered(path) { inside::look(&found.disk, &facts)?.map(Arc::new) } else { None };
        Ok(File { found: found.clone(), facts, supplied, inside })
    });
    facts.map_err(|fault| Box::new(cannot_read(path, &fault.to_string())))
}

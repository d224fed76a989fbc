//! The folder of templates and assets: the built-in default with the project's files over it, template errors told
//! again in our own words, and output that cannot grow without bound.

mod assets;
pub mod fonts;
mod groups;
mod retell;
mod squeeze;
mod words;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Deref;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use include_dir::{Dir, include_dir};
use serde::{Serialize, Serializer};
use tera::{Context, Kwargs, State, Tera, Value};
use walkdir::WalkDir;

use crate::hash::{Hash, hash};
use crate::load::walk;
use crate::model::OutPath;
use crate::report::html::next_entity;
use crate::report::{Finding, Place, Report, SourcePath, Text, codes, displayable, nearest};
pub use assets::Asset;
pub use fonts::FontFile;

static DEFAULT: Dir = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// Under this prefix stand the templates of the built-in theme: a template of the project extends `default/base.html` and
/// redefines one block. What the project does not have is looked for here, single components as well.
const BUILT_IN: &str = "default/";

/// The templates of pages, and the one they extend.
pub const TEMPLATES: [&str; 17] = [
    "404.html",
    "article.html",
    "booklet.html",
    "calendar.html",
    "campaign.html",
    "campaigns.html",
    "home.html",
    "institution.html",
    "list.html",
    "month.html",
    "moved.html",
    "notice.html",
    "open-day.html",
    "poster.html",
    "posters.html",
    "search.html",
    "base.html",
];

/// A rendered page may have this many bytes (faults.md E03).
pub const MAX_PAGE_BYTES: usize = 8 << 20;

/// A theme, complete and loaded.
pub struct Theme {
    tera: Tera,
    sources: BTreeMap<String, TemplateSource>,
    /// Assets by their name below `assets/`.
    pub assets: BTreeMap<String, Asset>,
    /// Templates of posters and letters in Typst, and what they use, by their name below `posters/`.
    pub sheets: BTreeMap<String, SheetFile>,
    /// Fonts by their name in the theme.
    pub fonts: BTreeMap<String, FontFile>,
    /// The hash of everything in it but fonts; with a view's hash it is the key of a page.
    pub key: String,
}

/// A part of views that many pages show: for templates it is made ready once, and in the keys of pages its hash stands
/// for it.
#[derive(Debug)]
pub struct Ready<T>(Arc<Kept<T>>);

impl<T> Clone for Ready<T> {
    fn clone(&self) -> Ready<T> {
        Ready(self.0.clone())
    }
}

#[derive(Debug)]
struct Kept<T> {
    part: T,
    value: OnceLock<Value>,
    key: OnceLock<Option<Hash>>,
}

impl<T> From<T> for Ready<T> {
    fn from(part: T) -> Ready<T> {
        Ready(Arc::new(Kept { part, value: OnceLock::new(), key: OnceLock::new() }))
    }
}

impl<T> Deref for Ready<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.part
    }
}

impl<T: Serialize> Serialize for Ready<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Kept { part, value, key } = &*self.0;
        match serializer.is_human_readable() {
            // A value that stands in another is shared by the templates, and not gone through again.
            true => value.get_or_init(|| Value::from_serializable(part)).serialize(serializer),
            // Without a hash of it there is none of what it stands in.
            false => match key.get_or_init(|| hash(part)) {
                Some(key) => key.serialize(serializer),
                None => Err(serde::ser::Error::custom("a part of it cannot be written down")),
            },
        }
    }
}

/// A file of the theme's `posters` folder.
#[derive(Debug, Clone)]
pub struct SheetFile {
    /// Where it stands.
    pub path: SourcePath,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
}

/// A template's text and where it stands.
struct TemplateSource {
    path: SourcePath,
    text: String,
}

/// Every file of a theme by its name below the theme's folder.
type Files = BTreeMap<String, (SourcePath, Arc<[u8]>)>;

/// A file of the built-in theme that a project can lay its own over.
pub struct Part {
    /// Its name below the theme's folder.
    pub name: String,
    /// Its bytes.
    pub bytes: &'static [u8],
}

/// Those files, in the order of their names: all but the fonts, which are no texts, and what only explains the others.
pub fn parts() -> impl Iterator<Item = Part> {
    let mut folders = vec![&DEFAULT];
    let mut parts = BTreeMap::new();
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs());
        parts.extend(folder.files().map(|file| (file.path().to_string_lossy().replace('\\', "/"), file.contents())));
    }
    let is_part = |name: &str| name.contains('/') && !name.starts_with(fonts::FOLDER) && !name.ends_with(".md");
    parts.into_iter().filter(move |(name, _)| is_part(name)).map(|(name, bytes)| Part { name, bytes })
}

/// The stamps of the project's own files of the theme called `name`: with the same stamps, the same is loaded. None where
/// a file may still change without another stamp at the time `now`.
pub fn stamps(project: &Path, name: &str, now: SystemTime) -> Option<Hash> {
    let folder = project.join("themes").join(name);
    let mut stamps = Vec::new();
    for entry in WalkDir::new(&folder).min_depth(1).max_depth(walk::MAX_DEPTH).sort_by_file_name() {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry) => {
                let found = walk::found(entry.path()).filter(|found| found.is_settled(now))?;
                let path = walk::source_path(&folder, entry.path()).as_str().to_string();
                stamps.push((path, found.size, found.written, found.mark));
            }
            Err(_) if !folder.exists() => {}
            Err(_) => return None,
        }
    }
    hash(&stamps)
}

/// Loads the theme called `name`; none when it cannot be used, with every reason reported.
pub fn load(project: &Path, name: &str, place: Place, report: &mut Report) -> Option<Theme> {
    let built_in = built_in();
    let mut files = built_in.clone();
    let mut fonts: BTreeMap<String, FontFile> = fonts::built_in(&DEFAULT).collect();
    if !is_folder_name(name) {
        let text = Text::new(
            format!("主题模板“{}”要写成 themes 里一个文件夹的名字。", displayable(name)),
            format!("The theme `{}` must be the name of one folder in themes/.", displayable(name)),
        );
        let line = place.with("default");
        report.add(Finding::new(&codes::E204, place, text).fix(line));
        return None;
    }
    let folder = project.join("themes").join(name);
    if folder.is_dir() {
        overlay(project, &folder, &mut files, &mut fonts, report)?;
    } else if name != "default" {
        report.add(no_theme(project, name, place));
        return None;
    }
    let words = words::Words::of(&mut files, report)?;
    let mut hash = blake3::Hasher::new();
    for (name, (_, bytes)) in &files {
        hash.update(&(name.len() as u64).to_le_bytes()).update(name.as_bytes());
        hash.update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
    }
    let sources = templates(&built_in, &files, report)?;
    let tera = compile(&sources, words, report)?;
    let assets = assets::assets(&files, report);
    Some(Theme { tera, sources, assets, sheets: sheets(&files), fonts, key: hash.finalize().to_hex().to_string() })
}

impl Theme {
    /// Renders `template` with `view`; `page` is named in the finding when something goes wrong.
    pub fn render<V: Serialize>(&self, template: &str, view: &V, page: &str) -> Result<Vec<u8>, Box<Finding>> {
        let context = Context::from_serialize(view).map_err(|error| Box::new(self.retell(&error, template, page)));
        let context = context?;
        let mut out = Bounded { bytes: Vec::with_capacity(16 << 10), full: false };
        match self.tera.render_to(template, &context, &mut out) {
            _ if out.full => Err(Box::new(self.too_large(template, page))),
            Ok(()) => Ok(out.bytes),
            Err(error) => Err(Box::new(self.retell(&error, template, page))),
        }
    }

    /// Whether any template holds these words.
    pub fn says(&self, words: &str) -> bool {
        self.sources.values().any(|source| source.text.contains(words))
    }

    /// Where `words` stand in `template` or in what it is built of; the template as a whole, where they are put together
    /// from parts or missing.
    pub fn spot(&self, template: &str, words: &str) -> Place {
        let mut sources: Vec<&TemplateSource> = Vec::new();
        let mut next = source(&self.sources, template);
        while let Some(found) = next.filter(|_| sources.len() < self.sources.len()) {
            sources.push(found);
            let parent = found.text.split_once("extends \"").and_then(|(_, rest)| rest.split('"').next());
            next = parent.and_then(|parent| source(&self.sources, parent));
        }
        // Whatever is no page itself may be included by any; the project's own come first.
        let (built_in, own): (Vec<_>, Vec<_>) = self.sources.iter().partition(|(name, _)| name.starts_with(BUILT_IN));
        let is_page = |name: &str| TEMPLATES.contains(&name.strip_prefix(BUILT_IN).unwrap_or(name));
        let parts = own.into_iter().chain(built_in).filter(|(name, _)| !is_page(name));
        sources.extend(parts.map(|(_, source)| source));
        let found = sources.iter().find_map(|source| Some((source, source.text.find(words)?)));
        match found.filter(|_| !words.is_empty()) {
            Some((source, at)) => Place::in_text(&source.path, &source.text, at, words.chars().count()),
            None => {
                Place::file(&sources.first().map_or_else(|| SourcePath::new(template), |source| source.path.clone()))
            }
        }
    }

    /// Whether it is the theme that was loaded `before`.
    pub fn is(&self, before: &Theme) -> bool {
        let same_fonts = self.fonts.len() == before.fonts.len()
            && self.fonts.values().zip(before.fonts.values()).all(|(new, old)| new.is(old));
        self.key == before.key && same_fonts
    }

    /// Whether its assets stand at the same paths as those of `other`.
    pub fn has_files_of(&self, other: &Theme) -> bool {
        fn outs(theme: &Theme) -> impl Iterator<Item = (&String, &OutPath)> {
            theme.assets.iter().map(|(name, asset)| (name, &asset.out))
        }
        outs(self).eq(outs(other))
    }

    fn retell(&self, error: &tera::Error, template: &str, page: &str) -> Finding {
        retell::finding(error, &self.sources, Some((template, page)))
    }

    fn too_large(&self, template: &str, page: &str) -> Finding {
        let path =
            source(&self.sources, template).map_or_else(|| SourcePath::new(template), |found| found.path.clone());
        let text = Text::new(
            format!("用模板“{template}”生成的页面 {page} 超过了 8 MB，已停止。"),
            format!("The page {page} grew over 8 MB with the template `{template}` and was stopped."),
        );
        Finding::new(&codes::E206, Place::file(&path), text)
    }
}

/// A page's bytes, refusing more than [`MAX_PAGE_BYTES`].
struct Bounded {
    bytes: Vec<u8>,
    full: bool,
}

impl Write for Bounded {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + part.len() > MAX_PAGE_BYTES {
            self.full = true;
            return Err(io::Error::other("the page is too large"));
        }
        self.bytes.extend_from_slice(part);
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes `text` so that it stands for itself in HTML, in either kind of quotes as well. Tera's own does the same one byte
/// at a time, which is a twelfth of a build.
fn escape(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut written = 0;
    while let Some((at, entity)) = next_entity(text, written) {
        out.write_all(&text.as_bytes()[written..at])?;
        out.write_all(entity.as_bytes())?;
        written = at + 1;
    }
    out.write_all(&text.as_bytes()[written..])
}

fn is_folder_name(name: &str) -> bool {
    crate::address::check_name(name).is_ok() && !name.contains('/') && !name.starts_with('.')
}

fn built_in() -> Files {
    let mut files = Files::new();
    let mut folders = vec![&DEFAULT];
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs());
        for file in folder.files() {
            let name = file.path().to_string_lossy().replace('\\', "/");
            if name.starts_with(fonts::FOLDER) {
                continue;
            }
            let path = SourcePath::new(format!("themes/default/{name}"));
            files.insert(name, (path, file.contents().into()));
        }
    }
    files
}

fn sheets(files: &Files) -> BTreeMap<String, SheetFile> {
    let own = files.iter().filter_map(|(name, (path, bytes))| {
        let name = name.strip_prefix("posters/")?;
        Some((name.to_string(), SheetFile { path: path.clone(), bytes: bytes.clone() }))
    });
    own.collect()
}

/// Lays the project's files over the built-in ones; none when one of them could not be read. Fonts are only listed.
fn overlay(
    project: &Path,
    folder: &Path,
    files: &mut Files,
    fonts: &mut BTreeMap<String, FontFile>,
    report: &mut Report,
) -> Option<()> {
    let mut whole = true;
    for entry in WalkDir::new(folder).min_depth(1).max_depth(walk::MAX_DEPTH).sort_by_file_name() {
        let read = entry.map_err(|fault| (fault.path().unwrap_or(folder).to_path_buf(), fault.to_string()));
        let read = read.and_then(|entry| {
            let fault = |fault: io::Error| (entry.path().to_path_buf(), fault.to_string());
            match entry.file_type() {
                kind if kind.is_dir() => Ok(None),
                kind if kind.is_file() && fonts::is_font(walk::source_path(folder, entry.path()).as_str()) => {
                    let name = walk::source_path(folder, entry.path()).as_str().to_string();
                    let path = walk::source_path(project, entry.path());
                    fonts.insert(name, FontFile::on_disk(path, entry.path().to_path_buf()));
                    Ok(None)
                }
                kind if kind.is_file() => {
                    std::fs::read(entry.path()).map(|bytes| Some((entry.clone(), bytes))).map_err(fault)
                }
                _ => Err((entry.path().to_path_buf(), String::new())),
            }
        });
        match read {
            Ok(None) => {}
            Ok(Some((entry, bytes))) => {
                let inside = walk::source_path(folder, entry.path());
                let hidden = inside.as_str().split('/').any(|part| part.starts_with('.') || part.ends_with('~'));
                if !hidden {
                    let path = walk::source_path(project, entry.path());
                    files.insert(inside.as_str().to_string(), (path, bytes.into()));
                }
            }
            Err((disk, reason)) => {
                whole = false;
                let path = walk::source_path(project, &disk);
                report.add(if reason.is_empty() { linked(&path) } else { crate::load::cannot_read(&path, &reason) });
            }
        }
    }
    whole.then_some(())
}

fn linked(path: &SourcePath) -> Finding {
    let text = Text::new(
        "主题里不能有链接文件或特殊文件，请把文件本身复制过来。",
        "A theme must not hold links or special files; copy the file itself.",
    );
    Finding::new(&codes::E138, Place::file(path), text)
}

fn no_theme(project: &Path, name: &str, place: Place) -> Finding {
    let mut known: Vec<String> = std::fs::read_dir(project.join("themes"))
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .chain(["default".to_string()])
        .collect();
    known.sort();
    known.dedup();
    let text = Text::new(
        format!("themes 里没有“{}”这个文件夹。可用的主题：{}", displayable(name), known.join("、")),
        format!("There is no folder themes/{}. Known themes: {}", displayable(name), known.join(", ")),
    );
    let near = nearest(name, known.iter().map(String::as_str)).unwrap_or("default");
    let line = place.with(near);
    Finding::new(&codes::E204, place, text).fix(line)
}

/// The template that is meant by `name`: the project's, else the built-in one.
fn source<'s>(sources: &'s BTreeMap<String, TemplateSource>, name: &str) -> Option<&'s TemplateSource> {
    sources.get(name).or_else(|| sources.get(&format!("{BUILT_IN}{name}")))
}

/// The templates by the names Tera knows them by: the built-in ones below [`BUILT_IN`], the project's own as they are.
fn templates(built_in: &Files, files: &Files, report: &mut Report) -> Option<BTreeMap<String, TemplateSource>> {
    let mut sources = BTreeMap::new();
    let mut whole = true;
    let is_own = |name: &str| match (built_in.get(name), files.get(name)) {
        (Some((_, before)), Some((_, now))) => !Arc::ptr_eq(before, now),
        _ => true,
    };
    let all = built_in.iter().map(|file| (BUILT_IN, file));
    let own = files.iter().filter(|(name, _)| is_own(name)).map(|file| ("", file));
    for (prefix, (file, (path, bytes))) in all.chain(own) {
        let Some(name) = file.strip_prefix("templates/") else { continue };
        match std::str::from_utf8(bytes) {
            Ok(text) => {
                let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
                if let Some(at) = text.find(DUMP) {
                    whole = false;
                    report.add(dumped(path, &text, at));
                }
                // The project's file of that path is another one.
                let shadowed = !prefix.is_empty() && is_own(file);
                let path = if shadowed { SourcePath::new(format!("{prefix}{name}")) } else { path.clone() };
                sources.insert(format!("{prefix}{name}"), TemplateSource { path, text });
            }
            Err(_) => {
                whole = false;
                let text = Text::new("模板要存成 UTF-8 编码。", "A template must be UTF-8.");
                report.add(Finding::new(&codes::E205, Place::file(path), text));
            }
        }
    }
    leave_out_replaced(&mut sources);
    whole.then_some(sources)
}

/// The name under which Tera shows all that a template knows, each time in another order.
const DUMP: &str = "__tera_context";

fn dumped(path: &SourcePath, text: &str, at: usize) -> Finding {
    let place = Place::in_text(path, text, at, DUMP.len());
    let line = place.with("page");
    let text = Text::new(
        format!(
            "模板里不能用 {DUMP}：它写出来的顺序每次都不同，同样的稿件就会生成不同的网页。要看这一页有哪些内容，写 page。"
        ),
        format!("`{DUMP}` is written in another order each time, so no two builds are the same; write `page`."),
    );
    Finding::new(&codes::E205, place, text).fix(line)
}

/// Leaves out built-in pages that the project has its own of and does not name: they extend the project's `base.html`,
/// which need not have the blocks they fill.
fn leave_out_replaced(sources: &mut BTreeMap<String, TemplateSource>) {
    let is_own = |name: &str| !name.starts_with(BUILT_IN);
    let own: String = sources.iter().filter(|(name, _)| is_own(name)).map(|(_, source)| source.text.as_str()).collect();
    let is_replaced = |(name, source): &(&String, &TemplateSource)| {
        let of_project = name.strip_prefix(BUILT_IN).is_some_and(|plain| sources.contains_key(plain));
        of_project && source.text.contains("{% extends ") && !own.contains(&format!("\"{name}\""))
    };
    let replaced: Vec<String> = sources.iter().filter(is_replaced).map(|(name, _)| name.clone()).collect();
    replaced.iter().for_each(|name| drop(sources.remove(name)));
}

fn compile(sources: &BTreeMap<String, TemplateSource>, words: words::Words, report: &mut Report) -> Option<Tera> {
    let mut tera = Tera::new();
    // Every template escapes, whatever it is called (faults.md E05).
    tera.autoescape_on([""]);
    tera.set_escape_fn(escape);
    tera.register_filter("group_by", groups::group_by);
    tera.register_filter("pieces", move |text: &str, _: Kwargs, _: &State| words.pieces(text));
    tera.set_fallback_prefixes([BUILT_IN]).expect("no template has been added yet");
    let all = sources.iter().map(|(name, source)| (name.as_str(), source.text.as_str()));
    match tera.add_raw_templates(all) {
        Ok(()) => Some(tera),
        Err(error) => {
            report.add(retell::finding(&error, sources, None));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn e05_text_stands_for_itself_between_tags_and_in_either_quotes() {
        let escaped = |text: &str| {
            let mut out = Vec::new();
            super::escape(text, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(escaped("<甲 a=\"乙\" b='丙'>&"), "&lt;甲 a=&quot;乙&quot; b=&#39;丙&#39;&gt;&amp;");
        assert_eq!(escaped("甲乙"), "甲乙");
        assert_eq!(escaped(""), "");
    }
    #[test]
    fn a_part_that_is_made_ready_shows_what_it_is_and_is_told_by_it() {
        use std::collections::BTreeMap;

        use super::Ready;
        use crate::hash::hash;

        let part = |title: &str| BTreeMap::from([("title", title.to_string()), ("url", "<a>".to_string())]);
        let ready = Ready::from(part("甲"));
        assert_eq!(serde_json::to_string(&ready).unwrap(), serde_json::to_string(&part("甲")).unwrap());
        let shown = |context: &tera::Context| {
            let mut tera = tera::Tera::new();
            tera.add_raw_template("a", "{% for one in all %}{{ one.title }}{{ one.url | safe }};{% endfor %}").unwrap();
            tera.render("a", context).unwrap()
        };
        let twice = BTreeMap::from([("all", vec![ready.clone(), ready.clone()])]);
        assert_eq!(shown(&tera::Context::from_serialize(&twice).unwrap()), "甲<a>;甲<a>;");
        assert_eq!(hash(&ready), hash(&Ready::from(part("甲"))));
        assert_ne!(hash(&ready), hash(&Ready::from(part("乙"))));
        // Two parts without a hash are not taken for one.
        let no_hash = std::time::UNIX_EPOCH - std::time::Duration::from_secs(1);
        assert_eq!(hash(&("a", Ready::from(no_hash))), None);
    }
}

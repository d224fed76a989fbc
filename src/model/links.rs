//! Where the links, pictures and files that pages name lead. Paths are relative to the file that names them, or
//! begin with `/` and mean an address of the site.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use imbl::OrdMap;
use unicode_normalization::UnicodeNormalization;

use super::page::{Destination, Page, PageId};
use crate::load::facts::Form;
use crate::load::fields::Kind;
use crate::load::paths::{self, joined, rooted};
use crate::load::{File, walk};
use crate::markdown::{Link, Target};
use crate::report::{Finding, Place, Report, SourcePath, Text, codes, displayable, nearest};

/// What can be linked: pages by their source files, and every other file.
pub struct Known<'a> {
    /// Pages that stand.
    pub pages: &'a BTreeMap<SourcePath, PageId>,
    /// Sources that could not be read; links to them stay silent.
    pub broken: &'a BTreeSet<SourcePath>,
    /// Every other file below `content/`.
    pub files: &'a BTreeMap<SourcePath, File>,
}

/// What a path names.
enum Named {
    Page(PageId),
    File(SourcePath),
    Broken,
    Nothing,
}

impl Known<'_> {
    /// Resolves one link of a body; anchors in other pages are checked later by [`anchors`].
    pub fn destination(&self, from: &SourcePath, link: &Link, report: &mut Report) -> Destination {
        match &link.target {
            Target::None => Destination::Nowhere,
            Target::External(_) if link.is_image => {
                report.add(foreign_picture(link));
                Destination::Nowhere
            }
            Target::External(url) => Destination::External(url.clone()),
            Target::Contact(url) => Destination::Contact(url.clone()),
            Target::Anchor(anchor) => Destination::Anchor(anchor.clone()),
            Target::Rooted { path, anchor } => match rooted(path) {
                Some(file) => self.named(&file, path, anchor.clone(), link, report),
                None => {
                    let anchor = anchor.as_ref().map_or(String::new(), |anchor| format!("#{anchor}"));
                    Destination::Address(format!("{}{anchor}", path.trim_start_matches('/')))
                }
            },
            Target::Relative { path, anchor } => match joined(from, path) {
                Some(target) => self.named(&target, path, anchor.clone(), link, report),
                None => {
                    report.add(outside(&link.place, path));
                    Destination::Nowhere
                }
            },
        }
    }

    /// Resolves a file that a header names; a web page or nothing is a finding.
    pub fn file(&self, from: &SourcePath, written: &str, place: Place, report: &mut Report) -> Option<SourcePath> {
        if is_local(written) {
            report.add(local(from, place, written));
            return None;
        }
        if written.contains('\\') {
            let line = place.with(&written.replace('\\', "/"));
            let message = Text::new("路径要用“/”，不能用“\\”。", "Use `/` in paths, not `\\`.");
            report.add(Finding::new(&codes::E121, place, message).fix(line));
            return None;
        }
        let Some(target) = paths::meant(from, written) else {
            report.add(outside(&place, written));
            return None;
        };
        match self.look(&target) {
            Named::File(path) => Some(path),
            Named::Broken => None,
            _ => {
                report.add(self.not_found(&place, written, &target, true));
                None
            }
        }
    }

    /// Checks that `path` is a picture browsers can show (E154), and returns it if so.
    pub fn picture(&self, path: SourcePath, place: &Place, report: &mut Report) -> Option<SourcePath> {
        let file = self.files.get(&path)?;
        if let Err(text) = shown(&path, file, MOST_SHOWN) {
            report.add(Finding::new(&codes::E154, place.clone(), text));
            return None;
        }
        if file.facts.cmyk {
            report.add(for_print(place));
        }
        Some(path)
    }

    /// Checks that `path`, which is offered for download and print, is no broken picture (E154), and returns it if so.
    pub fn offered(&self, path: SourcePath, place: &Place, report: &mut Report) -> Option<SourcePath> {
        let file = self.files.get(&path)?;
        let form = file.facts.form;
        let named = PICTURES.contains(&walk::extension(path.file_name()).as_str());
        if (named || form.is_picture() || form == Form::Heif)
            && let Err(text) = shown(&path, file, MOST_PRINTED)
        {
            report.add(Finding::new(&codes::E154, place.clone(), text));
            return None;
        }
        Some(path)
    }

    fn named(
        &self,
        target: &SourcePath,
        written: &str,
        anchor: Option<String>,
        link: &Link,
        report: &mut Report,
    ) -> Destination {
        match self.look(target) {
            Named::Broken => Destination::Nowhere,
            Named::Page(id) if !link.is_image => Destination::Page(id, anchor),
            Named::File(path) if link.is_image => {
                self.picture(path, &link.place, report).map_or(Destination::Nowhere, Destination::File)
            }
            Named::File(path) => Destination::File(path),
            _ => {
                report.add(self.not_found(&link.place, written, target, link.is_image));
                Destination::Nowhere
            }
        }
    }

    fn look(&self, target: &SourcePath) -> Named {
        let page = |path: &SourcePath| match self.pages.get(path) {
            Some(id) => Some(Named::Page(id.clone())),
            None => self.broken.contains(path).then_some(Named::Broken),
        };
        let file = || self.files.contains_key(target).then(|| Named::File(target.clone()));
        let bundle = || page(&SourcePath::new([target.as_str().trim_end_matches('/'), "/index.md"].concat()));
        page(target).or_else(file).or_else(bundle).unwrap_or(Named::Nothing)
    }

    /// E123 for `written`, which leads to `target`; where a file is wanted, pages are not proposed.
    fn not_found(&self, place: &Place, written: &str, target: &SourcePath, wants_file: bool) -> Finding {
        let inside = |path: &&SourcePath| path.folder() == target.folder();
        let files = self.files.keys().filter(inside);
        let pages = self.pages.keys().filter(inside).filter(|_| !wants_file);
        let names: Vec<&str> = files.chain(pages).map(SourcePath::file_name).collect();
        let folder_of = SourcePath::new(format!("{target}/"));
        let first = [
            self.pages.range(&folder_of..).next().map(|(path, _)| path),
            self.files.range(&folder_of..).next().map(|(path, _)| path),
        ];
        if first.into_iter().flatten().any(|path| path.as_str().starts_with(folder_of.as_str())) {
            return folder(place, written, target);
        }
        missing(place, written, target, &names)
    }
}

/// Whether the page has links to spots in pages.
pub fn has_anchors(page: &Page) -> bool {
    page.links().iter().any(|link| matches!(link, Destination::Anchor(_) | Destination::Page(_, Some(_))))
}

/// Checks every anchor that links of `page` name (E123).
pub fn anchors<'p>(page: &'p Page, pages: &'p OrdMap<PageId, Arc<Page>>) -> impl Iterator<Item = Finding> + 'p {
    page.body.links().iter().zip(page.links()).filter_map(move |(link, destination)| {
        let (target, anchor) = match destination {
            Destination::Anchor(anchor) => (page, anchor),
            Destination::Page(id, Some(anchor)) => (&**pages.get(id)?, anchor),
            _ => return None,
        };
        let is_known = anchor.is_empty() || target.body.anchors().any(|known| known == anchor);
        (!is_known).then(|| no_anchor(link, target, anchor))
    })
}

/// Whether a path means a place on the author's own machine or office network.
fn is_local(written: &str) -> bool {
    let drive = matches!(written.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    drive || written.starts_with("\\\\") || written.to_ascii_lowercase().starts_with("file:")
}

fn local(from: &SourcePath, place: Place, written: &str) -> Finding {
    let folder = from.folder();
    let name = written.rsplit(['/', '\\', ':']).next().unwrap_or(written);
    let text = Text::new(
        format!("这个文件还在你的电脑里，别人打不开。请复制到 {folder}，再写文件名。"),
        format!("This file is only on your computer; copy it into {folder}."),
    );
    let line = place.with(name);
    Finding::new(&codes::E124, place, text).fix(line)
}

fn outside(place: &Place, written: &str) -> Finding {
    let shown = displayable(written);
    let text = Text::new(
        format!("“{shown}”在 content 文件夹外面，不能链接。要供下载的文件请放到 content/files。"),
        format!("`{shown}` lies outside of the content folder and cannot be linked; put downloads into content/files."),
    );
    Finding::new(&codes::E123, place.clone(), text)
}

fn folder(place: &Place, written: &str, target: &SourcePath) -> Finding {
    let shown = displayable(written);
    let kind = target.as_str().strip_prefix("content/").filter(|folder| Kind::of_folder(folder).is_some());
    let text = Text::new(
        format!("“{shown}”是一个文件夹。请写出里面的文件名；要链接到列表页，请写网址，例如 /notices/。"),
        format!("`{shown}` is a folder; name a file in it, or the address of a list such as /notices/."),
    );
    let line = kind.map(|kind| rewritten(place, written, &format!("/{kind}/")));
    Finding::new(&codes::E123, place.clone(), text).fixes(line)
}

/// The line of `place` with `wanted` where `written` stands in what is marked.
fn rewritten(place: &Place, written: &str, wanted: &str) -> String {
    let marked = place.marked();
    let wanted = match wanted.contains([' ', '(', ')']) && marked.contains("](") && !marked.contains('<') {
        true => format!("<{wanted}>"),
        false => wanted.to_string(),
    };
    match marked.rfind(written) {
        Some(at) => place.with(&format!("{}{wanted}{}", &marked[..at], &marked[at + written.len()..])),
        None => wanted,
    }
}

fn missing(place: &Place, written: &str, target: &SourcePath, names: &[&str]) -> Finding {
    let shown = displayable(written);
    let wanted = target.file_name();
    let near = nearest(wanted, names.iter().copied());
    let (zh, en) = match near {
        Some(near) => {
            (format!("你是不是想写“{near}”？{}", difference(wanted, near)), format!("did you mean `{near}`?"))
        }
        None if names.is_empty() => {
            let folder = displayable(target.folder());
            (
                format!("{folder} 里没有可以引用的文件，请先把文件放进去。"),
                format!("{folder} holds no files; put it there."),
            )
        }
        None => {
            let list = names.iter().take(5).copied().collect::<Vec<_>>();
            (format!("文件夹里有：{}。", list.join("、")), format!("nearby: {}.", list.join(", ")))
        }
    };
    let text = Text::new(format!("找不到“{shown}”。{zh}"), format!("`{shown}` does not exist; {en}"));
    let finding = Finding::new(&codes::E123, place.clone(), text);
    match near {
        Some(near) => {
            let path = match written.rsplit_once('/') {
                Some((folder, _)) => format!("{folder}/{near}"),
                None => near.to_string(),
            };
            finding.fix(rewritten(place, written, &path))
        }
        None => finding,
    }
}

/// Names the kind of difference people do not see: case, width, extension.
fn difference(wanted: &str, near: &str) -> &'static str {
    let folded = |text: &str| text.nfkc().collect::<String>();
    let stem = |text: &str| text.rsplit_once('.').map_or(text.to_string(), |(stem, _)| stem.to_string());
    if wanted.to_lowercase() == near.to_lowercase() {
        "（大小写不同）"
    } else if folded(wanted) == folded(near) {
        "（全角、半角不同）"
    } else if stem(wanted) == stem(near) {
        "（扩展名不同）"
    } else {
        ""
    }
}

fn no_anchor(link: &Link, target: &Page, anchor: &str) -> Finding {
    let shown = displayable(anchor);
    let by_text = target.body.outline().iter().find(|heading| heading.text.contains(anchor));
    let near = by_text.map(|heading| heading.id.as_str()).or_else(|| nearest(anchor, target.body.anchors()));
    let list = target.body.outline().iter().take(5).map(|heading| format!("#{}（{}）", heading.id, heading.text));
    let list = list.collect::<Vec<_>>().join("、");
    let (zh, en) = if list.is_empty() {
        ("那一页没有小标题。".to_string(), "That page has no headings.".to_string())
    } else {
        (format!("可用的锚点：{list}。"), format!("Anchors: {list}."))
    };
    let text = Text::new(
        format!("“{}”里没有锚点“#{shown}”。{zh}", displayable(&target.title)),
        format!("`{}` has no anchor `#{shown}`. {en}", target.path),
    );
    let finding = Finding::new(&codes::E123, link.place.clone(), text);
    match near {
        Some(near) => finding.fix(rewritten(&link.place, &format!("#{anchor}"), &format!("#{near}"))),
        None => finding,
    }
}

fn foreign_picture(link: &Link) -> Finding {
    let text = Text::new(
        "图片不能直接用外部网址。请把图片下载下来，放到页面旁边再引用。",
        "Pictures cannot come from another site; save the file beside the page and link that.",
    );
    Finding::new(&codes::E154, link.place.clone(), text)
}

fn for_print(place: &Place) -> Finding {
    let text = Text::new(
        "这张图片是印刷用的 CMYK 色彩，在网页上颜色会走样。请另存一张 RGB 的。",
        "The picture is CMYK, for print; its colours look wrong on a page. Save one as RGB.",
    );
    Finding::new(&codes::W165, place.clone(), text)
}

/// Extensions that promise a picture.
const PICTURES: [&str; 8] = ["jpg", "jpeg", "png", "gif", "webp", "heic", "heif", "avif"];
/// Pixels a phone can unpack.
const MOST_SHOWN: u64 = 40_000_000;
/// Pixels of 800×2000 mm at 300 dpi, the largest that is printed.
const MOST_PRINTED: u64 = 250_000_000;

/// `4000 万像素`, `2.5 亿像素`.
fn pixels_zh(count: u64) -> String {
    let ten_thousands = count / 10_000;
    if ten_thousands < 10_000 {
        format!("{ten_thousands} 万像素")
    } else {
        format!("{} 亿像素", count as f64 / 1e8)
    }
}

/// Whether the picture can be shown, at most with so many pixels; else why not.
fn shown(path: &SourcePath, file: &File, most: u64) -> Result<(), Text> {
    let extension = walk::extension(path.file_name());
    let facts = file.facts;
    let fault = |zh: String, en: String| Err(Text::new(zh, en));
    if facts.size == 0 {
        return fault("这张图片是空文件，请重新放一张。".into(), "The picture is an empty file.".into());
    }
    if facts.form == Form::Heif || extension == "heic" {
        return fault(
            "HEIC 照片很多浏览器打不开，请转成 JPG 再放进来。".into(),
            "Many browsers cannot show HEIC; convert it to JPEG.".into(),
        );
    }
    if !facts.form.is_picture() {
        return fault(
            "这个文件不是可以在网页上显示的图片（JPG、PNG、GIF 或 WebP）。".into(),
            "The file is no picture a page can show (JPEG, PNG, GIF or WebP).".into(),
        );
    }
    if !facts.form.suits(&extension) {
        let (name, form) = (displayable(path.file_name()), facts.form.name());
        return fault(
            format!("“{name}”其实是 {form} 图片，扩展名写错了，请改名。"),
            format!("`{name}` is really a {form} picture; rename it."),
        );
    }
    match facts.pixels {
        None => fault("这张图片不完整，打不开，请重新放一张。".into(), "The picture is truncated.".into()),
        Some((width, height)) if u64::from(width) * u64::from(height) > most => fault(
            format!("这张图片有 {width}×{height} 像素，太大了，请缩小到 {} 以内。", pixels_zh(most)),
            format!("The picture has {width}×{height} pixels; at most {} million are taken.", most / 1_000_000),
        ),
        Some(_) => Ok(()),
    }
}

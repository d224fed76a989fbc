//! Posters and letters as files, and what pages say about them. A page that offers posters names their sizes, so it
//! asks for the same products that are written.

use std::io::{Cursor, Write as _};
use std::sync::Arc;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

use super::view::{self, Picture, Size};
use super::{Press, letters, sheets};
use crate::load;
use crate::load::fields::Kind;
use crate::model::page::Own;
use crate::model::{Format, Made, OutPath, Page};
use crate::plan::{self, PREVIEW_WIDTH, PosterPart, Recipe};
use crate::report::Finding;
use crate::typeset::{Sheet, told};

/// Open days whose posters the page of posters shows.
const MOST_OPEN_DAYS: usize = 12;

impl Press {
    /// The bytes of a poster, a preview, a letter or a pack.
    pub(super) fn printed(&self, recipe: &Recipe) -> Option<Result<Arc<[u8]>, Vec<Finding>>> {
        match recipe {
            Recipe::Poster(id, PosterPart::Pack) => Some(pack(self, self.edition.page(id)?).map(Arc::from)),
            Recipe::Poster(_, PosterPart::Thumbnail) => {
                let (sheet, made) = self.sheet(recipe)?;
                Some(self.thumbnail(&sheet, made))
            }
            recipe => {
                let (sheet, made) = self.sheet(recipe)?;
                Some(self.typesetter.make(&sheet, made))
            }
        }
    }

    /// A small picture of a supplied file; of a PDF in a process of its own, where there can be one.
    fn thumbnail(&self, sheet: &Sheet, made: Made) -> Result<Arc<[u8]>, Vec<Finding>> {
        match (self.apart, sheet.pictures.get("/picture.pdf")) {
            (Some(apart), Some(pdf)) => {
                let drawn = self.typesetter.make_apart(sheet, made, || apart(pdf));
                drawn.ok_or_else(|| vec![told::broken_picture("PDF", sheet)])
            }
            _ => self.typesetter.make(sheet, made),
        }
    }

    /// What is wrong with a poster, a preview or a letter, without making its bytes.
    pub(super) fn proof(&self, recipe: &Recipe) -> Vec<Finding> {
        if matches!(recipe, Recipe::Poster(_, PosterPart::Thumbnail)) {
            return self.printed(recipe).and_then(Result::err).unwrap_or_default();
        }
        self.sheet(recipe).map(|(sheet, made)| self.typesetter.proof(&sheet, made)).unwrap_or_default()
    }

    /// What a poster, a preview or a letter is set from, and how its bytes are made.
    pub fn sheet(&self, recipe: &Recipe) -> Option<(Sheet, Made)> {
        match recipe {
            Recipe::Card => {
                let (sheet, width) = sheets::card(self);
                Some((sheet, Made::Png(width)))
            }
            Recipe::Letter(id) => Some((letters::letter(self, self.edition.page(id)?)?, Made::WebPdf)),
            Recipe::Poster(id, PosterPart::Thumbnail) => {
                Some((sheets::supplied(self, self.edition.page(id)?)?, Made::Png(PREVIEW_WIDTH)))
            }
            Recipe::Poster(id, PosterPart::Preview) => {
                Some((sheets::poster(self, self.edition.page(id)?, Format::A3)?, Made::Png(PREVIEW_WIDTH)))
            }
            Recipe::Poster(id, PosterPart::File(format)) => {
                Some((sheets::poster(self, self.edition.page(id)?, *format)?, format.about().made))
            }
            _ => None,
        }
    }

    /// The posters made of a page, in short; none where there are none.
    pub(crate) fn poster_set(&self, page: &Page) -> Option<view::PosterSet> {
        let url = self.plan.poster(&page.id, PosterPart::Page).map(|out| self.url(&out))?;
        let preview = self.poster_preview(page)?;
        Some(view::PosterSet {
            title: page.title.clone(),
            url,
            preview,
            files: self.poster_files(page, |_| Size::default()),
        })
    }

    /// A small picture of the posters made of a page; none where there are none.
    pub(super) fn poster_preview(&self, page: &Page) -> Option<Picture> {
        let url = self.plan.poster(&page.id, PosterPart::Preview).map(|out| self.url(&out))?;
        let a3 = Format::A3.about();
        let height = a3.height.map(|height| (PREVIEW_WIDTH * height).div_ceil(a3.width));
        let alt = format!("{}海报预览", page.title);
        Some(Picture { url, alt, caption: None, width: Some(PREVIEW_WIDTH), height, sizes: Vec::new() })
    }

    /// The picture that stands for the site where a page has none of its own; none where no posters are made.
    pub(super) fn site_card(&self) -> Option<Picture> {
        let url = self.plan.card().map(|out| self.url(&out))?;
        let (width, height) = sheets::CARD;
        let alt = self.edition.config().title.clone();
        Some(Picture { url, alt, caption: None, width: Some(width), height: Some(height), sizes: Vec::new() })
    }

    fn poster_files(&self, page: &Page, size: impl Fn(&Recipe) -> Size) -> Vec<view::PosterDownload> {
        let formats = self.edition.config().posters.iter();
        let file = |format: &Format| {
            let part = PosterPart::File(*format);
            let out = self.plan.poster(&page.id, part)?;
            let about = format.about();
            Some(view::PosterDownload {
                word: about.word,
                name: about.zh,
                purpose: about.purpose,
                format: about.made.extension().to_uppercase(),
                dimensions: dimensions(*format),
                width: (about.unit == "px").then_some(about.width),
                height: about.height.filter(|_| about.unit == "px"),
                size: size(&Recipe::Poster(page.id.clone(), part)),
                url: self.url(&out),
                // What the file is called once it is on somebody's computer.
                file: file_name(page, Some(about.zh), about.made.extension()),
            })
        };
        formats.filter_map(file).collect()
    }

    /// `poster.html`
    pub(super) fn poster_page(&self, page: &Page) -> Option<view::PosterPage> {
        let pack = Recipe::Poster(page.id.clone(), PosterPart::Pack);
        let campaign = match &page.own {
            Own::Campaign(campaign) => Some(self.campaign_card(page, campaign)),
            _ => self.shown(&page.campaigns).find_map(|page| match &page.own {
                Own::Campaign(campaign) => Some(self.campaign_card(page, campaign)),
                _ => None,
            }),
        };
        Some(view::PosterPage {
            of: self.card(page),
            campaign,
            set: self.poster_set(page)?,
            files: self.poster_files(page, |recipe| self.printed_size(recipe)),
            pack: self.plan.poster(&page.id, PosterPart::Pack).map(|out| view::PackFile {
                url: self.url(&out),
                file: file_name(page, Some("海报全套"), "zip"),
                size: self.printed_size(&pack),
            }),
            lines: lines(self, page),
        })
    }

    /// Open days to come whose posters stand on the page of posters.
    pub(super) fn open_day_posters(&self) -> Vec<view::PosterSet> {
        let all = self.plan.index.list(crate::plan::ListOf::Kind(Kind::OpenDay));
        let to_come = |page: &&Page| match &page.own {
            Own::OpenDay(open_day) => {
                let last = open_day.sessions.last();
                !open_day.status.is_off() && last.is_none_or(|last| last.date >= self.edition.today())
            }
            _ => false,
        };
        self.shown(all).filter(to_come).filter_map(|page| self.poster_set(page)).take(MOST_OPEN_DAYS).collect()
    }
}

/// `297×420 mm`, `宽 1080 像素`.
fn dimensions(format: Format) -> String {
    let about = format.about();
    let bleed = if format.bleed() > 0 { format!("，出血 {} mm", format.bleed()) } else { String::new() };
    match (about.unit, about.height) {
        ("mm", Some(height)) => format!("{}×{height} mm{bleed}", about.width),
        (_, Some(height)) => format!("{}×{height} 像素", about.width),
        (_, None) => format!("宽 {} 像素", about.width),
    }
}

/// `有机产品认证宣传周-A3海报.pdf`, without characters that file systems refuse.
pub fn file_name(page: &Page, part: Option<&str>, extension: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, '（' | '）' | '、' | '·' | '-');
    let title: String = page.title.chars().filter(kept).take(40).collect();
    match part {
        Some(part) => format!("{title}-{part}.{extension}"),
        None => format!("{title}.{extension}"),
    }
}

/// The words of the poster, for those who cannot see it.
fn lines(press: &Press, page: &Page) -> Vec<String> {
    let Some(sheet) = sheets::poster(press, page, Format::A3) else { return Vec::new() };
    let text = |key: &str| sheet.data[key].as_str().map(str::to_string).filter(|text| !text.is_empty());
    let list = |key: &str| {
        let all = sheet.data[key].as_array().into_iter().flatten().filter_map(|value| value.as_str());
        Some(all.collect::<Vec<_>>().join("、")).filter(|text| !text.is_empty())
    };
    let said = |label: &str, text: Option<String>| text.map(|text| format!("{label}：{text}"));
    let sessions = sheet.data["sessions"].as_array().into_iter().flatten().map(|session| {
        let part = |key: &str| session[key].as_str().unwrap_or_default();
        format!("{} {} {}", part("date"), part("weekday"), part("hours")).trim().to_string()
    });
    let sessions = Some(sessions.collect::<Vec<_>>().join("；")).filter(|text| !text.is_empty());
    [
        text("name"),
        text("slogan"),
        said("状态", text("status")),
        text("status_note"),
        said("时间", text("dates")),
        said("场次", sessions),
        said("机构", text("institution")),
        said("地址", text("address")),
        said(if page.id.kind == Kind::OpenDay { "项目" } else { "内容" }, list("points")),
        said("预约", list("booking")),
        said("主办", list("organizer")),
        said("网址", text("url")),
        said("咨询投诉", text("hotline")),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Everything in one ZIP: its posters in the order of the table, those supplied for the campaign, and a list of check
/// sums. Stored, because PDF and PNG are packed already; times are fixed, so the bytes are.
fn pack(press: &Press, page: &Page) -> Result<Vec<u8>, Vec<Finding>> {
    let name = |out: &OutPath| out.as_str().rsplit('/').next().unwrap_or_default().to_string();
    let mut files: Vec<(String, Arc<[u8]>)> = Vec::new();
    for (out, recipe) in packed(press, page) {
        if let Some(bytes) = press.printed(&recipe) {
            files.push((name(&out), bytes?));
        }
    }
    for (file, out) in supplied(press, page) {
        if let Ok(bytes) = load::bytes(&file.found.disk) {
            files.push((format!("supplied/{}", out.as_str().trim_start_matches("posters/")), bytes.into()));
        }
    }
    zipped(&files).map_err(|fault| {
        let path = &page.path;
        vec![load::cannot_read(path, &fault.to_string())]
    })
}

/// The posters in the pack of `page`, in the order of the table.
pub(super) fn packed<'p>(press: &'p Press, page: &'p Page) -> impl Iterator<Item = (OutPath, Recipe)> + 'p {
    press.edition.config().posters.iter().filter_map(|format| {
        let part = PosterPart::File(*format);
        Some((press.plan.poster(&page.id, part)?, Recipe::Poster(page.id.clone(), part)))
    })
}

/// The files supplied for a campaign, and where they are offered.
pub(super) fn supplied<'p>(press: &'p Press, page: &Page) -> impl Iterator<Item = (&'p load::File, &'p OutPath)> {
    let mine = press.shown(press.plan.index.of_campaign(&page.id));
    let posters = mine.filter_map(|page| if let Own::Poster(poster) = &page.own { Some(poster) } else { None });
    let files = posters.flat_map(|poster| poster.files.iter().map(|file| &file.file));
    files.filter_map(|path| Some((press.edition.file(path)?, press.plan.file(path)?)))
}

/// The list of check sums in a pack, in the form `sha256sum -c` reads.
const SUMS: &str = "SHA256SUMS.txt";

fn zipped(files: &[(String, Arc<[u8]>)]) -> zip::result::ZipResult<Vec<u8>> {
    use sha2::Digest as _;
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        // Without it a pack says on which system it was made, and would be another one on Windows.
        .system(System::Unix)
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut sums = String::new();
    for (name, bytes) in files {
        zip.start_file(name.as_str(), options)?;
        zip.write_all(bytes)?;
        let sum: String = sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        sums.push_str(&format!("{sum}  {name}\n"));
    }
    zip.start_file(SUMS, options)?;
    zip.write_all(sums.as_bytes())?;
    Ok(zip.finish()?.into_inner())
}

/// The small picture of a supplied poster: made of its preview or its first file.
pub fn supplied_preview(press: &Press, page: &Page) -> Option<Picture> {
    let Own::Poster(poster) = &page.own else { return None };
    let file = plan::supplied_source(&press.edition, poster)?;
    let out = press.plan.poster(&page.id, PosterPart::Thumbnail)?;
    let file = press.edition.file(file)?;
    let pixels = file.facts.pixels.map(|(width, height)| (f64::from(width), f64::from(height)));
    let (width, height) = pixels.or_else(|| plan::paper(file).map(|paper| (paper.width, paper.height)))?;
    let height = (f64::from(PREVIEW_WIDTH) * height / width.max(1.0)).round() as u32;
    let alt = poster.alt.clone().filter(|alt| !alt.is_empty());
    Some(Picture {
        url: press.url(&out),
        alt: alt.unwrap_or_else(|| format!("{}预览", page.title)),
        caption: None,
        width: Some(PREVIEW_WIDTH),
        height: Some(height),
        sizes: Vec::new(),
    })
}

/// Whether an output is set by the typesetter.
pub(super) fn is_printed(recipe: &Recipe) -> bool {
    match recipe {
        Recipe::Letter(_) | Recipe::Card => true,
        Recipe::Poster(_, part) => matches!(part, PosterPart::Preview | PosterPart::Thumbnail | PosterPart::File(_)),
        _ => false,
    }
}

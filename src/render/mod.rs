//! Recipe to bytes: one file a product. Rendering is pure: the same edition, theme and plan give the same bytes, and
//! a template sees its [`view`] and nothing behind it.

mod booklet;
mod calendar;
mod cards;
mod describe;
mod feed;
mod head;
mod ics;
pub mod key;
mod letters;
mod lists;
mod map;
mod pages;
mod photo;
pub mod posters;
mod records;
pub mod search;
pub mod sheets;
mod sitemap;
mod sizes;
mod structured;
pub mod view;
mod words;

pub use sizes::{WAVES, wave};

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use crate::address::percent_encode;
use crate::edition::Edition;
use crate::load;
use crate::load::facts::Form;
use crate::model::{OutPath, Own, Page};
use crate::plan::{Plan, PosterPart, Recipe};
use crate::report::{Finding, Place, SourcePath, Text, codes};
use crate::theme::{Ready, Theme};
use crate::typeset::{Apart, Typesetter};

/// Everything the outputs are made of; cheap to share between threads.
#[derive(Clone)]
pub struct Press {
    /// What may be shown.
    pub edition: Edition,
    /// What the site consists of.
    pub plan: Arc<Plan>,
    /// What sets posters and letters.
    pub typesetter: Arc<Typesetter>,
    theme: Arc<Theme>,
    /// The parts of a view that all pages share.
    site: Ready<view::Site>,
    /// Whether bodies and codes are named by what they follow from, and not written.
    named: bool,
    proofs: bool,
    apart: Option<Apart>,
    search: Arc<search::Search>,
    sizes: Arc<sizes::Known>,
    events: Arc<ics::Events>,
    /// The agendas that every agenda names.
    agendas: Arc<OnceLock<Vec<Ready<view::Filter>>>>,
    /// Is set where something is shown that may be shown otherwise once all bodies are read.
    doubt: Arc<AtomicBool>,
}

/// What an output file is made of.
#[derive(Debug, Clone)]
pub enum Made {
    /// Rendered bytes, or those of an asset.
    Bytes(Arc<[u8]>),
    /// A file of the project that is copied as it is.
    File(PathBuf),
}

impl Press {
    /// Brings edition, plan, theme and typesetter together.
    pub fn new(edition: Edition, plan: Arc<Plan>, theme: Arc<Theme>, typesetter: Arc<Typesetter>) -> Press {
        let site = head::site(&edition, &plan, &theme).into();
        let (search, sizes, events, agendas, doubt) = Default::default();
        let (named, proofs, apart) = (false, false, None);
        Press { edition, plan, typesetter, theme, site, named, proofs, apart, search, sizes, events, agendas, doubt }
    }

    /// The theme.
    pub fn theme(&self) -> &Theme {
        &self.theme
    }

    /// Whether all files but pages are those of `other`: what its theme brings, and what the plan follows from, which are
    /// the files it copies and all that posters show.
    pub fn has_files_of(&self, other: &Press) -> bool {
        Arc::ptr_eq(&self.theme, &other.theme) && Arc::ptr_eq(&self.plan, &other.plan)
    }

    /// The same press, which draws PDFs of others in a process of their own.
    pub fn apart(self, apart: Option<Apart>) -> Press {
        Press { apart, ..self }
    }

    /// The same press for `check`: posters are laid out and looked at, but no bytes are made of them.
    pub fn proofs(self) -> Press {
        Press { proofs: true, ..self }
    }

    /// Makes one page of an edition ahead; none where it may come out otherwise once all bodies are read.
    pub fn make_ahead(&self, out: &OutPath, recipe: &Recipe) -> Option<Result<Made, Vec<Finding>>> {
        if !is_sure(recipe) {
            return None;
        }
        let doubt = Arc::default();
        let made = Press { doubt: Arc::clone(&doubt), ..self.clone() }.make(out, recipe);
        (!doubt.load(Ordering::Relaxed)).then_some(made)
    }

    /// Makes one output; the findings name the template or the file at fault.
    pub fn make(&self, out: &OutPath, recipe: &Recipe) -> Result<Made, Vec<Finding>> {
        if !self.is_here(recipe) {
            return Err(vec![vanished(out.as_str())]);
        }
        match recipe {
            Recipe::Poster(_, PosterPart::Page) => {}
            Recipe::Poster(..) | Recipe::Letter(_) | Recipe::Card if self.proofs => {
                let wrong = self.proof(recipe);
                return if wrong.is_empty() { Ok(Made::Bytes(Arc::from(&b""[..]))) } else { Err(wrong) };
            }
            Recipe::Poster(..) | Recipe::Letter(_) | Recipe::Card => {
                let made = self.printed(recipe).unwrap_or_else(|| Err(vec![vanished(out.as_str())]));
                return made.map(Made::Bytes);
            }
            Recipe::Photo(path, width) => return self.photo(path, *width).map(Made::Bytes).map_err(|one| vec![*one]),
            _ => {}
        }
        self.plain(out, recipe).map_err(|finding| vec![*finding])
    }

    /// A photo in a width; for a proof only its first bytes are looked at.
    fn photo(&self, path: &SourcePath, width: u32) -> Result<Arc<[u8]>, Box<Finding>> {
        let file = self.edition.file(path).ok_or_else(|| Box::new(vanished(path.as_str())))?;
        let bytes = load::bytes(&file.found.disk).map_err(|fault| load::cannot_read(path, &fault.to_string()))?;
        let made = match self.proofs {
            true => photo::is_readable(&bytes).then(|| Arc::from(&b""[..])),
            false => self.scaled(&bytes, file.facts.orientation, width),
        };
        made.ok_or_else(|| Box::new(unreadable(path)))
    }

    fn scaled(&self, bytes: &[u8], orientation: u8, width: u32) -> Option<Arc<[u8]>> {
        let parts = [b"photo", &photo::EDITION.to_le_bytes()[..], &width.to_le_bytes(), bytes];
        self.typesetter.kept(&parts, || photo::scaled(bytes, orientation, width))
    }

    /// The bytes of a picture for print, without what a camera wrote into it: PDF would carry that along.
    fn picture_bytes(&self, path: &SourcePath) -> Option<Arc<[u8]>> {
        let file = self.edition.file(path)?;
        let bytes = load::bytes(&file.found.disk).ok()?;
        match (file.facts.form, photo::stripped(&bytes, file.facts.orientation)) {
            (Form::Jpeg, Some(stripped)) => Some(stripped.into()),
            (Form::Jpeg, None) if file.facts.position => None,
            _ => Some(bytes.into()),
        }
    }

    fn plain(&self, out: &OutPath, recipe: &Recipe) -> Result<Made, Box<Finding>> {
        Ok(match recipe {
            Recipe::Asset(name) => match self.theme.assets.get(name) {
                Some(asset) => Made::Bytes(asset.sent.clone()),
                None => return Err(Box::new(vanished(out.as_str()))),
            },
            Recipe::File(path) => match self.edition.file(path) {
                Some(file) => Made::File(file.found.disk.clone()),
                None => return Err(Box::new(vanished(path.as_str()))),
            },
            recipe => {
                let bytes = self.bytes(out, recipe)?;
                self.remember_size(out, recipe, &bytes);
                Made::Bytes(bytes.into())
            }
        })
    }

    /// The view of a page, and its template; none when the page is not shown.
    fn view(&self, out: &OutPath, recipe: &Recipe) -> Option<(&'static str, view::View)> {
        let (template, page) = self.page(recipe)?;
        let meta = head::meta(self, out, recipe, &page);
        let root = match recipe {
            Recipe::NotFound => self.edition.config().base_url.path().to_string(),
            _ => "../".repeat(out.as_str().matches('/').count()),
        };
        Some((template, view::View { root, site: self.site.clone(), meta, page }))
    }

    /// Whether the text that an output is made of still stands in its file, as far as it was not read in this run.
    fn is_here(&self, recipe: &Recipe) -> bool {
        match recipe {
            Recipe::SearchShard(_) | Recipe::SearchColumns => self.is_indexed(),
            Recipe::Page(id) | Recipe::Letter(id) | Recipe::SearchText(id) => {
                self.edition.page(id).is_none_or(|page| page.body.is_here())
            }
            Recipe::Booklet(id) => booklet::sources(self, id).all(|page| page.body.is_here()),
            _ => true,
        }
    }

    fn bytes(&self, out: &OutPath, recipe: &Recipe) -> Result<Vec<u8>, Box<Finding>> {
        Ok(match recipe {
            Recipe::CalendarFile(of) => ics::calendar(self, of).into_bytes(),
            Recipe::Feed(campaign) => feed::atom(self, out, campaign.as_ref()).into_bytes(),
            Recipe::Sitemap => sitemap::sitemap(self).into_bytes(),
            Recipe::Colors => self.edition.config().colors.style_sheet().unwrap_or_default().into_bytes(),
            Recipe::Robots => sitemap::robots(self).into_bytes(),
            Recipe::PagesData => records::pages(self),
            Recipe::OpenDaysData => records::open_days(self),
            Recipe::OpenDaysSchema => records::open_days_schema(self),
            Recipe::OpenDaysTable => records::open_days_table(self),
            Recipe::SearchIndex => self.search_directory(),
            Recipe::SearchFold => crate::search::fold::TABLE.as_bytes().to_vec(),
            Recipe::SearchWorker => crate::search::WORKER.as_bytes().to_vec(),
            Recipe::SearchColumns => self.search_columns().ok_or_else(|| Box::new(vanished(out.as_str())))?,
            Recipe::SearchShard(number) => {
                let shard = self.index().shard(*number);
                shard.ok_or_else(|| Box::new(vanished(out.as_str())))?.to_vec()
            }
            Recipe::SearchText(id) => match self.edition.page(id) {
                Some(page) => self.search_text(page),
                None => return Err(Box::new(vanished(out.as_str()))),
            },
            recipe => {
                let Some((template, view)) = self.view(out, recipe) else {
                    return Err(Box::new(vanished(out.as_str())));
                };
                self.theme.render(template, &view, out.as_str())?
            }
        })
    }

    /// The template of a page.
    pub fn template(&self, recipe: &Recipe) -> Option<&'static str> {
        Some(self.page(recipe)?.0)
    }

    /// The template and the view of a page; none when the page is not shown.
    fn page(&self, recipe: &Recipe) -> Option<(&'static str, view::Page)> {
        use view::Page as V;
        Some(match recipe {
            Recipe::Home => ("home.html", V::Home(lists::home(self))),
            Recipe::Page(id) => pages::page(self, self.edition.page(id)?)?,
            Recipe::List(of, number) => ("list.html", V::List(lists::list(self, *of, *number))),
            Recipe::Campaigns => ("campaigns.html", V::Campaigns(lists::campaigns(self))),
            Recipe::Booklet(id) => match self.edition.page(id)? {
                page @ Page { own: Own::Campaign(campaign), .. } => {
                    ("booklet.html", V::Booklet(booklet::booklet(self, page, campaign)?))
                }
                _ => return None,
            },
            Recipe::Agenda(of, part, number) => {
                ("calendar.html", V::Calendar(calendar::agenda(self, of, *part, *number)?))
            }
            Recipe::Month(year, month) => ("month.html", V::Month(calendar::month(self, *year, *month)?)),
            Recipe::Search => ("search.html", V::Search(self.search_page())),
            Recipe::Posters => ("posters.html", V::Posters(lists::posters(self))),
            Recipe::Poster(id, PosterPart::Page) => {
                ("poster.html", V::Poster(self.poster_page(self.edition.page(id)?)?))
            }
            Recipe::NotFound => ("404.html", V::NotFound(view::NotFound { campaigns: lists::campaigns(self).current })),
            Recipe::Moved(id) => {
                let page = self.edition.page(id)?;
                ("moved.html", V::Moved(view::Moved { to: self.tag(page) }))
            }
            _ => return None,
        })
    }

    /// The address of an output below the root, percent-encoded, `index.html` named in full.
    pub(crate) fn url(&self, out: &OutPath) -> String {
        percent_encode(out.as_str())
    }

    /// The address of a file; none when it is not offered.
    pub(crate) fn file_url(&self, path: &SourcePath) -> Option<String> {
        self.plan.file(path).map(|out| self.url(out))
    }

    /// The absolute address of an output, with a final slash instead of `index.html`.
    pub(crate) fn absolute(&self, out: &OutPath) -> String {
        self.edition.config().base_url.absolute(&percent_encode(out.address()))
    }

    /// A page's name and address.
    pub(crate) fn tag(&self, page: &Page) -> view::Tag {
        let color = match &page.own {
            Own::Campaign(campaign) => campaign.color.name().to_string(),
            _ => String::new(),
        };
        view::Tag { title: page.title.clone(), url: page.id.url(), color }
    }
}

/// Whether an output follows from nothing but what stands in it, as far as bodies go.
fn is_sure(recipe: &Recipe) -> bool {
    matches!(
        recipe,
        Recipe::Home
            | Recipe::Page(_)
            | Recipe::List(..)
            | Recipe::Campaigns
            | Recipe::Booklet(_)
            | Recipe::Agenda(..)
            | Recipe::Month(..)
            | Recipe::Posters
            | Recipe::Asset(_)
            | Recipe::Colors
    )
}

/// E154 for a photo that cannot be unpacked.
fn unreadable(path: &SourcePath) -> Finding {
    let text = Text::new(
        "这张照片读不出来，可能已经损坏，或者没有复制完整。请从手机或相机里重新复制一份。",
        "The photo cannot be read; it may be damaged or incomplete. Copy it again.",
    );
    Finding::new(&codes::E154, Place::file(path), text)
}

fn vanished(path: &str) -> Finding {
    let text = Text::new("生成期间文件有变动，请再运行一次。", "Files changed while the site was built; run again.");
    Finding::new(&codes::E136, Place::file(&SourcePath::new(path)), text)
}

//! What the preview shows of a press: rendered pages with their badges, and the list of everything for the panel.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::address::percent_encode;
use crate::commands::{Call, list};
use crate::edition::{Hidden, hidden};
use crate::load;
use crate::model::{Day, OutPath, Page, Site};
use crate::plan::Recipe;
use crate::render::{Made, Press};
use crate::report::SourcePath;
use crate::serve::{self, Answer, Listed};

/// The address of an output below the root of the preview.
pub(super) fn address(out: &OutPath) -> String {
    format!("/{}", percent_encode(out.address()))
}

/// Everything that was written, for the panel.
pub(super) fn listed(
    call: &Call,
    press: Option<Arc<Press>>,
    site: Option<Arc<Site>>,
    today: Day,
) -> Box<dyn Fn() -> Vec<Listed> + Send + Sync> {
    let call = call.clone();
    Box::new(move || {
        let Some(site) = &site else { return Vec::new() };
        let one = |page: &Arc<Page>| {
            let why = hidden(page, today);
            let shown = press.as_ref().is_some_and(|press| press.edition.page(&page.id).is_some());
            Listed {
                kind: call.say(page.id.kind.zh(), page.id.kind.word()).to_string(),
                title: page.title.clone(),
                source: page.path.as_str().to_string(),
                address: shown.then(|| address(&page.id.out())),
                state: list::state(&call, why),
                is_public: why.is_none(),
            }
        };
        let none = |path: &SourcePath, kind: &str, state: &str| Listed {
            kind: kind.to_string(),
            title: path.as_str().strip_prefix("content/").unwrap_or(path.as_str()).to_string(),
            source: path.as_str().to_string(),
            address: None,
            state: state.to_string(),
            is_public: false,
        };
        let mistaken = call.say("有错，没有读进来", "has mistakes, not read");
        let broken = site.broken.iter().map(|path| none(path, "", mistaken));
        let offered = |path: &SourcePath| press.as_ref().is_some_and(|press| press.edition.file(path).is_some());
        let (file, unused) =
            (call.say("文件", "file"), call.say("没有公开的页面用到它，不发布", "no public page uses it"));
        let files = site.files.keys().filter(|path| !offered(path)).map(|path| none(path, file, unused));
        broken.chain(site.pages.values().map(one)).chain(files).collect()
    })
}

/// Why a page that the author sees is not on the public site.
fn badge(press: &Press, site: &Site, recipe: &Recipe, call: &Call, today: Day) -> Option<String> {
    let Recipe::Page(id) = recipe else { return None };
    // What was shown when a build last succeeded may have been taken away since.
    let page = site.pages.get(id).map(|page| &**page).or_else(|| press.edition.page(id))?;
    let (zh, en) = match hidden(page, today)? {
        Hidden::Draft => ("草稿，正式网站不会出现".to_string(), "Draft: not on the public site".to_string()),
        Hidden::Future(day) => (
            format!("未到发布日期：{day} 起公开，现在正式网站不会出现"),
            format!("Public from {day}: not on the public site yet"),
        ),
        Hidden::Expired(day) => (
            format!("已过期：{day} 是最后一天，正式网站不会出现"),
            format!("Expired on {day}: not on the public site any more"),
        ),
        Hidden::NotPublic => ("不公开，正式网站不会出现".to_string(), "Not public: not on the public site".to_string()),
    };
    Some(call.say(&zh, &en).to_string())
}

/// The output a path names. 404.html alone names outputs by the path of `base_url`, below which the site will stand.
fn output<'p>(press: &'p Press, path: &str) -> Option<(OutPath, &'p Recipe)> {
    let below = press.edition.config().base_url.path().trim_start_matches('/');
    [Some(path), path.strip_prefix(below)].into_iter().flatten().find_map(|path| {
        let out = OutPath::new(path).ok()?;
        let recipe = press.plan.recipe(&out)?;
        Some((out, recipe))
    })
}

/// Rendered pages are kept up to this many bytes; a reader that asks for every page of a large site starts anew.
const MOST_KEPT: usize = 64 << 20;

/// What was rendered since the last change.
#[derive(Default)]
struct Rendered {
    pages: BTreeMap<String, Arc<[u8]>>,
    bytes: usize,
}

/// The answers of the whole, when they are there.
#[derive(Default)]
pub(super) struct Whole {
    answers: Mutex<Option<Arc<serve::AnswerOf>>>,
    bell: Condvar,
}

/// How long a reader waits for the whole.
const WHOLE_TIME: Duration = Duration::from_secs(55);

impl Whole {
    /// Answers everyone who waits, and who asks from now on.
    pub(super) fn ready(&self, answers: Arc<serve::AnswerOf>) {
        *self.answers.lock().unwrap_or_else(PoisonError::into_inner) = Some(answers);
        self.bell.notify_all();
    }

    fn answer(&self, path: &str) -> Option<Answer> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.bell.wait_timeout_while(answers, WHOLE_TIME, |answers| answers.is_none());
        let answers = waited.unwrap_or_else(PoisonError::into_inner).0.clone();
        answers.and_then(|answers| answers(path))
    }
}

/// Answers from a press that came ahead of the `whole`, and what is in doubt from that.
pub(super) fn answers_ahead(
    call: &Call,
    press: Arc<Press>,
    site: Arc<Site>,
    today: Day,
    whole: Arc<Whole>,
) -> serve::AnswerOf {
    let call = call.clone();
    Box::new(move |path| {
        let sure = || {
            let (out, recipe) = output(&press, path)?;
            match press.make_ahead(&out, recipe)? {
                Ok(Made::Bytes(bytes)) => {
                    Some(Answer { bytes, fault: None, badge: badge(&press, &site, recipe, &call, today) })
                }
                _ => None,
            }
        };
        sure().or_else(|| whole.answer(path))
    })
}

/// Answers from the press; rendered pages are kept as long as the press.
pub(super) fn answers(call: &Call, press: Option<Arc<Press>>, site: Option<Arc<Site>>, today: Day) -> serve::AnswerOf {
    let call = call.clone();
    let kept: Mutex<Rendered> = Mutex::default();
    Box::new(move |path| {
        let press = press.as_ref()?;
        let (out, recipe) = output(press, path)?;
        let badge = site.as_ref().and_then(|site| badge(press, site, recipe, &call, today));
        if let Some(bytes) = kept.lock().ok()?.pages.get(path) {
            return Some(Answer { bytes: bytes.clone(), fault: None, badge });
        }
        let made = press.make(&out, recipe).and_then(|made| match made {
            Made::Bytes(bytes) => Ok(bytes),
            Made::File(disk) => load::bytes(&disk)
                .map(Arc::from)
                .map_err(|fault| vec![load::cannot_read(&SourcePath::new(path), &fault.to_string())]),
        });
        Some(match made {
            Ok(bytes) => {
                if !matches!(recipe, Recipe::File(_)) {
                    let mut kept = kept.lock().ok()?;
                    if kept.bytes + bytes.len() > MOST_KEPT {
                        *kept = Rendered::default();
                    }
                    kept.bytes += bytes.len();
                    kept.pages.insert(path.to_string(), bytes.clone());
                }
                Answer { bytes, fault: None, badge }
            }
            Err(faults) => Answer { bytes: Arc::from(&b""[..]), fault: faults.into_iter().next(), badge },
        })
    })
}

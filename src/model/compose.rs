//! One source to one [`Page`]: the keys every kind takes, its links and pictures, and what it says about others.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::links::Known;
use super::page::*;
use super::reading::Reading;
use super::rows::{self, Named};
use super::waiver::waivers;
use super::{OutPath, Region};
use crate::load::Source;
use crate::load::fields::Kind;
use crate::markdown::Body;
use crate::report::{Finding, Place, Report, SourcePath, Text, codes, displayable, nearest};

/// Reads one page after the other.
pub(super) struct Composer<'a, 'r> {
    pub(super) known: &'a Known<'a>,
    pub(super) named: &'a Named,
    pub(super) sources: &'a [Arc<Source>],
    /// Names that pages would have if their own mistakes were mended.
    pub(super) maybe: &'a BTreeSet<PageId>,
    pub(super) near: Option<Region>,
    /// Who says where links lead, while bodies are not to be read.
    pub(super) leads: Option<&'a Arc<dyn Leads>>,
    pub(super) report: &'r mut Report,
}

impl Composer<'_, '_> {
    /// The page called `id`, or what is known of one that cannot stand, which has no name or says too little.
    pub(super) fn page(&mut self, id: Option<&PageId>, source: &Source, body: Arc<Body>) -> Result<Page, Fallen> {
        let (path, kind) = (&source.file.path, source.file.kind);
        let known = self.known;
        let links = match self.leads {
            Some(leads) => Links::ahead(leads.clone()),
            None => Links::of(body.links().iter().map(|link| known.destination(path, link, self.report)).collect()),
        };
        let map = &source.header.map;
        let mut reading = Reading { path, map, near: self.near, year: None, report: &mut Report::new() };
        let year = reading.moment("published").map(|moment| moment.day.year());
        let mut reading = Reading { path, map, near: self.near, year, report: &mut *self.report };
        let draft = reading.flag("draft");
        let publish = reading.day("publish");
        let expires = reading.day("expires");
        let published = reading.moment("published");
        let updated = reading.moment("updated");
        let region = reading.region("region");
        let first = publish.or(published.map(|moment| moment.day));
        if let (Some(first), Some(last)) = (first, expires)
            && last < first
        {
            let start = if publish.is_some() { "publish" } else { "published" };
            reading.reversed(start, "expires", (first.to_string(), last.to_string()));
        }
        let spots = map.entries.iter().map(|entry| (entry.key, entry.node.span.clone())).collect();
        let (summary, keywords) = (reading.text("summary"), reading.texts("keywords"));
        let (author, written_source) = (reading.text("author"), reading.text("source"));
        let title = reading.text(if kind == Kind::Institution { "name" } else { "title" });
        let old_urls = old_urls(&mut reading);
        let mark_permission = reading.text("mark_permission");
        let waivers = waivers(&mut reading);
        let review = reading.table("review").map(|table| review(&mut reading.of(table)));
        let campaigns = self.campaigns(path, source, year);
        let pictures = self.pictures(path, source, year);
        let own = self.own(source, year);
        if self.leads.is_none()
            && body.is_empty()
            && !body.is_refused()
            && matches!(kind, Kind::Notice | Kind::News | Kind::Case | Kind::Page)
        {
            self.report.add(empty_body(path, kind));
        }
        let (Some(id), Some(title), Some(campaigns), Some(own)) = (id, title, campaigns, own) else {
            return Err(Fallen { path: path.clone(), body, draft, first, expires, waivers });
        };
        Ok(Page {
            id: id.clone(),
            path: path.clone(),
            title,
            draft,
            publish,
            expires,
            published,
            updated,
            summary,
            keywords,
            author,
            source: written_source,
            region,
            campaigns,
            old_urls,
            pictures,
            review,
            waivers,
            mark_permission,
            own,
            body,
            links,
            spots,
            row: source.row.as_ref().map(|row| row.span.clone()),
        })
    }

    pub(super) fn reading<'s>(&'s mut self, source: &'s Source, year: Option<i16>) -> Reading<'s, 's> {
        Reading { path: &source.file.path, map: &source.header.map, near: self.near, year, report: self.report }
    }

    fn campaigns(&mut self, path: &SourcePath, source: &Source, year: Option<i16>) -> Option<Vec<PageId>> {
        let kind = source.file.kind;
        let required = matches!(kind, Kind::Case | Kind::OpenDay | Kind::Poster);
        let key = if required { "campaign" } else { "campaigns" };
        let nodes = self.reading(source, year).nodes(key);
        let wanted: Vec<(String, Place)> =
            nodes.into_iter().filter_map(|node| Some((node.as_text()?.trim().to_string(), node.place(path)))).collect();
        let mut found: Vec<PageId> = Vec::new();
        for (name, place) in &wanted {
            let id = self.meant(source, Kind::Campaign, name, place);
            found.extend(id.filter(|id| !found.contains(id)));
        }
        // A required reference that is missing or wrong was told; the page cannot stand without it.
        if required && found.is_empty() { None } else { Some(found) }
    }

    /// The page of `kind` called `name`, or a finding with the nearest one (E114).
    pub(super) fn reference(&mut self, kind: Kind, name: &str, place: &Place) -> Option<PageId> {
        let id = PageId::new(kind, name);
        if self.named.contains_key(&id) {
            return Some(id);
        }
        if !self.maybe.contains(&id) {
            let names: Vec<&str> = self.named.keys().filter(|id| id.kind == kind).map(|id| &*id.slug).collect();
            let finding = match rows::titled(kind, name, self.sources, self.named).first() {
                Some(id) => title_for_name(kind, name, place, &id.slug),
                None => unknown(kind, name, "文件名", place, &names),
            };
            self.report.add(finding);
        }
        None
    }

    pub(super) fn referenced(&mut self, source: &Source, key: &str, kind: Kind) -> Option<PageId> {
        let (name, place) = {
            let reading = self.reading(source, None);
            (reading.text(key)?, reading.place(key))
        };
        self.meant(source, kind, &name, &place)
    }

    /// The page of `kind` that `source` names; rows of tables may name it by its title.
    fn meant(&mut self, source: &Source, kind: Kind, name: &str, place: &Place) -> Option<PageId> {
        let id = PageId::new(kind, name);
        if source.row.is_none() || self.named.contains_key(&id) || self.maybe.contains(&id) {
            return self.reference(kind, name, place);
        }
        let titled = rows::titled(kind, name, self.sources, self.named);
        if let [only] = titled[..] {
            return Some(only.clone());
        }
        let names: Vec<&str> =
            rows::titles(kind, self.sources, self.named).flat_map(|(id, title)| [title, &id.slug]).collect();
        self.report.add(match titled.is_empty() {
            true => unknown(kind, name, "名称或文件名", place, &names),
            false => rows::ambiguous(kind, name, place, &titled),
        });
        None
    }

    fn pictures(&mut self, path: &SourcePath, source: &Source, year: Option<i16>) -> Vec<Picture> {
        let mut wanted = Vec::new();
        {
            let mut reading = self.reading(source, year);
            for row in reading.rows("pictures") {
                let mut row = reading.of(row);
                let consent = row.flag("consent");
                let (Some(file), Some(alt)) = (row.text("file"), row.text("alt")) else { continue };
                let (caption, people) = (row.text("caption"), row.text("people"));
                // The file takes its place once it is found.
                let picture = Picture { file: path.clone(), alt, caption, people, consent, spots: Spots::of(row.map) };
                wanted.push((file, row.place("file"), picture));
            }
        }
        let known = self.known;
        let mut pictures = Vec::new();
        for (file, place, picture) in wanted {
            let found = known.file(path, &file, place.clone(), self.report);
            let shown = found.and_then(|found| known.picture(found, &place, self.report));
            pictures.extend(shown.map(|file| Picture { file, ..picture }));
        }
        pictures
    }
}

/// `by` says what pages are known by here.
fn unknown(kind: Kind, name: &str, by: &str, place: &Place, names: &[&str]) -> Finding {
    let (shown, word) = (displayable(name), kind.zh());
    let near = nearest(name, names.iter().copied());
    let list = names.iter().take(5).copied().collect::<Vec<_>>();
    let (zh_near, en_near) = near.map_or((String::new(), String::new()), |near| {
        (format!("你是不是想写“{near}”？"), format!(" did you mean `{near}`?"))
    });
    let zh_list = if list.is_empty() {
        format!("现在还没有{word}。")
    } else {
        format!("现有{word}：{}", list.join("、"))
    };
    let text = Text::new(
        format!("没有{by}叫“{shown}”的{word}。{zh_near}{zh_list}"),
        format!("No {} `{shown}`;{en_near} Known: {}", kind.word(), list.join(", ")),
    );
    let finding = Finding::new(&codes::E114, place.clone(), text);
    match near {
        Some(near) => finding.fix(place.with(near)),
        None => finding,
    }
}

/// Somebody wrote the title of a page where its name belongs.
fn title_for_name(kind: Kind, title: &str, place: &Place, slug: &str) -> Finding {
    let shown = displayable(title);
    let text = Text::new(
        format!("这里要写{}的文件名“{slug}”，不能写标题“{shown}”。", kind.zh()),
        format!("Write the file name `{slug}` of the {}, not its title `{shown}`.", kind.word()),
    );
    Finding::new(&codes::E114, place.clone(), text).fix(place.with(slug))
}

fn empty_body(path: &SourcePath, kind: Kind) -> Finding {
    let text = Text::new(
        format!("正文为空，这{}会是一个空页面。", if kind == Kind::Page { "一页" } else { "里" }),
        "The body is empty.",
    );
    Finding::new(&codes::W150, Place::file(path), text)
}

fn review(reading: &mut Reading) -> Review {
    Review {
        first: reading.text("first"),
        second: reading.text("second"),
        last: reading.text("final"),
        due: reading.day("due"),
        spots: Spots::of(reading.map),
    }
}

fn old_urls(reading: &mut Reading) -> Vec<(OutPath, Place)> {
    let mut found = Vec::new();
    for node in reading.nodes("old_urls") {
        let Some(text) = node.as_text() else { continue };
        let place = node.place(reading.path);
        match old_url(text.trim()) {
            Some(out) => found.push((out, place)),
            None => {
                let shown = displayable(text);
                let message = Text::new(
                    format!("旧网址“{shown}”不能用。请写站内地址，以“/”开头，例如 /old/notice-1/。"),
                    format!(
                        "The old address `{shown}` cannot be used; write a path in the site such as /old/notice-1/."
                    ),
                );
                let rooted = format!("/{}", text.trim());
                let line = old_url(&rooted).filter(|_| !text.contains(':')).map(|_| place.with(&rooted));
                reading.report.add(Finding::new(&codes::E147, place, message).fixes(line));
            }
        }
    }
    found
}

/// The output file of an old address: a folder's index, or an `.html` file.
fn old_url(text: &str) -> Option<OutPath> {
    let path = text.strip_prefix('/')?;
    if path.contains(['?', '#', ':', '%', '\\']) {
        return None;
    }
    let path = path.strip_suffix('/').unwrap_or(path);
    let file = match path.ends_with(".html") || path.ends_with(".htm") {
        true => path.to_string(),
        false => format!("{path}/index.html"),
    };
    OutPath::new(&file).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c21_old_addresses_stay_in_the_site() {
        for wrong in ["../x", "//host", "javascript:alert(1)", "/a?b", "https://x.cn/", "x", "/..", "/", "/a/../b"] {
            assert!(old_url(wrong).is_none(), "{wrong}");
        }
        assert_eq!(old_url("/old/n-1/").unwrap().as_str(), "old/n-1/index.html");
        assert_eq!(old_url("/old/n.html").unwrap().as_str(), "old/n.html");
    }
}

//! Tree to [`Site`]: names every page, reads its own fields, then resolves what pages say about each other.

use std::collections::{BTreeMap, BTreeSet};

use super::config::{self, Config};
use super::links::{self, Known};
use super::page::*;
use super::reading::Reading;
use super::{OutPath, Region, address, slug};
use crate::load::fields::Kind;
use crate::load::{File, Source, Tree};
use crate::markdown;
use crate::report::{Finding, Place, Report, SourcePath, Text, codes, displayable, nearest};

/// Everything the bureau has written, hidden pages included. Only [`crate::edition`] looks at it whole.
#[derive(Debug)]
pub struct Site {
    /// The configuration.
    pub config: Config,
    /// Pages by kind and slug.
    pub pages: BTreeMap<PageId, Page>,
    /// Files that are not pages.
    pub files: BTreeMap<SourcePath, File>,
    /// Sources that are no page because of their own mistakes.
    pub broken: Vec<SourcePath>,
}

/// Builds the site; `base_url` overrides the configuration's. None when the configuration cannot be used; the pages
/// are checked all the same, so that one run tells every problem.
pub fn site(tree: Tree, base_url: Option<&str>, report: &mut Report) -> Option<Site> {
    let config = tree.config.as_ref().and_then(|map| config::config(map, base_url, report));
    let near = config.as_ref().and_then(|config| config.bureau.region);
    let named = names(&tree.pages, report);
    let usable: BTreeSet<&SourcePath> = named.values().map(|(_, path)| path).collect();
    let unusable = tree.pages.iter().filter(|source| !usable.contains(&source.file.path));
    let broken =
        tree.broken.iter().map(|file| file.path.clone()).chain(unusable.map(|source| source.file.path.clone()));
    let mut maybe: BTreeSet<PageId> = tree.broken.iter().map(|file| PageId::new(file.kind, &file.name)).collect();
    maybe.extend(tree.pages.iter().map(|source| PageId::new(source.file.kind, &source.file.name)));
    let known = Known {
        pages: named.iter().map(|(id, (_, path))| (path.clone(), id.clone())).collect(),
        broken: broken.collect(),
        files: &tree.files,
    };
    let mut pages = BTreeMap::new();
    for (id, (index, _)) in &named {
        let source = &tree.pages[*index];
        let mut writer =
            Writer { known: &known, named: &named, sources: &tree.pages, maybe: &maybe, near, report: &mut *report };
        if let Some(page) = writer.page(id, source) {
            pages.insert(id.clone(), page);
        }
    }
    links::anchors(&pages, report);
    circles(&pages, report);
    let stands: BTreeSet<&SourcePath> = pages.values().map(|page| &page.path).collect();
    let sources = tree.pages.iter().map(|source| &source.file.path);
    let mut broken: Vec<SourcePath> = sources.filter(|path| !stands.contains(path)).cloned().collect();
    broken.extend(tree.broken.into_iter().map(|file| file.path));
    Some(Site { config: config?, pages, files: tree.files, broken })
}

/// The pages' names: id to position in the tree and source path.
type Named = BTreeMap<PageId, (usize, SourcePath)>;

fn names(sources: &[Source], report: &mut Report) -> Named {
    let mut named = Named::new();
    for (index, source) in sources.iter().enumerate() {
        let path = &source.file.path;
        let typed = source.header.map.text("slug");
        let name = typed.unwrap_or(&source.file.name).trim();
        if !slug::is_slug(name) {
            let place =
                source.header.map.entry("slug").map_or_else(|| Place::file(path), |entry| entry.node.place(path));
            report.add(slug::refusal(name, typed.is_some(), place));
            continue;
        }
        let id = PageId::new(source.file.kind, name);
        if let Some((_, first)) = named.get(&id) {
            let place = source.header.map.entry("slug").map_or_else(|| Place::file(path), |slug| slug.node.place(path));
            report.add(same_address(place, path, first, &id));
            continue;
        }
        named.insert(id, (index, path.clone()));
    }
    named
}

fn same_address(place: Place, path: &SourcePath, first: &SourcePath, id: &PageId) -> Finding {
    let url = format!("/{}/", id.folder());
    let text = Text::new(
        format!("“{first}”和“{path}”会生成同一个网址 {url}。请给其中一个换一个网址名。"),
        format!("Both `{first}` and `{path}` produce {url}; give one of them another slug."),
    );
    let line = place.span.as_ref().map(|span| span.with(&format!("{}-2", id.slug)));
    let finding = Finding::new(&codes::E141, place, text).related(Place::file(first));
    match line {
        Some(line) => finding.fix(line),
        None => finding.add_line(format!("slug: {}-2", id.slug)),
    }
}

/// A notice may not forward itself, directly or through others (E148).
fn circles(pages: &BTreeMap<PageId, Page>, report: &mut Report) {
    let next = |id: &PageId| match &pages.get(id)?.own {
        Own::Notice(notice) => notice.forwards.clone(),
        _ => None,
    };
    for (id, page) in pages {
        let mut chain = vec![id.clone()];
        while let Some(following) = chain.last().and_then(next) {
            if following == *id {
                // Each circle is told once, at its first page.
                if chain.iter().all(|other| other >= id) {
                    report.add(circle(page, &chain));
                }
                break;
            }
            if chain.contains(&following) {
                break;
            }
            chain.push(following);
        }
    }
}

fn circle(page: &Page, chain: &[PageId]) -> Finding {
    let names = chain.iter().chain(chain.first()).map(|id| id.slug.to_string()).collect::<Vec<_>>().join(" → ");
    let text = Text::new(
        format!("转发关系绕成了一圈：{names}。请去掉其中一处“转发”。"),
        format!("These notices forward each other in a circle: {names}."),
    );
    let place = match &page.own {
        Own::Notice(notice) => notice.forwards_at.clone(),
        _ => Place::file(&page.path),
    };
    Finding::new(&codes::E148, place, text)
}

/// Reads one page after the other.
struct Writer<'a, 'r> {
    known: &'a Known<'a>,
    named: &'a Named,
    sources: &'a [Source],
    /// Names that pages would have if their own mistakes were mended.
    maybe: &'a BTreeSet<PageId>,
    near: Option<Region>,
    report: &'r mut Report,
}

impl Writer<'_, '_> {
    fn page(&mut self, id: &PageId, source: &Source) -> Option<Page> {
        let path = &source.file.path;
        let body = markdown::body(path, &source.text, source.header.body_at, self.report);
        let known = self.known;
        let links = body.links.iter().map(|link| known.destination(path, link, self.report)).collect();
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
        if let (Some(first), Some(last)) = (publish.or(published.map(|moment| moment.day)), expires)
            && last < first
        {
            let start = if publish.is_some() { "publish" } else { "published" };
            reading.reversed(start, "expires", (first.to_string(), last.to_string()));
        }
        let published_at = reading.place("published");
        let (summary, keywords) = (reading.text("summary"), reading.texts("keywords"));
        let (author, written_source) = (reading.text("author"), reading.text("source"));
        let title = reading.text(if id.kind == Kind::Institution { "name" } else { "title" });
        let old_urls = old_urls(&mut reading);
        let campaigns = self.campaigns(path, source, year);
        let pictures = self.pictures(path, source, year);
        let own = self.own(id, source, year);
        if body.is_empty()
            && !body.is_refused()
            && matches!(id.kind, Kind::Notice | Kind::News | Kind::Case | Kind::Page)
        {
            self.report.add(empty_body(path, id.kind));
        }
        Some(Page {
            id: id.clone(),
            path: path.clone(),
            title: title?,
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
            campaigns: campaigns?,
            old_urls,
            pictures,
            own: own?,
            body,
            links,
            published_at,
        })
    }

    fn reading<'s>(&'s mut self, source: &'s Source, year: Option<i16>) -> Reading<'s, 's> {
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
            let id = self.reference(Kind::Campaign, name, place);
            found.extend(id.filter(|id| !found.contains(id)));
        }
        // A required reference that is missing or wrong was told; the page cannot stand without it.
        if required && found.is_empty() { None } else { Some(found) }
    }

    /// The page of `kind` called `name`, or a finding with the nearest one (E114).
    fn reference(&mut self, kind: Kind, name: &str, place: &Place) -> Option<PageId> {
        let id = PageId::new(kind, name);
        if self.named.contains_key(&id) {
            return Some(id);
        }
        if !self.maybe.contains(&id) {
            let names: Vec<(&str, &str)> = self.titles(kind).collect();
            self.report.add(unknown(kind, name, place, &names));
        }
        None
    }

    /// Slugs and titles of the pages of `kind`.
    fn titles(&self, kind: Kind) -> impl Iterator<Item = (&str, &str)> {
        let of_kind = self.named.iter().filter(move |(id, _)| id.kind == kind);
        of_kind.map(|(id, (index, _))| {
            let map = &self.sources[*index].header.map;
            (&*id.slug, map.text("title").or(map.text("name")).unwrap_or_default())
        })
    }

    fn referenced(&mut self, source: &Source, key: &str, kind: Kind) -> Option<PageId> {
        let (name, place) = {
            let reading = self.reading(source, None);
            (reading.text(key)?, reading.place(key))
        };
        self.reference(kind, &name, &place)
    }

    fn pictures(&mut self, path: &SourcePath, source: &Source, year: Option<i16>) -> Vec<Picture> {
        let mut wanted = Vec::new();
        {
            let mut reading = self.reading(source, year);
            for row in reading.rows("pictures") {
                let row = reading.of(row);
                let (Some(file), Some(alt)) = (row.text("file"), row.text("alt")) else { continue };
                wanted.push((file, alt, row.text("caption"), row.place("file")));
            }
        }
        let known = self.known;
        let mut pictures = Vec::new();
        for (file, alt, caption, place) in wanted {
            let found = known.file(path, &file, place.clone(), self.report);
            let shown = found.and_then(|found| known.picture(found, &place, self.report));
            pictures.extend(shown.map(|file| Picture { file, alt, caption }));
        }
        pictures
    }

    fn own(&mut self, id: &PageId, source: &Source, year: Option<i16>) -> Option<Own> {
        Some(match id.kind {
            Kind::Campaign => Own::Campaign(campaign(&mut self.reading(source, year))?),
            Kind::Notice => Own::Notice(self.notice(source, year)?),
            Kind::News => Own::News,
            Kind::Case => {
                let reading = self.reading(source, year);
                Own::Case(Case { unit: reading.text("unit"), labels: reading.texts("labels") })
            }
            Kind::OpenDay => Own::OpenDay(self.open_day(source, year)?),
            Kind::Institution => Own::Institution(institution(&self.reading(source, year))),
            Kind::Poster => Own::Poster(self.poster(source, year)?),
            Kind::Page => Own::Page,
        })
    }

    fn notice(&mut self, source: &Source, year: Option<i16>) -> Option<Notice> {
        let forwards = self.referenced(source, "forwards", Kind::Notice);
        let attachments = self.attachments(source, year);
        let mut reading = self.reading(source, year);
        let secret = ["secrecy", "copy_no"].into_iter().find_map(|key| Some((reading.text(key)?, reading.place(key))));
        Some(Notice {
            issuer: reading.text("issuer")?,
            doc_no: reading.text("doc_no"),
            date: reading.day("date"),
            recipients: reading.texts("recipients"),
            openness: reading.text("openness").unwrap_or_else(|| OPEN.to_string()),
            openness_at: reading.place("openness"),
            forwards,
            forwards_at: reading.place("forwards"),
            attachments,
            cc: reading.texts("cc"),
            contacts: contacts(&mut reading),
            deadlines: deadlines(&mut reading),
            layout: layout(&mut reading),
            note: reading.text("note"),
            urgency: reading.text("urgency"),
            secret,
        })
    }

    fn attachments(&mut self, source: &Source, year: Option<i16>) -> Vec<Attachment> {
        let mut wanted = Vec::new();
        {
            let mut reading = self.reading(source, year);
            for row in reading.rows("attachments") {
                let row = reading.of(row);
                let Some(title) = row.text("title") else { continue };
                let key = if row.text("ref").is_some() { "ref" } else { "file" };
                let place = if row.text(key).is_some() { row.place(key) } else { row.place("title") };
                wanted.push((title, key, row.text(key), place));
            }
        }
        let (path, known) = (&source.file.path, self.known);
        let mut attachments = Vec::new();
        for (title, key, written, place) in wanted {
            let target = match written {
                None => {
                    self.report.add(no_file(&title, place));
                    None
                }
                Some(name) if key == "ref" => self.reference(Kind::Notice, &name, &place).map(AttachmentTarget::Notice),
                Some(file) => known.file(path, &file, place, self.report).map(AttachmentTarget::File),
            };
            attachments.push(Attachment { title, target: target.unwrap_or(AttachmentTarget::Missing) });
        }
        attachments
    }

    fn open_day(&mut self, source: &Source, year: Option<i16>) -> Option<OpenDay> {
        let institution = self.referenced(source, "institution", Kind::Institution);
        let mut reading = self.reading(source, year);
        let rows = reading.rows("sessions");
        let mut sessions: Vec<Session> = rows.iter().filter_map(|row| session(&mut reading.of(row))).collect();
        sessions.sort();
        let date_text = reading.text("date_text");
        let told = source.header.mistaken.iter().any(|key| matches!(*key, "sessions" | "date_text"));
        if rows.is_empty() && date_text.is_none() && !told {
            reading.report.add(no_day(&source.file.path));
        }
        let booking = reading.table("booking").map(|table| booking(&mut reading.of(table)));
        let contact = reading.table("contact").map(|table| contact(&reading.of(table)));
        Some(OpenDay {
            institution: institution?,
            sessions,
            date_text,
            address: reading.text("address"),
            booking,
            programme: reading.texts("programme"),
            audience: reading.texts("audience"),
            online_url: web(&mut reading, "online_url"),
            online_url_at: reading.place("online_url"),
            accessibility: reading.texts("accessibility"),
            bring: reading.texts("bring"),
            status: status(&mut reading),
            status_note: reading.text("status_note"),
            contact,
            organizer: reading.texts("organizer"),
        })
    }

    fn poster(&mut self, source: &Source, year: Option<i16>) -> Option<Poster> {
        let (path, known) = (&source.file.path, self.known);
        let mut wanted = Vec::new();
        let mut poster = {
            let mut reading = self.reading(source, year);
            for row in reading.rows("files") {
                let row = reading.of(row);
                let Some(file) = row.text("path") else { continue };
                wanted.push((file, row.place("path"), dimensions(&row)));
            }
            Poster {
                files: Vec::new(),
                year: reading.text("year"),
                issuer: reading.text("issuer"),
                kind: reading.text("kind"),
                preview: None,
                text: reading.text("text"),
                permission: reading.text("permission"),
            }
        };
        for (file, place, dimensions) in wanted {
            let found = known.file(path, &file, place, self.report);
            poster.files.extend(found.map(|file| PosterFile { file, dimensions }));
        }
        poster.preview = self.preview(source, year);
        Some(poster)
    }

    fn preview(&mut self, source: &Source, year: Option<i16>) -> Option<Picture> {
        let (file, alt, place) = {
            let reading = self.reading(source, year);
            (reading.text("preview")?, reading.text("alt"), reading.place("preview"))
        };
        let known = self.known;
        let found = known.file(&source.file.path, &file, place.clone(), self.report)?;
        let file = known.picture(found, &place, self.report)?;
        if alt.is_none() {
            let text = Text::new(
                "预览图缺少文字说明（替代文字），看不见图片的人不知道海报上是什么。",
                "The preview has no alternative text.",
            );
            self.report.add(Finding::new(&codes::I05, place, text).add_line("alt: 海报预览：……"));
        }
        Some(Picture { file, alt: alt.unwrap_or_default(), caption: None })
    }
}

/// The only openness that may be published.
pub const OPEN: &str = "主动公开";

fn unknown(kind: Kind, name: &str, place: &Place, names: &[(&str, &str)]) -> Finding {
    let (shown, word) = (displayable(name), kind.zh());
    let titled = names.iter().find(|(_, title)| title.contains(name.trim())).map(|(slug, _)| *slug);
    let near = nearest(name, names.iter().map(|(slug, _)| *slug)).or(titled);
    let list = names.iter().take(5).map(|(slug, _)| *slug).collect::<Vec<_>>();
    let (zh_near, en_near) = near.map_or((String::new(), String::new()), |near| {
        (format!("你是不是想写“{near}”？"), format!(" did you mean `{near}`?"))
    });
    let zh_list = if list.is_empty() {
        format!("现在还没有{word}。")
    } else {
        format!("现有{word}：{}", list.join("、"))
    };
    let text = Text::new(
        format!("没有文件名叫“{shown}”的{word}。{zh_near}{zh_list}"),
        format!("No {} `{shown}`;{en_near} Known: {}", kind.word(), list.join(", ")),
    );
    let finding = Finding::new(&codes::E114, place.clone(), text);
    match near {
        Some(near) => finding.fix(place.with(near)),
        None => finding,
    }
}

fn empty_body(path: &SourcePath, kind: Kind) -> Finding {
    let text = Text::new(
        format!("正文为空，这{}会是一个空页面。", if kind == Kind::Page { "一页" } else { "里" }),
        "The body is empty.",
    );
    Finding::new(&codes::W150, Place::file(path), text)
}

fn no_file(title: &str, place: Place) -> Finding {
    let text = Text::new(
        format!("附件“{}”没有写明文件（file）或所引用的通知（ref）。", displayable(title)),
        format!("The attachment `{}` names neither a file nor a notice.", displayable(title)),
    );
    Finding::new(&codes::E116, place, text).add_line("    file: 文件名.pdf")
}

fn no_day(path: &SourcePath) -> Finding {
    let text = Text::new(
        "开放日缺少“场次”（sessions）；日期还没定的，请写“时间说明”（date_text），例如“9月中下旬”。",
        "An open day needs `sessions`, or `date_text` where no day is set.",
    );
    Finding::new(&codes::E116, Place::file(path), text).add_lines(
        ["sessions:", "  - date: 2022-09-20", "    start: 09:00", "    end: 11:30", "    capacity: 30"]
            .map(String::from),
    )
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

fn campaign(reading: &mut Reading) -> Option<Campaign> {
    let (start, end) = (reading.day("start"), reading.day("end"));
    if let (Some(start), Some(end)) = (start, end)
        && end < start
    {
        reading.reversed("start", "end", (start.to_string(), end.to_string()));
    }
    let rows = reading.rows("events");
    Some(Campaign {
        slogan: reading.text("slogan")?,
        start,
        end: end.or(start),
        date_text: reading.text("date_text"),
        date_basis: reading.text("date_basis"),
        organizer: reading.texts("organizer"),
        color: color(reading),
        audience: reading.texts("audience"),
        activities: reading.texts("activities"),
        events: rows.into_iter().filter_map(|row| event(&mut reading.of(row))).collect(),
        deadlines: deadlines(reading),
        contacts: contacts(reading),
        order: reading.number("order").unwrap_or(u32::MAX),
    })
}

fn color(reading: &mut Reading) -> Color {
    let Some(text) = reading.text("color") else { return Color::Family("open-day") };
    let hex = text.strip_prefix('#').filter(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()));
    if hex.is_some() {
        return Color::Custom(text);
    }
    let family = Color::FAMILIES.into_iter().find(|family| *family == text);
    Color::Family(family.unwrap_or_else(|| {
        reading.report.add(no_color(reading, &text));
        Color::FAMILIES[0]
    }))
}

fn no_color(reading: &Reading, text: &str) -> Finding {
    let (shown, list) = (displayable(text), Color::FAMILIES.join("、"));
    let message = Text::new(
        format!("颜色“{shown}”不认识。可以写 {list}，或者 \"#2E7D32\" 这样的六位颜色（要加英文双引号）。"),
        format!("Unknown color `{shown}`; write {}, or six digits such as \"#2E7D32\".", Color::FAMILIES.join(", ")),
    );
    let near = nearest(text, Color::FAMILIES).map(|near| reading.line("color", near));
    Finding::new(&codes::E119, reading.place("color"), message).fixes(near)
}

fn event(reading: &mut Reading) -> Option<Event> {
    let (start, end) = (reading.clock("start"), reading.clock("end"));
    times(reading, start, end);
    Some(Event {
        title: reading.text("title")?,
        date: reading.day("date"),
        date_text: reading.text("date_text"),
        start,
        end,
        place: reading.text("place"),
        region: reading.region("region"),
    })
}

fn times(reading: &mut Reading, start: Option<super::Clock>, end: Option<super::Clock>) {
    if let (Some(start), Some(end)) = (start, end)
        && end <= start
    {
        reading.reversed("start", "end", (start.to_string(), end.to_string()));
    }
}

fn session(reading: &mut Reading) -> Option<Session> {
    let (start, end) = (reading.clock("start"), reading.clock("end"));
    times(reading, start, end);
    let (capacity, left) = (reading.number("capacity"), reading.number("left"));
    Some(Session { date: reading.day("date")?, start, end, capacity, left })
}

fn deadlines(reading: &mut Reading) -> Vec<Deadline> {
    let rows = reading.rows("deadlines");
    let mut deadlines: Vec<Deadline> = rows.into_iter().filter_map(|row| deadline(&mut reading.of(row))).collect();
    deadlines.sort_by_key(|deadline| deadline.date);
    deadlines
}

fn deadline(reading: &mut Reading) -> Option<Deadline> {
    let date = reading.day("date");
    Some(Deadline {
        what: reading.text("what")?,
        date: date?,
        to: reading.text("to"),
        materials: reading.texts("materials"),
    })
}

fn contacts(reading: &mut Reading) -> Vec<Contact> {
    reading.rows("contacts").into_iter().map(|row| contact(&reading.of(row))).collect()
}

fn contact(reading: &Reading) -> Contact {
    Contact {
        name: reading.text("name"),
        role: reading.text("role"),
        phone: reading.text("phone"),
        email: reading.text("email"),
    }
}

fn booking(reading: &mut Reading) -> Booking {
    Booking {
        method: reading.text("method"),
        phone: reading.text("phone"),
        url: web(reading, "url"),
        url_at: reading.place("url"),
        deadline: reading.day("deadline"),
    }
}

/// A web address in a header; anything else is refused (E125).
fn web(reading: &mut Reading, key: &str) -> Option<String> {
    let text = reading.text(key)?;
    if config::is_web(&text) {
        return Some(text);
    }
    let message = Text::new(
        "网址要以 https:// 或 http:// 开头，中间不能有空格。",
        "A web address begins with https:// or http:// and holds no spaces.",
    );
    let whole = format!("https://{text}");
    let line = (text.starts_with("www.") && config::is_web(&whole)).then(|| reading.line(key, &whole));
    reading.report.add(Finding::new(&codes::E125, reading.place(key), message).fixes(line));
    None
}

fn layout(reading: &mut Reading) -> &'static str {
    match reading.text("layout").as_deref() {
        Some("信函") => "letter",
        Some("公文") => "document",
        _ => reading.one_of("layout", &["document", "letter"]),
    }
}

/// The status by its word, or by the word readers see.
fn status(reading: &mut Reading) -> Status {
    let typed = reading.text("status").unwrap_or_default();
    let said = |status: &Status| typed.chars().count() > 1 && status.zh().ends_with(typed.as_str());
    let known = Status::WORDS.map(Status::of).into_iter().find(said);
    known.unwrap_or_else(|| Status::of(reading.one_of("status", &Status::WORDS)))
}

fn institution(reading: &Reading) -> Institution {
    Institution {
        address: reading.text("address"),
        fields: reading.texts("fields"),
        phone: reading.text("phone"),
        cma_no: reading.text("cma_no"),
        accessibility: reading.texts("accessibility"),
    }
}

fn dimensions(row: &Reading) -> String {
    let mut parts = Vec::new();
    if let (Some(width), Some(height)) = (row.text("width"), row.text("height")) {
        parts.push(format!("{width}×{height} {}", row.text("unit").unwrap_or_else(|| "mm".to_string())));
    }
    parts.extend(row.text("dpi").map(|dpi| format!("{dpi} dpi")));
    parts.extend(row.text("color"));
    parts.extend(row.text("bleed_mm").map(|bleed| format!("出血 {bleed} mm")));
    parts.join("，")
}

/// The output path of a file below `content/`: beside its page's address, or mirroring its own path.
pub fn file_out(path: &SourcePath, bundles: &BTreeMap<String, PageId>) -> Result<OutPath, address::PathFault> {
    let inside = path.as_str().strip_prefix("content/").unwrap_or(path.as_str());
    if let Some(rest) = inside.strip_prefix("static/") {
        return OutPath::new(rest);
    }
    let parts: Vec<&str> = inside.split('/').collect();
    if let [kind, folder, rest @ ..] = parts.as_slice()
        && let (false, Some(id)) = (rest.is_empty(), bundles.get(&format!("content/{kind}/{folder}")))
    {
        return OutPath::new(&format!("{}/{}", id.folder(), rest.join("/")));
    }
    OutPath::new(inside)
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

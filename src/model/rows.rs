//! The names of open days that stand in a table without one: made of institution and day, so that they stay when rows
//! are sorted or put in between; and what rows name by title, as spreadsheets do.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::date::DateFault;
use super::page::PageId;
use super::{Day, Moment, slug};
use crate::load::Source;
use crate::load::fields::Kind;
use crate::load::node::{Map, Value};
use crate::report::{Finding, Place, SourcePath, Text, codes, displayable};

/// The pages' names: id to position in the tree and source path.
pub(super) type Named = BTreeMap<PageId, (usize, SourcePath)>;

/// The name of the row at `index`; of one whose institution or day cannot be read, a name nobody else has.
pub(super) fn name(source: &Source, index: usize, sources: &[Arc<Source>], named: &Named) -> String {
    let map = &source.header.map;
    let institution = map.text("institution").map(str::trim).and_then(|name| institution(name, sources, named));
    let day = first_session(map).and_then(first_day);
    let is_undated = day.is_none() && !source.header.mistaken.contains(&"sessions");
    match (institution, day) {
        (Some(slug), None) if is_undated => format!("{slug}-undated"),
        (Some(slug), Some(Ok(day))) => format!("{slug}-{:04}{:02}{:02}", day.year(), day.month(), day.day()),
        _ => (index..).map(|index| format!("row-{index}")).find(|name| is_free(name, named)).unwrap_or_default(),
    }
}

fn first_session(map: &Map) -> Option<&Map> {
    match &map.get("sessions")?.value {
        Value::List(sessions) => sessions.iter().find_map(|session| match &session.value {
            Value::Map(map) => Some(map),
            _ => None,
        }),
        _ => None,
    }
}

/// The day a session was first planned for, so that a moved open day keeps its address.
fn first_day(session: &Map) -> Option<Result<Day, DateFault>> {
    let planned =
        session.text("planned").map(|text| Moment::parse(text).map(|moment| moment.day).or_else(|_| Day::parse(text)));
    planned.or_else(|| session.text("date").map(Day::parse))
}

fn is_free(name: &str, named: &Named) -> bool {
    slug::is_slug(name) && !named.contains_key(&PageId::new(Kind::OpenDay, name))
}

fn institution(name: &str, sources: &[Arc<Source>], named: &Named) -> Option<String> {
    if named.contains_key(&PageId::new(Kind::Institution, name)) {
        return Some(name.to_string());
    }
    let titled = titled(Kind::Institution, name, sources, named);
    titled.first().filter(|_| titled.len() == 1).map(|id| id.slug.to_string())
}

/// The pages of `kind` with their titles, in the order of their names.
pub(super) fn titles<'a>(
    kind: Kind,
    sources: &'a [Arc<Source>],
    named: &'a Named,
) -> impl Iterator<Item = (&'a PageId, &'a str)> {
    let key = if kind == Kind::Institution { "name" } else { "title" };
    let of_kind = named.range(PageId::new(kind, "")..).take_while(move |(id, _)| id.kind == kind);
    of_kind.filter_map(move |(id, (index, _))| Some((id, sources[*index].header.map.text(key)?.trim())))
}

/// The pages of `kind` whose title is `title`.
pub(super) fn titled<'a>(kind: Kind, title: &str, sources: &'a [Arc<Source>], named: &'a Named) -> Vec<&'a PageId> {
    titles(kind, sources, named).filter(|(_, known)| *known == title).map(|(id, _)| id).collect()
}

/// E141 for a row and the page that has its address.
pub(super) fn same_address(place: Place, source: &Source, first: &Source, id: &PageId) -> Finding {
    let url = format!("/{}/", id.folder());
    let slug = &id.slug;
    let beside = first.row.as_ref().filter(|_| first.file.path == source.file.path);
    let (zh, en) = match beside {
        Some(row) => (format!("第 {} 行", row.number), format!("row {}", row.number)),
        None => (format!("“{}”", first.file.path), format!("`{}`", first.file.path)),
    };
    let typed = source.header.map.text("slug").is_some();
    let (day, day_en) = match first_session(&source.header.map) {
        Some(_) => ("、同一个日期", "the day"),
        None => ("，也都没有日期", "no day either"),
    };
    let text = match typed || beside.is_none() {
        true => Text::new(
            format!("和{zh}会生成同一个网址 {url}，这一行没有发布。请在“网址名”一列写另一个名字，例如 {slug}-2。"),
            format!(
                "Has the address {url} of {en} and was not published; write another name into the column slug, such as {slug}-2."
            ),
        ),
        false => Text::new(
            format!(
                "和{zh}是同一家机构{day}，会生成同一个网址 {url}，这一行没有发布。是同一个开放日的两场，请在两行的“网址名”一列都写 {slug}；是两个开放日，请在这一行写另一个名字，例如 {slug}-2。"
            ),
            format!(
                "Has the institution of {en} and {day_en}, so both get {url}; not published. For two sessions of one open day write {slug} into the column slug of both rows; for two open days write another name here, such as {slug}-2."
            ),
        ),
    };
    let finding = Finding::new(&codes::E141, place.clone(), text).related(first.place());
    match source.header.map.entry("slug") {
        Some(_) => finding.fix(place.with(&format!("{slug}-2"))),
        None => finding,
    }
}

/// E114 for a title that several pages have.
pub(super) fn ambiguous(kind: Kind, title: &str, place: &Place, ids: &[&PageId]) -> Finding {
    let title = displayable(title);
    let names = ids.iter().take(5).map(|id| &*id.slug).collect::<Vec<_>>();
    let text = Text::new(
        format!("有 {} 个{}都叫“{title}”，请写文件名：{}。", ids.len(), kind.zh(), names.join("、")),
        format!("{} pages are called `{title}`; write the file name: {}.", ids.len(), names.join(", ")),
    );
    Finding::new(&codes::E114, place.clone(), text)
}

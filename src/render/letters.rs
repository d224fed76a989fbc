//! A notice as an official letter (GB/T 9704-2012) for `letter.typ`.

use std::collections::BTreeMap;

use serde_json::json;

use super::{Press, sheets};
use crate::model::{Own, Page};
use crate::plan;
use crate::report::Place;
use crate::typeset::Sheet;

/// What stands on every web copy: no seal is ever drawn.
const WEB_COPY: &str = "网络公开版，未加盖印章，以正式文件为准";

/// The sheet of a notice; none for other pages.
pub fn letter(press: &Press, page: &Page) -> Option<Sheet> {
    let Own::Notice(notice) = &page.own else { return None };
    let config = press.edition.config();
    let mut data = json!({
        "format": { "name": "letter", "zh": "公文版式" },
        "title": page.title,
        "author": notice.issuer,
        "date": sheets::date(page),
        "layout": notice.layout,
        "urgency": notice.urgency,
        "issuer": notice.issuer,
        "doc_no": notice.doc_no,
        "heading": page.title,
        "recipients": notice.recipients,
        "attachments": notice.attachments.iter().map(|attachment| &attachment.title).collect::<Vec<_>>(),
        "signed": notice.issuer,
        "signed_on": notice.date.map(|day| day.zh()),
        "note": notice.note,
        "cc": notice.cc,
        "web_copy": WEB_COPY,
        "url": sheets::printed(&plan::address(&press.edition, page)),
        "footer": config.bureau.name,
    });
    data["blocks"] = json!([]);
    data["notes"] = json!([]);
    let pairs = [
        ("heading", "title"),
        ("title", "title"),
        ("issuer", "issuer"),
        ("signed", "issuer"),
        ("author", "issuer"),
        ("doc_no", "doc_no"),
        ("recipients", "recipients"),
        ("attachments", "attachments"),
        ("note", "note"),
        ("cc", "cc"),
    ];
    let places = pairs.into_iter().map(|(key, written)| (key, page.place(written))).collect();
    Some(Sheet { template: "letter.typ", data, pictures: BTreeMap::new(), page: Place::file(&page.path), places })
}

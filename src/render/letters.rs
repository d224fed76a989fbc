//! A notice as an official letter (GB/T 9704-2012) for `letter.typ`: what stands in its header, and its body as
//! blocks. Links lead to absolute addresses, because the file is read far from the site.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::{Press, sheets};
use crate::markdown::{Link, Resolved};
use crate::model::page::Destination;
use crate::model::{Own, Page};
use crate::plan;
use crate::report::{Place, SourcePath};
use crate::typeset::Sheet;

/// What stands on every web copy: no seal is ever drawn.
const WEB_COPY: &str = "网络公开版，未加盖印章，以正式文件为准";

/// The sheet of a notice; none for other pages.
pub fn letter(press: &Press, page: &Page) -> Option<Sheet> {
    let Own::Notice(notice) = &page.own else { return None };
    let mut pictures = BTreeMap::new();
    let body = body(press, page, &mut pictures);
    let data = json!({
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
        "blocks": body["blocks"],
        "notes": body["notes"],
        "attachments": notice.attachments.iter().map(|attachment| &attachment.title).collect::<Vec<_>>(),
        "signed": notice.issuer,
        "signed_on": notice.date.map(|day| day.zh()),
        "note": notice.note,
        "cc": notice.cc,
        "web_copy": WEB_COPY,
        "url": sheets::printed(&plan::address(&press.edition, page)),
    });
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
    Some(Sheet { template: "letter.typ", data, pictures, page: Place::file(&page.path), places })
}

/// The blocks and footnotes of the body; where there is none, the sentence the web page shows.
fn body(press: &Press, page: &Page, pictures: &mut BTreeMap<String, Arc<[u8]>>) -> Value {
    if page.body.is_empty() {
        let text = Some(press.summary(page)).filter(|text| !text.is_empty());
        let text = text.unwrap_or_else(|| "本通知正文见附件。".to_string());
        return json!({ "blocks": [{ "type": "paragraph", "inlines": [{ "t": "text", "text": text }] }], "notes": [] });
    }
    // Links are asked for in order, so one pass finds the destination of each.
    let pairs = RefCell::new(page.body.links().iter().zip(page.links()));
    let pictures = RefCell::new(pictures);
    let resolve = |link: &Link| {
        let destination = pairs.borrow_mut().find(|(known, _)| std::ptr::eq(*known, link)).map(|(_, found)| found);
        resolve(press, link, destination, &mut pictures.borrow_mut())
    };
    if press.named {
        // The blocks follow from the body and the addresses of its links.
        let links: Vec<String> = page.body.links().iter().map(|link| format!("{:?}", resolve(link))).collect();
        return json!({ "blocks": page.body.key, "notes": links });
    }
    let blocks = page.body.blocks(&resolve);
    serde_json::to_value(blocks).unwrap_or_default()
}

fn resolve(
    press: &Press,
    link: &Link,
    destination: Option<&Destination>,
    pictures: &mut BTreeMap<String, Arc<[u8]>>,
) -> Resolved {
    let absolute = |out: &crate::model::OutPath| Resolved::Href { url: press.absolute(out), external: false };
    match destination {
        Some(Destination::File(file)) if link.is_image => picture(press, file, pictures).unwrap_or(Resolved::PlainText),
        Some(Destination::Page(id, _)) => match press.edition.page(id) {
            Some(page) => absolute(&page.id.out()),
            None => Resolved::PlainText,
        },
        Some(Destination::File(file)) => press.plan.file(file).map_or(Resolved::PlainText, absolute),
        Some(Destination::Address(address)) => press.plan.at_address(address).map_or(Resolved::PlainText, absolute),
        Some(Destination::External(url)) => Resolved::Href { url: url.clone(), external: true },
        Some(Destination::Contact(url)) => Resolved::Href { url: url.clone(), external: false },
        _ => Resolved::PlainText,
    }
}

/// A picture of the body under the path by which the template finds it.
fn picture(press: &Press, file: &SourcePath, pictures: &mut BTreeMap<String, Arc<[u8]>>) -> Option<Resolved> {
    let found = press.edition.file(file).filter(|found| plan::fits_on_poster(found))?;
    let (width, height) = found.facts.pixels?;
    let path = format!("/pictures/{}.{}", pictures.len() + 1, sheets::extension(found.facts.form));
    pictures.insert(path.clone(), press.picture_bytes(file)?);
    Some(Resolved::Picture { src: path, width: Some(width), height: Some(height), sizes: Vec::new() })
}

//! Files that are offered as they are: beside the page in whose folder they lie, or where they lie themselves.

use std::collections::BTreeMap;

use super::{Draft, Recipe, Size};
use crate::address::PathFault;
use crate::edition::Edition;
use crate::model::{OutPath, PageId};
use crate::report::{Finding, Place, SourcePath, Text, codes};

/// The pages whose files lie in their own folders, by these.
pub(super) fn bundles(edition: &Edition) -> BTreeMap<String, PageId> {
    edition
        .pages()
        .filter(|page| page.path.file_name().to_lowercase().starts_with("index."))
        .map(|page| (page.path.folder().to_string(), page.id.clone()))
        .collect()
}

/// Plans the files that are offered as they are; where each of them stands.
pub(super) fn add(
    edition: &Edition,
    bundles: &BTreeMap<String, PageId>,
    photos: &BTreeMap<SourcePath, Vec<Size>>,
    draft: &mut Draft,
) -> BTreeMap<SourcePath, OutPath> {
    let mut files = BTreeMap::new();
    for (path, _) in edition.files().filter(|(path, _)| !photos.contains_key(*path)) {
        let place = Place::file(path);
        match out(path, bundles) {
            Ok(out) => {
                draft.add(out.clone(), Recipe::File(path.clone()), Some(place));
                files.insert(path.clone(), out);
            }
            Err(fault) => {
                let (zh, en) = crate::load::walk::fault_words(fault);
                let text = Text::new(format!("这个文件不能发布：{zh}。"), format!("Cannot be published: {en}."));
                draft.report.add(Finding::new(&codes::E137, place, text));
            }
        }
    }
    files
}

/// The output path of a file below `content/`: beside its page's address, or mirroring its own path.
pub(super) fn out(path: &SourcePath, bundles: &BTreeMap<String, PageId>) -> Result<OutPath, PathFault> {
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

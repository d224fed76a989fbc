//! Photos as pages show them: made anew in a few widths, so that a phone loads what it can show and nobody learns what
//! the camera wrote down. A photo that is offered as a file as well, or that is small already, stays as it is.

use std::collections::{BTreeMap, BTreeSet};

use super::{Draft, Recipe};
use crate::address::PathFault;
use crate::edition::Edition;
use crate::load::File;
use crate::load::facts::Form;
use crate::model::page::Page;
use crate::model::{OutPath, PageId};
use crate::report::{Place, SourcePath};

/// The widths in pixels in which a photo is made, as far as it has them.
const WIDTHS: [u32; 3] = [480, 960, 1600];
/// A photo of no more bytes, and no wider than the middle width, is small already.
const SMALL: u64 = 200 << 10;
/// A photo of more bytes or pixels is not unpacked.
const MOST_BYTES: u64 = 32 << 20;
const MOST_PIXELS: u64 = 64_000_000;

/// A photo in one width.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Size {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Where it stands in the site.
    pub out: OutPath,
}

/// Whether a file is made anew where pages only show it: a JPEG that tells where it was taken, or is larger than pages
/// need.
pub fn is_made_anew(file: &File) -> bool {
    let facts = &file.facts;
    let Some((width, height)) = facts.pixels else { return false };
    let can = facts.form == Form::Jpeg
        && !facts.cmyk
        && facts.size <= MOST_BYTES
        && (1..=MOST_PIXELS).contains(&(u64::from(width) * u64::from(height)));
    can && (facts.position || facts.size > SMALL || width > WIDTHS[1])
}

/// The photos that `pages` show and do not offer as files.
pub fn shown_alone<'p>(pages: impl Iterator<Item = &'p Page>) -> BTreeSet<&'p SourcePath> {
    let (mut shown, mut offered) = (BTreeSet::new(), BTreeSet::new());
    for page in pages {
        shown.extend(page.shown_files());
        offered.extend(page.offered_files());
    }
    shown.retain(|path| !offered.contains(path) && !path.as_str().starts_with("content/static/"));
    shown
}

/// Plans the widths of every photo that is made anew.
pub(super) fn add(
    edition: &Edition,
    bundles: &BTreeMap<String, PageId>,
    draft: &mut Draft,
) -> BTreeMap<SourcePath, Vec<Size>> {
    let mut photos = BTreeMap::new();
    for path in shown_alone(edition.pages()) {
        let Some(file) = edition.file(path).filter(|file| is_made_anew(file)) else { continue };
        // A name that no output can have is told with the other files.
        let Ok(sizes) = sizes(path, file, bundles) else { continue };
        for size in &sizes {
            draft.add(size.out.clone(), Recipe::Photo(path.clone(), size.width), Some(Place::file(path)));
        }
        photos.insert(path.clone(), sizes);
    }
    photos
}

fn sizes(path: &SourcePath, file: &File, bundles: &BTreeMap<String, PageId>) -> Result<Vec<Size>, PathFault> {
    let original = super::files::out(path, bundles)?;
    let (width, height) = file.facts.pixels.unwrap_or_default();
    let widest = width.min(WIDTHS[2]);
    let widths = WIDTHS.into_iter().filter(|one| *one < widest).chain([widest]);
    let size = |one: u32| {
        let name = original.as_str().strip_suffix(".jpg").unwrap_or(original.as_str());
        let out = OutPath::new(&format!("{name}.{one}w.jpg"))?;
        Ok(Size { width: one, height: scaled(height, one, width), out })
    };
    widths.map(size).collect()
}

/// The height at the width `to` of what is `height` high at the width `from`.
pub fn scaled(height: u32, to: u32, from: u32) -> u32 {
    let (height, to, from) = (u64::from(height), u64::from(to), u64::from(from.max(1)));
    ((height * to + from / 2) / from).clamp(1, u64::from(u32::MAX)) as u32
}

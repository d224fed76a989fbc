//! What Typst says of a template, told again as findings at the template's own lines.

use std::collections::BTreeMap;

use typst::diag::SourceDiagnostic;
use typst::syntax::DiagSpan;
use typst::{World as _, WorldExt as _};

use super::Sheet;
use super::world::World;
use crate::report::{Finding, Place, SourcePath, Text, codes};
use crate::theme::SheetFile;

/// Each diagnostic as a finding; a picture that cannot be decoded is the author's, not the template's.
pub fn all(
    diagnostics: &[SourceDiagnostic],
    world: &World,
    sheet: &Sheet,
    templates: &BTreeMap<String, SheetFile>,
) -> Vec<Finding> {
    diagnostics.iter().map(|diagnostic| finding(diagnostic, world, sheet, templates)).collect()
}

fn finding(
    diagnostic: &SourceDiagnostic,
    world: &World,
    sheet: &Sheet,
    templates: &BTreeMap<String, SheetFile>,
) -> Finding {
    if diagnostic.message.starts_with("failed to decode") || diagnostic.message.starts_with("failed to load") {
        return broken_picture(&diagnostic.message, sheet);
    }
    let message = crate::report::displayable(&diagnostic.message);
    let page = &sheet.page.path;
    let text = Text::new(
        format!("排版“{page}”的海报或 PDF 时，模板出错：{message}"),
        format!("The template failed for `{page}`: {message}"),
    );
    let place = place(diagnostic.span, world, templates).unwrap_or_else(|| whole(sheet.template, templates));
    let finding = Finding::new(&codes::E207, place, text).related(sheet.page.clone());
    match diagnostic.hints.first() {
        Some(hint) => {
            let hint = crate::report::displayable(&hint.v);
            finding.hint(Text::new(hint.clone(), hint))
        }
        None => finding,
    }
}

/// E154 for a picture that cannot be set.
pub fn broken_picture(message: &str, sheet: &Sheet) -> Finding {
    let reason = crate::report::displayable(message);
    let text = Text::new(
        format!("图片或 PDF 文件读不出来，可能已经损坏（{reason}），海报没有生成。请重新放一份。"),
        format!("The picture or PDF cannot be read ({reason}), so nothing was made; put a good copy."),
    );
    Finding::new(&codes::E154, sheet.place("picture"), text)
}

fn place(span: DiagSpan, world: &World, templates: &BTreeMap<String, SheetFile>) -> Option<Place> {
    let id = span.id()?;
    let range = world.range(span)?;
    let source = world.source(id).ok()?;
    let name = id.get().vpath().get_without_slash().strip_prefix("posters/")?.to_string();
    let path = &templates.get(&name)?.path;
    let width = source.text().get(range.clone()).map_or(1, |text| text.chars().count());
    Some(Place::in_text(path, source.text(), range.start, width))
}

fn whole(template: &str, templates: &BTreeMap<String, SheetFile>) -> Place {
    match templates.get(template) {
        Some(file) => Place::file(&file.path),
        None => Place::file(&SourcePath::new(format!("themes/default/posters/{template}"))),
    }
}

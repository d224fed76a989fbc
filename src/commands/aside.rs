//! Files that a command writes because somebody asked for them, such as posters and reports: never among the sources
//! and never into the published site.

use std::io;
use std::path::Path;

use super::{Call, build};
use crate::report::{Finding, Place, SourcePath, Text, codes};
use crate::{load, write};

/// Whether `path` lies where this program or an author keeps something else, by whatever way it is named.
pub fn is_kept(call: &Call, path: &Path) -> bool {
    let kept = ["content", "themes", build::OUT, load::memory::FOLDER, ".git"];
    let real = |path: &Path| write::resolve(path).ok().flatten();
    let (Some(project), Some(path)) = (real(&call.project), real(path)) else { return true };
    let outs = write::outs(&call.project).into_iter().filter_map(|out| real(&out));
    kept.iter().map(|name| project.join(name)).chain(outs).any(|kept| path.starts_with(kept))
}

/// A file that could not be written, as it was named.
pub fn cannot_write(shown: &str, fault: &io::Error) -> Finding {
    let text = Text::new(format!("写不进去：{fault}"), format!("Could not write: {fault}"));
    Finding::new(&codes::E307, Place::file(&SourcePath::new(shown)), text)
}

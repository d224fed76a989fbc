//! `site init`: a small working project that builds without findings. Only a folder that is missing or empty is
//! filled.

use std::fs;
use std::io;
use std::path::Path;

use include_dir::{Dir, include_dir};
use serde_json::json;

use super::{Call, Format, Machine, Terminal, outcome};
use crate::report::displayable;

static STARTER: Dir = include_dir!("$CARGO_MANIFEST_DIR/src/commands/starter/content");

/// Starts a project in `folder`.
pub fn run(call: &Call, machine: &Machine, terminal: &Terminal, folder: &Path) -> u8 {
    let shown = displayable(&folder.to_string_lossy());
    let disk = machine.folder.join(folder);
    let refuse = |zh: String, en: String| outcome::refused(call, terminal, "init", 1, call.say(&zh, &en));
    match is_free(&disk) {
        Ok(true) => {}
        Ok(false) => {
            return refuse(
                format!("“{shown}”里已经有文件，没有改动它们。请换一个新的文件夹。"),
                format!("`{shown}` is not empty and was left alone; choose a new folder."),
            );
        }
        Err(fault) => return refuse(format!("“{shown}”用不了：{fault}"), format!("`{shown}` cannot be used: {fault}")),
    }
    let today = call.today.unwrap_or_else(machine.today);
    let days = [("{{today}}", today), ("{{end}}", today.plus(4)), ("{{visit}}", today.plus(2))];
    match fill(&disk, &days) {
        Ok(count) => {
            if call.format == Format::Json {
                outcome::done(terminal, "init", 0, json!({ "folder": shown, "files": count }));
            } else {
                let zh = format!(
                    "已在“{shown}”新建网站项目（{count} 个文件）。\n先改 content/site.yaml，再运行：site serve --root {shown}\n"
                );
                let en = format!(
                    "Started a project in `{shown}` ({count} files).\nEdit content/site.yaml, then: site serve --root {shown}\n"
                );
                terminal.say(call.say(&zh, &en));
            }
            0
        }
        Err(fault) => refuse(format!("写不进去：{fault}"), format!("Could not write: {fault}")),
    }
}

fn is_free(disk: &Path) -> io::Result<bool> {
    match fs::read_dir(disk) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(fault) => Err(fault),
    }
}

fn fill(disk: &Path, days: &[(&str, crate::model::Day)]) -> io::Result<usize> {
    let mut folders = vec![&STARTER];
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs());
        for file in folder.files() {
            let path = disk.join("content").join(file.path());
            fs::create_dir_all(path.parent().unwrap_or(disk))?;
            let mut text = file.contents_utf8().unwrap_or_default().to_string();
            for (mark, day) in days {
                text = text.replace(mark, &day.to_string());
            }
            fs::write(path, text)?;
            count += 1;
        }
    }
    fs::write(disk.join(".gitignore"), "public/\n.site/\n.*.site-*\n")?;
    Ok(count + 1)
}

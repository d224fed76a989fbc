//! `site theme new`: lists the files of the built-in theme that a project can change, and copies those that are named
//! into the project, where they lie over the built-in ones. Only what is copied stands still when the program is
//! renewed, so nobody has to take the whole theme. Nothing is ever overwritten.

use std::io;

use serde_json::json;

use super::{Call, Format, Machine, Terminal, outcome};
use crate::publication;
use crate::report::{displayable, nearest};
use crate::theme::{self, Part};
use crate::write;

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The files, as they were named; none to list all.
    pub files: Vec<String>,
    /// Whether every file is copied that the project does not have.
    pub all: bool,
}

/// Lists or copies files of the built-in theme.
pub fn run(call: &Call, machine: &Machine, terminal: &Terminal, wish: &Wish) -> u8 {
    let refuse = |zh: String, en: String| outcome::refused(call, terminal, "theme", 2, call.say(&zh, &en));
    if !call.project.join("content").is_dir() {
        let shown = call.project.display();
        return refuse(
            format!("在“{shown}”里找不到 content 文件夹，这里不是网站项目。"),
            format!("No `content` folder in `{shown}`; this is no project."),
        );
    }
    // A file lies over the built-in one only in the folder of the theme that the site names.
    let named = publication(&call.order(machine)).site.map(|site| site.config.theme.clone());
    let folder = format!("themes/{}", named.as_deref().unwrap_or("default"));
    let parts: Vec<Part> = theme::parts().collect();
    if wish.files.is_empty() && !wish.all {
        list(call, terminal, &parts, &folder);
        return 0;
    }
    match wanted(&parts, wish) {
        Ok(wanted) => copy(call, terminal, &wanted, &folder, wish.all),
        Err(name) => {
            let near = nearest(&name, parts.iter().flat_map(|part| [part.name.as_str(), last(&part.name)]));
            let (zh, en) = near.map_or((String::new(), String::new()), |near| {
                (format!("你是不是想写“{near}”？"), format!(" Did you mean `{near}`?"))
            });
            let shown = displayable(&name);
            refuse(
                format!("内置主题里没有“{shown}”。{zh}site theme new 列出全部文件。"),
                format!("The built-in theme has no `{shown}`.{en} `site theme new` lists all files."),
            )
        }
    }
}

/// The files that were named, by their path or by their name alone; an error names the first that there is none of.
fn wanted<'p>(parts: &'p [Part], wish: &Wish) -> Result<Vec<&'p Part>, String> {
    if wish.all {
        return Ok(parts.iter().collect());
    }
    let find = |name: &String| {
        let plain = name.replace('\\', "/");
        let found = parts.iter().find(|part| part.name == plain || last(&part.name) == plain);
        found.ok_or_else(|| name.clone())
    };
    wish.files.iter().map(find).collect()
}

fn last(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn list(call: &Call, terminal: &Terminal, parts: &[Part], folder: &str) {
    let is_own = |part: &Part| call.project.join(folder).join(&part.name).is_file();
    if call.format == Format::Json {
        let files = parts.iter().map(|part| json!({ "name": part.name, "own": is_own(part) }));
        let files: Vec<_> = files.collect();
        return outcome::done(terminal, "theme", 0, json!({ "folder": folder, "files": files }));
    }
    let mut out = format!(
        "{}\n",
        call.say(
            "内置主题里可以改的文件（templates 是网页模板，assets 是样式和脚本，posters 是海报和公文的版面）：",
            "Files of the built-in theme that can be changed (templates of pages, assets, posters and letters):",
        )
    );
    for part in parts {
        let own = if is_own(part) { call.say("  （项目里已有）", "  (in the project)") } else { "" };
        out.push_str(&format!("  {}{own}\n", part.name));
    }
    out.push_str(call.say(
        "要改哪个，就复制哪个，例如：site theme new site.css。颜色不用改文件，写在 content/site.yaml 的“配色”里。\n",
        "Copy only what you change, such as: site theme new site.css. Colours stand in content/site.yaml, under colors.\n",
    ));
    terminal.say(&out);
}

/// Copies the files one by one, each whole or not at all; what is there already is left alone, which is no fault where
/// all were asked for.
fn copy(call: &Call, terminal: &Terminal, wanted: &[&Part], folder: &str, all: bool) -> u8 {
    let (mut written, mut kept) = (Vec::new(), Vec::new());
    let mut fault = None;
    for part in wanted {
        let path = format!("{folder}/{}", part.name);
        match write::fresh(&call.project, &path, part.bytes) {
            Ok(()) => written.push(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => kept.push(path),
            Err(error) => {
                fault = Some((path, error));
                break;
            }
        }
    }
    let code = u8::from(fault.is_some() || (!all && !kept.is_empty()));
    if call.format == Format::Json {
        let fault = fault.as_ref().map(|(path, error)| json!({ "path": path, "reason": error.to_string() }));
        outcome::done(terminal, "theme", code, json!({ "written": written, "kept": kept, "fault": fault }));
        return code;
    }
    let told = |zh: &str, en: &str, paths: &[String]| -> String {
        paths.iter().map(|path| format!("{}{path}\n", call.say(zh, en))).collect()
    };
    terminal.say(&told("已复制 ", "Copied ", &written));
    terminal.say(&told("已经有了，没有改动：", "Exists already and was left alone: ", &kept));
    if let Some((path, error)) = fault {
        let shown = displayable(&error.to_string());
        let (zh, en) = (format!("{path} 写不进去：{shown}\n"), format!("Could not write {path}: {shown}\n"));
        terminal.complain(call.say(&zh, &en));
    }
    code
}

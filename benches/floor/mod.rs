//! What the pages of a neutral corpus cost at least: two threads that read, split the header, parse, render an
//! equivalent page through Tera and write it. It checks nothing, knows no lists, and collects nothing but titles.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde::Serialize;
use tera::{Context, Tera};

const PAGE: &str = include_str!("page.html");

struct Source {
    kind: String,
    slug: String,
    text: String,
}

#[derive(Serialize)]
struct Heading {
    id: String,
    text: String,
}

#[derive(Serialize)]
struct Link {
    title: String,
    url: String,
}

/// Writes every page of `neutral` below `out`.
pub fn run(neutral: &Path, out: &Path) {
    let mut paths: Vec<PathBuf> = walkdir::WalkDir::new(neutral.join("content"))
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
        .collect();
    paths.sort();
    let sources = side_by_side(&paths, |path| Source {
        kind: path.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned(),
        slug: path.file_stem().unwrap().to_string_lossy().into_owned(),
        text: fs::read_to_string(path).unwrap(),
    });
    let titles: Vec<&str> = sources.iter().map(|source| field(&source.text, "title")).collect();
    let mut tera = Tera::new();
    tera.autoescape_on([""]);
    tera.add_raw_templates([("page.html", PAGE)]).unwrap();
    let numbers: Vec<usize> = (0..sources.len()).collect();
    side_by_side(&numbers, |at| {
        let source = &sources[*at];
        let beside = |at: Option<usize>| {
            let at = at.filter(|at| sources.get(*at).is_some_and(|other| other.kind == source.kind))?;
            Some(Link { title: titles[at].to_string(), url: format!("../{}/", sources[at].slug) })
        };
        let (body, outline) = parsed(source.text.splitn(3, "---\n").nth(2).unwrap());
        let mut context = Context::new();
        context.insert("title", titles[*at]);
        context.insert("date", field(&source.text, "date"));
        context.insert("summary", field(&source.text, "summary"));
        context.insert("terms", &[field(&source.text, "city"), field(&source.text, "campaign")]);
        context.insert("kind", &source.kind);
        context.insert("outline", &outline);
        context.insert("body", &body);
        context.insert("previous", &beside(at.checked_sub(1)));
        context.insert("next", &beside(Some(at + 1)));
        let page = tera.render("page.html", &context).unwrap();
        let folder = out.join(&source.kind).join(&source.slug);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("index.html"), page).unwrap();
    });
}

fn side_by_side<T: Sync, R: Send>(all: &[T], one: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let thread = || {
        let mut made = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            match all.get(at) {
                Some(value) => made.push((at, one(value))),
                None => return made,
            }
        }
    };
    let mut made: Vec<(usize, R)> = std::thread::scope(|scope| {
        let threads = [scope.spawn(thread), scope.spawn(thread)];
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    made.sort_by_key(|(at, _)| *at);
    made.into_iter().map(|(_, value)| value).collect()
}

/// The body as HTML, and its headings.
fn parsed(text: &str) -> (String, Vec<Heading>) {
    let mut body = String::with_capacity(text.len() * 2);
    let mut outline: Vec<Heading> = Vec::new();
    let mut in_heading = false;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                let id = format!("s{}", outline.len() + 1);
                body.push_str(&format!("<{level} id=\"{id}\">"));
                outline.push(Heading { id, text: String::new() });
                in_heading = true;
            }
            Event::End(TagEnd::Heading(level)) => {
                body.push_str(&format!("</{level}>\n"));
                in_heading = false;
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                body.push_str("<a href=\"");
                escape(&dest_url, &mut body);
                body.push_str("\">");
            }
            Event::Start(tag) => body.push_str(element(&tag.to_end()).0),
            Event::End(tag) => body.push_str(element(&tag).1),
            Event::Text(text) => {
                escape(&text, &mut body);
                if let (true, Some(heading)) = (in_heading, outline.last_mut()) {
                    heading.text.push_str(&text);
                }
            }
            Event::SoftBreak | Event::HardBreak => body.push('\n'),
            _ => {}
        }
    }
    (body, outline)
}

fn element(tag: &TagEnd) -> (&'static str, &'static str) {
    match tag {
        TagEnd::Paragraph => ("<p>", "</p>\n"),
        TagEnd::Strong => ("<strong>", "</strong>"),
        TagEnd::Emphasis => ("<em>", "</em>"),
        TagEnd::List(true) => ("<ol>\n", "</ol>\n"),
        TagEnd::List(false) => ("<ul>\n", "</ul>\n"),
        TagEnd::Item => ("<li>", "</li>\n"),
        TagEnd::BlockQuote(_) => ("<blockquote>\n", "</blockquote>\n"),
        TagEnd::Table => ("<table>\n", "</table>\n"),
        TagEnd::TableHead | TagEnd::TableRow => ("<tr>", "</tr>\n"),
        TagEnd::TableCell => ("<td>", "</td>"),
        TagEnd::Link => ("", "</a>"),
        _ => ("", ""),
    }
}

fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['<', '>', '&', '"']) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'&' => "&amp;",
            _ => "&quot;",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

fn field<'t>(text: &'t str, key: &str) -> &'t str {
    let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(": ")).unwrap();
    line.trim_matches('"')
}

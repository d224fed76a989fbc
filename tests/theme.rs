//! The contract with theme authors: every path a template of the default theme names exists in `src/render/view.rs`.
//!
//! Tera tells an unknown field when it is written, but a condition on one is silently false; so the templates are read
//! here, against the structs of the contract as they stand in its source.

#![allow(clippy::unwrap_used, missing_docs)]

#[path = "fixtures/mod.rs"]
mod fixtures;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use fixtures::project::{Project, Wish};
use site::Order;
use site::render::Made;
use site::report::{Finding, Lang, Profile, line};

/// Field to type, by struct; and the struct of each template's `page`.
struct Contract {
    structs: BTreeMap<String, BTreeMap<String, String>>,
    pages: BTreeMap<String, String>,
}

impl Contract {
    fn read() -> Contract {
        let source = fs::read_to_string(root().join("src/render/view.rs")).unwrap();
        let mut contract = Contract { structs: BTreeMap::new(), pages: BTreeMap::new() };
        let (mut name, mut template) = (String::new(), String::new());
        for line in source.lines().map(str::trim) {
            if let Some(rest) = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum ")) {
                name = word(rest).to_string();
                contract.structs.insert(name.clone(), BTreeMap::new());
            } else if let Some((field, of)) = line.strip_prefix("pub ").and_then(|rest| rest.split_once(": ")) {
                let of = of.trim_end_matches(',').trim_end_matches('>');
                let innermost = of.rsplit(['<', ' ', '&', ',']).next().unwrap_or(of);
                let fields = contract.structs.get_mut(&name).unwrap();
                fields.insert(field.to_string(), innermost.to_string());
            } else if name == "Page" && line.starts_with("/// `") {
                template = line.split('`').nth(1).unwrap().to_string();
            } else if let (true, Some((_, of))) = (name == "Page" && !line.starts_with('#'), line.split_once('(')) {
                contract.pages.insert(template.clone(), of.trim_end_matches("),").to_string());
            }
        }
        assert!(contract.pages.len() >= 13 && contract.structs.len() > 30, "the contract was not understood");
        contract
    }

    /// The struct behind `path`, which begins in a value of type `of`; an error names the field that is missing.
    fn walk(&self, of: &str, path: &[&str]) -> Result<String, String> {
        path.iter().try_fold(of.to_string(), |of, field| match self.structs.get(&of) {
            None if of == "String" => Ok(of),
            None => Err(format!("{of} has no fields, not even `{field}`")),
            Some(fields) => fields.get(*field).cloned().ok_or_else(|| format!("{of} has no field `{field}`")),
        })
    }

    /// Whether some struct has this field, for variables whose type only a caller knows.
    fn knows(&self, field: &str) -> bool {
        self.structs.values().any(|fields| fields.contains_key(field))
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
}

/// The theme that was written from the contract alone.
const OTHER: &str = "tests/themes/gazette";

fn templates(theme: &str) -> Vec<(String, String)> {
    let folder = root().join(theme).join("templates");
    let mut found: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(path).unwrap()))
        .collect();
    found.sort();
    found
}

/// The code of a template: what stands between `{{` and `}}`, and between `{%` and `%}`, without texts.
fn code(template: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = template;
    while let Some(at) = rest.find("{{").into_iter().chain(rest.find("{%")).min() {
        let closing = if rest[at..].starts_with("{{") { "}}" } else { "%}" };
        let end = rest[at + 2..].find(closing).map_or(rest.len(), |end| at + 2 + end);
        let inside = &rest[at + 2..end];
        found.push(inside.split('"').step_by(2).collect::<Vec<_>>().join("\"\""));
        rest = &rest[end..];
    }
    found
}

/// Every dotted path in a piece of code: `page.campaigns[0].color` is page, campaigns, color.
fn paths(code: &str) -> Vec<Vec<&str>> {
    let part = |c: char| c.is_ascii_alphanumeric() || "_.[]\"".contains(c);
    code.split(|c: char| !part(c))
        .map(|text| text.trim_matches(['[', ']']))
        .filter(|text| text.contains('.') && !text.starts_with(|c: char| c.is_ascii_digit() || c == '.'))
        .map(|text| text.split('.').map(|part| part.split('[').next().unwrap_or(part)).collect())
        .collect()
}

/// `for x in page.cards` gives `x` the type of one of them.
fn loops<'a>(code: &'a str, contract: &Contract, page: Option<&str>) -> Option<(&'a str, String)> {
    let (variable, rest) = code.trim_start_matches('-').trim().strip_prefix("for ")?.split_once(" in ")?;
    let path = paths(rest).into_iter().next()?;
    let of = typed(&path, contract, page, &BTreeMap::new())?.ok()?;
    Some((variable.trim(), of))
}

/// The type at the end of a path; none when only a caller knows the type of its beginning.
fn typed(
    path: &[&str],
    contract: &Contract,
    page: Option<&str>,
    variables: &BTreeMap<&str, BTreeSet<String>>,
) -> Option<Result<String, String>> {
    let roots: Vec<&str> = match path[0] {
        "site" => vec!["Site"],
        "meta" => vec!["Meta"],
        "page" => vec![page?],
        other => variables.get(other)?.iter().map(String::as_str).collect(),
    };
    let mut walked = roots.into_iter().map(|of| contract.walk(of, &path[1..]));
    let first = walked.next()?;
    Some(walked.fold(first, |known, next| known.or(next)))
}

/// What the templates of a theme name that is not in the contract, and how many paths were read.
fn unknown(theme: &str) -> (Vec<String>, usize) {
    let contract = Contract::read();
    let (mut faults, mut count) = (Vec::new(), 0);
    for (name, template) in templates(theme) {
        let page = contract.pages.get(&name).map(String::as_str);
        let code = code(&template);
        let mut variables: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for (variable, of) in code.iter().filter_map(|code| loops(code, &contract, page)) {
            variables.entry(variable).or_default().insert(of);
        }
        for path in code.iter().flat_map(|code| paths(code)).filter(|path| path[0] != "loop") {
            count += 1;
            let known = typed(&path, &contract, page, &variables).map(|of| of.map(|_| ()));
            let unknown = path[1..].iter().find(|field| !contract.knows(field));
            let fault = known.unwrap_or_else(|| unknown.map_or(Ok(()), |field| Err(format!("no field `{field}`"))));
            faults.extend(fault.err().map(|fault| format!("{name}: {}: {fault}", path.join("."))));
        }
    }
    (faults, count)
}

#[test]
fn every_path_in_a_theme_is_in_the_contract() {
    for (theme, least) in [("themes/default", 300), (OTHER, 150)] {
        let (faults, count) = unknown(theme);
        assert_eq!(faults, Vec::<String>::new(), "{theme}");
        assert!(count > least, "{theme}: only {count} paths were read");
    }
}

#[test]
fn every_template_of_the_contract_exists() {
    for theme in ["themes/default", OTHER] {
        let names: Vec<String> = templates(theme).into_iter().map(|(name, _)| name).collect();
        for template in Contract::read().pages.keys() {
            assert!(names.contains(template), "{theme}: {template}");
        }
    }
}

/// The demonstration in that theme: every page by its path with the template it was made from, and what was found.
fn demonstration() -> (BTreeMap<String, (&'static str, String)>, Vec<Finding>) {
    let project = Project::copy(&root().join("tests/mistakes/base"));
    for (from, to) in [("content", "content"), (OTHER, "themes/gazette")] {
        for entry in walkdir::WalkDir::new(root().join(from)).into_iter().map(Result::unwrap) {
            let inside = entry.path().strip_prefix(root().join(from)).unwrap().to_string_lossy().into_owned();
            if entry.file_type().is_file() {
                project.write(&format!("{to}/{inside}"), &fs::read(entry.path()).unwrap());
            }
        }
    }
    let config = project.read("content/site.yaml").unwrap();
    let chosen = "theme: gazette\ncolors: {main: \"#8A1F1F\", open_day: \"#005A9C\"}\n";
    project.write("content/site.yaml", config.replace("theme: default\n", chosen).as_bytes());
    let old = "---\ntitle: 旧页面\nold_urls: [/old/page.html]\n---\n\n这一页搬过家。\n";
    project.write("content/pages/moved-here.md", old.as_bytes());
    let made = site::publication(&Order::of(&project.path(), Wish::default().today));
    // Pages name posters, and no poster has to be set for that.
    let press = (*made.press.expect("the theme can be used")).clone().proofs();
    let page = |(out, recipe): (&site::model::OutPath, &site::plan::Recipe)| {
        let template = press.template(recipe)?;
        let Ok(Made::Bytes(bytes)) = press.make(out, recipe) else { panic!("{}", out.as_str()) };
        Some((out.as_str().to_string(), (template, String::from_utf8(bytes.to_vec()).unwrap())))
    };
    let pages = press.plan.outputs().filter_map(page).collect();
    let findings = site::inspected(&press, Profile::Preview, &AtomicBool::new(false));
    (pages, findings)
}

/// The words of every class attribute.
fn classes(html: &str) -> BTreeSet<&str> {
    let values = html.split(" class=\"").skip(1).filter_map(|rest| rest.split('"').next());
    values.flat_map(str::split_whitespace).collect()
}

/// The classes in bodies, which the contract names.
fn of_bodies() -> Vec<String> {
    let contract = fs::read_to_string(root().join("src/render/view.rs")).unwrap();
    let said = contract.split("Its classes are").nth(1).unwrap().split("pub html").next().unwrap();
    said.split('`').skip(1).step_by(2).map(str::to_string).collect()
}

#[test]
fn a_theme_written_from_the_contract_alone_shows_every_kind_of_page() {
    let (pages, findings) = demonstration();
    let used: BTreeSet<String> = pages.values().map(|(template, _)| template.to_string()).collect();
    assert_eq!(used, Contract::read().pages.into_keys().collect(), "templates that were used, and those there are");
    let known = of_bodies();
    assert!(known.len() > 6, "{known:?}");
    let is_own = |class: &str| {
        class.starts_with("gz-") || class.starts_with("language-") || known.iter().any(|known| known == class)
    };
    for (path, (_, html)) in &pages {
        assert!(html.contains("class=\"gz-sheet\"") && html.contains("assets/gazette."), "{path} is of another theme");
        assert!(!html.contains("assets/site."), "{path} links the built-in style sheet");
        let foreign: Vec<&str> = classes(html).into_iter().filter(|class| !is_own(class)).collect();
        assert_eq!(foreign, [""; 0], "{path} has classes of the built-in theme");
        assert!(html.contains("assets/chosen-colors."), "{path} does not show the chosen colours");
    }
    let of_theme = findings.iter().filter(|finding| finding.place.path.as_str().starts_with("themes/"));
    let of_theme: Vec<String> = of_theme.map(|finding| line::print(finding, Lang::Zh)).collect();
    assert_eq!(of_theme, [""; 0]);
}

/// The pages of a small project with these templates of its own.
fn overlaid(templates: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
    let project = Project::copy(&root().join("tests/mistakes/base"));
    let config = project.read("content/site.yaml").unwrap();
    project.write("content/site.yaml", format!("{config}\nposters: []\nnotice_pdf: false\n").as_bytes());
    for (name, text) in templates {
        project.write(&format!("themes/default/templates/{name}"), text.as_bytes());
    }
    let (findings, written) = project.build(&Wish::default());
    let of_theme = |finding: &&Finding| finding.place.path.as_str().contains("templates");
    let told: Vec<String> = findings.iter().filter(of_theme).map(|finding| line::print(finding, Lang::Zh)).collect();
    assert_eq!(told, [""; 0]);
    written
}

#[test]
fn one_block_and_one_component_can_be_changed_alone() {
    let footer =
        "{% extends \"default/base.html\" %}{% block footer %}<p>维护：{{ site.title }}</p>{{ super() }}{% endblock %}";
    let hero = "{% extends \"default/home.html\" %}{% block hero %}<p>换了头图</p>{% endblock %}";
    let empty = "{% component empty(text) %}<p>{{ text }}再等等。</p>{% endcomponent empty %}";
    let plain = overlaid(&[]);
    let changed = overlaid(&[("base.html", footer), ("home.html", hero), ("mine.html", empty)]);
    let page = |pages: &BTreeMap<String, Vec<u8>>, path: &str| String::from_utf8(pages[path].clone()).unwrap();
    for path in ["index.html", "notices/index.html", "404.html"] {
        let (before, after) = (page(&plain, path), page(&changed, path));
        assert!(after.contains("<p>维护：") && after.contains("<footer class=\"site-footer\">"), "{path}");
        assert!(!before.contains("维护："), "{path}");
    }
    let home = page(&changed, "index.html");
    assert!(home.contains("换了头图") && home.contains("近期开放日"));
    assert!(!home.contains("hero-main") && page(&plain, "index.html").contains("hero-main"));
    let empty =
        changed.keys().filter(|path| path.ends_with(".html")).any(|path| page(&changed, path).contains("再等等。"));
    assert!(empty, "the component of the project is not used");
}

#[test]
fn what_comes_in_another_order_each_time_is_refused() {
    let project = Project::copy(&root().join("tests/mistakes/base"));
    let template = "{% extends \"default/404.html\" %}\n{% block main %}<h1>无</h1>{{ __tera_context }}{% endblock %}";
    project.write("themes/default/templates/404.html", template.as_bytes());
    let (findings, written) = project.build(&Wish::default());
    let told: Vec<String> = findings.iter().map(|finding| line::print(finding, Lang::Zh)).collect();
    assert!(told.iter().any(|line| line.contains("templates/404.html:2:30: E205: ")), "{told:?}");
    let fix = "{% block main %}<h1>无</h1>{{ page }}{% endblock %}";
    assert!(findings.iter().any(|finding| finding.code.id == "E205" && finding.fix == [fix]));
    assert!(written.is_empty());
}

#[test]
fn a_wrong_path_is_seen() {
    let contract = Contract::read();
    let none = BTreeMap::new();
    let of = |path: &[&str]| typed(path, &contract, Some("Article"), &none).unwrap();
    assert_eq!(of(&["page", "region", "title"]), Ok("String".to_string()));
    assert_eq!(of(&["page", "region", "titel"]), Err("Tag has no field `titel`".to_string()));
    assert_eq!(of(&["page", "doc_no"]), Err("Article has no field `doc_no`".to_string()));
    assert_eq!(paths(&code("{% if page.campaigns[0].color == \"a.b\" %}")[0]), [["page", "campaigns", "color"]]);
}

//! The contract with theme authors: every path a template of the default theme names exists in `src/render/view.rs`.
//!
//! Tera tells an unknown field when it is written, but a condition on one is silently false; so the templates are read
//! here, against the structs of the contract as they stand in its source.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

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

fn templates() -> Vec<(String, String)> {
    let folder = root().join("themes/default/templates");
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

#[test]
fn every_path_in_the_default_theme_is_in_the_contract() {
    let contract = Contract::read();
    let (mut faults, mut count) = (Vec::new(), 0);
    for (name, template) in templates() {
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
    assert_eq!(faults, Vec::<String>::new());
    assert!(count > 300, "only {count} paths were read");
}

#[test]
fn every_template_of_the_contract_exists() {
    let names: Vec<String> = templates().into_iter().map(|(name, _)| name).collect();
    for template in Contract::read().pages.keys() {
        assert!(names.contains(template), "{template}");
    }
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

//! Findings as SARIF 2.1.0 (OASIS), which the reviews of a CI show beside the lines they are about.
//!
//! Columns count characters, so the run says `unicodeCodePoints`. Paths are relative to the project, which readers know
//! as `%SRCROOT%`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Code, Finding, Inspection, Lang, Place, Profile, Severity, Span, json as records};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const ROOT: &str = "%SRCROOT%";

/// The inspection as one SARIF log, ending with a line break.
pub fn print(inspection: &Inspection, lang: Lang) -> String {
    let rules = rules(inspection.findings);
    let profile = match inspection.profile {
        Profile::Preview => "preview",
        Profile::Production => "production",
    };
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "site",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "language": language(lang),
                "rules": rules.iter().map(|code| rule(code, lang)).collect::<Vec<_>>(),
            }},
            "invocations": [{ "executionSuccessful": inspection.exit < 2, "exitCode": inspection.exit }],
            "originalUriBaseIds": { ROOT: { "description": { "text": root(lang) } } },
            "columnKind": "unicodeCodePoints",
            "language": language(lang),
            "results": results(inspection.findings, &rules, lang),
            "properties": { "asOf": inspection.as_of, "profile": profile },
        }],
    });
    records::document(&log)
}

fn language(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "zh-CN",
        Lang::En => "en",
    }
}

fn root(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "项目文件夹",
        Lang::En => "The project folder",
    }
}

/// The codes that occur, each once, in the order of their names.
fn rules(findings: &[Finding]) -> Vec<&'static Code> {
    let by_name: BTreeMap<&str, &'static Code> = findings.iter().map(|found| (found.code.id, found.code)).collect();
    by_name.into_values().collect()
}

fn rule(code: &Code, lang: Lang) -> Value {
    let explanation = code.explanation();
    let full = explanation.as_ref().map_or_else(|| code.title(lang), |text| text.get(lang));
    json!({
        "id": code.id,
        "shortDescription": { "text": message(code.title(lang)) },
        "fullDescription": { "text": message(full) },
        "help": { "text": format!("site explain {}", code.id) },
        "defaultConfiguration": { "level": level(code.severity) },
        "properties": { "severity": records::severity(code.severity), "title": { "zh": code.zh, "en": code.en } },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Veto | Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn results(findings: &[Finding], rules: &[&'static Code], lang: Lang) -> Vec<Value> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let result = |finding: &Finding| {
        let number = seen.entry(fingerprint(finding)).or_default();
        *number += 1;
        let fingerprint = format!("{}:{number}", fingerprint(finding));
        result(finding, rules, lang, &fingerprint)
    };
    findings.iter().map(result).collect()
}

fn result(finding: &Finding, rules: &[&'static Code], lang: Lang, fingerprint: &str) -> Value {
    let mut text = finding.message.get(lang).to_string();
    if let Some(hint) = &finding.hint {
        text = format!("{text}\n{}", hint.get(lang));
    }
    let mut result = json!({
        "ruleId": finding.code.id,
        "level": level(finding.code.severity),
        "message": { "text": message(&text) },
        "locations": [{ "physicalLocation": location(&finding.place) }],
        "partialFingerprints": { "site/v1": fingerprint },
    });
    if let Some(index) = rules.iter().position(|code| code.id == finding.code.id) {
        result["ruleIndex"] = index.into();
    }
    if !finding.related.is_empty() {
        let related = finding.related.iter().enumerate();
        let related = related.map(|(id, place)| json!({ "id": id, "physicalLocation": location(place) }));
        result["relatedLocations"] = related.collect();
    }
    if let Some(fix) = fix(finding, lang) {
        result["fixes"] = json!([fix]);
    }
    result
}

/// Text of a message: braces would be places for arguments, and brackets before parentheses a link (SARIF 2.1.0,
/// 3.11.5 and 3.11.6).
fn message(text: &str) -> String {
    let text = text.replace('{', "{{").replace('}', "}}");
    match text.contains("](") {
        true => text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]"),
        false => text,
    }
}

fn location(place: &Place) -> Value {
    let mut location = json!({ "artifactLocation": artifact(place.path.as_str()) });
    if let Some(span) = &place.span {
        location["region"] = region(span);
    }
    location
}

fn artifact(path: &str) -> Value {
    match (path.strip_prefix('/'), path.split_once(":/")) {
        (Some(rest), _) => json!({ "uri": format!("file:///{}", encoded(rest)) }),
        (_, Some((drive, rest))) if drive.len() == 1 => {
            json!({ "uri": format!("file:///{}:/{}", encoded(drive), encoded(rest)) })
        }
        _ => json!({ "uri": encoded(path), "uriBaseId": ROOT }),
    }
}

/// A path as a relative reference of RFC 3986; a colon in its first part would make that a scheme.
fn encoded(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// What is marked; the end is the column after it, so nothing marked is a spot between two characters.
fn region(span: &Span) -> Value {
    json!({ "startLine": span.line, "startColumn": span.column, "endColumn": span.column + span.width })
}

/// The change that mends it, where one line takes the place of the marked one.
fn fix(finding: &Finding, lang: Lang) -> Option<Value> {
    let (span, [line]) = (finding.place.span.as_ref()?, finding.fix.as_slice()) else { return None };
    if finding.adds || line.contains('\n') {
        return None;
    }
    let whole = Span { column: 1, width: span.text.chars().count(), ..span.clone() };
    let words = match lang {
        Lang::Zh => "改成这一行",
        Lang::En => "Write this line",
    };
    Some(json!({
        "description": { "text": words },
        "artifactChanges": [{
            "artifactLocation": artifact(finding.place.path.as_str()),
            "replacements": [{ "deletedRegion": region(&whole), "insertedContent": { "text": line } }],
        }],
    }))
}

/// What stays the same when lines move: the code, the file, and the words of the line and of the mark. Those that share
/// all of it are numbered.
fn fingerprint(finding: &Finding) -> String {
    let line = finding.place.span.as_ref().map_or("", |span| span.text.trim());
    let marked = finding.place.marked();
    let parts = [finding.code.id, finding.place.path.as_str(), line, marked];
    blake3::hash(parts.join("\n").as_bytes()).to_hex()[..32].to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{SourcePath, Text, codes};

    fn at(path: &str, text: &str, offset: usize) -> Finding {
        let place = Place::in_text(&SourcePath::new(path), text, offset, 1);
        Finding::new(&codes::E103, place, Text::new("错", "wrong"))
    }

    #[test]
    fn the_fingerprint_stays_when_lines_move_and_tells_files_and_lines_apart() {
        let first = fingerprint(&at("content/a.md", "标题：一\n", 6));
        assert_eq!(first, fingerprint(&at("content/a.md", "另一行\n标题：一\n", 16)));
        assert_ne!(first, fingerprint(&at("content/b.md", "标题：一\n", 6)));
        assert_ne!(first, fingerprint(&at("content/a.md", "标题：二\n", 6)));
    }

    #[test]
    fn equal_findings_are_numbered() {
        let twice = [at("content/a.md", "一：\n一：\n", 3), at("content/a.md", "一：\n一：\n", 10)];
        let results = results(&twice, &rules(&twice), Lang::Zh);
        let prints: Vec<&str> =
            results.iter().map(|one| one["partialFingerprints"]["site/v1"].as_str().unwrap()).collect();
        assert!(prints[0].ends_with(":1") && prints[1].ends_with(":2"), "{prints:?}");
        assert_eq!(prints[0][..32], prints[1][..32]);
    }

    #[test]
    fn paths_are_references_and_absolute_ones_have_no_base() {
        let uri = |path: &str| artifact(path)["uri"].as_str().unwrap().to_string();
        assert_eq!(uri("content/news/甲 #1%.md"), "content/news/%E7%94%B2%20%231%25.md");
        assert_eq!(uri("content/a:b.md"), "content/a%3Ab.md");
        assert_eq!(uri("/no/such"), "file:///no/such");
        assert_eq!(uri("C:/网站"), "file:///C:/%E7%BD%91%E7%AB%99");
        assert!(artifact("/no/such").get("uriBaseId").is_none());
        assert_eq!(artifact("--today")["uriBaseId"], ROOT);
    }

    #[test]
    fn only_one_line_for_the_marked_one_is_a_fix() {
        let finding = at("content/a.md", "标题：一\n", 6);
        let fixed = fix(&finding.clone().fix("标题: 一"), Lang::Zh).unwrap();
        let replaced = &fixed["artifactChanges"][0]["replacements"][0];
        assert_eq!(replaced["deletedRegion"], json!({ "startLine": 1, "startColumn": 1, "endColumn": 5 }));
        assert_eq!(replaced["insertedContent"]["text"], "标题: 一");
        assert!(fix(&finding, Lang::Zh).is_none());
        assert!(fix(&finding.clone().fix("一").fix("二"), Lang::Zh).is_none());
        assert!(fix(&finding.clone().fix("一\n二"), Lang::Zh).is_none());
        assert!(fix(&finding.add_line("一"), Lang::Zh).is_none());
    }

    #[test]
    fn content_in_a_message_is_no_argument_and_no_link() {
        assert_eq!(message("{{ page.x }}"), "{{{{ page.x }}}}");
        assert_eq!(message("见[通知](a.html)"), "见\\[通知\\](a.html)");
        assert_eq!(message("[草稿]"), "[草稿]");
    }
}

//! The documents of `site check` and its own options: SARIF is judged by the schema of OASIS, JUnit by another reader of
//! XML, and `--since` by a repository of git.
#![allow(clippy::unwrap_used, missing_docs)]

mod workshop;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::Value;
use site::report::codes;
use workshop::{CONFIG, NEWS, Project, Ran, TODAY, names};

/// A page with a mistake of one line, a veto, a warning, and texts that would break out of any document.
fn ruined() -> Project {
    let project = Project::small();
    project.write("content/news/c 甲#%.md", "---\ntitle：\"<b>]]>&{x}\npublished: 2022-09-19 09:00\n---\n\n启动了。\n");
    let internal = "关于值守的通知\nissuer: 示例局\npublished: 2022-09-15 09:00\nopenness: 依申请公开\n---\n\n内容。\n";
    project.write("content/notices/n.md", format!("---\ntitle: {internal}"));
    project.write("content/news/old.md", NEWS.replace("09:00\n", "09:00\nexpires: 2022-09-19\n"));
    project.write(
        "content/news/link.md",
        NEWS.replace("启动了。", "见[<i>](https://example.com/\u{FFFE}a)和[a](b\u{1}.md)。"),
    );
    project
}

/// The schema of SARIF 2.1.0 as the crate that reads SARIF carries it.
struct Judge {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Judge {
    fn new() -> Judge {
        let cargo = |arguments: &[&str]| {
            let said =
                Command::new(env!("CARGO")).args(arguments).current_dir(workshop::repository()).output().unwrap();
            assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
            said.stdout
        };
        // What other platforms need was never fetched on a fresh machine.
        let about = String::from_utf8(cargo(&["-vV"])).unwrap();
        let host = about.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
        let metadata = ["metadata", "--offline", "--locked", "--format-version", "1", "--filter-platform", host];
        let metadata: Value = serde_json::from_slice(&cargo(&metadata)).unwrap();
        let packages = metadata["packages"].as_array().unwrap();
        let package = packages.iter().find(|package| package["name"] == "serde-sarif").unwrap();
        let folder = PathBuf::from(package["manifest_path"].as_str().unwrap()).with_file_name("src");
        let schema: Value = serde_json::from_slice(&fs::read(folder.join("schema.json")).unwrap()).unwrap();
        assert_eq!(schema["title"], "Static Analysis Results Format (SARIF) Version 2.1.0 JSON Schema");
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.enable_format_assertions();
        compiler.add_resource("sarif.json", schema).unwrap();
        let index = compiler.compile("sarif.json", &mut schemas).unwrap();
        Judge { schemas, index }
    }

    fn accepts(&self, document: &Value) {
        self.schemas.validate(document, self.index).unwrap_or_else(|fault| panic!("{fault:#}\n{document:#}"));
    }
}

#[test]
fn sarif_is_what_its_schema_wants() {
    let judge = Judge::new();
    for project in [ruined(), Project::small(), Project::empty()] {
        for more in ["", "--lang en --profile production"] {
            let ran = project.site(&format!("check --format sarif {more}"));
            let told = project.site(&format!("check --format json {more}"));
            let log = ran.document();
            judge.accepts(&log);
            let read: serde_sarif::sarif::Sarif = serde_json::from_str(&ran.out).unwrap();
            let codes: Vec<_> = read.runs[0].results.iter().flatten().filter_map(|r| r.rule_id.clone()).collect();
            assert_eq!(codes, told.codes(), "every finding stands in it, in the same order");
            assert_eq!(ran.code, told.code);
            for result in log["runs"][0]["results"].as_array().unwrap() {
                let rule = &log["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
                assert_eq!(rule["id"], result["ruleId"]);
                assert_eq!(rule["defaultConfiguration"]["level"], result["level"]);
            }
        }
    }
    judge_refuses(&judge);
}

/// A judge that accepts everything would prove nothing.
fn judge_refuses(judge: &Judge) {
    let log = Project::small().site("check --format sarif").document();
    for (place, wrong) in [("/version", "2.0"), ("/runs/0/columnKind", "bytes"), ("/runs/0/tool/driver/name", "")] {
        let mut log = log.clone();
        *log.pointer_mut(place).unwrap() = if wrong.is_empty() { Value::from(1) } else { wrong.into() };
        assert!(judge.schemas.validate(&log, judge.index).is_err(), "{place}");
    }
}

#[test]
fn sarif_marks_characters_and_carries_the_line_to_write() {
    let project = Project::small();
    project.write("content/news/c 甲.md", NEWS.replace("title: 启动仪式", "title：启动仪式"));
    let log = project.site("check --format sarif").document();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let result = results.iter().find(|result| result["ruleId"] == "E103").unwrap();
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "content/news/c%20%E7%94%B2.md");
    assert_eq!(place["region"], serde_json::json!({ "startLine": 2, "startColumn": 6, "endColumn": 7 }));
    let change = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(change["insertedContent"]["text"], "title: 启动仪式");
    assert_eq!(change["deletedRegion"]["endColumn"], 11);
}

#[test]
fn junit_is_read_by_another_and_counts_right() {
    let project = ruined();
    let (ran, told) = (project.site("check --format junit"), project.site("check --format json").document());
    let document = roxmltree::Document::parse(&ran.out).unwrap_or_else(|fault| panic!("{fault}\n{}", ran.out));
    let top = document.root_element();
    let named = |name: &str| top.descendants().filter(|node| node.has_tag_name(name)).count();
    let number = |node: &roxmltree::Node, name: &str| node.attribute(name).unwrap().parse::<usize>().unwrap();
    let counts = |name: &str| told["counts"][name].as_u64().unwrap() as usize;
    assert_eq!((top.tag_name().name(), named("testcase")), ("testsuites", number(&top, "tests")));
    assert_eq!(named("failure"), number(&top, "failures"));
    assert_eq!(named("failure"), counts("vetoes") + counts("errors"));
    assert_eq!(named("system-out"), counts("warnings") + counts("infos"));
    assert!(named("failure") > 1 && named("system-out") > 1, "{}", ran.out);
    for suite in top.children().filter(roxmltree::Node::is_element) {
        let cases: Vec<_> = suite.children().filter(roxmltree::Node::is_element).collect();
        assert_eq!(cases.len(), number(&suite, "tests"));
        assert!(cases.iter().all(|case| case.attribute("classname") == suite.attribute("name")));
    }
    let passed = top.children().find(|suite| suite.attribute("name") == Some("content/news/a.md")).unwrap();
    assert_eq!(passed.children().filter(|case| case.children().count() == 0 && case.is_element()).count(), 1);
}

#[test]
fn the_page_is_a_document_of_its_own() {
    let project = ruined();
    let ran = project.site("check --format html");
    assert_eq!(ran.code, 1);
    for words in [
        "<!DOCTYPE html>",
        "<html lang=\"zh-CN\">",
        "网站检查报告",
        "示例专题",
        "示例市市场监督管理局",
        "2022-09-20",
        "改正之前网站不能发布",
        "<th scope=\"row\">通知</th>",
        "O01",
        "规则说明",
    ] {
        assert!(ran.out.contains(words), "{words}\n{}", ran.out);
    }
    for words in ["<script", "http://", "<b>", "<i>", "src=", "href=", "@import", "url("] {
        assert!(!ran.out.contains(words), "{words}");
    }
    assert_eq!(ran.out, project.site("check --format html").out, "the same twice");
    let mut faults = Vec::new();
    for token in html5gum::Tokenizer::new(&ran.out).flatten() {
        if let html5gum::Token::Error(fault) = token {
            faults.push(format!("{fault:?}"));
        }
    }
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn reports_are_written_whole_where_they_were_asked_for() {
    let project = ruined();
    let ran = project.site("check --report ../报告/检查.html --report r.sarif --report r.xml --report r.json");
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("检查报告已写入 ../报告/检查.html、r.sarif、r.xml、r.json。"), "{}", ran.told());
    let read = |name: &str| fs::read_to_string(project.path(name)).unwrap();
    assert_eq!(read("../报告/检查.html"), project.site("check --format html").out);
    assert_eq!(read("r.sarif"), project.site("check --format sarif").out);
    assert_eq!(read("r.xml"), project.site("check --format junit").out);
    assert_eq!(read("r.json"), project.site("check --format json").out);
    assert_eq!(names(project.folder()), ["content", "r.json", "r.sarif", "r.xml"]);
    let document = project.site("check --format json --report r.html").document();
    assert_eq!(document["reports"], serde_json::json!(["r.html"]));
}

#[test]
fn reports_are_refused_among_sources_and_in_the_site() {
    let project = Project::small();
    project.build();
    project.site("build --out ../web");
    let before = (project.sources(), project.public());
    for file in
        ["content/r.html", "themes/r.html", "public/r.html", ".site/r.json", "content/../public/x.xml", "../web/r.html"]
    {
        let ran = project.site(&format!("check --report {file} --format json"));
        assert_eq!((ran.code, ran.codes()), (1, vec!["E301".to_string()]), "{file}: {}", ran.told());
    }
    assert!(before == (project.sources(), project.public()) && !project.path("../web/r.html").exists());
    for file in ["r", "r.pdf", "r.html/"] {
        let ran = project.site(&format!("check --report {file}"));
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{file}: {}", ran.told());
    }
    fs::create_dir(project.path("r.html")).unwrap();
    let ran = project.site("check --report r.html --format json");
    assert_eq!((ran.code, ran.codes()), (1, vec!["E307".to_string()]), "{}", ran.told());
}

#[test]
fn as_of_is_the_day() {
    let project = ruined();
    let run = |line: &str| project.run(line.split(' '));
    let document = |line: &str| run(line).document();
    assert_eq!(document("check --format json --as-of 2022-09-18"), document("check --format json --today 2022-09-18"));
    assert_eq!(document("check --format json --as-of 2022-09-18")["as_of"], "2022-09-18");
    assert_eq!(document("--today 2022-09-18 check --format json"), document("check --format json --as-of 2022-09-18"));
    assert_eq!(document("--format json check --as-of 2022-09-18")["as_of"], "2022-09-18");
    assert_eq!(run("check --as-of 2022-09-20 --today 2022-09-20").code, 1);
    let ran = run("check --as-of 2022-09-18 --today 2022-09-20");
    assert!(ran.code == 2 && ran.err.contains("--as-of 写的是 2022-09-18"), "{}", ran.told());
    assert_eq!(run("check --as-of 昨天").code, 2);
    assert_eq!(run("build --as-of 2022-09-20 --out ../x").code, 1, "other commands know it as well");
}

#[test]
fn only_check_knows_its_forms() {
    let project = Project::small();
    for line in ["build --format sarif", "list --format html", "check --format pdf"] {
        assert_eq!(project.site(line).code, 2, "{line}");
    }
    let help = project.run(["check", "--help"]);
    for word in ["--as-of", "--since", "--report", "sarif"] {
        assert!(help.out.contains(word), "{word}\n{}", help.out);
    }
}

#[test]
fn columns_are_counted() {
    let document = ruined().site("check --format json").document();
    let columns = document["columns"].as_array().unwrap();
    let sum = |name: &str| columns.iter().map(|column| column["counts"][name].as_u64().unwrap()).sum::<u64>();
    for name in ["vetoes", "errors", "warnings", "infos"] {
        assert_eq!(sum(name), document["counts"][name].as_u64().unwrap(), "{name}");
    }
    let notices = columns.iter().find(|column| column["column"] == "notices").unwrap();
    assert_eq!(
        (&notices["name"], &notices["pages"], &notices["counts"]["vetoes"]),
        (&"通知".into(), &1.into(), &1.into())
    );
}

fn git(project: &Project, line: &str) {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]);
    command.args(line.split(' ')).current_dir(project.folder()).env("GIT_CONFIG_GLOBAL", "/dev/null");
    let output = command.output().unwrap();
    assert!(output.status.success(), "git {line}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A repository whose project lies in a folder of it, with an old mistake.
fn versioned() -> Project {
    let project = ruined();
    git(&project, "init -q -b main ..");
    git(&project, "add .");
    git(&project, "commit -q -m first");
    project
}

fn since(project: &Project, more: &str) -> Ran {
    project.site(&format!("check --format json --since {more}"))
}

#[test]
fn since_tells_only_what_changed() {
    let project = versioned();
    let all = project.site("check --format json").codes().len();
    let nothing = since(&project, "HEAD");
    assert_eq!((nothing.code, nothing.codes().len()), (0, 0), "{}", nothing.told());
    assert_eq!(nothing.document()["since"], serde_json::json!({ "revision": "HEAD", "changed": 0, "others": all }));
    let told = project.site("check --since HEAD");
    assert!(told.out.contains(&format!("没有改动的文件里另有 {all} 个问题，没有列出。")), "{}", told.told());
    // Changed and not committed, and new with a name that git would quote.
    project.write("content/news/a.md", NEWS.replace("title: ", "title："));
    project.write("content/news/新稿.md", NEWS.replace("title: ", "title："));
    let changed = since(&project, "main");
    assert_eq!(changed.codes().iter().filter(|code| *code == "E103").count(), 2, "{}", changed.told());
    let others = changed.document()["since"]["others"].as_u64().unwrap() as usize;
    let whole = project.site("check --format json").codes().len();
    assert_eq!((changed.code, others + changed.codes().len()), (1, whole));
    git(&project, "add .");
    git(&project, "commit -q -m second");
    assert_eq!(since(&project, "HEAD").codes(), [""; 0]);
    assert_eq!(since(&project, "HEAD~1").codes(), changed.codes(), "as before the commit");
    assert_eq!(names(project.folder()), ["content"], "nothing is written");
    let page = project.site("check --format html --since HEAD~1");
    assert!(page.out.contains("只看 HEAD~1 之后改动过的 2 个文件"), "{}", page.out);
}

#[test]
fn since_counts_a_page_whose_file_changed_and_the_configuration_only_by_itself() {
    let project = Project::small();
    project.write("content/site.yaml", format!("{CONFIG}footer:\n  icp: 晋ICP备123号\n"));
    project.write("content/files/a.csv", "a\n");
    let link = "[表](/files/a.csv)，[外](https://example.com/)";
    project.write("content/news/a.md", NEWS.replace("启动了。", link));
    git(&project, "init -q -b main");
    git(&project, "add .");
    git(&project, "commit -q -m first");
    let all = project.site("check --format json").codes();
    assert!(all.contains(&"L02".to_string()) && all.contains(&"F02".to_string()), "{all:?}");
    project.write("content/files/a.csv", "b\n");
    assert_eq!(since(&project, "HEAD").codes(), ["L02"]);
    project.write("content/files/a.csv", "a\n");
    project.write("content/site.yaml", project.read("content/site.yaml") + "description: 一句话\n");
    assert_eq!(since(&project, "HEAD").codes(), ["F02"]);
}

#[test]
fn since_hides_nothing_that_stands_in_the_way_of_the_whole_site() {
    let project = Project::small();
    project.write("content/site.yaml", "title: 示例\n");
    git(&project, "init -q -b main");
    git(&project, "add .");
    git(&project, "commit -q -m first");
    let ran = since(&project, "HEAD");
    assert_eq!((ran.code, ran.codes()), (1, project.site("check --format json").codes()), "{}", ran.told());
}

#[test]
fn since_says_why_git_cannot_answer() {
    let project = versioned();
    for revision in ["no-such", "--output=/tmp/x", "-p", "main..main", "HEAD:content"] {
        let ran = project.run(["check", "--today", TODAY, &format!("--since={revision}")]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{revision}: {}", ran.told());
        assert!(ran.err.contains(&format!("git 里没有“{revision}”这个版本")), "{}", ran.told());
    }
    let ran = project.run(["check", "--today", TODAY, "--since="]);
    assert_eq!(ran.code, 2, "{}", ran.told());
    let mut command = project.command(["check", "--since", "main", "--today", TODAY]);
    let ran = Ran::of(command.env("PATH", project.folder()).output().unwrap());
    assert!(ran.code == 2 && ran.err.contains("没有找到 git"), "{}", ran.told());
    let ran = since(&Project::small(), "main");
    assert_eq!(ran.code, 2, "{}", ran.told());
    assert!(ran.document()["refused"].as_str().unwrap().contains("不在 git 仓库里"), "{}", ran.told());
    let ran = since(&Project::empty(), "main --root /no/such/folder");
    assert_eq!(ran.code, 2, "{}", ran.told());
}

#[test]
fn every_code_makes_a_rule() {
    for code in codes::ALL {
        let explanation = code.explanation().unwrap();
        assert!(explanation.zh.chars().count() <= 1000 && explanation.en.chars().count() <= 1000, "{}", code.id);
    }
}

/// A notice in which a program may mend six places, beside what it must not touch.
const ROUGH: &str = "\u{feff}---\r\ntitle: 关于做好宣传周(示例)工作的通知\r\nissuer: 示例局\r\npublished: 2022-09-15 09:00\r\n\
    doc_no: 示例监函[2022]9号\r\ndate: 2022年9月5日\r\n---\r\n\r\n各县(市)局,请看`甲,乙`和[丙,丁](a,b.html)。\r\n\r\n\
    (一)电话0359—5770019，2022年09月05日。\r\n\r\n```\r\n戊,己\r\n```\r\n";

#[test]
fn fix_mends_what_a_program_may_and_nothing_else() {
    let project = Project::small();
    project.write("content/notices/n.md", ROUGH);
    let gbk =
        [b"---\ntitle: a\nissuer: b\npublished: 2022-09-15 09:00\n---\n\n".as_slice(), b"\xd2\xbb,\xb6\xfe\n"].concat();
    fs::write(project.path("content/notices/g.md"), &gbk).unwrap();
    let path = project.path("content/notices/n.md");

    let shown = project.site("check --diff");
    assert_eq!(fs::read_to_string(&path).unwrap(), ROUGH, "--diff alone writes nothing");
    assert!(shown.out.contains("-各县(市)局,请看") && shown.out.contains("+各县（市）局，请看"), "{}", shown.out);

    let fixed = project.site("check --fix --diff --format json");
    assert_eq!(fixed.document()["mended"]["files"][0]["path"], "content/notices/n.md");
    assert_eq!(fixed.document()["mended"]["left"], 1);
    assert!(fixed.err.contains("+各县（市）局，请看"), "{}", fixed.err);
    let mended = fs::read_to_string(&path).unwrap();
    let expected = ROUGH
        .replace("宣传周(示例)工作", "宣传周（示例）工作")
        .replace("[2022]", "〔2022〕")
        .replace("各县(市)局,请看", "各县（市）局，请看")
        .replace("[丙,丁]", "[丙，丁]")
        .replace("(一)电话0359—", "（一）电话0359-")
        .replace("09月05日", "9月5日");
    assert_eq!(mended, expected);
    assert_eq!(fs::read(project.path("content/notices/g.md")).unwrap(), gbk);

    let again = project.site("check --fix");
    assert!(again.out.contains("没有可以自动改的地方"), "{}", again.out);
    assert_eq!(fs::read_to_string(&path).unwrap(), expected);
}

#[test]
fn no_report_gives_a_personal_number_away() {
    let project = Project::small();
    let text = "联系人手机13800138000,身份证11010519491231002X。";
    project.write("content/news/p.md", NEWS.replace("启动了。", text));
    for form in ["human", "short", "json", "sarif", "junit", "html"] {
        let ran = project.site(&format!("check --format {form} --diff"));
        for number in ["13800138000", "11010519491231002X"] {
            assert!(!ran.out.contains(number) && !ran.err.contains(number), "{form}: {}{}", ran.out, ran.err);
        }
        assert!(ran.out.contains("138****8000"), "{form}: {}", ran.out);
    }
    assert_eq!(project.site("build").code, 1, "nothing is published with them");
}

#[test]
fn a_waiver_is_listed_and_lets_a_build_pass() {
    let project = Project::small();
    let page = NEWS.replace("启动了。", "联系人手机13800138000。");
    project.write("content/news/p.md", &page);
    assert_eq!(project.site("build").code, 1);
    let waiver = "waivers: [{code: P02, reason: 本人同意公开, name: 示例}]\n---\n\n";
    let (header, body) = page.split_once("---\n\n").unwrap();
    project.write("content/news/p.md", format!("{header}{waiver}{body}"));
    let built = project.site("build --format json");
    assert_eq!(built.code, 0, "{}", built.out);
    let codes = built.codes();
    assert!(codes.contains(&"I177".to_string()) && !codes.contains(&"P02".to_string()), "{}", built.out);
    let nameless = format!("{header}waivers: [{{code: P02, reason: 本人同意公开}}]\n---\n\n{body}");
    project.write("content/news/p.md", nameless);
    assert_eq!(project.site("build").code, 1, "a waiver needs a name");
}

//! The rules of the house, as far as reading the source can tell. Each failure says why the rule is there; an
//! exception is written down here with its reason, or the rule is changed.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

/// A source file: its path below `src/`, its lines without comments and tests, numbered as in the file.
struct Source {
    path: String,
    lines: Vec<(usize, String)>,
}

impl Source {
    /// The module of the table it belongs to.
    fn module(&self) -> &str {
        let first = self.path.split('/').next().unwrap();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    fn is_in(&self, places: &[&str]) -> bool {
        places.iter().any(|place| self.path == *place || (place.ends_with('/') && self.path.starts_with(place)))
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `folder` with one of these endings, by its path below `folder`.
fn texts(folder: &str, endings: &[&str]) -> BTreeMap<String, String> {
    let folder = root().join(folder);
    let files = walkdir::WalkDir::new(&folder).into_iter().map(|entry| entry.unwrap().into_path());
    let files = files.filter(|path| path.extension().is_some_and(|end| endings.iter().any(|known| end == *known)));
    let name = |path: &Path| path.strip_prefix(&folder).unwrap().to_string_lossy().replace('\\', "/");
    files.map(|path| (name(&path), fs::read_to_string(&path).unwrap())).collect()
}

fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs")
        || path.contains("/tests/")
        || modules().1.iter().any(|name| path == format!("{name}.rs"))
}

/// The modules `src/lib.rs` declares: those of the program, and those that exist for tests.
fn modules() -> (Vec<String>, Vec<String>) {
    let map = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let lines: Vec<&str> = map.lines().collect();
    let (mut program, mut tests) = (Vec::new(), Vec::new());
    for (at, line) in lines.iter().enumerate() {
        let name = line.strip_prefix("pub mod ").or_else(|| line.strip_prefix("mod "));
        let Some(name) = name.and_then(|name| name.strip_suffix(';')) else { continue };
        let of = if at > 0 && lines[at - 1] == "#[cfg(test)]" { &mut tests } else { &mut program };
        of.push(name.to_string());
    }
    (program, tests)
}

fn sources() -> Vec<Source> {
    let files = texts("src", &["rs"]).into_iter().filter(|(path, _)| !is_test(path));
    let sources: Vec<Source> = files.map(|(path, text)| Source { path, lines: code(&text) }).collect();
    assert!(sources.len() > 80, "only {} files were found", sources.len());
    sources
}

/// The lines that are neither comment nor test.
fn code(text: &str) -> Vec<(usize, String)> {
    let lines: Vec<&str> = text.lines().collect();
    // Tests stand at the end of a file.
    let tests = (1..lines.len()).find(|at| lines[at - 1] == "#[cfg(test)]" && lines[*at].ends_with('{'));
    let code = lines.iter().enumerate().take(tests.map_or(lines.len(), |at| at - 1));
    let code = code.filter(|(_, line)| !line.trim_start().starts_with("//"));
    code.map(|(at, line)| (at + 1, line.split(" // ").next().unwrap().to_string())).collect()
}

/// Fails with every place and the reason for the rule.
fn nothing(wrong: Vec<String>, why: &str) {
    assert!(wrong.is_empty(), "\n{}\n\n{why}\n", wrong.join("\n"));
}

/// Every line of a file outside of `places` that holds one of `words`.
fn only_in(places: &[&str], words: &[&str], why: &str) {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| !source.is_in(places)) {
        for (number, line) in &source.lines {
            for word in words.iter().filter(|word| line.contains(**word)) {
                wrong.push(format!("src/{}:{number}: {word}", source.path));
            }
        }
    }
    nothing(wrong, &format!("{why}\nAllowed only in: {}", places.join(", ")));
    for place in places {
        assert!(root().join("src").join(place).exists(), "{place} is allowed, and not there any more");
    }
}

/// The modules in the order of the table in `src/lib.rs`.
fn order() -> Vec<String> {
    let map = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let rows = map.lines().filter_map(|line| line.strip_prefix("//! | [`"));
    rows.map(|row| row.split('`').next().unwrap().to_string()).collect()
}

#[test]
fn the_map_names_every_module() {
    let (mut modules, mut order) = (modules().0, order());
    modules.sort();
    order.sort();
    assert_eq!(order, modules, "the table of rooms in src/lib.rs is how newcomers find their way");
}

#[test]
fn a_module_uses_only_modules_above_it() {
    let order = order();
    let level = |name: &str| order.iter().position(|known| known == name);
    let mut wrong = Vec::new();
    for source in sources() {
        let Some(own) = level(source.module()) else {
            assert!(["lib", "main"].contains(&source.module()), "{} is in no module of the table", source.path);
            continue;
        };
        for (number, line) in &source.lines {
            for used in used(line) {
                let above = match level(&used) {
                    Some(used) => used <= own,
                    // The pipeline itself, in lib.rs, stands above nothing but the commands.
                    None => source.module() == "commands",
                };
                if !above {
                    wrong.push(format!("src/{}:{number}: crate::{used}", source.path));
                }
            }
        }
    }
    nothing(
        wrong,
        "A module uses only modules above it in the table of src/lib.rs: then every stage can be read, tested and \
         replaced without the ones after it, and nothing can go round the Edition.",
    );
}

/// The first words after each `crate::` of a line.
fn used(line: &str) -> Vec<String> {
    let word =
        |text: &str| text.trim().split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("").to_string();
    let mut found = Vec::new();
    for rest in line.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(list) => {
                let mut depth = 0;
                for part in list.split_inclusive(['{', '}', ',']) {
                    if depth == 0 && !word(part).is_empty() {
                        found.push(word(part));
                    }
                    depth += part.matches('{').count();
                    if part.matches('}').count() > depth {
                        break;
                    }
                    depth -= part.matches('}').count();
                }
            }
            None => found.push(word(rest)),
        }
    }
    found
}

#[test]
fn the_rule_for_layers_sees_what_is_used() {
    assert_eq!(used("use crate::model::{Day, Site};"), ["model"]);
    assert_eq!(used("use crate::{model::{Day, edition}, outputs};"), ["model", "outputs"]);
    assert_eq!(used("    crate::load::x(crate::report::y)"), ["load", "report"]);
    assert_eq!(code("a\n// b\n#[cfg(test)]\nmod tests;\nc // d\n#[cfg(test)]\nmod tests {\nx\n}").len(), 4);
}

#[test]
fn files_are_touched_only_where_the_table_says() {
    only_in(
        &["load/", "theme/", "write/", "serve/scan.rs", "serve/watch.rs", "commands/new.rs", "commands/init.rs"],
        &["std::fs", "File::open", "OpenOptions", ".read_dir(", ".canonicalize(", ".metadata(", ".is_symlink()"],
        "Content is read only in load and theme and written only in write, new and init: a stage that reads files \
         behind the Tree's back makes output that depends on more than its input (I3, I6).",
    );
    only_in(
        &["load/", "theme/", "write/", "serve/scan.rs", "serve/watch.rs", "commands/"],
        &[".exists()", ".is_file()", ".is_dir()"],
        "Whether a file is there is a question to the disk as well; the commands may ask where the project is.",
    );
}

#[test]
fn the_machine_is_read_only_in_main() {
    only_in(
        &["main.rs"],
        &["std::env", "env::var", "env::args", "env::current_dir", "temp_dir()"],
        "Environment variables and arguments are read once, in main: nothing else may change the bytes (L13).",
    );
    only_in(
        &["main.rs", "serve/scan.rs"],
        &["SystemTime::now", "::now_utc", "Zoned::now", "Timestamp::now", "Local::now"],
        "The clock is read only in main; the day comes in by --today. A page that tells the time of its build is \
         never the same twice (I6, I8). serve/scan.rs compares the times of files, which reach no output.",
    );
    only_in(
        &["main.rs", "commands/", "serve/"],
        &["Instant::now", ".elapsed()"],
        "A stage that measures time can depend on it; commands tell how long they took, the preview waits.",
    );
    only_in(
        &["main.rs"],
        &["io::stdout", "io::stderr", "io::stdin", "println!", "eprintln!", "print!(", "eprint!("],
        "Everything is said through one Terminal: a closed pipe is a success there, and a full disk an error (L01, L02).",
    );
    only_in(
        &["main.rs", "write/lock.rs", "write/sealed.rs", "write/single.rs", "commands/mod.rs"],
        &["std::process", "process::exit", " Command::new(\""],
        "Nothing starts a process, and only main ends one; the lock names its own for the message, and files that \
         are being written carry its number.",
    );
    only_in(
        &["serve/", "commands/check/external/"],
        &["TcpStream", "TcpListener", "UdpSocket", "UnixStream", "ToSocketAddrs", "tiny_http::", "ureq::"],
        "Sockets are opened only by the preview, and by `site check --external`, which asks other sites whether links \
         still lead somewhere: a build never talks to anybody.",
    );
}

#[test]
fn nothing_random_and_nothing_unordered() {
    only_in(
        &["serve/inner.rs"],
        &["HashMap", "HashSet", "thread_rng", "fastrand", "RandomState", "DefaultHasher", "static mut"],
        "Equal input gives equal bytes (I6): ordered maps only, nothing random. The preview needs a key that no other \
         program can guess; it reaches no output.",
    );
}

#[test]
fn files_are_short_and_say_what_they_are() {
    /// Files that may be long, with the reason.
    const LONG: [(&str, &str); 0] = [];
    let mut wrong = Vec::new();
    for source in sources() {
        // Comments are not counted: render/view.rs is the contract with theme authors, and mostly documentation.
        let lines = source.lines.iter().filter(|(_, line)| !line.trim().is_empty()).count();
        if lines > 700 && !LONG.iter().any(|(path, _)| *path == source.path) {
            wrong.push(format!("src/{}: {lines} lines of code", source.path));
        }
    }
    for (path, text) in texts("src", &["rs"]) {
        let names = ["util", "helper", "manager", "misc", "common"];
        let opens = text.starts_with("//!") || text.starts_with("#!");
        if !opens && !path.contains("/tests/") {
            wrong.push(format!("src/{path}: does not open with what it is for (//!)"));
        }
        if names.iter().any(|name| path.contains(name)) {
            wrong.push(format!("src/{path}: a name that says nothing"));
        }
    }
    nothing(
        wrong,
        "A newcomer reads a file at one sitting, and knows from its first sentence whether it is the right one.",
    );
}

/// A template without its tags: what Tera puts in becomes [`PUT`], statements and comments vanish.
fn plain(template: &str) -> String {
    let mut plain = String::new();
    let mut rest = template;
    while let Some(at) = ["{{", "{%", "{#"].iter().filter_map(|tag| rest.find(tag)).min() {
        plain.push_str(&rest[..at]);
        let (end, put) = match &rest[at..at + 2] {
            "{{" => ("}}", PUT),
            "{%" => ("%}", ""),
            _ => ("#}", ""),
        };
        let close = rest[at..].find(end).unwrap_or_else(|| panic!("a tag is not closed: {}", &rest[at..]));
        // Two values are no text: the level of a heading, and a colour that was parsed as six hexadecimal digits.
        let value = rest[at + 2..at + close].trim();
        plain.push_str(if value == "level" || value.ends_with(".color_hex") { "1" } else { put });
        // Line breaks are kept, so that places can be told.
        plain.push_str(&"\n".repeat(rest[at..at + close].matches('\n').count()));
        rest = &rest[at + close + 2..];
    }
    plain + rest
}

const PUT: &str = "\u{fffc}";

fn templates() -> BTreeMap<String, String> {
    let found = texts("themes/default/templates", &["html", "xml", "svg", "txt", "ics", "json"]);
    assert!(found.len() >= 14, "{:?}", found.keys());
    found
}

#[test]
fn templates_let_only_finished_html_through() {
    let mut wrong = Vec::new();
    for (name, text) in templates() {
        assert!(name.ends_with(".html"), "{name}: calendars, feeds and JSON are written in Rust, never by a template");
        for (number, line) in text.lines().enumerate() {
            for at in line.match_indices("safe").map(|(at, _)| at) {
                let before = line[..at].trim_end();
                let Some(value) = before.strip_suffix('|') else { continue };
                let value = value.trim_end().rsplit([' ', '(', '{']).next().unwrap();
                if !value.ends_with(".html") && value != "meta.structured" {
                    wrong.push(format!("{name}:{}: {value} | safe", number + 1));
                }
            }
            if line.contains("autoescape") {
                wrong.push(format!("{name}:{}: autoescape", number + 1));
            }
        }
    }
    nothing(
        wrong,
        "`safe` switches escaping off. Only HTML that our Markdown gate wrote (a field called `html`) and \
         `meta.structured` have earned it; everything else is somebody's text (E05).",
    );
}

#[test]
fn templates_quote_attributes_and_keep_out_of_scripts() {
    let mut wrong = Vec::new();
    for (name, text) in templates() {
        let plain = plain(&text);
        for (place, fault) in faults(&plain) {
            wrong.push(format!("{name}:{}: {fault}", plain[..place].matches('\n').count() + 1));
        }
    }
    nothing(
        wrong,
        "Tera escapes < > & \" ' and nothing else: outside of quotes a space begins a new attribute, inside a script or \
         a style the rules are others altogether, and a handler is a script (E05).",
    );
}

/// What is wrong with the markup, each with its place.
fn faults(plain: &str) -> Vec<(usize, String)> {
    let mut faults = Vec::new();
    let (mut at, bytes) = (0, plain.as_bytes());
    while let Some(open) = plain[at..].find('<').map(|found| at + found) {
        at = open + 1;
        let is_tag = bytes.get(at).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'/');
        if !is_tag {
            continue;
        }
        let mut quoted = false;
        let begin = at;
        while at < bytes.len() && (quoted || bytes[at] != b'>') {
            match bytes[at] {
                b'"' => quoted = !quoted,
                b'=' if !quoted && bytes.get(at + 1) != Some(&b'"') => {
                    faults.push((at, "a value without double quotes".into()))
                }
                b'\'' if !quoted => faults.push((at, "a single quote in a tag".into())),
                _ if !quoted && plain[at..].starts_with(PUT) => {
                    faults.push((at, "something is put in outside of quotes".into()))
                }
                _ => {}
            }
            at += 1;
            while !plain.is_char_boundary(at) {
                at += 1;
            }
        }
        let tag = &plain[begin..at];
        let names = tag.split('"').step_by(2).flat_map(str::split_whitespace).skip(1);
        faults.extend(names.filter(|name| name.starts_with("on")).map(|name| (begin, format!("a handler {name}"))));
        if tag.contains("style=\"")
            && tag.split("style=\"").nth(1).is_some_and(|value| value.split('"').next().unwrap().contains(PUT))
        {
            faults.push((begin, "something is put into a style".into()));
        }
        for raw in ["script", "style"] {
            if tag.split_whitespace().next() == Some(raw) {
                let end = plain[at..].find(&format!("</{raw}")).map_or(plain.len(), |found| at + found);
                if !plain[at + 1..end].trim().is_empty() {
                    faults.push((begin, format!("text inside <{raw}>")));
                }
            }
        }
    }
    faults
}

#[test]
fn the_rule_for_templates_sees_what_is_wrong() {
    let count = |template: &str| faults(&plain(template)).len();
    assert_eq!(count("<a href=\"{{ x }}\"{% if y %} class=\"z\"{% endif %}>{{ z }} < 3 = 4</a>"), 0);
    assert_eq!(count("<script src=\"{{ x }}\" defer></script>"), 0);
    for bad in [
        "<a href={{ x }}>",
        "<a href=x>",
        "<a {{ x }}>",
        "<a href='{{ x }}'>",
        "<p onclick=\"{{ x }}\">",
        "<script>let a = {{ x }}</script>",
        "<style>a { color: {{ x }} }</style>",
        "<p style=\"color: {{ x }}\">",
    ] {
        assert!(count(bad) > 0, "{bad}");
    }
}

#[test]
fn the_theme_asks_nobody_else_for_anything() {
    let mut wrong = Vec::new();
    for (name, text) in texts("themes/default", &["html", "css", "js", "svg"]) {
        // A namespace is a name that looks like an address.
        let text = text.replace("http://www.w3.org/2000/svg", "").replace("http://www.w3.org/1999/xlink", "");
        for (number, line) in text.lines().enumerate() {
            let words = [
                "http://",
                "https://",
                "\"//",
                "'//",
                "(//",
                "@import",
                "url(data:",
                "eval(",
                "document.write",
                "innerHTML",
                "localhost",
            ];
            wrong.extend(
                words.iter().filter(|word| line.contains(**word)).map(|word| format!("{name}:{}: {word}", number + 1)),
            );
        }
    }
    nothing(
        wrong,
        "A government page loads nothing from other hosts (L05), works without a network of its own, and puts text on \
         the page as text (G09).",
    );
}

/// Stands in a style sheet between the names of colours, sizes and spaces and their use.
const NAMES_END: &str = "/* ---- Names end here; below they are used. ---- */";

#[test]
fn style_sheets_name_their_colours_sizes_and_spaces() {
    let mut wrong = Vec::new();
    for (name, text) in texts("themes/default/assets", &["css"]) {
        let Some(names) = text.lines().position(|line| line == NAMES_END) else {
            wrong.push(format!("{name}: the line “{NAMES_END}” is missing"));
            continue;
        };
        for (number, line) in text.lines().enumerate().skip(names) {
            // Paper is measured in millimetres and points, by a standard.
            let found = unnamed(line).into_iter().filter(|raw| name != "print.css" || is_color(raw));
            wrong.extend(found.map(|raw| format!("{name}:{}: {raw}", number + 1)));
        }
    }
    nothing(wrong, "A county restyles the site by changing names at the head of the style sheet (README, theme).");
}

/// Colours, sizes of text and spaces that a line of a style sheet gives as such instead of by a name.
fn unnamed(line: &str) -> Vec<String> {
    let line = if line.trim_start().starts_with("/*") { "" } else { line };
    let settings = line.split(['{', '}', ';']).filter_map(|part| part.split_once(':'));
    let mut found = Vec::new();
    for (property, value) in settings {
        let property = property.trim();
        let words = value.split(|c: char| !c.is_ascii_alphanumeric() && !"-#.".contains(c));
        let is_measured = ["font", "font-size", "gap"].contains(&property)
            || ["margin", "padding"].iter().any(|p| property.starts_with(p));
        let is_raw = |word: &&str| is_color(word) || (is_measured && word.ends_with("rem"));
        found.extend(words.filter(is_raw).map(str::to_string));
    }
    found
}

fn is_color(word: &str) -> bool {
    let names = ["white", "black", "red", "green", "blue", "gray", "grey", "silver", "orange", "yellow"];
    word.starts_with('#') || ["rgb", "rgba", "hsl", "hsla", "oklch"].contains(&word) || names.contains(&word)
}

#[test]
fn the_rule_for_names_sees_what_is_raw() {
    let good =
        ".a { color: var(--green); margin: 0 .5em; border: 1px solid; font: 700 var(--text-row)/1.4 var(--song); }";
    assert!(unnamed(good).is_empty(), "{:?}", unnamed(good));
    for bad in [
        ".a { color: #fff; }",
        ".a { background: linear-gradient(90deg, var(--ink), rgba(0, 0, 0, .1)); }",
        "  color: white;",
        ".a { font: 700 1.25rem/1.4 var(--song); }",
        ".a { padding-block: .5rem; }",
    ] {
        assert!(!unnamed(bad).is_empty(), "{bad}");
    }
}

#[test]
fn scripts_outside_of_the_search_are_small() {
    let scripts = texts("themes/default/assets", &["js"]).into_iter().filter(|(name, _)| name != "search.js");
    let large =
        scripts.filter(|(_, text)| text.len() > 15_000).map(|(name, text)| format!("{name}: {} bytes", text.len()));
    nothing(large.collect(), "Pages are opened on old telephones in counties; what a page does not need is not sent.");
}

#[test]
fn the_table_of_regions_is_sorted() {
    let table = fs::read_to_string(root().join("src/model/regions.tsv")).unwrap();
    let rows: Vec<Vec<&str>> =
        table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect()).collect();
    assert!(rows.len() > 3_000);
    for pair in rows.windows(2) {
        assert!(
            pair[0][0] < pair[1][0],
            "{} stands before {}: the table is searched by halves",
            pair[0][0],
            pair[1][0]
        );
    }
    for row in &rows {
        let code = row[0];
        assert!(row.len() == rows[0].len(), "{row:?}: not as many fields as the others");
        assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()), "{row:?}: no code of six digits");
        assert!(
            row.iter().all(|field| !field.is_empty() && field.trim() == *field),
            "{row:?}: an empty field or a space"
        );
    }
}

/// Every crate of the program with its features, as a build makes it that is for these `edges`.
fn crates(edges: &str) -> BTreeSet<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root()).args(["tree", "--locked", "--offline", "--prefix", "none", "--no-dedupe"]);
    let output = cargo.args(["--edges", edges, "--format", "{p} [{f}]"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_string).collect()
}

#[test]
fn the_program_and_its_tests_share_one_build_of_all_crates() {
    let (program, tests) = (crates("normal,build"), crates("normal,build,dev"));
    let again: Vec<_> = program.difference(&tests).collect();
    assert!(
        program.len() > 100 && again.is_empty(),
        "crates of the tests want other features of these, so `cargo run` and `cargo test` each build them, and all that \
         stands on them: {again:#?}"
    );
}

#[test]
fn files_are_checked_out_as_they_are() {
    let rules = fs::read_to_string(root().join(".gitattributes")).unwrap();
    assert!(
        rules.lines().any(|line| line == "* -text"),
        "git for Windows gives texts other line ends, and a program compiled there would carry another theme than ours"
    );
}

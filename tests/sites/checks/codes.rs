//! Every code has a fixture that produces it.

use std::collections::BTreeMap;
use std::path::Path;

use libtest_mimic::Failed;
use site::report::codes;

use crate::fixtures::listed;

/// Codes that no content can cause, each with the file that tests them.
const ELSEWHERE: &[(&str, &str)] = &[
    ("E301", "tests/write.rs"),
    ("E302", "tests/write.rs"),
    ("E303", "tests/write.rs"),
    ("E304", "tests/write.rs"),
    ("E305", "tests/write.rs"),
    ("E306", "tests/write.rs"),
    ("E307", "tests/write.rs"),
    ("E308", "tests/machine.rs"),
    ("I309", "tests/again.rs"),
    ("E310", "tests/faults.rs"),
    ("E311", "tests/faults.rs"),
    ("W312", "tests/again.rs"),
    ("L11", "tests/external.rs"),
    ("L12", "tests/external.rs"),
    ("L13", "tests/external.rs"),
    // A picture over 12 MB is made by the test.
    ("W173", "tests/sheets/files.rs"),
    ("W207", "tests/machine.rs"),
];

/// Looks for each code in what the two suites expect, whole messages that they compare.
pub fn every_code_has_a_fixture() -> Result<(), Failed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut expected = String::new();
    for path in listed(&root.join("tests/mistakes"), "md") {
        expected.push_str(&std::fs::read_to_string(path).unwrap());
    }
    for entry in std::fs::read_dir(root.join("tests/sites")).unwrap() {
        expected.push_str(&std::fs::read_to_string(entry.unwrap().path().join("expect.txt")).unwrap_or_default());
    }
    let elsewhere: BTreeMap<&str, &str> = ELSEWHERE.iter().copied().collect();
    let mut wrong = Vec::new();
    for code in codes::ALL {
        let here =
            expected.contains(&format!("site explain {}\n", code.id)) || expected.contains(&format!(": {}: ", code.id));
        match elsewhere.get(code.id) {
            Some(file) if here => wrong.push(format!("{} has a fixture; take it off the list ({file})", code.id)),
            Some(file) if !std::fs::read_to_string(root.join(file))?.contains(code.id) => {
                wrong.push(format!("{file} does not name {}", code.id));
            }
            None if !here => wrong.push(format!("{} has no fixture", code.id)),
            _ => {}
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

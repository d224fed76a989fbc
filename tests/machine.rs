//! What the machine may do to a command: a clock that cannot be right, an interruption.
#![allow(clippy::unwrap_used, missing_docs)]

mod workshop;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use site::commands::{self, Machine, Terminal};
use site::model::Day;
use site::report::frame::Colour;
use workshop::Said;

fn machine(today: fn() -> Day, interrupted: bool) -> Machine {
    Machine { interrupted: Arc::new(AtomicBool::new(interrupted)), ..Machine::bare(&std::env::temp_dir(), today) }
}

/// Runs `site` with `arguments` on the project of the mistakes, and gives its exit code and what it said.
fn run(arguments: &[&str], machine: &Machine) -> (u8, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes/base");
    let all =
        ["site", arguments[0], "--root", root.to_str().unwrap()].into_iter().chain(arguments[1..].iter().copied());
    let said = Said::default();
    let terminal = Terminal::new(Box::new(said.clone()), Box::new(said.clone()), Colour::Off, false);
    let arguments: Vec<_> = all.map(Into::into).collect();
    let code = commands::run(&arguments, machine, &Arc::new(terminal));
    (code, said.text())
}

#[test]
fn c16_a_clock_that_cannot_be_right_is_told() {
    let odd: [fn() -> Day; 2] = [|| Day::new(1970, 1, 1).unwrap(), || Day::new(2099, 1, 1).unwrap()];
    for today in odd {
        let (code, said) = run(&["check"], &machine(today, false));
        assert!(said.contains("W207") && said.contains("--today"), "{said}");
        assert_eq!(code, 0);
    }
    let odd = machine(odd[0], false);
    let (_, said) = run(&["check", "--today", "2022-09-20"], &odd);
    assert!(!said.contains("W207"), "{said}");
    let (_, said) = run(&["check"], &machine(|| Day::new(2026, 5, 1).unwrap(), false));
    assert!(!said.contains("W207"), "{said}");
}

#[test]
fn an_interrupted_verification_says_so() {
    let out = tempfile::tempdir().unwrap();
    let verify = ["verify", "--out", out.path().to_str().unwrap()];
    let record = r#"{"format": 1, "key": "", "files": {}}"#;
    std::fs::write(out.path().join(".site-output"), record).unwrap();
    let today = || Day::new(2026, 5, 1).unwrap();
    assert_eq!(run(&verify, &machine(today, false)).0, 0);
    assert_eq!(run(&verify, &machine(today, true)).0, 130);
}

#[test]
fn f10_an_interrupted_build_says_so_and_writes_nothing() {
    let out = tempfile::tempdir().unwrap();
    let target = out.path().join("public");
    let (code, said) =
        run(&["build", "--out", target.to_str().unwrap()], &machine(|| Day::new(2026, 5, 1).unwrap(), true));
    assert!(said.contains("E308"), "{said}");
    assert_eq!(code, 130);
    assert!(!target.exists());
}

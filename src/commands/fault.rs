//! What happens when the program itself is at fault (faults.md L08): a panic becomes a short text for the officer, a
//! line for the maintainer and exit code 101. The published folder is replaced whole or not at all, so it stands.

use std::any::Any;
use std::ffi::OsString;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, PoisonError};

use serde_json::json;

use super::{Terminal, outcome};
use crate::report::displayable;

/// Where the last panic was, for the report; a hook writes it, because a caught panic has lost it.
#[derive(Default)]
pub struct Scene(Mutex<String>);

impl Scene {
    /// Remembers where a panic was.
    pub fn note(&self, place: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = place.to_string();
    }

    fn place(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Runs `work`; a panic in it is told and becomes exit code 101.
pub fn caught(args: &[OsString], terminal: &Terminal, scene: &Scene, work: impl FnOnce() -> u8) -> u8 {
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| tell(args, terminal, scene, panic.as_ref()))
}

fn tell(args: &[OsString], terminal: &Terminal, scene: &Scene, panic: &(dyn Any + Send)) -> u8 {
    let words = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let words = displayable(&format!("{} {}", scene.place(), words.unwrap_or("?")));
    let (words, version) = (words.trim(), env!("CARGO_PKG_VERSION"));
    let spaced = args.windows(2).any(|pair| pair[0] == "--format" && pair[1] == "json");
    if spaced || args.iter().any(|arg| arg == "--format=json") {
        let command = args.iter().skip(1).find_map(|arg| arg.to_str().filter(|arg| !arg.starts_with('-')));
        outcome::done(terminal, command.unwrap_or_default(), 101, json!({ "fault": words, "version": version }));
    }
    terminal.complain(&format!(
        "程序内部出错了，这不是稿件的问题。已发布的文件夹没有改动。\n\
         An internal error, not your text's fault. The published folder was left alone.\n\
         请把下面这行文字和当时的操作告诉维护人员 / please report:\nsite {version}: {words}\n"
    ));
    101
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::frame::Colour;
    use std::io::{self, Write};
    use std::sync::Arc;

    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Exit code, standard output and standard error of a run that ends in `work`.
    fn run(line: &str, work: impl FnOnce() -> u8) -> (u8, String, String) {
        let (out, err) = (Paper::default(), Paper::default());
        let terminal = Terminal::new(Box::new(out.clone()), Box::new(err.clone()), Colour::Off, false);
        let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let scene = Scene::default();
        scene.note("src/x.rs:1:2");
        let code = caught(&args, &terminal, &scene, work);
        let read = |paper: Paper| String::from_utf8(paper.0.lock().unwrap().clone()).unwrap();
        (code, read(out), read(err))
    }

    #[test]
    fn l08_a_panic_is_told_with_its_place_and_becomes_101() {
        let (code, out, err) = run("site check", || panic!("index {} out of\u{1b}[31m range", 7));
        assert_eq!((code, out.as_str()), (101, ""));
        expect_test::expect![[r#"
            程序内部出错了，这不是稿件的问题。已发布的文件夹没有改动。
            An internal error, not your text's fault. The published folder was left alone.
            请把下面这行文字和当时的操作告诉维护人员 / please report:
            site 0.1.0: src/x.rs:1:2 index 7 out of\u{1b}[31m range
        "#]]
        .assert_eq(&err);
    }

    #[test]
    fn l07_a_panic_is_one_document_where_json_was_asked_for() {
        for line in ["site --lang en build --format json", "site build --format=json"] {
            let (code, out, err) = run(line, || panic!("oh"));
            let document: serde_json::Value = serde_json::from_str(&out).unwrap();
            assert_eq!((code, &document["exit"], &document["fault"]), (101, &json!(101), &json!("src/x.rs:1:2 oh")));
            assert!(err.contains("程序内部出错"));
        }
    }

    #[test]
    fn what_does_not_panic_passes() {
        assert_eq!(run("site check", || 1), (1, String::new(), String::new()));
    }
}

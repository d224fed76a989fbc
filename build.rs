//! The default theme and the starter project are built into the binary; a change in either rebuilds it. Posters that
//! were made once are kept by what they are made from, and the program that made them is part of that: its stamp. What
//! a build keeps of pages is only for the same build of the program, which is known by a hash of all it is made from.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

/// What the bytes of a poster depend on besides its sheet.
const STAMPED: [&str; 3] = ["Cargo.lock", "src/typeset", "themes/default/fonts"];
/// What the program is made from.
const BUILT: [&str; 4] = ["Cargo.lock", "Cargo.toml", "src", "themes/default"];

fn main() {
    println!("cargo:rustc-env=SITE_STAMP={}", stamp(&STAMPED));
    println!("cargo:rustc-env=SITE_BUILD={}", stamp(&BUILT));
}

fn stamp(paths: &[&str]) -> String {
    let mut stamp = DefaultHasher::new();
    for path in paths {
        println!("cargo:rerun-if-changed={path}");
        add(Path::new(path), &mut stamp);
    }
    format!("{:016x}", stamp.finish())
}

fn add(path: &Path, stamp: &mut DefaultHasher) {
    let Ok(entries) = fs::read_dir(path) else {
        path.hash(stamp);
        fs::read(path).unwrap_or_default().hash(stamp);
        return;
    };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        add(&path, stamp);
    }
}

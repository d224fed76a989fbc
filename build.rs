//! The default theme and the starter project are built into the binary; a change in either rebuilds it. Posters that
//! were made once are kept by what they are made from, and the program that made them is part of that: its stamp.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

/// What the bytes of a poster depend on besides its sheet.
const STAMPED: [&str; 3] = ["Cargo.lock", "src/typeset", "themes/default/fonts"];

fn main() {
    println!("cargo:rerun-if-changed=themes/default");
    println!("cargo:rerun-if-changed=src/commands/starter");
    let mut stamp = DefaultHasher::new();
    for path in STAMPED {
        println!("cargo:rerun-if-changed={path}");
        add(Path::new(path), &mut stamp);
    }
    println!("cargo:rustc-env=SITE_STAMP={:016x}", stamp.finish());
}

fn add(path: &Path, stamp: &mut DefaultHasher) {
    let Ok(entries) = fs::read_dir(path) else {
        fs::read(path).unwrap_or_default().hash(stamp);
        return;
    };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        add(&path, stamp);
    }
}

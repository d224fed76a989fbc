//! What is asked of a built site.

pub mod codes;
pub mod crawl;
pub mod fields;
pub mod pages;
pub mod steps;

use std::collections::BTreeMap;

/// A site as it would be written.
pub struct Built {
    /// Output path to bytes.
    pub written: BTreeMap<String, Vec<u8>>,
}

impl Built {
    /// The text of an output.
    pub fn text(&self, path: &str) -> Option<String> {
        self.written.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    /// The outputs whose name ends so.
    pub fn ending<'b>(&'b self, end: &'b str) -> impl Iterator<Item = (&'b str, String)> {
        let all = self.written.iter().filter(move |(path, _)| path.ends_with(end));
        all.map(|(path, bytes)| (path.as_str(), String::from_utf8_lossy(bytes).into_owned()))
    }
}

/// What must hold of every site: links lead somewhere, markup is whole, data can be read.
pub fn always(built: &Built) -> Vec<String> {
    let mut wrong = crawl::dead_links(built);
    wrong.extend(pages::broken(built));
    wrong
}

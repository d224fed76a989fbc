//! A whole inspection, as the printers of documents are told it: the findings, and what they were found in.

use super::{Counts, Finding, Profile, SourcePath};

/// One run of `site check`.
#[derive(Debug)]
pub struct Inspection<'a> {
    /// What is told, in order.
    pub findings: &'a [Finding],
    /// The name of the site; none where its configuration could not be read.
    pub title: Option<&'a str>,
    /// The bureau whose site it is.
    pub bureau: Option<&'a str>,
    /// Where the site will stand.
    pub address: Option<String>,
    /// The day the site was judged for, such as `2022-09-20`.
    pub as_of: String,
    /// The standard it was held to.
    pub profile: Profile,
    /// The files that were looked at, in order.
    pub files: Vec<&'a SourcePath>,
    /// What was found by column of the site, in the order of its menus.
    pub columns: Vec<Column>,
    /// What was left out, where only files that changed were asked for.
    pub left_out: Option<LeftOut<'a>>,
    /// What came of the links to other sites, in a Chinese sentence, where they were opened.
    pub outward: Option<String>,
    /// The exit code of the run.
    pub exit: u8,
}

/// One column of the site, and what was found in its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What officers call it.
    pub name: &'static str,
    /// The word for programs.
    pub word: &'static str,
    /// How many pages it has; none where it is not made of pages.
    pub pages: Option<usize>,
    /// What was found in it.
    pub counts: Counts,
}

/// The findings that are not told because their files did not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftOut<'a> {
    /// The revision since which files count as changed, as it was named.
    pub revision: &'a str,
    /// How many files changed.
    pub changed: usize,
    /// How many findings are about other files.
    pub others: usize,
}

//! `site` makes publicity sites for Chinese market-regulation bureaus: a page for each campaign, a calendar of open
//! days, posters to download.
//!
//! A site is a pure function from what the bureau has written, a theme and a day, to an ordered map from output path
//! to bytes. This page is that function; `build`, `serve` and `check` are its clients, and there is no second path.
//!
//! ```text
//! load::tree      project folder   -> Tree      files listed, decoded, headers split: the only reader of content
//! model::site     Tree             -> Site      everything written, typed, references resolved
//! Edition::of     Site, day        -> Edition   only what may be shown; visibility is decided here alone
//! plan::outputs   Edition, Theme   -> Plan      ordered map: output path -> Recipe
//! Press::make     Recipe           -> bytes     pure: template + view
//! write::replace  outputs          -> folder    staged beside the output, swapped whole, recovered
//! check           Site, Plan       -> findings
//! ```
//!
//! # Rooms
//!
//! | module | what lives there |
//! |---|---|
//! | [`workers`] | threads for what is made of pages, and how much stack they have |
//! | [`hash`](mod@hash) | what texts and values are told apart by |
//! | [`sieve`] | a set of characters that is asked for every character |
//! | [`report`] | findings as values, the table of codes with their explanations, the printers of the same value: terminal, one line, JSON, browser, SARIF, JUnit, a page for paper |
//! | [`address`] | output paths, the names file systems can store, relative links |
//! | [`personal`] | personal numbers in a text: identity, mobile, bank card, mailbox, home |
//! | [`load`] | the walk below `content/`, encodings, headers, the table of fields, what files are and hold |
//! | [`markdown`] | Markdown to safe HTML, Chinese emphasis and line joins, the one gate for links and raw HTML |
//! | [`wording`] | what a text says that it must not, or says badly: rules that read one source, with the dictionary and the campaigns' slogans |
//! | [`model`] | campaigns, notices, cases, open days, institutions, posters, pages; days, slugs, regions |
//! | [`edition`] | who may see what, on which day |
//! | [`theme`] | templates, assets, words that no line of a title ends inside, template errors told again, bounded output |
//! | [`typeset`] | sheets to PDF, PNG and SVG: Typst in a closed room, fonts, QR codes, formats, what is kept |
//! | [`search`] | the index of all texts: folding, keys, lists in few bits, questions to it |
//! | [`plan`] | what the site consists of, and the order of every list |
//! | [`render`] | one file a product: pages, photos, calendar, ICS, feeds, sitemap, structured data; [`render::view`] is the contract with theme authors |
//! | [`check`] | one file a group of rules |
//! | [`pipeline`] | the stages one after the other, what each made last, and what a run leaves for the next |
//! | [`write`](mod@write) | guard, lock, fill, staging, swap, recover, verify, manifest, stamps: the only writer of the published folder and of `.site` |
//! | [`serve`] | the preview: a strict front, tiny_http behind it, events, watching |
//! | [`commands`] | the command line: what it says, and one file a command |
//!
//! # Invariants
//!
//! 1. A module uses only modules above it in this table; commands use them all and nothing uses commands.
//! 2. Content is read only in `load` and `theme`, and written only in `write` and the commands `new`, `init`,
//!    `theme` and `check --fix`.
//!    Sockets are opened only in `serve` and by `site check --external`; clock, environment and terminal are read only
//!    in `main`.
//! 3. A stage does not stop at the first mistake: it returns its value and adds findings to the [`report::Report`].
//! 4. `plan` and `render` receive an [`edition::Edition`], which cannot be asked for anything hidden.
//! 5. Output paths, days, slugs and safe HTML are types with one constructor each.
//! 6. Whatever can reach output is kept in ordered maps or sorted vectors.

pub mod address;
pub mod check;
pub mod commands;
pub mod edition;
pub mod hash;
pub mod load;
pub mod markdown;
pub mod model;
pub mod personal;
pub mod pipeline;
pub mod plan;
pub mod render;
pub mod report;
pub mod search;
pub mod serve;
pub mod sieve;
#[cfg(test)]
mod stopwatch;
pub mod theme;
pub mod typeset;
pub mod wording;
pub mod workers;
pub mod write;

pub use pipeline::{Order, Output, Pipeline, Publication, inspected, others, outputs, publication};

//! Full-text search that never misses a string that is there: a positional index of pairs of characters, made here and
//! read by the script of the theme and by `site search` alike.
//!
//! Chinese is not cut into words: dictionaries of the index and of the browser cut differently, and what lies across
//! their borders is lost. A text is folded into UTF-16 units (widths, brackets, capitals and traditional characters are
//! one), and every pair of neighbours is a key with the places it stands at; a string is found where its pairs stand one
//! after the other. Lists are coded in few bits, so nothing has to be unpacked by the server or the browser.
//!
//! | file | what it holds |
//! |---|---|
//! | `search/index.json` | names of kinds, regions, campaigns; the key of the whole |
//! | `search/docs.bin` | sizes of shards, then what each document is filtered by |
//! | `search/shards/0a3.bin` | the lists of some keys, chosen by [`keys::mix`] |
//! | `search/text/12.json` | what document 12 says, for titles and excerpts |
//! | `search/fold.txt` | [`fold`]'s table, for scripts that meet a traditional character |
//! | `search/worker.js` | lets the page answer without a network from what it has loaded; it must lie beside the page |
//!
//! Documents are numbered from the oldest, so that a new page leaves the numbers of the others alone, and a greater
//! number means newer. The same pages give the same bytes, whether the index was made anew or from the one before.

pub mod bits;
pub mod excerpt;
pub mod fold;
pub mod index;
pub mod keys;
pub mod pinyin;
pub mod query;
pub mod shard;

pub use index::{Before, Index};
pub use query::Answer;

/// Is counted up when the same pages give other bytes, so that an older index is not taken up.
pub const FORMAT: u32 = 1;

/// The service worker of the search page.
pub const WORKER: &str = include_str!("search/worker.js");

/// Where in a document something stands; the order is that of a shard's lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The title.
    Title,
    /// The slogan of a campaign.
    Slogan,
    /// The headings of the body.
    Headings,
    /// The summary as typed.
    Summary,
    /// What the header says and the page shows: document numbers, names, addresses.
    Facts,
    /// The body.
    Body,
    /// The title in pinyin, and its initials.
    Pinyin,
}

impl Field {
    /// All fields, in their order.
    pub const ALL: [Field; 7] =
        [Field::Title, Field::Slogan, Field::Headings, Field::Summary, Field::Facts, Field::Body, Field::Pinyin];
}

/// The texts of one document, one for each of [`Field::ALL`] but the pinyin, which follows from the title.
pub type Texts = [String; 6];

/// The number of shards for so many characters: a power of two, some 4 to 8 KB a shard. More of them would cost more
/// files, fewer more bytes that no question needs.
pub fn shards(characters: usize) -> usize {
    characters.div_ceil(3000).next_power_of_two().clamp(1, 4096)
}

//! Indexes that were made before: by an earlier press of the same run, and by a build.

use std::sync::Arc;

use super::said::{said, texts_of};
use crate::edition::Edition;
use crate::hash::Hash;
use crate::model::{OutPath, PageId};
use crate::plan::Searched;
use crate::search::Texts;
use crate::search::index::Before;

/// An index that an earlier press of the same run made.
pub(super) struct Remembered {
    pub(super) keys: Vec<Hash>,
    pub(super) shards: Vec<Option<Arc<[u8]>>>,
    pub(super) edition: Edition,
    pub(super) documents: Vec<PageId>,
}

impl Before for Remembered {
    fn keys(&self) -> &[Hash] {
        &self.keys
    }

    fn shards(&self) -> usize {
        self.shards.len()
    }

    fn shard(&self, number: usize) -> Option<Arc<[u8]>> {
        self.shards.get(number)?.clone()
    }

    fn texts(&self, number: usize) -> Option<Texts> {
        let page = self.edition.page(self.documents.get(number)?)?;
        Some(said(&self.edition, page, true).texts())
    }
}

/// Gives the bytes of a file that a build wrote.
type Read = dyn Fn(&OutPath) -> Option<Vec<u8>> + Send + Sync;

/// The files of the index that a build wrote, for the next one.
pub struct Published {
    keys: Vec<Hash>,
    sizes: Vec<u64>,
    read: Box<Read>,
}

impl Published {
    /// The index of a build: `key` and `size` tell the key and the size of a file it wrote, and `read` its bytes.
    pub fn of(
        key: impl Fn(&OutPath) -> Option<Hash>,
        size: impl Fn(&OutPath) -> Option<u64>,
        read: impl Fn(&OutPath) -> Option<Vec<u8>> + Send + Sync + 'static,
    ) -> Published {
        let keys = (0..).map_while(|number| key(&Searched::text(number))).collect();
        let sizes = (0..).map_while(|number| size(&Searched::shard(number))).collect();
        Published { keys, sizes, read: Box::new(read) }
    }
}

impl Before for Published {
    fn keys(&self) -> &[Hash] {
        &self.keys
    }

    fn shards(&self) -> usize {
        self.sizes.len()
    }

    fn size(&self, number: usize) -> Option<usize> {
        self.sizes.get(number).and_then(|size| usize::try_from(*size).ok())
    }

    fn shard(&self, number: usize) -> Option<Arc<[u8]>> {
        (self.read)(&Searched::shard(number)).map(Arc::from)
    }

    fn texts(&self, number: usize) -> Option<Texts> {
        texts_of(&(self.read)(&Searched::text(number))?)
    }
}

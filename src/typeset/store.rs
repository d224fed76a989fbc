//! What outlives one making of a site: unpacked fonts, and products by the hash of what they were made from.

use std::fmt;
use std::sync::{Arc, Mutex};

use super::fonts::{self, Fonts};
use crate::report::Finding;
use crate::theme::FontFile;

/// The hash of everything the bytes of a product depend on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(String);

impl Key {
    /// How many hexadecimal digits name a product.
    pub const LENGTH: usize = 40;

    /// A key whose first part is `stamp`.
    pub fn begun(stamp: &str) -> KeyMaker {
        let mut maker = KeyMaker(blake3::Hasher::new());
        maker.part(stamp.as_bytes());
        maker
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A key while its parts are named.
pub struct KeyMaker(blake3::Hasher);

impl KeyMaker {
    /// Adds a part; parts cannot run into each other.
    pub fn part(&mut self, bytes: &[u8]) {
        self.0.update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
    }

    /// The key of all parts.
    pub fn done(self) -> Key {
        Key(self.0.finalize().to_hex()[..Key::LENGTH].to_string())
    }
}

/// Where products are kept. Losing one costs time, never correctness.
pub trait Products: Send + Sync {
    /// The product of `key`, if it is kept whole.
    fn get(&self, key: &Key) -> Option<Arc<[u8]>>;
    /// Whether there is a product of `key`.
    fn has(&self, key: &Key) -> bool {
        self.get(key).is_some()
    }
    /// Keeps a product; one that cannot be kept is forgotten.
    fn put(&self, key: &Key, bytes: &Arc<[u8]>);
}

/// Fonts and products.
pub struct Store {
    fonts: Mutex<Option<(String, Arc<Fonts>)>>,
    products: Box<dyn Products>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store")
    }
}

impl Default for Store {
    /// A store in memory.
    fn default() -> Store {
        Store::new(InMemory::default())
    }
}

impl Store {
    /// A store that keeps its products in `products`.
    pub fn new(products: impl Products + 'static) -> Store {
        Store { fonts: Mutex::default(), products: Box::new(products) }
    }

    pub(super) fn product(&self, key: &Key) -> Option<Arc<[u8]>> {
        self.products.get(key)
    }

    pub(super) fn holds(&self, key: &Key) -> bool {
        self.products.has(key)
    }

    pub(super) fn keep(&self, key: &Key, bytes: &Arc<[u8]>) {
        self.products.put(key, bytes);
    }

    /// The fonts called `stamp`, read once.
    pub(super) fn fonts<'f>(
        &self,
        stamp: &str,
        files: impl Iterator<Item = &'f FontFile>,
    ) -> Result<Arc<Fonts>, Box<Finding>> {
        let mut kept = self.fonts.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((known, fonts)) = &*kept
            && known == stamp
        {
            return Ok(fonts.clone());
        }
        let fonts = Arc::new(fonts::read(files)?);
        *kept = Some((stamp.to_string(), fonts.clone()));
        Ok(fonts)
    }
}

/// Products in memory, as many as fit; the oldest go first.
#[derive(Default)]
pub struct InMemory(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    products: std::collections::BTreeMap<Key, Arc<[u8]>>,
    order: std::collections::VecDeque<Key>,
    bytes: usize,
}

/// How many bytes of products stay in memory.
const MOST_BYTES: usize = 96 << 20;

impl Products for InMemory {
    fn get(&self, key: &Key) -> Option<Arc<[u8]>> {
        self.0.lock().ok()?.products.get(key).cloned()
    }

    fn put(&self, key: &Key, bytes: &Arc<[u8]>) {
        let Ok(mut kept) = self.0.lock() else { return };
        if kept.products.insert(key.clone(), bytes.clone()).is_none() {
            kept.order.push_back(key.clone());
            kept.bytes += bytes.len();
        }
        while kept.bytes > MOST_BYTES {
            let Some(oldest) = kept.order.pop_front() else { break };
            kept.bytes -= kept.products.remove(&oldest).map_or(0, |bytes| bytes.len());
        }
    }
}

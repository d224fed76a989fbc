//! What texts and values are told apart by.

use std::cell::Cell;
use std::fmt;

use postcard::ser_flavors::Flavor;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A BLAKE3 hash. Where it is kept it is written as one piece, an array of bytes would be gone through one by one, and a
/// project of ten thousand pages keeps a hundred thousand hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Hash([u8; blake3::OUT_LEN]);

impl Hash {
    /// The hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Hash {
        blake3::hash(bytes).into()
    }

    /// In lower-case hexadecimal digits.
    pub fn hex(&self) -> impl std::ops::Deref<Target = str> {
        blake3::Hash::from(self.0).to_hex()
    }
}

impl From<blake3::Hash> for Hash {
    fn from(hash: blake3::Hash) -> Hash {
        Hash(hash.into())
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Hash, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Hash;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the bytes of a hash")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Hash, E> {
                bytes.try_into().map(Hash).map_err(|_| E::invalid_length(bytes.len(), &self))
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

/// The hash of a value; none where it cannot be written down, as times before 1970 cannot.
pub fn hash(value: &impl Serialize) -> Option<Hash> {
    thread_local! {
        static ROOM: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    }
    /// More is given back.
    const MOST_KEPT: usize = 1 << 20;
    let mut room = ROOM.take();
    room.clear();
    let bytes = written(value, room)?;
    let hash = Hash::of(&bytes);
    if bytes.capacity() <= MOST_KEPT {
        ROOM.set(bytes);
    }
    Some(hash)
}

/// A value written down at the end of `bytes`; none where it cannot be.
pub fn written(value: &impl Serialize, bytes: Vec<u8>) -> Option<Vec<u8>> {
    postcard::serialize_with_flavor(value, Bytes(bytes)).ok()
}

/// Bytes that grow by pieces; those of the library grow byte by byte.
struct Bytes(Vec<u8>);

impl Flavor for Bytes {
    type Output = Vec<u8>;

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<Vec<u8>> {
        Ok(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_comes_back_and_nothing_else_does() {
        let hash = Hash::of("认证".as_bytes());
        let kept = postcard::to_allocvec(&(hash, Some(hash))).unwrap();
        assert_eq!(postcard::from_bytes::<(Hash, Option<Hash>)>(&kept).unwrap(), (hash, Some(hash)));
        for length in [0, 31, 33] {
            let kept = postcard::to_allocvec(&vec![7_u8; length]).unwrap();
            assert!(postcard::from_bytes::<Hash>(&kept).is_err(), "{length}");
        }
    }
}

//! Lists of documents and positions, and the files they stand in.

use super::Field;
use super::bits::{Reader, Writer};

/// Where a key stands in one field: documents in order, each with its positions in order. The list of a single unit names
/// documents only.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct List {
    /// Each document with how many of the positions are its own.
    pub docs: Vec<(u32, u32)>,
    /// The positions of all documents, one after the other.
    pub positions: Vec<u32>,
}

impl List {
    /// Adds a document behind the others.
    pub fn push(&mut self, doc: u32, positions: &[u32]) {
        self.docs.push((doc, positions.len() as u32));
        self.positions.extend_from_slice(positions);
    }

    /// Every document with its positions.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &[u32])> {
        let mut left = self.positions.as_slice();
        self.docs.iter().map(move |(doc, count)| {
            let (own, rest) = left.split_at((*count as usize).min(left.len()));
            left = rest;
            (*doc, own)
        })
    }

    /// Empties it, to be filled again.
    pub fn clear(&mut self) {
        self.docs.clear();
        self.positions.clear();
    }

    /// Writes it as a list of an index of `docs` documents, with its length before it.
    fn write(&self, docs: usize, is_pair: bool, writer: &mut Writer, out: &mut Vec<u8>) {
        writer.gamma(self.docs.len() as u32);
        let kp = if is_pair { self.kp() } else { 0 };
        if is_pair {
            writer.bits(kp, 5);
        }
        let kg = kg(docs, self.docs.len());
        let mut next = 0;
        for (doc, positions) in self.iter() {
            writer.rice(kg, doc - next);
            next = doc + 1;
            if is_pair {
                writer.gamma(positions.len() as u32);
                let mut next = 0;
                for position in positions {
                    writer.rice(kp, position - next);
                    next = position + 1;
                }
            }
        }
        varint(writer.len() as u32, out);
        writer.finish(out);
    }

    /// The power of two a little below the mean of what is coded, which is near the best one.
    fn kp(&self) -> u32 {
        let coded = self.iter().map(|(_, own)| own.last().map_or(0, |last| u64::from(*last) + 1 - own.len() as u64));
        let mean = coded.sum::<u64>() * 11 / 16 / (self.positions.len() as u64).max(1);
        mean.max(1).ilog2().min(31)
    }

    /// The list that [`List::write`] wrote, its length left out, into `self`; none when no list was written so.
    fn read(&mut self, bytes: &[u8], docs: usize, is_pair: bool) -> Option<()> {
        self.clear();
        let mut reader = Reader::of(bytes);
        let df = reader.gamma()?;
        if df as usize > docs {
            return None;
        }
        let kp = if is_pair { reader.bits(5)? } else { 0 };
        let kg = kg(docs, df as usize);
        let mut next = 0u32;
        for _ in 0..df {
            let doc = next.checked_add(reader.rice(kg)?).filter(|doc| (*doc as usize) < docs)?;
            next = doc + 1;
            let tf = if is_pair { reader.gamma()? } else { 0 };
            let mut next = 0u32;
            for _ in 0..tf {
                let position = next.checked_add(reader.rice(kp)?)?;
                next = position.checked_add(1)?;
                self.positions.push(position);
            }
            self.docs.push((doc, tf));
        }
        Some(())
    }
}

/// The power of two a little below the mean distance of `df` documents among `docs`.
fn kg(docs: usize, df: usize) -> u32 {
    (docs / df.max(1)).max(1).ilog2()
}

fn varint(mut value: u32, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn read_varint(bytes: &mut &[u8]) -> Option<u32> {
    let mut value = 0u32;
    for shift in [0, 7, 14, 21, 28] {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u32::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// Writes a shard, whose entries come in the order of their names.
#[derive(Debug)]
pub struct Shard {
    docs: usize,
    out: Vec<u8>,
    last: u32,
    writer: Writer,
}

impl Shard {
    /// An empty shard of an index of `docs` documents.
    pub fn of(docs: usize) -> Shard {
        Shard { docs, out: Vec::new(), last: 0, writer: Writer::default() }
    }

    /// Adds the lists of one key, called `rest`, for some fields in their order, none of them empty.
    pub fn entry<'l>(&mut self, rest: u32, is_pair: bool, lists: impl Iterator<Item = (Field, &'l List)> + Clone) {
        self.head(rest, lists.clone().map(|(field, _)| field));
        for (_, list) in lists {
            list.write(self.docs, is_pair, &mut self.writer, &mut self.out);
        }
    }

    /// Adds an entry as it stood in another shard of as many documents.
    pub fn copy(&mut self, entry: &Entry) {
        self.head(entry.rest, entry.lists.iter().map(|(field, _)| *field));
        for (_, bytes) in &entry.lists {
            varint(bytes.len() as u32, &mut self.out);
            self.out.extend_from_slice(bytes);
        }
    }

    fn head(&mut self, rest: u32, fields: impl Iterator<Item = Field>) {
        varint(rest - self.last, &mut self.out);
        self.last = rest;
        self.out.push(fields.fold(0, |mask, field| mask | 1 << field as u8));
    }

    /// The bytes of the file.
    pub fn finish(self) -> Vec<u8> {
        self.out
    }
}

/// One key of a shard with its lists as they stand there.
#[derive(Debug)]
pub struct Entry<'b> {
    /// The name of the key in the shard.
    pub rest: u32,
    lists: Vec<(Field, &'b [u8])>,
}

impl Entry<'_> {
    /// The list of a field in an index of `docs` documents, read into `list`; whether there is one that can be read.
    pub fn list(&self, field: Field, docs: usize, is_pair: bool, list: &mut List) -> bool {
        let bytes = self.lists.iter().find(|(known, _)| *known == field);
        list.clear();
        bytes.is_some_and(|(_, bytes)| list.read(bytes, docs, is_pair).is_some())
    }

    /// The fields it has lists of.
    pub fn fields(&self) -> impl Iterator<Item = Field> {
        self.lists.iter().map(|(field, _)| *field)
    }
}

/// The entries of a shard in order. The last is an error where the bytes are no shard.
pub fn entries(bytes: &[u8]) -> impl Iterator<Item = Result<Entry<'_>, NoShard>> {
    let (mut left, mut last, mut first) = (bytes, 0u32, true);
    std::iter::from_fn(move || {
        if left.is_empty() {
            return None;
        }
        let entry = entry(&mut left, last, first).ok_or(NoShard);
        match &entry {
            Ok(entry) => (last, first) = (entry.rest, false),
            Err(_) => left = &[],
        }
        Some(entry)
    })
}

/// The bytes of a shard are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoShard;

fn entry<'b>(left: &mut &'b [u8], last: u32, first: bool) -> Option<Entry<'b>> {
    let gap = read_varint(left).filter(|gap| first || *gap > 0)?;
    let rest = last.checked_add(gap)?;
    let (mask, more) = left.split_first().filter(|(mask, _)| **mask > 0 && **mask < 0x80)?;
    *left = more;
    let mut lists = Vec::new();
    for field in Field::ALL.into_iter().filter(|field| mask & 1 << *field as u8 != 0) {
        let length = read_varint(left)? as usize;
        let (bytes, more) = left.split_at_checked(length)?;
        lists.push((field, bytes));
        *left = more;
    }
    Some(Entry { rest, lists })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(docs: &[(u32, &[u32])]) -> List {
        let mut list = List::default();
        docs.iter().for_each(|(doc, positions)| list.push(*doc, positions));
        list
    }

    #[test]
    fn what_is_written_is_read_again() {
        let pairs = list(&[(0, &[0, 1, 2]), (7, &[900]), (99, &[3, 70_000])]);
        let single = list(&[(3, &[]), (4, &[])]);
        let mut shard = Shard::of(100);
        shard.entry(0, true, [(Field::Title, &pairs), (Field::Body, &pairs)].into_iter());
        shard.entry(9, false, [(Field::Facts, &single)].into_iter());
        let bytes = shard.finish();
        let read: Vec<Entry> = entries(&bytes).collect::<Result<_, _>>().unwrap();
        assert_eq!(read.iter().map(|entry| entry.rest).collect::<Vec<_>>(), [0, 9]);
        let mut back = List::default();
        assert!(read[0].list(Field::Body, 100, true, &mut back) && back == pairs);
        assert!(read[1].list(Field::Facts, 100, false, &mut back) && back == single);
        assert!(!read[1].list(Field::Title, 100, false, &mut back) && back == List::default());
    }

    #[test]
    fn no_bytes_do_harm() {
        let mut random = fastrand::Rng::with_seed(9);
        let mut list = List::default();
        for _ in 0..20_000 {
            let bytes: Vec<u8> = (0..random.usize(..60)).map(|_| random.u8(..) >> random.u8(..8)).collect();
            for entry in entries(&bytes).filter_map(Result::ok) {
                for field in Field::ALL {
                    entry.list(field, random.usize(..2000), random.bool(), &mut list);
                }
            }
        }
    }
}

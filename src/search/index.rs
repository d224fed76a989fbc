//! The shards of an index: made of all texts, or of the index before and the texts that differ. Both give the same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::thread;

use super::fold::fold;
use super::keys::{self, Key};
use super::shard::{self, List, Shard};
use super::{Field, Texts, pinyin};
use crate::hash::Hash;
use crate::workers;

/// An index that was made before, of other documents or the same ones.
pub trait Before: Send + Sync {
    /// The keys of its documents by their numbers; documents of one key say the same.
    fn keys(&self) -> &[Hash];
    /// How many shards it has.
    fn shards(&self) -> usize;
    /// How many bytes a shard has.
    fn size(&self, number: usize) -> Option<usize> {
        self.shard(number).map(|bytes| bytes.len())
    }
    /// The bytes of a shard; none where it is gone.
    fn shard(&self, number: usize) -> Option<Arc<[u8]>>;
    /// What a document said; none where that is gone.
    fn texts(&self, number: usize) -> Option<Texts>;
}

/// The documents to be found.
pub struct Documents<'d> {
    /// Their keys by their numbers.
    pub keys: &'d [Hash],
    /// What each says.
    pub texts: &'d (dyn Fn(usize) -> Texts + Sync),
}

/// All shards of an index.
#[derive(Clone)]
pub struct Index {
    shards: Vec<Option<Arc<[u8]>>>,
    before: Option<Arc<dyn Before>>,
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Index").field("shards", &self.shards.len()).finish_non_exhaustive()
    }
}

impl Index {
    /// The index of `documents` in `shards` shards, made from the one before where most of it can stand.
    pub fn of(documents: &Documents, shards: usize, before: Option<Arc<dyn Before>>) -> Index {
        let from = before.as_ref().filter(|before| before.shards() == shards);
        from.and_then(|before| after(documents, shards, before)).unwrap_or_else(|| new(documents, shards))
    }

    /// How many shards there are.
    pub fn shards(&self) -> usize {
        self.shards.len()
    }

    /// Whether a shard is the same as in the index before.
    pub fn stands(&self, number: usize) -> bool {
        self.shards.get(number).is_some_and(Option::is_none)
    }

    /// How many bytes a shard has; none where it is gone.
    pub fn size(&self, number: usize) -> Option<usize> {
        match self.shards.get(number)? {
            Some(bytes) => Some(bytes.len()),
            None => self.before.as_ref()?.size(number),
        }
    }

    /// The bytes of a shard; none where it stood in the index before and is gone from there.
    pub fn shard(&self, number: usize) -> Option<Arc<[u8]>> {
        let own = self.shards.get(number)?;
        own.clone().or_else(|| self.before.as_ref()?.shard(number))
    }
}

/// The index of all documents.
fn new(documents: &Documents, shards: usize) -> Index {
    let docs = documents.keys.len();
    let parts = thread::available_parallelism().map_or(1, usize::from).min(8);
    let size = docs.div_ceil(parts).max(1);
    let ranges: Vec<Range<usize>> = (0..docs).step_by(size).map(|from| from..docs.min(from + size)).collect();
    let grown = workers::each(&ranges, |range| {
        let mut grown = Grown::default();
        range.clone().for_each(|doc| grown.add(doc as u32, &(documents.texts)(doc)));
        grown
    });
    let mut lists: Vec<(usize, u32, Field, usize, usize)> = Vec::new();
    for (part, grown) in grown.iter().enumerate() {
        lists.extend(grown.lists.iter().enumerate().map(|(at, list)| {
            let (shard, rest) = keys::shard(list.key, shards);
            (shard, rest, list.field, part, at)
        }));
    }
    lists.sort_unstable();
    let mut numbered: Vec<(usize, &[_])> = Vec::with_capacity(shards);
    let mut left = lists.as_slice();
    for shard in 0..shards {
        let (own, rest) = left.split_at(left.partition_point(|list| list.0 <= shard));
        numbered.push((shard, own));
        left = rest;
    }
    let made = workers::each(&numbered, |(_, lists)| {
        let mut out = Shard::of(docs);
        for of_key in lists.chunk_by(|a, b| a.1 == b.1) {
            let mut made: Vec<(Field, List)> = Vec::new();
            for (_, _, field, part, at) in of_key {
                if made.last().is_none_or(|(last, _)| last != field) {
                    made.push((*field, List::default()));
                }
                if let Some((_, list)) = made.last_mut() {
                    grown[*part].lists[*at].append_to(list);
                }
            }
            let is_pair = of_key.first().is_some_and(|(_, _, _, part, at)| keys::is_pair(grown[*part].lists[*at].key));
            out.entry(of_key[0].1, is_pair, made.iter().map(|(field, list)| (*field, list)));
        }
        Some(out.finish().into())
    });
    Index { shards: made, before: None }
}

/// The index of documents most of which stood in `before`; none where too few did, or something of it is gone.
fn after(documents: &Documents, shards: usize, before: &Arc<dyn Before>) -> Option<Index> {
    let change = Change::of(documents, &**before)?;
    let mut grown = Grown::default();
    for doc in &change.new {
        grown.add(*doc as u32, &(documents.texts)(*doc));
    }
    let mut added: BTreeMap<(usize, u32), Vec<&Growing>> = BTreeMap::new();
    for list in &grown.lists {
        added.entry(keys::shard(list.key, shards)).or_default().push(list);
    }
    added.values_mut().for_each(|lists| lists.sort_unstable_by_key(|list| list.field));
    let touched = match change.in_place {
        true => Some(touched(&change, shards, &**before, documents)?),
        false => None,
    };
    // What stands where it stood needs no list to be read.
    added.retain(|key, _| touched.as_ref().is_none_or(|touched| touched.contains(key)));
    let one = |number: &usize| match &touched {
        Some(touched) if touched.range((*number, 0)..=(*number, u32::MAX)).next().is_none() => Some(None),
        _ => {
            let bytes = before.shard(*number)?;
            Some(Some(renewed(&bytes, (*number, shards), &change, &added, touched.as_ref())?.into()))
        }
    };
    let numbers: Vec<usize> = (0..shards).collect();
    let made = workers::each(&numbers, one).into_iter().collect::<Option<Vec<_>>>()?;
    Some(Index { shards: made, before: Some(before.clone()) })
}

/// What differs from the index before.
struct Change {
    docs_before: usize,
    docs: usize,
    /// The new number of each document of before that stays.
    numbers: Vec<Option<u32>>,
    /// The new numbers of documents that were not there.
    new: Vec<usize>,
    /// Whether all that stay have the numbers they had, among as many.
    in_place: bool,
}

impl Change {
    /// None where most documents are others.
    fn of(documents: &Documents, before: &dyn Before) -> Option<Change> {
        let known: BTreeMap<&Hash, usize> = before.keys().iter().enumerate().map(|(at, key)| (key, at)).collect();
        let pairs = documents.keys.iter().enumerate().filter_map(|(new, key)| Some((*known.get(key)?, new)));
        let stay = ascending(&pairs.collect::<Vec<_>>());
        if stay.len() * 4 < documents.keys.len() * 3 || stay.len() * 4 < before.keys().len() * 3 {
            return None;
        }
        let mut numbers = vec![None; before.keys().len()];
        let mut is_new = vec![true; documents.keys.len()];
        for (old, new) in &stay {
            (numbers[*old], is_new[*new]) = (Some(*new as u32), false);
        }
        let in_place = numbers.len() == is_new.len() && stay.iter().all(|(old, new)| old == new);
        let new = (0..is_new.len()).filter(|at| is_new[*at]).collect();
        Some(Change { docs_before: numbers.len(), docs: is_new.len(), numbers, new, in_place })
    }
}

/// The most of these pairs, which come in the order of their second, that rise in their first as well.
fn ascending(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // The last pair of the best row of each length, and what came before each pair in its row.
    let (mut ends, mut links): (Vec<usize>, Vec<Option<usize>>) = (Vec::new(), Vec::with_capacity(pairs.len()));
    for (at, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs[*end].0 < pair.0);
        links.push(length.checked_sub(1).map(|before| ends[before]));
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut row: Vec<(usize, usize)> = Vec::with_capacity(ends.len());
    let mut at = ends.last().copied();
    while let Some(pair) = at {
        row.push(pairs[pair]);
        at = links[pair];
    }
    row.reverse();
    row
}

/// The keys, by shard and name, whose lists differ from before: those that stand elsewhere in the documents that changed.
fn touched(
    change: &Change,
    shards: usize,
    before: &dyn Before,
    documents: &Documents,
) -> Option<BTreeSet<(usize, u32)>> {
    let mut touched = BTreeSet::new();
    for doc in &change.new {
        let (mut old, mut new) = (Grown::default(), Grown::default());
        old.add(*doc as u32, &before.texts(*doc)?);
        new.add(*doc as u32, &(documents.texts)(*doc));
        let (old, new) = (old.by_key(), new.by_key());
        let keys = old.keys().chain(new.keys()).filter(|key| old.get(*key) != new.get(*key));
        touched.extend(keys.map(|(key, _)| keys::shard(*key, shards)));
    }
    Some(touched)
}

/// A shard with what stays in it and what is added; none where its bytes are no shard.
fn renewed(
    bytes: &[u8],
    (number, shards): (usize, usize),
    change: &Change,
    added: &BTreeMap<(usize, u32), Vec<&Growing>>,
    touched: Option<&BTreeSet<(usize, u32)>>,
) -> Option<Vec<u8>> {
    let mut out = Shard::of(change.docs);
    let mut added = added.range((number, 0)..=(number, u32::MAX)).peekable();
    let mut lists: [List; Field::ALL.len()] = Default::default();
    let mut old = List::default();
    let put = |out: &mut Shard, rest: u32, lists: &mut [List; Field::ALL.len()], new: &[&Growing]| {
        let is_pair = keys::is_pair(keys::of_shard(number, rest, shards));
        new.iter().for_each(|new| new.merge_into(&mut lists[new.field as usize]));
        let full = Field::ALL.into_iter().zip(&*lists).filter(|(_, list)| !list.docs.is_empty());
        if full.clone().next().is_some() {
            out.entry(rest, is_pair, full);
        }
        lists.iter_mut().for_each(List::clear);
    };
    for entry in shard::entries(bytes) {
        let entry = entry.ok()?;
        while let Some(((_, rest), new)) = added.next_if(|((_, rest), _)| *rest < entry.rest) {
            put(&mut out, *rest, &mut lists, new);
        }
        let new = added.next_if(|((_, rest), _)| *rest == entry.rest).map(|(_, new)| new.as_slice());
        if touched.is_some_and(|touched| !touched.contains(&(number, entry.rest))) {
            out.copy(&entry);
            continue;
        }
        let is_pair = keys::is_pair(keys::of_shard(number, entry.rest, shards));
        for field in entry.fields() {
            if !entry.list(field, change.docs_before, is_pair, &mut old) {
                return None;
            }
            for (doc, positions) in old.iter() {
                if let Some(doc) = change.numbers.get(doc as usize).copied().flatten() {
                    lists[field as usize].push(doc, positions);
                }
            }
        }
        put(&mut out, entry.rest, &mut lists, new.unwrap_or_default());
    }
    for ((_, rest), new) in added {
        put(&mut out, *rest, &mut lists, new);
    }
    Some(out.finish())
}

/// The lists of some documents while they grow.
#[derive(Default)]
struct Grown {
    table: Table,
    lists: Vec<Growing>,
}

impl Grown {
    /// Adds a document, whose number is greater than those before.
    fn add(&mut self, doc: u32, texts: &Texts) {
        for (field, text) in Field::ALL.into_iter().zip(texts) {
            keys::each(&fold(text), |key, position| self.put(field, key, doc, position));
        }
        pinyin::each(&texts[Field::Title as usize], |key, position| self.put(Field::Pinyin, key, doc, position));
    }

    /// What each list holds.
    fn by_key(&self) -> BTreeMap<(Key, Field), &[u8]> {
        self.lists.iter().map(|list| ((list.key, list.field), list.bytes.as_slice())).collect()
    }

    fn put(&mut self, field: Field, key: Key, doc: u32, position: u32) {
        let at = self.table.at(u64::from(key) << 3 | field as u64, self.lists.len() as u32);
        match self.lists.get_mut(at as usize) {
            Some(list) => list.put(doc, position),
            None => {
                let mut list = Growing { key, field, doc: u32::MAX, position: 0, bytes: Vec::new() };
                list.put(doc, position);
                self.lists.push(list);
            }
        }
    }
}

/// A list that grows, in bytes: a twentieth of what it takes as numbers.
struct Growing {
    key: Key,
    field: Field,
    doc: u32,
    position: u32,
    /// For the first position in a document twice the distance to the document before and the position; for others twice
    /// the distance to the position before, and one.
    bytes: Vec<u8>,
}

impl Growing {
    fn put(&mut self, doc: u32, position: u32) {
        if self.doc != doc {
            let before = if self.bytes.is_empty() { 0 } else { self.doc };
            self.number(u64::from(doc - before) << 1);
            if keys::is_pair(self.key) {
                self.number(u64::from(position));
            }
        } else if keys::is_pair(self.key) {
            self.number(u64::from(position - self.position) << 1 | 1);
        }
        (self.doc, self.position) = (doc, position);
    }

    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    /// Adds its documents to `list`, all of whose documents come before.
    fn append_to(&self, list: &mut List) {
        let mut bytes = self.bytes.iter();
        let mut number = || {
            let (mut value, mut shift) = (0u64, 0);
            for byte in bytes.by_ref() {
                value |= u64::from(byte & 0x7F) << shift;
                shift += 7;
                if byte & 0x80 == 0 {
                    return Some(value);
                }
            }
            None
        };
        let is_pair = keys::is_pair(self.key);
        let (mut doc, mut position) = (0u32, 0u32);
        while let Some(head) = number() {
            if head & 1 == 0 {
                doc += (head >> 1) as u32;
                position = if is_pair { number().unwrap_or_default() as u32 } else { 0 };
                list.docs.push((doc, u32::from(is_pair)));
            } else {
                position += (head >> 1) as u32;
                if let Some((_, count)) = list.docs.last_mut() {
                    *count += 1;
                }
            }
            if is_pair {
                list.positions.push(position);
            }
        }
    }

    /// Puts its documents between those of `list`.
    fn merge_into(&self, list: &mut List) {
        let mut own = List::default();
        self.append_to(&mut own);
        let old = std::mem::take(list);
        let (mut old, mut new) = (old.iter().peekable(), own.iter().peekable());
        loop {
            let next = match (old.peek(), new.peek()) {
                (Some(a), Some(b)) if a.0 < b.0 => old.next(),
                (_, Some(_)) => new.next(),
                (Some(_), None) => old.next(),
                (None, None) => return,
            };
            next.into_iter().for_each(|(doc, positions)| list.push(doc, positions));
        }
    }
}

/// A table from keys to numbers, open and never shrinking. It only finds lists again, so its order reaches nothing.
#[derive(Default)]
struct Table {
    slots: Vec<(u64, u32)>,
    filled: usize,
}

const FREE: u64 = u64::MAX;

impl Table {
    /// The number of `key`, which is `new` if it has none yet.
    fn at(&mut self, key: u64, new: u32) -> u32 {
        if self.filled * 2 >= self.slots.len() {
            self.grow();
        }
        let slot = self.slot(key);
        if self.slots[slot].0 == FREE {
            self.slots[slot] = (key, new);
            self.filled += 1;
        }
        self.slots[slot].1
    }

    /// Where `key` stands or would stand.
    fn slot(&self, key: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize & mask;
        while ![key, FREE].contains(&self.slots[slot].0) {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(1 << 12);
        let old = std::mem::replace(&mut self.slots, vec![(FREE, 0); size]);
        for (key, number) in old.into_iter().filter(|(key, _)| *key != FREE) {
            let slot = self.slot(key);
            self.slots[slot] = (key, number);
        }
    }
}

#[cfg(test)]
mod tests;

//! Questions to an index: what was typed to pieces, pieces to documents, documents in order. The script of the theme does
//! the same, and a test compares the two.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Field;
use super::fold::{Class, class, fold, is_blank};
use super::keys::{self, Key};
use super::shard::{self, List};

/// So many UTF-16 units of what is typed count.
const LONGEST: usize = 100;
/// So many pieces are looked for.
const MOST_PIECES: usize = 8;
/// So many pairs are asked for the nearest titles.
const MOST_PAIRS: usize = 16;
/// So many nearest titles are told.
const NEAREST: usize = 5;

/// What a field's hit counts, and how much more each of up to three further ones does, in the order of fields.
const WEIGHTS: [(u32, u32); 7] = [(64, 0), (40, 0), (24, 2), (12, 1), (10, 0), (6, 2), (28, 0)];

/// A word or phrase that has to stand in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Folded.
    pub units: Vec<u16>,
}

impl Piece {
    /// What it says.
    pub fn text(&self) -> String {
        String::from_utf16_lossy(&self.units)
    }

    /// Whether it may be pinyin.
    fn is_pinyin(&self) -> bool {
        self.units.len() > 1 && self.units.iter().all(|unit| matches!(unit, 0x61..=0x7A))
    }

    /// The key of the pair that begins at `offset`.
    fn pair(&self, offset: usize) -> Option<Key> {
        let (a, b) = (*self.units.get(offset)?, *self.units.get(offset + 1)?);
        let start = keys::start(a).filter(|_| offset == 0);
        Some(keys::pair(start.unwrap_or(a), b))
    }

    /// Offsets of pairs that leave no unit out.
    fn cover(&self) -> Vec<usize> {
        let last = self.units.len().saturating_sub(2);
        let mut cover: Vec<usize> = (0..=last).step_by(2).collect();
        if cover.last() != Some(&last) {
            cover.push(last);
        }
        cover
    }
}

/// The pieces of what was typed.
pub fn pieces(typed: &str) -> Vec<Piece> {
    let mut units = 0;
    let typed: String = typed.chars().take_while(|c| (units += c.len_utf16(), units <= LONGEST).1).collect();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut add = |text: &str, is_phrase: bool| {
        let units: Vec<u16> = fold(text).into_iter().map(|unit| if unit == 0xA { 0x20 } else { unit }).collect();
        let is_mark = |unit: &u16| class(*unit) == Class::Mark;
        let Some(first) = units.iter().position(|unit| !is_mark(unit)) else { return };
        let last = units.iter().rposition(|unit| !is_mark(unit)).unwrap_or(first);
        let piece = Piece { units: if is_phrase { units } else { units[first..=last].to_vec() } };
        if pieces.len() < MOST_PIECES && !pieces.contains(&piece) {
            pieces.push(piece);
        }
    };
    for (at, part) in typed.split(is_quote).enumerate() {
        if at % 2 == 1 {
            add(part, true);
        } else {
            part.split(is_blank).for_each(|word| add(word, false));
        }
    }
    pieces
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '＂' | '「' | '」' | '『' | '』')
}

/// A document that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Its number.
    pub doc: u32,
    /// How well it fits.
    pub score: u32,
}

/// What pinyin counts more where it ends with a syllable.
const WHOLE: u32 = 20;

/// Where a piece stands in one document.
#[derive(Debug, Default, Clone)]
pub struct Spots {
    /// Positions by field; none for single units.
    pub fields: Vec<(Field, Vec<u32>)>,
    /// Whether it is pinyin of the title that ends with a syllable.
    pub whole: bool,
}

/// What an index answers.
#[derive(Debug, Default)]
pub struct Answer {
    /// The documents that hold every piece, the best first.
    pub hits: Vec<Hit>,
    /// Where each piece stands, by document.
    pub spots: Vec<BTreeMap<u32, Spots>>,
    /// The pieces, by their numbers, that stand nowhere.
    pub missing: Vec<usize>,
    /// The documents whose titles are nearest, where none was found.
    pub nearest: Vec<u32>,
}

/// An index that can be asked.
pub struct Asked<'i> {
    /// How many documents it has.
    pub docs: usize,
    /// How many shards.
    pub shards: usize,
    /// The bytes of a shard.
    pub shard: &'i dyn Fn(usize) -> Option<Arc<[u8]>>,
}

/// Why an index cannot answer: one of its shards cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

impl Asked<'_> {
    /// The documents that hold all `pieces`.
    pub fn answer(&self, pieces: &[Piece]) -> Result<Answer, Unreadable> {
        if pieces.is_empty() {
            return Ok(Answer::default());
        }
        let spots = pieces.iter().map(|piece| self.spots(piece)).collect::<Result<Vec<_>, _>>()?;
        let missing = (0..pieces.len()).filter(|at| spots[*at].is_empty()).collect();
        let all = spots[0].keys().filter(|doc| spots.iter().all(|spots| spots.contains_key(doc)));
        let mut hits: Vec<Hit> = all.map(|doc| Hit { doc: *doc, score: score(*doc, &spots) }).collect();
        hits.sort_by_key(|hit| (std::cmp::Reverse(hit.score), std::cmp::Reverse(hit.doc)));
        let nearest = if hits.is_empty() { self.nearest(pieces)? } else { Vec::new() };
        Ok(Answer { hits, spots, missing, nearest })
    }

    /// Where a piece stands, by document.
    fn spots(&self, piece: &Piece) -> Result<BTreeMap<u32, Spots>, Unreadable> {
        let mut found: BTreeMap<u32, Spots> = BTreeMap::new();
        if let [unit] = piece.units[..] {
            let key = keys::single(keys::start(unit).unwrap_or(unit));
            for (field, list) in self.lists(key)? {
                list.docs.iter().for_each(|(doc, _)| found.entry(*doc).or_default().fields.push((field, Vec::new())));
            }
            return Ok(found);
        }
        let mut pairs = Vec::new();
        for offset in piece.cover() {
            let key = piece.pair(offset).ok_or(Unreadable)?;
            pairs.push((offset as u32, self.lists(key)?));
        }
        for field in Field::ALL.into_iter().filter(|field| *field != Field::Pinyin || piece.is_pinyin()) {
            let lists = pairs.iter().map(|(offset, lists)| Some((*offset, lists.get(&field)?)));
            let Some(lists) = lists.collect::<Option<Vec<_>>>() else { continue };
            let by_doc: Vec<(u32, BTreeMap<u32, &[u32]>)> =
                lists.iter().map(|(offset, list)| (*offset, list.iter().collect())).collect();
            let Some(((_, first), others)) = by_doc.split_first() else { continue };
            for (doc, positions) in first {
                let follows = |position: &&u32| {
                    others.iter().all(|(offset, list)| {
                        list.get(doc).is_some_and(|own| own.binary_search(&(**position + offset)).is_ok())
                    })
                };
                let starts: Vec<u32> = positions.iter().filter(follows).copied().collect();
                if !starts.is_empty() {
                    found.entry(*doc).or_default().fields.push((field, starts));
                }
            }
        }
        if let Some(last) = piece.units.last().filter(|_| piece.is_pinyin()) {
            self.mark_whole(&mut found, *last, piece.units.len() as u32 - 1)?;
        }
        Ok(found)
    }

    /// Marks the documents in whose pinyin a syllable ends with the unit `last`, so far behind a start.
    fn mark_whole(&self, found: &mut BTreeMap<u32, Spots>, last: u16, behind: u32) -> Result<(), Unreadable> {
        let lists = self.lists(keys::pair(last, keys::END))?;
        for (doc, ends) in lists.get(&Field::Pinyin).into_iter().flat_map(List::iter) {
            let Some(spots) = found.get_mut(&doc) else { continue };
            let starts = spots.fields.iter().find(|(field, _)| *field == Field::Pinyin);
            spots.whole = starts
                .is_some_and(|(_, starts)| starts.iter().any(|start| ends.binary_search(&(start + behind)).is_ok()));
        }
        Ok(())
    }

    /// The lists of a key by field.
    fn lists(&self, key: Key) -> Result<BTreeMap<Field, List>, Unreadable> {
        let (number, rest) = keys::shard(key, self.shards);
        let bytes = (self.shard)(number).ok_or(Unreadable)?;
        let mut lists = BTreeMap::new();
        for entry in shard::entries(&bytes) {
            let entry = entry.map_err(|_| Unreadable)?;
            if entry.rest != rest {
                continue;
            }
            for field in entry.fields() {
                let mut list = List::default();
                if !entry.list(field, self.docs, keys::is_pair(key), &mut list) {
                    return Err(Unreadable);
                }
                lists.insert(field, list);
            }
        }
        Ok(lists)
    }

    /// The documents whose titles share most pairs with the pieces.
    fn nearest(&self, pieces: &[Piece]) -> Result<Vec<u32>, Unreadable> {
        let pairs = pieces.iter().flat_map(|piece| {
            let last = piece.units.len().saturating_sub(1);
            (0..last).filter_map(|offset| Some((piece.pair(offset)?, piece.is_pinyin())))
        });
        let pairs: Vec<(Key, bool)> = pairs.take(MOST_PAIRS).collect();
        let mut shared: BTreeMap<u32, u32> = BTreeMap::new();
        for (key, is_pinyin) in &pairs {
            let lists = self.lists(*key)?;
            let titles = lists.get(&Field::Title).into_iter().flat_map(|list| &list.docs);
            let pinyin = lists.get(&Field::Pinyin).filter(|_| *is_pinyin).into_iter().flat_map(|list| &list.docs);
            let docs: std::collections::BTreeSet<u32> = titles.chain(pinyin).map(|(doc, _)| *doc).collect();
            docs.into_iter().for_each(|doc| *shared.entry(doc).or_default() += 1);
        }
        let least = pairs.len().div_ceil(3).max(1) as u32;
        let mut nearest: Vec<(u32, u32)> = shared.into_iter().filter(|(_, count)| *count >= least).collect();
        nearest.sort_by_key(|(doc, count)| (std::cmp::Reverse(*count), std::cmp::Reverse(*doc)));
        Ok(nearest.into_iter().take(NEAREST).map(|(doc, _)| doc).collect())
    }
}

/// How well a document fits: where and how often each piece stands in it, and how near together.
fn score(doc: u32, spots: &[BTreeMap<u32, Spots>]) -> u32 {
    let own: Vec<&Spots> = spots.iter().filter_map(|spots| spots.get(&doc)).collect();
    let worth = |(field, starts): &(Field, Vec<u32>)| {
        let (first, further) = WEIGHTS[*field as usize];
        let more = (starts.len() as u32).clamp(1, 4) - 1;
        let opens = *field == Field::Title && starts.first() == Some(&0);
        first + more * further + if opens { 16 } else { 0 }
    };
    let worths: u32 = own.iter().flat_map(|spots| spots.fields.iter()).map(worth).sum();
    let wholes = own.iter().filter(|spots| spots.whole).count() as u32 * WHOLE;
    let near: u32 = own.windows(2).filter_map(|two| Some(24u32.saturating_sub(distance(two[0], two[1])? >> 1))).sum();
    worths + wholes + near
}

/// The least distance of two pieces in one field; pinyin does not count.
fn distance(a: &Spots, b: &Spots) -> Option<u32> {
    let of_field = |(field, starts): &(Field, Vec<u32>)| {
        let (_, others) = b.fields.iter().find(|(known, _)| known == field)?;
        let (mut at, mut least) = (0, None);
        for start in starts {
            while at < others.len() && others[at] < *start {
                at += 1;
            }
            let around = [at.checked_sub(1), Some(at)].into_iter().flatten().filter_map(|at| others.get(at));
            least = around.map(|other| other.abs_diff(*start)).chain(least).min();
        }
        least
    };
    a.fields.iter().filter(|(field, _)| *field != Field::Pinyin).filter_map(of_field).min()
}

#[cfg(test)]
mod tests {
    use super::super::index::{Documents, Index};
    use super::super::{Texts, keys};
    use super::*;

    fn said(typed: &str) -> Vec<String> {
        pieces(typed).iter().map(Piece::text).collect()
    }

    #[test]
    fn words_and_phrases() {
        assert_eq!(said("有机产品　CMA  有机产品"), ["有机产品", "cma"]);
        assert_eq!(said("“护航消费升级 优享”绿色 "), ["护航消费升级 优享", "绿色"]);
        assert_eq!(said("《有机产品》。 （2022） “，” -"), ["有机产品", "2022"]);
        assert_eq!(said("晋市监函〔2022〕291号"), ["晋市监函(2022)291号"]);
        assert_eq!(said("\"没有 关上"), ["没有 关上"]);
        assert_eq!(said("一 二 三 四 五 六 七 八 九 十").len(), MOST_PIECES);
        assert_eq!(said(&"长".repeat(300))[0].chars().count(), LONGEST);
        assert_eq!(said("Ⅰ级响应 ① m³ བོད་ཡིག"), ["Ⅰ级响应", "①", "m³", "བོད་ཡིག"]);
        assert!(said(" \n，").is_empty());
    }

    fn asked(all: &[Texts], typed: &str) -> Vec<u32> {
        let keys: Vec<_> = all.iter().map(|texts| crate::hash::Hash::of(texts.join("\0").as_bytes())).collect();
        let index = Index::of(&Documents { keys: &keys, texts: &|at| all[at].clone() }, 8, None);
        let asked = Asked { docs: all.len(), shards: 8, shard: &|number| index.shard(number) };
        let answer = asked.answer(&pieces(typed)).unwrap();
        answer.hits.iter().map(|hit| hit.doc).chain(answer.nearest.iter().map(|doc| doc + 100)).collect()
    }

    fn page(title: &str, body: &str) -> Texts {
        [title.into(), String::new(), String::new(), String::new(), String::new(), body.into()]
    }

    #[test]
    fn what_is_typed_is_found_where_it_stands() {
        let all = [
            page("检验检测机构开放日", "参观实验室，了解CMA标志。晋市监函〔2022〕291号"),
            page("有机产品认证宣传周", "食品农产品机构。检测 有机"),
            page("重庆的有机米", "𬭚。GB/T 37668-2019"),
        ];
        assert_eq!(asked(&all, "检测机构"), [0]);
        assert_eq!(asked(&all, "检測機構"), [0]);
        assert_eq!(asked(&all, "有机"), [1, 2]);
        assert_eq!(asked(&all, "米"), [2]);
        assert_eq!((asked(&all, "𬭚"), asked(&all, "37668"), asked(&all, "gb")), (vec![2], vec![2], vec![2]));
        assert_eq!((asked(&all, "cm"), asked(&all, "ma")), (vec![0], vec![]));
        assert_eq!((asked(&all, "youji"), asked(&all, "yjcp"), asked(&all, "chongq")), (vec![2, 1], vec![1], vec![2]));
        assert_eq!((asked(&all, "有机 机构"), asked(&all, "“检测 有机”")), (vec![1], vec![1]));
        assert_eq!(asked(&all, "［2022］291"), [0]);
        // Nothing: the titles that are nearest.
        assert_eq!(asked(&all, "有机产品展销"), [101]);
        assert!(asked(&all, "").is_empty());
    }

    #[test]
    fn every_string_is_found_in_all_that_hold_it_and_in_no_other() {
        let mut random = fastrand::Rng::with_seed(83);
        let alphabet: Vec<char> = "有机产品认证检验Cm9 ，\n".chars().collect();
        let text = |random: &mut fastrand::Rng, most| -> String {
            (0..random.usize(1..most)).map(|_| *random.choice(&alphabet).unwrap()).collect()
        };
        let all: Vec<Texts> = (0..40).map(|_| page(&text(&mut random, 9), &text(&mut random, 60))).collect();
        for _ in 0..400 {
            let typed = text(&mut random, 7);
            let Some(piece) = pieces(&format!("“{typed}”")).pop() else { continue };
            let holds = |text: &str| {
                let units = fold(text);
                (0..units.len()).any(|at| {
                    let begins =
                        keys::start(piece.units[0]).is_none() || at == 0 || class(units[at - 1]) != Class::Word;
                    begins && units[at..].starts_with(&piece.units)
                })
            };
            let truth: Vec<u32> = (0..40).filter(|at| all[*at as usize].iter().any(|text| holds(text))).collect();
            let mut found = asked(&all, &format!("“{typed}”"));
            found.retain(|doc| *doc < 100);
            found.sort_unstable();
            // Pinyin may find more titles for Latin letters.
            let found: Vec<u32> = if piece.is_pinyin() { truth.clone() } else { found };
            assert_eq!(found, truth, "{typed:?}");
        }
    }
}

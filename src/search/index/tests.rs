//! Whatever an index was made from, its bytes are those of a new one; and it holds every pair where it stands.

use super::*;

/// An index in memory with what its documents said.
struct Kept {
    keys: Vec<Hash>,
    texts: Vec<Texts>,
    index: Index,
    lost: bool,
}

impl Before for Kept {
    fn keys(&self) -> &[Hash] {
        &self.keys
    }
    fn shards(&self) -> usize {
        self.index.shards()
    }
    fn shard(&self, number: usize) -> Option<Arc<[u8]>> {
        self.index.shard(number)
    }
    fn texts(&self, number: usize) -> Option<Texts> {
        self.texts.get(number).filter(|_| !self.lost).cloned()
    }
}

fn kept(texts: Vec<Texts>, shards: usize, before: Option<Arc<dyn Before>>) -> Kept {
    let keys: Vec<Hash> = texts.iter().map(|texts| Hash::of(texts.join("\0").as_bytes())).collect();
    let index = Index::of(&Documents { keys: &keys, texts: &|at| texts[at].clone() }, shards, before);
    Kept { keys, texts, index, lost: false }
}

fn bytes(index: &Index) -> Vec<Arc<[u8]>> {
    (0..index.shards()).map(|number| index.shard(number).unwrap()).collect()
}

fn texts(random: &mut fastrand::Rng) -> Texts {
    let mut text = |most: usize| {
        let alphabet: Vec<char> = "有机产品认证检验CMA ab9，\n檢".chars().collect();
        (0..random.usize(..=most)).map(|_| *random.choice(&alphabet).unwrap()).collect::<String>()
    };
    [text(9), text(4), text(9), text(3), text(6), text(200)]
}

#[test]
fn an_index_made_from_the_one_before_is_a_new_one() {
    let mut random = fastrand::Rng::with_seed(81);
    let (mut stood, mut anew) = (0, 0);
    for round in 0..120 {
        let mut all: Vec<Texts> = (0..random.usize(..40)).map(|_| texts(&mut random)).collect();
        let shards = 1 << random.usize(..5);
        let mut last: Option<Arc<dyn Before>> = None;
        for _ in 0..6 {
            let now = kept(all.clone(), shards, last.take());
            assert_eq!(bytes(&now.index), bytes(&kept(all.clone(), shards, None).index), "round {round}");
            let standing = (0..shards).filter(|number| now.index.stands(*number)).count();
            (stood, anew) = (stood + standing, anew + shards - standing);
            for _ in 0..random.usize(..3) {
                let at = random.usize(..=all.len());
                match random.usize(..4) {
                    0 => all.insert(at, texts(&mut random)),
                    1 if at < all.len() => drop(all.remove(at)),
                    2 if at < all.len() => all.swap(at, 0),
                    _ if at < all.len() => all[at][5].push_str("产品"),
                    _ => {}
                }
            }
            last = Some(Arc::new(Kept { lost: random.u8(..8) == 0, ..now }));
        }
    }
    assert!(stood > 100 && anew > 100, "{stood} stood, {anew} were made");
}

#[test]
fn every_pair_is_listed_where_it_stands_and_nowhere_else() {
    let mut random = fastrand::Rng::with_seed(82);
    let all: Vec<Texts> = (0..30).map(|_| texts(&mut random)).collect();
    let made = kept(all.clone(), 4, None);
    let mut truth: BTreeMap<(Key, Field), List> = BTreeMap::new();
    for (doc, texts) in all.iter().enumerate() {
        for (field, text) in Field::ALL.into_iter().zip(texts) {
            let mut own: BTreeMap<Key, Vec<u32>> = BTreeMap::new();
            keys::each(&fold(text), |key, at| own.entry(key).or_default().push(at));
            for (key, positions) in own {
                let positions = if keys::is_pair(key) { positions } else { Vec::new() };
                truth.entry((key, field)).or_default().push(doc as u32, &positions);
            }
        }
    }
    let mut list = List::default();
    let mut listed = 0;
    for number in 0..4 {
        for entry in shard::entries(&made.index.shard(number).unwrap()) {
            let entry = entry.unwrap();
            let key = keys::of_shard(number, entry.rest, 4);
            for field in entry.fields().filter(|field| *field != Field::Pinyin) {
                assert!(entry.list(field, 30, keys::is_pair(key), &mut list));
                assert_eq!(Some(&list), truth.get(&(key, field)));
                listed += 1;
            }
        }
    }
    assert_eq!(listed, truth.len());
}

#[test]
fn an_index_of_nothing_is_empty() {
    let made = kept(Vec::new(), 1, None);
    assert_eq!(made.index.shard(0).as_deref(), Some(&[][..]));
}

#[test]
fn bytes_that_are_no_shard_are_made_anew() {
    let all: Vec<Texts> = (0..9).map(|at| std::array::from_fn(|_| format!("有机产品{at}"))).collect();
    struct Broken(Kept);
    impl Before for Broken {
        fn keys(&self) -> &[Hash] {
            self.0.keys()
        }
        fn shards(&self) -> usize {
            1
        }
        fn shard(&self, _: usize) -> Option<Arc<[u8]>> {
            Some([9, 0xFF, 1].as_slice().into())
        }
        fn texts(&self, number: usize) -> Option<Texts> {
            self.0.texts(number)
        }
    }
    let before: Arc<dyn Before> = Arc::new(Broken(kept(all.clone(), 1, None)));
    let mut other = all.clone();
    other[3][5].push('了');
    assert_eq!(bytes(&kept(other.clone(), 1, Some(before)).index), bytes(&kept(other, 1, None).index));
}

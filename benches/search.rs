//! What search finds and costs: `cargo bench --bench search -- <corpus>...`.
//!
//! A corpus is a folder that holds `neutral/`. The pages are written to our layout with the lean templates of
//! `benches/theme`, and built without search, with it, and indexed by Pagefind (PAGEFIND, or `pagefind` on PATH) in turn.
//! Then random pieces of titles, summaries and bodies are looked up in both indexes by the scripts that browsers run, under
//! Node, and what they find is held against a plain scan of the texts. Figures are printed; nothing fails on a slow
//! machine. Linux only.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

#[allow(dead_code)]
mod corpus;
#[allow(dead_code)]
mod cost;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use aho_corasick::AhoCorasick;
use cost::{Cost, median, middle, run, written};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use site::render::search::texts_of;
use site::search::fold::fold;
use site::search::index::Documents;
use site::search::{Index, Texts, shards};

/// As the program has it.
#[global_allocator]
static GLOBAL: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 3;
const QUERIES: usize = 1000;
/// How many of them the peer is asked, which is slow.
const PEER_QUERIES: usize = 200;

fn main() {
    let given: Vec<PathBuf> = std::env::args().skip(1).filter(|word| word != "--bench").map(PathBuf::from).collect();
    assert!(!given.is_empty(), "name a corpus: cargo bench --bench search -- <folder with neutral/>");
    let pagefind = std::env::var_os("PAGEFIND").map_or("pagefind".into(), PathBuf::from);
    let has_pagefind = Command::new(&pagefind).arg("--version").output().is_ok_and(|ran| ran.status.success());
    if !has_pagefind {
        println!("ours alone: Pagefind is neither PAGEFIND nor `pagefind` on PATH (npm install pagefind)");
    }
    for folder in given {
        measure(&folder, has_pagefind.then_some(&*pagefind));
    }
}

/// Builds, indexes and asks.
fn measure(folder: &Path, pagefind: Option<&Path>) {
    let scratch = tempfile::tempdir_in(folder).unwrap();
    let project = scratch.path().join("project");
    let pages = corpus::write(&folder.join("neutral"), &project);
    corpus::lean(&project);
    let config = project.join("content/site.yaml");
    let unsearched = fs::read_to_string(&config).unwrap();
    let (mut public, mut bundle) = Default::default();
    let mut costs: [Vec<Cost>; 3] = Default::default();
    for round in 0..ROUNDS {
        fs::write(&config, &unsearched).unwrap();
        costs[0].push(run(build(&project, &scratch.path().join(format!("bare-{round}")))));
        fs::write(&config, unsearched.replace("search: false\n", "")).unwrap();
        public = scratch.path().join(format!("site-{round}"));
        costs[1].push(run(build(&project, &public)));
        if let Some(pagefind) = pagefind {
            bundle = scratch.path().join(format!("pagefind-{round}"));
            // The texts of pages alone, as ours: lists would repeat them.
            let mut peer = Command::new(pagefind);
            peer.args(["--root-selector", "article", "--site"]).arg(&public).arg("--output-path").arg(&bundle);
            costs[2].push(run(peer));
        }
    }
    let name = pages.len();
    let documents = documents(&pages, &public);
    let characters: usize = documents.iter().map(|document| document.characters).sum();
    let [bare, whole, peer] = costs.map(|costs| median(&costs));
    println!("\n{name} pages, {} documents, {characters} characters\n", documents.len());
    println!(
        "| pages | what | wall s | CPU s | MiB | CPU µs a character | index, MiB | files |\n|---|---|---|---|---|---|---|---|"
    );
    let row = |what: &str, cost: Cost, own: f64, index: Option<&Path>| {
        let (files, bytes) = index.map_or((0, 0), written);
        println!(
            "| {name} | {what} | {:.2} | {:.2} | {:.0} | {:.3} | {:.1} | {files} |",
            cost.wall,
            cost.cpu,
            cost.peak,
            own * 1e6 / characters as f64,
            bytes as f64 / 1048576.0
        );
    };
    row("site, search: false", bare, 0.0, None);
    row("site", whole, whole.cpu - bare.cpu, Some(&public.join("search")));
    if pagefind.is_some() {
        row("Pagefind, after site", peer, peer.cpu, Some(&bundle));
        println!("CPU for the index, ours to Pagefind: {:.3}", (whole.cpu - bare.cpu) / peer.cpu);
    }
    let alone = alone(&public);
    println!(
        "the lists alone, in this process: {:.2} s, CPU {:.2} s, {:.3} µs a character",
        alone.wall,
        alone.cpu,
        alone.cpu * 1e6 / characters as f64
    );

    let queries = drawn(&documents);
    let truth = Hits::of(&queries, &documents, |document| document.texts.clone());
    println!(
        "\n| pages | what | recall % | precision % | missed | false | queries wrong | first KB | next KB | first, gzip | next, gzip \
         | requests | answer ms | of 99 % |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|"
    );
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/default/assets/search.js");
    let answers: Vec<Answer<usize>> = ask("ours.js", &public, &queries, scratch.path(), &[&script]);
    let found: Vec<BTreeSet<usize>> = answers.iter().map(|answer| answer.found.iter().copied().collect()).collect();
    told(name, "site", &answers, &truth.judge(&found, None));
    if pagefind.is_none() {
        return;
    }
    // Pagefind has the pages with an article, and may find what stands anywhere in it.
    let shown = |document: &Document| {
        let html = document.address.as_ref().map(|address| public.join(&address[1..]).join("index.html"));
        html.map(|html| vec![fold_all(&bare_text(&fs::read_to_string(html).unwrap()))]).unwrap_or_default()
    };
    let shown = Hits::of(&queries, &documents, shown);
    let addresses: BTreeMap<&str, usize> = documents
        .iter()
        .enumerate()
        .filter_map(|(number, document)| Some((document.address.as_deref()?, number)))
        .collect();
    let truth = truth.only(&addresses.values().copied().collect());
    for (what, quote) in [("Pagefind", ""), ("Pagefind, in quotes", "\"")] {
        let typed: Vec<String> =
            queries.iter().take(PEER_QUERIES).map(|query| format!("{quote}{query}{quote}")).collect();
        let answers: Vec<Answer<String>> = ask("pagefind.js", &bundle, &typed, scratch.path(), &[]);
        let number = |address: &String| addresses[address.as_str()];
        let found: Vec<BTreeSet<usize>> =
            answers.iter().map(|answer| answer.found.iter().map(number).collect()).collect();
        told(name, what, &answers, &truth.judge(&found, Some(&shown)));
    }
}

fn build(project: &Path, out: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_site"));
    command.args(["build", "--clean", "--today", "2026-11-28", "--root"]).arg(project).arg("--out").arg(out);
    command
}

/// What it costs to make the lists of all that the site says, with no file read or written.
fn alone(public: &Path) -> Cost {
    let texts: Vec<Texts> = said(public).map(|json| texts_of(&json).unwrap()).collect();
    let keys = vec![Default::default(); texts.len()];
    let documents = Documents { keys: &keys, texts: &|number| texts[number].clone() };
    let characters = texts.iter().flatten().map(|text| text.chars().count()).sum();
    let once = |_| cost::own(|| Index::of(&documents, shards(characters), None));
    median(&(0..ROUNDS).map(once).collect::<Vec<_>>())
}

/// The file of each document by its number.
fn said(public: &Path) -> impl Iterator<Item = Vec<u8>> {
    let folder = public.join("search/text");
    (0..).map_while(move |number| fs::read(folder.join(format!("{number}.json"))).ok())
}

/// What is searched: a document of the index by its number.
struct Document {
    /// The address of its page, from `/`, if it is one of the corpus.
    address: Option<String>,
    /// What it says, folded: the texts that the site publishes for excerpts, and those of its source.
    texts: Vec<String>,
    /// Title, summary and body of the source, to draw from.
    source: Vec<String>,
    /// Of what it says.
    characters: usize,
}

fn documents(pages: &[corpus::Page], public: &Path) -> Vec<Document> {
    let sources: BTreeMap<String, &PathBuf> =
        pages.iter().map(|page| (page.address[1..].to_string() + "index.html", &page.source)).collect();
    said(public).map(|json| document(&json, &sources)).collect()
}

fn document(json: &[u8], sources: &BTreeMap<String, &PathBuf>) -> Document {
    let published = texts_of(json).unwrap();
    let url = serde_json::from_slice::<serde_json::Value>(json).unwrap()["url"].as_str().unwrap().to_string();
    let source = sources.get(&url).map(|source| parts(&fs::read_to_string(source).unwrap())).unwrap_or_default();
    Document {
        address: sources.contains_key(&url).then(|| format!("/{}", url.trim_end_matches("index.html"))),
        characters: published.iter().map(|text| text.chars().count()).sum(),
        texts: published.iter().chain(&source).map(|text| fold_all(text)).collect(),
        source,
    }
}

/// Title, summary and body of a source as corpora have them: of all marks only those of bold text part what is read as one.
fn parts(source: &str) -> Vec<String> {
    let value =
        |key: &str| source.lines().find_map(|line| line.strip_prefix(key)).unwrap().trim_matches('"').to_string();
    let body = source.splitn(3, "---\n").nth(2).unwrap().replace("**", "");
    vec![value("title: "), value("summary: "), body]
}

fn fold_all(text: &str) -> String {
    String::from_utf16_lossy(&fold(text))
}

/// The text of a page's article without its tags.
fn bare_text(html: &str) -> String {
    let from = html.find("<article").unwrap_or(0);
    let article = &html[from..html.find("</article>").unwrap_or(html.len())];
    let text: String = article.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#x27;", "'").replace("&amp;", "&")
}

/// Pieces of 2 to 12 Han characters, each from a random place of a title, a summary or a body.
fn drawn(documents: &[Document]) -> Vec<String> {
    let mut random = fastrand::Rng::with_seed(8);
    let mut queries = BTreeSet::new();
    let mut order = Vec::new();
    while order.len() < QUERIES {
        let document = &documents[random.usize(..documents.len())];
        let Some(text) = random.choice(&document.source) else { continue };
        let is_han = |c: &char| matches!(c, '\u{4E00}'..='\u{9FFF}');
        let chars: Vec<char> = text.chars().collect();
        let begin = random.usize(..chars.len());
        let query: String = chars[begin..].iter().take_while(|c| is_han(c)).take(random.usize(2..=12)).collect();
        if query.chars().count() >= 2 && queries.insert(query.clone()) {
            order.push(query);
        }
    }
    order
}

/// For every query the documents that have it.
struct Hits(Vec<BTreeSet<usize>>);

impl Hits {
    /// By a plain scan of the texts.
    fn of(queries: &[String], documents: &[Document], texts: impl Fn(&Document) -> Vec<String>) -> Hits {
        let folded: Vec<String> = queries.iter().map(|query| fold_all(query)).collect();
        let scan = AhoCorasick::new(&folded).unwrap();
        let mut hits = vec![BTreeSet::new(); queries.len()];
        for (number, document) in documents.iter().enumerate() {
            for text in texts(document) {
                for found in scan.find_overlapping_iter(&text) {
                    hits[found.pattern().as_usize()].insert(number);
                }
            }
        }
        Hits(hits)
    }

    /// Of these documents alone.
    fn only(self, documents: &BTreeSet<usize>) -> Hits {
        Hits(self.0.into_iter().map(|hits| &hits & documents).collect())
    }

    /// What was found, against what is there; what `also` has is not held to be false.
    fn judge(&self, found: &[BTreeSet<usize>], also: Option<&Hits>) -> Judged {
        let mut judged = Judged::default();
        for (at, (truth, found)) in self.0.iter().zip(found).enumerate() {
            let missed = truth.difference(found).count();
            let is_false = |number: &&usize| also.is_none_or(|also| !also.0[at].contains(number));
            let wrong = found.difference(truth).filter(is_false).count();
            judged.there += truth.len();
            judged.found += found.len();
            judged.missed += missed;
            judged.wrong += wrong;
            judged.queries += usize::from(missed + wrong > 0);
        }
        judged
    }
}

#[derive(Default)]
struct Judged {
    there: usize,
    found: usize,
    missed: usize,
    wrong: usize,
    queries: usize,
}

/// What a query gave, and what was loaded for it.
#[derive(Deserialize)]
struct Answer<F> {
    found: Vec<F>,
    requests: usize,
    bytes: usize,
    sent: usize,
    ms: Option<f64>,
}

/// Has a driver of `benches/search` ask the index in `folder`.
fn ask<F: DeserializeOwned>(
    driver: &str,
    folder: &Path,
    queries: &[String],
    scratch: &Path,
    more: &[&Path],
) -> Vec<Answer<F>> {
    let (asked, answered) = (scratch.join("queries.json"), scratch.join("answers.json"));
    fs::write(&asked, serde_json::to_vec(queries).unwrap()).unwrap();
    let mut node = Command::new("node");
    node.arg("--max-old-space-size=8192")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/search").join(driver));
    let ran = node.args([folder, &asked, &answered]).args(more).output().unwrap();
    assert!(ran.status.success(), "{driver}: {}", String::from_utf8_lossy(&ran.stderr));
    let answers: Vec<Answer<F>> = serde_json::from_slice(&fs::read(answered).unwrap()).unwrap();
    assert_eq!(answers.len(), queries.len(), "{driver}");
    answers
}

/// One row.
fn told<F>(name: usize, what: &str, answers: &[Answer<F>], judged: &Judged) {
    // Queries come in pairs: the first of a reader, and the next.
    let each = |parity: usize, of: fn(&Answer<F>) -> usize| {
        middle(answers.iter().skip(parity).step_by(2).map(|answer| of(answer) as f64).collect())
    };
    let kilobytes = |parity, of| each(parity, of) / 1024.0;
    let mut times: Vec<f64> = answers.iter().filter_map(|answer| answer.ms).collect();
    times.sort_by(f64::total_cmp);
    let Judged { there, found, missed, wrong, queries } = judged;
    println!(
        "| {name} | {what} | {:.3} | {:.3} | {missed} | {wrong} | {queries} of {} | {:.0} | {:.0} | {:.0} | {:.0} | {}, {} | {:.1} | {:.1} |",
        100.0 - 100.0 * *missed as f64 / *there as f64,
        100.0 - 100.0 * *wrong as f64 / (*found).max(1) as f64,
        answers.len(),
        kilobytes(0, |answer| answer.bytes),
        kilobytes(1, |answer| answer.bytes),
        kilobytes(0, |answer| answer.sent),
        kilobytes(1, |answer| answer.sent),
        each(0, |answer| answer.requests),
        each(1, |answer| answer.requests),
        times[times.len() / 2],
        times[times.len() * 99 / 100],
    );
}

//! What holds for every site and every input (faults.md §2), tried on the demonstration and on ruined copies of it.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

#[path = "../workshop/mod.rs"]
mod workshop;

mod booklets;
mod demonstration;
mod findings;
mod hidden;
mod hostile;
mod markup;
mod mutations;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, LazyLock, OnceLock};

use site::edition::Reader;
use site::model::Day;
use site::render::Made;
use site::report::{Finding, Profile};
use site::typeset::Store;

/// Outputs by path, and everything that was found.
pub struct Published {
    pub files: BTreeMap<String, Vec<u8>>,
    pub findings: Vec<Finding>,
    pub refused: bool,
}

/// The whole pipeline without a process: everything a build of `project` would write.
pub fn published(project: &Path, reader: Reader) -> Published {
    published_of(project, reader, |_| true)
}

/// The same, but only the outputs whose path is `wanted` are made; the others are empty.
pub fn published_of(project: &Path, reader: Reader, wanted: impl Fn(&str) -> bool) -> Published {
    // Posters are made once for all tests; that they are the same each time is for tests/sheets.
    static STORE: LazyLock<Arc<Store>> = LazyLock::new(Arc::default);
    let today = Day::parse(workshop::TODAY).unwrap();
    let order = site::Order { reader, store: STORE.clone(), ..site::Order::of(project, today) };
    let made = site::publication(&order);
    let (mut report, mut files) = (made.report, BTreeMap::new());
    if let Some(press) = made.press {
        let never = AtomicBool::new(false);
        let chosen = press.plan.outputs().filter(|(out, _)| !wanted(out.as_str()));
        files.extend(chosen.map(|(out, _)| (out.as_str().to_string(), Vec::new())));
        for (out, made) in site::outputs(&press, &never).filter(|(out, _)| wanted(out.as_str())) {
            match made {
                Ok(Made::Bytes(bytes)) => drop(files.insert(out.as_str().to_string(), bytes.to_vec())),
                Ok(Made::File(disk)) => drop(files.insert(out.as_str().to_string(), fs::read(disk).unwrap())),
                Err(findings) => report.extend(findings),
            }
        }
    }
    let findings = report.into_sorted();
    Published { files, refused: Profile::Preview.refuses(&findings), findings }
}

/// The demonstration as it is published, made once.
pub fn demo() -> &'static Published {
    static DEMO: OnceLock<Published> = OnceLock::new();
    DEMO.get_or_init(|| published(workshop::repository(), Reader::PUBLIC))
}

/// The address below which the demonstration will stand.
pub const BASE: &str = "https://www.example.gov.cn/zt/rzxc2022/";

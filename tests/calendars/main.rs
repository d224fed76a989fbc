//! Every calendar file is read back by another library than the one that wrote it, and compared with the content
//! (faults.md G01 to G06); so are the data files beside them (G07).
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

#[path = "../fixtures/mod.rs"]
mod fixtures;

mod agendas;
mod content;
mod edits;
mod hostile;
mod memory;
mod reader;
mod records;

use std::collections::BTreeMap;
use std::path::Path;

use fixtures::project::Wish;
use reader::Calendar;
use site::plan::Recipe;
use site::render::{Made, Press};
use site::{Order, Publication};

/// The site at `folder`, ready to be written.
fn press(folder: &Path) -> std::sync::Arc<Press> {
    press_on(folder, Wish::default().today)
}

/// The press of a project on a day.
fn press_on(folder: &Path, today: site::model::Day) -> std::sync::Arc<Press> {
    let Wish { profile, base_url, .. } = Wish::default();
    let order = Order { base_url, profile, ..Order::of(folder, today) };
    let Publication { press, .. } = site::publication(&order);
    press.unwrap()
}

/// The bytes of every calendar file, by output path.
fn files(press: &Press) -> BTreeMap<String, Vec<u8>> {
    let outputs = press.plan.outputs().filter(|(_, recipe)| matches!(recipe, Recipe::CalendarFile(_)));
    outputs
        .map(|(out, recipe)| match press.make(out, recipe) {
            Ok(Made::Bytes(bytes)) => (out.as_str().to_string(), bytes.to_vec()),
            _ => panic!("{out} is not made of bytes"),
        })
        .collect()
}

/// Every calendar file, read.
fn calendars(press: &Press) -> BTreeMap<String, Calendar> {
    files(press).into_iter().map(|(out, bytes)| (out, Calendar::read(&bytes))).collect()
}

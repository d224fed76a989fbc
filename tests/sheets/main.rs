//! Posters and letters, judged by their structure: what stands on a sheet, where, how large, and what is told when it
//! does not fit. Pictures were looked at once; pixels are not compared. What other programs read back of the files is
//! in tests/print.
#![allow(clippy::unwrap_used)]

#[path = "../workshop/mod.rs"]
mod workshop;

mod command;
mod extremes;
mod files;
mod hostile;
mod kept;
mod supplied;

use std::path::Path;
use std::sync::{Arc, LazyLock};

use site::model::{Day, Format};
use site::plan::{PosterPart, Recipe};
use site::render::{Made, Press};
use site::report::Finding;
use site::typeset::{Laid, Sheet, Store};
use site::{Order, publication};
use workshop::{Project, TODAY};

/// Fonts are unpacked once for all tests.
static STORE: LazyLock<Arc<Store>> = LazyLock::new(Arc::default);

fn day() -> Day {
    Day::parse(TODAY).unwrap()
}

/// The press of a project that makes `formats`.
fn press(folder: &Path, formats: &[Format]) -> Arc<Press> {
    let order = Order { formats: formats.to_vec(), store: STORE.clone(), ..Order::of(folder, day()) };
    let made = publication(&order);
    let findings = made.report.into_sorted();
    made.press.unwrap_or_else(|| panic!("{findings:#?}"))
}

/// The sheet of a page's poster in one format.
fn sheet(press: &Press, slug: &str, format: Format) -> Sheet {
    press.sheet(&recipe(press, slug, PosterPart::File(format))).unwrap().0
}

/// That sheet laid out, or what is wrong with it.
fn laid(press: &Press, slug: &str, format: Format) -> Result<Laid, Vec<Finding>> {
    press.typesetter.lay(&sheet(press, slug, format))
}

fn recipe(press: &Press, slug: &str, part: PosterPart) -> Recipe {
    let wanted = |recipe: &&Recipe| matches!(recipe, Recipe::Poster(id, own) if &*id.slug == slug && *own == part);
    press
        .plan
        .outputs()
        .map(|(_, recipe)| recipe)
        .find(wanted)
        .unwrap_or_else(|| panic!("no {part:?} of {slug}"))
        .clone()
}

/// The bytes of an output.
fn bytes(press: &Press, out: &str) -> Vec<u8> {
    let out = site::model::OutPath::new(out).unwrap();
    let recipe = press.plan.recipe(&out).unwrap_or_else(|| panic!("{out} is not planned"));
    match press.make(&out, recipe).unwrap() {
        Made::Bytes(bytes) => bytes.to_vec(),
        Made::File(disk) => std::fs::read(disk).unwrap(),
    }
}

/// Text without white space and without the marks that only allow a line to end.
fn flat(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{200B}').collect()
}

/// Every text of a sheet in one, flat.
fn words(laid: &Laid) -> String {
    flat(&laid.texts().into_iter().map(|placed| placed.text).collect::<String>())
}

/// A project of one campaign, one institution and one open day.
fn project(campaign: &str, open_day: &str) -> Project {
    project_with(campaign, "示例检测中心", open_day)
}

fn project_with(campaign: &str, institution: &str, open_day: &str) -> Project {
    let project = Project::empty();
    project.write("content/site.yaml", workshop::CONFIG);
    project.write("content/campaigns/c.md", format!("---\n{campaign}\n---\n\n正文。\n"));
    project.write("content/institutions/i.md", format!("---\nname: {institution}\nregion: 运城市\n---\n\n正文。\n"));
    project.write("content/open-days/o.md", format!("---\ncampaign: c\ninstitution: i\n{open_day}\n---\n\n正文。\n"));
    project
}

const CAMPAIGN: &str = "title: 有机产品认证宣传周\nslogan: 有机产品认证：护航消费升级 优享品质生活\nstart: 2022-09-19\nend: 2022-09-23\ncolor: organic\norganizer: [示例市市场监督管理局]\nactivities: [有机产品知识讲解, 进社区]";
const OPEN_DAY: &str = "title: 示例开放日\nsessions:\n  - date: 2022-09-22\n    start: 09:00\n    end: 11:30\n    capacity: 30\nprogramme: [质量小课堂, 专家答疑]\naddress: 示例市示例路1号\nbooking: {method: 电话预约, phone: \"12315\", deadline: 2022-09-21}";

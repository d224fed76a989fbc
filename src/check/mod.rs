//! What is wrong with a site that can be built: one file a group of rules. Findings about one source file alone are
//! made where that file is read; these need the whole site, the day or the plan.

mod dates;
mod files;
mod footer;
mod links;
pub mod memory;
mod open_days;
mod openness;
mod outward;
mod posters;

use crate::edition::Edition;
use crate::model::{Day, Page, Site};
use crate::plan::Plan;
use crate::report::{Profile, Report};

pub use files::{Folders, losing};
pub use outward::addresses;

/// Checks everything that was written, hidden pages included, apart from bodies; pages in the folders that are `losing`
/// files were told for it already.
pub fn site(site: &Site, today: Day, profile: Profile, losing: &Folders, report: &mut Report) {
    dates::check(site, today, report);
    open_days::check(site, today, report);
    memory::check(site, today, report);
    openness::check(site, today, report);
    footer::check(&site.config, profile, report);
    files::check(site, losing, report);
}

/// Checks what will be shown as a whole: the menu, the names of files, and what posters need.
pub fn outputs(edition: &Edition, plan: &Plan, profile: Profile, report: &mut Report) {
    links::menu(edition, plan, report);
    files::names(plan, report);
    posters::check(edition, profile, report);
}

/// Checks where the links of one shown page lead.
pub fn links(edition: &Edition, site: &Site, plan: &Plan, page: &Page, report: &mut Report) {
    links::check(edition, site, plan, page, report);
}

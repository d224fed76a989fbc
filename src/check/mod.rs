//! What is wrong with a site that can be built: one file a group of rules. Findings about one source file alone are
//! made where that file is read; these need the whole site, the day or the plan.

mod campaigns;
mod columns;
mod dates;
mod deadlines;
mod doc_no;
mod duplicates;
mod files;
mod footer;
mod links;
mod marks;
pub mod memory;
mod names;
mod notices;
mod open_days;
mod openness;
mod outward;
mod personal;
mod pictures;
mod posters;
pub mod rendered;
mod review;
mod shops;

mod waived;

pub use waived::waived;

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
    openness::borrowed(site, today, report);
    notices::check(site, today, report);
    columns::check(site, today, report);
    campaigns::check(site, today, report);
    deadlines::check(site, today, report);
    review::check(site, today, report);
    duplicates::check(site, today, report);
    footer::check(&site.config, profile, report);
    files::check(site, losing, report);
    personal::check(site, report);
}

/// Checks what will be shown as a whole: the menu, the names of files, and what posters need.
pub fn outputs(edition: &Edition, plan: &Plan, profile: Profile, report: &mut Report) {
    links::menu(edition, plan, report);
    files::names(plan, report);
    posters::check(edition, profile, report);
}

/// Checks one shown page with its body: where its links lead, what they are called, and its pictures.
pub fn links(edition: &Edition, site: &Site, plan: &Plan, page: &Page, report: &mut Report) {
    links::check(edition, site, plan, page, report);
    names::check(page, report);
    pictures::check(edition, plan, page, report);
}

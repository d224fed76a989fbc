//! What is wrong with a site that can be built: one file a group of rules. Findings about one source file alone are
//! made where that file is read; these need the whole site, the day or the plan.

mod dates;
mod files;
mod footer;
mod links;
pub mod memory;
mod open_days;
mod openness;
mod posters;

use crate::edition::Edition;
use crate::model::Site;
use crate::plan::Plan;
use crate::report::{Profile, Report};

/// Checks everything that was written, hidden pages included.
pub fn site(site: &Site, today: crate::model::Day, profile: Profile, report: &mut Report) {
    dates::check(site, today, report);
    open_days::check(site, today, report);
    memory::check(site, today, report);
    openness::check(site, today, report);
    footer::check(&site.config, profile, report);
    files::check(site, report);
}

/// Checks what will be shown: where links lead, and the names of files.
pub fn outputs(edition: &Edition, site: &Site, plan: &Plan, profile: Profile, report: &mut Report) {
    links::check(edition, site, plan, report);
    files::names(plan, report);
    posters::check(edition, profile, report);
}

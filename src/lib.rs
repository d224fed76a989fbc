//! `site`: publicity sites for market-regulation bureaus.

pub mod load;
pub mod model;
pub mod report;

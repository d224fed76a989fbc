//! `site`: publicity sites for market-regulation bureaus.

pub mod load;
pub mod markdown;
pub mod model;
pub mod render;
pub mod report;
pub mod serve;
pub mod write;

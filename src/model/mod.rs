//! Everything the bureau has written, typed, with its references resolved.
//!
//! [`site`](fn@site) is the stage; [`reading`] asks a header for values, [`links`] resolves what pages name, [`config`] reads
//! the configuration. A model value exists only if its required parts do: there is no other way to obtain one.

mod colors;
mod compose;
pub mod config;
pub mod date;
pub mod format;
pub mod geo;
pub mod holidays;
mod kinds;
mod limits;
pub mod links;
pub mod page;
mod posters;
pub mod reading;
pub mod region;
mod rows;
mod sheet;
pub mod site;
pub mod slug;
mod waiver;

pub use crate::address::OutPath;
pub use colors::Colors;
pub use config::Config;
pub use date::{Clock, Day, Moment};
pub use format::{Format, Made};
pub use geo::Point;
pub use holidays::Holidays;
pub use limits::Limits;
pub use page::{Own, Page, PageId};
pub use region::Region;
pub use site::{Site, site};
pub use waiver::Waiver;

//! Everything the bureau has written, typed, with its references resolved.

pub mod address;
pub mod date;
pub mod region;

pub use address::OutPath;
pub use date::{Clock, Day, Moment};
pub use region::Region;

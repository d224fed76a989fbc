//! Everything the bureau has written, typed, with its references resolved.

pub mod address;

pub use address::OutPath;

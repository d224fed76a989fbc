//! Project folder to a tree: the only reader of content.

pub mod fields;
pub mod node;

//! Project folder to a tree: the only reader of content.

pub mod fields;
pub mod header;
pub mod node;
pub mod text;

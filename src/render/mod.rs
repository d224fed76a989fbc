//! Recipe and view to bytes.

pub mod view;

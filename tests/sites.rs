//! Small whole projects.
fn main() {}

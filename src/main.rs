//! The binary: arguments, clock, environment and terminal in, exit code out.

fn main() {}

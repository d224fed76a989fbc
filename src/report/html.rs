//! The html printer of findings.

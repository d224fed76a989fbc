//! The frame printer of findings.

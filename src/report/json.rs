//! The json printer of findings.

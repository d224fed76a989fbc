//! The line printer of findings.

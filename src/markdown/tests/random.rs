//! Random mutations.

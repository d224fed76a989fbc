//! Faults of faults.md §7, by their number.

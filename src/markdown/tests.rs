//! What this room promises, row by row.

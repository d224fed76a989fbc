//! Bytes to a folder: staged beside the output, swapped whole, recovered after an interruption.

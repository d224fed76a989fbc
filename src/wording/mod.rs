//! Rules of wording: what a text says that it must not. Each takes a text and gives places in it, and knows nothing of
//! pages or files.

pub mod personal;

//! The preview over raw sockets. Tests are named after the rows of the fault list (H: server, J: watching).

#![allow(clippy::unwrap_used, missing_docs)]
// A random test prints its seed.
#![allow(clippy::print_stdout)]

mod preview;
mod requests;
mod spawned;
mod states;
mod watched;
mod watching;
#[path = "../workshop/mod.rs"]
mod workshop;

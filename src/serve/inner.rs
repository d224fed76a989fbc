//! The tiny_http server behind the front, on a random loopback port.
//!
//! It is asked by the front only, with heads the front wrote itself: one GET or HEAD, a few short headers, no body,
//! `Connection: close`. So none of tiny_http's measured traps (faults.md §3) can be reached: no announced body, no
//! endless header, no silent connection, no keep-alive. A random key keeps other programs of this computer out.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Write};
use std::mem;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tiny_http::{Method, Request, Server};

use super::events::Board;
use super::head::{Head, Status};
use super::port;
use super::respond::{self, Response};
use super::target::Target;
use crate::workers;

const KEY: &str = "X-Site-Key";
/// How long making one page may take before the reader is told that there is no answer.
const MAKING_TIME: Duration = Duration::from_secs(60);

/// The running inner server.
pub struct Inner {
    server: Arc<Server>,
    entry: Entry,
    closing: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

/// What it takes to ask the inner server.
#[derive(Clone)]
pub struct Entry {
    address: SocketAddr,
    key: Arc<str>,
}

/// Starts the inner server; it answers from `board`.
pub fn start(board: Arc<Board>) -> io::Result<Inner> {
    let listener = port::listen(IpAddr::V4(Ipv4Addr::LOCALHOST), 0)?;
    let entry = Entry { address: listener.local_addr()?, key: random_key().into() };
    let server = Arc::new(Server::from_listener(listener, None).map_err(io::Error::other)?);
    let closing = Arc::new(AtomicBool::new(false));
    let (taking, key, ending) = (server.clone(), entry.key.clone(), closing.clone());
    let thread = thread::Builder::new().name("answer".into()).spawn(move || {
        while !ending.load(Ordering::Relaxed) {
            if let Ok(request) = taking.recv() {
                take(request, &key, &board);
            }
        }
    })?;
    Ok(Inner { server, entry, closing, thread })
}

impl Inner {
    /// How to ask.
    pub fn entry(&self) -> Entry {
        self.entry.clone()
    }

    /// Ends the server.
    pub fn close(self) {
        self.closing.store(true, Ordering::Relaxed);
        self.server.unblock();
        let _ = self.thread.join();
    }
}

impl Entry {
    /// Sends the request on; the answer can be read from the connection that is returned.
    pub fn ask(&self, head: &Head) -> io::Result<TcpStream> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(MAKING_TIME))?;
        let method = if head.bodyless { "HEAD" } else { "GET" };
        let mut text = format!("{method} {} HTTP/1.1\r\nHost: inner\r\nConnection: close\r\n", head.target.encoded());
        text += &format!("{KEY}: {}\r\n", self.key);
        if let Some(range) = head.values("range").next().filter(|range| range.is_ascii()) {
            text += &format!("Range: {range}\r\n");
        }
        stream.write_all((text + "\r\n").as_bytes())?;
        Ok(stream)
    }
}

/// Two independent random numbers: the standard library seeds its hashers from the system.
pub fn random_key() -> String {
    let number = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", number(), number())
}

/// A number no other run is likely to have.
pub fn random_number() -> u32 {
    let number = RandomState::new().build_hasher().finish();
    u32::try_from(number >> 33).unwrap_or_default()
}

/// Answers on a thread of its own; the front asks for 64 answers at a time at most.
fn take(request: Request, key: &str, board: &Arc<Board>) {
    if header(&request, KEY) != Some(key) {
        return turn_away(request);
    }
    let board = board.clone();
    let thread = thread::Builder::new().name("render".into()).stack_size(workers::STACK);
    // Without a thread the request is dropped, and tiny_http answers 500.
    let _ = thread.spawn(move || answer(request, &board));
}

fn answer(request: Request, board: &Board) {
    let bodyless = *request.method() == Method::Head;
    let response = match Target::parse(request.url()) {
        Some(target) => respond::answer(board, &target, header(&request, "Range")),
        None => Response::refusal(Status::BAD_REQUEST),
    };
    // tiny_http's own response type drops the Connection header; written by hand it stays.
    let _ = response.write(&mut request.into_writer(), bodyless);
}

/// A stranger on the inner port. Dropping a request that announces a body makes tiny_http allocate as much.
fn turn_away(request: Request) {
    match request.body_length() {
        None | Some(0) => drop(Response::refusal(Status::FORBIDDEN).write(&mut request.into_writer(), false)),
        Some(_) => mem::forget(request),
    }
}

fn header<'a>(request: &'a Request, name: &'static str) -> Option<&'a str> {
    request.headers().iter().find(|header| header.field.equiv(name)).map(|header| header.value.as_str())
}

//! The front: accepts connections, reads and judges their heads, and passes sound requests to the inner server.
//!
//! Each connection has one small thread and carries one request; `Connection: close` always. Event streams are
//! answered here and not through tiny_http, where each would hold a second thread and a second connection only to
//! copy a few bytes a minute.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::events::{self, Board};
use super::hall::{Hall, Seat};
use super::head::{self, Arrival, Head, Status};
use super::hosts::{self, Verdict, Way};
use super::inner::Entry;
use super::panel;
use super::port::{Door, Doors, host_of};
use super::respond::Response;
use crate::address::percent_decode;

/// How long one write to a reader may stand still.
const WRITE_TIME: Duration = Duration::from_secs(10);
/// How long a whole answer may take.
const ANSWER_TIME: Duration = Duration::from_secs(120);
/// How long, and for how many bytes, we listen on after an answer, so that closing does not destroy it on its way.
const LINGER_TIME: Duration = Duration::from_millis(300);
const LINGER_BYTES: usize = 1 << 20;
const STACK: usize = 512 << 10;

/// The running front.
pub struct Front {
    hall: Arc<Hall>,
    closing: Arc<AtomicBool>,
    addresses: Vec<SocketAddr>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Clone)]
struct Porter {
    hall: Arc<Hall>,
    closing: Arc<AtomicBool>,
    board: Arc<Board>,
    entry: Entry,
    port: u16,
    key: Arc<str>,
}

/// Starts to accept connections at every door; who comes from the office network must bring `key`.
pub fn start(doors: Doors, key: Arc<str>, entry: Entry, board: Arc<Board>) -> io::Result<Front> {
    let (hall, closing) = (Arc::new(Hall::default()), Arc::new(AtomicBool::new(false)));
    let porter = Porter { hall: hall.clone(), closing: closing.clone(), board, entry, port: doors.port, key };
    let mut front = Front { hall, closing, addresses: Vec::new(), threads: Vec::new() };
    for Door { listener, lan } in doors.doors {
        let (porter, address) = (porter.clone(), listener.local_addr()?);
        front.addresses.push(address);
        let way = match lan {
            true => Way::Lan { host: host_of(address.ip()), key: porter.key.clone() },
            false => Way::Loopback,
        };
        front.threads.push(thread::Builder::new().name("accept".into()).spawn(move || porter.accept(&listener, &way))?);
    }
    Ok(front)
}

impl Front {
    /// Ends all connections and frees the port.
    pub fn close(self) {
        self.closing.store(true, Ordering::Relaxed);
        self.hall.close();
        for address in &self.addresses {
            // `accept` cannot be interrupted; a connection of our own wakes it.
            let _ = TcpStream::connect_timeout(address, Duration::from_millis(100));
        }
        for thread in self.threads {
            let _ = thread.join();
        }
    }
}

impl Porter {
    fn accept(&self, listener: &TcpListener, way: &Way) {
        while !self.closing.load(Ordering::Relaxed) {
            match listener.accept() {
                Ok((stream, _)) => self.admit(stream, way.clone()),
                Err(_) => {
                    self.hall.make_room();
                    thread::sleep(Duration::from_millis(20));
                }
            }
        }
    }

    fn admit(&self, stream: TcpStream, way: Way) {
        let Some(seat) = self.hall.admit(stream) else { return };
        let porter = self.clone();
        let thread = thread::Builder::new().name("visit".into()).stack_size(STACK);
        // Without a thread the seat is dropped, and with it the connection.
        let _ = thread.spawn(move || porter.receive(&seat, &way));
    }

    fn receive(&self, seat: &Seat, way: &Way) {
        let stream = seat.stream();
        if stream.set_nodelay(true).is_err() || stream.set_write_timeout(Some(WRITE_TIME)).is_err() {
            return;
        }
        match head::read(stream) {
            Arrival::Gone => {}
            Arrival::Refused(status) => refuse(seat, status, false),
            Arrival::Complete(head) => match hosts::judge(&head, self.port, way) {
                Err(status) => refuse(seat, status, head.bodyless),
                Ok(Verdict::Welcome(cookie)) => {
                    let response = Response::refusal(Status::SEE_OTHER).with("Location", head.target.encoded());
                    send(seat, &response.with("Set-Cookie", cookie), head.bodyless);
                }
                Ok(Verdict::Answer) if head.target.path() == events::PATH => self.listen(seat, &head),
                Ok(Verdict::Answer) if head.target.path() == panel::OPEN_PATH => self.open(seat, &head, way),
                Ok(Verdict::Answer) => self.serve(seat, &head),
            },
        }
    }

    fn listen(&self, seat: &Seat, head: &Head) {
        if head.bodyless {
            return refuse(seat, Status::METHOD_NOT_ALLOWED, true);
        }
        match seat.listen() {
            true => {
                let version = head.asked("v").next().and_then(|version| version.parse().ok());
                events::stream(&self.board, seat.stream(), version);
            }
            false => refuse(seat, Status::BUSY, false),
        }
    }

    /// Opens a source file on this computer, for readers who sit at it.
    fn open(&self, seat: &Seat, head: &Head, way: &Way) {
        let named = head.asked("token").next().zip(head.asked("file").next().and_then(percent_decode));
        let allowed = *way == Way::Loopback && hosts::is_of_our_page(head) && !head.bodyless;
        let opened = allowed && named.is_some_and(|(token, file)| self.board.open(token, &file));
        refuse(seat, if opened { Status::OK } else { Status::FORBIDDEN }, head.bodyless);
    }

    fn serve(&self, seat: &Seat, head: &Head) {
        if !seat.serve() {
            return refuse(seat, Status::BUSY, head.bodyless);
        }
        let passed = pass_on(seat, head, &self.entry);
        seat.rest();
        match passed {
            Ok(0) => refuse(seat, Status::NO_ANSWER, head.bodyless),
            Ok(_) => linger(seat.stream()),
            Err(_) => {}
        }
    }
}

/// Asks the inner server and copies its answer; the count of bytes copied, 0 when it gave none.
fn pass_on(seat: &Seat, head: &Head, entry: &Entry) -> io::Result<usize> {
    let deadline = Instant::now() + ANSWER_TIME;
    let Ok(mut inner) = entry.ask(head) else { return Ok(0) };
    let mut piece = vec![0; 64 << 10];
    let mut total = 0;
    loop {
        let count = match inner.read(&mut piece) {
            Ok(0) => return Ok(total),
            Err(_) if total == 0 => return Ok(0),
            read => read?,
        };
        seat.stream().write_all(&piece[..count])?;
        seat.moved();
        total += count;
        if Instant::now() > deadline {
            return Err(io::ErrorKind::TimedOut.into());
        }
    }
}

fn refuse(seat: &Seat, status: Status, bodyless: bool) {
    send(seat, &Response::refusal(status), bodyless);
}

fn send(seat: &Seat, response: &Response, bodyless: bool) {
    if response.write(&mut seat.stream(), bodyless).is_ok() {
        linger(seat.stream());
    }
}

/// Lets the other side read to the end: closing while its bytes lie unread would reset the connection.
fn linger(mut stream: &TcpStream) {
    let deadline = Instant::now() + LINGER_TIME;
    let mut piece = [0; 4096];
    let mut total = 0;
    if stream.shutdown(Shutdown::Write).is_err() {
        return;
    }
    while total < LINGER_BYTES {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() || stream.set_read_timeout(Some(left)).is_err() {
            return;
        }
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return,
            Ok(count) => total += count,
        }
    }
}

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
use super::hosts;
use super::inner::Entry;
use super::port::Doors;
use super::respond::Response;

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
}

/// Starts to accept connections at every door.
pub fn start(doors: Doors, entry: Entry, board: Arc<Board>) -> io::Result<Front> {
    let (hall, closing) = (Arc::new(Hall::default()), Arc::new(AtomicBool::new(false)));
    let porter = Porter { hall: hall.clone(), closing: closing.clone(), board, entry, port: doors.port };
    let mut front = Front { hall, closing, addresses: Vec::new(), threads: Vec::new() };
    for listener in doors.listeners {
        let porter = porter.clone();
        front.addresses.push(listener.local_addr()?);
        front.threads.push(thread::Builder::new().name("accept".into()).spawn(move || porter.accept(&listener))?);
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
    fn accept(&self, listener: &TcpListener) {
        while !self.closing.load(Ordering::Relaxed) {
            match listener.accept() {
                Ok((stream, _)) => self.admit(stream),
                Err(_) => {
                    self.hall.make_room();
                    thread::sleep(Duration::from_millis(20));
                }
            }
        }
    }

    fn admit(&self, stream: TcpStream) {
        let Some(seat) = self.hall.admit(stream) else { return };
        let porter = self.clone();
        let thread = thread::Builder::new().name("visit".into()).stack_size(STACK);
        // Without a thread the seat is dropped, and with it the connection.
        let _ = thread.spawn(move || porter.receive(&seat));
    }

    fn receive(&self, seat: &Seat) {
        let stream = seat.stream();
        if stream.set_nodelay(true).is_err() || stream.set_write_timeout(Some(WRITE_TIME)).is_err() {
            return;
        }
        match head::read(stream) {
            Arrival::Gone => {}
            Arrival::Refused(status) => refuse(seat, status, false),
            Arrival::Complete(head) => match hosts::judge(&head, self.port) {
                Err(status) => refuse(seat, status, head.bodyless),
                Ok(()) if head.target.path() == events::PATH => self.listen(seat, &head),
                Ok(()) => self.serve(seat, &head),
            },
        }
    }

    fn listen(&self, seat: &Seat, head: &Head) {
        if head.bodyless {
            return refuse(seat, Status::METHOD_NOT_ALLOWED, true);
        }
        match seat.listen() {
            true => events::stream(&self.board, seat.stream(), &head.query),
            false => refuse(seat, Status::BUSY, false),
        }
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
    let sent = Response::refusal(status).write(&mut seat.stream(), bodyless);
    if sent.is_ok() {
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

//! Who is connected, and who has to leave when it gets full.
//!
//! A connection is *idle* until its head has been read, and again once it is answered; idle ones may be shown out at
//! any time, the oldest first, so three hundred silent connections never keep a reader waiting (faults.md H07). At
//! most 64 are *served* at a time; one that has taken nothing for a second gives way when all places are taken (H14).
//! Event streams have places of their own.

use std::collections::BTreeMap;
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The most idle connections.
pub const MOST_IDLE: usize = 256;
/// The most requests answered at once.
pub const MOST_SERVED: usize = 64;
/// The most event streams.
pub const MOST_LISTENING: usize = 256;
/// How long a request waits for a place.
const MOST_WAIT: Duration = Duration::from_secs(10);
/// A served connection that has not moved for so long may lose its place.
const STALLED: Duration = Duration::from_secs(1);

/// The register of connections.
#[derive(Default)]
pub struct Hall {
    guests: Mutex<Guests>,
    freed: Condvar,
}

#[derive(Default)]
struct Guests {
    next: u64,
    closed: bool,
    inside: BTreeMap<u64, Guest>,
}

struct Guest {
    stream: Arc<TcpStream>,
    stage: Stage,
    moved: Instant,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Idle,
    Served,
    Listening,
}

/// One connection's entry in the register; dropping it closes the connection.
pub struct Seat {
    hall: Arc<Hall>,
    id: u64,
    stream: Arc<TcpStream>,
}

impl Hall {
    /// Enters a new connection; none when the preview is ending.
    pub fn admit(self: &Arc<Hall>, stream: TcpStream) -> Option<Seat> {
        let mut guests = self.lock();
        if guests.closed {
            return None;
        }
        if guests.count(Stage::Idle) >= MOST_IDLE {
            guests.show_out(Stage::Idle, Duration::ZERO);
        }
        let (id, stream) = (guests.next, Arc::new(stream));
        guests.next += 1;
        guests.inside.insert(id, Guest { stream: stream.clone(), stage: Stage::Idle, moved: Instant::now() });
        Some(Seat { hall: self.clone(), id, stream })
    }

    /// Shows out the oldest idle connections, because the system has no more sockets to give.
    pub fn make_room(&self) {
        let mut guests = self.lock();
        for _ in 0..guests.count(Stage::Idle).div_ceil(2) {
            guests.show_out(Stage::Idle, Duration::ZERO);
        }
    }

    /// Ends every connection and admits no more.
    pub fn close(&self) {
        let mut guests = self.lock();
        guests.closed = true;
        for guest in guests.inside.values() {
            end(&guest.stream);
        }
        guests.inside.clear();
        self.freed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Guests> {
        self.guests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Guests {
    fn count(&self, stage: Stage) -> usize {
        self.inside.values().filter(|guest| guest.stage == stage).count()
    }

    /// Ends the connection of `stage` that has been still for longest, if that is at least `stillness`.
    fn show_out(&mut self, stage: Stage, stillness: Duration) {
        let oldest = self.inside.iter().filter(|(_, guest)| guest.stage == stage).min_by_key(|(_, guest)| guest.moved);
        let Some((&id, _)) = oldest.filter(|(_, guest)| guest.moved.elapsed() >= stillness) else { return };
        if let Some(guest) = self.inside.remove(&id) {
            end(&guest.stream);
        }
    }
}

impl Seat {
    /// The connection.
    pub fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// Takes a place for one answer, waiting for a while if need be; false when there is none.
    pub fn serve(&self) -> bool {
        let deadline = Instant::now() + MOST_WAIT;
        let mut guests = self.hall.lock();
        while guests.count(Stage::Served) >= MOST_SERVED {
            if guests.closed || Instant::now() >= deadline {
                return false;
            }
            guests.show_out(Stage::Served, STALLED);
            let step = Duration::from_millis(50);
            guests = self.hall.freed.wait_timeout(guests, step).unwrap_or_else(PoisonError::into_inner).0;
        }
        guests.enter(self.id, Stage::Served)
    }

    /// Takes a place for an event stream; false when all are taken.
    pub fn listen(&self) -> bool {
        let mut guests = self.hall.lock();
        guests.count(Stage::Listening) < MOST_LISTENING && guests.enter(self.id, Stage::Listening)
    }

    /// Notes that the connection took something.
    pub fn moved(&self) {
        if let Some(guest) = self.hall.lock().inside.get_mut(&self.id) {
            guest.moved = Instant::now();
        }
    }

    /// Gives the place back; what is left to do may be cut off at any time.
    pub fn rest(&self) {
        self.hall.lock().enter(self.id, Stage::Idle);
        self.hall.freed.notify_one();
    }
}

impl Guests {
    /// Moves a connection to another stage; false when it was shown out in the meantime.
    fn enter(&mut self, id: u64, stage: Stage) -> bool {
        let guest = self.inside.get_mut(&id);
        let known = guest.is_some();
        if let Some(guest) = guest {
            (guest.stage, guest.moved) = (stage, Instant::now());
        }
        known
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        end(&self.stream);
        self.hall.lock().inside.remove(&self.id);
        self.hall.freed.notify_one();
    }
}

/// Closes both ways; an error only says that the other side was faster.
fn end(stream: &TcpStream) {
    let _ = stream.shutdown(Shutdown::Both);
}

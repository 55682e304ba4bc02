//! The connections of a server: which of them wait for a request, and which is closed when too many do.

use std::collections::BTreeMap;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::task::AbortHandle;
use tokio::time::Instant;

use crate::limits;

/// All connections of a server.
pub(super) struct Room {
    most: usize,
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    /// Numbers the connections, and the moments at which one began to wait.
    counter: u64,
    open: BTreeMap<u64, Open>,
    /// Connections whose request has begun, or is to begin, in the order of the moments since when nothing came of it.
    receiving: BTreeMap<u64, (u64, Instant)>,
    /// Connections that had an answer and may have another request, the longest idle first.
    idle: BTreeMap<u64, u64>,
}

struct Open {
    /// Its key among those that receive or are idle.
    since: u64,
    end: Option<AbortHandle>,
}

impl Room {
    /// Room for so many.
    pub(super) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most, table: Mutex::default() })
    }

    /// A place for one more connection. Where too many wait for a request, or are idle, the one that has done so for longest is
    /// closed for it; `None` where all are busy.
    pub(super) fn take(room: &Arc<Self>) -> Option<Arc<Seat>> {
        let mut table = room.table();
        let few = limits::HTTP_WAITING.min(room.most);
        let is_full = table.open.len() >= room.most;
        if table.receiving.len() >= few || (is_full && !table.receiving.is_empty()) {
            let oldest = table.receiving.first_key_value().map(|(_, (number, _))| *number);
            table.close(oldest);
        } else if is_full || table.idle.len() >= few {
            let oldest = table.idle.first_key_value().map(|(_, number)| *number);
            table.close(oldest);
        }
        if table.open.len() >= room.most {
            return None;
        }
        let number = table.next();
        table.open.insert(number, Open { since: 0, end: None });
        table.receives(number);
        Some(Arc::new(Seat { room: Arc::clone(room), number, is_idle: AtomicBool::new(false) }))
    }

    /// Closes connections of whose request nothing has come for [`limits::HTTP_REQUEST`].
    pub(super) fn close_late(&self, now: Instant) {
        let mut table = self.table();
        while let Some((_, (number, since))) = table.receiving.first_key_value() {
            if now.duration_since(*since) < limits::HTTP_REQUEST {
                break;
            }
            let number = *number;
            table.close(Some(number));
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn next(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    fn receives(&mut self, number: u64) {
        if let Some(since) = self.moves(number) {
            self.receiving.insert(since, (number, Instant::now()));
        }
    }

    fn idles(&mut self, number: u64) {
        if let Some(since) = self.moves(number) {
            self.idle.insert(since, number);
        }
    }

    /// Takes a connection out of those that wait; `None` where it was closed.
    fn moves(&mut self, number: u64) -> Option<u64> {
        let since = self.next();
        let open = self.open.get_mut(&number)?;
        let before = std::mem::replace(&mut open.since, since);
        self.receiving.remove(&before);
        self.idle.remove(&before);
        Some(since)
    }

    fn close(&mut self, number: Option<u64>) {
        let Some(number) = number else { return };
        self.moves(number);
        if let Some(end) = self.open.remove(&number).and_then(|open| open.end) {
            end.abort();
        }
    }
}

/// The place of one connection; it is free again when the connection is gone.
pub(super) struct Seat {
    room: Arc<Room>,
    number: u64,
    is_idle: AtomicBool,
}

impl Seat {
    /// The connection is served by a task that ends it when it is aborted.
    pub(super) fn ended_by(&self, end: AbortHandle) {
        match self.room.table().open.get_mut(&self.number) {
            Some(open) => open.end = Some(end),
            None => end.abort(),
        }
    }

    /// The head of a request, or more of its body, has come.
    pub(super) fn receives(&self) {
        self.room.table().receives(self.number);
    }

    /// A whole request has come.
    pub(super) fn is_busy(&self) {
        self.room.table().moves(self.number);
    }

    /// The request is answered: another one may come.
    pub(super) fn idles(&self) {
        self.is_idle.store(true, Ordering::Relaxed);
        self.room.table().idles(self.number);
    }

    /// Something has come.
    fn hears(&self) {
        if self.is_idle.swap(false, Ordering::Relaxed) {
            self.receives();
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut table = self.room.table();
        table.moves(self.number);
        table.open.remove(&self.number);
    }
}

/// A stream that keeps its seat for as long as it is open, also as a WebSocket.
pub(super) struct Held<I> {
    io: I,
    seat: Arc<Seat>,
}

impl<I> Held<I> {
    pub(super) fn new(io: I, seat: Arc<Seat>) -> Self {
        Self { io, seat }
    }

    pub(super) fn seat(&self) -> Arc<Seat> {
        Arc::clone(&self.seat)
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Held<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.io).poll_read(cx, buffer))?;
        if buffer.filled().len() > before {
            self.seat.hears();
        }
        Poll::Ready(Ok(()))
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Held<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_that_waits_goes_and_no_busy_one_does() {
        let room = Room::new(3);
        let seats: Vec<_> = (0..3).map(|_| Room::take(&room).unwrap()).collect();
        let open = || room.table().open.keys().copied().collect::<Vec<_>>();
        seats[0].is_busy();
        seats[2].is_busy();
        let fourth = Room::take(&room).unwrap();
        assert_eq!(open(), [seats[0].number, seats[2].number, fourth.number]);
        fourth.is_busy();
        assert!(Room::take(&room).is_none());
        seats[0].idles();
        // Gone already, whatever becomes of it later.
        seats[1].idles();
        assert_eq!(room.table().idle.len(), 1);
        let fifth = Room::take(&room).unwrap();
        drop((seats, fourth));
        assert_eq!(open(), [fifth.number]);
    }

    #[test]
    fn only_requests_that_have_begun_can_be_late() {
        let room = Room::new(9);
        let [begun, idle, again, busy] = [(); 4].map(|()| Room::take(&room).unwrap());
        idle.idles();
        again.idles();
        again.hears();
        busy.is_busy();
        room.close_late(Instant::now());
        assert_eq!(room.table().open.len(), 4);
        room.close_late(Instant::now() + limits::HTTP_REQUEST);
        let open: Vec<_> = room.table().open.keys().copied().collect();
        assert_eq!(open, [idle.number, busy.number]);
        assert_eq!(begun.number + 2, idle.number);
    }
}

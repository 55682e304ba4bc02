//! The open connections of a server: which of them wait for a request, and which is closed when too many do.

use std::collections::BTreeMap;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::task::AbortHandle;
use tokio::time::Instant;

use crate::limits;

/// All connections of a server.
pub(super) struct Connections {
    most: usize,
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    last_number: u64,
    open: BTreeMap<u64, Connection>,
}

struct Connection {
    phase: Phase,
    /// When the phase began, or in the phase of receiving, when something last arrived.
    since: Instant,
    task: Option<AbortHandle>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// It is new, or a request has begun to arrive.
    Receiving,
    /// A whole request has arrived.
    Busy,
    /// The request is answered, and another one may come.
    Idle,
}

impl Connections {
    pub(super) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most, table: Mutex::default() })
    }

    /// Registers one more connection. Where too many wait for a request or are idle, the one that has waited longest is closed;
    /// `None` where all are busy.
    pub(super) fn register(connections: &Arc<Self>) -> Option<Arc<ConnectionGuard>> {
        let most = connections.most;
        let mut table = connections.table();
        let few = limits::HTTP_WAITING.min(most);
        let is_full = table.open.len() >= most;
        let receiving = table.count(Phase::Receiving);
        if receiving >= few || (is_full && receiving > 0) {
            table.close_oldest(Phase::Receiving);
        } else if is_full || table.count(Phase::Idle) >= few {
            table.close_oldest(Phase::Idle);
        }
        if table.open.len() >= most {
            return None;
        }
        table.last_number += 1;
        let number = table.last_number;
        let connection = Connection { phase: Phase::Receiving, since: Instant::now(), task: None };
        table.open.insert(number, connection);
        Some(Arc::new(ConnectionGuard { connections: Arc::clone(connections), number }))
    }

    /// Closes connections whose request has made no progress for [`limits::HTTP_REQUEST`].
    pub(super) fn close_late(&self, now: Instant) {
        let is_late = |connection: &Connection| {
            connection.phase == Phase::Receiving
                && now.duration_since(connection.since) >= limits::HTTP_REQUEST
        };
        let mut table = self.table();
        let late = table.open.extract_if(.., |_, connection| is_late(connection));
        late.for_each(|(_, connection)| connection.close());
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn count(&self, phase: Phase) -> usize {
        self.open.values().filter(|connection| connection.phase == phase).count()
    }

    fn close_oldest(&mut self, phase: Phase) {
        let waiting = self.open.iter().filter(|(_, connection)| connection.phase == phase);
        let oldest = waiting.min_by_key(|(_, connection)| connection.since);
        let oldest = oldest.map(|(number, _)| *number);
        if let Some(connection) = oldest.and_then(|number| self.open.remove(&number)) {
            connection.close();
        }
    }
}

impl Connection {
    fn close(self) {
        if let Some(task) = self.task {
            task.abort();
        }
    }
}

/// Unregisters its connection when it is dropped.
pub(super) struct ConnectionGuard {
    connections: Arc<Connections>,
    number: u64,
}

impl ConnectionGuard {
    /// Names the task that serves the connection; aborting it closes the connection.
    pub(super) fn served_by(&self, task: AbortHandle) {
        match self.connections.table().open.get_mut(&self.number) {
            Some(connection) => connection.task = Some(task),
            None => task.abort(),
        }
    }

    /// The head of a request, or more of its body, has arrived.
    pub(super) fn receiving(&self) {
        self.enter(Phase::Receiving);
    }

    /// A whole request has arrived.
    pub(super) fn busy(&self) {
        self.enter(Phase::Busy);
    }

    /// The request is answered, and another one may come.
    pub(super) fn idle(&self) {
        self.enter(Phase::Idle);
    }

    fn enter(&self, phase: Phase) {
        // A connection that was closed is no longer in the table.
        if let Some(connection) = self.connections.table().open.get_mut(&self.number) {
            connection.phase = phase;
            connection.since = Instant::now();
        }
    }

    /// On an idle connection these are the first bytes of a request.
    fn bytes_arrived(&self) {
        let mut table = self.connections.table();
        let connection = table.open.get_mut(&self.number);
        if let Some(idle) = connection.filter(|connection| connection.phase == Phase::Idle) {
            idle.phase = Phase::Receiving;
            idle.since = Instant::now();
        }
    }
}

impl Drop for ConnectionGuard {
    fn drop(&mut self) {
        self.connections.table().open.remove(&self.number);
    }
}

/// A stream that keeps its guard for as long as it is open, also as a WebSocket.
pub(super) struct TrackedStream<I> {
    io: I,
    guard: Arc<ConnectionGuard>,
}

impl<I> TrackedStream<I> {
    pub(super) fn new(io: I, guard: Arc<ConnectionGuard>) -> Self {
        Self { io, guard }
    }

    pub(super) fn guard(&self) -> Arc<ConnectionGuard> {
        Arc::clone(&self.guard)
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for TrackedStream<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.io).poll_read(cx, buffer))?;
        if buffer.filled().len() > before {
            self.guard.bytes_arrived();
        }
        Poll::Ready(Ok(()))
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for TrackedStream<I> {
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

    fn open(connections: &Connections) -> Vec<u64> {
        connections.table().open.keys().copied().collect()
    }

    #[test]
    fn oldest_waiting_connection_is_closed_and_no_busy_one() {
        let connections = Connections::new(3);
        let guards: Vec<_> = (0..3).map(|_| Connections::register(&connections).unwrap()).collect();
        guards[0].busy();
        guards[2].busy();
        let fourth = Connections::register(&connections).unwrap();
        assert_eq!(open(&connections), [1, 3, fourth.number]);
        fourth.busy();
        assert!(Connections::register(&connections).is_none());
        guards[0].idle();
        // Closed already, whatever its task still reports.
        guards[1].idle();
        assert_eq!(connections.table().count(Phase::Idle), 1);
        let fifth = Connections::register(&connections).unwrap();
        drop((guards, fourth));
        assert_eq!(open(&connections), [fifth.number]);
    }

    #[test]
    fn only_requests_that_have_begun_are_late() {
        let connections = Connections::new(9);
        let [_begun, idle, again, busy] =
            [(); 4].map(|()| Connections::register(&connections).unwrap());
        idle.idle();
        again.idle();
        again.bytes_arrived();
        busy.busy();
        connections.close_late(Instant::now());
        assert_eq!(open(&connections).len(), 4);
        connections.close_late(Instant::now() + limits::HTTP_REQUEST);
        assert_eq!(open(&connections), [idle.number, busy.number]);
    }
}

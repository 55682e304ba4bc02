//! Connections that a fault can break: a listener, its streams, and the control of each stream.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::Sandbox;

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Regular,
    /// Closed before another byte is sent.
    Close,
    /// Reset before another byte is sent.
    Reset,
    /// Nothing is sent after the head of the answer and this many bytes of its body.
    AfterBody {
        head: Head,
        bytes: usize,
        then: AfterCut,
    },
    /// Closed as soon as the client sends something more.
    Stale,
}

/// What follows the last byte of a truncated answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AfterCut {
    Close,
    Stall,
}

/// How many bytes of `\r\n\r\n`, which ends an HTTP head, have been seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Head(u8);

impl Head {
    fn is_over(self) -> bool {
        self.0 == 4
    }

    fn after(self, byte: u8) -> Self {
        Self(match (self.0, byte) {
            (0 | 2, b'\r') | (1 | 3, b'\n') => self.0 + 1,
            (_, b'\r') => 1,
            _ => 0,
        })
    }
}

/// Breaks one connection. The handler of a request holds it, and breaks the connection on which its answer is sent.
#[derive(Clone, Debug)]
pub(super) struct ConnectionControl(Arc<Mutex<Ending>>);

impl ConnectionControl {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Ending::Regular)))
    }

    /// Sends nothing more and closes.
    pub(super) fn close(&self) {
        self.set(Ending::Close);
    }

    /// Sends nothing more and resets.
    pub(super) fn reset(&self) {
        self.set(Ending::Reset);
    }

    /// Sends the head of the answer and `bytes` of its body, then closes.
    pub(super) fn cut_body(&self, bytes: usize) {
        self.set(Ending::AfterBody { head: Head::default(), bytes, then: AfterCut::Close });
    }

    /// Sends the head of the answer, then nothing.
    pub(super) fn stall_after_head(&self) {
        self.set(Ending::AfterBody { head: Head::default(), bytes: 0, then: AfterCut::Stall });
    }

    /// Sends the answer; closes when the client sends another request.
    pub(super) fn go_stale(&self) {
        self.set(Ending::Stale);
    }

    fn set(&self, ending: Ending) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = ending;
    }

    fn get(&self) -> Ending {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The listener of the sandbox; a fault may close a new connection.
pub(super) struct FaultListener {
    listener: TcpListener,
    sandbox: Sandbox,
}

impl FaultListener {
    pub(super) fn new(listener: TcpListener, sandbox: Sandbox) -> Self {
        Self { listener, sandbox }
    }
}

impl Listener for FaultListener {
    type Io = FaultStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (FaultStream, SocketAddr) {
        loop {
            let (stream, address) = Listener::accept(&mut self.listener).await;
            if self.sandbox.take_for_connection() {
                continue;
            }
            // Without it small answers wait for the client's acknowledgement; without the option the socket still works.
            let _ = stream.set_nodelay(true);
            return (FaultStream { stream, control: ConnectionControl::new() }, address);
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// A stream that its [`ConnectionControl`] can break.
pub(super) struct FaultStream {
    stream: TcpStream,
    control: ConnectionControl,
}

impl FaultStream {
    pub(super) fn control(&self) -> ConnectionControl {
        self.control.clone()
    }
}

impl AsyncRead for FaultStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        let got_some = buffer.filled().len() > before;
        if got_some && self.control.get() == Ending::Stale {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for FaultStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.control.get() {
            Ending::Regular | Ending::Stale => Pin::new(&mut self.stream).poll_write(cx, bytes),
            Ending::Close => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
            Ending::Reset => {
                self.stream.set_zero_linger()?;
                Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
            }
            Ending::AfterBody { head, bytes: left, then } => {
                let (allowed, _, _) = passed(bytes, head, left);
                let Some(allowed) = bytes.get(..allowed).filter(|allowed| !allowed.is_empty())
                else {
                    return match then {
                        AfterCut::Close => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
                        AfterCut::Stall => Poll::Pending,
                    };
                };
                let written = ready!(Pin::new(&mut self.stream).poll_write(cx, allowed))?;
                let (_, head, left) = passed(allowed.get(..written).unwrap_or(allowed), head, left);
                self.control.set(Ending::AfterBody { head, bytes: left, then });
                Poll::Ready(Ok(written))
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // A shutdown would close the connection regularly; dropping it resets it.
        if self.control.get() == Ending::Reset {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// How many of `bytes` may be sent when `left` bytes of body may follow the head, and the state after them.
fn passed(bytes: &[u8], head: Head, left: usize) -> (usize, Head, usize) {
    let (mut head, mut left) = (head, left);
    for (at, &byte) in bytes.iter().enumerate() {
        if !head.is_over() {
            head = head.after(byte);
        } else if left == 0 {
            return (at, head, left);
        } else {
            left -= 1;
        }
    }
    (bytes.len(), head, left)
}

/// Waits until the server shuts down.
pub(super) async fn wait_for_shutdown(mut ending: watch::Receiver<bool>) {
    // An error means that the server was dropped, which is a shutdown too.
    let _ = ending.wait_for(|&over| over).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn body_is_cut_after_the_head_however_the_bytes_are_split() {
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n123456789";
        let head = answer.len() - 9;
        for split in 0..=answer.len() {
            for left in [0, 4, 9, 20] {
                let (first, second) = answer.split_at(split);
                let (a, seen, rest) = passed(first, Head::default(), left);
                let b = if a == first.len() { passed(second, seen, rest).0 } else { 0 };
                assert_eq!(a + b, (head + left).min(answer.len()), "{split} {left}");
            }
        }
    }
}

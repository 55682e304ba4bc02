//! A loopback server with one fault on every connection. It counts connections and records requests.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use url::Url;

/// What the server does with each connection.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// Closes it at once.
    Drop,
    /// Writes these bytes at once and closes it.
    Greet(&'static [u8]),
    /// Never reads and never writes.
    Silence,
    /// Reads the request and closes the connection.
    ReadThenClose,
    /// Reads the request and resets the connection.
    ReadThenReset,
    /// Reads the request and never answers.
    ReadThenSilence,
    /// Reads the request, writes these bytes and closes the connection.
    Answer(Vec<u8>),
    /// Reads the request, writes these bytes and leaves the connection open.
    AnswerThenSilence(Vec<u8>),
    /// Reads the request, writes these bytes, and closes the connection when the first byte of the next request comes.
    AnswerThenClose(Vec<u8>),
    /// Reads the head and this many bytes of the body, and closes or resets the connection.
    CutBody { bytes: usize, reset: bool },
    /// Reads the head and this many bytes of the body, and then nothing more.
    StallBody { bytes: usize },
    /// Reads the head and this many bytes of the body, writes an answer, and closes the connection.
    AnswerDuringBody { bytes: usize, answer: Vec<u8> },
    /// Reads the request, writes the head and this many bytes, and closes the connection.
    Stream { head: Vec<u8>, bytes: usize },
}

/// A loopback server with one fault on every connection.
pub(crate) struct Server {
    port: u16,
    connections: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
    written: Arc<AtomicUsize>,
    _tasks: JoinSet<()>,
}

impl Server {
    pub(crate) async fn start(fault: Fault) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = JoinSet::new();
        let written = Arc::new(AtomicUsize::new(0));
        let (counter, log) = (Arc::clone(&connections), Arc::clone(&requests));
        let streamed = Arc::clone(&written);
        tasks.spawn(async move {
            let mut served = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                counter.fetch_add(1, Ordering::SeqCst);
                let (fault, log, streamed) =
                    (fault.clone(), Arc::clone(&log), Arc::clone(&streamed));
                served.spawn(async move {
                    // Many tests close the client's end first.
                    let _ = serve(stream, fault, &log, &streamed).await;
                });
            }
        });
        Self { port, connections, requests, written, _tasks: tasks }
    }

    pub(crate) fn url(&self, scheme: &str) -> Url {
        Url::parse(&format!("{scheme}://127.0.0.1:{}/", self.port)).unwrap()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// The number of streamed bytes.
    pub(crate) fn written(&self) -> usize {
        self.written.load(Ordering::SeqCst)
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn serve(
    mut stream: TcpStream,
    fault: Fault,
    log: &Mutex<Vec<String>>,
    streamed: &AtomicUsize,
) -> io::Result<()> {
    match fault {
        Fault::Drop => return Ok(()),
        Fault::Greet(bytes) => return stream.write_all(bytes).await,
        Fault::Silence => return std::future::pending().await,
        Fault::CutBody { bytes, reset } => {
            read_some(&mut stream, bytes).await?;
            return if reset { stream.set_zero_linger() } else { Ok(()) };
        }
        Fault::StallBody { bytes } => {
            read_some(&mut stream, bytes).await?;
            return std::future::pending().await;
        }
        Fault::AnswerDuringBody { bytes, ref answer } => {
            read_some(&mut stream, bytes).await?;
            stream.write_all(answer).await?;
            // Closing with unread bytes would reset the connection, and the answer could be lost.
            stream.shutdown().await?;
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            return Ok(());
        }
        _ => {}
    }
    let request = read_request(&mut stream).await?;
    log.lock().unwrap().push(request);
    match fault {
        Fault::ReadThenReset => stream.set_zero_linger(),
        Fault::ReadThenSilence => std::future::pending().await,
        Fault::Answer(bytes) => stream.write_all(&bytes).await,
        Fault::AnswerThenSilence(bytes) => {
            stream.write_all(&bytes).await?;
            std::future::pending().await
        }
        Fault::AnswerThenClose(bytes) => {
            stream.write_all(&bytes).await?;
            stream.read_u8().await.map(|_| ())
        }
        Fault::Stream { head, bytes } => {
            stream.write_all(&head).await?;
            let chunk = vec![b'x'; 64 * 1024];
            for _ in 0..bytes / chunk.len() {
                stream.write_all(&chunk).await?;
                streamed.fetch_add(chunk.len(), Ordering::SeqCst);
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Reads the head and `bytes` of the body.
async fn read_some(stream: &mut TcpStream, bytes: usize) -> io::Result<()> {
    let mut end = [0; 4];
    while &end != b"\r\n\r\n" {
        end.rotate_left(1);
        end[3] = stream.read_u8().await?;
    }
    let bytes = u64::try_from(bytes).unwrap();
    let read = tokio::io::copy(&mut stream.take(bytes), &mut tokio::io::sink()).await?;
    if read < bytes { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
}

/// Reads the head and body of one request.
async fn read_request(stream: &mut TcpStream) -> io::Result<String> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok()
            });
            if body.len() >= length.unwrap_or(0) {
                return Ok(text.into_owned());
            }
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

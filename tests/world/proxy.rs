//! A small SOCKS5 and HTTP proxy that leads every request to one server, with faults.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What the proxy does wrong.
#[derive(Clone, Debug, Default)]
pub(crate) enum ProxyFault {
    #[default]
    None,
    /// Closes the connection at once.
    Close,
    /// Reads nothing and answers nothing.
    Silence,
    /// Answers the first message with these bytes, and closes the connection.
    Greet(Vec<u8>),
    /// Closes the connection after the first message, or, with SOCKS, after its answer to it.
    CloseHandshake,
    /// Answers the request for a server with these bytes, and closes the connection.
    Reply(Vec<u8>),
    /// Opens a tunnel to no server, and closes it.
    CloseTunnel,
    /// Opens a tunnel to no server, and leaves it open.
    SilentTunnel,
    /// Opens a tunnel to no server, and writes these bytes into it.
    GreetTunnel(&'static [u8]),
    /// Passes on this many bytes to the server, and closes both connections.
    CutRequest(usize),
    /// Passes on this many bytes to the server, and reads no more.
    StallRequest(usize),
    /// Passes on this many bytes of the answer, and closes both connections.
    CutAnswer(usize),
}

/// The protocol of a request to the proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spoken {
    Socks,
    Connect,
    Forward,
}

/// A request for a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProxyRequest {
    pub(crate) spoken: Spoken,
    /// The host and port that the client names, as it names them; for a forwarded request the method of the Bot API too.
    pub(crate) server: String,
    /// `user:password`, if the client gave them.
    pub(crate) credentials: Option<String>,
}

/// A proxy on the loopback interface.
pub(crate) struct ProxyServer {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    target: SocketAddr,
    /// `user:password`; without them everyone may use the proxy.
    credentials: Option<String>,
    fault: ProxyFault,
    /// A name of the server that is replaced in requests, and what by; both have the same length.
    rename: Option<(String, String)>,
    is_over: AtomicBool,
    connections: AtomicUsize,
    /// Bytes of requests that were passed on.
    passed: AtomicUsize,
    requests: Mutex<Vec<ProxyRequest>>,
    /// Connections that must stay open.
    held: Mutex<Vec<TcpStream>>,
}

impl ProxyServer {
    /// A proxy to the server with this address, for everyone or only for these `user:password`.
    pub(crate) fn start(target: SocketAddr, credentials: Option<&str>, fault: ProxyFault) -> Self {
        Self::start_renaming(target, credentials, fault, None)
    }

    /// The same for a server that answers only to its own address: the server's name in requests is replaced by it.
    pub(crate) fn start_renaming(
        target: SocketAddr,
        credentials: Option<&str>,
        fault: ProxyFault,
        name: Option<String>,
    ) -> Self {
        let rename = name.map(|name| (name, target.to_string()));
        assert!(rename.iter().all(|(from, to)| from.len() == to.len()), "{rename:?}");
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            target,
            credentials: credentials.map(str::to_owned),
            fault,
            rename,
            is_over: AtomicBool::new(false),
            connections: AtomicUsize::new(0),
            passed: AtomicUsize::new(0),
            requests: Mutex::default(),
            held: Mutex::default(),
        });
        let ours = Arc::clone(&shared);
        in_background(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if ours.is_over.load(Ordering::SeqCst) {
                    return;
                }
                ours.connections.fetch_add(1, Ordering::SeqCst);
                let ours = Arc::clone(&ours);
                // The other end may close at any time.
                in_background(move || drop(ours.serve(client)));
            }
        });
        Self { address, shared }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// Bytes of requests that were passed on to the server.
    pub(crate) fn passed(&self) -> usize {
        self.shared.passed.load(Ordering::SeqCst)
    }

    pub(crate) fn requests(&self) -> Vec<ProxyRequest> {
        self.shared.requests.lock().unwrap().clone()
    }
}

impl Drop for ProxyServer {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        self.shared.held.lock().unwrap().clear();
    }
}

/// Threads end when their connections do.
fn in_background(work: impl FnOnce() + Send + 'static) {
    thread::spawn(work);
}

impl Shared {
    fn serve(&self, client: TcpStream) -> io::Result<()> {
        match &self.fault {
            ProxyFault::Close => return Ok(()),
            ProxyFault::Silence => {
                self.hold(client);
                return Ok(());
            }
            _ => {}
        }
        let mut first = [0];
        client.peek(&mut first)?;
        if first == [5] { self.serve_socks(client) } else { self.serve_http(client) }
    }

    fn hold(&self, stream: TcpStream) {
        self.held.lock().unwrap().push(stream);
    }

    fn log(&self, spoken: Spoken, server: String, credentials: Option<String>) {
        self.requests.lock().unwrap().push(ProxyRequest { spoken, server, credentials });
    }

    fn serve_socks(&self, mut client: TcpStream) -> io::Result<()> {
        let [_, count] = take(&mut client)?;
        let methods = take_some(&mut client, count.into())?;
        if let ProxyFault::Greet(bytes) = &self.fault {
            return close_after(client, bytes);
        }
        let method = if self.credentials.is_some() { 2 } else { 0 };
        if !methods.contains(&method) {
            return close_after(client, &[5, 0xff]);
        }
        client.write_all(&[5, method])?;
        let mut credentials = None;
        if method == 2 {
            let [_, length] = take(&mut client)?;
            let user = take_some(&mut client, length.into())?;
            let [length] = take(&mut client)?;
            let password = take_some(&mut client, length.into())?;
            credentials = Some(format!("{}:{}", text(&user), text(&password)));
            if credentials != self.credentials {
                return close_after(client, &[1, 1]);
            }
            client.write_all(&[1, 0])?;
        }
        let [_, _, _, kind] = take(&mut client)?;
        if matches!(self.fault, ProxyFault::CloseHandshake) {
            return Ok(());
        }
        let host = match kind {
            1 => {
                let [a, b, c, d] = take(&mut client)?;
                format!("{a}.{b}.{c}.{d}")
            }
            3 => {
                let [length] = take(&mut client)?;
                text(&take_some(&mut client, length.into())?)
            }
            _ => {
                let bytes: [u8; 16] = take(&mut client)?;
                format!("[{}]", std::net::Ipv6Addr::from(bytes))
            }
        };
        let port = u16::from_be_bytes(take(&mut client)?);
        self.log(Spoken::Socks, format!("{host}:{port}"), credentials);
        self.tunnel(client, &[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])
    }

    fn serve_http(&self, mut client: TcpStream) -> io::Result<()> {
        let head = take_head(&mut client)?;
        match &self.fault {
            ProxyFault::Greet(bytes) => return close_after(client, bytes),
            ProxyFault::CloseHandshake => return Ok(()),
            _ => {}
        }
        let mut line = head.split(' ');
        let (verb, uri) = (line.next().unwrap(), line.next().unwrap());
        let lines = head.lines().filter_map(|line| line.split_once(": "));
        let given = lines.into_iter().find_map(|(name, value)| {
            let value = value.strip_prefix("Basic ")?;
            name.eq_ignore_ascii_case("proxy-authorization").then_some(value)
        });
        let credentials = given.map(|given| text(&STANDARD.decode(given).unwrap()));
        let spoken = if verb == "CONNECT" { Spoken::Connect } else { Spoken::Forward };
        let (server, path) = match uri.strip_prefix("http://").and_then(|rest| rest.split_once('/'))
        {
            Some((host, path)) => (host, path),
            None => (uri, ""),
        };
        let method = path.rsplit('/').next().unwrap();
        let named = if path.is_empty() { server.to_owned() } else { format!("{server}/{method}") };
        if credentials != self.credentials {
            let answer = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 6\r\n\r\n<html>";
            return close_after(client, answer.as_bytes());
        }
        self.log(spoken, named, credentials);
        if spoken == Spoken::Connect {
            return self
                .tunnel(client, b"HTTP/1.1 200 Connection established\r\nVia: 1.1 x\r\n\r\n");
        }
        if let ProxyFault::Reply(bytes) = &self.fault {
            // The body is read too.
            return close_after(client, bytes);
        }
        let own = |line: &&str| !line.to_ascii_lowercase().starts_with("proxy-");
        let rest: Vec<_> = head.lines().skip(1).filter(own).collect();
        let head = format!("{verb} /{path} HTTP/1.1\r\n{}\r\n\r\n", rest.join("\r\n"));
        self.pass_on(client, head.as_bytes())
    }

    /// The bytes with the server's name replaced.
    fn renamed(&self, bytes: &[u8]) -> Vec<u8> {
        let mut renamed = bytes.to_vec();
        let Some((name, address)) = &self.rename else { return renamed };
        let places = bytes.windows(name.len()).enumerate();
        for (place, _) in places.filter(|(_, bytes)| *bytes == name.as_bytes()) {
            let old = renamed.iter_mut().skip(place);
            old.zip(address.bytes()).for_each(|(old, new)| *old = new);
        }
        renamed
    }

    fn tunnel(&self, mut client: TcpStream, opened: &[u8]) -> io::Result<()> {
        if let ProxyFault::Reply(bytes) = &self.fault {
            return close_after(client, bytes);
        }
        client.write_all(opened)?;
        match self.fault {
            ProxyFault::CloseTunnel => close_after(client, &[]),
            ProxyFault::GreetTunnel(bytes) => close_after(client, bytes),
            ProxyFault::SilentTunnel => {
                self.hold(client);
                Ok(())
            }
            _ => self.pass_on(client, &[]),
        }
    }

    /// Connects the client with the server, which gets `head` first.
    fn pass_on(&self, client: TcpStream, head: &[u8]) -> io::Result<()> {
        let mut server = TcpStream::connect(self.target)?;
        let (request, answer) = match self.fault {
            ProxyFault::CutRequest(bytes) | ProxyFault::StallRequest(bytes) => (bytes, usize::MAX),
            ProxyFault::CutAnswer(bytes) => (usize::MAX, bytes),
            _ => (usize::MAX, usize::MAX),
        };
        let head = self.renamed(head.get(..request.min(head.len())).unwrap());
        server.write_all(&head)?;
        self.passed.fetch_add(head.len(), Ordering::SeqCst);
        let (from_server, to_client) = (server.try_clone()?, client.try_clone()?);
        in_background(move || {
            let copy = <[u8]>::to_vec;
            let is_cut = pass(&from_server, &to_client, answer, &AtomicUsize::new(0), copy);
            end(is_cut, &from_server, &to_client);
        });
        let rest = request - head.len();
        let is_cut = pass(&client, &server, rest, &self.passed, |bytes| self.renamed(bytes));
        if is_cut && matches!(self.fault, ProxyFault::StallRequest(_)) {
            self.hold(client);
            self.hold(server);
        } else {
            end(is_cut, &client, &server);
        }
        Ok(())
    }
}

/// Passes on at most `most` bytes; returns whether that many were passed on.
fn pass(
    from: &TcpStream,
    mut to: &TcpStream,
    most: usize,
    passed: &AtomicUsize,
    change: impl Fn(&[u8]) -> Vec<u8>,
) -> bool {
    let mut from = from.take(u64::try_from(most).unwrap());
    let mut chunk = vec![0; 16 * 1024];
    while from.limit() > 0 {
        match from.read(&mut chunk) {
            Ok(0) | Err(_) => return false,
            Ok(read) => {
                if to.write_all(&change(chunk.get(..read).unwrap())).is_err() {
                    return false;
                }
                passed.fetch_add(read, Ordering::SeqCst);
            }
        }
    }
    true
}

/// Ends one direction, or cuts both.
fn end(is_cut: bool, from: &TcpStream, to: &TcpStream) {
    if is_cut {
        let _ = from.shutdown(Shutdown::Both);
        let _ = to.shutdown(Shutdown::Both);
    } else {
        let _ = to.shutdown(Shutdown::Write);
    }
}

/// Writes these bytes, and closes the connection so that the client gets them: closing with unread bytes would reset it.
fn close_after(mut stream: TcpStream, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes)?;
    stream.shutdown(Shutdown::Write)?;
    io::copy(&mut stream, &mut io::sink())?;
    Ok(())
}

fn take<const N: usize>(stream: &mut TcpStream) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn take_some(stream: &mut TcpStream, count: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; count];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// The head of an HTTP request, without the empty line.
fn take_head(stream: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.extend(take::<1>(stream)?);
    }
    Ok(text(&head).trim_end().to_owned())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

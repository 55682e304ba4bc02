//! Requests through a proxy: an outcome is "not sent" exactly when the way to the server was certainly not open.

use futures_util::future::join_all;
use telepress::message::FileIds;
use telepress::outbox::{Outcome, UnknownReason};
use telepress::secret::ProxyUrl;
use telepress::telegram::method::GetUpdates;
use telepress::telegram::{CallError, ClientOptions, PollError, PrivateChat, Proxy, ProxyOrigin};
use tokio::net::TcpListener;
use tokio::time::Instant;
use url::Url;

use super::media::{CHUNK, LARGE, Upload};
use super::proxy_server::{ProxyFault, ProxyRequest, ProxyServer, Spoken};
use super::server::{Fault, Server};
use super::tls::TlsFront;
use super::watch::{SECRETS, Watch};
use super::{
    PATIENT, QUICK, TOKEN, assert_not_sent, assert_unknown, client, hello, http, json, send, sent,
};

/// A way to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Plain HTTP in a tunnel of SOCKS.
    Socks,
    /// TLS in a tunnel of SOCKS.
    SocksTls,
    /// TLS in a tunnel of an HTTP proxy.
    Connect,
    /// An HTTP proxy that gets the whole request, without a tunnel.
    Forward,
}

impl Way {
    const ALL: [Self; 4] = [Self::Socks, Self::SocksTls, Self::Connect, Self::Forward];
    const TUNNELS: [Self; 3] = [Self::Socks, Self::SocksTls, Self::Connect];
    const TLS: [Self; 2] = [Self::SocksTls, Self::Connect];

    fn scheme(self) -> &'static str {
        match self {
            Self::Socks | Self::SocksTls => "socks5h",
            Self::Connect | Self::Forward => "http",
        }
    }

    /// The server, whose name only the proxy can resolve.
    fn url(self) -> Url {
        let scheme = if Self::TLS.contains(&self) { "https" } else { "http" };
        Url::parse(&format!("{scheme}://bot.example/")).unwrap()
    }
}

/// The options for a proxy with this scheme and address.
fn options_for(
    scheme: &str,
    user: &str,
    address: &impl ToString,
    of: ClientOptions,
) -> ClientOptions {
    let url = format!("{scheme}://{user}{}", address.to_string());
    let proxy = Proxy::new(ProxyUrl::parse(&url).unwrap(), ProxyOrigin::Config);
    let mut options = of;
    options.proxy = Some(proxy);
    options
}

/// A server, and a proxy that leads to it.
pub(crate) struct Chain {
    pub(crate) server: Server,
    _front: Option<TlsFront>,
    proxy: ProxyServer,
    way: Way,
}

impl Chain {
    async fn start(way: Way, fault: Fault, proxy_fault: ProxyFault) -> Self {
        Self::start_for(way, None, fault, proxy_fault).await
    }

    /// The same for a user: `user:password`.
    async fn start_for(
        way: Way,
        user: Option<&str>,
        fault: Fault,
        proxy_fault: ProxyFault,
    ) -> Self {
        let server = Server::start(fault).await;
        let front = if Way::TLS.contains(&way) {
            Some(TlsFront::start(server.address()).await)
        } else {
            None
        };
        let target = front.as_ref().map_or(server.address(), TlsFront::address);
        let proxy = ProxyServer::start(target, user, proxy_fault);
        Self { server, _front: front, proxy, way }
    }

    pub(crate) fn url(&self) -> Url {
        self.way.url()
    }

    pub(crate) fn options(&self, of: ClientOptions) -> ClientOptions {
        self.options_of("", of)
    }

    /// The options for a user: `user:password@`.
    fn options_of(&self, user: &str, of: ClientOptions) -> ClientOptions {
        options_for(self.way.scheme(), user, &self.proxy.address(), of)
    }

    /// Sends once, and checks that there was no second attempt.
    async fn send(&self, of: ClientOptions) -> Outcome {
        let outcome = send(&self.url(), self.options(of)).await;
        assert_eq!(self.proxy.connections(), 1, "{:?}: {outcome}", self.way);
        outcome
    }
}

/// Sends once with a fault of the proxy, which never leads to the server.
async fn before_the_tunnel(way: Way, fault: ProxyFault, of: ClientOptions) -> String {
    let shown = format!("{way:?} {fault:?}");
    let chain = Chain::start(way, Fault::Answer(sent()), fault).await;
    let outcome = chain.send(of).await;
    assert_not_sent(&outcome);
    assert_eq!(chain.server.connections(), 0, "{shown}");
    outcome.to_string()
}

#[tokio::test]
async fn request_reaches_the_server_through_every_kind_of_proxy() {
    for way in Way::ALL {
        let chain = Chain::start(way, Fault::Answer(sent()), ProxyFault::None).await;
        let outcome = chain.send(PATIENT).await;
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{way:?}: {outcome:?}");
        let [request] = &chain.server.requests()[..] else { panic!("{way:?}") };
        assert!(request.starts_with(&format!("POST /bot{TOKEN}/sendMessage HTTP/1.1\r\n")));
        let (spoken, server) = match way {
            Way::Socks => (Spoken::Socks, "bot.example:80"),
            Way::SocksTls => (Spoken::Socks, "bot.example:443"),
            Way::Connect => (Spoken::Connect, "bot.example:443"),
            Way::Forward => (Spoken::Forward, "bot.example/sendMessage"),
        };
        let request = ProxyRequest { spoken, server: server.to_owned(), credentials: None };
        assert_eq!(chain.proxy.requests(), [request]);
    }
}

#[tokio::test]
async fn socks5h_leaves_the_name_to_the_proxy_and_socks5_resolves_it() {
    let server = Server::start(Fault::Answer(sent())).await;
    let port = server.address().port();
    let url = Url::parse(&format!("http://localhost:{port}/")).unwrap();
    for (scheme, expected) in [
        ("socks5h", vec![format!("localhost:{port}")]),
        ("socks5", vec![format!("127.0.0.1:{port}"), format!("[::1]:{port}")]),
    ] {
        let proxy = ProxyServer::start(server.address(), None, ProxyFault::None);
        let options = options_for(scheme, "", &proxy.address(), PATIENT);
        let outcome = send(&url, options).await;
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{scheme}: {outcome:?}");
        let [request] = &proxy.requests()[..] else { panic!("{scheme}") };
        assert!(expected.contains(&request.server), "{scheme}: {request:?}");
    }
    let proxy = ProxyServer::start(server.address(), None, ProxyFault::None);
    let url = Url::parse("http://nonexistent.invalid/").unwrap();
    assert_not_sent(&send(&url, options_for("socks5", "", &proxy.address(), PATIENT)).await);
    assert_eq!(proxy.requests(), []);
}

#[tokio::test]
async fn proxy_gets_the_user_name_and_password_and_the_server_and_the_log_do_not() {
    for way in Way::ALL {
        for (typed, user) in [
            ("bob:hunter2@", "bob:hunter2"),
            ("bob:hunter%40%3a%2F2!'%25@", "bob:hunter@:/2!'%"),
            ("bob:@", "bob:"),
        ] {
            let answer = Fault::Answer(sent());
            let chain = Chain::start_for(way, Some(user), answer, ProxyFault::None).await;
            let options = chain.options_of(typed, PATIENT);
            let shown = format!("{options:?}");
            assert!(!SECRETS.iter().any(|secret| shown.contains(secret)), "{shown}");
            let outcome = send(&chain.url(), options).await;
            assert!(matches!(outcome, Outcome::Accepted { .. }), "{way:?} {user}: {outcome:?}");
            let [request] = &chain.proxy.requests()[..] else { panic!("{way:?}") };
            assert_eq!(request.credentials.as_deref(), Some(user));
            let [request] = &chain.server.requests()[..] else { panic!("{way:?}") };
            let leaks = request.contains("hunter") || request.to_lowercase().contains("proxy");
            assert!(!leaks, "{way:?}: {request}");
        }
    }
}

#[tokio::test]
async fn refused_authentication_is_not_sent_and_says_what_to_do() {
    for way in Way::ALL {
        for (typed, of_socks) in [
            ("", "set a user name and a password in TELEPRESS_PROXY"),
            ("bob:hunter3@", "the proxy refuses the user name or the password"),
        ] {
            let answer = Fault::Answer(sent());
            let chain = Chain::start_for(way, Some("bob:hunter2"), answer, ProxyFault::None).await;
            let outcome = send(&chain.url(), chain.options_of(typed, PATIENT)).await;
            assert_not_sent(&outcome);
            let words = outcome.to_string();
            let is_socks = matches!(way, Way::Socks | Way::SocksTls);
            let expected = if is_socks { of_socks } else { "(status 407); set TELEPRESS_PROXY" };
            assert!(words.contains(expected), "{way:?}: {words}");
            assert!(!SECRETS.iter().any(|secret| words.contains(secret)), "{words}");
            assert_eq!(chain.server.connections(), 0, "{way:?}");
        }
    }
    // A proxy that takes no user name.
    let greeting = ProxyFault::Greet(vec![5, 0]);
    let chain = Chain::start(Way::Socks, Fault::Answer(sent()), greeting).await;
    let outcome = send(&chain.url(), chain.options_of("bob:hunter2@", PATIENT)).await;
    assert_not_sent(&outcome);
    assert!(outcome.to_string().contains("does not follow the SOCKS5 protocol"), "{outcome}");
}

#[tokio::test]
async fn unreachable_proxy_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    for way in Way::ALL {
        for scheme in [way.scheme(), "https"] {
            let outcome = send(&way.url(), options_for(scheme, "", &address, PATIENT)).await;
            assert_not_sent(&outcome);
            assert!(outcome.to_string().contains("the proxy"), "{way:?}: {outcome}");
        }
    }
    let unknown = options_for("socks5h", "", &"nonexistent.invalid:1080", PATIENT);
    assert_not_sent(&send(&Way::Socks.url(), unknown).await);
    // A proxy that does not speak TLS.
    for way in [Way::Connect, Way::Forward] {
        let chain = Chain::start(way, Fault::Answer(sent()), ProxyFault::Close).await;
        let options = options_for("https", "", &chain.proxy.address(), PATIENT);
        assert_not_sent(&send(&chain.url(), options).await);
    }
}

#[tokio::test]
async fn proxy_that_opens_no_tunnel_is_not_sent() {
    for way in Way::TUNNELS {
        for fault in [
            ProxyFault::Close,
            ProxyFault::CloseHandshake,
            ProxyFault::Greet(b"220 ready\r\n".to_vec()),
            ProxyFault::Greet(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()),
            ProxyFault::Greet(vec![0; 9000]),
            ProxyFault::Greet(Vec::new()),
        ] {
            let words = before_the_tunnel(way, fault, PATIENT).await;
            assert!(words.contains("the proxy") || words.contains("that of a"), "{way:?}: {words}");
        }
        let begun = Instant::now();
        before_the_tunnel(way, ProxyFault::Silence, QUICK).await;
        assert!(begun.elapsed() < QUICK.total_timeout, "{:?}", begun.elapsed());
    }
    for code in 1..=9 {
        let reply = ProxyFault::Reply(vec![5, code, 0, 1, 0, 0, 0, 0, 0, 0]);
        let words = before_the_tunnel(Way::Socks, reply, PATIENT).await;
        let expected =
            if code < 9 { "the proxy does not reach the server: " } else { "not that of a SOCKS5" };
        assert!(words.contains(expected), "{code}: {words}");
    }
    for status in ["201 Created", "302 Found", "403 Forbidden", "429 Slow", "502 Bad Gateway"] {
        let reply = ProxyFault::Reply(http(status, "text/html", "<html>"));
        let words = before_the_tunnel(Way::Connect, reply, PATIENT).await;
        assert!(words.contains("refuses to open a tunnel"), "{status}: {words}");
    }
}

#[tokio::test]
async fn tunnel_without_tls_to_the_server_is_not_sent() {
    for way in Way::TLS {
        for fault in [
            ProxyFault::CloseTunnel,
            ProxyFault::GreetTunnel(b"HTTP/1.1 502 Bad Gateway\r\n\r\n"),
            ProxyFault::CutRequest(0),
            ProxyFault::CutRequest(100),
            ProxyFault::CutAnswer(100),
        ] {
            let chain = Chain::start(way, Fault::Answer(sent()), fault).await;
            assert_not_sent(&chain.send(PATIENT).await);
            assert_eq!(chain.server.requests(), [""; 0]);
        }
        let begun = Instant::now();
        before_the_tunnel(way, ProxyFault::SilentTunnel, QUICK).await;
        assert!(begun.elapsed() < QUICK.total_timeout, "{:?}", begun.elapsed());
        // The certificate is that of another server.
        let chain = Chain::start(way, Fault::Answer(sent()), ProxyFault::None).await;
        let other = Url::parse("https://other.example/").unwrap();
        let outcome = send(&other, chain.options(PATIENT)).await;
        assert_not_sent(&outcome);
        assert!(outcome.to_string().contains("certificate"), "{outcome}");
    }
}

/// Sends through one kind of proxy, which passes on the request or nearly all of it.
async fn send_nearly(way: Way) {
    let lost = [UnknownReason::ConnectionLost];
    let clean = Chain::start(way, Fault::Answer(sent()), ProxyFault::None).await;
    clean.send(PATIENT).await;
    // The last bytes that pass are those of the request; with TLS, 24 more may end the connection.
    let whole = clean.proxy.passed();
    for bytes in [whole - 100, whole - 60] {
        let fault = ProxyFault::CutRequest(bytes);
        let chain = Chain::start(way, Fault::Answer(sent()), fault).await;
        assert_unknown(&chain.send(PATIENT).await, &lost);
        assert_eq!(chain.server.requests(), [""; 0], "{way:?}");
    }
    for fault in [Fault::ReadThenClose, Fault::ReadThenReset] {
        let chain = Chain::start(way, fault, ProxyFault::None).await;
        assert_unknown(&chain.send(PATIENT).await, &lost);
    }
    let chain = Chain::start(way, Fault::ReadThenSilence, ProxyFault::None).await;
    assert_unknown(&chain.send(QUICK).await, &[UnknownReason::TimedOut]);
}

#[tokio::test]
async fn request_that_may_have_passed_the_proxy_is_unknown() {
    let lost = [UnknownReason::ConnectionLost];
    join_all(Way::ALL.map(send_nearly)).await;
    for way in [Way::Socks, Way::Forward] {
        for fault in [
            ProxyFault::CutRequest(0),
            ProxyFault::CutRequest(1),
            ProxyFault::CutAnswer(1),
            ProxyFault::CutAnswer(sent().len() - 1),
        ] {
            let chain = Chain::start(way, Fault::Answer(sent()), fault).await;
            assert_unknown(&chain.send(PATIENT).await, &lost);
        }
    }
    for fault in [ProxyFault::CloseTunnel, ProxyFault::GreetTunnel(b"220 ready\r\n")] {
        let chain = Chain::start(Way::Socks, Fault::Answer(sent()), fault).await;
        assert_unknown(&chain.send(PATIENT).await, &lost);
    }
    let chain = Chain::start(Way::Socks, Fault::Answer(sent()), ProxyFault::SilentTunnel).await;
    assert_unknown(&chain.send(QUICK).await, &[UnknownReason::TimedOut]);
}

/// Such a proxy may have passed on the request before it failed, so only status 407 is certain.
#[tokio::test]
async fn failure_of_a_proxy_without_a_tunnel_is_unknown() {
    for status in ["403 Forbidden", "500 Oops", "502 Bad Gateway", "503 Busy", "504 Late"] {
        let reply = ProxyFault::Reply(http(status, "text/html", "<html>"));
        let chain = Chain::start(Way::Forward, Fault::Answer(sent()), reply).await;
        assert_unknown(&chain.send(PATIENT).await, &[UnknownReason::Unreadable]);
    }
    for fault in [ProxyFault::Close, ProxyFault::CloseHandshake] {
        let chain = Chain::start(Way::Forward, Fault::Answer(sent()), fault).await;
        assert_unknown(&chain.send(PATIENT).await, &[UnknownReason::ConnectionLost]);
    }
    let chain = Chain::start(Way::Forward, Fault::Answer(sent()), ProxyFault::Silence).await;
    assert_unknown(&chain.send(QUICK).await, &[UnknownReason::TimedOut]);
    // Behind a tunnel, and without a proxy, the status is the server's.
    let page = Fault::Answer(http("407 Proxy Authentication Required", "text/html", "<html>"));
    for way in Way::TUNNELS {
        let chain = Chain::start(way, page.clone(), ProxyFault::None).await;
        assert_unknown(&chain.send(PATIENT).await, &[UnknownReason::Unreadable]);
    }
    let direct = Server::start(page).await;
    assert_unknown(&send(&direct.url("http"), PATIENT).await, &[UnknownReason::Unreadable]);
}

/// Uploads through one kind of proxy, which fails before and after the end of the body.
async fn upload_through(way: Way, large: &Upload, small: &Upload) {
    for fault in [ProxyFault::CutRequest(3_000), ProxyFault::CutRequest(CHUNK + 5_000)] {
        let chain = Chain::start(way, Fault::Answer(sent()), fault).await;
        assert_not_sent(&large.through(&chain, PATIENT).await);
    }
    let chain = Chain::start(way, Fault::Answer(sent()), ProxyFault::StallRequest(CHUNK)).await;
    assert_not_sent(&large.through(&chain, QUICK).await);
    let cut = Fault::CutBody { bytes: 2 * CHUNK, reset: true };
    let chain = Chain::start(way, cut, ProxyFault::None).await;
    assert_not_sent(&large.through(&chain, PATIENT).await);
    for fault in [Fault::ReadThenClose, Fault::ReadThenReset] {
        let chain = Chain::start(way, fault, ProxyFault::None).await;
        let outcome = small.through(&chain, PATIENT).await;
        assert_unknown(&outcome, &[UnknownReason::ConnectionLost]);
        assert_eq!(chain.server.requests().len(), 1, "{way:?}");
    }
    let chain = Chain::start(way, Fault::Answer(sent()), ProxyFault::None).await;
    let outcome = small.through(&chain, PATIENT).await;
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{way:?}: {outcome:?}");
}

#[tokio::test]
async fn upload_through_a_proxy_is_not_sent_unless_its_end_was_sent() {
    let (large, small) = (Upload::of(&[LARGE]), Upload::of(&[1_000]));
    join_all(Way::ALL.map(|way| upload_through(way, &large, &small))).await;
    // The proxy answers during the body.
    let bad = ProxyFault::Reply(http("502 Bad Gateway", "text/html", "<html>"));
    let chain = Chain::start(Way::Forward, Fault::Answer(sent()), bad).await;
    assert_not_sent(&large.through(&chain, PATIENT).await);
    for upload in [&small, &large] {
        let answer = Fault::Answer(sent());
        let user = Some("bob:hunter2");
        let chain = Chain::start_for(Way::Forward, user, answer, ProxyFault::None).await;
        let outcome = upload.through(&chain, PATIENT).await;
        assert_not_sent(&outcome);
        assert!(outcome.to_string().contains("407"), "{outcome}");
    }
    Watch::assert_clean();
}

#[tokio::test]
async fn polls_downloads_and_previews_use_the_proxy() {
    let list = json("200 OK", r#"{"ok":true,"result":[]}"#);
    let file = json("200 OK", r#"{"ok":true,"result":{"file_path":"photos/a.jpg"}}"#);
    let named = |chain: &Chain| -> Vec<String> {
        chain.proxy.requests().into_iter().map(|request| request.server).collect()
    };
    let chain = Chain::start(Way::Forward, Fault::Answer(list), ProxyFault::None).await;
    let poller = client(&chain.url(), chain.options(PATIENT)).poller().unwrap();
    assert_eq!(poller.poll(&GetUpdates::PEEK).await.unwrap(), [serde_json::Value::Null; 0]);
    assert_eq!(named(&chain), ["bot.example/getUpdates"]);

    let chain = Chain::start(Way::Forward, Fault::Answer(file), ProxyFault::None).await;
    let bot = client(&chain.url(), chain.options(PATIENT));
    assert!(bot.download("x", tempfile::tempfile().unwrap()).await.unwrap() > 0);
    assert_eq!(named(&chain), ["bot.example/getFile", "bot.example/a.jpg"]);

    let chain = Chain::start(Way::Connect, Fault::Answer(sent()), ProxyFault::None).await;
    let bot = client(&chain.url(), chain.options(PATIENT));
    let operator = PrivateChat::new(111).unwrap();
    bot.show(operator, &hello(), &FileIds::default()).await.unwrap();
    assert_eq!(named(&chain), ["bot.example:443"]);

    let answer = Fault::Answer(sent());
    let chain = Chain::start_for(Way::Forward, Some("a:b"), answer, ProxyFault::None).await;
    let bot = client(&chain.url(), chain.options(PATIENT));
    let error = bot.poller().unwrap().poll(&GetUpdates::PEEK).await.unwrap_err();
    assert!(matches!(&error, PollError::Call(CallError::NoConnection(_))), "{error:?}");
    assert!(error.to_string().contains("407"), "{error}");
    Watch::assert_clean();
}

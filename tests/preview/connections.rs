//! Connections that are held open: they keep no page from coming, and end.

#![expect(clippy::disallowed_methods, reason = "a test asks how long something took")]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::Preview;
use crate::world::{Server, TOKEN, World};

/// More than a process may have open files on many machines.
const MANY: usize = 1_200;

/// Many connections, in each of which a request is half written.
fn half(authority: &str, request: &str) -> Vec<TcpStream> {
    let one = |_| {
        let mut stream = TcpStream::connect(authority).unwrap();
        // One that was closed for a newer one breaks.
        let _ = stream.write_all(request.replace("HOST", authority).as_bytes());
        stream
    };
    (0..MANY).map(one).collect()
}

fn authority(address: &str) -> &str {
    address.trim_start_matches("http://")
}

/// How long until the connection is closed by the other side.
fn until_closed(mut stream: TcpStream) -> Duration {
    let began = Instant::now();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut some = [0; 1_024];
    while stream.read(&mut some).is_ok_and(|read| read > 0) {}
    began.elapsed()
}

#[test]
fn half_requests_keep_no_page_of_the_preview_from_coming() {
    let world = World::new().post("summit", "heading = \"Talks\"\n");
    let preview = Preview::start(&world);
    let (runtime, client) = preview.client();
    let host = authority(preview.origin());
    for request in [
        "",
        "GET / HTTP/1.1\r\nHost: HO",
        "POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 9\r\n\r\nx",
    ] {
        let open = half(host, request);
        let began = Instant::now();
        let page = runtime.block_on(async {
            client.get(preview.pages()).send().await.unwrap().text().await.unwrap()
        });
        assert!(
            page.contains("Talks") && began.elapsed() < Duration::from_secs(3),
            "{request}: {:?}",
            began.elapsed()
        );
        drop(open);
    }
}

#[test]
fn half_requests_end_and_keep_no_bot_of_the_sandbox_waiting() {
    let sandbox = Server::sandbox();
    let path = format!("/bot{TOKEN}/sendMessage");
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\nContent-Length: 60\r\n\r\n"
    );
    let body = "{\"chat_id\":\"@example_news\",";
    for request in [format!("{head}{body}"), "GET /sandbox/channels HTTP/1.1\r\n".to_owned()] {
        let mut open = half(authority(&sandbox.address), &request);
        let began = Instant::now();
        sandbox.by_hand("a word");
        assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
        let last = open.pop().unwrap();
        drop(open);
        let ended = until_closed(last);
        assert!(
            ended > Duration::from_secs(5) && ended < Duration::from_secs(15),
            "{request}: {ended:?}"
        );
    }
    assert_eq!(sandbox.posts(), ["a word", "a word"]);
}

//! Connections that stay open: they do not block other requests, and are closed.

#![expect(clippy::disallowed_methods, reason = "the test measures time")]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::Preview;
use crate::world::{Server, TOKEN, World};

/// More connections than a process may have open files on many machines.
const MANY: usize = 1_200;

/// Many connections, each with a part of a request.
fn open_many(authority: &str, request: &str) -> Vec<TcpStream> {
    let connect = |_| {
        let mut stream = TcpStream::connect(authority).unwrap();
        // The server may have closed it for a newer one.
        let _ = stream.write_all(request.replace("HOST", authority).as_bytes());
        stream
    };
    (0..MANY).map(connect).collect()
}

fn authority(address: &str) -> &str {
    address.trim_start_matches("http://")
}

/// The time until the server closes the connection.
fn until_closed(mut stream: TcpStream) -> Duration {
    let began = Instant::now();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut some = [0; 1_024];
    while stream.read(&mut some).is_ok_and(|read| read > 0) {}
    began.elapsed()
}

#[test]
fn incomplete_requests_do_not_block_the_preview() {
    let world = World::new().post("summit", "heading = \"Talks\"\n");
    let preview = Preview::start(&world);
    let (runtime, client) = preview.client();
    let host = authority(preview.origin());
    for request in [
        "",
        "GET / HTTP/1.1\r\nHost: HO",
        "POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 9\r\n\r\nx",
    ] {
        let open = open_many(host, request);
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
fn incomplete_requests_time_out_and_do_not_block_the_sandbox() {
    let sandbox = Server::sandbox();
    let path = format!("/bot{TOKEN}/sendMessage");
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\nContent-Length: 60\r\n\r\n"
    );
    let body = "{\"chat_id\":\"@example_news\",";
    for request in [format!("{head}{body}"), "GET /sandbox/channels HTTP/1.1\r\n".to_owned()] {
        let mut open = open_many(authority(&sandbox.address), &request);
        let began = Instant::now();
        sandbox.by_hand("a post");
        assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
        let last = open.pop().unwrap();
        drop(open);
        let ended = until_closed(last);
        assert!(
            ended > Duration::from_secs(5) && ended < Duration::from_secs(15),
            "{request}: {ended:?}"
        );
    }
    assert_eq!(sandbox.posts(), ["a post", "a post"]);
}

//! `telepress preview` and the sandbox's page: their HTTP answers, and their pages in a browser.

mod browser;
mod connections;
mod entry;
mod media;
mod pages;
mod server;
mod still;

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::Duration;

use crate::world::World;

/// A running `preview`; it ends with the test.
struct Preview {
    child: Child,
    /// The address it printed.
    address: String,
    /// The path of the pages, to which the address redirects, and the cookie for them.
    folder: String,
    cookie: String,
}

impl Preview {
    fn start(world: &World) -> Self {
        Self::of(world.start("preview --no-open", Stdio::piped()))
    }

    fn of(mut child: Child) -> Self {
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().to_owned();
        assert!(
            address.starts_with("http://127.0.0.1:")
                && address.contains("/?post=") | address.ends_with('/'),
            "{address}"
        );
        let mut preview = Self { child, address, folder: String::new(), cookie: String::new() };
        let path = preview.address.strip_prefix(preview.origin()).unwrap().to_owned();
        let (location, cookie) = preview.enter(&path);
        location.split('?').next().unwrap().clone_into(&mut preview.folder);
        preview.cookie = cookie;
        preview
    }

    /// Opens the printed path: the location to which it redirects, and the cookie that it sets.
    fn enter(&self, path: &str) -> (String, String) {
        let request = format!("GET {path} HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n");
        let answer = self.raw(&request);
        assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
        (header(&answer, "location"), header(&answer, "set-cookie"))
    }

    /// `http://127.0.0.1:PORT`.
    fn origin(&self) -> &str {
        let end = self.address.match_indices('/').nth(2).unwrap().0;
        self.address.get(..end).unwrap()
    }

    /// The address of the pages.
    fn pages(&self) -> String {
        format!("{}{}", self.origin(), self.folder)
    }

    /// The answer to a raw request, in which `HOST` and `COOKIE` are replaced.
    fn raw(&self, request: &str) -> String {
        let authority = self.origin().trim_start_matches("http://");
        let mut stream = TcpStream::connect(authority).unwrap();
        let request = request.replace("HOST", authority).replace("COOKIE", &self.cookie);
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        // Some answers do not close the connection, so the timeout ends the read.
        stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// A client with the cookie.
    fn client(&self) -> (tokio::runtime::Runtime, reqwest::Client) {
        let mut headers = reqwest::header::HeaderMap::new();
        headers.insert("cookie", self.cookie.parse().unwrap());
        client(headers)
    }
}

fn client(headers: reqwest::header::HeaderMap) -> (tokio::runtime::Runtime, reqwest::Client) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = reqwest::Client::builder().timeout(Duration::from_secs(10));
    (runtime, client.default_headers(headers).build().unwrap())
}

/// A header's value, up to the first `;`.
#[track_caller]
fn header(answer: &str, name: &str) -> String {
    let line = answer.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
    line.unwrap_or_else(|| panic!("no {name}: {answer}")).split(';').next().unwrap().to_owned()
}

impl Drop for Preview {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

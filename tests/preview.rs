//! `telepress preview` and the sandbox's page: what they answer, and how they work in a browser.

mod browser;
mod server;
mod still;

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::Duration;

use crate::world::World;

/// A running `preview`; it ends with the test.
struct Preview {
    child: Child,
    /// The address it printed.
    address: String,
}

impl Preview {
    fn start(world: &World) -> Self {
        let mut child = world.start("preview --no-open", Stdio::piped());
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().to_owned();
        assert!(address.starts_with("http://127.0.0.1:") && address.ends_with('/'), "{address}");
        Self { child, address }
    }

    /// `http://127.0.0.1:PORT`, without the word behind it.
    fn origin(&self) -> &str {
        let end = self.address.match_indices('/').nth(2).unwrap().0;
        self.address.get(..end).unwrap()
    }

    fn client() -> (tokio::runtime::Runtime, reqwest::Client) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let client = reqwest::Client::builder().timeout(Duration::from_secs(10)).build().unwrap();
        (runtime, client)
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

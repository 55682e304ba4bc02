//! A sandbox on a free port, and a client for it.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use telepress::clock::FixedClock;
use telepress::sandbox::{ChannelSeed, Sandbox, serve};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) const TOKEN: &str = "7000000001:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
pub(crate) const NOW: i64 = 1_800_000_000;

pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
    pub(crate) address: String,
    clock: Arc<FixedClock>,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<std::io::Result<()>>,
}

impl World {
    /// A server with two public channels, `world_en` and `scratch`.
    pub(crate) async fn new() -> Self {
        let clock = Arc::new(FixedClock::at(Timestamp::from_second(NOW).unwrap()));
        let seeds =
            [ChannelSeed::public("world_en", "World"), ChannelSeed::public("scratch", "Scratch")];
        let sandbox = Sandbox::new(seeds, clock.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let serving = serve(listener, sandbox.clone(), async {
            let _ = stopped.await;
        });
        #[expect(clippy::disallowed_methods, reason = "`stop` waits for the task")]
        let server = tokio::spawn(serving);
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(0)
            .timeout(Duration::from_secs(5))
            .build()
            .unwrap();
        Self { sandbox, client, address, clock, stop: Some(stop), server }
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }

    pub(crate) fn url(&self, method: &str) -> String {
        format!("{}/bot{TOKEN}/{method}", self.address)
    }

    pub(crate) fn request(&self, method: &str, params: &Value) -> RequestBuilder {
        self.client.post(self.url(method)).json(params)
    }

    /// The status and body of the answer to a call.
    pub(crate) async fn call(&self, method: &str, params: Value) -> (u16, Value) {
        read(self.request(method, &params).send().await.unwrap()).await
    }

    /// The result of a call that succeeds.
    pub(crate) async fn result(&self, method: &str, params: Value) -> Value {
        let (status, body) = self.call(method, params).await;
        assert_eq!((status, &body["ok"]), (200, &json!(true)), "{body}");
        body["result"].clone()
    }

    /// Sends `text` to `world_en`; may fail.
    pub(crate) async fn send(&self, text: &str) -> Result<Response, reqwest::Error> {
        self.request("sendMessage", &json!({ "chat_id": "@world_en", "text": text })).send().await
    }

    /// The texts in `world_en`.
    pub(crate) fn texts(&self) -> Vec<String> {
        self.sandbox.posts("@world_en").into_iter().map(|post| post.text).collect()
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        read(self.client.get(format!("{}{path}", self.address)).send().await.unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        read(self.client.post(format!("{}{path}", self.address)).json(&body).send().await.unwrap())
            .await
    }

    /// Stops the server and waits for its end.
    pub(crate) async fn stop(mut self) {
        self.stop.take().unwrap().send(()).unwrap();
        let ended = tokio::time::timeout(Duration::from_secs(5), self.server).await;
        ended.expect("the server ends in time").unwrap().unwrap();
    }
}

pub(crate) async fn read(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

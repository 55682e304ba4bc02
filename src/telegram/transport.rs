//! One request to the Bot API server over HTTP, and its answer, read up to a limit. The only place that opens the token.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap};
use serde::Serialize;
use tokio::time::{Instant, timeout};
use url::Url;

use super::answer::Answer;
use super::clock::TelegramClock;
use super::description::Description;
use crate::config::is_loopback;
use crate::limits;
use crate::outbox::UnknownReason;
use crate::secret::Token;

/// Bytes that are kept of an answer that is too long.
const START_BYTES: usize = 4 * 1024;

/// How long the first bytes of an answer are waited for whose declared length is too long.
const START_WAIT: Duration = Duration::from_millis(250);

/// How a transport waits, and whether it keeps its connections.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    /// Until the connection stands, TLS included.
    pub(super) connect_timeout: Duration,
    /// Until the whole answer is there, connecting included.
    pub(super) total_timeout: Duration,
    /// Whether a connection may serve a second request.
    pub(super) keep_alive: bool,
}

/// A bot's way to its Bot API server.
pub(super) struct Transport {
    http: reqwest::Client,
    server: Url,
    token: Arc<Token>,
    clock: Arc<TelegramClock>,
}

impl Transport {
    /// A transport to `server`.
    ///
    /// An answer is never decoded: what a server compresses although nobody asked for it is not the Bot API's.
    pub(super) fn new(token: Token, server: Url, manner: Manner) -> Result<Self, reqwest::Error> {
        let http = http(&server, manner)?;
        Ok(Self { http, server, token: Arc::new(token), clock: Arc::default() })
    }

    /// The same bot and server, and the same clock, in another manner.
    pub(super) fn again(&self, manner: Manner) -> Result<Self, reqwest::Error> {
        Ok(Self {
            http: http(&self.server, manner)?,
            server: self.server.clone(),
            token: Arc::clone(&self.token),
            clock: Arc::clone(&self.clock),
        })
    }

    pub(super) fn bot_id(&self) -> u64 {
        self.token.bot_id()
    }

    pub(super) fn clock(&self) -> &TelegramClock {
        &self.clock
    }

    /// Posts the parameters of a method as JSON, once.
    pub(super) async fn post(&self, method: &str, params: &impl Serialize) -> Answer {
        let body = match serde_json::to_vec(params) {
            Ok(body) => body,
            Err(error) => return Answer::Unreached(Description::of(&error.to_string())),
        };
        let request = self.http.post(self.address(method)).body(body);
        let response = match request.header(CONTENT_TYPE, "application/json").send().await {
            Ok(response) => response,
            Err(error) => return of_failed_request(error),
        };
        let arrived = Instant::now();
        let date = only_date(response.headers());
        let answer = read(response).await;
        // Only the Bot API's own answers tell Telegram's time, not the page of a proxy.
        if let (Answer::Accepted(_) | Answer::Refused(_), Some(date)) = (&answer, date) {
            self.clock.hear(&date, arrived);
        }
        answer
    }

    /// The address of a method. It holds the token and is shown to nobody.
    fn address(&self, method: &str) -> Url {
        let mut address = self.server.clone();
        let prefix = self.server.path().trim_end_matches('/');
        address.set_path(&format!("{prefix}/bot{}/{method}", self.token.expose()));
        address
    }
}

fn http(server: &Url, manner: Manner) -> Result<reqwest::Client, reqwest::Error> {
    let mut http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd()
        .connect_timeout(manner.connect_timeout)
        .timeout(manner.total_timeout)
        .tcp_nodelay(true);
    if !manner.keep_alive {
        http = http.pool_max_idle_per_host(0);
    }
    if is_loopback(server) {
        http = http.no_proxy();
    }
    http.build().map_err(reqwest::Error::without_url)
}

/// The `Date` header, where there is exactly one.
fn only_date(headers: &HeaderMap) -> Option<String> {
    let mut dates = headers.get_all(DATE).iter();
    match (dates.next(), dates.next()) {
        (Some(date), None) => date.to_str().ok().map(str::to_owned),
        _ => None,
    }
}

/// Reads the body, and stops past [`limits::ANSWER_BYTES`]; the connection is then closed with the rest unread.
///
/// A download of a file, which may be far longer, belongs on disk and gets a reader of its own beside this one.
async fn read(mut response: reqwest::Response) -> Answer {
    let limit = limits::ANSWER_BYTES;
    let declared = response.content_length().map(usize::try_from);
    if declared.is_some_and(|length| length.map_or(true, |length| length > limit)) {
        let start = timeout(START_WAIT, response.chunk()).await;
        return too_long(&start.ok().and_then(Result::ok).flatten().unwrap_or_default());
    }
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Answer::of_body(&String::from_utf8_lossy(&body)),
            Err(error) => return of_lost_answer(error),
        }
        if body.len() > limit {
            return too_long(&body);
        }
    }
}

fn too_long(body: &[u8]) -> Answer {
    let start = body.get(..START_BYTES).unwrap_or(body);
    Answer::TooLong(String::from_utf8_lossy(start).into_owned())
}

/// The line between "not sent" and "not known": only an error before the connection stood proves that nothing was
/// written. Everything later looks the same whether the request was read or not.
fn of_failed_request(error: reqwest::Error) -> Answer {
    if error.is_connect() || error.is_builder() {
        return Answer::Unreached(causes(&error.without_url()));
    }
    of_lost_answer(error)
}

fn of_lost_answer(error: reqwest::Error) -> Answer {
    let doubt =
        if error.is_timeout() { UnknownReason::TimedOut } else { UnknownReason::ConnectionLost };
    Answer::Lost(doubt, causes(&error.without_url()))
}

/// What an error's causes say, since the error itself says only that a request failed.
fn causes(error: &reqwest::Error) -> Description {
    let mut chain = Vec::new();
    let mut cause = error.source();
    while let Some(error) = cause {
        chain.push(error.to_string());
        cause = error.source();
    }
    if chain.is_empty() {
        return Description::of(&error.to_string());
    }
    Description::of(&chain.join(": "))
}

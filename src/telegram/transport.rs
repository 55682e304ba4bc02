//! Sends one request to the Bot API server over HTTP and reads its answer up to a limit. Only this module exposes the token and the
//! proxy's password.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap};
use secrecy::ExposeSecret;
use serde::Serialize;
use tokio::time::{Instant, timeout};
use url::Url;

use super::answer::ApiResponse;
use super::clock::TelegramClock;
use super::description::{Description, plain_cause};
use super::multipart::Multipart;
use super::outcome::of_incomplete_request;
use super::proxy::{self, Proxy};
use super::upload::{Upload, UploadBody, answer_wait};
use crate::limits;
use crate::outbox::{NotSentReason, UnknownReason};
use crate::secret::Token;

/// How many bytes of an overlong answer are kept.
const START_BYTES: usize = 4 * 1024;

/// How long to wait for the first bytes of an answer whose declared length is too long.
const START_WAIT: Duration = Duration::from_millis(250);

/// The way to the server, timeouts, and whether connections are kept alive.
#[derive(Clone, Debug)]
pub(super) struct TransportOptions {
    /// The proxy to the server, even to one on the loopback interface.
    pub(super) proxy: Option<Proxy>,
    /// A root certificate that TLS accepts besides those of the web, in DER.
    pub(super) root: Option<&'static [u8]>,
    /// Until the connection is established, TLS included.
    pub(super) connect_timeout: Duration,
    /// Until the whole answer has arrived, connecting included.
    pub(super) total_timeout: Duration,
    /// Whether a connection may be reused for a second request.
    pub(super) keep_alive: bool,
}

/// The HTTP transport of a bot to its Bot API server.
pub(super) struct Transport {
    http: reqwest::Client,
    server: Url,
    token: Arc<Token>,
    clock: Arc<TelegramClock>,
    options: TransportOptions,
}

impl Transport {
    /// A transport to `server`.
    ///
    /// Answers are never decompressed: the client does not ask for compression, so a compressed answer is not from the Bot API.
    pub(super) fn new(
        token: Token,
        server: Url,
        options: TransportOptions,
    ) -> Result<Self, reqwest::Error> {
        let http = http(&options)?;
        Ok(Self { http, server, token: Arc::new(token), clock: Arc::default(), options })
    }

    /// The same bot, server and clock with other options.
    pub(super) fn with_options(&self, options: TransportOptions) -> Result<Self, reqwest::Error> {
        Ok(Self {
            http: http(&options)?,
            server: self.server.clone(),
            token: Arc::clone(&self.token),
            clock: Arc::clone(&self.clock),
            options,
        })
    }

    pub(super) fn options(&self) -> &TransportOptions {
        &self.options
    }

    /// The total timeout of a request without files. It limits the waits of an upload as well.
    fn patience(&self) -> Duration {
        self.options.total_timeout
    }

    pub(super) fn bot_id(&self) -> u64 {
        self.token.bot_id()
    }

    pub(super) fn clock(&self) -> &TelegramClock {
        &self.clock
    }

    /// Posts the parameters of a method as JSON, once.
    pub(super) async fn post(&self, method: &str, params: &impl Serialize) -> ApiResponse {
        self.post_within(method, params, self.patience()).await
    }

    async fn post_within(
        &self,
        method: &str,
        params: &impl Serialize,
        patience: Duration,
    ) -> ApiResponse {
        let body = match serde_json::to_vec(params) {
            Ok(body) => body,
            Err(error) => {
                return ApiResponse::NotReceived(Description::of(&error.to_string()));
            }
        };
        let request = self.http.post(self.address(method)).timeout(patience).body(body);
        match request.header(CONTENT_TYPE, "application/json").send().await {
            Ok(response) => self.read(response).await,
            Err(error) => self.of_failed_request(error),
        }
    }

    /// Posts the parameters of a method that name files of this machine, once; `bytes` is how long they are together. The server
    /// reads the files and passes them on before it answers.
    pub(super) async fn post_paths(
        &self,
        method: &str,
        params: &impl Serialize,
        bytes: u64,
    ) -> ApiResponse {
        self.post_within(method, params, answer_wait(bytes, self.patience())).await
    }

    /// Posts a form with files, once. `upload` counts its bytes, and decides whether its last ones may be sent.
    pub(super) async fn post_form(
        &self,
        method: &str,
        form: Multipart,
        upload: &Arc<Upload>,
    ) -> ApiResponse {
        let answer = tokio::select! {
            answer = self.send_form(method, form, upload) => answer,
            () = upload.overdue(self.patience()) => {
                ApiResponse::Lost(UnknownReason::TimedOut, Description::of("the upload or its answer took too long"))
            }
            () = upload.abandoned() => {
                let why = Description::of("telepress was stopped during the upload");
                return ApiResponse::NotAttempted(NotSentReason::NotWritten, why);
            }
        };
        match (upload.close(), upload.damaged()) {
            (true, Some(damaged)) => {
                let why = Description::of(&damaged.to_string());
                ApiResponse::NotAttempted(NotSentReason::BytesMissing, why)
            }
            (true, None) => of_incomplete_request(answer),
            (false, _) => answer,
        }
    }

    /// Requests a file of the bot, once. Its address has the token in it and must never be displayed.
    pub(super) async fn get_file(&self, path: &str) -> Result<FileBody, Description> {
        let mut address = self.server.clone();
        if let Ok(mut segments) = address.path_segments_mut() {
            let bot = format!("bot{}", self.token.expose());
            segments.pop_if_empty().push("file").push(&bot).extend(path.split('/'));
        }
        let sent = self.http.get(address).timeout(limits::DOWNLOAD).send().await;
        match sent {
            Ok(response) if self.is_refused_by_proxy(response.status()) => {
                Err(Description::of(proxy::NEEDS_CREDENTIALS))
            }
            Ok(response) => Ok(FileBody(response)),
            Err(error) => Err(self.describe(error)),
        }
    }

    async fn send_form(&self, method: &str, form: Multipart, upload: &Arc<Upload>) -> ApiResponse {
        let request = self.http.post(self.address(method)).timeout(limits::MAX_UPLOAD_TIME);
        let request = request.header(CONTENT_TYPE, form.content_type());
        let body = reqwest::Body::wrap(UploadBody::new(form, Arc::clone(upload)));
        let sent = request.body(body).send().await;
        // The answer may come before the end of the body; then the end must not follow.
        upload.close();
        match sent {
            Ok(response) => self.read(response).await,
            Err(error) => self.of_failed_request(error),
        }
    }

    /// Reads the answer and Telegram's time.
    async fn read(&self, response: reqwest::Response) -> ApiResponse {
        let arrived = Instant::now();
        let date = only_date(response.headers());
        let is_refused = self.is_refused_by_proxy(response.status());
        let answer = read(response).await;
        match (&answer, date) {
            // Only the Bot API's own answers show Telegram's time; the page of a proxy does not.
            (ApiResponse::Accepted(_) | ApiResponse::ApiError(_), date) => {
                if let Some(date) = date {
                    self.clock.observe(&date, arrived);
                }
                answer
            }
            _ if is_refused => ApiResponse::NotReceived(Description::of(proxy::NEEDS_CREDENTIALS)),
            _ => answer,
        }
    }

    /// Whether the status is that of a proxy that passes on no request without a user name and a password (RFC 9110, 15.5.8).
    /// Any other status of a proxy may also come after the request was passed on.
    fn is_refused_by_proxy(&self, status: StatusCode) -> bool {
        let proxy = self.options.proxy.as_ref();
        status == StatusCode::PROXY_AUTHENTICATION_REQUIRED
            && proxy.is_some_and(|proxy| proxy.forwards(&self.server))
    }

    /// Separates "not sent" from "unknown": only an error before the connection was established proves that nothing was written.
    /// Through a proxy the connection is established when the tunnel is open and TLS to the server is set up. Every later error
    /// looks the same whether the server read the request or not.
    fn of_failed_request(&self, error: reqwest::Error) -> ApiResponse {
        if error.is_connect() || error.is_builder() {
            return ApiResponse::NotReceived(self.describe(error));
        }
        of_lost_answer(error)
    }

    /// The cause of an error before the answer.
    fn describe(&self, error: reqwest::Error) -> Description {
        if self.options.proxy.is_some() && error.is_connect() {
            return proxy::describe(&error.without_url());
        }
        cause(error)
    }

    /// The URL of a method. It contains the token and must never be displayed.
    fn address(&self, method: &str) -> Url {
        let mut address = self.server.clone();
        let prefix = self.server.path().trim_end_matches('/');
        address.set_path(&format!("{prefix}/bot{}/{method}", self.token.expose()));
        address
    }
}

fn http(options: &TransportOptions) -> Result<reqwest::Client, reqwest::Error> {
    let mut http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd()
        .connect_timeout(options.connect_timeout)
        .timeout(options.total_timeout)
        .tcp_nodelay(true)
        // The environment was read elsewhere; the HTTP client must not read it again.
        .no_proxy();
    if !options.keep_alive {
        http = http.pool_max_idle_per_host(0);
    }
    if let Some(proxy) = &options.proxy {
        let url = proxy.url().expose_url();
        let all = reqwest::Proxy::all(url.expose_secret()).map_err(reqwest::Error::without_url)?;
        http = http.proxy(all);
    }
    if let Some(root) = options.root {
        http = http.add_root_certificate(reqwest::Certificate::from_der(root)?);
    }
    http.build().map_err(reqwest::Error::without_url)
}

/// The bytes of a file as they arrive.
pub(super) struct FileBody(reqwest::Response);

impl FileBody {
    pub(super) fn is_success(&self) -> bool {
        self.0.status().is_success()
    }

    pub(super) fn status(&self) -> u16 {
        self.0.status().as_u16()
    }

    pub(super) fn length(&self) -> Option<u64> {
        self.0.content_length()
    }

    pub(super) async fn chunk(&mut self) -> Result<Option<bytes::Bytes>, Description> {
        self.0.chunk().await.map_err(cause)
    }
}

/// The `Date` header, if there is exactly one.
fn only_date(headers: &HeaderMap) -> Option<String> {
    let mut dates = headers.get_all(DATE).iter();
    match (dates.next(), dates.next()) {
        (Some(date), None) => date.to_str().ok().map(str::to_owned),
        _ => None,
    }
}

/// Reads the body up to [`limits::ANSWER_BYTES`]. After a longer one the connection is closed with the rest unread.
async fn read(mut response: reqwest::Response) -> ApiResponse {
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
            Ok(None) => return ApiResponse::of_body(&String::from_utf8_lossy(&body)),
            Err(error) => return of_lost_answer(error),
        }
        if body.len() > limit {
            return too_long(&body);
        }
    }
}

fn too_long(body: &[u8]) -> ApiResponse {
    let start = body.get(..START_BYTES).unwrap_or(body);
    ApiResponse::TooLong(String::from_utf8_lossy(start).into_owned())
}

fn of_lost_answer(error: reqwest::Error) -> ApiResponse {
    let reason =
        if error.is_timeout() { UnknownReason::TimedOut } else { UnknownReason::ConnectionLost };
    ApiResponse::Lost(reason, cause(error))
}

/// The innermost cause of an error. Those around it only name the layers of the HTTP client.
pub(super) fn cause(error: reqwest::Error) -> Description {
    let error = error.without_url();
    let mut cause: &dyn Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    Description::of(&plain_cause(&cause.to_string()))
}

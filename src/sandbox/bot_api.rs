//! Answers one request of the Bot API, with the fault that is armed for it.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use futures_util::StreamExt;
use http_body::Body;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::sleep;

use super::api::{ApiState, ok};
use super::connection::{ConnectionControl, wait_for_shutdown};
use super::fault::{EffectTime, Fault, FaultKind};
use super::method::{Call, GET_UPDATES, Method, lose_item};
use super::params::Params;
use super::refusal::ApiRefusal;
use super::request::ReceivedRequest;
use super::{local_files, page, request, token};
use crate::limits;

/// The page of a gateway whose server is down.
const BAD_GATEWAY: &str =
    "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>\n";

/// The result of a method, or its refusal.
type Outcome = Result<Value, ApiRefusal>;

/// Answers `/bot<token>/<method>`; any other path of two segments is a post: its message, or for a browser its place on the page.
pub(super) async fn answer(
    State(api): State<ApiState>,
    ConnectInfo(control): ConnectInfo<ConnectionControl>,
    Path((first, second)): Path<(String, String)>,
    request: Request,
) -> Response {
    if !(first.starts_with("bot") && first.contains(':')) {
        let accepts = request.headers().get(ACCEPT).and_then(|accept| accept.to_str().ok());
        if accepts.is_some_and(|accepts| accepts.contains("text/html")) {
            let name = if first.starts_with('-') { first } else { format!("@{first}") };
            return Redirect::to(&format!(
                "/?chat={}#m{}",
                page::encoded(&name),
                page::encoded(&second)
            ))
            .into_response();
        }
        let posts = api.sandbox.posts(&first);
        let post = posts.iter().find(|post| second.parse() == Ok(post.message_id));
        return post.map_or_else(unknown_path, ok);
    }
    let only = |bot: &str| api.sandbox.with(|inner, _| token::bot_of(bot, inner.token.as_ref()));
    let bot = match only(&first) {
        Ok(bot) => bot,
        Err(refusal) => return Reply::of(Err(refusal)).into_response(),
    };
    if request::is_too_large(&request) {
        return Reply::of(Err(ApiRefusal::TooLarge)).into_response();
    }
    if let Some(cut) = cut(&api, &control, bot, &second, &request) {
        let ending = cut.then_stalls.then(|| api.ending.clone());
        cut_upload(request, cut.bytes, ending).await;
        return StatusCode::NO_CONTENT.into_response();
    }
    let mut received = match request::read(request).await {
        Ok(received) => received,
        Err(refusal) => return Reply::of(Err(refusal)).into_response(),
    };
    if api.sandbox.with(|inner, _| inner.has_local_files) {
        local_files::add(&mut received);
    }
    let ReceivedRequest { params, files, kept } = received;
    let number = api.sandbox.with(|inner, now| {
        for file in kept {
            inner.kept.add(file);
        }
        inner.requests.record(now, bot, &second, &params, &files)
    });
    let reply = match Method::named(&second) {
        Some(method) => take(&api, &control, number, Call { bot, method, params, files }).await,
        None => Some(Reply::of(Err(ApiRefusal::UnknownMethod))),
    };
    let Some(reply) = reply else {
        control.close();
        return StatusCode::NO_CONTENT.into_response();
    };
    api.sandbox
        .with(|inner, _| inner.requests.record_answer(number, reply.status(), &reply.body()));
    reply.into_response()
}

/// How an upload is cut.
struct Cut {
    /// How many bytes of the body are read.
    bytes: u64,
    /// Whether the connection then stays open; otherwise it is reset.
    then_stalls: bool,
}

/// How the upload is cut, if a fault is armed for that.
fn cut(
    api: &ApiState,
    control: &ConnectionControl,
    bot: i64,
    method: &str,
    request: &Request,
) -> Option<Cut> {
    let method = Method::named(method).filter(|_| request::is_multipart(request))?;
    let length = request.body().size_hint().exact().unwrap_or(0);
    let cut = api.sandbox.with(|inner, now| {
        let (fault, bytes) = inner.faults.take_for_body(method, length)?;
        let requests = &mut inner.requests;
        let number = requests.record(now, bot, method.name, &Params::default(), &BTreeMap::new());
        requests.record_fault(number, serde_json::to_value(&fault).unwrap_or(Value::Null));
        Some(Cut { bytes, then_stalls: matches!(fault.kind, FaultKind::StallUpload { .. }) })
    })?;
    if !cut.then_stalls {
        control.reset();
    }
    Some(cut)
}

/// Reads the first bytes of a body. With `ending` it then waits for the end of the sandbox.
async fn cut_upload(request: Request, bytes: u64, ending: Option<watch::Receiver<bool>>) {
    let mut body = request.into_body().into_data_stream();
    let mut read = 0_u64;
    while read < bytes {
        let Some(Ok(chunk)) = body.next().await else { return };
        read = read.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
    }
    if let Some(ending) = ending {
        wait_for_shutdown(ending).await;
    }
}

fn unknown_path() -> Response {
    Reply::of(Err(ApiRefusal::NotFound)).into_response()
}

pub(super) async fn not_found() -> Response {
    unknown_path()
}

/// Carries out one call, with the fault that is armed for it. `None`: no answer, the connection closes.
async fn take(
    api: &ApiState,
    control: &ConnectionControl,
    number: u64,
    call: Call,
) -> Option<Reply> {
    let Some(fault) = api.sandbox.with(|inner, _| inner.faults.take_for_request(call.method))
    else {
        return Some(Reply::of(perform(api, &call).await));
    };
    let described = serde_json::to_value(&fault).unwrap_or(Value::Null);
    api.sandbox.with(|inner, _| inner.requests.record_fault(number, described));
    fail(api, control, fault, call).await
}

/// Lets the call take effect when `fault.effect` says so, and answers as the fault says.
async fn fail(
    api: &ApiState,
    control: &ConnectionControl,
    fault: Fault,
    call: Call,
) -> Option<Reply> {
    let method = call.method.name;
    if let FaultKind::LoseAlbumItem { item } = fault.kind {
        return Some(Reply::of(lose_one(api, &call, item)));
    }
    let outcome = take_effect(api, fault.effect, call);
    match fault.kind {
        FaultKind::AcceptClose
        | FaultKind::ReadClose
        | FaultKind::CutUpload { .. }
        | FaultKind::StallUpload { .. }
        | FaultKind::LoseAlbumItem { .. } => None,
        FaultKind::ReadReset => {
            control.reset();
            Some(Reply::Json(200, json!({})))
        }
        FaultKind::NoAnswer => {
            wait_for_shutdown(api.ending.clone()).await;
            None
        }
        FaultKind::BadGateway => Some(Reply::BadGateway),
        FaultKind::BadGatewayStall => {
            control.stall_after_head();
            Some(Reply::BadGateway)
        }
        FaultKind::Restart => Some(Reply::of(Err(ApiRefusal::Restart))),
        FaultKind::Truncated => {
            let reply = Reply::of(outcome.unwrap_or_else(|| Ok(json!({ "message_id": 0 }))));
            control.cut_body(reply.text().len() / 2);
            Some(reply)
        }
        FaultKind::OddShape { with_id } => {
            Some(Reply::of(outcome.unwrap_or(Ok(Value::Null)).map(|result| {
                let id = result.get("message_id").filter(|_| with_id);
                id.map_or_else(
                    || json!({ "accepted": true }),
                    |id| json!({ "message": { "message_id": id } }),
                )
            })))
        }
        FaultKind::Redirect => Some(Reply::Redirect(method)),
        FaultKind::TooManyRequests { retry_after } => {
            Some(Reply::of(Err(ApiRefusal::RetryAfter(retry_after))))
        }
        FaultKind::StaleKeepAlive => {
            control.go_stale();
            outcome.map(Reply::of)
        }
        FaultKind::Slow { delay_ms } => {
            tokio::select! {
                () = sleep(Duration::from_millis(delay_ms)) => outcome.map(Reply::of),
                () = wait_for_shutdown(api.ending.clone()) => None,
            }
        }
        FaultKind::Answer { status, body } => Some(match body {
            Value::String(text) => Reply::Text(status, text),
            value => Reply::Json(status, value),
        }),
    }
}

/// Posts an album without one item.
fn lose_one(api: &ApiState, call: &Call, item: usize) -> Outcome {
    api.sandbox.with(|inner, now| {
        let posted = call.perform(&mut inner.state, now.as_second())?;
        Err(lose_item(&mut inner.state, call, &posted, item))
    })
}

/// The outcome of a call that takes effect at once; `None` for one that does later or not at all.
fn take_effect(api: &ApiState, effect: EffectTime, call: Call) -> Option<Outcome> {
    api.sandbox.with(|inner, now| match effect {
        EffectTime::Before => Some(call.perform(&mut inner.state, now.as_second())),
        EffectTime::Never => None,
        EffectTime::AfterMs(delay) => {
            let delay = SignedDuration::from_millis(i64::try_from(delay).unwrap_or(i64::MAX));
            inner.delayed.add(now.checked_add(delay).unwrap_or(Timestamp::MAX), call);
            None
        }
    })
}

async fn perform(api: &ApiState, call: &Call) -> Outcome {
    if call.method.name == GET_UPDATES {
        return poll(api, call).await;
    }
    api.sandbox.with(|inner, now| call.perform(&mut inner.state, now.as_second()))
}

/// Waits for updates. A second poll of the same bot ends the first, as on the official server.
async fn poll(api: &ApiState, call: &Call) -> Outcome {
    let seconds =
        call.params.integer("timeout").and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or(0);
    let timeout = Duration::from_secs(seconds).min(limits::MAX_GET_UPDATES_WAIT);
    let mut updates = api.sandbox.with(|inner, _| inner.update_count.subscribe());
    let mut newer = api.sandbox.with(|inner, _| {
        inner.polls.retain(|_, polls| polls.receiver_count() > 0);
        let polls = inner.polls.entry(call.bot).or_insert_with(|| watch::channel(0).0);
        polls.send_modify(|count| *count = count.wrapping_add(1));
        polls.subscribe()
    });
    let over = sleep(timeout);
    tokio::pin!(over);
    loop {
        let found =
            api.sandbox.with(|inner, now| call.perform(&mut inner.state, now.as_second()))?;
        if timeout.is_zero() || found.as_array().is_some_and(|updates| !updates.is_empty()) {
            return Ok(found);
        }
        tokio::select! {
            _ = newer.changed() => return Err(ApiRefusal::OtherPoller),
            () = wait_for_shutdown(api.ending.clone()) => return Err(ApiRefusal::Restart),
            _ = updates.changed() => {}
            () = &mut over => return Ok(json!([])),
        }
    }
}

/// An answer over HTTP.
enum Reply {
    /// The Bot API's JSON.
    Json(u16, Value),
    /// A text word for word.
    Text(u16, String),
    /// A gateway's page.
    BadGateway,
    /// To the same method.
    Redirect(&'static str),
}

impl Reply {
    fn of(outcome: Outcome) -> Self {
        match outcome {
            Ok(result) => Self::Json(200, json!({ "ok": true, "result": result })),
            Err(refusal) => Self::Json(refusal.code(), refusal.body()),
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::Json(status, _) | Self::Text(status, _) => *status,
            Self::BadGateway => 502,
            Self::Redirect(_) => 307,
        }
    }

    /// The body, as the log of requests shows it.
    fn body(&self) -> Value {
        match self {
            Self::Json(_, value) => value.clone(),
            Self::Text(_, text) => json!(text),
            Self::BadGateway => json!(BAD_GATEWAY),
            Self::Redirect(_) => Value::Null,
        }
    }

    /// The body, as it is sent.
    fn text(&self) -> String {
        match self.body() {
            Value::String(text) => text,
            Value::Null => String::new(),
            value => value.to_string(),
        }
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let text = self.text();
        match self {
            Self::Json(_, value) => {
                let mut response =
                    (status, [(CONTENT_TYPE, "application/json")], text).into_response();
                // The official server sends it beside the body's `retry_after`.
                if let Some(seconds) =
                    value.pointer("/parameters/retry_after").and_then(Value::as_u64)
                {
                    response.headers_mut().insert("retry-after", HeaderValue::from(seconds));
                }
                response
            }
            Self::Text(..) => (status, text).into_response(),
            Self::BadGateway => (status, Html(text)).into_response(),
            Self::Redirect(method) => (status, [(LOCATION, method)]).into_response(),
        }
    }
}

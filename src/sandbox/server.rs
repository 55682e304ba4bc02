//! Serves the sandbox over HTTP: its addresses and its shutdown. The caller owns the socket and decides when to stop.

use std::future::ready;
use std::io;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header::DATE;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware;
use axum::response::Response;
use axum::routing::{any, delete, get, post, put};
use jiff::fmt::rfc2822;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::api::ApiState;
use super::connection::{FaultListener, FaultStream};
use super::{
    Sandbox, bot_api, channel_posts, control, file_download, page, page_media, people, sent_media,
};
use crate::{http, http_guard, limits};

/// Serves `sandbox` on `listener` until `shutdown`; requests in flight then have [`limits::HTTP_GRACE`] to finish.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] when `listener` is not bound to the loopback interface; errors of the socket.
pub async fn serve(
    listener: TcpListener,
    sandbox: Sandbox,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    if !listener.local_addr()?.ip().is_loopback() {
        let reason = "the sandbox listens on the loopback interface only";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
    }
    let (end, ending) = watch::channel(false);
    let port = listener.local_addr()?.port();
    let router = router(ApiState { sandbox: sandbox.clone(), ending }, port);
    let shutdown = async {
        shutdown.await;
        // An error means that no request waits.
        let _ = end.send(true);
    };
    http::serve(FaultListener::new(listener, sandbox), router, FaultStream::control, shutdown)
        .await;
    Ok(())
}

/// Whether a link on a page of another server may open this path in a tab. The methods of bots change something, and their paths
/// can be spelled in several ways, so only these are allowed.
fn is_harmless(path: &str) -> bool {
    path == "/" || path.starts_with("/sandbox/")
}

fn router(api: ApiState, port: u16) -> Router {
    let is_harmless: fn(&str) -> bool = is_harmless;
    let clock = api.sandbox.clone();
    Router::new()
        .route("/", get(page::index))
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
        .route("/sandbox/live", get(page::live))
        .route("/sandbox/media/{key}", get(page_media::file))
        .route("/sandbox/channels", get(control::channels).post(control::add_channel))
        .route("/sandbox/channels/{chat}/posts", get(control::posts).post(channel_posts::add))
        .route(
            "/sandbox/channels/{chat}/posts/{message}",
            put(channel_posts::edit).delete(channel_posts::remove),
        )
        .route("/sandbox/channels/{chat}/posts/{message}/votes", post(channel_posts::vote))
        .route("/sandbox/channels/{chat}/standing", post(control::set_membership))
        .route("/sandbox/channels/{chat}/username", post(control::set_username))
        .route("/sandbox/channels/{chat}/forwards", post(control::set_forwards))
        .route("/sandbox/channels/{chat}/topics", post(control::add_topic))
        .route("/sandbox/channels/{chat}/topics/{topic}", post(control::set_topic))
        .route("/sandbox/channels/{chat}/permissions", post(control::set_permissions))
        .route("/sandbox/channels/{chat}/upgrade", post(control::upgrade))
        .route("/sandbox/people", post(people::add_person))
        .route("/sandbox/people/{person}/messages", get(people::messages).post(people::write))
        .route("/sandbox/people/{person}/messages/{message}", delete(people::remove_message))
        .route(
            "/sandbox/people/{person}/media",
            post(sent_media::send).layer(DefaultBodyLimit::disable()),
        )
        .route("/sandbox/people/{person}/press", post(people::press))
        .route("/sandbox/presses/{id}", get(people::press_answer))
        .route("/sandbox/updates", post(people::push_update))
        .route("/sandbox/webhook", post(people::set_webhook))
        .route("/sandbox/requests", get(control::requests))
        .route(
            "/sandbox/faults",
            get(control::faults).post(control::arm).delete(control::clear_faults),
        )
        .route("/sandbox/file_ids", delete(control::forget_file_ids))
        .route("/sandbox/clock", get(control::clock).post(control::set_clock))
        .route("/file/{bot}/{folder}/{name}", get(file_download::file))
        // The handler limits the parameters and the files of a request itself.
        .route("/{first}/{second}", any(bot_api::answer).layer(DefaultBodyLimit::disable()))
        .fallback(bot_api::not_found)
        .layer(DefaultBodyLimit::max(limits::SANDBOX_BODY_BYTES))
        .layer(middleware::from_fn_with_state(is_harmless, http_guard::not_from_other_pages))
        .layer(middleware::from_fn_with_state(port, http_guard::only))
        .layer(middleware::map_response(move |response| ready(with_date_header(&clock, response))))
        .with_state(api)
}

/// The server would otherwise use the machine's time.
fn with_date_header(sandbox: &Sandbox, mut response: Response) -> Response {
    let date = rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&sandbox.now());
    if let Some(date) = date.ok().and_then(|date| HeaderValue::from_str(&date).ok()) {
        response.headers_mut().insert(DATE, date);
    }
    response
}

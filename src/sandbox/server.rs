//! The sandbox over HTTP: its addresses, and its beginning and end. The caller owns the socket and decides when to stop.

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

use super::wire::{Gate, Wire};
use super::{Sandbox, bot_api, looking, others, page, talking};
use crate::{http, http_guard, limits};

/// What the handlers share.
#[derive(Clone)]
pub(super) struct Shop {
    /// The sandbox.
    pub(super) sandbox: Sandbox,
    /// Becomes true when the server ends.
    pub(super) ending: watch::Receiver<bool>,
}

/// Serves `sandbox` on `listener` until `shutdown`, then ends requests under way within [`limits::SANDBOX_GRACE`].
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] when `listener` is not bound to the loopback interface; what the socket says.
pub async fn serve(
    listener: TcpListener,
    sandbox: Sandbox,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    if !listener.local_addr()?.ip().is_loopback() {
        let reason = "the sandbox serves the loopback interface only";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
    }
    let (end, ending) = watch::channel(false);
    let port = listener.local_addr()?.port();
    let router = router(Shop { sandbox: sandbox.clone(), ending }, port);
    let shutdown = async {
        shutdown.await;
        // Whoever waits on purpose hears it; when nobody waits, nobody needs to.
        let _ = end.send(true);
    };
    http::serve(Gate::new(listener, sandbox), router, Wire::switch, shutdown).await;
    Ok(())
}

/// Whether a link on a page of another server may open this in a tab: looking changes nothing, and a method of a bot may, in
/// whatever way its path is written.
fn is_harmless(path: &str) -> bool {
    path == "/" || path.starts_with("/sandbox/")
}

fn router(shop: Shop, port: u16) -> Router {
    let is_harmless: fn(&str) -> bool = is_harmless;
    let clock = shop.sandbox.clone();
    Router::new()
        .route("/", get(page::index))
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
        .route("/sandbox/live", get(page::live))
        .route("/sandbox/channels", get(looking::channels).post(looking::add_channel))
        .route("/sandbox/channels/{chat}/posts", get(looking::posts).post(others::post))
        .route("/sandbox/channels/{chat}/posts/{message}", put(others::edit).delete(others::remove))
        .route("/sandbox/channels/{chat}/standing", post(looking::set_standing))
        .route("/sandbox/channels/{chat}/username", post(looking::set_username))
        .route("/sandbox/requests", get(looking::requests))
        .route(
            "/sandbox/faults",
            get(looking::faults).post(looking::arm).delete(looking::clear_faults),
        )
        .route("/sandbox/people", post(talking::add_person))
        .route("/sandbox/people/{person}/messages", get(talking::messages).post(talking::say))
        .route("/sandbox/people/{person}/messages/{message}", delete(talking::forget))
        .route("/sandbox/people/{person}/press", post(talking::press))
        .route("/sandbox/presses/{id}", get(talking::answer))
        .route("/sandbox/updates", post(talking::update))
        .route("/sandbox/webhook", post(talking::set_webhook))
        .route("/sandbox/clock", get(looking::clock).post(looking::set_clock))
        .route("/{first}/{second}", any(bot_api::answer))
        .fallback(bot_api::not_found)
        .layer(DefaultBodyLimit::max(limits::SANDBOX_BODY_BYTES))
        .layer(middleware::from_fn_with_state(is_harmless, http_guard::not_from_other_pages))
        .layer(middleware::from_fn_with_state(port, http_guard::only))
        .layer(middleware::map_response(move |response| ready(dated(&clock, response))))
        .with_state(shop)
}

/// The answer with the sandbox's time, which the server would otherwise take from the machine.
fn dated(sandbox: &Sandbox, mut response: Response) -> Response {
    let date = rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&sandbox.now());
    if let Some(date) = date.ok().and_then(|date| HeaderValue::from_str(&date).ok()) {
        response.headers_mut().insert(DATE, date);
    }
    response
}

//! The metrics and the health check of `serve` over HTTP. It only reads.

mod exposition;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::time;

use crate::clock::{Clock, SystemClock};
use crate::serve::health::{Health, HealthProblem};
use crate::store::{Store, StoreError};
use crate::{http, http_guard, limits};
use exposition::Figures;

/// What is reported.
#[derive(Clone)]
pub struct Sources {
    /// The journal.
    pub store: Arc<Store>,
    /// The progress of the service.
    pub health: Arc<Health>,
    /// The version of telepress.
    pub version: &'static str,
    /// When the process began.
    pub since: Timestamp,
}

/// The media type of the text format (<https://prometheus.io/docs/instrumenting/exposition_formats/>).
const TEXT_FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Serves `/metrics` and `/healthz`. It does not end.
///
/// # Errors
/// If the address of the listener is unknown.
pub async fn serve(listener: TcpListener, sources: Sources) -> std::io::Result<()> {
    let address = listener.local_addr()?;
    let is_harmless: fn(&str) -> bool = |_| false;
    let mut router = Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(healthz))
        .layer(middleware::from_fn_with_state(is_harmless, http_guard::not_from_other_pages))
        .with_state(sources);
    // Elsewhere the server may have any name.
    if address.ip().is_loopback() {
        router = router.layer(middleware::from_fn_with_state(address.port(), http_guard::only));
    }
    http::serve(listener, router, |_| (), std::future::pending()).await;
    Ok(())
}

async fn healthz(State(sources): State<Sources>) -> Response {
    let (status, word) = match problem(&sources).await {
        None => (StatusCode::OK, "ok".to_owned()),
        Some(problem) => (StatusCode::SERVICE_UNAVAILABLE, problem.to_string()),
    };
    (status, [(CACHE_CONTROL, "no-store")], format!("{word}\n")).into_response()
}

/// Why the service does not work. The publisher, the chat and the schedule all wait for the journal, so it is asked too.
async fn problem(sources: &Sources) -> Option<HealthProblem> {
    if let Some(problem) = sources.health.problem() {
        return Some(problem);
    }
    let asked = time::timeout(limits::JOURNAL_PATIENCE, sources.store.changes_by_others()).await;
    (!matches!(asked, Ok(Ok(_)))).then_some(HealthProblem::Journal)
}

async fn metrics(State(sources): State<Sources>) -> Response {
    let figures = time::timeout(limits::JOURNAL_PATIENCE, figures(&sources)).await;
    let figures = match figures {
        Ok(Ok(figures)) => figures,
        Ok(Err(error)) => {
            log::error!("metrics: {error}");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        Err(_) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
    };
    let headers = [(CONTENT_TYPE, TEXT_FORMAT), (CACHE_CONTROL, "no-store")];
    (headers, exposition::text(&figures)).into_response()
}

async fn figures(sources: &Sources) -> Result<Figures, StoreError> {
    let now = SystemClock.now();
    let store = &sources.store;
    let channels = store.channels().await?;
    let last_poll = sources.health.last_good_poll().and_then(|age| now.checked_sub(age).ok());
    Ok(Figures {
        version: sources.version,
        since: sources.since,
        now,
        is_healthy: problem(sources).await.is_none(),
        queue: store.queue(now).await?,
        outcomes: sources.health.outcomes(),
        paused_channels: channels.iter().filter(|channel| channel.paused.is_some()).count(),
        is_stopped: store.journal().await?.stopped.is_some(),
        hooks: store.open_hooks(i64::MAX).await?.len(),
        last_poll,
    })
}

//! Serving HTTP on the loopback interface, so that clients that hold connections open cannot block others.
//!
//! axum's own server has no time limit for the arrival of a request, and no limit for the connections that wait for one.

mod connections;
mod file;
mod media_keys;
mod range;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, BodyDataStream, HttpBody};
use axum::extract::{ConnectInfo, Request};
use axum::http::StatusCode;
use axum::serve::Listener;
use futures_util::stream::{self, StreamExt};
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{self, Instant};

use crate::{limits, process};
use connections::{ConnectionGuard, Connections, TrackedStream};
pub use file::SentFile;
pub use media_keys::{KeyedFile, MediaKeys};

/// How often late requests are looked for.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// Serves `router` on `listener` until `end`, then gives requests in flight [`limits::HTTP_GRACE`]. Handlers get what `about`
/// returns for a connection as its [`ConnectInfo`].
pub async fn serve<L: Listener, C: Clone + Send + Sync + 'static>(
    mut listener: L,
    router: Router,
    about: impl Fn(&L::Io) -> C,
    end: impl Future<Output = ()>,
) {
    let connections = Connections::new(most_connections());
    let (ending, ends) = watch::channel(false);
    let mut tasks = JoinSet::new();
    let mut checks = time::interval(CHECK_INTERVAL);
    tokio::pin!(end);
    loop {
        let (io, _) = tokio::select! {
            () = &mut end => break,
            _ = checks.tick() => {
                connections.close_late(Instant::now());
                continue;
            }
            // A connection that broke concerns its client only.
            Some(_) = tasks.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        // Where every connection is busy, a new one is closed at once.
        let Some(guard) = Connections::register(&connections) else { continue };
        let info = ConnectInfo(about(&io));
        let connection = serve_connection(
            TrackedStream::new(io, Arc::clone(&guard)),
            router.clone(),
            info,
            ends.clone(),
        );
        guard.served_by(tasks.spawn(connection));
    }
    drop(listener);
    // An error means that no connection is left.
    let _ = ending.send(true);
    let all = async { while tasks.join_next().await.is_some() {} };
    // Requests that are still running then are dropped.
    let _ = time::timeout(limits::HTTP_GRACE, all).await;
}

/// Half of the files that this process may have open, since it needs others too.
fn most_connections() -> usize {
    let files = process::open_files().unwrap_or(limits::HTTP_CONNECTIONS * 2);
    (files / 2).clamp(1, limits::HTTP_CONNECTIONS)
}

async fn serve_connection<I, C>(
    io: TrackedStream<I>,
    router: Router,
    info: ConnectInfo<C>,
    mut ends: watch::Receiver<bool>,
) where
    I: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    C: Clone + Send + Sync + 'static,
{
    let guard = io.guard();
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let (guard, router, info) = (Arc::clone(&guard), router.clone(), info.clone());
        async move {
            let (mut head, body) = request.into_parts();
            head.extensions.insert(info);
            let body = guarded_body(Body::new(body), Arc::clone(&guard));
            let response = router.call(Request::from_parts(head, body)).await?;
            // A WebSocket is busy for as long as it is open.
            if response.status() != StatusCode::SWITCHING_PROTOCOLS {
                guard.idle();
            }
            Ok::<_, Infallible>(response)
        }
    });
    let mut builder = hyper::server::conn::http1::Builder::new();
    // `Connections` measures the time of a request: hyper's own limit would also close idle connections.
    builder.header_read_timeout(None).max_buf_size(limits::HTTP_HEAD_BYTES);
    let connection = builder.serve_connection(TokioIo::new(io), service).with_upgrades();
    tokio::pin!(connection);
    tokio::select! {
        // A client that breaks its connection gets no answer.
        _ = connection.as_mut() => return,
        _ = ends.wait_for(|over| *over) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

/// The body of a request that reports each piece to the guard; with the last one the connection is busy.
fn guarded_body(body: Body, guard: Arc<ConnectionGuard>) -> Body {
    if body.is_end_stream() {
        guard.busy();
        return body;
    }
    guard.receiving();
    let next = move |mut body: BodyDataStream| {
        let guard = Arc::clone(&guard);
        async move {
            let next = body.next().await;
            if next.is_none() || body.is_end_stream() {
                guard.busy();
            } else {
                guard.receiving();
            }
            next.map(|bytes| (bytes, body))
        }
    };
    Body::from_stream(stream::unfold(body.into_data_stream(), next))
}

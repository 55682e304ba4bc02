//! Serving HTTP on the loopback interface, so that clients that hold connections open cannot block others.
//!
//! What axum's own server lacks: a time within which a request has to arrive, and a bound on the connections that wait for one.

mod seat;

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
use seat::{Held, Room, Seat};

/// Between two looks for requests that are late.
const LOOK: Duration = Duration::from_secs(1);

/// Serves `router` on `listener` until `end`, then gives requests under way [`limits::SANDBOX_GRACE`]. What `about` says of a
/// connection, handlers get as its [`ConnectInfo`].
pub async fn serve<L: Listener, C: Clone + Send + Sync + 'static>(
    mut listener: L,
    router: Router,
    about: impl Fn(&L::Io) -> C,
    end: impl Future<Output = ()>,
) {
    let room = Room::new(connections());
    let (ending, ends) = watch::channel(false);
    let mut tasks = JoinSet::new();
    let mut looks = time::interval(LOOK);
    tokio::pin!(end);
    loop {
        let (io, _) = tokio::select! {
            () = &mut end => break,
            _ = looks.tick() => {
                room.close_late(Instant::now());
                continue;
            }
            // One that broke was the client's doing, or ended itself.
            Some(_) = tasks.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        // Where every connection is busy, one more is closed at once.
        let Some(seat) = Room::take(&room) else { continue };
        let info = ConnectInfo(about(&io));
        let connection =
            connection(Held::new(io, Arc::clone(&seat)), router.clone(), info, ends.clone());
        seat.ended_by(tasks.spawn(connection));
    }
    drop(listener);
    // When nobody waits for it, nobody needs to hear it.
    let _ = ending.send(true);
    let all = async { while tasks.join_next().await.is_some() {} };
    // What is not over by then is left.
    let _ = time::timeout(limits::SANDBOX_GRACE, all).await;
}

/// How many connections may be open: half of the files that the system lets this process have, since it needs others too.
fn connections() -> usize {
    let files = process::open_files().unwrap_or(limits::HTTP_CONNECTIONS * 2);
    (files / 2).clamp(1, limits::HTTP_CONNECTIONS)
}

async fn connection<I, C>(
    io: Held<I>,
    router: Router,
    info: ConnectInfo<C>,
    mut ends: watch::Receiver<bool>,
) where
    I: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    C: Clone + Send + Sync + 'static,
{
    let seat = io.seat();
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let (seat, router, info) = (Arc::clone(&seat), router.clone(), info.clone());
        async move {
            let (mut head, body) = request.into_parts();
            head.extensions.insert(info);
            let body = arriving(Body::new(body), Arc::clone(&seat));
            let response = router.call(Request::from_parts(head, body)).await?;
            // A WebSocket is busy for as long as it is open.
            if response.status() != StatusCode::SWITCHING_PROTOCOLS {
                seat.idles();
            }
            Ok::<_, Infallible>(response)
        }
    });
    let mut builder = hyper::server::conn::http1::Builder::new();
    // The time of a request is kept by the seat: an idle connection has none, and hyper's own limit would close it.
    builder.header_read_timeout(None).max_buf_size(limits::HTTP_HEAD_BYTES);
    let connection = builder.serve_connection(TokioIo::new(io), service).with_upgrades();
    tokio::pin!(connection);
    tokio::select! {
        // A client that breaks its connection hears no answer.
        _ = connection.as_mut() => return,
        _ = ends.wait_for(|over| *over) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

/// The body of a request, each piece of which is noted; once it is there, the connection counts as busy.
fn arriving(body: Body, seat: Arc<Seat>) -> Body {
    if body.is_end_stream() {
        seat.is_busy();
        return body;
    }
    seat.receives();
    let next = move |mut body: BodyDataStream| {
        let seat = Arc::clone(&seat);
        async move {
            let next = body.next().await;
            if next.is_none() || body.is_end_stream() {
                seat.is_busy();
            } else {
                seat.receives();
            }
            next.map(|bytes| (bytes, body))
        }
    };
    Body::from_stream(stream::unfold(body.into_data_stream(), next))
}

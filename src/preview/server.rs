//! The pages over HTTP: two addresses for a browser that has the cookie, the way to it, and the socket over which a page hears
//! of changes.

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::extract::{Path, Query, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERER, REFERRER_POLICY, SET_COOKIE,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;
use tokio::net::TcpListener;

use super::browser::redirect;
use super::entry::{Entry, Known, hexadecimal};
use super::follow::follow;
use super::journal::Journal;
use super::state::PreviewState;
use super::subscribers::View;
use crate::ids::PostId;
use crate::page::{HtmlDocument, Toolbar, html_document};
use crate::{http, http_guard, limits, random};

/// A preview that is served.
pub struct Served {
    state: Arc<PreviewState<'static>>,
    journal: Journal,
    entry: Arc<Entry>,
}

impl Served {
    /// A preview behind secret words of its own; `None` where the system has nothing that cannot be guessed.
    #[must_use]
    pub fn new(state: PreviewState<'static>, journal: Journal) -> Option<Self> {
        Some(Self { state: Arc::new(state), journal, entry: Arc::new(Entry::new()?) })
    }

    /// Where a view is below the server's address, for the terminal of whoever started it: it leads to the pages for as long as
    /// they are served.
    #[must_use]
    pub fn path_of(&self, view: &View) -> String {
        below(self.entry.printed(), view)
    }

    /// The same for a browser that is opened now: it leads there once, and not for long. `None` where the system has nothing
    /// that cannot be guessed.
    #[must_use]
    pub fn path_once(&self, view: &View) -> Option<String> {
        self.entry.once().map(|word| below(&word, view))
    }
}

/// Where a view is behind a word.
fn below(word: &str, view: &View) -> String {
    match view {
        View::All => format!("/{word}/"),
        View::Post(id) => format!("/{word}/?post={id}"),
    }
}

/// Serves the pages on `listener` and follows the files, until `end`.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] when `listener` is not bound to the loopback interface; what the socket says.
pub async fn serve(
    listener: TcpListener,
    served: Served,
    end: impl Future<Output = ()>,
) -> io::Result<()> {
    if !listener.local_addr()?.ip().is_loopback() {
        let reason = "pages are served on the loopback interface only";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
    }
    let port = listener.local_addr()?.port();
    let Served { state, mut journal, entry } = served;
    // The first page shows where posts stand.
    journal.has_changed();
    journal.read(&state).await;
    state.refresh(journal.standings(&state));
    let shop = Shop { state: Arc::clone(&state), entry };
    let router = Router::new()
        .route("/{word}/", get(page))
        .route("/{word}/live", get(live))
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
        .fallback(|| async { nothing_here() })
        .layer(middleware::from_fn(safely))
        .layer(middleware::from_fn_with_state(port, http_guard::only))
        .with_state(shop);
    tokio::select! {
        () = http::serve(listener, router, |_| (), std::future::pending()) => Ok(()),
        () = follow(&state, &mut journal) => Ok(()),
        () = end => Ok(()),
    }
}

#[derive(Clone)]
struct Shop {
    state: Arc<PreviewState<'static>>,
    entry: Arc<Entry>,
}

/// What is wanted: an id, looked up among the posts that were read. It names no file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    #[serde(default)]
    post: Option<String>,
}

impl Wanted {
    fn view(&self) -> Option<View> {
        match &self.post {
            None => Some(View::All),
            Some(id) => PostId::parse(id).ok().map(View::Post),
        }
    }
}

async fn page(
    State(shop): State<Shop>,
    Path(word): Path<String>,
    headers: HeaderMap,
    wanted: Result<Query<Wanted>, axum::extract::rejection::QueryRejection>,
) -> Response {
    let view = wanted.ok().and_then(|wanted| wanted.view());
    let Some(view) = view else { return nothing_here() };
    match shop.entry.take(&word) {
        None => return nothing_here(),
        Some(Known::Entry) => return let_in(&shop, &view, &headers),
        Some(Known::Folder) if !shop.entry.is_let_in(&headers) => return not_let_in(),
        Some(Known::Folder) => {}
    }
    let Some(main) = shop.state.draw(&view) else { return nothing_here() };
    let Some(nonce) = random::secret().map(hexadecimal) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let (title, listen) = match &view {
        View::All => ("telepress".to_owned(), "live".to_owned()),
        View::Post(id) => (format!("{id} · telepress"), format!("live?post={id}")),
    };
    let toolbar = Toolbar::Live { listen: &listen, home: "./" };
    let document =
        HtmlDocument { title: &title, main: &main, nonce: &nonce, toolbar, script: None };
    let policy = HeaderValue::from_str(&html_document::policy(&nonce));
    let Ok(policy) = policy else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    ([(CONTENT_TYPE, html), (CONTENT_SECURITY_POLICY, policy)], document.draw()).into_response()
}

/// Gives a browser the cookie, and leads it to the page. A cookie for this site alone is not sent where another site leads to, as
/// the file does that opens the browser: then a page of this server leads there.
fn let_in(shop: &Shop, view: &View, headers: &HeaderMap) -> Response {
    let Ok(cookie) = HeaderValue::from_str(&shop.entry.cookie()) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let path = below(shop.entry.folder(), view);
    let by_user = headers.get("sec-fetch-site").is_none_or(|site| site == "none");
    let mut response = if by_user && headers.get(REFERER).is_none() {
        Redirect::to(&path).into_response()
    } else {
        Html(redirect(&path)).into_response()
    };
    response.headers_mut().insert(SET_COOKIE, cookie);
    response
}

async fn live(
    State(shop): State<Shop>,
    Path(word): Path<String>,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
    upgrade: WebSocketUpgrade,
) -> Response {
    if http_guard::is_foreign(&headers) {
        return (StatusCode::FORBIDDEN, "Only the pages of this server may listen.\n")
            .into_response();
    }
    let (Some(view), Some(Known::Folder)) = (wanted.view(), shop.entry.take(&word)) else {
        return nothing_here();
    };
    if !shop.entry.is_let_in(&headers) {
        return not_let_in();
    }
    let upgrade = upgrade.max_frame_size(LISTENED).max_message_size(LISTENED);
    upgrade.on_upgrade(move |socket| follow_page(socket, shop.state, view))
}

/// Bytes of a message of a page that are read; a page sends none.
const LISTENED: usize = 1_024;

/// Sends a tab its page whenever that changes, until the tab is closed.
async fn follow_page(mut socket: WebSocket, state: Arc<PreviewState<'static>>, view: View) {
    let Some(mut subscription) = state.subscribe(&view) else {
        let reason = format!("{} tabs follow the files already: close one", limits::PREVIEW_TABS);
        let frame = CloseFrame { code: close_code::AGAIN, reason: reason.into() };
        // Where the tab is gone, it needs no reason.
        let _ = socket.send(Message::Close(Some(frame))).await;
        return;
    };
    // The page may have changed between its request and this one.
    subscription.mark_changed();
    loop {
        tokio::select! {
            changed = subscription.changed() => {
                let html = subscription.borrow_and_update().clone();
                if changed.is_err() || socket.send(Message::Text(html)).await.is_err() {
                    return;
                }
            }
            // A closed tab shows here too.
            received = socket.recv() => if matches!(received, Some(Ok(Message::Close(_)) | Err(_)) | None) {
                return;
            },
        }
    }
}

/// What every answer carries.
async fn safely(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut put = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    put(CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    put(X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(REFERRER_POLICY, "no-referrer");
    put(CACHE_CONTROL, "no-store");
    put(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    put(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    response
}

fn nothing_here() -> Response {
    let words = "There is nothing here. Open the address that `telepress preview` printed.\n";
    (StatusCode::NOT_FOUND, words).into_response()
}

fn not_let_in() -> Response {
    let words =
        "This browser has no access yet. Open the address that `telepress preview` printed.\n";
    (StatusCode::FORBIDDEN, words).into_response()
}

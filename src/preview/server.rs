//! Serves the pages over HTTP to browsers with the cookie, hands out the cookie, and sends changed pages over a WebSocket. It only
//! listens on the loopback interface.

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::extract::{Path, Query, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERER, REFERRER_POLICY, SET_COOKIE,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;
use tokio::net::TcpListener;

use super::access::{PathSecret, PreviewAccess, hexadecimal};
use super::browser::redirect;
use super::follow::follow;
use super::journal::Journal;
use super::state::{Gone, PreviewState};
use super::subscribers::View;
use crate::ids::PostId;
use crate::page::{HtmlDocument, Toolbar, html_document};
use crate::{http, http_guard, limits, random};

/// A preview, ready to be served.
pub struct Served {
    state: Arc<PreviewState<'static>>,
    journal: Journal,
    access: Arc<PreviewAccess>,
}

impl Served {
    /// A preview with new secrets; `None` if the system has no secure randomness.
    #[must_use]
    pub fn new(state: PreviewState<'static>, journal: Journal) -> Option<Self> {
        Some(Self { state: Arc::new(state), journal, access: Arc::new(PreviewAccess::new()?) })
    }

    /// The path of a view, for the terminal. Its token stays valid while the pages are served.
    #[must_use]
    pub fn path_of(&self, view: &View) -> String {
        below(self.access.printed(), view)
    }

    /// The path of a view, for a browser that is opened now. Its token is valid once and for a short time. `None` if the system has
    /// no secure randomness.
    #[must_use]
    pub fn path_once(&self, view: &View) -> Option<String> {
        self.access.once().map(|token| below(&token, view))
    }
}

/// The path of a view below its first segment.
fn below(segment: &str, view: &View) -> String {
    match view {
        View::All => format!("/{segment}/"),
        View::Post(id) => format!("/{segment}/?post={id}"),
    }
}

/// Serves the pages on `listener` and follows the files until `end`.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] if `listener` is not bound to the loopback interface; errors of the socket.
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
    let Served { state, mut journal, access } = served;
    // The first page already shows the state of each post.
    journal.has_changed();
    journal.read(&state).await;
    state.refresh(journal.facts(&state));
    let context = Context { state: Arc::clone(&state), access };
    let router = Router::new()
        .route("/{segment}/", get(page))
        .route("/{segment}/live", get(live))
        .route("/{segment}/media/{key}", get(file))
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
        .fallback(|| async { nothing_here() })
        .layer(middleware::from_fn(security_headers))
        .layer(middleware::from_fn_with_state(port, http_guard::only))
        .with_state(context);
    tokio::select! {
        () = http::serve(listener, router, |_| (), std::future::pending()) => Ok(()),
        () = follow(&state, &mut journal) => Ok(()),
        () = end => Ok(()),
    }
}

#[derive(Clone)]
struct Context {
    state: Arc<PreviewState<'static>>,
    access: Arc<PreviewAccess>,
}

/// The requested page. The id is looked up among the posts; it is never used as a path.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PageQuery {
    #[serde(default)]
    post: Option<String>,
}

impl PageQuery {
    fn view(&self) -> Option<View> {
        match &self.post {
            None => Some(View::All),
            Some(id) => PostId::parse(id).ok().map(View::Post),
        }
    }
}

async fn page(
    State(context): State<Context>,
    Path(segment): Path<String>,
    headers: HeaderMap,
    query: Result<Query<PageQuery>, axum::extract::rejection::QueryRejection>,
) -> Response {
    let view = query.ok().and_then(|query| query.view());
    let Some(view) = view else { return nothing_here() };
    match context.access.take(&segment) {
        None => return nothing_here(),
        Some(PathSecret::Token) => return redirect_with_cookie(&context, &view, &headers),
        Some(PathSecret::Folder) if !context.access.has_cookie(&headers) => return no_access(),
        Some(PathSecret::Folder) => {}
    }
    let Some(main) = context.state.draw(&view) else { return nothing_here() };
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

/// Sets the cookie and redirects to the page. Browsers do not send a `SameSite=Strict` cookie after a redirect that began elsewhere,
/// as in the file that opens the browser; then a page of this server redirects.
fn redirect_with_cookie(context: &Context, view: &View, headers: &HeaderMap) -> Response {
    let Ok(cookie) = HeaderValue::from_str(&context.access.cookie()) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let path = below(context.access.folder(), view);
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
    State(context): State<Context>,
    Path(segment): Path<String>,
    headers: HeaderMap,
    Query(query): Query<PageQuery>,
    upgrade: WebSocketUpgrade,
) -> Response {
    if http_guard::is_foreign(&headers) {
        return (StatusCode::FORBIDDEN, "Only pages of this server may open this WebSocket.\n")
            .into_response();
    }
    let (Some(view), Some(PathSecret::Folder)) = (query.view(), context.access.take(&segment))
    else {
        return nothing_here();
    };
    if !context.access.has_cookie(&headers) {
        return no_access();
    }
    let upgrade = upgrade.max_frame_size(MAX_RECEIVED).max_message_size(MAX_RECEIVED);
    upgrade.on_upgrade(move |socket| follow_page(socket, context.state, view))
}

/// A file that a page shows, by its key.
async fn file(
    State(context): State<Context>,
    Path((segment, key)): Path<(String, String)>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    if http_guard::is_foreign(&headers) {
        return (StatusCode::FORBIDDEN, "Only the pages of this server may show its files.\n")
            .into_response();
    }
    if context.access.take(&segment) != Some(PathSecret::Folder) {
        return nothing_here();
    }
    if !context.access.has_cookie(&headers) {
        return no_access();
    }
    let state = Arc::clone(&context.state);
    match tokio::task::spawn_blocking(move || state.open_media(&key)).await {
        Ok(Some(Ok(file))) => file.respond(&method, &headers),
        Ok(Some(Err(Gone))) => {
            let words = "This file has changed or was removed since the page showed it.\n";
            (StatusCode::GONE, words).into_response()
        }
        Ok(None) => nothing_here(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Maximum size in bytes of a message from a page; pages send none.
const MAX_RECEIVED: usize = 1_024;

/// Sends a tab its page after each change until the tab is closed.
async fn follow_page(mut socket: WebSocket, state: Arc<PreviewState<'static>>, view: View) {
    let Some(mut subscription) = state.subscribe(&view) else {
        let reason = format!("{} tabs are open already: close one", limits::PREVIEW_TABS);
        let frame = CloseFrame { code: close_code::AGAIN, reason: reason.into() };
        // A tab that is already gone needs no reason.
        let _ = socket.send(Message::Close(Some(frame))).await;
        return;
    };
    // The page may have changed since it was requested.
    subscription.mark_changed();
    loop {
        tokio::select! {
            changed = subscription.changed() => {
                let html = subscription.borrow_and_update().clone();
                if changed.is_err() || socket.send(Message::Text(html)).await.is_err() {
                    return;
                }
            }
            // Also notices a closed tab.
            received = socket.recv() => if matches!(received, Some(Ok(Message::Close(_)) | Err(_)) | None) {
                return;
            },
        }
    }
}

/// Adds the headers of every response.
async fn security_headers(request: Request, next: Next) -> Response {
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

fn no_access() -> Response {
    let words =
        "This browser has no access yet. Open the address that `telepress preview` printed.\n";
    (StatusCode::FORBIDDEN, words).into_response()
}

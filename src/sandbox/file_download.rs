//! `GET /file/bot<token>/<path>`: the bytes of a file, as the official server gives them to a bot.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};

use super::api::ApiState;
use super::token;
use crate::http::SentFile;

pub(super) async fn file(
    State(api): State<ApiState>,
    Path((bot, folder, name)): Path<(String, String, String)>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let found = api.sandbox.with(|inner, _| {
        let bot = token::bot_of(&bot, inner.token.as_ref()).ok()?;
        let hash = inner.state.files.at(bot, &format!("{folder}/{name}"))?.sha256;
        Some(SentFile { file: inner.kept.find(hash)?, hash, stamp: None, name: None })
    });
    match found {
        Some(file) => file.respond(&method, &headers),
        None => (StatusCode::NOT_FOUND, "{\"ok\":false,\"error_code\":404}").into_response(),
    }
}

//! What the handlers of the sandbox's own addresses share: the state, the form of answers, and errors.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::Sandbox;
use super::fault::NotArmed;
use super::refusal::Refusal;
use super::state::ChannelError;

/// What the handlers share.
#[derive(Clone)]
pub(super) struct ApiState {
    pub(super) sandbox: Sandbox,
    /// Becomes true when the server ends.
    pub(super) ending: watch::Receiver<bool>,
}

/// Why a request to one of these addresses fails.
pub(super) struct ApiError {
    status: StatusCode,
    message: String,
}

impl ApiError {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }
}

impl From<ChannelError> for ApiError {
    fn from(error: ChannelError) -> Self {
        let status = match error {
            ChannelError::Unknown | ChannelError::NoPost => StatusCode::NOT_FOUND,
            ChannelError::Taken => StatusCode::CONFLICT,
        };
        Self::new(status, error.to_string())
    }
}

impl From<NotArmed> for ApiError {
    fn from(error: NotArmed) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error.to_string())
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let status = StatusCode::from_u16(refusal.code()).unwrap_or(StatusCode::BAD_REQUEST);
        Self::new(status, refusal.to_string())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        pretty(self.status, &json!({ "error": self.message }))
    }
}

/// Reads a body as JSON.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body)
        .map_err(|error| ApiError::new(StatusCode::BAD_REQUEST, error.to_string()))
}

/// A successful answer.
pub(super) fn ok(value: &Value) -> Response {
    pretty(StatusCode::OK, value)
}

fn pretty(status: StatusCode, value: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], format!("{value:#}\n")).into_response()
}

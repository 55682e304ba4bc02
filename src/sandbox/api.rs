//! What the handlers of the sandbox's own addresses share: the state, the form of answers, and errors.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::sync::watch;

use super::Sandbox;
use super::fault::FaultError;
use super::refusal::ApiRefusal;
use super::state::ChatError;

#[derive(Clone)]
pub(super) struct ApiState {
    pub(super) sandbox: Sandbox,
    /// Becomes true when the server shuts down.
    pub(super) ending: watch::Receiver<bool>,
}

pub(super) type ControlResult = Result<Response, ApiError>;

/// Why a request to one of these addresses fails.
pub(super) struct ApiError {
    status: StatusCode,
    message: String,
}

impl ApiError {
    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, message: message.into() }
    }

    pub(super) fn not_found(message: &str) -> Self {
        Self { status: StatusCode::NOT_FOUND, message: message.to_owned() }
    }
}

impl From<ChatError> for ApiError {
    fn from(error: ChatError) -> Self {
        let status = match error {
            ChatError::Unknown | ChatError::NoPost => StatusCode::NOT_FOUND,
            ChatError::Taken | ChatError::NoGroup | ChatError::NoBasicGroup => StatusCode::CONFLICT,
        };
        Self { status, message: error.to_string() }
    }
}

impl From<FaultError> for ApiError {
    fn from(error: FaultError) -> Self {
        Self::bad_request(error.to_string())
    }
}

impl From<ApiRefusal> for ApiError {
    fn from(refusal: ApiRefusal) -> Self {
        let status = StatusCode::from_u16(refusal.code()).unwrap_or(StatusCode::BAD_REQUEST);
        Self { status, message: refusal.to_string() }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        pretty(self.status, &json!({ "error": self.message }))
    }
}

/// Reads a body as JSON.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body).map_err(|error| ApiError::bad_request(error.to_string()))
}

/// A successful answer.
pub(super) fn ok(value: &impl Serialize) -> Response {
    pretty(StatusCode::OK, &json!(value))
}

fn pretty(status: StatusCode, value: &serde_json::Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], format!("{value:#}\n")).into_response()
}

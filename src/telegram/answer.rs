//! The answer to one request, parsed but not interpreted.

use std::time::Duration;

use serde_json::Value;

use super::description::Description;
use crate::limits;
use crate::outbox::{NotSentReason, UnknownReason};

/// The answer to one request.
#[derive(Clone, Debug, PartialEq)]
pub enum ApiResponse {
    /// `"ok": true`: the result, or the whole answer if it has no `result`.
    Accepted(Value),
    /// `"ok": false`.
    ApiError(BotApiError),
    /// The connection failed before the whole request was written, so the server did not act on it.
    NotReceived(Description),
    /// The request could not be made here.
    NotAttempted(NotSentReason, Description),
    /// The connection worked, but there is no readable answer.
    Lost(UnknownReason, Description),
    /// An answer longer than [`limits::ANSWER_BYTES`]: its beginning.
    TooLong(String),
}

/// The Bot API's error object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BotApiError {
    /// `error_code`, an HTTP status, if the answer has one.
    pub code: Option<u16>,
    /// `description`; empty if the answer has none.
    pub description: Description,
    /// How long to wait before the next request, at most [`limits::MAX_RETRY_AFTER`].
    pub retry_after: Option<Duration>,
    /// The id that a group got when it became a supergroup. A request is never redirected there.
    pub migrate_to: Option<i64>,
}

impl ApiResponse {
    /// Parses an answer's body, whatever it is.
    #[must_use]
    pub fn of_body(body: &str) -> Self {
        let Ok(Value::Object(mut answer)) = serde_json::from_str(body) else {
            return Self::Lost(UnknownReason::Unreadable, Description::of(body));
        };
        match answer.get("ok") {
            Some(Value::Bool(true)) => {
                Self::Accepted(answer.remove("result").unwrap_or(Value::Object(answer)))
            }
            Some(Value::Bool(false)) => Self::ApiError(BotApiError::of_object(&answer)),
            _ => Self::Lost(UnknownReason::Unreadable, Description::of(body)),
        }
    }
}

impl BotApiError {
    fn of_object(answer: &serde_json::Map<String, Value>) -> Self {
        let reason = answer.get("description").and_then(Value::as_str);
        let text = reason.unwrap_or_default();
        // The Bot API server always gives a reason. An empty one comes from another server, whose code means nothing here.
        let is_without_reason = reason.is_some_and(|reason| reason.trim().is_empty());
        let parameter =
            |name: &str| answer.get("parameters").and_then(|parameters| parameters.get(name));
        let migrate_to = parameter("migrate_to_chat_id").and_then(Value::as_i64);
        let description = match migrate_to {
            // Telegram's description lacks the new id, which the operator needs.
            Some(id) => Description::of(&format!("{text}: name it `chat = {id}` in the config")),
            None => Description::of(text),
        };
        Self {
            code: answer
                .get("error_code")
                .filter(|_| !is_without_reason)
                .and_then(Value::as_u64)
                .and_then(|code| u16::try_from(code).ok()),
            retry_after: parameter("retry_after")
                .and_then(seconds)
                .or_else(|| seconds_in(&description)),
            migrate_to,
            description,
        }
    }

    /// A refusal with only a description.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        let description = Description::of(text);
        Self { retry_after: seconds_in(&description), description, ..Self::default() }
    }
}

/// A wait in seconds: a number, or an integer in a string. Fractions are rounded up.
fn seconds(value: &Value) -> Option<Duration> {
    match value {
        Value::Number(number) => match number.as_u64() {
            Some(seconds) => Some(Duration::from_secs(seconds)),
            None => Duration::try_from_secs_f64(number.as_f64()?.ceil())
                .ok()
                .or_else(|| too_long(number)),
        },
        Value::String(digits) => integer(digits.trim()),
        _ => None,
    }
    .map(|wait| wait.min(limits::MAX_RETRY_AFTER))
}

/// A number that does not fit into a `Duration`.
fn too_long(number: &serde_json::Number) -> Option<Duration> {
    number.as_f64().is_some_and(|seconds| seconds > 0.0).then_some(limits::MAX_RETRY_AFTER)
}

/// The wait that the Bot API also writes into the description: "Too Many Requests: retry after 7".
fn seconds_in(description: &Description) -> Option<Duration> {
    let lower = description.as_str().to_ascii_lowercase();
    let (_, rest) = lower.split_once("retry after ")?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    integer(rest.get(..end)?).map(|wait| wait.min(limits::MAX_RETRY_AFTER))
}

fn integer(digits: &str) -> Option<Duration> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(digits.parse().map_or(limits::MAX_RETRY_AFTER, Duration::from_secs))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn body_is_accepted_refused_or_unreadable() {
        let whole = json!({"ok": true, "message_id": 5});
        let rows = [
            (
                r#"{"ok":true,"result":{"message_id":5}}"#,
                ApiResponse::Accepted(json!({"message_id": 5})),
            ),
            (r#"{"ok":true,"message_id":5}"#, ApiResponse::Accepted(whole)),
            (
                r#"{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}"#,
                ApiResponse::ApiError(BotApiError {
                    code: Some(400),
                    description: Description::of("Bad Request: chat not found"),
                    ..BotApiError::default()
                }),
            ),
            (r#"{"ok":false}"#, ApiResponse::ApiError(BotApiError::default())),
            (
                r#"{"ok":false,"error_code":400,"description":" "}"#,
                ApiResponse::ApiError(BotApiError::default()),
            ),
            (
                r#"{"ok":false,"error_code":400}"#,
                ApiResponse::ApiError(BotApiError { code: Some(400), ..BotApiError::default() }),
            ),
            (
                r#"{"ok":false,"description":"x","parameters":{"migrate_to_chat_id":-1001,"retry_after":"2"}}"#,
                ApiResponse::ApiError(BotApiError {
                    description: Description::of("x: name it `chat = -1001` in the config"),
                    retry_after: Some(Duration::from_secs(2)),
                    migrate_to: Some(-1001),
                    code: None,
                }),
            ),
        ];
        for (body, expected) in rows {
            assert_eq!(ApiResponse::of_body(body), expected, "{body}");
        }
        for body in [
            "",
            "{}",
            "null",
            "[]",
            "true",
            "<html>502</html>",
            r#"{"ok":"true"}"#,
            r#"{"ok":true,"result":{"#,
        ] {
            assert_eq!(
                ApiResponse::of_body(body),
                ApiResponse::Lost(UnknownReason::Unreadable, Description::of(body)),
                "{body}"
            );
        }
    }

    #[test]
    fn wait_is_read_from_the_parameter_or_else_from_the_description() {
        let year = limits::MAX_RETRY_AFTER.as_secs();
        let rows = [
            (json!(0), "", Some(0)),
            (json!(1), "", Some(1)),
            (json!(86400), "Too Many Requests: retry after 7", Some(86400)),
            (json!("7"), "", Some(7)),
            (json!(" 7 "), "", Some(7)),
            (json!(1.2), "", Some(2)),
            (json!(1e300), "", Some(year)),
            (json!(u64::MAX), "", Some(year)),
            (json!("99999999999999999999999"), "", Some(year)),
            (json!(-1), "", None),
            (json!(-1), "Too Many Requests: retry after 7", Some(7)),
            (json!("soon"), "", None),
            (json!(null), "Too Many Requests: Retry After 35", Some(35)),
            (json!(null), "retry after 12 s", Some(12)),
            (json!(null), "Too Many Requests: retry after ", None),
            (json!(null), "Too Many Requests", None),
        ];
        for (parameter, text, expected) in rows {
            let body = json!({"ok": false, "error_code": 429, "description": text, "parameters": {"retry_after": parameter}});
            let ApiResponse::ApiError(refused) = ApiResponse::of_body(&body.to_string()) else {
                panic!("{body}")
            };
            assert_eq!(refused.retry_after, expected.map(Duration::from_secs), "{body}");
        }
    }

    proptest! {
        #[test]
        fn no_body_causes_a_panic(body in any::<String>()) {
            let _ = ApiResponse::of_body(&body);
        }
    }
}

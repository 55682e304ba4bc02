//! Maps an answer to the outcome of the request. Pure: it makes no request and decides nothing about retries.
//!
//! The Bot API has no idempotency key. "Not sent" may be sent again; "unknown" may not, until the channel was checked.

use super::answer::ApiResponse;
use super::description::Description;
use super::posted::PostedMessages;
use super::refusal::{self, ErrorMeaning};
use crate::outbox::{NotSentReason, Operation, Outcome, UnknownReason};

impl From<ApiResponse> for Outcome {
    /// Total: every answer has an outcome.
    fn from(answer: ApiResponse) -> Self {
        match answer {
            ApiResponse::Accepted(result) => {
                if let Some(PostedMessages { message_ids, chat_id }) = PostedMessages::find(&result)
                {
                    return Self::Accepted { message_ids, chat: chat_id };
                }
                unknown(UnknownReason::NoMessageId, &Description::of(&result.to_string()))
            }
            ApiResponse::NotReceived(description) => {
                not_sent(NotSentReason::NoConnection, &description)
            }
            ApiResponse::NotAttempted(why, description) => not_sent(why, &description),
            ApiResponse::Lost(reason, description) => unknown(reason, &description),
            ApiResponse::TooLong(start) => {
                unknown(UnknownReason::TooLong, &Description::of(&start))
            }
            ApiResponse::ApiError(refused) => {
                let description = refused.description.to_string();
                match refusal::meaning(&refused) {
                    ErrorMeaning::Retryable(why) => Self::NotSent {
                        why,
                        retry_after: refused.retry_after.map(|wait| wait.as_secs()),
                        description,
                    },
                    ErrorMeaning::Rejected(refusal) => Self::Rejected { refusal, description },
                    ErrorMeaning::Deleted => Self::SentThenDeleted { description },
                    ErrorMeaning::Unknown(reason) => unknown(reason, &refused.description),
                }
            }
        }
    }
}

/// The outcome of a request whose `file_id` was refused: the next attempt uploads the file.
pub(super) fn of_stale_file_id(answer: ApiResponse) -> Outcome {
    let description = match answer {
        ApiResponse::ApiError(refused) => refused.description,
        other => return other.into(),
    };
    not_sent(NotSentReason::StaleFileId, &description)
}

/// The outcome that the journal records for an answer to this operation.
///
/// An accepted edit, pin, deletion or closing of a poll has taken effect whatever its result is; the result of a deletion is only
/// `true`.
pub(super) fn recorded(answer: ApiResponse, operation: Operation) -> Outcome {
    match (answer, operation) {
        (ApiResponse::Accepted(poll), Operation::ClosePoll) => match serde_json::from_value(poll) {
            Ok(result) => Outcome::PollClosed { result },
            // Closed, but in a form of a later Bot API: the votes are in the channel.
            Err(_) => Outcome::Accepted { message_ids: Vec::new(), chat: None },
        },
        (ApiResponse::Accepted(_), Operation::Edit | Operation::Delete | Operation::Pin) => {
            Outcome::Accepted { message_ids: Vec::new(), chat: None }
        }
        (answer, _) => answer.into(),
    }
}

/// The meaning of an answer, or of its absence, before the whole body of the request was written. The server cannot have
/// acted on it, so only a definite answer counts.
pub(super) fn of_incomplete_request(answer: ApiResponse) -> ApiResponse {
    match answer {
        ApiResponse::Lost(_, description) => ApiResponse::NotReceived(description),
        ApiResponse::TooLong(start) => ApiResponse::NotReceived(Description::of(&start)),
        ApiResponse::ApiError(refused)
            if matches!(refusal::meaning(&refused), ErrorMeaning::Unknown(_)) =>
        {
            ApiResponse::NotReceived(refused.description)
        }
        definite => definite,
    }
}

fn not_sent(why: NotSentReason, description: &Description) -> Outcome {
    Outcome::NotSent { why, retry_after: None, description: description.to_string() }
}

fn unknown(reason: UnknownReason, description: &Description) -> Outcome {
    Outcome::Unknown { reason: Some(reason), description: description.to_string() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::outbox::Refusal;
    use crate::telegram::answer::BotApiError;

    fn of_body(body: &serde_json::Value) -> Outcome {
        Outcome::from(ApiResponse::of_body(&body.to_string()))
    }

    #[test]
    fn accepted_answer_is_sent_only_with_message_ids() {
        let rows = [
            (
                json!({"message_id": 5, "date": 9, "chat": {"id": -1001}}),
                Some((vec![5], Some(-1001))),
            ),
            (json!([{"message_id": 5}, {"message_id": 4}]), Some((vec![5, 4], None))),
            (json!({"message_id": 0}), None),
            (json!({"message_id": -1}), None),
            (json!({"message_id": 9_007_199_254_740_992_i64}), None),
            (json!({"text": "x"}), None),
            (json!(true), None),
        ];
        for (result, expected) in rows {
            let outcome = of_body(&json!({"ok": true, "result": result}));
            let words = Description::of(&result.to_string());
            let expected = match expected {
                Some((message_ids, chat)) => Outcome::Accepted { message_ids, chat },
                None => unknown(UnknownReason::NoMessageId, &words),
            };
            assert_eq!(outcome, expected, "{result}");
        }
    }

    #[test]
    fn missing_answer_is_not_sent_only_if_the_connection_failed() {
        let words = || Description::of("words");
        assert_eq!(
            Outcome::from(ApiResponse::NotReceived(words())),
            Outcome::NotSent {
                why: NotSentReason::NoConnection,
                retry_after: None,
                description: "words".to_owned()
            }
        );
        for reason in
            [UnknownReason::TimedOut, UnknownReason::ConnectionLost, UnknownReason::Unreadable]
        {
            assert_eq!(
                Outcome::from(ApiResponse::Lost(reason, words())),
                unknown(reason, &words())
            );
        }
        let endless = ApiResponse::TooLong(r#"{"ok":true,"result":{"message_id":5,"#.to_owned());
        assert!(matches!(
            Outcome::from(endless),
            Outcome::Unknown { reason: Some(UnknownReason::TooLong), .. }
        ));
    }

    #[test]
    fn not_sent_keeps_the_wait() {
        for (wait, expected) in [
            (json!(0), Some(0)),
            (json!(86400), Some(86400)),
            (json!("7"), Some(7)),
            (json!(null), None),
        ] {
            let body = json!({
                "ok": false, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": wait},
            });
            let Outcome::NotSent { why: NotSentReason::FloodWait, retry_after, .. } =
                of_body(&body)
            else {
                panic!("{body}")
            };
            assert_eq!(retry_after, expected, "{body}");
        }
    }

    #[test]
    fn message_deleted_at_once_was_sent() {
        let text =
            "Internal Server Error: sent message was immediately deleted and can't be returned";
        let outcome = Outcome::from(ApiResponse::ApiError(BotApiError::of_text(text)));
        assert_eq!(outcome, Outcome::SentThenDeleted { description: text.to_owned() });
    }

    #[test]
    fn accepted_change_has_taken_effect_whatever_its_result_is() {
        let accepted = || ApiResponse::of_body(r#"{"ok":true,"result":true}"#);
        let made = Outcome::Accepted { message_ids: vec![], chat: None };
        assert_eq!(recorded(accepted(), Operation::Delete), made);
        assert_eq!(recorded(accepted(), Operation::Edit), made);
        assert_eq!(recorded(accepted(), Operation::Pin), made);
        assert!(matches!(recorded(accepted(), Operation::Send), Outcome::Unknown { .. }));
    }

    #[test]
    fn closed_poll_has_its_votes_if_telegram_returns_them() {
        let poll = r#"{"ok":true,"result":{"id":"7","question":"When?","total_voter_count":3,"is_closed":true,"options":[{"text":"Fri","voter_count":1,"new":0},{"text":"Sat","voter_count":2}]}}"#;
        let Outcome::PollClosed { result } =
            recorded(ApiResponse::of_body(poll), Operation::ClosePoll)
        else {
            panic!("{poll}")
        };
        let votes: Vec<_> = result.options.iter().map(|option| option.votes).collect();
        assert_eq!((votes, result.voters), (vec![1, 2], 3));
        let other =
            recorded(ApiResponse::of_body(r#"{"ok":true,"result":true}"#), Operation::ClosePoll);
        assert_eq!(other, Outcome::Accepted { message_ids: vec![], chat: None });
    }

    #[test]
    fn outcome_of_a_send_is_recorded() {
        for (body, expected) in [
            (
                r#"{"ok":true,"result":{"message_id":7,"chat":{"id":-1001}}}"#,
                Outcome::Accepted { message_ids: vec![7], chat: Some(-1001) },
            ),
            (
                r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 5","parameters":{"retry_after":5}}"#,
                Outcome::NotSent {
                    why: NotSentReason::FloodWait,
                    retry_after: Some(5),
                    description: "Too Many Requests: retry after 5".into(),
                },
            ),
            (
                r#"{"ok":false,"error_code":400,"description":"Bad Request: message is not modified"}"#,
                Outcome::Rejected {
                    refusal: Refusal::NotModified,
                    description: "Bad Request: message is not modified".into(),
                },
            ),
            (
                r#"{"ok":false,"error_code":400,"description":"Bad Request: something of next year"}"#,
                Outcome::Rejected {
                    refusal: Refusal::Unlisted,
                    description: "Bad Request: something of next year".into(),
                },
            ),
        ] {
            assert_eq!(recorded(ApiResponse::of_body(body), Operation::Send), expected, "{body}");
        }
    }
}

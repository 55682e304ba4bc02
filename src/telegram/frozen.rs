//! Requests that were frozen in the journal, made exactly as they stand there; what they say is not looked at.

use super::answer::Answer;
use super::refusal::Refusal;
use crate::outbox::{self, Operation};

/// The methods that an intent may name.
pub(super) const METHODS: [&str; 5] =
    ["sendMessage", "editMessageText", "deleteMessage", "pinChatMessage", "unpinChatMessage"];

/// What the journal records of an answer to a request of this kind.
///
/// An edit or deletion that is accepted has had its effect, whatever its result looks like: a deletion's is only `true`.
pub(super) fn recorded(answer: Answer, operation: Operation) -> outbox::Outcome {
    match (answer, operation) {
        (Answer::Accepted(_), Operation::Edit | Operation::Delete | Operation::Pin) => {
            outbox::Outcome::Sent { message_ids: Vec::new(), chat: None }
        }
        (answer, _) => answer.into(),
    }
}

impl From<Refusal> for outbox::Refusal {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Channel => Self::Channel,
            Refusal::BotWide => Self::BotWide,
            Refusal::NotModified => Self::NotModified,
            Refusal::EditMissing | Refusal::DeleteMissing => Self::Missing,
            Refusal::EditRefused | Refusal::DeleteRefused => Self::Immutable,
            // The request will not work as it is.
            Refusal::Unlisted => Self::Unlisted,
            Refusal::Content
            | Refusal::ProbeMissing
            | Refusal::ProbeRefused
            | Refusal::OtherPoller
            | Refusal::Webhook => Self::Content,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_accepted_change_is_made_whatever_its_result_is() {
        let accepted = || Answer::of_body(r#"{"ok":true,"result":true}"#);
        let made = outbox::Outcome::Sent { message_ids: vec![], chat: None };
        assert_eq!(recorded(accepted(), Operation::Delete), made);
        assert_eq!(recorded(accepted(), Operation::Edit), made);
        assert_eq!(recorded(accepted(), Operation::Pin), made);
        assert!(matches!(recorded(accepted(), Operation::Send), outbox::Outcome::Unknown { .. }));
    }

    #[test]
    fn what_an_answer_means_is_what_is_recorded() {
        for (body, expected) in [
            (
                r#"{"ok":true,"result":{"message_id":7,"chat":{"id":-1001}}}"#,
                outbox::Outcome::Sent { message_ids: vec![7], chat: Some(-1001) },
            ),
            (
                r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 5","parameters":{"retry_after":5}}"#,
                outbox::Outcome::NotSent {
                    why: outbox::Delay::FloodWait,
                    retry_after: Some(5),
                    description: "Too Many Requests: retry after 5".into(),
                },
            ),
            (
                r#"{"ok":false,"error_code":400,"description":"Bad Request: message is not modified"}"#,
                outbox::Outcome::Rejected {
                    refusal: outbox::Refusal::NotModified,
                    description: "Bad Request: message is not modified".into(),
                },
            ),
            (
                r#"{"ok":false,"error_code":400,"description":"Bad Request: something of next year"}"#,
                outbox::Outcome::Rejected {
                    refusal: outbox::Refusal::Unlisted,
                    description: "Bad Request: something of next year".into(),
                },
            ),
        ] {
            assert_eq!(recorded(Answer::of_body(body), Operation::Send), expected, "{body}");
        }
    }
}

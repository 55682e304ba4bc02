//! How teloxide tells what came back, and what was said in it: the only place that knows teloxide's errors.

use std::error::Error;

use serde_json::Value;
use teloxide::{ApiError, RequestError};

use super::answer::{Answer, Refused};
use super::description::Description;
use super::outcome::Doubt;

impl From<Result<Value, RequestError>> for Answer {
    /// Total: every result of teloxide is an answer.
    fn from(result: Result<Value, RequestError>) -> Self {
        match result {
            Ok(result) => Self::Accepted(result),
            Err(RequestError::Api(error)) => Self::Refused(of_api_error(&error)),
            Err(RequestError::RetryAfter(wait)) => Self::Refused(of_wait(wait.duration())),
            Err(RequestError::MigrateToChatId(id)) => Self::Refused(Refused {
                // teloxide drops the text; the new id is for the operator, nothing is sent there by itself.
                description: Description::of(&format!(
                    "group chat was upgraded to a supergroup chat with the id {id}"
                )),
                migrate_to: Some(id.0),
                ..Refused::default()
            }),
            Err(RequestError::Network(error)) => of_network(&error),
            // teloxide knows fewer shapes than there are: whatever it could not read is read here once more.
            Err(RequestError::InvalidJson { raw, .. }) => Self::of_body(&raw),
            Err(RequestError::Io(error)) => {
                Self::Lost(Doubt::ConnectionLost, Description::of(&error.to_string()))
            }
        }
    }
}

/// teloxide keeps an error's text and drops its `error_code`; the text's prefix names the status again.
fn of_api_error(error: &ApiError) -> Refused {
    match error {
        ApiError::Unknown(text) => Refused::of_text(text),
        // The one variant that replaces Telegram's words, of which there are two.
        ApiError::InvalidToken => Refused {
            code: Some(401),
            ..Refused::of_text("Unauthorized, or Not Found: the server does not know the token")
        },
        known => Refused::of_text(&known.to_string()),
    }
}

/// teloxide keeps nothing of a 429 answer but the wait.
fn of_wait(wait: std::time::Duration) -> Refused {
    Refused {
        code: Some(429),
        ..Refused::of_text(&format!("Too Many Requests: retry after {}", wait.as_secs()))
    }
}

/// The line between "not sent" and "not known": only an error before the connection stood proves that nothing was
/// written. Everything later looks the same whether the request was read or not.
fn of_network(error: &reqwest::Error) -> Answer {
    let description = causes(error);
    if error.is_connect() || error.is_builder() {
        return Answer::Unreached(description);
    }
    Answer::Lost(
        if error.is_timeout() { Doubt::TimedOut } else { Doubt::ConnectionLost },
        description,
    )
}

/// What an error's causes say. The error's own words are left out where it has causes, since they hold the address.
fn causes(error: &reqwest::Error) -> Description {
    let mut chain = Vec::new();
    let mut cause = error.source();
    while let Some(error) = cause {
        chain.push(error.to_string());
        cause = error.source();
    }
    if chain.is_empty() {
        return Description::of(&error.to_string());
    }
    Description::of(&chain.join(": "))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;
    use teloxide::types::{ChatId, Seconds};

    use super::*;
    use crate::telegram::outcome::{Delay, Outcome};
    use crate::telegram::refusal::Refusal;

    fn outcome(error: RequestError) -> Outcome {
        Outcome::from(Answer::from(Err(error)))
    }

    #[test]
    fn a_result_is_accepted_as_it_is() {
        assert_eq!(
            Answer::from(Ok(json!({"message_id": 5}))),
            Answer::Accepted(json!({"message_id": 5}))
        );
    }

    #[test]
    fn what_teloxide_keeps_of_a_refusal_is_enough_to_class_it() {
        let rows = [
            (ApiError::InvalidToken, Refusal::BotWide),
            (ApiError::MessageTextIsEmpty, Refusal::Content),
            (
                ApiError::CantParseEntities("Bad Request: can't parse entities: x".into()),
                Refusal::Content,
            ),
            (ApiError::ButtonUrlInvalid, Refusal::Content),
            (ApiError::TextButtonsAreUnallowed, Refusal::Content),
            (ApiError::RequestEntityTooLarge, Refusal::Content),
            (ApiError::ChatNotFound, Refusal::Channel),
            (ApiError::NotEnoughRightsToPostMessages, Refusal::Channel),
            (ApiError::BotKickedFromChannel, Refusal::Channel),
            (ApiError::MessageNotModified, Refusal::NotModified),
            (ApiError::TerminatedByOtherGetUpdates, Refusal::OtherPoller),
            (ApiError::CantGetUpdates, Refusal::Webhook),
            (
                ApiError::Unknown("Bad Request: message caption is too long".into()),
                Refusal::Content,
            ),
            (ApiError::Unknown("Bad Request: something new".into()), Refusal::Unlisted),
        ];
        for (error, expected) in rows {
            let Outcome::Rejected { class, .. } = outcome(RequestError::Api(error.clone())) else {
                panic!("{error:?}")
            };
            assert_eq!(class, expected, "{error:?}");
        }
        let restart = RequestError::Api(ApiError::Unknown("Internal Server Error: restart".into()));
        assert!(matches!(outcome(restart), Outcome::Unknown { .. }));
    }

    #[test]
    fn a_wait_and_a_moved_group_keep_their_numbers() {
        let Outcome::NotSent { why: Delay::FloodWait, retry_after, .. } =
            outcome(RequestError::RetryAfter(Seconds::from_seconds(0)))
        else {
            panic!("no wait")
        };
        assert_eq!(retry_after, Some(Duration::ZERO));

        let Outcome::Rejected { class: Refusal::Channel, description } =
            outcome(RequestError::MigrateToChatId(ChatId(-1001)))
        else {
            panic!("not the channel")
        };
        assert!(description.as_str().contains("-1001"), "{description}");
    }
}

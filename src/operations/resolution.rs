//! An operator's answer about a request whose outcome telepress cannot find out. It is recorded without a check.

use thiserror::Error;

use crate::config::Channel;
use crate::ids::ChatId;
use crate::ids::PostId;
use crate::outbox::{ChangeState, Conflict, Part, PartState, Publication, Resolution};

/// Why an answer is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ResolutionError {
    /// No part waits for an answer.
    #[error("there is nothing to resolve: the state of `{post}` in `{channel}` is `{state}`")]
    NothingToResolve {
        /// The post.
        post: PostId,
        /// The channel.
        channel: String,
        /// The name of its state.
        state: &'static str,
    },
    /// The text is not a message link or number.
    #[error("`{0}` is not a message link or number")]
    NoMessage(String),
    /// The link leads to another channel.
    #[error("`{link}` is not a message of `{channel}`")]
    OtherChannel {
        /// The link.
        link: String,
        /// The post's channel.
        channel: String,
    },
}

impl ResolutionError {
    /// The next step for an operator.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NothingToResolve { .. } => "`telepress queue` lists what waits".to_owned(),
            Self::NoMessage(_) | Self::OtherChannel { .. } => {
                "copy the message's link in Telegram: https://t.me/name/12 or https://t.me/c/1234567890/12; its number alone will do"
                    .to_owned()
            }
        }
    }
}

/// The part of a publication that waits for an operator's answer.
///
/// # Errors
/// If no part does.
pub fn part_in_question(
    publication: &Publication,
    resolution: &Resolution,
) -> Result<usize, ResolutionError> {
    let asks = |part: &Part| {
        let change = part.change.as_ref().map(|change| &change.state);
        part.state.unknown_outcome().is_some()
            || matches!(change, Some(ChangeState::Conflict { .. }))
    };
    // A part that was skipped while its outcome was unknown may turn out to be in the channel.
    let is_left_out = |part: &Part| {
        matches!(resolution, Resolution::Sent { .. })
            && matches!(part.state, PartState::Skipped { in_doubt: true, .. })
    };
    let parts = || publication.parts.iter();
    let part = parts().position(asks).or_else(|| parts().position(is_left_out));
    part.ok_or_else(|| ResolutionError::NothingToResolve {
        post: publication.post.clone(),
        channel: publication.channel.to_string(),
        state: publication.state.shown(),
    })
}

/// Whether a change of the part found its message deleted. Skipping the change then means that the message is gone.
pub(super) fn is_gone(publication: &Publication, part: usize) -> bool {
    let part = publication.parts.get(part);
    let change = part.filter(|part| matches!(part.state, PartState::Sent { .. }));
    matches!(
        change.and_then(|part| part.change.as_ref()).map(|change| &change.state),
        Some(ChangeState::Conflict { conflict: Conflict::Vanished, .. })
    )
}

/// The message id in a link or number.
pub(super) fn message(
    typed: &str,
    chat_id: i64,
    channel: Option<&Channel>,
) -> Result<i64, ResolutionError> {
    let no_message = || ResolutionError::NoMessage(typed.to_owned());
    let id = |digits: &str| digits.parse().ok().filter(|id| *id > 0);
    if let Some(id) = id(typed) {
        return Ok(id);
    }
    let rest = typed.strip_prefix("https://").or_else(|| typed.strip_prefix("http://"));
    let rest = rest.unwrap_or(typed).split(['?', '#']).next().unwrap_or_default();
    let rest = rest.strip_prefix("t.me/").or_else(|| rest.strip_prefix("telegram.me/"));
    let rest = rest.ok_or_else(no_message)?.trim_end_matches('/');
    let (chat, number) = rest.rsplit_once('/').ok_or_else(no_message)?;
    let number = id(number).ok_or_else(no_message)?;
    let is_here = match chat.strip_prefix("c/") {
        Some(digits) => format!("-100{digits}").parse() == Ok(chat_id),
        None => match channel.map(|channel| &channel.chat) {
            Some(ChatId::Username(name)) => name.eq_ignore_ascii_case(chat),
            // The config has only the chat's number, so the name in the link cannot be checked.
            _ => true,
        },
    };
    if is_here {
        Ok(number)
    } else {
        let channel =
            channel.map_or_else(|| chat_id.to_string(), |channel| channel.name.to_string());
        Err(ResolutionError::OtherChannel { link: typed.to_owned(), channel })
    }
}

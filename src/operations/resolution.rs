//! What a person says of a send or change whose outcome only they can tell; it is taken, not judged.

use thiserror::Error;

use crate::config::Channel;
use crate::ids::ChatId;
use crate::ids::PostId;
use crate::outbox::{ChangeState, Conflict, Part, PartState, Publication, Resolution};

/// Why a resolution does not fit.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ResolutionError {
    /// Nothing waits for one.
    #[error("nothing of `{post}` in `{channel}` waits for a word: it is {state}")]
    NothingAsked {
        /// Which post.
        post: PostId,
        /// In which channel.
        channel: String,
        /// How it stands.
        state: &'static str,
    },
    /// A link or number that names no message.
    #[error("`{0}` names no message")]
    NoMessage(String),
    /// A link to a message of another channel.
    #[error("`{link}` is a message of another channel than `{channel}`")]
    OtherChannel {
        /// The link.
        link: String,
        /// The channel the post goes to.
        channel: String,
    },
}

impl ResolutionError {
    /// The way out.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NothingAsked { .. } => "`telepress queue` lists what waits".to_owned(),
            Self::NoMessage(_) | Self::OtherChannel { .. } => {
                "copy the message's link in Telegram: https://t.me/name/12 or https://t.me/c/1234567890/12; its number alone will do"
                    .to_owned()
            }
        }
    }
}

/// The part of a publication that waits for a person's resolution.
///
/// # Errors
/// Where nothing does.
pub fn part_in_question(
    publication: &Publication,
    resolution: &Resolution,
) -> Result<usize, ResolutionError> {
    let asks = |part: &Part| {
        let change = part.change.as_ref().map(|change| &change.state);
        part.state.unknown_outcome().is_some()
            || matches!(change, Some(ChangeState::Conflict { .. }))
    };
    // What was left out while nobody knew may turn out to be in the channel.
    let is_left_out = |part: &Part| {
        matches!(resolution, Resolution::Sent { .. })
            && matches!(part.state, PartState::Skipped { in_doubt: true, .. })
    };
    let parts = || publication.parts.iter();
    let part = parts().position(asks).or_else(|| parts().position(is_left_out));
    part.ok_or_else(|| ResolutionError::NothingAsked {
        post: publication.post.clone(),
        channel: publication.channel.to_string(),
        state: publication.state.name(),
    })
}

/// Whether the part's change met a message that is not there any more: leaving it as it is then means that it is gone.
pub(super) fn is_gone(publication: &Publication, part: usize) -> bool {
    let part = publication.parts.get(part);
    let change = part.filter(|part| matches!(part.state, PartState::Sent { .. }));
    matches!(
        change.and_then(|part| part.change.as_ref()).map(|change| &change.state),
        Some(ChangeState::Conflict { conflict: Conflict::Vanished, .. })
    )
}

/// The id of the message that a link or a number names.
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
            // The config names the chat by its number: whether the link is its own cannot be told.
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

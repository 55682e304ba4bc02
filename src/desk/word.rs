//! An operator's word on a send or change whose outcome only a person can tell; it is taken, not judged.

use thiserror::Error;

use crate::config::Channel;
use crate::ids::ChatId;
use crate::ids::PostId;
use crate::outbox::{ChangeState, Decision, PartState, Publication};

/// An operator's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// It is in the channel, as the messages with these ids or links.
    Sent(Vec<String>),
    /// It is not there.
    NotSent,
    /// Whatever it is, go on without it.
    Skip,
}

/// Why a word does not fit.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WordFault {
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

impl WordFault {
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

impl Word {
    /// What the word decides about a publication: about which part, and what.
    ///
    /// # Errors
    /// Where nothing waits for a word, or a link is another channel's.
    pub fn on(
        &self,
        publication: &Publication,
        channel: Option<&Channel>,
    ) -> Result<(usize, Decision), WordFault> {
        let asks = |part: &crate::outbox::Part| {
            part.state.doubt().is_some()
                || matches!(
                    part.change.as_ref().map(|change| &change.state),
                    Some(ChangeState::Conflict { .. })
                )
        };
        // What was left out while nobody knew may turn out to be in the channel.
        let is_left_out = |part: &crate::outbox::Part| {
            matches!(self, Self::Sent(_))
                && matches!(part.state, PartState::Skipped { in_doubt: true, .. })
        };
        let parts = || publication.parts.iter();
        let Some(part) = parts().position(asks).or_else(|| parts().position(is_left_out)) else {
            return Err(WordFault::NothingAsked {
                post: publication.post.clone(),
                channel: publication.channel.to_string(),
                state: publication.state.name(),
            });
        };
        let decision = match self {
            Self::Sent(messages) => {
                let ids = messages.iter().map(|typed| message(typed, publication.chat, channel));
                Decision::Sent { message_ids: ids.collect::<Result<_, _>>()? }
            }
            Self::NotSent => Decision::NotSent,
            Self::Skip if is_gone(publication, part) => Decision::Gone,
            Self::Skip => Decision::Skip,
        };
        Ok((part, decision))
    }
}

/// Whether the part's change met a message that is not there any more: leaving it as it is then means that it is gone.
fn is_gone(publication: &Publication, part: usize) -> bool {
    let part = publication.parts.get(part);
    let change = part.filter(|part| matches!(part.state, PartState::Sent { .. }));
    matches!(
        change.and_then(|part| part.change.as_ref()).map(|change| &change.state),
        Some(ChangeState::Conflict { conflict: crate::outbox::Conflict::Vanished, .. })
    )
}

/// The id of the message that a link or a number names.
pub(super) fn message(
    typed: &str,
    chat_id: i64,
    channel: Option<&Channel>,
) -> Result<i64, WordFault> {
    let no_message = || WordFault::NoMessage(typed.to_owned());
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
        Err(WordFault::OtherChannel { link: typed.to_owned(), channel })
    }
}

//! Why an operator's answer about an unknown outcome is refused, with a hint. It decides nothing.

use thiserror::Error;

use crate::ids::PostId;
use crate::outbox::StepRefusal;

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
    /// The link leads to another chat.
    #[error("`{link}` is not a message of {}", place(channel, *is_group))]
    OtherChannel {
        /// The link.
        link: String,
        /// The post's channel.
        channel: String,
        /// Whether a message of its discussion group is wanted.
        is_group: bool,
    },
    /// The link has an @name, and telepress does not know the @name of the discussion group.
    #[error("telepress does not know whether `{link}` is in the discussion group of `{channel}`")]
    UnknownGroup {
        /// The link.
        link: String,
        /// The channel.
        channel: String,
    },
    /// Comments come after the copy of their post.
    #[error(
        "message {message_id} is not a comment on `{post}`: the copy of the post in the discussion group is message {copy}, and comments come after it"
    )]
    NotAfterCopy {
        /// The post.
        post: PostId,
        /// The message.
        message_id: i64,
        /// The copy.
        copy: i64,
    },
    /// The messages of an album are not named in their order.
    #[error("these are not the messages of an album in their order: the ids of an album ascend")]
    Order {
        /// The ids in the right order.
        ascending: Vec<i64>,
    },
    /// Not as many messages were named as the part has.
    #[error("{}", StepRefusal::MessageCount { wanted: *wanted, named: *named })]
    MessageCount {
        /// The post.
        post: PostId,
        /// How many it has.
        wanted: usize,
        /// How many were named.
        named: usize,
    },
}

/// A channel, or its discussion group, in a sentence.
pub(super) fn place(channel: &str, is_group: bool) -> String {
    if is_group { format!("the discussion group of `{channel}`") } else { format!("`{channel}`") }
}

impl ResolutionError {
    /// The next step for an operator.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NothingToResolve { .. } => "`telepress queue` lists what waits".to_owned(),
            Self::OtherChannel { is_group: true, .. } => {
                "open the discussion group and copy the comment's link there: https://t.me/c/1234567890/12; its number alone will do"
                    .to_owned()
            }
            Self::NoMessage(_) | Self::OtherChannel { .. } => {
                "copy the message's link in Telegram: https://t.me/name/12 or https://t.me/c/1234567890/12; its number alone will do"
                    .to_owned()
            }
            Self::UnknownGroup { .. } => {
                "if it is, name the comment by its number alone, as in `--sent 12`".to_owned()
            }
            Self::NotAfterCopy { .. } => {
                "nothing was recorded; copy the link of the comment in the discussion group".to_owned()
            }
            Self::Order { ascending } => {
                let ids: Vec<_> = ascending.iter().map(ToString::to_string).collect();
                format!("nothing was recorded; name them in this order: {}", ids.join(" "))
            }
            Self::MessageCount { post, wanted, .. } if *wanted > 1 => format!(
                "nothing was recorded; name all {wanted} messages of the album in their order. If only some of them are in the channel, delete them, then run `telepress resolve {post} --not-sent`, which sends the album again"
            ),
            Self::MessageCount { .. } => "nothing was recorded; name the one message".to_owned(),
        }
    }
}

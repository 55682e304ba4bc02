//! Why an operator's answer about an unknown outcome is refused, with a hint. It decides nothing.

use thiserror::Error;

use crate::ids::{PostId, Target};
use crate::outbox::{AlbumItem, StepRefusal};
use crate::status::question::item_list;

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
    /// A named message does not exist.
    #[error("there is no message {message_id} in {place}")]
    NoSuchMessage {
        /// The message.
        message_id: i64,
        /// The chat in a sentence.
        place: String,
    },
    /// A named message is not the comment.
    #[error("message {message_id} in {place} {}", if *is_copy { "is the copy of a post, not a comment" } else { "does not show this comment" })]
    OtherMessage {
        /// The message.
        message_id: i64,
        /// The discussion group in a sentence.
        place: String,
        /// Whether it is the copy of a post.
        is_copy: bool,
    },
    /// The message that is not there, as the operator says, is there.
    #[error("it is in {place}: {}", messages_that_show_it(message_ids))]
    IsThere {
        /// The post and channel.
        target: Target,
        /// The chat in a sentence.
        place: String,
        /// Its messages.
        message_ids: Vec<i64>,
    },
    /// Some files of the album that is not there, as the operator says, are there.
    #[error("of the {messages} files of the album, these are in {place}: {}", item_list(items))]
    PartlyThere {
        /// The post and channel.
        target: Target,
        /// The chat in a sentence.
        place: String,
        /// The files that were found.
        items: Vec<AlbumItem>,
        /// How many the album has.
        messages: usize,
    },
    /// Telegram refused to show a message now.
    #[error("Telegram asks telepress to wait {0} seconds")]
    Wait(u64),
}

/// A channel, or its discussion group, in a sentence.
pub(super) fn place(channel: &str, is_group: bool) -> String {
    if is_group { format!("the discussion group of `{channel}`") } else { format!("`{channel}`") }
}

fn messages_that_show_it(ids: &[i64]) -> String {
    match ids {
        [id] => format!("message {id} shows it"),
        several => format!("messages {} show it", list(several, ", ")),
    }
}

fn list(ids: &[i64], separator: &str) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(separator)
}

impl ResolutionError {
    /// The next step for an operator.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NothingToResolve { .. } => "`telepress status` lists the posts that need an answer".to_owned(),
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
            Self::NotAfterCopy { .. } | Self::OtherMessage { .. } => {
                "nothing was recorded; copy the link of the comment in the discussion group".to_owned()
            }
            Self::Order { ascending } => {
                format!("nothing was recorded; name them in this order: {}", list(ascending, " "))
            }
            Self::MessageCount { post, wanted, .. } if *wanted > 1 => format!(
                "nothing was recorded; name all {wanted} messages of the album in their order. If only some of them are in the channel, delete them, then run `telepress resolve {post} --not-sent`, which sends the album again"
            ),
            Self::MessageCount { .. } => "nothing was recorded; name the one message".to_owned(),
            Self::NoSuchMessage { .. } => {
                "nothing was recorded; copy the link of the message in Telegram".to_owned()
            }
            Self::IsThere { target, message_ids, .. } => format!(
                "nothing was recorded; run `telepress resolve {target} --sent {}`",
                list(message_ids, " ")
            ),
            Self::PartlyThere { target, items, .. } => {
                let (these, them, duplicates) = match items.len() {
                    1 => ("this message", "it", "a duplicate"),
                    _ => ("these messages", "them", "duplicates"),
                };
                format!(
                    "nothing was recorded, because sending the album again would leave {these} there as {duplicates}; delete {them}, then run `telepress resolve {target} --not-sent` again"
                )
            }
            Self::Wait(_) => "nothing was recorded; run the command again after that".to_owned(),
        }
    }
}

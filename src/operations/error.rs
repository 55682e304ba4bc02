//! Why an order was not carried out, by its consequence.

use jiff::Timestamp;
use thiserror::Error;

use super::ResolutionError;
use crate::exit::Exit;
use crate::fs::ListError;
use crate::ids::PostId;
use crate::newsroom::PostsError;
use crate::outbox::{Publication, PublicationId, StepRefusal};
use crate::store::{Binding, StoreError};

/// Why an order was not carried out.
#[derive(Debug, Error)]
pub enum OperationError {
    /// Nothing of the post is in the journal.
    #[error("nothing of `{post}`{} is in the journal", channel.as_ref().map(|channel| format!(" in `{channel}`")).unwrap_or_default())]
    NotInJournal {
        /// Which post.
        post: PostId,
        /// In which channel, where one was named.
        channel: Option<String>,
    },
    /// It stands in the channel already.
    #[error("`{post}` stands in the channel already{}", link.as_ref().map(|link| format!(": {link}")).unwrap_or_default())]
    Stands {
        /// Which post.
        post: PostId,
        /// Where.
        link: Option<String>,
    },
    /// The message may be that of a request whose outcome is not known.
    #[error("message {message_id} may be `{post}`, and nobody knows yet whether that was sent")]
    MayBeAnother {
        /// Which post.
        post: PostId,
        /// Which message.
        message_id: i64,
    },
    /// The rules do not allow it.
    #[error("`{post}` in `{channel}`: {refused}")]
    Refused {
        /// Which post.
        post: PostId,
        /// In which channel.
        channel: String,
        /// Why not.
        refused: StepRefusal,
    },
    /// The publication is not in the journal any more.
    #[error("publication {0} is not in the journal any more")]
    Gone(PublicationId),
    /// The resolution does not fit.
    #[error(transparent)]
    Resolution(#[from] ResolutionError),
    /// The journal belongs to another server.
    #[error("this journal belongs to {bound}, but the config names {server}")]
    OtherServer {
        /// To which server and bot.
        bound: Binding,
        /// The address of the other server.
        server: String,
    },
    /// The journal belongs to another bot.
    #[error("this journal belongs to {bound}, but the token is that of bot {bot}")]
    OtherBot {
        /// To which server and bot.
        bound: Binding,
        /// The other bot's id.
        bot: u64,
    },
    /// The mark of the journal in the staging chat cannot be read, and the journal has one there.
    #[error("nothing is sent: the mark of the journal in the staging chat cannot be read: {0}")]
    NoMark(String),
    /// The clock is earlier than what the journal recorded.
    #[error("this machine's clock says {}, but the journal recorded a request at {}", now.strftime("%F %H:%MZ"), newest.strftime("%F %H:%MZ"))]
    ClockBehind {
        /// What the clock says.
        now: Timestamp,
        /// The newest instant in the journal.
        newest: Timestamp,
    },
    /// The posts cannot be listed.
    #[error(transparent)]
    Posts(#[from] PostsError),
    /// The journal.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OperationError {
    /// Whether the rules do not allow it, so that nothing was written and nothing is wrong.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Refused { refused, .. } | Self::Store(StoreError::Refused { refused, .. }) => {
                !matches!(refused, StepRefusal::Broken(_))
            }
            _ => false,
        }
    }

    /// The same, naming the publication it is about.
    #[must_use]
    pub fn of(self, publication: &Publication, channel: String) -> Self {
        match self {
            Self::Store(StoreError::Refused { refused, .. }) => {
                Self::Refused { post: publication.post.clone(), channel, refused }
            }
            other => other,
        }
    }

    /// The way out.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Stands { post, .. } => {
                format!(
                    "`telepress update {post}` edits it, `telepress delete {post}` takes it out"
                )
            }
            Self::MayBeAnother { post, message_id } => format!(
                "if it is, `telepress resolve {post} --sent {message_id}`; if not, adopt it when that is settled: `telepress status {post}`"
            ),
            Self::Refused { post, refused, .. } => way_out(post, refused),
            Self::NotInJournal { .. } | Self::Gone(_) => "`telepress status` lists what is".to_owned(),
            Self::Resolution(fault) => fault.hint(),
            Self::OtherServer { server, .. } => format!(
                "use that server, or give the other one a journal of its own with `[store] url`; if the bot has moved there, `telepress journal server {server}`"
            ),
            Self::OtherBot { bound, .. } => format!(
                "use the token of bot {}, or give the other bot a journal of its own with `[store] url`",
                bound.bot
            ),
            Self::ClockBehind { .. } => {
                "set the machine's clock, and let it be kept by NTP; nothing was sent".to_owned()
            }
            Self::NoMark(_) => "let the bot into the staging chat again, or name another in `[recovery] staging_chat`; without one, take the key out".to_owned(),
            Self::Posts(PostsError { source: ListError::TooMany { .. }, .. }) => {
                "move the files that are not posts to another folder".to_owned()
            }
            Self::Posts(_) => "--posts names the folder of the posts".to_owned(),
            Self::Store(fault) => fault.hint(),
        }
    }

    /// How the run ends.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::NotInJournal { .. }
            | Self::Resolution(_)
            | Self::OtherServer { .. }
            | Self::OtherBot { .. }
            | Self::NoMark(_)
            | Self::ClockBehind { .. }
            | Self::Posts(_) => Exit::Usage,
            Self::Refused { refused, .. } | Self::Store(StoreError::Refused { refused, .. }) => {
                match refused {
                    StepRefusal::Broken(_) => Exit::Unexpected,
                    StepRefusal::InFlight { .. }
                    | StepRefusal::TooEarly { .. }
                    | StepRefusal::ChannelBusy { .. }
                    | StepRefusal::ChannelFrozen { .. }
                    | StepRefusal::ChannelPaused { .. }
                    | StepRefusal::Stopped { .. } => Exit::Waiting,
                    _ => Exit::Findings,
                }
            }
            Self::Store(fault) => fault.exit(),
            Self::Stands { .. } | Self::MayBeAnother { .. } => Exit::Findings,
            Self::Gone(_) => Exit::Unexpected,
        }
    }
}

/// What can be done where the rules do not allow it.
fn way_out(post: &PostId, refused: &StepRefusal) -> String {
    match refused {
        StepRefusal::InFlight { .. } => {
            "try again when its answer is there: `telepress status` tells".to_owned()
        }
        StepRefusal::WrongState { state, .. } => match *state {
            "published" => format!(
                "`telepress update {post}` edits it, `telepress delete {post}` takes it out of the channel"
            ),
            "failed" => format!("`telepress retry {post}` goes on at its failed part"),
            "cancelled" | "deleted" => {
                format!("`telepress publish {post} --again` sends it as a new message")
            }
            "uncertain" => format!(
                "look at the channel, then `telepress resolve {post} --sent LINK` or `telepress resolve {post} --not-sent`"
            ),
            _ => format!("`telepress status` tells how `{post}` stands"),
        },
        StepRefusal::ChannelPaused { .. } | StepRefusal::Stopped { .. } => {
            "`telepress resume` lets it go on".to_owned()
        }
        StepRefusal::Posted { .. } => format!("`telepress delete {post}` takes out what was sent"),
        _ => format!("`telepress status` tells how `{post}` stands"),
    }
}

//! The errors of orders, with their hints and exit codes.

use jiff::Timestamp;
use thiserror::Error;

use super::resolution_error::ResolutionError;
use crate::exit::Exit;
use crate::fs::ListError;
use crate::ids::PostId;
use crate::newsroom::PostsError;
use crate::outbox::{Publication, PublicationId, State, StepRefusal};
use crate::spool::SpoolError;
use crate::store::{Binding, StoreError};

/// Why an order failed.
#[derive(Debug, Error)]
pub enum OperationError {
    /// The post is not in the journal.
    #[error("`{post}`{} is not in the journal", channel.as_ref().map(|channel| format!(" in `{channel}`")).unwrap_or_default())]
    NotInJournal {
        /// The post.
        post: PostId,
        /// The channel, if one was named.
        channel: Option<String>,
    },
    /// The post is in the channel already.
    #[error("`{post}` is in the channel already{}", link.as_ref().map(|link| format!(": {link}")).unwrap_or_default())]
    AlreadyPublished {
        /// The post.
        post: PostId,
        /// The address of its first message.
        link: Option<String>,
    },
    /// The message may belong to a request whose outcome is unknown.
    #[error("message {message_id} may be `{post}`, which Telegram did not confirm")]
    MayBeAnother {
        /// The post.
        post: PostId,
        /// The message id.
        message_id: i64,
    },
    /// The rules refuse the order.
    #[error("`{post}` in `{channel}`: {}", refusal_text(refused))]
    Refused {
        /// The post.
        post: PostId,
        /// The channel.
        channel: String,
        /// The refusal.
        refused: StepRefusal,
    },
    /// The publication is no longer in the journal.
    #[error("publication {0} is no longer in the journal")]
    Gone(PublicationId),
    /// The resolution does not fit.
    #[error(transparent)]
    Resolution(#[from] ResolutionError),
    /// The journal belongs to another server.
    #[error("this journal belongs to {bound}, but the config names {server}")]
    OtherServer {
        /// The journal's server and bot.
        bound: Binding,
        /// The address of the other server.
        server: String,
    },
    /// The journal belongs to another bot.
    #[error("this journal belongs to {bound}, but the token is that of bot {bot}")]
    OtherBot {
        /// The journal's server and bot.
        bound: Binding,
        /// The other bot's id.
        bot: u64,
    },
    /// The journal has a mark in the staging chat, and it cannot be read.
    #[error("cannot read the journal's mark in the staging chat, so nothing is sent: {0}")]
    NoMark(String),
    /// The clock is earlier than the newest record of the journal.
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
    /// A media file is not the one that the post was read with.
    #[error("{path} has changed since the post was read")]
    MediaChanged {
        /// Its path below the posts folder.
        path: String,
    },
    /// The bytes of media cannot be kept or found.
    #[error(transparent)]
    Spool(#[from] SpoolError),
    /// The journal cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OperationError {
    /// Whether the rules refuse the order. Then nothing was written, and nothing is broken.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Refused { refused, .. } | Self::Store(StoreError::Refused { refused, .. }) => {
                !matches!(refused, StepRefusal::Broken(_))
            }
            _ => false,
        }
    }

    /// Adds the names of the publication to a refusal, and shows its state as `status` does.
    #[must_use]
    pub fn of(self, publication: &Publication, channel: String, now: Timestamp) -> Self {
        match self {
            Self::Store(StoreError::Refused { refused, .. }) => Self::Refused {
                post: publication.post.clone(),
                channel,
                refused: shown_as_due(refused, publication, now),
            },
            other => other,
        }
    }

    /// The next step for an operator.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::AlreadyPublished { post, .. } => {
                format!(
                    "`telepress update {post}` edits it, `telepress delete {post}` deletes it"
                )
            }
            Self::MayBeAnother { post, message_id } => format!(
                "if it is, run `telepress resolve {post} --sent {message_id}`; if not, resolve `{post}` first: see `telepress status {post}`"
            ),
            Self::Refused { post, refused, .. } => refusal_hint(post, refused),
            Self::NotInJournal { .. } | Self::Gone(_) => "`telepress status` lists the posts in the journal".to_owned(),
            Self::Resolution(error) => error.hint(),
            Self::OtherServer { server, .. } => format!(
                "use that server, or give the other one a journal of its own with `[store] url`; if the bot has moved there, run `telepress journal server {server}`"
            ),
            Self::OtherBot { bound, .. } => format!(
                "use the token of bot {}, or give the other bot a journal of its own with `[store] url`",
                bound.bot
            ),
            Self::ClockBehind { .. } => {
                "set the machine's clock, and keep it synchronized with NTP; nothing was sent".to_owned()
            }
            Self::NoMark(_) => "add the bot to the staging chat again, or set `[recovery] staging_chat` to another chat, or remove the key".to_owned(),
            Self::Posts(PostsError { source: ListError::TooMany { .. }, .. }) => {
                "move the files that are not posts to another folder".to_owned()
            }
            Self::Posts(_) => "`--posts` sets the posts folder".to_owned(),
            Self::MediaChanged { .. } => {
                "run the command again; `telepress check` reports files that cannot be read".to_owned()
            }
            Self::Spool(error) => error.hint().to_owned(),
            Self::Store(error) => error.hint(),
        }
    }

    /// The exit code.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::AlreadyPublished { .. }
            | Self::MayBeAnother { .. }
            | Self::Resolution(
                ResolutionError::MessageCount { .. }
                | ResolutionError::NotAfterCopy { .. }
                | ResolutionError::NoSuchMessage { .. }
                | ResolutionError::OtherMessage { .. }
                | ResolutionError::IsThere { .. }
                | ResolutionError::PartlyThere { .. },
            ) => Exit::Findings,
            Self::Resolution(ResolutionError::Wait(_)) | Self::MediaChanged { .. } => Exit::Waiting,
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
                    | StepRefusal::FloodWait { .. }
                    | StepRefusal::ChannelPaused { .. }
                    | StepRefusal::Stopped { .. } => Exit::Waiting,
                    _ => Exit::Findings,
                }
            }
            Self::Store(error) => error.exit(),
            Self::Gone(_) | Self::Spool(_) => Exit::Unexpected,
        }
    }
}

/// A scheduled publication counts as due from its time on, even if the publisher has not seen it since.
fn shown_as_due(refused: StepRefusal, publication: &Publication, now: Timestamp) -> StepRefusal {
    match refused {
        StepRefusal::WrongState { event, state }
            if state == State::Scheduled.shown()
                && publication.state == State::Scheduled
                && publication.due_at <= now =>
        {
            StepRefusal::WrongState { event, state: State::Due.shown() }
        }
        other => other,
    }
}

/// A refusal of an order. Of an operator's orders only `resolve --not-sent` can be too early.
fn refusal_text(refused: &StepRefusal) -> String {
    match refused {
        StepRefusal::TooEarly { until } => format!(
            "Telegram may still deliver this request until {}",
            until.strftime("%H:%M:%S UTC")
        ),
        other => other.to_string(),
    }
}

/// The next step after a refusal.
fn refusal_hint(post: &PostId, refused: &StepRefusal) -> String {
    match refused {
        StepRefusal::InFlight { .. } => {
            "try again when Telegram has answered: `telepress status` shows it".to_owned()
        }
        StepRefusal::WrongState { state, .. } => match *state {
            "published" => format!(
                "`telepress update {post}` edits it, `telepress delete {post}` deletes it from the channel"
            ),
            "failed" => format!(
                "`telepress retry {post}` puts it back in the queue, beginning with the failed part"
            ),
            "cancelled" | "deleted" => {
                format!("`telepress publish {post} --again` publishes it after all")
            }
            "uncertain" => format!(
                "check whether the message is there, then run `telepress resolve {post} --sent LINK` or `telepress resolve {post} --not-sent`"
            ),
            _ => format!("`telepress status {post}` shows its state"),
        },
        StepRefusal::ChannelPaused { .. } | StepRefusal::Stopped { .. } => {
            "`telepress resume` resumes sending".to_owned()
        }
        StepRefusal::TooEarly { .. } => "run the command again after that".to_owned(),
        StepRefusal::Posted { .. } => format!("`telepress delete {post}` deletes what was sent"),
        StepRefusal::MessageIds { .. } => {
            "copy the link of the right message in Telegram; `telepress status` shows the links of published posts"
                .to_owned()
        }
        StepRefusal::MessageCount { .. } => format!(
            "name all messages in their order. An album can be adopted only whole: if the others are not in the channel any more, delete the rest of it there, then run `telepress publish {post} --again`"
        ),
        _ => format!("`telepress status {post}` shows its state"),
    }
}

//! Why a plan does what it does with a post.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::diff::Aspects;
use crate::ids::{ChannelName, ChatId, PostId, Target};
use crate::outbox::{OldNames, Publication};

/// Why a plan does what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It was never published there.
    New,
    /// It names its time.
    NamesItsTime,
    /// Its time passed before anybody published it.
    Late,
    /// It came when its time had passed by more than the grace.
    CameLate,
    /// Its file names no time any more.
    NoTime,
    /// Another text goes out in its place; nothing of it was sent.
    Replaced,
    /// Something else than what an operator was shown when he ordered it.
    ChangedSinceOrdered,
    /// The file says again what an operator was shown.
    AsOrdered,
    /// The file names another time.
    OtherTime,
    /// Its clock time means another moment than when it was scheduled.
    ZoneRules,
    /// The file names a time that is not the cancelled one.
    NewTime,
    /// The text has changed.
    Changed,
    /// Only a style, the config or telepress has changed.
    Restyled,
    /// The same, and nobody asked for it.
    WaitsForRestyle,
    /// What its messages show is not known: they were there before the journal.
    Adopted,
    /// It is as it should be.
    UpToDate,
    /// It is on the schedule.
    Scheduled,
    /// It is on the schedule at an operator's time, which stands over the file's.
    ByHand(Option<Timestamp>),
    /// Its time has come.
    Due,
    /// Its time has come, and this keeps it back.
    KeptBack(String),
    /// It is a draft.
    Draft,
    /// It is a draft now, and comes off the schedule.
    BecameDraft,
    /// Its time lies before the journal's beginning.
    History,
    /// A person took it back; only `publish --again` brings it.
    Withdrawn(String),
    /// It has no file, and `--prune` was not asked for.
    Vanished,
    /// The same of one that waits, and of which nothing was sent.
    VanishedUnsent,
    /// The channel is another chat now, and nothing was sent to the old one.
    ChannelMoved,
    /// It has no file, but this one, which cannot be read as a post, may be it.
    MayBeUnread(String),
    /// The channel shows something else than its file asks for.
    Differs(Aspects),
    /// An edit waits, and the file says again what the channel shows.
    AsShown,
    /// It was to be deleted since it had no file, and has one again.
    FileBack,
    /// It has no file.
    Pruned,
    /// Its file has errors.
    Broken,
    /// It may be the same post as a vanished one.
    MovedFrom {
        /// What it may have been called.
        old: OldNames,
        /// What it is called.
        new: PostId,
        /// Whether it waits in the journal for the answer.
        is_recorded: bool,
    },
    /// A new file may be this post's.
    MovedTo {
        /// What it is called in the journal.
        old: PostId,
        /// The post of the new file.
        new: PostId,
        /// The channel, where it may have another name in another one.
        channel: Option<String>,
    },
    /// Its file says what other posts show, whose own files do not.
    TakesOver {
        /// The other posts.
        old: OldNames,
        /// The post.
        new: PostId,
    },
    /// Its file is gone before anything of it was sent.
    GoneUnsent,
    /// It is being sent.
    UnderWay(String),
    /// It is being edited, deleted or pinned.
    Changing(String),
    /// Why it waits, and the way out.
    Waits(String),
    /// Why Telegram refused it, and the way out.
    Failed(String),
    /// An edit cannot be made: more parts, and newer messages behind it.
    NewerMessages,
    /// An edit or deletion of messages older than Telegram lets a bot delete.
    TooOld {
        /// How many messages would have to go.
        messages: usize,
    },
    /// What differs can only be set when a message is sent.
    NoEdit(&'static str),
    /// Its editions begin together, and the one for this channel does not.
    Together(ChannelName),
    /// It was not sent whole.
    NotWhole,
    /// Which chat the config's channel is was not found out, so it may be there already.
    ChatUnknown(ChatId),
    /// The config's channel is another chat than the one that it went to, or waits for.
    Elsewhere {
        /// Which chat that is.
        chat: ChatId,
        /// What is known of it there.
        presence: Presence,
    },
    /// No channel of the config is the chat that it went to.
    NoChannel {
        /// Whether the config has a channel of that name, which is another chat.
        is_other_chat: bool,
        /// Whether something of it was sent.
        is_sent: bool,
    },
    /// Its file has nothing for the channel any more.
    NoEdition {
        /// Whether something of it was sent.
        is_sent: bool,
    },
}

/// What is known of a post in the chat that its channel was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Something of it is there.
    Published,
    /// It may be there.
    InDoubt,
    /// It waits to be sent there.
    Waits,
}

impl Presence {
    /// What is known of a publication.
    #[must_use]
    pub fn of(publication: &Publication) -> Self {
        if publication.sent() > 0 {
            Self::Published
        } else if publication.is_unsent() {
            Self::Waits
        } else {
            Self::InDoubt
        }
    }

    /// In words, of a post that is, or may be, in `chat`.
    #[must_use]
    pub fn shown(self, chat: &ChatId) -> String {
        match self {
            Self::Published => format!("it was published in another chat ({chat})"),
            Self::InDoubt => format!("it may have been published in another chat ({chat})"),
            Self::Waits => format!("it waits for another chat ({chat}) than the channel is now"),
        }
    }

    /// What can be done about it.
    #[must_use]
    pub fn hint(self, target: &Target, chat: &ChatId) -> String {
        let post = target.post();
        match self {
            Self::Published | Self::InDoubt => format!(
                "`telepress publish {target} --again` sends it here too, `telepress adopt {post} LINK` records a message that is here already"
            ),
            Self::Waits => format!("`telepress cancel {post} --channel {chat}` takes it off there"),
        }
    }
}

impl Reason {
    /// The reason in words, with what can be done about `target`, times in `zone`.
    #[must_use]
    pub fn shown(&self, target: &Target, zone: &TimeZone) -> String {
        let post = target.post();
        let advice = match self {
            Self::CameLate => {
                format!(
                    "`telepress release {target}` sends it, `telepress cancel {target}` does not"
                )
            }
            Self::Adopted => format!("`telepress update {post}` edits them"),
            Self::WaitsForRestyle => "`telepress apply --restyle` edits it".to_owned(),
            Self::Vanished => "`telepress apply --prune` deletes it".to_owned(),
            Self::VanishedUnsent => {
                "`telepress apply --prune` takes it off the schedule".to_owned()
            }
            Self::NewerMessages => format!(
                "shorten it, or `telepress delete {target}` and `telepress publish {target} --again`"
            ),
            Self::NotWhole => {
                format!(
                    "`telepress retry {target}` goes on, `telepress delete {target}` takes it back"
                )
            }
            Self::Withdrawn(_) => {
                format!("`telepress publish {target} --again` sends it as a new message")
            }
            Self::History => format!(
                "`telepress publish {target}` sends it, `telepress adopt {post} LINK` records its existing message"
            ),
            Self::Broken => "`telepress check` shows them".to_owned(),
            Self::Elsewhere { chat, presence } => presence.hint(target, chat),
            Self::NoChannel { is_sent: true, .. } | Self::NoEdition { is_sent: true } => {
                format!("`telepress delete {target}` deletes it there")
            }
            Self::NoChannel { .. } => {
                format!("`telepress cancel {target}` takes it off the schedule")
            }
            _ => return self.in_zone(zone),
        };
        format!("{self}; {advice}")
    }

    fn in_zone(&self, zone: &TimeZone) -> String {
        match self {
            Self::ByHand(Some(at)) => {
                format!("an operator set the time; the file says {}", when(*at, zone))
            }
            other => other.to_string(),
        }
    }
}

impl Reason {
    /// The reasons that have to do with where a post is published, or its file, and what to do about that.
    fn write_place(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Elsewhere { chat, presence } => formatter.write_str(&presence.shown(chat)),
            Self::NoChannel { is_other_chat: true, .. } => {
                formatter.write_str("the channel is another chat now")
            }
            Self::NoChannel { .. } => formatter.write_str("the channel is no longer in the config"),
            Self::NoEdition { .. } => formatter.write_str("the post does not go to it any more"),
            Self::History => formatter.write_str("it is older than the journal"),
            Self::ChatUnknown(chat) => write!(
                formatter,
                "it may be published there already: which chat {chat} is, only Telegram knows"
            ),
            Self::MovedTo { old, new, channel } => {
                let of = channel.as_ref().map(|name| format!(" --channel {name}"));
                let of = of.unwrap_or_default();
                write!(
                    formatter,
                    "its own file is gone or has another text, and it may be `{new}` now: `telepress move {old} {new}{of}` if it is"
                )
            }
            Self::TakesOver { old, new } => {
                let names = old.shown();
                match old.posts() {
                    [one] => write!(
                        formatter,
                        "its file says what {names} shows, whose own file is gone or has another text: `telepress update {new}` edits this message; if it is that post, `telepress delete {new}`, then `telepress move {one} {new}`"
                    ),
                    _ => write!(
                        formatter,
                        "its file says what {names} show, whose own files are gone or have another text: `telepress update {new}` edits this message"
                    ),
                }
            }
            Self::MayBeUnread(file) => write!(
                formatter,
                "its file is gone, but `{file}` may be it, which has errors: fix that file first, or remove it"
            ),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fixed = match self {
            Self::New => "new",
            Self::NamesItsTime => "it names its time",
            Self::Late => "its time has passed",
            Self::CameLate => "it came after its time",
            Self::NoTime => "the file names no time any more",
            Self::Replaced => "the text has changed before it went out",
            Self::ChangedSinceOrdered => {
                "the text has changed since an operator ordered what he was shown"
            }
            Self::AsOrdered => "the file says again what an operator was shown",
            Self::OtherTime => "the file names another time",
            Self::ZoneRules => {
                "its clock time means another moment now: the channel's zone, or the rules of that zone, have changed"
            }
            Self::NewTime => "cancelled, and the file names another time now",
            Self::Changed => "the text has changed",
            Self::Restyled => "a style, the config or telepress has changed",
            Self::WaitsForRestyle => "only a style, the config or telepress has changed",
            Self::Adopted => "adopted, and what its messages show is not known",
            Self::UpToDate => "up to date",
            Self::Scheduled => "on the schedule",
            Self::Due => "its time has come: `apply` and `serve` send it",
            Self::ByHand(_) => "on the schedule at an operator's time",
            Self::Draft => "a draft",
            Self::BecameDraft => "it is a draft now",
            Self::AsShown => "the file says again what the channel shows: no edit is needed",
            Self::FileBack => "its file is back, so that it is not deleted",
            Self::Vanished | Self::VanishedUnsent | Self::Pruned => "its file is gone",
            Self::ChannelMoved => {
                "the channel is another chat now, and nothing was sent to the old one"
            }
            Self::Broken => "its file has errors",
            Self::NewerMessages => {
                "it would have more parts, and there are newer messages after it in the channel"
            }
            Self::NotWhole => "it was not sent whole",
            Self::Withdrawn(how) => {
                return formatter.write_str(how);
            }
            Self::MovedFrom { old, new, is_recorded } => {
                return formatter.write_str(&old.reason(new, *is_recorded));
            }
            Self::GoneUnsent => "its file is gone, and nothing of it was sent",
            Self::UnderWay(what)
            | Self::Changing(what)
            | Self::KeptBack(what)
            | Self::Waits(what)
            | Self::Failed(what) => what,
            Self::TooOld { messages } => {
                return write!(
                    formatter,
                    "{messages} of its messages would have to go, and are older than the 48 hours in which a bot may delete them; delete them by hand, or edit the text"
                );
            }
            Self::NoEdit(what) => {
                return write!(formatter, "{what} can only be set when a message is sent");
            }
            Self::Together(channel) => {
                return write!(
                    formatter,
                    "its editions begin together, and the one for {channel} is a draft or has nothing to show"
                );
            }
            Self::Elsewhere { .. }
            | Self::NoChannel { .. }
            | Self::NoEdition { .. }
            | Self::ChatUnknown(_)
            | Self::History
            | Self::MovedTo { .. }
            | Self::TakesOver { .. }
            | Self::MayBeUnread(_) => return self.write_place(formatter),
            Self::Differs(aspects) => return write_aspects(*aspects, formatter),
        };
        formatter.write_str(fixed)
    }
}

/// `the text has changed`, `the text and the link preview have changed`.
fn write_aspects(aspects: Aspects, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Aspects { text, preview, pin } = aspects;
    let named = [(text, "the text"), (preview, "the link preview"), (pin, "the pin")];
    let differing: Vec<_> =
        named.iter().filter(|(differs, _)| *differs).map(|(_, name)| *name).collect();
    match differing.as_slice() {
        [] => formatter.write_str("the file has changed"),
        [one] => write!(formatter, "{one} has changed"),
        [first @ .., last] => write!(formatter, "{} and {last} have changed", first.join(", ")),
    }
}

/// A time as people read it.
#[must_use]
pub fn when(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned_datetime(zone.clone()).strftime("%a %F %H:%M %Q").to_string()
}

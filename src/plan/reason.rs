//! The reason of each item of a plan, and its sentence.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::diff::Aspects;
use super::uneditable::Uneditable;
use crate::ids::{Address, ChannelName, ChatId, PostId, Target};
use crate::outbox::{OldNames, Publication, RefusedDeletion};

/// Why a plan does what it does with a post in a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The post was never published there.
    New,
    /// The file sets a time.
    NamesItsTime,
    /// The time has passed by less than the grace.
    Late,
    /// The file was first seen after its time and the grace.
    FileAppearedLate,
    /// The comments follow the post.
    Comments,
    /// The comments were removed from the file, or their post will be deleted.
    CommentsRemoved,
    /// No discussion group of the channel is known, so comments have no place.
    NoDiscussion,
    /// The post has comments, and its chat is a group.
    CommentsInGroup,
    /// `publish_at` was removed from the file.
    NoTime,
    /// The published post has no copy in the discussion group, so its comments have no place.
    NoCopy,
    /// Comments differ from the file.
    CommentsDiffer(CommentChanges),
    /// Only the order of the comments differs.
    CommentOrder,
    /// The file changed before anything was sent.
    Replaced(Aspects),
    /// The post was held because of its file, which is as before.
    FileValid,
    /// The post was held because the config had no such channel.
    ChannelKnown,
    /// The file differs from the preview that an operator ordered.
    ChangedSinceOrdered,
    /// The file matches the operator's order again.
    AsOrdered,
    /// The time in the file has changed.
    OtherTime,
    /// The local time means another instant than when the post was scheduled.
    ZoneRules,
    /// The post was cancelled, and the time in the file has changed since.
    NewTime,
    /// The file of a refused post has changed.
    Changed,
    /// Only a style, the config or telepress has changed, and `--restyle` was given.
    Restyled,
    /// Only a style, the config or telepress has changed, without `--restyle`.
    WaitsForRestyle,
    /// The messages were adopted, so their text is not known.
    Adopted,
    /// The channel matches the file.
    UpToDate,
    /// The post is on the schedule.
    Scheduled,
    /// The post is on the schedule at an operator's time. The value is the file's time.
    ByHand(Option<Timestamp>),
    /// The post is due.
    Due,
    /// The post is due, and this blocks it.
    Blocked(String),
    /// The post is a draft.
    Draft,
    /// The post became a draft and is taken off the schedule.
    BecameDraft,
    /// The post is older than the journal.
    OlderThanJournal,
    /// No occurrence of `repeat` is left.
    RepeatOver,
    /// The post was deleted or cancelled; only `publish --again` sends it.
    Withdrawn(String),
    /// An operator left the comments out, or deleted them.
    CommentsLeftOut,
    /// The file is gone, without `--prune`.
    Vanished,
    /// The file of a post of which nothing was sent is gone, without `--prune`.
    VanishedUnsent,
    /// The channel is another chat now, and nothing was sent to the old one.
    ChannelMoved,
    /// The file is gone, but it may have been renamed to this one, which has errors.
    MayBeUnread(String),
    /// The file is gone, but this one has its text and is not read as a post.
    TextIsIn(String),
    /// The channel differs from the file.
    Differs(Aspects),
    /// An edit is pending, but the file matches the channel again.
    AsShown,
    /// A deletion is pending because the file was gone, and it is back.
    FileBack,
    /// The file is gone, with `--prune`.
    Pruned,
    /// The file has errors.
    Broken,
    /// A media file of the published post is missing.
    MediaGone,
    /// The post may be a renamed one.
    MovedFrom {
        /// The former names it may have.
        old: OldNames,
        /// The name of the new file.
        new: PostId,
        /// Whether the journal holds the new post until an operator answers.
        is_recorded: bool,
    },
    /// The post may have been renamed to a new file.
    MovedTo {
        /// The post's name in the journal.
        old: PostId,
        /// The post of the new file.
        new: PostId,
        /// The channel, if the rename may concern only this one.
        channel: Option<String>,
    },
    /// The file has the text of other posts' messages, whose own files do not.
    TakesOver {
        /// The other posts.
        old: OldNames,
        /// The post.
        new: PostId,
    },
    /// The file is gone, and nothing was sent.
    GoneUnsent,
    /// The post is being sent.
    InProgress(String),
    /// The post is being edited, deleted or pinned.
    Changing(String),
    /// The post waits, with the reason and the next step.
    Waits(String),
    /// Telegram refused the post, with the reason and the next step.
    Failed(String),
    /// The post needs further messages, but newer ones follow it in the channel.
    NewerMessages,
    /// Messages are too old for a bot to delete.
    TooOld {
        /// The number of such messages.
        messages: usize,
    },
    /// A bot could not delete the post at the `delete_at` of its file.
    DeletionRefused(RefusedDeletion),
    /// The file names other times for the end of the published post.
    EndChanged,
    /// The difference takes effect only when a message is sent.
    NoEdit(&'static str),
    /// The poll differs, and no edit changes a poll.
    PollChanged,
    /// No edit can make the difference.
    Uneditable(Uneditable),
    /// The editions are published together, and the one for this channel cannot.
    Together(ChannelName),
    /// Only some parts were sent.
    NotWhole,
    /// The channel's chat was not looked up, so the post may be there already.
    ChatUnknown(ChatId),
    /// The post is, may be, or waits to be, in the channel's former chat or topic.
    Elsewhere(FormerChat),
    /// The post's chat belongs to no channel of the config.
    NoChannel {
        /// Whether the config has a channel of that name with another chat.
        is_other_chat: bool,
        /// Whether any part was sent.
        is_sent: bool,
    },
    /// The file no longer has an edition for the channel.
    NoEdition {
        /// Whether any part was sent.
        is_sent: bool,
    },
}

/// How many comments below a published post change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommentChanges {
    /// Edited comments.
    pub edited: usize,
    /// Deleted comments.
    pub removed: usize,
    /// New comments.
    pub added: usize,
    /// Whether a new one is wanted before one that stays.
    pub is_inserted: bool,
}

impl CommentChanges {
    /// `1 comment is edited, 2 are deleted`
    fn shown(self) -> String {
        let Self { edited, removed, added, is_inserted } = self;
        let counts = [(edited, "edited"), (removed, "deleted"), (added, "new")];
        let mut shown = String::new();
        for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
            let comments = match (shown.is_empty(), count) {
                (true, 1) => "1 comment is".to_owned(),
                (true, _) => format!("{count} comments are"),
                (false, 1) => ", 1 is".to_owned(),
                (false, _) => format!(", {count} are"),
            };
            shown.push_str(&comments);
            shown.extend([" ", what]);
        }
        if is_inserted {
            shown.push_str(
                "; a new comment comes after all others, because Telegram cannot insert a message",
            );
        }
        if shown.is_empty() { "the comments have changed".to_owned() } else { shown }
    }
}

/// Whether a post is in its channel's former chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormerChatPresence {
    /// A part of it is there.
    Published,
    /// It may be there.
    Uncertain,
    /// It waits to be sent there.
    Waits,
}

impl FormerChatPresence {
    /// The presence of a publication in its chat.
    #[must_use]
    pub fn of(publication: &Publication) -> Self {
        if publication.sent_count() > 0 {
            Self::Published
        } else if publication.is_unsent() {
            Self::Waits
        } else {
            Self::Uncertain
        }
    }
}

/// Why comments cannot be posted in a group, and the next step.
pub(super) const COMMENTS_IN_GROUP: &str =
    "it has comments, and this chat is a group: comments are posted only below posts of channels";
pub(super) const COMMENTS_IN_GROUP_HINT: &str =
    "remove the comments, or publish the post only in channels: `channels = [\"…\"]`";

/// A channel's former chat or topic, and whether a post is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerChat {
    /// The former chat or topic.
    pub place: Address,
    /// Whether the post is there.
    pub presence: FormerChatPresence,
    /// Whether the former chat is the basic group that has become the supergroup of the channel.
    pub is_upgraded: bool,
}

impl FormerChat {
    /// The next step for an operator.
    #[must_use]
    pub fn hint(&self, target: &Target) -> String {
        let (post, place) = (target.post(), &self.place);
        match self.presence {
            FormerChatPresence::Published | FormerChatPresence::Uncertain => format!(
                "`telepress publish {target} --again` sends it here too, `telepress adopt {post} LINK` records a message that is here already"
            ),
            FormerChatPresence::Waits => {
                format!(
                    "`telepress cancel {post} --channel {place}` takes it off the schedule there"
                )
            }
        }
    }
}

impl fmt::Display for FormerChat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, presence, is_upgraded } = self;
        let begun = match presence {
            FormerChatPresence::Published => "it was published",
            FormerChatPresence::Uncertain => "it may have been published",
            FormerChatPresence::Waits => "it waits to be sent",
        };
        let where_to = match (presence, is_upgraded, place.topic) {
            (FormerChatPresence::Waits, true, _) => {
                "to the group before the upgrade to a supergroup"
            }
            (_, true, _) => "in the group before the upgrade to a supergroup",
            (FormerChatPresence::Waits, false, None) => "to another chat",
            (_, false, None) => "in another chat",
            (FormerChatPresence::Waits, false, Some(_)) => "to another topic",
            (_, false, Some(_)) => "in another topic",
        };
        write!(formatter, "{begun} {where_to} ({place})")
    }
}

impl Reason {
    /// The reason as a sentence, with the next step for `target` and times in `zone`.
    #[must_use]
    pub fn shown(&self, target: &Target, zone: &TimeZone) -> String {
        let post = target.post();
        let advice = match self {
            Self::FileAppearedLate => {
                format!(
                    "`telepress publish {target}` sends it now; with `draft = true` in its file it stays unpublished"
                )
            }
            Self::TextIsIn(_) => format!("`telepress delete {target}` deletes it all the same"),
            Self::Adopted => format!("`telepress update {post}` edits them"),
            Self::WaitsForRestyle => "`telepress apply --restyle` edits it".to_owned(),
            Self::Vanished => {
                "`telepress apply --prune` deletes its messages from the channel".to_owned()
            }
            Self::VanishedUnsent => {
                "`telepress apply --prune` takes it off the schedule".to_owned()
            }
            Self::NewerMessages => format!(
                "shorten it, or run `telepress delete {target}` and `telepress publish {target} --again`"
            ),
            Self::NotWhole => {
                format!(
                    "`telepress retry {target}` puts the rest back in the queue, `telepress delete {target}` deletes it"
                )
            }
            Self::Withdrawn(_) => {
                format!("`telepress publish {target} --again` publishes it after all")
            }
            Self::OlderThanJournal => format!(
                "`telepress publish {target}` sends it, `telepress adopt {post} LINK` records its existing message"
            ),
            Self::PollChanged => format!(
                "revert the change, or close the poll with `telepress close-poll {post}` and ask again in a new post"
            ),
            Self::Uneditable(_) => format!(
                "`telepress delete {target}` and `telepress publish {target} --again` send it as a new message"
            ),
            Self::NoDiscussion => {
                "link a group to the channel and add the bot to it; comments are posted only below posts that are published after that, so remove them from the file of a post that is published already".to_owned()
            }
            Self::CommentsInGroup => COMMENTS_IN_GROUP_HINT.to_owned(),
            Self::NoCopy => {
                "comments are posted only below posts that are published after the group was linked, so remove them from the file".to_owned()
            }
            Self::Broken => "`telepress check` shows them".to_owned(),
            Self::MediaGone => {
                "the message stays as it is, and `telepress check` names the file".to_owned()
            }
            Self::Elsewhere(elsewhere) => elsewhere.hint(target),
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
    /// Writes the reasons about the post's chat, file, comments or other channels, and what has changed in it.
    fn write_place(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Elsewhere(elsewhere) => write!(formatter, "{elsewhere}"),
            Self::NoChannel { is_other_chat: true, .. } => {
                formatter.write_str("the channel now names another chat")
            }
            Self::NoChannel { .. } => formatter.write_str("the channel is no longer in the config"),
            Self::Together(channel) => write!(
                formatter,
                "its editions are published together, but the one for {channel} is a draft or empty"
            ),
            Self::Comments => formatter.write_str("they follow the post"),
            Self::CommentsLeftOut => formatter.write_str("an operator left them out"),
            Self::CommentsRemoved => formatter.write_str("the file no longer has them"),
            Self::NoDiscussion => formatter.write_str(
                "no discussion group of the channel is known, so the comments cannot be posted",
            ),
            Self::CommentsInGroup => formatter.write_str(COMMENTS_IN_GROUP),
            Self::NoCopy => formatter.write_str(
                "the post was published before telepress knew the discussion group, and telepress knows of no copy of it there",
            ),
            Self::TooOld { messages } => write!(
                formatter,
                "{messages} of its messages would be deleted, but a bot can delete messages only within 48 hours; delete them by hand, or edit the text"
            ),
            Self::NoEdit(what) => {
                write!(formatter, "{what} takes effect only when a message is sent")
            }
            Self::Replaced(aspects) => {
                write_aspects(*aspects, formatter)?;
                formatter.write_str(" since it was scheduled")
            }
            Self::CommentsDiffer(changes) => formatter.write_str(&changes.shown()),
            Self::CommentOrder => formatter.write_str(
                "only the order has changed, and comments stay in the order in which they were published",
            ),
            Self::NoEdition { .. } => {
                formatter.write_str("the post no longer goes to this channel")
            }
            Self::OlderThanJournal => formatter.write_str("it is older than the journal"),
            Self::RepeatOver => formatter.write_str("its `repeat` has ended"),
            Self::ChatUnknown(chat) => write!(
                formatter,
                "it may be published there already: the chat of {chat} has not been looked up yet"
            ),
            Self::MovedTo { old, new, channel } => {
                let of = channel.as_ref().map(|name| format!(" --channel {name}"));
                let of = of.unwrap_or_default();
                write!(
                    formatter,
                    "its file is gone or has different text, and it may have been renamed to `{new}`: if so, run `telepress move {old} {new}{of}`"
                )
            }
            Self::TakesOver { old, new } => {
                let names = old.shown();
                match old.posts() {
                    [old] => write!(
                        formatter,
                        "its file has the text of {names}, whose own file is gone or has different text: `telepress update {new}` edits this message; if it is a renamed {names}, run `telepress delete {new}`, then `telepress move {old} {new}`"
                    ),
                    _ => write!(
                        formatter,
                        "its file has the text of {names}, whose own files are gone or have different text: `telepress update {new}` edits this message"
                    ),
                }
            }
            Self::MayBeUnread(file) => write!(
                formatter,
                "its file is gone, but it may have been renamed to `{file}`, which has errors: fix or remove that file first"
            ),
            Self::TextIsIn(file) => write!(
                formatter,
                "its file is gone, but its text is in `{file}`, which is not read as a post: correct or remove that file first"
            ),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fixed = match self {
            Self::New => "new",
            Self::NamesItsTime => "the file sets the time",
            Self::Late => "its time has passed",
            Self::FileAppearedLate => "its file appeared after its scheduled time",
            Self::NoTime => "`publish_at` was removed from the file",
            Self::ChangedSinceOrdered => {
                "the file has changed since an operator published or scheduled it"
            }
            Self::AsOrdered => "the file matches the operator's order again",
            Self::OtherTime => "the time in the file has changed",
            Self::ZoneRules => {
                "the channel's time zone or its rules have changed, so the post is due at a different moment"
            }
            Self::NewTime => "it was cancelled, but the time in the file has changed since",
            Self::Changed => "the file has changed",
            Self::Restyled => "a style, the config or telepress has changed",
            Self::WaitsForRestyle => "only a style, the config or telepress has changed",
            Self::Adopted => "it was adopted, so the text of its messages is not known",
            Self::UpToDate => "up to date",
            Self::Scheduled => "on the schedule",
            Self::Due => "it is due; `apply` or `serve` publishes it",
            Self::ByHand(_) => "scheduled for a time that an operator set",
            Self::Draft => "a draft",
            Self::BecameDraft => "it is a draft now",
            Self::FileValid => "its file was broken or gone, and is as it was before",
            Self::ChannelKnown => "it was held because its channel was not in the config",
            Self::AsShown => "the file matches the channel again, so no edit is needed",
            Self::FileBack => "its file is back, so it is not deleted",
            Self::Vanished | Self::VanishedUnsent | Self::Pruned => "its file is gone",
            Self::ChannelMoved => {
                "the channel now names another chat, and nothing was sent to the old one"
            }
            Self::Broken => "its file has errors",
            Self::MediaGone => "one of its media files is missing",
            Self::NewerMessages => {
                "it needs more messages now, but newer messages follow it in the channel"
            }
            Self::NotWhole => "only some of its parts were sent",
            Self::MovedFrom { old, new, is_recorded } => {
                return formatter.write_str(&old.reason(new, *is_recorded));
            }
            Self::GoneUnsent => "its file is gone, and none of it was sent",
            Self::InProgress(what)
            | Self::Changing(what)
            | Self::Blocked(what)
            | Self::Waits(what)
            | Self::Withdrawn(what)
            | Self::Failed(what) => what,
            Self::DeletionRefused(why) => deletion_refused(*why),
            Self::EndChanged => "its `delete_at` or `unpin_at` has changed",
            Self::PollChanged => "a poll cannot be edited",
            Self::Uneditable(what) => return what.fmt(formatter),
            Self::Elsewhere(_)
            | Self::NoChannel { .. }
            | Self::NoEdition { .. }
            | Self::ChatUnknown(_)
            | Self::OlderThanJournal
            | Self::RepeatOver
            | Self::MovedTo { .. }
            | Self::TakesOver { .. }
            | Self::Together(_)
            | Self::Comments
            | Self::CommentsLeftOut
            | Self::CommentsRemoved
            | Self::NoDiscussion
            | Self::CommentsInGroup
            | Self::NoCopy
            | Self::CommentsDiffer(_)
            | Self::CommentOrder
            | Self::NoEdit(_)
            | Self::TooOld { .. }
            | Self::Replaced(_)
            | Self::MayBeUnread(_)
            | Self::TextIsIn(_) => return self.write_place(formatter),
            Self::Differs(aspects) => return write_aspects(*aspects, formatter),
        };
        formatter.write_str(fixed)
    }
}

fn deletion_refused(why: RefusedDeletion) -> &'static str {
    match why {
        RefusedDeletion::BeforeSending => {
            "its `delete_at` is not after the time at which it is sent; set a later one in the file"
        }
        RefusedDeletion::TooLate => {
            "its `delete_at` is 47 hours or more after sending, and a bot can delete messages only within 48 hours; set an earlier one, or remove it and delete the post by hand"
        }
    }
}

/// `the text has changed`, `the text and the link preview have changed`.
fn write_aspects(aspects: Aspects, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Aspects { text, preview, buttons, media, pin, format, ends } = aspects;
    let named = [
        (format, "the format"),
        (text, "the text"),
        (preview, "the link preview"),
        (buttons, "the buttons"),
        (media, "the media"),
        (pin, "the pin"),
        (ends, "its `delete_at` or `unpin_at`"),
    ];
    let differing: Vec<_> =
        named.iter().filter(|(differs, _)| *differs).map(|(_, name)| *name).collect();
    match differing.as_slice() {
        [] => formatter.write_str("the file has changed"),
        ["the buttons"] => formatter.write_str("the buttons have changed"),
        [one] => write!(formatter, "{one} has changed"),
        [first @ .., last] => write!(formatter, "{} and {last} have changed", first.join(", ")),
    }
}

/// A time as shown to people.
#[must_use]
pub fn when(at: Timestamp, zone: &TimeZone) -> String {
    crate::schedule::shown_with_day(at, zone)
}

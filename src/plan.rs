//! Compares the files with the journal: the dry run of `apply`. Pure: it reads no file and changes nothing.
//!
//! `plan` prints a [`Plan`], and `apply` runs its steps.

mod comment_match;
mod comments;
mod decide;
mod desired;
mod diff;
mod edit;
mod enqueue;
mod missing_files;
mod moved;
mod occurrence;
mod order_guard;
mod published_post;
mod reason;
mod request_hash;
mod show;
mod similarity;
#[cfg(test)]
mod tests;
mod uneditable;
mod waiting;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::ids::ChannelName;
use crate::ids::PostId;
use crate::ids::{Address, Destination, Target};
use crate::outbox::{
    Acceptance, Actor, Channel, EndTimes, Event, HoldReason, PayloadHash, Publication,
    PublicationId, State, StopReason,
};
use crate::status;
pub use comments::comments_to_enqueue;
pub use desired::Desired;
pub use diff::{
    Aspects, ChangedLines, Diff, Fragment, FragmentContent, MediaChange, NEXT_MESSAGE,
    UNKNOWN_TEXT, WordMarks,
};
pub use edit::{
    delete, edited_by_hand, is_change_waiting, is_deletable, may_be_in_channel, withdraw_changes,
};
pub use enqueue::{EnqueuePlan, EnqueueRefusal, ResendPolicy, ResolvedTime, plan_enqueue};
pub use missing_files::in_former_chat;
pub use published_post::{has_other_text, is_moved};
pub use reason::{CommentChanges, FormerChat, FormerChatPresence, Reason, when};
pub use request_hash::{new_parts, payload_hash, request_hash, source_hash};
pub use show::{json, rows, text};
pub use similarity::{TextWords, Words, is_alike};
pub use uneditable::Uneditable;

/// Everything that a plan depends on besides the files' requests and the options.
#[derive(Clone, Copy, Debug)]
pub struct JournalView<'k> {
    /// Every publication of the journal. One that matches its file may come without its parts.
    pub publications: &'k [Publication],
    /// The comments of posts, which are not in `publications`.
    pub comments: &'k [Publication],
    /// The channels' states.
    pub channels: &'k [Channel],
    /// Posts that have a file, with errors or without.
    pub files: &'k BTreeSet<PostId>,
    /// A file in the posts folder that has errors and that the journal does not know. Any post without a file may have been
    /// renamed to it.
    pub unread: Option<&'k str>,
    /// Files that are not read as posts, by their paths: a post without a file may have been renamed to one that has its text.
    pub texts_aside: &'k [(String, TextWords)],
    /// Posts whose files have errors.
    pub broken: &'k BTreeSet<PostId>,
    /// The channels of the config, each with its chat and topic if the chat's number is known.
    pub config: &'k [(ChannelName, Option<Destination>)],
    /// Publications of other posts without a file, if `publications` holds only some posts.
    pub vanished: &'k [Publication],
    /// Why all sending is stopped, if it is.
    pub stopped: Option<&'k StopReason>,
    /// The @name of each chat that has one, without the @.
    pub chat_names: &'k BTreeMap<i64, String>,
    /// The posts that are older than the journal.
    pub history: &'k OlderPosts,
    /// Those of them whose file is gone, with their words.
    pub gone_history: &'k [(PostId, Words)],
    /// Published posts that have no copy in the discussion group, as far as the journal knows.
    pub without_copy: &'k BTreeSet<PublicationId>,
    /// Why the last attempts of publications that are tried again later had no effect.
    pub failures: &'k BTreeMap<PublicationId, String>,
}

impl JournalView<'_> {
    /// The name of a publication on the command line.
    fn target(&self, publication: &Publication) -> Target {
        let key = &publication.channel;
        let place = publication.destination();
        let is_here = |channel: &Option<Destination>| channel.is_none_or(|here| here == place);
        let is_only = self.config.iter().all(|(_, channel)| is_here(channel));
        let mut config = self.config.iter();
        match config.find(|(_, channel)| *channel == Some(place)) {
            Some((name, _)) => Target::new(&publication.post, name, is_only),
            None if self.is_two_chats(publication) => {
                Target::new(&publication.post, self.address(place), is_only)
            }
            None => Target::new(&publication.post, key, is_only),
        }
    }

    /// Whether the channel's key also is, or was, the key of another chat or topic.
    fn is_two_chats(&self, publication: &Publication) -> bool {
        let key = &publication.channel;
        let is_other = |other: &&Publication| {
            other.post == publication.post
                && other.channel == *key
                && other.destination() != publication.destination()
        };
        self.config.iter().any(|(name, _)| name == key)
            || self.publications.iter().any(|other| is_other(&other))
    }

    /// The @name of a chat or its number, with the topic.
    fn address(&self, place: Destination) -> Address {
        place.named(self.chat_names.get(&place.chat).cloned())
    }

    /// Whether a basic group has become the supergroup of this destination.
    fn is_upgrade(&self, from: i64, to: Option<Destination>) -> bool {
        let mut of_chat = self.channels.iter().filter(|channel| channel.destination.chat == from);
        let to = to.map(|to| to.chat);
        to.is_some() && of_chat.any(|channel| channel.upgraded_to == to)
    }
}

/// The posts that are older than the journal. They are published only by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OlderPosts {
    /// Posts whose files existed when the journal was created, also under another name.
    FirstScan {
        /// The posts' ids.
        posts: HashSet<PostId>,
        /// The hashes of the posts' files.
        sources: HashSet<PayloadHash>,
    },
    /// Posts due more than the grace before this instant, at which an older version created the journal.
    Before(Timestamp),
}

impl OlderPosts {
    /// Whether a post is older than the journal.
    #[must_use]
    pub fn includes(&self, desired: &Desired, grace: std::time::Duration) -> bool {
        match self {
            Self::FirstScan { posts, sources } => {
                posts.contains(&desired.post) || sources.contains(&desired.source)
            }
            Self::Before(born) => desired
                .publish_at
                .is_some_and(|at| at.checked_add(grace).is_ok_and(|latest| latest < *born)),
        }
    }
}

/// How to plan.
#[derive(Clone, Debug)]
pub struct PlanOptions {
    /// The current time.
    pub now: Timestamp,
    /// Who requested the plan.
    pub by: Actor,
    /// A post that is late by no more than this is sent without a question.
    pub grace: std::time::Duration,
    /// How many publishers have to approve an order.
    pub approvals: u8,
    /// Whether to delete posts without a file.
    pub prune: bool,
    /// Whether to edit posts whose messages differ only because a style, the config or telepress has changed.
    pub restyle: bool,
    /// The posts to plan; empty means all posts.
    pub posts: BTreeSet<PostId>,
}

/// The changes that would make the channels match the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// An item for each post and channel, sorted by both.
    pub items: Vec<PlanItem>,
    /// The planned posts whose files have errors.
    pub broken: BTreeSet<PostId>,
}

impl Plan {
    /// Records that a missing media file is the only problem of these published posts: their messages stay as they are.
    #[must_use]
    pub fn with_missing_media(mut self, posts: &BTreeSet<PostId>) -> Self {
        self.broken.retain(|post| !posts.contains(post));
        let broken = self.items.iter_mut().filter(|item| item.reason == Reason::Broken);
        for item in broken.filter(|item| posts.contains(&item.post)) {
            item.reason = Reason::MediaGone;
        }
        self
    }
}

/// What to do with one post in one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanItem {
    /// The post.
    pub post: PostId,
    /// The publication, if there is one.
    pub publication: Option<PublicationId>,
    /// The channel's name in the config.
    pub channel: ChannelName,
    /// Whether it is about the comments of the post.
    pub is_comments: bool,
    /// The zone in which to show times.
    pub zone: TimeZone,
    /// The edition's language.
    pub edition: String,
    /// What to do.
    pub action: PlanAction,
    /// How many parts the post has, or will have.
    pub parts: usize,
    /// The slot of `repeat` that it is about.
    pub occurrence: Option<Timestamp>,
    /// When the post is to be published, if the plan decides it.
    pub due_at: Option<Timestamp>,
    /// The reason for the action.
    pub reason: Reason,
    /// How the messages will change for readers.
    pub diff: Option<Diff>,
    /// The step that does it.
    pub step: Option<Step>,
    /// The name of the post and channel on the command line.
    pub target: Target,
    /// Whether publishers have to approve the step first.
    pub needs_approval: bool,
    /// Whether the publication is held, or the step holds it, until an operator decides.
    pub is_held: bool,
}

impl PlanItem {
    /// Sets the step to an event of a publication.
    fn with_event(self, publication: &Publication, event: Event) -> Self {
        Self { step: Some(Step::Apply(publication.id, event)), ..self }
    }

    /// The channel for display.
    #[must_use]
    pub fn place(&self) -> String {
        if self.is_comments {
            format!("{} (comments)", self.channel)
        } else {
            self.channel.to_string()
        }
    }

    /// The reason as a sentence.
    #[must_use]
    pub fn reason_text(&self) -> String {
        let why = self.reason.shown(&self.target, &self.zone);
        let ends = match &self.step {
            Some(Step::Accept(acceptance)) => acceptance.ends.all(),
            _ => EndTimes::default().all(),
        };
        let why = match status::will_end(ends, &self.zone) {
            Some(ends) => format!("{why}; it {ends}"),
            None => why,
        };
        if self.needs_approval {
            format!("{why}; publishers have to approve it first")
        } else {
            why
        }
    }

    /// The action that was ordered before and is due now; `None` if there is none, or an operator has to decide first.
    #[must_use]
    pub fn in_progress(&self) -> Option<PlanAction> {
        self.publication?;
        match &self.reason {
            Reason::Changing(_) => Some(PlanAction::Edit),
            Reason::InProgress(_) | Reason::Blocked(_) | Reason::Due => Some(PlanAction::Create),
            _ => None,
        }
    }
}

/// What to do with a post in a channel; the names are part of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlanAction {
    /// Publish it now.
    Create,
    /// Put it on the schedule, or move it there.
    Schedule,
    /// Edit its messages.
    Edit,
    /// Take it off the schedule, or withdraw a deletion that was not made yet.
    Cancel,
    /// Delete its messages.
    Delete,
    /// Do nothing.
    Nothing,
    /// Do nothing, since the files ask for something that cannot be done.
    Conflict,
    /// Do nothing, since it waits for something else.
    Held,
}

impl PlanAction {
    /// The name of the action.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Schedule => "schedule",
            Self::Edit => "edit",
            Self::Cancel => "cancel",
            Self::Delete => "delete",
            Self::Nothing => "nothing",
            Self::Conflict => "conflict",
            Self::Held => "held",
        }
    }

    /// Whether the action changes the journal or a channel.
    #[must_use]
    pub fn is_change(self) -> bool {
        matches!(self, Self::Create | Self::Schedule | Self::Edit | Self::Cancel | Self::Delete)
    }
}

/// A step of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Accept a new publication.
    Accept(Box<Acceptance>),
    /// Accept a new publication and hold it at once.
    AcceptHeld(Box<Acceptance>, HoldReason),
    /// Apply an event to a publication.
    Apply(PublicationId, Event),
}

impl Step {
    /// Whether it only holds a post until an operator decides.
    #[must_use]
    pub fn is_held(&self) -> bool {
        matches!(self, Self::AcceptHeld(..) | Self::Apply(_, Event::Hold { .. }))
    }

    /// Holds an accepted publication at once.
    fn held(self, held: HoldReason) -> Self {
        match self {
            Self::Accept(acceptance) => Self::AcceptHeld(acceptance, held),
            other => other,
        }
    }
}

impl Plan {
    /// The items that change something. An item that was ordered before and is due has no step: the publisher sends it.
    pub fn changes(&self) -> impl Iterator<Item = &PlanItem> {
        self.items.iter().filter(|item| item.action.is_change())
    }

    /// The number of items with an action.
    #[must_use]
    pub fn count(&self, action: PlanAction) -> usize {
        self.items.iter().filter(|item| item.action == action).count()
    }
}

/// Plans the steps that make the channels match the files.
#[must_use]
pub fn plan(files: &[Desired], journal: &JournalView<'_>, options: &PlanOptions) -> Plan {
    let mut items = decide::plan_posts(files, journal, options);
    let comments = comments::plan(files, &items, journal, options);
    items.extend(comments);
    for item in &mut items {
        let is_sent =
            matches!(item.action, PlanAction::Create | PlanAction::Schedule | PlanAction::Edit);
        let is_ordered = match &item.step {
            Some(Step::Accept(_)) => true,
            // A pin and the times of its end need no approval.
            Some(Step::Apply(_, Event::Revise { revisions, appended, .. })) => {
                !revisions.is_empty() || !appended.is_empty()
            }
            _ => false,
        };
        item.needs_approval = options.approvals > 0 && is_sent && is_ordered;
        item.is_held = is_held(item, journal);
    }
    items.sort_by(|one, other| (&one.post, &one.channel).cmp(&(&other.post, &other.channel)));
    let is_asked = |post: &&PostId| options.posts.is_empty() || options.posts.contains(*post);
    let broken = journal.broken.iter().filter(is_asked).cloned().collect();
    Plan { items, broken }
}

/// Whether the item's publication is held, or its step holds it.
fn is_held(item: &PlanItem, journal: &JournalView<'_>) -> bool {
    let mut all = journal.publications.iter().chain(journal.comments);
    let publication = all.find(|known| Some(known.id) == item.publication);
    item.step.as_ref().is_some_and(Step::is_held)
        || publication.is_some_and(|known| matches!(known.state, State::Held { .. }))
}

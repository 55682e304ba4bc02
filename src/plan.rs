//! What the files ask for against what the journal knows: pure; it reads no file and changes nothing.
//!
//! `plan` shows a [`Plan`], and `apply` carries out its steps.

mod decide;
mod desired;
mod diff;
mod edit;
mod enqueue;
mod freeze;
mod missing_files;
mod moved;
mod order_guard;
mod published_post;
mod reason;
mod show;
mod similarity;
#[cfg(test)]
mod tests;
mod waiting;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::ids::ChannelName;
use crate::ids::PostId;
use crate::ids::{ChatId, Target};
use crate::outbox::{
    Acceptance, Actor, Channel, Event, HoldReason, PayloadHash, Publication, PublicationId,
    StopReason,
};
pub use decide::plan;
pub use desired::Desired;
pub use diff::{
    Aspects, ChangedAspect, ChangedLines, Diff, Fragment, Marks, NEXT_MESSAGE, Piece, UNKNOWN,
};
pub use edit::{begun, is_change_waiting, removal, withdrawal};
pub use enqueue::{DueTime, EnqueuePlan, EnqueueRefusal, ResendPolicy, plan_enqueue};
pub use freeze::{new_parts, payload_hash, request_hash, source_hash};
pub use missing_files::found_elsewhere;
pub use published_post::{is_moved, says_other};
pub use reason::{Presence, Reason, when};
pub use show::{json, text};
pub use similarity::{Words, is_alike};

/// What the plan is made of, besides what the files ask for.
#[derive(Clone, Copy, Debug)]
pub struct JournalView<'k> {
    /// Every publication of the journal. One that is published as its file wants it may come without its parts.
    pub publications: &'k [Publication],
    /// What is known of the channels.
    pub channels: &'k [Channel],
    /// Posts that have a file, with errors or without.
    pub files: &'k BTreeSet<PostId>,
    /// A file of the posts' folder that cannot be read as a post, and is none that the journal knows: any post without a file
    /// may be it.
    pub unread: Option<&'k str>,
    /// Posts whose files have errors.
    pub broken: &'k BTreeSet<PostId>,
    /// The channels of the config, each with its chat where that is known.
    pub config: &'k [(ChannelName, Option<i64>)],
    /// Publications of other posts whose files have vanished, where `publications` holds only some posts.
    pub vanished: &'k [Publication],
    /// Why nothing goes out at all.
    pub stopped: Option<&'k StopReason>,
    /// The @name of each chat that is known by one, without the @.
    pub chat_names: &'k BTreeMap<i64, String>,
    /// Which posts are older than the journal.
    pub history: &'k History,
    /// Those of them that have no file any more, with their words.
    pub gone_history: &'k [(PostId, Words)],
}

impl JournalView<'_> {
    /// How a command names a publication.
    fn target(&self, publication: &Publication) -> Target {
        let key = &publication.channel;
        let is_here = |chat: &Option<i64>| chat.is_none_or(|chat| chat == publication.chat);
        let is_only = self.config.iter().all(|(_, chat)| is_here(chat));
        let mut config = self.config.iter();
        match config.find(|(_, chat)| *chat == Some(publication.chat)) {
            Some((name, _)) => Target::new(&publication.post, name, is_only),
            None if self.is_two_chats(publication) => {
                Target::new(&publication.post, self.address(publication.chat), is_only)
            }
            None => Target::new(&publication.post, key, is_only),
        }
    }

    /// Whether the key of a publication's channel is, or was, that of another chat too.
    fn is_two_chats(&self, publication: &Publication) -> bool {
        let key = &publication.channel;
        let is_other = |one: &&Publication| {
            one.post == publication.post && one.channel == *key && one.chat != publication.chat
        };
        self.config.iter().any(|(name, _)| name == key)
            || self.publications.iter().any(|one| is_other(&one))
    }

    /// A chat, by its @name where it has one.
    fn address(&self, chat: i64) -> ChatId {
        self.chat_names.get(&chat).cloned().map_or(ChatId::Id(chat), ChatId::Username)
    }
}

/// Which posts are older than the journal: they go out only by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum History {
    /// Those whose files existed when the journal was created, also under another name.
    FirstScan {
        /// Their ids.
        posts: HashSet<PostId>,
        /// The hashes of their files.
        sources: HashSet<PayloadHash>,
    },
    /// Those whose time lies more than the grace before this instant, at which an older version began the journal.
    Before(Timestamp),
}

impl History {
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

/// What the plan is asked for.
#[derive(Clone, Debug)]
pub struct PlanOptions {
    /// The present moment.
    pub now: Timestamp,
    /// Who asks.
    pub by: Actor,
    /// How late a post is still simply sent.
    pub grace: std::time::Duration,
    /// How many publishers have to approve what is ordered.
    pub approvals: u8,
    /// Whether what has no file any more is deleted.
    pub prune: bool,
    /// Whether what only a changed style, config or version would edit is edited.
    pub restyle: bool,
    /// The posts it is about; all of them when empty.
    pub posts: BTreeSet<PostId>,
}

/// What would be done, post by post.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// One for each post and channel that there is something to say about.
    pub items: Vec<Item>,
    /// The posts it is about whose files have errors.
    pub broken: BTreeSet<PostId>,
}

/// What would be done about one post in one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The post.
    pub post: PostId,
    /// The publication it is about, where there is one.
    pub publication: Option<PublicationId>,
    /// The channel's name in the config.
    pub channel: ChannelName,
    /// The zone in which its times are shown.
    pub zone: TimeZone,
    /// The edition's language.
    pub edition: String,
    /// What.
    pub action: Action,
    /// How many parts it has, or will have.
    pub parts: usize,
    /// When it goes out, where that is in question.
    pub due_at: Option<Timestamp>,
    /// Why.
    pub reason: Reason,
    /// What readers will see otherwise.
    pub diff: Option<Diff>,
    /// How it is done.
    pub step: Option<Step>,
    /// How a command names it.
    pub target: Target,
    /// Whether publishers have to approve it before it is made.
    pub needs_approval: bool,
}

impl Item {
    /// The same, done by an event of a publication.
    fn by(self, publication: &Publication, event: Event) -> Self {
        Self { step: Some(Step::Happen(publication.id, event)), ..self }
    }

    /// The reason in words.
    #[must_use]
    pub fn why(&self) -> String {
        let why = self.reason.shown(&self.target, &self.zone);
        if self.needs_approval {
            format!("{why}; publishers have to approve it first")
        } else {
            why
        }
    }

    /// What was ordered of it before and is to be done by now; `None` where nothing is, or a person has to decide first.
    #[must_use]
    pub fn goes_on(&self) -> Option<Action> {
        self.publication?;
        match &self.reason {
            Reason::Changing(_) => Some(Action::Edit),
            Reason::UnderWay(_) | Reason::KeptBack(_) | Reason::Due => Some(Action::Create),
            _ => None,
        }
    }
}

/// What is done; the names are part of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// It is published now.
    Create,
    /// It is put on the schedule, or its place there changes.
    Schedule,
    /// What stands in the channel is edited.
    Edit,
    /// It is taken off the schedule, or a deletion that was not made yet is withdrawn.
    Cancel,
    /// It is taken out of the channel.
    Delete,
    /// Nothing.
    Nothing,
    /// Nothing, since it cannot be done as the files ask.
    Conflict,
    /// Nothing, since it waits for something else.
    Held,
}

impl Action {
    /// Its name.
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

    /// Whether it changes anything.
    #[must_use]
    pub fn is_change(self) -> bool {
        matches!(self, Self::Create | Self::Schedule | Self::Edit | Self::Cancel | Self::Delete)
    }
}

/// How something is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A new publication.
    Accept(Box<Acceptance>),
    /// A new publication that is held at once.
    AcceptHeld(Box<Acceptance>, HoldReason),
    /// Something happens to a publication.
    Happen(PublicationId, Event),
}

impl Step {
    /// The same, held at once.
    fn held(self, held: HoldReason) -> Self {
        match self {
            Self::Accept(acceptance) => Self::AcceptHeld(acceptance, held),
            other => other,
        }
    }
}

impl Plan {
    /// The items that change something: what was ordered before and is due goes out, with no step of its own.
    pub fn changes(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| item.action.is_change())
    }

    /// How many items are of this kind.
    #[must_use]
    pub fn count(&self, action: Action) -> usize {
        self.items.iter().filter(|item| item.action == action).count()
    }
}

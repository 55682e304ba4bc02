//! The desired state of a post in one channel, made from its file.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::{Diff, new_parts, payload_hash};
use crate::config::Channel;
use crate::ids::{ChannelName, Destination, PostId, Target};
use crate::layout::{InChannel, LaidOut};
use crate::outbox::{Acceptance, Actor, EndTimes, NewPart, PayloadHash, Publication, ReleaseGroup};
use crate::schedule::Repeat;

/// What a file wants published in one channel.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Desired {
    /// The post.
    pub post: PostId,
    /// The channel in the config.
    pub channel: Arc<Channel>,
    /// Where it is to be published; `None` until the chat's numeric id was looked up.
    pub destination: Option<Destination>,
    /// For comments: the channel of their post, if its number is known.
    pub comments_on: Option<i64>,
    /// The comments below the post, to publish in the channel's discussion group.
    pub comments: Option<Box<Self>>,
    /// Whether its chat is known to be a group, whose posts have no comments.
    pub is_in_group: bool,
    /// The edition's language.
    pub edition: String,
    /// The parts, in order.
    pub parts: Arc<[NewPart]>,
    /// The hash of all parts.
    pub payload: PayloadHash,
    /// The hash of the file.
    pub source: PayloadHash,
    /// When to publish the post; `None` if an operator decides.
    pub publish_at: Option<Timestamp>,
    /// When the post is published again and again.
    pub repeat: Option<Arc<Repeat>>,
    /// The occurrence that this is; `None` if the post does not repeat, or not any more.
    pub occurrence: Option<Timestamp>,
    /// A draft is never published.
    pub draft: bool,
    /// Whether to pin the first message.
    pub pin: bool,
    /// When to unpin and delete it.
    pub ends: EndTimes,
    /// The number of channels in which it is published together; 0 if the channels are independent.
    pub together: u32,
    /// Whether the newsroom has no other channel.
    pub is_only: bool,
    /// With `together`, a channel for which the post is a draft or empty, so that no channel can start.
    pub waits_for: Option<ChannelName>,
}

impl Desired {
    /// Whether a publication of this post is in this channel. The journal identifies a chat by its number; the channel's name
    /// decides only while the number is unknown.
    #[must_use]
    pub fn is_about(&self, publication: &Publication) -> bool {
        match self.destination {
            Some(destination) => publication.destination() == destination,
            None => publication.channel == self.channel.name && !publication.is_comments(),
        }
    }

    /// Sets the number of the channel's chat; `discussions` are the discussion groups by channel.
    pub fn set_chat(&mut self, chat: Option<i64>, discussions: &BTreeMap<i64, i64>) {
        self.destination = chat.map(|chat| self.channel.in_chat(chat));
        if let Some(comments) = &mut self.comments {
            comments.comments_on = chat;
            let discussion = chat.and_then(|chat| discussions.get(&chat).copied());
            comments.destination = discussion.map(Destination::of_chat);
        }
    }

    /// The same post as another occurrence, where `other` is.
    #[must_use]
    pub fn in_place_of(mut self, other: &Self) -> Self {
        self.destination = other.destination;
        self.comments_on = other.comments_on;
        self.is_in_group = other.is_in_group;
        if let (Some(own), Some(others)) = (self.comments.take(), other.comments.as_deref()) {
            self.comments = Some(Box::new(own.in_place_of(others)));
        }
        self
    }

    /// Notes whether its chat is among these, which are groups.
    pub fn note_groups(&mut self, groups: &BTreeSet<i64>) {
        self.is_in_group = self.chat().is_some_and(|chat| groups.contains(&chat));
        if let Some(comments) = &mut self.comments {
            comments.is_in_group = self.is_in_group;
        }
    }

    /// Whether it has comments that no one can post, because its chat is a group.
    #[must_use]
    pub fn has_comments_in_group(&self) -> bool {
        self.is_in_group && self.comments.is_some()
    }

    /// How the messages of a publication differ from it.
    pub(super) fn diff(&self, publication: &Publication) -> Diff {
        let zone = &self.channel.timezone;
        Diff::of_publication(publication, &self.parts, self.pin, self.ends, zone)
    }

    /// The number of its chat, if that is known.
    #[must_use]
    pub fn chat(&self) -> Option<i64> {
        self.destination.map(|destination| destination.chat)
    }

    /// The name of the post and channel on the command line.
    #[must_use]
    pub fn target(&self) -> Target {
        Target::new(&self.post, &self.channel.name, self.is_only)
    }

    /// The acceptance of the post, due at `due_at`. It may supersede `replaced`, of which nothing was sent. `count` is the
    /// number of its publications in this channel that were not superseded.
    #[must_use]
    pub fn acceptance(
        &self,
        by: &Actor,
        due_at: Timestamp,
        replaced: Option<&Publication>,
        count: u32,
    ) -> Acceptance {
        Acceptance {
            post: self.post.clone(),
            // The caller looks the number up before it accepts.
            destination: self.destination.unwrap_or(Destination::of_chat(0)),
            comments_on: self.comments_on,
            channel: self.channel.name.clone(),
            edition: self.edition.clone(),
            payload: self.payload,
            source: self.source,
            due_at,
            civil: None,
            by_hand: false,
            file_publish_at: self.publish_at,
            occurrence: self.occurrence,
            pin: self.pin,
            ends: self.ends,
            together: ReleaseGroup::new(self.together),
            by: by.clone(),
            parts: self.parts.to_vec(),
            supersedes: replaced.map(|publication| publication.id),
            after: count.saturating_sub(u32::from(replaced.is_some())),
        }
    }

    /// The desired state of a valid post whose media is hashed, channel by channel. A channel with nothing to show is left out: `check` reports
    /// it.
    #[must_use]
    pub fn of(laid_out: &LaidOut, source: PayloadHash, channels: &[Arc<Channel>]) -> Vec<Self> {
        let post = &laid_out.post;
        let waits_for = post.together.then(|| blocking_channel(laid_out)).flatten();
        let targets = u32::try_from(post.targets.len()).unwrap_or(u32::MAX);
        let in_channel = |channel: &Arc<Channel>| {
            let InChannel { edition, publish_at, delete_at, unpin_at, parts, comments } =
                laid_out.in_channel(&channel.name)?;
            let ends = EndTimes { delete_at, unpin_at };
            let pin = edition.options.pin;
            let parts = new_parts(parts);
            let comments = new_parts(comments);
            let of_post = Self {
                post: post.id.clone(),
                channel: Arc::clone(channel),
                destination: None,
                comments_on: None,
                comments: None,
                is_in_group: false,
                edition: edition.language.to_string(),
                payload: payload_hash(
                    parts.iter().map(|part| &part.hash),
                    pin,
                    ends,
                    post.occurrence,
                ),
                parts: parts.into(),
                source,
                publish_at,
                repeat: post.repeat.clone(),
                occurrence: post.occurrence,
                draft: edition.options.draft,
                pin,
                ends,
                together: if post.together { targets } else { 0 },
                is_only: channels.len() == 1,
                waits_for: waits_for.clone(),
            };
            let comments = (!comments.is_empty()).then(|| Box::new(of_post.comments(comments)));
            Some(Self { comments, ..of_post })
        };
        let mut all: Vec<_> = channels.iter().filter_map(in_channel).collect();
        // This stays in memory for every post, and `collect` reserves room for four.
        all.shrink_to_fit();
        all
    }
}

impl Desired {
    /// These comments below the post.
    fn comments(&self, parts: Vec<NewPart>) -> Self {
        // They are deleted with the post, and never pinned.
        let ends = EndTimes { unpin_at: None, ..self.ends };
        Self {
            payload: payload_hash(
                parts.iter().map(|part| &part.hash),
                false,
                ends,
                self.occurrence,
            ),
            ends,
            parts: parts.into(),
            // They follow the post, whenever that is.
            publish_at: None,
            repeat: None,
            pin: false,
            together: 0,
            waits_for: None,
            ..self.clone()
        }
    }
}

/// The first channel for which the post is a draft or empty.
fn blocking_channel(laid_out: &LaidOut) -> Option<ChannelName> {
    let is_published = |channel: &ChannelName| {
        let here = laid_out.in_channel(channel);
        here.is_some_and(|here| !here.edition.options.draft)
    };
    let mut channels = laid_out.post.targets.iter().map(|target| &target.channel);
    channels.find(|channel| !is_published(channel)).cloned()
}

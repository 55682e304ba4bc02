//! What a post's file asks for in one channel.

use std::sync::Arc;

use jiff::Timestamp;

use super::{new_parts, payload_hash};
use crate::config::Channel;
use crate::ids::{ChannelName, PostId, Target};
use crate::layout::{InChannel, LaidOut};
use crate::outbox::{Acceptance, Actor, NewPart, PayloadHash, Publication, ReleaseGroup};

/// What a file asks for in one channel.
#[derive(Clone, Debug)]
pub struct Desired {
    /// The post.
    pub post: PostId,
    /// The channel, as the config has it.
    pub channel: Arc<Channel>,
    /// The channel's numeric id; `None` where nobody has looked it up yet.
    pub chat: Option<i64>,
    /// The edition's language.
    pub edition: String,
    /// The requests, in order.
    pub parts: Arc<[NewPart]>,
    /// The hash of them all.
    pub payload: PayloadHash,
    /// The hash of the file.
    pub source: PayloadHash,
    /// When it is to go out; `None`: when somebody publishes it.
    pub publish_at: Option<Timestamp>,
    /// It is not published.
    pub draft: bool,
    /// Whether its first message is pinned.
    pub pin: bool,
    /// In how many channels it begins together; 0 where none waits for another.
    pub together: u32,
    /// Whether the newsroom has no other channel.
    pub is_only: bool,
    /// Of channels that begin together, one for which there is nothing to begin with.
    pub waits_for: Option<ChannelName>,
}

impl Desired {
    /// Whether a publication of this post is this channel's. The journal knows chats by number; only where the number of the
    /// channel's is not known, the channel's name in the config decides.
    #[must_use]
    pub fn is_about(&self, publication: &Publication) -> bool {
        match self.chat {
            Some(chat) => publication.chat == chat,
            None => publication.channel == self.channel.name,
        }
    }

    /// How a command names it.
    #[must_use]
    pub fn target(&self) -> Target {
        Target::new(&self.post, &self.channel.name, self.is_only)
    }

    /// What accepts it, due at `due_at`, perhaps in the place of one of which nothing was sent. `count` says how many of its
    /// publications in this channel there are that nothing stands in the place of.
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
            // Whoever carries it out has looked it up.
            chat: self.chat.unwrap_or_default(),
            channel: self.channel.name.clone(),
            edition: self.edition.clone(),
            payload: self.payload,
            source: self.source,
            due_at,
            civil: None,
            by_hand: false,
            named_at: self.publish_at,
            pin: self.pin,
            together: ReleaseGroup::new(self.together),
            by: by.clone(),
            parts: self.parts.to_vec(),
            supersedes: replaced.map(|publication| publication.id),
            after: count.saturating_sub(u32::from(replaced.is_some())),
        }
    }

    /// What a good post asks for, channel by channel. A channel in which nothing is left to show is left out: `check` has
    /// said so.
    #[must_use]
    pub fn of(laid_out: &LaidOut, source: PayloadHash, channels: &[Arc<Channel>]) -> Vec<Self> {
        let post = &laid_out.post;
        let waits_for = post.together.then(|| stays_out(laid_out)).flatten();
        let targets = u32::try_from(post.targets.len()).unwrap_or(u32::MAX);
        let one = |channel: &Arc<Channel>| {
            let InChannel { edition, publish_at, parts } = laid_out.in_channel(&channel.name)?;
            let parts = new_parts(parts);
            Some(Self {
                post: post.id.clone(),
                channel: Arc::clone(channel),
                chat: None,
                edition: edition.language.to_string(),
                payload: payload_hash(parts.iter().map(|part| &part.hash), edition.options.pin),
                parts: parts.into(),
                source,
                publish_at,
                draft: edition.options.draft,
                pin: edition.options.pin,
                together: if post.together { targets } else { 0 },
                is_only: channels.len() == 1,
                waits_for: waits_for.clone(),
            })
        };
        let mut all: Vec<_> = channels.iter().filter_map(one).collect();
        // Kept for each post while nothing happens to it, and room for four is made at once.
        all.shrink_to_fit();
        all
    }
}

/// Of a post whose editions begin together, the first channel that gets none.
fn stays_out(laid_out: &LaidOut) -> Option<ChannelName> {
    let begins = |channel: &ChannelName| {
        let here = laid_out.in_channel(channel);
        here.is_some_and(|here| !here.edition.options.draft)
    };
    let mut channels = laid_out.post.targets.iter().map(|target| &target.channel);
    channels.find(|channel| !begins(channel)).cloned()
}

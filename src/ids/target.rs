//! A post in one channel, as a command line names it.

use std::fmt;

use super::PostId;

/// A post in one channel, as command line arguments: `summit`, or `summit --channel news` if there are several channels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    post: PostId,
    channel: Option<String>,
}

impl Target {
    /// A post in a channel. The channel is left out if it is the newsroom's only one.
    #[must_use]
    pub fn new(post: &PostId, channel: impl fmt::Display, is_only: bool) -> Self {
        Self { post: post.clone(), channel: (!is_only).then(|| channel.to_string()) }
    }

    /// A post in all its channels.
    #[must_use]
    pub fn of(post: &PostId) -> Self {
        Self { post: post.clone(), channel: None }
    }

    /// The post.
    #[must_use]
    pub fn post(&self) -> &PostId {
        &self.post
    }

    /// The channel; `None` for the only channel, or for all of them.
    #[must_use]
    pub fn channel(&self) -> Option<&str> {
        self.channel.as_deref()
    }
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.channel {
            None => write!(formatter, "{}", self.post),
            Some(channel) => write!(formatter, "{} --channel {channel}", self.post),
        }
    }
}

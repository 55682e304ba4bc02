//! What the bot knows about the post files. `serve` watches them and provides it.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::reply::cut;
use super::text::Text;
use crate::explain::report::FirstError;
use crate::ids::ChannelName;
use crate::ids::PostId;
use crate::operations::{Chats, OperationError};
use crate::plan::{Desired, Reason};
use crate::publisher::GatewayFuture;

/// The post files, as `serve` watches them.
pub trait PostSource: Sync {
    /// Every post, by its id.
    fn list(&self) -> Vec<ListedPost>;

    /// The current state of one post's file.
    fn state(&self, post: &PostId) -> PostState;

    /// The number of warnings in one post's file, as it was last read.
    fn warnings(&self, post: &PostId) -> usize;

    /// The chat id of each channel, as far as it is known.
    fn chats(&self) -> Chats;

    /// Changes that files ask for and that wait for a decision.
    fn conflicts(&self) -> GatewayFuture<'_, Result<Vec<OpenConflict>, OperationError>>;
}

/// A post, in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPost {
    /// Its id.
    pub post: PostId,
    /// The first line of its text.
    pub title: String,
    /// Whether it can be published.
    pub state: FileState,
    /// The time that its file names.
    pub publish_at: Option<Timestamp>,
    /// The channel's time zone.
    pub zone: TimeZone,
}

/// Whether a file can be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileState {
    /// It has no errors.
    Valid,
    /// It is a draft.
    Draft,
    /// It has errors.
    Invalid,
}

/// The state of a post's file.
#[derive(Clone, Debug)]
pub enum PostState {
    /// What to publish in each channel.
    Valid(Vec<Desired>),
    /// It has errors; the first one.
    Invalid(Option<FirstError>),
    /// It is being written.
    Writing,
    /// There is no file.
    Missing,
}

/// A change that a file asks for and that is not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenConflict {
    /// The post.
    pub post: PostId,
    /// The channel.
    pub channel: ChannelName,
    /// Why it is not made.
    pub reason: Reason,
    /// The channel's time zone.
    pub zone: TimeZone,
}

/// What a saved file changed about a post in a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileNotice {
    /// What it changed.
    pub text: Text,
    /// The post.
    pub post: PostId,
    /// The channel.
    pub channel: ChannelName,
    /// The scheduled time and its zone, where the text has one.
    pub time: Option<(Timestamp, TimeZone)>,
}

/// The first line of a post's text, cut for a list.
#[must_use]
pub fn title(desired: &Desired) -> String {
    let text = desired.parts.first().map(|part| part.request.string()).unwrap_or_default();
    let line = text.lines().next().unwrap_or_default();
    cut(line, TITLE)
}

const TITLE: usize = 60;

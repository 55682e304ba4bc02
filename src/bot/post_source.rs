//! What the bot knows of the post files: whoever follows them tells it.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::reply::cut;
use super::text::Text;
use crate::explain::report::FirstError;
use crate::ids::ChannelName;
use crate::ids::PostId;
use crate::operations::{Chats, OperationError};
use crate::plan::{Desired, Reason};
use crate::publisher::Later;

/// Whoever follows the files.
pub trait PostSource: Sync {
    /// Every post, by its id.
    fn list(&self) -> Vec<Listed>;

    /// What the file of one post says at this moment.
    fn state(&self, post: &PostId) -> PostState;

    /// How many warnings the file of one post has, as it was read last.
    fn warnings(&self, post: &PostId) -> usize;

    /// The numeric id of each channel, as far as it is known.
    fn chats(&self) -> Chats;

    /// What files ask for and nobody does until a person has decided.
    fn conflicts(&self) -> Later<'_, Result<Vec<OpenConflict>, OperationError>>;
}

/// A post, in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Which.
    pub post: PostId,
    /// Its first line.
    pub title: String,
    /// Whether it is no draft and has no errors.
    pub kind: Kind,
    /// When its file wants it to go out.
    pub publish_at: Option<Timestamp>,
    /// The zone in which that is told: its channel's.
    pub zone: TimeZone,
}

/// What a file is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It may go out.
    Good,
    /// It is not finished.
    Draft,
    /// It has errors.
    Broken,
}

/// What a file says.
#[derive(Clone, Debug)]
pub enum PostState {
    /// What is to stand in each channel, whose chat is told where it is known.
    Good(Vec<Desired>),
    /// The first of its errors.
    Broken(Option<FirstError>),
    /// Somebody is writing it.
    Writing,
    /// There is none.
    Missing,
}

/// What a file asks for in a channel, and why it is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenConflict {
    /// Whose file.
    pub post: PostId,
    /// Where.
    pub channel: ChannelName,
    /// Why not.
    pub reason: Reason,
    /// The zone in which its times are told.
    pub zone: TimeZone,
}

/// What a saved file has changed about a post in a channel.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileNews {
    /// What.
    pub text: Text,
    /// Whose file.
    pub post: PostId,
    /// Where.
    pub channel: ChannelName,
    /// When it goes out, where that is what is told.
    pub time: Option<String>,
}

/// The first line of what goes out, cut for a list.
#[must_use]
pub fn title(desired: &Desired) -> String {
    let text = desired.parts.first().map(|part| part.request.string());
    let line = text.unwrap_or_default().lines().next().unwrap_or_default();
    cut(line, TITLE)
}

/// Letters of a title in a list.
const TITLE: usize = 60;

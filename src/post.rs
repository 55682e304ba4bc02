//! A post: from the keys an author typed to a value that cannot be wrong; it knows no file and no clock.

pub mod check;
mod edition;
mod hashtag;
pub mod raw;
mod step;

pub use check::{Reading, read};

use std::ops::Range;

use telegram_text::ParsedText;
use telegram_text::block::Block;

use crate::ids::{ChannelName, Language, PostId};
use crate::message::LinkPreviewOptions;

/// A post whose every edition can be laid out.
#[derive(Clone, Debug)]
pub struct Post {
    /// The path of its file below `posts/`, without `.toml`.
    pub id: PostId,
    /// Each channel it goes to, with the edition that goes there.
    pub targets: Vec<Target>,
    /// Whether no channel begins before all of them may.
    pub together: bool,
    /// Its editions, in the file's order.
    pub editions: Vec<Edition>,
}

/// One publication that a post asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Where it goes.
    pub channel: ChannelName,
    /// Which of the post's editions, by index.
    pub edition: usize,
    /// When, in UTC; `None`: whenever it is published by hand.
    pub publish_at: Option<jiff::Timestamp>,
}

/// What one language's readers get.
#[derive(Clone, Debug)]
pub struct Edition {
    /// The language.
    pub language: Language,
    /// Where it stands in the file: the header's bytes, or the top.
    pub span: Range<usize>,
    /// The heading, with its marker.
    pub heading: Option<Marked>,
    /// The lead, with its marker.
    pub lead: Option<Marked>,
    /// Sections, or a free body as one of them without a title.
    pub sections: Vec<Section>,
    /// The link to the whole text.
    pub read_more: Option<ReadMore>,
    /// Hashtags without their sign: the post's, then the edition's own.
    pub hashtags: Vec<String>,
    /// What is printed behind the last hashtag.
    pub hashtag_suffix: Option<String>,
    /// How it is sent.
    pub options: Options,
}

/// A text behind a marker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// One or more emoji as typed, outside the text's style.
    pub marker: Option<String>,
    /// The text.
    pub prose: ParsedText,
}

/// A titled group of blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its title.
    pub title: Option<ParsedText>,
    /// What stands below, in order.
    pub blocks: Vec<Block>,
}

/// The link to the whole text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadMore {
    /// Where it leads, as Telegram spells it.
    pub url: String,
    /// Its words; `None`: the style's, in the edition's language.
    pub label: Option<ParsedText>,
    /// Where it stands in the file.
    pub span: Range<usize>,
}

/// How an edition is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the post file")]
pub struct Options {
    /// Checked and previewed, never published.
    pub draft: bool,
    /// No notification.
    pub silent: bool,
    /// No forwarding.
    pub protect: bool,
    /// Pinned in the channel.
    pub pin: bool,
    /// The id of the post that it answers.
    pub reply_to: Option<String>,
    /// What happens past the limit of one message.
    pub overflow: raw::Overflow,
    /// What happens to the preview of a link.
    pub link_preview: Option<LinkPreviewOptions>,
}

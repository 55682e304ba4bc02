//! A post, as validated values. It knows no file and no clock.

mod button;
pub mod check;
mod comment;
mod date;
mod edition;
mod edition_diff;
mod hashtag;
mod media;
mod poll;
pub mod raw;
mod required;

pub use check::{ParsedPost, read};
pub use comment::Comment;
pub use media::MediaItem;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use telegram_text::ParsedText;
use telegram_text::block::Block;

use crate::config::Format;
use crate::ids::{ChannelName, Language, PostId};
use crate::message::{InlineKeyboard, LinkPreviewOptions, Poll};
use crate::schedule::Repeat;

/// A valid post.
#[derive(Clone, Debug)]
pub struct Post {
    /// The path of its file below `posts/`, without its extension.
    pub id: PostId,
    /// Its channels, each with its edition.
    pub targets: Vec<PostChannel>,
    /// Whether no channel is published before all of them may be.
    pub together: bool,
    /// When it is published again and again; `None`: once.
    pub repeat: Option<Arc<Repeat>>,
    /// The occurrence for which its texts and times are filled in; `None` if it does not repeat, or no longer does.
    pub occurrence: Option<jiff::Timestamp>,
    /// Its editions, in the file's order.
    pub editions: Vec<Edition>,
}

/// One channel that a post is published in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostChannel {
    /// The channel.
    pub channel: ChannelName,
    /// The index of the edition in the post.
    pub edition: usize,
    /// The time in UTC; `None` if it is published by hand.
    pub publish_at: Option<jiff::Timestamp>,
    /// When it is deleted, in UTC.
    pub delete_at: Option<jiff::Timestamp>,
    /// When it is unpinned, in UTC.
    pub unpin_at: Option<jiff::Timestamp>,
}

/// A post in one language.
#[derive(Clone, Debug)]
pub struct Edition {
    /// The language.
    pub language: Language,
    /// Its place in the file: the header's bytes, or the first line.
    pub span: Range<usize>,
    /// The heading, with its marker.
    pub heading: Option<Marked>,
    /// The lead, with its marker.
    pub lead: Option<Marked>,
    /// Sections; a free body is one of them without a title.
    pub sections: Vec<Section>,
    /// The link to the full text.
    pub read_more: Option<ReadMore>,
    /// Hashtags without `#`: the post's, then the edition's own.
    pub hashtags: Vec<String>,
    /// The text after the last hashtag.
    pub hashtag_suffix: Option<String>,
    /// The buttons below its last text or media message.
    pub buttons: InlineKeyboard,
    /// The place of the first of them in the file, or of the empty list.
    pub buttons_span: Option<Range<usize>>,
    /// The poll after the text.
    pub poll: Option<Poll>,
    /// The comments below the post, in order.
    pub comments: Vec<Comment>,
    /// Its files; more than one are an album.
    pub media: Vec<MediaItem>,
    /// The files between the paragraphs of its body, by their paths as typed.
    pub images: BTreeMap<String, MediaItem>,
    /// How it is sent.
    pub options: Options,
}

impl Edition {
    /// Whether it has a text. Hashtags do not count.
    #[must_use]
    pub fn has_text(&self) -> bool {
        // All fields are named, so that the compiler asks whether a new one is text.
        let Self {
            heading,
            lead,
            sections,
            read_more,
            language: _,
            span: _,
            hashtags: _,
            hashtag_suffix: _,
            buttons: _,
            buttons_span: _,
            poll: _,
            comments: _,
            media: _,
            images: _,
            options: _,
        } = self;
        heading.is_some() || lead.is_some() || !sections.is_empty() || read_more.is_some()
    }

    /// All of its files.
    pub fn files(&self) -> impl Iterator<Item = &MediaItem> {
        self.media.iter().chain(self.images.values())
    }
}

/// A text with a marker before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// One or more emoji as typed, not formatted like the text.
    pub marker: Option<String>,
    /// The text.
    pub prose: ParsedText,
    /// Its place in the file.
    pub span: Range<usize>,
}

/// A titled group of blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its title.
    pub title: Option<ParsedText>,
    /// Its blocks, in order.
    pub blocks: Vec<Block>,
    /// Its blocks in a rich message, if the edition is sent in both formats and they differ.
    pub rich: Option<Vec<Block>>,
    /// The places of its strings in the file: of its body; otherwise of its title, and of each text of its blocks in order.
    pub strings: Vec<Range<usize>>,
}

impl Section {
    /// Its blocks in a rich message.
    #[must_use]
    pub fn rich_blocks(&self) -> &[Block] {
        self.rich.as_ref().unwrap_or(&self.blocks)
    }
}

/// The link to the full text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadMore {
    /// The URL in Telegram's spelling.
    pub url: String,
    /// The link text; `None`: the style's, in the edition's language.
    pub label: Option<ParsedText>,
    /// Its place in the file.
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
    /// The id of the post that it replies to.
    pub reply_to: Option<String>,
    /// What happens to a text that is too long for one message.
    pub overflow: raw::Overflow,
    /// The kind of message; `None`: that of the channel.
    pub format: Option<Format>,
    /// The link preview.
    pub link_preview: Option<LinkPreviewOptions>,
    /// The place of that key in the file.
    pub link_preview_span: Option<Range<usize>>,
    /// The place of `caption_above` in the file.
    pub caption_above_span: Option<Range<usize>>,
    /// The caption is shown above the media.
    pub caption_above: bool,
}

//! Lays an edition out in a channel's style and splits it into messages. It knows no file.

mod buttons;
mod check;
mod comment;
mod list;
mod media;
mod rich;
mod text_builder;

pub use check::{Messages, messages};
pub use rich::{Place, lay_out_rich_blocks, markdown as rich_markdown};

use std::collections::BTreeMap;
use std::sync::Arc;

use telegram_text::block::{Block, with_gaps};
use telegram_text::split::{self, Bounds, Excess, Level};
use telegram_text::{EntityKind, FormattedText, normal};

use crate::config::{Emphasis, Format, LayoutPart, Style};
use crate::diagnostic::problem::WithoutButtons;
use crate::ids::ChannelName;
use crate::limits::{self, RichExcess};
use crate::message::{
    FileHash, Poll, ReplyParameters, Request, SendMessage, SendOptions, SendPoll, TextContent,
};
use crate::post::raw::Overflow;
use crate::post::{Edition, Marked, Post, PostChannel, Section};
use text_builder::TextBuilder;

/// The complete text of an edition, and the places where it may be split.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The text in Telegram's normal form.
    pub text: FormattedText,
    /// The byte ranges at which it may be split.
    pub break_points: Vec<split::BreakPoint>,
}

/// Lays an edition out in the style of a channel.
///
/// Returns `None` if the style shows no part that the edition has.
#[must_use]
pub fn lay_out(edition: &Edition, style: &Style) -> Option<Layout> {
    let mut builder = TextBuilder::new();
    let tail = tail(edition, style);
    for (index, part) in style.layout.iter().enumerate() {
        // The tail of a post stays together, and with some text before it.
        builder.keep_with_previous(index >= tail);
        match part {
            LayoutPart::Heading => {
                marked(&mut builder, edition.heading.as_ref(), style.heading);
                if edition.heading.is_some() {
                    // Keep the heading with the block that follows it.
                    builder.glue_next();
                }
            }
            LayoutPart::Lead => marked(&mut builder, edition.lead.as_ref(), Emphasis::Plain),
            LayoutPart::Body => {
                edition
                    .sections
                    .iter()
                    .for_each(|section| put_section(&mut builder, section, style));
            }
            LayoutPart::ReadMore => read_more(&mut builder, edition, style),
            LayoutPart::Hashtags => hashtags(&mut builder, edition),
            LayoutPart::Footer => {
                if let Some(footer) = Style::in_language(&style.footer, &edition.language) {
                    builder.block();
                    builder.text(footer);
                }
            }
        }
    }
    let (text, break_points) = builder.finish();
    Some(Layout { text: normal::uncut(text).ok()?, break_points })
}

/// Lays out blocks that do not belong to a post.
///
/// # Errors
/// When Telegram would refuse the text.
pub fn lay_out_blocks(blocks: &[Block], style: &Style) -> Result<Layout, normal::Refusal> {
    let mut builder = TextBuilder::new();
    put_blocks(&mut builder, blocks, style);
    let (text, break_points) = builder.finish();
    Ok(Layout { text: normal::uncut(text)?, break_points })
}

/// The index in the layout from which only read-more, hashtags and footer follow.
fn tail(edition: &Edition, style: &Style) -> usize {
    let is_tail = |part: &LayoutPart| match part {
        LayoutPart::Heading => edition.heading.is_none(),
        LayoutPart::Lead => edition.lead.is_none(),
        LayoutPart::Body => edition.sections.is_empty(),
        LayoutPart::ReadMore | LayoutPart::Hashtags | LayoutPart::Footer => true,
    };
    style.layout.iter().rposition(|part| !is_tail(part)).map_or(0, |last| last + 1)
}

fn marked(builder: &mut TextBuilder, marked: Option<&Marked>, emphasis: Emphasis) {
    let Some(marked) = marked else { return };
    builder.block();
    builder.marker(marked.marker.as_deref());
    emphasised(builder, &marked.prose.text, emphasis);
}

fn emphasised(builder: &mut TextBuilder, text: &FormattedText, emphasis: Emphasis) {
    let kind = match emphasis {
        Emphasis::Plain => None,
        Emphasis::Bold => Some(EntityKind::Bold),
        Emphasis::Italic => Some(EntityKind::Italic),
        Emphasis::Underline => Some(EntityKind::Underline),
    };
    let start = builder.position();
    builder.text(text);
    if let Some(kind) = kind {
        builder.cover(kind, start);
    }
}

fn put_section(builder: &mut TextBuilder, section: &Section, style: &Style) {
    if let Some(title) = &section.title {
        builder.block();
        emphasised(builder, &title.text, style.title);
        // Keep a title with the block that follows it.
        builder.glue_next();
    }
    put_blocks(builder, &section.blocks, style);
}

fn put_blocks(builder: &mut TextBuilder, blocks: &[Block], style: &Style) {
    for (gap, block) in with_gaps(blocks, "\n\n") {
        list::introduce(builder, block);
        builder.gap(gap, Level::Block);
        list::put_block(builder, block, style);
    }
}

fn read_more(builder: &mut TextBuilder, edition: &Edition, style: &Style) {
    let Some(read_more) = &edition.read_more else { return };
    let default_label = || Style::in_language(&style.read_more.label, &edition.language);
    let Some(label) = read_more.label.as_ref().map(|label| &label.text).or_else(default_label)
    else {
        return;
    };
    builder.block();
    builder.marker(style.read_more.marker.as_deref());
    let start = builder.position();
    builder.text(label);
    builder.cover(EntityKind::TextLink { url: read_more.url.clone() }, start);
}

fn hashtags(builder: &mut TextBuilder, edition: &Edition) {
    if edition.hashtags.is_empty() {
        return;
    }
    builder.block();
    for (index, tag) in edition.hashtags.iter().enumerate() {
        builder.string(if index == 0 { "#" } else { " #" });
        builder.string(tag);
    }
    if let Some(suffix) = &edition.hashtag_suffix {
        builder.string(" ");
        builder.string(suffix);
    }
}

/// A post and its messages in each channel.
#[derive(Clone, Debug)]
pub struct LaidOut {
    /// The post.
    pub post: Post,
    /// The messages for each target; empty if the channel's style shows no part of the edition.
    pub messages: Vec<Arc<[Request]>>,
    /// The comments for each target.
    pub comments: Vec<Arc<[Request]>>,
}

/// A post in one channel.
#[derive(Clone, Copy, Debug)]
pub struct InChannel<'p> {
    /// The edition.
    pub edition: &'p Edition,
    /// The time in UTC; `None` if it is published by hand.
    pub publish_at: Option<jiff::Timestamp>,
    /// When it is deleted.
    pub delete_at: Option<jiff::Timestamp>,
    /// When it is unpinned.
    pub unpin_at: Option<jiff::Timestamp>,
    /// The messages, in order; at least one.
    pub parts: &'p Arc<[Request]>,
    /// The comments, in order.
    pub comments: &'p Arc<[Request]>,
}

impl LaidOut {
    /// The post with the hash of every media file in place of its path; `None` if `hashes` lacks one.
    #[must_use]
    pub fn hashed(&self, hashes: &BTreeMap<String, FileHash>) -> Option<Self> {
        let freeze = |request: &Request| request.hashed(|path| hashes.get(path).copied());
        let messages = { self.messages.iter() }
            .map(|parts| parts.iter().map(freeze).collect::<Option<Arc<[Request]>>>());
        let comments = self.comments.clone();
        Some(Self { post: self.post.clone(), messages: messages.collect::<Option<_>>()?, comments })
    }

    /// The post in a channel; `None` if the channel is not a target, or its style shows no part of the edition.
    #[must_use]
    pub fn in_channel(&self, channel: &ChannelName) -> Option<InChannel<'_>> {
        let at = self.post.targets.iter().position(|target| target.channel == *channel)?;
        let target = self.post.targets.get(at)?;
        let edition = self.post.editions.get(target.edition)?;
        let parts = self.messages.get(at).filter(|parts| !parts.is_empty())?;
        let comments = self.comments.get(at)?;
        let PostChannel { publish_at, delete_at, unpin_at, .. } = *target;
        Some(InChannel { edition, publish_at, delete_at, unpin_at, parts, comments })
    }
}

/// The result of laying out and splitting an edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parts {
    /// The messages, in order; at least one.
    Fit(Vec<Request>),
    /// The messages, if the text is too long for a caption: the text messages follow the media.
    CaptionSplit(Vec<Request>),
    /// The text is too long for a caption, and the edition must not be split.
    CaptionTooLong {
        /// The excess.
        excess: Excess,
        /// The last words that fit.
        fits_until: String,
    },
    /// The text is too long, and the edition must not be split.
    TooLong {
        /// The excess.
        excess: Excess,
        /// The last words that fit.
        fits_until: String,
    },
    /// A rich message is past a limit of Telegram, and the edition must not be split; the place of the first block past it.
    RichExcess(RichExcess, Option<Place>),
    /// One block of a rich message is past a limit by itself, and its place.
    RichBlockExcess(RichExcess, Option<Place>),
    /// More parts than a post may have.
    TooMany(usize),
    /// The edition has buttons, and the message below which they belong cannot have any.
    NoButtons(WithoutButtons),
    /// The style shows no part of the edition.
    Nothing,
}

impl Parts {
    /// The same with changed messages, or what `change` returns instead.
    fn and_then(self, change: impl FnOnce(Vec<Request>) -> Result<Vec<Request>, Self>) -> Self {
        match self {
            Self::Fit(messages) => change(messages).map_or_else(|other| other, Self::Fit),
            Self::CaptionSplit(messages) => {
                change(messages).map_or_else(|other| other, Self::CaptionSplit)
            }
            other => other,
        }
    }
}

/// The messages of an edition in a channel with this style.
#[must_use]
pub fn parts(edition: &Edition, style: &Style) -> Parts {
    let Some(poll) = &edition.poll else { return content_parts(edition, style) };
    // A post that is a poll alone sends no text, not even the footer of the style.
    if !edition.has_text() && edition.media.is_empty() {
        return with_buttons(Parts::Fit(vec![poll_message(poll, edition, true)]), edition);
    }
    content_parts(edition, style).and_then(|mut messages| {
        if messages.len() == limits::PARTS {
            return Err(Parts::TooMany(messages.len() + 1));
        }
        messages.push(poll_message(poll, edition, false));
        Ok(messages)
    })
}

/// The messages with the text and the media.
fn content_parts(edition: &Edition, style: &Style) -> Parts {
    let format = edition.options.format.unwrap_or(style.format);
    let parts = if format == Format::Rich {
        rich::parts(edition, style)
    } else if edition.media.is_empty() {
        text_parts(edition, style)
    } else {
        media::parts(edition, style)
    };
    with_buttons(parts, edition)
}

/// The messages with the buttons of the edition below one of them.
fn with_buttons(parts: Parts, edition: &Edition) -> Parts {
    parts.and_then(|mut messages| {
        let overflow = edition.options.overflow;
        match buttons::put(&edition.buttons, overflow, &mut messages) {
            Ok(()) => Ok(messages),
            Err(message) => Err(Parts::NoButtons(message)),
        }
    })
}

/// The messages with the text.
fn text_parts(edition: &Edition, style: &Style) -> Parts {
    let Some(layout) = lay_out(edition, style) else { return Parts::Nothing };
    let bounds = Bounds::message();
    if bounds.hold(&layout.text) {
        return Parts::Fit(vec![text_message(
            layout.text,
            edition,
            send_options(edition, true, edition.options.silent),
        )]);
    }
    if edition.options.overflow == Overflow::Error {
        return Parts::TooLong {
            excess: bounds.excess(&layout.text),
            fits_until: split::fits_until(&layout.text, bounds),
        };
    }
    let texts =
        split::split(&layout.text, &layout.break_points, bounds, style.part_mark.as_deref());
    if texts.len() > limits::PARTS {
        return Parts::TooMany(texts.len());
    }
    let texts = texts.into_iter().enumerate();
    let message = |(number, text)| {
        let options = send_options(edition, number == 0, edition.options.silent);
        text_message(text, edition, options)
    };
    Parts::Fit(texts.map(message).collect())
}

fn text_message(text: FormattedText, edition: &Edition, options: SendOptions) -> Request {
    let link_preview_options = edition.options.link_preview.clone();
    let content = TextContent { link_preview_options, ..text.into() };
    Request::SendMessage(SendMessage { content, options })
}

/// How a message is sent. Only the first message of a post is a reply.
fn send_options(edition: &Edition, is_first: bool, is_silent: bool) -> SendOptions {
    let reply_to = edition.options.reply_to.as_ref().filter(|_| is_first);
    SendOptions {
        disable_notification: is_silent,
        protect_content: edition.options.protect,
        reply_parameters: reply_to.map(|post| ReplyParameters::Post { post: post.clone() }),
    }
}

/// The poll. After another message of the post it causes no second notification.
fn poll_message(poll: &Poll, edition: &Edition, is_first: bool) -> Request {
    let options = send_options(edition, is_first, edition.options.silent || !is_first);
    Request::SendPoll(Box::new(SendPoll { content: poll.clone(), options }))
}

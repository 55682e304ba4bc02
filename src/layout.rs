//! From an edition and a channel's style to the parts that are sent; it knows no file and asks nobody.

mod check;
mod list;
mod sheet;

pub use check::messages;

use std::sync::Arc;

use telegram_text::block::Block;
use telegram_text::split::{self, Bounds, Excess};
use telegram_text::{EntityKind, FormattedText, normal};

use crate::config::{Emphasis, LayoutPart, Style};
use crate::ids::ChannelName;
use crate::limits;
use crate::message::{ReplyParameters, Request, SendMessage, TextContent};
use crate::post::raw::Overflow;
use crate::post::{Edition, Marked, Post, Section};
use sheet::Sheet;

/// The whole text of an edition, with the places where it may become several messages.
#[derive(Clone, Debug)]
pub struct Layout {
    /// What readers see, in Telegram's normal form.
    pub text: FormattedText,
    /// Where it may be cut, by the byte.
    pub seams: Vec<split::BreakPoint>,
}

/// Lays an edition out in the style of a channel.
///
/// `None` where nothing is left to show: the style leaves out all that the edition has.
#[must_use]
pub fn lay_out(edition: &Edition, style: &Style) -> Option<Layout> {
    let mut sheet = Sheet::new();
    let tail = tail(edition, style);
    for (index, part) in style.layout.iter().enumerate() {
        // What ends a post stays together, and with some of what it ends.
        sheet.keep_with_previous(index >= tail);
        match part {
            LayoutPart::Heading => {
                marked(&mut sheet, edition.heading.as_ref(), style.heading);
                if edition.heading.is_some() {
                    // Alone in a message it would head nothing.
                    sheet.glue_next();
                }
            }
            LayoutPart::Lead => marked(&mut sheet, edition.lead.as_ref(), Emphasis::Plain),
            LayoutPart::Body => {
                edition.sections.iter().for_each(|section| put_section(&mut sheet, section, style));
            }
            LayoutPart::ReadMore => read_more(&mut sheet, edition, style),
            LayoutPart::Hashtags => hashtags(&mut sheet, edition),
            LayoutPart::Footer => {
                if let Some(footer) = Style::in_language(&style.footer, &edition.language) {
                    sheet.block();
                    sheet.text(footer);
                }
            }
        }
    }
    let (text, seams) = sheet.finish();
    Some(Layout { text: normal::uncut(text).ok()?, seams })
}

/// Lays out blocks that belong to no post.
///
/// # Errors
/// Why Telegram would refuse what they become.
pub fn lay_out_blocks(blocks: &[Block], style: &Style) -> Result<Layout, normal::Refusal> {
    let mut sheet = Sheet::new();
    put_blocks(&mut sheet, blocks, style);
    let (text, seams) = sheet.finish();
    Ok(Layout { text: normal::uncut(text)?, seams })
}

/// The place in the layout from which on only read-more, hashtags and footer follow.
fn tail(edition: &Edition, style: &Style) -> usize {
    let ends = |part: &LayoutPart| match part {
        LayoutPart::Heading => edition.heading.is_none(),
        LayoutPart::Lead => edition.lead.is_none(),
        LayoutPart::Body => edition.sections.is_empty(),
        LayoutPart::ReadMore | LayoutPart::Hashtags | LayoutPart::Footer => true,
    };
    style.layout.iter().rposition(|part| !ends(part)).map_or(0, |last| last + 1)
}

fn marked(sheet: &mut Sheet, marked: Option<&Marked>, emphasis: Emphasis) {
    let Some(marked) = marked else { return };
    sheet.block();
    sheet.marker(marked.marker.as_deref());
    emphasised(sheet, &marked.prose.text, emphasis);
}

fn emphasised(sheet: &mut Sheet, text: &FormattedText, emphasis: Emphasis) {
    let kind = match emphasis {
        Emphasis::Plain => None,
        Emphasis::Bold => Some(EntityKind::Bold),
        Emphasis::Italic => Some(EntityKind::Italic),
        Emphasis::Underline => Some(EntityKind::Underline),
    };
    let start = sheet.position();
    sheet.text(text);
    if let Some(kind) = kind {
        sheet.cover(kind, start);
    }
}

fn put_section(sheet: &mut Sheet, section: &Section, style: &Style) {
    if let Some(title) = &section.title {
        sheet.block();
        emphasised(sheet, &title.text, style.title);
        // A title without what it announces is a riddle.
        sheet.glue_next();
    }
    put_blocks(sheet, &section.blocks, style);
}

fn put_blocks(sheet: &mut Sheet, blocks: &[Block], style: &Style) {
    for block in blocks {
        sheet.block();
        list::put_block(sheet, block, style);
    }
}

fn read_more(sheet: &mut Sheet, edition: &Edition, style: &Style) {
    let Some(read_more) = &edition.read_more else { return };
    let styles = || Style::in_language(&style.read_more.label, &edition.language);
    let Some(label) = read_more.label.as_ref().map(|label| &label.text).or_else(styles) else {
        return;
    };
    sheet.block();
    sheet.marker(style.read_more.marker.as_deref());
    let start = sheet.position();
    sheet.text(label);
    sheet.cover(EntityKind::TextLink { url: read_more.url.clone() }, start);
}

fn hashtags(sheet: &mut Sheet, edition: &Edition) {
    if edition.hashtags.is_empty() {
        return;
    }
    sheet.block();
    for (index, tag) in edition.hashtags.iter().enumerate() {
        sheet.string(if index == 0 { "#" } else { " #" });
        sheet.string(tag);
    }
    if let Some(suffix) = &edition.hashtag_suffix {
        sheet.string(" ");
        sheet.string(suffix);
    }
}

/// A post, and the messages that it becomes in each of its channels.
#[derive(Clone, Debug)]
pub struct LaidOut {
    /// The post.
    pub post: Post,
    /// For each of its targets the messages; none where the channel's style shows nothing of it.
    pub messages: Vec<Arc<[Request]>>,
}

/// What a post becomes in one channel.
#[derive(Clone, Copy, Debug)]
pub struct InChannel<'p> {
    /// The edition that goes there.
    pub edition: &'p Edition,
    /// When, in UTC; `None`: whenever it is published by hand.
    pub publish_at: Option<jiff::Timestamp>,
    /// The messages, in order; at least one.
    pub parts: &'p Arc<[Request]>,
}

impl LaidOut {
    /// What the post becomes in a channel; `None` where it does not go there, or nothing of it is shown there.
    #[must_use]
    pub fn in_channel(&self, channel: &ChannelName) -> Option<InChannel<'_>> {
        let at = self.post.targets.iter().position(|target| target.channel == *channel)?;
        let target = self.post.targets.get(at)?;
        let edition = self.post.editions.get(target.edition)?;
        let parts = self.messages.get(at).filter(|parts| !parts.is_empty())?;
        Some(InChannel { edition, publish_at: target.publish_at, parts })
    }
}

/// What becomes of an edition in a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parts {
    /// The messages, in order; at least one.
    Fit(Vec<Request>),
    /// The text does not fit, and the edition does not want to be split.
    TooLong {
        /// How much of it is too much.
        excess: Excess,
        /// The last words that fit.
        fits_until: String,
    },
    /// More parts than a post may have.
    TooMany(usize),
    /// The style shows nothing of it.
    Nothing,
}

/// The messages that an edition becomes in a channel of this style.
#[must_use]
pub fn parts(edition: &Edition, style: &Style) -> Parts {
    let Some(layout) = lay_out(edition, style) else { return Parts::Nothing };
    let bounds = Bounds::message();
    if bounds.hold(&layout.text) {
        return Parts::Fit(vec![message(layout.text, edition, true)]);
    }
    if edition.options.overflow == Overflow::Error {
        return Parts::TooLong {
            excess: bounds.excess(&layout.text),
            fits_until: split::fits_until(&layout.text, bounds),
        };
    }
    let texts = split::split(&layout.text, &layout.seams, bounds, style.part_mark.as_deref());
    if texts.len() > limits::PARTS {
        return Parts::TooMany(texts.len());
    }
    let texts = texts.into_iter().enumerate();
    Parts::Fit(texts.map(|(number, text)| message(text, edition, number == 0)).collect())
}

/// One message; the first of a post is the one that answers another.
fn message(text: FormattedText, edition: &Edition, is_first: bool) -> Request {
    let answered = edition.options.reply_to.as_ref().filter(|_| is_first);
    Request::SendMessage(SendMessage {
        content: TextContent {
            link_preview_options: edition.options.link_preview.clone(),
            ..text.into()
        },
        disable_notification: edition.options.silent,
        protect_content: edition.options.protect,
        reply_parameters: answered.map(|post| ReplyParameters::Post { post: post.clone() }),
    })
}

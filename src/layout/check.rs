//! What a channel's style makes of an edition, told at the places of the post file.

use std::ops::Range;

use super::{Parts, parts};
use crate::config::{Config, LayoutPart, Style};
use crate::diagnostic::{Code, Diagnostic};
use crate::field::Fields;
use crate::limits;
use crate::post::{Edition, Post};
use crate::text::split::Excess;

/// Lays `edition` out for each of its channels and tells what does not fit.
pub(crate) fn check(edition: &Edition, post: &Post, config: &Config, fields: &mut Fields<'_>) {
    let mut seen: Vec<&Style> = Vec::new();
    for target in &post.targets {
        let Some(channel) = config.channel(target.channel.as_str()) else { continue };
        if channel.language != edition.language || seen.contains(&&channel.style) {
            continue;
        }
        seen.push(&channel.style);
        let style = &channel.style;
        no_label(edition, style, fields);
        not_shown(edition, style, channel.name.as_str(), fields);
        let place = edition.span.clone();
        match parts(edition, style) {
            Parts::Fit(_) | Parts::Nothing => {}
            Parts::TooLong { excess, fits_until } => {
                let channel = channel.name.as_str();
                fields.report(too_long(&excess, &fits_until, channel, place));
            }
            Parts::TooMany(count) => fields.report(Diagnostic::new(
                Code::TooManyParts,
                place,
                format!(
                    "the post becomes {count} messages in `{}`, and {} is the most",
                    channel.name,
                    limits::PARTS
                ),
                "shorten it, or make several posts of it",
            )),
        }
    }
}

/// The bound that the text breaks; of several the first in this order, since less text is also less formatting.
fn too_long(excess: &Excess, fits_until: &str, channel: &str, place: Range<usize>) -> Diagnostic {
    let split = "or set overflow = \"split\"";
    let (code, much, limit, way) = if excess.characters > 0 {
        let much = counted(excess.characters, "character");
        (
            Code::TooLong,
            much,
            format!("{} characters", limits::MESSAGE_CHARACTERS),
            "shorten the text",
        )
    } else if excess.bytes > 0 {
        let much = counted(excess.bytes, "byte");
        (Code::TooLong, much, format!("{} bytes", limits::TEXT_ARGUMENT_BYTES), "shorten the text")
    } else if excess.entities > 0 {
        let much = counted(excess.entities, "piece") + " of formatting";
        let limit = format!("{} pieces that Telegram keeps", limits::MESSAGE_ENTITIES);
        (Code::TooManyEntities, much, limit, "format less")
    } else {
        let much = counted(excess.entity_bytes, "byte") + " of links and formatting";
        let limit = format!("about {} bytes that Telegram takes", limits::MESSAGE_ENTITY_BYTES);
        (Code::TooManyEntities, much, limit, "shorten the links, format less")
    };
    Diagnostic::new(
        code,
        place,
        format!("the text has {much} too many for one message in `{channel}`"),
        format!("the {limit} end behind “{fits_until}”; {way}, {split}"),
    )
}

/// A number and a noun.
fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

fn no_label(edition: &Edition, style: &Style, fields: &mut Fields<'_>) {
    let Some(read_more) = &edition.read_more else { return };
    if read_more.label.is_some()
        || Style::in_language(&style.read_more.label, &edition.language).is_some()
    {
        return;
    }
    let owner = if style.name.is_empty() {
        "the default style".to_owned()
    } else {
        format!("style `{}`", style.name)
    };
    let elsewhere = if style.name.is_empty() {
        "give the channel a style that has one".to_owned()
    } else {
        format!("add read_more.label.{} to the style", edition.language)
    };
    fields.report(Diagnostic::new(
        Code::NoLabel,
        read_more.span.clone(),
        format!("{owner} has no words for a read-more link in `{}`", edition.language),
        format!("write them here, read_more = {{ url = \"…\", label = \"…\" }}, or {elsewhere}"),
    ));
}

/// A style may leave parts out; a post that has one of them would lose it without a word.
fn not_shown(edition: &Edition, style: &Style, channel: &str, fields: &mut Fields<'_>) {
    let has = [
        (LayoutPart::Heading, edition.heading.is_some()),
        (LayoutPart::Lead, edition.lead.is_some()),
        (LayoutPart::Body, !edition.sections.is_empty()),
        (LayoutPart::ReadMore, edition.read_more.is_some()),
        (LayoutPart::Hashtags, !edition.hashtags.is_empty()),
    ];
    for (part, has) in has {
        if has && !style.layout.contains(&part) {
            fields.report(Diagnostic::new(
                Code::NotShown,
                edition.span.clone(),
                format!(
                    "style `{}` of channel `{channel}` does not show `{}`",
                    style.name,
                    part.name()
                ),
                "take it out of the post, or add it to the style's `layout`",
            ));
        }
    }
}

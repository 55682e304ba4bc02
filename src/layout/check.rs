//! What a channel's style makes of an edition, told at the places of the post file.

use super::{Parts, parts};
use crate::config::{Config, LayoutPart, Style};
use crate::diagnostic::{Code, Diagnostic};
use crate::field::Fields;
use crate::limits;
use crate::post::{Edition, Post};

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
            Parts::TooLong { characters, fits_until, .. } if characters > 0 => fields.report(Diagnostic::new(
                Code::TooLong,
                place,
                format!("the text has {characters} characters too many for one message in `{}`", channel.name),
                format!("the {} characters end behind “{fits_until}”; shorten the text, or set overflow = \"split\"", limits::MESSAGE_CHARACTERS),
            )),
            Parts::TooLong { entities, .. } => fields.report(Diagnostic::new(
                Code::TooManyEntities,
                place,
                format!("the text has {entities} pieces of formatting too many for one message in `{}`", channel.name),
                format!("Telegram keeps {} and drops the rest; format less, or set overflow = \"split\"", limits::MESSAGE_ENTITIES),
            )),
            Parts::TooMany(count) => fields.report(Diagnostic::new(
                Code::TooManyParts,
                place,
                format!("the post becomes {count} messages in `{}`, and {} is the most", channel.name, limits::PARTS),
                "shorten it, or make several posts of it",
            )),
        }
    }
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

//! What a channel's style makes of an edition, told at the places of the post file.

use std::ops::Range;
use std::sync::Arc;

use telegram_text::split::Excess;

use super::{Parts, parts};
use crate::config::{Channel, Config, LayoutPart, Style};
use crate::diagnostic::{Code, Diagnostic};
use crate::limits;
use crate::message::Request;
use crate::post::{Edition, Post};

/// The messages that a post becomes in each of its targets, and what does not fit. The channels of one style share them.
#[must_use]
pub fn messages(post: &Post, config: &Config) -> (Vec<Arc<[Request]>>, Vec<Diagnostic>) {
    let mut known: Vec<(usize, &Style, Arc<[Request]>)> = Vec::new();
    let mut told = Vec::new();
    let messages = post.targets.iter().map(|target| {
        let channel = config.channel(target.channel.as_str());
        let (Some(channel), Some(edition)) = (channel, post.editions.get(target.edition)) else {
            return Arc::default();
        };
        let style = &channel.style;
        let is_known = |known: &&(usize, &Style, _)| (known.0, known.1) == (target.edition, style);
        if let Some((_, _, parts)) = known.iter().find(is_known) {
            return Arc::clone(parts);
        }
        let parts = Arc::from(lay_out(edition, channel, &mut told));
        known.push((target.edition, style, Arc::clone(&parts)));
        parts
    });
    (messages.collect(), told)
}

/// The messages that an edition becomes in a channel; none where it does not fit, which is told, or nothing of it is shown.
fn lay_out(edition: &Edition, channel: &Channel, told: &mut Vec<Diagnostic>) -> Vec<Request> {
    let Channel { style, name, .. } = channel;
    told.extend(no_label(edition, style));
    not_shown(edition, style, name.as_str(), told);
    let place = edition.span.clone();
    match parts(edition, style) {
        Parts::Fit(parts) => return parts,
        Parts::Nothing => {}
        Parts::TooLong { excess, fits_until } => {
            told.push(too_long(&excess, &fits_until, name.as_str(), place));
        }
        Parts::TooMany(count) => told.push(Diagnostic::new(
            Code::TooManyParts,
            place,
            format!(
                "the post becomes {count} messages in `{name}`, and {} is the most",
                limits::PARTS
            ),
            "shorten it, or make several posts of it",
        )),
    }
    Vec::new()
}

/// Everything that is too much, and the words at which one message ends.
fn too_long(excess: &Excess, fits_until: &str, channel: &str, place: Range<usize>) -> Diagnostic {
    let is_text = excess.characters > 0 || excess.bytes > 0;
    let code = if is_text { Code::TooLong } else { Code::TooManyEntities };
    let way = match (is_text, excess.entity_bytes) {
        (true, _) => "shorten the text",
        (false, 0) => "format less",
        (false, _) => "format less, shorten the links",
    };
    Diagnostic::new(
        code,
        place,
        format!("the text has {} too many for one message in `{channel}`", excess.much()),
        format!(
            "the {} end behind “{fits_until}”; {way}, or set overflow = \"split\"",
            excess.most()
        ),
    )
}

fn no_label(edition: &Edition, style: &Style) -> Option<Diagnostic> {
    let read_more = edition.read_more.as_ref()?;
    if read_more.label.is_some()
        || Style::in_language(&style.read_more.label, &edition.language).is_some()
    {
        return None;
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
    Some(Diagnostic::new(
        Code::NoLabel,
        read_more.span.clone(),
        format!("{owner} has no words for a read-more link in `{}`", edition.language),
        format!("write them here, read_more = {{ url = \"…\", label = \"…\" }}, or {elsewhere}"),
    ))
}

/// A style may leave parts out; a post that has one of them would lose it without a word.
fn not_shown(edition: &Edition, style: &Style, channel: &str, told: &mut Vec<Diagnostic>) {
    let has = [
        (LayoutPart::Heading, edition.heading.is_some()),
        (LayoutPart::Lead, edition.lead.is_some()),
        (LayoutPart::Body, !edition.sections.is_empty()),
        (LayoutPart::ReadMore, edition.read_more.is_some()),
        (LayoutPart::Hashtags, !edition.hashtags.is_empty()),
    ];
    for (part, has) in has {
        if has && !style.layout.contains(&part) {
            told.push(Diagnostic::new(
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_too_much_is_told_with_the_place_of_the_limit() {
        let none = Excess::default();
        for (excess, code, message, help) in [
            (
                Excess { characters: 1, ..none },
                Code::TooLong,
                "the text has 1 character too many for one message in `news`",
                "the 4096 characters end behind “last words”; shorten the text, or set overflow = \"split\"",
            ),
            (
                Excess { entities: 21, ..none },
                Code::TooManyEntities,
                "the text has 21 pieces of formatting too many for one message in `news`",
                "the 100 pieces of formatting end behind “last words”; format less, or set overflow = \"split\"",
            ),
            (
                Excess { entity_bytes: 40, ..none },
                Code::TooManyEntities,
                "the text has 40 bytes of formatting and links too many for one message in `news`",
                "the 9500 bytes of formatting and links end behind “last words”; format less, shorten the links, or set overflow = \"split\"",
            ),
            (
                Excess { characters: 2, entities: 1, ..none },
                Code::TooLong,
                "the text has 2 characters and 1 piece of formatting too many for one message in `news`",
                "the 4096 characters or the 100 pieces of formatting end behind “last words”; shorten the text, or set overflow = \"split\"",
            ),
        ] {
            let told = too_long(&excess, "last words", "news", 0..1);
            assert_eq!(told.code, code);
            assert_eq!(told.message, message);
            assert_eq!(told.hint, help);
        }
    }
}

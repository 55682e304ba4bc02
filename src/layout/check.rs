//! What a channel's style makes of an edition, told at the places of the post file.

use std::sync::Arc;

use super::{Parts, parts};
use crate::config::{Channel, Config, LayoutPart, Style};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::problem::PostProblem;
use crate::ids::ChannelName;
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
    not_shown(edition, style, name, told);
    let place = edition.span.clone();
    match parts(edition, style) {
        Parts::Fit(parts) => return parts,
        Parts::Nothing => {}
        Parts::TooLong { excess, fits_until } => {
            let problem = PostProblem::TooLong { excess, fits_until, channel: name.clone() };
            told.push(Diagnostic::new(place, problem));
        }
        Parts::TooMany(count) => {
            told.push(Diagnostic::new(place, PostProblem::TooManyParts(count, name.clone())));
        }
    }
    Vec::new()
}

fn no_label(edition: &Edition, style: &Style) -> Option<Diagnostic> {
    let read_more = edition.read_more.as_ref()?;
    if read_more.label.is_some()
        || Style::in_language(&style.read_more.label, &edition.language).is_some()
    {
        return None;
    }
    let problem = PostProblem::NoLabel(style.name.clone(), edition.language.clone());
    Some(Diagnostic::new(read_more.span.clone(), problem))
}

/// A style may leave parts out; a post that has one of them would lose it without a word.
fn not_shown(edition: &Edition, style: &Style, channel: &ChannelName, told: &mut Vec<Diagnostic>) {
    let has = [
        (LayoutPart::Heading, edition.heading.is_some()),
        (LayoutPart::Lead, edition.lead.is_some()),
        (LayoutPart::Body, !edition.sections.is_empty()),
        (LayoutPart::ReadMore, edition.read_more.is_some()),
        (LayoutPart::Hashtags, !edition.hashtags.is_empty()),
    ];
    for (part, has) in has {
        if has && !style.layout.contains(&part) {
            let problem = PostProblem::NotShown {
                style: style.name.clone(),
                channel: channel.clone(),
                part: part.name(),
            };
            told.push(Diagnostic::new(edition.span.clone(), problem));
        }
    }
}

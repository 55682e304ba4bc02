//! Lays a post out for each of its channels and reports problems at places in the post file.

use std::ops::Range;
use std::sync::Arc;

use super::{Parts, Place, comment, parts};
use crate::config::{Channel, Config, LayoutPart, Style};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::problem::{CommentProblem, MediaItemProblem, PollProblem, PostProblem};
use crate::ids::ChannelName;
use crate::message::Request;
use crate::post::{Edition, Post};
use crate::source::SourceFile;

/// The messages of a post for each target.
#[derive(Debug, Default)]
pub struct Messages {
    /// The parts.
    pub parts: Vec<Arc<[Request]>>,
    /// The comments.
    pub comments: Vec<Arc<[Request]>>,
}

/// The messages of an edition in the style of its channel.
struct Shared<'s> {
    edition: usize,
    style: &'s Style,
    /// Only posts of channels have comments.
    is_group: bool,
    parts: Arc<[Request]>,
    comments: Arc<[Request]>,
}

/// The messages of the post in `file` for each target, and the problems. Channels with the same style share the messages.
#[must_use]
pub fn messages(post: &Post, file: &SourceFile, config: &Config) -> (Messages, Vec<Diagnostic>) {
    let mut cache: Vec<Shared<'_>> = Vec::new();
    let mut problems = Vec::new();
    let mut messages = Messages::default();
    for target in &post.targets {
        let channel = config.channel(target.channel.as_str());
        let (Some(channel), Some(edition)) = (channel, post.editions.get(target.edition)) else {
            messages.parts.push(Arc::default());
            messages.comments.push(Arc::default());
            continue;
        };
        let style = &channel.style;
        let is_cached = |shared: &Shared<'_>| {
            (shared.edition, shared.style, shared.is_group)
                == (target.edition, style, channel.is_group)
        };
        if !cache.iter().any(is_cached) {
            let parts = Arc::from(lay_out(edition, channel, file, &mut problems));
            let comments = Arc::from(lay_out_comments(edition, channel, &mut problems));
            let is_group = channel.is_group;
            cache.push(Shared { edition: target.edition, style, is_group, parts, comments });
        }
        if let Some(shared) = cache.iter().find(|shared| is_cached(shared)) {
            messages.parts.push(Arc::clone(&shared.parts));
            messages.comments.push(Arc::clone(&shared.comments));
        }
    }
    (messages, problems)
}

/// The comments of an edition in a channel. Reports those that do not fit into one message.
fn lay_out_comments(
    edition: &Edition,
    channel: &Channel,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Request> {
    if let Some(first) = edition.comments.first().filter(|_| channel.is_group) {
        let problem = CommentProblem::InGroup(channel.name.clone());
        report_once(Some(Diagnostic::new(first.span.clone(), problem)), problems);
        return Vec::new();
    }
    let mut comments = Vec::new();
    for comment in &edition.comments {
        match comment::message(comment, edition, &channel.style) {
            Some(Ok(message)) => comments.push(message),
            Some(Err(excess)) => {
                let problem = CommentProblem::TooLong(excess, channel.name.clone());
                report_once(Some(Diagnostic::new(comment.span.clone(), problem)), problems);
            }
            // The reader has reported that it is empty.
            None => {}
        }
    }
    comments
}

/// The messages of an edition in a channel. Returns none, and reports the reason, if it does not fit.
fn lay_out(
    edition: &Edition,
    channel: &Channel,
    file: &SourceFile,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Request> {
    let Channel { style, name, .. } = channel;
    problems.extend(no_label(edition, style));
    not_shown(edition, style, name, problems);
    let place = edition.span.clone();
    match parts(edition, style) {
        Parts::Fit(parts) => {
            report_once(no_preview(edition, &parts, name), problems);
            report_once(nothing_above(edition, &parts, name), problems);
            return parts;
        }
        Parts::CaptionSplit(parts) => {
            let channel = name.clone();
            let problem = MediaItemProblem::CaptionSplit { texts: parts.len() - 1, channel };
            report_once(at_media(edition, problem), problems);
            return parts;
        }
        Parts::CaptionTooLong { excess, fits_until } => {
            let channel = name.clone();
            let problem = MediaItemProblem::CaptionTooLong { excess, fits_until, channel };
            report_once(at_media(edition, problem), problems);
        }
        Parts::Nothing => {}
        Parts::TooLong { excess, fits_until } => {
            let problem = PostProblem::TooLong { excess, fits_until, channel: name.clone() };
            problems.push(Diagnostic::new(place, problem));
        }
        Parts::RichExcess(excess, at) => {
            let place = at.map_or(place, |at| in_file(&at, file));
            problems.push(Diagnostic::new(place, PostProblem::RichExcess(excess, name.clone())));
        }
        Parts::RichBlockExcess(excess, at) => {
            let place = at.map_or(place, |at| in_file(&at, file));
            let problem = PostProblem::RichBlockExcess(excess, name.clone());
            problems.push(Diagnostic::new(place, problem));
        }
        Parts::NoButtons(message) => {
            let place = edition.buttons_span.clone().unwrap_or(place);
            report_once(Some(Diagnostic::new(place, PostProblem::NoButtons(message))), problems);
        }
        Parts::TooMany(count) => {
            problems.push(Diagnostic::new(place, PostProblem::TooManyParts(count, name.clone())));
        }
    }
    Vec::new()
}

/// The bytes of the file.
fn in_file(place: &Place, file: &SourceFile) -> Range<usize> {
    let Place { value, within } = place;
    within.clone().map_or_else(|| value.clone(), |within| file.in_string(value, within))
}

/// Editions that share a key share its problems.
fn report_once(found: Option<Diagnostic>, problems: &mut Vec<Diagnostic>) {
    problems.extend(found.filter(|found| !problems.contains(found)));
}

fn at_media(edition: &Edition, problem: MediaItemProblem) -> Option<Diagnostic> {
    Some(Diagnostic::new(edition.media.first()?.span.clone(), problem))
}

/// Reports a link preview if every text is a caption, which has none.
fn no_preview(edition: &Edition, parts: &[Request], channel: &ChannelName) -> Option<Diagnostic> {
    let is_text = |part: &Request| matches!(part, Request::SendMessage(_));
    let place = edition.options.link_preview_span.clone()?;
    let problem = MediaItemProblem::CaptionWithoutLinkPreview(channel.clone());
    (!parts.iter().any(is_text)).then(|| Diagnostic::new(place, problem))
}

/// Reports `caption_above` if no text is a caption. The reader has reported media that never have their caption above them.
fn nothing_above(
    edition: &Edition,
    parts: &[Request],
    channel: &ChannelName,
) -> Option<Diagnostic> {
    let place = edition.options.caption_above_span.clone()?;
    let has_caption = |part: &Request| match part {
        Request::SendMedia(message) => !message.content.caption.text.is_empty(),
        Request::SendMediaGroup(message) => !message.content.caption.text.is_empty(),
        _ => false,
    };
    if parts.iter().any(|part| matches!(part, Request::SendRichMessage(_))) {
        // Its files are above or below the text, whatever their kind.
        return None;
    }
    let is_reported = edition.media.iter().any(|item| !item.media.kind.takes_caption_above());
    (edition.options.caption_above && !is_reported && !parts.iter().any(has_caption))
        .then(|| Diagnostic::new(place, MediaItemProblem::NothingAbove(channel.clone())))
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

/// Reports the parts of an edition that the style does not show.
fn not_shown(
    edition: &Edition,
    style: &Style,
    channel: &ChannelName,
    problems: &mut Vec<Diagnostic>,
) {
    if edition.poll.is_some() && !edition.has_text() {
        if !edition.hashtags.is_empty() {
            let problem = PollProblem::HashtagsUnseen;
            problems.push(Diagnostic::new(edition.span.clone(), problem));
        }
        return;
    }
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
            problems.push(Diagnostic::new(edition.span.clone(), problem));
        }
    }
}

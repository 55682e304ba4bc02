//! Which channels a post goes to, and with which edition.

use std::ops::Range;

use super::super::raw::RawPost;
use super::super::{Edition, Target};
use crate::config::{Channel, Config};
use crate::diagnostic::problem::PostProblem;
use crate::field::Fields;
use crate::ids::Language;

/// A channel of the config, and where the post names it; `None` where the post names no channels.
pub(super) struct Named {
    pub(super) index: usize,
    pub(super) span: Option<Range<usize>>,
}

/// The channels that the post asks for: those it names, or all.
pub(super) fn channels(raw: &RawPost<'_>, config: &Config, fields: &mut Fields<'_>) -> Vec<Named> {
    let Some(list) = &raw.channels else {
        return (0..config.channels.len()).map(|index| Named { index, span: None }).collect();
    };
    if list.value.is_empty() && !fields.has_errors_in(&list.span) {
        fields.report(list.span.clone(), PostProblem::NoChannels);
    }
    let mut named: Vec<Named> = Vec::new();
    for typed in &list.value {
        let name = &typed.0;
        let Some(index) =
            config.channels.iter().position(|channel| channel.name.as_str() == name.value)
        else {
            let known = config.channels.iter().map(|channel| channel.name.as_str());
            let near = crate::key::nearest(&name.value, known.clone()).map(str::to_owned);
            let known = known.map(str::to_owned).collect();
            let problem = PostProblem::UnknownChannel(name.value.to_string(), near, known);
            fields.report(name.span.clone(), problem);
            continue;
        };
        if named.iter().any(|known| known.index == index) {
            fields.report(name.span.clone(), PostProblem::ChannelTwice(name.value.to_string()));
            continue;
        }
        named.push(Named { index, span: Some(name.span.clone()) });
    }
    named
}

/// The language that all channels of a post without editions share.
pub(super) fn common_language(
    named: &[Named],
    config: &Config,
    span: &Range<usize>,
    raw: &RawPost<'_>,
    fields: &mut Fields<'_>,
) -> Option<Language> {
    let mut languages: Vec<&Language> = Vec::new();
    for channel in named.iter().filter_map(|named| config.channels.get(named.index)) {
        if !languages.contains(&&channel.language) {
            languages.push(&channel.language);
        }
    }
    match languages.as_slice() {
        [only] => Some((*only).clone()),
        [] => None,
        several => {
            if !raw.unread.any() && !fields.is_malformed() {
                fields.report(
                    span.clone(),
                    PostProblem::WhichLanguage(
                        several.iter().map(|language| (*language).clone()).collect(),
                    ),
                );
            }
            None
        }
    }
}

/// Each channel with its edition; what does not fit together is told.
pub(super) fn targets(
    editions: &[(Edition, Vec<String>)],
    named: &[Named],
    raw: &RawPost<'_>,
    config: &Config,
    fields: &mut Fields<'_>,
) -> Vec<Target> {
    let mut targets = Vec::new();
    // What could not be read may be the very thing that seems to be missing.
    let whole = !raw.unread.any() && !fields.is_malformed();
    let all_editions =
        raw.editions.as_ref().is_none_or(|typed| typed.value.len() == editions.len());
    let all_channels = raw
        .channels
        .as_ref()
        .is_none_or(|typed| !typed.value.is_empty() && typed.value.len() == named.len());
    for named in named {
        let Some(channel) = config.channels.get(named.index) else { continue };
        let edition = editions.iter().position(|(edition, _)| edition.language == channel.language);
        match (edition, &named.span) {
            (Some(edition), _) => {
                targets.push(Target { channel: channel.name.clone(), edition, publish_at: None });
            }
            (None, Some(span)) if whole && all_editions && !editions.is_empty() => {
                no_edition(channel, span, fields);
            }
            (None, _) => {}
        }
    }
    for (index, (edition, _)) in editions.iter().enumerate() {
        if whole && all_channels && !targets.iter().any(|target| target.edition == index) {
            no_channel(edition, raw, config, fields);
        }
    }
    targets
}

fn no_edition(channel: &Channel, span: &Range<usize>, fields: &mut Fields<'_>) {
    fields.report(
        span.clone(),
        PostProblem::NoEdition(channel.name.clone(), channel.language.clone()),
    );
}

fn no_channel(edition: &Edition, raw: &RawPost<'_>, config: &Config, fields: &mut Fields<'_>) {
    let speaks = config.channels.iter().find(|channel| channel.language == edition.language);
    let able = speaks.filter(|_| raw.channels.is_some()).map(|channel| channel.name.clone());
    let known = config.channels.iter().map(|channel| channel.language.clone()).collect();
    fields.report(
        edition.span.clone(),
        PostProblem::NoChannel(edition.language.clone(), able, known),
    );
}

//! Selects the channels of a post, and the edition for each.

use std::ops::Range;

use super::super::raw::{RawOptions, RawPost};
use super::super::{Edition, PostChannel};
use crate::config::{Channel, Config, Format};
use crate::diagnostic::problem::PostProblem;
use crate::field::{Fields, Formats};
use crate::ids::Language;

/// A channel of the config, and its place in the post; `None` if the post has no `channels` key.
pub(super) struct SelectedChannel {
    pub(super) index: usize,
    pub(super) span: Option<Range<usize>>,
}

/// The channels that the post names, or all.
pub(super) fn channels(
    raw: &RawPost<'_>,
    config: &Config,
    fields: &mut Fields<'_>,
) -> Vec<SelectedChannel> {
    let Some(list) = &raw.channels else {
        return (0..config.channels.len())
            .map(|index| SelectedChannel { index, span: None })
            .collect();
    };
    if list.value.is_empty() && !fields.has_errors_in(&list.span) {
        fields.report(list.span.clone(), PostProblem::NoChannels);
    }
    let mut selected: Vec<SelectedChannel> = Vec::new();
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
        if selected.iter().any(|other| other.index == index) {
            fields.report(name.span.clone(), PostProblem::ChannelTwice(name.value.to_string()));
            continue;
        }
        selected.push(SelectedChannel { index, span: Some(name.span.clone()) });
    }
    selected
}

/// The common language of the channels of a post without editions.
pub(super) fn common_language(
    selected: &[SelectedChannel],
    config: &Config,
    span: &Range<usize>,
    raw: &RawPost<'_>,
    fields: &mut Fields<'_>,
) -> Option<Language> {
    let mut languages: Vec<&Language> = Vec::new();
    for channel in selected.iter().filter_map(|selected| config.channels.get(selected.index)) {
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

/// The formats of the messages that the edition in a language becomes in its channels.
pub(super) fn formats(
    selected: &[SelectedChannel],
    language: &Language,
    own: &RawOptions<'_>,
    shared: Option<&RawOptions<'_>>,
    (config, fields): (&Config, &Fields<'_>),
) -> Formats {
    if let Some(only) = fields.only() {
        return only;
    }
    let typed = own.format.as_ref().or(shared.and_then(|shared| shared.format.as_ref()));
    if let Some(typed) = typed {
        return formats_of(&[typed.value]);
    }
    let channels = selected.iter().filter_map(|selected| config.channels.get(selected.index));
    let channels = channels.filter(|channel| channel.language == *language);
    formats_of(&channels.map(|channel| channel.style.format).collect::<Vec<_>>())
}

/// Text messages, if there is no format.
pub(super) fn formats_of(formats: &[Format]) -> Formats {
    let rich = formats.contains(&Format::Rich);
    Formats { classic: !rich || formats.contains(&Format::Classic), rich }
}

/// Each channel with its edition. Reports channels without an edition and editions without a channel.
pub(super) fn targets(
    editions: &[(Edition, Vec<String>)],
    selected: &[SelectedChannel],
    raw: &RawPost<'_>,
    config: &Config,
    fields: &mut Fields<'_>,
) -> Vec<PostChannel> {
    let mut targets = Vec::new();
    // A value that could not be read may be the one that seems to be missing.
    let is_complete = !raw.unread.any() && !fields.is_malformed();
    let all_editions =
        raw.editions.as_ref().is_none_or(|typed| typed.value.len() == editions.len());
    let all_channels = raw
        .channels
        .as_ref()
        .is_none_or(|typed| !typed.value.is_empty() && typed.value.len() == selected.len());
    for selected in selected {
        let Some(channel) = config.channels.get(selected.index) else { continue };
        let edition = editions.iter().position(|(edition, _)| edition.language == channel.language);
        match (edition, &selected.span) {
            (Some(edition), _) => {
                targets.push(PostChannel {
                    channel: channel.name.clone(),
                    edition,
                    publish_at: None,
                    delete_at: None,
                    unpin_at: None,
                });
            }
            (None, Some(span)) if is_complete && all_editions && !editions.is_empty() => {
                no_edition(channel, span, fields);
            }
            (None, _) => {}
        }
    }
    for (index, (edition, _)) in editions.iter().enumerate() {
        if is_complete && all_channels && !targets.iter().any(|target| target.edition == index) {
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
    let same_language = config.channels.iter().find(|channel| channel.language == edition.language);
    let candidate =
        same_language.filter(|_| raw.channels.is_some()).map(|channel| channel.name.clone());
    let known = config.channels.iter().map(|channel| channel.language.clone()).collect();
    fields.report(
        edition.span.clone(),
        PostProblem::NoChannel(edition.language.clone(), candidate, known),
    );
}

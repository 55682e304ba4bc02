//! Which channels a post goes to, and with which edition.

use std::ops::Range;

use super::super::raw::RawPost;
use super::super::{Edition, Target};
use crate::config::{Channel, Config};
use crate::diagnostic::{Code, Diagnostic};
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
        fields.report(Diagnostic::new(
            Code::NoChannel,
            list.span.clone(),
            "the post names no channel",
            "name one, or leave `channels` out: then every channel whose language the post has gets it",
        ));
    }
    let mut named: Vec<Named> = Vec::new();
    for typed in &list.value {
        let name = &typed.0;
        let Some(index) =
            config.channels.iter().position(|channel| channel.name.as_str() == name.value)
        else {
            let known = config.channels.iter().map(|channel| channel.name.as_str());
            let hint = match crate::key::nearest(&name.value, known.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!(
                    "the config has {}",
                    known.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
                ),
            };
            let message = format!("the config has no channel `{}`", name.value);
            fields.report(Diagnostic::new(Code::UnknownChannel, name.span.clone(), message, hint));
            continue;
        };
        if named.iter().any(|known| known.index == index) {
            fields.report(Diagnostic::new(
                Code::BadValue,
                name.span.clone(),
                format!("the channel `{}` stands here twice", name.value),
                "name it once",
            ));
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
            let list = several
                .iter()
                .map(|language| format!("`{language}`"))
                .collect::<Vec<_>>()
                .join(", ");
            if !raw.lost.any() && !fields.is_malformed() {
                fields.report(Diagnostic::new(
                    Code::WhichLanguage,
                    span.clone(),
                    format!("the post does not say its language, and its channels speak {list}"),
                    "add `language = \"…\"`, or name the `channels`, or write an edition for each language",
                ));
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
    let whole = !raw.lost.any() && !fields.is_malformed();
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
    fields.report(Diagnostic::new(
        Code::NoEdition,
        span.clone(),
        format!(
            "channel `{}` reads `{}`, and the post has no edition in it",
            channel.name, channel.language
        ),
        format!("add [editions.{}], or take the channel out", channel.language),
    ));
}

fn no_channel(edition: &Edition, raw: &RawPost<'_>, config: &Config, fields: &mut Fields<'_>) {
    let speaks = config.channels.iter().find(|channel| channel.language == edition.language);
    let hint = match speaks {
        Some(channel) if raw.channels.is_some() => {
            format!("add \"{}\" to `channels`", channel.name)
        }
        _ => {
            let known = config
                .channels
                .iter()
                .map(|channel| format!("`{}`", channel.language))
                .collect::<Vec<_>>();
            format!("the config's channels read {}", known.join(", "))
        }
    };
    fields.report(Diagnostic::new(
        Code::NoChannel,
        edition.span.clone(),
        format!("no channel gets the `{}` edition", edition.language),
        hint,
    ));
}

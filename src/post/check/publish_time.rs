//! Resolves the publication time of a post in each of its channels.

use std::ops::Range;

use jiff::Timestamp;
use toml::value::Datetime;

use super::super::raw::{RawOptions, RawPost};
use super::super::{Edition, Post};
use crate::config::{Channel, Config};
use crate::diagnostic::problem::{PostProblem, ZonedReading};
use crate::field::Fields;
use crate::ids::ChannelName;
use crate::key::Item;
use crate::schedule::{self, Typed};

/// The publication time in one channel, with its place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishTime {
    /// The channel.
    pub channel: ChannelName,
    /// The time.
    pub at: Timestamp,
    /// The place of the time in the file.
    pub span: Range<usize>,
}

/// Resolves `publish_at` of the post and of its editions, and sets the times of the targets.
pub(super) fn resolve(
    raw: &RawPost<'_>,
    editions: &[(Edition, Vec<String>)],
    post: &mut Post,
    config: &Config,
    now: Timestamp,
    fields: &mut Fields<'_>,
) -> Vec<PublishTime> {
    let times = typed_times(raw, editions, post, |options| options.publish_at.as_ref());
    let mut resolved = Vec::new();
    for TypedTime { item, targets } in times {
        let channels: Vec<&Channel> = targets
            .iter()
            .filter_map(|index| post.targets.get(*index))
            .filter_map(|target| config.channel(target.channel.as_str()))
            .collect();
        let Some(at) = instant(item, &channels, now, fields) else { continue };
        // A draft is not published at its time; an imported one has the time of its message.
        let is_draft = |index: &usize| {
            let target = post.targets.get(*index);
            let edition = target.and_then(|target| editions.get(target.edition));
            edition.is_some_and(|(edition, _)| edition.options.draft)
        };
        if at < now && !targets.iter().all(is_draft) {
            fields.report(item.span.clone(), PostProblem::TimePast);
        }
        for index in targets {
            let Some(target) = post.targets.get_mut(index) else { continue };
            target.publish_at = Some(at);
            resolved.push(PublishTime {
                channel: target.channel.clone(),
                at,
                span: item.span.clone(),
            });
        }
    }
    resolved
}

/// A time in the file, and the targets of the post that it is for, by their indices.
pub(super) struct TypedTime<'r> {
    pub(super) item: &'r Item<Datetime>,
    pub(super) targets: Vec<usize>,
}

/// The times of a key, each once: the edition's own, or else the one at the top.
pub(super) fn typed_times<'r>(
    raw: &'r RawPost<'_>,
    editions: &[(Edition, Vec<String>)],
    post: &Post,
    key: fn(&'r RawOptions<'_>) -> Option<&'r Item<Datetime>>,
) -> Vec<TypedTime<'r>> {
    let top = key(&raw.edition.options);
    let own = |(edition, _): &(Edition, Vec<String>)| {
        let mut tables = raw.editions.as_ref()?.value.iter();
        let (_, table) = tables.find(|(tag, _)| tag.span == edition.span)?;
        key(&table.value.options)
    };
    let own: Vec<_> = editions.iter().map(own).collect();
    let mut times: Vec<TypedTime<'_>> = Vec::new();
    times.extend(top.map(|item| TypedTime { item, targets: Vec::new() }));
    for (index, target) in post.targets.iter().enumerate() {
        let Some(item) = own.get(target.edition).copied().flatten().or(top) else { continue };
        match times.iter_mut().find(|time| time.item.span == item.span) {
            Some(time) => time.targets.push(index),
            None => times.push(TypedTime { item, targets: vec![index] }),
        }
    }
    times
}

/// The instant of a typed time in the channels' time zone.
pub(super) fn instant(
    item: &Item<Datetime>,
    channels: &[&Channel],
    now: Timestamp,
    fields: &mut Fields<'_>,
) -> Option<Timestamp> {
    let typed = match schedule::read(&item.value) {
        Ok(typed) => typed,
        Err(error) => {
            fields.report(item.span.clone(), PostProblem::Time(error, "UTC".to_owned()));
            return None;
        }
    };
    let utc = jiff::tz::TimeZone::UTC;
    let first = channels.first();
    if let (Typed::Civil(_), Some(first)) = (typed, first)
        && let Some(other) = channels.iter().find(|channel| channel.timezone != first.timezone)
    {
        let reading = |channel: &Channel| ZonedReading {
            channel: channel.name.clone(),
            time: typed.resolve(&channel.timezone, now).map(|at| {
                let zoned = at.to_zoned_datetime(channel.timezone.clone());
                zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
            }),
        };
        fields.report(item.span.clone(), PostProblem::TimeZones(reading(first), reading(other)));
        return None;
    }
    if matches!(typed, Typed::Civil(_)) && first.is_none() {
        return None;
    }
    let zone = first.map_or(&utc, |channel| &channel.timezone);
    match typed.resolve(zone, now) {
        Ok(at) => Some(at),
        Err(error) => {
            let zone = zone.iana_name().unwrap_or("UTC").to_owned();
            fields.report(item.span.clone(), PostProblem::Time(error, zone));
            None
        }
    }
}

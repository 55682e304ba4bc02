//! Validates `repeat`, and sets the times of the occurrence that a post is read for.

use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Time;
use toml::value::Datetime;

use super::super::raw::{RawOptions, RawPost};
use super::super::{Edition, Post, date};
use super::publish_time::instant;
use crate::config::{Channel, Config};
use crate::diagnostic::problem::RepeatProblem;
use crate::field::Fields;
use crate::key::Item;
use crate::key::value::Slot;
use crate::schedule::{Repeat, written_date};

/// The occurrence of a post with `repeat` that it is read for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Occurrence {
    /// The first one that has not passed.
    #[default]
    Next,
    /// The first one at or after this time.
    From(Timestamp),
    /// None: all are over.
    Over,
}

/// Sets `repeat` of the post, the times of its targets, and the date in its texts.
pub(super) fn resolve(
    raw: &RawPost<'_>,
    editions: &mut [(Edition, Vec<String>)],
    post: &mut Post,
    config: &Config,
    (now, wanted): (Timestamp, Occurrence),
    fields: &mut Fields<'_>,
) {
    let Some(slots) = &raw.repeat else {
        if let Some(until) = &raw.repeat_until {
            fields.report(until.span.clone(), RepeatProblem::UntilWithoutRepeat);
        }
        return;
    };
    for (key, span) in times_beside(raw) {
        fields.report(span, RepeatProblem::Beside(key));
    }
    let channels: Vec<&Channel> = { post.targets.iter() }
        .filter_map(|target| config.channel(target.channel.as_str()))
        .collect();
    let Some(repeat) = read(raw, slots, &channels, now, fields) else { return };
    let occurrence = match wanted {
        Occurrence::Next => repeat.first_from(now),
        Occurrence::From(time) => repeat.first_from(time),
        Occurrence::Over => None,
    };
    if wanted == Occurrence::Next && occurrence.is_none() {
        let span =
            raw.repeat_until.as_ref().map_or_else(|| slots.span.clone(), |item| item.span.clone());
        fields.report(span, RepeatProblem::Over);
    }
    let day = occurrence.unwrap_or(now).to_zoned_datetime(repeat.zone.clone()).date();
    for (edition, _) in editions {
        let written = written_date(day, &edition.language);
        date::fill(edition, &written);
    }
    post.targets.iter_mut().for_each(|target| target.publish_at = occurrence);
    post.occurrence = occurrence;
    post.repeat = Some(Arc::new(repeat));
}

/// The keys that name a single moment, which a post with `repeat` cannot have.
fn times_beside(raw: &RawPost<'_>) -> Vec<(&'static str, Range<usize>)> {
    let own = raw.editions.iter().flat_map(|map| &map.value);
    let all = [&raw.edition.options].into_iter().chain(own.map(|(_, table)| &table.value.options));
    let times = |options: &RawOptions<'_>| {
        let poll = options.poll.as_ref();
        [
            ("publish_at", options.publish_at.as_ref()),
            ("delete_at", options.delete_at.as_ref()),
            ("unpin_at", options.unpin_at.as_ref()),
            ("closes_at", poll.and_then(|poll| poll.value.closes_at.as_ref())),
        ]
        .map(|(key, time)| time.map(|time| (key, time.span.clone())))
    };
    all.flat_map(times).flatten().collect()
}

/// The valid slots and their end, in the only zone of the channels.
fn read(
    raw: &RawPost<'_>,
    slots: &Item<Vec<Slot<'_>>>,
    channels: &[&Channel],
    now: Timestamp,
    fields: &mut Fields<'_>,
) -> Option<Repeat> {
    if slots.value.is_empty() && !fields.has_errors_in(&slots.span) {
        fields.report(slots.span.clone(), RepeatProblem::NoSlot);
    }
    let mut valid = Vec::new();
    for typed in &slots.value {
        match typed.0.value.parse() {
            Ok(slot) => valid.push(slot),
            Err(error) => fields.report(typed.0.span.clone(), RepeatProblem::Slot(error)),
        }
    }
    let first = channels.first()?;
    if let Some(other) = channels.iter().find(|channel| channel.timezone != first.timezone) {
        let zones = [first, other].map(|channel| {
            (channel.name.clone(), channel.timezone.iana_name().unwrap_or("UTC").to_owned())
        });
        fields.report(slots.span.clone(), RepeatProblem::TimeZones(Box::new(zones)));
        return None;
    }
    let until = match &raw.repeat_until {
        Some(item) => Some(end(item, channels, now, fields)?),
        None => None,
    };
    let is_valid = !valid.is_empty() && valid.len() == slots.value.len();
    is_valid.then(|| Repeat { slots: valid, zone: first.timezone.clone(), until })
}

/// The last moment at which an occurrence may be; a date counts to its end.
fn end(
    item: &Item<Datetime>,
    channels: &[&Channel],
    now: Timestamp,
    fields: &mut Fields<'_>,
) -> Option<Timestamp> {
    let Datetime { date: Some(day), time: None, .. } = item.value else {
        return instant(item, channels, now, fields);
    };
    let date = jiff::civil::Date::new(
        i16::try_from(day.year).ok()?,
        i8::try_from(day.month).ok()?,
        i8::try_from(day.day).ok()?,
    );
    let zone = &channels.first()?.timezone;
    let end = date.ok()?.to_datetime(Time::MAX);
    zone.to_ambiguous_timestamp(end).compatible().ok()
}

//! When a post goes to each of its channels.

use std::ops::Range;

use jiff::Timestamp;
use toml::value::Datetime;

use super::super::raw::RawPost;
use super::super::{Edition, Post};
use crate::config::{Channel, Config};
use crate::diagnostic::{Code, Diagnostic};
use crate::field::Fields;
use crate::ids::ChannelName;
use crate::key::Item;
use crate::schedule::{self, TimeFault, Typed};

/// One time of one channel, with its place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Where.
    pub channel: ChannelName,
    /// When.
    pub at: Timestamp,
    /// The place of the time in the file.
    pub span: Range<usize>,
}

/// Resolves `publish_at` of the post and of its editions, and fills in the targets.
pub(super) fn resolve(
    raw: &RawPost<'_>,
    editions: &[(Edition, Vec<String>)],
    post: &mut Post,
    config: &Config,
    now: Timestamp,
    fields: &mut Fields<'_>,
) -> Vec<Moment> {
    let top = raw.edition.options.publish_at.as_ref();
    let own: Vec<_> = editions.iter().map(|(edition, _)| own_moment(raw, edition)).collect();
    let mut times: Vec<(&Item<Datetime>, Vec<usize>)> = Vec::new();
    if let Some(top) = top {
        times.push((top, Vec::new()));
    }
    for (index, target) in post.targets.iter().enumerate() {
        let Some(moment) = own.get(target.edition).copied().flatten().or(top) else { continue };
        match times.iter_mut().find(|(known, _)| known.span == moment.span) {
            Some((_, targets)) => targets.push(index),
            None => times.push((moment, vec![index])),
        }
    }
    let mut moments = Vec::new();
    for (item, targets) in times {
        let typed = match schedule::read(&item.value) {
            Ok(typed) => typed,
            Err(fault) => {
                report(item, &fault, "UTC", fields);
                continue;
            }
        };
        let channels: Vec<&Channel> = targets
            .iter()
            .filter_map(|index| post.targets.get(*index))
            .filter_map(|target| config.channel(target.channel.as_str()))
            .collect();
        let Some(at) = instant(item, typed, &channels, now, fields) else { continue };
        if at < now {
            fields.report(Diagnostic::new(
                Code::TimePast,
                item.span.clone(),
                "this time has passed",
                "a post published by hand needs no time; set a later one otherwise",
            ));
        }
        for index in targets {
            let Some(target) = post.targets.get_mut(index) else { continue };
            target.publish_at = Some(at);
            moments.push(Moment { channel: target.channel.clone(), at, span: item.span.clone() });
        }
    }
    moments
}

/// The time that stands in the edition's own table.
fn own_moment<'r>(raw: &'r RawPost<'_>, edition: &Edition) -> Option<&'r Item<Datetime>> {
    let (_, item) =
        raw.editions.as_ref()?.value.iter().find(|(tag, _)| tag.span == edition.span)?;
    item.value.options.publish_at.as_ref()
}

/// The instant that a time means in its channels' zone.
fn instant(
    item: &Item<Datetime>,
    typed: Typed,
    channels: &[&Channel],
    now: Timestamp,
    fields: &mut Fields<'_>,
) -> Option<Timestamp> {
    let utc = jiff::tz::TimeZone::UTC;
    let first = channels.first();
    if let (Typed::Civil(_), Some(first)) = (typed, first)
        && let Some(other) = channels.iter().find(|channel| channel.timezone != first.timezone)
    {
        let reading = |channel: &Channel| match typed.resolve(&channel.timezone, now) {
            Ok(at) => format!(
                "{}",
                at.to_zoned_datetime(channel.timezone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z")
            ),
            Err(_) => "no such time there".to_owned(),
        };
        fields.report(Diagnostic::new(
            Code::TimeZones,
            item.span.clone(),
            format!(
                "this time has no offset, and `{}` and `{}` are in different time zones",
                first.name, other.name
            ),
            format!(
                "write the offset: {} is meant in `{}`, {} in `{}`",
                reading(first),
                first.name,
                reading(other),
                other.name
            ),
        ));
        return None;
    }
    if matches!(typed, Typed::Civil(_)) && first.is_none() {
        return None;
    }
    let zone = first.map_or(&utc, |channel| &channel.timezone);
    match typed.resolve(zone, now) {
        Ok(at) => Some(at),
        Err(fault) => {
            report(item, &fault, zone.iana_name().unwrap_or("UTC"), fields);
            None
        }
    }
}

fn report(item: &Item<Datetime>, fault: &TimeFault, zone: &str, fields: &mut Fields<'_>) {
    let (code, message, hint) = match fault {
        TimeFault::NotATime(what) => (
            Code::BadTime,
            (*what).to_owned(),
            "write the date and the time: 2024-06-19T18:40:00+03:00".to_owned(),
        ),
        TimeFault::FarAhead(year) => (
            Code::BadTime,
            format!(
                "the year {year} is more than {} years ahead",
                crate::limits::PUBLISH_YEARS_AHEAD
            ),
            "check the year".to_owned(),
        ),
        TimeFault::Gap(one, other) => (
            Code::TimeGap,
            format!("the clocks of {zone} skip this time"),
            format!("write the offset to choose a reading: {one} or {other}"),
        ),
        TimeFault::Fold(one, other) => (
            Code::TimeFold,
            format!("the clocks of {zone} show this time twice"),
            format!("write the offset to choose: {one} is the first, {other} the second"),
        ),
    };
    fields.report(Diagnostic::new(code, item.span.clone(), message, hint));
}

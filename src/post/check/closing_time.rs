//! Resolves the closing times of polls, and compares them with the publication times.

use jiff::Timestamp;
use toml::value::Datetime;

use super::super::raw::RawPost;
use super::super::{Edition, Post};
use super::publish_time::instant;
use crate::config::Config;
use crate::diagnostic::problem::PollProblem;
use crate::field::Fields;
use crate::key::Item;
use crate::limits;

/// Sets the closing time of the poll of each edition.
pub(super) fn resolve(
    raw: &RawPost<'_>,
    editions: &mut [(Edition, Vec<String>)],
    post: &Post,
    config: &Config,
    now: Timestamp,
    fields: &mut Fields<'_>,
) {
    let mut times: Vec<(&Item<Datetime>, Vec<usize>)> = Vec::new();
    for (index, (edition, _)) in editions.iter().enumerate() {
        let Some(time) = typed_time(raw, edition) else { continue };
        match times.iter_mut().find(|(other, _)| other.span == time.span) {
            Some((_, editions)) => editions.push(index),
            None => times.push((time, vec![index])),
        }
    }
    for (time, indices) in times {
        let targets = || post.targets.iter().filter(|target| indices.contains(&target.edition));
        let channels: Vec<_> =
            targets().filter_map(|target| config.channel(target.channel.as_str())).collect();
        let Some(at) = instant(time, &channels, now, fields) else { continue };
        let published: Vec<_> = targets().filter_map(|target| target.publish_at).collect();
        let mut open = published.iter().map(|sent| at.as_second().saturating_sub(sent.as_second()));
        if let Some(problem) = open.find_map(outside) {
            fields.report(time.span.clone(), problem);
        } else if published.is_empty() && at < now {
            fields.report(time.span.clone(), PollProblem::Closed);
        }
        for index in indices {
            let poll = editions.get_mut(index).and_then(|(edition, _)| edition.poll.as_mut());
            if let Some(poll) = poll {
                poll.close_date = Some(at.as_second());
            }
        }
    }
}

/// The problem of a poll that is open for this many seconds.
fn outside(seconds: i64) -> Option<PollProblem> {
    let limit = |limit: std::time::Duration| i64::try_from(limit.as_secs()).unwrap_or(i64::MAX);
    if seconds < limit(limits::MIN_POLL_OPEN) {
        return Some(PollProblem::ClosesEarly(seconds));
    }
    (seconds > limit(limits::MAX_POLL_OPEN)).then_some(PollProblem::ClosesLate(seconds))
}

/// The closing time of the edition's own poll, or of the shared one if it has none.
fn typed_time<'r>(raw: &'r RawPost<'_>, edition: &Edition) -> Option<&'r Item<Datetime>> {
    let tables = raw.editions.iter().flat_map(|map| &map.value);
    let mut own = tables.filter(|(tag, _)| tag.span == edition.span);
    let own = own.find_map(|(_, table)| table.value.options.poll.as_ref());
    own.or(raw.edition.options.poll.as_ref())?.value.closes_at.as_ref()
}

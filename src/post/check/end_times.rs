//! Resolves the times at which a post is unpinned and deleted, and compares them with its other times.

use std::ops::Range;

use jiff::Timestamp;

use super::super::raw::RawPost;
use super::super::{Edition, Post, PostChannel};
use super::publish_time::{TypedTime, instant, typed_times};
use crate::config::{Channel, Config};
use crate::diagnostic::problem::EndProblem;
use crate::field::Fields;
use crate::limits;

/// One of the two keys: how it is compared, and where its time is kept.
struct EndKey {
    /// The problem of this time in a channel, if it has one.
    problem: fn(Timestamp, &PostChannel) -> Option<EndProblem>,
    set: fn(&mut PostChannel, Timestamp),
}

/// Sets `delete_at` and `unpin_at` of the targets.
pub(super) fn resolve(
    raw: &RawPost<'_>,
    editions: &[(Edition, Vec<String>)],
    post: &mut Post,
    config: &Config,
    now: Timestamp,
    fields: &mut Fields<'_>,
) {
    let deletions = typed_times(raw, editions, post, |options| options.delete_at.as_ref());
    let key = EndKey { problem: deletion, set: |target, at| target.delete_at = Some(at) };
    set(&deletions, &key, post, config, now, fields);
    let is_pinned = |post: &Post, target: usize| {
        let target = post.targets.get(target);
        let edition = target.and_then(|target| editions.get(target.edition));
        edition.is_some_and(|(edition, _)| edition.options.pin)
    };
    let mut unpinnings = typed_times(raw, editions, post, |options| options.unpin_at.as_ref());
    unpinnings.retain_mut(|time| {
        // An edition that is not pinned may share the key with one that is.
        let is_lost = time.targets.is_empty();
        time.targets.retain(|target| is_pinned(post, *target));
        let is_used = is_lost || !time.targets.is_empty();
        if !is_used {
            fields.report(time.item.span.clone(), EndProblem::NotPinned);
        }
        is_used
    });
    let key = EndKey { problem: unpinning, set: |target, at| target.unpin_at = Some(at) };
    set(&unpinnings, &key, post, config, now, fields);
}

/// Sets the times of one key in their channels, and reports the first problem of each.
fn set(
    times: &[TypedTime<'_>],
    key: &EndKey,
    post: &mut Post,
    config: &Config,
    now: Timestamp,
    fields: &mut Fields<'_>,
) {
    for TypedTime { item, targets } in times {
        let targets_here: Vec<_> =
            targets.iter().filter_map(|index| post.targets.get(*index).cloned()).collect();
        let channels: Vec<&Channel> = targets_here
            .iter()
            .filter_map(|target| config.channel(target.channel.as_str()))
            .collect();
        let Some(at) = instant(item, &channels, now, fields) else { continue };
        let span: Range<usize> = item.span.clone();
        let is_by_hand = targets_here.iter().all(|target| target.publish_at.is_none());
        let problem = targets_here.iter().find_map(|target| (key.problem)(at, target));
        if let Some(problem) = problem {
            fields.report(span, problem);
        } else if is_by_hand && at < now {
            fields.report(span, EndProblem::Past);
        }
        for index in targets {
            if let Some(target) = post.targets.get_mut(*index) {
                (key.set)(target, at);
            }
        }
    }
}

fn deletion(at: Timestamp, target: &PostChannel) -> Option<EndProblem> {
    let published = target.publish_at?;
    if at <= published {
        return Some(EndProblem::BeforePublication);
    }
    let latest = published.checked_add(limits::DELETE_AT_LATEST).ok()?;
    (at >= latest).then_some(EndProblem::DeletedLate)
}

fn unpinning(at: Timestamp, target: &PostChannel) -> Option<EndProblem> {
    if target.publish_at.is_some_and(|published| at <= published) {
        return Some(EndProblem::BeforePublication);
    }
    target.delete_at.is_some_and(|deleted| at >= deleted).then_some(EndProblem::AfterDeletion)
}

//! The reason for a publication's state, and the next step for an operator.

use std::collections::BTreeSet;

use super::names::{part_name, place_of, source};
use super::pause;
use super::question::{cancelling, links, uncertain};
use crate::config::OperatorNames;
use crate::ids::Target;
use crate::limits;
use crate::message::Reference;
use crate::outbox::{
    Actor, Cancellation, ChangeKind, ChangeState, Channel, Conflict, HoldReason, Part, PartState,
    Publication, Refusal, State,
};

/// The reason for a publication's state and the next step, in one sentence; `None` if the state needs no reason. It has the
/// ids of operators.
#[must_use]
pub fn reason(publication: &Publication, target: &Target) -> Option<String> {
    reason_with_names(publication, target, &OperatorNames::default())
}

/// The same with the names of operators, as far as they are known.
pub(super) fn reason_with_names(
    publication: &Publication,
    target: &Target,
    names: &OperatorNames,
) -> Option<String> {
    let reason = match &publication.state {
        State::Held { held } => Some(held_reason(held, publication.is_comments(), target)),
        State::Failed { part } => failed(publication, *part, target),
        State::Cancelled { by, cancellation } => Some(match cancellation {
            Cancellation::Ordered => cancelled(publication, by, target, names),
            Cancellation::Missed => {
                "it was later than the grace period (`[schedule] grace`) allows".to_owned()
            }
            Cancellation::Skipped => format!("skipped {}", source(by, names)),
            Cancellation::Deleted if *by == Actor::Schedule => {
                "deleted at its `delete_at`".to_owned()
            }
            Cancellation::Deleted => format!("deleted {}", source(by, names)),
        }),
        State::Uncertain => uncertain(publication, target),
        State::Cancelling { by } => Some(cancelling(publication, by, target, names)),
        State::Superseded { .. } => Some("replaced by a newer version".to_owned()),
        State::Scheduled | State::Due if publication.approvals.missing(0) > 0 => {
            Some(held_reason(&HoldReason::Approvals, publication.is_comments(), target))
        }
        State::Scheduled | State::Due if publication.together.waits() => Some(format!(
            "is published at the same time as in its other {}",
            if publication.together.channels > 2 { "channels" } else { "channel" }
        )),
        State::Scheduled | State::Due if publication.is_comments() => {
            waits_for_posts(publication).or_else(|| Some(WAITING_COMMENTS.to_owned()))
        }
        State::Scheduled | State::Due | State::Publishing => waits_for_posts(publication),
        State::Published => None,
    };
    reason.or_else(|| change_reason(publication, target))
}

/// [`reason`], with that of a held post's channel, if Telegram's refusal names it.
#[must_use]
pub fn reason_among(
    publication: &Publication,
    target: &Target,
    channels: &[Channel],
) -> Option<String> {
    let is_held = publication.state == (State::Held { held: HoldReason::Channel });
    let mut channels = channels.iter();
    let channel = channels.find(|channel| channel.destination == publication.destination());
    let refusal = channel.and_then(|channel| channel.refusal);
    let refusal = refusal.filter(|refusal| is_held && refusal.needs_person());
    match (refusal, channel.and_then(|channel| channel.paused.as_deref())) {
        (Some(_), Some(why)) => {
            let resume = target.channel().map(|name| format!("resume {name}"));
            let text = pause::refused(refusal, why, resume.as_deref().unwrap_or("resume"));
            Some(format!("{}; {}", text.why, text.hint))
        }
        _ => reason(publication, target),
    }
}

/// Why comments wait.
const WAITING_COMMENTS: &str =
    "the comments follow when the post is published and its copy is in the discussion group";

/// The posts to which a publication links, and for which it waits.
fn waits_for_posts(publication: &Publication) -> Option<String> {
    let references = pending_references(publication);
    let posts = posts(&references)?;
    let (verb, _) = verb_and_noun(&references);
    let names: BTreeSet<_> = references.iter().map(Reference::post).collect();
    let first = if names.len() == 1 { posts.as_str() } else { "them" };
    let commands: Vec<_> =
        names.into_iter().map(|post| format!("`telepress publish {post}`")).collect();
    let commands = commands.join(", ");
    Some(format!("it is waiting for {posts}, which it {verb}; publish {first} first: {commands}"))
}

/// What a post does with these references, and what an author removes to end that.
pub(super) fn verb_and_noun<'r>(
    references: impl IntoIterator<Item = &'r Reference>,
) -> (&'static str, &'static str) {
    let (mut links, mut replies) = (false, false);
    for reference in references {
        match reference {
            Reference::Link(_) => links = true,
            Reference::Reply(_) => replies = true,
        }
    }
    match (links, replies) {
        (_, false) => ("links to", "the link"),
        (false, true) => ("replies to", "`reply_to`"),
        (true, true) => ("links or replies to", "the link and `reply_to`"),
    }
}

/// The references of the parts that are still to be sent.
pub(super) fn pending_references(publication: &Publication) -> Vec<Reference> {
    let pending = publication.parts.iter().filter(|part| part.state == PartState::Pending);
    pending.flat_map(|part| part.request.references()).collect()
}

/// The names of the referenced posts, each once; `None` if there are none.
fn posts(references: &[Reference]) -> Option<String> {
    let posts: BTreeSet<_> = references.iter().map(Reference::post).collect();
    let mut posts: Vec<_> = posts.into_iter().map(|post| format!("`{post}`")).collect();
    let last = posts.pop()?;
    Some(if posts.is_empty() { last } else { format!("{} and {last}", posts.join(", ")) })
}

pub(super) fn held_reason(held: &HoldReason, is_comments: bool, target: &Target) -> String {
    let why = match held {
        HoldReason::FileAppearedLate => "its file appeared after its scheduled time",
        HoldReason::Missed => "it is later than the grace period (`[schedule] grace`) allows",
        HoldReason::Expired => "it has waited so long to be sent that it may be out of date",
        HoldReason::Exhausted => "too many attempts have failed",
        HoldReason::MediaMissing => {
            return format!(
                "the bytes of its media are missing or damaged on the machine that publishes, and the files beside the post are gone or have changed: put the same files back, or copy the media folder (`[store] media`) there, and run `telepress release {target}`; or run `telepress cancel {target}`, then `telepress publish {target} --again` to publish the files as they are now"
            );
        }
        HoldReason::PollOver => {
            return format!(
                "the closing time of its poll is less than {} seconds, or more than 30 days and 10 hours away: set `closes_at` in its file, or cancel what has not been sent with `telepress cancel {target}`",
                limits::MIN_POLL_OPEN.as_secs()
            );
        }
        HoldReason::DeletionRefused => {
            return format!(
                "its `delete_at` is past, or 47 hours or more away, when a bot may no longer be able to delete it: set another time in its file, or cancel what has not been sent with `telepress cancel {target}`"
            );
        }
        HoldReason::NotPlaced => {
            return format!(
                "the comments could not be posted: the copy of the post did not appear in the discussion group in time. Check that the group is linked to the channel and that the bot is a member (`telepress doctor`); then `telepress release {target}` looks for the copy again, and `telepress cancel {target}` leaves the comments out"
            );
        }
        HoldReason::PostGone => {
            return format!(
                "the post was deleted before all its comments were sent: `telepress cancel {target}` leaves the rest out"
            );
        }
        HoldReason::File => {
            return format!(
                "its file was broken or gone when its time came: fix or restore it, and the post is scheduled again; `telepress release {target}` publishes the last good version, `telepress cancel {target}` cancels it"
            );
        }
        HoldReason::UnknownChannel => {
            return format!(
                "the running `serve` has no such channel in its config: restart `serve`, and the post is scheduled again; `telepress cancel {target}` cancels it"
            );
        }
        HoldReason::Changed => {
            return format!(
                "its file has changed since an operator published or scheduled it: `telepress publish {target}` or `schedule` sends the new text, `telepress cancel {target}` cancels it"
            );
        }
        HoldReason::Approvals => {
            return "publishers have to approve it first, in the chat with the bot".to_owned();
        }
        HoldReason::Channel if is_comments => {
            return "Telegram refuses the bot in the discussion group; let it write there again, then run `telepress resume`: `serve` or `telepress apply` then sends the comments".to_owned();
        }
        HoldReason::Channel => {
            let resume = match target.channel() {
                Some(name) => format!("resume {name}"),
                None => "resume".to_owned(),
            };
            return format!(
                "Telegram refuses the bot in the channel, so it is paused: `telepress doctor` shows why; when that is put right, run `telepress {resume}`: `serve` or `telepress apply` then sends the post"
            );
        }
        HoldReason::CatchUp => "too many posts were missed to send all of them at once",
        HoldReason::Restored if is_comments => {
            return format!(
                "the journal was restored from a backup, so the comments may be in the discussion group already: look there; if they are, `telepress cancel {target}` leaves them out, and if not, `telepress release {target}` puts them back in the queue"
            );
        }
        HoldReason::Restored => {
            return format!(
                "the journal was restored from a backup, so the post may have been published or cancelled since: run `telepress adopt {target} LINK` if it is in the channel, or `telepress release {target}` to put it back in the queue"
            );
        }
        HoldReason::MaybeMoved(old) => return old.reason(target.post(), true),
    };
    format!(
        "{why}: `telepress release {target}` puts it back in the queue, `telepress cancel {target}` cancels it"
    )
}

fn failed(publication: &Publication, number: usize, target: &Target) -> Option<String> {
    match publication.parts.get(number).map(|part| &part.state) {
        Some(PartState::Failed { description, refusal, .. }) => {
            let part = part_name(number, publication.parts.len());
            let advice = match refusal {
                // A changed file cannot continue a publication that was sent in part.
                _ if publication.sent_count() > 0 && publication.is_comments() => {
                    format!("`telepress retry {target}` puts the rest back in the queue")
                }
                _ if publication.sent_count() > 0 => format!(
                    "`telepress retry {target}` puts the rest back in the queue, `telepress delete {target}` deletes what was sent"
                ),
                Refusal::Unsupported => format!(
                    "the Bot API server is older than rich messages, or than one of the blocks: update the server, or change the file and remove what it refuses (`format = \"classic\"` works with every server); then run `telepress retry {target}`"
                ),
                Refusal::Content => format!("change the file, or run `telepress retry {target}`"),
                _ => format!(
                    "telepress does not recognize this error: fix its cause, then change the file or run `telepress retry {target}`"
                ),
            };
            Some(format!("Telegram refused {part}: {description}; {advice}"))
        }
        _ => None,
    }
}

fn cancelled(
    publication: &Publication,
    by: &Actor,
    target: &Target,
    names: &OperatorNames,
) -> String {
    let (total, place) = (publication.parts.len(), place_of(publication));
    let unknown = |part: &Part| matches!(part.state, PartState::Skipped { in_doubt: true, .. });
    let known = match publication.sent_count() {
        0 => String::new(),
        // `delete` would delete the post too.
        _ if publication.is_comments() && total == 1 => format!("; it is in {place}"),
        sent if publication.is_comments() => format!(
            "; {sent} of its {total} parts {} in {place}",
            if sent == 1 { "is" } else { "are" }
        ),
        _ if total == 1 => {
            format!("; it is in the channel: `telepress delete {target}` removes it")
        }
        sent => format!(
            "; {sent} of its {total} parts {} in the channel: `telepress delete {target}` removes {}",
            if sent == 1 { "is" } else { "are" },
            if sent == 1 { "it" } else { "them" }
        ),
    };
    let mut parts = publication.parts.iter().enumerate();
    let unknown = parts.find(|(_, part)| unknown(part)).map(|(number, part)| {
        format!(
            "; {} may be in {place}: if it is, run `telepress resolve {target} --sent {}`",
            part_name(number, total),
            links(part)
        )
    });
    if *by == Actor::System && publication.is_comments() {
        return "their post was not published, or is not in the channel any more".to_owned();
    }
    if *by == Actor::System {
        return "the adoption was undone, so the post counts as not published".to_owned();
    }
    format!("cancelled {}{known}{}", source(by, names), unknown.unwrap_or_default())
}

/// The reason about pending edits, deletions and pins.
fn change_reason(publication: &Publication, target: &Target) -> Option<String> {
    let total = publication.parts.len();
    let changes = publication
        .parts
        .iter()
        .enumerate()
        .filter_map(|(number, part)| change(number, total, part, (publication, target)));
    // A change that needs an operator comes first.
    changes.min_by_key(|(waits, _)| !waits).map(|(_, reason)| reason)
}

/// The first pending change of a publication's messages, such as "the edit of the message".
pub(super) fn waiting_change(publication: &Publication) -> Option<String> {
    let mut parts = publication.parts.iter().enumerate();
    parts.find_map(|(number, part)| {
        let change = part.change.as_ref()?;
        let waits = matches!(change.state, ChangeState::Pending { .. });
        waits.then(|| change_name(change.kind, number, publication.parts.len()))
    })
}

fn change_name(kind: ChangeKind, number: usize, total: usize) -> String {
    let name = match kind {
        ChangeKind::Edit => "edit",
        ChangeKind::Delete => "deletion",
        ChangeKind::Pin => "pinning",
        ChangeKind::Unpin => "unpinning",
        ChangeKind::ClosePoll => return format!("the closing of {}", poll_name(number, total)),
    };
    format!("the {name} of {}", part_name(number, total))
}

fn poll_name(number: usize, total: usize) -> String {
    if total == 1 {
        "the poll".to_owned()
    } else {
        format!("the poll ({})", part_name(number, total))
    }
}

fn change(
    number: usize,
    total: usize,
    part: &Part,
    (publication, target): (&Publication, &Target),
) -> Option<(bool, String)> {
    let change = part.change.as_ref()?;
    let what = change_name(change.kind, number, total);
    Some(match &change.state {
        ChangeState::Pending { .. }
            if change.kind == ChangeKind::Edit && publication.approvals.missing(0) > 0 =>
        {
            let missing = publication.approvals.missing(0);
            (
                true,
                format!(
                    "{what} is waiting for {missing} more {}, given in the chat",
                    if missing == 1 { "approval" } else { "approvals" }
                ),
            )
        }
        ChangeState::Pending { .. } | ChangeState::Sending { .. } => {
            let references = change.request.references();
            let (verb, _) = verb_and_noun(&references);
            let text = match posts(&references) {
                Some(posts) => format!("{what} is waiting for {posts}, which it {verb}"),
                None => format!("{what} is in progress"),
            };
            (false, text)
        }
        ChangeState::Conflict { conflict, description } => {
            let why = match conflict {
                Conflict::Vanished => {
                    format!("the message is no longer in {}", place_of(publication))
                }
                Conflict::Refused(_) => format!("Telegram refused it: {description}"),
                Conflict::GaveUp => "too many attempts have failed".to_owned(),
                Conflict::MediaMissing => {
                    format!(
                        "the bytes of the file are missing or damaged on the machine that publishes ({description}): put the same file back beside the post, or copy the media folder there"
                    )
                }
                Conflict::Unanswered => format!("Telegram did not confirm it: {description}"),
            };
            let done = if change.kind.is_pin() {
                "look at the channel: `--sent ID` if it is done, "
            } else {
                ""
            };
            let skip = match conflict {
                Conflict::Vanished => "records that it is gone",
                _ => "leaves the message as it is",
            };
            let out = format!(
                "{done}`telepress resolve {target} --not-sent` tries again, `--skip` {skip}"
            );
            let failed = match change.kind {
                ChangeKind::ClosePoll => {
                    format!("{} could not be closed", poll_name(number, total))
                }
                _ => format!("{what} failed"),
            };
            (true, format!("{failed}: {why}; {out}"))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PostId;
    use crate::outbox::OldNames;

    /// Each reason after another one, so that the compiler asks where a new one belongs.
    fn next_reason(held: &HoldReason) -> Option<HoldReason> {
        Some(match held {
            HoldReason::Missed => HoldReason::FileAppearedLate,
            HoldReason::FileAppearedLate => HoldReason::Expired,
            HoldReason::Expired => HoldReason::Exhausted,
            HoldReason::Exhausted => HoldReason::PollOver,
            HoldReason::PollOver => HoldReason::DeletionRefused,
            HoldReason::DeletionRefused => HoldReason::MediaMissing,
            HoldReason::MediaMissing => HoldReason::NotPlaced,
            HoldReason::NotPlaced => HoldReason::PostGone,
            HoldReason::PostGone => HoldReason::File,
            HoldReason::File => HoldReason::UnknownChannel,
            HoldReason::UnknownChannel => HoldReason::Changed,
            HoldReason::Changed => HoldReason::Approvals,
            HoldReason::Approvals => HoldReason::Channel,
            HoldReason::Channel => HoldReason::CatchUp,
            HoldReason::CatchUp => HoldReason::Restored,
            HoldReason::Restored => {
                HoldReason::MaybeMoved(OldNames::of([PostId::parse("old").unwrap()]).unwrap())
            }
            HoldReason::MaybeMoved(_) => return None,
        })
    }

    #[test]
    fn every_reason_for_a_hold_has_a_row_in_the_docs() {
        let page = include_str!("../../docs/operations.md");
        let bold = |line: &str| Some(line.strip_prefix("| **")?.split_once("**")?.0.to_lowercase());
        let rows: Vec<_> = page.lines().filter_map(bold).collect();
        let post = PostId::parse("old").unwrap();
        for held in std::iter::successors(Some(HoldReason::Missed), next_reason) {
            let sentence =
                held_reason(&held, false, &Target::new(&post, "news", true)).to_lowercase();
            let has_row = rows.iter().any(|row| sentence.starts_with(row.trim_end_matches('.')));
            assert!(has_row, "{sentence}");
        }
    }
}

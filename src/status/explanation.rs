//! The reason for a publication's state, and the next step for an operator.

use std::collections::BTreeSet;

use crate::ids::Target;
use crate::limits;
use crate::message::Reference;
use crate::outbox::{
    self, Actor, Cancellation, ChangeKind, ChangeState, Conflict, HoldReason, Part, PartState,
    Publication, Question, Refusal, State,
};

/// The reason for a publication's state and the next step, in one sentence; `None` if the state needs no reason.
#[must_use]
pub fn reason(publication: &Publication, target: &Target) -> Option<String> {
    let reason = match &publication.state {
        State::Held { held } => Some(held_reason(held, target)),
        State::Failed { part } => failed(publication, *part, target),
        State::Cancelled { by, cancellation } => Some(match cancellation {
            Cancellation::Ordered => cancelled(publication, by, target),
            Cancellation::Missed => {
                "it was later than the grace period (`[schedule] grace`) allows".to_owned()
            }
            Cancellation::Skipped => format!("skipped {}", source(by)),
            Cancellation::Deleted => format!("deleted {}", source(by)),
        }),
        State::Uncertain => uncertain(publication, target),
        State::Cancelling { by } => Some(cancelling(publication, by, target)),
        State::Superseded { .. } => Some("replaced by a newer version".to_owned()),
        State::Scheduled | State::Due if publication.approvals.missing(0) > 0 => {
            Some(held_reason(&HoldReason::Approvals, target))
        }
        State::Scheduled | State::Due if publication.together.waits() => Some(format!(
            "starts together with its other {}",
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

/// Why comments wait.
const WAITING_COMMENTS: &str =
    "the comments follow when the post is published and its copy is in the discussion group";

/// The posts to which a publication links, and for which it waits.
fn waits_for_posts(publication: &Publication) -> Option<String> {
    let references = pending_references(publication);
    let posts = posts(&references)?;
    let is_reply = |reference: &Reference| matches!(reference, Reference::Reply(_));
    let verb = if references.iter().all(is_reply) { "replies to" } else { "links to" };
    let names: BTreeSet<_> = references.iter().map(Reference::post).collect();
    let first = if names.len() == 1 { posts.as_str() } else { "them" };
    let commands: Vec<_> =
        names.into_iter().map(|post| format!("`telepress publish {post}`")).collect();
    let commands = commands.join(", ");
    Some(format!("it waits for {posts}, which it {verb}; publish {first} first: {commands}"))
}

/// The references of the parts that are still to be sent.
pub(super) fn pending_references(publication: &Publication) -> Vec<Reference> {
    let pending = publication.parts.iter().filter(|part| part.state == PartState::Pending);
    pending.flat_map(|part| part.request.references()).collect()
}

/// `by anna at the command line`.
fn source(by: &Actor) -> String {
    match by {
        Actor::CommandLine { user } if user == Actor::UNKNOWN_USER => {
            "from the command line".to_owned()
        }
        by => format!("by {by}"),
    }
}

/// The names of the referenced posts, each once; `None` if there are none.
fn posts(references: &[Reference]) -> Option<String> {
    let posts: BTreeSet<_> = references.iter().map(Reference::post).collect();
    let mut posts: Vec<_> = posts.into_iter().map(|post| format!("`{post}`")).collect();
    let last = posts.pop()?;
    Some(if posts.is_empty() { last } else { format!("{} and {last}", posts.join(", ")) })
}

pub(super) fn held_reason(held: &HoldReason, target: &Target) -> String {
    let why = match held {
        HoldReason::CameLate => "its file appeared after its scheduled time",
        HoldReason::Missed => "it is later than the grace period (`[schedule] grace`) allows",
        HoldReason::Expired => "it could not be sent for so long that it may be out of date",
        HoldReason::Exhausted => "too many attempts have failed",
        HoldReason::MediaMissing => {
            return format!(
                "the bytes of its media are missing or damaged on the machine that publishes, and the files beside the post are gone or have changed: put the same files back, or copy the media folder (`[store] media`) there, and run `telepress release {target}`; or run `telepress cancel {target}`, then `telepress publish {target} --again` to publish the files as they are now"
            );
        }
        HoldReason::PollOver => {
            return format!(
                "the closing time of its poll is less than {} seconds, or more than 30 days and 10 hours away: set `closes_at` in its file, or cancel what is not sent with `telepress cancel {target}`",
                limits::POLL_OPEN_LEAST.as_secs()
            );
        }
        HoldReason::NotPlaced => {
            return format!(
                "the comments are not placed: the copy of the post did not appear in the discussion group in time. Check that the group is linked to the channel and that the bot is a member (`telepress doctor`); then `telepress release {target}` looks for the copy again, and `telepress cancel {target}` leaves the comments out"
            );
        }
        HoldReason::File => {
            return format!(
                "its file was broken or gone when its time came: fix or restore it, and the post is scheduled again; `telepress release {target}` publishes the last good version, `telepress cancel {target}` cancels it"
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
        HoldReason::Channel => {
            let resume = match target.channel() {
                Some(name) => format!("resume {name}"),
                None => "resume".to_owned(),
            };
            return format!(
                "Telegram refuses the bot in the channel; give it its rights back, then run `telepress {resume}`: `serve` or `telepress apply` then sends the post"
            );
        }
        HoldReason::CatchUp => "too many posts were missed to send all of them at once",
        HoldReason::Restored => {
            return format!(
                "the journal was restored from a backup, so the post may have been published or cancelled since: run `telepress adopt {target} LINK` if it is in the channel, or `telepress release {target}` to put it back in the queue"
            );
        }
        HoldReason::Person => "an operator put it on hold",
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
                _ if publication.sent() > 0 => format!(
                    "`telepress retry {target}` puts the rest back in the queue, `telepress delete {target}` deletes what was sent"
                ),
                Refusal::Content => format!("change the file, or run `telepress retry {target}`"),
                _ => format!(
                    "telepress does not recognise this error: fix its cause, then change the file or run `telepress retry {target}`"
                ),
            };
            Some(format!("Telegram refused {part}: {description}; {advice}"))
        }
        _ => None,
    }
}

fn cancelled(publication: &Publication, by: &Actor, target: &Target) -> String {
    let total = publication.parts.len();
    let unknown = |part: &Part| matches!(part.state, PartState::Skipped { in_doubt: true, .. });
    let known = match publication.sent() {
        0 => String::new(),
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
            "; {} may be in the channel: if it is, run `telepress resolve {target} --sent {}`",
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
    format!("cancelled {}{known}{}", source(by), unknown.unwrap_or_default())
}

/// A cancelled publication with an unknown outcome, and how telepress or an operator finds it out.
fn cancelling(publication: &Publication, by: &Actor, target: &Target) -> String {
    let total = publication.parts.len();
    let open = publication.parts.iter().enumerate().find_map(|(number, part)| {
        let next = match &part.state {
            PartState::Sending { .. } => "its request is in flight".to_owned(),
            PartState::Uncertain { .. } => {
                "telepress reads the channel as soon as the request can no longer arrive".to_owned()
            }
            PartState::NeedsOperator { question, .. } => format!(
                "{}; look at the channel, then run `telepress resolve {target} --sent {}` or `--not-sent`",
                question_text(question),
                links(part)
            ),
            _ => return None,
        };
        Some((part_name(number, total), next))
    });
    let (part, next) = open.unwrap_or_else(|| (part_name(0, total), String::new()));
    format!("cancelled {}, but the outcome of {part} is not known yet: {next}", source(by))
}

fn uncertain(publication: &Publication, target: &Target) -> Option<String> {
    let total = publication.parts.len();
    publication.parts.iter().enumerate().find_map(|(number, part)| match &part.state {
        PartState::Uncertain { .. } => Some(format!(
            "Telegram did not confirm {}; telepress reads the channel as soon as the request can no longer arrive",
            part_name(number, total)
        )),
        PartState::NeedsOperator { question, .. } => Some(format!(
            "Telegram did not confirm {}, so it may or may not be in the channel. {}. {}",
            part_name(number, total),
            sentence(&question_text(question)),
            question_hint(target, part)
        )),
        _ => None,
    })
}

/// The links to name with `resolve --sent`.
fn links(part: &Part) -> String {
    vec!["LINK"; part.messages.max(1)].join(" ")
}

/// What the operator should look for, and the command for each answer.
fn question_hint(target: &Target, part: &Part) -> String {
    let link = links(part);
    match part.state.candidates() {
        [] => format!(
            "Look at the channel, then run `telepress resolve {target} --sent {link}` or `--not-sent`"
        ),
        [_, ..] if part.messages > 1 => {
            let ids: Vec<_> = part.state.candidates().iter().map(ToString::to_string).collect();
            format!(
                "The album has {} messages; these may belong to it: {}. If all of the album are in the channel, run `telepress resolve {target} --sent {link}` with their links; if none is, `telepress resolve {target} --not-sent` puts it back in the queue; if only some are, delete them first",
                part.messages,
                ids.join(", ")
            )
        }
        [one] => {
            format!(
                "Is it message {one}? If so, run `telepress resolve {target} --sent {one}`; if it is not in the channel, `telepress resolve {target} --not-sent` puts it back in the queue"
            )
        }
        candidates @ [first, ..] => {
            let ids: Vec<_> = candidates.iter().map(ToString::to_string).collect();
            format!(
                "Is it one of the messages {}? If so, name it, as in `telepress resolve {target} --sent {first}`; if none is, `telepress resolve {target} --not-sent` puts it back in the queue",
                ids.join(", ")
            )
        }
    }
}

/// The text as the beginning of a sentence. The name of the program stays as it is.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if !text.starts_with("telepress") => {
            first.to_uppercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

fn question_text(question: &Question) -> String {
    match question {
        Question::Policy => {
            "telepress does not look for it: `[recovery]` in the config has no `staging_chat`, or says `uncertain = \"hold\"`".to_owned()
        },
        Question::NoStagingChat => {
            "telepress cannot look for it without `[recovery] staging_chat`".to_owned()
        }
        Question::NoKnownMessage => {
            "the journal knows no message of the channel, so telepress does not know where to look".to_owned()
        },
        Question::Inconclusive { gap, .. } => gap.to_string(),
        Question::Deleted => "Telegram says that it was posted and deleted at once".to_owned(),
        Question::Accepted { message_ids } if !outbox::are_message_ids(message_ids) => {
            "Telegram accepted it, but its answer names no valid message".to_owned()
        }
        Question::Accepted { message_ids } => {
            let ids: Vec<_> = message_ids.iter().map(ToString::to_string).collect();
            format!(
                "Telegram accepted it as message {}, but the journal knows that message as another post's; perhaps the server lost its data and numbers messages from 1 again",
                ids.join(", ")
            )
        }
        Question::OtherChat { chat, .. } => {
            format!("Telegram says that it was posted to chat {chat}")
        }
    }
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
        let of = part_name(number, publication.parts.len());
        let waits = matches!(change.state, ChangeState::Pending { .. });
        waits.then(|| format!("the {} of {of}", change_name(change.kind)))
    })
}

fn change_name(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Edit => "edit",
        ChangeKind::Delete => "deletion",
        ChangeKind::Pin => "pinning",
        ChangeKind::Unpin => "unpinning",
        ChangeKind::ClosePoll => "closing of the poll",
    }
}

fn change(
    number: usize,
    total: usize,
    part: &Part,
    (publication, target): (&Publication, &Target),
) -> Option<(bool, String)> {
    let change = part.change.as_ref()?;
    let what = change_name(change.kind);
    let of = part_name(number, total);
    Some(match &change.state {
        ChangeState::Pending { .. }
            if change.kind == ChangeKind::Edit && publication.approvals.missing(0) > 0 =>
        {
            let missing = publication.approvals.missing(0);
            (
                true,
                format!(
                    "the {what} of {of} waits for {missing} more {}, given in the chat",
                    if missing == 1 { "approval" } else { "approvals" }
                ),
            )
        }
        ChangeState::Pending { .. } | ChangeState::Sending { .. } => {
            let posts = posts(&change.request.references());
            let waits = posts.map(|posts| format!("; it waits for {posts}, which it links to"));
            (false, format!("the {what} of {of} is in progress{}", waits.unwrap_or_default()))
        }
        ChangeState::Conflict { conflict, description } => {
            let why = match conflict {
                Conflict::Vanished => "the message is no longer in the channel".to_owned(),
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
            (true, format!("the {what} of {of} failed: {why}; {out}"))
        }
    })
}

/// `the message`, or `part 2 of 3`.
pub(super) fn part_name(number: usize, total: usize) -> String {
    if total == 1 { "the message".to_owned() } else { format!("part {} of {total}", number + 1) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PostId;
    use crate::outbox::OldNames;

    #[test]
    fn every_reason_for_a_hold_has_a_row_in_the_docs() {
        let page = include_str!("../../docs/operations.md");
        let bold = |line: &str| Some(line.strip_prefix("| **")?.split_once("**")?.0.to_lowercase());
        let rows: Vec<_> = page.lines().filter_map(bold).collect();
        let post = PostId::parse("old").unwrap();
        for held in [
            HoldReason::Missed,
            HoldReason::CameLate,
            HoldReason::Expired,
            HoldReason::Exhausted,
            HoldReason::PollOver,
            HoldReason::MediaMissing,
            HoldReason::NotPlaced,
            HoldReason::File,
            HoldReason::Changed,
            HoldReason::Approvals,
            HoldReason::Channel,
            HoldReason::CatchUp,
            HoldReason::Restored,
            HoldReason::MaybeMoved(OldNames::of([post.clone()]).unwrap()),
        ] {
            let sentence = held_reason(&held, &Target::new(&post, "news", true)).to_lowercase();
            let has_row = rows.iter().any(|row| sentence.starts_with(row.trim_end_matches('.')));
            assert!(has_row, "{sentence}");
        }
    }
}

//! What there is to say about a publication's state: why it is so, and the way out of it.

use std::collections::BTreeSet;

use crate::ids::Target;
use crate::message::Reference;
use crate::outbox::{
    self, Actor, Cancellation, ChangeKind, ChangeState, Conflict, HoldReason, Part, PartState,
    Publication, Question, Refusal, State,
};

/// Why a publication stands where it does and what can be done, in one sentence; `None` where there is nothing to say.
#[must_use]
pub fn reason(publication: &Publication, target: &Target) -> Option<String> {
    let said = match &publication.state {
        State::Held { held } => Some(held_reason(held, target)),
        State::Failed { part } => failed(publication, *part, target),
        State::Cancelled { by, cancellation } => Some(match cancellation {
            Cancellation::Ordered => cancelled(publication, by, target),
            Cancellation::Missed => "its time had passed by more than the grace".to_owned(),
            Cancellation::Skipped => format!("left out by {by}"),
            Cancellation::Deleted => format!("deleted by {by}"),
        }),
        State::Uncertain => uncertain(publication, target),
        State::Cancelling { by } => Some(cancelling(publication, by, target)),
        State::Superseded { successor, .. } => {
            Some(format!("publication {successor} stands in its place"))
        }
        State::Scheduled | State::Due if publication.approvals.missing(0) > 0 => {
            Some(held_reason(&HoldReason::Approvals, target))
        }
        State::Scheduled | State::Due if publication.together.waits() => Some(format!(
            "begins together with its other {}",
            if publication.together.channels > 2 { "channels" } else { "channel" }
        )),
        State::Scheduled | State::Due | State::Publishing => waits_for_posts(publication),
        State::Published => None,
    };
    said.or_else(|| changing(publication, target))
}

/// The posts whose messages its own are to lead to.
fn waits_for_posts(publication: &Publication) -> Option<String> {
    let pending = publication.parts.iter().filter(|part| part.state == PartState::Pending);
    let references: Vec<_> = pending.flat_map(|part| part.request.references()).collect();
    let posts = posts(&references)?;
    Some(format!("leads to {posts}, and goes out when that stands in the channel"))
}

/// The posts that are referred to, each once; `None` where there is none.
fn posts(references: &[Reference]) -> Option<String> {
    let posts: BTreeSet<_> = references.iter().map(Reference::post).collect();
    let mut posts: Vec<_> = posts.into_iter().map(|post| format!("`{post}`")).collect();
    let last = posts.pop()?;
    Some(if posts.is_empty() { last } else { format!("{} and {last}", posts.join(", ")) })
}

pub(super) fn held_reason(held: &HoldReason, target: &Target) -> String {
    let why = match held {
        HoldReason::CameLate => "it came after its time",
        HoldReason::Missed => "its time passed by more than the grace",
        HoldReason::Expired => "it could not be sent for so long that it may be stale",
        HoldReason::Exhausted => "it was tried too often",
        HoldReason::File => "its file was broken or gone when its time came",
        HoldReason::Changed => {
            return format!(
                "its file has changed since an operator ordered what he was shown: `telepress publish {target}` or `schedule` lets it go as it is now, `telepress cancel {target}` does not"
            );
        }
        HoldReason::Approvals => {
            return "publishers have to approve it first: they do so in the chat with the bot"
                .to_owned();
        }
        HoldReason::Channel => {
            return "the channel refuses the bot; it goes on when that is fixed, or with `telepress resume`".to_owned();
        }
        HoldReason::CatchUp => "more posts were missed than are caught up with at once",
        HoldReason::Restored => {
            return format!(
                "the journal was restored from a backup, so it may be in the channel already, or somebody may have cancelled it since: `telepress adopt {target} LINK` if it is there, `telepress release {target}` if it is still to go out"
            );
        }
        HoldReason::Person => "somebody holds it",
        HoldReason::MaybeMoved(old) => return old.reason(target.post(), true),
    };
    format!("{why}: `telepress release {target}` lets it go, `telepress cancel {target}` does not")
}

fn failed(publication: &Publication, number: usize, target: &Target) -> Option<String> {
    match publication.parts.get(number).map(|part| &part.state) {
        Some(PartState::Failed { description, refusal, .. }) => {
            let part = named(number, publication.parts.len());
            let advice = match refusal {
                // A changed file does not go on with what is half sent.
                _ if publication.sent() > 0 => format!(
                    "`telepress retry {target}` goes on at it, `telepress delete {target}` takes back what was sent"
                ),
                Refusal::Content => format!("change the file, or `telepress retry {target}`"),
                _ => format!(
                    "telepress does not know this reason; once it is gone, `telepress retry {target}` tries again, and so does a changed file"
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
    let unknown = publication.parts.iter().position(unknown).map(|number| {
        format!(
            "; {} may be in the channel: `telepress resolve {target} --sent LINK` if it is",
            named(number, total)
        )
    });
    if *by == Actor::System {
        return "what was recorded of it was taken back, and it is as new".to_owned();
    }
    format!("cancelled by {by}{known}{}", unknown.unwrap_or_default())
}

/// Cancelled, and not over: what is not known yet, and how that is found out.
fn cancelling(publication: &Publication, by: &Actor, target: &Target) -> String {
    let total = publication.parts.len();
    let open = publication.parts.iter().enumerate().find_map(|(number, part)| {
        let next = match &part.state {
            PartState::Sending { .. } => "its request is in flight".to_owned(),
            PartState::Uncertain { .. } => {
                "telepress looks at the channel once the request must have ended".to_owned()
            }
            PartState::NeedsOperator { question, .. } => format!(
                "{}; look at the channel, then `telepress resolve {target} --sent LINK` or `--not-sent`",
                asked(question)
            ),
            _ => return None,
        };
        Some((named(number, total), next))
    });
    let (part, next) = open.unwrap_or_else(|| (named(0, total), String::new()));
    format!("cancelled by {by}, but the outcome of {part} is not known yet: {next}")
}

fn uncertain(publication: &Publication, target: &Target) -> Option<String> {
    let total = publication.parts.len();
    publication.parts.iter().enumerate().find_map(|(number, part)| match &part.state {
        PartState::Uncertain { .. } => Some(format!(
            "nobody knows yet whether {} was sent; the channel is read back when the request must have ended",
            named(number, total)
        )),
        PartState::NeedsOperator { question, .. } => Some(format!(
            "Telegram did not confirm {}, so it may or may not be in the channel: {}; {}",
            named(number, total),
            asked(question),
            look(target, part.state.candidates())
        )),
        _ => None,
    })
}

/// What a person has to do about it: where to look, and how to report it.
fn look(target: &Target, candidates: &[i64]) -> String {
    match candidates {
        [] => format!(
            "look at the channel, then `telepress resolve {target} --sent LINK` or `--not-sent`"
        ),
        [one] => {
            format!(
                "is it message {one}? If so, `telepress resolve {target} --sent {one}`; if it is not in the channel, `telepress resolve {target} --not-sent` sends it again"
            )
        }
        [first, ..] => {
            let ids: Vec<_> = candidates.iter().map(ToString::to_string).collect();
            format!(
                "is it one of the messages {}? If so, name it, as in `telepress resolve {target} --sent {first}`; if none is, `telepress resolve {target} --not-sent` sends it again",
                ids.join(", ")
            )
        }
    }
}

fn asked(question: &Question) -> String {
    match question {
        Question::Policy => {
            "telepress does not look for it: `[recovery]` in the config has no `staging_chat`, or says `uncertain = \"hold\"`".to_owned()
        },
        Question::NoStagingChat => {
            "telepress cannot look for it: `[recovery]` in the config has no `staging_chat`".to_owned()
        }
        Question::NoKnownMessage => {
            "the journal knows no message of the channel, so telepress cannot tell where to look".to_owned()
        },
        Question::Inconclusive { gap, .. } => gap.to_string(),
        Question::Deleted => "Telegram says that it was posted and deleted at once".to_owned(),
        Question::Accepted { message_ids } if !outbox::are_message_ids(message_ids) => {
            "Telegram accepted it, but its answer names no valid message".to_owned()
        }
        Question::Accepted { message_ids } => {
            let ids: Vec<_> = message_ids.iter().map(ToString::to_string).collect();
            format!(
                "Telegram accepted it as message {}, which the journal knows as another post's; perhaps the server lost its data and numbers messages from 1 again",
                ids.join(", ")
            )
        }
        Question::OtherChat { chat, .. } => {
            format!("Telegram says that it was posted to chat {chat}")
        }
    }
}

/// What is to be said of edits and deletions.
fn changing(publication: &Publication, target: &Target) -> Option<String> {
    let total = publication.parts.len();
    let changes = publication
        .parts
        .iter()
        .enumerate()
        .filter_map(|(number, part)| change(number, total, part, (publication, target)));
    // What a person has to decide comes before what goes on by itself.
    changes.min_by_key(|(waits, _)| !waits).map(|(_, said)| said)
}

/// The change of a publication's messages that waits to be made: "the edit of the message".
pub(super) fn waiting_change(publication: &Publication) -> Option<String> {
    let mut parts = publication.parts.iter().enumerate();
    parts.find_map(|(number, part)| {
        let change = part.change.as_ref()?;
        let of = named(number, publication.parts.len());
        let waits = matches!(change.state, ChangeState::Pending { .. });
        waits.then(|| format!("the {} of {of}", kind(change.kind)))
    })
}

fn kind(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Edit => "edit",
        ChangeKind::Delete => "deletion",
        ChangeKind::Pin => "pinning",
        ChangeKind::Unpin => "unpinning",
    }
}

fn change(
    number: usize,
    total: usize,
    part: &Part,
    (publication, target): (&Publication, &Target),
) -> Option<(bool, String)> {
    let change = part.change.as_ref()?;
    let what = kind(change.kind);
    let of = named(number, total);
    Some(match &change.state {
        ChangeState::Pending { .. }
            if change.kind == ChangeKind::Edit && publication.approvals.missing(0) > 0 =>
        {
            let missing = publication.approvals.missing(0);
            (true, format!("the {what} of {of} waits for {missing} approval(s), given in the chat"))
        }
        ChangeState::Pending { .. } | ChangeState::Sending { .. } => {
            let posts = posts(&change.request.references());
            let waits = posts.map(|posts| format!("; it leads to {posts}, and waits for that"));
            (false, format!("the {what} of {of} is under way{}", waits.unwrap_or_default()))
        }
        ChangeState::Conflict { conflict, description } => {
            let why = match conflict {
                Conflict::Vanished => "the message is not in the channel any more".to_owned(),
                Conflict::Refused(_) => format!("Telegram refused it: {description}"),
                Conflict::GaveUp => "it was tried too often".to_owned(),
                Conflict::Unanswered => format!("nobody knows whether it was done: {description}"),
            };
            let done = if change.kind.is_pin() {
                "look at the channel: `--sent ID` where it is done, "
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
            (true, format!("the {what} of {of} cannot be made: {why}; {out}"))
        }
    })
}

/// `the message`, or `part 2 of 3`.
pub(super) fn named(number: usize, total: usize) -> String {
    if total == 1 { "the message".to_owned() } else { format!("part {} of {total}", number + 1) }
}

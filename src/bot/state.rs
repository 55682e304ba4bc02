//! How posts stand, in an operator's language: pure, from what stands in the journal.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::buttons::Asked;
use super::explain::Explain;
use super::pauses::Hold;
use super::reply::{MessageBuilder, Span};
use super::text::Text;
use crate::outbox::{
    Cancellation, Cause, Change, ChangeKind, ChangeState, Conflict, Held, OldNames, PartState,
    Publication, Refusal, State,
};

/// The sign in front of a post.
#[must_use]
pub(super) fn sign(state: &State) -> &'static str {
    match state {
        State::Scheduled => "🕒",
        State::Due | State::Publishing => "⏳",
        State::Published => "✅",
        State::Held { .. } => "⚠️",
        State::Uncertain | State::Cancelling { .. } => "❓",
        State::Failed { .. } => "❌",
        State::Cancelled { .. } | State::Superseded { .. } => "🚫",
    }
}

/// A time as people read it, in a channel's zone.
#[must_use]
pub fn time(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned_datetime(zone.clone()).strftime("%F %H:%M %Q").to_string()
}

/// What somebody typed, as far as it is worth repeating: one line of at most [`ECHO`] characters.
#[must_use]
pub(super) fn cut(typed: &str) -> String {
    let words: Vec<_> = typed.split_whitespace().collect();
    let line = words.join(" ");
    let mut letters = line.chars();
    let cut: String = letters.by_ref().take(ECHO).collect();
    if letters.next().is_some() { format!("{}…", cut.trim_end()) } else { cut }
}

/// Characters of what was typed that are repeated.
const ECHO: usize = 64;

/// Says how a publication stands, where this keeps it back.
pub(super) fn say(
    reply: &mut MessageBuilder,
    publication: &Publication,
    zone: &TimeZone,
    gate: Option<Hold>,
) {
    let at = || Span::plain(time(publication.due_at, zone));
    match &publication.state {
        State::Scheduled | State::Due if let Some(gate) = gate => {
            let (text, until) = gate.text();
            let until = until.map(|until| time(until, zone)).unwrap_or_default();
            reply.say(text, &[("time", Span::plain(until))])
        }
        State::Scheduled => reply.say(Text::StateScheduled, &[("time", at())]),
        State::Due => reply.say(Text::StateDue, &[]),
        State::Publishing => {
            let all = publication.parts.len();
            let words = [("sent", Span::plain(publication.sent())), ("all", Span::plain(all))];
            reply.say(Text::StatePublishing, &words)
        }
        State::Published => {
            let time = Span::plain(time(publication.went_out(), zone));
            reply.say(Text::StatePublished, &[("time", time)])
        }
        State::Held { .. } => reply.say(Text::StateHeld, &[]),
        State::Uncertain => reply.say(Text::StateUncertain, &[]),
        State::Cancelling { .. } => reply.say(Text::StateCancelling, &[]),
        State::Failed { .. } => reply.say(Text::StateFailed, &[]),
        State::Cancelled { cancellation: Cancellation::Deleted, .. } => {
            reply.say(Text::StateDeleted, &[])
        }
        State::Cancelled { .. } | State::Superseded { .. } => reply.say(Text::StateCancelled, &[]),
    };
}

/// Says why it stands so, on a line of its own, where there is something to say.
pub(super) fn say_why(reply: &mut MessageBuilder, publication: &Publication) {
    let total = publication.parts.len();
    match &publication.state {
        State::Held { held } => say_held(reply, held),
        State::Failed { part } => say_refusal(reply, publication, *part),
        State::Uncertain | State::Cancelling { .. } => {
            let mut parts = publication.parts.iter().enumerate();
            let asked = parts.find_map(|(number, part)| match part.state {
                PartState::NeedsOperator { .. } => Some((number, Text::OnlyYouKnow)),
                PartState::Uncertain { .. } | PartState::Sending { .. } => {
                    Some((number, Text::NotSentYet))
                }
                _ => None,
            });
            if let Some((number, text)) = asked {
                let part = part_of(reply, number, total);
                reply.line(text, &[("part", part)]);
            }
        }
        State::Scheduled | State::Due if publication.together.waits() => {
            reply.line(Text::WaitsTogether, &[]);
        }
        _ => {}
    }
    let pending = publication.parts.iter().filter(|part| part.state == PartState::Pending);
    let mut posts: Vec<String> = pending
        .flat_map(|part| part.request.references())
        .map(|reference| reference.post().to_owned())
        .collect();
    posts.sort();
    posts.dedup();
    if !posts.is_empty() && !publication.state.is_terminal() {
        reply.line(Text::WaitsFor, &[("posts", Span::code(posts.join(", ")))]);
    }
    if let Some(change) = publication.parts.iter().find_map(|part| part.change.as_ref()) {
        match &change.state {
            ChangeState::Conflict { conflict: Conflict::Unanswered, .. } => {
                reply.line(Text::EditUnanswered, &[])
            }
            ChangeState::Conflict { conflict, description } if change.kind.is_pin() => {
                let why = Explain { language: reply.language(), zone: TimeZone::UTC };
                let why = ("why", why.of_conflict(*conflict, description));
                reply.line(Text::PinConflict, &[why])
            }
            ChangeState::Conflict { conflict, description } => {
                let why = Explain { language: reply.language(), zone: TimeZone::UTC };
                let why = ("why", why.of_conflict(*conflict, description));
                reply.line(Text::EditConflict, &[why])
            }
            _ if change.kind == ChangeKind::Delete => reply.line(Text::DeletionUnderWay, &[]),
            _ => reply.line(Text::EditUnderWay, &[]),
        };
    }
}

/// What is known of a send whose outcome is not: when the request was made, what came instead of an answer, which message was
/// the last one before it, and which ones may be it.
pub(super) fn say_evidence(
    reply: &mut MessageBuilder,
    publication: &Publication,
    zone: &TimeZone,
    link: &dyn Fn(i64) -> Option<String>,
) {
    let unknown = publication.parts.iter().find(|part| part.state.doubt().is_some());
    let Some((part, doubt)) = unknown.and_then(|part| Some((part, part.state.doubt()?))) else {
        return;
    };
    let asked = ("time", Span::plain(time(doubt.intent_at, zone)));
    match &doubt.cause {
        Cause::Unanswered { .. } => {
            let why = Explain { language: reply.language(), zone: zone.clone() };
            reply.line(Text::AskedAt, &[asked, ("why", why.of_unknown(doubt.cause.reason()))]);
        }
        Cause::OwnerDead | Cause::OwnerLost => drop(reply.line(Text::OwnerGone, &[asked])),
    }
    if let Some(id) = doubt.floor {
        reply.line(Text::KnownBefore, &[("id", Span::plain(id.to_string()))]);
    }
    let candidates = part.state.candidates();
    if !candidates.is_empty() {
        let links: Vec<String> =
            candidates.iter().map(|id| link(*id).unwrap_or_else(|| id.to_string())).collect();
        reply.line(Text::Candidates, &[("ids", Span::plain(links.join(", ")))]);
    }
}

/// The names that a new post may have had.
#[must_use]
pub(super) fn names(old: &OldNames) -> String {
    let posts: Vec<_> = old.posts().iter().map(ToString::to_string).collect();
    match old.more() {
        0 => posts.join(", "),
        more => format!("{}, +{more}", posts.join(", ")),
    }
}

/// Why something is held.
pub(super) fn say_held(reply: &mut MessageBuilder, held: &Held) {
    let posts = match held {
        Held::MaybeMoved(old) => names(old),
        _ => String::new(),
    };
    reply.line(Text::of_held(held), &[("posts", Span::code(posts))]);
}

/// Why Telegram refused a part, in its own words.
pub(super) fn say_refusal(reply: &mut MessageBuilder, publication: &Publication, number: usize) {
    if let Some(PartState::Failed { description, refusal, .. }) =
        publication.parts.get(number).map(|part| &part.state)
    {
        let part = part_of(reply, number, publication.parts.len());
        let words = [("part", part), ("why", Span::plain(description))];
        let is_content = *refusal == Refusal::Content;
        let text = if is_content { Text::RefusedBecause } else { Text::RefusedUnknown };
        reply.line(text, &words);
    }
}

/// `the message`, or `part 2 of 3`.
#[must_use]
pub(super) fn part_of(reply: &MessageBuilder, number: usize, total: usize) -> Span {
    if total == 1 {
        return Span::plain(Text::ThePost.of(reply.language()));
    }
    let words = [("part", Span::plain(number + 1)), ("all", Span::plain(total))];
    let part = MessageBuilder::of(reply.language(), Text::PartOf, &words);
    Span::plain(part.page().text.string)
}

/// The first part whose outcome is not known, its request being in flight or its answer lost.
#[must_use]
pub(super) fn unknown_part(publication: &Publication) -> Option<usize> {
    publication.parts.iter().position(|part| {
        matches!(part.state, PartState::Sending { .. }) || part.state.doubt().is_some()
    })
}

/// Whether a person has to decide about it.
#[must_use]
pub(super) fn needs_word(publication: &Publication) -> bool {
    question(publication).is_some()
}

/// What a person has to decide about: the first part of which nobody knows, or whose change could not be made.
#[must_use]
pub(super) fn question(publication: &Publication) -> Option<Asked> {
    publication.parts.iter().enumerate().find_map(|(number, part)| {
        if part.state.doubt().is_some() {
            return Some((number, part.attempts.last().copied()));
        }
        let change = part.change.as_ref()?;
        let is_open = matches!(change.state, ChangeState::Conflict { .. });
        is_open.then(|| (number, change.attempts.last().copied()))
    })
}

/// The change that a person has to decide about; `None` where it is a message of which nobody knows.
#[must_use]
pub(super) fn open_change(publication: &Publication) -> Option<&Change> {
    let (number, _) = question(publication)?;
    let part = publication.parts.get(number)?;
    part.change.as_ref().filter(|_| part.state.doubt().is_none())
}

/// Whether it waits, with nothing of it in its channel: what is half there is deleted, not taken off.
#[must_use]
pub(super) fn waits(publication: &Publication) -> bool {
    matches!(publication.state, State::Scheduled | State::Due | State::Held { .. })
        && publication.sent() == 0
}

/// Whether it can be cancelled: it waits, or the outcome of a part is not known.
#[must_use]
pub(super) fn can_cancel(publication: &Publication) -> bool {
    let is_unknown = matches!(publication.state, State::Publishing | State::Uncertain)
        && unknown_part(publication).is_some();
    waits(publication) || is_unknown
}

/// Whether it needs a hand.
#[must_use]
pub(super) fn is_problem(publication: &Publication) -> bool {
    matches!(
        publication.state,
        State::Held { .. } | State::Failed { .. } | State::Uncertain | State::Cancelling { .. }
    ) || needs_word(publication)
}

/// Whether it needs a hand, or waits for approvals, of which the config asks for so many.
#[must_use]
pub(super) fn needs_somebody(publication: &Publication, approvals: u8) -> bool {
    is_problem(publication) || publication.waits_for_approvals(approvals)
}

impl Text {
    /// Why something is held.
    #[must_use]
    pub fn of_held(held: &Held) -> Self {
        match held {
            Held::Missed => Self::HeldMissed,
            Held::Expired => Self::HeldExpired,
            Held::Exhausted => Self::HeldExhausted,
            Held::File => Self::HeldFile,
            Held::Changed => Self::HeldChanged,
            Held::Approvals => Self::HeldApprovals,
            Held::Channel => Self::HeldChannel,
            Held::CameLate => Self::HeldCameLate,
            Held::CatchUp => Self::HeldCatchUp,
            Held::Restored => Self::HeldRestored,
            Held::Person => Self::HeldPerson,
            Held::MaybeMoved(_) => Self::HeldMaybeMoved,
        }
    }
}

//! The state of publications and files in an operator's language: pure.

use super::explain;
use super::facts::{self, ChannelPublication, Pause, SendBlock};
use super::media_words;
use super::reply::{MessageBuilder, Span, time};
use super::text::Text;
use crate::explain::{Language, report::FirstError};
use crate::ids::PostId;
use crate::message::{Content, Measure};
use crate::outbox::{
    AlbumItem, Cancellation, Change, ChangeKind, ChangeState, Conflict, EndKind, HoldReason,
    NewPart, PartState, Publication, Question, Refusal, State, UnknownCause,
};
use crate::plan::Desired;

/// The emoji of a state.
pub(super) fn state_emoji(state: &State) -> &'static str {
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

/// Adds the state of a publication.
pub(super) fn say_state(reply: &mut MessageBuilder, one: &ChannelPublication) {
    let known = &one.publication;
    let language = reply.language();
    let at = |at| Span::plain(time(at, &one.zone, language));
    match &known.state {
        State::Scheduled | State::Due if let Some(hold) = one.hold => {
            let waits = waits(one, hold, reply.language());
            reply.put(&waits)
        }
        State::Scheduled => reply.say(Text::StateScheduled, &[("time", at(known.due_at))]),
        State::Due => match facts::linked_posts(known) {
            posts if posts.is_empty() => reply.say(Text::StateDue, &[]),
            posts => reply.say(Text::StateWaitsPosts, &[("posts", Span::code(posts.join(", ")))]),
        },
        State::Publishing => {
            let all = Span::plain(known.parts.len());
            reply.say(
                Text::StatePublishing,
                &[("sent", Span::plain(known.sent_count())), ("all", all)],
            )
        }
        State::Published => reply.say(Text::StatePublished, &[("time", at(known.published_at()))]),
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

/// Adds why it is in that state, on lines of their own, where there is a reason.
pub(super) fn say_why(reply: &mut MessageBuilder, one: &ChannelPublication) {
    let publication = &one.publication;
    let total = publication.parts.len();
    match &publication.state {
        State::Held { held } => say_held(reply, publication, held),
        State::Failed { part } => say_refusal(reply, publication, *part),
        State::Uncertain | State::Cancelling { .. } => {
            let mut parts = publication.parts.iter().enumerate();
            let asked = parts.find_map(|(number, part)| match part.state {
                PartState::NeedsOperator { .. } => Some((number, Text::PleaseCheck)),
                PartState::Uncertain { .. } | PartState::Sending { .. } => {
                    Some((number, Text::OutcomeUnknown))
                }
                _ => None,
            });
            if let Some((number, text)) = asked {
                let part = part_of(reply, number, total);
                let place = place(reply, publication);
                reply.line(text, &[("part", part), place]);
            }
        }
        State::Scheduled | State::Due if publication.together.waits() => {
            reply.line(Text::WaitsTogether, &[]);
        }
        _ => {}
    }
    let posts = facts::linked_posts(publication);
    if !posts.is_empty() && !publication.state.is_terminal() {
        reply.line(Text::WaitsFor, &[("posts", Span::code(posts.join(", ")))]);
    }
    if open_change(publication).is_some() {
        say_change(reply.newline(), one);
    }
    say_ends(reply, one);
    say_poll(reply, publication);
}

/// Adds when it will be unpinned or deleted, or that this was missed.
pub(super) fn say_ends(reply: &mut MessageBuilder, one: &ChannelPublication) {
    let language = reply.language();
    let when = |at| [("time", Span::plain(time(at, &one.zone, language)))];
    for (kind, at, _) in one.publication.missed_ends() {
        let text = match kind {
            EndKind::Unpin => Text::UnpinMissed,
            EndKind::Delete => Text::DeletionMissed,
        };
        reply.line(text, &when(at));
    }
    let waiting: Vec<_> = match one.publication.state {
        State::Scheduled | State::Due => one.publication.ends.times().all().collect(),
        _ => one.publication.waiting_ends().collect(),
    };
    for (kind, at) in waiting {
        reply.line(end_text(kind), &when(at));
    }
}

fn end_text(kind: EndKind) -> Text {
    match kind {
        EndKind::Unpin => Text::WillBeUnpinned,
        EndKind::Delete => Text::WillBeDeleted,
    }
}

/// The first change of a publication's messages that is not done.
fn open_change(publication: &Publication) -> Option<&Change> {
    publication.parts.iter().find_map(|part| part.change.as_ref())
}

/// Adds what becomes of a change of its messages, if there is one.
pub(super) fn say_change(reply: &mut MessageBuilder, one: &ChannelPublication) {
    let Some(change) = open_change(&one.publication) else { return };
    if let ChangeState::Conflict { conflict, description } = &change.state {
        let text = match (conflict, change.kind) {
            (Conflict::Unanswered, _) => Text::EditUnanswered,
            (_, ChangeKind::Pin | ChangeKind::Unpin) => Text::PinConflict,
            (_, ChangeKind::ClosePoll) => Text::PollConflict,
            (_, ChangeKind::Edit | ChangeKind::Delete) => Text::EditConflict,
        };
        let why = explain::conflict(*conflict, description, reply.language());
        reply.say(text, &[("why", why)]);
        return;
    }
    let (in_progress, waiting) = match change.kind {
        ChangeKind::ClosePoll => (Text::PollClosing, Text::PollClosingWaits),
        ChangeKind::Delete => (Text::DeletionInProgress, Text::DeletionWaits),
        ChangeKind::Edit | ChangeKind::Pin | ChangeKind::Unpin => {
            (Text::EditInProgress, Text::EditWaits)
        }
    };
    match one.hold.filter(|_| matches!(change.state, ChangeState::Pending { .. })) {
        None => reply.say(in_progress, &[]),
        Some(hold) => {
            let hold = Span::Plain(waits(one, hold, reply.language()));
            reply.say(waiting, &[("hold", hold)])
        }
    };
}

/// `waiting: the channel is paused`, and the like.
fn waits(one: &ChannelPublication, hold: SendBlock, language: Language) -> String {
    let text = match hold {
        SendBlock::Paused(Pause::Channel) => Text::StateWaitsPaused,
        SendBlock::Paused(Pause::Everything) => Text::StateWaitsStopped,
        SendBlock::FloodWait(until) => {
            let time = ("time", Span::plain(time(until, &one.zone, language)));
            return MessageBuilder::plain(language, Text::StateWaitsAsked, &[time]);
        }
    };
    MessageBuilder::plain(language, text, &[])
}

/// Adds how the poll of a publication ended, if it was closed.
pub(super) fn say_poll(reply: &mut MessageBuilder, publication: &Publication) {
    let Some(closed) = publication.parts.iter().find_map(|part| part.closed_poll.as_ref()) else {
        return;
    };
    let Some(result) = &closed.result else {
        reply.line(Text::PollClosedUnread, &[]);
        return;
    };
    reply.line(Text::PollClosed, &[("count", Span::plain(result.voters))]);
    for option in &result.options {
        reply.newline().word(&Span::bold(option.votes)).put(" ").word(&Span::plain(&option.text));
    }
}

/// Adds what is known of a send with an unknown outcome: when it was requested, what came instead of an answer, the
/// last message before it, and the messages that may be it.
pub(super) fn say_unknown_outcome(reply: &mut MessageBuilder, one: &ChannelPublication) {
    let unknown = one.publication.parts.iter().find(|part| part.state.unknown_outcome().is_some());
    let Some((part, unknown_outcome)) =
        unknown.and_then(|part| Some((part, part.state.unknown_outcome()?)))
    else {
        return;
    };
    let asked = ("time", Span::plain(time(unknown_outcome.intent_at, &one.zone, reply.language())));
    match &unknown_outcome.cause {
        UnknownCause::Unanswered { .. } => {
            let why = explain::unknown(unknown_outcome.cause.reason(), reply.language());
            reply.line(Text::RequestedAt, &[asked, ("why", why)]);
        }
        UnknownCause::OwnerDead | UnknownCause::OwnerLost => {
            reply.line(Text::ProcessStopped, &[asked]);
        }
    }
    if let Some(id) = unknown_outcome.last_known_message_id {
        let place = place(reply, &one.publication);
        reply.line(Text::LastKnownMessage, &[place, ("id", Span::plain(id.to_string()))]);
    }
    let candidates = part.state.candidates();
    let items = match &part.state {
        PartState::NeedsOperator { question: Question::Inconclusive { items, .. }, .. } => items,
        _ => &Vec::new(),
    };
    let ids = ("ids", Span::plain(links(one, candidates)));
    if !items.is_empty() {
        say_part_of_album(reply, one, items, part.messages);
        return;
    }
    if !candidates.is_empty() {
        let is_album = part.messages > 1;
        reply.line(if is_album { Text::AlbumCandidates } else { Text::Candidates }, &[ids]);
    }
    if part.messages > 1 && matches!(part.state, PartState::NeedsOperator { .. }) {
        let count = ("count", Span::plain(part.messages));
        let words = [count, place(reply, &one.publication), not_there_button(reply.language())];
        reply.line(Text::AlbumMessages, &words);
    }
}

/// Adds which files of an album are there although the others are not.
pub(super) fn say_part_of_album(
    reply: &mut MessageBuilder,
    one: &ChannelPublication,
    items: &[AlbumItem],
    all: usize,
) {
    let file = |found: &AlbumItem| {
        let words = [("number", Span::plain(found.item + 1)), ("all", Span::plain(all))];
        let file = MessageBuilder::plain(reply.language(), Text::AlbumFile, &words);
        format!("{file} ({})", links(one, &[found.message_id]))
    };
    let files: Vec<_> = items.iter().map(file).collect();
    let files = ("files", Span::plain(files.join(", ")));
    let words = [files, place(reply, &one.publication), not_there_button(reply.language())];
    reply.line(Text::PartOfAlbum, &words);
}

/// Messages of a publication's chat by their links, or by their numbers where the chat has none.
pub(super) fn links(one: &ChannelPublication, ids: &[i64]) -> String {
    let link = |id: &i64| one.address.link(*id).unwrap_or_else(|| id.to_string());
    ids.iter().map(link).collect::<Vec<_>>().join(", ")
}

/// `in the channel`, or for comments `in the discussion group`.
pub(super) fn place(reply: &MessageBuilder, publication: &Publication) -> (&'static str, Span) {
    let text = if publication.is_comments() { Text::InGroup } else { Text::InChannel };
    ("place", Span::plain(text.of(reply.language())))
}

/// What an operator decided about a publication, as the rest of a sentence.
pub(super) fn decision(language: Language, publication: &Publication, decided: Text) -> Span {
    let reply = MessageBuilder::new(language);
    let place = place(&reply, publication);
    Span::plain(MessageBuilder::plain(language, decided, &[place]))
}

/// The label of the button that says that a message is not there.
pub(super) fn not_there_button(language: Language) -> (&'static str, Span) {
    ("button", Span::plain(Text::ItIsNotThere.of(language)))
}

pub(super) fn say_held(reply: &mut MessageBuilder, publication: &Publication, held: &HoldReason) {
    let posts = match held {
        HoldReason::MaybeMoved(old) => explain::names(old),
        _ => String::new(),
    };
    let place = place(reply, publication);
    reply.line(explain::held(held), &[("posts", Span::code(posts)), place]);
}

/// Adds why Telegram refused a part, in its own words.
pub(super) fn say_refusal(reply: &mut MessageBuilder, publication: &Publication, number: usize) {
    if let Some(PartState::Failed { description, refusal, .. }) =
        publication.parts.get(number).map(|part| &part.state)
    {
        let part = part_of(reply, number, publication.parts.len());
        let words = [("part", part), ("why", Span::plain(description))];
        let text = match refusal {
            Refusal::Content if publication.sent_count() > 0 => Text::RefusedRest,
            Refusal::Content => Text::RefusedBecause,
            Refusal::Unsupported => Text::RefusedByOldServer,
            _ => Text::RefusedUnknown,
        };
        reply.line(text, &words);
    }
}

/// `the message`, or `part 2 of 3`.
pub(super) fn part_of(reply: &MessageBuilder, number: usize, total: usize) -> Span {
    if total == 1 {
        return Span::plain(Text::TheMessage.of(reply.language()));
    }
    let words = [("part", Span::plain(number + 1)), ("all", Span::plain(total))];
    Span::plain(MessageBuilder::plain(reply.language(), Text::PartOf, &words))
}

/// Adds that a file has errors, with the first one.
pub(super) fn say_broken(reply: &mut MessageBuilder, post: &PostId, first: Option<&FirstError>) {
    reply.line(Text::FileHasErrors, &[("post", Span::code(post))]);
    let Some(first) = first else { return };
    if reply.language() == Language::En {
        reply.block(&first.to_string());
        return;
    }
    let words = crate::explain::diagnostic(&first.diagnostic, reply.language());
    reply.newline().put(&words.message);
    reply.block(&format!("{} ({})", first.place, first.diagnostic.code().name()));
}

/// Adds that the comments of an edition are not posted.
pub(super) fn say_comments_left_out(reply: &mut MessageBuilder, desired: &Desired) {
    reply.line(Text::CommentsLeftOut, &[("channel", Span::bold(&desired.channel.name))]);
}

/// Adds how many comments follow an edition, if its channel has a group for them.
fn say_comment_count(reply: &mut MessageBuilder, desired: &Desired) {
    let comments = desired.comments.as_ref().filter(|_| !facts::lacks_discussion(desired));
    let Some(comments) = comments else { return };
    let count: usize = comments.parts.iter().map(|part| part.messages).sum();
    let text = if count == 1 { Text::OneComment } else { Text::SeveralComments };
    reply.put(", ").say(text, &[("count", Span::plain(count))]);
}

/// Adds the size of an edition, and how it is sent.
pub(super) fn say_gauge(reply: &mut MessageBuilder, desired: &Desired) {
    // The question of a poll counts only if there is nothing else.
    let is_poll = |part: &&NewPart| matches!(part.request.content(), Some(Content::Poll(_)));
    let only_polls = desired.parts.iter().all(|part| is_poll(&part));
    let texts = desired.parts.iter().filter(|part| only_polls || !is_poll(part));
    let measures: Vec<_> = texts.map(|part| part.request.measure()).collect();
    let characters: usize = measures.iter().map(Measure::used).sum();
    let limit: usize = measures.iter().map(|measure| measure.limit).sum();
    let count: usize = desired.parts.iter().map(|part| part.messages).sum();
    let messages = if count == 1 { Text::OneMessage } else { Text::Messages };
    let messages =
        MessageBuilder::plain(reply.language(), messages, &[("count", Span::plain(count))]);
    let words = [
        ("channel", Span::bold(&desired.channel.name)),
        ("characters", Span::plain(characters)),
        ("limit", Span::plain(limit)),
        ("messages", Span::Plain(messages)),
    ];
    reply.say(Text::PreviewGauge, &words);
    say_comment_count(reply, desired);
    if let Some(media) = media_words::all(&desired.parts, reply.language()) {
        reply.put(", ").put(&media);
    }
    if desired.parts.first().is_some_and(|part| part.request.is_silent()) {
        reply.put(", ").say(Text::Silent, &[]);
    }
    if desired.parts.first().is_some_and(|part| part.request.is_protected()) {
        reply.put(", ").say(Text::Protected, &[]);
    }
    if desired.pin {
        reply.put(", ").say(Text::Pinned, &[]);
    }
    for (kind, at) in desired.ends.all() {
        let time = time(at, &desired.channel.timezone, reply.language());
        reply.put(", ").say(end_text(kind), &[("time", Span::plain(time))]);
    }
}

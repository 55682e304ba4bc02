//! The buttons below a post's preview, for exactly the content that was shown. Pure, from the post's facts.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::action_buttons::{Action, ButtonTime, PostAction, SeenPost};
use super::card::{say_card, say_publication, say_unknown};
use super::explain;
use super::facts::{self, ChannelPublication, PostFacts};
use super::language::Language;
use super::post_source::PostState;
use super::reply::{MessageBuilder, Reply, Span};
use super::state;
use super::text::Text;
use crate::config::{Channel, Role};
use crate::ids::PostId;
use crate::outbox::{Part, Publication, State};
use crate::plan::{self, Desired, FormerChatPresence};

/// Why a post cannot be published, where its file asks for nothing.
pub(super) fn unavailable(facts: &PostFacts, language: Language, role: Role) -> Reply {
    let post = &facts.post;
    let mut reply = MessageBuilder::new(language);
    match &facts.file {
        PostState::Invalid(why) => state::say_broken(&mut reply, post, why.as_ref()),
        PostState::Missing if facts.is_unknown() => {
            say_unknown(&mut reply, post.as_str(), &facts.near);
        }
        PostState::Missing => {
            reply.say(Text::FileMissing, &[("post", Span::code(post))]);
            say_card(&mut reply, facts, role);
        }
        PostState::Writing | PostState::Valid(_) => drop(reply.say(Text::TryLater, &[])),
    }
    reply.build()
}

/// The size, the state, and the buttons.
pub(super) fn offer(facts: &PostFacts, language: Language, role: Role) -> Reply {
    let (post, wanted) = (&facts.post, facts.wanted());
    let mut reply = MessageBuilder::new(language);
    reply.word(&Span::code(post));
    for desired in wanted {
        reply.newline();
        state::say_gauge(&mut reply, desired);
    }
    for desired in wanted.iter().filter(|desired| facts::lacks_discussion(desired)) {
        state::say_comments_left_out(&mut reply, desired);
    }
    if wanted.iter().all(|desired| desired.draft) {
        reply.line(Text::IsADraft, &[("post", Span::code(post))]);
        return reply.build();
    }
    let card = reply.button(Text::OpenCard, PostAction::Card.of(post));
    let waiting = facts.to_approve();
    if !waiting.is_empty() {
        say_approvals(&mut reply, facts, &waiting, role);
        reply.row([card]);
        return reply.build();
    }
    let may = role.may(Role::Publisher);
    // A post that is in a channel is not published there again.
    let here: Vec<_> = wanted.iter().filter_map(|desired| facts.of(desired)).collect();
    if !here.is_empty() {
        reply.newline();
    }
    for one in &here {
        say_publication(&mut reply, one, facts);
    }
    if may {
        offer_to_resume(&mut reply, facts);
    }
    let is_cancelled = |one: &&&ChannelPublication| {
        let known = &one.publication;
        matches!(known.state, State::Cancelled { .. })
            && known.sent_count() == 0
            && may_be_in_channel(known)
    };
    for one in here.iter().filter(is_cancelled) {
        say_not_enqueued(&mut reply, post, &one.channel, Text::WhyMayBePublished);
    }
    let barred = unpublishable_editions(facts);
    for (desired, why) in &barred {
        say_not_enqueued(&mut reply, post, desired.channel.name.as_str(), *why);
    }
    let is_out = |desired: &Desired| is_out(facts, desired);
    if !barred.is_empty() || wanted.iter().all(|desired| desired.draft || is_out(desired)) {
        let can_edit = may && here.iter().any(|one| facts.can_edit(&one.publication));
        let edit = can_edit.then(|| reply.button(Text::Update, PostAction::AskEdit.of(post)));
        reply.row(edit).row([card]);
        return reply.build();
    }
    let put = |time| PostAction::Publish(facts.seen(), time).of(post);
    let is_in_queue =
        wanted.iter().all(|desired| desired.draft || is_out(desired) || is_due(facts, desired));
    let publish = (!is_in_queue).then(|| {
        let (question, label) = if may {
            (Text::PublishQuestion, Text::Publish)
        } else {
            (Text::ProposeQuestion, Text::Propose)
        };
        reply.newline().line(question, &[]);
        reply.button(label, put(ButtonTime::Now))
    });
    let times = reply.button(Text::Schedule, PostAction::ChooseTime(facts.seen()).of(post));
    let has_slots = wanted.iter().all(|desired| !desired.channel.slots.is_empty());
    let slot = has_slots.then(|| reply.button(Text::NextSlot, put(ButtonTime::Slot)));
    let close = reply.button(Text::Close, Action::Close);
    reply.row(publish.into_iter().chain([times])).row(slot.into_iter().chain([close]));
    reply.build()
}

/// The editions that the rules keep from being published, and why. An order goes to all of its channels or to none.
pub(super) fn unpublishable_editions(facts: &PostFacts) -> Vec<(&Desired, Text)> {
    let counting: Vec<_> = facts.publications().cloned().collect();
    let why = |desired: &Desired| {
        let elsewhere = plan::in_former_chat(&counting, desired);
        let together = desired.waits_for.as_ref().filter(|_| !is_out(facts, desired));
        let elsewhere = elsewhere.map(|known| {
            let chat = facts.pauses.channels.get(&known.destination());
            let upgraded_to = chat.and_then(|chat| chat.upgraded_to);
            let is_upgraded = upgraded_to.is_some() && upgraded_to == desired.chat();
            explain::elsewhere(FormerChatPresence::of(known), is_upgraded)
        });
        elsewhere.or_else(|| together.map(|_| Text::WhyTogether))
    };
    let wanted = facts.wanted().iter().filter(|desired| !desired.draft);
    wanted.filter_map(|desired| Some((desired, why(desired)?))).collect()
}

/// Whether a part of the edition is, or may be, in its channel.
fn is_out(facts: &PostFacts, desired: &Desired) -> bool {
    facts.of(desired).is_some_and(|one| may_be_in_channel(&one.publication))
}

fn may_be_in_channel(known: &Publication) -> bool {
    known.parts.iter().any(Part::may_be_in_channel)
}

/// Whether the edition is due already, as it is shown: publishing it now would change nothing.
fn is_due(facts: &PostFacts, desired: &Desired) -> bool {
    facts.of(desired).is_some_and(|one| {
        one.publication.state == State::Due && facts.is_as_shown(&one.publication)
    })
}

fn say_not_enqueued(reply: &mut MessageBuilder, post: &PostId, channel: &str, why: Text) {
    let why = ("why", Span::plain(why.of(reply.language())));
    reply.line(
        Text::NotEnqueued,
        &[("post", Span::code(post)), ("channel", Span::bold(channel)), why],
    );
}

/// Adds the approvals so far, and the button where this operator's approval counts.
fn say_approvals(
    reply: &mut MessageBuilder,
    facts: &PostFacts,
    waiting: &[&ChannelPublication],
    role: Role,
) {
    for ChannelPublication { publication: known, channel, .. } in waiting {
        let words = [
            ("channel", Span::bold(channel)),
            ("given", Span::plain(known.approvals.by.len())),
            ("needed", Span::plain(known.approvals.needed.max(facts.approvals))),
        ];
        reply.line(Text::ApprovalsSoFar, &words);
    }
    let counts = waiting.iter().any(|one| one.publication.approvals.accepts(facts.reader));
    if counts && role.may(Role::Publisher) {
        reply.action(Text::Approve, PostAction::Approve(facts.content()).of(&facts.post));
    }
}

/// The buttons that resume a partly sent or refused post, where it would send what is shown.
fn offer_to_resume(reply: &mut MessageBuilder, facts: &PostFacts) {
    let is_half = |known: &Publication| facts::is_releasable(known) && known.sent_count() > 0;
    let mut row = Vec::new();
    if facts.any_publication(|known| facts.is_as_shown(known) && is_half(known)) {
        let action = PostAction::Release(facts.seen()).of(&facts.post);
        row.push(reply.button(Text::Release, action));
    }
    if facts.any_publication(|known| facts.is_as_shown(known) && facts::has_failed(known)) {
        let action = PostAction::Retry(facts.seen()).of(&facts.post);
        row.push(reply.button(Text::TryAgain, action));
    }
    reply.row(row);
    let is_stuck = |one: &&ChannelPublication| {
        let known = &one.publication;
        let stands = is_half(known) || facts::has_failed(known) && known.sent_count() > 0;
        stands && !facts.is_as_shown(known)
    };
    for one in facts.here.iter().filter(is_stuck) {
        reply.line(Text::HalfSent, &[("channel", Span::bold(&one.channel))]);
    }
}

/// Adds times to choose from. A date is fixed when it is shown.
pub(super) fn times(
    mut reply: MessageBuilder,
    post: &PostId,
    shown: &SeenPost,
    channels: &[&Channel],
    now: Timestamp,
) -> Reply {
    reply.line(Text::ChooseTime, &[("post", Span::plain(post))]);
    let put = |time| PostAction::Publish(shown.clone(), time).of(post);
    let zones: Vec<_> = channels.iter().map(|channel| &channel.timezone).collect();
    let at = |days: i64, typed: &str, clock: &str| match zones.as_slice() {
        [first, others @ ..] if others.iter().all(|zone| zone == first) => {
            let today = now.to_zoned_datetime((*first).clone()).date();
            let date = today.saturating_add(jiff::Span::new().days(days));
            ButtonTime::Typed(format!("{date} {clock}"))
        }
        // A time of day in each channel's own zone.
        _ => ButtonTime::Typed(format!("{typed} {clock}")),
    };
    let is_evening = |zone: &&TimeZone| now.to_zoned_datetime((*zone).clone()).hour() >= 20;
    let hour = reply.button(Text::InAnHour, put(ButtonTime::Typed("+1h".to_owned())));
    let tonight = if zones.iter().any(is_evening) {
        reply.button(Text::InThreeHours, put(ButtonTime::Typed("+3h".to_owned())))
    } else {
        reply.button(Text::Tonight, put(at(0, "today", "20:00")))
    };
    let tomorrow = reply.button(Text::TomorrowMorning, put(at(1, "tomorrow", "09:00")));
    let has_slots = channels.len() == shown.content.len()
        && channels.iter().all(|channel| !channel.slots.is_empty());
    let slot = has_slots.then(|| reply.button(Text::NextSlot, put(ButtonTime::Slot)));
    let back = reply.button(Text::Back, PostAction::Card.of(post));
    reply.row(slot.into_iter().chain([hour])).row([tonight, tomorrow]).row([back]);
    reply.build()
}

//! What an alert says about publications that need attention: a pure view.

use jiff::Timestamp;

use super::action_buttons::{Action, Filter, PostAction};
use super::card::{decisions, offer_for_comments};
use super::explain;
use super::facts::{self, ChannelPublication};
use super::language::Language;
use super::reply::{MessageBuilder, Reply, Span, enumerated, time};
use super::state;
use super::text::Text;
use crate::config::Role;
use crate::ids::PostId;
use crate::outbox::{HoldReason, HookFailure, Notice, Refusal, State};

/// The most posts in one message.
const LINES: usize = 10;

/// The facts of an alert.
#[derive(Debug)]
pub(super) struct NoticeFacts {
    pub(super) notice: Notice,
    /// The publications that still need attention.
    pub(super) open: Vec<ChannelPublication>,
    /// Where in their files the refused parts begin.
    pub(super) places: Vec<String>,
    /// Who asks for approval; `None` where the file does.
    pub(super) requester: Option<String>,
    pub(super) now: Timestamp,
}

/// Whether one message reports the notice for both posts: approval is asked for per post, and posts that are held for
/// the same reason form one list.
#[must_use]
pub fn joins(notice: &Notice, one: &PostId, other: &PostId) -> bool {
    match notice {
        Notice::Held { held: HoldReason::Approvals } | Notice::ApprovalDue { .. } => one == other,
        Notice::Held { held } => matches!(
            held,
            HoldReason::Missed
                | HoldReason::FileAppearedLate
                | HoldReason::CatchUp
                | HoldReason::Expired
                | HoldReason::MediaMissing
                | HoldReason::Restored
        ),
        _ => false,
    }
}

/// The alert as an operator of this role sees it; without a role, as a chat without buttons does.
pub(super) fn notice(facts: &NoticeFacts, language: Language, role: Option<Role>) -> Reply {
    let mut posts: Vec<&PostId> = facts.open.iter().map(|one| &one.publication.post).collect();
    posts.sort();
    posts.dedup();
    let mut reply = MessageBuilder::new(language);
    match (posts.as_slice(), facts.open.as_slice()) {
        ([_], [first, ..]) => say_notice(&mut reply, facts, first, role),
        _ => say_list(&mut reply, facts, &posts, role),
    }
    reply.build()
}

/// Adds what needs attention about one post, in one channel or in several.
fn say_notice(
    reply: &mut MessageBuilder,
    facts: &NoticeFacts,
    first: &ChannelPublication,
    role: Option<Role>,
) {
    let known = &first.publication;
    let channels = channels(facts.open.iter(), reply.language());
    if facts.notice == (Notice::Held { held: HoldReason::Approvals }) {
        say_requester(reply, facts, first, channels);
    } else if let Notice::ApprovalDue { due_at } = facts.notice {
        let time = ("time", Span::Plain(time(due_at, &first.zone, reply.language())));
        reply.say(
            Text::ApprovalDue,
            &[("post", Span::code(&known.post)), ("channel", channels), time],
        );
    } else {
        let words = [("post", Span::code(&known.post)), ("channel", channels)];
        reply.say(Text::AlertHeading, &words);
    }
    let part_of =
        |reply: &MessageBuilder, part| ("part", state::part_of(reply, part, known.parts.len()));
    let place = state::place(reply, known);
    match &facts.notice {
        Notice::Uncertain { part } => {
            let part = part_of(reply, *part);
            state::say_unknown_outcome(reply.line(Text::OutcomeUnknown, &[part]), first);
        }
        Notice::NeedsOperator { part } => {
            let part = part_of(reply, *part);
            state::say_unknown_outcome(reply.line(Text::PleaseCheck, &[part, place]), first);
        }
        Notice::Duplicate { part, message_ids } => {
            let ids: Vec<_> = message_ids.iter().map(ToString::to_string).collect();
            let words = [part_of(reply, *part), place, ("ids", Span::plain(ids.join(", ")))];
            reply.line(Text::SentTwice, &words);
        }
        Notice::Failed { part } => state::say_refusal(reply, known, *part),
        Notice::Conflict { .. } => state::say_why(reply, first),
        Notice::Held { held: HoldReason::Approvals } | Notice::ApprovalDue { .. } => {}
        Notice::Held { held } => state::say_held(reply, known, held),
        Notice::EndMissed { .. } => state::say_ends(reply, first),
        Notice::Missed => drop(reply.line(Text::SkippedMissed, &[])),
        Notice::LongWait { until } => {
            let time = Span::Plain(time(*until, &first.zone, reply.language()));
            reply.line(Text::AskedToWait, &[("time", time)]);
        }
        Notice::ChannelPaused if known.is_comments() => {
            reply.line(Text::RefusesBotInGroup, &[]);
        }
        Notice::ChannelPaused => {
            let text = match first.refusal {
                Some(Refusal::TopicClosed) => Text::TopicClosed,
                Some(Refusal::TopicMissing) => Text::TopicMissing,
                Some(Refusal::Upgraded { .. }) => Text::GroupUpgraded,
                _ => Text::RefusesBot,
            };
            reply.line(text, &[("channel", Span::bold(&first.channel))]);
        }
        Notice::Hook { program, failure } => say_hook(reply, program, failure),
        Notice::BotStopped => drop(reply.line(Text::RefusesToken, &[])),
    }
    for place in &facts.places {
        reply.block(place);
    }
    if let Some(role) = role {
        offer(reply, &facts.notice, first, role);
    }
}

/// Adds why a hook failed.
fn say_hook(reply: &mut MessageBuilder, program: &str, failure: &HookFailure) {
    reply.line(Text::HookFailed, &[("program", Span::code(program))]);
    let (text, value) = match failure {
        HookFailure::NotStarted { why } => (Text::HookNotStarted, ("why", Span::plain(why))),
        HookFailure::Exit { code } => (Text::HookExit, ("code", Span::plain(code))),
        HookFailure::Signal { signal } => (Text::HookSignal, ("signal", Span::plain(signal))),
        HookFailure::TimedOut { seconds } => {
            (Text::HookTimedOut, ("seconds", Span::plain(seconds)))
        }
        HookFailure::Interrupted => {
            reply.line(Text::HookInterrupted, &[]);
            return;
        }
    };
    reply.line(text, &[value]);
}

/// Adds who asks for approval, and of what.
fn say_requester(
    reply: &mut MessageBuilder,
    facts: &NoticeFacts,
    one: &ChannelPublication,
    channels: Span,
) {
    let known = &one.publication;
    let text = match &facts.requester {
        None => Text::FileAsksFor,
        Some(_) if known.sent_count() > 0 && known.state == State::Published => Text::AsksToEdit,
        Some(_) if known.due_at > facts.now => Text::AsksForTime,
        Some(_) => Text::AsksForNow,
    };
    let words = [
        ("post", Span::code(&known.post)),
        ("channel", channels),
        ("who", Span::plain(facts.requester.as_deref().unwrap_or_default())),
        ("time", Span::Plain(time(known.due_at, &one.zone, reply.language()))),
    ];
    reply.say(text, &words);
}

/// Lists posts that wait for the same decision, with a button for each.
fn say_list(
    reply: &mut MessageBuilder,
    facts: &NoticeFacts,
    posts: &[&PostId],
    role: Option<Role>,
) {
    reply.say(Text::SeveralNeedDecision, &[("count", Span::bold(posts.len()))]);
    for post in posts.iter().take(LINES) {
        let of_post = || facts.open.iter().filter(|one| one.publication.post == **post);
        let words =
            [("post", Span::code(post)), ("channel", channels(of_post(), reply.language()))];
        reply.line(Text::AlertHeading, &words).put(" ");
        let held = of_post().find_map(|one| match &one.publication.state {
            State::Held { held } => Some((one, held)),
            _ => None,
        });
        if let Some((one, held)) = held {
            let place = state::place(reply, &one.publication);
            reply.say(explain::held(held), &[place]);
        }
    }
    reply.more(posts.len(), LINES);
    if role.is_none() {
        return;
    }
    reply.cards(posts.iter().copied().take(LINES));
    if posts.len() > LINES {
        reply.action(Text::Problems, Action::list(Filter::Problems));
    }
}

/// The buttons that settle it, and those that lead to the preview and the card.
fn offer(reply: &mut MessageBuilder, notice: &Notice, one: &ChannelPublication, role: Role) {
    let known = &one.publication;
    let card = reply.button(Text::OpenCard, PostAction::Card.of(&known.post));
    if known.is_comments() {
        offer_for_comments(reply, one, role);
        reply.row([card]);
        return;
    }
    if role.may(Role::Admin) {
        reply.rows(decisions(reply.language(), known));
    }
    // A post is looked at before it is released.
    let look = match notice {
        Notice::Held { held: HoldReason::Approvals } | Notice::ApprovalDue { .. } => {
            Some(Text::Review)
        }
        Notice::Held { held: HoldReason::Changed } => Some(Text::Preview),
        Notice::Held { held } if *held != HoldReason::Restored => Some(Text::Release),
        Notice::Failed { .. } => Some(Text::TryAgain),
        _ => None,
    };
    let post = &known.post;
    let look = look.map(|label| reply.button(label, PostAction::Preview.of(post)));
    let can_be_off = matches!(notice, Notice::Held { .. })
        && matches!(known.state, State::Held { .. })
        && facts::waits(known)
        && role.may(Role::Publisher);
    let off = can_be_off.then(|| reply.button(Text::Unschedule, PostAction::Cancel.of(post)));
    reply.row(look).row(off).row([card]);
}

fn channels<'o>(open: impl Iterator<Item = &'o ChannelPublication>, language: Language) -> Span {
    let names: Vec<_> = open.map(|one| one.channel.as_str()).collect();
    Span::Bold(enumerated(&names, language))
}

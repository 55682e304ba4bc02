//! The status page: what was published lately, what waits, and what needs a decision.

use std::cmp::Reverse;

use jiff::{SignedDuration, Timestamp};

use super::Bot;
use super::action_buttons::{Action, Filter, PostAction};
use super::explain;
use super::facts::{self, ChannelPublication, PausedChannel, Pauses, by_post};
use super::language::Language;
use super::post_source::OpenConflict;
use super::reply::{Button, MessageBuilder, Reply, Span, time};
use super::session::{HandlerResult, Session};
use super::state;
use super::text::Text;
use crate::ids::PostId;
use crate::operations::OperationError;
use crate::outbox::{Publication, Refusal, State, StopReason};
use crate::status;
use crate::store::Query;

/// The most lines under one heading.
pub(super) const LINES: usize = 5;

/// The most published posts that are read to find the recent ones.
const LOOKED_AT: usize = 50;

const LATELY: SignedDuration = SignedDuration::from_hours(24);

/// The facts of the page. The first publication of each group that is shown has its messages.
#[derive(Debug, Default)]
pub(super) struct StatusFacts {
    pub(super) pauses: Pauses,
    pub(super) paused: Vec<PausedChannel>,
    /// Newest first.
    pub(super) published: Vec<ChannelPublication>,
    pub(super) waiting: Vec<Vec<ChannelPublication>>,
    pub(super) needs: Vec<Vec<ChannelPublication>>,
    pub(super) conflicts: Vec<OpenConflict>,
}

impl Session<'_> {
    /// Shows the status.
    pub(super) async fn status(&self) -> HandlerResult {
        let now = self.bot.clock.now();
        let since = now.checked_sub(LATELY).unwrap_or(now);
        Ok(Some(view(&self.bot.status_facts(since).await?, self.language)))
    }
}

impl Bot<'_> {
    /// Reads the facts of the status page, with what was published since then.
    pub(super) async fn status_facts(
        &self,
        since: Timestamp,
    ) -> Result<StatusFacts, OperationError> {
        let operations = self.operations;
        let pauses = self.pauses().await?;
        let all = operations.store.publications(Query::Outline).await?;
        // An older publication may wait too, in the former chat of its channel.
        let counting = status::listed(&all);
        let is_published = |known: &&&Publication| known.state == State::Published;
        let mut published = Vec::new();
        // The outline of the journal leaves out the messages of finished posts. A post that was due long ago may have
        // been published lately.
        for known in counting.iter().rev().filter(is_published).take(LOOKED_AT) {
            let whole = operations.publication(known.id).await?;
            if whole.published_at() >= since {
                published.push(self.in_channel(&whole, &pauses));
            }
        }
        published.sort_by_key(|one| Reverse(one.publication.published_at()));
        let counting = counting.into_iter().map(|known| self.in_channel(known, &pauses));
        let (needs, others): (Vec<_>, Vec<_>) =
            counting.partition(ChannelPublication::needs_somebody);
        let waiting =
            others.into_iter().filter(|one| status::is_unfinished(&one.publication)).collect();
        let mut needs = by_post(needs);
        for first in needs.iter_mut().take(LINES).filter_map(|group| group.first_mut()) {
            first.publication = operations.publication(first.publication.id).await?;
        }
        let conflicts = self.source.conflicts().await?;
        let channels = self.paused_channels(&pauses);
        let waiting = by_post(waiting);
        Ok(StatusFacts { pauses, paused: channels, published, waiting, needs, conflicts })
    }
}

pub(super) fn view(facts: &StatusFacts, language: Language) -> Reply {
    let mut reply = MessageBuilder::new(language);
    say_pauses(&mut reply, &facts.pauses, &facts.paused);
    say_published(&mut reply, &facts.published, Text::StatusPublished);
    let waiting = &facts.waiting;
    reply.newline().line(Text::StatusWaits, &[("count", Span::bold(waiting.len()))]);
    for group in waiting.iter().take(LINES) {
        if let Some(first) = say_names(&mut reply, group) {
            reply.put(": ");
            if first.publication.state.is_terminal() {
                state::say_change(&mut reply, first);
            } else {
                state::say_state(&mut reply, first);
            }
        }
    }
    say_more(&mut reply, waiting.len(), Text::Waiting, Action::Queue { page: 0 });
    // An operator's own pause needs no attention.
    let is_paused = |stopped: &StopReason| matches!(stopped, StopReason::Paused(_));
    let is_refused = facts.paused.iter().any(|channel| channel.refusal.is_some());
    if !facts.needs.is_empty() || !facts.conflicts.is_empty() {
        say_needs(&mut reply, facts, &[]);
    } else if !is_refused && facts.pauses.stopped.as_ref().is_none_or(is_paused) {
        reply.newline().line(Text::StatusFine, &[]);
    }
    reply.build()
}

/// Adds what was published, newest first, under a heading.
pub(super) fn say_published(
    reply: &mut MessageBuilder,
    published: &[ChannelPublication],
    heading: Text,
) {
    reply.line(heading, &[("count", Span::bold(published.len()))]);
    for one in published.iter().take(LINES) {
        say_names(reply, std::slice::from_ref(one));
        let time = time(one.publication.published_at(), &one.zone, reply.language());
        reply.put(": ").put(&time).link(one.link());
    }
    say_more(reply, published.len(), Text::PublishedOnes, Action::list(Filter::Published));
}

pub(super) fn say_pauses(reply: &mut MessageBuilder, pauses: &Pauses, channels: &[PausedChannel]) {
    if let Some(stopped) = &pauses.stopped {
        let (text, name, value) = match stopped {
            // The name that was recorded when the operator paused everything.
            StopReason::Paused(who) => (Text::StatusPaused, "who", Span::plain(who)),
            StopReason::Restored(_) => {
                (Text::StatusRestored, "command", Span::code("telepress resolve --after-restore"))
            }
            StopReason::Refused(why) => (Text::StatusRefused, "why", Span::plain(why)),
        };
        reply.line(text, &[(name, value)]);
    }
    for channel in channels {
        let text = match channel.refusal {
            None => Text::ChannelPaused,
            Some(Refusal::TopicClosed) => Text::TopicClosed,
            Some(Refusal::TopicMissing) => Text::TopicMissing,
            Some(Refusal::Upgraded { .. }) => Text::GroupUpgraded,
            Some(_) => Text::ChannelRefused,
        };
        reply.line(text, &[("channel", Span::bold(&channel.name))]);
    }
}

/// Adds what needs a decision, and the posts whose files have errors; the first ones with the buttons of their cards.
pub(super) fn say_needs(reply: &mut MessageBuilder, facts: &StatusFacts, broken: &[PostId]) {
    let StatusFacts { needs, conflicts, .. } = facts;
    let count = needs.len() + conflicts.len() + broken.len();
    reply.newline().line(Text::StatusNeeds, &[("count", Span::bold(count))]);
    let card = |sign: &str, post: &PostId| {
        Button::new(format!("{sign} {post}"), PostAction::Card.of(post))
    };
    for group in needs.iter().take(LINES) {
        let Some(one) = say_names(reply, group) else { continue };
        let known = &one.publication;
        state::say_why(reply, one);
        if !facts::is_problem(known) {
            reply.line(Text::HeldApprovals, &[]);
        }
        reply.row([card(state::state_emoji(&known.state), &known.post)]);
    }
    for conflict in conflicts.iter().take(LINES.saturating_sub(needs.len())) {
        let OpenConflict { post, channel, reason, .. } = conflict;
        reply.newline().put("⚠️ ").word(&Span::code(post));
        reply.put(" → ").word(&Span::bold(channel)).put(": ");
        reply.word(&explain::plan(reason, reply.language()));
        reply.row([card("⚠️", post)]);
    }
    for post in broken.iter().take(LINES.saturating_sub(needs.len() + conflicts.len())) {
        reply.newline().put("🛑 ").word(&Span::code(post)).put(": ").say(Text::StateBroken, &[]);
        reply.row([card("🛑", post)]);
    }
    say_more(reply, count, Text::Problems, Action::list(Filter::Problems));
}

/// `✅ post → channel, channel`, on a line of its own; returns the first of them.
pub(super) fn say_names<'g>(
    reply: &mut MessageBuilder,
    group: &'g [ChannelPublication],
) -> Option<&'g ChannelPublication> {
    let first = group.first()?;
    reply.newline().put(state::state_emoji(&first.publication.state)).put(" ");
    let channels: Vec<_> = group.iter().map(|one| one.channel.as_str()).collect();
    reply.word(&Span::code(&first.publication.post)).put(" → ");
    reply.word(&Span::bold(channels.join(", ")));
    Some(first)
}

pub(super) fn say_more(reply: &mut MessageBuilder, count: usize, label: Text, all: Action) {
    if count > LINES {
        reply.more(count, LINES).action(label, all);
    }
}

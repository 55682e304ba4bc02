//! The status: what went out lately, what waits, what needs a decision, each with its few first and the way to the others.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::buttons::{Action, Filter};
use super::pauses::Pauses;
use super::post_source::OpenConflict;
use super::reply::{Button, MessageBuilder, Reply, Span};
use super::session::Session;
use super::state;
use super::text::Text;
use crate::desk::DeskFault;
use crate::ids::PostId;
use crate::outbox::{Publication, State};
use crate::status;
use crate::store::Wanted;

/// Lines under one heading.
const LINES: usize = 5;

/// Published posts that are asked when they went out.
const LOOKED_AT: usize = 50;

/// How far back it looks.
const LATELY: SignedDuration = SignedDuration::from_hours(24);

impl Session<'_> {
    /// What went out, what waits, what needs a decision.
    pub(super) async fn status(&self) -> Result<Reply, DeskFault> {
        let now = self.bot.clock.now();
        let all = self.bot.desk.store.publications(Wanted::Outline).await?;
        let counting = status::newest(&all);
        let mut reply = self.reply();
        self.say_stops(&mut reply).await?;
        self.say_gone_out(&mut reply, &counting, now).await?;
        let needed = self.bot.desk.policy().approvals;
        let (needs, others): (Vec<&Publication>, Vec<_>) =
            counting.iter().partition(|known| state::needs_somebody(known, needed));
        let waiting: Vec<_> =
            others.into_iter().filter(|known| !known.state.is_terminal()).collect();
        self.say_waiting(&mut reply, &waiting).await?;
        let conflicts = self.bot.source.conflicts().await?;
        if needs.is_empty() && conflicts.is_empty() {
            reply.newline().line(Text::StatusFine, &[]);
            return Ok(reply.page());
        }
        self.say_needs(&mut reply, &needs, &conflicts).await?;
        Ok(reply.page())
    }

    /// What is paused.
    pub(super) async fn say_stops(&self, reply: &mut MessageBuilder) -> Result<(), DeskFault> {
        let store = &self.bot.desk.store;
        if let Some(stopped) = store.journal().await?.stopped {
            let why = self.why(&TimeZone::UTC).of_stop(&stopped);
            reply.line(Text::StatusPaused, &[("why", why)]);
        }
        let paused = store.channels().await?.into_iter().filter(|known| known.paused.is_some());
        for paused in paused {
            let name = Span::bold(self.bot.desk.name_of(paused.chat));
            reply.line(Text::ChannelPaused, &[("channel", name)]);
        }
        Ok(())
    }

    /// What went out lately, the newest first, each with its link.
    async fn say_gone_out(
        &self,
        reply: &mut MessageBuilder,
        counting: &[&Publication],
        now: Timestamp,
    ) -> Result<(), DeskFault> {
        let since = now.checked_sub(LATELY).unwrap_or(now);
        let published = |known: &&&Publication| known.state == State::Published;
        let mut recent = Vec::new();
        // The whole journal was read without the messages of what is over. What was due long ago may have gone out lately.
        for known in counting.iter().rev().filter(published).take(LOOKED_AT) {
            let whole = self.bot.desk.publication(known.id).await?;
            if whole.went_out() >= since {
                recent.push(whole);
            }
        }
        recent.sort_by_key(|known| std::cmp::Reverse(known.went_out()));
        reply.line(Text::StatusWentOut, &[("count", Span::bold(recent.len()))]);
        for known in recent.iter().take(LINES) {
            self.say_names(reply, &[known]);
            let time = state::time(known.went_out(), &self.zone(known));
            reply.put(": ").word(&Span::plain(time));
            if let Some(link) = self.bot.desk.standing(known).link {
                let open = Text::OpenMessage.of(self.language);
                reply.put(" · ").word(&Span::Link(open.to_owned(), link));
            }
        }
        let all = Action::list(Filter::Published);
        say_more(reply, recent.len(), Text::PublishedOnes, all);
        Ok(())
    }

    /// What waits, the first of it.
    async fn say_waiting(
        &self,
        reply: &mut MessageBuilder,
        waiting: &[&Publication],
    ) -> Result<(), DeskFault> {
        let pauses = self.pauses().await?;
        let groups = by_post(waiting, &pauses);
        reply.newline().line(Text::StatusWaits, &[("count", Span::bold(groups.len()))]);
        for group in groups.iter().take(LINES) {
            if let Some(known) = self.say_names(reply, group) {
                reply.put(": ");
                state::say(reply, known, &self.zone(known), pauses.of(known));
            }
        }
        say_more(reply, groups.len(), Text::Waiting, Action::Queue { page: 0 });
        Ok(())
    }

    /// What needs a decision, the first of it with the buttons of its cards.
    async fn say_needs(
        &self,
        reply: &mut MessageBuilder,
        needs: &[&Publication],
        conflicts: &[OpenConflict],
    ) -> Result<(), DeskFault> {
        let groups = by_post(needs, &self.pauses().await?);
        let count = groups.len() + conflicts.len();
        reply.newline().line(Text::StatusNeeds, &[("count", Span::bold(count))]);
        for group in groups.iter().take(LINES) {
            let Some(known) = self.say_names(reply, group) else { continue };
            // Of what was refused the whole journal was read without the reason.
            state::say_why(reply, &self.bot.desk.publication(known.id).await?);
            if !state::is_problem(known) {
                reply.line(Text::HeldApprovals, &[]);
            }
            say_way(reply, state::sign(&known.state), &known.post);
        }
        for conflict in conflicts.iter().take(LINES.saturating_sub(groups.len())) {
            let OpenConflict { post, channel, reason, zone } = conflict;
            reply.newline().put("⚠️ ").word(&Span::code(post));
            reply.put(" → ").word(&Span::bold(channel)).put(": ");
            reply.word(&self.why(zone).of_plan(reason));
            say_way(reply, "⚠️", post);
        }
        say_more(reply, count, Text::Problems, Action::list(Filter::Problems));
        Ok(())
    }

    /// `✅ post → channel, channel`, on a line of its own; the first of them.
    fn say_names<'k>(
        &self,
        reply: &mut MessageBuilder,
        group: &[&'k Publication],
    ) -> Option<&'k Publication> {
        let known = *group.first()?;
        reply.newline().put(state::sign(&known.state)).put(" ");
        let channels = self.bot.channels(group.iter().copied());
        reply.word(&Span::code(&known.post)).put(" → ").word(&channels);
        Some(known)
    }
}

/// The button of a post's card.
fn say_way(reply: &mut MessageBuilder, sign: &str, post: &PostId) {
    let action = Action::Card(post.clone());
    reply.row([Button { label: format!("{sign} {post}"), action }]);
}

/// Publications of one post that wait alike in several channels are one line; all others have a reason of their own.
fn by_post<'k>(all: &[&'k Publication], pauses: &Pauses) -> Vec<Vec<&'k Publication>> {
    let mut groups: Vec<Vec<&Publication>> = Vec::new();
    let mut of_post: HashMap<&PostId, Vec<usize>> = HashMap::new();
    for known in all {
        let waits = matches!(known.state, State::Scheduled | State::Due | State::Held { .. });
        let is_alike = |first: &Publication| {
            waits
                && first.state == known.state
                && first.due_at == known.due_at
                && pauses.of(first) == pauses.of(known)
        };
        let candidates = of_post.entry(&known.post).or_default();
        let found = candidates.iter().copied().find(|at| {
            groups.get(*at).and_then(|group| group.first()).is_some_and(|first| is_alike(first))
        });
        if let Some(group) = found.and_then(|at| groups.get_mut(at)) {
            group.push(known);
        } else {
            candidates.push(groups.len());
            groups.push(vec![known]);
        }
    }
    groups
}

fn say_more(reply: &mut MessageBuilder, count: usize, label: Text, all: Action) {
    if let Some(more) = count.checked_sub(LINES).filter(|more| *more > 0) {
        reply.line(Text::AndMore, &[("count", Span::plain(more))]);
        reply.row([reply.button(label, all)]);
    }
}

//! The status: what went out lately, what waits, what needs a decision, each with its few first and the way to the others.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::asker::Asker;
use super::buttons::{Deed, Filter};
use super::gates::Gates;
use super::page::{Button, Does, Page, Speech, Word};
use super::phrase::Phrase;
use super::shelf::OpenConflict;
use super::state;
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

impl Asker<'_> {
    /// What went out, what waits, what needs a decision.
    pub(super) async fn status(&self) -> Result<Page, DeskFault> {
        let now = self.bot.clock.now();
        let all = self.bot.desk.store.publications(Wanted::Outline).await?;
        let counting = status::newest(&all);
        let mut speech = self.speech();
        self.say_stops(&mut speech).await?;
        self.say_gone_out(&mut speech, &counting, now).await?;
        let needed = self.bot.desk.policy().approvals;
        let (needs, others): (Vec<&Publication>, Vec<_>) =
            counting.iter().partition(|known| state::needs_somebody(known, needed));
        let waiting: Vec<_> =
            others.into_iter().filter(|known| !known.state.is_terminal()).collect();
        self.say_waiting(&mut speech, &waiting).await?;
        let conflicts = self.bot.shelf.conflicts().await?;
        if needs.is_empty() && conflicts.is_empty() {
            speech.newline().line(Phrase::StatusFine, &[]);
            return Ok(speech.page());
        }
        self.say_needs(&mut speech, &needs, &conflicts).await?;
        Ok(speech.page())
    }

    /// What is paused.
    pub(super) async fn say_stops(&self, speech: &mut Speech) -> Result<(), DeskFault> {
        let store = &self.bot.desk.store;
        if let Some(stopped) = store.journal().await?.stopped {
            let why = self.why(&TimeZone::UTC).of_stop(&stopped);
            speech.line(Phrase::StatusPaused, &[("why", why)]);
        }
        let paused = store.channels().await?.into_iter().filter(|known| known.paused.is_some());
        for paused in paused {
            let name = Word::bold(self.bot.desk.name_of(paused.chat));
            speech.line(Phrase::ChannelPaused, &[("channel", name)]);
        }
        Ok(())
    }

    /// What went out lately, the newest first, each with its link.
    async fn say_gone_out(
        &self,
        speech: &mut Speech,
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
        speech.line(Phrase::StatusWentOut, &[("count", Word::bold(recent.len()))]);
        for known in recent.iter().take(LINES) {
            self.say_names(speech, &[known]);
            let time = state::time(known.went_out(), &self.zone(known));
            speech.put(": ").word(&Word::plain(time));
            if let Some(link) = self.bot.desk.standing(known).link {
                let open = Phrase::OpenMessage.of(self.language);
                speech.put(" · ").word(&Word::Link(open.to_owned(), link));
            }
        }
        let all = Deed::list(Filter::Published);
        say_more(speech, recent.len(), Phrase::PublishedOnes, all);
        Ok(())
    }

    /// What waits, the first of it.
    async fn say_waiting(
        &self,
        speech: &mut Speech,
        waiting: &[&Publication],
    ) -> Result<(), DeskFault> {
        let gates = self.gates().await?;
        let groups = by_post(waiting, &gates);
        speech.newline().line(Phrase::StatusWaits, &[("count", Word::bold(groups.len()))]);
        for group in groups.iter().take(LINES) {
            if let Some(known) = self.say_names(speech, group) {
                speech.put(": ");
                state::say(speech, known, &self.zone(known), gates.of(known));
            }
        }
        say_more(speech, groups.len(), Phrase::Waiting, Deed::Queue { page: 0 });
        Ok(())
    }

    /// What needs a decision, the first of it with the buttons of its cards.
    async fn say_needs(
        &self,
        speech: &mut Speech,
        needs: &[&Publication],
        conflicts: &[OpenConflict],
    ) -> Result<(), DeskFault> {
        let groups = by_post(needs, &self.gates().await?);
        let count = groups.len() + conflicts.len();
        speech.newline().line(Phrase::StatusNeeds, &[("count", Word::bold(count))]);
        for group in groups.iter().take(LINES) {
            let Some(known) = self.say_names(speech, group) else { continue };
            // Of what was refused the whole journal was read without the reason.
            state::say_why(speech, &self.bot.desk.publication(known.id).await?);
            if !state::is_problem(known) {
                speech.line(Phrase::HeldApprovals, &[]);
            }
            say_way(speech, state::sign(&known.state), &known.post);
        }
        for conflict in conflicts.iter().take(LINES.saturating_sub(groups.len())) {
            let OpenConflict { post, channel, reason, zone } = conflict;
            speech.newline().put("⚠️ ").word(&Word::code(post));
            speech.put(" → ").word(&Word::bold(channel)).put(": ");
            speech.word(&self.why(zone).of_plan(reason));
            say_way(speech, "⚠️", post);
        }
        say_more(speech, count, Phrase::Problems, Deed::list(Filter::Problems));
        Ok(())
    }

    /// `✅ post → channel, channel`, on a line of its own; the first of them.
    fn say_names<'k>(
        &self,
        speech: &mut Speech,
        group: &[&'k Publication],
    ) -> Option<&'k Publication> {
        let known = *group.first()?;
        speech.newline().put(state::sign(&known.state)).put(" ");
        let channels = self.bot.channels(group.iter().copied());
        speech.word(&Word::code(&known.post)).put(" → ").word(&channels);
        Some(known)
    }
}

/// The button of a post's card.
fn say_way(speech: &mut Speech, sign: &str, post: &PostId) {
    let does = Does::Deed(Box::new(Deed::Card(post.clone())));
    speech.row([Button { label: format!("{sign} {post}"), does }]);
}

/// Publications of one post that wait alike in several channels are one line; all others have a reason of their own.
fn by_post<'k>(all: &[&'k Publication], gates: &Gates) -> Vec<Vec<&'k Publication>> {
    let mut groups: Vec<Vec<&Publication>> = Vec::new();
    let mut of_post: HashMap<&PostId, Vec<usize>> = HashMap::new();
    for known in all {
        let waits = matches!(known.state, State::Scheduled | State::Due | State::Held { .. });
        let is_alike = |first: &Publication| {
            waits
                && first.state == known.state
                && first.due_at == known.due_at
                && gates.of(first) == gates.of(known)
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

fn say_more(speech: &mut Speech, count: usize, label: Phrase, all: Deed) {
    if let Some(more) = count.checked_sub(LINES).filter(|more| *more > 0) {
        speech.line(Phrase::AndMore, &[("count", Word::plain(more))]);
        speech.row([speech.button(label, all)]);
    }
}

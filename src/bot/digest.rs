//! The status: what went out lately, what waits, what needs a decision, each with its few first and the way to the others.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::asker::Asker;
use super::buttons::{Deed, Filter};
use super::page::{Button, Does, Page, Speech, Word};
use super::phrase::Phrase;
use super::state;
use crate::desk::{DeskFault, number_of};
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
        self.say_group(&mut speech, Phrase::StatusWaits, &waiting, Deed::Queue { page: 0 }).await?;
        if needs.is_empty() {
            speech.newline().line(Phrase::StatusFine, &[]);
            return Ok(speech.page());
        }
        let problems = Deed::list(Filter::Problems);
        self.say_group(&mut speech, Phrase::StatusNeeds, &needs, problems).await?;
        Ok(speech.page())
    }

    /// What is paused.
    async fn say_stops(&self, speech: &mut Speech) -> Result<(), DeskFault> {
        let store = &self.bot.desk.store;
        if let Some(stopped) = store.journal().await?.stopped {
            let why = self.why(&TimeZone::UTC).of_stop(&stopped);
            speech.line(Phrase::StatusPaused, &[("why", why)]);
        }
        let chats = self.bot.shelf.chats();
        let paused = store.channels().await?.into_iter().filter(|known| known.paused.is_some());
        for paused in paused {
            let config = &self.bot.desk.newsroom.config;
            let mut channels = config.channels.iter();
            let known = channels.find(|known| number_of(known, &chats) == Some(paused.chat));
            let name =
                known.map_or_else(|| paused.chat.to_string(), |known| known.name.to_string());
            speech.line(Phrase::ChannelPaused, &[("channel", Word::bold(name))]);
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
            say_name(speech, known);
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

    /// A heading with how many there are, and the first of them, each with the button of its card.
    async fn say_group(
        &self,
        speech: &mut Speech,
        heading: Phrase,
        group: &[&Publication],
        all: Deed,
    ) -> Result<(), DeskFault> {
        speech.newline().line(heading, &[("count", Word::bold(group.len()))]);
        let is_problems = heading == Phrase::StatusNeeds;
        let gates = self.gates().await?;
        for known in group.iter().take(LINES) {
            say_name(speech, known);
            if is_problems {
                // Of what was refused the whole journal was read without the reason.
                state::say_why(speech, &self.bot.desk.publication(known.id).await?);
                if !state::is_problem(known) {
                    speech.line(Phrase::HeldApprovals, &[]);
                }
                let label = format!("{} {}", state::sign(&known.state), known.post);
                let does = Does::Deed(Box::new(Deed::Card(known.post.clone())));
                speech.row([Button { label, does }]);
            } else {
                speech.put(": ");
                state::say(speech, known, &self.zone(known), gates.of(known));
            }
        }
        let label = if is_problems { Phrase::Problems } else { Phrase::Waiting };
        say_more(speech, group.len(), label, all);
        Ok(())
    }
}

/// `✅ post → channel`, on a line of its own.
fn say_name(speech: &mut Speech, known: &Publication) {
    speech.newline().put(state::sign(&known.state)).put(" ");
    speech.word(&Word::code(&known.post)).put(" → ").word(&Word::bold(&known.channel));
}

/// That there are more than were shown, and the way to them.
fn say_more(speech: &mut Speech, count: usize, label: Phrase, all: Deed) {
    if let Some(more) = count.checked_sub(LINES).filter(|more| *more > 0) {
        speech.line(Phrase::AndMore, &[("count", Word::plain(more))]);
        speech.row([speech.button(label, all)]);
    }
}

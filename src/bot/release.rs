//! What was held or refused and goes on by a word, as it was shown.

use jiff::tz::TimeZone;

use super::buttons::{Action, Shown};
use super::card::{goes_by_word, shown};
use super::reply::MessageBuilder;
use super::session::Session;
use super::text::Text;
use crate::desk::DeskFault;
use crate::ids::PostId;
use crate::outbox::{Event, Publication, State};
use crate::plan::Desired;

impl Session<'_> {
    /// Lets a held one go on.
    pub(super) async fn release(&self, post: &PostId, as_shown: &Shown) -> Result<(), DeskFault> {
        let by = self.actor();
        let event = move |_: &Publication| Event::Release { by: by.clone() };
        self.resume(post, as_shown, goes_by_word, event, Text::Released).await
    }

    /// Goes on with a refused one.
    pub(super) async fn retry(&self, post: &PostId, as_shown: &Shown) -> Result<(), DeskFault> {
        let by = self.actor();
        let event = move |_: &Publication| Event::Retry { by: by.clone() };
        self.resume(post, as_shown, has_failed, event, Text::Retried).await
    }

    /// Lets the publications of a post go on that this applies to; where it looks different by now, the new preview comes
    /// instead.
    async fn resume(
        &self,
        post: &PostId,
        as_shown: &Shown,
        applies: fn(&Publication) -> bool,
        event: impl Fn(&Publication) -> Event,
        told: Text,
    ) -> Result<(), DeskFault> {
        let Some(wanted) = self.wanted(post).await else { return Ok(()) };
        let mut known = self.standing(post).await?;
        if shown(&wanted, &known) != *as_shown {
            return self.preview(post, Some(Text::HasChanged)).await;
        }
        known.retain(|known| applies(known) && is_as_shown(known, &wanted));
        if known.is_empty() {
            let page = self.card(post).await?;
            self.show(&page).await;
            return Ok(());
        }
        match self.desk().each(&known, event, self.bot.clock.now()).await {
            Ok(resumed) => self.show_ordered(self.reply(), &resumed, told).await?,
            Err(fault) if fault.is_refusal() => {
                self.show(&self.not_done(&fault, &TimeZone::UTC)).await;
            }
            Err(fault) => return Err(fault),
        }
        Ok(())
    }

    /// The buttons that let go on what stands half, or was refused: only where what would go on is what is shown.
    pub(super) fn offer_to_resume(
        &self,
        reply: &mut MessageBuilder,
        post: &PostId,
        known: &[Publication],
        wanted: &[Desired],
    ) {
        let shown = shown(wanted, known);
        let is_shown: Vec<_> = known.iter().filter(|known| is_as_shown(known, wanted)).collect();
        let mut row = Vec::new();
        if is_shown.iter().any(|known| goes_by_word(known) && known.sent() > 0) {
            let action = Action::Release { post: post.clone(), shown: shown.clone() };
            row.push(reply.button(Text::LetGo, action));
        }
        if is_shown.iter().any(|known| has_failed(known)) {
            let action = Action::Retry { post: post.clone(), shown };
            row.push(reply.button(Text::TryAgain, action));
        }
        reply.row(row);
        let is_stuck = |known: &&Publication| {
            let stands = known.sent() > 0 && (goes_by_word(known) || has_failed(known));
            stands && !is_as_shown(known, wanted)
        };
        for known in known.iter().filter(is_stuck) {
            reply.line(Text::HalfSent, &[("channel", self.channel(known))]);
        }
    }
}

pub(super) fn has_failed(known: &Publication) -> bool {
    matches!(known.state, State::Failed { .. })
}

/// Whether what would go on is what the file says, and so what was shown.
pub(super) fn is_as_shown(known: &Publication, wanted: &[Desired]) -> bool {
    let here = wanted.iter().find(|desired| desired.is_about(known));
    here.is_some_and(|here| here.payload == known.payload)
}

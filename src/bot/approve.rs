//! Approving: the word of publishers other than who asked, on exactly what they were shown.

use jiff::tz::TimeZone;

use super::buttons::{Action, Shown};
use super::card::shown;
use super::reply::{Button, MessageBuilder, Span};
use super::session::Session;
use super::text::Text;
use crate::config::Role;
use crate::desk::DeskFault;
use crate::ids::PostId;
use crate::outbox::{Event, Publication};
use crate::plan::Desired;
use crate::store::Order;

impl Session<'_> {
    /// What of a post waits for approvals, as it would go out now.
    pub(super) fn to_approve<'k>(
        &self,
        known: &'k [Publication],
        wanted: &[Desired],
    ) -> Vec<&'k Publication> {
        let needed = self.bot.desk.policy().approvals;
        let is_as_shown = |known: &&Publication| {
            let here = wanted.iter().find(|desired| desired.is_about(known));
            here.is_some_and(|here| here.payload == known.payload)
        };
        let waiting = known.iter().filter(|known| known.waits_for_approvals(needed));
        waiting.filter(is_as_shown).collect()
    }

    /// Says how far the approvals are; the button, where this operator's word would count.
    pub(super) fn say_approvals(
        &self,
        reply: &mut MessageBuilder,
        post: &PostId,
        waiting: &[&Publication],
        wanted: &[Desired],
    ) -> Option<Button> {
        let needed = self.bot.desk.policy().approvals;
        for known in waiting {
            let words = [
                ("channel", self.channel(known)),
                ("given", Span::plain(known.approvals.by.len())),
                ("needed", Span::plain(known.approvals.needed.max(needed))),
            ];
            reply.line(Text::ApprovalsSoFar, &words);
        }
        let counts = waiting.iter().any(|known| known.approvals.takes(self.operator.id));
        if !counts || !self.operator.role.may(Role::Publisher) {
            return None;
        }
        let action = Action::Approve { post: post.clone(), shown: shown(wanted, &[]) };
        Some(reply.button(Text::Approve, action))
    }

    /// Approves a post as it was shown; where it looks different by now, the new preview comes instead.
    pub(super) async fn approve(&self, post: &PostId, as_shown: &Shown) -> Result<(), DeskFault> {
        let Some(wanted) = self.wanted(post).await else { return Ok(()) };
        if shown(&wanted, &[]) != *as_shown {
            return self.preview(post, Some(Text::HasChanged)).await;
        }
        let known = self.standing(post).await?;
        let mut waiting = self.to_approve(&known, &wanted);
        waiting.retain(|known| known.approvals.takes(self.operator.id));
        let mut reply = self.reply();
        let words = [("post", Span::code(post))];
        if waiting.is_empty() {
            reply.say(Text::NotToApprove, &words);
            self.show(&reply.page()).await;
            return Ok(());
        }
        let approve = |known: &&Publication| {
            let event = Event::Approve { payload: known.payload, by: self.actor() };
            Order::Event(known.id, event)
        };
        let orders = waiting.iter().map(approve).collect();
        let done = match self.desk().order(orders, self.bot.clock.now()).await {
            Ok(done) => done,
            Err(fault) if fault.is_refusal() => {
                self.show(&self.not_done(&fault, &TimeZone::UTC)).await;
                return Ok(());
            }
            Err(fault) => return Err(fault),
        };
        let needed = self.bot.desk.policy().approvals;
        let mut ids = Vec::new();
        let mut is_whole = false;
        for now in done.into_iter().filter_map(|done| done.publication) {
            let lacks = now.approvals.lack(needed) > 0;
            ids.push(now.id);
            if lacks {
                let words = [
                    ("post", Span::code(post)),
                    ("given", Span::plain(now.approvals.by.len())),
                    ("needed", Span::plain(now.approvals.needed.max(needed))),
                ];
                reply.line(Text::Approved, &words);
            } else {
                is_whole = true;
                // Nobody is asked any more.
                self.bot.end_as(&now, Text::ApprovedWhole).await;
            }
        }
        if is_whole {
            reply.line(Text::ApprovedWhole, &words);
        }
        self.bot.expect(&ids);
        let place = self.show(&reply.page()).await;
        self.bot.follow(&ids, place).await;
        Ok(())
    }
}

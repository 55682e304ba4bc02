//! Edits published messages to match their file: first the difference, then the edit.

use std::collections::BTreeSet;

use super::action_buttons::{Action, PostAction, SeenPost};
use super::card;
use super::difference;
use super::explain;
use super::facts::{self, PostFacts};
use super::media_words;
use super::preview;
use super::reply::{MessageBuilder, Span};
use super::session::{HandlerResult, Session};
use super::text::Text;
use crate::config::Role;
use crate::operations::OperationError;
use crate::outbox::{Publication, PublicationId};
use crate::plan::{self, JournalView, PlanItem, PlanOptions, Reason};
use crate::store::Command;

impl Session<'_> {
    /// Edits the published messages as was shown; where the file has changed since, shows the new difference instead.
    pub(super) async fn edit(&self, facts: &PostFacts, as_shown: &SeenPost) -> HandlerResult {
        if facts.content() != *as_shown {
            return self.show_difference(facts, Some(Text::HasChanged)).await;
        }
        // The edit uses the file that was compared, which may change meanwhile.
        let items = self.items(facts).await?;
        let steps = items.iter().filter(|item| item.action == plan::PlanAction::Edit);
        let orders: Vec<Command> =
            steps.filter_map(|item| item.step.as_ref()).map(Command::from).collect();
        if orders.is_empty() {
            return self.show_difference(facts, None).await;
        }
        let edited = self.order(orders).await?;
        self.show_ordered(self.reply(), &edited, Text::Updating, &facts.pauses).await;
        Ok(None)
    }

    /// Shows what an edit would change, after `first`, and asks; or why there is nothing to edit.
    pub(super) async fn show_difference(
        &self,
        facts: &PostFacts,
        first: Option<Text>,
    ) -> HandlerResult {
        if !facts.is_good() {
            return Ok(Some(preview::unavailable(facts, self.language, self.operator.role)));
        }
        let mut reply = self.reply();
        if let Some(first) = first {
            reply.say(first, &[]);
        }
        say_difference(&mut reply, facts, &self.items(facts).await?, self.operator.role);
        self.show_all(reply).await;
        Ok(None)
    }

    /// The published messages that differ from the file and cannot be edited, and why.
    pub(super) async fn uneditable(
        &self,
        facts: &PostFacts,
    ) -> Result<Vec<(PublicationId, Reason)>, OperationError> {
        let all = facts.here.iter().chain(&facts.comments).map(|one| &one.publication);
        // The card already shows a change that needs a decision.
        let is_settled = |known: &&Publication| facts::question(known).is_none();
        let differing: Vec<_> =
            all.filter(|known| facts.differs_from(known)).filter(is_settled).collect();
        if differing.is_empty() {
            return Ok(Vec::new());
        }
        let refused = self.items(facts).await?.into_iter();
        let refused = refused.filter(|item| item.action == plan::PlanAction::Conflict);
        let of_item = |item: PlanItem| {
            let known = differing.iter().find(|known| {
                known.channel == item.channel && known.is_comments() == item.is_comments
            })?;
            Some((known.id, item.reason))
        };
        Ok(refused.filter_map(of_item).collect())
    }

    /// What a plan would do about the post.
    async fn items(&self, facts: &PostFacts) -> Result<Vec<PlanItem>, OperationError> {
        let wanted = facts.wanted();
        let of_channel = |one: &plan::Desired| (one.channel.name.clone(), one.destination);
        let config: Vec<_> = wanted.iter().map(of_channel).collect();
        let channels: Vec<_> = facts.pauses.channels.values().cloned().collect();
        let operations = &self.bot.operations;
        let (comments, posts): (Vec<_>, Vec<_>) =
            facts.history.iter().cloned().partition(Publication::is_comments);
        let now = self.bot.clock.now();
        let failures =
            operations.last_failures(&facts.history.iter().collect::<Vec<_>>(), now).await?;
        let known = JournalView {
            publications: &posts,
            comments: &comments,
            channels: &channels,
            files: &BTreeSet::from([facts.post.clone()]),
            config: &config,
            unread: None,
            texts_aside: &[],
            broken: &BTreeSet::new(),
            stopped: facts.pauses.stopped.as_ref(),
            chat_names: &operations.names.all(),
            history: &operations.store.history().await?,
            gone_history: &[],
            without_copy: &BTreeSet::new(),
            failures: &failures,
            vanished: &[],
        };
        let asked = PlanOptions {
            now,
            by: self.actor(),
            grace: operations.policy().grace,
            approvals: 0,
            prune: false,
            // A command that names the post also applies its style.
            restyle: true,
            posts: BTreeSet::from([facts.post.clone()]),
        };
        let mut items = plan::plan(wanted, &known, &asked).items;
        items.retain(|item| wanted.iter().any(|one| one.channel.name == item.channel));
        Ok(items)
    }
}

fn say_difference(reply: &mut MessageBuilder, facts: &PostFacts, items: &[PlanItem], role: Role) {
    let (mut edits, mut is_refused) = (false, false);
    for item in items {
        let place = facts::place(item.channel.as_str(), item.is_comments);
        let channel = ("channel", Span::bold(place));
        match item.action {
            plan::PlanAction::Edit => {
                edits = true;
                reply.line(Text::UpdateQuestion, &[channel]);
                let Some(diff) = &item.diff else { continue };
                let aspects = diff.aspects();
                if aspects.text || aspects.buttons {
                    difference::say_diff(reply, diff);
                }
                if aspects.preview {
                    reply.line(Text::PreviewChanges, &[]);
                }
                media_words::say_changes(reply, diff);
                if aspects.pin {
                    reply.line(Text::PinChanges, &[]);
                }
                if aspects.ends {
                    reply.line(Text::EndChanges, &[]);
                }
            }
            plan::PlanAction::Conflict | plan::PlanAction::Held => {
                is_refused = true;
                let why = ("why", explain::plan(&item.reason, reply.language()));
                reply.line(Text::CannotUpdate, &[channel, why]);
            }
            _ => {}
        }
    }
    if edits {
        let action = PostAction::Edit(facts.content()).of(&facts.post);
        let update = reply.button(Text::Update, action);
        let close = reply.button(Text::Close, Action::Close);
        reply.row([update, close]);
        return;
    }
    let open = reply.button(Text::OpenCard, PostAction::Card.of(&facts.post));
    let waits_for_decision =
        |known: &Publication| facts::open_change(known).is_some_and(|change| !change.kind.is_pin());
    let words = [("post", Span::code(&facts.post))];
    if facts.any_publication(waits_for_decision) {
        // The last change still needs a decision.
        *reply = MessageBuilder::new(reply.language());
        card::say_card(reply, facts, role);
    } else if is_refused {
        reply.row([open]);
    } else if !facts.any_publication(|known| known.sent_count() > 0) {
        reply.line(Text::NothingToEdit, &words);
        card::say_card(reply, facts, role);
    } else {
        let differs = facts.any_publication(|known| facts.differs_from(known));
        reply.line(if differs { Text::NothingVisible } else { Text::NothingToUpdate }, &words);
        reply.row([open]);
    }
}

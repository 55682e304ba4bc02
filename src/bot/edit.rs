//! Editing what is published as its file says now: first the difference, then the word.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use super::buttons::{Action, Shown};
use super::card::{differs, shown};
use super::difference;
use super::reply::{MessageBuilder, Span};
use super::session::Session;
use super::state;
use super::text::Text;
use crate::desk::DeskFault;
use crate::ids::PostId;
use crate::outbox::Publication;
use crate::plan::{self, Asked, Desired, Item, Known};
use crate::store::{Order, Wanted};

impl Session<'_> {
    /// Shows all of what would change, and asks.
    pub(super) async fn ask_update(
        &self,
        post: &PostId,
        first: Option<Text>,
    ) -> Result<(), DeskFault> {
        let Some(wanted) = self.wanted(post).await else { return Ok(()) };
        let items = self.items(post, &wanted).await?;
        let mut reply = self.reply();
        if let Some(first) = first {
            reply.say(first, &[]);
        }
        let mut edits = 0;
        let mut is_refused = false;
        for item in &items {
            let channel = ("channel", Span::bold(&item.channel));
            match (item.action, &item.diff) {
                (plan::Action::Edit, diff) => {
                    edits += 1;
                    reply.line(Text::UpdateQuestion, &[channel]);
                    let aspects = diff.as_ref().map(crate::plan::Diff::aspects);
                    if let Some(diff) = diff.as_ref().filter(|diff| diff.aspects().text) {
                        difference::say(&mut reply, diff);
                    }
                    if aspects.is_some_and(|aspects| aspects.preview) {
                        reply.line(Text::PreviewChanges, &[]);
                    }
                    if aspects.is_some_and(|aspects| aspects.pin) {
                        reply.line(Text::PinChanges, &[]);
                    }
                }
                (plan::Action::Conflict | plan::Action::Held, _) => {
                    is_refused = true;
                    let why = ("why", self.why(&item.zone).of_plan(&item.reason));
                    reply.line(Text::CannotUpdate, &[channel, why]);
                }
                _ => {}
            }
        }
        if edits == 0 {
            let known = self.standing(post).await?;
            let waits_for_word = |known: &Publication| {
                state::open_change(known).is_some_and(|change| !change.kind.is_pin())
            };
            if known.iter().any(waits_for_word) {
                // The last change waits for a word.
                let page = self.card(post).await?;
                self.show(&page).await;
                return Ok(());
            }
            if !is_refused {
                return self.nothing_to_update(reply, post, &wanted).await;
            }
            let card = reply.button(Text::OpenCard, Action::Card(post.clone()));
            reply.row([card]);
        } else {
            let action = Action::Update { post: post.clone(), shown: shown(&wanted, &[]) };
            let update = reply.button(Text::Update, action);
            let close = reply.button(Text::Close, Action::Close);
            reply.row([update, close]);
        }
        self.show_all(reply).await;
        Ok(())
    }

    /// Why there is nothing to edit.
    async fn nothing_to_update(
        &self,
        mut reply: MessageBuilder,
        post: &PostId,
        wanted: &[Desired],
    ) -> Result<(), DeskFault> {
        let known = self.standing(post).await?;
        let words = [("post", Span::code(post))];
        if known.iter().all(|known| known.sent() == 0) {
            reply.line(Text::NothingStands, &words);
            self.say_card(&mut reply, post).await?;
        } else {
            let differs = known.iter().any(|known| differs(known, wanted));
            let text = if differs { Text::NothingSeen } else { Text::NothingToUpdate };
            reply.line(text, &words);
            let card = reply.button(Text::OpenCard, Action::Card(post.clone()));
            reply.row([card]);
        }
        self.show(&reply.page()).await;
        Ok(())
    }

    /// Edits what stands as was shown; where the file says something else by now, the new difference comes instead.
    pub(super) async fn update(&self, post: &PostId, as_shown: &Shown) -> Result<(), DeskFault> {
        let Some(wanted) = self.wanted(post).await else { return Ok(()) };
        if shown(&wanted, &[]) != *as_shown {
            return self.ask_update(post, Some(Text::HasChanged)).await;
        }
        // Made of what was compared: the file may change in between.
        let items = self.items(post, &wanted).await?;
        let steps = items.iter().filter(|item| item.action == plan::Action::Edit);
        let orders: Vec<Order> =
            steps.filter_map(|item| item.step.as_ref()).map(Order::from).collect();
        if orders.is_empty() {
            return self.ask_update(post, None).await;
        }
        match self.desk().order(orders, self.bot.clock.now()).await {
            Ok(done) => {
                let edited: Vec<_> = done.into_iter().filter_map(|done| done.publication).collect();
                self.show_ordered(self.reply(), &edited, Text::Updating).await
            }
            Err(fault) if fault.is_refusal() => {
                self.show(&self.not_done(&fault, &TimeZone::UTC)).await;
                Ok(())
            }
            Err(fault) => Err(fault),
        }
    }

    /// What a plan would do about one post whose file asks for `wanted`.
    async fn items(&self, post: &PostId, wanted: &[Desired]) -> Result<Vec<Item>, DeskFault> {
        let store = &self.bot.desk.store;
        let publications = store.publications(Wanted::Post(post.clone())).await?;
        let of_channel = |one: &Desired| (one.channel.name.clone(), one.chat);
        let config: Vec<_> = wanted.iter().map(of_channel).collect();
        let stopped = store.journal().await?.stopped;
        let known = Known {
            publications: &publications,
            channels: &store.channels().await?,
            files: &BTreeSet::from([post.clone()]),
            config: &config,
            unread: None,
            broken: &BTreeSet::new(),
            stopped: stopped.as_ref(),
            chat_names: &self.bot.desk.names.all(),
            history: &store.history().await?,
            gone_history: &[],
            vanished: &[],
        };
        let asked = Asked {
            now: self.bot.clock.now(),
            by: self.actor(),
            grace: self.bot.desk.policy().grace,
            approvals: 0,
            prune: false,
            // Whoever asks for this post by name means its style too.
            restyle: true,
            posts: BTreeSet::from([post.clone()]),
        };
        let mut items = plan::plan(wanted, &known, &asked).items;
        items.retain(|item| wanted.iter().any(|one| one.channel.name == item.channel));
        Ok(items)
    }
}

//! The buttons of a draft. Each acts only on the file that was shown: a changed one is shown again instead.

use super::card;
use crate::bot::action_buttons::{
    Action, ButtonTime, DraftAction, DraftActionKind, PostAction, Shown, ShownDraft,
};
use crate::bot::facts::PostFacts;
use crate::bot::reply::{Reply, Span, enumerated};
use crate::bot::request::OperatorChat;
use crate::bot::session::{HandlerResult, Session};
use crate::bot::text::Text;
use crate::config::Role;
use crate::draft::{self, EditError};
use crate::fs::ChangeError;
use crate::ids::{ChannelName, PostId};
use crate::plan;
use crate::source::SourceFile;

/// Why the file was not changed.
enum NotChanged {
    /// It is not what was shown.
    Changed,
    /// It cannot be read, written or edited.
    Failed(String),
}

impl From<ChangeError> for NotChanged {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Changed => Self::Changed,
            error => Self::Failed(error.to_string()),
        }
    }
}

impl From<EditError> for NotChanged {
    fn from(error: EditError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl Session<'_> {
    /// The card of a draft in the inbox; `None` for any other post.
    pub(in crate::bot) fn draft_card(&self, facts: &PostFacts) -> Option<Reply> {
        let shown = shown_draft(facts).filter(|_| self.is_inbox_draft(facts))?;
        Some(card::card(facts, &shown, self.language, self.operator.role))
    }

    fn is_inbox_draft(&self, facts: &PostFacts) -> bool {
        let inbox = self.bot.operations.newsroom.config.bot.inbox.as_ref();
        let is_below = inbox.is_some_and(|inbox| {
            facts
                .post
                .as_str()
                .strip_prefix(inbox.as_str())
                .is_some_and(|rest| rest.starts_with('/'))
        });
        is_below && is_draft(facts)
    }

    /// Does what a button does with a draft, if its file is what was shown.
    pub(in crate::bot) async fn act_on_draft(&self, action: DraftAction) -> HandlerResult {
        let DraftAction { post, shown, kind } = action;
        let facts = self.facts(&post).await?;
        if !facts.is_good() || shown_draft(&facts).as_ref() != Some(&shown) {
            self.preview(&facts, Some(Text::HasChanged)).await;
            return Ok(None);
        }
        if !matches!(kind, DraftActionKind::Correct(..)) && !self.is_inbox_draft(&facts) {
            self.preview(&facts, Some(Text::HasChanged)).await;
            return Ok(None);
        }
        match kind {
            DraftActionKind::Publish => self.publish_draft(&facts, &shown, &ButtonTime::Now).await,
            DraftActionKind::Schedule(time) => self.publish_draft(&facts, &shown, &time).await,
            DraftActionKind::ChooseTime => Ok(Some(self.draft_times(&post, &shown))),
            DraftActionKind::Propose => Ok(Some(self.propose_draft(&facts, &shown).await)),
            DraftActionKind::ChooseChannels(chosen) => {
                let all = self.possible_channels(&facts);
                Ok(Some(card::channels(&post, &shown, &all, &chosen, self.language)))
            }
            DraftActionKind::SetChannels(channels) => {
                self.change(&facts, &shown, Text::ChannelsSaved, |file| {
                    draft::with_channels(file, &channels, None)
                })
                .await
            }
            DraftActionKind::AskDiscard => Ok(Some(card::discard(&post, &shown, self.language))),
            DraftActionKind::Discard => Ok(Some(self.discard(&facts, &shown))),
            DraftActionKind::Correct(place, body) => {
                if !self.may_correct(&facts).await {
                    return Ok(None);
                }
                self.change(&facts, &shown, Text::CorrectionSaved, |file| {
                    draft::with_body(file, &place, &body)
                })
                .await
            }
        }
    }

    /// The file that was shown.
    fn seen(&self, post: &PostId, shown: &ShownDraft) -> Result<SourceFile, NotChanged> {
        let file = self.bot.operations.newsroom.post_file(post).ok_or(NotChanged::Changed)?;
        let is_same = plan::source_hash(&file.text) == shown.source;
        if is_same { Ok(file) } else { Err(NotChanged::Changed) }
    }

    /// Changes the text of the file that was shown.
    fn change_file(
        &self,
        post: &PostId,
        shown: &ShownDraft,
        change: impl FnOnce(&SourceFile) -> Result<String, EditError>,
    ) -> Result<(), NotChanged> {
        let seen = self.seen(post, shown)?;
        let text = change(&seen)?;
        Ok(self.bot.operations.newsroom.change_post(post, &seen.text, &text)?)
    }

    /// Changes the file, says so, and shows the post again.
    async fn change(
        &self,
        facts: &PostFacts,
        shown: &ShownDraft,
        done: Text,
        change: impl FnOnce(&SourceFile) -> Result<String, EditError>,
    ) -> HandlerResult {
        match self.change_file(&facts.post, shown, change) {
            Ok(()) => {
                self.show(&self.text(done, &[("post", Span::code(&facts.post))])).await;
                let facts = self.facts(&facts.post).await?;
                if facts.publications().any(|known| known.sent() > 0) {
                    return self.show_difference(&facts, None).await;
                }
                self.preview(&facts, None).await;
                Ok(None)
            }
            Err(why) => self.not_changed(facts, why).await,
        }
    }

    async fn not_changed(&self, facts: &PostFacts, why: NotChanged) -> HandlerResult {
        match why {
            NotChanged::Changed => {
                let facts = self.facts(&facts.post).await?;
                self.preview(&facts, Some(Text::HasChanged)).await;
                Ok(None)
            }
            NotChanged::Failed(why) => {
                log::error!("operator {}: {}: {why}", self.operator.id, facts.post);
                let words = [("post", Span::code(&facts.post)), ("why", Span::plain(why))];
                Ok(Some(self.text(Text::FileNotChanged, &words)))
            }
        }
    }

    /// Takes `draft` out of the file, and publishes it like every other post.
    async fn publish_draft(
        &self,
        facts: &PostFacts,
        shown: &ShownDraft,
        time: &ButtonTime,
    ) -> HandlerResult {
        if let Err(why) = self.change_file(&facts.post, shown, draft::without_draft) {
            return self.not_changed(facts, why).await;
        }
        let facts = self.facts(&facts.post).await?;
        let as_shown = Shown { content: shown.content.content.clone(), ..facts.shown() };
        self.publish(&facts, &as_shown, time).await
    }

    /// Times to choose from, each of which also takes `draft` out of the file.
    fn draft_times(&self, post: &PostId, shown: &ShownDraft) -> Reply {
        let mut reply = self.times(self.reply(), post, &shown.content);
        for button in reply.rows.iter_mut().flatten() {
            if let Action::Post(post, PostAction::Publish(_, time)) = &button.action {
                let kind = DraftActionKind::Schedule(time.clone());
                let action = DraftAction { post: post.clone(), shown: shown.clone(), kind };
                button.action = Action::Draft(Box::new(action));
            }
        }
        reply
    }

    /// Shows a draft with its buttons to everybody who may publish; says who that was.
    async fn propose_draft(&self, facts: &PostFacts, shown: &ShownDraft) -> Reply {
        let wanted = facts.wanted();
        let parts = || wanted.iter().flat_map(|desired| desired.parts.iter());
        let requests = parts().map(|part| &part.request);
        let kept = self.bot.operations.keep_files(requests, self.bot.clock.now()).await;
        let mut names = Vec::new();
        for operator in self.bot.operators().now().iter() {
            if !operator.role.may(Role::Publisher)
                || operator.id == self.operator.id
                || kept.is_err()
            {
                continue;
            }
            let chat = OperatorChat::of(operator);
            let mut is_seen = true;
            for part in parts() {
                is_seen &= self.bot.show_message(chat, &part.request).await.is_ok();
            }
            // A publisher who has not seen it gets no buttons.
            if !is_seen {
                continue;
            }
            let who = self.bot.name_of(self.operator.id);
            let reply = card::proposal(facts, shown, &who, self.bot.language(operator.id));
            if self.bot.messenger.send(chat, &reply).await.is_some() {
                names.push(self.bot.name_of(operator.id));
            }
        }
        let text = if names.is_empty() { Text::ProposalUndelivered } else { Text::ProposalSent };
        self.text(text, &[("who", Span::Plain(enumerated(&names, self.language)))])
    }

    /// The channels that a draft may have: those of its language.
    fn possible_channels(&self, facts: &PostFacts) -> Vec<ChannelName> {
        let languages: Vec<_> =
            facts.wanted().iter().map(|desired| &desired.channel.language).collect();
        let channels = self.bot.operations.newsroom.config.channels.iter();
        let possible = channels.filter(|channel| languages.contains(&&channel.language));
        possible.map(|channel| channel.name.clone()).collect()
    }

    /// Removes a draft that was never published or scheduled.
    fn discard(&self, facts: &PostFacts, shown: &ShownDraft) -> Reply {
        let post = ("post", Span::code(&facts.post));
        if !facts.history.is_empty() {
            return self.text(Text::DraftIsKnown, &[post]);
        }
        let newsroom = &self.bot.operations.newsroom;
        let removed = self
            .seen(&facts.post, shown)
            .and_then(|seen| Ok(newsroom.remove_post(&facts.post, &seen.text)?));
        match removed {
            Ok(()) => {
                log::info!("operator {}: the draft {} is removed", self.operator.id, facts.post);
                self.text(Text::Discarded, &[post])
            }
            Err(NotChanged::Changed) => self.text(Text::HasChanged, &[]),
            Err(NotChanged::Failed(why)) => {
                self.text(Text::FileNotChanged, &[post, ("why", Span::plain(why))])
            }
        }
    }

    /// Whether the operator may change the text of a post: an editor only that of a draft. Says so if not.
    pub(super) async fn may_correct(&self, facts: &PostFacts) -> bool {
        let is_draft = is_draft(facts) && facts.history.is_empty();
        is_draft || self.may(Role::Publisher).await
    }
}

/// Whether the file is a draft in every channel.
fn is_draft(facts: &PostFacts) -> bool {
    !facts.wanted().is_empty() && facts.wanted().iter().all(|desired| desired.draft)
}

/// A post as it is shown; `None` if there is nothing to show.
pub(super) fn shown_draft(facts: &PostFacts) -> Option<ShownDraft> {
    let source = facts.wanted().first()?.source;
    Some(ShownDraft { source, content: facts.content() })
}

//! The buttons of a draft. Each acts only on the file that was shown: a changed one is shown again instead.

use super::card;
use crate::bot::action_buttons::{
    Action, ButtonTime, DraftAction, DraftActionKind, PostAction, SeenPost, ShownDraft,
};
use crate::bot::facts::PostFacts;
use crate::bot::reply::{MessageBuilder, Reply, Span};
use crate::bot::session::{HandlerResult, Session};
use crate::bot::text::Text;
use crate::config::{Channel, Role};
use crate::draft::{self, EditError};
use crate::fs::ChangeError;
use crate::ids::{ChannelName, Language, PostId};
use crate::operations::RequestedTime;
use crate::plan;
use crate::source::SourceFile;
use crate::store::Query;

/// Why the file was not changed.
enum NotChanged {
    /// It is not what was shown.
    Changed,
    /// It cannot be read, written or edited: why, and the error for the log.
    Failed(Text, String),
}

impl From<ChangeError> for NotChanged {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Changed => Self::Changed,
            error => Self::Failed(Text::WhyNotWritten, error.to_string()),
        }
    }
}

impl From<EditError> for NotChanged {
    fn from(error: EditError) -> Self {
        let why = match error {
            EditError::NotADraft => Text::WhyNoDraftLine,
            EditError::Unreadable | EditError::MissingBody => Text::WhyStateChanged,
        };
        Self::Failed(why, error.to_string())
    }
}

impl Session<'_> {
    /// The card of a draft in the inbox; `None` for any other post.
    pub(in crate::bot) fn draft_card(&self, facts: &PostFacts) -> Option<Reply> {
        let shown = self.inbox_draft(facts)?;
        Some(card::card(facts, &shown, self.language, self.operator.role))
    }

    /// A draft of the inbox as it is shown; `None` for any other post.
    pub(in crate::bot) fn inbox_draft(&self, facts: &PostFacts) -> Option<ShownDraft> {
        shown_draft(facts).filter(|_| self.is_inbox_draft(facts))
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
            DraftActionKind::Publish(time) => self.publish_draft(&facts, &shown, &time).await,
            DraftActionKind::ChooseTime => Ok(Some(self.draft_times(self.reply(), &post, &shown))),
            DraftActionKind::ChooseChannels(chosen) => {
                let Ok(file) = self.shown_file(&post, &shown) else {
                    return self.not_changed(&facts, NotChanged::Changed).await;
                };
                let has_editions = draft::has_editions(&file);
                let all = self.possible_channels(&facts, has_editions);
                let chosen = card::ChosenChannels { all, chosen, has_editions };
                Ok(Some(card::channels(&post, &shown, &chosen, self.language)))
            }
            DraftActionKind::SetChannels(channels) => {
                self.set_channels(&facts, &shown, &channels).await
            }
            DraftActionKind::AskDiscard => Ok(Some(card::discard(&post, &shown, self.language))),
            DraftActionKind::Discard => Ok(Some(self.discard(&facts, &shown).await)),
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
    fn shown_file(&self, post: &PostId, shown: &ShownDraft) -> Result<SourceFile, NotChanged> {
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
        let seen = self.shown_file(post, shown)?;
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
                if facts.publications().any(|known| known.sent_count() > 0) {
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
            NotChanged::Failed(why, error) => {
                Ok(Some(self.failed(&facts.post, Text::FileNotChanged, why, &error)))
            }
        }
    }

    fn failed(&self, post: &PostId, what: Text, why: Text, error: &str) -> Reply {
        log::error!("operator {}: {post}: {error}", self.operator.id);
        let why = Span::plain(why.of(self.language));
        self.text(what, &[("post", Span::code(post)), ("why", why)])
    }

    /// Takes `draft` out of the file, and publishes it like every other post. What an editor publishes becomes a proposal.
    async fn publish_draft(
        &self,
        facts: &PostFacts,
        shown: &ShownDraft,
        time: &ButtonTime,
    ) -> HandlerResult {
        let post = &facts.post;
        let wishes = match self.requested_times(&facts.post, facts.wanted(), time) {
            Ok(wishes) => wishes,
            Err(reply) => return Ok(Some(self.draft_times(reply, post, shown))),
        };
        if !self.operator.role.may(Role::Publisher) {
            let wish = wishes.first().unwrap_or(&RequestedTime::Now);
            return Ok(Some(self.propose(facts, wish).await));
        }
        let newsroom = &self.bot.operations.newsroom;
        let changed = self.shown_file(post, shown).and_then(|seen| {
            let text = draft::without_draft(&seen)?;
            newsroom.change_post(post, &seen.text, &text)?;
            Ok((seen.text, text))
        });
        let (draft, text) = match changed {
            Ok(changed) => changed,
            Err(why) => return self.not_changed(facts, why).await,
        };
        let before = &facts.history;
        let answer = async {
            let facts = self.facts(post).await?;
            let as_shown = SeenPost { content: shown.content.content.clone(), ..facts.seen() };
            self.publish(&facts, &as_shown, time).await
        };
        let answer = answer.await;
        // What was not ordered stays a draft: otherwise the next `apply` would publish it.
        let after = self.bot.operations.store.publications(Query::Post(post.clone())).await;
        if after.is_ok_and(|after| after == *before)
            && let Err(error) = newsroom.change_post(post, &text, &draft)
        {
            log::error!("operator {}: {post} is no longer a draft: {error}", self.operator.id);
        }
        answer
    }

    /// Publishes a draft at a typed time; without one, shows it with times to choose from.
    pub(in crate::bot) async fn schedule_draft(
        &self,
        facts: &PostFacts,
        shown: &ShownDraft,
        time: String,
    ) -> HandlerResult {
        if !time.is_empty() {
            return self.publish_draft(facts, shown, &ButtonTime::Typed(time)).await;
        }
        if self.show_messages(&facts.post, facts.wanted()).await {
            let times = self.draft_times(self.reply(), &facts.post, shown);
            self.bot.messenger.send(self.chat(), &times).await;
        }
        Ok(None)
    }

    /// Adds times to choose from, each of which also takes `draft` out of the file.
    fn draft_times(&self, reply: MessageBuilder, post: &PostId, shown: &ShownDraft) -> Reply {
        let mut reply = self.times(reply, post, &shown.content);
        for button in reply.rows.iter_mut().flatten() {
            if let Action::Post(post, PostAction::Publish(_, time)) = &button.action {
                let kind = DraftActionKind::Publish(time.clone());
                button.action = DraftAction::of(post, shown, kind);
            }
        }
        reply
    }

    /// The channels that a draft may have: those of its editions, or all if it has one edition, whose language can change.
    fn possible_channels(&self, facts: &PostFacts, has_editions: bool) -> Vec<&Channel> {
        let languages: Vec<_> =
            facts.wanted().iter().map(|desired| &desired.channel.language).collect();
        let channels = self.bot.operations.newsroom.config.channels.iter();
        let possible =
            channels.filter(|channel| !has_editions || languages.contains(&&channel.language));
        possible.map(AsRef::as_ref).collect()
    }

    /// Writes the channels into the file, and their language if the post has one edition in another one.
    async fn set_channels(
        &self,
        facts: &PostFacts,
        shown: &ShownDraft,
        channels: &[ChannelName],
    ) -> HandlerResult {
        let config = &self.bot.operations.newsroom.config;
        let first = channels.first().and_then(|name| config.channel(name.as_str()));
        let is_wanted = |language: &&Language| {
            facts.wanted().iter().any(|desired| desired.channel.language == **language)
        };
        let language = first.map(|channel| &channel.language).filter(|one| !is_wanted(one));
        self.change(facts, shown, Text::ChannelsSaved, |file| {
            draft::with_channels(file, channels, language)
        })
        .await
    }

    /// Removes a draft that was never published or scheduled.
    async fn discard(&self, facts: &PostFacts, shown: &ShownDraft) -> Reply {
        let post = ("post", Span::code(&facts.post));
        if !facts.history.is_empty() {
            return self.text(Text::DraftAlreadyOrdered, &[post]);
        }
        let newsroom = &self.bot.operations.newsroom;
        let removed = self
            .shown_file(&facts.post, shown)
            .and_then(|seen| Ok(newsroom.remove_post(&facts.post, &seen.text)?));
        match removed {
            Ok(()) => {
                log::info!("operator {}: the draft {} is removed", self.operator.id, facts.post);
                self.end_proposals_of_removed(&facts.post).await;
                self.text(Text::Discarded, &[post])
            }
            Err(NotChanged::Changed) => self.text(Text::HasChanged, &[]),
            Err(NotChanged::Failed(why, error)) => {
                self.failed(&facts.post, Text::FileNotRemoved, why, &error)
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

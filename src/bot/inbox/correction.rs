//! Corrections: a text that replies to a preview, or to a card, replaces the body of that post after the operator has confirmed
//! the difference.

use telegram_text::{FormattedText, body};

use super::actions::shown_draft;
use super::content::{MessageContent, RepliedTo};
use super::shown_text::{shows, without_added};
use crate::bot::action_buttons::{Action, DraftAction, DraftActionKind, ShownDraft};
use crate::bot::difference;
use crate::bot::incoming::TextMessage;
use crate::bot::messenger::MessageRef;
use crate::bot::preview;
use crate::bot::reply::{Reply, Span};
use crate::bot::session::Session;
use crate::bot::text::Text;
use crate::config::Style;
use crate::draft::{self, BodyPlace, DraftSource, EditionBody, SourceMessage};
use crate::ids::PostId;
use crate::layout;
use crate::message::Request;
use crate::operations::OperationError;
use crate::plan::{self, Diff};
use crate::source::SourceFile;

/// What a correction changes.
struct Correction {
    body: String,
    old: FormattedText,
    new: FormattedText,
}

impl Session<'_> {
    /// Shows what a reply would change in the post that it replies to, and asks.
    pub(super) async fn correct(
        &self,
        reply: &RepliedTo,
        message: &TextMessage,
    ) -> Result<(), OperationError> {
        let Some((post, edition)) = self.replied_post(reply) else {
            self.show(&self.text(Text::ReplyUnknown, &[])).await;
            return Ok(());
        };
        self.correct_post(post, edition, message).await
    }

    /// Shows what the edit of a message would change in the draft that was made from it, and asks. Other edits change nothing.
    pub(super) async fn correct_by_edit(
        &self,
        message: &TextMessage,
    ) -> Result<(), OperationError> {
        let newsroom = &self.bot.operations.newsroom;
        let content: &MessageContent = &message.content;
        let Some(inbox) = &newsroom.config.bot.inbox else { return Ok(()) };
        // A file may have been replaced, or it is an item of an album that has no caption.
        if content.text.string.is_empty() {
            return Ok(());
        }
        let source = match &content.album {
            Some(album) => SourceMessage::album(album),
            None => SourceMessage::Message(content.message),
        };
        let source = DraftSource { operator: self.operator.id, message: source };
        let date = draft::date_of(self.local_time(message));
        match newsroom.draft_from(inbox, &date, &source) {
            Ok(Some(post)) => self.correct_post(post, None, message).await,
            Ok(None) => Ok(()),
            Err(error) => {
                log::error!("operator {}: {error}", self.operator.id);
                Ok(())
            }
        }
    }

    async fn correct_post(
        &self,
        post: PostId,
        edition: Option<String>,
        message: &TextMessage,
    ) -> Result<(), OperationError> {
        let facts = self.facts(&post).await?;
        let file = self.bot.operations.newsroom.post_file(&post);
        let (Some(file), Some(shown)) = (file, shown_draft(&facts)) else {
            self.show(&preview::unavailable(&facts, self.language, self.operator.role)).await;
            return Ok(());
        };
        if plan::source_hash(&file.text) != shown.source {
            self.preview(&facts, Some(Text::HasChanged)).await;
            return Ok(());
        }
        if !self.may_correct(&facts).await {
            return Ok(());
        }
        let place = match draft::body_alone(&file, edition.as_deref()) {
            EditionBody::Alone(place) => place,
            EditionBody::Other(line) => {
                let place = format!("{}:{line}", file.path);
                let words = [("post", Span::code(&post)), ("place", Span::code(place))];
                self.show(&self.text(Text::CorrectElsewhere, &words)).await;
                return Ok(());
            }
            EditionBody::Several => {
                self.show(&self.text(Text::CorrectWhich, &[("post", Span::code(&post))])).await;
                return Ok(());
            }
        };
        // An operator who copies the message to correct it copies the style's words too.
        let old = shown_text(&place.body);
        let mut message = message.clone();
        for desired in facts.wanted() {
            let is_it = edition.as_deref().is_none_or(|edition| desired.edition == edition);
            if let ([only], true) = (&*desired.parts, is_it) {
                let sent = &message.content.text;
                message.content.text = without_added(sent, &old, &only.request.text());
            }
        }
        self.ask_to_correct(post, shown, &file, place, &message).await;
        Ok(())
    }

    async fn ask_to_correct(
        &self,
        post: PostId,
        shown: ShownDraft,
        file: &SourceFile,
        place: BodyPlace,
        message: &TextMessage,
    ) {
        let corrected = match self.corrected(&post, file, &place, &message.content) {
            Ok(Some(corrected)) => corrected,
            // An edit may have replaced a file.
            Ok(None) if message.is_edited => return,
            Ok(None) => {
                self.show(&self.text(Text::CorrectionSame, &[("post", Span::code(&post))])).await;
                return;
            }
            Err(refusal) => {
                self.show(&refusal).await;
                return;
            }
        };
        let Correction { body, old, new } = corrected;
        let mut reply = self.reply();
        reply.say(Text::CorrectionQuestion, &[("post", Span::code(&post))]);
        let diff = Diff::of_texts(&Request::of_text(old), &Request::of_text(new));
        difference::say_diff(&mut reply, &diff);
        let kind = DraftActionKind::Correct(place, body);
        let save = reply.button(Text::Save, DraftAction::of(&post, &shown, kind));
        let close = reply.button(Text::Close, Action::Close);
        reply.row([save, close]);
        self.show_all(reply).await;
    }

    /// The body that a message would put into the file, if the post then shows exactly its text; `None` if it shows it already.
    fn corrected(
        &self,
        post: &PostId,
        file: &SourceFile,
        place: &BodyPlace,
        content: &MessageContent,
    ) -> Result<Option<Correction>, Reply> {
        if content.has_unknown_formatting {
            return Err(self.unknown_formatting());
        }
        let body = self.body_of(&content.text)?;
        let (old, new) = (shown_text(&place.body), shown_text(&body));
        if old == new {
            return Ok(None);
        }
        let newsroom = &self.bot.operations.newsroom;
        let changed = draft::with_body(file, place, &body).ok();
        let now = self.bot.clock.now();
        let checked = changed.and_then(|text| newsroom.check_changed(post, text, now));
        let checked = checked.ok_or_else(|| self.text(Text::HasChanged, &[]))?;
        if let Some(first) = checked.report.first_error() {
            return Err(self.has_errors(&first));
        }
        // Another key may change how the body is shown, such as `reflow`.
        let messages = checked.post.map(|post| post.messages).unwrap_or_default();
        if !messages.iter().any(|parts| shows(parts, &content.text)) {
            return Err(self.unknown_formatting());
        }
        Ok(Some(Correction { body, old, new }))
    }

    /// The post that a message of the bot shows, and its edition where that is known.
    fn replied_post(&self, reply: &RepliedTo) -> Option<(PostId, Option<String>)> {
        let place = MessageRef { chat: self.chat(), message: reply.message };
        if let Some(shown) = self.bot.shown_in(place) {
            return Some((shown.post, Some(shown.edition)));
        }
        let mut named: Vec<_> =
            reply.shows.iter().filter_map(|shown| PostId::parse(shown).ok()).collect();
        named.dedup();
        match named.as_slice() {
            [post] => Some((post.clone(), None)),
            _ => None,
        }
    }
}

/// The text that a body shows in the default style.
fn shown_text(markdown: &str) -> FormattedText {
    let laid_out = layout::lay_out_blocks(&body::parse(markdown).blocks, &Style::default());
    laid_out.map(|layout| layout.text).unwrap_or_default()
}

//! Corrections: a text that replies to a preview, or to a card, replaces the body of that post after the operator has confirmed
//! the difference.

use telegram_text::{FormattedText, body};

use super::actions::shown_draft;
use super::content::{MessageContent, RepliedTo};
use crate::bot::action_buttons::{Action, DraftAction, DraftActionKind, ShownDraft};
use crate::bot::difference;
use crate::bot::messenger::MessageRef;
use crate::bot::preview;
use crate::bot::reply::Span;
use crate::bot::session::Session;
use crate::bot::text::Text;
use crate::config::Style;
use crate::draft::{self, BodyPlace, EditionBody};
use crate::ids::PostId;
use crate::layout;
use crate::message::Request;
use crate::operations::OperationError;
use crate::plan::{self, Diff};

impl Session<'_> {
    /// Shows what a reply would change in the post that it replies to, and asks.
    pub(super) async fn correct(
        &self,
        reply: &RepliedTo,
        content: &MessageContent,
    ) -> Result<(), OperationError> {
        let Some((post, edition)) = self.replied_post(reply) else {
            self.show(&self.text(Text::ReplyUnknown, &[])).await;
            return Ok(());
        };
        let facts = self.facts(&post).await?;
        let source = self.bot.operations.newsroom.source_of(&post);
        let (Some((path, text)), Some(shown)) = (source, shown_draft(&facts)) else {
            self.show(&preview::unavailable(&facts, self.language, self.operator.role)).await;
            return Ok(());
        };
        if plan::source_hash(&text) != shown.source {
            self.preview(&facts, Some(Text::HasChanged)).await;
            return Ok(());
        }
        if !self.may_correct(&facts).await {
            return Ok(());
        }
        let place = match draft::body_alone(&text, edition.as_deref()) {
            EditionBody::Alone(place) => place,
            EditionBody::Other(line) => {
                let place = format!("{}:{line}", path.display());
                let words = [("post", Span::code(&post)), ("place", Span::code(place))];
                self.show(&self.text(Text::CorrectElsewhere, &words)).await;
                return Ok(());
            }
        };
        self.ask_to_correct(post, shown, &text, place, content).await;
        Ok(())
    }

    async fn ask_to_correct(
        &self,
        post: PostId,
        shown: ShownDraft,
        text: &str,
        place: BodyPlace,
        content: &MessageContent,
    ) {
        let body = if content.has_unknown_formatting {
            Err(self.unknown_formatting())
        } else {
            self.body_of(&content.text)
        };
        let body = match body {
            Ok(body) => body,
            Err(refusal) => {
                self.show(&refusal).await;
                return;
            }
        };
        let (old, new) = (shown_text(&place.body), shown_text(&body));
        if old == new {
            self.show(&self.text(Text::CorrectionSame, &[("post", Span::code(&post))])).await;
            return;
        }
        let changed = draft::with_body(text, &place, &body);
        let newsroom = &self.bot.operations.newsroom;
        let problem =
            changed.ok().map(|text| newsroom.first_error(&post, &text, self.bot.clock.now()));
        match problem {
            Some(None) => {}
            Some(Some(first)) => {
                self.show(&self.has_errors(&first)).await;
                return;
            }
            None => {
                self.show(&self.text(Text::HasChanged, &[])).await;
                return;
            }
        }
        let mut reply = self.reply();
        reply.say(Text::CorrectionQuestion, &[("post", Span::code(&post))]);
        let diff = Diff::of_texts(&Request::of_text(old), &Request::of_text(new));
        difference::say(&mut reply, &diff);
        let kind = DraftActionKind::Correct(place, body);
        let save =
            reply.button(Text::Save, Action::Draft(Box::new(DraftAction { post, shown, kind })));
        let close = reply.button(Text::Close, Action::Close);
        reply.row([save, close]);
        self.show_all(reply).await;
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

//! Telegram text between its forms: string in, strings out. It reads no file and prints nothing.

mod object;
mod refused;

use serde::Serialize;
use telegram_text::problem::MarkupProblem;
use telegram_text::split::{self, Bounds, Excess};
use telegram_text::{
    Entity, EntityKind, FormattedText, body, detect, html, markdown_v2, post_link,
};

use crate::config::Style;
use crate::diagnostic::{Code, Severity};
use crate::layout::{self, Layout};
use crate::limits;

pub use object::TextObject;
pub use refused::Refused;

/// The form that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Markdown as posts have it in their `body`.
    Markdown,
    /// The Bot API's text and entities.
    Entities,
    /// Telegram's HTML.
    Html,
    /// Telegram's `MarkdownV2`.
    MarkdownV2,
}

/// The form that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The Bot API's text and entities.
    Entities,
    /// Telegram's HTML.
    Html,
    /// Telegram's `MarkdownV2`.
    MarkdownV2,
    /// The text alone.
    Text,
}

/// What is to be done with a text.
#[derive(Clone, Copy, Debug)]
pub struct Conversion {
    /// The form it comes in.
    pub from: Source,
    /// The form it is wanted in.
    pub to: Target,
    /// Whether what Telegram finds by itself is shown among the entities.
    pub detect: bool,
    /// Whether it becomes as many messages as it needs.
    pub split: bool,
}

/// A text in the form that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Written {
    /// The text, or the markup.
    pub text: String,
    /// The entities, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entities: Option<Vec<Entity>>,
    /// What one message does not hold of it: Telegram refuses or cuts such a text.
    #[serde(skip)]
    pub excess: Excess,
}

impl Conversion {
    /// Converts a text; the parts come back in order, one without [`Conversion::split`].
    ///
    /// # Errors
    /// Why nothing can be written; with more than one part, the part that cannot.
    pub fn convert(self, typed: &TextObject) -> Result<Vec<Written>, Refused> {
        let Layout { text, break_points } = self.read(typed)?;
        let parts = if self.split {
            split::split(&text, &break_points, Bounds::message(), None)
        } else {
            vec![text]
        };
        let total = parts.len();
        let write = |(index, part)| {
            let written = self.write(part);
            let in_part =
                |fault| Refused::Part { number: index + 1, total, fault: Box::new(fault) };
            if total > 1 { written.map_err(in_part) } else { written }
        };
        parts.into_iter().enumerate().map(write).collect()
    }

    /// The text in Telegram's normal form, and where it may be cut before other places.
    fn read(self, typed: &TextObject) -> Result<Layout, Refused> {
        let text = match self.from {
            Source::Markdown => return markdown(&typed.text),
            Source::Entities => typed.normal()?,
            Source::Html => html::read(&typed.text)?,
            Source::MarkdownV2 => markdown_v2::read(&typed.text)?,
        };
        Ok(Layout { text, break_points: Vec::new() })
    }

    fn write(self, text: FormattedText) -> Result<Written, Refused> {
        let mut excess = Bounds::message().excess(&text);
        let markup = match self.to {
            Target::Entities => {
                let text = if self.detect { detect::with_found(text) } else { text };
                return Ok(Written { text: text.string, entities: Some(text.entities), excess });
            }
            Target::Html => html::write(&text)?,
            Target::MarkdownV2 => markdown_v2::write(&text)?,
            Target::Text => {
                (excess.entities, excess.entity_bytes) = (0, 0);
                text.string
            }
        };
        // The server counts what it is sent, signs and addresses included.
        excess.bytes = markup.len().saturating_sub(limits::TEXT_ARGUMENT_BYTES);
        Ok(Written { text: markup, entities: None, excess })
    }
}

/// Markdown, laid out as in a channel without a style of its own.
fn markdown(source: &str) -> Result<Layout, Refused> {
    let body = body::parse(source);
    let is_error =
        |problem: &MarkupProblem| Code::of_markup(&problem.fault).severity() == Severity::Error;
    let lines = crate::source::Lines::of(source);
    let mut errors = body.problems.into_iter().filter(is_error);
    if let Some(problem) = errors.next() {
        let place = lines.place(problem.range.start);
        return Err(Refused::Markdown { problem, place, others: errors.count() });
    }
    let layout = layout::lay_out_blocks(&body.blocks, &Style::default())?;
    let post = layout.text.entities.iter().find_map(|entity| match &entity.kind {
        EntityKind::TextLink { url } => post_link::post_of(url),
        _ => None,
    });
    match post {
        Some(post) => Err(Refused::PostLink { post: post.to_owned() }),
        None => Ok(layout),
    }
}

#[cfg(test)]
mod tests;

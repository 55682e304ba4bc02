//! Converts Telegram text from one format to another: strings in, strings out. It reads no file and prints nothing.

mod convert_error;
mod object;

use serde::Serialize;
use telegram_text::problem::MarkupProblem;
use telegram_text::split::{self, Bounds, Excess};
use telegram_text::{
    Entity, EntityKind, FormattedText, body, detect, html, markdown, markdown_v2, post_link,
};

use crate::config::Style;
use crate::diagnostic::{Code, Severity};
use crate::layout::{self, Layout};
use crate::limits;

pub use convert_error::ConvertError;
pub use object::TextObject;

/// The format of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputFormat {
    /// Markdown as in the `body` of a post.
    Markdown,
    /// The Bot API's text and entities.
    Entities,
    /// Telegram's HTML.
    Html,
    /// Telegram's `MarkdownV2`.
    MarkdownV2,
}

/// The format of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputFormat {
    /// The Bot API's text and entities.
    Entities,
    /// Telegram's HTML.
    Html,
    /// Markdown as in the `body` of a post.
    Markdown,
    /// Telegram's `MarkdownV2`.
    MarkdownV2,
    /// The text without formatting.
    Text,
}

/// A conversion.
#[derive(Clone, Copy, Debug)]
pub struct Conversion {
    /// The format of the input.
    pub from: InputFormat,
    /// Whether HTML is that of web pages, not Telegram's.
    pub lenient: bool,
    /// The format of the output.
    pub to: OutputFormat,
    /// Whether to add the entities that Telegram detects.
    pub detect: bool,
    /// Whether to split a long text into several messages.
    pub split: bool,
}

/// A text in the output format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Written {
    /// The text, or the markup.
    pub text: String,
    /// The entities, if that is the output format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entities: Option<Vec<Entity>>,
    /// What is too much for one message: Telegram refuses or cuts such a text.
    #[serde(skip)]
    pub excess: Excess,
}

impl Conversion {
    /// Converts a text to its parts in order; without [`Conversion::split`] there is one part.
    ///
    /// # Errors
    /// If the text cannot be read or written; with several parts, the error names the part.
    pub fn convert(self, typed: &TextObject) -> Result<Vec<Written>, ConvertError> {
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
                |error| ConvertError::Part { number: index + 1, total, error: Box::new(error) };
            if total > 1 { written.map_err(in_part) } else { written }
        };
        parts.into_iter().enumerate().map(write).collect()
    }

    /// The text in Telegram's normal form, and the best places to cut it.
    fn read(self, typed: &TextObject) -> Result<Layout, ConvertError> {
        let text = match self.from {
            InputFormat::Markdown => return markdown(&typed.text),
            InputFormat::Entities => typed.normal()?,
            InputFormat::Html if self.lenient => {
                let blocks = html::web::read(&typed.text)?;
                return Ok(layout::lay_out_blocks(&blocks, &Style::default())?);
            }
            InputFormat::Html => html::read(&typed.text)?,
            InputFormat::MarkdownV2 => markdown_v2::read(&typed.text)?,
        };
        Ok(Layout { text, break_points: Vec::new() })
    }

    fn write(self, text: FormattedText) -> Result<Written, ConvertError> {
        let mut excess = Bounds::message().excess(&text);
        let markup = match self.to {
            OutputFormat::Entities => {
                let text = if self.detect { detect::with_found(text) } else { text };
                return Ok(Written { text: text.string, entities: Some(text.entities), excess });
            }
            OutputFormat::Html => html::write(&text)?,
            OutputFormat::MarkdownV2 => markdown_v2::write(&text)?,
            OutputFormat::Markdown => {
                let mut markdown = markdown::write(&text)?;
                // The command that prints it adds a line break.
                markdown.truncate(markdown.trim_end_matches('\n').len());
                return Ok(Written { text: markdown, entities: None, excess });
            }
            OutputFormat::Text => {
                (excess.entities, excess.entity_bytes) = (0, 0);
                text.string
            }
        };
        // The server counts the whole markup, including delimiters and addresses.
        excess.bytes = markup.len().saturating_sub(limits::TEXT_ARGUMENT_BYTES);
        Ok(Written { text: markup, entities: None, excess })
    }
}

/// Markdown, laid out as in a channel with the default style.
fn markdown(source: &str) -> Result<Layout, ConvertError> {
    let body = body::parse(source);
    let is_error =
        |problem: &MarkupProblem| Code::of_markup(&problem.kind).severity() == Severity::Error;
    let lines = crate::source::Lines::of(source);
    let mut errors = body.problems.into_iter().filter(is_error);
    if let Some(problem) = errors.next() {
        let place = lines.place(problem.range.start);
        return Err(ConvertError::Markdown { problem, place, others: errors.count() });
    }
    let layout = layout::lay_out_blocks(&body.blocks, &Style::default())?;
    let post = layout.text.entities.iter().find_map(|entity| match &entity.kind {
        EntityKind::TextLink { url } => post_link::post_of(url),
        _ => None,
    });
    match post {
        Some(post) => Err(ConvertError::PostLink { post: post.to_owned() }),
        None => Ok(layout),
    }
}

#[cfg(test)]
mod tests;

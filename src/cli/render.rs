//! `telepress render`: the exact message, or messages, that a post becomes.

use std::collections::BTreeSet;

use clap::{Args, ValueEnum};
use serde::Serialize;
use telegram_text::Unsupported;
use telegram_text::{FormattedText, detect, html, markdown_v2};

use super::Result;
use super::selection::{self, PostArguments, Rendered, Selected};
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::message::{Measure, Request};
use crate::terminal_view;

#[derive(Debug, Args)]
pub(super) struct RenderArguments {
    #[command(flatten)]
    post: PostArguments,
    /// How it is shown [default: terminal on a terminal, else text]
    #[arg(long = "as", value_enum, value_name = "FORM")]
    form: Option<Form>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// The plain text of the message
    Text,
    /// Telegram's HTML
    Html,
    /// Telegram's MarkdownV2
    #[value(name = "markdown-v2")]
    MarkdownV2,
    /// The request of the Bot API, part by part
    Json,
    /// As a bubble in a chat, with what it measures
    Terminal,
}

pub(super) fn execute(typed: &RenderArguments, context: &mut CliContext<'_>) -> Result {
    let selected = Selected::find(&typed.post, context)?;
    let Some(post) = &selected.file.post else {
        return Err(selection::refused(&selected.file.report, context)?);
    };
    let messages = selected.rendered(post)?;
    for post in unpublished(&messages) {
        line!(
            context.err,
            "note: what leads to `{post}` is shown as not yet published; it is filled in when this goes out"
        )?;
    }
    let default = if context.terminal.is_tty { Form::Terminal } else { Form::Text };
    match typed.form.unwrap_or(default) {
        Form::Text => written(&messages, |text| Ok(text.string.clone()), context),
        Form::Html => written(&messages, html::write, context),
        Form::MarkdownV2 => {
            let write = |text: &FormattedText| {
                markdown_v2::write(&markdown_v2::with_whole_quotations(text))
            };
            written(&messages, write, context)
        }
        Form::Json => json(&messages, context),
        Form::Terminal => terminal(&messages, context),
    }
}

/// The posts whose messages these lead to.
fn unpublished(messages: &[Rendered<'_>]) -> BTreeSet<String> {
    let requests = messages.iter().flat_map(|message| message.parts);
    let references = requests.flat_map(Request::references);
    references.map(|reference| reference.post().to_owned()).collect()
}

/// The messages in a form that is text, each under a line that names it where there are several.
fn written(
    messages: &[Rendered<'_>],
    write: fn(&FormattedText) -> Result<String, Unsupported>,
    context: &mut CliContext<'_>,
) -> Result {
    let alone = matches!(messages, [only] if only.parts.len() == 1);
    for message in messages {
        for (index, part) in message.parts.iter().enumerate() {
            let text = write(&part.text()).map_err(|uncarried| {
                let hint = "`--as json` carries everything";
                CliError::stopped(Exit::Findings, uncarried.to_string(), hint)
            })?;
            if !alone {
                let number = if message.parts.len() > 1 {
                    format!(" {}/{}", index + 1, message.parts.len())
                } else {
                    String::new()
                };
                line!(context.out, "── {} · {}{number} ──", message.post, message.channel.name)?;
            }
            context.out.data(&text)?;
        }
    }
    Ok(())
}

/// An element of `render --as json`; the fields are part of the contract.
#[derive(Serialize)]
struct Element<'a> {
    post: &'a str,
    channel: &'a str,
    edition: &'a str,
    parts: Vec<PartElement<'a>>,
}

#[derive(Serialize)]
struct PartElement<'a> {
    #[serde(flatten)]
    request: &'a Request,
    measure: Measure,
}

fn json(messages: &[Rendered<'_>], context: &mut CliContext<'_>) -> Result {
    let elements: Vec<_> = messages
        .iter()
        .map(|message| Element {
            post: message.post.as_str(),
            channel: message.channel.name.as_str(),
            edition: message.edition,
            parts: message
                .parts
                .iter()
                .map(|request| PartElement { request, measure: request.measure() })
                .collect(),
        })
        .collect();
    super::json(&elements, context)
}

fn terminal(messages: &[Rendered<'_>], context: &mut CliContext<'_>) -> Result {
    for message in messages {
        show(message, &[], context)?;
    }
    Ok(())
}

/// Draws a message as bubbles; `footers` are lines below each part, such as its address.
pub(super) fn show(
    message: &Rendered<'_>,
    footers: &[String],
    context: &mut CliContext<'_>,
) -> Result {
    let total = message.parts.len();
    for (index, part) in message.parts.iter().enumerate() {
        let text = part.text();
        let seen = detect::with_found(text.clone());
        let title = format!("{} · {}", message.channel.chat, message.channel.name);
        let footnote = if total > 1 { format!("{}/{total}", index + 1) } else { String::new() };
        let options = terminal_view::BubbleOptions {
            columns: context.terminal.columns,
            ansi: context.terminal.colour,
        };
        let bubble = terminal_view::Bubble { title: &title, text: &seen, footnote: &footnote };
        context.out.styled(&terminal_view::draw(&bubble, &options))?;
        context.out.styled(&terminal_view::gauge(&part.measure(), &text))?;
        if let Some(footer) = footers.get(index) {
            line!(context.out, "{footer}")?;
        }
        writeln!(context.out)?;
    }
    Ok(())
}

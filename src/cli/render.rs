//! `telepress render`: prints the exact messages that a post becomes.

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
use crate::message::{Content, Measure, Poll, Request};
use crate::terminal_view;

#[derive(Debug, Args)]
pub(super) struct RenderArguments {
    #[command(flatten)]
    post: PostArguments,
    /// The output format [default: terminal on a terminal, else text]
    #[arg(long = "as", value_enum, value_name = "FORMAT")]
    form: Option<Form>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// The text without formatting
    Text,
    /// Telegram's HTML
    Html,
    /// Telegram's MarkdownV2
    #[value(name = "markdown-v2")]
    MarkdownV2,
    /// The Bot API requests, part by part
    Json,
    /// A bubble as in a chat, and the limits it uses up
    Terminal,
}

pub(super) fn execute(typed: &RenderArguments, context: &mut CliContext<'_>) -> Result {
    let selected = Selected::find(&typed.post, context)?;
    let Some(post) = &selected.file.post else {
        return Err(selection::refused(&selected.file.report, context)?);
    };
    let messages = selected.rendered(post)?;
    for post in linked_posts(&messages) {
        line!(
            context.err,
            "note: a link to `{post}` has no address until that post is published; it is shown as a placeholder"
        )?;
    }
    let default = if context.terminal.is_tty { Form::Terminal } else { Form::Text };
    let form = typed.form.unwrap_or(default);
    if has_buttons(&messages) && !matches!(form, Form::Json | Form::Terminal) {
        line!(
            context.err,
            "note: the buttons below the text are not shown; `--as terminal` and `--as json` show them"
        )?;
    }
    match form {
        Form::Text => print_text(&messages, |text| Ok(text.string.clone()), context),
        Form::Html => print_text(&messages, html::write, context),
        Form::MarkdownV2 => {
            let write = |text: &FormattedText| {
                markdown_v2::write(&markdown_v2::with_whole_quotations(text))
            };
            print_text(&messages, write, context)
        }
        Form::Json => json(&messages, context),
        Form::Terminal => terminal(&messages, context),
    }
}

fn has_buttons(messages: &[Rendered<'_>]) -> bool {
    let mut requests = messages.iter().flat_map(|message| message.parts);
    requests.any(|request| request.content().and_then(Content::keyboard).is_some())
}

/// The posts that these messages link to.
fn linked_posts(messages: &[Rendered<'_>]) -> BTreeSet<String> {
    let requests = messages.iter().flat_map(|message| message.parts);
    let references = requests.flat_map(Request::references);
    references.map(|reference| reference.post().to_owned()).collect()
}

/// Prints the messages as text; if there are several, each is below a line that names it.
fn print_text(
    messages: &[Rendered<'_>],
    write: fn(&FormattedText) -> Result<String, Unsupported>,
    context: &mut CliContext<'_>,
) -> Result {
    let alone = matches!(messages, [only] if only.parts.len() == 1);
    for message in messages {
        for (index, part) in message.parts.iter().enumerate() {
            let text = write(&part.readable()).map_err(|unsupported| {
                let hint = "use `--as json`, which can express everything";
                CliError::stopped(Exit::Findings, unsupported.to_string(), hint)
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

/// An element of `render --as json`. Programs rely on the names of the fields.
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

/// Draws a message as bubbles; a footer is a line below a part, such as its address.
pub(super) fn show(
    message: &Rendered<'_>,
    footers: &[String],
    context: &mut CliContext<'_>,
) -> Result {
    let total = message.parts.len();
    for (index, part) in message.parts.iter().enumerate() {
        let text = part.text();
        // Telegram finds no links in a poll.
        let seen = part.poll().map_or_else(|| detect::with_found(text.clone()), Poll::as_text);
        let title = format!("{} · {}", message.channel.chat, message.channel.name);
        let footnote = if total > 1 { format!("{}/{total}", index + 1) } else { String::new() };
        let options = terminal_view::BubbleOptions {
            columns: context.terminal.columns,
            ansi: context.terminal.colour,
        };
        let bubble = terminal_view::Bubble {
            title: &title,
            text: &seen,
            footnote: &footnote,
            keyboard: part.content().and_then(Content::keyboard),
        };
        context.out.styled(&terminal_view::draw(&bubble, &options))?;
        context.out.styled(&terminal_view::gauge(&part.measure(), &text))?;
        if let Some(footer) = footers.get(index) {
            line!(context.out, "{footer}")?;
        }
        writeln!(context.out)?;
    }
    Ok(())
}

//! `telepress render`: prints the exact messages that a post becomes.

use std::collections::BTreeSet;

use clap::{Args, ValueEnum};
use serde::Serialize;
use telegram_text::{FormattedText, detect, html, markdown, markdown_v2};

use super::Result;
use super::selection::{self, PostArguments, Rendered, Selected};
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::layout;
use crate::media::{MediaFileError, shown_bytes};
use crate::message::{Content, FileContent, Measure, NamedFile, Params, Poll, Request};
use crate::newsroom::Newsroom;
use crate::post::MediaItem;
use crate::terminal_view;

#[derive(Debug, Args)]
pub(super) struct RenderArguments {
    #[command(flatten)]
    post: PostArguments,
    /// The output format [default: terminal on a terminal, else text]
    #[arg(long = "as", value_enum, value_name = "FORMAT")]
    form: Option<RenderFormat>,
    /// The occurrence of a post with `repeat` at or after this time [default: the next]
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum RenderFormat {
    /// The text without formatting
    Text,
    /// Telegram's HTML
    Html,
    /// Markdown as in the `body` of a post
    Markdown,
    /// Telegram's MarkdownV2
    #[value(name = "markdown-v2")]
    MarkdownV2,
    /// The Bot API requests, part by part
    Json,
    /// A chat bubble, and how much of each limit it uses
    Terminal,
}

pub(super) fn execute(typed: &RenderArguments, context: &mut CliContext<'_>) -> Result {
    let mut selected = Selected::find(&typed.post, context)?;
    if let Some(at) = &typed.at {
        selected.choose_occurrence(at, context)?;
    }
    let Some(post) = &selected.file.post else {
        return Err(selection::refused(&selected.file.report, context)?);
    };
    let messages = selected.rendered(post)?;
    for post in linked_posts(&messages) {
        line!(
            context.err,
            "note: the link to `{post}` is shown as a placeholder; when the post is published, it gets the address of that post"
        )?;
    }
    let default = if context.terminal.is_tty { RenderFormat::Terminal } else { RenderFormat::Text };
    let form = typed.form.unwrap_or(default);
    if let Some(hidden) = hidden(&messages)
        && !matches!(form, RenderFormat::Json | RenderFormat::Terminal)
    {
        line!(
            context.err,
            "note: {hidden} are not shown; `--as terminal` and `--as json` show them"
        )?;
    }
    match form {
        RenderFormat::Text => print_text(&messages, form, |text| Ok(text.string.clone()), context),
        RenderFormat::Html => print_text(
            &messages,
            form,
            |text| html::write(text).map_err(|error| error.to_string()),
            context,
        ),
        RenderFormat::Markdown => print_text(
            &messages,
            form,
            |text| markdown::write(text).map_err(|error| error.to_string()),
            context,
        ),
        RenderFormat::MarkdownV2 => print_text(
            &messages,
            form,
            |text| markdown_v2::write(text).map_err(|error| error.to_string()),
            context,
        ),
        RenderFormat::Json => json(&messages, selected.newsroom(), context),
        RenderFormat::Terminal => terminal(&messages, context),
    }
}

/// What a form of text leaves out.
fn hidden(messages: &[Rendered<'_>]) -> Option<&'static str> {
    let contents = || {
        let requests = messages.iter().flat_map(|message| message.parts);
        requests.filter_map(Request::content)
    };
    // The text of a rich message names its files at their places.
    let is_hidden =
        |content: Content<'_>| !content.media().is_empty() && !matches!(content, Content::Rich(_));
    let has_files = contents().any(is_hidden);
    let has_buttons = contents().any(|content| content.keyboard().is_some());
    match (has_files, has_buttons) {
        (true, true) => Some("the files and the buttons"),
        (true, false) => Some("the files"),
        (false, true) => Some("the buttons below the text"),
        (false, false) => None,
    }
}

/// The posts that these messages link to.
fn linked_posts(messages: &[Rendered<'_>]) -> BTreeSet<String> {
    let requests = messages.iter().flat_map(|message| message.parts.iter().chain(message.comments));
    let references = requests.flat_map(Request::references);
    references.map(|reference| reference.post().to_owned()).collect()
}

/// Blocks have no form in the markup of text messages.
fn refuse_rich(message: &Rendered<'_>) -> Result {
    let is_rich = |part: &Request| matches!(part.content(), Some(Content::Rich(_)));
    if message.parts.iter().any(is_rich) {
        let why = format!("`{}` is a rich message, which this form cannot express", message.post);
        let hint = "use `--as json`, `--as markdown`, `--as terminal` or `--as text`";
        return Err(CliError::stopped(Exit::Findings, why, hint));
    }
    Ok(())
}

/// Prints the messages as text; if there are several, each is below a line that names it.
fn print_text(
    messages: &[Rendered<'_>],
    form: RenderFormat,
    write: fn(&FormattedText) -> Result<String, String>,
    context: &mut CliContext<'_>,
) -> Result {
    let alone = matches!(messages, [only] if only.parts.len() == 1 && only.comments.is_empty());
    for message in messages {
        if !matches!(form, RenderFormat::Text | RenderFormat::Markdown) {
            refuse_rich(message)?;
        }
        let kinds = [("", message.parts), (" · comment", message.comments)];
        for (kind, requests) in kinds {
            for (index, request) in requests.iter().enumerate() {
                let text = match request.content() {
                    Some(Content::Rich(rich)) if form == RenderFormat::Markdown => {
                        layout::rich_markdown(&rich.rich_message).map_err(|why| why.to_string())
                    }
                    _ => write(&request.readable()),
                };
                let text = text.map_err(|why| {
                    let hint = "use `--as json`, which can express everything";
                    CliError::stopped(Exit::Findings, why, hint)
                })?;
                if !alone {
                    let number = number(index, requests.len());
                    let channel = &message.channel.name;
                    line!(context.out, "── {} · {channel}{kind}{number} ──", message.post)?;
                }
                context.out.data(text.trim_end_matches('\n'))?;
            }
        }
    }
    Ok(())
}

/// The number of a message as ` 2/3`, if there are several.
fn number(index: usize, total: usize) -> String {
    if total > 1 { format!(" {}/{total}", index + 1) } else { String::new() }
}

/// An element of `render --as json`. Programs rely on the names of the fields.
#[derive(Serialize)]
struct Element<'a> {
    post: &'a str,
    channel: &'a str,
    edition: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    occurrence: Option<String>,
    parts: Vec<PartElement<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    comments: Vec<PartElement<'a>>,
}

#[derive(Serialize)]
struct PartElement<'a> {
    method: &'static str,
    params: PartParams<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<FileElement<'a>>,
    measure: Measure,
}

#[derive(Serialize)]
#[serde(untagged)]
enum PartParams<'a> {
    Typed(Params<'a>),
    /// Those of a request with files, which they name `attach://m0`.
    WithFiles(serde_json::Map<String, serde_json::Value>),
}

/// A file that `attach://` names.
#[derive(Serialize)]
struct FileElement<'a> {
    name: String,
    path: &'a str,
    kind: &'static str,
    bytes: u64,
    sha256: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<u32>,
}

fn json(messages: &[Rendered<'_>], newsroom: &Newsroom, context: &mut CliContext<'_>) -> Result {
    let mut elements = Vec::new();
    for message in messages {
        let part = |request| part(request, &message.media, newsroom);
        elements.push(Element {
            post: message.post.as_str(),
            channel: message.channel.name.as_str(),
            edition: message.edition,
            occurrence: message.occurrence.map(|slot| slot.to_string()),
            parts: message.parts.iter().map(part).collect::<Result<_>>()?,
            comments: message.comments.iter().map(part).collect::<Result<_>>()?,
        });
    }
    super::json(&elements, context)
}

fn part<'a>(
    request: &'a Request,
    media: &[&MediaItem],
    newsroom: &Newsroom,
) -> Result<PartElement<'a>> {
    let files = request.files().map(|named| file(named, media, newsroom));
    let files = files.collect::<Result<Vec<_>>>()?;
    // The journal stores blocks in another form than the Bot API has.
    let is_stored_form = files.is_empty() && !matches!(request.content(), Some(Content::Rich(_)));
    let params = if is_stored_form {
        PartParams::Typed(request.params())
    } else {
        PartParams::WithFiles(request.bot_api(|file| Some(file.attachment())))
    };
    Ok(PartElement { method: request.method(), params, files, measure: request.measure() })
}

fn file<'a>(
    named: NamedFile<'a>,
    media: &[&MediaItem],
    newsroom: &Newsroom,
) -> Result<FileElement<'a>> {
    let FileContent::Path(path) = &named.file.content else {
        return Err(super::unexpected("a checked post names its files by their paths"));
    };
    let bytes = named.file.bytes;
    let hash = newsroom.media_hash(path, bytes).map_err(|error| unread(path, &error))?;
    let shown = media.iter().find(|item| !named.is_thumbnail && item.media == *named.media);
    let size = shown.and_then(|item| item.shown_size);
    Ok(FileElement {
        name: named.part_name(),
        path,
        kind: if named.is_thumbnail { "thumbnail" } else { named.media.kind.name() },
        bytes,
        sha256: hash.to_string(),
        width: size.map(|size| size.width),
        height: size.map(|size| size.height),
        duration: shown.and_then(|item| item.seconds),
    })
}

fn unread(path: &str, error: &MediaFileError) -> CliError {
    let why = match error {
        MediaFileError::System(error) => format!("cannot be read: {error}"),
        _ => "has changed since it was checked".to_owned(),
    };
    CliError::stopped(Exit::Findings, format!("`{path}` {why}"), "run the command again")
}

fn terminal(messages: &[Rendered<'_>], context: &mut CliContext<'_>) -> Result {
    for message in messages {
        show(message, &[], context)?;
        show_comments(message, context)?;
    }
    Ok(())
}

/// Draws the comments below a message.
fn show_comments(message: &Rendered<'_>, context: &mut CliContext<'_>) -> Result {
    let total = message.comments.len();
    for (index, comment) in message.comments.iter().enumerate() {
        let text = comment.text();
        let footnote = number(index, total).trim_start().to_owned();
        let seen = detect::with_found(text.clone());
        let title = format!("comment below the post in {}", message.channel.name);
        let options = terminal_view::BubbleOptions {
            columns: context.terminal.columns,
            ansi: context.terminal.colour,
        };
        let bubble = terminal_view::Bubble {
            title: &title,
            media: &[],
            is_caption_above: false,
            text: &seen,
            footnote: &footnote,
            keyboard: None,
        };
        context.out.styled(&terminal_view::draw(&bubble, &options))?;
        context.out.styled(&terminal_view::gauge(&comment.measure(), &text))?;
        writeln!(context.out)?;
    }
    Ok(())
}

/// A file in one line: kind, the name if readers see it, size, dimensions, duration.
fn media_line(item: &MediaItem) -> String {
    let MediaItem { media, shown_size, seconds, .. } = item;
    let mut words = vec![media.kind.name().to_owned()];
    words.extend(media.kind.shows_name().then(|| media.file.name.clone()));
    words.push(shown_bytes(media.file.bytes));
    words.extend(shown_size.map(|size| format!("{} × {}", size.width, size.height)));
    words.extend(seconds.map(|seconds| format!("{}:{:02}", seconds / 60, seconds % 60)));
    words.extend(media.has_spoiler.then(|| "spoiler".to_owned()));
    format!("[{}]", words.join(" · "))
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
        let title = format!("{} · {}", message.channel.address(), message.channel.name);
        let footnote = number(index, total).trim_start().to_owned();
        let options = terminal_view::BubbleOptions {
            columns: context.terminal.columns,
            ansi: context.terminal.colour,
        };
        let shows = part.content();
        // The text of a rich message names its files at their places.
        let is_above =
            |shows: Content<'_>| !shows.media().is_empty() && !matches!(shows, Content::Rich(_));
        let items = if shows.is_some_and(is_above) { message.media.as_slice() } else { &[] };
        let media: Vec<_> = items.iter().map(|item| media_line(item)).collect();
        let bubble = terminal_view::Bubble {
            title: &title,
            media: &media,
            is_caption_above: shows.is_some_and(Content::is_caption_above),
            text: &seen,
            footnote: &footnote,
            keyboard: shows.and_then(Content::keyboard),
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

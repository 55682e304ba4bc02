//! `telepress convert`: Telegram text from one format to another, from stdin to stdout, one text or line by line.

use std::io::{BufRead, Read};

use clap::{Args, ValueEnum};
use serde::Serialize;
use telegram_text::split::Excess;

use super::Result;
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::convert::{Conversion, ConvertError, InputFormat, OutputFormat, TextObject, Written};
use crate::exit::Exit;
use crate::{escape, limits};

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct ConvertArguments {
    /// The format of the input
    #[arg(long, value_enum, value_name = "FORMAT")]
    from: InputForm,
    /// The format of the output
    #[arg(long, value_enum, value_name = "FORMAT")]
    to: OutputForm,
    /// Read HTML as browsers do: paragraphs, headings and lists, with unknown tags left out
    #[arg(long)]
    lenient: bool,
    /// Add the entities that Telegram detects: hashtags, links, mentions and so on
    #[arg(long)]
    detect: bool,
    /// Split a long text into several messages
    #[arg(long)]
    split: bool,
    /// Read one JSON object per line, and print one for each: {"text"}, {"text", "entities"}, {"parts"} or {"error"}
    #[arg(long)]
    jsonl: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum InputForm {
    /// Markdown as in the `body` of a post
    Markdown,
    /// The Bot API's text and entities, as JSON
    Entities,
    /// Telegram's HTML, or with --lenient the HTML of web pages
    Html,
    /// Telegram's MarkdownV2
    #[value(name = "markdown-v2")]
    MarkdownV2,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum OutputForm {
    /// The Bot API's text and entities, as JSON
    Entities,
    /// Telegram's HTML
    Html,
    /// Markdown as in the `body` of a post
    Markdown,
    /// Telegram's MarkdownV2
    #[value(name = "markdown-v2")]
    MarkdownV2,
    /// The text without formatting
    Text,
}

impl ConvertArguments {
    fn conversion(&self) -> Conversion {
        Conversion {
            from: match self.from {
                InputForm::Markdown => InputFormat::Markdown,
                InputForm::Entities => InputFormat::Entities,
                InputForm::Html => InputFormat::Html,
                InputForm::MarkdownV2 => InputFormat::MarkdownV2,
            },
            lenient: self.lenient,
            to: match self.to {
                OutputForm::Entities => OutputFormat::Entities,
                OutputForm::Html => OutputFormat::Html,
                OutputForm::Markdown => OutputFormat::Markdown,
                OutputForm::MarkdownV2 => OutputFormat::MarkdownV2,
                OutputForm::Text => OutputFormat::Text,
            },
            detect: self.detect,
            split: self.split,
        }
    }
}

pub(super) fn execute(typed: &ConvertArguments, context: &mut CliContext<'_>) -> Result {
    let conversion = typed.conversion();
    if typed.detect && !matches!(typed.to, OutputForm::Entities) {
        line!(context.err, "note: --detect has an effect only with --to entities")?;
    }
    if typed.lenient && !matches!(typed.from, InputForm::Html) {
        line!(context.err, "note: --lenient has an effect only with --from html")?;
    }
    if typed.jsonl {
        return convert_lines(conversion, context);
    }
    let input = read_whole(&mut *context.input)?;
    let parts = convert_whole(&input, conversion)
        .map_err(|error| CliError::stopped(Exit::Findings, error.to_string(), error.hint()))?;
    warn(&parts, conversion, None, context)?;
    print(&parts, conversion, context)
}

fn convert_whole(input: &[u8], conversion: Conversion) -> Result<Vec<Written>, ConvertError> {
    let text = text(input)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    conversion.convert(&match conversion.from {
        InputFormat::Entities => TextObject::parse(text)?,
        _ => TextObject::of(text),
    })
}

fn print(parts: &[Written], conversion: Conversion, context: &mut CliContext<'_>) -> Result {
    if conversion.to == OutputFormat::Entities {
        line!(context.out, "{}", json(&JsonAnswer::of(parts, conversion.split))?)?;
        return Ok(());
    }
    for (index, part) in parts.iter().enumerate() {
        if parts.len() > 1 {
            line!(context.out, "── {}/{} ──", index + 1, parts.len())?;
        }
        context.out.data(&part.text)?;
    }
    Ok(())
}

/// Warns of a text that Telegram would refuse or cut. `line` counts from 1.
fn warn(
    parts: &[Written],
    conversion: Conversion,
    line: Option<u64>,
    context: &mut CliContext<'_>,
) -> Result {
    for (index, part) in parts.iter().enumerate().filter(|(_, part)| !part.excess.is_none()) {
        let line = line.map_or_else(String::new, |line| format!("line {line}: "));
        let number = match parts.len() {
            1 => String::new(),
            total => format!("part {} of {total}: ", index + 1),
        };
        let is_markup = part.excess == Excess { bytes: part.excess.bytes, ..Excess::default() }
            && matches!(conversion.to, OutputFormat::Html | OutputFormat::MarkdownV2);
        let hint = match (conversion.split, part.excess.entity_bytes) {
            (false, 0) if is_markup => "use --to entities, which needs no markup",
            (false, 0) => "use --split to make several messages",
            (false, _) => "shorten the links, or use --split to make several messages",
            (true, 0) => "use --to entities, which needs no markup",
            (true, _) => "shorten the link: it alone is too long for a message",
        };
        let much = part.excess.much();
        let warning = format!("{line}{number}the text has {much} too many for one message");
        context.err.warning(&warning, hint)?;
    }
    Ok(())
}

#[derive(Serialize)]
#[serde(untagged)]
enum JsonAnswer<'a> {
    Text(&'a Written),
    Parts { parts: &'a [Written] },
    Error { error: String },
}

impl<'a> JsonAnswer<'a> {
    fn of(parts: &'a [Written], split: bool) -> Self {
        match parts {
            [only] if !split => Self::Text(only),
            parts => Self::Parts { parts },
        }
    }
}

fn json(answer: &JsonAnswer<'_>) -> Result<String> {
    let json = serde_json::to_string(answer).map_err(super::unexpected)?;
    Ok(escape::json(&json).into_owned())
}

/// More warnings than this are only counted: a program that feeds lines may never read stderr.
const WARNINGS: u64 = 10;

/// Answers each line before it reads the next one, so that a program can wait for the answer.
fn convert_lines(conversion: Conversion, context: &mut CliContext<'_>) -> Result {
    let mut line = Vec::new();
    let (mut number, mut too_long) = (0, 0);
    while read_line(&mut *context.input, &mut line)? {
        number += 1;
        if number == 1 && line.starts_with(BYTE_ORDER_MARK) {
            line.drain(..BYTE_ORDER_MARK.len());
        }
        let converted = text(&line).and_then(|json| conversion.convert(&TextObject::parse(json)?));
        if let Ok(parts) = &converted
            && parts.iter().any(|part| !part.excess.is_none())
        {
            too_long += 1;
            if too_long <= WARNINGS {
                warn(parts, conversion, Some(number), context)?;
            }
        }
        let answer = match &converted {
            Ok(parts) => json(&JsonAnswer::of(parts, conversion.split))?,
            Err(error) => {
                context.ends(Exit::Findings);
                json(&JsonAnswer::Error { error: error.to_string() })?
            }
        };
        line!(context.out, "{answer}")?;
    }
    if let Some(more) = too_long.checked_sub(WARNINGS).filter(|more| *more > 0) {
        let lines = if more == 1 { "line is" } else { "lines are" };
        line!(context.err, "warning: {more} more {lines} too long for one message")?;
    }
    Ok(())
}

/// Some editors begin UTF-8 with it; it is not part of the text.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Reads the input up to one byte past the limit, so that a longer one can be refused.
fn read_whole(input: &mut dyn BufRead) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(limits::CONVERT_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads a line without its line break, and skips what is past [`limits::CONVERT_BYTES`]. `false` at the end of the
/// input.
fn read_line(input: &mut dyn BufRead, line: &mut Vec<u8>) -> Result<bool> {
    line.clear();
    input.take(limits::CONVERT_BYTES + 1).read_until(b'\n', line)?;
    if line.is_empty() {
        return Ok(false);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    } else {
        input.skip_until(b'\n')?;
    }
    Ok(true)
}

fn text(bytes: &[u8]) -> Result<&str, ConvertError> {
    if u64::try_from(bytes.len()).map_or(true, |length| length > limits::CONVERT_BYTES) {
        return Err(ConvertError::TooLong);
    }
    std::str::from_utf8(bytes).map_err(|error| ConvertError::NotUtf8(error.valid_up_to()))
}

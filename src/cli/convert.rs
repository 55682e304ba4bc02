//! `telepress convert`: Telegram text between its forms, from stdin to stdout, one text or line by line.

use std::io::{BufRead, Read};

use clap::{Args, ValueEnum};
use serde::Serialize;
use telegram_text::split::Excess;

use super::Result;
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::convert::{Conversion, Refused, Source, Target, TextObject, Written};
use crate::exit::Exit;
use crate::{escape, limits};

#[derive(Debug, Args)]
pub(super) struct ConvertArguments {
    /// The form that is read
    #[arg(long, value_enum, value_name = "FORM")]
    from: InputForm,
    /// The form that is written
    #[arg(long, value_enum, value_name = "FORM")]
    to: OutputForm,
    /// Adds the entities that Telegram finds by itself: hashtags, links, mentions and the like
    #[arg(long)]
    detect: bool,
    /// Makes as many messages of it as it needs
    #[arg(long)]
    split: bool,
    /// Every line is a JSON object, and gives one: {"text"}, {"text", "entities"}, {"parts"} or {"error"}
    #[arg(long)]
    jsonl: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum InputForm {
    /// Markdown, as the `body` of a post has it
    Markdown,
    /// Text and entities as in the Bot API, in JSON
    Entities,
    /// Telegram's HTML
    Html,
    /// Telegram's MarkdownV2
    #[value(name = "markdown-v2")]
    MarkdownV2,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum OutputForm {
    /// Text and entities as in the Bot API, in JSON
    Entities,
    /// Telegram's HTML
    Html,
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
                InputForm::Markdown => Source::Markdown,
                InputForm::Entities => Source::Entities,
                InputForm::Html => Source::Html,
                InputForm::MarkdownV2 => Source::MarkdownV2,
            },
            to: match self.to {
                OutputForm::Entities => Target::Entities,
                OutputForm::Html => Target::Html,
                OutputForm::MarkdownV2 => Target::MarkdownV2,
                OutputForm::Text => Target::Text,
            },
            detect: self.detect,
            split: self.split,
        }
    }
}

pub(super) fn execute(typed: &ConvertArguments, context: &mut CliContext<'_>) -> Result {
    let conversion = typed.conversion();
    if typed.detect && !matches!(typed.to, OutputForm::Entities) {
        line!(context.err, "note: --detect shows only with --to entities")?;
    }
    if typed.jsonl {
        return lines(conversion, context);
    }
    let input = whole(&mut *context.input)?;
    let parts = one(&input, conversion).map_err(|refused| {
        CliError::stopped(Exit::Findings, refused.to_string(), refused.hint())
    })?;
    warn(&parts, conversion, None, context)?;
    print(&parts, conversion, context)
}

/// Converts the whole input as one text.
fn one(input: &[u8], conversion: Conversion) -> Result<Vec<Written>, Refused> {
    let text = text(input)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    conversion.convert(&match conversion.from {
        Source::Entities => TextObject::parse(text)?,
        _ => TextObject::of(text),
    })
}

fn print(parts: &[Written], conversion: Conversion, context: &mut CliContext<'_>) -> Result {
    if conversion.to == Target::Entities {
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

/// Tells what Telegram would not take as it is printed. `line` counts from 1.
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
            && matches!(conversion.to, Target::Html | Target::MarkdownV2);
        let hint = match (conversion.split, part.excess.entity_bytes) {
            (false, 0) if is_markup => "--to entities says the same without markup",
            (false, 0) => "--split makes as many messages as it needs",
            (false, _) => "shorten the links, or make several messages with --split",
            (true, 0) => "--to entities says the same without markup",
            (true, _) => "shorten the link: by itself it is more than a message holds",
        };
        let much = part.excess.much();
        let warning = format!("{line}{number}this has {much} too many for one message");
        context.err.warning(&warning, hint)?;
    }
    Ok(())
}

/// What one line of input gives.
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

/// So many lines are warned of one by one: whoever speaks with this program may not read what it is warned of.
const WARNINGS: u64 = 10;

/// One answer a line, each written before the next line is waited for, so that a program can speak with this one.
fn lines(conversion: Conversion, context: &mut CliContext<'_>) -> Result {
    let mut line = Vec::new();
    let (mut number, mut much) = (0, 0);
    while read_line(&mut *context.input, &mut line)? {
        number += 1;
        if number == 1 && line.starts_with(MARK) {
            line.drain(..MARK.len());
        }
        let converted = text(&line).and_then(|json| conversion.convert(&TextObject::parse(json)?));
        if let Ok(parts) = &converted
            && parts.iter().any(|part| !part.excess.is_none())
        {
            much += 1;
            if much <= WARNINGS {
                warn(parts, conversion, Some(number), context)?;
            }
        }
        let answer = match &converted {
            Ok(parts) => json(&JsonAnswer::of(parts, conversion.split))?,
            Err(refused) => {
                context.ends(Exit::Findings);
                json(&JsonAnswer::Error { error: refused.to_string() })?
            }
        };
        line!(context.out, "{answer}")?;
    }
    if let Some(more) = much.checked_sub(WARNINGS).filter(|more| *more > 0) {
        let lines = if more == 1 { "line has" } else { "lines have" };
        line!(context.err, "warning: {more} more {lines} too much for one message")?;
    }
    Ok(())
}

/// The byte order mark, which some editors put in front of UTF-8. It is no part of the text.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// All of the input, as far as it is not too long.
fn whole(input: &mut dyn BufRead) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(limits::CONVERT_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads a line without its line break; of one past [`limits::CONVERT_BYTES`] the rest is passed over. `false` at the
/// end of the input.
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

fn text(bytes: &[u8]) -> Result<&str, Refused> {
    if u64::try_from(bytes.len()).map_or(true, |length| length > limits::CONVERT_BYTES) {
        return Err(Refused::TooLong);
    }
    std::str::from_utf8(bytes).map_err(|error| Refused::NotUtf8(error.valid_up_to()))
}

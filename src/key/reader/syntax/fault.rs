//! The mistakes in TOML that authors make, told from the parser's words and from what was typed; nothing is corrected.

use std::ops::Range;

use crate::diagnostic::{Code, Diagnostic};
use crate::key::nearest;

/// What is wrong with a piece of TOML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// A key or a table that stands twice.
    Twice,
    /// A nesting that the parser gave up on.
    TooDeep,
    /// A key below a value that is no table.
    BelowValue,
    /// A backslash that means nothing to TOML.
    Escape,
    /// A control character.
    Control,
    /// A carriage return without the line feed that belongs to it.
    CarriageReturn,
    /// A value that is no string, for want of quotes, and nothing else either.
    Unquoted,
    /// A number as TOML does not write it.
    Number,
    /// A date or a time that does not exist.
    Time,
    /// No value.
    NoValue,
    /// A string of one line without its closing quote.
    UnclosedString,
    /// A string of several lines without its closing quotes.
    UnclosedText,
    /// A list or an inline table without its closing bracket.
    Unclosed,
    /// A header without its closing brackets.
    UnclosedHeader,
    /// No comma between two items.
    MissingComma,
    /// A comma with nothing in front of it.
    ExtraComma,
    /// A second `=`.
    ExtraEquals,
    /// A line, or a place in an inline table, without a key and a value.
    NoPair,
    /// Something behind a value, on its line.
    Behind,
    /// A closing bracket that closes nothing.
    StrayBracket,
    /// Anything else.
    Other,
}

impl Fault {
    /// What the parser means with `message`, at `span` of `text`.
    pub(super) fn of(message: &str, text: &str, span: &Range<usize>) -> Self {
        let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
        let typed = text.get(span.clone()).unwrap_or_default();
        let rest = text.get(span.start..).unwrap_or_default();
        if message == "duplicate key" {
            Self::Twice
        } else if says(&["recurse", "recursion"]) {
            Self::TooDeep
        } else if says(&["cannot extend"]) {
            Self::BelowValue
        } else if says(&["escaped value", "unicode"]) {
            Self::Escape
        } else if says(&["carriage return"]) || rest.starts_with('\r') && !rest.starts_with("\r\n")
        {
            Self::CarriageReturn
        } else if rest.starts_with("\r\n") && says(&["visible characters"]) {
            Self::UnclosedString
        } else if says(&[
            "visible characters",
            "printable characters",
            "quote characters",
            ", characters",
        ]) {
            Self::Control
        } else if says(&["multi-line"]) {
            Self::UnclosedText
        } else if says(&["invalid basic string", "invalid literal string"]) {
            Self::UnclosedString
        } else if says(&["must be quoted", "invalid boolean", "opening quote", "missing value,"]) {
            if typed.trim().is_empty() { Self::NoValue } else { Self::Unquoted }
        } else if says(&["invalid date", "invalid time", "invalid offset", "invalid datetime"]) {
            Self::Time
        } else if says(&["unclosed table", "unclosed array table"]) {
            Self::UnclosedHeader
        } else if says(&["unclosed array", "unclosed inline table", "`=` in array"]) {
            Self::Unclosed
        } else if says(&["missing comma"]) {
            Self::MissingComma
        } else if says(&["extra comma"]) {
            Self::ExtraComma
        } else if says(&["extra `=`", "extra assignment"]) {
            Self::ExtraEquals
        } else if says(&["key", "assignment"]) && !says(&["unexpected key"]) {
            Self::NoPair
        } else if says(&["unexpected key or value", "unexpected content"]) {
            Self::Behind
        } else if says(&["table open", "array opening"]) {
            Self::StrayBracket
        } else if says(&[
            "leading zero",
            "between digits",
            "digits",
            "radix",
            "sign",
            "number",
            "integer",
            "float",
        ]) {
            Self::Number
        } else {
            Self::Other
        }
    }

    /// Whether it lies inside a value, so that the parser knows where it stands behind it.
    pub(super) fn is_inside_a_value(self) -> bool {
        matches!(
            self,
            Self::Escape | Self::Control | Self::Unquoted | Self::Number | Self::Time | Self::Twice
        )
    }

    /// Whether it lies between quotes, where every character may stand.
    fn is_in_quotes(self) -> bool {
        matches!(
            self,
            Self::Escape
                | Self::Control
                | Self::CarriageReturn
                | Self::UnclosedString
                | Self::UnclosedText
        )
    }

    /// What is told of it.
    pub(super) fn diagnostic(self, message: &str, text: &str, span: Range<usize>) -> Diagnostic {
        let code = match self {
            Self::Twice => Code::DuplicateKey,
            Self::TooDeep => Code::TooDeep,
            _ => Code::Syntax,
        };
        let rest = text.get(span.start..).unwrap_or_default();
        let hidden = rest.chars().next().filter(|first| is_hidden(*first) && !self.is_in_quotes());
        if let Some(hidden) = hidden {
            let span = span.start..span.start + hidden.len_utf8();
            let message =
                format!("the character U+{:04X} stands outside the quotes", u32::from(hidden));
            let hint = "type an ordinary space in its place, or nothing";
            return Diagnostic::new(code, span, message, hint);
        }
        let typed = text.get(span.clone()).unwrap_or_default();
        let (span, message, hint) = self.told(message, text, typed, span.clone());
        Diagnostic::new(code, at_least_one(text, span), message, hint)
    }

    fn told(
        self,
        message: &str,
        text: &str,
        typed: &str,
        span: Range<usize>,
    ) -> (Range<usize>, String, String) {
        let (words, hint): (String, String) = match self {
            Self::Twice => return twice(text, typed, span),
            Self::Escape => return escape(text, span),
            Self::NoPair => return no_pair(text, typed, span),
            Self::NoValue => return no_value(text, span),
            Self::Control => return control(text, span),
            Self::CarriageReturn => return carriage_return(text, span),
            Self::Behind => (
                "the value ends here, and more stands behind it on the line".into(),
                behind(text, &span).into(),
            ),
            Self::Unquoted => (format!("`{typed}` stands there without quotes"), unquoted(typed)),
            Self::TooDeep => (
                "too many tables or lists stand inside one another".into(),
                "no key of telepress needs that; flatten it".into(),
            ),
            Self::BelowValue => (
                format!("`{typed}` has a value, so no key can stand below it"),
                "write the key as it stands in the reference, without a dot".into(),
            ),
            Self::Number => return number(text, &span),
            Self::Time => (
                time(message),
                "write the date and the time as in 2024-06-19T18:40:00+03:00, without quotes"
                    .into(),
            ),
            Self::UnclosedString => {
                let quote = typed.chars().next().unwrap_or('"');
                (
                    "the text that begins here is not closed on its line".into(),
                    format!(
                        "close it with `{quote}`; a text of several lines stands between {quote}{quote}{quote} and {quote}{quote}{quote}"
                    ),
                )
            }
            Self::UnclosedText => (
                "the text that begins here is not closed".into(),
                format!("write {typed} behind its last line"),
            ),
            Self::Unclosed => return unclosed_at(text, span),
            Self::UnclosedHeader => return unclosed_header(text, &span),
            Self::MissingComma => {
                ("a comma is missing in front of this".into(), missing_comma(text, &span).into())
            }
            Self::ExtraComma => {
                ("nothing stands between the two commas".into(), "take one comma out".into())
            }
            Self::ExtraEquals => ("one `=` is enough".into(), "take this one out".into()),
            Self::StrayBracket => (
                "this bracket closes nothing".into(),
                "take it out, or write the bracket that it should close".into(),
            ),
            Self::Other => (
                message.trim_end_matches('.').replace('\n', ", "),
                "see how TOML is written at https://toml.io/".into(),
            ),
        };
        (span, words, hint)
    }
}

/// The same place, or the character behind it where it is empty: a caret points at something.
fn at_least_one(text: &str, span: Range<usize>) -> Range<usize> {
    let next = text.get(span.start..).and_then(|rest| rest.chars().next());
    match next.filter(|next| span.is_empty() && !matches!(next, '\n' | '\r')) {
        Some(next) => span.start..span.start + next.len_utf8(),
        None => span,
    }
}

/// A bracket at `at` that nothing closes.
pub(super) fn unclosed(text: &str, at: usize) -> Diagnostic {
    let (span, message, hint) = unclosed_at(text, at..at + 1);
    Diagnostic::new(Code::Syntax, span, message, hint)
}

fn unclosed_at(text: &str, span: Range<usize>) -> (Range<usize>, String, String) {
    match text.get(span.clone()) {
        Some("{") => (
            span,
            "the `{` that stands here is not closed".into(),
            "write `}` behind its last key: { key = \"…\", key = \"…\" }".into(),
        ),
        Some("[") => (
            span,
            "the list that begins here is not closed".into(),
            "write `]` behind its last item: [\"…\", \"…\"]".into(),
        ),
        _ => (span, "a key stands inside a list".into(), "close the list above with `]`".into()),
    }
}

fn twice(text: &str, typed: &str, span: Range<usize>) -> (Range<usize>, String, String) {
    let here = super::line(text, &span);
    let header = text.get(here).unwrap_or_default().trim();
    let hint = if header.starts_with('[') && !header.starts_with("[[") {
        format!(
            "write every key below the first `{header}`; the tables of a list have two brackets: [{header}]"
        )
    } else {
        "keep one of the two".to_owned()
    };
    let message = if header.starts_with('[') {
        format!("the table `{header}` stands here a second time")
    } else {
        format!("the key `{typed}` stands here a second time")
    };
    (span, message, hint)
}

fn unclosed_header(text: &str, span: &Range<usize>) -> (Range<usize>, String, String) {
    let here = super::line(text, span);
    let line = text.get(here.clone()).unwrap_or_default();
    let start = here.start + (line.len() - line.trim_start().len());
    let header = line.trim();
    let close = if header.starts_with("[[") { "]]" } else { "]" };
    (
        start..start + header.len(),
        format!("the header `{header}` is not closed"),
        format!("end it with `{close}`"),
    )
}

/// What was typed around the place at which the parser gave up reading a number.
fn number(text: &str, span: &Range<usize>) -> (Range<usize>, String, String) {
    let is_part =
        |character: char| character.is_ascii_alphanumeric() || "._-+:/".contains(character);
    let before = text.get(..span.start).unwrap_or_default();
    let behind = text.get(span.start..).unwrap_or_default();
    let start = before.trim_end_matches(is_part).len();
    let end = text.len() - behind.trim_start_matches(is_part).len();
    let typed = text.get(start..end).unwrap_or_default();
    let hint = if typed.contains(['.', '-', '/', ':']) {
        unquoted(typed)
    } else {
        "put it into double quotes where a text is meant".to_owned()
    };
    (start..end, format!("`{typed}` is no number as TOML writes it"), hint)
}

fn escape(text: &str, span: Range<usize>) -> (Range<usize>, String, String) {
    let before = text.get(..span.start).unwrap_or_default();
    let start = before.rfind('\\').unwrap_or(span.start);
    let next = text
        .get(start..)
        .and_then(|rest| rest.chars().nth(1))
        .filter(|next| *next != '\n' && *next != '\r');
    let end = next.map_or(start + 1, |next| start + 1 + next.len_utf8());
    let typed = text.get(start..end).unwrap_or_default();
    let message = match next {
        Some('u' | 'U' | 'x') => format!("TOML expects the number of a character behind `{typed}`"),
        _ => format!("`{typed}` means nothing in a text between double quotes"),
    };
    let hint = format!(
        "write `\\{typed}`, or put the text between single quotes, where a backslash is only a backslash"
    );
    (start..end, message, hint)
}

fn control(text: &str, span: Range<usize>) -> (Range<usize>, String, String) {
    let Some(character) = text.get(span.start..).and_then(|rest| rest.chars().next()) else {
        return (span, "a control character stands here".into(), "take it out".into());
    };
    let span = span.start..span.start + character.len_utf8();
    (
        span,
        format!("the control character U+{:04X} stands here", u32::from(character)),
        "take it out".into(),
    )
}

/// The parser points behind a carriage return between two values, and at one inside a string.
fn carriage_return(text: &str, span: Range<usize>) -> (Range<usize>, String, String) {
    let here = text.get(span.start..).is_some_and(is_lone_return);
    let at = if here { span.start } else { span.start.saturating_sub(1) };
    (
        at..at + 1,
        "a carriage return stands here alone".into(),
        "save the file with ordinary line ends (LF, or CR LF as on Windows)".into(),
    )
}

fn is_lone_return(text: &str) -> bool {
    text.starts_with('\r') && !text.starts_with("\r\n")
}

fn no_value(text: &str, span: Range<usize>) -> (Range<usize>, String, String) {
    let start = super::line(text, &span).start;
    let before = text.get(start..span.start).unwrap_or_default();
    let span = before.rfind('=').map_or(span, |equals| start + equals..start + equals + 1);
    (span, "no value stands behind this `=`".into(), "write one, or take the line out".into())
}

fn no_pair(text: &str, typed: &str, span: Range<usize>) -> (Range<usize>, String, String) {
    let here = super::line(text, &span);
    let line = text.get(here.clone()).unwrap_or_default();
    let start = here.start + (line.len() - line.trim_start().len());
    let line = line.trim();
    let whole = start..start + line.len();
    if typed.starts_with(':') {
        let colon = span.start..span.start + 1;
        return (
            colon,
            "TOML writes `=` between a key and its value".into(),
            "write `=` in place of the colon".into(),
        );
    }
    if line.starts_with("//") || line.starts_with("--") || line.starts_with("<!--") {
        return (
            whole,
            "this line is no comment in TOML".into(),
            "begin a comment with `#`".into(),
        );
    }
    if line.starts_with('=') {
        return (
            whole,
            "no key stands in front of this `=`".into(),
            "write one, or take the line out".into(),
        );
    }
    let key = line.split('=').next().unwrap_or_default().trim_end();
    if key.len() < line.len() && !key.contains(['"', '\'', '{', '[']) {
        let key_span = start..start + key.len();
        if key.contains(char::is_whitespace) && key.is_ascii() {
            let joined = key.split_whitespace().collect::<Vec<_>>().join("_");
            return (
                key_span,
                format!("the key `{key}` has a space in it"),
                format!("write it as one word, such as `{joined}`"),
            );
        }
        return (
            key_span,
            format!("`{key}` is no key of telepress"),
            "keys are English words in small letters, such as `heading`".into(),
        );
    }
    (
        whole,
        "this line is neither a key with its value, nor a table, nor a comment".into(),
        "a text stands in quotes behind its key: text = \"…\"; a comment begins with `#`".into(),
    )
}

fn missing_comma(text: &str, span: &Range<usize>) -> &'static str {
    let before = text.get(..span.start).unwrap_or_default();
    if before.ends_with('"') {
        return "put one there; a quotation mark inside a text is written `\\\"`, or as “ and ”";
    }
    "put one there"
}

fn behind(text: &str, span: &Range<usize>) -> &'static str {
    let rest = text.get(span.start..).unwrap_or_default().lines().next().unwrap_or_default();
    let before = text.get(..span.start).unwrap_or_default();
    if rest.trim() == "," || rest.starts_with(';') {
        return "take it out: nothing stands behind a value at the end of its line";
    }
    if rest.starts_with(']') || rest.starts_with('}') {
        return "take the bracket out, or write the one that it should close";
    }
    if before.ends_with('"') && !rest.starts_with(',') {
        return "a quotation mark inside a text is written `\\\"`, or as “ and ”; the next key begins on a line of its own";
    }
    if before.ends_with('\'') && !rest.starts_with(',') {
        return "put a text with an apostrophe between double quotes, or write the apostrophe as ’";
    }
    if rest.starts_with(',') {
        return "put several values into brackets: [\"…\", \"…\"]";
    }
    "begin the next key on a line of its own"
}

fn unquoted(typed: &str) -> String {
    let lower = typed.to_lowercase();
    let first = typed.chars().next().unwrap_or_default();
    match lower.as_str() {
        "true" | "false" => return format!("write it in small letters: {lower}"),
        "yes" | "on" => {
            return "write `true`, or put it into double quotes where a text is meant".into();
        }
        "no" | "off" => {
            return "write `false`, or put it into double quotes where a text is meant".into();
        }
        _ => {}
    }
    if "“”„«»‘’‚‹›‟".contains(first) {
        return "TOML knows only straight quotation marks: write \" in front and behind".into();
    }
    if first.is_ascii_digit() && typed.contains(['.', '-', '/', ':']) {
        return "write the date and the time as in 2024-06-19T18:40:00+03:00, without quotes; put a text into double quotes".into();
    }
    if let Some(near) = nearest(&lower, ["true", "false"]) {
        return format!("did you mean `{near}`? A text stands in double quotes");
    }
    "put a text into double quotes".into()
}

fn time(message: &str) -> String {
    match message.split_once(", expected ") {
        Some((_, wanted)) if wanted.contains(" between ") => {
            format!("there is no such date or time ({wanted} expected)")
        }
        _ => "this is no date and time".to_owned(),
    }
}

/// Spaces other than the ordinary one, and characters without width: in TOML they may stand inside quotes only.
fn is_hidden(character: char) -> bool {
    (character.is_whitespace() && !character.is_ascii())
        || matches!(character, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}')
}

//! The fields that posts and configs have in common: markup, lines, markers, links, languages, each checked alike.

mod character;
mod link;
mod prose;
mod token;

use std::ops::Range;

use telegram_text::ParsedText;
use telegram_text::body::Body;
use telegram_text::{emoji, normal};

use crate::diagnostic::problem::TextProblem;
use crate::diagnostic::{Diagnostic, Problem};
use crate::ids::Language;
use crate::key::{Reader, SpannedStr};
use crate::limits;
use crate::source::{SourceFile, TypedString};

/// Reads fields and collects what is wrong with them.
#[derive(Debug)]
pub(crate) struct Fields<'f> {
    reader: Reader<'f>,
    custom_emoji: bool,
    /// Posts that the texts refer to, by their ids, with the place in the file.
    references: Vec<(String, Range<usize>)>,
    /// The string whose characters were looked for last, with its place: a text with one problem often has more.
    located: Option<(Range<usize>, Option<TypedString>)>,
}

impl<'f> Fields<'f> {
    /// Fields of the file that `reader` has read.
    #[must_use]
    pub(crate) fn new(reader: Reader<'f>, custom_emoji: bool) -> Self {
        Self { reader, custom_emoji, references: Vec::new(), located: None }
    }

    /// Whether custom emoji may be sent.
    pub(crate) fn allow_custom_emoji(&mut self, allowed: bool) {
        self.custom_emoji = allowed;
    }

    /// Notes that bytes `range` of the string `typed` refer to the post `id`.
    pub(crate) fn refers(&mut self, typed: &SpannedStr<'_>, range: Range<usize>, id: &str) {
        let span = self.in_string(&typed.span, range);
        self.references.push((id.to_owned(), span));
    }

    /// The posts that were referred to since this was asked last.
    pub(crate) fn take_references(&mut self) -> Vec<(String, Range<usize>)> {
        std::mem::take(&mut self.references)
    }

    /// The reader with everything that was wrong.
    #[must_use]
    pub(crate) fn into_reader(self) -> Reader<'f> {
        self.reader
    }

    /// The file that is read.
    pub(crate) fn file(&self) -> &'f SourceFile {
        self.reader.file
    }

    /// Whether the TOML of the table at `span` was malformed; see [`Reader::is_malformed_in_table`].
    #[must_use]
    pub(crate) fn is_malformed_in_table(&self, span: &Range<usize>) -> bool {
        self.reader.is_malformed_in_table(span)
    }

    /// Whether the TOML itself was malformed.
    #[must_use]
    pub(crate) fn is_malformed(&self) -> bool {
        self.reader.is_malformed()
    }

    /// Whether something typed below `table.name` could not be read.
    #[must_use]
    pub(crate) fn has_losses_below(&self, table: &str, name: &str) -> bool {
        self.reader.has_losses_below(table, name)
    }

    /// Whether something is already wrong within `span`, or the TOML there is malformed.
    #[must_use]
    pub(crate) fn has_errors_in(&self, span: &Range<usize>) -> bool {
        self.reader.has_errors_in(span)
    }

    /// Fields that read the same file and tell nothing: for values whose problems another reading tells.
    #[must_use]
    pub(crate) fn silent(&self) -> Self {
        Self::new(self.reader.silent(), self.custom_emoji)
    }

    /// Notes a problem at `span`.
    pub(crate) fn report(&mut self, span: Range<usize>, problem: impl Into<Problem>) {
        self.reader.report(span, problem);
    }

    /// Notes a problem that has another place too.
    pub(crate) fn add(&mut self, diagnostic: Diagnostic) {
        self.reader.add(diagnostic);
    }

    /// Notes a problem at bytes `range` of the string `typed`.
    pub(crate) fn report_in(
        &mut self,
        typed: &SpannedStr<'_>,
        range: Range<usize>,
        problem: impl Into<Problem>,
    ) {
        let span = self.in_string(&typed.span, range);
        self.report(span, problem);
    }

    /// The bytes of the file at which bytes `decoded` of a string value were typed, where `value` is the string with its
    /// quotes.
    ///
    /// TOML decodes escapes, trims the first line break of a multi-line string and joins lines at a backslash, so the
    /// two differ; the whole of `value` is returned where it is no string.
    fn in_string(&mut self, value: &Range<usize>, decoded: Range<usize>) -> Range<usize> {
        if self.located.as_ref().is_none_or(|(known, _)| known != value) {
            let raw = self.reader.file.text.get(value.clone());
            self.located = Some((value.clone(), raw.and_then(TypedString::of)));
        }
        let typed = self.located.as_ref().and_then(|(_, typed)| typed.as_ref());
        match typed.and_then(|typed| typed.locate(decoded)) {
            Some(range) => value.start + range.start..value.start + range.end,
            None => value.clone(),
        }
    }

    /// Notes a text that shows nothing, or is too long to be looked at.
    fn is_usable(&mut self, typed: &SpannedStr<'_>) -> bool {
        // Telegram takes some texts of which readers see nothing.
        let unseen = |character: char| character.is_whitespace() || character::is_unseen(character);
        let problem = if typed.value.is_empty() {
            TextProblem::Empty
        } else if typed.value.len() > limits::SOURCE_TEXT_BYTES {
            TextProblem::TooLong(typed.value.len())
        } else if normal::is_blank(&typed.value) || typed.value.chars().all(unseen) {
            TextProblem::Blank
        } else {
            return true;
        };
        self.report(typed.span.clone(), problem);
        false
    }

    /// A text with inline Markdown.
    pub(crate) fn markup(&mut self, typed: &SpannedStr<'_>) -> Option<ParsedText> {
        if !self.is_usable(typed) {
            return None;
        }
        self.characters(typed);
        let mut problems = Vec::new();
        let prose = telegram_text::inline::parse(&typed.value, &mut problems);
        let faulty = self.problems(typed, problems);
        self.prose(typed, &prose);
        if !faulty && (prose.text.is_empty() || normal::is_blank(&prose.text.string)) {
            self.report(typed.span.clone(), TextProblem::BlankMarkup);
            return None;
        }
        Some(prose)
    }

    /// Free Markdown with blocks.
    pub(crate) fn body(&mut self, typed: &SpannedStr<'_>) -> Option<Body> {
        if !self.is_usable(typed) {
            return None;
        }
        self.inner_characters(typed);
        let mut body = telegram_text::body::parse(&typed.value);
        let faulty = self.problems(typed, std::mem::take(&mut body.problems));
        self.blocks(typed, &body.blocks);
        if body.blocks.is_empty() && !faulty {
            self.report(typed.span.clone(), TextProblem::BlankBody);
            return None;
        }
        Some(body)
    }

    /// Code: kept as typed, but for carriage returns and the line break at its end.
    pub(crate) fn code(&mut self, typed: &SpannedStr<'_>) -> Option<ParsedText> {
        if !self.is_usable(typed) {
            return None;
        }
        self.inner_characters(typed);
        Some(ParsedText::verbatim(typed.value.replace("\r\n", "\n").trim_end_matches('\n'), 0))
    }

    /// A text of one line without markup.
    pub(crate) fn line(&mut self, typed: &SpannedStr<'_>, key: &'static str) -> Option<String> {
        if !self.is_usable(typed) {
            return None;
        }
        self.plain_characters(typed);
        if let Some(at) = typed.value.find(['\n', '\r']) {
            self.report_in(typed, at..at + 1, TextProblem::LineBreak(key));
            return None;
        }
        Some(typed.value.trim().to_owned())
    }

    /// One or more emoji.
    pub(crate) fn marker(&mut self, typed: &SpannedStr<'_>) -> Option<String> {
        let marker = self.line(typed, "marker")?;
        if emoji::has_words(&marker) {
            self.report(typed.span.clone(), TextProblem::MarkerWords);
        }
        Some(marker)
    }

    /// A language tag.
    pub(crate) fn language(&mut self, typed: &SpannedStr<'_>) -> Option<Language> {
        let language = Language::parse(&typed.value);
        if language.is_none() {
            self.report(typed.span.clone(), TextProblem::Language(typed.value.to_string()));
        }
        language
    }
}

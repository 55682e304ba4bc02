//! Validates the kinds of values that posts and configs share: markup, lines, markers, links and languages.

mod character;
mod link;
mod poll_text;
mod prose;
mod token;

use std::ops::Range;

use telegram_text::ParsedText;
use telegram_text::block::Block;
use telegram_text::body::{AlertTitles, Options};
use telegram_text::{emoji, normal};

use crate::diagnostic::problem::TextProblem;
use crate::diagnostic::{Diagnostic, Problem};
use crate::ids::Language;
use crate::key::{Reader, SpannedStr};
use crate::limits;
use crate::source::{SourceFile, TypedString};

/// What an author types for the date of an occurrence; `post::date` fills it in.
pub(crate) const DATE_PLACEHOLDER: &str = "{{date}}";

/// What becomes of `{{date}}` in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DatePlaceholder {
    /// The post has `repeat`, so it becomes the date of the occurrence.
    FilledIn,
    /// Readers see it.
    AsTyped,
}

/// The formats of the messages that an edition becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Formats {
    /// Text messages.
    pub(crate) classic: bool,
    /// Rich messages.
    pub(crate) rich: bool,
}

impl Formats {
    /// Text messages alone.
    pub(crate) const CLASSIC: Self = Self { classic: true, rich: false };
}

/// A body as each format shows it.
#[derive(Clone, Debug)]
pub(crate) struct Bodies {
    /// The blocks of the only format; of text messages if there are both.
    pub(crate) blocks: Vec<Block>,
    /// The blocks of a rich message, if they differ from those of a text message.
    pub(crate) rich: Option<Vec<Block>>,
}

/// How the texts of an edition are read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct EditionRules {
    /// Whether the hard-wrapped lines of a body are joined.
    pub(crate) reflow: bool,
    /// Whether the texts are written from right to left.
    pub(crate) is_right_to_left: bool,
    /// The titles of alerts, in the language of the texts.
    pub(crate) alerts: AlertTitles,
}

/// Validates fields and collects their problems.
#[derive(Debug)]
pub(crate) struct Fields<'f> {
    reader: Reader<'f>,
    custom_emoji: bool,
    edition: EditionRules,
    /// The formats of every message, whatever the file names.
    only: Option<Formats>,
    placeholder: DatePlaceholder,
    /// Whether the text is that of a body.
    in_body: bool,
    /// Whether that body is, also, a text message.
    is_classic: bool,
    /// The usernames that a body may mention.
    known_mentions: Vec<String>,
    /// The ids of the posts that the texts refer to, each with its place.
    references: Vec<(String, Range<usize>)>,
    /// The last string whose characters were located, with its place: a text with one problem often has more.
    located: Option<(Range<usize>, Option<TypedString>)>,
}

impl<'f> Fields<'f> {
    /// Validates fields of the file that `reader` has read.
    #[must_use]
    pub(crate) fn new(reader: Reader<'f>, custom_emoji: bool) -> Self {
        Self {
            reader,
            custom_emoji,
            edition: EditionRules::default(),
            only: None,
            placeholder: DatePlaceholder::AsTyped,
            in_body: false,
            is_classic: true,
            known_mentions: Vec::new(),
            references: Vec::new(),
            located: None,
        }
    }

    /// Sets the usernames, without the `@`, that a body may mention.
    pub(crate) fn know_mentions(&mut self, names: Vec<String>) {
        self.known_mentions = names;
    }

    /// Sets the formats of every message, whatever the file names.
    pub(crate) fn expect_only(&mut self, formats: Option<Formats>) {
        self.only = formats;
    }

    /// The formats of every message, if it is not the file that decides.
    pub(crate) fn only(&self) -> Option<Formats> {
        self.only
    }

    /// Sets what becomes of `{{date}}` in the texts of the post.
    pub(crate) fn expect_date(&mut self, placeholder: DatePlaceholder) {
        self.placeholder = placeholder;
    }

    /// Sets how the texts that follow are read.
    pub(crate) fn expect_edition(&mut self, edition: EditionRules) {
        self.edition = edition;
    }

    /// Sets whether custom emoji may be sent.
    pub(crate) fn allow_custom_emoji(&mut self, allowed: bool) {
        self.custom_emoji = allowed;
    }

    /// Records that bytes `range` of the string `typed` refer to the post `id`.
    pub(crate) fn add_reference(&mut self, typed: &SpannedStr<'_>, range: Range<usize>, id: &str) {
        let span = self.in_string(&typed.span, range);
        self.references.push((id.to_owned(), span));
    }

    /// The references since the last call.
    pub(crate) fn take_references(&mut self) -> Vec<(String, Range<usize>)> {
        std::mem::take(&mut self.references)
    }

    /// The reader, with all problems.
    #[must_use]
    pub(crate) fn into_reader(self) -> Reader<'f> {
        self.reader
    }

    /// The file.
    pub(crate) fn file(&self) -> &'f SourceFile {
        self.reader.file
    }

    /// See [`Reader::is_malformed_in_table`].
    #[must_use]
    pub(crate) fn is_malformed_in_table(&self, span: &Range<usize>) -> bool {
        self.reader.is_malformed_in_table(span)
    }

    /// See [`Reader::is_malformed`].
    #[must_use]
    pub(crate) fn is_malformed(&self) -> bool {
        self.reader.is_malformed()
    }

    /// See [`Reader::has_losses_below`].
    #[must_use]
    pub(crate) fn has_losses_below(&self, table: &str, name: &str) -> bool {
        self.reader.has_losses_below(table, name)
    }

    /// See [`Reader::has_errors_in`].
    #[must_use]
    pub(crate) fn has_errors_in(&self, span: &Range<usize>) -> bool {
        self.reader.has_errors_in(span)
    }

    /// A validator of the same file that reports nothing, for values whose problems are reported elsewhere.
    #[must_use]
    pub(crate) fn without_reports(&self) -> Self {
        let mut silent = Self::new(self.reader.without_reports(), self.custom_emoji);
        silent.expect_edition(self.edition);
        silent
    }

    /// Reports a problem at `span`.
    pub(crate) fn report(&mut self, span: Range<usize>, problem: impl Into<Problem>) {
        self.reader.report(span, problem);
    }

    /// Reports a problem with a related place.
    pub(crate) fn add(&mut self, diagnostic: Diagnostic) {
        self.reader.add(diagnostic);
    }

    /// Reports a problem at bytes `range` of the string `typed`.
    pub(crate) fn report_in(
        &mut self,
        typed: &SpannedStr<'_>,
        range: Range<usize>,
        problem: impl Into<Problem>,
    ) {
        let span = self.in_string(&typed.span, range);
        self.report(span, problem);
    }

    /// [`SourceFile::in_string`], which keeps the source map of the last string.
    fn in_string(&mut self, value: &Range<usize>, decoded: Range<usize>) -> Range<usize> {
        let file = self.reader.file;
        if self.located.as_ref().is_none_or(|(span, _)| span != value) {
            self.located = Some((value.clone(), file.typed(value)));
        }
        let typed = self.located.as_ref().and_then(|(_, typed)| typed.as_ref());
        file.in_typed(value, typed, decoded)
    }

    /// Reports a text that shows nothing or is too long, and returns whether the text can be checked further.
    fn is_usable(&mut self, typed: &SpannedStr<'_>) -> bool {
        // Telegram accepts some texts that are invisible to readers.
        let is_invisible =
            |character: char| character.is_whitespace() || character::is_invisible(character);
        let problem = if typed.value.is_empty() {
            TextProblem::Empty
        } else if typed.value.len() > limits::SOURCE_TEXT_BYTES {
            TextProblem::TooLong(typed.value.len())
        } else if normal::is_blank(&typed.value) || typed.value.chars().all(is_invisible) {
            TextProblem::Blank
        } else {
            return true;
        };
        self.report(typed.span.clone(), problem);
        false
    }

    /// Reports `{{date}}` in a text in which it is not filled in. In code it may be meant.
    fn date_placeholder(&mut self, typed: &SpannedStr<'_>, is_filled: bool) {
        let problem = match self.placeholder {
            DatePlaceholder::FilledIn if is_filled => return,
            DatePlaceholder::FilledIn => TextProblem::DateNotHere,
            DatePlaceholder::AsTyped => TextProblem::DateWithoutRepeat,
        };
        if let Some(at) = typed.value.find(DATE_PLACEHOLDER) {
            self.report_in(typed, at..at + DATE_PLACEHOLDER.len(), problem);
        }
    }

    /// A text with inline Markdown.
    pub(crate) fn markup(&mut self, typed: &SpannedStr<'_>) -> Option<ParsedText> {
        if !self.is_usable(typed) {
            return None;
        }
        self.characters(typed);
        self.date_placeholder(typed, true);
        let mut problems = Vec::new();
        let prose = telegram_text::inline::parse(&typed.value, &mut problems);
        let has_errors = self.problems(typed, problems);
        self.prose(typed, &prose);
        if !has_errors && (prose.text.is_empty() || normal::is_blank(&prose.text.string)) {
            self.report(typed.span.clone(), TextProblem::BlankMarkup);
            return None;
        }
        Some(prose)
    }

    /// Markdown with blocks, for messages of these formats.
    pub(crate) fn body(&mut self, typed: &SpannedStr<'_>, formats: Formats) -> Option<Bodies> {
        if !self.is_usable(typed) {
            return None;
        }
        self.inner_characters(typed);
        self.date_placeholder(typed, true);
        let EditionRules { reflow, alerts, .. } = self.edition;
        let read = |rich: bool| {
            telegram_text::body::parse_with(&typed.value, Options { reflow, rich, alerts })
        };
        let mut body = read(!formats.classic);
        let mut problems = std::mem::take(&mut body.problems);
        let rich = (formats.classic && formats.rich).then(|| read(true));
        let rich = rich.map(|rich| {
            problems.extend(rich.problems);
            rich.blocks
        });
        // Most problems are those of both formats.
        problems.sort_by_key(|problem| (problem.range.start, problem.range.end));
        problems.dedup();
        let has_errors = self.problems(typed, problems);
        self.in_body = true;
        self.is_classic = formats.classic;
        self.blocks(typed, &body.blocks);
        self.in_body = false;
        if body.blocks.is_empty() && !has_errors {
            self.report(typed.span.clone(), TextProblem::BlankBody);
            return None;
        }
        let rich = rich.filter(|rich| *rich != body.blocks);
        Some(Bodies { blocks: body.blocks, rich })
    }

    /// Bytes `range` of a string as a string of its own, with another value.
    pub(crate) fn inner_string(
        &mut self,
        typed: &SpannedStr<'_>,
        range: Range<usize>,
        value: String,
    ) -> SpannedStr<'static> {
        SpannedStr { value: value.into(), span: self.in_string(&typed.span, range) }
    }

    /// Code, kept as typed except for carriage returns, tabs and trailing line breaks.
    pub(crate) fn code(&mut self, typed: &SpannedStr<'_>) -> Option<ParsedText> {
        if !self.is_usable(typed) {
            return None;
        }
        self.inner_characters(typed);
        Some(telegram_text::body::code(&typed.value))
    }

    /// A single line without markup.
    pub(crate) fn line(&mut self, typed: &SpannedStr<'_>, key: &'static str) -> Option<String> {
        if !self.is_usable(typed) {
            return None;
        }
        self.plain_characters(typed);
        self.date_placeholder(typed, false);
        // Readers do not see what a button copies.
        if key != "copy" {
            self.plain_html(typed);
        }
        if key == "text" {
            self.plain_markdown(typed);
        }
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

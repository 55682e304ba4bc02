//! The fields that posts and configs have in common: markup, lines, markers, links, languages, each checked alike.

mod character;
mod link;
mod prose;
mod token;

pub(crate) use prose::code_of;

use std::ops::Range;

use telegram_text::ParsedText;
use telegram_text::body::Body;
use telegram_text::{emoji, normal};

use crate::diagnostic::{Code, Diagnostic};
use crate::ids::Language;
use crate::key::{Reader, Typed};
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
    pub(crate) fn refers(&mut self, typed: &Typed<'_>, range: Range<usize>, id: &str) {
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

    /// Notes a problem that is one even where the TOML around it is malformed.
    fn note(&mut self, diagnostic: Diagnostic) {
        self.reader.note(diagnostic);
    }

    /// Notes a problem.
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.reader.report(diagnostic);
    }

    /// Notes a problem at bytes `range` of the string `typed`.
    pub(crate) fn report_in(
        &mut self,
        typed: &Typed<'_>,
        range: Range<usize>,
        code: Code,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let span = self.in_string(&typed.span, range);
        self.report(Diagnostic::new(code, span, message, hint));
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

    /// Notes an empty or blank text.
    fn not_blank(&mut self, typed: &Typed<'_>) -> bool {
        // Telegram takes some texts of which readers see nothing.
        let unseen = |character: char| character.is_whitespace() || character::is_unseen(character);
        let blank = normal::is_blank(&typed.value) || typed.value.chars().all(unseen);
        if blank {
            let message = if typed.value.is_empty() {
                "this text is empty"
            } else {
                "this text shows nothing"
            };
            self.report(Diagnostic::new(
                Code::BlankText,
                typed.span.clone(),
                message,
                "write something, or take the key out",
            ));
        }
        !blank
    }

    /// A text with inline Markdown.
    pub(crate) fn markup(&mut self, typed: &Typed<'_>) -> Option<ParsedText> {
        if !self.not_blank(typed) {
            return None;
        }
        self.characters(typed);
        let mut problems = Vec::new();
        let prose = telegram_text::inline::parse(&typed.value, &mut problems);
        let faulty = self.problems(typed, problems);
        self.prose(typed, &prose);
        if !faulty && (prose.text.is_empty() || normal::is_blank(&prose.text.string)) {
            self.report(Diagnostic::new(
                Code::BlankText,
                typed.span.clone(),
                "this markup stands around nothing, so it shows nothing",
                "write something, or take the key out",
            ));
            return None;
        }
        Some(prose)
    }

    /// Free Markdown with blocks.
    pub(crate) fn body(&mut self, typed: &Typed<'_>) -> Option<Body> {
        if !self.not_blank(typed) {
            return None;
        }
        self.inner_characters(typed);
        let mut body = telegram_text::body::parse(&typed.value);
        let faulty = self.problems(typed, std::mem::take(&mut body.problems));
        self.blocks(typed, &body.blocks);
        if body.blocks.is_empty() && !faulty {
            self.report(Diagnostic::new(
                Code::BlankText,
                typed.span.clone(),
                "this body shows nothing",
                "write something, or take the key out",
            ));
            return None;
        }
        Some(body)
    }

    /// Code: kept as typed, but for carriage returns and the line break at its end.
    pub(crate) fn code(&mut self, typed: &Typed<'_>) -> Option<ParsedText> {
        if !self.not_blank(typed) {
            return None;
        }
        self.inner_characters(typed);
        Some(ParsedText::verbatim(typed.value.replace("\r\n", "\n").trim_end_matches('\n'), 0))
    }

    /// A text of one line without markup.
    pub(crate) fn line(&mut self, typed: &Typed<'_>, key: &str) -> Option<String> {
        if !self.not_blank(typed) {
            return None;
        }
        self.plain_characters(typed);
        if let Some(at) = typed.value.find(['\n', '\r']) {
            self.report_in(
                typed,
                at..at + 1,
                Code::BadValue,
                format!("`{key}` is a single line, and a line break stands here"),
                "take the line break out",
            );
            return None;
        }
        Some(typed.value.trim().to_owned())
    }

    /// One or more emoji.
    pub(crate) fn marker(&mut self, typed: &Typed<'_>) -> Option<String> {
        let marker = self.line(typed, "marker")?;
        if emoji::has_words(&marker) {
            self.report(Diagnostic::new(
                Code::MarkerWords,
                typed.span.clone(),
                "a marker is one or more emoji, and this one holds letters or digits",
                "write words into the text behind the marker",
            ));
        }
        Some(marker)
    }

    /// A language tag.
    pub(crate) fn language(&mut self, typed: &Typed<'_>) -> Option<Language> {
        let language = Language::parse(&typed.value);
        if language.is_none() {
            self.report(Diagnostic::new(
                Code::BadLanguage,
                typed.span.clone(),
                format!("`{}` is no language tag", typed.value),
                "write a short tag such as \"en\", \"ru\" or \"pt-BR\"",
            ));
        }
        language
    }
}

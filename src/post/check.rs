//! From a post file to a valid post: every problem in one pass, none hiding another.

mod moment;
mod target;

use std::ops::Range;

use jiff::Timestamp;

use super::raw::{RawEdition, RawPost};
use super::{Edition, Post, edition, hashtag, step};
use crate::config::Config;
use crate::diagnostic::problem::PostProblem;
use crate::diagnostic::{Diagnostic, Related};
use crate::field::Fields;
use crate::ids::{Language, PostId};
use crate::key::value::HasSpan;
use crate::key::{Reader, SpannedStr};
use crate::source::SourceFile;

/// A post file that was read.
#[derive(Debug)]
pub struct Reading<'f> {
    /// The post as far as it could be read; it is good where nothing is reported.
    pub post: Post,
    /// When it goes where, with the place of the time, for comparing posts; told for posts with errors too.
    pub moments: Vec<Moment>,
    /// The ids of the posts that it refers to, each with its place; whether they are there is seen by whoever knows the files.
    pub references: Vec<(String, Range<usize>)>,
    reader: Reader<'f>,
}

pub use moment::Moment;

/// Reads the post `id` in `file`; times are compared with `now`.
#[must_use]
pub fn read<'f>(file: &'f SourceFile, id: PostId, config: &Config, now: Timestamp) -> Reading<'f> {
    let (raw, reader) = Reader::read::<RawPost<'_>>(file);
    let mut fields = Fields::new(reader, config.bot.custom_emoji);
    fields.tokens();
    let sole = raw.editions.is_none();
    if !sole {
        both_shapes(&raw, &mut fields);
        edition::check_shared(&raw.edition.options, &mut fields);
    }
    let channels = target::channels(&raw, config, &mut fields);
    let editions = editions(file, &raw, &channels, config, &mut fields);
    let mut post = Post {
        id,
        targets: target::targets(&editions, &channels, &raw, config, &mut fields),
        together: raw.together.as_ref().is_some_and(|flag| flag.value),
        editions: Vec::new(),
    };
    let moments = moment::resolve(&raw, &editions, &mut post, config, now, &mut fields);
    out_of_step(&editions, &mut fields);
    post.editions = editions.into_iter().map(|(edition, _)| edition).collect();
    let references = fields.take_references();
    Reading { post, moments, references, reader: fields.into_reader() }
}

impl Reading<'_> {
    /// Notes a problem of the post.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.reader.add(diagnostic);
    }

    /// The post, where no error was found, and everything that is wrong with the file.
    #[must_use]
    pub fn finish(self) -> (Option<Post>, Vec<Diagnostic>) {
        let is_good = !self.reader.has_errors() && !self.post.editions.is_empty();
        (is_good.then_some(self.post), self.reader.finish())
    }
}

/// Compares the editions, but for those of which something could not be read.
fn out_of_step(editions: &[(Edition, Vec<String>)], fields: &mut Fields<'_>) {
    if fields.is_malformed() {
        return;
    }
    let whole: Vec<_> = editions
        .iter()
        .filter(|(edition, _)| !fields.has_losses_below("editions", edition.language.as_str()))
        .collect();
    for diagnostic in step::compare(&whole) {
        fields.add(diagnostic);
    }
}

/// A post says what it shows at the top or in editions, not both.
fn both_shapes(raw: &RawPost<'_>, fields: &mut Fields<'_>) {
    let top = &raw.edition;
    let first = [
        top.marker.as_ref().map(|typed| ("marker", typed.0.span.clone())),
        top.heading.as_ref().map(|typed| ("heading", typed.0.span.clone())),
        top.lead.as_ref().map(|lead| ("lead", lead.span())),
        top.sections.as_ref().map(|list| ("sections", list.span.clone())),
        top.body.as_ref().map(|typed| ("body", typed.0.span.clone())),
        top.read_more.as_ref().map(|link| ("read_more", link.span())),
        top.blocks.text.as_ref().map(|typed| ("text", typed.0.span.clone())),
        top.blocks.quote.as_ref().map(|quote| ("quote", quote.span())),
        top.blocks.bullets.as_ref().map(|list| ("bullets", list.span.clone())),
        top.blocks.numbered.as_ref().map(|list| ("numbered", list.span.clone())),
        top.blocks.code.as_ref().map(|code| ("code", code.span())),
        raw.language.as_ref().map(|typed| ("language", typed.0.span.clone())),
    ];
    for (name, span) in first.into_iter().flatten() {
        fields.report(span, PostProblem::TopAndEditions(name));
    }
}

/// Every edition, with the hashtags it adds to the common ones.
fn editions(
    file: &SourceFile,
    raw: &RawPost<'_>,
    channels: &[target::Named],
    config: &Config,
    fields: &mut Fields<'_>,
) -> Vec<(Edition, Vec<String>)> {
    let Some(map) = &raw.editions else {
        let span = step::first_line(&file.text);
        let language = match &raw.language {
            Some(typed) => fields.language(&typed.0),
            None => target::common_language(channels, config, &span, raw, fields),
        };
        let edition = edition::read(
            &raw.edition,
            None,
            language.clone().unwrap_or_else(Language::unknown),
            span,
            fields,
        );
        complete(&edition, &raw.edition, fields);
        return language.map(|_| (edition, Vec::new())).into_iter().collect();
    };
    let mut editions: Vec<(Edition, Vec<String>)> = Vec::new();
    if map.value.is_empty() && !fields.is_malformed() {
        fields.report(map.span.clone(), PostProblem::NoEditions);
    }
    for (index, (tag, item)) in map.value.iter().enumerate() {
        if index == crate::limits::EDITIONS {
            fields.report(tag.span.clone(), PostProblem::TooManyEditions);
            break;
        }
        let language = fields.language(tag);
        let known = language.is_some();
        let language = language.unwrap_or_else(Language::unknown);
        let first = !twice(&editions, &language, tag, fields);
        let shared = Some(&raw.edition.options);
        let edition = edition::read(&item.value, shared, language, tag.span.clone(), fields);
        complete(&edition, &item.value, fields);
        if known && first {
            editions
                .push((edition, hashtag::typed(&item.value.options).map(str::to_owned).collect()));
        }
    }
    editions.sort_by_key(|(edition, _)| edition.span.start);
    editions
}

/// Two tags that differ in case are one language; says whether `language` stands in `editions` already.
fn twice(
    editions: &[(Edition, Vec<String>)],
    language: &Language,
    tag: &SpannedStr<'_>,
    fields: &mut Fields<'_>,
) -> bool {
    let found = editions.iter().find(|(edition, _)| edition.language == *language);
    if let Some((first, _)) = found {
        fields.add(
            Diagnostic::new(tag.span.clone(), PostProblem::SecondEdition(tag.value.to_string()))
                .and(first.span.clone(), Related::First),
        );
    }
    found.is_some()
}

/// An edition shows something, and its marker stands in front of a heading.
fn complete(edition: &Edition, raw: &RawEdition<'_>, fields: &mut Fields<'_>) {
    if raw.unread.any() || fields.is_malformed() {
        return;
    }
    let shows = raw.heading.is_some()
        || raw.lead.is_some()
        || raw.read_more.is_some()
        || raw.body.is_some()
        || raw.sections.as_ref().is_some_and(|list| !list.value.is_empty())
        || raw.blocks.text.is_some()
        || raw.blocks.quote.is_some()
        || raw.blocks.bullets.is_some()
        || raw.blocks.numbered.is_some()
        || raw.blocks.code.is_some();
    if !shows {
        fields.report(edition.span.clone(), PostProblem::Empty);
    }
    if let (Some(typed), None) = (&raw.marker, &raw.heading) {
        fields.report(typed.0.span.clone(), PostProblem::MarkerWithoutHeading);
    }
}

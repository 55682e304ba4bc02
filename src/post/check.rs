//! Validates a post file and reports all problems in one pass.

mod closing_time;
mod end_times;
mod publish_time;
mod repeat;
mod target;

use std::ops::Range;

use jiff::Timestamp;

use super::media::MediaRules;
use super::raw::{RawBlocks, RawEdition, RawOptions, RawPost};
use super::{Edition, Post, edition, edition_diff, hashtag};
use crate::config::{Config, Format};
use crate::diagnostic::problem::PostProblem;
use crate::diagnostic::{Diagnostic, Related};
use crate::field::{DatePlaceholder, Fields};
use crate::ids::{ChatId, Language, PostId};
use crate::key::value::{Body, HasSpan};
use crate::key::{Reader, SpannedStr};
use crate::media::MediaFolder;
use crate::source::SourceFile;

/// A post file after reading.
#[derive(Debug)]
pub struct ParsedPost<'f> {
    /// The post as far as it could be read. It is valid if no error is reported.
    pub post: Post,
    /// The publication times, for comparing posts; also present if the post has errors.
    pub publish_times: Vec<PublishTime>,
    /// The ids of the posts that it refers to, each with its place. The caller, which knows all files, checks that they exist.
    pub references: Vec<(String, Range<usize>)>,
    reader: Reader<'f>,
}

pub use publish_time::PublishTime;
pub use repeat::Occurrence;

/// How to read a post.
#[derive(Clone, Copy, Debug)]
pub struct ReadOptions {
    /// The current time, with which the times of the post are compared.
    pub now: Timestamp,
    /// The format of every message, whatever the file and the channels name.
    pub only: Option<Format>,
    /// The occurrence of a post with `repeat`.
    pub occurrence: Occurrence,
}

impl ReadOptions {
    /// As the file says, and the next occurrence.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self { now, only: None, occurrence: Occurrence::Next }
    }
}

/// Reads the post `id` in `file`; `folder` is where its media is.
#[must_use]
pub fn read<'f>(
    file: &'f SourceFile,
    id: PostId,
    config: &Config,
    options: ReadOptions,
    folder: &dyn MediaFolder,
) -> ParsedPost<'f> {
    let ReadOptions { now, only, occurrence } = options;
    let (mut raw, mut reader) = Reader::read::<RawPost<'_>>(file);
    if file.markdown().is_some() {
        read_body(file, &mut raw, &mut reader);
    }
    let mut fields = Fields::new(reader, config.bot.custom_emoji);
    fields.tokens();
    let rules = MediaRules::new(folder, config);
    fields.know_mentions(known_mentions(config));
    if raw.repeat.is_some() {
        fields.expect_date(DatePlaceholder::FilledIn);
    }
    fields.expect_only(only.map(|format| target::formats_of(&[format])));
    if let Some(editions) = &raw.editions {
        report_content_beside_editions(&raw, &mut fields);
        // The texts at the top belong to every edition.
        let is_right_to_left = editions.value.iter().any(|(tag, _)| {
            Language::parse(&tag.value).is_some_and(|language| language.is_right_to_left())
        });
        edition::check_shared(&raw.edition.options, is_right_to_left, rules, &mut fields);
    }
    let channels = target::channels(&raw, config, &mut fields);
    let mut editions = editions(file, &raw, &channels, config, rules, &mut fields);
    let mut post = Post {
        id,
        targets: target::targets(&editions, &channels, &raw, config, &mut fields),
        together: raw.together.as_ref().is_some_and(|flag| flag.value),
        repeat: None,
        occurrence: None,
        editions: Vec::new(),
    };
    let publish_times = publish_time::resolve(&raw, &editions, &mut post, config, now, &mut fields);
    repeat::resolve(&raw, &mut editions, &mut post, config, (now, occurrence), &mut fields);
    end_times::resolve(&raw, &editions, &mut post, config, now, &mut fields);
    closing_time::resolve(&raw, &mut editions, &post, config, now, &mut fields);
    compare_editions(&editions, &mut fields);
    post.editions = editions.into_iter().map(|(edition, _)| edition).collect();
    if only.is_some() {
        post.editions.iter_mut().for_each(|edition| edition.options.format = only);
    }
    let references = fields.take_references();
    ParsedPost { post, publish_times, references, reader: fields.into_reader() }
}

/// Sets the body of a Markdown post: the text below its front matter.
fn read_body<'f>(file: &'f SourceFile, raw: &mut RawPost<'f>, reader: &mut Reader<'f>) {
    if let Some(typed) = &raw.edition.body {
        reader.report(typed.0.span.clone(), PostProblem::BodyInFrontMatter);
    }
    if let Some(span) = file.body() {
        let value = file.text.get(span.clone()).unwrap_or_default().into();
        raw.edition.body = Some(Body(SpannedStr { value, span: span.clone() }));
    }
}

impl ParsedPost<'_> {
    /// Adds a problem of the post.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.reader.add(diagnostic);
    }

    /// The post, if there is no error, and all problems of the file.
    #[must_use]
    pub fn finish(self) -> (Option<Post>, Vec<Diagnostic>) {
        let is_valid = !self.reader.has_errors() && !self.post.editions.is_empty();
        (is_valid.then_some(self.post), self.reader.finish())
    }
}

/// The usernames that a post may mention: the channels', and those that the config lists.
fn known_mentions(config: &Config) -> Vec<String> {
    let channels = config.channels.iter().filter_map(|channel| match &channel.chat {
        ChatId::Username(name) => Some(name),
        ChatId::Id(_) => None,
    });
    channels.chain(&config.bot.known_mentions).cloned().collect()
}

/// Compares the editions that were read completely.
fn compare_editions(editions: &[(Edition, Vec<String>)], fields: &mut Fields<'_>) {
    if fields.is_malformed() {
        return;
    }
    let complete: Vec<_> = editions
        .iter()
        .filter(|(edition, _)| !fields.has_losses_below("editions", edition.language.as_str()))
        .collect();
    for diagnostic in edition_diff::compare(&complete) {
        fields.add(diagnostic);
    }
}

/// Reports content keys at the top of a post with editions.
fn report_content_beside_editions(raw: &RawPost<'_>, fields: &mut Fields<'_>) {
    // All keys are named, so that the compiler asks about a new one.
    let RawEdition {
        marker,
        heading,
        lead,
        sections,
        body,
        read_more,
        blocks,
        options: _,
        unread: _,
        source: _,
    } = &raw.edition;
    let RawBlocks { text, quote, bullets, numbered, code, unread: _, source: _ } = blocks;
    let first = [
        marker.as_ref().map(|typed| ("marker", typed.0.span.clone())),
        heading.as_ref().map(|typed| ("heading", typed.0.span.clone())),
        lead.as_ref().map(|lead| ("lead", lead.span())),
        sections.as_ref().map(|list| ("sections", list.span.clone())),
        body.as_ref().map(|typed| ("body", typed.0.span.clone())),
        read_more.as_ref().map(|link| ("read_more", link.span())),
        text.as_ref().map(|typed| ("text", typed.0.span.clone())),
        quote.as_ref().map(|quote| ("quote", quote.span())),
        bullets.as_ref().map(|list| ("bullets", list.span.clone())),
        numbered.as_ref().map(|list| ("numbered", list.span.clone())),
        code.as_ref().map(|code| ("code", code.span())),
        raw.language.as_ref().map(|typed| ("language", typed.0.span.clone())),
    ];
    for (name, span) in first.into_iter().flatten() {
        fields.report(span, PostProblem::TopAndEditions(name));
    }
}

/// All editions, each with the hashtags that it adds to the common ones.
fn editions(
    file: &SourceFile,
    raw: &RawPost<'_>,
    channels: &[target::SelectedChannel],
    config: &Config,
    rules: MediaRules<'_>,
    fields: &mut Fields<'_>,
) -> Vec<(Edition, Vec<String>)> {
    let Some(map) = &raw.editions else {
        let span = edition_diff::first_line(&file.text);
        let language = match &raw.language {
            Some(typed) => fields.language(&typed.0),
            None => target::common_language(channels, config, &span, raw, fields),
        };
        let known = language.clone().unwrap_or_else(Language::unknown);
        let formats =
            target::formats(channels, &known, &raw.edition.options, None, (config, fields));
        let edition = edition::read(&raw.edition, None, known, (span, formats), rules, fields);
        check_complete(&edition, &raw.edition, None, fields);
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
        let is_valid_language = language.is_some();
        let language = language.unwrap_or_else(Language::unknown);
        let is_first = !report_second(&editions, &language, tag, fields);
        let shared = Some(&raw.edition.options);
        let own = &item.value.options;
        let formats = target::formats(channels, &language, own, shared, (config, fields));
        let place = (tag.span.clone(), formats);
        let edition = edition::read(&item.value, shared, language, place, rules, fields);
        check_complete(&edition, &item.value, shared, fields);
        if is_valid_language && is_first {
            editions
                .push((edition, hashtag::typed(&item.value.options).map(str::to_owned).collect()));
        }
    }
    editions.sort_by_key(|(edition, _)| edition.span.start);
    editions
}

/// Reports a second edition in the same language and returns whether it is one. Two tags that differ only in case are the same
/// language.
fn report_second(
    editions: &[(Edition, Vec<String>)],
    language: &Language,
    tag: &SpannedStr<'_>,
    fields: &mut Fields<'_>,
) -> bool {
    let found = editions.iter().find(|(edition, _)| edition.language == *language);
    if let Some((first, _)) = found {
        fields.add(
            Diagnostic::new(tag.span.clone(), PostProblem::SecondEdition(tag.value.to_string()))
                .with_related(first.span.clone(), Related::First),
        );
    }
    found.is_some()
}

/// Reports an edition without content, and a marker without a heading.
fn check_complete(
    edition: &Edition,
    raw: &RawEdition<'_>,
    shared: Option<&RawOptions<'_>>,
    fields: &mut Fields<'_>,
) {
    if raw.unread.any() || fields.is_malformed() {
        return;
    }
    let has_content = raw.heading.is_some()
        || raw.lead.is_some()
        || raw.read_more.is_some()
        || raw.body.is_some()
        || raw.sections.as_ref().is_some_and(|list| !list.value.is_empty())
        || !edition::own_keys(&raw.blocks).is_empty()
        || !edition.media.is_empty()
        || raw.options.media.is_some()
        || raw.options.poll.is_some()
        || shared.is_some_and(|shared| shared.poll.is_some());
    if !has_content {
        fields.report(edition.span.clone(), PostProblem::Empty);
    }
    if let (Some(typed), None) = (&raw.marker, &raw.heading) {
        fields.report(typed.0.span.clone(), PostProblem::MarkerWithoutHeading);
    }
}

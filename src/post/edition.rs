//! Validates one edition: parses its texts and blocks.

use std::collections::BTreeMap;
use std::ops::Range;

use telegram_text::ParsedText;
use telegram_text::block::{Block, List, ListItem};
use telegram_text::body::AlertTitles;

use super::media::{self, MediaRules};
use super::raw::{
    LinkPreviewOff, Overflow, PreviewSize, RawBlocks, RawEdition, RawLead, RawLinkPreview,
    RawOptions, RawReadMore,
};
use super::required::required;
use super::{
    Edition, Marked, MediaItem, Options, ReadMore, Section, button, comment, hashtag, poll,
};
use crate::config::Format;
use crate::diagnostic::problem::{PostProblem, TextProblem};
use crate::field::{EditionRules, Fields, Formats};
use crate::ids::Language;
use crate::key::value::{HasSpan, Markup, Url};
use crate::key::{Item, OrTable, SpannedStr};
use crate::message::LinkPreviewOptions;

/// Reads `raw`. `shared` are the options at the top of the file, if the edition has a table of its own.
pub(super) fn read(
    raw: &RawEdition<'_>,
    shared: Option<&RawOptions<'_>>,
    language: Language,
    (span, formats): (Range<usize>, Formats),
    rules: MediaRules<'_>,
    fields: &mut Fields<'_>,
) -> Edition {
    let reflow = flag(raw.options.reflow.as_ref(), shared.and_then(|top| top.reflow.as_ref()));
    let is_right_to_left = language.is_right_to_left();
    let alerts = AlertTitles::in_language(language.as_str());
    fields.expect_edition(EditionRules { reflow, is_right_to_left, alerts });
    // An invalid text is replaced with an empty one, so that the editions can still be compared.
    let heading = raw
        .heading
        .as_ref()
        .map(|typed| (fields.markup(&typed.0).unwrap_or_default(), typed.0.span.clone()));
    let marker = raw.marker.as_ref().and_then(|typed| fields.marker(&typed.0));
    let lead = raw.lead.as_ref().map(|raw| lead(raw, fields));
    let (sections, images) = sections(raw, formats, rules, fields);
    let media = media::read(&raw.options, shared, rules, fields);
    media::check_together(&media, &images, rules, fields);
    Edition {
        language,
        span,
        heading: heading.map(|(prose, span)| Marked { marker, prose, span }),
        lead,
        sections,
        read_more: raw.read_more.as_ref().map(|raw| read_more(raw, fields)),
        hashtags: hashtag::read(
            shared.and_then(|shared| shared.hashtags.as_ref()),
            raw.options.hashtags.as_ref(),
            fields,
        ),
        hashtag_suffix: own_or_shared(
            raw.options.hashtag_suffix.as_ref(),
            shared.and_then(|shared| shared.hashtag_suffix.as_ref()),
            fields,
            |typed, fields| fields.line(&typed.0, "hashtag_suffix"),
        )
        .flatten(),
        buttons: own_or_shared(
            raw.options.buttons.as_ref(),
            shared.and_then(|shared| shared.buttons.as_ref()),
            fields,
            button::read,
        )
        .unwrap_or_default(),
        buttons_span: { raw.options.buttons.as_ref() }
            .or(shared.and_then(|shared| shared.buttons.as_ref()))
            .map(|list| list.value.first().map_or_else(|| list.span(), HasSpan::span)),
        poll: own_or_shared(
            raw.options.poll.as_ref(),
            shared.and_then(|shared| shared.poll.as_ref()),
            fields,
            poll::read,
        )
        .flatten(),
        comments: own_or_shared(
            raw.options.comments.as_ref(),
            shared.and_then(|shared| shared.comments.as_ref()),
            fields,
            comment::read,
        )
        .unwrap_or_default(),
        media,
        images,
        options: options(&raw.options, shared, fields),
    }
}

/// A key of an edition: its own, or else the one at the top, whose problems [`check_shared`] reports once.
fn own_or_shared<T, R>(
    own: Option<&T>,
    shared: Option<&T>,
    fields: &mut Fields<'_>,
    read: impl FnOnce(&T, &mut Fields<'_>) -> R,
) -> Option<R> {
    match (own, shared) {
        (Some(own), _) => Some(read(own, fields)),
        (None, Some(shared)) => Some(read(shared, &mut fields.without_reports())),
        (None, None) => None,
    }
}

/// The options of an edition: its own, or those at the top.
fn options(
    raw: &RawOptions<'_>,
    shared: Option<&RawOptions<'_>>,
    fields: &mut Fields<'_>,
) -> Options {
    note_rich(raw.format.as_ref(), fields);
    Options {
        draft: flag(raw.draft.as_ref(), shared.and_then(|shared| shared.draft.as_ref())),
        silent: flag(raw.silent.as_ref(), shared.and_then(|shared| shared.silent.as_ref())),
        protect: flag(raw.protect.as_ref(), shared.and_then(|shared| shared.protect.as_ref())),
        pin: flag(raw.pin.as_ref(), shared.and_then(|shared| shared.pin.as_ref())),
        reply_to: own_or_shared(
            raw.reply_to.as_ref(),
            shared.and_then(|shared| shared.reply_to.as_ref()),
            fields,
            |typed, fields| reply_to(&typed.0, fields),
        )
        .flatten(),
        overflow: raw
            .overflow
            .as_ref()
            .or(shared.and_then(|shared| shared.overflow.as_ref()))
            .map_or(Overflow::Split, |item| item.value),
        format: { raw.format.as_ref() }
            .or(shared.and_then(|shared| shared.format.as_ref()))
            .map(|item| item.value),
        link_preview: own_or_shared(
            raw.link_preview.as_ref(),
            shared.and_then(|shared| shared.link_preview.as_ref()),
            fields,
            link_preview,
        ),
        link_preview_span: raw
            .link_preview
            .as_ref()
            .or(shared.and_then(|shared| shared.link_preview.as_ref()))
            .map(HasSpan::span),
        caption_above: flag(
            raw.caption_above.as_ref(),
            shared.and_then(|shared| shared.caption_above.as_ref()),
        ),
        caption_above_span: { raw.caption_above.as_ref() }
            .or(shared.and_then(|shared| shared.caption_above.as_ref()))
            .map(HasSpan::span),
    }
}

/// Notes which readers cannot see a rich message.
fn note_rich(format: Option<&Item<Format>>, fields: &mut Fields<'_>) {
    if let Some(format) = format.filter(|format| format.value == Format::Rich) {
        fields.report(format.span.clone(), PostProblem::RichClients);
    }
}

/// Reports the problems in the options at the top. The editions read the same options again without reporting.
pub(super) fn check_shared(
    shared: &RawOptions<'_>,
    is_right_to_left: bool,
    rules: MediaRules<'_>,
    fields: &mut Fields<'_>,
) {
    // All keys are named, so that the compiler asks whether a new one can be invalid.
    let RawOptions {
        publish_at: _,
        draft: _,
        hashtags,
        hashtag_suffix,
        silent: _,
        protect: _,
        pin: _,
        unpin_at: _,
        delete_at: _,
        reply_to: replied,
        overflow: _,
        format,
        link_preview: preview,
        buttons,
        poll,
        comments,
        media: _,
        caption_above: _,
        reflow,
        unread: _,
        source: _,
    } = shared;
    let reflow = flag(reflow.as_ref(), None);
    fields.expect_edition(EditionRules { reflow, is_right_to_left, ..EditionRules::default() });
    note_rich(format.as_ref(), fields);
    media::check_shared(shared, rules, fields);
    if let Some(typed) = hashtag_suffix {
        fields.line(&typed.0, "hashtag_suffix");
    }
    if let Some(typed) = replied {
        reply_to(&typed.0, fields);
    }
    if let Some(preview) = preview {
        link_preview(preview, fields);
    }
    if let Some(poll) = poll {
        poll::read(poll, fields);
    }
    hashtag::read(None, hashtags.as_ref(), fields);
    if let Some(buttons) = buttons {
        button::read(buttons, fields);
    }
    if let Some(comments) = comments {
        comment::read(comments, fields);
    }
}

/// The id of the post that is replied to.
fn reply_to(typed: &SpannedStr<'_>, fields: &mut Fields<'_>) -> Option<String> {
    let id = fields.line(typed, "reply_to")?;
    fields.add_reference(typed, 0..typed.value.len(), &id);
    Some(id)
}

fn flag(own: Option<&Item<bool>>, shared: Option<&Item<bool>>) -> bool {
    own.or(shared).is_some_and(|flag| flag.value)
}

fn lead(raw: &OrTable<Markup<'_>, RawLead<'_>>, fields: &mut Fields<'_>) -> Marked {
    let (marker, text) = match raw {
        OrTable::Short(typed) => (None, Some(typed)),
        OrTable::Table(table) => (
            table.value.marker.as_ref().and_then(|typed| fields.marker(&typed.0)),
            required(table, table.value.text.as_ref(), "lead", "text", fields),
        ),
    };
    let prose = text.and_then(|typed| fields.markup(&typed.0)).unwrap_or_default();
    Marked { marker, prose, span: raw.span() }
}

/// The sections of an edition in these formats, and the files between the paragraphs of its body.
fn sections(
    raw: &RawEdition<'_>,
    formats: Formats,
    rules: MediaRules<'_>,
    fields: &mut Fields<'_>,
) -> (Vec<Section>, BTreeMap<String, MediaItem>) {
    let mut images = BTreeMap::new();
    let mut strings = Vec::new();
    let own = blocks(&raw.blocks, &mut strings, fields);
    let mut sections: Vec<_> = (!own_keys(&raw.blocks).is_empty())
        .then_some(Section { title: None, blocks: own, rich: None, strings })
        .into_iter()
        .collect();
    for section in raw.sections.iter().flat_map(|list| &list.value) {
        let mut strings = Vec::new();
        let title = section.value.title.as_ref();
        let title = title.and_then(|typed| noted(fields.markup(&typed.0), &typed.0, &mut strings));
        let blocks = blocks(&section.value.blocks, &mut strings, fields);
        let raw = &section.value;
        if raw.title.is_none() && own_keys(&raw.blocks).is_empty() {
            if !raw.unread.any() && !fields.is_malformed_in_table(&section.span) {
                fields.report(section.span.clone(), PostProblem::EmptySection);
            }
            continue;
        }
        sections.push(Section { title, blocks, rich: None, strings });
    }
    if let Some(typed) = &raw.body {
        let mut others = own_keys(&raw.blocks);
        others.extend(raw.sections.as_ref().map(|_| "sections"));
        if !others.is_empty() {
            fields.report(typed.0.span.clone(), PostProblem::BodyAnd(others));
        }
        let body = fields.body(&typed.0, formats);
        let (blocks, rich) = body.map(|body| (body.blocks, body.rich)).unwrap_or_default();
        let section = Section { title: None, blocks, rich, strings: vec![typed.0.span.clone()] };
        images = media::images(&typed.0, section.rich_blocks(), rules, fields);
        sections.push(section);
    }
    (sections, images)
}

/// The section keys that are set in the edition itself.
pub(super) fn own_keys(raw: &RawBlocks<'_>) -> Vec<&'static str> {
    let RawBlocks { text, quote, bullets, numbered, code, unread: _, source: _ } = raw;
    let keys = [
        ("text", text.is_some()),
        ("quote", quote.is_some()),
        ("bullets", bullets.is_some()),
        ("numbered", numbered.is_some()),
        ("code", code.is_some()),
    ];
    keys.into_iter().filter(|(_, typed)| *typed).map(|(name, _)| name).collect()
}

/// The blocks; the places of their texts are added to `strings`.
fn blocks(
    raw: &RawBlocks<'_>,
    strings: &mut Vec<Range<usize>>,
    fields: &mut Fields<'_>,
) -> Vec<Block> {
    let RawBlocks { text, quote, bullets, numbered, code, unread: _, source: _ } = raw;
    let text = text.as_ref();
    let text = text.and_then(|typed| noted(fields.markup(&typed.0), &typed.0, strings));
    let text = text.map(Block::Paragraph);
    let quote = quote.as_ref().and_then(|quote| {
        let (typed, expandable) = match quote {
            OrTable::Short(typed) => (typed, false),
            OrTable::Table(table) => {
                let text = required(table, table.value.text.as_ref(), "quote", "text", fields)?;
                (text, table.value.expandable.as_ref().is_some_and(|flag| flag.value))
            }
        };
        let text = noted(fields.markup(&typed.0), &typed.0, strings)?;
        let blocks = vec![Block::Paragraph(text)];
        Some(Block::Quote { title: None, blocks, expandable })
    });
    let bullets = bullets.as_ref().and_then(|items| list(items, None, strings, fields));
    let numbered = numbered.as_ref().and_then(|items| list(items, Some(1), strings, fields));
    let code = code.as_ref().and_then(|code| {
        let (typed, language) = match code {
            OrTable::Short(typed) => (typed, None),
            OrTable::Table(table) => {
                let text = required(table, table.value.text.as_ref(), "code", "text", fields)?;
                (
                    text,
                    table.value.language.as_ref().and_then(|typed| code_language(&typed.0, fields)),
                )
            }
        };
        let code = noted(fields.code(&typed.0), &typed.0, strings)?;
        Some(Block::Code { code, language })
    });
    [text, quote, bullets, numbered, code].into_iter().flatten().collect()
}

/// A text that is shown, whose place is added to `strings`.
fn noted(
    text: Option<ParsedText>,
    typed: &SpannedStr<'_>,
    strings: &mut Vec<Range<usize>>,
) -> Option<ParsedText> {
    strings.extend(text.is_some().then(|| typed.span.clone()));
    text
}

fn code_language(typed: &SpannedStr<'_>, fields: &mut Fields<'_>) -> Option<String> {
    let language = fields.line(typed, "language")?;
    if language.contains(char::is_whitespace) {
        fields.report(typed.span.clone(), TextProblem::CodeLanguage);
        return None;
    }
    Some(language)
}

fn list(
    items: &Item<Vec<Markup<'_>>>,
    start: Option<u64>,
    strings: &mut Vec<Range<usize>>,
    fields: &mut Fields<'_>,
) -> Option<Block> {
    let mut shown = Vec::new();
    strings.extend(items.value.iter().map(|typed| typed.0.span.clone()));
    for typed in &items.value {
        let prose = fields.markup(&typed.0).unwrap_or_default();
        if start.is_none() {
            fields.bullet_sign(&typed.0, &prose);
        }
        shown.push(ListItem { task: None, blocks: vec![Block::Paragraph(prose)] });
    }
    if items.value.is_empty() && !fields.has_errors_in(&items.span) {
        fields.report(items.span.clone(), TextProblem::EmptyList);
    }
    (!shown.is_empty()).then_some(Block::List(List { start, items: shown }))
}

fn read_more(raw: &OrTable<Url<'_>, RawReadMore<'_>>, fields: &mut Fields<'_>) -> ReadMore {
    let (url, label) = match raw {
        OrTable::Short(typed) => (Some(typed), None),
        OrTable::Table(table) => (
            required(table, table.value.url.as_ref(), "read_more", "url", fields),
            table.value.label.as_ref().map(|typed| label(&typed.0, fields).unwrap_or_default()),
        ),
    };
    ReadMore {
        url: url.and_then(|typed| fields.url(&typed.0)).unwrap_or_default(),
        label,
        span: raw.span(),
    }
}

/// The label, which becomes a link text: Telegram keeps no other link and no code inside a link.
fn label(typed: &SpannedStr<'_>, fields: &mut Fields<'_>) -> Option<ParsedText> {
    let prose = fields.markup(typed)?;
    let lost = prose.text.entities.iter().find(|entity| !entity.kind.is_splittable());
    if let Some(entity) = lost {
        fields.report_in(typed, 0..typed.value.len(), TextProblem::LostInLabel(entity.kind.noun()));
        return None;
    }
    Some(prose)
}

fn link_preview(
    raw: &OrTable<Item<LinkPreviewOff>, RawLinkPreview<'_>>,
    fields: &mut Fields<'_>,
) -> LinkPreviewOptions {
    let table = match raw {
        OrTable::Short(_) => {
            return LinkPreviewOptions { is_disabled: true, ..LinkPreviewOptions::default() };
        }
        OrTable::Table(table) => table,
    };
    let url = table.value.url.as_ref().and_then(|typed| fields.url(&typed.0));
    let size = table.value.size.as_ref();
    if let (Some(size), None) = (size, &table.value.url) {
        fields.report(size.span.clone(), PostProblem::SizeWithoutUrl);
    }
    LinkPreviewOptions {
        is_disabled: false,
        url,
        prefer_small_media: size.is_some_and(|size| size.value == PreviewSize::Small),
        prefer_large_media: size.is_some_and(|size| size.value == PreviewSize::Large),
        show_above_text: table.value.above_text.as_ref().is_some_and(|flag| flag.value),
    }
}

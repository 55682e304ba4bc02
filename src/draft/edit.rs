//! Changes of a post file's text that the chat makes: a draft no longer is one, it gets other channels, its body is corrected.
//! Everything else stays as it was typed.

use thiserror::Error;
use toml_edit::{Document, DocumentMut, Item, Table, Value};

use super::content::names;
use crate::ids::{ChannelName, Language};
use crate::media::Kind;
use crate::source::SourceFile;

/// Why a file's text is not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum EditError {
    /// It is not TOML.
    #[error("the file cannot be read as TOML")]
    Unreadable,
    /// It does not say `draft = true`.
    #[error("the file does not say `draft = true`")]
    NotADraft,
    /// The value to change is not there.
    #[error("the text cannot be written there")]
    MissingBody,
}

/// Where the only text of an edition is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyPlace {
    /// The edition's language; `None` if the key is at the top, or the text below the front matter.
    pub edition: Option<String>,
    /// The Markdown; empty if there is no text yet.
    pub body: String,
}

/// Whether an edition is made of `body` alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditionBody {
    /// It is.
    Alone(BodyPlace),
    /// It has other texts: the line with the first of them, counted from 1.
    Other(usize),
    /// The post has several editions, and none was named.
    Several,
}

/// Keys that add to the text of an edition.
const TEXT_KEYS: [&str; 12] = [
    "marker",
    "heading",
    "lead",
    "sections",
    "text",
    "quote",
    "bullets",
    "numbered",
    "code",
    "read_more",
    "hashtags",
    "hashtag_suffix",
];

/// The text without the line `draft = true`.
///
/// # Errors
/// If the text is not TOML or not a draft.
pub fn without_draft(file: &SourceFile) -> Result<String, EditError> {
    let (text, toml) = (&file.text, read(file)?);
    let (key, item) = toml.as_table().get_key_value("draft").ok_or(EditError::NotADraft)?;
    if item.as_bool() != Some(true) {
        return Err(EditError::NotADraft);
    }
    let (start, end) = key
        .span()
        .zip(item.span())
        .map(|(key, item)| (key.start, item.end))
        .ok_or(EditError::NotADraft)?;
    let before = text.get(..start).ok_or(EditError::Unreadable)?;
    let after = text.get(end..).ok_or(EditError::Unreadable)?;
    // A key and its value have a line of their own.
    let before = before.rfind('\n').and_then(|at| before.get(..=at)).unwrap_or_default();
    let after = after.split_once('\n').map_or("", |(_, after)| after);
    Ok(format!("{before}{after}"))
}

/// The text with these channels, and with this language if there is one.
///
/// # Errors
/// If the text is not TOML.
pub fn with_channels(
    file: &SourceFile,
    channels: &[ChannelName],
    language: Option<&Language>,
) -> Result<String, EditError> {
    edited(file, |keys| {
        put(keys, "channels", names(channels.iter().map(ChannelName::as_str)));
        if let Some(language) = language {
            put(keys, "language", toml_edit::value(language.as_str()));
        }
        Ok(())
    })
}

/// The text with another body.
///
/// # Errors
/// If the text is not TOML, or its body is not the one of `place`.
pub fn with_body(file: &SourceFile, place: &BodyPlace, body: &str) -> Result<String, EditError> {
    if place.edition.is_none() && file.markdown().is_some() {
        return with_text_below(file, &place.body, body);
    }
    edited(file, |keys| {
        let table = match &place.edition {
            None => Some(keys),
            Some(edition) => {
                let editions = keys.get_mut("editions").and_then(Item::as_table_mut);
                editions.and_then(|editions| editions.get_mut(edition)?.as_table_mut())
            }
        };
        let table = table.ok_or(EditError::MissingBody)?;
        if table.get("body").map_or(Some(""), Item::as_str) != Some(place.body.as_str()) {
            return Err(EditError::MissingBody);
        }
        put(table, "body", toml_edit::value(body));
        Ok(())
    })
}

/// A Markdown file with another text below its front matter.
fn with_text_below(file: &SourceFile, seen: &str, body: &str) -> Result<String, EditError> {
    let text = &file.text;
    let range = file.body().cloned().unwrap_or(text.len()..text.len());
    if text.get(range.clone()) != Some(seen) {
        return Err(EditError::MissingBody);
    }
    let before = text.get(..range.start).unwrap_or_default();
    let gap = match before {
        _ if file.body().is_some() => "",
        before if before.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    let after = text.get(range.end..).filter(|after| !after.is_empty()).unwrap_or("\n");
    let changed = SourceFile::post(&file.path, format!("{before}{gap}{body}{after}"));
    // White space around a text is not part of it.
    let shown = changed.body().and_then(|range| changed.text.get(range.clone()));
    if shown == Some(body) { Ok(changed.text) } else { Err(EditError::MissingBody) }
}

fn read(file: &SourceFile) -> Result<Document<&str>, EditError> {
    Document::parse(file.toml()).map_err(|_| EditError::Unreadable)
}

/// The text after a change of its keys.
fn edited(
    file: &SourceFile,
    change: impl FnOnce(&mut Table) -> Result<(), EditError>,
) -> Result<String, EditError> {
    let text = &file.text;
    let keys = if file.markdown().is_none() {
        0..text.len()
    } else {
        // They are between the two lines of the front matter.
        let end = file.toml().len();
        let start = text.get(..end).and_then(|toml| toml.find('\n'));
        start.ok_or(EditError::Unreadable)? + 1..end
    };
    let toml = text.get(keys.clone()).unwrap_or_default();
    let mut toml: DocumentMut = toml.parse().map_err(|_| EditError::Unreadable)?;
    change(toml.as_table_mut())?;
    let before = text.get(..keys.start).unwrap_or_default();
    let after = text.get(keys.end..).unwrap_or_default();
    Ok(format!("{before}{toml}{after}"))
}

/// Sets a value, and keeps the comment behind it.
fn put(table: &mut Table, key: &str, new: Item) {
    let Some(item) = table.get_mut(key) else {
        table.insert(key, new);
        return;
    };
    let decor = item.as_value().map(Value::decor).cloned();
    *item = new;
    if let (Some(value), Some(decor)) = (item.as_value_mut(), decor) {
        *value.decor_mut() = decor;
    }
}

/// Whether a post's texts are in editions.
#[must_use]
pub fn has_editions(file: &SourceFile) -> bool {
    read(file).is_ok_and(|keys| keys.as_table().contains_key("editions"))
}

/// The media files that a post names in its own folder.
#[must_use]
pub fn own_media(file: &SourceFile) -> Vec<String> {
    let Ok(file) = read(file) else { return Vec::new() };
    let items = file.get("media").and_then(Item::as_array_of_tables).into_iter().flatten();
    let named = items.flat_map(|item| Kind::ALL.map(|kind| item.get(kind.name())?.as_str()));
    let is_own = |name: &&str| !name.is_empty() && !name.contains(['/', '\\']) && *name != "..";
    named.flatten().filter(is_own).map(str::to_owned).collect()
}

/// Whether the edition in `language` is made of `body` alone, or has no text yet; a post with one edition needs no language.
#[must_use]
pub fn body_alone(file: &SourceFile, language: Option<&str>) -> EditionBody {
    let Ok(keys) = read(file) else { return EditionBody::Other(1) };
    let top = keys.as_table();
    let line = |table: &Table, keys: &[&str]| {
        let spans = keys.iter().filter_map(|key| table.key(key)?.span());
        let first = spans.map(|span| span.start).min()?;
        Some(line_of(file, first))
    };
    let below = file.body().and_then(|range| Some((range.start, file.text.get(range.clone())?)));
    let editions = top.get("editions").and_then(Item::as_table);
    let chosen = editions.map(|editions| {
        let only = (editions.len() == 1).then(|| editions.iter().next()).flatten();
        let named = language.and_then(|language| editions.get_key_value(language));
        let named = named.map(|(key, item)| (key.get(), item)).or(only);
        named.and_then(|(name, item)| Some((name.to_owned(), item.as_table()?)))
    });
    let (edition, table) = match chosen {
        None => (None, top),
        Some(Some((name, table))) => (Some(name), table),
        Some(None) => return EditionBody::Several,
    };
    let others = line(top, &TEXT_KEYS).or_else(|| line(table, &TEXT_KEYS));
    let shared = || line(top, &["body"]).or_else(|| Some(line_of(file, below?.0)));
    let others = others.or_else(|| shared().filter(|_| edition.is_some()));
    let is_below = edition.is_none() && file.markdown().is_some();
    let body = match table.get("body") {
        None if is_below => Some(below.map_or("", |(_, text)| text)),
        None => Some(""),
        // The text below the front matter has its place there.
        Some(_) if is_below => None,
        Some(body) => body.as_str(),
    };
    match (others, body) {
        (None, Some(body)) => EditionBody::Alone(BodyPlace { edition, body: body.to_owned() }),
        (others, _) => EditionBody::Other(others.unwrap_or(1)),
    }
}

/// The line of a byte, counted from 1.
fn line_of(file: &SourceFile, at: usize) -> usize {
    file.text.get(..at).unwrap_or_default().matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Record;
    use crate::post::raw::RawPost;

    /// A Markdown file if it begins with front matter, otherwise TOML.
    fn file(text: &str) -> SourceFile {
        SourceFile::post(if text.starts_with("+++") { "a.md" } else { "a.toml" }, text)
    }

    fn place(edition: Option<&str>, body: &str) -> BodyPlace {
        BodyPlace { edition: edition.map(str::to_owned), body: body.to_owned() }
    }

    /// The other keys of a post, which add no words to the text of an edition.
    const OTHER_KEYS: [&str; 24] = [
        "body",
        "buttons",
        "caption_above",
        "channels",
        "comments",
        "delete_at",
        "draft",
        "editions",
        "format",
        "language",
        "link_preview",
        "media",
        "overflow",
        "pin",
        "poll",
        "protect",
        "publish_at",
        "reflow",
        "repeat",
        "repeat_until",
        "reply_to",
        "silent",
        "together",
        "unpin_at",
    ];

    #[test]
    fn every_described_key_adds_to_the_text_or_does_not() {
        let mut described: Vec<_> = RawPost::TABLE.keys().iter().map(|key| key.name).collect();
        let mut listed = [TEXT_KEYS.as_slice(), OTHER_KEYS.as_slice()].concat();
        described.sort_unstable();
        listed.sort_unstable();
        assert_eq!(described, listed);
    }

    #[test]
    fn only_the_line_of_the_draft_is_removed() {
        for (before, after) in [
            ("draft = true\nbody = \"a\"\n", Ok("body = \"a\"\n")),
            (
                "# from\ndraft = true # yes\n\nbody = \"draft = true\"",
                Ok("# from\n\nbody = \"draft = true\""),
            ),
            ("body = \"a\"\r\n\"draft\"=true\r\n", Ok("body = \"a\"\r\n")),
            (
                "body = \"\"\"\ndraft = true\n\"\"\"\ndraft = true",
                Ok("body = \"\"\"\ndraft = true\n\"\"\"\n"),
            ),
            ("draft = false\n", Err(EditError::NotADraft)),
            ("[editions.en]\ndraft = true\n", Err(EditError::NotADraft)),
            ("body = \"a\"\n", Err(EditError::NotADraft)),
            ("draft = true\ndraft = true\n", Err(EditError::Unreadable)),
            ("+++\ndraft = true\n+++\ndraft = true\n", Ok("+++\n+++\ndraft = true\n")),
            (
                "+++\r\npin = true\r\ndraft = true\r\n+++\r\n\r\nText\r\n",
                Ok("+++\r\npin = true\r\n+++\r\n\r\nText\r\n"),
            ),
            ("+++\npin = true\n+++\ndraft = true\n", Err(EditError::NotADraft)),
        ] {
            let found = without_draft(&file(before));
            assert_eq!(found.as_deref(), after.as_ref().map(|after| *after), "{before}");
        }
    }

    #[test]
    fn channels_are_added_or_replaced() {
        let names = ["news", "blog"].map(|name| ChannelName::parse(name).unwrap());
        let ru = Language::parse("ru").unwrap();
        for (before, language, after) in [
            (
                "# c\ndraft = true\n\n[[media]]\nphoto = \"a\"\n",
                None,
                "# c\ndraft = true\nchannels = [\"news\", \"blog\"]\n\n[[media]]\nphoto = \"a\"\n",
            ),
            (
                "channels = [\"x\"] # here\nlanguage = \"en\"\nbody = \"a\"\n",
                Some(&ru),
                "channels = [\"news\", \"blog\"] # here\nlanguage = \"ru\"\nbody = \"a\"\n",
            ),
            (
                "+++\ndraft = true\n+++\n\nText\n",
                None,
                "+++\ndraft = true\nchannels = [\"news\", \"blog\"]\n+++\n\nText\n",
            ),
            ("+++\n+++\nText", None, "+++\nchannels = [\"news\", \"blog\"]\n+++\nText"),
        ] {
            let found = with_channels(&file(before), &names, language);
            assert_eq!(found.as_deref(), Ok(after));
        }
        assert_eq!(with_channels(&file("x"), &names, None), Err(EditError::Unreadable));
    }

    #[test]
    fn body_is_found_only_if_it_is_alone() {
        let alone = |edition: Option<&str>, body: &str| EditionBody::Alone(place(edition, body));
        let two = "[editions.en]\nbody = \"a\"\n[editions.ru]\nbody = \"b\"\n";
        for (text, language, expected) in [
            ("draft = true\nbody = \"a\"\npin = true\n", Some("en"), alone(None, "a")),
            ("[editions.en]\nbody = \"a\"\n", None, alone(Some("en"), "a")),
            (two, Some("ru"), alone(Some("ru"), "b")),
            (two, None, EditionBody::Several),
            ("pin = true\n\nheading = \"h\"\nbody = \"a\"\n", None, EditionBody::Other(3)),
            ("hashtags = [\"a\"]\n[editions.en]\nbody = \"a\"\n", None, EditionBody::Other(1)),
            ("[editions.en]\nbody = \"a\"\nbullets = []\n", None, EditionBody::Other(3)),
            ("\n[[media]]\nphoto = \"a.jpg\"\n", None, alone(None, "")),
            ("not toml", None, EditionBody::Other(1)),
            ("+++\npin = true\n+++\n\nOne\n\nTwo\n", None, alone(None, "One\n\nTwo")),
            ("+++\n[[media]]\nphoto = \"a.jpg\"\n+++\n", None, alone(None, "")),
            ("+++\n\nheading = \"h\"\n+++\nText\n", None, EditionBody::Other(3)),
            ("+++\n[editions.en]\n+++\n\nText\n", None, EditionBody::Other(5)),
            ("+++\nbody = \"a\"\n+++\nText\n", None, EditionBody::Other(1)),
        ] {
            assert_eq!(body_alone(&file(text), language), expected, "{text}");
        }
    }

    #[test]
    fn body_is_replaced_where_it_was_found() {
        let toml = "# c\n[editions.en]\nbody = \"a\" # old\n[editions.ru]\nbody = \"a\"\n";
        for (before, seen, after) in [
            (
                toml,
                place(Some("en"), "a"),
                Ok("# c\n[editions.en]\nbody = \"b\" # old\n[editions.ru]\nbody = \"a\"\n"),
            ),
            (toml, place(Some("en"), "x"), Err(EditError::MissingBody)),
            (
                "draft = true\n\n[[media]]\nphoto = \"a\"\n",
                place(None, ""),
                Ok("draft = true\nbody = \"b\"\n\n[[media]]\nphoto = \"a\"\n"),
            ),
            (
                "+++\npin = true\n+++\n\nOne\n\nTwo\n",
                place(None, "One\n\nTwo"),
                Ok("+++\npin = true\n+++\n\nb\n"),
            ),
            ("+++\n+++\nOne", place(None, "One"), Ok("+++\n+++\nb\n")),
            ("+++\n+++\n", place(None, ""), Ok("+++\n+++\n\nb\n")),
            ("+++\n+++", place(None, ""), Ok("+++\n+++\n\nb\n")),
            ("+++\n+++\nOne", place(None, "x"), Err(EditError::MissingBody)),
            (
                "+++\n[editions.en]\nbody = \"a\"\n+++\n",
                place(Some("en"), "a"),
                Ok("+++\n[editions.en]\nbody = \"b\"\n+++\n"),
            ),
        ] {
            let found = with_body(&file(before), &seen, "b");
            assert_eq!(found.as_deref(), after.as_ref().map(|after| *after), "{before}");
        }
    }

    #[test]
    fn media_of_its_own_folder_is_found() {
        let toml = "[[media]]\nphoto = \"a.jpg\"\n[[media]]\nvideo = \"../b.mp4\"\n";
        for text in [toml.to_owned(), format!("+++\n{toml}+++\nText\n")] {
            assert_eq!(own_media(&file(&text)), ["a.jpg"]);
        }
    }
}

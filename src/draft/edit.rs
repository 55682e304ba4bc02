//! Changes of a post file's text that the chat makes: a draft no longer is one, it gets other channels, its body is corrected.
//! Everything else stays as it was typed.

use thiserror::Error;
use toml_edit::{Document, DocumentMut, Item, Table, Value};

use super::content::names;
use crate::ids::ChannelName;
use crate::media::Kind;

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
    #[error("the file has no `body` there")]
    MissingBody,
}

/// Where the only text of an edition is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyPlace {
    /// The edition's language; `None` if the key is at the top.
    pub edition: Option<String>,
    /// The Markdown.
    pub body: String,
}

/// Whether an edition is made of `body` alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditionBody {
    /// It is.
    Alone(BodyPlace),
    /// It has other texts, or none: the line with the first of them, counted from 1.
    Other(usize),
}

/// Keys that add to the text of an edition.
const TEXT_KEYS: [&str; 13] = [
    "marker",
    "heading",
    "lead",
    "sections",
    "title",
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
pub fn without_draft(text: &str) -> Result<String, EditError> {
    let file = Document::parse(text).map_err(|_| EditError::Unreadable)?;
    let (key, item) = file.as_table().get_key_value("draft").ok_or(EditError::NotADraft)?;
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

/// The text with these channels.
///
/// # Errors
/// If the text is not TOML.
pub fn with_channels(text: &str, channels: &[ChannelName]) -> Result<String, EditError> {
    let mut file: DocumentMut = text.parse().map_err(|_| EditError::Unreadable)?;
    let list = names(channels.iter().map(ChannelName::as_str));
    match file.get_mut("channels") {
        Some(item) => replace(item, list),
        None => drop(file.insert("channels", list)),
    }
    Ok(file.to_string())
}

/// The text with another body.
///
/// # Errors
/// If the text is not TOML or has no body there.
pub fn with_body(text: &str, place: &BodyPlace, body: &str) -> Result<String, EditError> {
    let mut file: DocumentMut = text.parse().map_err(|_| EditError::Unreadable)?;
    let table = match &place.edition {
        None => Some(file.as_table_mut()),
        Some(edition) => {
            let editions = file.get_mut("editions").and_then(Item::as_table_mut);
            editions.and_then(|editions| editions.get_mut(edition)?.as_table_mut())
        }
    };
    let item = table.and_then(|table| table.get_mut("body")).ok_or(EditError::MissingBody)?;
    if item.as_str() != Some(place.body.as_str()) {
        return Err(EditError::MissingBody);
    }
    replace(item, toml_edit::value(body));
    Ok(file.to_string())
}

/// Replaces a value, and keeps the comment behind it.
fn replace(item: &mut Item, new: Item) {
    let decor = item.as_value().map(Value::decor).cloned();
    *item = new;
    if let (Some(value), Some(decor)) = (item.as_value_mut(), decor) {
        *value.decor_mut() = decor;
    }
}

/// The media files that a post names in its own folder.
#[must_use]
pub fn own_media(text: &str) -> Vec<String> {
    let Ok(file) = Document::parse(text) else { return Vec::new() };
    let items = file.get("media").and_then(Item::as_array_of_tables).into_iter().flatten();
    let named = items.flat_map(|item| Kind::ALL.map(|kind| item.get(kind.name())?.as_str()));
    let is_own = |name: &&str| !name.is_empty() && !name.contains(['/', '\\']) && *name != "..";
    named.flatten().filter(is_own).map(str::to_owned).collect()
}

/// Whether the edition in `language` is made of `body` alone; a post with one edition needs no language.
#[must_use]
pub fn body_alone(text: &str, language: Option<&str>) -> EditionBody {
    let Ok(file) = Document::parse(text) else { return EditionBody::Other(1) };
    let top = file.as_table();
    let line = |table: &Table, keys: &[&str]| {
        let spans = keys.iter().filter_map(|key| table.key(key)?.span());
        let first = spans.map(|span| span.start).min()?;
        Some(text.get(..first)?.matches('\n').count() + 1)
    };
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
        Some(None) => return EditionBody::Other(line(top, &["editions"]).unwrap_or(1)),
    };
    let others = line(top, &TEXT_KEYS).or_else(|| line(table, &TEXT_KEYS));
    let others = others.or_else(|| line(top, &["body"]).filter(|_| edition.is_some()));
    match (others, table.get("body").and_then(Item::as_str)) {
        (None, Some(body)) => EditionBody::Alone(BodyPlace { edition, body: body.to_owned() }),
        (others, _) => EditionBody::Other(others.unwrap_or(1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        ] {
            assert_eq!(
                without_draft(before).as_deref(),
                after.as_ref().map(|after| *after),
                "{before}"
            );
        }
    }

    #[test]
    fn channels_are_added_or_replaced() {
        let names = ["news", "blog"].map(|name| ChannelName::parse(name).unwrap());
        let added = with_channels("# c\ndraft = true\n\n[[media]]\nphoto = \"a\"\n", &names);
        let expected =
            "# c\ndraft = true\nchannels = [\"news\", \"blog\"]\n\n[[media]]\nphoto = \"a\"\n";
        assert_eq!(added.as_deref(), Ok(expected));
        let replaced = with_channels("channels = [\"x\"] # here\nbody = \"a\"\n", &names[..1]);
        assert_eq!(replaced.as_deref(), Ok("channels = [\"news\"] # here\nbody = \"a\"\n"));
        assert_eq!(with_channels("x", &names), Err(EditError::Unreadable));
    }

    #[test]
    fn body_is_found_only_if_it_is_alone() {
        let alone = |edition: Option<&str>, body: &str| {
            EditionBody::Alone(BodyPlace {
                edition: edition.map(str::to_owned),
                body: body.to_owned(),
            })
        };
        let two = "[editions.en]\nbody = \"a\"\n[editions.ru]\nbody = \"b\"\n";
        for (text, language, expected) in [
            ("draft = true\nbody = \"a\"\npin = true\n", Some("en"), alone(None, "a")),
            ("[editions.en]\nbody = \"a\"\n", None, alone(Some("en"), "a")),
            (two, Some("ru"), alone(Some("ru"), "b")),
            (two, None, EditionBody::Other(1)),
            ("pin = true\n\nheading = \"h\"\nbody = \"a\"\n", None, EditionBody::Other(3)),
            ("hashtags = [\"a\"]\n[editions.en]\nbody = \"a\"\n", None, EditionBody::Other(1)),
            ("[editions.en]\nbody = \"a\"\nbullets = []\n", None, EditionBody::Other(3)),
            ("pin = true\n", None, EditionBody::Other(1)),
            ("not toml", None, EditionBody::Other(1)),
        ] {
            assert_eq!(body_alone(text, language), expected, "{text}");
        }
    }

    #[test]
    fn body_is_replaced_where_it_was_found() {
        let place = BodyPlace { edition: Some("en".to_owned()), body: "a".to_owned() };
        let text = "# c\n[editions.en]\nbody = \"a\" # old\n[editions.ru]\nbody = \"a\"\n";
        let expected = "# c\n[editions.en]\nbody = \"b\" # old\n[editions.ru]\nbody = \"a\"\n";
        assert_eq!(with_body(text, &place, "b").as_deref(), Ok(expected));
        let other = BodyPlace { body: "x".to_owned(), ..place };
        assert_eq!(with_body(text, &other, "b"), Err(EditError::MissingBody));
    }
}

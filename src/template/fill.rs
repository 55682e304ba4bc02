//! Fills values into the strings of a parsed TOML document. Keys and comments stay as they are.

use std::collections::BTreeSet;

use toml_edit::{DocumentMut, Item, Value as TomlValue};

use super::markdown::{self, Syntax};
use super::placeholder::{Piece, keys_of, pieces};
use super::{TemplateError, Values};
use crate::key::Record;
use crate::post::raw::RawPost;
use crate::schema::Kind;

/// The keys of the placeholders in all strings.
pub(super) fn keys(document: &mut DocumentMut) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    let root = Kind::Table(RawPost::TABLE);
    let found = each_string(document.as_item_mut(), Some(root), &mut |text, _| {
        keys.extend(keys_of(text));
        Ok(None)
    });
    debug_assert_eq!(found, Ok(()), "nothing is replaced");
    keys
}

/// Fills in the placeholders of all strings.
pub(super) fn document(document: &mut DocumentMut, values: &Values) -> Result<(), TemplateError> {
    let root = Kind::Table(RawPost::TABLE);
    each_string(document.as_item_mut(), Some(root), &mut |text, kind| {
        let pieces = pieces(text);
        if !pieces.iter().any(|piece| matches!(piece, Piece::Placeholder(_))) {
            return Ok(None);
        }
        if let [Piece::Placeholder(key)] = pieces.as_slice()
            && let Some(value) = values.get(*key).and_then(|value| scalar(value.text(), kind))
        {
            return Ok(Some(value));
        }
        let filled = match syntax(kind) {
            Some(syntax) => markdown::fill(text, syntax, values)?,
            None => plain(&pieces, values),
        };
        Ok(Some(filled.into()))
    })
}

/// A text without markup, with its values as they are.
fn plain(pieces: &[Piece<'_>], values: &Values) -> String {
    let text = |piece: &Piece<'_>| match piece {
        Piece::Literal(text) => (*text).to_owned(),
        Piece::Placeholder(key) => values
            .get(*key)
            .map(|value| value.text().trim_end_matches('\n'))
            .unwrap_or_default()
            .to_owned(),
    };
    pieces.iter().map(text).collect()
}

/// The value of a key that takes no string, such as a time.
fn scalar(text: &str, kind: Option<Kind>) -> Option<TomlValue> {
    let value: TomlValue = text.trim().parse().ok()?;
    match (kind?, value) {
        (Kind::DateTime, TomlValue::Datetime(time)) => Some((*time.value()).into()),
        (Kind::Bool, TomlValue::Boolean(flag)) => Some((*flag.value()).into()),
        (Kind::Integer, TomlValue::Integer(number)) => Some((*number.value()).into()),
        _ => None,
    }
}

/// How a key's strings are formatted; `None` if they are not.
fn syntax(kind: Option<Kind>) -> Option<Syntax> {
    match kind? {
        Kind::Markup | Kind::String("poll text") => Some(Syntax::Inline),
        Kind::String("Markdown") => Some(Syntax::Body),
        Kind::Either(one, other) => syntax(Some(*one)).or_else(|| syntax(Some(*other))),
        _ => None,
    }
}

/// What replaces a string; `None` leaves it.
type Replacement = Result<Option<TomlValue>, TemplateError>;

fn each_string(
    item: &mut Item,
    kind: Option<Kind>,
    replace: &mut dyn FnMut(&str, Option<Kind>) -> Replacement,
) -> Result<(), TemplateError> {
    match item {
        Item::None => Ok(()),
        Item::Value(value) => each_in_value(value, kind, replace),
        Item::Table(table) => table
            .iter_mut()
            .try_for_each(|(key, item)| each_string(item, below(kind, key.get()), replace)),
        Item::ArrayOfTables(tables) => tables.iter_mut().try_for_each(|table| {
            let kind = item_of(kind);
            let mut items = table.iter_mut();
            items.try_for_each(|(key, item)| each_string(item, below(kind, key.get()), replace))
        }),
    }
}

fn each_in_value(
    value: &mut TomlValue,
    kind: Option<Kind>,
    replace: &mut dyn FnMut(&str, Option<Kind>) -> Replacement,
) -> Result<(), TemplateError> {
    match value {
        TomlValue::String(text) => {
            if let Some(mut new) = replace(text.value(), kind)? {
                // The white space and the comment around it.
                *new.decor_mut() = text.decor().clone();
                *value = new;
            }
            Ok(())
        }
        TomlValue::Array(items) => {
            items.iter_mut().try_for_each(|item| each_in_value(item, item_of(kind), replace))
        }
        TomlValue::InlineTable(table) => table
            .iter_mut()
            .try_for_each(|(key, item)| each_in_value(item, below(kind, key.get()), replace)),
        _ => Ok(()),
    }
}

/// The kind of the key `name` in a table of this kind.
fn below(kind: Option<Kind>, name: &str) -> Option<Kind> {
    match kind? {
        Kind::Table(table) => {
            table.keys().into_iter().find(|key| key.name == name).map(|key| key.kind)
        }
        Kind::Names(_, each) => Some(*each),
        Kind::Either(one, other) => below(Some(*one), name).or_else(|| below(Some(*other), name)),
        _ => None,
    }
}

fn item_of(kind: Option<Kind>) -> Option<Kind> {
    match kind? {
        Kind::List(item) => Some(*item),
        _ => None,
    }
}

//! The keys of our TOML files, each described once: the reader, the hints, the schema and the reference all come from
//! this description; it knows no particular key.

pub mod reader;
mod record;
pub mod reference;
pub mod schema;
mod suggestion;
pub mod value;

pub use reader::Reader;
pub(crate) use record::record;
pub(crate) use suggestion::nearest;
pub(crate) use value::words;
pub use value::{Item, Moment, NameMap, Named, OrTable, Typed};

use std::collections::BTreeSet;

use toml::Spanned;
use toml::de::DeValue;

/// One key of a table.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// As typed.
    pub name: &'static str,
    /// What may stand behind it.
    pub kind: Kind,
    /// What holds when it is left out, in words or as TOML.
    pub default: &'static str,
    /// Its doc line.
    pub doc: &'static str,
}

impl Key {
    /// Whether nothing holds when it is left out, so that its table is not whole without it.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.default == "must be there"
    }
}

/// What may stand behind a key.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A string with inline Markdown.
    Markup,
    /// A string taken as it is; the word says what it holds (`URL`, `code`, `emoji`, …).
    String(&'static str),
    /// One of these strings.
    OneOf(&'static [&'static str]),
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Integer,
    /// A TOML date-time, with or without offset.
    DateTime,
    /// An array.
    List(&'static Kind),
    /// A table with known keys.
    Table(&'static Table),
    /// A table whose keys are names; the word says what they name (`language`, `channel`, …).
    Names(&'static str, &'static Kind),
    /// Either of two shapes.
    Either(&'static Kind, &'static Kind),
}

impl Kind {
    /// Whether a TOML value has the type that the kind wants; what it says is not looked at.
    #[must_use]
    pub fn takes(&self, value: &DeValue<'_>) -> bool {
        match self {
            Self::Markup | Self::String(_) | Self::OneOf(_) => value.is_str(),
            Self::Bool => value.is_bool(),
            Self::Integer => value.is_integer(),
            Self::DateTime => value.is_datetime(),
            Self::List(_) => value.is_array(),
            Self::Table(_) | Self::Names(..) => value.is_table(),
            Self::Either(one, other) => one.takes(value) || other.takes(value),
        }
    }

    /// The table with known keys that may stand there, and what stands around it.
    pub(crate) fn table(&self) -> Option<(&'static Table, Around)> {
        match self {
            Self::Table(table) | Self::Either(_, Self::Table(table)) => {
                Some((table, Around::Nothing))
            }
            Self::List(Self::Table(table)) => Some((table, Around::List)),
            Self::Names(what, Self::Table(table)) => Some((table, Around::Names(what))),
            _ => None,
        }
    }

    /// What the kind wants, with its article, as diagnostics and the reference say it.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Markup => "a string".to_owned(),
            Self::String(what) => format!("a string ({what})"),
            Self::OneOf(words) => {
                words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" or ")
            }
            Self::Bool => "`true` or `false`".to_owned(),
            Self::Integer => "a whole number".to_owned(),
            Self::DateTime => "a date-time without quotes".to_owned(),
            Self::List(item) => match item {
                Self::Table(_) => "a list of tables".to_owned(),
                _ => "a list of strings".to_owned(),
            },
            Self::Table(_) => "a table".to_owned(),
            Self::Names(what, _) => format!("a table with one entry for each {what}"),
            Self::Either(one, other) => format!("{} or {}", one.words(), other.words()),
        }
    }
}

/// What stands around a table with known keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Around {
    /// Nothing: `[table]`.
    Nothing,
    /// A list: `[[table]]`.
    List,
    /// A table of names: `[table.name]`; the word says what they name.
    Names(&'static str),
}

/// A table with known keys.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// What the table describes, in a few words.
    pub doc: &'static str,
    /// Its own keys, and those of the records it includes.
    pub visit: fn(&mut dyn FnMut(&'static Key)),
}

impl Table {
    /// All keys, in the order of the reference.
    #[must_use]
    pub fn keys(&self) -> Vec<&'static Key> {
        let mut keys = Vec::new();
        (self.visit)(&mut |key| keys.push(key));
        keys
    }
}

/// A table that is read from TOML key by key.
pub trait Record<'i>: Sized {
    /// Its description.
    const TABLE: &'static Table;

    /// Takes the record's keys out of a table; what is wrong with them goes into the reader.
    fn read_keys(entries: &reader::Entries<'_, 'i>, reader: &mut Reader<'_>) -> Self;

    /// Notes which keys were typed and could not be read.
    fn lose(&mut self, lost: Lost);

    /// The keys that were typed and could not be read, so that they seem to be missing.
    fn lost(&self) -> &Lost;
}

/// Keys of a table that were typed and could not be read; a misspelt key counts as the one it was taken for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lost(BTreeSet<String>);

impl Lost {
    /// Whether there is any.
    #[must_use]
    pub fn any(&self) -> bool {
        !self.0.is_empty()
    }

    /// Whether `key` is one of them.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.0.contains(key)
    }

    fn add(&mut self, key: &str) {
        if !self.has(key) {
            self.0.insert(key.to_owned());
        }
    }
}

/// A value that can stand behind a key.
pub trait Field<'i>: Sized {
    /// Its description.
    const KIND: Kind;

    /// Reads the value; `None` after saying in the reader what is wrong.
    fn read(value: &Spanned<DeValue<'i>>, reader: &mut Reader<'_>) -> Option<Self>;
}

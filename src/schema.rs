//! The description of TOML tables and their keys, and the JSON Schema and reference pages generated from it. It knows no
//! particular key.

pub mod json;
pub mod reference;

use toml::de::DeValue;

/// One key of a table.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// The type of its value.
    pub kind: Kind,
    /// Its default.
    pub default: KeyDefault,
    /// Its description.
    pub doc: &'static str,
}

/// The default of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyDefault {
    /// None: its table must have the key.
    Required,
    /// None: its table must have exactly one of the keys that are marked so.
    OneOfThese,
    /// This, in words or as TOML.
    Value(&'static str),
}

impl KeyDefault {
    /// The default for readers.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::OneOfThese => "exactly one of these",
            Self::Value(words) => words,
        }
    }
}

impl Key {
    /// Whether its table must have it.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.default == KeyDefault::Required
    }

    /// Whether its table must have exactly one of the keys that are marked so.
    #[must_use]
    pub fn is_alternative(&self) -> bool {
        self.default == KeyDefault::OneOfThese
    }
}

/// The type of a key's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A string with inline Markdown.
    Markup,
    /// A string without markup, and its content (`URL`, `code`, `emoji`, …).
    String(&'static str),
    /// One of these strings.
    OneOf(&'static [&'static str]),
    /// `true` or `false`.
    Bool,
    /// An integer.
    Integer,
    /// A TOML date-time, with or without offset.
    DateTime,
    /// An array.
    List(&'static Kind),
    /// A table with known keys.
    Table(&'static Table),
    /// A table whose keys are names, and the noun for them (`language`, `channel`, …).
    Names(&'static str, &'static Kind),
    /// Either of two shapes.
    Either(&'static Kind, &'static Kind),
}

impl Kind {
    /// Whether a TOML value has this type. Its content is not checked.
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

    /// The table with known keys, and its container.
    pub(crate) fn table(&self) -> Option<(&'static Table, Container)> {
        match self {
            Self::Table(table) | Self::Either(_, Self::Table(table)) => {
                Some((table, Container::Nothing))
            }
            Self::List(Self::Table(table)) => Some((table, Container::List)),
            Self::Names(what, Self::Table(table)) => Some((table, Container::Names(what))),
            _ => None,
        }
    }

    /// The type in words, with its article, for diagnostics and the reference.
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
                Self::List(_) => "a list of lists of strings".to_owned(),
                _ => "a list of strings".to_owned(),
            },
            Self::Table(_) => "a table".to_owned(),
            Self::Names(what, _) => format!("a table with one entry for each {what}"),
            Self::Either(one, other) => format!("{} or {}", one.words(), other.words()),
        }
    }
}

/// The container of a table with known keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    /// Nothing: `[table]`.
    Nothing,
    /// A list: `[[table]]`.
    List,
    /// A table of names: `[table.name]`; the noun for the names.
    Names(&'static str),
}

/// A table with known keys.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Its description.
    pub doc: &'static str,
    /// Visits its own keys and those of the records it includes.
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

impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Table {}

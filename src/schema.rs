//! The description of TOML tables: their keys and what each takes, and the JSON Schema and reference pages made of it. It
//! knows no particular key, and reads none.

pub mod json;
pub mod reference;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

    /// The table with known keys that may stand there, and what holds it.
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

/// What holds a table with known keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
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

impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Table {}

//! The problems of TOML, its keys and types.

use crate::diagnostic::Code;
use crate::schema::Kind;

/// A problem of TOML, its keys or types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TomlProblem {
    /// It is malformed.
    Syntax(SyntaxProblem),
    /// A repeated key.
    KeyTwice(String),
    /// A repeated table: its header with the brackets.
    TableTwice(String),
    /// Tables or lists are nested too deeply.
    TooDeep,
    /// An unknown key.
    UnknownKey {
        /// The text as typed.
        key: String,
        /// The path of its table.
        path: Vec<String>,
        /// A suggestion.
        advice: KeyAdvice,
    },
    /// A value of a wrong type.
    WrongType {
        /// The path of the value.
        path: Vec<String>,
        /// Whether it is an item of a list.
        in_list: bool,
        /// The type of the value.
        found: ValueType,
        /// The type that the key takes.
        expected: Kind,
        /// What to write without quotes, if the quotes are the mistake.
        unquoted: Option<String>,
    },
    /// A string that is not one of the allowed words.
    NotOneOf {
        /// The text as typed.
        typed: String,
        /// The key.
        key: Option<String>,
        /// The allowed words.
        words: &'static [&'static str],
        /// The most similar of them.
        near: Option<&'static str>,
    },
    /// A list with too many items.
    TooManyItems(usize),
    /// A table with too many entries, and the noun for them.
    TooManyEntries(usize, &'static str),
}

/// A suggestion for an unknown key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyAdvice {
    /// A key of a surrounding table.
    Misplaced {
        /// The header that the key is below.
        header: Option<String>,
        /// The path of the table that the key belongs to; empty for the top.
        owner: Vec<String>,
    },
    /// A key with a similar name.
    Near(&'static str),
    /// A key of this table below.
    Below(String),
    /// Nothing similar: all keys of the table.
    Known(Vec<&'static str>),
}

/// The types of TOML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are TOML's own")]
pub enum ValueType {
    String,
    Integer,
    Float,
    Boolean,
    Datetime,
    Array,
    Table,
}

/// Common mistakes in TOML, and the parser's message for all others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyntaxProblem {
    /// Typographic quotation marks around a value.
    CurlyQuotes,
    /// `:` between a key and its value.
    Colon,
    /// No value after `=`.
    NoValue,
    /// A misspelt boolean: the TOML spelling.
    Boolean(&'static str),
    /// A date or time that is not in the TOML format, or does not exist.
    Date,
    /// A single-line string without this closing quote.
    UnclosedString(char),
    /// A multi-line string without these closing quotes.
    UnclosedText(&'static str),
    /// A quotation mark of this kind inside a string, which ends it.
    QuoteInside(char),
    /// A list without `]`.
    UnclosedList,
    /// An inline table without `}`.
    UnclosedTable,
    /// The `---` of YAML front matter.
    FrontMatter,
    /// Anything else: the parser's message.
    Other(String),
}

impl TomlProblem {
    pub(super) fn code(&self) -> Code {
        match self {
            Self::Syntax(_) => Code::Syntax,
            Self::KeyTwice(_) | Self::TableTwice(_) => Code::DuplicateKey,
            Self::TooDeep => Code::TooDeep,
            Self::UnknownKey { .. } => Code::UnknownKey,
            Self::WrongType { .. } => Code::WrongType,
            Self::NotOneOf { .. } => Code::BadValue,
            Self::TooManyItems(_) | Self::TooManyEntries(..) => Code::TooMany,
        }
    }
}

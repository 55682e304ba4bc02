//! What is wrong with TOML, and with the keys and types in it.

use crate::diagnostic::Code;
use crate::schema::Kind;

/// What is wrong with TOML, and with the keys and types in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TomlProblem {
    /// It is malformed.
    Syntax(SyntaxProblem),
    /// A key that is there twice.
    KeyTwice(String),
    /// A table whose header, with its brackets, is there twice.
    TableTwice(String),
    /// Tables or lists too deep inside one another.
    TooDeep,
    /// No key of that name.
    UnknownKey {
        /// As typed.
        key: String,
        /// The names that lead to its table.
        path: Vec<String>,
        /// What may be meant.
        advice: KeyAdvice,
    },
    /// A value of another type is expected.
    WrongType {
        /// The names that lead to the value.
        path: Vec<String>,
        /// Whether it is an item of a list.
        in_list: bool,
        /// The type that was typed.
        found: ValueType,
        /// What the key takes.
        expected: Kind,
        /// The value, where it would be right without its quotes.
        unquoted: Option<String>,
    },
    /// A word that the key does not take.
    NotOneOf {
        /// As typed.
        typed: String,
        /// The key.
        key: Option<String>,
        /// What the key takes.
        words: &'static [&'static str],
        /// The nearest of them.
        near: Option<&'static str>,
    },
    /// A list with so many items.
    TooManyItems(usize),
    /// A table with so many entries, and what each is named for.
    TooManyEntries(usize, &'static str),
}

/// What the author of an unknown key may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyAdvice {
    /// A key of a table around this one.
    Misplaced {
        /// The header that took the key into its table.
        header: Option<String>,
        /// The names that lead to the key's own table; none for the top.
        owner: Vec<String>,
    },
    /// A key with nearly that name.
    Near(&'static str),
    /// A key of this table, which is below.
    Below(String),
    /// Nothing like it: the keys that the table has.
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

/// The mistakes in TOML that people make, and the parser's own words for all others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyntaxProblem {
    /// Typographic quotation marks around a value.
    CurlyQuotes,
    /// `:` between a key and its value.
    Colon,
    /// A word for a truth value that TOML spells otherwise.
    Boolean(&'static str),
    /// A date or a time that TOML writes otherwise, or that does not exist.
    Date,
    /// A string of one line without this quote at its end.
    UnclosedString(char),
    /// A string of several lines without these quotes at its end.
    UnclosedText(&'static str),
    /// A quotation mark of this kind inside a text, which ends it.
    QuoteInside(char),
    /// A list without `]`.
    UnclosedList,
    /// An inline table without `}`.
    UnclosedTable,
    /// The `---` of YAML front matter.
    FrontMatter,
    /// Anything else, in the parser's words.
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

//! The values of keys, as typed and with their places: strings, times, lists and tables of names.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;
use toml::value::Datetime;

use super::reader::Reader;
use super::{Field, Record};
use crate::diagnostic::problem::TomlProblem;
use crate::limits;
use crate::schema::Kind;

/// A string with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpannedStr<'i> {
    /// The string, escapes decoded.
    pub value: Cow<'i, str>,
    /// Its place, quotes included.
    pub span: Range<usize>,
}

impl<'i> SpannedStr<'i> {
    /// Reads a string. `expected` is the kind that an error names.
    pub fn string(
        value: &Spanned<DeValue<'i>>,
        expected: Kind,
        reader: &mut Reader<'_>,
    ) -> Option<Self> {
        match value.get_ref() {
            DeValue::String(string) => Some(Self { value: string.clone(), span: value.span() }),
            _ => reader.wrong_type(value, expected),
        }
    }
}

/// A value with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub span: Range<usize>,
}

/// A TOML date-time with its place.
pub type SpannedDatetime = Item<Datetime>;

/// The entries of a table whose keys are names: each name with its place and its value.
pub type NameMap<'i, T> = Item<Vec<(SpannedStr<'i>, T)>>;

impl<'i> Field<'i> for Item<bool> {
    const KIND: Kind = Kind::Bool;

    fn read(value: &Spanned<DeValue<'i>>, reader: &mut Reader<'_>) -> Option<Self> {
        match value.get_ref() {
            DeValue::Boolean(flag) => Some(Self { value: *flag, span: value.span() }),
            _ => reader.wrong_type(value, Self::KIND),
        }
    }
}

impl<'i> Field<'i> for Item<i64> {
    const KIND: Kind = Kind::Integer;

    fn read(value: &Spanned<DeValue<'i>>, reader: &mut Reader<'_>) -> Option<Self> {
        match value.get_ref() {
            DeValue::Integer(number) => {
                // A number that does not fit into the type is out of every key's range.
                let number =
                    i64::from_str_radix(number.as_str(), number.radix()).unwrap_or(i64::MAX);
                Some(Self { value: number, span: value.span() })
            }
            _ => reader.wrong_type(value, Self::KIND),
        }
    }
}

impl<'i> Field<'i> for SpannedDatetime {
    const KIND: Kind = Kind::DateTime;

    fn read(value: &Spanned<DeValue<'i>>, reader: &mut Reader<'_>) -> Option<Self> {
        match value.get_ref() {
            DeValue::Datetime(time) => Some(Self { value: *time, span: value.span() }),
            _ => reader.wrong_type(value, Self::KIND),
        }
    }
}

impl<'i, T: Field<'i>> Field<'i> for Item<Vec<T>> {
    const KIND: Kind = Kind::List(&T::KIND);

    fn read(value: &Spanned<DeValue<'i>>, reader: &mut Reader<'_>) -> Option<Self> {
        let DeValue::Array(items) = value.get_ref() else {
            return reader.wrong_type(value, Self::KIND);
        };
        if let Some(first) = items.get(limits::LIST_ITEMS) {
            reader.mark_unread();
            let end = items.iter().last().map_or(first.span().end, |last| last.span().end);
            reader.report(first.span().start..end, TomlProblem::TooManyItems(items.len()));
            return None;
        }
        let value = Item {
            span: value.span(),
            value: items
                .iter()
                .filter_map(|item| reader.inside_list(|reader| T::read(item, reader)))
                .collect(),
        };
        Some(value)
    }
}

impl<'i, R: Record<'i>> Field<'i> for Item<R> {
    const KIND: Kind = Kind::Table(R::TABLE);

    fn read(value: &Spanned<DeValue<'i>>, reader: &mut Reader<'_>) -> Option<Self> {
        let DeValue::Table(table) = value.get_ref() else {
            return reader.wrong_type(value, Self::KIND);
        };
        Some(Item { value: reader.record(table, value.span()), span: value.span() })
    }
}

impl<'i, T: Named<'i>> Field<'i> for NameMap<'i, T> {
    const KIND: Kind = Kind::Names(T::NAME, &T::KIND);

    fn read(value: &Spanned<DeValue<'i>>, reader: &mut Reader<'_>) -> Option<Self> {
        let DeValue::Table(table) = value.get_ref() else {
            return reader.wrong_type(value, Self::KIND);
        };
        if table.len() > limits::LIST_ITEMS {
            reader.mark_unread();
            reader.report(value.span(), TomlProblem::TooManyEntries(table.len(), T::NAME));
            return None;
        }
        let entries = table.iter().filter_map(|(name, value)| {
            let typed = SpannedStr { value: name.get_ref().clone(), span: name.span() };
            let value = reader.inside(name.get_ref(), |reader| T::read(value, reader))?;
            Some((typed, value))
        });
        let mut entries: Vec<_> = entries.collect();
        // The parser sorts tables by name; problems are reported in the file's order.
        entries.sort_by_key(|(name, _)| name.span.start);
        Some(Item { value: entries, span: value.span() })
    }
}

/// A value in a table of names.
pub trait Named<'i>: Field<'i> {
    /// The noun for the names: `language`, `channel`, `style`.
    const NAME: &'static str;
}

/// Declares types for strings with different contents.
macro_rules! strings {
    ($( $(#[doc = $doc:literal])+ $name:ident => $kind:expr; )+) => { $(
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name<'i>(pub SpannedStr<'i>);

        impl<'i> Field<'i> for $name<'i> {
            const KIND: Kind = $kind;

            fn read(value: &Spanned<DeValue<'i>>, reader: &mut Reader<'_>) -> Option<Self> {
                SpannedStr::string(value, Self::KIND, reader).map(Self)
            }
        }

        impl HasSpan for $name<'_> {
            fn span(&self) -> Range<usize> {
                self.0.span.clone()
            }
        }
    )+ };
}

strings! {
    /// Inline Markdown.
    Markup => Kind::Markup;
    /// Markdown with blocks.
    Body => Kind::String("Markdown");
    /// A text of a poll: a line without formatting, which may have custom emoji.
    PollText => Kind::String("poll text");
    /// Text without markup.
    Plain => Kind::String("text");
    /// A duration.
    Span => Kind::String("time, such as 90s");
    /// A number of bytes.
    ByteSize => Kind::String("size, such as 1GB");
    /// A time of the week.
    Slot => Kind::String("days and a time, such as mon-fri 09:00");
    /// The location of a journal.
    JournalUrl => Kind::String("sqlite:FILE or postgres://…");
    /// Code.
    CodeText => Kind::String("code");
    /// One or more emoji.
    Marker => Kind::String("emoji");
    /// A link.
    Url => Kind::String("URL");
    /// The path of a file.
    FilePath => Kind::String("path");
    /// A hashtag without `#`.
    Hashtag => Kind::String("hashtag");
    /// A language tag.
    Language => Kind::String("language");
    /// The name of a channel of the config.
    ChannelName => Kind::String("channel");
    /// The name of a style of the config.
    StyleName => Kind::String("style");
    /// An IANA time zone.
    Zone => Kind::String("time zone");
}

/// A short form, or a table with more keys.
#[derive(Clone, Debug)]
pub enum OrTable<S, R> {
    /// The short form.
    Short(S),
    /// The table.
    Table(Item<R>),
}

/// A value with a place in the file.
pub trait HasSpan {
    /// Its place.
    fn span(&self) -> Range<usize>;
}

impl<T> HasSpan for Item<T> {
    fn span(&self) -> Range<usize> {
        self.span.clone()
    }
}

impl<S: HasSpan, R> HasSpan for OrTable<S, R> {
    fn span(&self) -> Range<usize> {
        match self {
            Self::Short(short) => short.span(),
            Self::Table(table) => table.span(),
        }
    }
}

impl<'i, S: Field<'i>, R: Record<'i>> Field<'i> for OrTable<S, R> {
    const KIND: Kind = Kind::Either(&S::KIND, &Kind::Table(R::TABLE));

    fn read(value: &Spanned<DeValue<'i>>, reader: &mut Reader<'_>) -> Option<Self> {
        match value.get_ref() {
            DeValue::Table(_) => Item::read(value, reader).map(Self::Table),
            short if S::KIND.takes(short) => S::read(value, reader).map(Self::Short),
            _ => reader.wrong_type(value, Self::KIND),
        }
    }
}

/// Declares an enum whose values are written as words.
macro_rules! string_enum {
    ($(#[doc = $doc:literal])+ pub enum $name:ident { $( $(#[doc = $word_doc:literal])+ $variant:ident = $word:literal, )+ }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $( $(#[doc = $word_doc])+ $variant, )+ }

        impl $name {
            /// The words, in the order of the reference.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The value with this word.
            #[must_use]
            pub fn named(word: &str) -> Option<Self> {
                match word { $( $word => Some(Self::$variant), )+ _ => None }
            }

            /// Its word.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $( Self::$variant => $word, )+ }
            }
        }

        $crate::key::word_field!($name);
    };
}

/// Reads an enum with `WORDS`, `named` and `name` as one of its words.
macro_rules! word_field {
    ($name:ident) => {
        impl<'i> $crate::key::Field<'i> for $crate::key::Item<$name> {
            const KIND: $crate::schema::Kind = $crate::schema::Kind::OneOf($name::WORDS);

            fn read(
                value: &toml::Spanned<toml::de::DeValue<'i>>,
                reader: &mut $crate::key::Reader<'_>,
            ) -> Option<Self> {
                let word = $crate::key::SpannedStr::string(value, Self::KIND, reader)?;
                match $name::named(&word.value) {
                    Some(named) => Some(Self { value: named, span: word.span }),
                    None => reader.wrong_word(&word, $name::WORDS),
                }
            }
        }
    };
}

pub(crate) use {string_enum, word_field};

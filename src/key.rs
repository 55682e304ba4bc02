//! Reads TOML tables from the declaration of their keys. It knows no particular key.

pub mod reader;
mod suggestion;
mod table;
pub mod value;

pub use reader::Reader;
pub(crate) use suggestion::nearest;
pub(crate) use table::{key_default, table};
pub use value::{Item, NameMap, Named, OrTable, SpannedDatetime, SpannedStr};
pub(crate) use value::{string_enum, word_field};

use std::collections::BTreeSet;

use toml::Spanned;
use toml::de::DeValue;

use crate::schema::{Kind, Table};

/// A TOML table with declared keys.
pub trait Record<'i>: Sized {
    /// Its description.
    const TABLE: &'static Table;

    /// Reads the record's keys from a table and reports problems to the reader.
    fn read_keys(entries: &reader::Entries<'_, 'i>, reader: &mut Reader<'_>) -> Self;

    /// Records the keys that were typed but could not be read.
    fn set_unread(&mut self, unread: UnreadKeys);

    /// The keys that were typed but could not be read, and so are not really missing.
    fn unread(&self) -> &UnreadKeys;
}

/// Keys of a table that were typed but could not be read. A misspelt key counts as the suggested one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnreadKeys(BTreeSet<String>);

impl UnreadKeys {
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

/// The value of a key.
pub trait Field<'i>: Sized {
    /// Its description.
    const KIND: Kind;

    /// Reads the value. Reports a problem to the reader and returns `None` if it cannot.
    fn read(value: &Spanned<DeValue<'i>>, reader: &mut Reader<'_>) -> Option<Self>;
}

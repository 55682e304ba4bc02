//! Reading TOML by the description of its keys; it knows no particular key.

pub mod reader;
mod suggestion;
mod table;
pub mod value;

pub use reader::Reader;
pub(crate) use suggestion::nearest;
pub(crate) use table::table;
pub(crate) use value::string_enum;
pub use value::{Item, NameMap, Named, OrTable, SpannedDatetime, SpannedStr};

use std::collections::BTreeSet;

use toml::Spanned;
use toml::de::DeValue;

use crate::schema::{Kind, Table};

/// A table that is read from TOML key by key.
pub trait Record<'i>: Sized {
    /// Its description.
    const TABLE: &'static Table;

    /// Takes the record's keys out of a table; what is wrong with them goes into the reader.
    fn read_keys(entries: &reader::Entries<'_, 'i>, reader: &mut Reader<'_>) -> Self;

    /// Notes which keys were typed and could not be read.
    fn lose(&mut self, lost: UnreadKeys);

    /// The keys that were typed and could not be read, so that they seem to be missing.
    fn unread(&self) -> &UnreadKeys;
}

/// Keys of a table that were typed and could not be read; a misspelt key counts as the one it was taken for.
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

/// A value that can stand behind a key.
pub trait Field<'i>: Sized {
    /// Its description.
    const KIND: Kind;

    /// Reads the value; `None` after saying in the reader what is wrong.
    fn read(value: &Spanned<DeValue<'i>>, reader: &mut Reader<'_>) -> Option<Self>;
}

//! The macro that declares a table: one line for each key, which defines both the struct and its description.

/// Declares a struct whose fields are the keys of a TOML table.
///
/// Each field's doc comment documents the key. After `=` follows a string that describes its default, or `required`, or
/// `one_of_these`.
/// `..name: Record;` includes the keys of another record.
macro_rules! table {
    (
        $(#[doc = $doc:literal])+
        pub struct $table:ident<$life:lifetime> {
            $( $(#[doc = $key_doc:literal])+ $key:ident: $kind:ty = $default:tt; )*
            $( ..$included:ident: $other:ty; )*
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug)]
        pub struct $table<$life> {
            $( $(#[doc = $key_doc])+ pub $key: Option<$kind>, )*
            $( #[doc = "The keys of another record in the same table."] pub $included: $other, )*
            /// The keys that were typed but could not be read, and so are not really missing.
            pub unread: $crate::key::UnreadKeys,
            /// Uses the lifetime if no key borrows.
            pub source: std::marker::PhantomData<&$life str>,
        }

        impl<$life> $table<$life> {
            const KEYS: &'static [$crate::schema::Key] = &[
                $( $crate::schema::Key {
                    name: stringify!($key),
                    kind: <$kind as $crate::key::Field<$life>>::KIND,
                    default: $crate::key::key_default!($default),
                    doc: concat!($($key_doc),+),
                }, )*
            ];
        }

        impl<$life> $crate::key::Record<$life> for $table<$life> {
            const TABLE: &'static $crate::schema::Table = &$crate::schema::Table {
                doc: concat!($($doc),+),
                visit: |each: &mut dyn FnMut(&'static $crate::schema::Key)| {
                    Self::KEYS.iter().for_each(&mut *each);
                    $( (<$other as $crate::key::Record<$life>>::TABLE.visit)(&mut *each); )*
                },
            };

            fn read_keys(
                entries: &$crate::key::reader::Entries<'_, $life>,
                reader: &mut $crate::key::Reader<'_>,
            ) -> Self {
                Self {
                    $( $key: entries.read(stringify!($key), reader), )*
                    $( $included: <$other as $crate::key::Record<$life>>::read_keys(entries, reader), )*
                    unread: $crate::key::UnreadKeys::default(),
                    source: std::marker::PhantomData,
                }
            }

            fn set_unread(&mut self, unread: $crate::key::UnreadKeys) {
                $( self.$included.set_unread(unread.clone()); )*
                self.unread = unread;
            }

            fn unread(&self) -> &$crate::key::UnreadKeys {
                &self.unread
            }
        }
    };
}

/// The default of a key, as `table!` declares it.
macro_rules! key_default {
    (required) => {
        $crate::schema::KeyDefault::Required
    };
    (one_of_these) => {
        $crate::schema::KeyDefault::OneOfThese
    };
    ($words:literal) => {
        $crate::schema::KeyDefault::Value($words)
    };
}

pub(crate) use {key_default, table};

//! The languages in which the bot speaks and telepress reads times: the only list of them. It has no words; those are in the file of
//! each language.

use serde::de::DeserializeOwned;

/// Declares the languages, each with its code, which is also the name of its file.
macro_rules! languages {
    ($( $(#[doc = $doc:literal])+ $variant:ident = $code:literal, )+) => {
        /// A language that the bot speaks.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum BotLanguage { $( $(#[doc = $doc])+ $variant, )+ }

        impl BotLanguage {
            /// All of them.
            pub const ALL: [Self; [$($code),+].len()] = [$(Self::$variant),+];

            /// Their codes.
            pub const WORDS: &'static [&'static str] = &[$($code),+];

            /// The language with this code.
            #[must_use]
            pub fn named(code: &str) -> Option<Self> {
                match code { $( $code => Some(Self::$variant), )+ _ => None }
            }

            /// Its code, as in a Telegram app.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $( Self::$variant => $code, )+ }
            }

            /// Its file.
            #[must_use]
            pub fn file(self) -> &'static str {
                match self {
                    $( Self::$variant => include_str!(concat!("bot/texts/", $code, ".toml")), )+
                }
            }
        }
    };
}

languages! {
    /// English.
    En = "en",
    /// Russian.
    Ru = "ru",
    /// German.
    De = "de",
}

#[expect(clippy::derivable_impls, reason = "the macro derives the same traits for every language")]
impl Default for BotLanguage {
    fn default() -> Self {
        Self::En
    }
}

impl BotLanguage {
    /// The language for an app's language code; `None` if the bot does not speak it.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        let first = code.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| first.eq_ignore_ascii_case(language.name()))
    }

    /// The part of its file that `T` describes; a test of each part reads it in every language.
    #[must_use]
    pub fn words<T: DeserializeOwned>(self) -> Option<T> {
        toml::from_str(self.file()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_without_its_country() {
        for (code, expected) in [
            ("ru", Some(BotLanguage::Ru)),
            ("ru-RU", Some(BotLanguage::Ru)),
            ("RU", Some(BotLanguage::Ru)),
            ("rum", None),
            ("en", Some(BotLanguage::En)),
            ("en_GB", Some(BotLanguage::En)),
            ("de-AT", Some(BotLanguage::De)),
            ("fr", None),
            ("", None),
        ] {
            assert_eq!(BotLanguage::of(code), expected, "{code:?}");
        }
    }
}

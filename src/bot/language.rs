//! The languages in which the bot answers.

pub use crate::config::BotLanguage as Language;

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::En, Self::Ru];

    /// The language for an app's language code; `None` if the bot does not speak it.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        let first = code.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| first.eq_ignore_ascii_case(language.name()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_without_its_country() {
        for (code, expected) in [
            ("ru", Some(Language::Ru)),
            ("ru-RU", Some(Language::Ru)),
            ("RU", Some(Language::Ru)),
            ("rum", None),
            ("en", Some(Language::En)),
            ("en_GB", Some(Language::En)),
            ("de", None),
            ("", None),
        ] {
            assert_eq!(Language::of(code), expected, "{code:?}");
        }
    }
}

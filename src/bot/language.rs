//! The language in which an operator is answered.

/// A language that the bot speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Russian.
    Ru,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::En, Self::Ru];

    /// The language of somebody whose app tells this code; English where it is none of ours.
    #[must_use]
    pub fn of(code: Option<&str>) -> Self {
        let first = code.unwrap_or_default().split(['-', '_']).next().unwrap_or_default();
        if first.eq_ignore_ascii_case("ru") { Self::Ru } else { Self::En }
    }

    /// Its code, as Telegram spells it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ru => "ru",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_without_its_country() {
        for (code, expected) in [
            (None, Language::En),
            (Some("ru"), Language::Ru),
            (Some("ru-RU"), Language::Ru),
            (Some("RU"), Language::Ru),
            (Some("rum"), Language::En),
            (Some("en"), Language::En),
            (Some("de"), Language::En),
            (Some(""), Language::En),
        ] {
            assert_eq!(Language::of(code), expected, "{code:?}");
        }
    }
}

//! A BCP 47 language tag.

use std::fmt;

/// A BCP 47 language tag: `en`, `ru`, `pt-BR`. It is kept as typed; comparison ignores case, as BCP 47 requires.
#[derive(Clone, Debug)]
pub struct Language(String);

impl Language {
    /// The language, if the tag is well-formed: two or three letters, then subtags of two to eight letters or digits.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let mut subtags = typed.split('-');
        let first = subtags.next()?;
        let primary =
            (2..=3).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_alphabetic());
        let rest = subtags.all(|tag| {
            (2..=8).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
        (primary && rest).then(|| Self(typed.to_owned()))
    }

    /// The tag for an undetermined language (`und`). It stands in for an invalid one, so that the rest of an edition is still checked.
    #[must_use]
    pub fn unknown() -> Self {
        Self("und".to_owned())
    }

    /// The tag as typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartialEq for Language {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Language {}

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_bcp_47_and_case_does_not_matter() {
        for good in ["en", "ru", "pt-BR", "zh-Hant", "gsw"] {
            assert!(Language::parse(good).is_some(), "{good}");
        }
        for bad in ["", "e", "english", "en_US", "en-", "рус", "en-x"] {
            assert!(Language::parse(bad).is_none(), "{bad}");
        }
        assert_eq!(Language::parse("pt-BR"), Language::parse("pt-br"));
    }
}

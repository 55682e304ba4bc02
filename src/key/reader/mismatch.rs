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
            DeValue::String(text) if is_unquoted(text, expected) => Some(text.to_string()),
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

/// Whether a string would have the expected type without its quotes.
fn is_unquoted(text: &str, expected: Kind) -> bool {
    match expected {
        Kind::DateTime => text.parse::<toml::value::Datetime>().is_ok(),
        Kind::Bool => matches!(text, "true" | "false"),
        Kind::Integer => text.parse::<i64>().is_ok(),
        _ => false,
    }
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

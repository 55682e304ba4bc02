//! Telling that a value is not of the kind, or not one of the words, that its key takes; nothing is read here.

use toml::Spanned;
use toml::de::DeValue;

use super::Reader;
use crate::diagnostic::{Code, Diagnostic};
use crate::key::{Kind, Typed, nearest};

impl Reader<'_> {
    /// Notes a value of the wrong type.
    pub fn wrong_type<T>(&mut self, value: &Spanned<DeValue<'_>>, wanted: Kind) -> Option<T> {
        self.lose();
        let name = self.path.last().map(|name| format!(" of `{name}`")).unwrap_or_default();
        let (subject, found) =
            (if self.in_list { "this item" } else { "the value" }, type_name(value.get_ref()));
        let hint = match (value.get_ref(), wanted) {
            (DeValue::String(text), Kind::DateTime | Kind::Bool | Kind::Integer) => {
                if unquoted(text, wanted) {
                    format!("write it without quotes: {text}")
                } else {
                    format!("write {}", example(wanted))
                }
            }
            (DeValue::String(_), Kind::List(_)) => "put it into brackets: [\"…\"]".to_owned(),
            (DeValue::Table(_), Kind::List(Kind::Table(_))) => {
                format!("write the header with two brackets: [[{}]]", self.path.join("."))
            }
            _ => format!("write {}", wanted.words()),
        };
        self.report(Diagnostic::new(
            Code::WrongType,
            value.span(),
            format!("{subject}{name} is {found}, where {} is expected", wanted.words()),
            hint,
        ));
        None
    }

    /// Notes a word that is none of `words`.
    pub fn wrong_word<T>(&mut self, typed: &Typed<'_>, words: &[&str]) -> Option<T> {
        self.lose();
        let list = words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
        let hint = match nearest(&typed.value, words.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None if words.len() == 1 => format!("write {list}"),
            None => format!("write one of {list}"),
        };
        let name = self.path.last().map_or_else(String::new, |name| format!(" for `{name}`"));
        self.report(Diagnostic::new(
            Code::BadValue,
            typed.span.clone(),
            format!("\"{}\" is no value{name}, which takes {list}", typed.value),
            hint,
        ));
        None
    }
}

/// Whether a text would be what is wanted if it stood without its quotes.
fn unquoted(text: &str, wanted: Kind) -> bool {
    match wanted {
        Kind::DateTime => text.parse::<toml::value::Datetime>().is_ok(),
        Kind::Bool => matches!(text, "true" | "false"),
        Kind::Integer => text.parse::<i64>().is_ok(),
        _ => false,
    }
}

/// How a value that is no text is typed.
fn example(wanted: Kind) -> String {
    match wanted {
        Kind::DateTime => "2024-06-19T18:40:00+03:00, without quotes".to_owned(),
        Kind::Bool => "`true` or `false`, without quotes".to_owned(),
        _ => wanted.words(),
    }
}

fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

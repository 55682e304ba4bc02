//! The parameters of one request, in whatever form they were sent; it knows no method.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::refusal::ApiRefusal;

/// Parameters by name. As in the official server, every value is a string: numbers and flags as written, objects and
/// arrays as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Params(BTreeMap<String, String>);

impl Params {
    /// Adds the pairs of a query or of a form that is URL-encoded; a later pair of the same name wins.
    pub(super) fn add_form(&mut self, bytes: &[u8]) {
        let pairs = url::form_urlencoded::parse(bytes);
        self.0.extend(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())));
    }

    /// Adds the fields of a JSON object, except those that are `null`.
    pub(super) fn add_json(&mut self, bytes: &[u8]) -> Result<(), ApiRefusal> {
        let value = serde_json::from_slice(bytes)
            .map_err(|error| ApiRefusal::Unreadable(error.to_string()))?;
        let Value::Object(object) = value else {
            return Err(ApiRefusal::Unreadable("expected a JSON object".to_owned()));
        };
        self.add_object(object);
        Ok(())
    }

    /// Adds the fields of an object, except those that are `null`.
    pub(super) fn add_object(&mut self, object: Map<String, Value>) {
        for (name, value) in object {
            match value {
                Value::Null => {}
                Value::String(text) => self.add(name, text),
                other => self.add(name, other.to_string()),
            }
        }
    }

    pub(super) fn add(&mut self, name: String, value: String) {
        self.0.insert(name, value);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Empty when left out.
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// `None` when left out or not an integer.
    pub(super) fn integer(&self, name: &str) -> Option<i64> {
        self.text(name).trim().parse().ok()
    }

    /// As the official server reads it (`to_bool`): "true", "yes" and "1" are true, everything else is false.
    pub(super) fn flag(&self, name: &str) -> bool {
        matches!(self.text(name).trim().to_ascii_lowercase().as_str(), "true" | "yes" | "1")
    }

    /// `None` when left out.
    pub(super) fn json(&self, name: &'static str) -> Result<Option<Value>, ApiRefusal> {
        let text = self.text(name);
        if text.is_empty() {
            return Ok(None);
        }
        serde_json::from_str(text).map(Some).map_err(|_| ApiRefusal::NotJson(name))
    }

    /// `message_id`; zero counts as left out.
    pub(super) fn message_id(&self) -> Result<i64, ApiRefusal> {
        self.integer("message_id").filter(|&id| id != 0).ok_or(ApiRefusal::NoMessage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_form_give_the_same_parameters() {
        let mut json = Params::default();
        json.add_json(br#"{"chat_id":-1001,"flag":true,"list":[1,2],"text":"a b","nothing":null}"#)
            .unwrap();
        let mut form = Params::default();
        form.add_form(b"chat_id=-1001&flag=true&list=%5B1%2C2%5D&text=a+b");
        assert_eq!(json, form);
    }

    #[test]
    fn values_are_read_as_the_server_reads_them() {
        let mut params = Params::default();
        params
            .add_form(b"id=5&huge=99999999999999999999&word=x&yes=Yes&one=1&no=on&list=[1&empty=");
        assert_eq!(params.integer("id"), Some(5));
        for absent in ["huge", "word", "empty", "missing"] {
            assert_eq!(params.integer(absent), None, "{absent}");
        }
        assert_eq!(params.message_id(), Err(ApiRefusal::NoMessage));
        params.add("message_id".to_owned(), "0".to_owned());
        assert_eq!(params.message_id(), Err(ApiRefusal::NoMessage));
        params.add("message_id".to_owned(), "5".to_owned());
        assert_eq!(params.message_id(), Ok(5));
        assert!(params.flag("yes") && params.flag("one"));
        assert!(!params.flag("no") && !params.flag("missing"));
        assert_eq!(params.json("list"), Err(ApiRefusal::NotJson("list")));
        assert_eq!(params.json("empty"), Ok(None));
    }

    #[test]
    fn body_that_is_not_an_object_is_refused() {
        for body in ["", "[]", "5", "null", "{", "\"x\"", "{\"a\":1}x"] {
            let refused = Params::default().add_json(body.as_bytes());
            assert!(matches!(refused, Err(ApiRefusal::Unreadable(_))), "{body}");
        }
    }
}

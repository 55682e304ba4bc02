//! What people do, waiting for the bot that asks for it, and what the bot answers to presses; it waits for nobody.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};

use super::params::Params;
use super::refusal::Refusal;

/// The most updates that wait; the oldest goes first. Telegram keeps them for a day.
const MOST: usize = 10_000;

/// Updates in their order, and the presses that were not answered yet.
#[derive(Clone, Debug, Default)]
pub struct Updates {
    waiting: VecDeque<(i64, Value)>,
    last: i64,
    presses: BTreeMap<String, Press>,
    last_press: u64,
}

/// A press of a button, and what the bot said to it.
#[derive(Clone, Debug, Default)]
struct Press {
    answer: Option<String>,
}

impl Updates {
    /// Adds an update of this kind, such as `message`, and returns its number.
    pub fn push(&mut self, kind: &str, content: Value) -> i64 {
        let number = self.last + 1;
        self.again(number, kind, content);
        number
    }

    /// Adds an update under a number that was given before, as Telegram does after a lost confirmation.
    pub fn again(&mut self, number: i64, kind: &str, content: Value) {
        self.last = self.last.max(number);
        if self.waiting.len() >= MOST {
            self.waiting.pop_front();
        }
        let mut update = json!({ "update_id": number });
        if let Some(object) = update.as_object_mut() {
            object.insert(kind.to_owned(), content);
        }
        self.waiting.push_back((number, update));
    }

    /// How many wait.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.waiting.len()
    }

    /// `getUpdates`: what stands before `offset` is confirmed and forgotten, and at most `limit` of the rest are given.
    pub fn get(&mut self, params: &Params) -> Vec<Value> {
        let offset = params.integer("offset").unwrap_or(0);
        if offset < 0 {
            let keep = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            let gone = self.waiting.len().saturating_sub(keep);
            self.waiting.drain(..gone);
        } else {
            self.waiting.retain(|(number, _)| *number >= offset);
        }
        let allowed = params.json("allowed_updates").ok().flatten();
        let allowed = allowed.as_ref().and_then(Value::as_array).filter(|list| !list.is_empty());
        let is_allowed = |update: &Value| {
            allowed.is_none_or(|list| {
                let mut names = list.iter().filter_map(Value::as_str);
                names.any(|name| update.get(name).is_some())
            })
        };
        // What the bot does not want is never given again.
        self.waiting.retain(|(_, update)| is_allowed(update));
        let limit = params.integer("limit").and_then(|limit| usize::try_from(limit).ok());
        let limit = limit.filter(|limit| *limit > 0).unwrap_or(100).min(100);
        self.waiting.iter().take(limit).map(|(_, update)| update.clone()).collect()
    }

    /// A new press; returns the id of its callback query.
    pub fn press(&mut self) -> String {
        self.last_press += 1;
        let id = format!("{}", 4_000_000_000_000_000_000 + self.last_press);
        self.presses.insert(id.clone(), Press::default());
        id
    }

    /// `answerCallbackQuery`: a press is answered once.
    ///
    /// # Errors
    /// Where there is no such press, or it was answered.
    pub fn answer(&mut self, params: &Params) -> Result<Value, Refusal> {
        match self.presses.get_mut(params.text("callback_query_id")) {
            Some(press) if press.answer.is_none() => {
                press.answer = Some(params.text("text").to_owned());
                Ok(json!(true))
            }
            _ => Err(Refusal::OldQuery),
        }
    }

    /// What the bot said to a press; `None` while it has not.
    #[must_use]
    pub fn answered(&self, id: &str) -> Option<&str> {
        self.presses.get(id)?.answer.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(updates: &mut Updates, fields: &Value) -> Vec<i64> {
        let mut params = Params::default();
        params.add_json(fields.to_string().as_bytes()).unwrap();
        let got = updates.get(&params);
        got.iter().map(|update| update["update_id"].as_i64().unwrap()).collect()
    }

    #[test]
    fn updates_wait_until_they_are_confirmed() {
        let mut updates = Updates::default();
        for kind in ["message", "message", "callback_query", "message"] {
            updates.push(kind, json!({}));
        }
        assert_eq!(get(&mut updates, &json!({})), [1, 2, 3, 4]);
        assert_eq!(get(&mut updates, &json!({ "limit": 2 })), [1, 2]);
        assert_eq!(get(&mut updates, &json!({ "offset": 2 })), [2, 3, 4]);
        assert_eq!(get(&mut updates, &json!({ "allowed_updates": ["message"] })), [2, 4]);
        assert_eq!(get(&mut updates, &json!({ "offset": -1 })), [4]);
        assert_eq!(updates.pending(), 1);
    }

    #[test]
    fn a_press_is_answered_once() {
        let mut updates = Updates::default();
        let id = updates.press();
        let mut params = Params::default();
        params.add("callback_query_id".into(), id.clone());
        params.add("text".into(), "Done".into());
        assert_eq!(updates.answered(&id), None);
        assert!(updates.answer(&params).is_ok());
        assert_eq!(updates.answered(&id), Some("Done"));
        assert_eq!(updates.answer(&params), Err(Refusal::OldQuery));
    }
}

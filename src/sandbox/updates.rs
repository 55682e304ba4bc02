//! The queue of updates for the bot, and its answers to button presses; it does not wait.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};

use super::params::Params;
use super::refusal::ApiRefusal;
use crate::limits;

#[derive(Clone, Debug, Default)]
pub(super) struct Updates {
    waiting: VecDeque<Pending>,
    last: i64,
    presses: BTreeMap<String, Press>,
    last_press: u64,
}

/// An update that is not confirmed yet.
#[derive(Clone, Debug)]
struct Pending {
    number: i64,
    update: Value,
    /// Bytes of its JSON.
    bytes: usize,
    /// Whether it is sent whatever `allowed_updates` says.
    is_raw: bool,
}

#[derive(Clone, Debug, Default)]
struct Press {
    answer: Option<String>,
}

impl Updates {
    /// Adds an update of this kind, such as `message`, and returns its number.
    pub(super) fn push(&mut self, kind: &str, content: Value) -> i64 {
        let number = self.last + 1;
        self.push_as(number, kind, content);
        number
    }

    /// Adds an update under a number that was used before, as Telegram does after a lost confirmation.
    pub(super) fn push_as(&mut self, number: i64, kind: &str, content: Value) {
        let mut update = json!({ "update_id": number });
        if let Some(object) = update.as_object_mut() {
            object.insert(kind.to_owned(), content);
        }
        self.keep(number, update, false);
    }

    /// Adds any JSON in place of an update, and returns the number that confirms it.
    pub(super) fn push_raw(&mut self, update: Value) -> i64 {
        let number = self.last + 1;
        self.keep(number, update, true);
        number
    }

    fn keep(&mut self, number: i64, update: Value, is_raw: bool) {
        self.last = self.last.max(number);
        let bytes = update.to_string().len();
        self.waiting.push_back(Pending { number, update, bytes, is_raw });
        let mut kept: usize = self.waiting.iter().map(|waiting| waiting.bytes).sum();
        while self.waiting.len() > limits::SANDBOX_UPDATES || kept > limits::SANDBOX_UPDATE_BYTES {
            let Some(oldest) = self.waiting.pop_front() else { return };
            kept -= oldest.bytes;
        }
    }

    pub(super) fn pending(&self) -> usize {
        self.waiting.len()
    }

    /// `getUpdates`: drops the updates before `offset`, which confirms them, and returns at most `limit` of the rest.
    pub(super) fn get(&mut self, params: &Params) -> Vec<Value> {
        let offset = params.integer("offset").unwrap_or(0);
        if offset < 0 {
            let keep = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            let confirmed = self.waiting.len().saturating_sub(keep);
            self.waiting.drain(..confirmed);
        } else {
            self.waiting.retain(|waiting| waiting.number >= offset);
        }
        let allowed = params.json("allowed_updates").ok().flatten();
        let allowed = allowed.as_ref().and_then(Value::as_array).filter(|list| !list.is_empty());
        let is_allowed = |waiting: &Pending| {
            waiting.is_raw
                || allowed.is_none_or(|list| {
                    let mut names = list.iter().filter_map(Value::as_str);
                    names.any(|name| waiting.update.get(name).is_some())
                })
        };
        // Telegram drops the kinds that the bot does not want.
        self.waiting.retain(is_allowed);
        let limit = params.integer("limit").and_then(|limit| usize::try_from(limit).ok());
        let limit = limit.filter(|limit| *limit > 0).unwrap_or(100).min(100);
        self.waiting.iter().take(limit).map(|waiting| waiting.update.clone()).collect()
    }

    /// Returns the id of the callback query.
    pub(super) fn add_press(&mut self) -> String {
        self.last_press += 1;
        let id = format!("{}", 4_000_000_000_000_000_000 + self.last_press);
        self.presses.insert(id.clone(), Press::default());
        if self.presses.len() > limits::SANDBOX_UPDATES {
            // The ids have the same length and increase, so the first is the oldest.
            self.presses.pop_first();
        }
        id
    }

    /// `answerCallbackQuery`: a press can be answered once.
    pub(super) fn answer(&mut self, params: &Params) -> Result<Value, ApiRefusal> {
        match self.presses.get_mut(params.text("callback_query_id")) {
            Some(press) if press.answer.is_none() => {
                press.answer = Some(params.text("text").to_owned());
                Ok(json!(true))
            }
            _ => Err(ApiRefusal::OldQuery),
        }
    }

    /// The bot's answer to a press, if it has answered.
    pub(super) fn answer_to(&self, id: &str) -> Option<&str> {
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
    fn oldest_updates_are_dropped_when_there_are_too_many_or_too_many_bytes() {
        let mut updates = Updates::default();
        for _ in 0..limits::SANDBOX_UPDATES + 5 {
            updates.push("message", json!({}));
        }
        assert_eq!(updates.pending(), limits::SANDBOX_UPDATES);
        assert_eq!(get(&mut updates, &json!({ "limit": 1 })), [6]);
        let mut updates = Updates::default();
        let long = "x".repeat(limits::SANDBOX_UPDATE_BYTES / 4);
        for _ in 0..9 {
            updates.push("message", json!({ "text": long }));
        }
        assert_eq!(get(&mut updates, &json!({})), [7, 8, 9]);
        for _ in 0..limits::SANDBOX_UPDATES + 5 {
            updates.add_press();
        }
        assert_eq!(updates.presses.len(), limits::SANDBOX_UPDATES);
    }

    #[test]
    fn any_json_can_take_the_place_of_an_update() {
        let mut updates = Updates::default();
        let number = updates.push_raw(json!("not an update"));
        updates.push("message", json!({}));
        let mut params = Params::default();
        params.add_json(br#"{"allowed_updates":["message"]}"#).unwrap();
        let given = updates.get(&params);
        assert_eq!(
            given,
            [json!("not an update"), json!({ "update_id": number + 1, "message": {} })]
        );
        assert_eq!(get(&mut updates, &json!({ "offset": number + 1 })), [number + 1]);
    }

    #[test]
    fn press_is_answered_once() {
        let mut updates = Updates::default();
        let id = updates.add_press();
        let mut params = Params::default();
        params.add("callback_query_id".into(), id.clone());
        params.add("text".into(), "Done".into());
        assert_eq!(updates.answer_to(&id), None);
        assert!(updates.answer(&params).is_ok());
        assert_eq!(updates.answer_to(&id), Some("Done"));
        assert_eq!(updates.answer(&params), Err(ApiRefusal::OldQuery));
    }
}

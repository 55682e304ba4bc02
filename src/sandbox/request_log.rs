//! The raw requests that came in, the newest last; the token is never among what it is given.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::params::Params;
use crate::limits;

/// One request as it came in, and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RequestRecord {
    /// A number that counts up from 1.
    pub number: u64,
    /// When it came, as `2026-11-24T12:00:00Z`.
    pub time: String,
    /// The numeric id of the bot.
    pub bot: i64,
    /// The method as the client spelt it.
    pub method: String,
    /// The parameters; very long ones are cut.
    pub params: Map<String, Value>,
    /// The fault it met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Value>,
    /// The answer: `status` and `body`. `None` while there is none, and for ever when a fault swallowed it.
    pub answer: Option<Value>,
}

/// The last [`limits::SANDBOX_REQUESTS`] requests.
#[derive(Clone, Debug, Default)]
pub struct RequestLog {
    records: VecDeque<RequestRecord>,
    count: u64,
}

impl RequestLog {
    /// Remembers a request; returns its number.
    pub fn arrive(&mut self, time: Timestamp, bot: i64, method: &str, params: &Params) -> u64 {
        self.count += 1;
        let params = params.iter().map(|(name, value)| {
            let value: String = value.chars().take(limits::SANDBOX_REMEMBERED_CHARACTERS).collect();
            (name.to_owned(), Value::String(value))
        });
        self.records.push_back(RequestRecord {
            number: self.count,
            time: time.to_string(),
            bot,
            method: method.to_owned(),
            params: params.collect(),
            fault: None,
            answer: None,
        });
        if self.records.len() > limits::SANDBOX_REQUESTS {
            self.records.pop_front();
        }
        self.count
    }

    /// Notes the fault that request `number` met.
    pub fn met(&mut self, number: u64, fault: Value) {
        if let Some(record) = self.record(number) {
            record.fault = Some(fault);
        }
    }

    /// Notes the answer to request `number`.
    pub fn answered(&mut self, number: u64, status: u16, body: &Value) {
        if let Some(record) = self.record(number) {
            record.answer = Some(json!({ "status": status, "body": body }));
        }
    }

    /// What is remembered, oldest first.
    pub fn records(&self) -> impl Iterator<Item = &RequestRecord> {
        self.records.iter()
    }

    fn record(&mut self, number: u64) -> Option<&mut RequestRecord> {
        self.records.iter_mut().rev().find(|record| record.number == number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_are_forgotten_and_the_long_are_cut() {
        let mut log = RequestLog::default();
        let mut params = Params::default();
        params.add("text".to_owned(), "я".repeat(100_000));
        for _ in 0..limits::SANDBOX_REQUESTS + 3 {
            log.arrive(Timestamp::UNIX_EPOCH, 1, "getMe", &Params::default());
        }
        let last = log.arrive(Timestamp::UNIX_EPOCH, 1, "sendMessage", &params);
        log.answered(1, 200, &json!({}));
        log.answered(last, 200, &json!({ "ok": true }));
        let records: Vec<_> = log.records().collect();
        assert_eq!(records.len(), limits::SANDBOX_REQUESTS);
        assert_eq!(records[0].number, 5);
        let newest = records.last().unwrap();
        assert_eq!(newest.answer.as_ref().unwrap()["status"], json!(200));
        assert_eq!(
            newest.params["text"].as_str().unwrap().chars().count(),
            limits::SANDBOX_REMEMBERED_CHARACTERS
        );
    }
}

//! The last raw requests, oldest first, without the token.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::params::Params;
use super::upload::UploadedFile;
use crate::limits;

/// One request and its answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RequestRecord {
    /// Counts from 1.
    pub number: u64,
    /// When it arrived, as `2026-11-24T12:00:00Z`.
    pub time: String,
    /// The numeric id of the bot.
    pub bot: i64,
    /// The method, as the client spelled it.
    pub method: String,
    /// The parameters; very long ones are cut.
    pub params: Map<String, Value>,
    /// The files that came with it, by the names of their parts.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, UploadedFile>,
    /// The fault that affected it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Value>,
    /// `status` and `body`. `None` until it is answered, which a fault may prevent.
    pub answer: Option<Value>,
}

/// The last [`limits::SANDBOX_REQUESTS`] requests.
#[derive(Clone, Debug, Default)]
pub(super) struct RequestLog {
    records: VecDeque<RequestRecord>,
    count: u64,
}

impl RequestLog {
    /// Adds a request; returns its number.
    pub(super) fn record(
        &mut self,
        time: Timestamp,
        bot: i64,
        method: &str,
        params: &Params,
        files: &BTreeMap<String, UploadedFile>,
    ) -> u64 {
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
            files: files.clone(),
            fault: None,
            answer: None,
        });
        if self.records.len() > limits::SANDBOX_REQUESTS {
            self.records.pop_front();
        }
        self.count
    }

    pub(super) fn record_fault(&mut self, number: u64, fault: Value) {
        if let Some(record) = self.find(number) {
            record.fault = Some(fault);
        }
    }

    pub(super) fn record_answer(&mut self, number: u64, status: u16, body: &Value) {
        if let Some(record) = self.find(number) {
            record.answer = Some(json!({ "status": status, "body": body }));
        }
    }

    /// Oldest first.
    pub(super) fn records(&self) -> impl Iterator<Item = &RequestRecord> {
        self.records.iter()
    }

    fn find(&mut self, number: u64) -> Option<&mut RequestRecord> {
        self.records.iter_mut().rev().find(|record| record.number == number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oldest_requests_are_dropped_and_long_parameters_are_cut() {
        let mut log = RequestLog::default();
        let mut params = Params::default();
        params.add("text".to_owned(), "я".repeat(100_000));
        for _ in 0..limits::SANDBOX_REQUESTS + 3 {
            log.record(Timestamp::UNIX_EPOCH, 1, "getMe", &Params::default(), &BTreeMap::new());
        }
        let last = log.record(Timestamp::UNIX_EPOCH, 1, "sendMessage", &params, &BTreeMap::new());
        log.record_answer(1, 200, &json!({}));
        log.record_answer(last, 200, &json!({ "ok": true }));
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

//! The methods of the Bot API that the sandbox has, and a call of one of them.
//!
//! To add a method, add its row to `METHODS` in the file of its subject, and beside it the function that the row names.

mod bot;
mod chat;
mod delete;
mod edit;
mod edited;
mod file;
mod forward;
mod media;
mod pin;
mod poll;
mod rich;
mod send;

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde_json::Value;

use super::params::Params;
use super::refusal::ApiRefusal;
use super::state::State;
use super::upload::UploadedFile;
pub(super) use media::{lose_item, person_items};

/// The one method that the server lets wait.
pub(super) const GET_UPDATES: &str = "getUpdates";

/// A method of the Bot API.
pub(super) struct Method {
    /// Its name, as the Bot API spells it.
    pub(super) name: &'static str,
    /// Takes the time in seconds since 1970-01-01 UTC and returns the answer's `result`.
    run: fn(&mut State, &Call, now: i64) -> Result<Value, ApiRefusal>,
}

impl Method {
    /// Every method.
    pub(super) fn all() -> impl Iterator<Item = &'static Self> {
        let tables = [
            bot::METHODS,
            chat::METHODS,
            send::METHODS,
            rich::METHODS,
            poll::METHODS,
            media::METHODS,
            forward::METHODS,
            edit::METHODS,
            file::METHODS,
            pin::METHODS,
            delete::METHODS,
        ];
        tables.into_iter().flatten()
    }

    /// The method called `name`, in any case.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        Self::all().find(|method| method.name.eq_ignore_ascii_case(name))
    }
}

impl fmt::Debug for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}

/// One call of a method by a bot.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// The numeric id of the bot that calls.
    pub(super) bot: i64,
    /// What it calls.
    pub(super) method: &'static Method,
    /// With which parameters.
    pub(super) params: Params,
    /// The files that came with it, by the names of their parts.
    pub(super) files: BTreeMap<String, UploadedFile>,
}

impl Call {
    /// Carries out the call at `now`, in seconds since 1970-01-01 UTC, and returns the answer's `result`.
    pub(super) fn perform(&self, state: &mut State, now: i64) -> Result<Value, ApiRefusal> {
        (self.method.run)(state, self, now)
    }
}

/// Calls that were received and take effect later.
#[derive(Clone, Debug, Default)]
pub(super) struct DelayedCalls(Vec<(Timestamp, Call)>);

impl DelayedCalls {
    /// Lets `call` take effect at `due`.
    pub(super) fn add(&mut self, due: Timestamp, call: Call) {
        self.0.push((due, call));
    }

    /// Carries out what is due at `now`, in the order of the due times.
    ///
    /// Every access to the state calls this first, so no timer is needed.
    pub(super) fn run_due(&mut self, state: &mut State, now: Timestamp) {
        let mut due: Vec<_> = self.0.extract_if(.., |(due, _)| *due <= now).collect();
        due.sort_by_key(|(due, _)| *due);
        for (due, call) in due {
            // The caller no longer waits for the result.
            let _ = call.perform(state, due.as_second());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_case() {
        for method in Method::all() {
            let name = method.name;
            for name in [name.to_owned(), name.to_uppercase(), name.to_lowercase()] {
                assert_eq!(Method::named(&name).map(|found| found.name), Some(method.name));
            }
        }
        for unknown in ["", "sendVoice", "sendMessage ", "send_message"] {
            assert!(Method::named(unknown).is_none(), "{unknown}");
        }
    }
}

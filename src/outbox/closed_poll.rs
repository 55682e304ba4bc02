//! How a poll ended: when, and with which votes. It decides nothing.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::moment;

/// A closed poll.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ClosedPoll {
    /// When that was recorded.
    #[serde(with = "moment")]
    pub at: Timestamp,
    /// The result; `None` if Telegram's answer with it was lost, or somebody else had closed the poll.
    pub result: Option<PollResult>,
}

/// The result of a poll.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PollResult {
    /// The options in order.
    pub options: Vec<OptionResult>,
    /// How many readers voted.
    #[serde(rename = "total_voter_count")]
    pub voters: u64,
}

/// The votes for an option.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OptionResult {
    /// The option.
    pub text: String,
    /// How many readers chose it.
    #[serde(rename = "voter_count")]
    pub votes: u64,
}

impl fmt::Display for ClosedPoll {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(result) = &self.result else {
            return formatter.write_str("the poll is closed; its votes are in the channel");
        };
        formatter.write_str("the poll is closed: ")?;
        for (number, OptionResult { text, votes }) in result.options.iter().enumerate() {
            let comma = if number > 0 { ", " } else { "" };
            write!(formatter, "{comma}{text} {votes}")?;
        }
        Ok(())
    }
}

//! A poll of the sandbox: its content, its votes, and the Bot API's `Poll` object. It knows no chat.

use serde_json::{Map, Value, json};

use crate::message::{self, PollKind};
use crate::page::{PollVotes, ShownPoll};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Poll {
    /// The same in every forward.
    pub(super) id: String,
    pub(super) content: message::Poll,
    pub(super) is_closed: bool,
    /// The votes for each option.
    pub(super) votes: Vec<u64>,
    /// Readers who voted.
    pub(super) voters: u64,
}

impl Poll {
    pub(super) fn new(id: String, content: message::Poll) -> Self {
        let votes = vec![0; content.options.len()];
        Self { id, content, is_closed: false, votes, voters: 0 }
    }

    /// The same question as a new poll.
    pub(super) fn copy(self, id: String) -> Self {
        Self::new(id, self.content)
    }

    /// Whether a reader may choose these options.
    pub(super) fn accepts(&self, options: &[usize]) -> bool {
        let is_valid = options.iter().all(|option| *option < self.votes.len())
            && options
                .iter()
                .enumerate()
                .all(|(at, option)| !options.iter().take(at).any(|other| other == option));
        let most = if self.content.allows_multiple_answers { self.votes.len() } else { 1 };
        !self.is_closed && is_valid && (1..=most).contains(&options.len())
    }

    pub(super) fn vote(&mut self, options: &[usize]) {
        for option in options {
            if let Some(votes) = self.votes.get_mut(*option) {
                *votes = votes.saturating_add(1);
            }
        }
        self.voters = self.voters.saturating_add(1);
    }

    /// The poll as readers see it.
    pub(super) fn shown(&self) -> ShownPoll<'_> {
        let votes = PollVotes { of_options: &self.votes, voters: self.voters };
        ShownPoll { poll: &self.content, votes: Some(votes), is_closed: self.is_closed }
    }

    /// The Bot API's `Poll` object, as its sender sees it.
    pub(super) fn to_json(&self) -> Value {
        let poll = &self.content;
        let options = poll.options.iter().zip(&self.votes).map(|(option, votes)| {
            let mut json = json!({ "text": option.text, "voter_count": votes });
            if let (Some(object), false) = (json.as_object_mut(), option.entities.is_empty()) {
                object.insert("text_entities".to_owned(), json!(option.entities));
            }
            json
        });
        let mut object = Map::new();
        let mut put = |name: &str, value: Value| object.insert(name.to_owned(), value);
        put("id", json!(self.id));
        put("question", json!(poll.question));
        if !poll.question_entities.is_empty() {
            put("question_entities", json!(poll.question_entities));
        }
        put("options", options.collect());
        put("total_voter_count", json!(self.voters));
        put("is_closed", json!(self.is_closed));
        put("is_anonymous", json!(true));
        put("type", json!(poll.kind));
        put("allows_multiple_answers", json!(poll.allows_multiple_answers));
        put("allows_revoting", json!(poll.kind == PollKind::Regular));
        if poll.kind == PollKind::Quiz {
            put("correct_option_ids", json!(poll.correct_option_ids));
        }
        if !poll.explanation.is_empty() {
            put("explanation", json!(poll.explanation));
            put("explanation_entities", json!(poll.explanation_entities));
        }
        if let Some(close_date) = poll.close_date {
            put("close_date", json!(close_date));
        }
        Value::Object(object)
    }
}

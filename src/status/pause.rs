//! Why a channel that Telegram refused is paused, and what to do about it.

use crate::outbox::Refusal;

/// The sentence about a pause, and the next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PauseText {
    /// Why it is paused.
    pub why: String,
    /// The next step.
    pub hint: String,
}

/// The text about a channel that Telegram's `refusal`, in its words `why`, paused. `resume` is the command that resumes it.
#[must_use]
pub fn refused(refusal: Option<Refusal>, why: &str, resume: &str) -> PauseText {
    let (why, hint) = match refusal {
        Some(Refusal::TopicClosed) => (
            "the topic is closed".to_owned(),
            format!("reopen it in the group, then run `telepress {resume}`"),
        ),
        Some(Refusal::TopicMissing) => (
            "the group has no such topic".to_owned(),
            format!(
                "correct its `topic` in the config, or run `telepress {resume}` if the topic is back"
            ),
        ),
        Some(Refusal::Upgraded { to }) => (
            "the group has become a supergroup, which has another id".to_owned(),
            format!(
                "write `chat = {to}` in the config: posts that are waiting are published there"
            ),
        ),
        _ => (why.to_owned(), format!("`telepress {resume}` resumes it")),
    };
    PauseText { why, hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_has_its_own_next_step() {
        let text = |refusal| refused(Some(refusal), "Bad Request: words", "resume news");
        assert_eq!(text(Refusal::Channel).why, "Bad Request: words");
        assert_eq!(text(Refusal::Channel).hint, "`telepress resume news` resumes it");
        assert!(text(Refusal::TopicClosed).hint.contains("`telepress resume news`"));
        assert!(text(Refusal::TopicMissing).hint.contains("`topic`"));
        assert!(text(Refusal::Upgraded { to: -1_001 }).hint.contains("`chat = -1001`"));
    }
}

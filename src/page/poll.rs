//! A poll as a channel shows it: the question, its kind, the options, and the votes if they are known.

use maud::{Markup, html};
use telegram_text::{Entity, FormattedText};

use super::body::body;
use crate::message::{Poll, PollKind};

/// A poll to render.
#[derive(Clone, Copy, Debug)]
pub struct ShownPoll<'p> {
    /// The poll.
    pub poll: &'p Poll,
    /// Its votes; `None` before it is sent.
    pub votes: Option<PollVotes<'p>>,
    /// Whether it is closed.
    pub is_closed: bool,
}

/// The votes of a poll.
#[derive(Clone, Copy, Debug)]
pub struct PollVotes<'p> {
    /// The votes for each option.
    pub of_options: &'p [u64],
    /// How many readers voted.
    pub voters: u64,
}

impl<'p> ShownPoll<'p> {
    /// A poll that is not sent yet.
    #[must_use]
    pub fn before_votes(poll: &'p Poll) -> Self {
        Self { poll, votes: None, is_closed: false }
    }

    /// Renders the poll. The right answer of a quiz is marked for the editor.
    #[must_use]
    pub fn draw(&self) -> Markup {
        let Poll { kind, allows_multiple_answers, .. } = self.poll;
        let several = if *allows_multiple_answers { "several" } else { "single" };
        let formatted = |string: &str, entities: &[Entity]| {
            body(&FormattedText { string: string.to_owned(), entities: entities.to_vec() })
        };
        html! {
            div class={ "poll " (several) } {
                p.question dir="auto" { (formatted(&self.poll.question, &self.poll.question_entities)) }
                p.kind {
                    @if self.is_closed { "Final results" } @else { (self.poll.kind_name()) }
                    @if *allows_multiple_answers { ", several answers" }
                    @if let Some(closes) = self.poll.closes().filter(|_| !self.is_closed) { ", " (closes) }
                }
                ul {
                    @for (number, option) in self.poll.options.iter().enumerate() {
                        @let is_right = self.poll.correct_option_ids.contains(&number);
                        li.right[is_right] {
                            span.option dir="auto" { (formatted(&option.text, &option.entities)) }
                            @if is_right { " " span.mark { "right answer" } }
                            @if let Some(votes) = self.votes { (share(votes, number)) }
                        }
                    }
                }
                @if *kind == PollKind::Quiz && !self.poll.explanation.is_empty() {
                    p.explanation dir="auto" { (formatted(&self.poll.explanation, &self.poll.explanation_entities)) }
                }
                @if let Some(votes) = self.votes { p.kind { (voters(votes.voters)) } }
            }
        }
    }
}

/// The votes for an option as a bar.
fn share(votes: PollVotes<'_>, number: usize) -> Markup {
    let count = votes.of_options.get(number).copied().unwrap_or_default();
    html! {
        span.votes { (count) }
        meter min="0" max=(votes.voters.max(1)) value=(count) aria-label="votes" {}
    }
}

fn voters(count: u64) -> String {
    match count {
        0 => "No votes".to_owned(),
        1 => "1 vote".to_owned(),
        count => format!("{count} votes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::PollOption;

    #[test]
    fn quiz_shows_the_right_answer_and_the_votes() {
        let option = |text: &str| PollOption { text: text.to_owned(), entities: Vec::new() };
        let poll = Poll {
            question: "When is <the> market?".to_owned(),
            question_entities: Vec::new(),
            options: vec![option("Friday"), option("Saturday")],
            kind: PollKind::Quiz,
            allows_multiple_answers: false,
            correct_option_ids: vec![1],
            explanation: "Since May.".to_owned(),
            explanation_entities: Vec::new(),
            close_date: None,
        };
        let drawn = ShownPoll::before_votes(&poll).draw().0;
        assert!(drawn.contains("When is &lt;the&gt; market?"), "{drawn}");
        assert!(drawn.contains("Anonymous quiz") && !drawn.contains("<meter"), "{drawn}");
        assert_eq!(drawn.matches("right answer").count(), 1, "{drawn}");
        let votes = PollVotes { of_options: &[1, 2], voters: 3 };
        let drawn = ShownPoll { poll: &poll, votes: Some(votes), is_closed: true }.draw().0;
        assert!(drawn.contains("Final results") && drawn.contains("3 votes"), "{drawn}");
    }
}

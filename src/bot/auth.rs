//! Who may use the bot: pure, decided from the update and the config's operators. Anybody else gets no answer.

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use super::incoming::Incoming;
use crate::config::Operator;

/// Whether a sender is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// An operator, in their private chat.
    Operator(Operator),
    /// A person who is not an operator.
    Stranger(i64),
    /// An update that is never answered.
    Nothing,
}

/// Telegram's own accounts that stand in for others: the anonymous administrator of a group, and the service account.
const STAND_IN_ACCOUNTS: [i64; 2] = [1_087_968_824, 777_000];

/// Decides whether an update is answered.
#[must_use]
pub fn authorize(incoming: &Incoming, operators: &[Operator]) -> Access {
    let (from, chat, is_private, is_second_hand) = match incoming {
        Incoming::Message(line) => {
            let Some(from) = &line.from else { return Access::Nothing };
            (from, Some(line.chat), line.is_private, line.is_second_hand)
        }
        Incoming::Press(press) => (&press.from, press.chat, press.is_private, false),
        Incoming::Joined { .. } => return Access::Nothing,
    };
    if from.is_bot || STAND_IN_ACCOUNTS.contains(&from.id) {
        return Access::Nothing;
    }
    // The id of a private chat is the user's id. Anything else is somebody in another person's name.
    if !is_private || chat != Some(from.id) {
        return Access::Nothing;
    }
    match operators.iter().find(|operator| operator.id == from.id) {
        Some(_) if is_second_hand => Access::Nothing,
        Some(operator) => Access::Operator(*operator),
        None => Access::Stranger(from.id),
    }
}

/// How long a stranger is not logged again.
const FORGET: Duration = Duration::from_hours(1);

/// Strangers that are logged in that time, at most.
const MAX_LOGGED_STRANGERS: usize = 20;

/// Strangers that were logged lately.
#[derive(Debug, Default)]
pub struct Strangers {
    logged: VecDeque<(Duration, i64)>,
}

impl Strangers {
    /// Whether to log this one; `now` is the monotonic time since start.
    pub fn is_news(&mut self, id: i64, now: Duration) -> bool {
        while self.logged.front().is_some_and(|(at, _)| now.saturating_sub(*at) >= FORGET) {
            self.logged.pop_front();
        }
        if self.logged.len() >= MAX_LOGGED_STRANGERS
            || self.logged.iter().any(|(_, known)| *known == id)
        {
            return false;
        }
        self.logged.push_back((now, id));
        true
    }
}

/// Deduplicates updates by `update_id`: a repeated one has no effect.
#[derive(Debug, Default)]
pub struct SeenUpdates {
    known: HashSet<u32>,
    order: VecDeque<u32>,
}

/// Updates that are remembered. Telegram sends at most 100 at once, and repeats only unconfirmed ones.
const REMEMBERED: usize = 10_000;

impl SeenUpdates {
    /// Records an update; `false` where it is a repeated one.
    pub fn is_new(&mut self, update: u32) -> bool {
        if !self.known.insert(update) {
            return false;
        }
        self.order.push_back(update);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bot::incoming::{CallbackQuery, Sender, TextMessage};
    use crate::config::Role;

    const ANNA: Operator = Operator { id: 111, role: Role::Admin };

    fn sender(id: i64) -> Sender {
        Sender { id, is_bot: false, name: "A".into(), language: None }
    }

    fn line(from: i64, chat: i64) -> TextMessage {
        TextMessage {
            update: 1,
            from: Some(sender(from)),
            chat,
            is_private: chat > 0,
            is_second_hand: false,
            is_edited: false,
            date: jiff::Timestamp::UNIX_EPOCH,
            text: "/posts".into(),
            content: Box::default(),
        }
    }

    #[test]
    fn operator_is_answered_in_their_own_private_chat_and_nowhere_else() {
        let own = line(111, 111);
        let rows = [
            (own.clone(), Access::Operator(ANNA)),
            (line(222, 222), Access::Stranger(222)),
            // A group, a channel, and another person's chat.
            (line(111, -5), Access::Nothing),
            (line(111, -1_001), Access::Nothing),
            (line(111, 222), Access::Nothing),
            (line(1_087_968_824, 1_087_968_824), Access::Nothing),
            (line(777_000, 777_000), Access::Nothing),
            (TextMessage { from: None, ..own.clone() }, Access::Nothing),
            (TextMessage { is_second_hand: true, ..own.clone() }, Access::Nothing),
            (
                TextMessage { from: Some(Sender { is_bot: true, ..sender(111) }), ..own },
                Access::Nothing,
            ),
        ];
        for (line, expected) in rows {
            assert_eq!(authorize(&Incoming::Message(line.clone()), &[ANNA]), expected, "{line:?}");
            assert_ne!(authorize(&Incoming::Message(line), &[]), Access::Operator(ANNA));
        }
    }

    #[test]
    fn button_press_counts_in_its_senders_own_chat() {
        let press = |from: i64, chat: Option<i64>| CallbackQuery {
            update: 1,
            query: "1".into(),
            from: sender(from),
            chat,
            is_private: chat.is_some_and(|chat| chat > 0),
            message: Some(2),
            shows: Vec::new(),
            data: "x".into(),
        };
        for (press, expected) in [
            (press(111, Some(111)), Access::Operator(ANNA)),
            (press(222, Some(222)), Access::Stranger(222)),
            (press(111, Some(222)), Access::Nothing),
            (press(111, Some(-5)), Access::Nothing),
            (press(111, None), Access::Nothing),
        ] {
            assert_eq!(authorize(&Incoming::Press(press.clone()), &[ANNA]), expected, "{press:?}");
        }
    }

    #[test]
    fn strangers_are_logged_now_and_then() {
        let mut strangers = Strangers::default();
        let minute = Duration::from_mins(1);
        assert!(strangers.is_news(5, minute));
        assert!(!strangers.is_news(5, minute * 2));
        assert_eq!(
            (6..100).filter(|id| strangers.is_news(*id, minute * 2)).count(),
            MAX_LOGGED_STRANGERS - 1
        );
        assert!(strangers.is_news(5, minute * 61));
    }

    #[test]
    fn repeated_update_is_not_new() {
        let mut seen = SeenUpdates::default();
        assert_eq!([7, 7, 8, 7].map(|update| seen.is_new(update)), [true, false, true, false]);
    }
}

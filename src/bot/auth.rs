//! Who is let in: pure, from what reached the bot and the config's operators. Whoever is not gets silence.

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use super::incoming::Incoming;
use crate::config::Operator;

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// An operator, in the private chat with him.
    Operator(Operator),
    /// Somebody else.
    Stranger(i64),
    /// Nothing that anybody is answered for.
    Nothing,
}

/// Accounts of Telegram's own in whose name others write: the anonymous administrator of a group, and the service account.
const NOBODY: [i64; 2] = [1_087_968_824, 777_000];

/// Judges what reached the bot.
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
    if from.is_bot || NOBODY.contains(&from.id) {
        return Access::Nothing;
    }
    // In a private chat the chat's id is the person's own: anything else is somebody in somebody's name.
    if !is_private || chat != Some(from.id) {
        return Access::Nothing;
    }
    match operators.iter().find(|operator| operator.id == from.id) {
        Some(_) if is_second_hand => Access::Nothing,
        Some(operator) => Access::Operator(*operator),
        None => Access::Stranger(from.id),
    }
}

/// How long a stranger is not told of again.
const FORGET: Duration = Duration::from_hours(1);

/// Strangers told of in that time, at most; the others are counted by nobody.
const MOST: usize = 20;

/// Which strangers were told of.
#[derive(Debug, Default)]
pub struct Strangers {
    told: VecDeque<(Duration, i64)>,
}

impl Strangers {
    /// Whether this one is worth a line of the log, `now` being the time since the beginning.
    pub fn is_news(&mut self, id: i64, now: Duration) -> bool {
        while self.told.front().is_some_and(|(at, _)| now.saturating_sub(*at) >= FORGET) {
            self.told.pop_front();
        }
        if self.told.len() >= MOST || self.told.iter().any(|(_, known)| *known == id) {
            return false;
        }
        self.told.push_back((now, id));
        true
    }
}

/// Updates that were seen: one that comes twice has one effect.
#[derive(Debug, Default)]
pub struct SeenUpdates {
    known: HashSet<u32>,
    order: VecDeque<u32>,
}

/// Updates that are remembered. Telegram gives at most 100 at once, and gives again only what was not confirmed.
const REMEMBERED: usize = 10_000;

impl SeenUpdates {
    /// Whether it was not seen before.
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
    use crate::bot::incoming::{ButtonPress, Sender, TextMessage};
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
            date: jiff::Timestamp::UNIX_EPOCH,
            text: "/posts".into(),
        }
    }

    #[test]
    fn an_operator_is_heard_in_his_own_private_chat_and_nowhere_else() {
        let own = line(111, 111);
        let rows = [
            (own.clone(), Access::Operator(ANNA)),
            (line(222, 222), Access::Stranger(222)),
            // A group, a channel, and a chat that is not his own.
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
    fn a_press_counts_in_the_pressers_own_chat() {
        let press = |from: i64, chat: Option<i64>| ButtonPress {
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
    fn strangers_are_told_of_now_and_then() {
        let mut strangers = Strangers::default();
        let minute = Duration::from_mins(1);
        assert!(strangers.is_news(5, minute));
        assert!(!strangers.is_news(5, minute * 2));
        assert_eq!((6..100).filter(|id| strangers.is_news(*id, minute * 2)).count(), MOST - 1);
        assert!(strangers.is_news(5, minute * 61));
    }

    #[test]
    fn an_update_is_new_once() {
        let mut seen = SeenUpdates::default();
        assert_eq!([7, 7, 8, 7].map(|update| seen.is_new(update)), [true, false, true, false]);
    }
}

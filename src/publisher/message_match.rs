//! Compares a message that was read from the channel with a request, by what readers see. It decides nothing.

use telegram_text::{Entity, EntityKind, FormattedText, detect, normal, post_link};

use super::MessageCopy;
use crate::message::{Content, Poll, Request};

/// Whether `copy` shows what `request` posts: text, formatting and the links that Telegram finds, or the poll.
#[must_use]
pub fn shows(request: &Request, copy: &MessageCopy) -> bool {
    match (request.content(), &copy.poll) {
        (Some(Content::Poll(wanted)), Some(seen)) => return is_same_poll(wanted, seen),
        (Some(Content::Poll(_)), None) | (_, Some(_)) => return false,
        (_, None) => {}
    }
    let Some(entities) = copy.entities.clone() else { return false };
    let copied = FormattedText { string: copy.text.clone(), entities };
    let (Some(wanted), Some(seen)) = (seen(request.text()), seen(copied)) else {
        return false;
    };
    wanted.string == seen.string
        && wanted.entities.len() == seen.entities.len()
        && wanted.entities.iter().zip(&seen.entities).all(|(wanted, seen)| is_shown(wanted, seen))
}

/// Whether two polls ask the same. Telegram does not show the right answer and the explanation in every copy.
fn is_same_poll(wanted: &Poll, seen: &Poll) -> bool {
    wanted.formatted_question() == seen.formatted_question()
        && wanted.options == seen.options
        && wanted.kind == seen.kind
        && wanted.allows_multiple_answers == seen.allows_multiple_answers
}

/// Whether two entities are the same. A link to a post matches any Telegram address, because its message may have changed.
fn is_shown(wanted: &Entity, seen: &Entity) -> bool {
    match (&wanted.kind, &seen.kind) {
        (EntityKind::TextLink { url }, EntityKind::TextLink { url: filled })
            if post_link::post_of(url).is_some() =>
        {
            wanted.offset == seen.offset
                && wanted.length == seen.length
                && filled.starts_with("https://t.me/")
        }
        _ => wanted == seen,
    }
}

/// Whether `copy`, a copy of message `message_id` of `chat`, shows what `request` posts. Dates are not compared, because clocks
/// differ. A message that is a forward of another one was not posted by a request.
pub(super) fn is_same(request: &Request, copy: &MessageCopy, chat: i64, message_id: i64) -> bool {
    let is_own = copy.origin.is_none_or(|origin| {
        origin.message_id.is_none_or(|id| id == message_id)
            && origin.chat.is_none_or(|id| id == chat)
    });
    is_own && shows(request, copy)
}

/// The text as readers see it, with the links that Telegram finds.
fn seen(text: FormattedText) -> Option<FormattedText> {
    Some(detect::with_found(normal::uncut(text).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{PollKind, PollOption, SendOptions, SendPoll};
    use crate::publisher::Origin;

    fn copy(text: &str, entities: Vec<Entity>) -> MessageCopy {
        let text = text.to_owned();
        MessageCopy { text, entities: Some(entities), poll: None, date: None, origin: None }
    }

    #[test]
    fn poll_matches_by_question_options_and_kind() {
        let option = |text: &str| PollOption { text: text.to_owned(), entities: Vec::new() };
        let poll = |question: &str, options: [&str; 2], kind| Poll {
            question: question.to_owned(),
            question_entities: Vec::new(),
            options: options.map(option).to_vec(),
            kind,
            allows_multiple_answers: false,
            correct_option_ids: Vec::new(),
            explanation: String::new(),
            explanation_entities: Vec::new(),
            close_date: None,
        };
        let quiz = Poll {
            correct_option_ids: vec![1],
            explanation: "why".into(),
            close_date: Some(1_000),
            ..poll("When?", ["Fri", "Sat"], PollKind::Quiz)
        };
        let sent = Request::SendPoll(Box::new(SendPoll {
            content: quiz,
            options: SendOptions::default(),
        }));
        let of = |poll| MessageCopy { poll: Some(Box::new(poll)), ..copy("", vec![]) };
        assert!(shows(&sent, &of(poll("When?", ["Fri", "Sat"], PollKind::Quiz))));
        for other in [
            poll("Who?", ["Fri", "Sat"], PollKind::Quiz),
            poll("When?", ["Sat", "Fri"], PollKind::Quiz),
            poll("When?", ["Fri", "Sat"], PollKind::Regular),
        ] {
            assert!(!shows(&sent, &of(other.clone())), "{other:?}");
            assert!(!shows(&Request::of_text(FormattedText::plain("When?")), &of(other)));
        }
        assert!(!shows(&sent, &copy("When?", vec![])));
    }

    #[test]
    fn same_text_and_formatting_match_with_any_date() {
        let bold = |length| Entity::new(EntityKind::Bold, 0, length);
        let tag = Entity::new(EntityKind::Hashtag, 5, 4);
        let request =
            Request::of_text(FormattedText { string: "Bold #tag".into(), entities: vec![bold(4)] });
        let origin = Origin { chat: Some(-1001), message_id: Some(7), date: Some(1_000) };
        let read = copy("Bold #tag", vec![bold(4), tag.clone()]);
        let forwarded = MessageCopy { origin: Some(origin), ..read.clone() };
        assert!(is_same(&request, &forwarded, -1001, 7));
        assert!(!is_same(&request, &forwarded, -1001, 8), "a forward of another message");
        assert!(!is_same(&request, &forwarded, -1002, 7), "a forward from another chat");
        assert!(is_same(&request, &read, -1001, 7));
        for other in [
            copy("Bold #tags", vec![bold(4), tag.clone()]),
            copy("Bold #tag", vec![bold(3), tag.clone()]),
            copy("Bold #tag", vec![]),
            MessageCopy { entities: None, ..read },
        ] {
            assert!(!is_same(&request, &other, -1001, 7), "{other:?}");
        }
    }

    #[test]
    fn link_to_a_post_matches_any_telegram_address_at_its_position() {
        let link = |url: &str, offset| {
            vec![Entity::new(EntityKind::TextLink { url: url.to_owned() }, offset, 4)]
        };
        let text = "see that and that";
        let request = Request::of_text(FormattedText {
            string: text.into(),
            entities: link(&post_link::placeholder("first").unwrap(), 4),
        });
        assert!(shows(&request, &copy(text, link("https://t.me/a/7", 4))));
        assert!(!shows(&request, &copy(text, link("https://t.me/a/7", 13))));
        assert!(!shows(&request, &copy(text, link("https://example.org/", 4))));
    }
}

//! Compares a message that was read from the channel with a request, by what readers see. It decides nothing.

use telegram_text::{Entity, EntityKind, FormattedText, detect, normal, post_link};

use super::MessageCopy;
use crate::message::Request;

/// Whether `copy` shows what `request` posts: text, formatting and the links that Telegram finds.
#[must_use]
pub fn shows(request: &Request, copy: &MessageCopy) -> bool {
    let Some(entities) = copy.entities.clone() else { return false };
    let copied = FormattedText { string: copy.text.clone(), entities };
    let (Some(wanted), Some(seen)) = (seen(request.text()), seen(copied)) else {
        return false;
    };
    wanted.string == seen.string
        && wanted.entities.len() == seen.entities.len()
        && wanted.entities.iter().zip(&seen.entities).all(|(wanted, seen)| is_shown(wanted, seen))
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
    use crate::publisher::Origin;

    fn copy(text: &str, entities: Vec<Entity>) -> MessageCopy {
        let text = text.to_owned();
        MessageCopy { text, entities: Some(entities), date: None, origin: None }
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

//! Puts the buttons of a post below one of its messages.

use crate::diagnostic::problem::WithoutButtons;
use crate::message::{InlineKeyboard, Request};
use crate::post::raw::Overflow;

/// Puts the buttons below the last message with a text or with one file.
///
/// # Errors
/// The message that cannot have the buttons: an album that comes last, or the only message, a poll.
pub(super) fn put(
    buttons: &InlineKeyboard,
    overflow: Overflow,
    messages: &mut [Request],
) -> Result<(), WithoutButtons> {
    if buttons.is_empty() {
        return Ok(());
    }
    for message in messages.iter_mut().rev() {
        match message {
            Request::SendMessage(message) => message.content.reply_markup = buttons.clone(),
            Request::SendMedia(message) => message.content.reply_markup = buttons.clone(),
            Request::SendRichMessage(message) => message.content.reply_markup = buttons.clone(),
            Request::SendMediaGroup(_) => {
                let text_may_follow = overflow != Overflow::Error;
                return Err(WithoutButtons::Album { text_may_follow });
            }
            // A poll is a message of its own after the text.
            _ => continue,
        }
        return Ok(());
    }
    Err(WithoutButtons::Poll)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::message::{Content, InlineButton};

    #[test]
    fn buttons_are_below_the_last_text_or_file_and_never_below_an_album_or_a_poll() {
        let file = |kind: &str| json!({ "type": kind, "file": { "path": "a.jpg", "bytes": 1, "name": "a.jpg" } });
        let message = |kind: &str| {
            let params = match kind {
                "sendMessage" => json!({ "text": "a" }),
                "sendRichMessage" => {
                    json!({ "rich_message": { "blocks": [{ "type": "divider" }] } })
                }
                "sendMedia" => json!({ "media": file("photo") }),
                "sendMediaGroup" => json!({ "media": [file("photo"), file("photo")] }),
                _ => {
                    json!({ "type": "regular", "question": "a", "options": [{ "text": "b" }, { "text": "c" }] })
                }
            };
            serde_json::from_value(json!({ "method": kind, "params": params })).unwrap()
        };
        let press = crate::message::ButtonPress::CopyText { text: "b".to_owned() };
        let button = InlineButton { text: "a".to_owned(), press };
        let keyboard = InlineKeyboard { rows: vec![vec![button]] };
        let (text, file, album, poll) = ("sendMessage", "sendMedia", "sendMediaGroup", "sendPoll");
        let rich = "sendRichMessage";
        for (kinds, expected) in [
            (&[text][..], Ok(0)),
            (&[text, text], Ok(1)),
            (&[rich], Ok(0)),
            (&[rich, rich, poll], Ok(1)),
            (&[file, text], Ok(1)),
            (&[text, file], Ok(1)),
            (&[album, text], Ok(1)),
            (&[text, poll], Ok(0)),
            (&[file, poll], Ok(0)),
            (&[text, album], Err(WithoutButtons::Album { text_may_follow: true })),
            (&[album, poll], Err(WithoutButtons::Album { text_may_follow: true })),
            (&[poll], Err(WithoutButtons::Poll)),
        ] {
            let mut messages: Vec<Request> = kinds.iter().map(|kind| message(kind)).collect();
            let put = put(&keyboard, Overflow::Split, &mut messages);
            let has = |message: &Request| message.content().and_then(Content::keyboard).is_some();
            let found: Vec<usize> =
                (0..messages.len()).filter(|at| messages.get(*at).is_some_and(has)).collect();
            assert_eq!(
                (put, found),
                (expected.map(drop), expected.ok().into_iter().collect()),
                "{kinds:?}"
            );
            let none = InlineKeyboard::default();
            assert_eq!(super::put(&none, Overflow::Split, &mut messages), Ok(()));
        }
    }
}

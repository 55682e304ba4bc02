//! Compares the rich message in an accepted answer with the one that was sent. It changes nothing.

use serde::Deserialize;

use super::answer::ApiResponse;
use crate::message::rich::{ReturnedMessage, RichDifferenceKind, differences};
use crate::message::{Content, Request};

/// Warns in the log of every block that Telegram shows differently. The message is published all the same, and sending it again
/// would change nothing.
pub(super) fn report(request: &Request, chat: i64, answer: &ApiResponse) {
    for line in lines(request, answer) {
        log::warn!("chat {chat}: {line}");
    }
}

fn lines(request: &Request, answer: &ApiResponse) -> Vec<String> {
    let (ApiResponse::Accepted(message), Some(Content::Rich(sent))) = (answer, request.content())
    else {
        return Vec::new();
    };
    let returned = message.get("rich_message").map(ReturnedMessage::deserialize);
    let Some(Ok(returned)) = returned else {
        return vec!["the answer to a rich message does not show its blocks".to_owned()];
    };
    let line = |difference: crate::message::rich::RichDifference| {
        let what = match difference.kind {
            RichDifferenceKind::Missing => "is missing",
            RichDifferenceKind::Added => "was not sent",
            RichDifferenceKind::Type => "became a block of another type",
            RichDifferenceKind::Text => "has a different text",
            RichDifferenceKind::Formatting => "has different formatting",
            RichDifferenceKind::Structure => "has a different structure",
        };
        format!(
            "Telegram shows a rich message differently: block {} ({}) {what}",
            difference.block, difference.name
        )
    };
    differences(&sent.rich_message, &returned).into_iter().map(line).collect()
}

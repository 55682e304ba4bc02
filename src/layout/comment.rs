//! Lays out comments. Each is one message that replies to the copy of its post in the discussion group.

use telegram_text::split::{Bounds, Excess};

use super::lay_out_blocks;
use crate::config::Style;
use crate::message::{ForwardedPost, ReplyParameters, Request, SendMessage, SendOptions};
use crate::post::{Comment, Edition};

/// The message of a comment, or how much too long it is; `None` if it has no text.
pub(super) fn message(
    comment: &Comment,
    edition: &Edition,
    style: &Style,
) -> Option<Result<Request, Excess>> {
    let text = lay_out_blocks(&comment.blocks, style).ok()?.text;
    let bounds = Bounds::message();
    if !bounds.hold(&text) {
        return Some(Err(bounds.excess(&text)));
    }
    let forward_of = ForwardedPost::Post;
    let options = SendOptions {
        disable_notification: edition.options.silent,
        protect_content: edition.options.protect,
        reply_parameters: Some(ReplyParameters::AutomaticForward { forward_of }),
    };
    Some(Ok(Request::SendMessage(SendMessage { content: text.into(), options })))
}

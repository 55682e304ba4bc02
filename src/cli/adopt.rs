//! `telepress adopt`: records messages that are in a channel already as the parts of a post.

use clap::Args;

use super::Result;
use super::message_lookup;
use super::publish_request::{self, PublishRequest};
use super::selection::PostArguments;
use super::session::CliSession;
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::operations::{NamedMessages, OperationError};
use crate::outbox::PayloadHash;
use crate::store::Access;

#[derive(Debug, Args)]
pub(super) struct AdoptArguments {
    /// The id of the post
    post: String,
    /// The messages, in the order of the post's parts: links or ids
    #[arg(required = true, value_name = "LINK|ID")]
    links: Vec<String>,
    /// The channel of the messages; needed for ids if the post goes to several channels
    #[arg(long, value_name = "CHANNEL", allow_negative_numbers = true)]
    channel: Option<String>,
}

pub(super) fn execute(typed: &AdoptArguments, context: &mut CliContext<'_>) -> Result {
    let session = CliSession::take(Access::Write, context)?;
    let post = PostArguments { post: typed.post.clone(), channel: typed.channel.clone() };
    let PublishRequest { wanted, .. } = publish_request::read(&post, &session, context)?;
    let mut linked = wanted.clone();
    linked.retain(|desired| session.operations.named_messages(desired, &typed.links).is_ok());
    let candidates = if linked.is_empty() { &wanted } else { &linked };
    if linked.is_empty()
        && let Some(first) = wanted.first()
    {
        // A link names its channel, so `--channel` cannot help if the link is to another channel.
        session.operations.named_messages(first, &typed.links).map_err(OperationError::from)?;
    }
    let desired = match candidates.as_slice() {
        [] => return Ok(()),
        [desired] => desired,
        several => {
            let names: Vec<_> =
                several.iter().map(|desired| desired.channel.name.as_str()).collect();
            return Err(CliError::usage(
                format!("`{}` goes to several channels", typed.post),
                format!("choose one with --channel: {}", names.join(", ")),
            ));
        }
    };
    let ids = session.operations.named_messages(desired, &typed.links);
    let ids = ids.map_err(OperationError::from)?;
    let channel = desired.channel.name.as_str();
    let chat = desired.chat().unwrap_or_default();
    let named = NamedMessages { chat, place: channel, message_ids: &ids, comments: None };
    message_lookup::look(&session, &named, context)?;
    let adopted =
        session.wait(session.operations.adopt(desired, &typed.links, context.clock.now()))?;
    let is_whole = adopted.payload == PayloadHash::UNKNOWN;
    session.print_status(&[adopted], context)?;
    session.keep_mark(context)?;
    // If only missing parts were added to a post, the journal knows the text.
    if is_whole {
        line!(
            context.err,
            "telepress does not know what these messages show: `telepress update {}` edits them to match the file; `telepress undo` undoes the adoption",
            typed.post
        )?;
    }
    Ok(())
}

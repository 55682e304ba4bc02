//! `telepress adopt`: records messages that stand in a channel already as a post's parts.

use clap::Args;

use super::Result;
use super::message_lookup;
use super::publish_request::{self, PublishRequest};
use super::selection::PostArguments;
use super::session::CliSession;
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::operations::{OperationError, named_messages};
use crate::outbox::PayloadHash;
use crate::store::Access;

#[derive(Debug, Args)]
pub(super) struct AdoptArguments {
    /// The post's id
    post: String,
    /// The messages, in the order of the post's parts: links, or numbers
    #[arg(required = true, value_name = "LINK|ID")]
    links: Vec<String>,
    /// The channel they stand in; needed where the post goes to several
    #[arg(long, value_name = "C", allow_negative_numbers = true)]
    channel: Option<String>,
}

pub(super) fn execute(typed: &AdoptArguments, context: &mut CliContext<'_>) -> Result {
    let session = CliSession::take(Access::Write, context)?;
    let post = PostArguments { post: typed.post.clone(), channel: typed.channel.clone() };
    let PublishRequest { wanted, .. } = publish_request::asked(&post, &session, context)?;
    // A link names its channel.
    let mut linked = wanted.clone();
    linked.retain(|one| named_messages(one, &typed.links).is_ok());
    let candidates = if linked.is_empty() { &wanted } else { &linked };
    if linked.is_empty()
        && let Some(first) = wanted.first()
    {
        // A link names its channel: one that is none of these is not a matter of `--channel`.
        named_messages(first, &typed.links).map_err(OperationError::from)?;
    }
    let desired = match candidates.as_slice() {
        [] => return Ok(()),
        [one] => one,
        several => {
            let names: Vec<_> = several.iter().map(|one| one.channel.name.as_str()).collect();
            return Err(CliError::usage(
                format!("`{}` goes to several channels", typed.post),
                format!("name the one with --channel: {}", names.join(", ")),
            ));
        }
    };
    let ids = named_messages(desired, &typed.links).map_err(OperationError::from)?;
    let channel = desired.channel.name.as_str();
    message_lookup::look(&session, desired.chat.unwrap_or_default(), channel, &ids, context)?;
    let adopted =
        session.wait(session.operations.adopt(desired, &typed.links, context.clock.now()))?;
    let is_whole = adopted.payload == PayloadHash::UNKNOWN;
    session.tell(&[adopted], context)?;
    session.keep_mark(context)?;
    // Of parts that were added to a post that stands half, the journal knows the text.
    if is_whole {
        line!(
            context.err,
            "what its messages show is not known: `telepress update {}` makes them show what the file says; `telepress undo` takes the adoption back",
            typed.post
        )?;
    }
    Ok(())
}

//! `telepress resolve`: records an operator's answer about a message that Telegram did not confirm, or about a restored journal.

use clap::{ArgGroup, Args};

use super::Result;
use super::message_lookup;
use super::session::CliSession;
use super::{deliver, restore};
use crate::cli_context::CliContext;
use crate::cli_error::CliError;
use crate::operations::{OperationError, part_in_question};
use crate::outbox::{Publication, Resolution};
use crate::store::Access;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
#[command(group = ArgGroup::new("answer").required(true).args(["sent", "not_sent", "skip", "after_restore"]))]
pub(super) struct ResolveArguments {
    /// The id of the post
    #[arg(required_unless_present = "after_restore")]
    post: Option<String>,
    /// The channel; needed if several channels wait for an answer
    #[arg(long, value_name = "CHANNEL", allow_negative_numbers = true)]
    channel: Option<String>,
    /// Only the comments below the post
    #[arg(long)]
    comments: bool,
    /// The message is in the channel: its link or number; for an album, those of all its messages
    #[arg(long, value_name = "LINK|ID", num_args = 1..)]
    sent: Vec<String>,
    /// The message is not in the channel: put it back in the queue; for an edit or deletion: try it again
    #[arg(long)]
    not_sent: bool,
    /// Continue without this message, edit or deletion
    #[arg(long)]
    skip: bool,
    /// The journal was restored from a backup: compare it with the channels, then resume publishing
    #[arg(long, conflicts_with_all = ["post", "channel", "comments"])]
    after_restore: bool,
    /// Do not ask whether you have checked the channels that telepress cannot read
    #[arg(long, requires = "after_restore")]
    yes: bool,
}

impl ResolveArguments {
    fn resolution(&self, message_ids: Vec<i64>) -> Resolution {
        if self.not_sent {
            Resolution::NotSent
        } else if self.skip {
            Resolution::Skip
        } else {
            Resolution::Sent { message_ids }
        }
    }
}

pub(super) fn execute(typed: &ResolveArguments, context: &mut CliContext<'_>) -> Result {
    let session = CliSession::take(Access::Write, context)?;
    let Some(post) = &typed.post else { return restore::execute(&session, typed.yes, context) };
    let post = session.post(post)?;
    let channel = session.channel(typed.channel.as_deref())?;
    let mut publications = session.wait(session.operations.publications(&post, channel))?;
    publications.retain(|publication| publication.is_comments() || !typed.comments);
    let waiting: Vec<_> = publications
        .iter()
        .filter(|publication| part_in_question(publication, &typed.resolution(Vec::new())).is_ok())
        .collect();
    let publication = match waiting.as_slice() {
        [publication] => *publication,
        [] => {
            let none = || {
                CliError::usage(
                    "no message of this post needs an answer",
                    "`telepress status` lists the posts that need an answer",
                )
            };
            publications.first().ok_or_else(none)?
        }
        several => return Err(ambiguous_error(several)),
    };
    let part = part_in_question(publication, &typed.resolution(Vec::new()));
    let part = part.map_err(OperationError::from)?;
    let links = typed.sent.iter().map(|link| session.operations.message_of(publication, link));
    let message_ids = links.collect::<Result<Vec<_>, _>>().map_err(OperationError::from)?;
    let resolution = typed.resolution(message_ids);
    if let Resolution::Sent { message_ids } = &resolution {
        // The journal knows enough to refuse some messages without a look at the chat.
        session.wait(session.operations.refuse_wrong_messages(publication, part, message_ids))?;
    }
    message_lookup::check_answer(&session, publication, part, &resolution, context)?;
    let resolved =
        session.wait(session.operations.resolve(publication, &resolution, context.clock.now()))?;
    session.print_status(std::slice::from_ref(&resolved), context)?;
    deliver::warn_if_nothing_publishes(&session, &[resolved], context)?;
    session.keep_mark(context)
}

fn ambiguous_error(several: &[&Publication]) -> CliError {
    let mut channels: Vec<_> =
        several.iter().map(|publication| publication.channel.as_str()).collect();
    channels.dedup();
    if channels.len() == 1 {
        return CliError::usage(
            "the post and its comments wait for an answer",
            "answer for the comments first, with --comments",
        );
    }
    CliError::usage(
        "several channels wait for an answer about this post",
        format!("choose one with --channel: {}", channels.join(", ")),
    )
}

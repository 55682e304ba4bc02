//! `telepress resolve`: an operator's word on a send whose outcome is not known, or on a restored journal.

use clap::{ArgGroup, Args};

use super::Result;
use super::session::CliSession;
use super::{message_lookup, restore};
use crate::cli_context::CliContext;
use crate::cli_error::CliError;
use crate::operations::{OperationError, part_in_question};
use crate::outbox::{Publication, Resolution};
use crate::store::Access;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option that is typed or not")]
#[command(group = ArgGroup::new("word").required(true).args(["sent", "not_sent", "skip", "after_restore"]))]
pub(super) struct ResolveArguments {
    /// The post's id
    #[arg(required_unless_present = "after_restore")]
    post: Option<String>,
    /// One of its channels; needed where several of them wait for a word
    #[arg(long, value_name = "C", allow_negative_numbers = true)]
    channel: Option<String>,
    /// It is in the channel: the link or number of its message; of an album's every one
    #[arg(long, value_name = "LINK|ID", num_args = 1..)]
    sent: Vec<String>,
    /// It is not in the channel: send it; of an edit or deletion: try it again
    #[arg(long)]
    not_sent: bool,
    /// Go on without it
    #[arg(long)]
    skip: bool,
    /// The journal was restored from a backup, and what it does not know of has been looked at
    #[arg(long, conflicts_with_all = ["post", "channel"])]
    after_restore: bool,
    /// Does not ask whether the channels were looked at, where they cannot be read
    #[arg(long, requires = "after_restore")]
    yes: bool,
}

impl ResolveArguments {
    /// What is said, with the messages that were typed once it is known whose they are.
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
    let publications = session.wait(session.operations.publications(&post, channel))?;
    let waiting: Vec<_> = publications
        .iter()
        .filter(|known| part_in_question(known, &typed.resolution(Vec::new())).is_ok())
        .collect();
    let publication = match waiting.as_slice() {
        [one] => *one,
        [] => {
            publications.first().ok_or_else(|| CliError::usage("no send needs a decision", ""))?
        }
        several => return Err(ambiguous(several)),
    };
    let links = typed.sent.iter().map(|link| session.operations.message_of(publication, link));
    let message_ids = links.collect::<Result<Vec<_>, _>>().map_err(OperationError::from)?;
    let resolution = typed.resolution(message_ids);
    let part = part_in_question(publication, &resolution);
    if let (Ok(_), Resolution::Sent { message_ids }) = (part, &resolution) {
        let channel = session.operations.channel_name(publication);
        message_lookup::look(&session, publication.chat, &channel, message_ids, context)?;
    }
    let resolved =
        session.wait(session.operations.resolve(publication, &resolution, context.clock.now()))?;
    session.tell(&[resolved], context)?;
    session.keep_mark(context)
}

fn ambiguous(several: &[&Publication]) -> CliError {
    let channels: Vec<_> = several.iter().map(|publication| publication.channel.as_str()).collect();
    CliError::usage(
        "several channels wait for a word about this post",
        format!("name one with --channel: {}", channels.join(", ")),
    )
}

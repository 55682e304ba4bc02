//! `telepress cancel`, `release` and `retry`: orders about posts in the journal.

use clap::Args;

use super::Result;
use super::deliver;
use super::selection;
use super::session::CliSession;
use crate::cli_context::CliContext;
use crate::operations::OperationError;
use crate::outbox::{Actor, Event, Publication};
use crate::plan;
use crate::store::Access;

#[derive(Debug, Args)]
pub(super) struct OrderArguments {
    /// The ids of the posts
    #[arg(required = true, value_name = "POST")]
    ids: Vec<String>,
    /// Only this channel [default: all channels of the post]
    #[arg(long, value_name = "CHANNEL", allow_negative_numbers = true)]
    channel: Option<String>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum OrderKind {
    /// Cancels a post that is not published; for a published one, an edit or deletion that waits.
    Cancel,
    /// Releases a held post.
    Release,
    /// Retries a failed post, starting with the part that failed.
    Retry,
}

impl OrderKind {
    fn event(self, publication: &Publication, by: Actor) -> Event {
        match self {
            Self::Cancel if plan::is_change_waiting(publication) => {
                plan::withdraw_changes(publication, &by)
            }
            Self::Cancel => Event::Cancel { by },
            Self::Release => Event::Release { by },
            Self::Retry => Event::Retry { by },
        }
    }
}

pub(super) fn execute(
    typed: &OrderArguments,
    ordered: OrderKind,
    context: &mut CliContext<'_>,
) -> Result {
    let session = CliSession::take(Access::Write, context)?;
    let posts = typed.ids.iter().map(|post| session.post(post)).collect::<Result<Vec<_>>>()?;
    let (operations, now) = (&session.operations, context.clock.now());
    // One unknown post stops the command before it orders anything.
    let mut by_post = Vec::new();
    for post in posts {
        let mut publications = session.wait(operations.publications(&post, None))?;
        if let Some(name) = typed.channel.as_deref() {
            publications = selection::in_channel(publications, name, operations)?;
            if publications.is_empty() {
                let channel = Some(name.to_owned());
                return Err(OperationError::NotInJournal { post, channel }.into());
            }
        }
        by_post.push(publications);
    }
    let mut ready = Vec::new();
    for publications in by_post {
        let event = |publication: &_| ordered.event(publication, operations.by.clone());
        match session.block_on(operations.apply_to_each(&publications, event, now)) {
            Ok(changed) => {
                session.print_status(&changed, context)?;
                ready.extend(changed);
            }
            Err(error) => context.report(error.exit(), &error, &error.hint())?,
        }
    }
    if !matches!(ordered, OrderKind::Cancel) {
        deliver::warn_if_nothing_publishes(&session, &ready, context)?;
    }
    session.keep_mark(context)
}

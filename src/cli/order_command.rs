//! `telepress cancel`, `release` and `retry`: an order about a post that is in the journal.

use clap::Args;

use super::Result;
use super::selection;
use super::session::CliSession;
use crate::cli_context::CliContext;
use crate::operations::OperationError;
use crate::outbox::{Actor, Event, Publication};
use crate::plan;
use crate::store::Access;

#[derive(Debug, Args)]
pub(super) struct OrderArguments {
    /// The posts' ids
    #[arg(required = true, value_name = "POST")]
    ids: Vec<String>,
    /// One of its channels; all of them when left out
    #[arg(long, value_name = "C", allow_negative_numbers = true)]
    channel: Option<String>,
}

/// What is ordered.
#[derive(Clone, Copy, Debug)]
pub(super) enum OrderKind {
    /// It shall not go out; of what is in the channel, an edit or deletion that waits is not made.
    Cancel,
    /// A held one may go.
    Release,
    /// A failed one goes on at its failed part.
    Retry,
}

impl OrderKind {
    fn event(self, publication: &Publication, by: Actor) -> Event {
        match self {
            Self::Cancel if plan::is_change_waiting(publication) => {
                plan::withdrawal(publication, &by)
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
    // Nothing is ordered of any post where one of them is not known.
    let mut known = Vec::new();
    for post in posts {
        let mut publications = session.wait(operations.publications(&post, None))?;
        if let Some(name) = typed.channel.as_deref() {
            publications = selection::in_channel(publications, name, operations)?;
            if publications.is_empty() {
                let channel = Some(name.to_owned());
                return Err(OperationError::NotInJournal { post, channel }.into());
            }
        }
        known.push(publications);
    }
    for publications in known {
        let event = |publication: &_| ordered.event(publication, operations.by.clone());
        match session.block_on(operations.each(&publications, event, now)) {
            Ok(changed) => session.tell(&changed, context)?,
            Err(fault) => context.report(fault.exit(), &fault, &fault.hint())?,
        }
    }
    session.keep_mark(context)
}

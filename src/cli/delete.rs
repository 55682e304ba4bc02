//! `telepress delete`: deletes the published messages of a post.

use std::collections::BTreeSet;

use clap::Args;

use super::Result;
use super::deliver::{OrderedPublication, WaitArguments, deliver};
use super::session::{self, CliSession};
use super::{chats, selection};
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::explain::counted;
use crate::ids::PostId;
use crate::operations::OperationError;
use crate::outbox::{Actor, Event, PartState, Publication};
use crate::plan::{self, PlanAction};
use crate::store::{Access, Command, Query};

#[derive(Debug, Args)]
pub(super) struct DeleteArguments {
    /// The id of the post
    post: String,
    /// Only this channel [default: all channels of the post]
    #[arg(long, value_name = "CHANNEL", allow_negative_numbers = true)]
    channel: Option<String>,
    /// Do not ask for confirmation
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    wait: WaitArguments,
}

pub(super) fn execute(typed: &DeleteArguments, context: &mut CliContext<'_>) -> Result {
    let session = CliSession::take(Access::Write, context)?;
    let post = session.post(&typed.post)?;
    // This reports a post that the journal does not know. Then everything is deleted, copies sent with `--again` too.
    session.wait(session.operations.publications(&post, None))?;
    let mut publications =
        session.wait(session.operations.store.publications(Query::Post(post.clone())))?;
    if let Some(name) = typed.channel.as_deref() {
        let in_channel = in_channel(publications, &post, name, &session, context)?;
        let Some(in_channel) = in_channel else { return Ok(()) };
        publications = in_channel;
    }
    let unknown: Vec<_> =
        publications.extract_if(.., |publication| has_unknown_outcome(publication)).collect();
    for publication in &unknown {
        report_unknown(publication, &session, context)?;
    }
    let waiting: Vec<_> = publications.extract_if(.., is_waiting_comments).collect();
    publications.retain(|publication| publication.sent() > 0);
    if publications.is_empty() && !unknown.is_empty() {
        return Ok(());
    }
    if publications.is_empty() {
        let place =
            typed.channel.as_ref().map_or("any channel".to_owned(), |name| format!("`{name}`"));
        return Err(CliError::stopped(
            Exit::Findings,
            format!("`{post}` has no messages in {place}"),
            format!("`telepress cancel {post}` cancels a scheduled post"),
        ));
    }
    let now = context.clock.now();
    let mut orders = Vec::new();
    let (mut count, mut places, mut cancelled) = (0, BTreeSet::new(), BTreeSet::new());
    for publication in &publications {
        let name = session.operations.channel_name(publication);
        match plan::delete(publication, now, &session.operations.by, false) {
            Ok((event, messages)) => {
                count += messages;
                places.insert(name);
                orders.extend(removal(publication, event, &session.operations.by));
                let below = waiting.iter().filter(|comments| {
                    !publication.is_comments() && comments.comments_on == Some(publication.chat)
                });
                cancelled.extend(below.map(|comments| comments.id));
            }
            Err(reason) => context.report(Exit::Waiting, &format!("{name}: {reason}"), "")?,
        }
    }
    if orders.is_empty() {
        context.ends(Exit::Findings);
        return Ok(());
    }
    let client = session::client(&session.operations.newsroom, context)?;
    let places = places.into_iter().collect::<Vec<_>>().join(", ");
    let count = counted(count, "message");
    let question = format!("Delete {count} of `{post}` in {places} for all readers?");
    if !typed.yes && !super::confirmed(&question, context)? {
        line!(context.err, "nothing was deleted")?;
        context.ends(Exit::Findings);
        return Ok(());
    }
    let cancel = || Event::Cancel { by: session.operations.by.clone() };
    orders.splice(..0, cancelled.iter().map(|id| Command::Event(*id, cancel())));
    let done = session.wait(session.operations.order(orders, now))?;
    let ids = done.into_iter().filter_map(|done| done.publication).map(|now| now.id);
    let ids: BTreeSet<_> = ids.collect();
    let action = |id| {
        if cancelled.contains(&id) { PlanAction::Cancel } else { PlanAction::Delete }
    };
    let ordered: Vec<_> =
        ids.into_iter().map(|id| OrderedPublication { id, action: action(id) }).collect();
    deliver(&session, &client, &ordered, &typed.wait, context)
}

/// Whether it is comments of which nothing was sent, and which would follow their post.
fn is_waiting_comments(publication: &mut Publication) -> bool {
    publication.is_comments() && publication.is_unsent() && !publication.state.is_terminal()
}

/// The orders that delete the messages of a publication.
fn removal(publication: &Publication, event: Event, by: &Actor) -> Vec<Command> {
    // The parts that are not sent yet must not be sent.
    let cancel = (!publication.state.is_terminal()).then(|| Event::Cancel { by: by.clone() });
    cancel.into_iter().chain([event]).map(|event| Command::Event(publication.id, event)).collect()
}

/// The publications in the named channel. An @name may belong to another chat by now, so all channels are looked up;
/// `None` if one is not found, which is reported.
fn in_channel(
    all: Vec<Publication>,
    post: &PostId,
    name: &str,
    session: &CliSession,
    context: &mut CliContext<'_>,
) -> Result<Option<Vec<Publication>>> {
    let config = &session.operations.newsroom.config;
    let client = session::client(&session.operations.newsroom, context)?;
    let channels = config.channels.iter().map(AsRef::as_ref);
    if chats::find(session, &client, channels, context)?.len() < config.channels.len() {
        return Ok(None);
    }
    let in_channel = selection::in_channel(all, name, &session.operations)?;
    if in_channel.is_empty() {
        let channel = Some(selection::channel(name, config)?.name.to_string());
        return Err(OperationError::NotInJournal { post: post.clone(), channel }.into());
    }
    Ok(Some(in_channel))
}

fn report_unknown(
    publication: &Publication,
    session: &CliSession,
    context: &mut CliContext<'_>,
) -> Result {
    let (post, channel) = (&publication.post, session.operations.channel_name(publication));
    let message = format_args!("{channel}: it is not known whether `{post}` is in the channel");
    let target = session.operations.target(publication);
    // The rest of a post that was sent in part must not follow.
    let stop = if publication.state.is_terminal() || publication.sent() == 0 {
        String::new()
    } else {
        format!("stop it with `telepress cancel {target}`; ")
    };
    let hint = format!("{stop}resolve it first: see `telepress status {post}`");
    Ok(context.report(Exit::Waiting, &message, &hint)?)
}

/// Whether a message of it may be in its channel, and its id is not known.
fn has_unknown_outcome(publication: &Publication) -> bool {
    publication.parts.iter().any(|part| match part.state {
        PartState::Sending { .. } => true,
        PartState::Skipped { in_doubt, .. } => in_doubt && publication.sent() == 0,
        _ => part.state.unknown_outcome().is_some(),
    })
}

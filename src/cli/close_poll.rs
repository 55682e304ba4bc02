//! `telepress close-poll`: closes the poll of a published post, once, and prints the votes.

use clap::Args;
use serde::Serialize;

use super::Result;
use super::deliver::{self, WaitArguments};
use super::session::{self, CliSession};
use super::{DataFormat, json, selection};
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::operations::OperationError;
use crate::outbox::{ClosedPoll, Event, OptionResult, Part, Publication};
use crate::store::Access;
use crate::table::Table;

#[derive(Debug, Args)]
pub(super) struct ClosePollArguments {
    /// The id of the post
    post: String,
    /// Only this channel [default: all channels of the post]
    #[arg(long, value_name = "CHANNEL", allow_negative_numbers = true)]
    channel: Option<String>,
    /// The output format
    #[arg(long, value_enum, default_value_t)]
    format: DataFormat,
    #[command(flatten)]
    wait: WaitArguments,
}

/// A closed poll in a channel.
#[derive(Serialize)]
struct PollRow<'p> {
    post: &'p str,
    channel: String,
    link: Option<String>,
    closed_at: String,
    /// How many readers voted; `None` if Telegram's answer with the votes was lost.
    voters: Option<u64>,
    options: Vec<Votes<'p>>,
}

#[derive(Serialize)]
struct Votes<'p> {
    text: &'p str,
    votes: u64,
}

pub(super) fn execute(typed: &ClosePollArguments, context: &mut CliContext<'_>) -> Result {
    let session = CliSession::take(Access::Write, context)?;
    let operations = &session.operations;
    let post = session.post(&typed.post)?;
    let mut publications = session.wait(operations.publications(&post, None))?;
    if let Some(name) = typed.channel.as_deref() {
        publications = selection::in_channel(publications, name, operations)?;
        if publications.is_empty() {
            let channel = Some(name.to_owned());
            return Err(OperationError::NotInJournal { post, channel }.into());
        }
    }
    publications.retain(|publication| publication.parts.iter().any(has_poll));
    if publications.is_empty() {
        return Err(CliError::stopped(
            Exit::Findings,
            format!("`{post}` has no poll in its channels"),
            "`telepress status` shows what was published",
        ));
    }
    let open = publications.iter().filter(|publication| publication.has_open_poll());
    let open: Vec<Publication> = open.cloned().collect();
    if open.is_empty() {
        session.keep_mark(context)?;
    } else {
        let client = session::client(&operations.newsroom, context)?;
        // A poll that is being closed already is only waited for.
        let is_ordered = |publication: &&Publication| !is_closing(publication);
        let new: Vec<_> = open.iter().filter(is_ordered).cloned().collect();
        let event = |_: &Publication| Event::ClosePoll { by: operations.by.clone() };
        let now = context.clock.now();
        session.wait(operations.apply_to_each(&new, event, now))?;
        let ids: Vec<_> = open.iter().map(|publication| publication.id).collect();
        deliver::make_changes(&session, &client, &ids, &typed.wait, context)?;
    }
    for publication in &mut publications {
        *publication = session.wait(operations.publication(publication.id))?;
    }
    report(&session, &publications, typed.format, context)
}

fn has_poll(part: &Part) -> bool {
    part.open_poll_message().is_some() || part.closed_poll.is_some()
}

fn is_closing(publication: &Publication) -> bool {
    let changes = publication.parts.iter().filter(|part| part.open_poll_message().is_some());
    changes.filter_map(|part| part.change.as_ref()).any(|change| !change.kind.is_pin())
}

/// Prints the votes of closed polls, and why the others are still open.
fn report(
    session: &CliSession,
    publications: &[Publication],
    format: DataFormat,
    context: &mut CliContext<'_>,
) -> Result {
    let mut closed = Vec::new();
    for publication in publications {
        for part in &publication.parts {
            match &part.closed_poll {
                Some(poll) => closed.push(row(session, publication, part, poll)),
                None if part.open_poll_message().is_some() => {
                    let status = session.operations.post_status(publication);
                    let why = status.reason.unwrap_or_else(|| {
                        "the poll is not closed yet; `telepress queue` shows it".to_owned()
                    });
                    context.report(Exit::Waiting, &format!("{}: {why}", status.channel), "")?;
                }
                None => {}
            }
        }
    }
    if format == DataFormat::Json {
        return json(&closed, context);
    }
    for PollRow { post, channel, link, voters, options, .. } in &closed {
        let link = link.as_ref().map(|link| format!(": {link}")).unwrap_or_default();
        line!(context.out, "the poll of {post} in {channel} is closed{link}")?;
        let Some(voters) = voters else {
            line!(
                context.err,
                "{channel}: Telegram did not return the votes; the message shows them"
            )?;
            continue;
        };
        let mut table = Table::default();
        for Votes { text, votes } in options {
            table.row([format!("  {votes}"), (*text).to_owned()]);
        }
        context.out.write_all(table.draw().as_bytes())?;
        line!(context.out, "  {voters} voted")?;
    }
    Ok(())
}

fn row<'p>(
    session: &CliSession,
    publication: &'p Publication,
    part: &Part,
    poll: &'p ClosedPoll,
) -> PollRow<'p> {
    let message = part.state.message_ids().first();
    let options = poll.result.iter().flat_map(|result| &result.options);
    PollRow {
        post: publication.post.as_str(),
        channel: session.operations.channel_name(publication),
        link: message.and_then(|id| session.operations.link(publication, *id)),
        closed_at: poll.at.to_string(),
        voters: poll.result.as_ref().map(|result| result.voters),
        options: options
            .map(|OptionResult { text, votes }| Votes { text, votes: *votes })
            .collect(),
    }
}

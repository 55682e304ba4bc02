//! Checks an operator's answer about messages through the staging chat; if it cannot check, it says so. It records nothing.

use super::Result;
use super::session::{self, CliSession};
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::ids::Target;
use crate::operations::SecondLook;
use crate::outbox::{AlbumItem, Publication};
use crate::publisher::{Gateway, MessageCopy, ProbeResult, shows};
use crate::status::question::item_list;
use crate::telegram::Client;

/// Messages that an operator names.
pub(super) struct NamedMessages<'m> {
    pub(super) chat: i64,
    /// The chat in a sentence.
    pub(super) place: &'m str,
    pub(super) message_ids: &'m [i64],
    /// The comments that they are, and the index of the part.
    pub(super) comments: Option<(&'m Publication, usize)>,
}

/// Looks for the messages; fails if one of them does not exist, or is not the comment that it is named for.
pub(super) fn look(
    session: &CliSession,
    named: &NamedMessages<'_>,
    context: &mut CliContext<'_>,
) -> Result {
    let place = named.place;
    let Some((client, staging)) = reader(session, place, context)? else { return Ok(()) };
    for id in named.message_ids {
        match session.block_on(client.read_message(staging, named.chat, *id)) {
            ProbeResult::Message(copy) => {
                if let Some((comments, part)) = named.comments {
                    refuse_other_comment(*id, &copy, comments, part, place)?;
                }
            }
            ProbeResult::Unreadable => {}
            ProbeResult::Absent => {
                return Err(CliError::stopped(
                    Exit::Findings,
                    format!("there is no message {id} in {place}"),
                    "nothing was recorded; copy the link of the message in Telegram",
                ));
            }
            ProbeResult::Failed(why) => {
                line!(
                    context.err,
                    "note: telepress could not check whether message {id} is in {place}: {why}"
                )?;
            }
            ProbeResult::Wait(seconds) => {
                return Err(CliError::stopped(
                    Exit::Waiting,
                    format!("Telegram asks to wait {seconds} seconds"),
                    "nothing was recorded; run the command again after that",
                ));
            }
        }
    }
    Ok(())
}

/// Refuses a message that is not the comment. Only the bot can edit its messages in a group, so they show what it sent.
fn refuse_other_comment(
    id: i64,
    copy: &MessageCopy,
    comments: &Publication,
    part: usize,
    place: &str,
) -> Result {
    let is_copy = copy.origin.is_some_and(|origin| origin.chat == comments.comments_on);
    let part = comments.parts.get(part);
    let what = if is_copy {
        "is the copy of a post, not a comment"
    } else if part.is_some_and(|part| shows(&part.request, copy)) {
        return Ok(());
    } else {
        "does not show this comment"
    };
    Err(CliError::stopped(
        Exit::Findings,
        format!("message {id} in {place} {what}"),
        "nothing was recorded; copy the link of the comment in the discussion group",
    ))
}

/// Reads the chat again before a post is put back in the queue as not sent, and fails if messages of it are there: it would be
/// there twice.
pub(super) fn refuse_if_there(
    session: &CliSession,
    publication: &Publication,
    part: usize,
    context: &mut CliContext<'_>,
) -> Result {
    let operations = &session.operations;
    if operations.newsroom.config.recovery.staging_chat.is_none() {
        return Ok(());
    }
    let place = operations.place_of(publication);
    let Some((client, staging)) = reader(session, &place, context)? else { return Ok(()) };
    let now = context.clock.now();
    let looked = session.wait(operations.look_again(&client, staging, publication, part, now))?;
    let target = operations.target(publication);
    let total = publication.parts.get(part).map_or(1, |part| part.messages);
    match looked {
        SecondLook::Nothing => Ok(()),
        SecondLook::NotRead(why) => {
            line!(context.err, "note: telepress could not read {place} to its end: {why}")?;
            Ok(())
        }
        SecondLook::Whole(ids) => Err(there(&target, &place, &ids)),
        SecondLook::Partly(items) => Err(partly_there(&target, &place, &items, total)),
    }
}

fn there(target: &Target, place: &str, ids: &[i64]) -> CliError {
    let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
    let (show, numbers) = if ids.len() == 1 { ("shows", "message") } else { ("show", "messages") };
    CliError::stopped(
        Exit::Findings,
        format!("it is in {place}: {numbers} {} {show} it", ids.join(", ")),
        format!("nothing was recorded; run `telepress resolve {target} --sent {}`", ids.join(" ")),
    )
}

fn partly_there(target: &Target, place: &str, items: &[AlbumItem], total: usize) -> CliError {
    let (these, them, duplicates) = match items.len() {
        1 => ("this message", "it", "a duplicate"),
        _ => ("these messages", "them", "duplicates"),
    };
    CliError::stopped(
        Exit::Findings,
        format!("of the {total} files of the album, these are in {place}: {}", item_list(items)),
        format!(
            "nothing was recorded, because sending the album again would leave {these} there as {duplicates}; delete {them}, then run `telepress resolve {target} --not-sent` again"
        ),
    )
}

/// The client and the staging chat; without them it prints that nothing was checked.
fn reader(
    session: &CliSession,
    place: &str,
    context: &mut CliContext<'_>,
) -> Result<Option<(Client, i64)>> {
    let Some(staging) = session.operations.newsroom.config.recovery.staging_chat else {
        line!(
            context.err,
            "note: telepress did not check whether this is in {place}, because the config has no `[recovery] staging_chat`"
        )?;
        return Ok(None);
    };
    match session::client(&session.operations.newsroom, context) {
        Ok(client) => Ok(Some((client, staging))),
        Err(error) => {
            line!(
                context.err,
                "note: telepress did not check whether this is in {place}: {error}"
            )?;
            Ok(None)
        }
    }
}

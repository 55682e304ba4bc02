//! `telepress resolve --after-restore`: a restored journal is compared with the channels before anything goes out again.

use super::Result;
use super::chats;
use super::session::{self, CliSession};
use crate::cli_context::{CliContext, line};
use crate::cli_error::{CliError, counted};
use crate::exit::Exit;
use crate::limits;
use crate::operations::{ChannelComparison, UnknownMessage};
use crate::outbox::{Publication, State, StopReason};
use crate::serve::staging_mark::{self, MarkComparison, MarkReplacement};
use crate::store::{Command, LockResult};
use crate::telegram::Client;

pub(super) fn execute(session: &CliSession, yes: bool, context: &mut CliContext<'_>) -> Result {
    let now = context.clock.now();
    let staging = session.operations.newsroom.config.recovery.staging_chat;
    if staging.is_some() {
        compare_with_mark(session, context)?;
    }
    let journal = session.wait(session.operations.store.journal())?;
    let Some(StopReason::Restored(why)) = journal.stopped else {
        line!(context.err, "the journal was not restored from a backup: there is nothing to do")?;
        return Ok(());
    };
    line!(context.err, "{why}")?;
    if let LockResult::Held { .. } = session.wait(session.operations.begin(now))? {
        return Err(CliError::usage(
            "another process publishes from this journal",
            "stop `telepress serve` first: nothing of it goes out before this is settled",
        ));
    }
    let client = session::client(&session.operations.newsroom, context)?;
    let channels = session.operations.newsroom.config.channels.clone();
    let chats = chats::find(session, &client, channels.iter().map(AsRef::as_ref), context)?;
    let files = session.wait(session.operations.files(&chats, now))?;
    let compared = match staging {
        Some(staging) => {
            let quiet = session.operations.policy().quiet;
            if !quiet.is_zero() {
                line!(
                    context.err,
                    "waiting {} seconds: a request from before the restore may still arrive",
                    quiet.as_secs()
                )?;
            }
            session.wait(async {
                tokio::time::sleep(quiet).await;
                session.operations.compare(&client, staging, &files).await
            })?
        }
        None => ChannelComparison::default(),
    };
    for stray in &compared.strays {
        tell(session, stray, context)?;
    }
    for (chat, why) in &compared.unread {
        let name = session.operations.name_of(*chat);
        line!(context.err, "{name} could not be read to its end: {why}")?;
    }
    let owned = compared.strays.iter().filter(|stray| stray.post.is_some()).count();
    if owned > 0 {
        let messages = counted_messages(owned);
        return Err(CliError::stopped(
            Exit::Waiting,
            format!("{messages} the journal does not know: adopt every one, then run this again"),
            "",
        ));
    }
    let is_confirmed = staging.is_none() || !compared.unread.is_empty();
    if is_confirmed {
        line!(
            context.err,
            "look at the channels yourself: what was published after the backup is taken in by `telepress adopt POST LINK`"
        )?;
        if !yes && !super::asked("Has everything been taken in?", "whether it has", context)? {
            context.ends(Exit::Waiting);
            return Ok(());
        }
    }
    let held = session.wait(session.operations.restored(&compared, &files, is_confirmed, now))?;
    for publication in &held {
        tell_held(session, publication, &compared, context)?;
    }
    replace_mark(session, &client, context)?;
    let held = match held.len() {
        0 => String::new(),
        count => format!("; {} not sent until you decide", counted(count, "post")),
    };
    line!(context.err, "publishing can resume{held}")?;
    Ok(())
}

/// Freezes the journal where the mark in the staging chat is ahead of it, which nobody may have noticed yet.
fn compare_with_mark(session: &CliSession, context: &CliContext<'_>) -> Result {
    let client = session::client(&session.operations.newsroom, context)?;
    let now = context.clock.now();
    match session.wait(staging_mark::compare(&session.operations, &client, now))? {
        // A person's word counts.
        MarkComparison::Done | MarkComparison::Refused(_) => Ok(()),
        MarkComparison::Later(fault) => Err(CliError::stopped(
            Exit::Waiting,
            format!("the staging chat cannot be read: {fault}"),
            "nothing was changed; try again later",
        )),
    }
}

/// Writes the mark of the journal that goes on.
fn replace_mark(session: &CliSession, client: &Client, context: &CliContext<'_>) -> Result {
    let (config, store) = (&session.operations.newsroom.config, &*session.operations.store);
    let fault = match session.wait(staging_mark::replace(config, store, client))? {
        MarkReplacement::Done => return Ok(()),
        MarkReplacement::Without(fault) => {
            staging_mark::warn_unless_written(Err(fault));
            return Ok(());
        }
        MarkReplacement::Other(fault) => fault,
    };
    // The old mark would be taken for one of a journal that is ahead.
    let why = "the mark in the staging chat could not be written".to_owned();
    let message = format!("{why}: {fault}");
    let behind = vec![Command::JournalOutdated { why }];
    session.wait(session.operations.order(behind, context.clock.now()))?;
    let hint = if fault.may_pass() {
        "run `telepress resolve --after-restore` again"
    } else {
        "let the bot edit messages in the staging chat, or delete its pinned message there, or name another `[recovery] staging_chat`; then run `telepress resolve --after-restore` again"
    };
    Err(CliError::stopped(Exit::Waiting, message, hint))
}

/// Says that a post is held, which messages it may be, and what to do in either case.
fn tell_held(
    session: &CliSession,
    publication: &Publication,
    compared: &ChannelComparison,
    context: &mut CliContext<'_>,
) -> Result {
    let Publication { post, chat, channel, .. } = publication;
    let link = |id| session.operations.link(publication, id).unwrap_or_else(|| id.to_string());
    let links: Vec<String> =
        compared.candidates(*chat).take(limits::CANDIDATES).map(link).collect();
    let (state, order) = match publication.state {
        State::Failed { .. } => ("refused", "retry"),
        _ => ("held", "release"),
    };
    match links.first() {
        Some(first) => line!(
            context.err,
            "{state}: `{post}` in {channel} may be one of these messages, edited since: {}; if it is, `telepress adopt {post} {first} --channel {channel}`, otherwise `telepress {order} {post} --channel {channel}`",
            links.join(", ")
        )?,
        None => line!(
            context.err,
            "{state}: `{post}` in {channel} may be in the channel already, or somebody may have cancelled or rescheduled it after the backup; if not, `telepress {order} {post} --channel {channel}`"
        )?,
    }
    Ok(())
}

/// Says what stands in a channel, and how it is taken in.
fn tell(session: &CliSession, stray: &UnknownMessage, context: &mut CliContext<'_>) -> Result {
    let name = session.operations.name_of(stray.chat);
    let link = session
        .operations
        .address(stray.chat)
        .link(stray.message_id)
        .unwrap_or_else(|| stray.message_id.to_string());
    match &stray.post {
        Some(post) => line!(
            context.out,
            "{name} {link} shows `{post}`: `telepress adopt {post} {link} --channel {name}`"
        )?,
        None => match &stray.copy_of {
            Some(post) => line!(
                context.out,
                "{name} {link} shows `{post}`, which the journal knows as another message: it was published again, or by hand"
            )?,
            None => {
                line!(context.out, "{name} {link} matches no post as it is now: {}", stray.text)?;
            }
        },
    }
    Ok(())
}

/// How many messages of posts there are.
fn counted_messages(count: usize) -> String {
    if count == 1 {
        "1 message of a post that".to_owned()
    } else {
        format!("{count} messages of posts that")
    }
}

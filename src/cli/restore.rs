//! `telepress resolve --after-restore`: compares a restored journal with the channels before anything is sent again.

use super::Result;
use super::chats;
use super::session::{self, CliSession};
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::explain::counted;
use crate::ids::Destination;
use crate::limits;
use crate::operations::{ChannelComparison, PlanInput, ShownPost, UnknownMessages};
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
        line!(context.err, "nothing to do: the journal was not restored from a backup")?;
        return Ok(());
    };
    line!(context.err, "{why}")?;
    if let LockResult::Held { .. } = session.wait(session.operations.acquire_lock(now))? {
        return Err(CliError::usage(
            "another process publishes from this journal",
            "stop `telepress serve` first; it sends nothing until this is settled anyway",
        ));
    }
    let client = session::client(&session.operations.newsroom, context)?;
    let channels = session.operations.newsroom.config.channels.clone();
    let chats = chats::find(session, &client, channels.iter().map(AsRef::as_ref), context)?;
    let mut files = session.wait(session.operations.files(&chats, now))?;
    // A discussion group may have become known only after the backup, and its comments must be held too.
    chats::place_comments(session, &client, &mut files.desired, context)?;
    let files = session.wait(session.operations.files(&chats, now))?;
    let compared = compare(session, &client, &files, context)?;
    for unknown in &compared.unknown_messages {
        print_unknown(session, unknown, context)?;
    }
    for (chat, why) in &compared.unread {
        let name = session.operations.name_of_chat(*chat);
        line!(context.err, "{name} could not be read to the end: {why}")?;
    }
    let of_posts =
        compared.unknown_messages.iter().filter(|unknown| unknown.shown.is_unrecorded_post());
    let owned: usize = of_posts.map(|unknown| unknown.message_ids.len()).sum();
    if owned > 0 {
        let messages = counted(owned, "message");
        return Err(CliError::stopped(
            Exit::Waiting,
            format!("the channels have {messages} that belong to posts and are not in the journal"),
            "adopt or delete each of them as shown above, then run `telepress resolve --after-restore` again",
        ));
    }
    let is_confirmed = staging.is_none() || !compared.unread.is_empty();
    if is_confirmed {
        line!(
            context.err,
            "look at the channels yourself, and adopt what was published after the backup with `telepress adopt POST LINK`"
        )?;
        if !yes && !super::confirmed("Have you adopted everything?", context)? {
            context.ends(Exit::Waiting);
            return Ok(());
        }
    }
    let held =
        session.wait(session.operations.finish_restore(&compared, &files, is_confirmed, now))?;
    // Comments of a post that is held itself wait until it is released or adopted.
    let is_of_held = |comments: &Publication| {
        let is_post = |post: &Publication| {
            !post.is_comments() && post.destination() == comments.channel_destination()
        };
        comments.is_comments()
            && held.iter().any(|post| is_post(post) && post.post == comments.post)
    };
    for publication in held.iter().filter(|publication| !is_of_held(publication)) {
        print_held(session, publication, &compared, context)?;
    }
    replace_mark(session, &client, context)?;
    let held = match held.len() {
        0 => String::new(),
        count => format!("; {} held until you decide", counted(count, "post")),
    };
    line!(context.err, "publishing can resume{held}")?;
    Ok(())
}

/// Reads the channels through the staging chat; without one, nothing is known of them.
fn compare(
    session: &CliSession,
    client: &Client,
    files: &PlanInput,
    context: &mut CliContext<'_>,
) -> Result<ChannelComparison> {
    let Some(staging) = session.operations.newsroom.config.recovery.staging_chat else {
        return Ok(ChannelComparison::default());
    };
    let quiet = session.operations.policy().quiet;
    if !quiet.is_zero() {
        line!(
            context.err,
            "waiting {} seconds, because a request from before the restore may still arrive",
            quiet.as_secs()
        )?;
    }
    session.wait(async {
        tokio::time::sleep(quiet).await;
        session.operations.compare(client, staging, files).await
    })
}

/// Stops the journal if the mark in the staging chat is ahead of it, which may not have been noticed yet.
fn compare_with_mark(session: &CliSession, context: &CliContext<'_>) -> Result {
    let client = session::client(&session.operations.newsroom, context)?;
    let now = context.clock.now();
    match session.wait(staging_mark::compare(&session.operations, &client, now))? {
        // The operator has decided to continue with this journal.
        MarkComparison::Done | MarkComparison::Refused(_) => Ok(()),
        MarkComparison::Later(error) => Err(CliError::stopped(
            Exit::Waiting,
            format!("the staging chat cannot be read: {error}"),
            "nothing was changed; try again later",
        )),
    }
}

/// Writes the mark of the journal that is in use from now on.
fn replace_mark(session: &CliSession, client: &Client, context: &CliContext<'_>) -> Result {
    let (config, store) = (&session.operations.newsroom.config, &*session.operations.store);
    let error = match session.wait(staging_mark::replace(config, store, client))? {
        MarkReplacement::Done => return Ok(()),
        MarkReplacement::Without(error) => {
            staging_mark::warn_unless_written(Err(error));
            return Ok(());
        }
        MarkReplacement::Other(error) => error,
    };
    // With the old mark in place, this journal would look outdated at the next start.
    let why = "the mark in the staging chat could not be written".to_owned();
    let message = format!("{why}: {error}");
    let order = Command::JournalOutdated { why };
    session.wait(session.operations.order(vec![order], context.clock.now()))?;
    let hint = if error.may_pass() {
        "run `telepress resolve --after-restore` again"
    } else {
        "let the bot edit messages in the staging chat, or delete its pinned message there, or choose another `[recovery] staging_chat`; then run `telepress resolve --after-restore` again"
    };
    Err(CliError::stopped(Exit::Waiting, message, hint))
}

/// Prints that a post is held, which messages may be its own, and what to do in either case.
fn print_held(
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
    if publication.is_comments() {
        line!(
            context.err,
            "{state}: the comments of `{post}` may be in the discussion group of {channel} already, where telepress does not look after a restore; if they are, run `telepress cancel {post} --channel {channel}`, otherwise `telepress {order} {post} --channel {channel}`"
        )?;
        return Ok(());
    }
    let messages = publication.missing_messages();
    match links.first() {
        Some(first) => {
            let named = if messages == 1 {
                format!("`telepress adopt {post} {first} --channel {channel}`")
            } else {
                format!(
                    "`telepress adopt {post} LINK… --channel {channel}` with the links of its {messages} messages in order"
                )
            };
            line!(
                context.err,
                "{state}: `{post}` in {channel} may be one of these messages, edited since then: {}; if it is, run {named}, otherwise `telepress {order} {post} --channel {channel}`",
                links.join(", ")
            )?;
        }
        None => line!(
            context.err,
            "{state}: `{post}` in {channel} may have been published, cancelled or rescheduled after the backup; if not, run `telepress {order} {post} --channel {channel}`"
        )?,
    }
    Ok(())
}

/// Prints messages that the journal does not know, and how to adopt them.
fn print_unknown(
    session: &CliSession,
    unknown: &UnknownMessages,
    context: &mut CliContext<'_>,
) -> Result {
    let name = session.operations.name_of_chat(unknown.chat);
    let address = session.operations.address(Destination::of_chat(unknown.chat));
    let shown = |id: &i64| address.link(*id).unwrap_or_else(|| id.to_string());
    let links: Vec<_> = unknown.message_ids.iter().map(shown).collect();
    let (links, show) =
        (links.join(" "), if unknown.message_ids.len() == 1 { "shows" } else { "show" });
    let what = match &unknown.shown {
        ShownPost::Whole(post) => {
            format!("{show} `{post}`: run `telepress adopt {post} {links} --channel {name}`")
        }
        ShownPost::Unconfirmed(post) => format!(
            "{show} `{post}`, which Telegram did not confirm: run `telepress resolve {post} --channel {name} --sent {links}`"
        ),
        ShownPost::Part { post, messages } => format!(
            "{show} a part of `{post}`, which has {}: if all of them are in the channel, run `telepress adopt {post} LINK… --channel {name}` with their links in order; if not, delete this part of it there",
            counted(*messages, "message")
        ),
        ShownPost::WithoutFile(post) => format!(
            "{show} `{post}`, which has no file: to edit it later, put its file back and run `telepress adopt {post} {links} --channel {name}`"
        ),
        ShownPost::Copy(post) => format!(
            "{show} `{post}`, which the journal knows as another message: it was published again, or posted by hand"
        ),
        ShownPost::Deleted(post) => format!(
            "{show} `{post}`, which the journal knows as deleted: it was published again, or posted by hand"
        ),
        ShownPost::Nothing => format!("matches no post: {}", unknown.text),
    };
    line!(context.out, "{name} {links} {what}")?;
    Ok(())
}

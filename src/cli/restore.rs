//! `telepress resolve --after-restore`: a restored journal is compared with the channels before anything goes out again.

use super::Result;
use super::chats;
use super::desk::{self, Seat};
use crate::desk::{Compared, Stray};
use crate::exit::Exit;
use crate::failure::{Failure, counted};
use crate::limits;
use crate::outbox::{Publication, State, Stopped};
use crate::serve::staging_mark::{self, Looked, Replaced};
use crate::store::{Lock, Order};
use crate::telegram::Client;
use crate::world::{World, line};

pub(super) fn execute(seat: &Seat, yes: bool, world: &mut World<'_>) -> Result {
    let now = world.clock.now();
    let staging = seat.desk.newsroom.config.recovery.staging_chat;
    if staging.is_some() {
        compare_with_mark(seat, world)?;
    }
    let journal = seat.wait(seat.desk.store.journal())?;
    let Some(Stopped::Restored(why)) = journal.stopped else {
        line!(world.err, "the journal was not restored from a backup: there is nothing to do")?;
        return Ok(());
    };
    line!(world.err, "{why}")?;
    if let Lock::Held { .. } = seat.wait(seat.desk.begin(now))? {
        return Err(Failure::usage(
            "another process publishes from this journal",
            "stop `telepress serve` first: nothing of it goes out before this is settled",
        ));
    }
    let client = desk::client(&seat.desk.newsroom, world)?;
    let channels = seat.desk.newsroom.config.channels.clone();
    let chats = chats::find(seat, &client, channels.iter().map(AsRef::as_ref), world)?;
    let files = seat.wait(seat.desk.files(&chats, now))?;
    let compared = match staging {
        Some(staging) => {
            let quiet = seat.desk.policy().quiet;
            if !quiet.is_zero() {
                line!(
                    world.err,
                    "waiting {} seconds: a request from before the restore may still arrive",
                    quiet.as_secs()
                )?;
            }
            seat.wait(async {
                tokio::time::sleep(quiet).await;
                seat.desk.compare(&client, staging, &files).await
            })?
        }
        None => Compared::default(),
    };
    for stray in &compared.strays {
        tell(seat, stray, world)?;
    }
    for (chat, why) in &compared.unread {
        let name = seat.desk.name_of(*chat);
        line!(world.err, "{name} could not be read to its end: {why}")?;
    }
    let owned = compared.strays.iter().filter(|stray| stray.post.is_some()).count();
    if owned > 0 {
        let messages = counted_messages(owned);
        return Err(Failure::stopped(
            Exit::Waiting,
            format!("{messages} the journal does not know: adopt every one, then run this again"),
            "",
        ));
    }
    let is_confirmed = staging.is_none() || !compared.unread.is_empty();
    if is_confirmed {
        line!(
            world.err,
            "look at the channels yourself: what was published after the backup is taken in by `telepress adopt POST LINK`"
        )?;
        if !yes && !super::asked("Has everything been taken in?", "whether it has", world)? {
            world.ends(Exit::Waiting);
            return Ok(());
        }
    }
    let held = seat.wait(seat.desk.restored(&compared, &files, is_confirmed, now))?;
    for publication in &held {
        tell_held(seat, publication, &compared, world)?;
    }
    replace_mark(seat, &client, world)?;
    let held = match held.len() {
        0 => String::new(),
        count => format!("; {} not sent until you decide", counted(count, "post")),
    };
    line!(world.err, "publishing can resume{held}")?;
    Ok(())
}

/// Freezes the journal where the mark in the staging chat is ahead of it, which nobody may have noticed yet.
fn compare_with_mark(seat: &Seat, world: &World<'_>) -> Result {
    let client = desk::client(&seat.desk.newsroom, world)?;
    let now = world.clock.now();
    match seat.wait(staging_mark::compare(&seat.desk, &client, now))? {
        // A person's word counts.
        Looked::Done | Looked::Refused(_) => Ok(()),
        Looked::Later(fault) => Err(Failure::stopped(
            Exit::Waiting,
            format!("the staging chat cannot be read: {fault}"),
            "nothing was changed; try again later",
        )),
    }
}

/// Writes the mark of the journal that goes on.
fn replace_mark(seat: &Seat, client: &Client, world: &World<'_>) -> Result {
    let (config, store) = (&seat.desk.newsroom.config, &*seat.desk.store);
    let fault = match seat.wait(staging_mark::replace(config, store, client))? {
        Replaced::Done => return Ok(()),
        Replaced::Without(fault) => {
            staging_mark::warn_unless_written(Err(fault));
            return Ok(());
        }
        Replaced::Other(fault) => fault,
    };
    // The old mark would be taken for one of a journal that is ahead.
    let why = "the mark in the staging chat could not be written".to_owned();
    let message = format!("{why}: {fault}");
    let behind = vec![Order::Behind { why }];
    seat.wait(seat.desk.order(behind, world.clock.now()))?;
    let hint = if fault.may_pass() {
        "run `telepress resolve --after-restore` again"
    } else {
        "let the bot edit messages in the staging chat, or delete its pinned message there, or name another `[recovery] staging_chat`; then run `telepress resolve --after-restore` again"
    };
    Err(Failure::stopped(Exit::Waiting, message, hint))
}

/// Says that a post is held, which messages it may be, and what to do in either case.
fn tell_held(
    seat: &Seat,
    publication: &Publication,
    compared: &Compared,
    world: &mut World<'_>,
) -> Result {
    let Publication { post, chat, channel, .. } = publication;
    let link = |id| seat.desk.link(publication, id).unwrap_or_else(|| id.to_string());
    let links: Vec<String> =
        compared.candidates(*chat).take(limits::CANDIDATES).map(link).collect();
    let (state, order) = match publication.state {
        State::Failed { .. } => ("refused", "retry"),
        _ => ("held", "release"),
    };
    match links.first() {
        Some(first) => line!(
            world.err,
            "{state}: `{post}` in {channel} may be one of these messages, edited since: {}; if it is, `telepress adopt {post} {first} --channel {channel}`, otherwise `telepress {order} {post} --channel {channel}`",
            links.join(", ")
        )?,
        None => line!(
            world.err,
            "{state}: `{post}` in {channel} may be in the channel already, or somebody may have cancelled or rescheduled it after the backup; if not, `telepress {order} {post} --channel {channel}`"
        )?,
    }
    Ok(())
}

/// Says what stands in a channel, and how it is taken in.
fn tell(seat: &Seat, stray: &Stray, world: &mut World<'_>) -> Result {
    let name = seat.desk.name_of(stray.chat);
    let link = seat
        .desk
        .address(stray.chat)
        .link(stray.message_id)
        .unwrap_or_else(|| stray.message_id.to_string());
    match &stray.post {
        Some(post) => line!(
            world.out,
            "{name} {link} shows `{post}`: `telepress adopt {post} {link} --channel {name}`"
        )?,
        None => match &stray.copy_of {
            Some(post) => line!(
                world.out,
                "{name} {link} shows `{post}`, which the journal knows as another message: it was published again, or by hand"
            )?,
            None => line!(world.out, "{name} {link} matches no post as it is now: {}", stray.text)?,
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

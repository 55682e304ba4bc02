//! `telepress resolve --after-restore`: a restored journal is compared with the channels before anything goes out again.

use super::deliver;
use super::desk::Seat;
use crate::chat::ChatId;
use crate::desk::{Compared, Stray};
use crate::exit::Exit;
use crate::failure::{Failure, counted};
use crate::outbox::Publication;
use crate::store::{Lock, Stopped};
use crate::world::World;

pub(super) fn execute(seat: &Seat, yes: bool, world: &mut World<'_>) -> Result<Exit, Failure> {
    let now = world.clock.now();
    let journal = seat.wait(seat.desk.store.journal())?;
    let Some(Stopped::Restored(why)) = journal.stopped else {
        writeln!(world.err, "the journal was not restored from a backup: there is nothing to do")?;
        return Ok(Exit::Done);
    };
    writeln!(world.err, "{why}")?;
    if let Lock::Held { .. } = seat.wait(seat.desk.begin(now))? {
        return Err(Failure::usage(
            "another process publishes from this journal",
            "stop `telepress serve` first: nothing of it goes out before this is settled",
        ));
    }
    let client = deliver::client(seat, world)?;
    let channels = seat.desk.newsroom.config.channels.clone();
    let (chats, exit) = deliver::chats(seat, &client, channels.iter().map(AsRef::as_ref), world)?;
    let files = seat.wait(seat.desk.files(&chats, now))?;
    let compared = match seat.desk.newsroom.config.recovery.staging_chat {
        Some(staging) => seat.wait(seat.desk.compare(&client, staging, &files))?,
        None => Compared::default(),
    };
    let is_read = seat.desk.newsroom.config.recovery.staging_chat.is_some();
    for stray in &compared.strays {
        tell(seat, stray, &files.publications, world)?;
    }
    for (chat, why) in &compared.unread {
        let name = seat.desk.name_of(*chat, &files.publications);
        writeln!(world.err, "{name} could not be read to its end: {why}")?;
    }
    let owned = compared.strays.iter().filter(|stray| stray.post.is_some()).count();
    if owned > 0 {
        writeln!(
            world.err,
            "error: {} the journal does not know of: adopt them, then run this again",
            counted(owned, "message of a post")
        )?;
        return Ok(Exit::Waiting);
    }
    if !is_read || !compared.unread.is_empty() {
        writeln!(
            world.err,
            "look at the channels yourself: what was published after the backup is taken in by `telepress adopt POST LINK`"
        )?;
        if !yes && !super::asked("Has everything been taken in?", "whether it has", world)? {
            return Ok(Exit::Waiting);
        }
    }
    let held = seat.wait(seat.desk.restored(&compared, now))?;
    seat.tell(&held, world)?;
    let held = match held.len() {
        0 => String::new(),
        count => format!(
            "; {} that may have gone out is held: `telepress release` or `cancel`",
            counted(count, "post")
        ),
    };
    writeln!(world.err, "the journal goes on{held}")?;
    Ok(exit)
}

/// Says what stands in a channel, and how it is taken in.
fn tell(
    seat: &Seat,
    stray: &Stray,
    publications: &[Publication],
    world: &mut World<'_>,
) -> Result<(), Failure> {
    let name = seat.desk.name_of(stray.chat, publications);
    let chat = seat
        .desk
        .newsroom
        .config
        .channel(&name)
        .map_or(ChatId::Id(stray.chat), |channel| channel.chat.clone());
    let link = chat.link(stray.message_id).unwrap_or_else(|| stray.message_id.to_string());
    match &stray.post {
        Some(post) => writeln!(
            world.out,
            "{name} {link} shows `{post}`: `telepress adopt {post} {link} --channel {name}`"
        )?,
        None => writeln!(world.out, "{name} {link} is no post of these files: {}", stray.text)?,
    }
    Ok(())
}

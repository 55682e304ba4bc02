//! A post, and when a person wants it in its channels: what `publish` and `schedule` have in common.

use super::Result;
use super::chats;
use super::deliver::Ordered;
use super::desk::{self, Seat};
use super::selection::{self, PostArguments};
use crate::desk::{Placed, Wish};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::plan::{Action, Again, Desired, NotPut};
use crate::telegram::Client;
use crate::world::{World, line};

/// What was asked for.
pub(super) struct Asked {
    /// The way to Telegram.
    pub(super) client: Client,
    /// What the post wants in each of its channels, or in the one that was named, whose chat is known.
    pub(super) wanted: Vec<Desired>,
}

/// The post that was typed, in its channels.
pub(super) fn asked(typed: &PostArguments, seat: &Seat, world: &mut World<'_>) -> Result<Asked> {
    let now = world.clock.now();
    let (id, file) = selection::one_post(&typed.post, &seat.desk.newsroom, now)?;
    let chosen = seat.channel(typed.channel.as_deref())?;
    if file.post.is_none() {
        return Err(selection::refused(&file.report, world)?);
    }
    let channels = &seat.desk.newsroom.config.channels;
    let mut wanted = crate::desk::ask(&file, channels);
    let names: Vec<_> = wanted.iter().map(|desired| desired.channel.name.clone()).collect();
    wanted.retain(|desired| chosen.is_none_or(|chosen| chosen.name == desired.channel.name));
    if let (true, Some(chosen)) = (wanted.is_empty(), chosen) {
        let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        return Err(Failure::usage(
            format!("`{id}` does not go to channel `{}`", chosen.name),
            format!("it goes to {}", names.join(", ")),
        ));
    }
    if let Some(draft) = wanted.iter().find(|desired| desired.draft) {
        return Err(Failure::stopped(
            Exit::Findings,
            format!("`{id}` is a draft for {}, and drafts are not published", draft.channel.name),
            "take `draft = true` out of it",
        ));
    }
    let client = desk::client(&seat.desk.newsroom, world)?;
    let channels: Vec<_> = wanted.iter().map(|desired| desired.channel.clone()).collect();
    let chats = chats::find(seat, &client, channels.iter().map(AsRef::as_ref), world)?;
    for desired in &mut wanted {
        desired.chat = chats.get(&desired.channel.name).copied();
    }
    wanted.retain(|desired| desired.chat.is_some());
    Ok(Asked { client, wanted })
}

/// Orders a post in all of its channels or in none, and says why where it is not ordered.
pub(super) fn place(
    seat: &Seat,
    wanted: &[(&Desired, &Wish)],
    again: Again,
    world: &mut World<'_>,
) -> Result<Vec<Ordered>> {
    let placed = seat.wait(seat.desk.put(wanted, None, again, world.clock.now()))?;
    let mut ordered = Vec::new();
    for ((desired, wish), placed) in wanted.iter().zip(placed) {
        ordered.extend(tell(seat, desired, wish, placed, wanted.len(), world)?);
    }
    Ok(ordered)
}

/// Says what came of it in one channel, where that is not told when it is sent.
fn tell(
    seat: &Seat,
    desired: &Desired,
    wish: &Wish,
    placed: Placed,
    channels: usize,
    world: &mut World<'_>,
) -> Result<Option<Ordered>> {
    let action = if *wish == Wish::Now { Action::Create } else { Action::Schedule };
    let (channel, post) = (&desired.channel.name, &desired.post);
    match placed {
        Placed::Ordered(ordered) => return Ok(Some(Ordered { id: ordered.id, action })),
        Placed::Stands { publication, differs } => {
            let link = seat.desk.standing(&publication).link;
            let link = link.map(|link| format!(": {link}")).unwrap_or_default();
            line!(world.out, "published already {post} in {channel}{link}")?;
            if differs {
                line!(
                    world.err,
                    "the file says something else by now: `telepress update {post}` edits the message"
                )?;
            }
        }
        Placed::Not(why) => {
            let exit = match why {
                NotPut::Waits(_) | NotPut::Cancelling(_) => Exit::Waiting,
                NotPut::Draft
                | NotPut::Together(_)
                | NotPut::Elsewhere(..)
                | NotPut::Failed(_)
                | NotPut::Withdrawn(_)
                | NotPut::MayStand(_) => Exit::Findings,
            };
            world.report(exit, &format!("{channel}: {why}"), &why.hint(&desired.target()))?;
        }
        Placed::NoSlot if channels > 1 => world.report(
            Exit::Findings,
            &format!("{channel}: the {channels} channels have no free slot at the same time"),
            "give them a slot at the same time in the config, name a time, or name one with --channel",
        )?,
        Placed::NoSlot => world.report(
            Exit::Findings,
            &format!("{channel} has no free slot"),
            "give it some in the config, such as `slots = [\"mon-fri 09:00\"]`, or name a time",
        )?,
        Placed::Withheld => {
            line!(
                world.err,
                "{channel}: not ordered, since it goes to all its channels or to none"
            )?;
            world.ends(Exit::Findings);
        }
    }
    Ok(None)
}

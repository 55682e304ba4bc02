//! A post, and when a person wants it in its channels: what `publish` and `schedule` have in common.

use super::chats;
use super::deliver::Ordered;
use super::desk::{self, Seat};
use super::selection::{self, PostArguments};
use crate::desk::{DeskFault, Placed, Wish};
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
    /// How the run ends for channels that were not found.
    pub(super) exit: Exit,
}

/// The post that was typed, in its channels; `Err` holds how the run ends for one that cannot go out.
pub(super) fn asked(
    typed: &PostArguments,
    seat: &Seat,
    world: &mut World<'_>,
) -> Result<Result<Asked, Exit>, Failure> {
    let now = world.clock.now();
    let (id, file) = selection::one_post(&typed.post, &seat.desk.newsroom, now)?;
    let chosen = seat.channel(typed.channel.as_deref())?;
    if file.post.is_none() {
        return selection::refuse(&file.report, world).map(Err);
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
        world.err.error(
            &format_args!(
                "`{id}` is a draft for {}, and drafts are not published",
                draft.channel.name
            ),
            "take `draft = true` out of it",
        )?;
        return Ok(Err(Exit::Findings));
    }
    let client = desk::client(&seat.desk.newsroom, world)?;
    let channels: Vec<_> = wanted.iter().map(|desired| desired.channel.clone()).collect();
    let (chats, exit) = chats::find(seat, &client, channels.iter().map(AsRef::as_ref), world)?;
    for desired in &mut wanted {
        desired.chat = chats.get(&desired.channel.name).copied();
    }
    wanted.retain(|desired| desired.chat.is_some());
    Ok(Ok(Asked { client, wanted, exit }))
}

/// Orders a post in all of its channels or in none, and says why where it is not ordered.
pub(super) fn place(
    seat: &Seat,
    wanted: &[(&Desired, &Wish)],
    again: Again,
    world: &mut World<'_>,
) -> Result<(Vec<Ordered>, Exit), Failure> {
    let put = seat.desk.put(wanted, again, world.clock.now());
    let placed = match seat.wait(async { Ok::<_, DeskFault>(put.await) })? {
        Ok(placed) => placed,
        Err(fault) if fault.is_refusal() => {
            return Ok((Vec::new(), super::desk::refused(&fault, world)?));
        }
        Err(fault) => return Err(fault.into()),
    };
    let mut ordered = Vec::new();
    let mut exit = Exit::Done;
    for ((desired, wish), placed) in wanted.iter().zip(placed) {
        let (one, end) = tell(seat, desired, wish, placed, wanted.len(), world)?;
        ordered.extend(one);
        exit = exit.and(end);
    }
    Ok((ordered, exit))
}

/// Says what came of it in one channel, where that is not told when it is sent.
fn tell(
    seat: &Seat,
    desired: &Desired,
    wish: &Wish,
    placed: Placed,
    channels: usize,
    world: &mut World<'_>,
) -> Result<(Option<Ordered>, Exit), Failure> {
    let action = if *wish == Wish::Now { Action::Create } else { Action::Schedule };
    let channel = &desired.channel.name;
    match placed {
        Placed::Ordered(id) | Placed::GoesOn(id) => Ok((Some(Ordered { id, action }), Exit::Done)),
        Placed::Stands { publication, differs } => {
            let link = seat.desk.standing(&publication).link;
            let post = &desired.post;
            let link = link.map(|link| format!(": {link}")).unwrap_or_default();
            line!(world.out, "published already {post} in {channel}{link}")?;
            if differs {
                let post = &desired.post;
                line!(
                    world.err,
                    "the file says something else by now: `telepress update {post}` edits the message"
                )?;
            }
            Ok((None, Exit::Done))
        }
        Placed::Not(why) => {
            world.err.error(&format_args!("{channel}: {why}"), &why.hint(&desired.target()))?;
            let exit = match why {
                NotPut::Waits(_) | NotPut::Cancelling(_) => Exit::Waiting,
                NotPut::Draft
                | NotPut::Together(_)
                | NotPut::Elsewhere(..)
                | NotPut::Failed(_)
                | NotPut::Withdrawn(_)
                | NotPut::MayStand(_) => Exit::Findings,
            };
            Ok((None, exit))
        }
        Placed::NoSlot if channels > 1 => {
            world.err.error(
                &format_args!("{channel}: the {channels} channels have no free slot at the same time"),
                "give them a slot at the same time in the config, name a time, or name one with --channel",
            )?;
            Ok((None, Exit::Findings))
        }
        Placed::NoSlot => {
            world.err.error(
                &format_args!("{channel} has no free slot"),
                "give it some in the config, such as `slots = [\"mon-fri 09:00\"]`, or name a time",
            )?;
            Ok((None, Exit::Findings))
        }
        Placed::Withheld => {
            line!(
                world.err,
                "{channel}: not ordered, since it goes to all its channels or to none"
            )?;
            Ok((None, Exit::Findings))
        }
    }
}

//! `telepress status` and `telepress queue`: where posts stand.

use std::collections::BTreeSet;

use clap::Args;

use super::Result;
use super::desk::Seat;
use super::{DataFormat, json};
use crate::failure::counted;
use crate::outbox::{Publication, Stopped};
use crate::status;
use crate::store::{Access, Wanted};
use crate::world::{World, line};

#[derive(Debug, Args)]
pub(super) struct StatusArguments {
    /// Posts; all when left out
    #[arg(value_name = "POST")]
    chosen: Vec<String>,
    /// One channel; all when left out
    #[arg(long, value_name = "C", allow_negative_numbers = true)]
    channel: Option<String>,
    /// How it is printed
    #[arg(long, value_enum, default_value_t)]
    format: DataFormat,
}

/// Which publications are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listed {
    /// All that count.
    All,
    /// Those that something may still happen to.
    Waiting,
}

pub(super) fn execute(typed: &StatusArguments, listed: Listed, world: &mut World<'_>) -> Result {
    let seat = Seat::take(Access::Read, world)?;
    let channel = seat.channel(typed.channel.as_deref())?;
    let posts = typed.chosen.iter().map(|post| seat.post(post)).collect::<Result<Vec<_>, _>>()?;
    let wanted = match listed {
        Listed::All => Wanted::All,
        Listed::Waiting => Wanted::Open,
    };
    let publications = seat.wait(seat.desk.store.publications(wanted))?;
    let now = world.clock.now();
    let mut counting = status::listed(&publications);
    counting.retain(|publication| {
        (posts.is_empty() || posts.contains(&publication.post))
            && channel.is_none_or(|channel| seat.desk.is_in(publication, channel))
            && (listed == Listed::All || status::waits(publication))
    });
    let channels = seat.wait(seat.desk.store.channels())?;
    let stopped = seat.wait(seat.desk.store.journal())?.stopped;
    let around =
        status::Around { channels: &channels, stopped: stopped.as_ref(), all: &publications, now };
    let standing =
        |publication: &Publication| seat.desk.standing(publication).among(publication, &around);
    let standings: Vec<_> = counting.into_iter().map(standing).collect();
    if typed.format == DataFormat::Json {
        json(&standings, world)?;
        return Ok(());
    }
    world.out.write_all(status::draw(&standings).as_bytes())?;
    if standings.is_empty() {
        let is_all = typed.chosen.is_empty() && channel.is_none();
        let nothing = match listed {
            Listed::All if is_all => "nothing was published or scheduled yet",
            Listed::All => "nothing of that was published or scheduled yet",
            Listed::Waiting => "nothing waits",
        };
        line!(world.err, "{nothing}")?;
    }
    if typed.chosen.is_empty() {
        count_unseen(&seat, world)?;
    }
    warn_of_pauses(&seat, world)?;
    Ok(())
}

/// Says how many posts have files and are not in the journal.
fn count_unseen(seat: &Seat, world: &mut World<'_>) -> Result {
    let known = seat.wait(seat.desk.store.publications(Wanted::Outline))?;
    let known: BTreeSet<_> = known.iter().map(|publication| &publication.post).collect();
    // What cannot be listed, `check` reports.
    let Ok(posts) = seat.desk.newsroom.posts() else { return Ok(()) };
    let unseen = posts.iter().filter(|post| !known.contains(post)).count();
    if unseen > 0 {
        let has = if unseen == 1 { "has a file and was" } else { "have files and were" };
        line!(
            world.err,
            "{} {has} never published or scheduled; `telepress plan` shows what would be done",
            counted(unseen, "post")
        )?;
    }
    Ok(())
}

/// Says what stops everything, or a channel.
pub(super) fn warn_of_pauses(seat: &Seat, world: &mut World<'_>) -> Result {
    let journal = seat.wait(seat.desk.store.journal())?;
    match journal.stopped {
        Some(Stopped::Paused(why)) => {
            line!(world.err, "everything is paused: {why}; `telepress resume` resumes publishing")?;
        }
        Some(Stopped::Refused(why)) => line!(
            world.err,
            "Telegram refuses the bot: {why}; fix the token, then `telepress resume`"
        )?,
        Some(Stopped::Restored(why)) => line!(
            world.err,
            "the journal may not know what was sent: {why}; `telepress resolve --after-restore`"
        )?,
        None => {}
    }
    let channels = seat.wait(seat.desk.store.channels())?;
    let paused: Vec<_> = channels.iter().filter(|channel| channel.paused.is_some()).collect();
    if paused.is_empty() {
        return Ok(());
    }
    for channel in paused {
        let why = channel.paused.as_deref().unwrap_or_default();
        let name = seat.desk.name_of(channel.chat);
        // One that the config does not name can only be resumed with all others.
        let is_named = seat.desk.newsroom.config.channel(&name).is_some();
        let resume = if is_named { format!("resume {name}") } else { "resume".to_owned() };
        line!(world.err, "channel {name} is paused: {why}; `telepress {resume}` resumes it")?;
    }
    Ok(())
}

//! `telepress adopt`: records messages that stand in a channel already as a post's parts.

use clap::Args;

use super::Result;
use super::desk::Seat;
use super::looked;
use super::selection::PostArguments;
use super::wish::{self, Asked};
use crate::desk::{DeskFault, named_messages};
use crate::failure::Failure;
use crate::outbox::PayloadHash;
use crate::store::Access;
use crate::world::{World, line};

#[derive(Debug, Args)]
pub(super) struct AdoptArguments {
    /// The post's id
    post: String,
    /// The messages, in the order of the post's parts: links, or numbers
    #[arg(required = true, value_name = "LINK|ID")]
    links: Vec<String>,
    /// The channel they stand in; needed where the post goes to several
    #[arg(long, value_name = "C", allow_negative_numbers = true)]
    channel: Option<String>,
}

pub(super) fn execute(typed: &AdoptArguments, world: &mut World<'_>) -> Result {
    let seat = Seat::take(Access::Write, world)?;
    let post = PostArguments { post: typed.post.clone(), channel: typed.channel.clone() };
    let Asked { wanted, .. } = wish::asked(&post, &seat, world)?;
    // A link names its channel.
    let mut linked = wanted.clone();
    linked.retain(|one| named_messages(one, &typed.links).is_ok());
    let candidates = if linked.is_empty() { &wanted } else { &linked };
    if linked.is_empty()
        && let Some(first) = wanted.first()
    {
        // A link names its channel: one that is none of these is not a matter of `--channel`.
        named_messages(first, &typed.links).map_err(DeskFault::from)?;
    }
    let desired = match candidates.as_slice() {
        [] => return Ok(()),
        [one] => one,
        several => {
            let names: Vec<_> = several.iter().map(|one| one.channel.name.as_str()).collect();
            return Err(Failure::usage(
                format!("`{}` goes to several channels", typed.post),
                format!("name the one with --channel: {}", names.join(", ")),
            ));
        }
    };
    let ids = named_messages(desired, &typed.links).map_err(DeskFault::from)?;
    let channel = desired.channel.name.as_str();
    looked::look(&seat, desired.chat.unwrap_or_default(), channel, &ids, world)?;
    let adopted = seat.wait(seat.desk.adopt(desired, &typed.links, world.clock.now()))?;
    let is_whole = adopted.payload == PayloadHash::UNKNOWN;
    seat.tell(&[adopted], world)?;
    seat.keep_mark(world)?;
    // Of parts that were added to a post that stands half, the journal knows the text.
    if is_whole {
        line!(
            world.err,
            "what its messages show is not known: `telepress update {}` makes them show what the file says; `telepress undo` takes the adoption back",
            typed.post
        )?;
    }
    Ok(())
}

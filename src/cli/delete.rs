//! `telepress delete`: takes what was published of a post out of its channels.

use std::collections::BTreeSet;

use clap::Args;

use super::Result;
use super::deliver::{Ordered, WaitArguments, deliver};
use super::desk::{self, Seat};
use super::{chats, selection};
use crate::desk::DeskFault;
use crate::exit::Exit;
use crate::failure::{Failure, counted};
use crate::ids::PostId;
use crate::outbox::{Actor, Event, PartState, Publication, Revision};
use crate::plan::{self, Action};
use crate::store::{Access, Order, Wanted};
use crate::world::{World, line};

#[derive(Debug, Args)]
pub(super) struct DeleteArguments {
    /// The post's id
    post: String,
    /// One of its channels; all of them when left out
    #[arg(long, value_name = "C", allow_negative_numbers = true)]
    channel: Option<String>,
    /// Does not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    wait: WaitArguments,
}

pub(super) fn execute(typed: &DeleteArguments, world: &mut World<'_>) -> Result {
    let seat = Seat::take(Access::Write, world)?;
    let post = seat.post(&typed.post)?;
    // Unknown posts are reported here; of the others everything that stands is meant, also what was sent `--again`.
    seat.wait(seat.desk.publications(&post, None))?;
    let mut publications = seat.wait(seat.desk.store.publications(Wanted::Post(post.clone())))?;
    if let Some(name) = typed.channel.as_deref() {
        let here = in_channel(publications, &post, name, &seat, world)?;
        let Some(here) = here else { return Ok(()) };
        publications = here;
    }
    let unknown: Vec<_> = publications.extract_if(.., |known| has_unknown_outcome(known)).collect();
    for publication in &unknown {
        report_unknown(publication, &seat, world)?;
    }
    publications.retain(|publication| publication.sent() > 0);
    if publications.is_empty() && !unknown.is_empty() {
        return Ok(());
    }
    if publications.is_empty() {
        let place =
            typed.channel.as_ref().map_or("a channel".to_owned(), |name| format!("`{name}`"));
        return Err(Failure::stopped(
            Exit::Findings,
            format!("`{post}` has no messages in {place}"),
            format!("if it is scheduled, `telepress cancel {post}` cancels it"),
        ));
    }
    let now = world.clock.now();
    let mut orders = Vec::new();
    let (mut count, mut places) = (0, BTreeSet::new());
    for publication in &publications {
        let name = seat.desk.channel_name(publication);
        match plan::removal(publication, now) {
            Ok(revisions) => {
                count += revisions.len();
                places.insert(name);
                orders.extend(removal(publication, revisions, &seat.desk.by));
            }
            Err(reason) => world.report(Exit::Waiting, &format!("{name}: {reason}"), "")?,
        }
    }
    if orders.is_empty() {
        world.ends(Exit::Findings);
        return Ok(());
    }
    let client = desk::client(&seat.desk.newsroom, world)?;
    let places = places.into_iter().collect::<Vec<_>>().join(", ");
    let count = counted(count, "message");
    let question = format!("Delete {count} of `{post}` in {places} for all readers?");
    if !typed.yes && !super::asked(&question, "whether to delete them", world)? {
        line!(world.err, "nothing was deleted")?;
        world.ends(Exit::Findings);
        return Ok(());
    }
    let done = seat.wait(seat.desk.order(orders, now))?;
    let ids = done.into_iter().filter_map(|done| done.publication).map(|now| now.id);
    let ids: BTreeSet<_> = ids.collect();
    let ordered: Vec<_> =
        ids.into_iter().map(|id| Ordered { id, action: Action::Delete }).collect();
    deliver(&seat, &client, &ordered, &typed.wait, world)
}

/// The orders that take a publication out of its channel.
fn removal(publication: &Publication, revisions: Vec<Revision>, by: &Actor) -> Vec<Order> {
    let event = Event::Revise {
        payload: publication.payload,
        source: publication.source,
        revisions,
        appended: Vec::new(),
        pin: publication.pin.wanted,
        by: by.clone(),
    };
    // What is half sent is not sent on.
    let cancel = (!publication.state.is_terminal()).then(|| Event::Cancel { by: by.clone() });
    cancel.into_iter().chain([event]).map(|event| Order::Event(publication.id, event)).collect()
}

/// Those in the channel that was typed. Any @name may be another chat's by now, so all are looked up; `None` where
/// one is not found, which is reported.
fn in_channel(
    all: Vec<Publication>,
    post: &PostId,
    name: &str,
    seat: &Seat,
    world: &mut World<'_>,
) -> Result<Option<Vec<Publication>>> {
    let config = &seat.desk.newsroom.config;
    let client = desk::client(&seat.desk.newsroom, world)?;
    let channels = config.channels.iter().map(AsRef::as_ref);
    if chats::find(seat, &client, channels, world)?.len() < config.channels.len() {
        return Ok(None);
    }
    let here = selection::in_channel(all, name, &seat.desk)?;
    if here.is_empty() {
        let channel = Some(selection::channel(name, config)?.name.to_string());
        return Err(DeskFault::NotInJournal { post: post.clone(), channel }.into());
    }
    Ok(Some(here))
}

/// Reports that nobody knows whether it is in the channel, and what to do about that.
fn report_unknown(publication: &Publication, seat: &Seat, world: &mut World<'_>) -> Result {
    let (post, channel) = (&publication.post, seat.desk.channel_name(publication));
    let why = seat.desk.standing(publication).reason;
    let why = why.as_deref().unwrap_or_else(|| publication.state.shown());
    let message = format_args!(
        "{channel}: the outcome of `{post}` is not known, so it may be in the channel: {why}"
    );
    let target = seat.desk.target(publication);
    let hint = format!(
        "`telepress cancel {target}` sends nothing more of it; when telepress has looked at the channel, or you have (`telepress resolve {target} --sent LINK` if the message is there, `--not-sent` if not), delete it"
    );
    Ok(world.report(Exit::Waiting, &message, &hint)?)
}

/// Whether a message of it is, or may be, in its channel without anybody knowing which one.
fn has_unknown_outcome(publication: &Publication) -> bool {
    publication.parts.iter().any(|part| match part.state {
        PartState::Sending { .. } => true,
        PartState::Skipped { in_doubt, .. } => in_doubt && publication.sent() == 0,
        _ => part.state.doubt().is_some(),
    })
}

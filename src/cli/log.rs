//! `telepress log`: who approved, changed, published and decided what, and when.

use std::collections::BTreeMap;

use clap::Args;
use serde::Serialize;

use super::Result;
use super::desk::Seat;
use super::{DataFormat, json};
use crate::ids::PostId;
use crate::outbox::{Publication, PublicationId};
use crate::store::{Access, Entry, Wanted};
use crate::table::Table;
use crate::world::{World, line};

#[derive(Debug, Args)]
pub(super) struct LogArguments {
    /// One post; all of them when left out
    post: Option<String>,
    /// The most entries that are shown, the newest ones
    #[arg(long, value_name = "N", default_value_t = 100)]
    last: u32,
    /// How it is printed
    #[arg(long, value_enum, default_value_t)]
    format: DataFormat,
}

/// One entry for programs.
#[derive(Serialize)]
struct Line<'e> {
    at: String,
    by: String,
    post: Option<&'e str>,
    publication: Option<i64>,
    chat: Option<i64>,
    channel: Option<String>,
    event: &'e str,
    detail: &'e str,
    /// The address of the first message of its publication.
    link: Option<String>,
}

impl<'e> Line<'e> {
    fn of(entry: &'e Entry, seat: &Seat, links: &BTreeMap<PublicationId, String>) -> Self {
        Self {
            at: entry.at.to_string(),
            by: entry.by.to_string(),
            post: entry.post.as_ref().map(PostId::as_str),
            publication: entry.publication.map(|id| id.0),
            chat: entry.chat,
            channel: entry.chat.map(|chat| seat.desk.name_of(chat)),
            event: &entry.event,
            detail: &entry.detail,
            link: entry.publication.and_then(|id| links.get(&id).cloned()),
        }
    }
}

pub(super) fn execute(typed: &LogArguments, world: &mut World<'_>) -> Result {
    let seat = Seat::take(Access::Read, world)?;
    let post = typed.post.as_deref().map(|post| seat.post(post)).transpose()?;
    let mut entries = seat.wait(seat.desk.store.log(post.as_ref(), typed.last))?;
    // Read like a story, the newest below.
    entries.reverse();
    let wanted = post.clone().map_or(Wanted::All, Wanted::Post);
    let publications = seat.wait(seat.desk.store.publications(wanted))?;
    let link = |known: &Publication| {
        let first = known.parts.iter().find_map(|part| part.state.message_ids().first())?;
        Some((known.id, seat.desk.link(known, *first)?))
    };
    let links: BTreeMap<_, _> = publications.iter().filter_map(link).collect();
    let shown: Vec<_> = entries.iter().map(|entry| Line::of(entry, &seat, &links)).collect();
    if typed.format == DataFormat::Json {
        json(&shown, world)?;
        return Ok(());
    }
    let mut table = Table::default();
    for (entry, line) in entries.iter().zip(&shown) {
        table.row([
            entry.at.strftime("%F %H:%M:%SZ").to_string(),
            line.post.unwrap_or_default().to_owned(),
            line.channel.clone().unwrap_or_default(),
            entry.event.clone(),
            line.by.clone(),
            [line.detail, line.link.as_deref().unwrap_or_default()].join("  ").trim().to_owned(),
        ]);
    }
    world.out.write_all(table.draw().as_bytes())?;
    if entries.is_empty() {
        match &typed.post {
            Some(post) => line!(world.err, "nothing is recorded about `{post}`")?,
            None => line!(world.err, "nothing has happened yet")?,
        }
    }
    Ok(())
}

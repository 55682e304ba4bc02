//! `telepress log`: who approved, changed, published and decided what, and when.

use clap::Args;
use serde::Serialize;

use super::desk::Seat;
use super::{DataFormat, json};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::newsroom::Places;
use crate::store::{Access, Entry};
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
    event: &'e str,
    detail: &'e str,
}

impl<'e> From<&'e Entry> for Line<'e> {
    fn from(entry: &'e Entry) -> Self {
        Self {
            at: entry.at.to_string(),
            by: entry.by.to_string(),
            post: entry.post.as_ref().map(crate::post::PostId::as_str),
            publication: entry.publication.map(|id| id.0),
            chat: entry.chat,
            event: &entry.event,
            detail: &entry.detail,
        }
    }
}

pub(super) fn execute(
    typed: &LogArguments,
    places: Places,
    world: &mut World<'_>,
) -> Result<Exit, Failure> {
    let seat = Seat::take(places, Access::Read, world)?;
    let post = typed.post.as_deref().map(|post| seat.post(post)).transpose()?;
    let mut entries = seat.wait(seat.desk.store.log(post.as_ref(), typed.last))?;
    // Read like a story, the newest below.
    entries.reverse();
    if typed.format == DataFormat::Json {
        json(&entries.iter().map(Line::from).collect::<Vec<_>>(), world)?;
        return Ok(Exit::Done);
    }
    let mut table = Table::default();
    for entry in &entries {
        table.row([
            entry.at.strftime("%F %H:%M:%SZ").to_string(),
            entry.post.as_ref().map(ToString::to_string).unwrap_or_default(),
            entry.event.clone(),
            entry.by.to_string(),
            entry.detail.clone(),
        ]);
    }
    world.out.write_all(table.draw().as_bytes())?;
    if entries.is_empty() {
        line!(world.err, "nothing has happened yet")?;
    }
    Ok(Exit::Done)
}

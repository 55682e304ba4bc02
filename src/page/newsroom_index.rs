//! The index of the newsroom: what is published in the next days, and every post with its state.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};

use super::html_document::address;
use super::post_preview::{ChannelStatus, Moments, Row, ShownEdition};
use super::week::{Entry, week};
use crate::explain::counted;
use crate::ids::PostId;
use crate::outbox::StateName;
use crate::status::FileState;

/// All posts and the files with invalid names, in the order of [`in_order`].
#[must_use]
pub fn newsroom_index(rows: Vec<Row<'_>>, strays: &[&str], at: Moments) -> Markup {
    let editions = rows.iter().flat_map(|row| &row.shown.editions);
    let zone = editions.map(|edition| &edition.zone).next().cloned().unwrap_or(TimeZone::UTC);
    let rows = sorted(rows, at);
    let next = |entries: &[Entry<'_>]| entries.iter().map(|entry| entry.at).min();
    let broken = rows.iter().filter(|(_, row)| row.shown.errors > 0).count();
    html! {
        h1 data-key="title" { "Posts" }
        p.sum data-key="sum" { (counted(rows.len(), "post")) @if broken > 0 { ", " strong { (broken) " with errors" } } }
        @for stray in strays {
            p.report.broken data-key={ "stray " (stray) } { code { (stray) } " is not a valid file name of a post: " code { "telepress check" } " shows why." }
        }
        (week(at.now, &zone, rows.iter().flat_map(|(entries, _)| entries)))
        p.find data-key="find" { label for="find" { "Search" } " " input #find type="search" autocomplete="off" placeholder="id, words, channel, state" {} }
        div #posts data-key="posts" role="list" {
            @for (entries, row) in &rows { (line(row, next(entries), at)) }
        }
        p.empty #none data-key="none" hidden { "No post matches." }
        @if rows.is_empty() { p.empty data-key="empty" { "No posts yet. Add a file to the posts folder, and it appears here." } }
    }
}

/// The posts as the index lists them: those with errors first, then those that are scheduled, then the rest by name.
#[must_use]
pub fn in_order(rows: Vec<Row<'_>>, at: Moments) -> Vec<&PostId> {
    sorted(rows, at).into_iter().map(|(_, row)| row.id).collect()
}

fn sorted(rows: Vec<Row<'_>>, at: Moments) -> Vec<(Vec<Entry<'_>>, Row<'_>)> {
    let mut rows: Vec<_> = rows.into_iter().map(|row| (entries(&row, at), row)).collect();
    rows.sort_by_cached_key(|(entries, row)| {
        let next = entries.iter().map(|entry| entry.at).min();
        (row.shown.errors == 0, next.unwrap_or(Timestamp::MAX), row.id)
    });
    rows
}

/// The coming publications of a post: from the journal if it has the post, otherwise from its file.
fn entries<'r>(row: &Row<'r>, at: Moments) -> Vec<Entry<'r>> {
    let mut entries = Vec::new();
    for edition in &row.shown.editions {
        let recorded = row.statuses.iter().find(|status| status.channel == edition.channel);
        let at = match recorded {
            Some(status) => Some((status.due_at, status.state.as_str())).filter(|_| waits(status)),
            None => edition
                .publish_at
                .filter(|time| {
                    *time >= at.now && file_state(edition, row.is_older, at) == FileState::Planned
                })
                .map(|time| (time, "planned")),
        };
        entries.extend(at.map(|(at, state)| Entry {
            at,
            zone: &edition.zone,
            post: row.id.as_str(),
            channel: &edition.channel,
            state,
        }));
    }
    entries
}

fn waits(status: &ChannelStatus) -> bool {
    match status.state {
        StateName::Scheduled
        | StateName::Due
        | StateName::Publishing
        | StateName::Held
        | StateName::Uncertain => true,
        StateName::Published
        | StateName::Failed
        | StateName::Cancelled
        | StateName::Deleted
        | StateName::Superseded => false,
    }
}

fn file_state(edition: &ShownEdition, is_older: bool, at: Moments) -> FileState {
    FileState::of(edition.is_draft, edition.publish_at, is_older, at.latest)
}

/// A post with the same states as in `telepress list`.
fn line(row: &Row<'_>, next: Option<Timestamp>, at: Moments) -> Markup {
    let is_new = |edition: &&ShownEdition| {
        row.statuses.iter().all(|status| status.channel != edition.channel)
    };
    html! {
        div.post role="listitem" data-key=(row.id) {
            a href=(address(row.id.as_str())) {
                b { (row.id) }
                span dir="auto" { (row.shown.title()) }
            }
            @if let Some(files) = row.shown.media_summary() { em.files { (files) } }
            @if row.shown.errors > 0 { em.state-broken { "broken" } }
            @for status in row.statuses {
                em class={ "state-" (status.state.as_str()) } { (status.channel) " " (status.state.as_str()) }
                @if status.is_changed { em.changed-mark title="The file differs from the published post" { "changed" } }
            }
            @for edition in row.shown.editions.iter().filter(is_new) {
                @let state = file_state(edition, row.is_older, at);
                em class={ "state-" (state.as_str()) } { (edition.channel) " " (state.as_str()) }
            }
            @if let Some(at) = next {
                @let zone = row.shown.editions.first().map_or(TimeZone::UTC, |edition| edition.zone.clone());
                time { (at.to_zoned_datetime(zone).strftime("%a %-d %b %H:%M").to_string()) }
            }
        }
    }
}

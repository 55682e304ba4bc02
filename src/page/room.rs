//! The newsroom: what goes out in the days ahead, and every post with where it stands.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};

use super::sheet::address;
use super::shown::{Row, Standing};
use super::week::{Entry, week};

/// All posts, in the order in which somebody needs them: those with errors, those that wait, and the rest by name.
#[must_use]
pub fn room(rows: &[Row<'_>], now: Timestamp) -> Markup {
    let zone = rows.iter().flat_map(|row| &row.shown.editions).map(|edition| &edition.zone).next();
    let zone = zone.cloned().unwrap_or(TimeZone::UTC);
    let entries: Vec<_> = rows.iter().flat_map(|row| entries(row, now)).collect();
    let mut sorted: Vec<_> = rows.iter().collect();
    sorted.sort_by_key(|row| {
        (row.shown.errors == 0, next(row, now).unwrap_or(Timestamp::MAX), row.id)
    });
    let broken = rows.iter().filter(|row| row.shown.errors > 0).count();
    html! {
        h1 { "Posts" }
        p.sum { (rows.len()) " posts" @if broken > 0 { ", " strong { (broken) " with errors" } } }
        (week(now, &zone, &entries))
        p.find { label for="find" { "Search" } " " input #find type="search" autocomplete="off" placeholder="id, words, channel, state" {} }
        ul #posts {
            @for row in sorted { (line(row, now)) }
        }
        @if rows.is_empty() { p.empty { "No post yet: put one into the folder of the posts, and it shows here." } }
    }
}

/// When it goes out next, if it does.
fn next(row: &Row<'_>, now: Timestamp) -> Option<Timestamp> {
    entries(row, now).into_iter().map(|entry| entry.at).min()
}

/// What still goes out of a post: by the journal where that knows of it, else by its file.
fn entries<'r>(row: &Row<'r>, now: Timestamp) -> Vec<Entry<'r>> {
    let mut entries = Vec::new();
    for edition in &row.shown.editions {
        let known = row.standings.iter().find(|standing| standing.channel == edition.channel);
        let at = match known {
            Some(known) => Some((known.due_at, known.state)).filter(|_| waits(known)),
            None => edition
                .publish_at
                .filter(|at| *at >= now && !edition.is_draft)
                .map(|at| (at, "file")),
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

fn waits(standing: &Standing) -> bool {
    matches!(standing.state, "scheduled" | "due" | "publishing" | "held" | "uncertain")
}

fn line(row: &Row<'_>, now: Timestamp) -> Markup {
    let is_draft = row.shown.editions.iter().any(|edition| edition.is_draft);
    html! {
        li.post data-key=(row.id) {
            a href=(address(row.id.as_str())) {
                b { (row.id) }
                span dir="auto" { (row.shown.title()) }
            }
            @if row.shown.errors > 0 { em.state-broken { "errors" } }
            @if is_draft { em { "draft" } }
            @for standing in row.standings { em class={ "state-" (standing.state) } { (standing.channel) " " (standing.state) } }
            @if let Some(at) = next(row, now) {
                @let zone = row.shown.editions.first().map_or(TimeZone::UTC, |edition| edition.zone.clone());
                time { (at.to_zoned_datetime(zone).strftime("%a %-d %b %H:%M").to_string()) }
            }
        }
    }
}

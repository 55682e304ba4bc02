//! The newsroom: what goes out in the days ahead, and every post with where it stands.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};

use super::drawn::{Drawn, Item};
use super::sheet::address;
use super::shown::{Row, Standing};
use super::week::{Entry, week};

/// The line of a post, which stays the same while neither the post nor where it stands changes, nor the minute.
#[derive(Clone, Debug)]
pub struct Line {
    item: Item,
    is_broken: bool,
    /// When it goes out next, if it does.
    next: Option<Timestamp>,
}

impl Line {
    /// The line of `row`, which is the `number`th of its id: two files may claim one.
    #[must_use]
    pub fn of(row: &Row<'_>, number: usize, now: Timestamp) -> Self {
        let next = entries(row, now).into_iter().map(|entry| entry.at).min();
        let key: Arc<str> = match number {
            0 => row.id.as_str().into(),
            // No id has a space.
            number => format!("{} {number}", row.id).into(),
        };
        let html = line(row, &key, next).0.into();
        let item = Item { key, html };
        Self { item, is_broken: row.shown.errors > 0, next }
    }
}

/// All posts, and the files among them whose names no post may have, in the order in which somebody needs them: those with errors, those that wait, and the rest by name.
#[must_use]
pub fn room(rows: &[(Row<'_>, &Line)], strays: &[&str], now: Timestamp) -> Drawn {
    let editions = rows.iter().flat_map(|(row, _)| &row.shown.editions);
    let zone = editions.map(|edition| &edition.zone).next().cloned().unwrap_or(TimeZone::UTC);
    let waiting = rows.iter().filter(|(_, line)| line.next.is_some());
    let entries: Vec<_> = waiting.flat_map(|(row, _)| entries(row, now)).collect();
    let mut sorted: Vec<_> = rows.iter().collect();
    sorted
        .sort_by_key(|(row, line)| (!line.is_broken, line.next.unwrap_or(Timestamp::MAX), row.id));
    let broken = rows.iter().filter(|(_, line)| line.is_broken).count();
    let head = html! {
        h1 data-key="title" { "Posts" }
        p.sum data-key="sum" { (rows.len()) " posts" @if broken > 0 { ", " strong { (broken) " with errors" } } }
        @for stray in strays {
            p.report.broken data-key={ "stray " (stray) } { code { (stray) } " has a name that no post may have: " code { "telepress check" } " says why." }
        }
        (week(now, &zone, &entries))
        p.find data-key="find" { label for="find" { "Search" } " " input #find type="search" autocomplete="off" placeholder="id, words, channel, state" {} }
    };
    let empty = html! {
        p.empty #none data-key="none" hidden { "No post has all of this." }
        @if rows.is_empty() { p.empty data-key="empty" { "No post yet: put one into the folder of the posts, and it shows here." } }
    };
    let items = sorted.into_iter().map(|(_, line)| line.item.clone()).collect();
    Drawn::list(head, items, &empty)
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

fn line(row: &Row<'_>, key: &str, next: Option<Timestamp>) -> Markup {
    let is_draft = row.shown.editions.iter().any(|edition| edition.is_draft);
    html! {
        div.post role="listitem" data-key=(key) {
            a href=(address(row.id.as_str())) {
                b { (row.id) }
                span dir="auto" { (row.shown.title()) }
            }
            @if row.shown.errors > 0 { em.state-broken { "errors" } }
            @if is_draft { em { "draft" } }
            @for standing in row.standings { em class={ "state-" (standing.state) } { (standing.channel) " " (standing.state) } }
            @for edition in row.shown.editions.iter().filter(|edition| row.standings.iter().all(|one| one.channel != edition.channel)) {
                em { (edition.channel) @if !is_draft { " not published" } }
            }
            @if let Some(at) = next {
                @let zone = row.shown.editions.first().map_or(TimeZone::UTC, |edition| edition.zone.clone());
                time { (at.to_zoned_datetime(zone).strftime("%a %-d %b %H:%M").to_string()) }
            }
        }
    }
}

//! A plan for people and for programs.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::diff::Marks;
use super::{Action, Item, Plan};
use crate::table::Table;

/// One item for programs; the fields are part of the contract.
#[derive(Serialize)]
struct Record {
    post: String,
    channel: String,
    edition: String,
    action: &'static str,
    parts: usize,
    reason: String,
    diff: Option<String>,
}

/// The plan for programs: every item.
#[must_use]
pub fn json(plan: &Plan) -> impl Serialize {
    let record = |item: &Item| {
        let Item { post, channel, edition, action, parts, reason, diff, zone, .. } = item;
        Record {
            post: post.to_string(),
            channel: channel.to_string(),
            edition: edition.clone(),
            action: action.name(),
            parts: *parts,
            reason: reason.shown(zone),
            diff: diff.as_ref().map(super::Diff::unified),
        }
    };
    plan.items.iter().map(record).collect::<Vec<_>>()
}

/// The plan for people: a line for each item that is not simply as it should be, the differences, and a sum.
#[must_use]
pub fn text(plan: &Plan, colour: bool) -> String {
    let told: Vec<_> = plan.items.iter().filter(|item| is_told(item)).collect();
    let mut table = Table::default();
    for item in &told {
        let parts = if item.parts > 1 { format!("{} messages", item.parts) } else { String::new() };
        table.row([
            item.action.name().to_owned(),
            item.post.to_string(),
            item.channel.to_string(),
            parts,
            item.due_at.map(|at| when(at, &item.zone)).unwrap_or_default(),
            item.reason.shown(&item.zone),
        ]);
    }
    let mut text = table.draw();
    let marks = if colour { Marks::Colour } else { Marks::Plain };
    for item in told {
        if let (Action::Edit, Some(diff)) = (item.action, &item.diff) {
            let words = diff.words(marks);
            let _written = write!(text, "\n{} · {}\n{words}", item.post, item.channel);
        }
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text + &sum(plan) + "\n"
}

/// Whether people need to hear of it.
fn is_told(item: &Item) -> bool {
    use super::Reason::{Draft, History, Scheduled, UpToDate, Withdrawn};
    item.action != Action::Nothing
        || !matches!(item.reason, UpToDate | Draft | Scheduled | History | Withdrawn(_))
}

/// `2 to create, 1 to edit; 14 as they should be`.
fn sum(plan: &Plan) -> String {
    let kinds = [
        (Action::Create, "to publish"),
        (Action::Schedule, "to schedule"),
        (Action::Edit, "to edit"),
        (Action::Cancel, "to cancel"),
        (Action::Delete, "to delete"),
        (Action::Conflict, "in conflict"),
        (Action::Held, "waiting"),
    ];
    let counted = kinds.map(|(action, what)| (plan.count(action), what));
    let some: Vec<_> = counted
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let rest = plan.count(Action::Nothing);
    if some.is_empty() {
        format!("nothing to do: {rest} as they should be")
    } else {
        some.join(", ")
    }
}

/// A time as people read it.
#[must_use]
pub fn when(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned_datetime(zone.clone()).strftime("%a %F %H:%M %Q").to_string()
}

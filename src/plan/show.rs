//! Prints a plan, as text and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::diff::WordMarks;
use super::{Plan, PlanAction, PlanItem, Reason, when};
use crate::ids::PostId;
use crate::table::{Table, TableStyle, Tone};

/// An item as JSON; the fields are part of the contract.
#[derive(Serialize)]
struct PlanRecord {
    post: String,
    channel: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    comments: bool,
    edition: String,
    action: &'static str,
    parts: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    occurrence: Option<String>,
    reason: String,
    diff: Option<String>,
}

/// The plan as JSON, with every item.
#[must_use]
pub fn json(plan: &Plan) -> impl Serialize {
    let record = |item: &PlanItem| {
        let PlanItem { post, channel, edition, action, parts, diff, .. } = item;
        PlanRecord {
            post: post.to_string(),
            channel: channel.to_string(),
            comments: item.is_comments,
            edition: edition.clone(),
            action: action.name(),
            parts: *parts,
            occurrence: item.occurrence.map(|slot| slot.to_string()),
            reason: item.reason_text(),
            diff: diff.as_ref().map(super::Diff::unified),
        }
    };
    plan.items.iter().map(record).collect::<Vec<_>>()
}

/// The plan as a table: a row for each item that needs attention.
#[must_use]
pub fn rows(plan: &Plan, look: TableStyle) -> String {
    let mut table = Table::with_header(["ACTION", "POST", "CHANNEL", "MESSAGES", "TIME", "REASON"]);
    for item in plan.items.iter().filter(|item| is_shown(item)) {
        let parts = if item.parts > 1 { format!("{} messages", item.parts) } else { String::new() };
        table.toned_row(
            0,
            tone(item.action),
            [
                shown_action(item).to_owned(),
                item.post.to_string(),
                item.place(),
                parts,
                item.due_at.map(|at| when(at, &item.zone)).unwrap_or_default(),
                item.reason_text(),
            ],
        );
    }
    table.draw_with(look)
}

/// The plan as text: the table, the differences, and a summary.
#[must_use]
pub fn text(plan: &Plan, look: TableStyle) -> String {
    let mut text = rows(plan, look);
    let marks = if look.colour { WordMarks::Colour } else { WordMarks::Plain };
    for item in plan.items.iter().filter(|item| is_shown(item)) {
        if let (PlanAction::Edit, Some(diff)) = (item.action, &item.diff) {
            let words = diff.words(marks);
            let _written = write!(text, "\n{} · {}\n{words}", item.post, item.place());
        }
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text + &summary(plan) + "\n"
}

fn tone(action: PlanAction) -> Tone {
    match action {
        PlanAction::Create | PlanAction::Schedule => Tone::Good,
        PlanAction::Edit => Tone::Active,
        PlanAction::Cancel | PlanAction::Held => Tone::Warning,
        PlanAction::Delete | PlanAction::Conflict => Tone::Bad,
        PlanAction::Nothing => Tone::Faint,
    }
}

/// The action for people. They know `held` as the state of a post that waits for an operator, so a post that waits for
/// something else is `waiting`.
fn shown_action(item: &PlanItem) -> &'static str {
    match item.action {
        PlanAction::Held if !item.is_held => "waiting",
        action => action.name(),
    }
}

fn is_shown(item: &PlanItem) -> bool {
    use super::Reason::{
        Comments, CommentsLeftOut, Draft, OlderThanJournal, Scheduled, UpToDate, Withdrawn,
    };
    item.action != PlanAction::Nothing
        || !matches!(
            item.reason,
            UpToDate
                | Draft
                | Scheduled
                | OlderThanJournal
                | Withdrawn(_)
                | Comments
                | CommentsLeftOut
        )
}

/// `2 to publish, 1 to edit`, or `nothing to do: 7 posts are up to date, 1 is a draft`.
fn summary(plan: &Plan) -> String {
    let kinds = [
        (PlanAction::Create, "to publish"),
        (PlanAction::Schedule, "to schedule"),
        (PlanAction::Edit, "to edit"),
        (PlanAction::Cancel, "to cancel"),
        (PlanAction::Delete, "to delete"),
        (PlanAction::Conflict, "in conflict"),
        (PlanAction::Held, "waiting"),
    ];
    let counted = kinds.map(|(action, what)| (plan.count(action), what));
    if counted.iter().all(|(count, _)| *count == 0) {
        return format!("nothing to do: {}", unchanged_summary(plan));
    }
    let all = counted.into_iter().chain([(plan.broken.len(), "with errors")]);
    let some = all.filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
    some.collect::<Vec<_>>().join(", ")
}

/// The state of a post for which there is nothing to do. Of several channels, the last in this order counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum UnchangedPost {
    UpToDate,
    Scheduled,
    Draft,
    Old,
    Withdrawn,
    NotRepeated,
    NoFile,
    NoMedia,
    Differs,
    Broken,
}

impl UnchangedPost {
    fn of(reason: &Reason) -> Self {
        match reason {
            // Comments that wait for their post, or are left out, say nothing about it.
            Reason::UpToDate | Reason::Comments | Reason::CommentsLeftOut => Self::UpToDate,
            Reason::Scheduled | Reason::ByHand(_) => Self::Scheduled,
            Reason::Draft => Self::Draft,
            Reason::OlderThanJournal => Self::Old,
            Reason::Withdrawn(_) => Self::Withdrawn,
            Reason::RepeatOver => Self::NotRepeated,
            Reason::Vanished | Reason::VanishedUnsent => Self::NoFile,
            Reason::MediaGone => Self::NoMedia,
            Reason::Broken => Self::Broken,
            _ => Self::Differs,
        }
    }

    fn words(self, count: usize) -> &'static str {
        match (self, count) {
            (Self::UpToDate, 1) => "is up to date",
            (Self::UpToDate, _) => "are up to date",
            (Self::Scheduled, 1) => "is scheduled",
            (Self::Scheduled, _) => "are scheduled",
            (Self::Draft, 1) => "is a draft",
            (Self::Draft, _) => "are drafts",
            (Self::Old, 1) => "is older than the journal",
            (Self::Old, _) => "are older than the journal",
            (Self::Withdrawn, 1) => "was deleted or cancelled",
            (Self::Withdrawn, _) => "were deleted or cancelled",
            (Self::NotRepeated, 1) => "is no longer repeated",
            (Self::NotRepeated, _) => "are no longer repeated",
            (Self::NoFile, 1) => "has no file",
            (Self::NoFile, _) => "have no file",
            (Self::NoMedia, 1) => "lacks a media file and stays as it is",
            (Self::NoMedia, _) => "lack media files and stay as they are",
            (Self::Differs, 1) => "differs from its file",
            (Self::Differs, _) => "differ from their files",
            (Self::Broken, 1) => "has errors in its file",
            (Self::Broken, _) => "have errors in their files",
        }
    }
}

/// `7 posts are up to date, 1 is a draft`.
fn unchanged_summary(plan: &Plan) -> String {
    let mut rest: BTreeMap<&PostId, UnchangedPost> = BTreeMap::new();
    for item in &plan.items {
        let state = UnchangedPost::of(&item.reason);
        rest.entry(&item.post).and_modify(|worst| *worst = state.max(*worst)).or_insert(state);
    }
    rest.extend(plan.broken.iter().map(|post| (post, UnchangedPost::Broken)));
    let mut count: BTreeMap<UnchangedPost, usize> = BTreeMap::new();
    for state in rest.into_values() {
        *count.entry(state).or_default() += 1;
    }
    let counted = count.into_iter().enumerate().map(|(at, (rest, count))| {
        let noun = match (at, count) {
            (0, 1) => " post",
            (0, _) => " posts",
            _ => "",
        };
        format!("{count}{noun} {}", rest.words(count))
    });
    let counted: Vec<_> = counted.collect();
    if counted.is_empty() { "there are no posts".to_owned() } else { counted.join(", ") }
}

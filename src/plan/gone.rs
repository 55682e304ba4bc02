//! Publications whose posts have no file, or a broken one: left, taken out, or known under another name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::decide::begun;
use super::edit::removal;
use super::{Action, Asked, Desired, Diff, Item, Known, Reason, Step};
use crate::outbox::{Event, PayloadHash, Publication, State};
use crate::post::PostId;
use crate::status;

/// Vanished files that may be new ones under another name.
pub(super) struct Moves {
    pub(super) new_of: BTreeMap<PostId, PostId>,
}

impl Moves {
    /// Those with equal content in the same channel.
    pub(super) fn find(files: &[Desired], newest: &[&Publication], known: &Known<'_>) -> Self {
        let with_file: BTreeSet<&PostId> = files.iter().map(|desired| &desired.post).collect();
        let published: BTreeSet<&PostId> =
            newest.iter().map(|publication| &publication.post).collect();
        let mut vanished: HashMap<(i64, PayloadHash), &PostId> = HashMap::new();
        for publication in newest {
            let has_file =
                with_file.contains(&publication.post) || known.broken.contains(&publication.post);
            // What a person took out does not come back because its file has another name; what its own file took back may.
            let is_its_own =
                matches!(&publication.state, State::Cancelled { by, .. } if !by.is_person());
            if !has_file && !is_its_own {
                vanished.insert((publication.chat, publication.payload), &publication.post);
            }
        }
        let mut new_of = BTreeMap::new();
        for desired in files.iter().filter(|desired| !published.contains(&desired.post)) {
            let Some(chat) = desired.chat else { continue };
            if let Some(old) = vanished.get(&(chat, desired.payload)) {
                new_of.insert((*old).clone(), desired.post.clone());
            }
        }
        Self { new_of }
    }

    pub(super) fn from(&self, new: &PostId) -> Option<&PostId> {
        self.new_of.iter().find(|(_, known)| *known == new).map(|(old, _)| old)
    }
}

/// A publication whose post has no file, or a broken one.
pub(super) fn without_file(
    publication: &Publication,
    moves: &Moves,
    known: &Known<'_>,
    asked: &Asked,
) -> Option<Item> {
    if !asked.posts.is_empty() && !asked.posts.contains(&publication.post) {
        return None;
    }
    if matches!(publication.state, State::Cancelled { .. } | State::Superseded { .. }) {
        return None;
    }
    let item = |action, reason| Item {
        post: publication.post.clone(),
        publication: Some(publication.id),
        channel: publication.channel.clone(),
        zone: jiff::tz::TimeZone::UTC,
        edition: publication.edition.clone(),
        action,
        parts: publication.parts.len(),
        due_at: None,
        reason,
        diff: None,
        step: None,
    };
    if known.broken.contains(&publication.post) {
        let waits = !publication.state.is_terminal();
        return Some(item(if waits { Action::Held } else { Action::Nothing }, Reason::Broken));
    }
    if let Some(new) = moves.new_of.get(&publication.post) {
        return Some(item(Action::Conflict, Reason::MovedTo(new.clone())));
    }
    if !asked.prune {
        let waits = !publication.state.is_terminal();
        return Some(item(if waits { Action::Held } else { Action::Nothing }, Reason::Vanished));
    }
    let happen = |event| Some(Step::Happen(publication.id, event));
    Some(match &publication.state {
        State::Scheduled | State::Due | State::Held { .. } if !begun(publication) => Item {
            step: happen(Event::Cancel { by: asked.by.clone() }),
            ..item(Action::Delete, Reason::Pruned)
        },
        State::Published | State::Failed { .. } => match removal(publication, asked.now) {
            Err(reason) => item(Action::Conflict, reason),
            Ok(revisions) if revisions.is_empty() => item(Action::Nothing, Reason::Vanished),
            Ok(revisions) => Item {
                step: happen(Event::Revise {
                    payload: publication.payload,
                    source: publication.source,
                    revisions,
                    appended: Vec::new(),
                    pin: publication.pin.wanted,
                    by: asked.by.clone(),
                }),
                diff: Some(Diff::of_publication(publication, &[])),
                ..item(Action::Delete, Reason::Pruned)
            },
        },
        _ => item(Action::Held, Reason::UnderWay(status::reason(publication).unwrap_or_default())),
    })
}

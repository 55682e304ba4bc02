//! Decides what to do with each post in each channel, and why.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;

use super::edit::{Edit, edit, may_be_in_channel, withdraw_changes};
use super::missing_files::{self, plan_missing};
use super::moved::MoveDetector;
use super::{Desired, JournalView, PlanAction, PlanItem, PlanOptions, Reason, Step};
use crate::ids::{Destination, PostId};
use crate::message::{Content, InputMedia, Request};
use crate::outbox::{
    Actor, Change, ChangeKind, ChangeState, Event, HoldReason, NewPart, Part, PartState,
    PayloadHash, Publication, State,
};
use crate::status;

/// An occurrence of a post in a chat and topic.
type Key<'p> = (&'p PostId, Destination, Option<Timestamp>);

/// The number of publications of each occurrence of a post in each chat and topic that were not superseded.
fn count_publications(publications: &[Publication]) -> HashMap<Key<'_>, u32> {
    let mut count = HashMap::new();
    for publication in publications {
        if !matches!(publication.state, State::Superseded { .. }) {
            let key = (&publication.post, publication.destination(), publication.occurrence);
            *count.entry(key).or_insert(0) += 1;
        }
    }
    count
}

/// The items of the posts, without their comments.
pub(super) fn plan_posts(
    files: &[Desired],
    journal: &JournalView<'_>,
    options: &PlanOptions,
) -> Vec<PlanItem> {
    let newest = status::newest(journal.publications);
    let by_place: HashMap<(&PostId, Destination), &Publication> = newest
        .iter()
        .map(|publication| ((&publication.post, publication.destination()), *publication))
        .collect();
    let mut by_post: HashMap<&PostId, Vec<&Publication>> = HashMap::new();
    for publication in &newest {
        by_post.entry(&publication.post).or_default().push(publication);
    }
    let moves = MoveDetector::find(files, &newest, journal, options);
    let mut items = Vec::new();
    let mut seen = BTreeSet::new();
    let count = count_publications(journal.publications);
    for desired in files {
        let publication =
            desired.destination.and_then(|place| by_place.get(&(&desired.post, place)).copied());
        if let Some(publication) = publication {
            seen.insert(publication.id);
        }
        let publication = desired.counterpart(publication);
        let is_named = options.posts.contains(&desired.post);
        let is_asked = options.posts.is_empty() || is_named;
        // Any `apply` also sends the posts that are due.
        let is_due = |publication: &Publication| {
            matches!(publication.state, State::Scheduled | State::Due)
                && publication.due_at <= options.now
        };
        if !is_asked && !publication.is_some_and(is_due) {
            continue;
        }
        let same_post = |other: &&Desired| other.post == desired.post;
        let of_post = by_post.get(&desired.post).map_or(&[][..], Vec::as_slice);
        let context = PlanContext {
            desired,
            journal,
            options,
            is_named,
            wanted: files.iter().filter(same_post).filter_map(|other| other.destination).collect(),
            is_in_other_channel: of_post.iter().any(|other| {
                Some(other.destination()) != desired.destination
                    && other.occurrence == desired.occurrence
                    && may_be_in_channel(other)
            }),
            count: desired
                .destination
                .and_then(|place| count.get(&(&desired.post, place, desired.occurrence)))
                .copied()
                .unwrap_or(0),
        };
        let item = match publication {
            None => moves.ask(context.unpublished(of_post), desired, None, is_named),
            Some(publication) => {
                // A post that its own file took back counts as new, and so does one that waits for the answer whether it was
                // renamed.
                let is_new = publication.counts_as_new();
                let elsewhere = if is_new { context.keep_in_former_chat(of_post) } else { None };
                let item = elsewhere.unwrap_or_else(|| context.plan_known_publication(publication));
                let item = moves.guard(item, publication.destination());
                let item = moves.ask(item, desired, Some(publication), is_named);
                PlanItem { publication: Some(publication.id), ..item }
            }
        };
        if is_asked || item.reason == Reason::Due {
            items.push(item);
        }
    }
    let gone = newest.iter().filter(|publication| !seen.contains(&publication.id));
    items.extend(
        gone.filter_map(|publication| plan_missing(publication, files, &moves, journal, options)),
    );
    items
}

/// One post in one channel, with everything that its item depends on.
pub(super) struct PlanContext<'o> {
    pub(super) desired: &'o Desired,
    pub(super) journal: &'o JournalView<'o>,
    pub(super) options: &'o PlanOptions,
    pub(super) is_named: bool,
    /// Where the file wants the post. A publication there belongs to another channel of the config now.
    pub(super) wanted: BTreeSet<Destination>,
    /// Whether the post is, or may be, in another channel already.
    pub(super) is_in_other_channel: bool,
    /// The number of its publications that were not superseded.
    pub(super) count: u32,
}

impl PlanContext<'_> {
    pub(super) fn item(&self, action: PlanAction, reason: Reason) -> PlanItem {
        let desired = self.desired;
        PlanItem {
            post: desired.post.clone(),
            publication: None,
            channel: desired.channel.name.clone(),
            is_comments: desired.comments_on.is_some(),
            zone: desired.channel.timezone.clone(),
            edition: desired.edition.clone(),
            action,
            parts: desired.parts.len(),
            occurrence: desired.occurrence,
            due_at: None,
            reason,
            diff: None,
            step: None,
            target: desired.target(),
            needs_approval: false,
            is_held: false,
        }
    }

    /// A post that the journal does not know in this channel.
    fn unpublished(&self, of_post: &[&Publication]) -> PlanItem {
        let desired = self.desired;
        if desired.draft {
            return self.item(PlanAction::Nothing, Reason::Draft);
        }
        if let Some(other) = &desired.waits_for {
            return self.item(PlanAction::Held, Reason::Together(other.clone()));
        }
        if let Some(item) = self.keep_in_former_chat(of_post) {
            return item;
        }
        if desired.is_over() {
            return self.item(PlanAction::Nothing, Reason::RepeatOver);
        }
        // The occurrences that follow one that was ordered need no order.
        let is_repeated = of_post.iter().any(|known| known.occurrence.is_some());
        let history = self.journal.history;
        if !self.is_named && !is_repeated && history.includes(desired, self.options.grace) {
            return self.item(PlanAction::Nothing, Reason::OlderThanJournal);
        }
        self.fresh(None)
    }

    /// Leaves the post alone if it is in the channel's former chat.
    fn keep_in_former_chat(&self, of_post: &[&Publication]) -> Option<PlanItem> {
        let (desired, now) = (self.desired, self.options.now);
        let found = missing_files::former_chat(desired, of_post, &self.wanted, self.journal, now);
        found.map(|(action, reason)| self.item(action, reason))
    }

    /// A post that was never published here, and may wait as `replaced`.
    fn fresh(&self, replaced: Option<&Publication>) -> PlanItem {
        let now = self.options.now;
        if self.desired.has_comments_in_group() {
            return self.item(PlanAction::Conflict, Reason::CommentsInGroup);
        }
        match self.desired.publish_at {
            None => self.accept(PlanAction::Create, Reason::New, replaced, now, false),
            Some(at) if at > now => {
                self.accept(PlanAction::Schedule, Reason::NamesItsTime, replaced, at, false)
            }
            Some(_) if self.is_named => {
                self.accept(PlanAction::Create, Reason::Late, replaced, now, false)
            }
            Some(at) => self.late(replaced, at),
        }
    }

    /// Accepts a new publication, which may supersede one of which nothing was sent.
    pub(super) fn accept(
        &self,
        action: PlanAction,
        reason: Reason,
        replaced: Option<&Publication>,
        due_at: Timestamp,
        by_hand: bool,
    ) -> PlanItem {
        let desired = self.desired;
        let sent_at = due_at.max(self.options.now);
        // Comments are accepted now, and sent after the post.
        if action != PlanAction::Held
            && desired.comments_on.is_none()
            && let Some(why) = desired.ends.refused(sent_at)
        {
            return self.item(PlanAction::Conflict, Reason::DeletionRefused(why));
        }
        let by = &self.options.by;
        let mut acceptance = desired.acceptance(by, due_at, replaced, self.count);
        acceptance.by_hand = by_hand;
        acceptance.together.begun = self.is_in_other_channel;
        let step = Some(Step::Accept(Box::new(acceptance)));
        let diff = replaced.map(|publication| desired.diff(publication));
        let due_at = (action == PlanAction::Schedule).then_some(due_at);
        PlanItem { due_at, diff, step, ..self.item(action, reason) }
    }

    /// A post that has a publication in this channel.
    pub(super) fn plan_known_publication(&self, publication: &Publication) -> PlanItem {
        match &publication.state {
            State::Scheduled | State::Due
                if may_be_in_channel(publication)
                    && self.desired.payload != publication.payload =>
            {
                self.item(PlanAction::Held, Reason::InProgress("it is being sent".to_owned()))
            }
            State::Held { held: HoldReason::MaybeMoved(_) } if !self.desired.draft => {
                self.fresh(Some(publication))
            }
            State::Scheduled | State::Due | State::Held { held: HoldReason::MaybeMoved(_) } => {
                self.waiting(publication)
            }
            // A file with another closing time of its poll, or another `delete_at`, replaces it.
            State::Held { held: HoldReason::PollOver | HoldReason::DeletionRefused }
                if !may_be_in_channel(publication)
                    && (self.desired.payload != publication.payload || self.desired.draft) =>
            {
                self.waiting(publication)
            }
            State::Held {
                held: HoldReason::File | HoldReason::UnknownChannel | HoldReason::Changed,
            } if !may_be_in_channel(publication) => self.waiting(publication),
            State::Held { held: HoldReason::FileAppearedLate }
                if !may_be_in_channel(publication) =>
            {
                self.file_appeared_late(publication)
            }
            // The newest text needs approval, so the publishers are asked again.
            State::Held { held: HoldReason::Approvals }
                if !may_be_in_channel(publication)
                    && self.desired.payload != publication.payload =>
            {
                self.waiting(publication)
            }
            // The channel refused the bot and is open again.
            State::Held { held: HoldReason::Channel }
                if self.desired.payload == publication.payload
                    && self.is_open(publication.destination()) =>
            {
                let event = Event::Release { by: self.options.by.clone() };
                self.item(PlanAction::Create, Reason::Due).with_event(publication, event)
            }
            State::Published => {
                self.other_ends(publication).unwrap_or_else(|| self.edited(publication))
            }
            State::Cancelled { by, cancellation } => self.cancelled(publication, by, *cancellation),
            State::Failed { .. }
                if self.desired.payload != publication.payload
                    && !may_be_in_channel(publication) =>
            {
                if let Some(item) = self.guarded_order(publication) {
                    return item;
                }
                let at = self.desired.publish_at.unwrap_or(self.options.now).max(self.options.now);
                let action =
                    if at > self.options.now { PlanAction::Schedule } else { PlanAction::Create };
                self.accept(action, Reason::Changed, Some(publication), at, false)
            }
            State::Failed { .. } if self.desired.payload != publication.payload => {
                self.item(PlanAction::Conflict, Reason::NotWhole)
            }
            State::Publishing => {
                self.item(PlanAction::Held, Reason::InProgress("it is being sent".to_owned()))
            }
            State::Held { .. }
            | State::Failed { .. }
            | State::Uncertain
            | State::Cancelling { .. }
            | State::Superseded { .. } => {
                let why = self.explain_state(publication);
                let reason = match &publication.state {
                    State::Failed { .. } => Reason::Failed(why),
                    State::Uncertain | State::Cancelling { .. }
                        if !status::needs_operator(publication) =>
                    {
                        Reason::InProgress(why)
                    }
                    _ => Reason::Waits(why),
                };
                self.item(PlanAction::Held, reason)
            }
        }
    }

    /// The state of a publication, and what an operator can do about it.
    pub(super) fn explain_state(&self, publication: &Publication) -> String {
        let channels = self.journal.channels;
        status::reason_among(publication, &self.desired.target(), channels).unwrap_or_default()
    }

    fn is_open(&self, place: Destination) -> bool {
        let channel = self.journal.channels.iter().find(|channel| channel.destination == place);
        channel.is_none_or(|channel| channel.paused.is_none())
    }

    /// A post that is in the channel.
    fn edited(&self, publication: &Publication) -> PlanItem {
        let desired = self.desired;
        let is_back = publication.parts.iter().any(Part::is_being_pruned);
        let is_edited = self.options.by.is_person() && publication.payload != desired.payload;
        if is_back && (desired.draft || !is_edited) {
            let event = withdraw_changes(publication, &self.options.by);
            return self.item(PlanAction::Cancel, Reason::FileBack).with_event(publication, event);
        }
        if desired.draft {
            return self.item(PlanAction::Nothing, Reason::Draft);
        }
        // A pin or the closing of a poll that waits for an operator does not block an edit.
        let is_changing = |part: &Part| {
            part.change.as_ref().is_some_and(|change| {
                change.kind.is_revision() || !matches!(change.state, ChangeState::Conflict { .. })
            })
        };
        let changes = || Reason::Changing(self.explain_state(publication));
        let is_replaced = publication.payload != desired.payload && is_edit_waiting(publication);
        if publication.parts.iter().any(is_changing) && !is_back && !is_replaced {
            return self.item(PlanAction::Held, changes());
        }
        if publication.payload == desired.payload {
            let waits = publication.parts.iter().any(|part| part.change.is_some());
            let (action, reason) = if waits {
                (PlanAction::Held, changes())
            } else {
                (PlanAction::Nothing, Reason::UpToDate)
            };
            return self.item(action, reason);
        }
        let mut channels = self.journal.channels.iter();
        // A further comment is a reply, so it may come after the messages of others.
        let channel = channels.find(|channel| {
            channel.destination == publication.destination() && !publication.is_comments()
        });
        let is_recorded = |post: &str| {
            let mut all = self.journal.publications.iter();
            all.any(|known| {
                known.post.as_str() == post && known.destination() == publication.destination()
            })
        };
        let now = self.options.now;
        let edit = match edit(publication, desired, channel, now, &is_recorded) {
            Ok(edit) => edit,
            Err(reason) => return self.item(PlanAction::Conflict, reason),
        };
        let is_pinned_so =
            publication.pin.wanted == desired.pin && publication.ends.times() == desired.ends;
        let is_shown = edit.revisions.is_empty() && edit.appended.is_empty();
        if is_shown && is_pinned_so && is_replaced {
            let event = revise(desired, edit, &self.options.by);
            return self.item(PlanAction::Cancel, Reason::AsShown).with_event(publication, event);
        }
        if is_shown && is_pinned_so && edit.is_reordered {
            return self.item(PlanAction::Nothing, Reason::CommentOrder);
        }
        if is_shown && is_pinned_so {
            // Only settings that matter while sending differ, such as the notification.
            return self.item(PlanAction::Nothing, Reason::UpToDate);
        }
        // After a part was deleted, the file has more text than the channel.
        let is_deleted = |part: &Part| matches!(part.state, PartState::Deleted { .. });
        let is_restyled = publication.source == desired.source
            && !publication.parts.iter().any(is_deleted)
            && !has_new_files(publication, &desired.parts);
        if publication.payload == PayloadHash::UNKNOWN && is_restyled && !self.options.restyle {
            return self.item(PlanAction::Nothing, Reason::Adopted);
        }
        // An edit that was ordered before is finished, whatever else has changed.
        if is_restyled && !self.options.restyle && is_replaced {
            return self.item(PlanAction::Held, changes());
        }
        if is_restyled && !self.options.restyle {
            return self.item(PlanAction::Nothing, Reason::WaitsForRestyle);
        }
        let diff = desired.diff(publication);
        let reason = match edit.comment_changes() {
            _ if is_restyled => Reason::Restyled,
            changes if publication.is_comments() => Reason::CommentsDiffer(changes),
            _ => Reason::Differs(diff.aspects()),
        };
        let event = revise(desired, edit, &self.options.by);
        PlanItem { diff: Some(diff), ..self.item(PlanAction::Edit, reason) }
            .with_event(publication, event)
    }
}

/// Whether the bytes of a media file have changed. The hash of a post's source covers only the text that names the file.
fn has_new_files(publication: &Publication, wanted: &[NewPart]) -> bool {
    let files = |request: &Request| -> Vec<_> {
        let media = request.content().map(Content::media).unwrap_or_default();
        media.into_iter().flat_map(InputMedia::files).map(|file| file.content.clone()).collect()
    };
    let mut pairs = publication.parts.iter().zip(wanted);
    pairs.any(|(part, wanted)| {
        let shown = part.edited.as_ref().unwrap_or(&part.request);
        files(shown) != files(&wanted.request)
    })
}

/// The event that makes the messages match the file.
fn revise(desired: &Desired, edit: Edit, by: &Actor) -> Event {
    Event::Revise {
        payload: desired.payload,
        source: desired.source,
        revisions: edit.revisions,
        appended: edit.appended,
        pin: desired.pin,
        ends: desired.ends,
        by: by.clone(),
    }
}

/// Whether an edit is pending, so that a newer one may replace it. A deletion of the whole post is not an edit.
fn is_edit_waiting(publication: &Publication) -> bool {
    let changes = || publication.parts.iter().filter_map(|part| part.change.as_ref());
    let remains = publication.parts.iter().any(|part| {
        matches!(part.state, PartState::Sent { .. })
            && part.change.as_ref().is_none_or(|change| change.kind != ChangeKind::Delete)
    });
    let mut waits = changes().filter(|change| change.kind.is_revision()).peekable();
    remains && waits.peek().is_some() && waits.all(Change::is_pending)
}

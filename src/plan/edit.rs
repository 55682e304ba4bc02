//! The edits, deletions and further parts that make a publication's messages match its file, or why that is impossible.

use std::time::Duration;

use jiff::Timestamp;

use super::comment_match::match_comments;
use super::reason::CommentChanges;
use super::uneditable::{Uneditable, album_edit};
use super::{Desired, Reason, request_hash};
use crate::limits;
use crate::message::{
    AlbumContent, Content, ContentWithButtons, EditMessageCaption, EditMessageMedia,
    EditMessageReplyMarkup, EditMessageText, EditRichMessage, ReplyParameters, Request,
};
use crate::outbox::{
    Actor, Change, ChangeKind, Channel, Event, NewPart, Part, PartRevision, PartState, PayloadHash,
    Publication, State,
};

/// The changes to the messages of one publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) revisions: Vec<PartRevision>,
    pub(super) appended: Vec<NewPart>,
    /// Whether a new comment is wanted before one that stays.
    pub(super) is_inserted: bool,
    /// Whether the comments that stay are wanted in another order.
    pub(super) is_reordered: bool,
}

impl Edit {
    /// The number of changes of comments.
    pub(super) fn comment_changes(&self) -> CommentChanges {
        let of_kind = |kind| self.revisions.iter().filter(|one| one.kind == kind).count();
        CommentChanges {
            edited: of_kind(ChangeKind::Edit),
            removed: of_kind(ChangeKind::Delete),
            added: self.appended.len(),
            is_inserted: self.is_inserted,
        }
    }
}

/// The changes that make the channel show what the file asks for; none if it already does. `is_recorded` tells whether the journal
/// has a publication with this name in the same chat.
pub(super) fn edit(
    publication: &Publication,
    desired: &Desired,
    channel: Option<&Channel>,
    now: Timestamp,
    is_recorded: &dyn Fn(&str) -> bool,
) -> Result<Edit, Reason> {
    let present: Vec<(usize, &Part)> = publication
        .parts
        .iter()
        .enumerate()
        .filter(|(_, part)| !matches!(part.state, PartState::Deleted { .. }))
        .collect();
    if present.iter().any(|(_, part)| !matches!(part.state, PartState::Sent { .. })) {
        return Err(Reason::NotWhole);
    }
    let pairing = if publication.is_comments() {
        Pairing::of_comments(&present, &desired.parts)
    } else {
        Pairing::of_post(&present, &desired.parts)?
    };
    let mut revisions = Vec::new();
    for ((number, part), wanted) in &pairing.pairs {
        if replies_elsewhere(part, wanted, is_recorded) {
            return Err(Reason::NoEdit("the post that it replies to"));
        }
        revisions.extend(part_edit(*number, part, wanted)?);
    }
    let too_old = pairing.surplus.iter().filter(|(_, part)| is_too_old(part, now)).count();
    if too_old > 0 {
        return Err(Reason::TooOld { messages: too_old });
    }
    revisions.extend(pairing.surplus.iter().filter_map(|(number, part)| deletion(*number, part)));
    let appended: Vec<NewPart> = pairing.new.into_iter().cloned().collect();
    // A part sent now would come after the newer messages.
    let is_last = channel.is_none_or(|channel| channel.last_in_topic <= publication.last_message());
    if !appended.is_empty() && !is_last {
        return Err(Reason::NewerMessages);
    }
    let (is_inserted, is_reordered) = (pairing.is_inserted, pairing.is_reordered);
    Ok(Edit { revisions, appended, is_inserted, is_reordered })
}

/// Which present message becomes which wanted one.
struct Pairing<'p> {
    pairs: Vec<((usize, &'p Part), &'p NewPart)>,
    /// The messages that are deleted.
    surplus: Vec<(usize, &'p Part)>,
    /// The messages that are sent.
    new: Vec<&'p NewPart>,
    is_inserted: bool,
    is_reordered: bool,
}

impl<'p> Pairing<'p> {
    /// The messages of a post, by their position.
    fn of_post(present: &[(usize, &'p Part)], wanted: &'p [NewPart]) -> Result<Self, Reason> {
        // The poll is the last part, and no text can take its place.
        let texts = present.iter().take_while(|(_, part)| part.request.poll().is_none()).count();
        let (texts, poll) = present.split_at(texts);
        let wanted_texts = wanted.iter().take_while(|part| part.request.poll().is_none()).count();
        let (wanted_texts, wanted_poll) = wanted.split_at(wanted_texts);
        if wanted_texts.len() > texts.len() && !poll.is_empty() {
            return Err(Reason::NewerMessages);
        }
        let both = [(texts, wanted_texts), (poll, wanted_poll)];
        let pairs = both.iter().flat_map(|(present, wanted)| present.iter().copied().zip(*wanted));
        let surplus = both.iter().flat_map(|(present, wanted)| present.iter().skip(wanted.len()));
        let new = both.iter().flat_map(|(present, wanted)| wanted.iter().skip(present.len()));
        let (pairs, surplus, new) = (pairs.collect(), surplus.copied().collect(), new.collect());
        Ok(Self { pairs, surplus, new, is_inserted: false, is_reordered: false })
    }

    /// The comments below a post, by their texts.
    fn of_comments(present: &[(usize, &'p Part)], wanted: &'p [NewPart]) -> Self {
        let parts: Vec<_> = present.iter().map(|(_, part)| *part).collect();
        let found = match_comments(&parts, wanted);
        let here = |at: &usize| present.get(*at).copied();
        let pairs =
            found.pairs.iter().filter_map(|(old, new)| Some((here(old)?, wanted.get(*new)?)));
        Self {
            pairs: pairs.collect(),
            surplus: found.removed.iter().filter_map(here).collect(),
            new: found.added.iter().filter_map(|new| wanted.get(*new)).collect(),
            is_inserted: found.is_inserted(),
            is_reordered: found.is_reordered(),
        }
    }
}

/// The event that deletes all messages of a publication, ordered by `by`, and the number of messages. `pruned` says that the
/// post has no file.
///
/// # Errors
/// If some of them are too old for a bot to delete.
pub fn delete(
    publication: &Publication,
    now: Timestamp,
    by: &Actor,
    pruned: bool,
) -> Result<(Event, usize), Reason> {
    let revisions = deletions(publication, now, pruned)?;
    let count = revisions.len();
    let event = Event::Revise {
        payload: publication.payload,
        source: publication.source,
        revisions,
        appended: Vec::new(),
        pin: publication.pin.wanted,
        ends: publication.ends.times(),
        by: by.clone(),
    };
    Ok((event, count))
}

/// The event that records what the messages show since somebody edited them in the channel: what the file has. `None` if the journal
/// knows that already, or an edit of telepress could not have the same result.
#[must_use]
pub fn edited_by_hand(publication: &Publication, desired: &Desired, by: &Actor) -> Option<Event> {
    let Edit { revisions: edits, appended, .. } =
        edit(publication, desired, None, Timestamp::MAX, &|_| true).ok()?;
    let is_edit = |one: &PartRevision| one.kind == ChangeKind::Edit;
    let is_known = edits.is_empty() || !appended.is_empty() || !edits.iter().all(is_edit);
    let Desired { payload, source, ends, .. } = *desired;
    (!is_known).then(|| Event::EditedByHand { payload, source, edits, ends, by: by.clone() })
}

/// Whether a bot may still delete all messages of a publication.
#[must_use]
pub fn is_deletable(publication: &Publication, now: Timestamp) -> bool {
    deletions(publication, now, false).is_ok()
}

fn deletions(
    publication: &Publication,
    now: Timestamp,
    pruned: bool,
) -> Result<Vec<PartRevision>, Reason> {
    let parts = || publication.parts.iter().enumerate();
    let too_old = parts().filter(|(_, part)| is_too_old(part, now)).count();
    if too_old > 0 {
        return Err(Reason::TooOld { messages: too_old });
    }
    let revisions = parts().filter_map(|(number, part)| deletion(number, part));
    Ok(revisions.map(|revision| PartRevision { pruned, ..revision }).collect())
}

/// Whether an edit or deletion is pending, and no request of it is in flight.
#[must_use]
pub fn is_change_waiting(publication: &Publication) -> bool {
    let changes = || publication.parts.iter().filter_map(|part| part.change.as_ref());
    publication.state == State::Published
        && changes().any(|change| change.kind.is_revision())
        && changes().all(Change::is_pending)
}

/// Withdraws the pending edits and deletions. If an attempt may have changed a message, the message is edited back to its
/// earlier text, which also shows whether it still exists.
#[must_use]
pub fn withdraw_changes(publication: &Publication, by: &Actor) -> Event {
    let parts = publication.parts.iter().enumerate();
    let unclear = |(number, part): (usize, &Part)| {
        // After a replaced change the current text of the message is unknown too.
        let is_unknown = part.shown == PayloadHash::UNKNOWN;
        part.change.as_ref().filter(|change| {
            change.kind.is_revision() && (is_unknown || !change.attempts.is_empty())
        })?;
        let request = restore(part, part.edited.as_ref().unwrap_or(&part.request))?;
        let hash = match part.edited {
            None if is_unknown => part.hash,
            _ => part.shown,
        };
        Some(PartRevision { part: number, kind: ChangeKind::Edit, request, hash, pruned: false })
    };
    // If a part is gone or shows an older text, the next plan edits it or gives the reason.
    let is_deleted = |part: &Part| matches!(part.state, PartState::Deleted { .. });
    let is_edit =
        |part: &Part| part.change.as_ref().is_some_and(|change| change.kind == ChangeKind::Edit);
    let kept = |hash, is_kept| if is_kept { hash } else { PayloadHash::UNKNOWN };
    let is_old = publication.parts.iter().any(is_edit);
    let is_part = publication.parts.iter().any(is_deleted);
    Event::Revise {
        payload: kept(publication.payload, !is_old && !is_part),
        source: kept(publication.source, !is_old),
        revisions: parts.filter_map(unclear).collect(),
        appended: Vec::new(),
        pin: publication.pin.wanted,
        ends: publication.ends.times(),
        by: by.clone(),
    }
}

/// The event that records other times for the end of a published post, and nothing else. A deletion that was ordered at the old
/// `delete_at` is withdrawn unless its request is in flight. The next plan makes the other edits.
pub(super) fn set_ends(publication: &Publication, desired: &Desired, by: &Actor) -> Event {
    let edit = edit(publication, desired, None, Timestamp::MAX, &|_| true);
    let is_all = publication.pin.wanted == desired.pin
        && edit.is_ok_and(|edit| edit.revisions.is_empty() && edit.appended.is_empty());
    let (payload, source) = if is_all {
        (desired.payload, desired.source)
    } else {
        (publication.payload, publication.source)
    };
    let revisions = Vec::new();
    let (appended, pin) = (Vec::new(), publication.pin.wanted);
    Event::Revise { payload, source, revisions, appended, pin, ends: desired.ends, by: by.clone() }
}

/// Whether the message replies to another post than the file asks for. A post that was replied to is in the journal, so if it is
/// not there, it was moved to another name since.
fn replies_elsewhere(part: &Part, wanted: &NewPart, is_recorded: &dyn Fn(&str) -> bool) -> bool {
    let (sent, wanted) = (part.request.reply(), wanted.request.reply());
    let is_moved = match (sent, wanted) {
        (Some(ReplyParameters::Post { post: old }), Some(ReplyParameters::Post { post: new })) => {
            !is_recorded(old) && is_recorded(new)
        }
        _ => false,
    };
    part.shown != PayloadHash::UNKNOWN && sent != wanted && !is_moved
}

/// The edit of one part, if its text has to change.
fn part_edit(number: usize, part: &Part, wanted: &NewPart) -> Result<Option<PartRevision>, Reason> {
    let shown = part.edited.as_ref().unwrap_or(&part.request);
    let is_known = part.shown != PayloadHash::UNKNOWN;
    if is_known && part.request.is_protected() != wanted.request.is_protected() {
        return Err(Reason::NoEdit("`protect`"));
    }
    // No edit changes a poll, so its message shows what was sent.
    if let (Some(sent @ Content::Poll(_)), Some(wanted)) =
        (part.request.content(), wanted.request.content())
    {
        return if sent == wanted { Ok(None) } else { Err(Reason::PollChanged) };
    }
    // An earlier edit may have been made already, or may still arrive.
    let is_changing = part.change.as_ref().is_some_and(|change| !change.attempts.is_empty());
    let is_certain = is_known && !is_changing;
    if is_certain && shown.content() == wanted.request.content() {
        return Ok(None);
    }
    let message_ids = part.state.message_ids();
    let Some(wanted_content) = wanted.request.content() else { return Ok(None) };
    let from = shown.content().filter(|_| is_certain);
    let Some(request) = edit_to(from, wanted_content, message_ids)? else { return Ok(None) };
    let kind = ChangeKind::Edit;
    Ok(Some(PartRevision { part: number, kind, request, hash: wanted.hash, pruned: false }))
}

/// The request that restores what a part's message showed before an edit.
fn restore(part: &Part, shown: &Request) -> Option<Request> {
    edit_to(None, shown.content()?, part.state.message_ids()).ok()?
}

/// The smallest edit that makes the messages of a part show `to`; `None` if there is nothing to edit. `from` is what they show, if
/// that is certain. It is a conflict if no edit can do that: media removed, an album of another number, order or kind, a changed poll.
fn edit_to(
    from: Option<Content<'_>>,
    to: Content<'_>,
    message_ids: &[i64],
) -> Result<Option<Request>, Reason> {
    let Some(&message_id) = message_ids.first() else { return Ok(None) };
    let buttons = |content| Box::new(EditMessageReplyMarkup { content, message_id });
    Ok(Some(match (from, to) {
        (Some(Content::Text(old)), Content::Text(new)) if old.differs_in_buttons(new) => {
            Request::EditMessageReplyMarkup(buttons(ContentWithButtons::Text(new.clone())))
        }
        (Some(Content::Media(old)), Content::Media(new)) if old.differs_in_buttons(new) => {
            Request::EditMessageReplyMarkup(buttons(ContentWithButtons::Media(new.clone())))
        }
        (Some(Content::Rich(old)), Content::Rich(new)) if old.differs_in_buttons(new) => {
            Request::EditMessageReplyMarkup(buttons(ContentWithButtons::Rich(new.clone())))
        }
        (None | Some(Content::Text(_) | Content::Rich(_)), Content::Rich(new)) => {
            Request::EditRichMessage(Box::new(EditRichMessage { content: new.clone(), message_id }))
        }
        (None | Some(Content::Text(_) | Content::Rich(_)), Content::Text(new)) => {
            Request::EditMessageText(EditMessageText { content: new.clone(), message_id })
        }
        (Some(Content::Media(old)), Content::Media(new)) if old.media == new.media => {
            Request::EditMessageCaption(Box::new(EditMessageCaption {
                content: new.clone(),
                message_id,
            }))
        }
        (
            None | Some(Content::Text(_) | Content::Media(_) | Content::Rich(_)),
            Content::Media(new),
        ) => Request::EditMessageMedia(Box::new(EditMessageMedia {
            content: new.clone(),
            message_id,
        })),
        (_, Content::Poll(_)) | (Some(Content::Poll(_)), _) => {
            return Err(Reason::PollChanged);
        }
        (None, Content::Album(new)) => return album(None, new, message_ids),
        (Some(Content::Album(old)), Content::Album(new)) => {
            return album(Some(old), new, message_ids);
        }
        (Some(_), Content::Album(_)) | (Some(Content::Album(_)), _) => {
            return Err(Reason::Uneditable(Uneditable::Album));
        }
        (Some(Content::Media(_)), Content::Rich(_)) => {
            return Err(Reason::Uneditable(Uneditable::MediaToRich));
        }
        (Some(Content::Media(_)), Content::Text(_)) => {
            return Err(Reason::Uneditable(Uneditable::MediaRemoved));
        }
    }))
}

fn album(
    old: Option<&AlbumContent>,
    new: &AlbumContent,
    message_ids: &[i64],
) -> Result<Option<Request>, Reason> {
    let edit = album_edit(old, new, message_ids).map_err(Reason::Uneditable)?;
    let is_needed = !edit.edits.is_empty();
    Ok(is_needed.then(|| Request::EditMediaGroup(Box::new(edit))))
}

fn deletion(number: usize, part: &Part) -> Option<PartRevision> {
    let request = Request::deletion_of(part.state.message_ids())?;
    let hash = request_hash(&request);
    Some(PartRevision { part: number, kind: ChangeKind::Delete, request, hash, pruned: false })
}

fn is_too_old(part: &Part, now: Timestamp) -> bool {
    match part.state {
        PartState::Sent { at, .. } => {
            Duration::try_from(now.duration_since(at)).is_ok_and(|age| age >= limits::DELETE_WINDOW)
        }
        _ => false,
    }
}

/// How many parts of a publication were not deleted or skipped.
pub(super) fn present_parts(publication: &Publication) -> usize {
    let is_gone =
        |part: &&Part| matches!(part.state, PartState::Deleted { .. } | PartState::Skipped { .. });
    publication.parts.iter().filter(|part| !is_gone(part)).count()
}

/// Whether any part of a publication is, or may be, in the channel.
#[must_use]
pub fn may_be_in_channel(publication: &Publication) -> bool {
    publication.state == State::Published
        || publication.parts.iter().any(|part| part.state.is_posted() || part.may_be_in_channel())
}

//! Applies orders inside one transaction: the rules in `outbox` decide, and this module writes the rows. It does not commit.

mod hooks;
mod rename;
mod stops;

use jiff::Timestamp;

use super::facts::{Pause, PlannedTime, PublicationContext, StopReasons};
use super::transaction::Transaction;
use super::{Command, LogEntry, LogEvent, StoreError};
use crate::ids::Destination;
use crate::outbox::{
    self, Acceptance, Actor, AttemptId, Channel, Claim, Context, EndKind, EndState, Event,
    EventKind, HoldReason, NewPublication, Notice, Policy, ProcessState, Publication,
    PublicationId, Refusal, State, StepRefusal, Transition, Write,
};

/// The context of the orders, apart from the rows.
pub(super) struct ApplyContext<'m> {
    pub(super) now: Timestamp,
    pub(super) jitter: u32,
    pub(super) policy: &'m Policy,
    /// Without `stopped`, which is read from the rows.
    pub(super) process: &'m ProcessState,
}

/// The transitions of the orders. They take effect only with the commit.
pub(super) type Applied = Vec<Option<Transition>>;

/// Applies orders in sequence, and returns the transition of each.
pub(super) async fn apply(
    rows: &mut Transaction<'_>,
    orders: &[Command],
    context: &ApplyContext<'_>,
) -> Result<Applied, StoreError> {
    let mut made = Vec::with_capacity(orders.len());
    let mut ticked = None;
    for (number, order) in orders.iter().enumerate() {
        let result = match (order, orders.get(number + 1)) {
            (Command::Event(id, event @ Event::Tick), Some(Command::Claim { publication, .. }))
                if id == publication =>
            {
                tick(rows, *id, event, context, &mut ticked).await.map(Some)
            }
            _ => apply_one(rows, order, context, ticked.take()).await,
        };
        made.push(result.map_err(|error| match error {
            StoreError::Refused { refused, .. } => StoreError::Refused { order: number, refused },
            other => other,
        })?);
    }
    Ok(made)
}

/// Applies a tick to a publication that the next order claims. The tick is written together with the claim, as one log entry.
async fn tick(
    rows: &mut Transaction<'_>,
    id: PublicationId,
    event: &Event,
    context: &ApplyContext<'_>,
    ticked: &mut Option<PublicationContext>,
) -> Result<Transition, StoreError> {
    let mut known = rows.publication_context(id).await?.ok_or(StoreError::Missing(id))?;
    let transition = step(&known, event, context)?;
    if *transition.writes() == [Write::UpdatePublication] {
        known.publication = transition.next().clone();
        *ticked = Some(known);
    } else {
        write_event(rows, &transition, &known, event, context).await?;
    }
    Ok(transition)
}

/// `ticked` is the publication if the previous order was a tick that is not written yet.
async fn apply_one(
    rows: &mut Transaction<'_>,
    order: &Command,
    context: &ApplyContext<'_>,
    ticked: Option<PublicationContext>,
) -> Result<Option<Transition>, StoreError> {
    match order {
        Command::Accept(acceptance) => accept(rows, acceptance, context).await.map(Some),
        Command::AcceptHeld(acceptance, held) => {
            let accepted = accept(rows, acceptance, context).await?;
            let event = Event::Hold { held: held.clone(), by: acceptance.by.clone() };
            apply_event(rows, accepted.next().id, &event, context).await.map(Some)
        }
        Command::Adopt(adoption) => {
            let new = assign_id_and_revision(rows, &adoption.acceptance, context).await?;
            let (ids, sent_at) = (&adoption.message_ids, adoption.sent_at);
            let transition = outbox::adopt(new, ids, sent_at, context.now)?;
            let by = &adoption.acceptance.by;
            write_transition(rows, &transition, None, LogEvent::Adopted, by, context).await?;
            Ok(Some(transition))
        }
        // Attempt ids are assigned only here.
        Command::Event(id, Event::Claim(Claim { part, request_hash, filled, telegram_at, .. }))
        | Command::Claim { publication: id, part, request_hash, filled, telegram_at } => {
            let known = match ticked {
                Some(known) => known,
                None => rows.publication_context(*id).await?.ok_or(StoreError::Missing(*id))?,
            };
            let event = Event::Claim(Claim {
                part: *part,
                attempt: AttemptId(known.next_attempt),
                request_hash: *request_hash,
                filled: filled.clone(),
                telegram_at: *telegram_at,
            });
            let transition = step(&known, &event, context)?;
            write_event(rows, &transition, &known, &event, context).await?;
            Ok(Some(transition))
        }
        Command::Event(id, event) => apply_event(rows, *id, event, context).await.map(Some),
        Command::Move { from, to, channel, by } => {
            rename::rename(rows, from, to, *channel, by, context).await?;
            let was = format!("was `{from}`");
            let moved = log_entry(context, by, *channel, LogEvent::Moved, was);
            rows.insert_log_entry(&LogEntry { post: Some(to.clone()), ..moved }).await?;
            Ok(None)
        }
        Command::Pause { .. }
        | Command::Resume { .. }
        | Command::BotAccepted
        | Command::JournalOutdated { .. }
        | Command::Restored { .. } => {
            stops::apply(rows, order, context).await?;
            Ok(None)
        }
        Command::FreeSlot { channel, at, of } => {
            let taken_by = rows.due_at(*channel, *at, *of).await?;
            taken_by.map_or(Ok(None), |by| Err(StepRefusal::SlotTaken { by }.into()))
        }
        Command::ChannelPost { chat, message_id } => {
            rows.insert_channel_post(*chat, *message_id).await?;
            raise_last_known(rows, *chat, *message_id).await?;
            Ok(None)
        }
        Command::AutomaticForward(forward) => {
            rows.insert_automatic_forward(forward).await?;
            raise_last_known(rows, forward.discussion, forward.forward_id).await?;
            Ok(None)
        }
        Command::Bind { .. }
        | Command::RaiseLastKnownMessage { .. }
        | Command::Marked { .. }
        | Command::FileIds { .. }
        | Command::Discussion { .. }
        | Command::Name { .. }
        | Command::RememberPerson(_)
        | Command::Hook { .. }
        | Command::Remind { .. }
        | Command::SetDigest(_)
        | Command::StopDigest { .. }
        | Command::NoticeDelivered { .. } => {
            record_fact(rows, order, context).await?;
            Ok(None)
        }
    }
}

/// Applies orders that record a fact and change no publication.
async fn record_fact(
    rows: &mut Transaction<'_>,
    order: &Command,
    context: &ApplyContext<'_>,
) -> Result<(), StoreError> {
    match order {
        Command::Bind { to, by } => {
            rows.set_binding(to).await?;
            // Another server need not know them.
            rows.forget_file_ids().await?;
            rows.insert_log_entry(&log_entry(context, by, None, LogEvent::Bound, to.to_string()))
                .await
        }
        Command::RaiseLastKnownMessage { chat, message_id } => {
            raise_last_known(rows, *chat, *message_id).await
        }
        Command::Marked { chat } => rows.set_marked(*chat).await,
        Command::FileIds { bot, changes: news } => {
            rows.update_file_ids(*bot, news, context.now).await
        }
        Command::Discussion { chat, discussion } => {
            rows.set_discussion(*chat, *discussion).await?;
            let (by, group) = (Actor::System, discussion.to_string());
            let place = Some(Destination::of_chat(*chat));
            rows.insert_log_entry(&log_entry(context, &by, place, LogEvent::DiscussionFound, group))
                .await
        }
        Command::Name { chat, username } => rows.set_username(*chat, username).await,
        Command::RememberPerson(person) => rows.save_person(person).await,
        Command::NoticeDelivered { notice } => rows.mark_notice_delivered(*notice).await,
        Command::Hook { hook, event } => hooks::apply(rows, *hook, event, context).await,
        Command::Remind { publication } => remind(rows, *publication, context).await,
        Command::SetDigest(digest) => rows.set_digest(digest).await,
        Command::StopDigest { person } => rows.stop_digest(*person).await,
        _ => Ok(()),
    }
}

/// Accepts a new publication, and notifies the operators if it needs approval.
async fn accept(
    rows: &mut Transaction<'_>,
    acceptance: &Acceptance,
    context: &ApplyContext<'_>,
) -> Result<Transition, StoreError> {
    let new = assign_id_and_revision(rows, acceptance, context).await?;
    let transition = outbox::enqueue(new)?;
    write_transition(rows, &transition, None, LogEvent::Accepted, &acceptance.by, context).await?;
    let next = transition.next();
    if next.asks_for_approval_at_once(context.now, context.policy.approvals) {
        let notice = Notice::Held { held: HoldReason::Approvals };
        notify(rows, next, &notice, context).await?;
    }
    Ok(transition)
}

/// Records a notice. A request for approval shortly before the time is its own reminder.
async fn notify(
    rows: &mut Transaction<'_>,
    next: &Publication,
    notice: &Notice,
    context: &ApplyContext<'_>,
) -> Result<(), StoreError> {
    let asks = *notice == (Notice::Held { held: HoldReason::Approvals });
    if asks && next.needs_reminder(context.now, context.policy.approvals) {
        rows.reminded(next.id, next.due_at).await?;
    }
    rows.insert_notice(context.now, next.id, notice).await
}

/// Reminds operators of missing approvals, if they are still missing.
async fn remind(
    rows: &mut Transaction<'_>,
    id: PublicationId,
    context: &ApplyContext<'_>,
) -> Result<(), StoreError> {
    let known = rows.publication(id).await?.ok_or(StoreError::Missing(id))?;
    if !known.needs_reminder(context.now, context.policy.approvals) {
        return Ok(());
    }
    rows.reminded(id, known.due_at).await?;
    rows.insert_notice(context.now, id, &Notice::ApprovalDue { due_at: known.due_at }).await
}

/// Applies an event to a publication.
async fn apply_event(
    rows: &mut Transaction<'_>,
    id: PublicationId,
    event: &Event,
    context: &ApplyContext<'_>,
) -> Result<Transition, StoreError> {
    let known = rows.publication_context(id).await?.ok_or(StoreError::Missing(id))?;
    let transition = step(&known, event, context)?;
    write_event(rows, &transition, &known, event, context).await?;
    Ok(transition)
}

/// The transition of an event.
fn step(
    known: &PublicationContext,
    event: &Event,
    context: &ApplyContext<'_>,
) -> Result<Transition, StoreError> {
    let process = ProcessState {
        stopped: known.stops.first().map(|stopped| stopped.to_string()),
        ..context.process.clone()
    };
    let context = Context {
        now: context.now,
        jitter: context.jitter,
        process: &process,
        channel: &known.channel,
        policy: context.policy,
    };
    Ok(outbox::step(&known.publication, &context, event)?)
}

async fn write_event(
    rows: &mut Transaction<'_>,
    transition: &Transition,
    known: &PublicationContext,
    event: &Event,
    context: &ApplyContext<'_>,
) -> Result<(), StoreError> {
    let kind = LogEvent::Publication(event.kind());
    write_transition(rows, transition, Some(known), kind, event.actor(), context).await
}

/// Assigns the id and the revision, and supersedes the publication that this one replaces.
async fn assign_id_and_revision(
    rows: &mut Transaction<'_>,
    acceptance: &Acceptance,
    context: &ApplyContext<'_>,
) -> Result<NewPublication, StoreError> {
    let Destination { chat, topic } = acceptance.destination;
    let known = rows.revisions(&acceptance.post, chat).await?;
    let id = rows.next_id().await?;
    let counts = known
        .iter()
        .filter(|known| known.topic == topic && known.blocks(acceptance))
        .filter(|known| !known.is_superseded && Some(known.id) != acceptance.supersedes);
    let newest = counts.clone().map(|known| known.id).next();
    let many = u32::try_from(counts.count()).unwrap_or(u32::MAX);
    let mut together = acceptance.together;
    let mut requester = None;
    if let Some(replaced) = acceptance.supersedes {
        let by = acceptance.by.clone();
        let old = rows.publication(replaced).await?.ok_or(StoreError::Missing(replaced))?;
        together.begun |= old.together.begun;
        requester = old.approvals.requester.filter(|_| !by.is_person());
        if old.destination() != acceptance.destination {
            return Err(StepRefusal::OtherChannel { chat: old.chat }.into());
        }
        // A sent publication is edited, never replaced.
        let posted = |part: &outbox::Part| part.state.is_posted() || part.may_be_in_channel();
        if let Some(part) = old.parts.iter().position(posted) {
            return Err(StepRefusal::Posted { part }.into());
        }
        let _written =
            apply_event(rows, replaced, &Event::Supersede { by, successor: id }, context).await?;
    }
    Ok(NewPublication {
        id,
        revision: known.iter().map(|known| known.number).max().unwrap_or(0).saturating_add(1),
        key_taken_by: newest.filter(|_| many > acceptance.after),
        approvals: context.policy.approvals,
        requester,
        wanted: Acceptance { together, ..acceptance.clone() },
    })
}

/// Writes the rows of a transition and a log entry. `known` is the publication before it, if there was one.
async fn write_transition(
    rows: &mut Transaction<'_>,
    transition: &Transition,
    known: Option<&PublicationContext>,
    event: LogEvent,
    by: &Actor,
    context: &ApplyContext<'_>,
) -> Result<(), StoreError> {
    let next = transition.next();
    for write in transition.writes() {
        match write {
            Write::InsertPublication => rows.insert_publication(next).await?,
            Write::UpdatePublication => {
                let written = known.map_or(0, |known| known.written);
                rows.update_publication(next, written).await?;
            }
            Write::InsertPart(number) | Write::UpdatePart(number) => {
                let Some(part) = next.parts.get(*number) else { continue };
                match write {
                    Write::InsertPart(_) => rows.insert_part(next.id, *number, part).await?,
                    _ => rows.update_part(next.id, *number, part).await?,
                }
                for id in part.state.message_ids() {
                    rows.insert_message(next, *number, *id).await?;
                }
            }
            Write::InsertAttempt(attempt) => rows.insert_attempt(attempt).await?,
            Write::InsertFinding(finding) => rows.insert_finding(finding).await?,
            Write::RaiseLastKnownMessage(id) => raise_last_known(rows, next.chat, *id).await?,
            Write::ForgetMessages(ids) => forget_messages(rows, next.chat, ids).await?,
            Write::SetFloodWait(until) => {
                let known = rows.channel(next.chat).await?;
                let until = known.flood_wait_until.max(Some(*until));
                rows.set_channel(&Channel { flood_wait_until: until, ..known }).await?;
            }
            Write::PauseChannel { why, refusal } => {
                let known = rows.pause_of(next.destination()).await?;
                // A channel that a person paused stays paused when the bot's rights are restored.
                let is_refused = known.is_refused || known.why.is_none();
                let (why, refusal) = (Some(why.clone()), Some(*refusal));
                let pause = Pause { why, is_refused, refusal };
                rows.set_pause(next.destination(), &pause).await?;
                if let Some(Refusal::Upgraded { to }) = refusal {
                    rows.set_upgraded(next.chat, to).await?;
                }
            }
            Write::StopBot(why) => {
                let known = rows.stops().await?;
                rows.set_stops(&StopReasons { refused: Some(why.clone()), ..known }).await?;
            }
            Write::Notify(notice) => notify(rows, next, notice, context).await?,
        }
    }
    hooks::order(rows, next, known.map(|known| &known.publication.state), &event, context).await?;
    let is_answer = event == LogEvent::Publication(EventKind::Answered);
    let closed = next.parts.iter().filter_map(|part| part.closed_poll.as_ref());
    let closed = closed.rev().find(|closed| closed.at == context.now && is_answer);
    let state = next.state.shown();
    let detail = closed.map_or_else(|| state.to_owned(), |closed| format!("{state}; {closed}"));
    let detail = detail + &planned(next, known, &event, context.now);
    let detail = end(next, known, &event).unwrap_or(detail);
    let entry = LogEntry {
        post: Some(next.post.clone()),
        publication: Some(next.id),
        ..log_entry(context, by, Some(next.destination()), event, detail)
    };
    rows.insert_log_entry(&entry).await
}

/// What became of an end whose time has come, and that time.
fn end(next: &Publication, known: Option<&PublicationContext>, event: &LogEvent) -> Option<String> {
    let before = &known.filter(|_| *event == LogEvent::Publication(EventKind::End))?.publication;
    [EndKind::Delete, EndKind::Unpin].into_iter().find_map(|kind| {
        let now = next.ends.of(kind).filter(|now| Some(*now) != before.ends.of(kind))?;
        let what = match kind {
            EndKind::Delete => "deletion",
            EndKind::Unpin => "unpinning",
        };
        let became = match now.state {
            EndState::Missed => "missed",
            EndState::Skipped => "missed and skipped",
            EndState::Waiting | EndState::Ordered => "ordered",
        };
        Some(format!("{what} {became}{}", PlannedTime { from: None, to: now.at }))
    })
}

/// The planned time that an order sets, for the detail of its log entry.
fn planned(
    next: &Publication,
    known: Option<&PublicationContext>,
    event: &LogEvent,
    now: Timestamp,
) -> String {
    let from = known.map(|known| known.publication.due_at);
    let sets = match event {
        LogEvent::Accepted => next.state == State::Scheduled && next.due_at > now,
        LogEvent::Publication(EventKind::Reschedule) => from != Some(next.due_at),
        _ => false,
    };
    let planned = PlannedTime { from, to: next.due_at };
    if sets { planned.to_string() } else { String::new() }
}

/// Raises a channel's last known message id.
async fn raise_last_known(
    rows: &mut Transaction<'_>,
    chat: i64,
    message_id: i64,
) -> Result<(), StoreError> {
    let known = rows.channel(chat).await?;
    if known.last_known_message_id < Some(message_id) {
        rows.set_channel(&Channel { last_known_message_id: Some(message_id), ..known }).await?;
    }
    Ok(())
}

/// Lowers a channel's last known message id if it is one of these, which no part has any more.
async fn forget_messages(
    rows: &mut Transaction<'_>,
    chat: i64,
    ids: &[i64],
) -> Result<(), StoreError> {
    let known = rows.channel(chat).await?;
    if known.last_known_message_id.is_some_and(|last_known| ids.contains(&last_known)) {
        let last_known_message_id = rows.highest_known_message(chat).await?;
        rows.set_channel(&Channel { last_known_message_id, ..known }).await?;
    }
    Ok(())
}

fn log_entry(
    context: &ApplyContext<'_>,
    by: &Actor,
    place: Option<Destination>,
    event: LogEvent,
    detail: String,
) -> LogEntry {
    LogEntry {
        at: context.now,
        by: by.clone(),
        post: None,
        publication: None,
        place,
        event,
        detail,
    }
}

//! Applies orders inside one transaction: what becomes of a publication is decided by the rules, and every row that they
//! name is written. It commits nothing.

mod rename;
mod stops;

use jiff::Timestamp;

use super::facts::{KnownChannel, StopReasons};
use super::transaction::Transaction;
use super::{Command, LogEntry, StoreError};
use crate::outbox::{
    self, Acceptance, Actor, AttemptId, Channel, Claim, Context, Event, HoldReason, NewPublication,
    Notice, Policy, ProcessState, PublicationId, StepRefusal, Transition, Write,
};

/// What is known at the moment of the orders, apart from what the rows say.
pub(super) struct Moment<'m> {
    pub(super) now: Timestamp,
    pub(super) jitter: u32,
    pub(super) policy: &'m Policy,
    /// Without the reason why nothing goes out, which stands in the rows.
    pub(super) process: &'m ProcessState,
}

/// What orders have made; it may be used when it is committed.
pub(super) type Made = Vec<Option<Transition>>;

/// Applies orders, in their order, and says which transitions they made.
pub(super) async fn apply(
    rows: &mut Transaction<'_>,
    orders: &[Command],
    moment: &Moment<'_>,
) -> Result<Made, StoreError> {
    let mut made = Vec::with_capacity(orders.len());
    let mut ticked = None;
    for (number, order) in orders.iter().enumerate() {
        let one = match (order, orders.get(number + 1)) {
            (Command::Event(id, event @ Event::Tick), Some(Command::Claim { publication, .. }))
                if id == publication =>
            {
                tick(rows, *id, event, moment, &mut ticked).await.map(Some)
            }
            _ => apply_one(rows, order, moment, ticked.take()).await,
        };
        made.push(one.map_err(|fault| match fault {
            StoreError::Refused { refused, .. } => StoreError::Refused { order: number, refused },
            other => other,
        })?);
    }
    Ok(made)
}

/// The time of a publication that is claimed next has come. That is written together with the claim, as one entry of the log.
async fn tick(
    rows: &mut Transaction<'_>,
    id: PublicationId,
    event: &Event,
    moment: &Moment<'_>,
    ticked: &mut Option<KnownChannel>,
) -> Result<Transition, StoreError> {
    let mut known = rows.known(id).await?.ok_or(StoreError::Missing(id))?;
    let transition = step(&known, event, moment)?;
    if *transition.writes() == [Write::UpdatePublication] {
        known.publication = transition.next().clone();
        *ticked = Some(known);
    } else {
        write_event(rows, &transition, known.written, event, moment).await?;
    }
    Ok(transition)
}

/// `ticked` is the publication, where a tick before this order has changed it and is not written yet.
async fn apply_one(
    rows: &mut Transaction<'_>,
    order: &Command,
    moment: &Moment<'_>,
    ticked: Option<KnownChannel>,
) -> Result<Option<Transition>, StoreError> {
    match order {
        Command::Accept(acceptance) => accept(rows, acceptance, moment).await.map(Some),
        Command::AcceptHeld(acceptance, held) => {
            let accepted = accept(rows, acceptance, moment).await?;
            let event = Event::Hold { held: held.clone(), by: acceptance.by.clone() };
            happen(rows, accepted.next().id, &event, moment).await.map(Some)
        }
        Command::Adopt(adoption) => {
            let new = number(rows, &adoption.acceptance, moment).await?;
            let transition = outbox::adopt(new, &adoption.message_ids, moment.now)?;
            let by = &adoption.acceptance.by;
            write(rows, &transition, None, "adopted", by, moment).await?;
            Ok(Some(transition))
        }
        // The number of an attempt is given here and nowhere else.
        Command::Event(id, Event::Claim(Claim { part, request_hash, filled, telegram_at, .. }))
        | Command::Claim { publication: id, part, request_hash, filled, telegram_at } => {
            let known = match ticked {
                Some(known) => known,
                None => rows.known(*id).await?.ok_or(StoreError::Missing(*id))?,
            };
            let event = Event::Claim(Claim {
                part: *part,
                attempt: AttemptId(known.next_attempt),
                request_hash: *request_hash,
                filled: filled.clone(),
                telegram_at: *telegram_at,
            });
            let transition = step(&known, &event, moment)?;
            write_event(rows, &transition, known.written, &event, moment).await?;
            Ok(Some(transition))
        }
        Command::Event(id, event) => happen(rows, *id, event, moment).await.map(Some),
        Command::Move { from, to, chat, by } => {
            rename::rename(rows, from, to, *chat, by, moment).await?;
            let detail = format!("was `{from}`");
            let post = Some(to.clone());
            rows.entry(&LogEntry { post, ..plain(moment, by, *chat, "moved", detail) }).await?;
            Ok(None)
        }
        Command::Pause { .. }
        | Command::Resume { .. }
        | Command::Recognised
        | Command::Behind { .. }
        | Command::Restored { .. } => {
            stops::apply(rows, order, moment).await?;
            Ok(None)
        }
        Command::FreeSlot { chat, at, of } => match rows.due(*chat, *at, *of).await? {
            Some(by) => Err(StepRefusal::SlotTaken { by }.into()),
            None => Ok(None),
        },
        Command::ChannelPost { chat, message_id } => {
            rows.channel_post(*chat, *message_id).await?;
            raise(rows, *chat, *message_id).await?;
            Ok(None)
        }
        Command::RaiseLastKnownMessage { chat, message_id } => {
            raise(rows, *chat, *message_id).await?;
            Ok(None)
        }
        Command::Bind { .. }
        | Command::Marked { .. }
        | Command::Name { .. }
        | Command::Met(_)
        | Command::Told { .. } => {
            remember(rows, order, moment).await?;
            Ok(None)
        }
    }
}

/// Orders that only note a fact beside the publications.
async fn remember(
    rows: &mut Transaction<'_>,
    order: &Command,
    moment: &Moment<'_>,
) -> Result<(), StoreError> {
    match order {
        Command::Bind { to, by } => {
            rows.set_binding(to).await?;
            rows.entry(&plain(moment, by, None, "bound", to.to_string())).await
        }
        Command::Marked { chat } => rows.set_marked(*chat).await,
        Command::Name { chat, username } => rows.set_username(*chat, username).await,
        Command::Met(person) => rows.person(person).await,
        Command::Told { notice } => rows.notice_told(*notice).await,
        _ => Ok(()),
    }
}

/// A new publication, and what the operators hear of it at once.
async fn accept(
    rows: &mut Transaction<'_>,
    acceptance: &Acceptance,
    moment: &Moment<'_>,
) -> Result<Transition, StoreError> {
    let new = number(rows, acceptance, moment).await?;
    let transition = outbox::enqueue(new)?;
    write(rows, &transition, None, "accepted", &acceptance.by, moment).await?;
    let next = transition.next();
    if next.asks_for_approval_at_once(moment.now, moment.policy.approvals) {
        let notice = Notice::Held { held: HoldReason::Approvals };
        rows.notice(moment.now, next.id, &notice).await?;
    }
    Ok(transition)
}

/// Lets an event happen to a publication.
async fn happen(
    rows: &mut Transaction<'_>,
    id: PublicationId,
    event: &Event,
    moment: &Moment<'_>,
) -> Result<Transition, StoreError> {
    let known = rows.known(id).await?.ok_or(StoreError::Missing(id))?;
    let transition = step(&known, event, moment)?;
    write_event(rows, &transition, known.written, event, moment).await?;
    Ok(transition)
}

/// What an event does to a publication.
fn step(
    known: &KnownChannel,
    event: &Event,
    moment: &Moment<'_>,
) -> Result<Transition, StoreError> {
    let process = ProcessState {
        stopped: known.stops.first().map(|stopped| stopped.to_string()),
        ..moment.process.clone()
    };
    let context = Context {
        now: moment.now,
        jitter: moment.jitter,
        process: &process,
        channel: &known.channel,
        policy: moment.policy,
    };
    Ok(outbox::step(&known.publication, &context, event)?)
}

async fn write_event(
    rows: &mut Transaction<'_>,
    transition: &Transition,
    written: i64,
    event: &Event,
    moment: &Moment<'_>,
) -> Result<(), StoreError> {
    write(rows, transition, Some(written), event.name(), event.actor(), moment).await
}

/// Gives a publication its number and its revision, and lets it take another's place.
async fn number(
    rows: &mut Transaction<'_>,
    acceptance: &Acceptance,
    moment: &Moment<'_>,
) -> Result<NewPublication, StoreError> {
    let known = rows.revisions(&acceptance.post, acceptance.chat).await?;
    let id = rows.next().await?;
    let counts = known
        .iter()
        .filter(|known| !known.is_superseded && Some(known.id) != acceptance.supersedes);
    let newest = counts.clone().map(|known| known.id).next();
    let many = u32::try_from(counts.count()).unwrap_or(u32::MAX);
    let mut together = acceptance.together;
    let mut asker = None;
    if let Some(replaced) = acceptance.supersedes {
        let by = acceptance.by.clone();
        let old = rows.publication(replaced).await?.ok_or(StoreError::Missing(replaced))?;
        together.begun |= old.together.begun;
        asker = old.approvals.asker.filter(|_| !by.is_person());
        if old.chat != acceptance.chat {
            return Err(StepRefusal::OtherChannel { chat: old.chat }.into());
        }
        // What was sent is edited; nothing takes its place.
        let posted = |part: &outbox::Part| part.state.is_posted() || part.may_be_in_channel();
        if let Some(part) = old.parts.iter().position(posted) {
            return Err(StepRefusal::Posted { part }.into());
        }
        let _written =
            happen(rows, replaced, &Event::Supersede { by, successor: id }, moment).await?;
    }
    Ok(NewPublication {
        id,
        revision: known.iter().map(|known| known.number).max().unwrap_or(0).saturating_add(1),
        key_taken_by: newest.filter(|_| many > acceptance.after),
        approvals: moment.policy.approvals,
        asker,
        wanted: Acceptance { together, ..acceptance.clone() },
    })
}

/// Writes every row of a transition, and a line of the log. `written` is the version that the publication's row has, where it
/// has one.
async fn write(
    rows: &mut Transaction<'_>,
    transition: &Transition,
    written: Option<i64>,
    event: &str,
    by: &Actor,
    moment: &Moment<'_>,
) -> Result<(), StoreError> {
    let next = transition.next();
    for write in transition.writes() {
        match write {
            Write::InsertPublication => rows.insert(next).await?,
            Write::UpdatePublication => {
                rows.update(next, written.unwrap_or_default()).await?;
            }
            Write::InsertPart(number) | Write::UpdatePart(number) => {
                let Some(part) = next.parts.get(*number) else { continue };
                match write {
                    Write::InsertPart(_) => rows.insert_part(next.id, *number, part).await?,
                    _ => rows.update_part(next.id, *number, part).await?,
                }
                for id in part.state.message_ids() {
                    rows.message(next, *number, *id).await?;
                }
            }
            Write::InsertAttempt(attempt) => rows.attempt(attempt).await?,
            Write::InsertFinding(finding) => rows.finding(finding).await?,
            Write::RaiseLastKnownMessage(id) => raise(rows, next.chat, *id).await?,
            Write::FreezeChannel(until) => {
                let known = rows.channel(next.chat).await?;
                let until = known.freeze_until.max(Some(*until));
                rows.set_channel(&Channel { freeze_until: until, ..known }).await?;
            }
            Write::PauseChannel(why) => {
                let known = rows.channel(next.chat).await?;
                // What a person has paused stays paused when the bot gets its rights back.
                let refused = known.refused || known.paused.is_none();
                let paused = Some(why.clone());
                rows.set_channel(&Channel { paused, refused, ..known }).await?;
            }
            Write::StopBot(why) => {
                let known = rows.stops().await?;
                rows.set_stops(&StopReasons { refused: Some(why.clone()), ..known }).await?;
            }
            Write::Notify(notice) => rows.notice(moment.now, next.id, notice).await?,
        }
    }
    let entry = LogEntry {
        post: Some(next.post.clone()),
        publication: Some(next.id),
        ..plain(moment, by, Some(next.chat), event, next.state.shown().to_owned())
    };
    rows.entry(&entry).await
}

/// A message id was seen in a channel.
async fn raise(rows: &mut Transaction<'_>, chat: i64, message_id: i64) -> Result<(), StoreError> {
    let known = rows.channel(chat).await?;
    if known.last_known_message_id < Some(message_id) {
        rows.set_channel(&Channel { last_known_message_id: Some(message_id), ..known }).await?;
    }
    Ok(())
}

fn plain(
    moment: &Moment<'_>,
    by: &Actor,
    chat: Option<i64>,
    event: &str,
    detail: String,
) -> LogEntry {
    let (event, by) = (event.to_owned(), by.clone());
    LogEntry { at: moment.now, by, post: None, publication: None, chat, event, detail }
}

//! Carries out orders inside one transaction: what becomes of a publication is decided by the rules, and every row that they
//! name is written. It commits nothing.

mod rename;
mod stops;

use jiff::Timestamp;

use super::rows::{Known, Rows, Stops};
use super::{Entry, Order, StoreFault};
use crate::outbox::{
    self, Acceptance, Actor, AttemptId, Channel, Context, Event, Held, Instance, NewPublication,
    Notice, Policy, PublicationId, Refused, Transition, Write,
};

/// What is known at the moment of the orders, apart from what the rows say.
pub(super) struct Moment<'m> {
    pub(super) now: Timestamp,
    pub(super) jitter: u32,
    pub(super) policy: &'m Policy,
    /// Without the reason why nothing goes out, which stands in the rows.
    pub(super) instance: &'m Instance,
}

/// Carries out orders, in their order, and says which transitions they made.
pub(super) async fn carry_out<R: Rows>(
    rows: &mut R,
    orders: &[Order],
    moment: &Moment<'_>,
) -> Result<Vec<Option<Transition>>, StoreFault> {
    let mut made = Vec::with_capacity(orders.len());
    let mut known = None;
    for (number, order) in orders.iter().enumerate() {
        let of_order = |fault| match fault {
            StoreFault::Refused { refused, .. } => StoreFault::Refused { order: number, refused },
            other => other,
        };
        let one = match orders.get(number + 1) {
            Some(next) if is_prelude(order, next) => prelude(rows, order, moment, &mut known).await,
            _ => carry_one(rows, order, moment, &mut known).await,
        };
        made.push(one.map_err(of_order)?);
        rows.flush().await.map_err(of_order)?;
    }
    Ok(made)
}

/// Whether an order only makes ready what the next one is about: what it leaves is written with the next, or not at all.
fn is_prelude(order: &Order, next: &Order) -> bool {
    match (order, next) {
        (Order::Event(id, Event::Tick), Order::Claim { publication, .. }) => id == publication,
        _ => false,
    }
}

/// Lets it happen, and leaves what it changes to whoever writes next.
async fn prelude<R: Rows>(
    rows: &mut R,
    order: &Order,
    moment: &Moment<'_>,
    known: &mut Option<Known>,
) -> Result<Option<Transition>, StoreFault> {
    let Order::Event(id, event) = order else { return Ok(None) };
    let transition = step(rows, *id, event, moment, known).await?;
    if *transition.writes() != [Write::UpdatePublication] {
        write(rows, &transition, event, moment, known).await?;
    }
    Ok(Some(transition))
}

async fn carry_one<R: Rows>(
    rows: &mut R,
    order: &Order,
    moment: &Moment<'_>,
    known: &mut Option<Known>,
) -> Result<Option<Transition>, StoreFault> {
    if !matches!(order, Order::Event(..) | Order::Claim { .. }) {
        *known = None;
    }
    match order {
        Order::Accept(acceptance) => accept(rows, acceptance, moment).await.map(Some),
        Order::AcceptHeld(acceptance, held) => {
            let accepted = accept(rows, acceptance, moment).await?;
            let event = Event::Hold { held: held.clone(), by: acceptance.by.clone() };
            happen(rows, accepted.next().id, &event, moment, &mut None).await.map(Some)
        }
        Order::Adopt(adoption) => {
            let new = number(rows, &adoption.acceptance, moment).await?;
            let transition = outbox::adopt(new, &adoption.message_ids, moment.now)?;
            let by = &adoption.acceptance.by;
            write_rows(rows, &transition, None, ("adopted", by), moment, None).await?;
            Ok(Some(transition))
        }
        // The number of an attempt is given here and nowhere else.
        Order::Event(id, Event::Claim { part, request_hash, filled, telegram_at, .. })
        | Order::Claim { publication: id, part, request_hash, filled, telegram_at } => {
            let next = now(rows, *id, known).await?.next_attempt;
            let event = Event::Claim {
                part: *part,
                attempt: AttemptId(next),
                request_hash: *request_hash,
                filled: filled.clone(),
                telegram_at: *telegram_at,
            };
            happen(rows, *id, &event, moment, known).await.map(Some)
        }
        Order::Event(id, event) => happen(rows, *id, event, moment, known).await.map(Some),
        Order::Move { from, to, chat, by } => {
            rename::rename(rows, (from, to), *chat, by, moment).await?;
            let detail = format!("was `{from}`");
            let post = Some(to.clone());
            rows.entry(&Entry { post, ..plain(moment, by, *chat, "moved", detail) }).await?;
            Ok(None)
        }
        Order::Pause { .. }
        | Order::Resume { .. }
        | Order::Recognised
        | Order::Behind { .. }
        | Order::Restored { .. } => {
            stops::carry_out(rows, order, moment).await?;
            Ok(None)
        }
        Order::FreeSlot { chat, at, of } => match rows.due(*chat, *at, *of).await? {
            Some(by) => Err(Refused::SlotTaken { by }.into()),
            None => Ok(None),
        },
        Order::ChannelPost { chat, message_id } => {
            rows.channel_post(*chat, *message_id).await?;
            raise(rows, *chat, *message_id).await
        }
        Order::RaiseFloor { chat, message_id } => raise(rows, *chat, *message_id).await,
        Order::Bind { to, by } => {
            rows.set_binding(to).await?;
            rows.entry(&plain(moment, by, None, "bound", to.to_string())).await?;
            Ok(None)
        }
        Order::Marked { chat } => {
            rows.set_marked(*chat).await?;
            Ok(None)
        }
        Order::Name { chat, username } => {
            rows.set_username(*chat, username).await?;
            Ok(None)
        }
        Order::Met(person) => {
            rows.person(person).await?;
            Ok(None)
        }
        Order::Told { notice } => {
            rows.told(*notice).await?;
            Ok(None)
        }
    }
}

/// A new publication, and what the operators hear of it at once.
async fn accept<R: Rows>(
    rows: &mut R,
    acceptance: &Acceptance,
    moment: &Moment<'_>,
) -> Result<Transition, StoreFault> {
    let new = number(rows, acceptance, moment).await?;
    let transition = outbox::enqueue(new)?;
    write_rows(rows, &transition, None, ("accepted", &acceptance.by), moment, None).await?;
    let next = transition.next();
    if next.asks_early(moment.now, moment.policy.approvals) {
        let notice = Notice::Held { held: Held::Approvals };
        rows.notice(moment.now, next.id, &notice).await?;
    }
    Ok(transition)
}

/// Lets an event happen to a publication.
async fn happen<R: Rows>(
    rows: &mut R,
    id: PublicationId,
    event: &Event,
    moment: &Moment<'_>,
    known: &mut Option<Known>,
) -> Result<Transition, StoreFault> {
    let transition = step(rows, id, event, moment, known).await?;
    write(rows, &transition, event, moment, known).await?;
    Ok(transition)
}

/// What an event does to a publication, which is known as it stands afterwards.
async fn step<R: Rows>(
    rows: &mut R,
    id: PublicationId,
    event: &Event,
    moment: &Moment<'_>,
    known: &mut Option<Known>,
) -> Result<Transition, StoreFault> {
    let now = now(rows, id, known).await?;
    let instance = Instance {
        stopped: now.stops.first().map(|stopped| stopped.to_string()),
        ..moment.instance.clone()
    };
    let context = Context {
        now: moment.now,
        jitter: moment.jitter,
        instance: &instance,
        channel: &now.channel,
        policy: moment.policy,
    };
    let transition = outbox::step(&now.publication, &context, event)?;
    now.publication = transition.next().clone();
    Ok(transition)
}

/// A publication as it stands, read unless it is known.
async fn now<'k, R: Rows>(
    rows: &mut R,
    id: PublicationId,
    known: &'k mut Option<Known>,
) -> Result<&'k mut Known, StoreFault> {
    let found = match known.take().filter(|known| known.publication.id == id) {
        Some(found) => found,
        None => rows.known(id).await?.ok_or(StoreFault::Missing(id))?,
    };
    Ok(known.insert(found))
}

/// Writes what an event does to a publication that is known.
async fn write<R: Rows>(
    rows: &mut R,
    transition: &Transition,
    event: &Event,
    moment: &Moment<'_>,
    known: &mut Option<Known>,
) -> Result<(), StoreFault> {
    let (name, by) = (event.name(), event.actor());
    let facts = known.take();
    let (written, channel) = match &facts {
        Some(facts) => (Some(facts.written), Some(&facts.channel)),
        None => (transition.expects(), None),
    };
    write_rows(rows, transition, written, (name, by), moment, channel).await?;
    *known = facts.filter(|_| !transition.writes().iter().any(Write::is_about_others));
    if let Some(known) = known {
        known.written = transition.next().version;
        let is_attempt = |write: &&Write| matches!(write, Write::InsertAttempt(_));
        let attempts = transition.writes().iter().filter(is_attempt).count();
        known.next_attempt += i64::try_from(attempts).unwrap_or_default();
    }
    Ok(())
}

/// Gives a publication its number and its revision, and lets it take another's place.
async fn number<R: Rows>(
    rows: &mut R,
    acceptance: &Acceptance,
    moment: &Moment<'_>,
) -> Result<NewPublication, StoreFault> {
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
        let old = rows.publication(replaced).await?.ok_or(StoreFault::Missing(replaced))?;
        together.begun |= old.together.begun;
        asker = old.approvals.asker.filter(|_| !by.is_person());
        if old.chat != acceptance.chat {
            return Err(Refused::OtherChannel { chat: old.chat }.into());
        }
        // What was sent is edited; nothing takes its place.
        let posted = |part: &outbox::Part| part.state.is_posted() || part.may_stand();
        if let Some(part) = old.parts.iter().position(posted) {
            return Err(Refused::Posted { part }.into());
        }
        let _written =
            happen(rows, replaced, &Event::Supersede { by, successor: id }, moment, &mut None)
                .await?;
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
/// has one; `channel` is what is known of its channel, if it was read.
async fn write_rows<R: Rows>(
    rows: &mut R,
    transition: &Transition,
    written: Option<i64>,
    (event, by): (&str, &Actor),
    moment: &Moment<'_>,
    channel: Option<&Channel>,
) -> Result<(), StoreFault> {
    let next = transition.next();
    // What was read of the channel is what stands there before the first of these.
    let changes = transition.writes().iter().filter(|write| write.is_about_others()).count();
    for write in transition.writes() {
        match write {
            Write::InsertPublication => rows.insert(next).await?,
            Write::UpdatePublication => {
                rows.update(next, written.unwrap_or_default()).await?;
            }
            Write::InsertPart(number) | Write::UpdatePart(number) => {
                rows.part(next, *number, matches!(write, Write::InsertPart(_))).await?;
                let part = next.parts.get(*number);
                let message_ids = part.map_or(&[][..], |part| part.state.message_ids());
                for id in message_ids {
                    rows.message(next, *number, *id).await?;
                }
            }
            Write::InsertAttempt(attempt) => rows.attempt(attempt).await?,
            Write::InsertFinding(finding) => rows.finding(finding).await?,
            Write::RaiseFloor(id) => match channel.filter(|_| changes == 1) {
                Some(known) if known.floor >= Some(*id) => {}
                Some(known) => {
                    let floor = Some(*id);
                    rows.set_channel(&Channel { floor, ..known.clone() }).await?;
                }
                None => drop(raise(rows, next.chat, *id).await?),
            },
            Write::FreezeChannel(until) => {
                let (known, _) = rows.channel(next.chat, None).await?;
                let until = known.freeze_until.max(Some(*until));
                rows.set_channel(&Channel { freeze_until: until, ..known }).await?;
            }
            Write::PauseChannel(why) => {
                let (known, _) = rows.channel(next.chat, None).await?;
                // A person's word stands: what he paused, mended rights do not open.
                let refused = known.refused || known.paused.is_none();
                let paused = Some(why.clone());
                rows.set_channel(&Channel { paused, refused, ..known }).await?;
            }
            Write::StopBot(why) => {
                let known = rows.stops().await?;
                rows.set_stops(&Stops { refused: Some(why.clone()), ..known }).await?;
            }
            Write::Notify(notice) => rows.notice(moment.now, next.id, notice).await?,
        }
    }
    let entry = Entry {
        post: Some(next.post.clone()),
        publication: Some(next.id),
        ..plain(moment, by, Some(next.chat), event, next.state.shown().to_owned())
    };
    rows.entry(&entry).await
}

/// A higher message id than the known one was seen in a channel.
async fn raise<R: Rows>(
    rows: &mut R,
    chat: i64,
    message_id: i64,
) -> Result<Option<Transition>, StoreFault> {
    let (known, _) = rows.channel(chat, None).await?;
    if known.floor < Some(message_id) {
        rows.set_channel(&Channel { floor: Some(message_id), ..known }).await?;
    }
    Ok(None)
}

fn plain(moment: &Moment<'_>, by: &Actor, chat: Option<i64>, event: &str, detail: String) -> Entry {
    let (event, by) = (event.to_owned(), by.clone());
    Entry { at: moment.now, by, post: None, publication: None, chat, event, detail }
}

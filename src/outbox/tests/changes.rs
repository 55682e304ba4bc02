//! An exhaustive search over all interleavings of orders, kills, lost answers and late deliveries that change a published
//! post: album edits message by message, media edits, deletions, and the closing of a poll. In no reachable state the journal
//! records what the channel does not show, and from every state the last order is carried out or an operator is asked.
//!
//! The world is the first part of a publication. Each version of an album has an item that changes always and one that changes
//! seldom, so that an edit may need one request or two. "The quiet time passes" only when no request is in flight. A run that
//! omits one rule must find a false record; otherwise this test could not fail.

use std::sync::LazyLock;

use super::fixture::*;
use super::search::Search;
use crate::message::{
    EditMediaGroup, EditMessageMedia, FileContent, InlineKeyboard, InputMedia, ItemEdit,
    MediaContent, MessageId, MessageIds, Request,
};
use crate::outbox::*;

/// What is changed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// An album of two photos.
    Album,
    /// One photo with a caption.
    Photo,
    /// A poll.
    Poll,
}

/// What may happen in a run.
#[derive(Clone, Copy)]
struct Run {
    name: &'static str,
    shape: Shape,
    workers: usize,
    kills: u8,
    /// How many orders there are.
    orders: u8,
    /// Whether an order may delete the post.
    deletes: bool,
    /// Whether the `delete_at` of the post has come.
    ends: bool,
    /// The lock may pass to the other process while its holder is alive.
    takes_over: bool,
    /// How many messages an admin deletes.
    deletions: u8,
    /// The omitted rule.
    lie: Option<Lie>,
}

/// An omitted rule.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lie {
    /// A newer edit does not wait until a lost one can no longer arrive.
    NoQuiet,
    /// A late answer counts for the request in flight.
    AnyAnswer,
}

const HONEST: Run = Run {
    name: "",
    shape: Shape::Album,
    workers: 1,
    kills: 1,
    orders: 2,
    deletes: false,
    ends: false,
    takes_over: false,
    deletions: 0,
    lie: None,
};

/// What a request does to the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Effect {
    Show { item: usize, version: u8 },
    Delete,
    Close,
}

/// A process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Worker {
    Dead,
    Idle,
    /// The intent is committed, and the request is not sent.
    Intent(AttemptId, Effect),
    /// The request is sent.
    Waiting(AttemptId),
    /// The answer was received.
    Answered(AttemptId, Answer),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Answer {
    Made,
    Closed,
    AlreadyClosed,
    Missing,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct World {
    publication: Publication,
    /// The part that changes.
    number: usize,
    /// The version of each item that the channel shows; `None` if its message is deleted.
    shown: Vec<Option<u8>>,
    is_closed: bool,
    /// Requests in flight, each with its attempt while a worker waits for its answer.
    flights: Vec<(AttemptId, Effect)>,
    workers: Vec<Worker>,
    lock: Option<usize>,
    kills: u8,
    orders: u8,
    deletions: u8,
    /// The last order.
    wanted: Wanted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Wanted {
    Version(u8),
    Deleted,
    Closed,
}

/// Stands for the attempt of a request whose answer no worker waits for.
const ABANDONED: AttemptId = AttemptId(0);

/// After every backoff, and before the end of the quiet time.
const EARLY: i64 = 60;

/// The content of an item in a version of the post: the first changes always, the second only in version 2.
fn content(item: usize, version: u8) -> u8 {
    if item == 0 || version == 2 { version } else { 0 }
}

fn media(item: usize, version: u8) -> InputMedia {
    let mut media = album_content(0).media.swap_remove(0);
    media.file.bytes = u64::from(content(item, version));
    media
}

/// The version of an item that a request shows.
fn version_of(media: &InputMedia) -> u8 {
    assert!(matches!(media.file.content, FileContent::Sha256(_)));
    u8::try_from(media.file.bytes).unwrap()
}

/// The effect of a request.
fn effect(request: &Request) -> Effect {
    match request {
        Request::EditMediaGroup(edit) => {
            let item = edit.edits[0].item;
            Effect::Show { item, version: version_of(&edit.content.media[item]) }
        }
        Request::EditMessageMedia(edit) => {
            Effect::Show { item: 0, version: version_of(&edit.content.media) }
        }
        Request::DeleteMessage(_) | Request::DeleteMessages(_) => Effect::Delete,
        Request::StopPoll(_) => Effect::Close,
        other => panic!("{other:?} is not a change"),
    }
}

impl World {
    fn new(run: &Run) -> Self {
        let (case, number, items) = match run.shape {
            Shape::Album => (Case::album_published(), 0, 2),
            Shape::Photo => (Case::published(), 0, 1),
            Shape::Poll => (Case::polling(), 1, 1),
        };
        let mut publication = case.publication;
        let part = &mut publication.parts[number];
        (part.hash, part.shown) = (hash(100), hash(100));
        let delete_at = run.ends.then(|| at(0));
        publication.ends = EndTimes { delete_at, unpin_at: None }.into();
        Self {
            publication,
            number,
            shown: vec![Some(0); items],
            is_closed: false,
            flights: Vec::new(),
            workers: vec![Worker::Idle; run.workers],
            lock: None,
            kills: 0,
            orders: 0,
            deletions: 0,
            wanted: Wanted::Version(0),
        }
    }

    fn part(&self) -> &Part {
        &self.publication.parts[self.number]
    }

    fn part_mut(&mut self) -> &mut Part {
        &mut self.publication.parts[self.number]
    }

    /// The version that the journal records as shown, if it is certain.
    fn recorded(&self) -> Option<u8> {
        (0..3).find(|version| self.part().shown == hash(100 + version))
    }

    /// Whether the journal records something that is not true, or that a request in flight may still undo.
    fn is_false(&self) -> bool {
        let part = self.part();
        if matches!(part.state, PartState::Deleted { .. }) {
            return self.shown.iter().any(Option::is_some);
        }
        if part.closed_poll.is_some() && !self.is_closed {
            return true;
        }
        let Some(version) = self.recorded().filter(|_| part.change.is_none()) else { return false };
        let differs = |item: usize, shown: u8| shown != content(item, version);
        let written = self.workers.iter().filter_map(|worker| match worker {
            Worker::Intent(_, effect) => Some(effect),
            _ => None,
        });
        let coming = self.flights.iter().map(|(_, effect)| effect).chain(written);
        let coming = coming.filter_map(|effect| match effect {
            Effect::Show { item, version } => Some((*item, *version)),
            Effect::Delete | Effect::Close => None,
        });
        let present = self.shown.iter().enumerate();
        let mut present = present.filter_map(|(item, shown)| Some((item, (*shown)?)));
        present.any(|(item, shown)| differs(item, shown))
            || coming.into_iter().any(|(item, shown)| differs(item, shown))
    }

    /// Whether the last order is carried out.
    fn is_done(&self) -> bool {
        let part = self.part();
        let is_made = match self.wanted {
            Wanted::Version(version) => {
                let mut items = self.shown.iter().enumerate();
                // The journal learns of a message that an admin deleted only when it edits it.
                items.all(|(item, shown)| shown.is_none_or(|shown| shown == content(item, version)))
            }
            Wanted::Deleted => matches!(part.state, PartState::Deleted { .. }),
            Wanted::Closed => part.closed_poll.is_some(),
        };
        is_made && part.change.is_none() && self.flights.is_empty()
    }

    /// Whether an operator is asked to act.
    fn is_conflict(&self) -> bool {
        let change = self.part().change.as_ref();
        change.is_some_and(|change| matches!(change.state, ChangeState::Conflict { .. }))
    }

    /// Makes a request take effect; returns Telegram's answer.
    fn land(&mut self, effect: Effect) -> Answer {
        match effect {
            Effect::Show { item, version } => match &mut self.shown[item] {
                Some(shown) => {
                    *shown = version;
                    Answer::Made
                }
                None => Answer::Missing,
            },
            Effect::Delete => {
                self.shown.fill(None);
                Answer::Made
            }
            Effect::Close if self.shown[0].is_none() => Answer::Missing,
            Effect::Close if std::mem::replace(&mut self.is_closed, true) => Answer::AlreadyClosed,
            Effect::Close => Answer::Closed,
        }
    }

    /// The world after an event that `worker` reports, and the intent; `None` if the rules refuse it.
    fn step(&self, worker: usize, event: &Event, seconds: i64) -> Option<(Self, Option<Intent>)> {
        static FACTS: LazyLock<Case> = LazyLock::new(Case::new);
        let holds_lock = self.lock == Some(worker);
        let owner = owner(u32::try_from(worker).unwrap());
        let process = ProcessState { owner, holds_lock, ..FACTS.process.clone() };
        let last_known_message_id = Some(13);
        let channel = Channel {
            last_known_message_id,
            last_in_topic: last_known_message_id,
            ..FACTS.channel.clone()
        };
        let context =
            Context { now: at(seconds), process: &process, channel: &channel, ..FACTS.context() };
        match step(&self.publication, &context, event) {
            Ok(transition) => {
                let (publication, intent) = transition.committed();
                Some((Self { publication, ..self.clone() }, intent))
            }
            Err(StepRefusal::Broken(broken)) => panic!("{broken}: {self:?} {event:?}"),
            Err(_) => None,
        }
    }

    fn with(&self, number: usize, worker: Worker) -> Self {
        let mut next = self.clone();
        next.workers[number] = worker;
        next
    }

    /// The same world with normalized times, counters and attempt ids. Worlds that differ only in these have the same future.
    fn normalized(mut self) -> Self {
        let waits = |worker: &Worker| match worker {
            Worker::Dead | Worker::Idle => None,
            Worker::Intent(attempt, _)
            | Worker::Waiting(attempt)
            | Worker::Answered(attempt, _) => Some(*attempt),
        };
        let mut names: Vec<_> = self.workers.iter().filter_map(waits).collect();
        for (attempt, _) in &mut self.flights {
            if !names.contains(attempt) {
                *attempt = ABANDONED;
            }
        }
        let current = |change: &Change| match change.state {
            ChangeState::Sending { attempt, .. } => Some(attempt),
            _ => None,
        };
        names.extend(self.part().change.as_ref().and_then(current));
        names.sort_unstable();
        names.dedup();
        let name = |attempt: AttemptId| {
            let place = names.iter().position(|known| *known == attempt);
            place.map_or(ABANDONED, |place| AttemptId(i64::try_from(place + 100).unwrap()))
        };
        for worker in &mut self.workers {
            if let Worker::Intent(attempt, _)
            | Worker::Waiting(attempt)
            | Worker::Answered(attempt, _) = worker
            {
                *attempt = name(*attempt);
            }
        }
        self.flights.iter_mut().for_each(|(attempt, _)| *attempt = name(*attempt));
        self.flights.sort_unstable_by_key(|(attempt, effect)| (*attempt, format!("{effect:?}")));
        let publication = &mut self.publication;
        (publication.version, publication.payload, publication.source) = (0, hash(0), hash(0));
        let part = &mut publication.parts[self.number];
        // What the last edit was is known by its hash.
        part.edited = None;
        if let PartState::Deleted { at: moment, .. } = &mut part.state {
            *moment = at(0);
        }
        if let Some(closed) = &mut part.closed_poll {
            closed.result = None;
        }
        if let Some(change) = &mut part.change {
            change.tries = 0;
            change.attempts = change.attempts.iter().map(|old| name(*old)).collect();
            // That there was an attempt is known; which one counts only if its answer can still arrive.
            change.attempts.sort_unstable();
            change.attempts.dedup();
            match &mut change.state {
                ChangeState::Pending { not_before } => {
                    *not_before = not_before.filter(|until| *until > at(EARLY));
                }
                ChangeState::Sending { attempt, since, .. } => {
                    (*attempt, *since) = (name(*attempt), at(0));
                }
                ChangeState::Conflict { .. } => {}
            }
        }
        self
    }

    /// An unused attempt id.
    fn fresh(&self) -> AttemptId {
        AttemptId(i64::try_from(self.workers.len()).unwrap() + 200)
    }
}

/// All possible next worlds.
fn successors(run: &Run, world: &World) -> Vec<(String, World)> {
    let mut out = Vec::new();
    for number in 0..world.workers.len() {
        worker_moves(run, world, number, &mut out);
    }
    for (place, (_, effect)) in world.flights.iter().enumerate() {
        let mut gone = world.clone();
        gone.flights.remove(place);
        let mut landed = gone.clone();
        landed.land(*effect);
        out.push((format!("{effect:?} lands unseen"), landed));
        out.push((format!("{effect:?} vanishes"), gone));
    }
    let is_written = |worker: &Worker| matches!(worker, Worker::Intent(..));
    let is_quiet = world.flights.is_empty() && !world.workers.iter().any(is_written);
    if is_quiet || run.lie == Some(Lie::NoQuiet) {
        let mut next = world.clone();
        let part = next.part_mut();
        part.edit_not_before = None;
        if let Some(Change { state: ChangeState::Pending { not_before }, .. }) = &mut part.change {
            *not_before = None;
        }
        out.push(("the quiet time passes".to_owned(), next));
    }
    if world.deletions < run.deletions {
        for item in 0..world.shown.len() {
            let mut next = world.clone();
            (next.shown[item], next.deletions) = (None, next.deletions + 1);
            out.push((format!("an admin deletes item {item}"), next));
        }
    }
    out.into_iter().map(|(label, next)| (label, next.normalized())).collect()
}

fn worker_moves(run: &Run, world: &World, number: usize, out: &mut Vec<(String, World)>) {
    let mut push = |label: &str, next: World| out.push((format!("w{number} {label}"), next));
    let worker = world.workers[number];
    if worker == Worker::Dead {
        push("starts", world.with(number, Worker::Idle));
        return;
    }
    if world.kills < run.kills {
        push("is killed", killed(&world.with(number, Worker::Dead), number));
    }
    let says = |attempt: AttemptId, outcome: Outcome| {
        // If the rules refuse the answer, the process continues anyway.
        let next = world.step(number, &answered(world.number, attempt.0, outcome), 0);
        next.map_or_else(|| world.clone(), |(next, _)| next).with(number, Worker::Idle)
    };
    match worker {
        Worker::Dead => {}
        Worker::Idle => idle_moves(run, world, number, &mut push),
        Worker::Intent(attempt, effect) => {
            let mut written = world.with(number, Worker::Waiting(attempt));
            written.flights.push((attempt, effect));
            if world.flights.len() < 2 {
                push("writes its request", written);
            }
            let no_connection = not_sent(NotSentReason::NoConnection, None);
            push("finds no connection", says(attempt, no_connection));
        }
        Worker::Waiting(attempt) => {
            let flight = world.flights.iter().position(|(flying, _)| *flying == attempt);
            if let Some(place) = flight {
                let mut landed = world.clone();
                let (_, effect) = landed.flights.remove(place);
                let answer = landed.land(effect);
                push("reads an answer", landed.with(number, Worker::Answered(attempt, answer)));
                let mut frozen = says(attempt, not_sent(NotSentReason::FloodWait, Some(7)));
                frozen.flights.remove(place);
                push("reads a 429", frozen);
            }
            push("gets no answer", says(attempt, unknown()));
        }
        Worker::Answered(attempt, answer) => {
            let outcome = match answer {
                Answer::Made => sent(&[]),
                Answer::Closed => {
                    Outcome::PollClosed { result: PollResult { options: Vec::new(), voters: 0 } }
                }
                Answer::AlreadyClosed => rejected(Refusal::NotModified),
                Answer::Missing => rejected(Refusal::Missing),
            };
            let current = world.part().in_flight().filter(|_| run.lie == Some(Lie::AnyAnswer));
            push("records the answer", says(current.unwrap_or(attempt), outcome));
        }
    }
}

/// The kernel releases the lock of a dead process, and the next process is another owner.
fn killed(world: &World, number: usize) -> World {
    let mut next = world.clone();
    next.kills += 1;
    next.lock = next.lock.filter(|holder| *holder != number);
    if let Some(change) = &mut next.part_mut().change
        && let ChangeState::Sending { owner: sender, .. } = &mut change.state
        && *sender == owner(u32::try_from(number).unwrap())
    {
        sender.random = 0;
    }
    next
}

fn idle_moves(run: &Run, world: &World, number: usize, push: &mut dyn FnMut(&str, World)) {
    if world.lock != Some(number) && (world.lock.is_none() || run.takes_over) {
        push("takes the lock", World { lock: Some(number), ..world.clone() });
    }
    if world.orders < run.orders {
        for (label, wanted, event) in orders(run, world) {
            if let Some((next, _)) = world.step(number, &event, 0) {
                push(&label, World { orders: world.orders + 1, wanted, ..next });
            }
        }
    }
    if let Some((next, _)) = world.step(number, &Event::End, 0) {
        push("orders its end", World { wanted: Wanted::Deleted, ..next });
    }
    let attempt = world.fresh();
    if let Some((next, Some(intent))) = world.step(number, &claim(world.number, attempt.0), EARLY) {
        push("claims", next.with(number, Worker::Intent(attempt, effect(intent.request()))));
    }
    let change = world.part().change.as_ref();
    if let Some(ChangeState::Sending { owner, .. }) = change.map(|change| &change.state) {
        let death =
            if owner.random == 0 { DeathCertainty::Known } else { DeathCertainty::Presumed };
        let event = Event::OwnerGone { part: world.number, owner: owner.clone(), death };
        if (death == DeathCertainty::Known || run.takes_over)
            && let Some((next, _)) = world.step(number, &event, 0)
        {
            push("finds no owner", next);
        }
    }
}

/// The possible orders. As in a plan, only the items that certainly show their new content are left out of an edit.
fn orders(run: &Run, world: &World) -> Vec<(String, Wanted, Event)> {
    let mut orders = Vec::new();
    if run.deletes {
        let request = match world.part().state.message_ids() {
            [] => return orders,
            [one] => Request::DeleteMessage(MessageId { message_id: *one }),
            all => Request::DeleteMessages(MessageIds { message_ids: all.to_vec() }),
        };
        let Event::Revise { mut revisions, payload, source, appended, pin, ends, by } =
            revise_to(world.number, request, hash(99))
        else {
            return orders;
        };
        revisions[0].kind = ChangeKind::Delete;
        let event = Event::Revise { revisions, payload, source, appended, pin, ends, by };
        orders.push(("orders the deletion".to_owned(), Wanted::Deleted, event));
    }
    if run.shape == Shape::Poll {
        let close = Event::ClosePoll { by: operator() };
        orders.push(("orders the closing".to_owned(), Wanted::Closed, close));
        return orders;
    }
    let attempted = world.part().change.as_ref().is_some_and(|change| !change.attempts.is_empty());
    let certain = world.recorded().filter(|_| !attempted);
    for version in 0..3 {
        let is_edited = |item: &usize| {
            certain.is_none_or(|shown| content(*item, shown) != content(*item, version))
        };
        let items: Vec<usize> = (0..world.shown.len()).filter(is_edited).collect();
        let event = match (items.is_empty(), run.shape) {
            (true, _) => revise(&[], 0, operator()),
            (false, Shape::Album) => revise_to(0, album_edit(&items, version), hash(100 + version)),
            (false, _) => revise_to(0, photo_edit(version), hash(100 + version)),
        };
        orders.push((format!("orders version {version}"), Wanted::Version(version), event));
    }
    orders
}

fn album_edit(items: &[usize], version: u8) -> Request {
    let mut content = album_content(0);
    content.media = vec![media(0, version), media(1, version)];
    let edit = |item: &usize| ItemEdit {
        item: *item,
        message_id: 11 + i64::try_from(*item).unwrap(),
        replaces_file: true,
    };
    let edits = items.iter().map(edit).collect();
    Request::EditMediaGroup(Box::new(EditMediaGroup { content, edits }))
}

fn photo_edit(version: u8) -> Request {
    let (caption, reply_markup) = (album_content(0).caption, InlineKeyboard::default());
    let content = MediaContent { media: media(0, version), caption, reply_markup };
    Request::EditMessageMedia(Box::new(EditMessageMedia { content, message_id: 11 }))
}

/// The numbers of a run: states, false records, states without a way to the end, and states with a conflict.
fn explore(run: &Run) -> (usize, usize, usize, usize) {
    let successors = |world: &World| successors(run, world);
    let search = Search::new(World::new(run).normalized(), World::is_false, successors);
    let is_good = |world: &World| world.is_done() || world.is_conflict();
    let (wrong, lost) = (search.count(World::is_false), search.stuck(is_good, World::is_false));
    let asked = search.count(World::is_conflict);
    println!(
        "{:64} states {:7}  false {wrong:4}  lost {lost:3}  conflicts {asked:5}",
        run.name,
        search.len()
    );
    let moves = search.shortest(World::is_false);
    if !moves.is_empty() {
        println!("    shortest false record: {}", moves.join(", "));
    }
    (search.len(), wrong, lost, asked)
}

#[test]
fn no_change_is_lost_or_recorded_wrongly() {
    let runs = [
        Run { name: "album edits, one process", kills: 2, ..HONEST },
        Run {
            name: "album edits, the lock may leave a live process",
            workers: 2,
            kills: 0,
            takes_over: true,
            ..HONEST
        },
        Run { name: "album edits and its deletion", deletes: true, ..HONEST },
        Run { name: "album edits and its end", ends: true, ..HONEST },
        Run {
            name: "media edits and its end, the lock may leave a live process",
            shape: Shape::Photo,
            workers: 2,
            kills: 0,
            orders: 1,
            ends: true,
            takes_over: true,
            ..HONEST
        },
        Run { name: "album edits, an admin deletes a message", deletions: 1, ..HONEST },
        Run {
            name: "media edits, one process",
            shape: Shape::Photo,
            kills: 2,
            orders: 3,
            ..HONEST
        },
        Run {
            name: "media edits, the lock may leave a live process",
            shape: Shape::Photo,
            workers: 2,
            kills: 0,
            takes_over: true,
            ..HONEST
        },
        Run { name: "a poll is closed", shape: Shape::Poll, kills: 2, ..HONEST },
        Run {
            name: "a poll is closed or deleted, the lock may leave a live process",
            shape: Shape::Poll,
            workers: 2,
            kills: 0,
            deletes: true,
            takes_over: true,
            ..HONEST
        },
        Run {
            name: "a poll is closed, an admin deletes it",
            shape: Shape::Poll,
            deletions: 1,
            ..HONEST
        },
    ];
    for run in runs {
        let (states, wrong, lost, asked) = explore(&run);
        assert!(states > 100, "{}: only {states} states", run.name);
        assert_eq!((wrong, lost), (0, 0), "{}", run.name);
        // A lost deletion may take effect after the post was to be edited instead.
        let may_ask = run.deletions > 0 || (run.deletes || run.ends) && run.shape != Shape::Poll;
        assert_eq!(asked > 0, may_ask, "{}: {asked}", run.name);
    }
}

#[test]
fn omitting_a_rule_causes_a_false_record() {
    let lies = [
        Run { name: "an edit does not wait for a lost one", lie: Some(Lie::NoQuiet), ..HONEST },
        Run {
            name: "a late answer counts for another request",
            workers: 2,
            kills: 0,
            takes_over: true,
            lie: Some(Lie::AnyAnswer),
            ..HONEST
        },
    ];
    for run in lies {
        let (_, wrong, _, _) = explore(&run);
        assert!(wrong > 0, "{} finds no false record", run.name);
    }
}

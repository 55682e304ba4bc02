//! An exhaustive search over all interleavings of kills, lost answers, late deliveries, 429s and workers, with the real
//! transition function: no reachable state has a part twice in the channel, and none has lost one.
//!
//! The world is a publication of two parts (two texts, an album and a text, or a text and a poll), a channel in which others
//! post too, admins edit and delete, and ids have gaps, the requests in flight, and one or two processes that may be killed
//! at any step. A probe "after the quiet time" is one that begins when no request is in flight, as the quiet time promises. Telegram's time advances with every post of somebody
//! else; our clock is not used. Runs differ in what may happen and in how truthfully the world reports to the rules. A run
//! that omits one part of the proof must find duplicates; otherwise this test could not fail.

use std::sync::LazyLock;

use super::fixture::*;
use super::search::Search;
use crate::outbox::*;

const PARTS: usize = 2;

/// The most messages of a part.
const MESSAGES: usize = 2;

/// When the poll closes, and a time after it, in seconds after the publication is due. Probes begin after it, too.
const CLOSES: i64 = 60;
const LATE: i64 = 120;

/// The parts of a publication.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Two texts.
    Texts,
    /// An album of two messages, and a text.
    Album,
    /// A text, and a poll that closes at a set time.
    Poll,
}

/// How the world of a run behaves.
#[expect(clippy::struct_excessive_bools, reason = "each is one way in which a world may differ")]
#[derive(Clone, Copy)]
struct Run {
    name: &'static str,
    shape: Shape,
    workers: usize,
    kills: u8,
    /// False report, common in other systems: a dead owner's or unanswered request "was not sent".
    retries: bool,
    /// False report: the quiet time has passed while requests are still in flight.
    looks_at_once: bool,
    /// The lock may pass to the other process while its holder is alive; how the new holder reports the old one.
    takes_over: Option<DeathCertainty>,
    /// Whether the store compares versions before it writes.
    compares_versions: bool,
    /// A person may cancel the post at any moment.
    cancels: bool,
    /// A probe may fail its positive control.
    looks_fail: bool,
    /// How many messages others post; whether each comes to the bot as an update, or none does.
    others: u8,
    received: bool,
    /// How often 250 messages are posted and deleted between two probes.
    gaps: u8,
    /// How often an admin edits a message of ours, and deletes a message.
    edits: u8,
    deletions: u8,
    /// An album may land partly, or with somebody else's message between its messages.
    breaks: bool,
    /// The omitted part of the proof.
    lie: Option<Lie>,
}

/// An omitted part of the proof. Each caused a duplicate in the first version, or would cause one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lie {
    /// The probe ends after 20 ids, and reports the rest as missing.
    EndNotSeen,
    /// A message with another text counts as somebody else's.
    TextDiffers,
    /// A message with the same text that our clock dates before the intent counts as somebody else's.
    DatedByOurClock,
    /// Nothing can be read, and there is no positive control to notice it.
    NoControl,
    /// An album of which only some messages are found counts as absent.
    PartIsAbsent,
}

const HONEST: Run = Run {
    name: "",
    shape: Shape::Texts,
    workers: 1,
    kills: 3,
    retries: false,
    looks_at_once: false,
    takes_over: None,
    compares_versions: true,
    cancels: false,
    looks_fail: false,
    others: 0,
    received: true,
    gaps: 0,
    edits: 0,
    deletions: 0,
    breaks: false,
    lie: None,
};

impl Run {
    fn is_honest(&self) -> bool {
        let lies =
            self.retries || self.looks_at_once || self.takes_over == Some(DeathCertainty::Known);
        !lies && self.compares_versions && self.lie.is_none()
    }

    /// Whether a case may occur that only an operator can decide.
    fn may_ask(&self) -> bool {
        let is_strange = self.edits > 0 || self.others > 0 && !self.received;
        let is_broken = self.shape == Shape::Album && (self.breaks || self.deletions > 0);
        let is_late = self.shape == Shape::Poll;
        self.looks_fail || self.takes_over.is_some() || is_strange || is_broken || is_late
    }
}

/// A process.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Worker {
    Dead,
    Idle,
    /// It has a transition that is not committed; `is_stale` if another process committed since.
    Prepared {
        next: Box<Publication>,
        part: usize,
        attempt: AttemptId,
        is_stale: bool,
    },
    /// The intent is committed, and the request is not sent.
    Intent {
        part: usize,
        attempt: AttemptId,
    },
    /// The request is sent.
    Waiting {
        part: usize,
        attempt: AttemptId,
    },
    /// The answer with these message ids was received.
    Answered {
        part: usize,
        attempt: AttemptId,
        message_ids: Vec<i64>,
    },
}

impl Worker {
    fn attempt(&self) -> Option<AttemptId> {
        match self {
            Self::Dead | Self::Idle => None,
            Self::Prepared { attempt, .. }
            | Self::Intent { attempt, .. }
            | Self::Waiting { attempt, .. }
            | Self::Answered { attempt, .. } => Some(*attempt),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct World {
    publication: Publication,
    channel: Channelled,
    /// Requests in flight: the part, and the attempt while a worker waits for its answer.
    flights: Vec<(usize, AttemptId)>,
    workers: Vec<Worker>,
    /// The worker that holds the instance lock.
    lock: Option<usize>,
    kills: u8,
    /// Whether the closing time of the poll has passed.
    is_late: bool,
}

/// The channel at Telegram, and what the journal knows of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Channelled {
    /// Its messages by id.
    messages: Vec<Message>,
    next_id: i64,
    /// Telegram's time.
    time: i64,
    /// How often each part was delivered, in whole or in part, even if it was deleted later.
    landed: [u8; PARTS],
    /// Whether each part was delivered in whole.
    is_whole: [bool; PARTS],
    /// The highest message id that the journal knows.
    last_known: i64,
    others: u8,
    gaps: u8,
    edits: u8,
    deletions: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Message {
    id: i64,
    date: i64,
    whose: Whose,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Whose {
    /// A message of a part; an album has several.
    Ours {
        part: usize,
        item: usize,
        is_edited: bool,
    },
    Others {
        received: bool,
    },
}

/// How a request lands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Landing {
    /// With all messages, one after the other.
    Whole,
    /// With somebody else's message between them.
    Apart,
    /// With only this message of an album.
    Only(usize),
}

impl Landing {
    /// How a request of this many messages may land.
    fn all(run: &Run, messages: usize) -> Vec<Self> {
        let mut all = vec![Self::Whole];
        if run.breaks && messages > 1 {
            all.push(Self::Apart);
            all.extend((0..messages).map(Self::Only));
        }
        all
    }
}

impl Channelled {
    fn new() -> Self {
        Self {
            messages: Vec::new(),
            next_id: LAST_KNOWN + 1,
            time: 1,
            landed: [0; PARTS],
            is_whole: [false; PARTS],
            last_known: LAST_KNOWN,
            others: 0,
            gaps: 0,
            edits: 0,
            deletions: 0,
        }
    }

    fn put(&mut self, whose: Whose) -> i64 {
        let id = self.next_id;
        self.next_id += 1;
        self.messages.push(Message { id, date: self.time, whose });
        id
    }

    /// Delivers a part of this many messages; returns their ids.
    fn land(&mut self, part: usize, messages: usize, landing: Landing) -> Vec<i64> {
        self.landed[part] += 1;
        self.is_whole[part] |= !matches!(landing, Landing::Only(_));
        let is_posted = |item: &usize| match landing {
            Landing::Whole | Landing::Apart => true,
            Landing::Only(only) => *item == only,
        };
        let mut ids = Vec::new();
        for item in (0..messages).filter(is_posted) {
            if item > 0 && landing == Landing::Apart {
                self.put(Whose::Others { received: false });
            }
            ids.push(self.put(Whose::Ours { part, item, is_edited: false }));
        }
        ids
    }

    /// How often this part is shown: the count of its most frequent message.
    fn copies(&self, wanted: usize) -> usize {
        let count = |wanted_item: usize| {
            let is_it = |message: &&Message| matches!(message.whose, Whose::Ours { part, item, .. } if (part, item) == (wanted, wanted_item));
            self.messages.iter().filter(is_it).count()
        };
        (0..MESSAGES).map(count).max().unwrap()
    }

    /// The complete albums above `last_known`: consecutive messages that show its items in order.
    fn albums(&self, last_known: i64, wanted: usize, messages: usize) -> Vec<Match> {
        let shows = |id: i64, wanted_item: usize| {
            let whose = Whose::Ours { part: wanted, item: wanted_item, is_edited: false };
            self.messages.iter().any(|message| message.id == id && message.whose == whose)
        };
        let is_album = |first: &i64| (*first..).zip(0..messages).all(|(id, item)| shows(id, item));
        let whole = (last_known + 1..self.next_id).filter(is_album);
        whole
            .map(|first| Match {
                message_ids: (first..).take(messages).collect(),
                by_witness: false,
            })
            .collect()
    }

    fn may_land(&self, part: usize) -> bool {
        self.landed[part] < 2
    }

    /// The evidence of an honest probe for a part, `seconds` after the publication was due.
    fn look(&self, unknown: &UnknownOutcome, part: (usize, &Part), seconds: i64) -> Evidence {
        let (wanted, part) = part;
        let last_known = unknown.last_known_message_id.unwrap();
        let mut evidence = nothing_there(seconds, last_known);
        for message in self.messages.iter().filter(|message| message.id > last_known) {
            let is_same = matches!(message.whose, Whose::Ours { part, is_edited: false, .. } if part == wanted);
            let received = message.whose == Whose::Others { received: true };
            put(
                &mut evidence,
                ChannelMessage {
                    shows: if is_same { ContentMatch::Same } else { ContentMatch::Other },
                    date: Some(at(message.date).as_second()),
                    received,
                    ..stranger(message.id)
                },
            );
        }
        let now = at(self.time).as_second();
        evidence.clock = Some(ServerClock { header: now, message: now });
        if part.messages > 1 {
            evidence.matches = self.albums(last_known, wanted, part.messages);
        }
        evidence
    }
}

impl Lie {
    /// The evidence without this part of the proof.
    fn falsified(self, mut evidence: Evidence, last_known: i64) -> Evidence {
        match self {
            Self::EndNotSeen => {
                evidence.present.retain(|present| present.message_id <= last_known + 20);
                let last = evidence.present.iter().map(|present| present.message_id).max();
                let end = last.unwrap_or(last_known) + TAIL;
                evidence.missing = vec![(last_known + 1, end)];
            }
            Self::TextDiffers => {
                for present in
                    evidence.present.iter_mut().filter(|it| it.shows == ContentMatch::Other)
                {
                    present.received = true;
                }
            }
            Self::DatedByOurClock => {
                for present in
                    evidence.present.iter_mut().filter(|it| it.shows == ContentMatch::Same)
                {
                    (present.shows, present.received) = (ContentMatch::Other, true);
                }
            }
            Self::PartIsAbsent if evidence.matches.is_empty() => {
                for present in &mut evidence.present {
                    (present.shows, present.received) = (ContentMatch::Other, true);
                }
            }
            Self::PartIsAbsent => {}
            Self::NoControl => {
                evidence.present.clear();
                evidence.missing = vec![(last_known + 1, last_known + TAIL)];
            }
        }
        evidence
    }
}

/// Stands for the attempt of a request whose answer no worker waits for.
const ABANDONED: AttemptId = AttemptId(0);

/// The result of a transition: the publication and the channel's last known message id.
struct Stepped {
    publication: Publication,
    last_known: i64,
}

impl World {
    fn new(run: &Run) -> Self {
        let case = match run.shape {
            Shape::Texts => Case::due(),
            Shape::Album => Case::with_album().then(&Event::Tick),
            Shape::Poll => Case::with_poll(Some(at(CLOSES).as_second())).then(&Event::Tick),
        };
        Self {
            publication: case.publication,
            channel: Channelled::new(),
            flights: Vec::new(),
            workers: vec![Worker::Idle; run.workers],
            lock: None,
            kills: 0,
            is_late: false,
        }
    }

    fn messages(&self, part: usize) -> usize {
        self.publication.parts[part].messages
    }

    /// The owner of a worker's attempts. After a kill its old attempts get another owner.
    fn owner(worker: usize) -> Owner {
        owner(u32::try_from(worker).unwrap())
    }

    fn is_double(&self) -> bool {
        (0..PARTS).any(|part| self.channel.copies(part) > 1)
    }

    fn is_done(&self) -> bool {
        self.publication.state == State::Published
            && self.channel.is_whole == [true; PARTS]
            && self.flights.is_empty()
    }

    /// Whether it is cancelled, and all its messages are known, so that they can be deleted.
    fn is_cancelled(&self) -> bool {
        let parts = self.publication.parts.iter().zip(self.channel.landed);
        matches!(self.publication.state, State::Cancelled { .. }) && self.flights.is_empty() && {
            parts
        }
        .all(|(part, landed)| landed == 0 || matches!(part.state, PartState::Sent { .. }))
    }

    /// Whether an operator is asked to act.
    fn waits_visibly(&self) -> bool {
        let asked = |part: &Part| matches!(part.state, PartState::NeedsOperator { .. });
        self.publication.parts.iter().any(asked)
            || matches!(self.publication.state, State::Held { .. } | State::Failed { .. })
    }

    /// Whether the journal records a part as sent that was never delivered and is not in flight.
    fn is_false(&self) -> bool {
        self.publication.parts.iter().enumerate().any(|(number, part)| {
            let on_its_way = self.flights.iter().any(|(flying, _)| *flying == number);
            matches!(part.state, PartState::Sent { .. })
                && !self.channel.is_whole[number]
                && !on_its_way
        })
    }

    /// Applies an event that `worker` reports; `None` if the rules refuse it.
    fn step(&self, worker: usize, event: &Event, seconds: i64) -> Option<Stepped> {
        static FACTS: LazyLock<Case> = LazyLock::new(Case::new);
        let process = ProcessState {
            owner: Self::owner(worker),
            holds_lock: self.lock == Some(worker),
            ..FACTS.process.clone()
        };
        let channel = Channel {
            last_known_message_id: Some(self.channel.last_known),
            last_in_topic: Some(self.channel.last_known),
            ..FACTS.channel.clone()
        };
        let context =
            Context { now: at(seconds), process: &process, channel: &channel, ..FACTS.context() };
        match step(&self.publication, &context, event) {
            Ok(transition) => {
                let raised = transition.writes().iter().filter_map(|write| match write {
                    Write::RaiseLastKnownMessage(id) => Some(*id),
                    _ => None,
                });
                let last_known = raised.max().unwrap_or(0);
                Some(Stepped { last_known, publication: transition.committed().0 })
            }
            Err(StepRefusal::Broken(broken)) => panic!("{broken}: {self:?} {event:?}"),
            Err(_) => None,
        }
    }

    /// The world after `stepped` was committed.
    fn committed(&self, stepped: Stepped) -> Self {
        let mut next = self.clone();
        next.publication = stepped.publication;
        next.channel.last_known = next.channel.last_known.max(stepped.last_known);
        for worker in &mut next.workers {
            if let Worker::Prepared { is_stale, .. } = worker {
                *is_stale = true;
            }
        }
        next
    }

    /// The same world with normalized times, counters and attempt ids. Worlds that differ only in these have the same
    /// future.
    fn normalized(mut self) -> Self {
        let waited: Vec<_> = self.workers.iter().filter_map(Worker::attempt).collect();
        for (_, attempt) in &mut self.flights {
            if !waited.contains(attempt) {
                *attempt = ABANDONED;
            }
        }
        let mut names = waited.clone();
        let publications = || {
            let prepared = self.workers.iter().filter_map(|worker| match worker {
                Worker::Prepared { next, .. } => Some(&**next),
                _ => None,
            });
            [&self.publication].into_iter().chain(prepared)
        };
        names.extend(publications().flat_map(|publication| &publication.parts).filter_map(current));
        names.sort_unstable();
        names.dedup();
        let name = |attempt: AttemptId| match names.iter().position(|known| *known == attempt) {
            Some(place) => AttemptId(i64::try_from(place + 1).unwrap()),
            None => ABANDONED,
        };
        rename(&mut self.publication, &name);
        for worker in &mut self.workers {
            match worker {
                Worker::Dead | Worker::Idle => {}
                Worker::Prepared { next, attempt, .. } => {
                    rename(next, &name);
                    *attempt = name(*attempt);
                }
                Worker::Intent { attempt, .. }
                | Worker::Waiting { attempt, .. }
                | Worker::Answered { attempt, .. } => *attempt = name(*attempt),
            }
        }
        for (_, attempt) in &mut self.flights {
            *attempt = name(*attempt);
        }
        self.flights.sort_unstable();
        self
    }

    /// An unused attempt id.
    fn fresh(&self) -> AttemptId {
        let mut used: Vec<_> = self.workers.iter().filter_map(Worker::attempt).collect();
        used.extend(self.publication.parts.iter().flat_map(|part| part.attempts.clone()));
        AttemptId(used.into_iter().map(|attempt| attempt.0).max().unwrap_or(0) + 1)
    }
}

/// The attempt that a part's state names.
fn current(part: &Part) -> Option<AttemptId> {
    match &part.state {
        PartState::Sending { attempt, .. } => Some(*attempt),
        state => state.unknown_outcome().map(|unknown| unknown.attempt),
    }
}

fn rename(publication: &mut Publication, name: &dyn Fn(AttemptId) -> AttemptId) {
    publication.version = 0;
    publication.not_before = None;
    publication.retry_since = at(0);
    for part in &mut publication.parts {
        part.tries = RetryCount::default();
        part.attempts = part.attempts.iter().map(|old| name(*old)).collect();
        part.attempts.retain(|attempt| *attempt != ABANDONED);
        match &mut part.state {
            PartState::Sending { attempt, since, .. } => {
                *attempt = name(*attempt);
                *since = at(0);
            }
            PartState::Uncertain { unknown, .. } | PartState::NeedsOperator { unknown, .. } => {
                unknown.attempt = name(unknown.attempt);
                unknown.intent_at = at(0);
                unknown.since = at(0);
            }
            PartState::Sent { at: moment, .. } => *moment = at(0),
            _ => {}
        }
    }
}

/// All possible next worlds.
fn successors(run: &Run, world: &World) -> Vec<(String, World)> {
    let mut out = Vec::new();
    for number in 0..world.workers.len() {
        worker_moves(run, world, number, &mut out);
    }
    for (place, (part, _)) in world.flights.iter().enumerate() {
        let mut gone = world.clone();
        gone.flights.remove(place);
        if world.channel.may_land(*part) {
            let messages = world.messages(*part);
            for landing in Landing::all(run, messages) {
                let mut landed = gone.clone();
                landed.channel.land(*part, messages, landing);
                out.push((format!("part {part} lands unseen"), landed));
            }
        }
        out.push((format!("the request of part {part} vanishes"), gone));
    }
    channel_moves(run, world, &mut out);
    if run.shape == Shape::Poll && !world.is_late {
        out.push(("the poll's time passes".to_owned(), World { is_late: true, ..world.clone() }));
    }
    out.into_iter().map(|(label, next)| (label, next.normalized())).collect()
}

/// The next worlds after actions of people in the channel.
fn channel_moves(run: &Run, world: &World, out: &mut Vec<(String, World)>) {
    let mut push = |label: String, change: &dyn Fn(&mut Channelled)| {
        let mut next = world.clone();
        change(&mut next.channel);
        out.push((label, next));
    };
    let channel = &world.channel;
    if channel.others < run.others {
        push("somebody posts".to_owned(), &|channel| {
            let id = channel.put(Whose::Others { received: run.received });
            channel.others += 1;
            channel.time += 10;
            if run.received {
                channel.last_known = channel.last_known.max(id);
            }
        });
    }
    if channel.gaps < run.gaps {
        push("250 messages are posted and deleted".to_owned(), &|channel| {
            channel.next_id += 250;
            channel.gaps += 1;
        });
    }
    for (place, message) in channel.messages.iter().enumerate() {
        if let Whose::Ours { part, item, is_edited: false } = message.whose
            && channel.edits < run.edits
        {
            push(format!("an admin edits part {part}"), &|channel| {
                channel.messages[place].whose = Whose::Ours { part, item, is_edited: true };
                channel.edits += 1;
            });
        }
        if channel.deletions < run.deletions {
            push(format!("message {} is deleted", message.id), &|channel| {
                channel.messages.remove(place);
                channel.deletions += 1;
            });
        }
    }
}

fn worker_moves(run: &Run, world: &World, number: usize, out: &mut Vec<(String, World)>) {
    let with = |base: &World, worker: Worker| {
        let mut next = base.clone();
        next.workers[number] = worker;
        next
    };
    let mut push = |label: &str, next: World| out.push((format!("w{number} {label}"), next));
    let worker = &world.workers[number];
    if *worker == Worker::Dead {
        push("starts", with(world, Worker::Idle));
        return;
    }
    if world.kills < run.kills {
        push("is killed", killed(&with(world, Worker::Dead), number));
    }
    let says = |part: usize, attempt: AttemptId, outcome: Outcome| {
        let event = Event::Answered { part, attempt, outcome };
        // If the rules refuse the answer, the process continues anyway.
        let next = world.step(number, &event, 0).map(|publication| world.committed(publication));
        with(next.as_ref().unwrap_or(world), Worker::Idle)
    };
    let no_answer =
        if run.retries { not_sent(NotSentReason::NoConnection, None) } else { unknown() };
    match worker {
        Worker::Dead => {}
        Worker::Idle => idle_moves(run, world, number, &mut push),
        Worker::Prepared { next, part, attempt, is_stale } => {
            let (part, attempt) = (*part, *attempt);
            if *is_stale && run.compares_versions {
                push("loses the race", with(world, Worker::Idle));
            } else {
                let next = Stepped { publication: (**next).clone(), last_known: 0 };
                let committed = world.committed(next);
                push("commits its intent", with(&committed, Worker::Intent { part, attempt }));
            }
        }
        Worker::Intent { part, attempt } => {
            let flying = world.flights.iter().filter(|(flying, _)| flying == part).count();
            // In an honest world no request is sent for a part that is in the channel or in flight.
            let is_there = world.channel.copies(*part) > 0;
            assert!(!run.is_honest() || flying == 0 && !is_there, "{world:?}");
            let mut written = with(world, Worker::Waiting { part: *part, attempt: *attempt });
            written.flights.push((*part, *attempt));
            if flying < 2 {
                push("writes its request", written);
            }
            push(
                "finds no connection",
                says(*part, *attempt, not_sent(NotSentReason::NoConnection, None)),
            );
        }
        Worker::Waiting { part, attempt } => {
            let flight = world.flights.iter().position(|flight| *flight == (*part, *attempt));
            if let Some(place) = flight {
                if world.channel.may_land(*part) {
                    let messages = world.messages(*part);
                    for landing in Landing::all(run, messages) {
                        let mut landed = world.clone();
                        landed.flights.remove(place);
                        let message_ids = landed.channel.land(*part, messages, landing);
                        if let Landing::Only(_) = landing {
                            let mut refused = says(*part, *attempt, partly_refused());
                            (refused.channel, refused.flights) = (landed.channel, landed.flights);
                            push("reads that a message was not sent", refused);
                            continue;
                        }
                        landed.workers[number] =
                            Worker::Answered { part: *part, attempt: *attempt, message_ids };
                        push("reads a 200", landed);
                    }
                }
                let mut frozen = says(*part, *attempt, not_sent(NotSentReason::FloodWait, Some(7)));
                frozen.flights.remove(place);
                push("reads a 429", frozen);
            }
            push("gets no answer", says(*part, *attempt, no_answer));
        }
        Worker::Answered { part, attempt, message_ids } => {
            push("records the 200", says(*part, *attempt, sent(message_ids)));
        }
    }
}

/// The kernel releases the lock of a dead process, and the next process is another owner.
fn killed(world: &World, number: usize) -> World {
    let mut next = world.clone();
    next.kills += 1;
    if next.lock == Some(number) {
        next.lock = None;
    }
    for part in &mut next.publication.parts {
        if let PartState::Sending { owner, .. } = &mut part.state
            && *owner == World::owner(number)
        {
            owner.random = 0;
        }
    }
    next
}

fn idle_moves(run: &Run, world: &World, number: usize, push: &mut dyn FnMut(&str, World)) {
    let other = world.lock.filter(|holder| *holder != number);
    match other {
        None if world.lock.is_none() => {
            let mut next = world.clone();
            next.lock = Some(number);
            push("takes the lock", next);
        }
        Some(_) if run.takes_over.is_some() => {
            let mut next = world.clone();
            next.lock = Some(number);
            // The other may still try to commit its transition: only the version check stops it.
            push("takes over from a live process", next);
        }
        _ => {}
    }
    if run.cancels
        && let Some(next) = world.step(number, &Event::Cancel { by: operator() }, 0)
    {
        push("cancels", world.committed(next));
    }
    let seconds = if world.is_late { LATE } else { 0 };
    if world.is_late
        && let Some(next) = world.step(number, &Event::Tick, seconds)
    {
        push("checks the time", world.committed(next));
    }
    for part in 0..PARTS {
        let attempt = world.fresh();
        let telegram_at = Some(at(world.channel.time));
        let Event::Claim(claim) = claim(part, attempt.0) else { return };
        let event = Event::Claim(Claim { telegram_at, ..claim });
        if let Some(next) = world.step(number, &event, seconds) {
            let mut prepared = world.clone();
            let next = Box::new(next.publication);
            prepared.workers[number] = Worker::Prepared { next, part, attempt, is_stale: false };
            push(&format!("prepares part {part}"), prepared);
        }
        recoveries(run, world, number, part, push);
    }
}

/// Recovery by an idle process of a part that another process left.
fn recoveries(
    run: &Run,
    world: &World,
    number: usize,
    part: usize,
    push: &mut dyn FnMut(&str, World),
) {
    let mut tell = |label: &str, event: Event, seconds: i64| {
        if let Some(publication) = world.step(number, &event, seconds) {
            push(&format!("{label} part {part}"), world.committed(publication));
        }
    };
    match &world.publication.parts[part].state {
        PartState::Sending { owner, attempt, .. } => {
            let is_dead = owner.random == 0;
            let death = if is_dead { Some(DeathCertainty::Known) } else { run.takes_over };
            if is_dead && run.retries {
                let outcome = not_sent(NotSentReason::NoConnection, None);
                tell("retries", Event::Answered { part, attempt: *attempt, outcome }, 0);
            } else if let Some(death) = death {
                tell(
                    "finds no owner of",
                    Event::OwnerGone { part, owner: owner.clone(), death },
                    0,
                );
            }
        }
        PartState::Uncertain { unknown, .. } => {
            let attempt = unknown.attempt.0;
            let is_quiet = !world.flights.iter().any(|(flying, _)| *flying == part);
            let last_known = unknown.last_known_message_id.unwrap();
            let looks = |seconds| {
                let number = (part, &world.publication.parts[part]);
                let evidence = world.channel.look(unknown, number, seconds);
                run.lie.map_or(evidence.clone(), |lie| lie.falsified(evidence, last_known))
            };
            // The rules must not accept absence from an early probe.
            tell("looks early for", probed(part, attempt, looks(0)), 0);
            if is_quiet || run.looks_at_once {
                tell("looks for", probed(part, attempt, looks(120)), 120);
                if run.looks_fail {
                    let failed = Evidence { control: Control::Refused, ..looks(120) };
                    tell("looks in vain for", probed(part, attempt, failed), 120);
                }
            }
        }
        _ => {}
    }
}

/// The results of a run.
struct Explored {
    states: usize,
    doubles: usize,
    /// States from which the post cannot be sent exactly once any more, although no operator is asked.
    lost: usize,
    /// States in which an operator is asked.
    asked: usize,
    /// States in which the journal records as sent what was never delivered.
    lies: usize,
    shortest_double: Vec<String>,
}

fn explore(run: &Run) -> Explored {
    let successors = |world: &World| successors(run, world);
    let search = Search::new(World::new(run).normalized(), World::is_double, successors);
    let is_good = |world: &World| world.is_done() || world.is_cancelled() || world.waits_visibly();
    let explored = Explored {
        states: search.len(),
        doubles: search.count(World::is_double),
        lost: search.stuck(is_good, World::is_double),
        asked: search.count(World::waits_visibly),
        lies: search.count(World::is_false),
        shortest_double: search.shortest(World::is_double),
    };
    println!(
        "{:64} states {:7}  double {:6}  lost {:3}  false \"sent\" {:3}  operator asked {:6}",
        run.name, explored.states, explored.doubles, explored.lost, explored.lies, explored.asked
    );
    if !explored.shortest_double.is_empty() {
        println!("    shortest double: {}", explored.shortest_double.join(", "));
    }
    explored
}

fn honest_runs() -> Vec<Run> {
    [text_runs().as_slice(), &other_runs()].concat()
}

/// Publications with an album or a poll.
fn other_runs() -> [Run; 8] {
    let album = Run { shape: Shape::Album, ..HONEST };
    let poll = Run { shape: Shape::Poll, ..HONEST };
    [
        Run { name: "an album, one process", ..album },
        Run {
            name: "an album, two processes, the lock may leave a live one",
            workers: 2,
            kills: 1,
            takes_over: Some(DeathCertainty::Presumed),
            ..album
        },
        Run { name: "an album that may land partly", kills: 1, breaks: true, ..album },
        Run {
            name: "an album that may land partly, and a person cancels",
            kills: 1,
            breaks: true,
            cancels: true,
            ..album
        },
        Run {
            name: "an album, others post and delete",
            kills: 1,
            others: 1,
            gaps: 1,
            deletions: 1,
            ..album
        },
        Run { name: "an album, admins edit what landed", kills: 1, edits: 1, ..album },
        Run { name: "a poll that closes at a set time", kills: 2, ..poll },
        Run {
            name: "a poll, two processes, the lock may leave a live one",
            workers: 2,
            kills: 1,
            takes_over: Some(DeathCertainty::Presumed),
            ..poll
        },
    ]
}

fn text_runs() -> [Run; 10] {
    [
        Run { name: "one process", ..HONEST },
        Run { name: "one process, looks may fail", looks_fail: true, ..HONEST },
        Run { name: "two processes, one lock", workers: 2, ..HONEST },
        Run {
            name: "two processes, the lock may leave a live one",
            workers: 2,
            kills: 2,
            takes_over: Some(DeathCertainty::Presumed),
            ..HONEST
        },
        Run {
            name: "the same, looks may fail",
            workers: 2,
            kills: 1,
            takes_over: Some(DeathCertainty::Presumed),
            looks_fail: true,
            ..HONEST
        },
        Run { name: "one process, and a person cancels", cancels: true, ..HONEST },
        Run {
            name: "two processes, a person cancels, the lock may leave a live one",
            workers: 2,
            kills: 1,
            takes_over: Some(DeathCertainty::Presumed),
            cancels: true,
            ..HONEST
        },
        Run {
            name: "others post and delete, and the bot hears of them",
            kills: 1,
            others: 2,
            gaps: 1,
            deletions: 1,
            ..HONEST
        },
        Run {
            name: "others post, and the bot does not hear of them",
            kills: 1,
            others: 1,
            received: false,
            gaps: 1,
            deletions: 1,
            ..HONEST
        },
        Run {
            name: "admins edit what landed",
            kills: 1,
            others: 1,
            edits: 1,
            deletions: 1,
            ..HONEST
        },
    ]
}

#[test]
fn no_reachable_state_has_a_duplicate() {
    for run in honest_runs() {
        let explored = explore(&run);
        assert_eq!(explored.doubles, 0, "{}: {:?}", run.name, explored.shortest_double);
    }
}

#[test]
fn no_reachable_state_has_lost_a_part() {
    for run in honest_runs() {
        let explored = explore(&run);
        assert_eq!((explored.lost, explored.lies), (0, 0), "{}", run.name);
        assert_eq!(explored.asked > 0, run.may_ask(), "{}: {}", run.name, explored.asked);
    }
}

#[test]
fn omitting_any_part_of_the_proof_causes_duplicates() {
    let lies = [
        Run { name: "a lost answer or a dead owner is \"not sent\"", retries: true, ..HONEST },
        Run { name: "a look before the quiet time counts", looks_at_once: true, ..HONEST },
        Run {
            name: "a live owner who lost the lock is \"dead\"",
            workers: 2,
            kills: 1,
            takes_over: Some(DeathCertainty::Known),
            ..HONEST
        },
        Run {
            name: "a store that does not compare versions",
            workers: 2,
            kills: 0,
            takes_over: Some(DeathCertainty::Presumed),
            compares_versions: false,
            ..HONEST
        },
        Run {
            name: "the end of the channel is not seen",
            gaps: 1,
            kills: 1,
            lie: Some(Lie::EndNotSeen),
            ..HONEST
        },
        Run {
            name: "a message with another text is somebody else's",
            edits: 1,
            kills: 1,
            lie: Some(Lie::TextDiffers),
            ..HONEST
        },
        Run {
            name: "our clock says which message is older",
            kills: 1,
            lie: Some(Lie::DatedByOurClock),
            ..HONEST
        },
        Run { name: "no positive control", kills: 1, lie: Some(Lie::NoControl), ..HONEST },
        Run {
            name: "an album that is partly there is not there",
            shape: Shape::Album,
            breaks: true,
            kills: 1,
            lie: Some(Lie::PartIsAbsent),
            ..HONEST
        },
    ];
    for run in lies {
        assert!(explore(&run).doubles > 0, "{} finds no double", run.name);
    }
}

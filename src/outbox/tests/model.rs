//! Every interleaving of kills, lost answers, late landings, 429s and workers, over the real transition function: no
//! reachable state has a part twice in the channel, and none has lost one.
//!
//! The world is a publication of two parts, what landed in the channel, the requests still on their way, and one or two
//! processes that may be killed at any step. Time is what the world makes of it: a look made "after the quiet time" is
//! one that begins when no request is on its way any more, as the quiet time promises. What differs between runs is only
//! how truthfully the world reports to the rules; a run that lies must find doubles, or this test could not fail.

use std::collections::{HashMap, VecDeque};
use std::sync::LazyLock;

use super::fixture::*;
use crate::outbox::*;

const PARTS: usize = 2;

/// How a run's world behaves.
#[expect(clippy::struct_excessive_bools, reason = "each is one way in which a world may differ")]
#[derive(Clone, Copy)]
struct Run {
    name: &'static str,
    workers: usize,
    kills: u8,
    /// The lie that most systems tell: a dead owner's or unanswered request "was not sent".
    retries: bool,
    /// The lie that the quiet time has passed while requests are still on their way.
    looks_at_once: bool,
    /// The right to publish may pass to the other process while its holder lives; what the new one says of the old.
    takes_over: Option<Death>,
    /// Whether a store writes only over the version it read.
    compares_versions: bool,
    /// A look may also fail to read what is certainly there.
    looks_fail: bool,
}

const HONEST: Run = Run {
    name: "",
    workers: 1,
    kills: 3,
    retries: false,
    looks_at_once: false,
    takes_over: None,
    compares_versions: true,
    looks_fail: false,
};

impl Run {
    fn is_honest(&self) -> bool {
        let lies = self.retries || self.looks_at_once || self.takes_over == Some(Death::Known);
        !lies && self.compares_versions
    }
}

/// A process.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Worker {
    Dead,
    Idle,
    /// It has made a transition and not yet committed it; whether somebody else committed since.
    Prepared {
        next: Box<Publication>,
        part: usize,
        attempt: AttemptId,
        is_stale: bool,
    },
    /// The intent is committed, nothing is written.
    Intent {
        part: usize,
        attempt: AttemptId,
    },
    /// The request is written.
    Waiting {
        part: usize,
        attempt: AttemptId,
    },
    /// The answer is read.
    Answered {
        part: usize,
        attempt: AttemptId,
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
    landed: [u8; PARTS],
    /// Requests on their way: the part, and the attempt while somebody waits for its answer.
    flights: Vec<(usize, AttemptId)>,
    workers: Vec<Worker>,
    /// Who holds the instance lock.
    lock: Option<usize>,
    kills: u8,
}

/// The attempt of a request whose answer nobody waits for.
const NOBODY: AttemptId = AttemptId(0);

impl World {
    fn new(run: &Run) -> Self {
        Self {
            publication: Case::due().publication,
            landed: [0; PARTS],
            flights: Vec::new(),
            workers: vec![Worker::Idle; run.workers],
            lock: None,
            kills: 0,
        }
    }

    /// One life of a worker: the one before it has another number.
    fn owner(worker: usize) -> Owner {
        owner(u32::try_from(worker).unwrap())
    }

    fn is_double(&self) -> bool {
        self.landed.iter().any(|count| *count > 1)
    }

    fn is_done(&self) -> bool {
        self.publication.state == State::Published
            && self.landed == [1; PARTS]
            && self.flights.is_empty()
    }

    /// Whether an operator sees that he has to act.
    fn waits_visibly(&self) -> bool {
        let asked = |part: &Part| matches!(part.state, PartState::NeedsOperator { .. });
        self.publication.parts.iter().any(asked)
            || matches!(self.publication.state, State::Held { .. } | State::Failed { .. })
    }

    /// Whether the journal says of a part that it was sent, and it is neither there nor on its way.
    fn is_false(&self) -> bool {
        self.publication.parts.iter().enumerate().any(|(number, part)| {
            let on_its_way = self.flights.iter().any(|(flying, _)| *flying == number);
            matches!(part.state, PartState::Sent { .. }) && self.landed[number] == 0 && !on_its_way
        })
    }

    /// What the rules make of an event that `worker` reports; `None` where they refuse it.
    fn step(&self, worker: usize, event: &Event, seconds: i64) -> Option<Publication> {
        static FACTS: LazyLock<Case> = LazyLock::new(Case::new);
        let instance = Instance {
            owner: Self::owner(worker),
            holds_lock: self.lock == Some(worker),
            ..FACTS.instance.clone()
        };
        let context = Context { now: at(seconds), instance: &instance, ..FACTS.context() };
        match step(&self.publication, &context, event) {
            Ok(transition) => Some(transition.committed().0),
            Err(Refused::Broken(broken)) => panic!("{broken}: {self:?} {event:?}"),
            Err(_) => None,
        }
    }

    /// The world after `publication` was committed.
    fn committed(&self, publication: Publication) -> Self {
        let mut next = self.clone();
        next.publication = publication;
        for worker in &mut next.workers {
            if let Worker::Prepared { is_stale, .. } = worker {
                *is_stale = true;
            }
        }
        next
    }

    /// The same world with its instants, counters and attempt numbers as small as they can be: two worlds that differ in
    /// these alone have the same future.
    fn smallest(mut self) -> Self {
        let waited: Vec<_> = self.workers.iter().filter_map(Worker::attempt).collect();
        for (_, attempt) in &mut self.flights {
            if !waited.contains(attempt) {
                *attempt = NOBODY;
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
            None => NOBODY,
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

    /// A number that no attempt has.
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
        state => state.doubt().map(|doubt| doubt.attempt),
    }
}

fn rename(publication: &mut Publication, name: &dyn Fn(AttemptId) -> AttemptId) {
    publication.version = 0;
    publication.not_before = None;
    publication.patient_from = at(0);
    for part in &mut publication.parts {
        part.tries = Tries::default();
        part.attempts = part.attempts.iter().map(|old| name(*old)).collect();
        part.attempts.retain(|attempt| *attempt != NOBODY);
        match &mut part.state {
            PartState::Sending { attempt, since, .. } => {
                *attempt = name(*attempt);
                *since = at(0);
            }
            PartState::Uncertain { doubt, .. } | PartState::NeedsOperator { doubt, .. } => {
                doubt.attempt = name(doubt.attempt);
                doubt.intent_at = at(0);
                doubt.since = at(0);
            }
            PartState::Sent { at: moment, .. } => *moment = at(0),
            _ => {}
        }
    }
}

/// The message that a part becomes.
fn message(part: usize) -> i64 {
    FLOOR + 1 + i64::try_from(part).unwrap()
}

/// Everything that may happen next.
fn successors(run: &Run, world: &World) -> Vec<(String, World)> {
    let mut out = Vec::new();
    for number in 0..world.workers.len() {
        worker_moves(run, world, number, &mut out);
    }
    for (place, (part, _)) in world.flights.iter().enumerate() {
        let mut gone = world.clone();
        gone.flights.remove(place);
        if world.landed[*part] < 2 {
            let mut landed = gone.clone();
            landed.landed[*part] += 1;
            out.push((format!("part {part} lands unseen"), landed));
        }
        out.push((format!("the request of part {part} vanishes"), gone));
    }
    out.into_iter().map(|(label, next)| (label, next.smallest())).collect()
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
        // Nobody hears an answer that the rules refuse; the process goes on all the same.
        let next = world.step(number, &event, 0).map(|publication| world.committed(publication));
        with(next.as_ref().unwrap_or(world), Worker::Idle)
    };
    let no_answer = if run.retries { not_sent(Delay::NoConnection, None) } else { unknown() };
    match worker {
        Worker::Dead => {}
        Worker::Idle => idle_moves(run, world, number, &mut push),
        Worker::Prepared { next, part, attempt, is_stale } => {
            let (part, attempt) = (*part, *attempt);
            if *is_stale && run.compares_versions {
                push("loses the race", with(world, Worker::Idle));
            } else {
                let committed = world.committed((**next).clone());
                push("commits its intent", with(&committed, Worker::Intent { part, attempt }));
            }
        }
        Worker::Intent { part, attempt } => {
            let flying = world.flights.iter().filter(|(flying, _)| flying == part).count();
            // In an honest world nothing is ever written for a part that is there or on its way.
            assert!(!run.is_honest() || flying == 0 && world.landed[*part] == 0, "{world:?}");
            let mut written = with(world, Worker::Waiting { part: *part, attempt: *attempt });
            written.flights.push((*part, *attempt));
            if flying < 2 {
                push("writes its request", written);
            }
            push("finds no connection", says(*part, *attempt, not_sent(Delay::NoConnection, None)));
        }
        Worker::Waiting { part, attempt } => {
            let flight = world.flights.iter().position(|flight| *flight == (*part, *attempt));
            if let Some(place) = flight {
                if world.landed[*part] < 2 {
                    let mut landed =
                        with(world, Worker::Answered { part: *part, attempt: *attempt });
                    landed.flights.remove(place);
                    landed.landed[*part] += 1;
                    push("reads a 200", landed);
                }
                let mut frozen = says(*part, *attempt, not_sent(Delay::FloodWait, Some(7)));
                frozen.flights.remove(place);
                push("reads a 429", frozen);
            }
            push("gets no answer", says(*part, *attempt, no_answer));
        }
        Worker::Answered { part, attempt } => {
            push("records the 200", says(*part, *attempt, sent(&[message(*part)])));
        }
    }
}

/// The kernel takes the lock of a dead process, and its next life is another owner.
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
            // The other may still commit what it has prepared: only its version stops it.
            push("takes over from a live process", next);
        }
        _ => {}
    }
    for part in 0..PARTS {
        let attempt = world.fresh();
        let event = claim(part, attempt.0);
        if let Some(next) = world.step(number, &event, 0) {
            let mut prepared = world.clone();
            let next = Box::new(next);
            prepared.workers[number] = Worker::Prepared { next, part, attempt, is_stale: false };
            push(&format!("prepares part {part}"), prepared);
        }
        recoveries(run, world, number, part, push);
    }
}

/// What a process that has nothing to send does about a part that somebody left.
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
            let death = if is_dead { Some(Death::Known) } else { run.takes_over };
            if is_dead && run.retries {
                let outcome = not_sent(Delay::NoConnection, None);
                tell("retries", Event::Answered { part, attempt: *attempt, outcome }, 0);
            } else if let Some(death) = death {
                tell("finds nobody at", Event::OwnerGone { part, owner: owner.clone(), death }, 0);
            }
        }
        PartState::Uncertain { doubt, .. } => {
            let attempt = doubt.attempt.0;
            let is_quiet = !world.flights.iter().any(|(flying, _)| *flying == part);
            let matches = if world.landed[part] > 0 { vec![message(part)] } else { Vec::new() };
            let looks = |seconds| match matches.as_slice() {
                [] => nothing_there(seconds, FLOOR),
                ids => found(&[ids]),
            };
            // The rules must not take an early look's word for an absence.
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

/// What a run found.
struct Explored {
    states: usize,
    doubles: usize,
    /// States from which not everything can still be sent exactly once, and in which no operator is asked.
    lost: usize,
    /// States in which an operator is asked.
    asked: usize,
    /// States in which the journal says "sent" of what is not there.
    lies: usize,
    shortest_double: Vec<String>,
}

fn explore(run: &Run) -> Explored {
    let first = World::new(run).smallest();
    let mut numbers = HashMap::from([(first.clone(), 0)]);
    let mut worlds = vec![first];
    let mut came: Vec<Option<(usize, String)>> = vec![None];
    let mut into: Vec<Vec<usize>> = vec![Vec::new()];
    let mut queue = VecDeque::from([0]);
    let mut double = None;
    while let Some(from) = queue.pop_front() {
        let world = worlds[from].clone();
        // What comes after a double is no worse.
        if world.is_double() {
            continue;
        }
        for (label, next) in successors(run, &world) {
            let to = *numbers.entry(next.clone()).or_insert_with(|| {
                if next.is_double() && double.is_none() {
                    double = Some(worlds.len());
                }
                queue.push_back(worlds.len());
                worlds.push(next);
                came.push(Some((from, label)));
                into.push(Vec::new());
                worlds.len() - 1
            });
            into[to].push(from);
        }
    }
    let is_good = |world: &World| world.is_done() || world.waits_visibly();
    let mut reaches: Vec<bool> = worlds.iter().map(is_good).collect();
    let mut queue: VecDeque<_> = (0..worlds.len()).filter(|number| reaches[*number]).collect();
    while let Some(to) = queue.pop_front() {
        for from in &into[to] {
            if !reaches[*from] {
                reaches[*from] = true;
                queue.push_back(*from);
            }
        }
    }
    let count = |test: &dyn Fn(usize) -> bool| (0..worlds.len()).filter(|n| test(*n)).count();
    let mut shortest_double = Vec::new();
    while let Some((from, label)) = double.and_then(|number: usize| came[number].clone()) {
        shortest_double.insert(0, label);
        double = Some(from);
    }
    let explored = Explored {
        states: worlds.len(),
        doubles: count(&|number| worlds[number].is_double()),
        lost: count(&|number| !reaches[number] && !worlds[number].is_double()),
        asked: count(&|number| worlds[number].waits_visibly()),
        lies: count(&|number| worlds[number].is_false()),
        shortest_double,
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

fn honest_runs() -> [Run; 5] {
    [
        Run { name: "one process", ..HONEST },
        Run { name: "one process, looks may fail", looks_fail: true, ..HONEST },
        Run { name: "two processes, one lock", workers: 2, ..HONEST },
        Run {
            name: "two processes, the lock may leave a live one",
            workers: 2,
            kills: 2,
            takes_over: Some(Death::Presumed),
            ..HONEST
        },
        Run {
            name: "the same, looks may fail",
            workers: 2,
            kills: 1,
            takes_over: Some(Death::Presumed),
            looks_fail: true,
            ..HONEST
        },
    ]
}

#[test]
fn no_reachable_double_post() {
    for run in honest_runs() {
        let explored = explore(&run);
        assert_eq!(explored.doubles, 0, "{}: {:?}", run.name, explored.shortest_double);
    }
}

#[test]
fn no_reachable_loss() {
    for run in honest_runs() {
        let explored = explore(&run);
        assert_eq!((explored.lost, explored.lies), (0, 0), "{}", run.name);
        let may_ask = run.looks_fail || run.takes_over.is_some();
        assert_eq!(explored.asked > 0, may_ask, "{}: {}", run.name, explored.asked);
    }
}

#[test]
fn a_world_that_lies_to_the_rules_finds_doubles() {
    let lies = [
        Run { name: "a lost answer or a dead owner is \"not sent\"", retries: true, ..HONEST },
        Run { name: "a look before the quiet time counts", looks_at_once: true, ..HONEST },
        Run {
            name: "a live owner who lost the lock is \"dead\"",
            workers: 2,
            kills: 1,
            takes_over: Some(Death::Known),
            ..HONEST
        },
        Run {
            name: "a store that does not compare versions",
            workers: 2,
            kills: 0,
            takes_over: Some(Death::Presumed),
            compares_versions: false,
            ..HONEST
        },
    ];
    for run in lies {
        assert!(explore(&run).doubles > 0, "{} finds no double", run.name);
    }
}

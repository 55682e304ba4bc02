//! An exhaustive search over comments, their post and its copy: kills, lost and late answers, a late or missing copy, a post that is
//! deleted. No comment is posted twice, without its place or before its post, and none is lost.

use std::collections::HashSet;

use super::comment::{claim_with, comments};
use super::fixture::*;
use crate::limits;
use crate::outbox::comment::{Placement, placement};
use crate::outbox::*;

/// How many answers may be lost and processes may die.
const FAULTS: u8 = 2;

/// The copy of the post in the group.
const FORWARD: i64 = 70;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Post {
    Waits,
    Published,
    Deleted,
}

/// A request on its way. It may take effect until it is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Flight {
    part: usize,
    attempt: i64,
    has_landed: bool,
    /// Its answer is lost, or its sender died.
    is_lost: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct World {
    comments: Publication,
    post: Post,
    has_forward: bool,
    time: i64,
    /// The parts that were posted, in order; their message ids follow that of the copy.
    posted: Vec<usize>,
    flight: Option<Flight>,
    attempts: i64,
    faults: u8,
    pid: u32,
}

impl World {
    fn new() -> Self {
        Self {
            comments: comments().publication,
            post: Post::Waits,
            has_forward: false,
            time: 0,
            posted: Vec::new(),
            flight: None,
            attempts: 0,
            faults: 0,
            pid: 1,
        }
    }

    fn case(&self) -> Case {
        let mut case = Case { publication: self.comments.clone(), ..Case::new() }.at(self.time);
        case.process.owner = owner(self.pid);
        let posted = i64::try_from(self.posted.len()).unwrap();
        case.channel.last_known_message_id = Some(FORWARD + posted);
        case
    }

    /// The same after this event; `None` if the rules refuse it.
    fn after(&self, event: &Event) -> Option<Self> {
        let transition = self.case().step(event).ok()?;
        // The number of transitions would make every state a new one.
        let comments = Publication { version: 0, ..transition.committed().0 };
        Some(Self { comments, ..self.clone() })
    }

    fn post(&self) -> Publication {
        match self.post {
            Post::Waits => Case::due().publication,
            Post::Published => Case::published().publication,
            Post::Deleted => Case::cancelled().publication,
        }
    }

    fn placement(&self) -> Placement {
        let forward = self.has_forward.then_some(FORWARD);
        placement(&self.comments, Some(&self.post()), forward, at(self.time))
    }

    /// What the publisher does next.
    fn publisher(&self) -> Option<Self> {
        let by = Actor::System;
        match (&self.comments.state, self.placement()) {
            (State::Scheduled | State::Due | State::Publishing, Placement::ReplyTo(message)) => {
                let ticked = match self.comments.state {
                    State::Scheduled => self.after(&Event::Tick)?,
                    _ => self.clone(),
                };
                let part = ticked.comments.next_part()?;
                let placed = ticked.comments.parts[part].request.clone().placed(message);
                let attempt = self.attempts + 1;
                let claimed = ticked.after(&claim_with(part, attempt, Some(placed)))?;
                assert_eq!(self.post, Post::Published, "a comment without its post");
                let flight = Flight { part, attempt, has_landed: false, is_lost: false };
                Some(Self { flight: Some(flight), attempts: attempt, ..claimed })
            }
            (State::Scheduled | State::Due | State::Publishing, Placement::NotPlaced) => {
                self.after(&Event::Hold { held: HoldReason::NotPlaced, by })
            }
            (State::Scheduled | State::Due | State::Publishing, Placement::PostGone) => {
                if self.comments.is_unsent() {
                    self.after(&Event::Cancel { by })
                } else {
                    self.after(&Event::Hold { held: HoldReason::PostGone, by })
                }
            }
            (State::Uncertain, _) => self.probe(),
            _ => None,
        }
    }

    /// An honest probe after the quiet time.
    fn probe(&self) -> Option<Self> {
        let late = Self { time: self.time + 300, ..self.clone() };
        let (part, unknown) = self
            .comments
            .parts
            .iter()
            .enumerate()
            .find_map(|(number, part)| Some((number, part.state.unknown_outcome()?.clone())))?;
        let mut evidence = nothing_there(late.time, unknown.last_known_message_id?);
        let place = self.posted.iter().position(|posted| *posted == part);
        if let Some(place) = place {
            let id = FORWARD + 1 + i64::try_from(place).unwrap();
            evidence.matches = vec![Match { message_ids: vec![id], by_witness: false }];
        }
        late.after(&probed(part, unknown.attempt.0, evidence))
    }

    /// What may happen to a request on its way.
    fn flights(&self, flight: Flight) -> Vec<Self> {
        let mut next = Vec::new();
        let mut landed = self.clone();
        if !flight.has_landed {
            landed.posted.push(flight.part);
            landed.flight = Some(Flight { has_landed: true, ..flight });
            next.push(landed);
        }
        let gone = Self { flight: None, ..self.clone() };
        if flight.is_lost {
            next.push(gone);
            return next;
        }
        let answer = if flight.has_landed {
            let place = self.posted.iter().position(|posted| *posted == flight.part).unwrap();
            sent(&[FORWARD + 1 + i64::try_from(place).unwrap()])
        } else {
            not_sent(NotSentReason::NoConnection, None)
        };
        let answered_now = gone.after(&answered(flight.part, flight.attempt, answer));
        next.extend(answered_now.map(|world| Self { time: world.time + 60, ..world }));
        if self.faults < FAULTS {
            let lost = Some(Flight { is_lost: true, ..flight });
            let faulty = Self { flight: lost, faults: self.faults + 1, ..self.clone() };
            next.extend(faulty.after(&answered(flight.part, flight.attempt, unknown())));
            let restarted = Self { pid: self.pid + 1, ..faulty };
            let died = Event::OwnerGone {
                part: flight.part,
                owner: owner(self.pid),
                death: DeathCertainty::Known,
            };
            next.extend(restarted.after(&died));
        }
        next
    }

    fn next(&self) -> Vec<Self> {
        let mut next = Vec::new();
        match self.flight {
            Some(flight) => next.extend(self.flights(flight)),
            None => next.extend(self.publisher()),
        }
        match self.post {
            Post::Waits => {
                next.push(Self { post: Post::Published, ..self.clone() });
                next.push(Self { post: Post::Deleted, ..self.clone() });
            }
            Post::Published => {
                next.push(Self { post: Post::Deleted, ..self.clone() });
                if !self.has_forward {
                    next.push(Self { has_forward: true, ..self.clone() });
                }
            }
            Post::Deleted => {}
        }
        let wait = i64::try_from(limits::FORWARD_WAIT.as_secs()).unwrap();
        if let Placement::WaitsForForward(_) = self.placement()
            && self.time < wait
        {
            next.push(Self { time: wait, ..self.clone() });
        }
        if self.comments.state == (State::Held { held: HoldReason::NotPlaced }) && self.has_forward
        {
            next.extend(self.after(&Event::Release { by: operator() }));
        }
        next
    }

    fn check(&self) {
        let distinct: HashSet<_> = self.posted.iter().collect();
        assert_eq!(distinct.len(), self.posted.len(), "a comment was posted twice: {self:?}");
        if self.comments.state == State::Published {
            assert_eq!(self.posted, [0, 1], "a comment is missing or out of order: {self:?}");
        }
        for (number, part) in self.comments.parts.iter().enumerate() {
            let is_sent = matches!(part.state, PartState::Sent { .. });
            assert!(!is_sent || self.posted.contains(&number), "never posted: {self:?}");
        }
    }
}

#[test]
fn no_comment_is_doubled_lost_or_without_its_place() {
    let mut seen = HashSet::new();
    let mut open = vec![World::new()];
    let mut ends = HashSet::new();
    while let Some(world) = open.pop() {
        if world.attempts > 6 || !seen.insert(world.clone()) {
            continue;
        }
        world.check();
        let next = world.next();
        if next.is_empty() {
            let state = &world.comments.state;
            let is_waiting = matches!(state, State::Held { .. });
            assert!(state.is_terminal() || is_waiting, "nothing happens any more: {world:?}");
        }
        ends.insert(world.comments.state.shown());
        open.extend(next);
    }
    for end in ["published", "held", "cancelled", "uncertain"] {
        assert!(ends.contains(end), "{end} was never reached");
    }
    assert!(seen.len() > 500, "{}", seen.len());
}

//! Random events in random contexts: the invariants hold, and every stored value survives JSON.

use proptest::prelude::*;

use super::fixture::*;
use crate::outbox::*;

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        4 => (1_i64..30).prop_map(|id| sent(&[id])),
        1 => prop::collection::vec(-2_i64..30, 0..3).prop_map(|ids| sent(&ids)),
        1 => Just(Outcome::Accepted { message_ids: vec![5], chat: Some(-7) }),
        1 => Just(Outcome::SentThenDeleted { description: "x".into() }),
        2 => prop::sample::select(vec![
            NotSentReason::NoConnection, NotSentReason::FloodWait, NotSentReason::MediaNotFetched, NotSentReason::NotWritten, NotSentReason::StaleFileId, NotSentReason::BytesMissing,
        ]).prop_flat_map(|why| prop::option::of(any::<u64>()).prop_map(move |wait| not_sent(why, wait))),
        2 => prop::sample::select(vec![
            Refusal::Content, Refusal::Channel, Refusal::BotWide, Refusal::NotModified,
            Refusal::Missing, Refusal::Immutable,
        ]).prop_map(rejected),
        3 => Just(unknown()),
    ]
}

fn evidence() -> impl Strategy<Value = Evidence> {
    let control = prop_oneof![4 => Just(Control::Read), 1 => Just(Control::NotFound)];
    let matches = prop_oneof![3 => Just(vec![]), 1 => prop::collection::vec(5_i64..30, 1..3)];
    (0_i64..2000, 0_i64..20, control, matches).prop_map(|(began, last_known, control, matches)| {
        let matches = matches.into_iter();
        Evidence {
            control,
            matches: matches
                .map(|id| Match { message_ids: vec![id], by_witness: id % 2 == 0 })
                .collect(),
            ..nothing_there(began, last_known)
        }
    })
}

fn actor() -> impl Strategy<Value = Actor> {
    prop::sample::select(vec![
        operator(),
        Actor::CommandLine { user: "ann".into() },
        Actor::File,
        Actor::Schedule,
        Actor::System,
    ])
}

fn event() -> impl Strategy<Value = Event> {
    let part = 0_usize..4;
    let attempt = 1_i64..9;
    let resolution = prop_oneof![
        (1_i64..30).prop_map(|id| Resolution::Sent { message_ids: vec![id] }),
        Just(Resolution::NotSent),
        Just(Resolution::Skip),
        Just(Resolution::Gone),
    ];
    let death = prop::sample::select(vec![DeathCertainty::Known, DeathCertainty::Presumed]);
    let held = prop::sample::select(vec![
        HoldReason::File,
        HoldReason::PostGone,
        HoldReason::Channel,
        HoldReason::Approvals,
    ]);
    let kind = prop::sample::select(vec![ChangeKind::Edit, ChangeKind::Delete]);
    let pinned = prop::sample::select(vec![pin(true), pin(false)]);
    prop_oneof![
        3 => Just(Event::Tick),
        8 => (part.clone(), attempt.clone()).prop_map(|(part, id)| claim(part, id)),
        8 => (part.clone(), attempt.clone(), outcome())
            .prop_map(|(part, id, outcome)| answered(part, id, outcome)),
        2 => (part.clone(), 1_u32..3, death)
            .prop_map(|(part, pid, death)| Event::OwnerGone { part, owner: owner(pid), death }),
        3 => (part.clone(), attempt, evidence())
            .prop_map(|(part, id, evidence)| probed(part, id, evidence)),
        2 => (part.clone(), resolution, actor())
            .prop_map(|(part, resolution, by)| Event::Resolve { part, resolution, by }),
        1 => actor().prop_map(|by| Event::Undo { by }),
        1 => pinned,
        1 => Just(Event::StartGroup),
        1 => actor().prop_map(|by| Event::Approve { payload: hash(200), by }),
        1 => actor().prop_map(|by| Event::Cancel { by }),
        1 => actor().prop_map(supersede),
        1 => (held, actor()).prop_map(|(held, by)| Event::Hold { held, by }),
        1 => actor().prop_map(|by| Event::Release { by }),
        1 => actor().prop_map(|by| Event::Retry { by }),
        1 => actor().prop_map(|by| Event::ClosePoll { by }),
        1 => (part.clone(), kind.clone(), actor()).prop_map(|(part, kind, by)| edited_by_hand(part, kind, by)),
        1 => (0_i64..3000, actor())
            .prop_map(|(due, by)| Event::Reschedule { due_at: at(due), civil: None, by }),
        2 => (prop::collection::vec((part, kind), 0..3), 0_u8..2, actor())
            .prop_map(|(changes, appended, by)| revise(&changes, appended, by)),
    ]
}

/// The context of one step: seconds that passed, the process, and an obstacle.
#[derive(Clone, Debug)]
struct Facts {
    seconds: i64,
    pid: u32,
    obstacle: u8,
    recovery: Recovery,
}

fn facts() -> impl Strategy<Value = Facts> {
    let seconds = prop_oneof![6 => 0_i64..300, 1 => -5000_i64..0, 1 => 1000_i64..200_000];
    let recovery = prop::sample::select(vec![Recovery::Probe, Recovery::Probe, Recovery::Hold]);
    (seconds, 1_u32..3, 0_u8..24, recovery).prop_map(|(seconds, pid, obstacle, recovery)| Facts {
        seconds,
        pid,
        obstacle,
        recovery,
    })
}

fn meet(case: &mut Case, facts: &Facts, seconds: &mut i64) {
    *seconds += facts.seconds;
    case.now = at(*seconds);
    case.process.owner = owner(facts.pid);
    case.process.holds_lock = facts.obstacle != 0;
    case.process.clock_trusted = facts.obstacle != 1;
    case.process.stopped = (facts.obstacle == 2).then(|| "stopped".into());
    case.channel.paused = (facts.obstacle == 3).then(|| "paused".into());
    case.channel.busy = (facts.obstacle == 4).then_some(PublicationId(8));
    case.channel.flood_wait_until = (facts.obstacle == 5).then_some(at(*seconds + 5));
    case.policy.recovery = facts.recovery;
    // No other publication begins while this one occupies the channel.
    if case.publication.state.occupies() {
        case.channel.busy = None;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn invariants_hold_for_random_events(steps in prop::collection::vec((event(), facts()), 0..60)) {
        let mut case = Case::new();
        let mut seconds = 0;
        // The attempts that sent a part.
        let mut intents: Vec<AttemptId> = Vec::new();
        for (event, facts) in steps {
            meet(&mut case, &facts, &mut seconds);
            let before = case.publication.clone();
            let transition = match case.step(&event) {
                Ok(transition) => transition,
                Err(StepRefusal::Broken(broken)) => {
                    return Err(TestCaseError::fail(format!("{broken}: {event:?} {before:?}")));
                }
                Err(why) => {
                    prop_assert!(!why.to_string().is_empty());
                    continue;
                }
            };
            prop_assert_eq!(transition.expects(), Some(before.version));
            prop_assert_eq!(transition.next().version, before.version + 1);
            let rows = transition.writes().iter().filter(|write| matches!(write, Write::UpdatePart(_) | Write::InsertPart(_)));
            let changed = transition.next().parts.iter().enumerate()
                .filter(|(number, part)| before.parts.get(*number) != Some(part));
            prop_assert_eq!(rows.count(), changed.count(), "every changed part is a row");
            for write in transition.writes() {
                if let Write::RaiseLastKnownMessage(id) = write {
                    case.channel.last_known_message_id = case.channel.last_known_message_id.max(Some(*id));
                }
            }
            let (next, intent) = transition.committed();
            if let Some(intent) = intent {
                prop_assert!(case.process.holds_lock && case.process.stopped.is_none() && case.channel.paused.is_none());
                if intent.operation() == Operation::Send {
                    prop_assert!(!intents.contains(&intent.attempt()));
                    intents.push(intent.attempt());
                    // Nothing is sent that is or may be in the channel.
                    let part = &before.parts[intent.part()];
                    prop_assert_eq!(&part.state, &PartState::Pending);
                    prop_assert!(!before.parts.iter().any(|part| part.state.unknown_outcome().is_some()));
                }
            }
            prop_assert!(next.parts.len() >= before.parts.len());
            round_trip(&next)?;
            case.publication = next;
        }
    }
}

/// Values that the store keeps as JSON survive a round trip.
fn round_trip(publication: &Publication) -> Result<(), TestCaseError> {
    let state = serde_json::to_string(&publication.state).unwrap();
    prop_assert_eq!(&serde_json::from_str::<State>(&state).unwrap(), &publication.state);
    for part in &publication.parts {
        let state = serde_json::to_string(&part.state).unwrap();
        prop_assert_eq!(&serde_json::from_str::<PartState>(&state).unwrap(), &part.state);
        let name = serde_json::to_value(&part.state).unwrap()["state"].clone();
        prop_assert_eq!(name, part.state.name());
        let change = serde_json::to_string(&part.change).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Option<Change>>(&change).unwrap(), &part.change);
    }
    Ok(())
}

#[test]
fn attempts_findings_and_notices_survive_json() {
    let transitions = [
        Case::due().step(&claim(0, 1)),
        Case::sending().step(&answered(0, 1, not_sent(NotSentReason::FloodWait, Some(9000)))),
        Case::sending().restarted().step(&gone(0, DeathCertainty::Known)),
        Case::uncertain().at(200).step(&probed(0, 1, nothing_there(150, LAST_KNOWN))),
        Case::needs_operator().step(&decided(0, Resolution::Sent { message_ids: vec![14] })),
    ];
    for transition in transitions {
        for write in transition.unwrap().writes() {
            match write {
                Write::InsertAttempt(attempt) => {
                    let json = serde_json::to_string(attempt).unwrap();
                    assert_eq!(&serde_json::from_str::<Attempt>(&json).unwrap(), attempt);
                }
                Write::InsertFinding(finding) => {
                    let json = serde_json::to_string(finding).unwrap();
                    assert_eq!(&serde_json::from_str::<Finding>(&json).unwrap(), finding);
                }
                Write::Notify(notice) => {
                    let json = serde_json::to_string(notice).unwrap();
                    assert_eq!(&serde_json::from_str::<Notice>(&json).unwrap(), notice);
                }
                _ => {}
            }
        }
    }
}

//! Table tests of the plan of one post in one channel.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{
    Desired, JournalView, PlanAction, PlanOptions, Reason, Step, payload_hash, plan, request_hash,
};
use crate::config::{Channel, Style};
use crate::ids::{ChannelName, Destination, Language, PostId};
use crate::message::{Content, LinkPreviewOptions, Request, SendMessage, TextContent};
use crate::outbox::{
    self, Actor, Cancellation, EndTimes, Event, NewPart, NewPublication, PartState, PayloadHash,
    Publication, PublicationId, SentVia, State,
};

const CHAT: i64 = -1_001_234_567_890;

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

fn hours(hours: i64) -> Timestamp {
    now() + SignedDuration::from_hours(hours)
}

fn parts(texts: &[&str]) -> Vec<NewPart> {
    let part = |text: &&str| {
        let no_preview = LinkPreviewOptions { is_disabled: true, ..LinkPreviewOptions::default() };
        let content = TextContent {
            text: (*text).to_owned(),
            link_preview_options: Some(no_preview),
            ..TextContent::default()
        };
        let request = Request::SendMessage(SendMessage { content, ..SendMessage::default() });
        NewPart { hash: request_hash(&request), request, messages: 1 }
    };
    texts.iter().map(part).collect()
}

fn channel() -> Channel {
    Channel {
        name: ChannelName::parse("news").unwrap(),
        chat: crate::ids::ChatId::Id(CHAT),
        topic: None,
        title: None,
        is_group: false,
        language: Language::parse("en").unwrap(),
        timezone: jiff::tz::TimeZone::UTC,
        slots: Vec::new(),
        style: Style::default(),
    }
}

fn desired(texts: &[&str]) -> Desired {
    let parts = parts(texts);
    Desired {
        post: PostId::parse("summit").unwrap(),
        channel: channel().into(),
        destination: Some(Destination::of_chat(CHAT)),
        comments_on: None,
        comments: None,
        is_in_group: false,
        edition: "en".into(),
        payload: payload_hash(
            parts.iter().map(|part| &part.hash),
            false,
            EndTimes::default(),
            None,
        ),
        parts: parts.into(),
        source: super::source_hash(&texts.join("\n")),
        publish_at: None,
        ends: EndTimes::default(),
        repeat: None,
        occurrence: None,
        draft: false,
        pin: false,
        together: 0,
        is_only: true,
        waits_for: None,
    }
}

/// The publication of a post, due at `due_at`.
fn accepted(wanted: &Desired, due_at: Timestamp) -> Publication {
    let wanted = wanted.acceptance(&Actor::File, due_at, None, 0);
    let id = PublicationId(1);
    let new = NewPublication {
        id,
        revision: 1,
        key_taken_by: None,
        approvals: 0,
        requester: None,
        wanted,
    };
    outbox::enqueue(new).unwrap().next().clone()
}

/// The publication of a post that was sent at `at` as messages 1, 2 and so on.
fn published(wanted: &Desired, at: Timestamp) -> Publication {
    let mut publication = accepted(wanted, at);
    publication.state = State::Published;
    for (number, part) in publication.parts.iter_mut().enumerate() {
        let message_ids = vec![i64::try_from(number).unwrap() + 1];
        part.state = PartState::Sent { message_ids, via: SentVia::Answer, at };
    }
    publication
}

fn files_of(wanted: &[Desired]) -> BTreeSet<PostId> {
    wanted.iter().map(|desired| desired.post.clone()).collect()
}

/// The action, the reason and the requests of the only item.
fn planned(
    wanted: &[Desired],
    publication: Option<&Publication>,
    last_known_message_id: i64,
) -> (PlanAction, Reason, Vec<String>) {
    let publications: Vec<_> = publication.into_iter().cloned().collect();
    let files = files_of(wanted);
    let channels = [outbox::Channel {
        destination: Destination::of_chat(CHAT),
        last_known_message_id: Some(last_known_message_id),
        last_in_topic: Some(last_known_message_id),
        flood_wait_until: None,
        paused: None,
        refused: false,
        refusal: None,
        username: None,
        upgraded_to: None,
        busy: None,
    }];
    let journal = JournalView {
        publications: &publications,
        comments: &[],
        channels: &channels,
        files: &files,
        config: &[],
        unread: None,
        texts_aside: &[],
        broken: &BTreeSet::new(),
        stopped: None,
        chat_names: &BTreeMap::new(),
        history: &crate::plan::OlderPosts::Before(hours(-100)),
        gone_history: &[],
        without_copy: &BTreeSet::new(),
        failures: &BTreeMap::new(),
        vanished: &[],
    };
    let options = PlanOptions {
        now: now(),
        by: Actor::CommandLine { user: "anna".into() },
        grace: crate::limits::GRACE,
        approvals: 0,
        prune: false,
        restyle: false,
        posts: BTreeSet::new(),
    };
    let mut items = plan(wanted, &journal, &options).items;
    assert_eq!(items.len(), 1, "{items:?}");
    let item = items.remove(0);
    (item.action, item.reason, item.step.iter().flat_map(requests).collect())
}

fn requests(step: &Step) -> Vec<String> {
    match step {
        Step::Accept(acceptance) => {
            acceptance.parts.iter().map(|part| format!("send {}", part.request.string())).collect()
        }
        Step::AcceptHeld(_, held) => vec![format!("hold {held:?}")],
        Step::Apply(_, Event::Revise { revisions, appended, .. }) => {
            let revised = revisions.iter().map(|revision| {
                let request = &revision.request;
                let id = match request {
                    Request::EditMessageText(edit) => edit.message_id,
                    Request::DeleteMessage(message) => message.message_id,
                    other => panic!("{other:?}"),
                };
                let is_off = |content: Content<'_>| content.link_preview().unwrap().is_disabled;
                let keeps = request.content().is_none_or(is_off);
                assert!(keeps, "{request:?}");
                format!("{} {id} {}", request.method(), request.string())
            });
            let sent = appended.iter().map(|part| format!("send {}", part.request.string()));
            revised.chain(sent).collect()
        }
        Step::Apply(_, event) => vec![event.kind().name().to_owned()],
    }
}

#[test]
fn unpublished_post_is_sent_scheduled_held_or_left() {
    let plain = desired(&["A"]);
    let at = |at| Desired { publish_at: Some(at), ..desired(&["A"]) };
    for (wanted, action, reason) in [
        (plain.clone(), PlanAction::Create, "new"),
        (at(hours(2)), PlanAction::Schedule, "the file sets the time"),
        (at(now() - jiff::SignedDuration::from_mins(4)), PlanAction::Create, "its time has passed"),
        (at(hours(-1)), PlanAction::Held, "its file appeared after its scheduled time"),
        (at(hours(-200)), PlanAction::Nothing, "it is older than the journal"),
        (Desired { draft: true, ..plain }, PlanAction::Nothing, "a draft"),
    ] {
        let (did, why, _) = planned(&[wanted], None, 0);
        assert_eq!(did, action, "{why}");
        assert!(why.to_string().starts_with(reason), "{why}");
    }
}

/// The plan of comments that were published at `at`.
fn planned_comments(
    before: &[&str],
    after: &[&str],
    at: Timestamp,
) -> (PlanAction, Reason, Vec<String>) {
    const GROUP: i64 = CHAT - 1;
    let comments = |texts| Desired {
        destination: Some(Destination::of_chat(GROUP)),
        comments_on: Some(CHAT),
        ..desired(texts)
    };
    let post = desired(&["Post"]);
    let known = Publication { id: PublicationId(2), ..published(&comments(before), at) };
    let wanted = Desired { comments: Some(Box::new(comments(after))), ..post.clone() };
    let wanted = std::slice::from_ref(&wanted);
    let journal = JournalView {
        publications: &[published(&post, at)],
        comments: std::slice::from_ref(&known),
        channels: &[],
        files: &files_of(wanted),
        config: &[],
        unread: None,
        texts_aside: &[],
        broken: &BTreeSet::new(),
        stopped: None,
        chat_names: &BTreeMap::new(),
        history: &crate::plan::OlderPosts::Before(hours(-100)),
        gone_history: &[],
        without_copy: &BTreeSet::new(),
        failures: &BTreeMap::new(),
        vanished: &[],
    };
    let options = PlanOptions {
        now: now(),
        by: Actor::CommandLine { user: "anna".into() },
        grace: crate::limits::GRACE,
        approvals: 0,
        prune: false,
        restyle: false,
        posts: BTreeSet::new(),
    };
    let items = plan(wanted, &journal, &options).items;
    let item = items.into_iter().find(|item| item.is_comments).unwrap();
    (item.action, item.reason, item.step.iter().flat_map(requests).collect())
}

#[test]
fn comments_change_by_their_texts() {
    for (before, after, reason, expected) in [
        (&["A", "B"][..], &["B"][..], "1 comment is deleted", &["deleteMessage 1 "][..]),
        (&["A", "B"], &["A", "X"], "1 comment is edited", &["editMessageText 2 X"]),
        (
            &["A", "B", "C"],
            &["X", "B", "D", "E"],
            "2 comments are edited, 1 is new",
            &["editMessageText 1 X", "editMessageText 3 D", "send E"],
        ),
        (
            &["A", "B"],
            &["A", "X", "B"],
            "1 comment is new; a new comment comes after all others, because Telegram cannot insert a message",
            &["send X"],
        ),
    ] {
        let (action, why, requests) = planned_comments(before, after, hours(-1));
        assert_eq!((action, why.to_string()), (PlanAction::Edit, reason.to_owned()));
        assert_eq!(requests, expected);
    }
    let (action, why, _) = planned_comments(&["A", "B"], &["B", "A"], hours(-1));
    assert_eq!((action, why), (PlanAction::Nothing, Reason::CommentOrder));
}

#[test]
fn removed_comment_older_than_48_hours_stays() {
    let (action, why, _) = planned_comments(&["A", "B"], &["B"], hours(-49));
    assert_eq!((action, why), (PlanAction::Conflict, Reason::TooOld { messages: 1 }));
    // An edit is possible at any age.
    assert_eq!(planned_comments(&["A", "B"], &["A", "X"], hours(-49)).0, PlanAction::Edit);
}

#[test]
fn edit_makes_only_the_requests_that_are_needed() {
    for (before, after, expected) in [
        (&["A", "B"][..], &["A", "B"][..], &[][..]),
        (&["A", "B"], &["A", "B", "C"], &["send C"]),
        (&["A", "B", "C"], &["A", "B"], &["deleteMessage 3 "]),
        (&["A", "B", "C"], &["A", "X", "C"], &["editMessageText 2 X"]),
        (&["A"], &["X", "Y"], &["editMessageText 1 X", "send Y"]),
    ] {
        let publication = published(&desired(before), hours(-1));
        let last_known_message_id = i64::try_from(before.len()).unwrap();
        let (action, _, requests) =
            planned(&[desired(after)], Some(&publication), last_known_message_id);
        assert_eq!(action == PlanAction::Edit, !expected.is_empty());
        assert_eq!(requests, expected, "{before:?} {after:?}");
    }
}

#[test]
fn impossible_edit_is_a_conflict_with_its_reason() {
    let recent = published(&desired(&["A", "B"]), hours(-1));
    let old = published(&desired(&["A", "B"]), hours(-49));
    let mut protected = desired(&["X", "B"]);
    let request = &mut Arc::make_mut(&mut protected.parts)[0].request;
    let Request::SendMessage(message) = request else { panic!("{request:?}") };
    message.options.protect_content = true;
    protected.payload = PayloadHash::of_digest([9; 32]);
    for (publication, wanted, last_known_message_id, reason) in [
        (&recent, desired(&["A", "B", "C"]), 7, Reason::NewerMessages),
        (&old, desired(&["A"]), 2, Reason::TooOld { messages: 1 }),
        (&recent, protected, 2, Reason::NoEdit("`protect`")),
    ] {
        let (action, why, requests) = planned(&[wanted], Some(publication), last_known_message_id);
        assert_eq!((action, requests.len(), why), (PlanAction::Conflict, 0, reason));
    }
    // An old message can be edited, but not deleted.
    let (action, _, requests) = planned(&[desired(&["X", "B"])], Some(&old), 2);
    assert_eq!((action, requests), (PlanAction::Edit, vec!["editMessageText 1 X".to_owned()]));
}

#[test]
fn operators_decision_wins_over_the_file() {
    let wanted = Desired { publish_at: Some(hours(5)), ..desired(&["A"]) };
    let person = Actor::CommandLine { user: "anna".into() };
    let mut cancelled = accepted(&wanted, hours(5));
    let cancellation = Cancellation::Ordered;
    cancelled.state = State::Cancelled { by: person.clone(), cancellation };
    assert_eq!(planned(std::slice::from_ref(&wanted), Some(&cancelled), 0).0, PlanAction::Nothing);
    let moved = Desired { publish_at: Some(hours(6)), ..wanted.clone() };
    assert_eq!(planned(std::slice::from_ref(&moved), Some(&cancelled), 0).0, PlanAction::Schedule);
    let mut deleted = cancelled;
    deleted.state = State::Cancelled { by: person, cancellation: Cancellation::Deleted };
    assert_eq!(planned(std::slice::from_ref(&moved), Some(&deleted), 0).0, PlanAction::Nothing);
    let mut by_hand = accepted(&wanted, hours(9));
    by_hand.by_hand = true;
    let (action, why, _) = planned(&[moved], Some(&by_hand), 0);
    assert_eq!(action, PlanAction::Nothing);
    assert!(matches!(why, Reason::ByHand(_)), "{why}");
}

#[test]
fn restyled_post_is_edited_only_on_request() {
    let publication = published(&desired(&["A"]), hours(-1));
    let restyled = Desired { source: publication.source, ..desired(&["A, in another style"]) };
    let (action, why, _) = planned(&[restyled], Some(&publication), 1);
    assert_eq!((action, why), (PlanAction::Nothing, Reason::WaitsForRestyle));
}

#[test]
fn post_that_an_operator_withdrew_does_not_return_under_another_name() {
    let old = desired(&["a"]);
    let new = Desired { post: PostId::parse("renamed").unwrap(), ..old.clone() };
    let mut withdrawn = published(&old, hours(1));
    for (by, action) in [
        (Actor::CommandLine { user: "anna".into() }, PlanAction::Conflict),
        (Actor::File, PlanAction::Create),
    ] {
        withdrawn.state = State::Cancelled { by, cancellation: Cancellation::Ordered };
        let plan = plan(
            std::slice::from_ref(&new),
            &JournalView {
                publications: std::slice::from_ref(&withdrawn),
                comments: &[],
                channels: &[],
                files: &files_of(std::slice::from_ref(&new)),
                config: &[],
                unread: None,
                texts_aside: &[],
                broken: &BTreeSet::new(),
                stopped: None,
                chat_names: &BTreeMap::new(),
                history: &crate::plan::OlderPosts::Before(hours(0)),
                gone_history: &[],
                without_copy: &BTreeSet::new(),
                failures: &BTreeMap::new(),
                vanished: &[],
            },
            &PlanOptions {
                now: hours(2),
                by: Actor::CommandLine { user: "anna".into() },
                grace: crate::limits::GRACE,
                approvals: 0,
                prune: false,
                restyle: false,
                posts: BTreeSet::new(),
            },
        );
        let item = plan.items.iter().find(|item| item.post == new.post).unwrap();
        assert_eq!(item.action, action, "{:?}", item.reason);
    }
}

/// The actions for the new file `renamed` and for the vanished post, and the new file's step.
fn planned_beside_vanished(
    new: &Desired,
    old: &Publication,
) -> (PlanAction, PlanAction, Option<Step>) {
    let plan = plan(
        std::slice::from_ref(new),
        &JournalView {
            publications: std::slice::from_ref(old),
            comments: &[],
            channels: &[],
            files: &files_of(std::slice::from_ref(new)),
            config: &[],
            unread: None,
            texts_aside: &[],
            broken: &BTreeSet::new(),
            stopped: None,
            chat_names: &BTreeMap::new(),
            history: &crate::plan::OlderPosts::Before(hours(-100)),
            gone_history: &[],
            without_copy: &BTreeSet::new(),
            failures: &BTreeMap::new(),
            vanished: &[],
        },
        &PlanOptions {
            now: now(),
            by: Actor::File,
            grace: crate::limits::GRACE,
            approvals: 0,
            prune: true,
            restyle: false,
            posts: BTreeSet::new(),
        },
    );
    let of = |post: &PostId| plan.items.iter().find(|item| item.post == *post).unwrap();
    (of(&new.post).action, of(&old.post).action, of(&new.post).step.clone())
}

#[test]
fn new_file_that_may_be_a_vanished_post_is_held_and_the_post_is_not_pruned() {
    let words = "One two three four five six seven eight nine ten";
    let old = published(&desired(&[words]), hours(-1));
    let renamed = |text: &str, publish_at| Desired {
        post: PostId::parse("renamed").unwrap(),
        publish_at,
        ..desired(&[text])
    };
    let fixed = words.replace("seven", "SEVEN");
    for (new, is_held) in [
        (renamed(words, None), true),
        (renamed(&fixed, None), true),
        (renamed(&fixed, Some(hours(1))), true),
        (renamed("Nothing of it", None), false),
        (renamed("Nothing of it", Some(hours(1))), false),
        // Its time has passed, so it would be sent at once.
        (renamed("Nothing of it", Some(hours(0))), true),
        (renamed("Nothing of it", Some(hours(-1))), true),
    ] {
        let (action, other, step) = planned_beside_vanished(&new, &old);
        let held = matches!(step, Some(Step::AcceptHeld(..)));
        assert_eq!((action == PlanAction::Conflict, held), (is_held, is_held), "{new:?}");
        let expected = if is_held { PlanAction::Conflict } else { PlanAction::Delete };
        assert_eq!(other, expected, "{new:?}");
    }
}

#[test]
fn failed_attempt_is_shown_with_its_cause() {
    let mut publication = accepted(&desired(&["One"]), now());
    publication.state = State::Due;
    publication.not_before = Some(hours(1));
    let failures = BTreeMap::from([(publication.id, "connection refused".to_owned())]);
    let blockers = crate::status::SendBlockers {
        channels: &[],
        stopped: None,
        all: &[],
        failures: &failures,
        now: now(),
    };
    let why = blockers.block_reason(&publication, &jiff::tz::TimeZone::UTC).unwrap();
    assert!(why.ends_with("the last attempt failed: connection refused"), "{why}");
}

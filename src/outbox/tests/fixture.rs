//! A publication and its context, for tests that apply events.

use std::time::Duration;

use jiff::Timestamp;
use telegram_text::FormattedText;

use crate::ids::{ChannelName, Destination, PostId};
use crate::media::Kind;
use crate::message::{
    AlbumContent, Caption, EditMediaGroup, FileContent, FileHash, InputMedia, ItemEdit, MediaFile,
    Poll, PollKind, PollOption, Request, SendMediaGroup, SendOptions, SendPoll,
};
use crate::outbox::*;

pub(super) const CHAT: i64 = -1_001_234_567_890;
pub(super) const LAST_KNOWN: i64 = 10;

/// The time `seconds` after the publication is due.
pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

pub(super) fn hash(seed: u8) -> PayloadHash {
    PayloadHash::of_digest([seed; 32])
}

pub(super) fn request(text: &str) -> Request {
    Request::of_text(FormattedText::plain(text))
}

pub(super) fn poll(close_date: Option<i64>) -> Request {
    let option = |text: &str| PollOption { text: text.to_owned(), entities: Vec::new() };
    let content = Poll {
        question: "Which day?".into(),
        question_entities: Vec::new(),
        options: vec![option("Friday"), option("Saturday")],
        kind: PollKind::Regular,
        allows_multiple_answers: false,
        correct_option_ids: Vec::new(),
        explanation: String::new(),
        explanation_entities: Vec::new(),
        close_date,
    };
    Request::SendPoll(Box::new(SendPoll { content, options: SendOptions::default() }))
}

/// The content of an album in one of its versions.
pub(super) fn album_content(version: u8) -> AlbumContent {
    let media = |item: u8| {
        let content = FileContent::Sha256(FileHash::of_digest([10 * item + version; 32]));
        InputMedia::new(Kind::Photo, MediaFile { content, bytes: 9, name: "a.jpg".to_owned() })
    };
    AlbumContent { media: vec![media(1), media(2)], caption: Caption::default() }
}

pub(super) fn album(version: u8) -> Request {
    let (content, options) = (album_content(version), SendOptions::default());
    Request::SendMediaGroup(SendMediaGroup { content, options })
}

/// The revision that edits both messages of the album of part 0.
pub(super) fn album_revision(version: u8) -> Event {
    let edit = |item, message_id| ItemEdit { item, message_id, replaces_file: true };
    let edits = vec![edit(0, 11), edit(1, 12)];
    let edit = EditMediaGroup { content: album_content(version), edits };
    revise_to(0, Request::EditMediaGroup(Box::new(edit)), hash(100 + version))
}

/// The revision that makes part `part` show what `request` asks for.
pub(super) fn revise_to(part: usize, request: Request, hash: PayloadHash) -> Event {
    let kind = ChangeKind::Edit;
    Event::Revise {
        payload: hash,
        source: hash,
        revisions: vec![PartRevision { part, kind, request, hash, pruned: false }],
        appended: Vec::new(),
        pin: false,
        ends: EndTimes::default(),
        by: operator(),
    }
}

pub(super) fn operator() -> Actor {
    Actor::Operator { id: 111 }
}

pub(super) fn owner(pid: u32) -> Owner {
    Owner { boot: "boot".into(), pid, random: 1 }
}

pub(super) fn new_part(seed: u8) -> NewPart {
    NewPart { request: request(&format!("part {seed}")), hash: hash(seed), messages: 1 }
}

/// A publication of `parts` parts, due at `at(0)`.
pub(super) fn new(parts: u8) -> NewPublication {
    let wanted = Acceptance {
        post: PostId::parse("2024/summit").unwrap(),
        destination: Destination::of_chat(CHAT),
        comments_on: None,
        channel: ChannelName::parse("world-en").unwrap(),
        edition: "en".into(),
        payload: hash(200),
        source: hash(200),
        due_at: at(0),
        civil: None,
        by_hand: false,
        file_publish_at: None,
        occurrence: None,
        pin: false,
        ends: EndTimes::default(),
        together: ReleaseGroup::default(),
        by: Actor::File,
        parts: (0..parts).map(new_part).collect(),
        supersedes: None,
        after: 0,
    };
    let id = PublicationId(1);
    NewPublication { id, revision: 1, key_taken_by: None, approvals: 0, requester: None, wanted }
}

/// A publication with its context.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) publication: Publication,
    pub(super) now: Timestamp,
    pub(super) process: ProcessState,
    pub(super) channel: Channel,
    pub(super) policy: Policy,
}

impl Case {
    /// Two parts, scheduled.
    pub(super) fn new() -> Self {
        Self {
            publication: enqueue(new(2)).unwrap().committed().0,
            now: at(0),
            process: ProcessState {
                owner: owner(1),
                holds_lock: true,
                clock_trusted: true,
                stopped: None,
            },
            channel: Channel {
                destination: Destination::of_chat(CHAT),
                last_known_message_id: Some(LAST_KNOWN),
                last_in_topic: Some(LAST_KNOWN),
                flood_wait_until: None,
                paused: None,
                refused: false,
                refusal: None,
                username: None,
                upgraded_to: None,
                busy: None,
            },
            policy: Policy { recovery: Recovery::Probe, ..Policy::default() },
        }
    }

    /// A text and a poll, scheduled.
    pub(super) fn with_poll(close_date: Option<i64>) -> Self {
        let mut with_poll = new(2);
        if let Some(part) = with_poll.wanted.parts.get_mut(1) {
            part.request = poll(close_date);
        }
        Self { publication: enqueue(with_poll).unwrap().committed().0, ..Self::new() }
    }

    /// An album of two messages and a text, scheduled.
    pub(super) fn with_album() -> Self {
        let mut with_album = new(2);
        if let Some(part) = with_album.wanted.parts.get_mut(0) {
            (part.request, part.messages) = (album(1), 2);
        }
        Self { publication: enqueue(with_album).unwrap().committed().0, ..Self::new() }
    }

    /// The album and the text are sent.
    pub(super) fn album_published() -> Self {
        let half = Self::with_album().then(&Event::Tick).then(&claim(0, 1));
        let half = half.then(&answered(0, 1, sent(&[11, 12])));
        half.then(&claim(1, 2)).then(&answered(1, 2, sent(&[13])))
    }

    /// The text and the poll are sent.
    pub(super) fn polling() -> Self {
        let half = Self::with_poll(None).then(&Event::Tick).then(&claim(0, 1));
        let half = half.then(&answered(0, 1, sent(&[11])));
        half.then(&claim(1, 2)).then(&answered(1, 2, sent(&[12])))
    }

    pub(super) fn context(&self) -> Context<'_> {
        Context {
            now: self.now,
            jitter: u32::MAX,
            process: &self.process,
            channel: &self.channel,
            policy: &self.policy,
        }
    }

    pub(super) fn step(&self, event: &Event) -> Result<Transition, StepRefusal> {
        step(&self.publication, &self.context(), event)
    }

    /// The case after the event. Panics if the event is refused.
    pub(super) fn then(mut self, event: &Event) -> Self {
        let transition = self.step(event).unwrap_or_else(|why| panic!("{event:?}: {why}"));
        let raised = transition.writes().iter().filter_map(|write| match write {
            Write::RaiseLastKnownMessage(id) => Some(*id),
            _ => None,
        });
        self.channel.last_known_message_id = raised.chain(self.channel.last_known_message_id).max();
        self.publication = transition.committed().0;
        self
    }

    pub(super) fn at(mut self, seconds: i64) -> Self {
        self.now = at(seconds);
        self
    }

    /// The same with another process, after the first has died.
    pub(super) fn restarted(mut self) -> Self {
        self.process.owner = owner(2);
        self
    }

    pub(super) fn due() -> Self {
        Self::new().then(&Event::Tick)
    }

    pub(super) fn sending() -> Self {
        Self::due().then(&claim(0, 1))
    }

    /// The first of two parts is sent.
    pub(super) fn half() -> Self {
        Self::sending().then(&answered(0, 1, sent(&[11])))
    }

    pub(super) fn published() -> Self {
        Self::half().then(&claim(1, 2)).then(&answered(1, 2, sent(&[12])))
    }

    pub(super) fn uncertain() -> Self {
        Self::sending().then(&answered(0, 1, unknown()))
    }

    pub(super) fn needs_operator() -> Self {
        let mut case = Self::uncertain();
        case.policy.recovery = Recovery::Hold;
        let mut case = case.then(&Event::Tick);
        case.policy.recovery = Recovery::Probe;
        case
    }

    pub(super) fn failed() -> Self {
        Self::half().then(&claim(1, 2)).then(&answered(1, 2, rejected(Refusal::Content)))
    }

    pub(super) fn held() -> Self {
        Self::due().then(&Event::Hold { held: HoldReason::CatchUp, by: operator() })
    }

    pub(super) fn cancelled() -> Self {
        Self::due().then(&Event::Cancel { by: operator() })
    }

    pub(super) fn superseded() -> Self {
        Self::due().then(&supersede(operator()))
    }

    /// An edit of the first part is pending.
    pub(super) fn editing() -> Self {
        Self::published().then(&revise(&[(0, ChangeKind::Edit)], 0, operator()))
    }

    /// A pin of the first part is pending.
    pub(super) fn pinning() -> Self {
        Self::published().then(&pin(true))
    }

    /// Deletions of both parts are pending.
    pub(super) fn deleting() -> Self {
        let both = [(0, ChangeKind::Delete), (1, ChangeKind::Delete)];
        Self::published().then(&revise(&both, 0, operator()))
    }
}

pub(super) fn claim(part: usize, attempt: i64) -> Event {
    let attempt = AttemptId(attempt);
    Event::Claim(Claim { part, attempt, request_hash: hash(0), filled: None, telegram_at: None })
}

pub(super) fn answered(part: usize, attempt: i64, outcome: Outcome) -> Event {
    Event::Answered { part, attempt: AttemptId(attempt), outcome }
}

pub(super) fn sent(ids: &[i64]) -> Outcome {
    Outcome::Accepted { message_ids: ids.to_vec(), chat: Some(CHAT) }
}

pub(super) fn unknown() -> Outcome {
    Outcome::Unknown { reason: None, description: "no answer in time".into() }
}

pub(super) fn partly_refused() -> Outcome {
    let reason = Some(UnknownReason::PartlyRefused);
    Outcome::Unknown { reason, description: "Message was not sent".into() }
}

pub(super) fn not_sent(why: NotSentReason, retry_after: Option<u64>) -> Outcome {
    Outcome::NotSent { why, retry_after, description: "words".into() }
}

pub(super) fn rejected(refusal: Refusal) -> Outcome {
    Outcome::Rejected { refusal, description: "words".into() }
}

pub(super) fn gone(part: usize, death: DeathCertainty) -> Event {
    Event::OwnerGone { part, owner: owner(1), death }
}

pub(super) fn decided(part: usize, resolution: Resolution) -> Event {
    Event::Resolve { part, resolution, by: operator() }
}

pub(super) fn supersede(by: Actor) -> Event {
    Event::Supersede { by, successor: PublicationId(2) }
}

pub(super) fn probed(part: usize, attempt: i64, evidence: Evidence) -> Event {
    Event::Probed { part, attempt: AttemptId(attempt), evidence }
}

pub(super) fn revise(changes: &[(usize, ChangeKind)], appended: u8, by: Actor) -> Event {
    let revision = |(part, kind): &(usize, ChangeKind)| PartRevision {
        part: *part,
        kind: *kind,
        request: request("changed"),
        hash: hash(100),
        pruned: false,
    };
    Event::Revise {
        payload: hash(201),
        source: hash(201),
        revisions: changes.iter().map(revision).collect(),
        appended: (10..10 + appended).map(new_part).collect(),
        pin: false,
        ends: EndTimes::default(),
        by,
    }
}

/// Somebody edited a message in the channel.
pub(super) fn edited_by_hand(part: usize, kind: ChangeKind, by: Actor) -> Event {
    let request = request("changed by hand");
    let edits = vec![PartRevision { part, kind, request, hash: hash(102), pruned: false }];
    let ends = EndTimes::default();
    Event::EditedByHand { payload: hash(202), source: hash(202), edits, ends, by }
}

/// A revision that changes only whether the first message is pinned.
pub(super) fn pin(wanted: bool) -> Event {
    let Event::Revise { payload, source, revisions, appended, ends, by, .. } =
        revise(&[], 0, operator())
    else {
        panic!("`revise` returns a revision")
    };
    Event::Revise { payload, source, revisions, appended, pin: wanted, ends, by }
}

/// Evidence that proves absence, from a probe that began `seconds` after the publication was due.
pub(super) fn nothing_there(seconds: i64, last_known: i64) -> Evidence {
    Evidence {
        began: at(seconds),
        waited: Duration::from_mins(2).as_secs(),
        control: Control::Read,
        protected: false,
        last_known: None,
        missing: vec![(last_known + 1, last_known + TAIL)],
        present: Vec::new(),
        clock: None,
        matches: Vec::new(),
        items: Vec::new(),
    }
}

/// Evidence with matches of the part.
pub(super) fn found(ids: &[&[i64]]) -> Evidence {
    let found = |ids: &&[i64]| Match { message_ids: ids.to_vec(), by_witness: false };
    Evidence { matches: ids.iter().map(found).collect(), ..nothing_there(0, LAST_KNOWN) }
}

/// This many missing messages mark the end of a channel.
pub(super) const TAIL: i64 = 300;

/// A message with other content and unknown origin.
pub(super) fn stranger(message_id: i64) -> ChannelMessage {
    ChannelMessage {
        message_id,
        shows: ContentMatch::Other,
        date: None,
        received: false,
        belongs_to: None,
    }
}

/// Replaces a missing id by a message, and extends the missing ids after it as far as the proof requires.
pub(super) fn put(evidence: &mut Evidence, present: ChannelMessage) {
    let id = present.message_id;
    let ranges = std::mem::take(&mut evidence.missing).into_iter();
    let split = ranges.flat_map(|(from, to)| {
        let (before, after) = ((from, to.min(id - 1)), (from.max(id + 1), to));
        [before, after].into_iter().filter(|(from, to)| from <= to)
    });
    evidence.missing = split.collect();
    let end = evidence.missing.last().map_or(id, |(_, to)| *to);
    if id + TAIL > end {
        evidence.missing.push((end + 1, id + TAIL));
    }
    evidence.present.push(present);
}

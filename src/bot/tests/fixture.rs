//! Facts of posts and publications, built step by step, and the comparison of what a view shows with its snapshot.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};

use crate::bot::facts::{self, ChannelPublication, Pauses, PostFacts, SendBlock};
use crate::bot::language::Language;
use crate::bot::post_source::PostState;
use crate::bot::reply::Reply;
use crate::config::{Channel, Style};
use crate::ids::{Address, ChannelName, ChatId, Destination, PostId};
use crate::message::Request;
use crate::outbox::{
    self, Actor, Approvals, AttemptId, Cancellation, Change, ChangeKind, ChangeState, Conflict,
    End, EndState, EndTimes, HoldReason, MissingProof, NewPart, NewPublication, PartState,
    PayloadHash, Publication, PublicationId, Question, Refusal, SentVia, State, UnknownCause,
    UnknownOutcome, UnknownReason,
};
use crate::plan::Desired;

/// What a view shows, by the name of the case.
pub(super) type Case<'c> = (&'static str, Box<dyn Fn(Language) -> Reply + 'c>);

pub(super) fn case<'c>(name: &'static str, view: impl Fn(Language) -> Reply + 'c) -> Case<'c> {
    (name, Box::new(view))
}

/// Compares what a view shows in each case, in English and Russian, with what is kept.
pub(super) fn assert_view(view: &str, cases: &[Case<'_>]) {
    let mut shown = String::new();
    for (name, reply) in cases {
        let [english, russian] =
            [Language::En, Language::Ru].map(|language| as_shown(&reply(language)));
        write!(shown, "=== {name}\n{english}---\n{russian}").unwrap();
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(view, shown));
}

/// A reply as a chat shows it: the text, and a line for each row of buttons.
fn as_shown(reply: &Reply) -> String {
    let mut shown = format!("{}\n", reply.text.string);
    for row in &reply.rows {
        let row: Vec<_> = row.iter().map(|button| format!("[{}]", button.label)).collect();
        writeln!(shown, "{}", row.join(" ")).unwrap();
    }
    shown
}

/// Noon of the day on which everything happens.
pub(super) fn now() -> Timestamp {
    "2026-05-04T12:00:00Z".parse().unwrap()
}

pub(super) fn hours(hours: i64) -> Timestamp {
    now() + SignedDuration::from_hours(hours)
}

pub(super) fn id(post: &str) -> PostId {
    PostId::parse(post).unwrap()
}

pub(super) fn channel(name: &str) -> Channel {
    Channel {
        name: ChannelName::parse(name).unwrap(),
        chat: ChatId::Username(format!("example_{name}")),
        title: None,
        topic: None,
        is_group: false,
        language: crate::ids::Language::parse("en").unwrap(),
        timezone: jiff::tz::TimeZone::UTC,
        slots: Vec::new(),
        style: Style::default(),
    }
}

/// What the file of the post `a` asks for in a channel: one message for each text.
pub(super) fn desired(name: &str, texts: &[&str]) -> Desired {
    let part = |text: &&str| NewPart {
        request: Request::of_text(telegram_text::FormattedText::plain(*text)),
        hash: PayloadHash::of_digest([1; 32]),
        messages: 1,
    };
    Desired {
        post: id("a"),
        channel: channel(name).into(),
        destination: Some(Destination::of_chat(chat(name))),
        comments_on: None,
        comments: None,
        is_in_group: false,
        edition: "en".into(),
        parts: texts.iter().map(part).collect(),
        payload: PayloadHash::of_digest([u8::try_from(texts.concat().len()).unwrap(); 32]),
        source: PayloadHash::of_digest([1; 32]),
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

pub(super) fn chat(name: &str) -> i64 {
    -1_001_000_000_000 - name.bytes().map(i64::from).sum::<i64>()
}

/// The post `a` in the channel `news`, in this state; one message, which is sent if the post is published.
pub(super) fn in_state(state: State) -> ChannelPublication {
    let wanted = desired("news", &["Old"]).acceptance(&Actor::File, hours(1), None, 0);
    let id = PublicationId(1);
    let new = NewPublication {
        id,
        revision: 1,
        key_taken_by: None,
        approvals: 0,
        requester: None,
        wanted,
    };
    let known = Publication { state, ..outbox::enqueue(new).unwrap().next().clone() };
    let is_published = known.state == State::Published;
    let one = ChannelPublication {
        publication: known,
        channel: "news".into(),
        zone: jiff::tz::TimeZone::UTC,
        address: Address { chat: ChatId::Username("example_news".into()), topic: None },
        refusal: None,
        hold: None,
        lacks_approvals: false,
    };
    if is_published { one.with_part(sent(1)) } else { one }
}

pub(super) fn held(held: HoldReason) -> ChannelPublication {
    in_state(State::Held { held })
}

pub(super) fn cancelled(cancellation: Cancellation) -> ChannelPublication {
    in_state(State::Cancelled { by: Actor::Operator { id: 111 }, cancellation })
}

/// A published post with a message that could not be changed.
pub(super) fn conflict(kind: ChangeKind, conflict: Conflict) -> ChannelPublication {
    let description = "Bad Request: MESSAGE_TOO_STRANGE".to_owned();
    in_state(State::Published).with_change(kind, ChangeState::Conflict { conflict, description })
}

/// A published post whose `delete_at` was missed.
pub(super) fn deletion_missed() -> ChannelPublication {
    let mut one = in_state(State::Published);
    one.publication.ends.delete = Some(End { at: hours(-1), state: EndState::Missed });
    one
}

impl ChannelPublication {
    /// The same with its last part in this state.
    pub(super) fn with_part(mut self, state: PartState) -> Self {
        self.publication.parts.last_mut().unwrap().state = state;
        self
    }

    /// The same with one part more, in this state.
    pub(super) fn and_part(mut self, state: PartState) -> Self {
        self.publication.parts.extend(self.publication.parts.last().cloned());
        self.with_part(state)
    }

    /// The same with an album of this many messages as its last part.
    pub(super) fn with_messages(mut self, count: usize) -> Self {
        self.publication.parts.last_mut().unwrap().messages = count;
        self
    }

    pub(super) fn with_change(mut self, kind: ChangeKind, state: ChangeState) -> Self {
        let part = self.publication.parts.last_mut().unwrap();
        let (request, hash, by) = (part.request.clone(), part.hash, Actor::File);
        let (attempts, tries, pruned) = (Vec::new(), 0, false);
        part.change = Some(Change { kind, request, hash, by, attempts, tries, state, pruned });
        self
    }

    pub(super) fn of_post(mut self, post: &str) -> Self {
        self.publication.post = id(post);
        self
    }

    pub(super) fn in_channel(mut self, name: &str) -> Self {
        self.publication.chat = chat(name);
        self.publication.channel = ChannelName::parse(name).unwrap();
        self.channel = name.to_owned();
        self.address.chat = ChatId::Username(format!("example_{name}"));
        self
    }

    /// The same as the comments below the post.
    pub(super) fn below_post(mut self) -> Self {
        self.publication.comments_on = Some(self.publication.chat);
        self.publication.chat = chat("talk");
        self.channel = facts::place(&self.channel, true);
        self.address.chat = ChatId::Id(self.publication.chat);
        self
    }

    pub(super) fn on_hold(self, hold: SendBlock) -> Self {
        Self { hold: Some(hold), ..self }
    }

    pub(super) fn lacking_approvals(mut self) -> Self {
        self.publication.approvals = Approvals { needed: 2, requester: Some(222), by: vec![333] };
        Self { lacks_approvals: true, ..self }
    }
}

pub(super) fn sent(message: i64) -> PartState {
    PartState::Sent { message_ids: vec![message], via: SentVia::Answer, at: hours(-1) }
}

pub(super) fn failed(refusal: Refusal) -> PartState {
    let description = "Bad Request: MESSAGE_TOO_STRANGE".to_owned();
    PartState::Failed { attempt: AttemptId(1), refusal, description, at: hours(-1) }
}

pub(super) fn unknown_outcome(cause: UnknownCause) -> UnknownOutcome {
    let (intent_at, since) = (hours(-1), hours(-1));
    UnknownOutcome {
        attempt: AttemptId(1),
        last_known_message_id: Some(7),
        intent_at,
        telegram_at: None,
        since,
        cause,
    }
}

pub(super) fn lost() -> UnknownCause {
    UnknownCause::Unanswered {
        reason: Some(UnknownReason::ConnectionLost),
        description: String::new(),
    }
}

pub(super) fn needs_operator(question: Question) -> PartState {
    PartState::NeedsOperator { unknown: unknown_outcome(lost()), question }
}

pub(super) fn several_may_be_it() -> Question {
    Question::Inconclusive {
        missing_proof: MissingProof::TooEarly,
        candidates: vec![8, 9],
        items: Vec::new(),
    }
}

/// What is known of the post `a`, whose file says `New`.
pub(super) fn post(here: Vec<ChannelPublication>) -> PostFacts {
    PostFacts {
        post: id("a"),
        file: PostState::Valid(vec![desired("news", &["New text"])]),
        history: Vec::new(),
        here,
        comments: Vec::new(),
        pauses: Pauses::default(),
        warnings: 0,
        approvals: 0,
        reader: 111,
        uneditable: Vec::new(),
        near: Vec::new(),
    }
}

/// The post as its file was published, and as it is in this state.
pub(super) fn unchanged(one: ChannelPublication) -> PostFacts {
    PostFacts { file: PostState::Valid(vec![desired("news", &["Old"])]), ..post(vec![one]) }
}

pub(super) fn without_file(here: Vec<ChannelPublication>, file: PostState) -> PostFacts {
    PostFacts { file, ..post(here) }
}

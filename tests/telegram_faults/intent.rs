//! Creates a committed intent from a journal, because the client sends nothing else.

use jiff::Timestamp;
use telepress::ids::{ChannelName, Destination, PostId};
use telepress::message::Request;
use telepress::outbox::{
    Acceptance, Actor, EndTimes, Event, Intent, NewPart, PayloadHash, Policy, ReleaseGroup,
};
use telepress::process;
use telepress::store::{self, Access, Address, Command, CommandContext, MarkFolder};

/// The chat of every intent.
pub(crate) const CHAT: i64 = -1001;

/// A committed intent to make this request.
pub(crate) async fn of(request: Request) -> Intent {
    let folder = tempfile::tempdir().unwrap();
    let address = Address::Sqlite(folder.path().join("journal.db"));
    let now = Timestamp::from_second(1_800_000_000).unwrap();
    let nowhere = MarkFolder::none();
    store::create(&address, &nowhere, &[], false, now).await.unwrap();
    let me = process::me();
    let journal = store::open(&address, &nowhere, Access::Write, me, now).await.unwrap();
    journal.take_lock().await.unwrap();
    let hash = PayloadHash::of_digest([1; 32]);
    // The journal takes no part without a message, so an edit counts as one here.
    let messages = request.messages().max(1);
    let acceptance = Acceptance {
        post: PostId::parse("hello").unwrap(),
        destination: Destination::of_chat(CHAT),
        channel: ChannelName::parse("world-en").unwrap(),
        edition: "en".into(),
        payload: hash,
        source: hash,
        due_at: now,
        civil: None,
        by_hand: false,
        file_publish_at: None,
        occurrence: None,
        pin: false,
        ends: EndTimes::default(),
        together: ReleaseGroup::default(),
        by: Actor::Schedule,
        parts: vec![NewPart { request, hash, messages }],
        supersedes: None,
        after: 0,
        comments_on: None,
    };
    let policy = Policy::default();
    let facts = CommandContext { now, jitter: 0, clock_trusted: true, policy };
    let accepted =
        journal.transact(vec![Command::Accept(acceptance)], facts.clone()).await.unwrap();
    let publication = accepted.into_iter().find_map(|done| done.publication).unwrap().id;
    let orders = vec![
        Command::Event(publication, Event::Tick),
        Command::Claim {
            publication,
            part: 0,
            request_hash: hash,
            filled: None,
            telegram_at: None,
        },
    ];
    let claimed = journal.transact(orders, facts).await.unwrap();
    claimed.into_iter().find_map(|done| done.intent).unwrap()
}

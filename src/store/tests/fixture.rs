//! A journal in its own folder, and orders for it.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use telegram_text::FormattedText;
use tempfile::TempDir;

use super::super::{
    Access, Address, Command, CommandContext, CommandResult, FirstScanPost, LockResult, MarkFolder,
    Query, Store, StoreError, create, open,
};
use super::cluster;
use crate::ids::{ChannelName, Destination, PostId};
use crate::message::Request;
use crate::outbox::{
    Acceptance, Actor, EndTimes, Event, Intent, NewPart, Outcome, Owner, PayloadHash, Policy,
    Publication, PublicationId, ReleaseGroup, StepRefusal,
};

pub(super) const CHAT: i64 = -1_001_234_567_890;

pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

pub(super) fn hash(seed: u8) -> PayloadHash {
    PayloadHash::of_digest([seed; 32])
}

pub(super) fn person() -> Actor {
    Actor::CommandLine { user: "anna".into() }
}

pub(super) fn owner(pid: u32) -> Owner {
    Owner { boot: "boot".into(), pid, random: u64::from(pid) }
}

pub(super) fn post(name: &str) -> PostId {
    PostId::parse(name).unwrap()
}

/// A publication of `parts` parts in `chat`, due at `at(0)`.
pub(super) fn acceptance(name: &str, chat: i64, parts: u8) -> Acceptance {
    let part = |seed: u8| NewPart {
        request: Request::of_text(FormattedText::plain(format!("{name} {seed}"))),
        hash: hash(seed),
        messages: 1,
    };
    Acceptance {
        post: post(name),
        destination: Destination::of_chat(chat),
        comments_on: None,
        channel: ChannelName::parse("news").unwrap(),
        edition: "en".into(),
        payload: hash(100),
        source: hash(101),
        due_at: at(0),
        civil: None,
        by_hand: false,
        file_publish_at: None,
        occurrence: None,
        pin: false,
        ends: EndTimes::default(),
        together: ReleaseGroup::default(),
        by: person(),
        parts: (0..parts).map(part).collect(),
        supersedes: None,
        after: 0,
    }
}

/// Runs a test with every kind of journal.
macro_rules! on_every_journal {
    ($test:ident) => {
        mod $test {
            use super::Place;

            #[tokio::test]
            async fn sqlite() {
                super::$test(Place::sqlite()).await;
            }

            #[tokio::test]
            async fn postgres() {
                let Some(place) = Place::postgres() else { return };
                super::$test(place).await;
            }
        }
    };
}

pub(super) use on_every_journal;

/// The place of a journal that processes open in sequence.
pub(super) struct Place {
    folder: TempDir,
    /// A path outside the journal's folder.
    state: TempDir,
    address: Address,
}

impl Place {
    /// In a file.
    pub(super) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = Address::Sqlite(folder.path().join("journal.db"));
        Self { folder, state: tempfile::tempdir().unwrap(), address }
    }

    /// In a new database of PostgreSQL; `None`, with a message, if this machine has no PostgreSQL.
    pub(super) fn postgres() -> Option<Self> {
        let url = cluster::database()?;
        let folder = tempfile::tempdir().unwrap();
        let address = Address::Postgres { url, mark: folder.path().join("watermark") };
        Some(Self { folder, state: tempfile::tempdir().unwrap(), address })
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn address(&self) -> Address {
        self.address.clone()
    }

    pub(super) async fn try_open(
        &self,
        access: Access,
        pid: u32,
    ) -> Result<Arc<Store>, StoreError> {
        open(&self.address(), &self.outside(), access, owner(pid), at(-1_000)).await
    }

    /// The folder of the marks.
    pub(super) fn outside(&self) -> MarkFolder {
        MarkFolder::new(Some(self.state.path().to_owned()))
    }

    pub(super) async fn create(
        &self,
        history: &[FirstScanPost],
        lost: bool,
    ) -> Result<(), StoreError> {
        create(&self.address(), &self.outside(), history, lost, at(-1_000)).await
    }

    /// Opens it to write, as process `pid`; creates it if there is none.
    pub(super) async fn open(&self, pid: u32) -> Journal {
        match self.try_open(Access::Write, pid).await {
            Err(StoreError::Absent(_)) => {
                self.create(&[], false).await.unwrap();
                Journal(self.try_open(Access::Write, pid).await.unwrap())
            }
            opened => Journal(opened.unwrap()),
        }
    }

    /// The same, with the lock.
    pub(super) async fn publisher(&self, pid: u32) -> Journal {
        let journal = self.open(pid).await;
        let lock = journal.0.take_lock().await.unwrap();
        assert!(matches!(lock, LockResult::Taken { .. }), "{lock:?}");
        journal
    }
}

/// An open journal.
#[derive(Clone)]
pub(super) struct Journal(pub(super) Arc<Store>);

impl Journal {
    pub(super) async fn order(
        &self,
        seconds: i64,
        orders: Vec<Command>,
    ) -> Result<Vec<CommandResult>, StoreError> {
        let policy = Policy::default();
        let facts = CommandContext { now: at(seconds), jitter: 0, clock_trusted: true, policy };
        self.0.transact(orders, facts).await
    }

    pub(super) async fn accept(&self, acceptance: Acceptance) -> Publication {
        let mut done = self.order(-10, vec![Command::Accept(acceptance)]).await.unwrap();
        done.remove(0).publication.unwrap()
    }

    /// The result of `event`.
    pub(super) async fn apply_event(
        &self,
        seconds: i64,
        id: PublicationId,
        event: Event,
    ) -> Result<Publication, StoreError> {
        let mut done = self.order(seconds, vec![Command::Event(id, event)]).await?;
        Ok(done.remove(0).publication.unwrap())
    }

    /// Makes it due and claims it in the same transaction.
    pub(super) async fn claim(
        &self,
        seconds: i64,
        id: PublicationId,
        part: usize,
    ) -> Result<Intent, StoreError> {
        let mut orders = vec![claim(id, part)];
        if self.publication(id).await.state == crate::outbox::State::Scheduled {
            orders.insert(0, Command::Event(id, Event::Tick));
        }
        let done = self.order(seconds, orders).await?;
        Ok(done.into_iter().find_map(|done| done.intent).unwrap())
    }

    pub(super) async fn answer(
        &self,
        seconds: i64,
        intent: Intent,
        outcome: Outcome,
    ) -> Publication {
        let id = intent.publication();
        self.apply_event(seconds, id, intent.answered(outcome)).await.unwrap()
    }

    pub(super) async fn publication(&self, id: PublicationId) -> Publication {
        self.0.publications(Query::Id(id)).await.unwrap().remove(0)
    }
}

pub(super) fn claim(id: PublicationId, part: usize) -> Command {
    Command::Claim { publication: id, part, request_hash: hash(1), filled: None, telegram_at: None }
}

pub(super) fn sent(id: i64) -> Outcome {
    Outcome::Accepted { message_ids: vec![id], chat: Some(CHAT) }
}

/// The refusal in a result.
pub(super) fn refused<T: std::fmt::Debug>(result: Result<T, StoreError>) -> StepRefusal {
    match result.unwrap_err() {
        StoreError::Refused { refused, .. } => refused,
        other => panic!("{other:?}"),
    }
}

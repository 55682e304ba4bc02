//! Scans: what they find, and which requests they make.

use std::sync::Mutex;

use jiff::Timestamp;

use super::*;
use crate::message::{FileId, FileIds, FileKey, InputMedia};
use crate::outbox::Intent;
use crate::publisher::{DiscussionCopy, GatewayFuture, RequestResult, UploadError};

const FLOOR: i64 = 10;

/// A channel in memory: the ids of its messages, and how its server behaves.
#[derive(Default)]
struct Fake {
    messages: Vec<i64>,
    /// Ids of deleted messages that make the Bot API server refuse a whole batch (telegram-bot-api issue 714).
    deleted: Vec<i64>,
    protected: bool,
    fails_at: Option<i64>,
    looked: Mutex<Vec<i64>>,
    counts: Mutex<usize>,
}

impl Gateway for Fake {
    fn pinned_forward(&self, _: i64) -> GatewayFuture<'_, Result<Option<DiscussionCopy>, String>> {
        Box::pin(async { Ok(None) })
    }

    fn execute(&self, _: Intent, _: FileIds) -> GatewayFuture<'_, RequestResult> {
        panic!("a look makes no request of an intent")
    }

    fn bot_id(&self) -> u64 {
        7
    }

    fn upload(
        &self,
        _: i64,
        _: InputMedia,
    ) -> GatewayFuture<'_, Result<(FileKey, FileId), UploadError>> {
        Box::pin(async { Err(UploadError::Failed("no post here has a file".to_owned())) })
    }

    fn abandon_uploads(&self) {}

    fn read_message(&self, _: i64, _: i64, message_id: i64) -> GatewayFuture<'_, ReadResult> {
        self.looked.lock().unwrap().push(message_id);
        Box::pin(async move {
            if self.fails_at == Some(message_id) {
                ReadResult::Failed("no answer".to_owned())
            } else if message_id == FLOOR || self.messages.contains(&message_id) {
                ReadResult::Message(ForwardedMessage {
                    media: None,
                    text: message_id.to_string(),
                    entities: Some(Vec::new()),
                    poll: None,
                    rich: None,
                    date: Some(1_000),
                    origin: None,
                })
            } else {
                ReadResult::Absent
            }
        })
    }

    fn count_messages(
        &self,
        _: i64,
        _: i64,
        message_ids: Vec<i64>,
    ) -> GatewayFuture<'_, ForwardCount> {
        *self.counts.lock().unwrap() += 1;
        assert!(message_ids.len() <= limits::FORWARD_MESSAGES && message_ids.is_sorted());
        let there = message_ids.iter().filter(|id| self.messages.contains(id)).count();
        let is_refused = message_ids.iter().any(|id| self.deleted.contains(id));
        Box::pin(async move {
            if is_refused {
                ForwardCount::Unclear("refused".to_owned())
            } else {
                ForwardCount::Copies(there)
            }
        })
    }

    fn is_protected(&self, _: i64) -> GatewayFuture<'_, Result<bool, String>> {
        Box::pin(async { Ok(self.protected) })
    }

    fn telegram_time(&self) -> Option<Timestamp> {
        Timestamp::from_second(1_001).ok()
    }
}

fn known_message(message_id: i64) -> KnownMessage {
    KnownMessage { message_id, publication: None, by_operator: false }
}

async fn scan(fake: &Fake, known: &[i64], wanted: Option<i64>) -> ScanReport {
    let scan = Scan { gateway: fake, staging: -1, chat: -2, pace: Duration::ZERO };
    let known: Vec<_> = known.iter().map(|id| known_message(*id)).collect();
    scan.scan_above(FLOOR, &known, &|id, _| Some(id) == wanted).await
}

fn ids(scanned: &ScanReport) -> Vec<i64> {
    scanned.read.keys().copied().collect()
}

#[tokio::test]
async fn every_message_is_found_across_gaps_up_to_the_tail() {
    let tail = i64::try_from(limits::MIN_PROBE_TAIL).unwrap();
    let rows: Vec<(&str, Vec<i64>, Vec<i64>)> = vec![
        ("nothing", vec![], vec![]),
        ("right above", vec![11], vec![11]),
        ("behind 20 ids, where the first version stopped", vec![31], vec![31]),
        ("behind 19 others", (11..=30).collect(), (11..=30).collect()),
        ("behind 299 deleted ones", vec![FLOOR + tail], vec![FLOOR + tail]),
        ("behind 300: the documented residual", vec![FLOOR + tail + 1], vec![]),
        ("each within reach of the last", vec![200, 450, 700], vec![200, 450, 700]),
        ("scattered", vec![12, 13, 57, 110, 111, 300], vec![12, 13, 57, 110, 111, 300]),
    ];
    for (name, messages, expected) in rows {
        let fake = Fake { messages, ..Fake::default() };
        let scanned = scan(&fake, &[], None).await;
        assert_eq!((ids(&scanned), scanned.stopped.clone()), (expected, None), "{name}");
        let last = scanned.read.keys().max().copied().unwrap_or(FLOOR);
        let looked_at: i64 = scanned.missing.iter().map(|(from, to)| to - from + 1).sum();
        let read = i64::try_from(scanned.read.len()).unwrap();
        assert_eq!(looked_at + read, last + tail - FLOOR, "{name}: nothing is left out");
    }
}

#[tokio::test]
async fn refused_batch_proves_nothing() {
    let fake = Fake { messages: vec![60], deleted: vec![40, 45], ..Fake::default() };
    let scanned = scan(&fake, &[], None).await;
    assert_eq!((ids(&scanned), scanned.stopped), (vec![60], None));
}

#[tokio::test]
async fn message_right_after_the_last_known_one_costs_two_requests() {
    let fake = Fake { messages: vec![11], ..Fake::default() };
    let scanned = scan(&fake, &[], Some(11)).await;
    assert_eq!(scanned.stopped, Some(ScanStop::Found));
    assert_eq!(*fake.looked.lock().unwrap(), [FLOOR, 11]);
    assert_eq!(*fake.counts.lock().unwrap(), 0);
}

#[tokio::test]
async fn known_messages_are_not_copied_and_extend_the_scan() {
    let others: Vec<i64> = (11..=290).collect();
    let fake = Fake { messages: others.iter().copied().chain([400]).collect(), ..Fake::default() };
    let scanned = scan(&fake, &others, None).await;
    assert_eq!((ids(&scanned), scanned.stopped, scanned.known.len()), (vec![400], None, 280));
    let looked = fake.looked.lock().unwrap();
    assert!(!looked.iter().any(|id| others.contains(id)), "{looked:?}");
}

#[tokio::test]
async fn scan_ends_after_its_limit_of_copies() {
    let fake = Fake { messages: (11..=400).collect(), ..Fake::default() };
    let scanned = scan(&fake, &[], None).await;
    assert_eq!(scanned.stopped, Some(ScanStop::TooMany));
    assert_eq!(scanned.read.len(), limits::MAX_PROBE_COPIES);
}

#[tokio::test]
async fn failed_request_ends_the_scan() {
    let fake = Fake { fails_at: Some(12), ..Fake::default() };
    let scanned = scan(&fake, &[], None).await;
    assert_eq!(scanned.stopped, Some(ScanStop::Failed("no answer".to_owned())));
    assert_eq!(scanned.missing, [(11, 11)]);
}

#[tokio::test]
async fn control_is_another_known_message_if_the_last_one_was_deleted() {
    let scan = Scan { gateway: &Fake::default(), staging: -1, chat: -2, pace: Duration::ZERO };
    let known = [8, FLOOR].map(known_message);
    let control = async |last_known| scan.scan_above(last_known, &known, &|_, _| false).await;
    assert_eq!(control(FLOOR).await.control, Control::Read);
    let other = control(9).await;
    assert_eq!(other.control, Control::Read);
    assert_eq!(other.clock, Some(ServerClock { header: 1_001, message: 1_000 }));
    let none = scan.scan_above(9, &known[..1], &|_, _| false).await;
    assert_eq!((none.control, none.missing), (Control::NotFound, Vec::new()));
}

#[tokio::test]
async fn number_that_only_an_operator_named_is_not_the_end_of_the_channel() {
    let by_operator = |message_id| KnownMessage { by_operator: true, ..known_message(message_id) };
    let fake = Fake { messages: vec![11, 7_000], ..Fake::default() };
    let scan = Scan { gateway: &fake, staging: -1, chat: -2, pace: Duration::ZERO };
    let far = 99_999;
    let rows = [
        ("it is the last known message", far, far, vec![]),
        ("it was named later", FLOOR, far, vec![]),
        ("it is not far", FLOOR, 40, vec![40]),
        ("it is there", FLOOR, 7_000, vec![7_000]),
    ];
    for (name, last_known, named, expected) in rows {
        let known = [known_message(FLOOR), by_operator(named)];
        let scanned = scan.scan_above(last_known, &known, &|id, _| id == 11).await;
        assert_eq!(scanned.stopped, Some(ScanStop::Found), "{name}");
        assert_eq!(scanned.last_known, FLOOR, "{name}");
        assert_eq!(scanned.known.keys().copied().collect::<Vec<_>>(), expected, "{name}");
    }
    // What Telegram has shown is never left out.
    let known = [known_message(FLOOR), known_message(far)];
    let scanned = scan.scan_above(far, &known, &|_, _| false).await;
    assert_eq!(scanned.known.keys().copied().collect::<Vec<_>>(), [far]);
    assert_eq!(scanned.stopped, Some(ScanStop::TooMany));
}

#[tokio::test]
async fn channel_that_forbids_forwarding_is_not_scanned() {
    let fake = Fake { protected: true, ..Fake::default() };
    let scanned = scan(&fake, &[], None).await;
    assert!(scanned.protected && scanned.missing.is_empty());
    assert!(fake.looked.lock().unwrap().is_empty());
}

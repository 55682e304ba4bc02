//! Remembered files: of one bot, forgotten when they are stale or old, and on another server.

use super::super::{Binding, Command};
use super::fixture::{Place, on_every_journal, person};
use crate::limits;
use crate::media::Kind;
use crate::message::{FileHash, FileId, FileIdChanges, FileIds, FileKey};

const BOT: u64 = 7_000_000_001;

fn key(number: u32) -> FileKey {
    let mut digest = [0; 32];
    digest[..4].copy_from_slice(&number.to_be_bytes());
    let hash = FileHash::of_digest(digest);
    FileKey { hash, kind: Kind::Photo, attributes: FileHash::of_digest([7; 32]) }
}

fn file(name: &str) -> FileId {
    FileId { file_id: name.to_owned(), unique_id: Some(format!("u{name}")) }
}

fn learns(learned: Vec<(FileKey, FileId)>) -> Vec<Command> {
    vec![Command::FileIds {
        bot: BOT,
        changes: FileIdChanges { learned, ..FileIdChanges::default() },
    }]
}

fn known(files: &[(FileKey, FileId)]) -> FileIds {
    let mut known = FileIds::default();
    files.iter().cloned().for_each(|(key, id)| known.insert(key, id));
    known
}

on_every_journal!(file_is_remembered_for_its_bot_until_it_is_stale);

async fn file_is_remembered_for_its_bot_until_it_is_stale(place: Place) {
    let journal = place.open(1).await;
    let document = FileKey { kind: Kind::Document, ..key(1) };
    journal.order(0, learns(vec![(key(1), file("a")), (key(2), file("b"))])).await.unwrap();
    journal.order(1, learns(vec![(key(1), file("c"))])).await.unwrap();
    let all = vec![key(1), key(2), key(3), document];
    let found = async |bot| journal.0.file_ids(bot, all.clone()).await.unwrap();
    assert_eq!(found(BOT).await, known(&[(key(1), file("c")), (key(2), file("b"))]));
    assert_eq!(found(BOT + 1).await, FileIds::default());
    let changes = FileIdChanges { stale: vec![key(1), key(3)], ..FileIdChanges::default() };
    journal.order(2, vec![Command::FileIds { bot: BOT, changes }]).await.unwrap();
    assert_eq!(found(BOT).await, known(&[(key(2), file("b"))]));
    let to = Binding { server: "http://localhost:8081".to_owned(), bot: BOT };
    journal.order(3, vec![Command::Bind { to, by: person() }]).await.unwrap();
    assert_eq!(found(BOT).await, FileIds::default());
}

on_every_journal!(oldest_files_are_forgotten);

async fn oldest_files_are_forgotten(place: Place) {
    let journal = place.open(1).await;
    let most = u32::try_from(limits::FILE_IDS).unwrap();
    journal.order(0, learns(vec![(key(0), file("a"))])).await.unwrap();
    journal.order(1, learns(vec![(key(1), file("b"))])).await.unwrap();
    let many = (2..2 + most).map(|number| (key(number), file("c"))).collect();
    journal.order(2, learns(many)).await.unwrap();
    let found = journal.0.file_ids(BOT, vec![key(0), key(1), key(2)]).await.unwrap();
    assert_eq!(found, known(&[(key(1), file("b")), (key(2), file("c"))]));
}

//! Where a journal is: made, opened, refused, copied, restored.

use super::super::{Access, Command, Query, StoreError};
use super::fixture::{CHAT, Place, acceptance, person, refused, sent};
use crate::outbox::StepRefusal;
use crate::outbox::StopReason;

/// The statement, carried out by something else than telepress.
async fn meddle(place: &Place, statement: &'static str) -> Result<(), sqlx::Error> {
    use sqlx::ConnectOptions;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(place.path("journal.db"));
    let mut connection = options.connect().await?;
    sqlx::query(statement).execute(&mut connection).await.map(drop)
}

#[tokio::test]
#[cfg(unix)]
async fn nobody_else_may_read_its_files() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::sqlite();
    let journal = place.publisher(1).await;
    journal.accept(acceptance("summit", CHAT, 1)).await;
    for name in ["", "-wal", "-shm", ".lock", ".watermark"] {
        let path = place.path(&format!("journal.db{name}"));
        #[expect(clippy::disallowed_methods, reason = "a test looks at the rights of files")]
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", path.display());
    }
}

#[tokio::test]
async fn to_read_one_that_is_not_there_makes_nothing() {
    let place = Place::sqlite();
    for access in [Access::Read, Access::Write] {
        let fault = place.try_open(access, 1).await.err().unwrap();
        assert!(matches!(fault, StoreError::Absent(_)), "{fault:?}");
    }
    let journal = place.try_open(Access::ReadOrEmpty, 1).await.unwrap();
    assert!(journal.publications(Query::All).await.unwrap().is_empty());
    assert_eq!(journal.journal().await.unwrap().stopped, None);
    assert!(!crate::fs::exists(&place.path("journal.db")));
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "a test makes what is refused")]
async fn what_is_no_journal_is_refused_with_the_reason() {
    let place = Place::sqlite();
    let why = async |place: &Place| match place.try_open(Access::Write, 1).await {
        Err(StoreError::Unopened { why, .. } | StoreError::Unreadable(why)) => why,
        other => panic!("{:?}", other.err()),
    };
    std::fs::create_dir(place.path("journal.db")).unwrap();
    assert!(!why(&place).await.is_empty());
    let place = Place::sqlite();
    std::fs::write(
        place.path("journal.db"),
        "not a database, but long enough to be looked at".repeat(20),
    )
    .unwrap();
    assert!(why(&place).await.contains("not a database"), "{}", why(&place).await);
    let place = Place::sqlite();
    std::fs::write(place.path("real.db"), "something").unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(place.path("real.db"), place.path("journal.db")).unwrap();
        assert!(why(&place).await.contains("link"));
        std::fs::remove_file(place.path("journal.db")).unwrap();
    }
    std::fs::hard_link(place.path("real.db"), place.path("journal.db")).unwrap();
    assert!(why(&place).await.contains("one name"));
}

#[tokio::test]
async fn one_that_a_newer_telepress_made_is_refused() {
    let place = Place::sqlite();
    drop(place.open(1).await);
    meddle(&place, "INSERT INTO _sqlx_migrations VALUES (99, 'later', '2030-01-01', 1, x'00', 1)")
        .await
        .unwrap();
    let fault = place.try_open(Access::Write, 1).await.err().unwrap();
    assert!(matches!(fault, StoreError::Newer { found: 99, .. }), "{fault:?}");
}

#[tokio::test]
async fn one_that_an_older_telepress_made_is_carried_on() {
    let place = Place::sqlite();
    let journal = place.open(1).await;
    let id = journal.accept(acceptance("summit", CHAT, 1)).await.id;
    drop(journal);
    for statement in ["DROP TABLE people", "DELETE FROM _sqlx_migrations WHERE version = 2"] {
        meddle(&place, statement).await.unwrap();
    }
    let journal = place.open(2).await;
    assert_eq!(journal.publication(id).await.post.as_str(), "summit");
    assert_eq!(journal.0.people().await.unwrap(), []);
}

#[tokio::test]
async fn what_happened_can_only_be_added_to() {
    let place = Place::sqlite();
    let journal = place.publisher(1).await;
    let id = journal.accept(acceptance("summit", CHAT, 1)).await.id;
    let intent = journal.claim(0, id, 0).await.unwrap();
    journal.answer(1, intent, sent(11)).await;
    for statement in [
        "UPDATE attempts SET attempt = '{}'",
        "DELETE FROM attempts",
        "UPDATE findings SET finding = '{}'",
        "DELETE FROM findings",
        "UPDATE events SET detail = ''",
        "DELETE FROM events",
    ] {
        let error = meddle(&place, statement).await.unwrap_err();
        assert!(error.to_string().contains("only added"), "{statement}: {error}");
    }
}

#[tokio::test]
async fn a_restored_backup_sends_nothing_until_somebody_has_looked() {
    let place = Place::sqlite();
    let journal = place.publisher(1).await;
    let one = journal.accept(acceptance("one", CHAT, 1)).await.id;
    let intent = journal.claim(0, one, 0).await.unwrap();
    let copy = place.path("copy.db");
    journal.0.backup(&copy).await.unwrap();
    assert!(matches!(journal.0.backup(&copy).await, Err(StoreError::Exists(_))));
    journal.answer(1, intent, sent(11)).await;
    let two = journal.accept(acceptance("two", CHAT, 1)).await.id;
    let intent = journal.claim(2, two, 0).await.unwrap();
    journal.answer(3, intent, sent(12)).await;
    drop(journal);
    restore(&place, &copy);
    let journal = place.publisher(2).await;
    let stopped = journal.0.journal().await.unwrap().stopped;
    assert!(matches!(stopped, Some(StopReason::Restored(_))), "{stopped:?}");
    let three = journal.accept(acceptance("three", CHAT - 1, 1)).await.id;
    assert!(matches!(refused(journal.claim(4, three, 0).await), StepRefusal::Stopped { .. }));
    journal.order(5, vec![Command::Resume { chat: None, by: person() }]).await.unwrap();
    assert!(matches!(refused(journal.claim(5, three, 0).await), StepRefusal::Stopped { .. }));
    journal.order(6, vec![Command::Restored { by: person(), line: "1".to_owned() }]).await.unwrap();
    assert!(journal.claim(7, three, 0).await.is_ok());
    drop(journal);
    assert_eq!(place.open(3).await.0.journal().await.unwrap().stopped, None);
}

/// Puts a copy in the place of the journal, as somebody at night would.
fn restore(place: &Place, copy: &std::path::Path) {
    for name in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(place.path(&format!("journal.db{name}")));
    }
    std::fs::remove_file(place.path("journal.db")).unwrap();
    std::fs::rename(copy, place.path("journal.db")).unwrap();
}

#[tokio::test]
async fn a_lost_watermark_or_a_lost_journal_is_seen() {
    let place = Place::sqlite();
    let journal = place.publisher(1).await;
    let id = journal.accept(acceptance("one", CHAT, 1)).await.id;
    let intent = journal.claim(0, id, 0).await.unwrap();
    journal.answer(1, intent, sent(11)).await;
    drop(journal);
    std::fs::remove_file(place.path("journal.db.watermark")).unwrap();
    let stopped = place.open(2).await.0.journal().await.unwrap().stopped;
    assert!(
        matches!(&stopped, Some(StopReason::Restored(why)) if why.contains("missing")),
        "{stopped:?}"
    );
    let place = Place::sqlite();
    drop(place.open(1).await);
    for name in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(place.path(&format!("journal.db{name}")));
    }
    for access in [Access::ReadOrEmpty, Access::Read, Access::Write] {
        let fault = place.try_open(access, 2).await.err().unwrap();
        assert!(matches!(fault, StoreError::Vanished { .. }), "{fault:?}");
    }
    assert!(matches!(place.create(&[], false).await, Err(StoreError::Vanished { .. })));
    place.create(&[], true).await.unwrap();
    assert_eq!(place.open(2).await.0.journal().await.unwrap().stopped, None);
    assert!(matches!(place.create(&[], true).await, Err(StoreError::Present(_))));
}

/// Copies every file of a folder into another one.
fn copy(from: &std::path::Path, to: &std::path::Path) {
    for entry in crate::fs::walk(from).unwrap() {
        // The log goes when the last connection is closed.
        let _ = std::fs::copy(from.join(&entry.below), to.join(entry.relative));
    }
}

#[tokio::test]
async fn a_snapshot_of_the_whole_folder_is_seen_by_the_mark_outside_it() {
    let place = Place::sqlite();
    let journal = place.publisher(1).await;
    let one = journal.accept(acceptance("one", CHAT, 1)).await.id;
    let intent = journal.claim(0, one, 0).await.unwrap();
    journal.answer(1, intent, sent(11)).await;
    journal.0.close().await;
    drop(journal);
    let snapshot = tempfile::tempdir().unwrap();
    copy(&place.path(""), snapshot.path());
    let journal = place.publisher(2).await;
    let two = journal.accept(acceptance("two", CHAT, 1)).await.id;
    let intent = journal.claim(2, two, 0).await.unwrap();
    journal.answer(3, intent, sent(12)).await;
    journal.0.close().await;
    drop(journal);
    for entry in crate::fs::walk(&place.path("")).unwrap() {
        let _ = std::fs::remove_file(place.path("").join(&entry.below));
    }
    copy(snapshot.path(), &place.path(""));
    let journal = place.publisher(3).await;
    let stopped = journal.0.journal().await.unwrap().stopped;
    assert!(
        matches!(&stopped, Some(StopReason::Restored(why)) if why.contains("request is 1, but 2 were made")),
        "{stopped:?}"
    );
    journal.order(6, vec![Command::Restored { by: person(), line: "1".to_owned() }]).await.unwrap();
    journal.0.close().await;
    drop(journal);
    assert_eq!(place.open(4).await.0.journal().await.unwrap().stopped, None);
}

#[tokio::test]
async fn another_journal_in_the_place_of_one_sends_nothing() {
    let (place, other) = (Place::sqlite(), Place::sqlite());
    drop(place.open(1).await);
    drop(other.open(1).await);
    for name in ["", "-wal", "-shm", ".watermark"] {
        let _ = std::fs::remove_file(place.path(&format!("journal.db{name}")));
        let file = other.path(&format!("journal.db{name}"));
        let _ = std::fs::rename(file, place.path(&format!("journal.db{name}")));
    }
    let stopped = place.open(2).await.0.journal().await.unwrap().stopped;
    assert!(
        matches!(&stopped, Some(StopReason::Restored(why)) if why.contains("another journal")),
        "{stopped:?}"
    );
}

#[tokio::test]
#[cfg(unix)]
async fn a_link_that_leads_nowhere_is_refused_and_its_target_not_made() {
    for name in ["", "-wal", "-shm", ".lock", ".watermark"] {
        let place = Place::sqlite();
        let target = place.path("target");
        std::os::unix::fs::symlink(&target, place.path(&format!("journal.db{name}"))).unwrap();
        for access in [Access::ReadOrEmpty, Access::Read, Access::Write] {
            let fault = place.try_open(access, 1).await.err().unwrap();
            assert!(fault.to_string().contains("link"), "{name}: {fault}");
        }
        for lost in [false, true] {
            let fault = place.create(&[], lost).await.err().unwrap();
            assert!(fault.to_string().contains("link"), "{name}: {fault}");
        }
        assert!(!crate::fs::exists(&target), "{name}");
    }
}

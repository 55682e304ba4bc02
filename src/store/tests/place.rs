//! The place of a journal: created, opened, refused, copied and restored.

use super::super::{Access, Command, Query, StoreError};
use super::fixture::{CHAT, Place, acceptance, person, refused, sent};
use crate::outbox::StepRefusal;
use crate::outbox::StopReason;

/// Executes a statement as another program.
async fn meddle(place: &Place, statement: &'static str) -> Result<(), sqlx::Error> {
    use sqlx::ConnectOptions;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(place.path("journal.db"));
    let mut connection = options.connect().await?;
    sqlx::query(statement).execute(&mut connection).await.map(drop)
}

#[tokio::test]
#[cfg(unix)]
async fn files_are_readable_only_by_their_owner() {
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
async fn opening_a_missing_journal_to_read_creates_nothing() {
    let place = Place::sqlite();
    for access in [Access::Read, Access::Write] {
        let error = place.try_open(access, 1).await.err().unwrap();
        assert!(matches!(error, StoreError::Absent(_)), "{error:?}");
    }
    let journal = place.try_open(Access::ReadOrEmpty, 1).await.unwrap();
    assert!(journal.publications(Query::All).await.unwrap().is_empty());
    assert_eq!(journal.journal().await.unwrap().stopped, None);
    assert!(!crate::fs::exists(&place.path("journal.db")));
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "a test makes what is refused")]
async fn file_that_is_not_a_journal_is_refused_with_the_reason() {
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
async fn journal_of_a_newer_telepress_is_refused() {
    let place = Place::sqlite();
    drop(place.open(1).await);
    meddle(&place, "INSERT INTO _sqlx_migrations VALUES (99, 'later', '2030-01-01', 1, x'00', 1)")
        .await
        .unwrap();
    let error = place.try_open(Access::Write, 1).await.err().unwrap();
    assert!(matches!(error, StoreError::Newer { found: 99, .. }), "{error:?}");
}

#[tokio::test]
async fn journal_of_an_older_telepress_is_migrated() {
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
async fn log_and_attempts_cannot_be_changed() {
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
async fn restored_backup_sends_nothing_until_it_was_compared() {
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
    journal.order(5, vec![Command::Resume { channel: None, by: person() }]).await.unwrap();
    assert!(matches!(refused(journal.claim(5, three, 0).await), StepRefusal::Stopped { .. }));
    journal
        .order(6, vec![Command::Restored { by: person(), timeline: "1".to_owned() }])
        .await
        .unwrap();
    assert!(journal.claim(7, three, 0).await.is_ok());
    drop(journal);
    assert_eq!(place.open(3).await.0.journal().await.unwrap().stopped, None);
}

/// Replaces the journal by a copy, as an operator would.
fn restore(place: &Place, copy: &std::path::Path) {
    for name in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(place.path(&format!("journal.db{name}")));
    }
    std::fs::remove_file(place.path("journal.db")).unwrap();
    std::fs::rename(copy, place.path("journal.db")).unwrap();
}

#[tokio::test]
async fn lost_watermark_or_journal_is_noticed() {
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
        let error = place.try_open(access, 2).await.err().unwrap();
        assert!(matches!(error, StoreError::Vanished { .. }), "{error:?}");
    }
    assert!(matches!(place.create(&[], false).await, Err(StoreError::Vanished { .. })));
    place.create(&[], true).await.unwrap();
    assert_eq!(place.open(2).await.0.journal().await.unwrap().stopped, None);
    assert!(matches!(place.create(&[], true).await, Err(StoreError::Present(_))));
}

/// Copies every file of a folder into another one.
fn copy(from: &std::path::Path, to: &std::path::Path) {
    for entry in crate::fs::walk(from).unwrap() {
        // SQLite removes the write-ahead log with the last connection.
        let _ = std::fs::copy(from.join(&entry.below), to.join(entry.relative));
    }
}

#[tokio::test]
async fn restored_folder_snapshot_is_noticed_by_the_mark_outside() {
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
        matches!(&stopped, Some(StopReason::Restored(why)) if why.contains("request is no. 1, but telepress has already made 2")),
        "{stopped:?}"
    );
    journal
        .order(6, vec![Command::Restored { by: person(), timeline: "1".to_owned() }])
        .await
        .unwrap();
    journal.0.close().await;
    drop(journal);
    assert_eq!(place.open(4).await.0.journal().await.unwrap().stopped, None);
}

#[tokio::test]
async fn replaced_journal_sends_nothing() {
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
async fn dangling_link_is_refused_and_its_target_not_created() {
    for name in ["", "-wal", "-shm", ".lock", ".watermark"] {
        let place = Place::sqlite();
        let target = place.path("target");
        std::os::unix::fs::symlink(&target, place.path(&format!("journal.db{name}"))).unwrap();
        for access in [Access::ReadOrEmpty, Access::Read, Access::Write] {
            let error = place.try_open(access, 1).await.err().unwrap();
            assert!(error.to_string().contains("link"), "{name}: {error}");
        }
        for lost in [false, true] {
            let error = place.create(&[], lost).await.err().unwrap();
            assert!(error.to_string().contains("link"), "{name}: {error}");
        }
        assert!(!crate::fs::exists(&target), "{name}");
    }
}

//! PostgreSQL only: the lock belongs to a session, and other hosts may use the journal.

use sqlx::{ConnectOptions, Connection, PgConnection};

use super::super::{Access, Address, Command, LockResult, MarkFolder, StoreError, open};
use super::fixture::{CHAT, Place, acceptance, at, claim, owner, person, refused, sent};
use crate::outbox::StopReason;
use crate::outbox::{DeathCertainty, Event, Owner, StepRefusal};

async fn session(place: &Place) -> PgConnection {
    let Address::Postgres { url, .. } = place.address() else { panic!("no PostgreSQL") };
    let options: sqlx::postgres::PgConnectOptions = url.parse().unwrap();
    options.connect().await.unwrap()
}

#[tokio::test]
async fn lost_session_loses_the_lock_and_another_process_takes_over() {
    let Some(place) = Place::postgres() else { return };
    let first = place.publisher(1).await;
    let id = first.accept(acceptance("summit", CHAT, 2)).await.id;
    let intent = first.claim(0, id, 0).await.unwrap();
    first.answer(1, intent, sent(11)).await;
    let mut other = session(&place).await;
    let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'telepress' AND datname = current_database() AND pid <> pg_backend_pid()";
    sqlx::query(end).execute(&mut other).await.unwrap();
    // With any error nothing is written, and there is no intent.
    assert!(first.order(2, vec![claim(id, 1)]).await.is_err());
    assert!(first.order(3, vec![claim(id, 1)]).await.is_err());
    let second = place.publisher(2).await;
    let intent = second.claim(4, id, 1).await.unwrap();
    second.answer(5, intent, sent(12)).await;
    other.close().await.unwrap();
}

#[tokio::test]
async fn only_a_missing_process_of_this_machine_is_known_to_be_dead() {
    let Some(place) = Place::postgres() else { return };
    let gone = Owner { boot: "boot".into(), pid: 4_000_000, random: 1 };
    let alive = Owner { pid: std::process::id(), random: 2, ..gone.clone() };
    let elsewhere = Owner { boot: "another".into(), random: 3, ..gone.clone() };
    let nowhere = Owner { boot: String::new(), random: 4, ..gone.clone() };
    place.create(&[], false).await.unwrap();
    let cases = [
        (gone, DeathCertainty::Known),
        (alive, DeathCertainty::Presumed),
        (elsewhere, DeathCertainty::Presumed),
        (nowhere.clone(), DeathCertainty::Presumed),
    ];
    for (begun, death) in cases {
        let name = format!("post-{}", begun.random);
        let chat = CHAT - i64::try_from(begun.random).unwrap();
        let journal = open(&place.address(), &place.outside(), Access::Write, begun.clone(), at(0))
            .await
            .unwrap();
        let journal = super::fixture::Journal(journal);
        while !matches!(journal.0.take_lock().await.unwrap(), LockResult::Taken { .. }) {
            tokio::task::yield_now().await;
        }
        let id = journal.accept(acceptance(&name, chat, 1)).await.id;
        let intent = journal.claim(0, id, 0).await.unwrap();
        drop((intent, journal));
        // Without a boot id a process cannot judge any other, not even one that also has none.
        let next = if begun == nowhere { Owner { random: 5, ..nowhere.clone() } } else { owner(7) };
        let next =
            open(&place.address(), &place.outside(), Access::Write, next, at(0)).await.unwrap();
        let next = super::fixture::Journal(next);
        let orphans = loop {
            match next.0.take_lock().await.unwrap() {
                LockResult::Taken { orphans } => break orphans,
                LockResult::Held { .. } => tokio::task::yield_now().await,
            }
        };
        let [orphan] = orphans.as_slice() else { panic!("{orphans:?}") };
        assert_eq!((&orphan.owner, orphan.death), (&begun, death));
        let event = Event::OwnerGone { part: 0, owner: begun, death };
        next.apply_event(5, id, event).await.unwrap();
    }
}

#[tokio::test]
async fn two_hosts_order_and_one_of_them_claims() {
    let Some(place) = Place::postgres() else { return };
    let first = place.publisher(1).await;
    let second = place.open(2).await;
    let id = first.accept(acceptance("summit", CHAT, 1)).await.id;
    first.apply_event(0, id, Event::Tick).await.unwrap();
    let claims = (0..16).map(|number| {
        let journal = if number % 2 == 0 { &first } else { &second };
        journal.order(1, vec![claim(id, 0)])
    });
    let results = futures_util::future::join_all(claims).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    assert_eq!(first.publication(id).await.parts[0].attempts.len(), 1);
    assert_eq!(second.0.take_lock().await.unwrap(), LockResult::Held { by: Some(owner(1)) });
}

#[tokio::test]
async fn database_behind_the_watermark_of_this_host_sends_nothing() {
    let Some(place) = Place::postgres() else { return };
    let first = place.publisher(1).await;
    let id = first.accept(acceptance("summit", CHAT, 1)).await.id;
    let intent = first.claim(0, id, 0).await.unwrap();
    first.answer(1, intent, sent(11)).await;
    drop(first);
    // The state after `pg_restore` of an older dump.
    let mut other = session(&place).await;
    for statement in [
        "ALTER TABLE attempts DISABLE TRIGGER ALL",
        "ALTER TABLE findings DISABLE TRIGGER ALL",
        "DELETE FROM findings",
        "DELETE FROM attempts",
    ] {
        sqlx::query(statement).execute(&mut other).await.unwrap();
    }
    let journal = place.open(2).await;
    let stopped = journal.0.journal().await.unwrap().stopped;
    assert!(
        matches!(&stopped, Some(StopReason::Restored(why)) if why.contains("request is no. 0")),
        "{stopped:?}"
    );
    journal.0.take_lock().await.unwrap();
    let two = journal.accept(acceptance("two", CHAT - 1, 1)).await.id;
    assert!(matches!(refused(journal.claim(2, two, 0).await), StepRefusal::Stopped { .. }));
    journal
        .order(3, vec![Command::Restored { by: person(), timeline: "1".to_owned() }])
        .await
        .unwrap();
    assert!(journal.claim(4, two, 0).await.is_ok());
}

#[tokio::test]
async fn server_without_durability_or_without_an_answer_is_refused_with_the_reason() {
    let Some(place) = Place::postgres() else { return };
    let Address::Postgres { url, mark } = place.address() else { panic!("no PostgreSQL") };
    let nowhere = url.replace("journal_", "nowhere_");
    let address = Address::Postgres { url: nowhere, mark };
    let error =
        open(&address, &MarkFolder::none(), Access::Write, owner(1), at(0)).await.err().unwrap();
    assert!(
        matches!(&error, StoreError::Unopened { why, .. } if why.contains("does not exist")),
        "{error}"
    );
    let backup = place.open(1).await.0.backup(&place.path("copy")).await.unwrap_err();
    assert!(backup.to_string().contains("pg_dump"), "{backup}");
    let mut other = session(&place).await;
    sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (99, 'newer', true, '', 0)")
        .execute(&mut other)
        .await
        .unwrap();
    let error = place.try_open(Access::Write, 3).await.err().unwrap();
    assert!(matches!(error, StoreError::Newer { found: 99, .. }), "{error}");
}

#[tokio::test]
async fn journal_of_an_older_telepress_is_migrated() {
    let Some(place) = Place::postgres() else { return };
    let id = place.open(1).await.accept(acceptance("summit", CHAT, 1)).await.id;
    let mut other = session(&place).await;
    for statement in ["DROP TABLE people", "DELETE FROM _sqlx_migrations WHERE version = 2"] {
        sqlx::query(statement).execute(&mut other).await.unwrap();
    }
    let journal = place.open(2).await;
    assert_eq!(journal.publication(id).await.post.as_str(), "summit");
    assert_eq!(journal.0.people().await.unwrap(), []);
}

//! Read-only queries. Reads that belong to a write are in `transaction`.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::connection::{Connection, Row, Statement};
use super::watermark::JournalPosition;
use super::{
    Digest, Journal, KnownMessage, LogEntry, LogEvent, PendingNotice, Person, Query, QueueCount,
    StoreError, mark, timestamp,
};
use crate::ids::PostId;
use crate::message::{FileId, FileIds, FileKey};
use crate::outbox::{
    AttemptId, Change, ChangeState, Channel, Finding, FindingKind, Outcome, Owner, PartState,
    Publication, PublicationId,
};
use crate::plan::{OlderPosts, Words};

/// A request in flight, according to the journal.
pub(super) struct InFlight {
    pub(super) publication: PublicationId,
    pub(super) part: usize,
    pub(super) attempt: AttemptId,
    pub(super) owner: Owner,
}

/// Publications with their parts, in the order of their due times.
pub(super) async fn publications(
    connection: &mut Connection,
    wanted: &Query,
) -> Result<Vec<Publication>, StoreError> {
    // A write in between must not separate a publication from its parts.
    connection.begin_snapshot().await?;
    let found = in_snapshot(connection, wanted).await;
    let ended = connection.rollback().await;
    found.and_then(|found| ended.map(|()| found))
}

async fn in_snapshot(
    connection: &mut Connection,
    wanted: &Query,
) -> Result<Vec<Publication>, StoreError> {
    let all = || Statement::new(include_str!("sql/all.sql"));
    let parts_of_open = || Statement::new(include_str!("sql/parts_of_open.sql"));
    let (publications, parts) = match wanted {
        Query::All => (all(), Statement::new(include_str!("sql/parts_of_all.sql"))),
        Query::Outline => (all(), parts_of_open()),
        Query::Open => (Statement::new(include_str!("sql/open.sql")), parts_of_open()),
        Query::Post(post) => (
            Statement::new(include_str!("sql/of_post.sql")).text(post.to_string()),
            Statement::new(include_str!("sql/parts_of_post.sql")).text(post.to_string()),
        ),
        Query::Id(id) => {
            return Ok(publication(connection, *id).await?.into_iter().collect());
        }
    };
    let mut found = publications.read_all(connection, Row::publication).await?;
    let places: HashMap<_, _> =
        found.iter().enumerate().map(|(place, publication)| (publication.id, place)).collect();
    let each = |row: Row| {
        let of = PublicationId(row.number("publication")?);
        if let Some(publication) = places.get(&of).and_then(|place| found.get_mut(*place)) {
            publication.parts.push(row.part()?);
        }
        Ok(())
    };
    parts.for_each(connection, each).await?;
    Ok(found)
}

pub(super) async fn publication(
    connection: &mut Connection,
    id: PublicationId,
) -> Result<Option<Publication>, StoreError> {
    let statement = Statement::new(include_str!("sql/publication.sql")).number(id.0);
    let Some(row) = statement.first(connection).await? else { return Ok(None) };
    let parts = Statement::new(include_str!("sql/parts_of.sql")).number(id.0);
    let parts = parts.read_all(connection, Row::part).await?;
    Ok(Some(Publication { parts, ..row.publication()? }))
}

pub(super) async fn channels(connection: &mut Connection) -> Result<Vec<Channel>, StoreError> {
    let statement = Statement::new(include_str!("sql/channels.sql"));
    statement.read_all(connection, |row| row.channel(row.destination()?)).await
}

pub(super) async fn known_messages(
    connection: &mut Connection,
    chat: i64,
    above: i64,
) -> Result<Vec<KnownMessage>, StoreError> {
    let statement = Statement::new(include_str!("sql/known_messages.sql"));
    let message = |row: &Row| {
        let publication = row.maybe_number("publication")?.map(PublicationId);
        let state = if publication.is_some() { Some(row.json("part_state")?) } else { None };
        let by_operator = matches!(state, Some(PartState::Sent { via, .. }) if via.is_by_person());
        Ok(KnownMessage { message_id: row.number("message_id")?, publication, by_operator })
    };
    statement.number(chat).number(above).read_all(connection, message).await
}

/// Binds the key of a file that Telegram keeps.
pub(super) fn with_file_key(statement: Statement, bot: u64, key: &FileKey) -> Statement {
    // Telegram's ids have 52 bits.
    statement
        .number(i64::try_from(bot).unwrap_or(i64::MAX))
        .text(key.hash.to_string())
        .text(key.kind.name().to_owned())
        .text(key.attributes.to_string())
}

/// The files among `keys` that Telegram keeps for this bot.
pub(super) async fn file_ids(
    connection: &mut Connection,
    bot: u64,
    keys: Vec<FileKey>,
) -> Result<FileIds, StoreError> {
    let mut found = FileIds::default();
    for key in keys {
        let statement = Statement::new(include_str!("sql/file_id.sql"));
        if let Some(row) = with_file_key(statement, bot, &key).first(connection).await? {
            let (file_id, unique_id) = (row.text("file_id")?, row.maybe_text("unique_id")?);
            found.insert(key, FileId { file_id, unique_id });
        }
    }
    Ok(found)
}

/// The discussion groups of channels, by channel.
pub(super) async fn discussions(
    connection: &mut Connection,
) -> Result<BTreeMap<i64, i64>, StoreError> {
    let statement = Statement::new(include_str!("sql/discussions.sql"));
    let pair = |row: &Row| Ok((row.number("chat")?, row.number("discussion")?));
    Ok(statement.read_all(connection, pair).await?.into_iter().collect())
}

/// When the journal learned of the discussion group of a channel; `None` if an older version recorded it.
pub(super) async fn discussion_since(
    connection: &mut Connection,
    chat: i64,
    discussion: i64,
) -> Result<Option<Timestamp>, StoreError> {
    let statement = Statement::new(include_str!("sql/discussion_since.sql"));
    let statement = statement
        .text(LogEvent::DiscussionFound.name().to_owned())
        .number(chat)
        .text(discussion.to_string());
    statement.first(connection).await?.map_or(Ok(None), |row| row.maybe_at("at"))
}

/// Why an attempt had no effect.
pub(super) async fn failure_of(
    connection: &mut Connection,
    attempt: AttemptId,
) -> Result<Option<String>, StoreError> {
    let statement = Statement::new(include_str!("sql/findings_of.sql")).number(attempt.0);
    let findings: Vec<Finding> = statement.read_all(connection, |row| row.json("finding")).await?;
    Ok(findings.into_iter().find_map(|finding| match finding.found {
        FindingKind::Answer(Outcome::NotSent { description, .. }) => Some(description),
        _ => None,
    }))
}

/// The copy of a post in the discussion group.
pub(super) async fn forward_of(
    connection: &mut Connection,
    chat: i64,
    message_id: i64,
    discussion: i64,
) -> Result<Option<i64>, StoreError> {
    let statement = Statement::new(include_str!("sql/forward_of.sql"));
    let row =
        statement.number(chat).number(message_id).number(discussion).first(connection).await?;
    row.map(|row| row.number("forward_id")).transpose()
}

pub(super) async fn journal(connection: &mut Connection) -> Result<Journal, StoreError> {
    let row = Statement::new(META).only_row(connection).await?;
    Ok(Journal {
        uuid: mark::id(&row.text("uuid")?, &row.text("line")?),
        stopped: row.stops()?.first(),
        newest: row.maybe_at("newest")?,
        last_attempt: AttemptId(row.maybe_number("attempts")?.unwrap_or(0)),
        bound: row.binding()?,
        marked: row.maybe_number("marked")?,
        last_entry: row.maybe_number("entry")?.zip(row.maybe_at("entry_at")?),
    })
}

/// Selects the single row about the journal as a whole.
pub(super) const META: &str = include_str!("sql/meta.sql");

/// The journal's position.
pub(super) async fn position(connection: &mut Connection) -> Result<JournalPosition, StoreError> {
    let row = Statement::new(META).only_row(connection).await?;
    Ok(JournalPosition {
        uuid: row.text("uuid")?,
        timeline: row.text("line")?,
        attempt: row.maybe_number("attempts")?.unwrap_or(0),
        changes: row.number("changes")?,
    })
}

/// How often any process has changed the journal.
pub(super) async fn changes(connection: &mut Connection) -> Result<i64, StoreError> {
    Statement::new(include_str!("sql/changes.sql")).only_row(connection).await?.number("changes")
}

/// The posts that are older than the journal.
pub(super) async fn history(connection: &mut Connection) -> Result<OlderPosts, StoreError> {
    let row = Statement::new(include_str!("sql/born.sql")).only_row(connection).await?;
    if row.number("scanned")? == 0 {
        return Ok(OlderPosts::Before(row.at("born")?));
    }
    let scan = Statement::new(include_str!("sql/first_scan.sql"));
    let (posts, sources) = scan.read_all(connection, Row::scanned).await?.into_iter().unzip();
    Ok(OlderPosts::FirstScan { posts, sources })
}

/// The word hashes of each edition of a post of the first scan.
pub(super) async fn old_words(
    connection: &mut Connection,
    post: &PostId,
) -> Result<Vec<Words>, StoreError> {
    let statement = Statement::new(include_str!("sql/old_words.sql")).text(post.to_string());
    let Some(row) = statement.first(connection).await? else { return Ok(Vec::new()) };
    Ok(row.text("words")?.lines().map(Words::parse).collect())
}

pub(super) async fn log(
    connection: &mut Connection,
    post: Option<&PostId>,
    most: u32,
) -> Result<Vec<LogEntry>, StoreError> {
    let statement = match post {
        Some(post) => Statement::new(include_str!("sql/log_of_post.sql")).text(post.to_string()),
        None => Statement::new(include_str!("sql/log.sql")),
    };
    statement.number(i64::from(most)).read_all(connection, Row::entry).await
}

pub(super) async fn entry_at(
    connection: &mut Connection,
    id: i64,
) -> Result<Option<Timestamp>, StoreError> {
    let statement = Statement::new(include_str!("sql/entry_at.sql")).number(id);
    statement.first(connection).await?.map(|row| row.at("at")).transpose()
}

pub(super) async fn people(connection: &mut Connection) -> Result<Vec<Person>, StoreError> {
    Statement::new(include_str!("sql/people.sql")).read_all(connection, Row::person).await
}

pub(super) async fn digests(connection: &mut Connection) -> Result<Vec<Digest>, StoreError> {
    Statement::new(include_str!("sql/digests.sql")).read_all(connection, Row::digest).await
}

/// Scheduled publications, without their parts, that are due by `until` and for which no reminder has been sent at that time.
pub(super) async fn unreminded(
    connection: &mut Connection,
    now: Timestamp,
    until: Timestamp,
) -> Result<Vec<Publication>, StoreError> {
    let statement = Statement::new(include_str!("sql/unapproved.sql"));
    let statement = statement.text(timestamp::text(now)).text(timestamp::text(until));
    statement.read_all(connection, Row::publication).await
}

pub(super) async fn pending_notices(
    connection: &mut Connection,
) -> Result<Vec<PendingNotice>, StoreError> {
    let statement = Statement::new(include_str!("sql/pending_notices.sql"));
    statement.read_all(connection, Row::pending_notice).await
}

/// Requests in flight in any process, according to the journal.
pub(super) async fn in_flight(connection: &mut Connection) -> Result<Vec<InFlight>, StoreError> {
    let sql = match connection {
        Connection::Sqlite(_) => include_str!("sql/in_flight_sqlite.sql"),
        Connection::Postgres(_) => include_str!("sql/in_flight_postgres.sql"),
    };
    let found = Statement::new(sql).read_all(connection, |row| {
        let change: Option<Change> = row.maybe_json("change")?;
        let change = change.map(|change| change.state);
        let ((PartState::Sending { attempt, owner, .. }, _)
        | (_, Some(ChangeState::Sending { attempt, owner, .. }))) =
            (row.json("state_data")?, change)
        else {
            return Ok(None);
        };
        let publication = PublicationId(row.number("publication")?);
        Ok(Some(InFlight { publication, part: row.count("number")?, attempt, owner }))
    });
    Ok(found.await?.into_iter().flatten().collect())
}

/// The unfinished publications by state.
pub(super) async fn queue(
    connection: &mut Connection,
    now: Timestamp,
) -> Result<Vec<QueueCount>, StoreError> {
    let statement = Statement::new(include_str!("sql/queue.sql")).text(timestamp::text(now));
    let count = |row: &Row| {
        Ok(QueueCount {
            state: row.text("state")?,
            number: row.number("number")?,
            oldest_due: row.maybe_at("oldest")?,
        })
    };
    statement.read_all(connection, count).await
}

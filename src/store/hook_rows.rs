//! The rows of the commands that run after a publication. It does not know the rules.

use super::StoreError;
use super::connection::{Connection, Row, Statement};
use crate::key::string_enum;
use crate::outbox::{HookKey, PayloadHash, PublicationId};

string_enum! {
    /// The state of a hook.
    pub enum HookState {
        /// It has not run.
        Waiting = "waiting",
        /// It runs, or the process that ran it is gone.
        Started = "started",
        /// It ended successfully.
        Finished = "finished",
        /// It failed.
        Failed = "failed",
        /// It never runs, because the config does not list it any more, or the journal was restored.
        Dropped = "dropped",
        /// It never runs, because its post was published before the hook was in the config.
        Passed = "passed",
    }
}

/// A hook that has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenHook {
    /// Its id.
    pub id: i64,
    /// The publication after which it runs.
    pub publication: PublicationId,
    /// The command.
    pub key: HookKey,
    /// Its state.
    pub state: HookState,
}

/// Adds a hook, unless the publication has it already.
pub(super) async fn add(
    connection: &mut Connection,
    publication: PublicationId,
    key: &HookKey,
    state: HookState,
) -> Result<(), StoreError> {
    let statement = Statement::new(include_str!("sql/add_hook.sql"))
        .number(publication.0)
        .text(key.program.clone())
        .text(key.hash.to_string())
        .text(state.name().to_owned());
    statement.execute(connection).await.map(drop)
}

/// At most `most` hooks that have not ended, oldest first.
pub(super) async fn open(
    connection: &mut Connection,
    most: i64,
) -> Result<Vec<OpenHook>, StoreError> {
    let statement = Statement::new(include_str!("sql/open_hooks.sql"));
    statement.number(most).read_all(connection, hook).await
}

/// The hook with this id.
pub(super) async fn one(
    connection: &mut Connection,
    id: i64,
) -> Result<Option<OpenHook>, StoreError> {
    let statement = Statement::new(include_str!("sql/hook.sql"));
    statement.number(id).first(connection).await?.map(|row| hook(&row)).transpose()
}

pub(super) async fn set_state(
    connection: &mut Connection,
    id: i64,
    state: HookState,
) -> Result<(), StoreError> {
    let statement = Statement::new(include_str!("sql/set_hook.sql"));
    statement.text(state.name().to_owned()).number(id).execute(connection).await.map(drop)
}

fn hook(row: &Row) -> Result<OpenHook, StoreError> {
    let invalid = |column: &str| StoreError::Unreadable(format!("column `{column}` is invalid"));
    let (hash, state) = (row.text("hash")?, row.text("state")?);
    Ok(OpenHook {
        id: row.number("id")?,
        publication: PublicationId(row.number("publication")?),
        key: HookKey {
            program: row.text("program")?,
            hash: PayloadHash::parse(&hash).ok_or_else(|| invalid("hash"))?,
        },
        state: HookState::named(&state).ok_or_else(|| invalid("state"))?,
    })
}

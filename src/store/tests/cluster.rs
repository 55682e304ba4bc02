//! A PostgreSQL server for the tests of this process, started by the first test that needs it.

#![expect(
    clippy::disallowed_methods,
    reason = "a test starts the server that the library's bans are about"
)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{ConnectOptions, Connection};

/// The folder of its socket; `None` without PostgreSQL.
static CLUSTER: LazyLock<Option<(String, Child)>> = LazyLock::new(start);

/// The number of the next database.
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// The address of a new database; `None` without PostgreSQL, which is a failure where all tools are required.
pub(super) fn database() -> Option<String> {
    let Some((folder, _)) = &*CLUSTER else {
        assert!(std::env::var_os("CI").is_none(), "PostgreSQL is missing");
        eprintln!("skipped: there is no PostgreSQL on this machine");
        return None;
    };
    let name = format!("journal_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    let address = |name: &str| format!("postgres://postgres@localhost/{name}?host={folder}");
    let make = format!("CREATE DATABASE {name}");
    let server = address("postgres");
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let options: sqlx::postgres::PgConnectOptions = server.parse().unwrap();
            let mut connection = options.connect().await.unwrap();
            sqlx::query(sqlx::AssertSqlSafe(make)).execute(&mut connection).await.unwrap();
            connection.close().await.unwrap();
        });
    })
    .join()
    .unwrap();
    Some(address(&name))
}

/// The server ends when this process, and with it the child's standard input, is gone.
fn start() -> Option<(String, Child)> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/postgres/cluster.sh");
    let mut child =
        Command::new("sh").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
    let mut folder = String::new();
    BufReader::new(child.stdout.take()?).read_line(&mut folder).ok()?;
    let folder = folder.trim().to_owned();
    if folder.is_empty() {
        let code = child.wait().ok()?.code();
        assert_eq!(code, Some(3), "PostgreSQL does not start");
        return None;
    }
    Some((folder, child))
}

//! With a clock far behind the journal nothing is published, unless Telegram's time agrees with the clock.

use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use crate::world::{Server, Service, World};

/// Eleven months, in seconds.
const MONTHS: i64 = 11 * 30 * 86_400;

/// Moves the recorded requests this many seconds into the future.
fn record_ahead(world: &World, seconds: i64) {
    let options = SqliteConnectOptions::new().filename(world.path("telepress.db"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut journal = options.connect().await.unwrap();
        // Triggers protect the attempts from changes, so they are dropped first.
        let guards =
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'attempts'";
        let guards: Vec<(String, String)> =
            sqlx::query_as(guards).fetch_all(&mut journal).await.unwrap();
        for (name, _) in &guards {
            sqlx::raw_sql(sqlx::AssertSqlSafe(format!("DROP TRIGGER {name}")))
                .execute(&mut journal)
                .await
                .unwrap();
        }
        let moved = "UPDATE attempts SET intent_at = strftime('%Y-%m-%dT%H:%M:%fZ', intent_at, ?1)";
        let moved = sqlx::query(moved).bind(format!("+{seconds} seconds"));
        assert_eq!(moved.execute(&mut journal).await.unwrap().rows_affected(), 1);
        for (_, sql) in guards {
            sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut journal).await.unwrap();
        }
    });
}

#[test]
fn clock_behind_the_journal_publishes_nothing() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"").post("b", "heading = \"B\"");
    world.run("publish a").exits(0);
    record_ahead(&world, MONTHS);
    // Telegram's clock agrees with the journal.
    sandbox.set_clock_ahead(MONTHS);
    for command in ["publish b", "apply --yes", "serve"] {
        let said = world.run(command).exits(2);
        let year = said.stderr.matches("20").count();
        assert!(said.stderr.contains("clock") && year >= 2, "{command}: {}", said.stderr);
    }
    world.run("doctor").exits(1).shows("clock");
    assert_eq!(sandbox.posts(), ["A"]);
    // Telegram's clock agrees with this machine: the clock was wrong when the request was recorded.
    sandbox.set_clock_ahead(0);
    let service = Service::start(&world);
    service.says("the clock was wrong then");
    service.signal("TERM");
    service.ends();
    world.run("publish b").exits(0);
    assert_eq!(sandbox.posts(), ["A", "B"]);
}

//! `getUpdates`: timeouts, a second poll, and the shutdown of the server.

use std::time::Duration;

use serde_json::json;

use super::world::{World, read};

#[tokio::test]
async fn poll_without_timeout_returns_at_once() {
    let world = World::new().await;
    assert_eq!(world.result("getUpdates", json!({})).await, json!([]));
    for odd in [json!(-5), json!("x"), json!(0)] {
        assert_eq!(world.result("getUpdates", json!({ "timeout": odd })).await, json!([]));
    }
}

#[tokio::test]
async fn older_of_two_polls_gets_a_conflict() {
    let world = World::new().await;
    let older = world.request("getUpdates", &json!({ "timeout": 50 }));
    let newer = async {
        // The older poll has arrived when the log shows it.
        while world.sandbox.requests().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        world.result("getUpdates", json!({})).await
    };
    let (older, newer) = tokio::join!(older.send(), newer);
    let (status, body) = read(older.unwrap()).await;
    let text = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
    assert_eq!((status, body["description"].as_str()), (409, Some(text)));
    assert_eq!(newer, json!([]));
}

#[tokio::test]
async fn poll_does_not_delay_the_shutdown() {
    let world = World::new().await;
    let poll = world.request("getUpdates", &json!({ "timeout": 50 }));
    let sandbox = world.sandbox.clone();
    let stop = async {
        while sandbox.requests().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        world.stop().await;
    };
    let (poll, ()) = tokio::join!(poll.send(), stop);
    assert_eq!(read(poll.unwrap()).await.0, 500);
}

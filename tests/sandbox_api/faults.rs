//! Every fault as a client sees it, and whether it leaves a post.

use std::error::Error;
use std::io::ErrorKind;
use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};
use telepress::sandbox::{EffectTime, Fault, FaultKind};

use super::world::{World, read};

/// The kind of the I/O error at the root of `error`, if there is one.
fn io_kind(error: &reqwest::Error) -> Option<ErrorKind> {
    let mut source: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(inner) = source {
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            return Some(io.kind());
        }
        source = inner.source();
    }
    None
}

async fn armed(kind: FaultKind, effect: Option<EffectTime>) -> World {
    let world = World::new().await;
    let fault = Fault::new(kind).on("sendMessage");
    let fault = effect.map_or(fault.clone(), |effect| fault.effect_at(effect));
    world.sandbox.arm(fault).unwrap();
    world
}

/// Checks that the fault applied once: the next message is answered.
async fn recovers(world: &World) {
    assert_eq!(world.send("next").await.unwrap().status().as_u16(), 200);
    assert!(world.sandbox.faults().is_empty());
}

#[tokio::test]
async fn broken_connection_is_the_same_with_and_without_a_post() {
    for kind in [FaultKind::ReadClose, FaultKind::ReadReset] {
        for (effect, there) in
            [(EffectTime::Never, vec!["next"]), (EffectTime::Before, vec!["lost", "next"])]
        {
            let world = armed(kind.clone(), Some(effect)).await;
            let error = world.send("lost").await.unwrap_err();
            assert!(!error.is_connect() && !error.is_timeout(), "{kind:?} {error:?}");
            let reset = io_kind(&error) == Some(ErrorKind::ConnectionReset);
            assert_eq!(reset, kind == FaultKind::ReadReset, "{kind:?} {error:?}");
            recovers(&world).await;
            assert_eq!(world.texts(), there, "{kind:?} {effect:?}");
        }
    }
}

#[tokio::test]
async fn connection_that_closes_unread_loses_the_request() {
    let world = World::new().await;
    world.sandbox.arm(Fault::new(FaultKind::AcceptClose)).unwrap();
    let error = world.send("lost").await.unwrap_err();
    assert!(!error.is_timeout(), "{error:?}");
    recovers(&world).await;
    assert_eq!(world.texts(), ["next"]);
    assert_eq!(world.sandbox.requests().len(), 1);
}

#[tokio::test]
async fn no_answer_lasts_until_the_client_times_out() {
    let world = armed(FaultKind::NoAnswer, Some(EffectTime::AfterMs(30_000))).await;
    let body = json!({ "chat_id": "@world_en", "text": "late" });
    let request = world.request("sendMessage", &body).timeout(Duration::from_millis(200));
    let error = request.send().await.unwrap_err();
    assert!(error.is_timeout() && !error.is_connect(), "{error:?}");
    assert!(world.texts().is_empty());
    world.advance(30);
    assert_eq!(world.texts(), ["late"]);
    recovers(&world).await;
    world.stop().await;
}

#[tokio::test]
async fn no_answer_does_not_delay_the_shutdown() {
    let world = armed(FaultKind::NoAnswer, None).await;
    let waiting = world.request("sendMessage", &json!({ "chat_id": "@world_en", "text": "x" }));
    let sandbox = world.sandbox.clone();
    let stop = async {
        while sandbox.requests().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        world.stop().await;
    };
    let (answer, ()) = tokio::join!(waiting.send(), stop);
    assert!(answer.is_err());
}

#[tokio::test]
async fn bad_gateway_is_a_page_and_may_stall_after_its_head() {
    let world = armed(FaultKind::BadGateway, None).await;
    let (status, body) = read(world.send("lost").await.unwrap()).await;
    assert!(status == 502 && body.as_str().unwrap().starts_with("<html>"));
    recovers(&world).await;

    let world = armed(FaultKind::BadGatewayStall, Some(EffectTime::Before)).await;
    let body = json!({ "chat_id": "@world_en", "text": "there" });
    let request = world.request("sendMessage", &body).timeout(Duration::from_millis(300));
    let response = request.send().await.unwrap();
    assert_eq!(response.status().as_u16(), 502);
    assert!(response.text().await.unwrap_err().is_timeout());
    recovers(&world).await;
    assert_eq!(world.texts(), ["there", "next"]);
    world.stop().await;
}

#[tokio::test]
async fn restart_answers_500_with_and_without_a_post() {
    for (effect, there) in
        [(EffectTime::Never, vec!["next"]), (EffectTime::Before, vec!["lost", "next"])]
    {
        let world = armed(FaultKind::Restart, Some(effect)).await;
        let (status, body) = read(world.send("lost").await.unwrap()).await;
        let expected = json!({ "ok": false, "error_code": 500, "description": "Internal Server Error: restart" });
        assert_eq!((status, body), (500, expected));
        recovers(&world).await;
        assert_eq!(world.texts(), there);
    }
}

#[tokio::test]
async fn truncated_answer_ends_within_its_body() {
    let world = armed(FaultKind::Truncated, None).await;
    let response = world.send("there").await.unwrap();
    assert_eq!(response.status().as_u16(), 200);
    let length = response.content_length().unwrap();
    let mut response = response;
    let mut got = Vec::new();
    let error = loop {
        match response.chunk().await {
            Ok(Some(chunk)) => got.extend_from_slice(&chunk),
            Ok(None) => panic!("the body is whole"),
            Err(error) => break error,
        }
    };
    assert!(error.is_decode() || error.is_body(), "{error:?}");
    assert!(got.starts_with(br#"{"ok":true,"result":{"#), "{}", String::from_utf8_lossy(&got));
    assert_eq!(u64::try_from(got.len()).unwrap(), length / 2);
    recovers(&world).await;
    assert_eq!(world.texts(), ["there", "next"]);
}

#[tokio::test]
async fn odd_shape_is_not_a_message_with_or_without_an_id() {
    let world = armed(FaultKind::OddShape { with_id: true }, None).await;
    let (status, body) = read(world.send("there").await.unwrap()).await;
    assert_eq!((status, &body["ok"]), (200, &json!(true)));
    assert_eq!(body["result"].get("message_id"), None);
    assert_eq!(body["result"]["message"]["message_id"], json!(1));
    assert_eq!(world.texts(), ["there"]);

    let world = armed(FaultKind::OddShape { with_id: false }, Some(EffectTime::Before)).await;
    let (status, body) = read(world.send("there").await.unwrap()).await;
    assert_eq!((status, &body["ok"]), (200, &json!(true)));
    assert!(!body.to_string().contains("message_id"));
    assert_eq!(world.texts(), ["there"]);
}

#[tokio::test]
async fn redirect_makes_a_following_client_send_again() {
    let world = armed(FaultKind::Redirect, None).await;
    let response = world.send("once").await.unwrap();
    assert_eq!(response.status().as_u16(), 307);
    assert!(world.texts().is_empty());

    // A client that follows redirects sends the request again for each.
    world.sandbox.arm(Fault::new(FaultKind::Redirect).times(3)).unwrap();
    let body = json!({ "chat_id": "@world_en", "text": "followed" });
    let answer = Client::new().post(world.url("sendMessage")).json(&body).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    assert_eq!(world.texts(), ["followed"]);
    assert_eq!(world.sandbox.requests().len(), 5);
}

#[tokio::test]
async fn too_many_requests_has_a_wait_and_posts_nothing() {
    let world = armed(FaultKind::TooManyRequests { retry_after: 7 }, None).await;
    let response = world.send("lost").await.unwrap();
    assert_eq!(response.headers()["retry-after"], "7");
    let expected = json!({
        "ok": false,
        "error_code": 429,
        "description": "Too Many Requests: retry after 7",
        "parameters": { "retry_after": 7 },
    });
    assert_eq!(read(response).await, (429, expected));
    recovers(&world).await;
    assert_eq!(world.texts(), ["next"]);
}

#[tokio::test]
async fn stale_keep_alive_closes_the_connection_before_the_next_request() {
    let world = armed(FaultKind::StaleKeepAlive, None).await;
    let client = Client::new();
    let send = |text: &str| {
        let body = json!({ "chat_id": "@world_en", "text": text });
        client.post(world.url("sendMessage")).json(&body).send()
    };
    let (status, _) = read(send("first").await.unwrap()).await;
    assert_eq!(status, 200);
    let error = send("lost").await.unwrap_err();
    assert!(!error.is_connect() && !error.is_timeout(), "{error:?}");
    assert_eq!(read(send("third").await.unwrap()).await.0, 200);
    assert_eq!(world.texts(), ["first", "third"]);
}

#[tokio::test]
async fn slow_answer_comes_after_the_post() {
    let world = armed(FaultKind::Slow { delay_ms: 150 }, None).await;
    let body = json!({ "chat_id": "@world_en", "text": "impatient" });
    let request = world.request("sendMessage", &body).timeout(Duration::from_millis(50));
    assert!(request.send().await.unwrap_err().is_timeout());
    assert_eq!(world.texts(), ["impatient"]);
    world.sandbox.arm(Fault::new(FaultKind::Slow { delay_ms: 20 })).unwrap();
    assert_eq!(world.send("patient").await.unwrap().status().as_u16(), 200);
    assert_eq!(world.texts(), ["impatient", "patient"]);
}

#[tokio::test]
async fn answer_can_be_given_literally() {
    for (status, body) in [
        (400, json!({ "ok": false, "error_code": 400, "description": "" })),
        (429, json!({ "ok": false, "error_code": 429, "parameters": { "retry_after": "soon" } })),
        (200, json!("<html>login</html>")),
        (503, json!("")),
    ] {
        let world = armed(FaultKind::Answer { status, body: body.clone() }, None).await;
        assert_eq!(read(world.send("lost").await.unwrap()).await, (status, body));
        recovers(&world).await;
    }
}

#[tokio::test]
async fn faults_are_armed_listed_and_cleared_over_http() {
    let world = World::new().await;
    let fault = json!({ "method": "sendMessage", "fault": "too_many_requests", "retry_after": 3, "times": 2, "after": 1 });
    let (status, armed) = world.post("/sandbox/faults", fault).await;
    assert_eq!(
        (status, &armed[0]["retry_after"], &armed[0]["lands"]),
        (200, &json!(3), &json!("never"))
    );
    let mut codes = Vec::new();
    for _ in 0..4 {
        world.call("getMe", json!({})).await;
        codes.push(world.send("x").await.unwrap().status().as_u16());
    }
    assert_eq!(codes, [200, 429, 429, 200]);
    for wrong in [
        json!({ "fault": "earthquake" }),
        json!({ "fault": "restart", "tmies": 2 }),
        json!("restart"),
    ] {
        let (status, body) = world.post("/sandbox/faults", wrong).await;
        assert!(status == 400 && body["error"].is_string(), "{body}");
    }
    world.post("/sandbox/faults", json!({ "fault": "restart" })).await;
    let cleared =
        world.client.delete(format!("{}/sandbox/faults", world.address)).send().await.unwrap();
    assert_eq!(read(cleared).await, (200, Value::Array(Vec::new())));
    assert_eq!(world.get("/sandbox/faults").await, (200, json!([])));
}

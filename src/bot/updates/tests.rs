//! What is received from a server on this machine that gives one list of updates.

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::secret::Token;
use crate::telegram::{Client, ClientOptions};

const TOKEN: &str = "535362388:AAF7-g0gYncWnm5IyfZlpPRqRRv6kNAGlao";

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(10);

fn message(update: i64) -> Value {
    json!({
        "update_id": update,
        "message": {
            "message_id": update,
            "date": 1_800_000_000,
            "from": { "id": 111, "is_bot": false, "first_name": "Anna" },
            "chat": { "id": 111, "type": "private" },
            "text": "/posts",
        },
    })
}

fn post(update: i64) -> Value {
    let chat = json!({ "id": -1001, "type": "channel" });
    json!({ "update_id": update, "channel_post": { "message_id": update, "date": 1, "chat": chat } })
}

/// Answers every request of a connection with `body`.
async fn give(mut stream: TcpStream, body: String) -> std::io::Result<()> {
    let mut request = vec![0; 64 * 1024];
    while stream.read(&mut request).await? > 0 {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body.as_bytes()).await?;
    }
    Ok(())
}

/// Receives these updates, again and again, while `look` looks.
async fn receiving(updates: &[Value], look: impl AsyncFnOnce(Updates)) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let body = json!({ "ok": true, "result": updates }).to_string();
    let serving = async {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            // The poller closes its connection at the end.
            let _ = give(stream, body.clone()).await;
        }
    };
    let token = Token::parse(TOKEN).unwrap_or_else(|error| panic!("{error}"));
    let client = Client::new(token, Some(&url), ClientOptions::default()).unwrap();
    let (receiver, updates) = UpdateReceiver::new(client.poller().unwrap(), Scope::Chat);
    let looking = time::timeout(PATIENCE, look(updates));
    tokio::select! {
        () = serving => panic!("the server ended"),
        () = receiver.run(std::future::pending(), async {}) => panic!("the receiver ended"),
        looked = looking => looked.expect("it takes too long"),
    }
}

#[tokio::test]
async fn posts_in_channels_do_not_wait_for_the_chat() {
    let most = i64::try_from(QUEUE).unwrap() + 100;
    let mut updates: Vec<_> = (1..=most).map(message).collect();
    updates.push(post(most + 1));
    receiving(&updates, async |mut updates: Updates| {
        // The messages to the bot have no receiver.
        let post = updates.posts.recv().await.unwrap();
        assert_eq!((post.chat, post.message_id), (-1001, most + 1));
        assert!(!*updates.other_poller.borrow());
    })
    .await;
}

#[tokio::test]
async fn the_chat_does_not_wait_for_posts_in_channels() {
    let most = i64::try_from(limits::CHANNEL_POST_QUEUE).unwrap() + 100;
    let mut updates: Vec<_> = (1..=most).map(post).collect();
    updates.push(message(most + 1));
    receiving(&updates, async |mut updates: Updates| {
        // The posts have no receiver.
        let received = updates.incoming.recv().await.map(|received| received.incoming);
        let Some(Incoming::Message(line)) = received else { panic!("no line") };
        assert_eq!(i64::from(line.update), most + 1);
        assert_eq!(updates.posts.len(), limits::CHANNEL_POST_QUEUE);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn two_refusals_within_seconds_are_another_program() {
    let mut refusals = PollRefusals::default();
    assert!(!refusals.is_another_program());
    time::advance(OTHER_POLLER_GAP + Duration::from_secs(1)).await;
    assert!(!refusals.is_another_program());
    time::advance(Duration::from_secs(3)).await;
    assert!(refusals.is_another_program());
}

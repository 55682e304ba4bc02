//! `serve` is killed over and over while it publishes and Telegram fails at random: every post stands once.

use std::time::Duration;

use serde_json::json;

use crate::world::{Server, Service, World};

/// How often it is killed. `TELEPRESS_SOAK` names another number, for a long run by hand.
const ROUNDS: u32 = 200;

/// Posts in each newsroom, published in this many rounds of killing.
const POSTS: u32 = 8;

/// Random numbers that are the same in every run (xorshift64).
struct Lots(u64);

impl Lots {
    fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }
}

fn newsroom(sandbox: &Server) -> World {
    sandbox.post("/sandbox/channels", &json!({ "id": -1_009_999_999_999_i64, "title": "Staging" }));
    let config = format!(
        "{}\nrecovery = {{ staging_chat = -1009999999999, quiet = \"0ms\" }}\nchannels.news = {{ chat = \"@example_news\", language = \"en\" }}",
        sandbox.settings()
    );
    let world = sandbox.newsroom().config(&config).post("first", "heading = \"First\"");
    world.run("publish first").exits(0);
    world
}

/// Something that goes wrong with the next request.
fn arm(sandbox: &Server, lots: &mut Lots) {
    let fault = match lots.next(7) {
        0 => json!({ "fault": "read_close", "lands": "before", "method": "sendMessage" }),
        1 => json!({ "fault": "read_close", "lands": "never", "method": "sendMessage" }),
        2 => json!({ "fault": "read_reset", "lands": "before", "method": "sendMessage" }),
        3 => json!({ "fault": "truncated", "lands": "before", "method": "sendMessage" }),
        4 => json!({ "fault": "slow", "delay_ms": 100 + lots.next(300), "method": "sendMessage" }),
        5 => json!({ "fault": "accept_close" }),
        _ => return,
    };
    sandbox.arm(&fault);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a long run is asked for by a variable")]
fn killed_at_any_moment_it_publishes_every_post_once() {
    let asked = std::env::var("TELEPRESS_SOAK").ok().and_then(|rounds| rounds.parse().ok());
    let rounds: u32 = asked.unwrap_or(ROUNDS);
    let mut lots = Lots(0x5eed_0f7e_1e99);
    let (mut kills, mut posts) = (0, 0);
    while kills < rounds {
        let sandbox = Server::sandbox();
        let mut world = newsroom(&sandbox);
        for number in 0..POSTS {
            let text =
                format!("publish_at = 2026-01-01T00:00:0{number}Z\nheading = \"Post {number}\"");
            world = world.post(&format!("p{number}"), &text);
        }
        let world = world;
        for number in 0..POSTS {
            // Their time is over: whoever names them puts them on the schedule.
            world.run(&format!("schedule p{number} +{}ms", 400 + 60 * number)).exits(0);
        }
        let expected: Vec<String> = std::iter::once("First".to_owned())
            .chain((0..POSTS).map(|n| format!("Post {n}")))
            .collect();
        loop {
            arm(&sandbox, &mut lots);
            let service = Service::begin(&world);
            std::thread::sleep(Duration::from_millis(lots.next(300)));
            if kills < rounds {
                service.signal("KILL");
                kills += 1;
            } else {
                service.waits("the end", || {
                    (sandbox.posts().len() > expected.len() - 1).then_some(())
                });
                service.signal("TERM");
            }
            service.ends();
            if sandbox.posts().len() >= expected.len() {
                break;
            }
        }
        // What is left of the last kill is found out, and nothing is posted by it.
        let service = Service::start(&world);
        service.waits("rest", || {
            let queue = world.run("queue --format json").json();
            queue.as_array().unwrap().is_empty().then_some(())
        });
        service.signal("TERM");
        service.ends();
        let mut found = sandbox.posts();
        found.sort_unstable();
        assert_eq!(found, expected, "after {kills} kills");
        posts += POSTS;
    }
    println!("{kills} kills, {posts} posts, each of them once");
}

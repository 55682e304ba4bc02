//! `serve` is killed repeatedly while it publishes, Telegram fails at random, and people post, edit and delete in the channel:
//! every post is published once.

use std::cell::Cell;
use std::time::Duration;

use serde_json::json;

use crate::world::{Rng, Server, Service, World};

/// How often it is killed. `TELEPRESS_SOAK` sets another number for a long run.
const ROUNDS: u32 = 300;

/// The number of posts in each newsroom, and of rounds of kills.
const POSTS: u32 = 8;

fn newsroom(sandbox: &Server) -> World {
    let world = sandbox.newsroom_with_staging("400ms").post("first", "heading = \"First\"");
    world.run("publish first").exits(0);
    world
}

/// A fault of the next request. A late delivery is within the quiet time.
fn arm(sandbox: &Server, rng: &mut Rng) {
    if sandbox.get("/sandbox/faults").as_array().unwrap().len() > 20 {
        return;
    }
    let late = json!({ "after_ms": 1 + rng.next(250) });
    let lost = |fault: &str, lands: serde_json::Value| json!({ "fault": fault, "lands": lands, "method": "sendMessage" });
    let fault = match rng.next(11) {
        0 => lost("read_close", json!("before")),
        1 => lost("read_close", json!("never")),
        2 => lost("read_close", late),
        3 => lost("read_reset", json!("before")),
        4 => lost("read_reset", late),
        5 => lost("truncated", json!("before")),
        6 => lost("restart", json!("before")),
        7 => json!({ "fault": "odd_shape", "with_id": true, "method": "sendMessage" }),
        8 => json!({ "fault": "slow", "delay_ms": 100 + rng.next(300), "method": "sendMessage" }),
        9 => json!({ "fault": "accept_close" }),
        _ => return,
    };
    sandbox.arm(&fault);
}

/// Actions of people in the channel: they post, delete their own posts, and edit ours.
fn meddle(sandbox: &Server, rng: &mut Rng) {
    let posts = sandbox.get("/sandbox/channels/example_news/posts");
    let posts = posts.as_array().unwrap();
    let id = |post: &serde_json::Value| post["message_id"].as_i64().unwrap();
    let is_other = |post: &&serde_json::Value| post["text"].as_str().unwrap().starts_with("Other");
    match rng.next(6) {
        0 | 1 => sandbox.somebody_posts("Other"),
        2 => (0..rng.next(25)).for_each(|_| sandbox.somebody_posts("Other")),
        3 => posts.iter().filter(is_other).for_each(|post| sandbox.admin_deletes(id(post))),
        4 => {
            if let Some(last) = posts.iter().rev().find(|post| !is_other(post)) {
                let heading = last["text"].as_str().unwrap().lines().next().unwrap();
                sandbox.admin_edits(id(last), &format!("{heading}\n\ncorrected"));
            }
        }
        _ => {}
    }
}

/// An operator decides each unknown outcome: the message is there, or it is not. Returns the number of decisions.
fn answer(world: &World, sandbox: &Server) -> u32 {
    let mut answered = 0;
    for standing in world.run("status --format json").json().as_array().unwrap() {
        let asks = |part: &serde_json::Value| part["state"] == "needs_operator";
        if !standing["parts"].as_array().unwrap().iter().any(asks) {
            continue;
        }
        let post = standing["post"].as_str().unwrap();
        let heading = post.replace('p', "Post ");
        let posts = sandbox.get("/sandbox/channels/example_news/posts");
        let is_it = |one: &&serde_json::Value| {
            one["text"].as_str().unwrap().lines().next() == Some(heading.as_str())
        };
        let answer = match posts.as_array().unwrap().iter().find(is_it) {
            Some(there) => format!("resolve {post} --sent {}", there["message_id"]),
            None => format!("resolve {post} --not-sent"),
        };
        // It may have been settled, or it is too early: then it is tried again.
        world.run(&answer);
        answered += 1;
    }
    answered
}

fn ours(sandbox: &Server) -> Vec<String> {
    let mut posts = sandbox.posts();
    posts.retain(|post| post != "Other");
    posts
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a long run is asked for by a variable")]
fn every_post_is_published_once_despite_kills() {
    let wanted = std::env::var("TELEPRESS_SOAK").ok().and_then(|rounds| rounds.parse().ok());
    let rounds: u32 = wanted.unwrap_or(ROUNDS);
    let mut rng = Rng(0x5eed_0f7e_1e99);
    let (mut kills, mut posts, asked) = (0, 0, Cell::new(0));
    while kills < rounds {
        let sandbox = Server::sandbox();
        let skews = [0, 0, -3_600, -90, 90, 3_600];
        let skew = skews.get(usize::try_from(rng.next(6)).unwrap()).copied().unwrap();
        sandbox.set_clock_ahead(skew);
        let mut world = newsroom(&sandbox);
        for number in 0..POSTS {
            let text =
                format!("publish_at = 2026-01-01T00:00:0{number}Z\nheading = \"Post {number}\"");
            world = world.post(&format!("p{number}"), &text);
        }
        let world = world;
        for number in 0..POSTS {
            // Their time is past, so they are scheduled by name.
            world.run(&format!("schedule p{number} +{}ms", 400 + 60 * number)).exits(0);
        }
        let expected: Vec<String> = std::iter::once("First".to_owned())
            .chain((0..POSTS).map(|n| format!("Post {n}")))
            .collect();
        loop {
            meddle(&sandbox, &mut rng);
            arm(&sandbox, &mut rng);
            let service = Service::begin(&world);
            // Some processes live long enough to probe after the quiet time.
            let longest = if rng.next(3) == 0 { 1_500 } else { 300 };
            std::thread::sleep(Duration::from_millis(rng.next(longest)));
            if kills < rounds {
                service.signal("KILL");
                kills += 1;
            } else {
                service.waits("the end", || {
                    asked.set(asked.get() + answer(&world, &sandbox));
                    (ours(&sandbox).len() >= expected.len()).then_some(())
                });
                service.signal("TERM");
            }
            service.ends();
            asked.set(asked.get() + answer(&world, &sandbox));
            if ours(&sandbox).len() >= expected.len() {
                break;
            }
        }
        // The requests of the last killed process are settled without a new post.
        let service = Service::start(&world);
        service.waits("rest", || {
            asked.set(asked.get() + answer(&world, &sandbox));
            let queue = world.run("queue --format json").json();
            queue.as_array().unwrap().is_empty().then_some(())
        });
        service.signal("TERM");
        service.ends();
        let mut found = ours(&sandbox);
        found.sort_unstable();
        assert_eq!(found, expected, "after {kills} kills");
        posts += POSTS;
    }
    let asked = asked.get();
    println!(
        "{kills} kills, {posts} posts, each of them once; an operator was asked {asked} times"
    );
}

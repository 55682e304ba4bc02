//! Presses, saved files and restarts in random order: a press publishes only what the operator was shown.

use std::collections::BTreeSet;

use serde_json::json;

use super::talk::Talk;
use crate::world::Service;

const ANNA: i64 = 111;

/// How many random histories are played; `TELEPRESS_HISTORIES` sets another number.
const HISTORIES: u64 = 6;
const STEPS: usize = 12;

/// Pseudorandom numbers (a linear congruential generator), the same for the same seed.
struct Rng(u64);

impl Rng {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// The id of each card with a 🚀 button, and the version that was shown above it. Notifications may come in between.
fn cards(talk: &Talk) -> Vec<(i64, String)> {
    let mut cards = Vec::new();
    let mut shown = String::new();
    for message in talk.chat(ANNA) {
        let text = message["text"].as_str().unwrap_or_default();
        if text.starts_with("Version ") {
            text.clone_into(&mut shown);
        }
        if message.to_string().contains("🚀 Publish") {
            cards.push((message["message_id"].as_i64().unwrap(), shown.clone()));
        }
    }
    cards
}

fn play(seed: u64) {
    let mut rng = Rng(seed);
    // In every second history the post has a `publish_at`, which a press overrides.
    let time = if seed.is_multiple_of(2) { "\npublish_at = 2030-01-02T09:00:00Z" } else { "" };
    let text = |version: u32| format!("heading = \"Version {version}\"{time}");
    let mut talk = Talk::new("").post("a", &text(0)).serve();
    talk.say(ANNA, "/publish a");
    let (mut version, mut pressed) = (0, BTreeSet::new());
    for step in 0..STEPS {
        match rng.below(6) {
            0 => {
                version += 1;
                talk.save("a", &text(version));
            }
            1 => drop(talk.say(ANNA, "/publish a")),
            2 => {
                let service = talk.service.take().unwrap();
                if rng.below(2) == 0 {
                    service.signal("TERM");
                    service.ends();
                } else {
                    service.signal("KILL");
                    service.ends();
                }
                talk.service = Some(Service::start(&talk.world));
            }
            _ => {
                let cards = cards(&talk);
                if cards.is_empty() {
                    continue;
                }
                let last = cards.len() - 1;
                let number = usize::try_from(rng.below(2)).unwrap();
                let (message, shown) = cards[last.saturating_sub(number)].clone();
                pressed.insert(shown);
                let press = json!({ "message_id": message, "button": 1 });
                talk.sandbox.post(&format!("/sandbox/people/{ANNA}/press"), &press);
                // Sometimes the file is saved while the press is in flight.
                if rng.below(2) == 0 {
                    version += 1;
                    talk.save("a", &text(version));
                }
                talk.wait_until_quiet(ANNA);
            }
        }
        for post in talk.sandbox.posts() {
            assert!(pressed.contains(&post), "seed {seed}, step {step}: {post} of {pressed:?}");
        }
    }
    assert!(talk.sandbox.posts().len() <= 1, "seed {seed}: one publication for each post");
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "an environment variable sets the number of histories"
)]
fn press_publishes_only_what_the_operator_was_shown() {
    let histories = std::env::var("TELEPRESS_HISTORIES").ok().and_then(|count| count.parse().ok());
    std::thread::scope(|scope| {
        let played =
            (1..=histories.unwrap_or(HISTORIES)).map(|seed| scope.spawn(move || play(seed)));
        for played in played.collect::<Vec<_>>() {
            played.join().unwrap();
        }
    });
}

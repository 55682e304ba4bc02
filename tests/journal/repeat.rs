//! `repeat`: each occurrence of a post is published once, and the next one is scheduled after it.

use serde_json::{Value, json};
use telepress::clock::{Clock, SystemClock};

use crate::world::{Server, Service, World};

/// The `repeat` of a post that is due this many seconds from now, in UTC.
fn repeat(from_now: &[i64]) -> String {
    let slot = |seconds: &i64| {
        let at = SystemClock.now() + jiff::SignedDuration::from_secs(*seconds);
        format!("\"{}\"", at.strftime("%H:%M:%S"))
    };
    format!("repeat = [{}]\n", from_now.iter().map(slot).collect::<Vec<_>>().join(", "))
}

/// A slot half a day from now, so that no test reaches it.
fn far() -> String {
    repeat(&[43_200])
}

fn rows(world: &World, command: &str) -> Vec<Value> {
    let ran = world.run(&format!("{command} --format json")).exits(0);
    serde_json::from_str(&ran.stdout).unwrap()
}

fn states(world: &World) -> Vec<String> {
    let state = |row: &Value| row["state"].as_str().unwrap().to_owned();
    rows(world, "status weekly").iter().map(state).collect()
}

#[test]
fn each_occurrence_is_published_once_and_the_next_is_scheduled() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    let service = Service::start(&world);
    let slots = repeat(&[8, 12]);
    let world = world.post("weekly", &format!("{slots}heading = \"Week of {{{{date}}}}\""));
    service.waits("both occurrences", || (sandbox.posts().len() == 2).then_some(()));
    service.waits("the next one", || (rows(&world, "queue").len() == 1).then_some(()));
    service.signal("TERM");
    service.ends();
    let today = SystemClock.now().strftime("%Y").to_string();
    assert!(sandbox.posts().iter().all(|post| post.contains(&today)), "{:?}", sandbox.posts());
    assert_eq!(states(&world), ["published", "scheduled"]);
    let occurrences: Vec<_> =
        rows(&world, "status weekly").iter().map(|row| row["occurrence"].clone()).collect();
    assert!(occurrences.iter().all(Value::is_string) && occurrences[0] != occurrences[1]);
    world.run("apply --yes").exits(0);
    assert_eq!(sandbox.posts().len(), 2);
}

#[test]
fn next_occurrence_is_scheduled_after_a_process_ended_before_it_was() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("weekly", &format!("{}heading = \"A\"", far()));
    world.run("publish weekly").exits(0);
    world.run("queue").exits(0).prints("");
    let service = Service::start(&world);
    service.waits("the next one", || (rows(&world, "queue").len() == 1).then_some(()));
    assert_eq!((sandbox.posts(), states(&world)[1].as_str()), (vec!["A".to_owned()], "scheduled"));
}

#[test]
fn changed_file_changes_only_what_was_not_sent() {
    let sandbox = Server::sandbox();
    let slots = far();
    let world = sandbox.newsroom().post("weekly", &format!("{slots}heading = \"One\""));
    world.run("publish weekly").exits(0);
    world.run("update weekly").exits(0).says("next occurrence");
    world.run("apply --yes").exits(0);
    assert_eq!(states(&world), ["published", "scheduled"]);
    let world = world.post("weekly", &format!("{slots}heading = \"Two\""));
    world.run("apply --yes").exits(0);
    world.run("plan --exit-code").exits(0);
    assert_eq!(sandbox.posts(), ["One"]);
    world.run("publish weekly").exits(0);
    assert_eq!(sandbox.posts(), ["One", "Two"]);
}

#[test]
fn cancelled_occurrence_is_skipped() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("weekly", &format!("{}heading = \"A\"", far()));
    world.run("apply weekly --yes").exits(0);
    let first = rows(&world, "queue")[0]["occurrence"].clone();
    world.run("cancel weekly").exits(0);
    assert_eq!(rows(&world, "log weekly")[0]["occurrence"], first);
    world.run("apply --yes").exits(0);
    let second = rows(&world, "queue")[0]["occurrence"].clone();
    assert!(second.as_str() > first.as_str(), "{first} {second}");
    assert!(sandbox.posts().is_empty());
}

#[test]
fn time_of_an_operator_is_for_one_occurrence() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("weekly", &format!("{}heading = \"A\"", far()));
    world.run("schedule weekly in 2 hours").exits(0);
    let row = &rows(&world, "queue")[0];
    assert_ne!(row["due_at"], row["occurrence"]);
    let world = world.post("weekly", &format!("{}heading = \"A\"", repeat(&[50_000])));
    world.run("apply --yes").exits(0);
    let row = &rows(&world, "queue")[0];
    assert_eq!(row["due_at"], row["occurrence"]);
}

#[test]
fn newest_occurrence_is_deleted_or_all_of_them() {
    let sandbox = Server::sandbox();
    let slots = far();
    let mut world = sandbox.newsroom();
    for text in ["One", "Two", "Three"] {
        world = world.post("weekly", &format!("{slots}heading = \"{text}\""));
        world.run("publish weekly").exits(0);
    }
    world.run("delete weekly --yes").exits(0);
    assert_eq!(sandbox.posts(), ["One", "Two"]);
    world.run("delete weekly --all --yes").exits(0);
    assert!(sandbox.posts().is_empty());
}

#[test]
fn draft_and_end_of_repeat_take_the_next_occurrence_back() {
    for key in ["draft = true", "repeat_until = 2020-01-01"] {
        let sandbox = Server::sandbox();
        let slots = far();
        let world = sandbox.newsroom().post("weekly", &format!("{slots}heading = \"A\""));
        world.run("publish weekly").exits(0);
        world.run("apply --yes").exits(0);
        let world = world.post("weekly", &format!("{slots}{key}\nheading = \"B\""));
        world.run("apply --yes").exits(0);
        world.run("queue").exits(0).prints("");
        world.run("plan --exit-code").exits(0);
        assert_eq!(sandbox.posts(), ["A"], "{key}");
    }
}

#[test]
fn rendered_occurrence_has_its_date() {
    let sandbox = Server::sandbox();
    let world =
        sandbox.newsroom().post("weekly", "repeat = [\"mon 09:00\"]\nheading = \"{{date}}\"");
    let ran = world.run("render weekly --at 2030-12-03T00:00:00Z --as json").exits(0);
    let shown: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(shown[0]["occurrence"], json!("2030-12-09T09:00:00Z"));
    world.run("render weekly --at 2030-12-03").exits(2);
    world
        .run_words(".", ["render", "weekly", "--at", "2030-12-03 10:00"])
        .exits(0)
        .shows("9 December 2030");
    let world = world.post("once", "heading = \"A\"");
    world.run("render once --at 2030-12-03T00:00:00Z").exits(2).says("`repeat`");
}

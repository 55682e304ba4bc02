//! `schedule` and slots: an operator's time overrides the file's, and no slot is taken twice.

use crate::world::{Server, World};

fn newsroom(sandbox: &Server) -> World {
    let config = format!(
        "{}\n[channels.news]\nchat = \"@example_news\"\nlanguage = \"en\"\ntimezone = \"Europe/Berlin\"\nslots = [\"09:00\", \"18:30\"]",
        sandbox.settings()
    );
    sandbox.newsroom().config(&config)
}

/// The due time of each post in `queue`.
fn queue(world: &World) -> Vec<(String, String)> {
    let queue = world.run("queue --format json").json();
    let item = |item: &serde_json::Value| {
        let text = |name: &str| item[name].as_str().unwrap().to_owned();
        (text("post"), text("due_at"))
    };
    queue.as_array().unwrap().iter().map(item).collect()
}

#[test]
fn schedule_prints_the_time_with_its_zone_and_in_utc() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("a", "heading = \"A\"");
    world
        .run("schedule a 2030-07-01 18:30")
        .exits(0)
        .prints("scheduled a in news for Mon 2030-07-01 18:30 Europe/Berlin (16:30 UTC)\n")
        .says("`telepress serve` is not running here");
    world.run("schedule a 2030-12-01T18:30").exits(0).shows("(17:30 UTC)");
    assert_eq!(queue(&world).len(), 1);
    world.run("schedule a 2030-03-31 02:30").exits(2).says("the clocks skip 2030-03-31 02:30");
    world.run("schedule a 2030-10-27 02:30").exits(2).says("twice");
    world.run("schedule a 2020-01-01 10:00").exits(2).says("has passed");
    world.run("schedule a someday").exits(2).says("`someday` is not a valid time");
    world.run("schedule a").exits(2);
    world.run("schedule b next").exits(2);
    assert_eq!(queue(&world), [("a".to_owned(), "2030-12-01T17:30:00Z".to_owned())]);
}

#[test]
fn operators_time_overrides_the_files_until_it_is_cancelled() {
    let sandbox = Server::sandbox();
    let post = "publish_at = 2030-06-01T12:00:00Z\nheading = \"A\"";
    let world = newsroom(&sandbox).post("a", post);
    world.run("apply --yes").exits(0);
    world.run("schedule a 2030-06-02 10:00").exits(0);
    let world = world.post("a", &post.replace("\"A\"", "\"A again\""));
    // A new text is published at the operator's time, and `plan` shows both times.
    world.run("apply --yes").exits(0);
    assert_eq!(queue(&world), [("a".to_owned(), "2030-06-02T08:00:00Z".to_owned())]);
    world
        .run("plan a --format json")
        .exits(0)
        .shows("an operator set the time; the file says Sat 2030-06-01 14:00 Europe/Berlin");
    world.run("cancel a").exits(0);
    world.run("apply --yes").exits(0);
    assert!(queue(&world).is_empty());
    // After it is cancelled, only another time in the file or an operator's order schedules it again.
    let world = world.post("a", "publish_at = 2030-06-05T12:00:00Z\nheading = \"A\"");
    world.run("apply --yes").exits(0);
    assert_eq!(queue(&world), [("a".to_owned(), "2030-06-05T12:00:00Z".to_owned())]);
    world.run("cancel a").exits(0);
    world.run("schedule a 2030-06-09 10:00").exits(0);
    assert_eq!(queue(&world), [("a".to_owned(), "2030-06-09T08:00:00Z".to_owned())]);
}

#[test]
fn simultaneous_commands_get_different_slots() {
    let sandbox = Server::sandbox();
    let mut world = newsroom(&sandbox);
    for number in 0..6 {
        world = world.post(&format!("p{number}"), "heading = \"P\"");
    }
    std::thread::scope(|scope| {
        for number in 0..6 {
            let world = &world;
            scope.spawn(move || world.run(&format!("schedule p{number} next")).exits(0));
        }
    });
    let mut times: Vec<_> = queue(&world).into_iter().map(|(_, at)| at).collect();
    times.dedup();
    assert_eq!(times.len(), 6, "{times:?}");
    // A repeated order moves it to the next free slot, which may be its own.
    let before = queue(&world);
    let (post, at) = &before[3];
    world.run(&format!("schedule {post} next")).exits(0);
    assert!(queue(&world).contains(&(post.clone(), at.clone())), "{before:?}");
    let bare = sandbox.newsroom().post("a", "heading = \"A\"");
    bare.run("schedule a next").exits(1).says("`news` has no slots");
}

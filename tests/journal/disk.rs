//! The journal's disk becomes full or read-only while a request is in flight: the outcome is recorded as soon as that is
//! possible, and publishing continues.

use std::path::Path;
use std::time::Duration;

use serde_json::json;

use crate::world::{Disk, Server, Service, Switch, World};

/// How long `serve` may take to exit.
const SECONDS: Duration = Duration::from_secs(8);

fn newsroom(sandbox: &Server, journal: &Path) -> World {
    let config = format!(
        "{}\nrecovery.quiet = \"0ms\"\nstore.url = \"sqlite:{}\"\nchannels.news = {{ chat = \"@example_news\", language = \"en\" }}",
        sandbox.settings(),
        journal.display()
    );
    let world = sandbox.newsroom().config(&config);
    // Another path is another journal than the existing one.
    if journal.is_absolute() { world.with_journal() } else { world }
}

/// A post that a person scheduled for the next second, with a slow request.
fn under_way(
    sandbox: &Server,
    world: World,
    service: impl FnOnce(&World) -> Service,
) -> (World, Service) {
    let world = world.post("a", "heading = \"A\"").post("b", "heading = \"B\"");
    let service = service(&world);
    sandbox.arm(&json!({ "fault": "slow", "delay_ms": 1_500, "method": "sendMessage" }));
    world.run("schedule a +1s").exits(0);
    service.waits("the request", || (sandbox.posts() == ["A"]).then_some(()));
    (world, service)
}

#[test]
fn outcome_is_recorded_after_a_full_disk_is_freed() {
    let sandbox = Server::sandbox();
    let world = World::empty();
    let Some(disk) = Disk::mount(&world) else { return };
    let world = newsroom(&sandbox, &disk.path("telepress.db"));
    let (world, service) = under_way(&sandbox, world, Service::start);
    disk.fill();
    let line = service.says("telepress-unrecorded");
    assert!(line.contains("post=a") && line.contains("messages [1]"), "{line}");
    // Every write fails in the meantime.
    assert_ne!(world.run("schedule b +1s").code, Some(0));
    disk.free();
    service.says("published post=a");
    world.run("schedule b +1s").exits(0);
    service.says("published post=b");
    assert_eq!(sandbox.posts(), ["A", "B"]);
    world.run("status a").exits(0).shows("published");
    service.ends_within("TERM", SECONDS);
}

#[test]
fn serve_ends_on_a_full_disk() {
    let sandbox = Server::sandbox();
    let world = World::empty();
    let Some(disk) = Disk::mount(&world) else { return };
    let world = newsroom(&sandbox, &disk.path("telepress.db"));
    let (world, service) = under_way(&sandbox, world, Service::start);
    disk.fill();
    service.says("telepress-unrecorded");
    service.ends_within("TERM", SECONDS);
    disk.free();
    // The outcome of the dead process's request is unknown, so the request is not repeated.
    let service = Service::start(&world);
    service.says("uncertain post=a");
    world.run("schedule b +1s").exits(0);
    assert_eq!(sandbox.posts(), ["A"]);
}

#[test]
fn serve_waits_for_a_read_only_disk() {
    let sandbox = Server::sandbox();
    let world = World::empty();
    let Some(disk) = Disk::mount(&world) else { return };
    let world = newsroom(&sandbox, &disk.path("telepress.db"));
    let (world, service) = under_way(&sandbox, world, Service::start);
    // Remounting fails while files are open for writing.
    if !disk.remount("ro") {
        return;
    }
    service.says("telepress-unrecorded");
    assert!(disk.remount("rw"));
    service.says("published post=a");
    world.run("publish b").exits(0);
    assert_eq!(sandbox.posts(), ["A", "B"]);
    service.ends_within("TERM", SECONDS);
}

/// The same without a separate file system: every insert fails, and SQLite rolls the transaction back.
#[test]
fn serve_continues_after_an_error_inside_a_transaction() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox, Path::new("telepress.db"));
    let switch = Switch(world.path("telepress.db.full"));
    let start = |world: &World| Service::begin_with(world, "TELEPRESS_CRASH", "full");
    let (world, service) = under_way(&sandbox, world, start);
    switch.on();
    let line = service.says("telepress-unrecorded");
    assert!(line.contains("injected by a test"), "{line}");
    switch.off();
    service.says("published post=a");
    // An order of another process is executed when the journal can be written again.
    switch.on();
    world.run("schedule b +1s").exits(0);
    service.says("trying again in");
    switch.off();
    service.says("published post=b");
    assert!(!service.all().contains("transaction depth"), "{}", service.all());
    assert_eq!(sandbox.posts(), ["A", "B"]);
    service.ends_within("TERM", SECONDS);
}

#[test]
fn command_fails_with_the_reason_and_sends_nothing() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox, Path::new("telepress.db")).post("a", "heading = \"A\"");
    world.run("schedule a +1h").exits(0);
    let world = world.file("telepress.db.full", "").env("TELEPRESS_CRASH", "full");
    world.run("publish a").exits(3).says("injected by a test");
    assert!(sandbox.posts().is_empty());
    let world = world.env("TELEPRESS_CRASH", "");
    world.run("publish a").exits(0);
    assert_eq!(sandbox.posts(), ["A"]);
}

#[test]
fn read_only_disk_at_start_is_not_a_config_error() {
    let sandbox = Server::sandbox();
    let world = World::empty();
    let Some(disk) = Disk::mount(&world) else { return };
    let world = newsroom(&sandbox, &disk.path("telepress.db")).post("a", "heading = \"A\"");
    if !disk.remount("ro") {
        return;
    }
    world.run("publish a").exits(3).says("cannot be written");
    world.run("status").exits(0);
    assert!(disk.remount("rw"));
    world.run("publish a").exits(0);
}

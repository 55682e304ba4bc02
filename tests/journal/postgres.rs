//! Two hosts with one PostgreSQL: one publishes, the other takes over, and nothing is posted twice.

use serde_json::json;

use crate::world::{Postgres, Server, Service, World};

/// A host of the newsroom: its own folder, and the shared journal.
fn host(sandbox: &Server, postgres: &Postgres) -> World {
    let config = format!(
        "{}\nrecovery.quiet = \"0ms\"\nstore.url = \"{}\"\nchannels.news = {{ chat = \"@example_news\", language = \"en\" }}",
        sandbox.settings(),
        postgres.url()
    );
    let world = sandbox.newsroom().config(&config);
    // The second host finds the journal that the first one has created.
    world.run("journal create").never_panicked();
    world
}

#[test]
fn all_commands_work_with_postgresql() {
    let Some(postgres) = Postgres::start() else { return };
    let sandbox = Server::sandbox();
    let world = host(&sandbox, &postgres).post("a", "heading = \"A\"");
    world.run("status").exits(0);
    world.run("plan --exit-code").exits(1);
    world.run("apply --yes").exits(0).prints("published a in news: https://t.me/example_news/1\n");
    let world = world.post("a", "heading = \"A again\"");
    world.run("apply --yes").exits(0).prints("edited a in news: https://t.me/example_news/1\n");
    world.run("log a").exits(0).shows("change ordered");
    world.run("backup copy").exits(2).says("pg_dump");
    assert_eq!(sandbox.posts(), ["A again"]);
}

#[test]
fn other_host_takes_over_after_the_publisher_dies() {
    let Some(postgres) = Postgres::start() else { return };
    let sandbox = Server::sandbox();
    let first = host(&sandbox, &postgres).post("a", "heading = \"A\"").post("b", "heading = \"B\"");
    let second =
        host(&sandbox, &postgres).post("a", "heading = \"A\"").post("b", "heading = \"B\"");
    let leader = Service::start(&first);
    second.run("publish a").exits(0).prints("published a in news: https://t.me/example_news/1\n");
    second.run("serve").exits(4).says("publishes from this journal already");
    // It dies with a request in flight, whose answer is lost.
    sandbox.arm(&json!({ "fault": "slow", "delay_ms": 60_000, "method": "sendMessage" }));
    let mut ordered = second.start("publish b", std::process::Stdio::null());
    leader.waits("the request", || sandbox.posts().contains(&"B".to_owned()).then_some(()));
    // Otherwise it would continue.
    ordered.kill().unwrap();
    ordered.wait().unwrap();
    leader.signal("KILL");
    leader.ends();
    let follower = Service::start(&second);
    // A missing process of this machine is certainly dead; without a staging chat a person is asked.
    follower.says("uncertain post=b");
    second.run("resolve b --sent 2").exits(0);
    assert_eq!(sandbox.posts(), ["A", "B"]);
    drop(follower);
}

#[test]
fn suspended_publisher_loses_the_lock_and_sends_nothing_afterwards() {
    let Some(postgres) = Postgres::start() else { return };
    let sandbox = Server::sandbox();
    let first = host(&sandbox, &postgres).post("a", "heading = \"A\"");
    let second = host(&sandbox, &postgres).post("a", "heading = \"A\"");
    let leader = Service::start(&first);
    leader.signal("STOP");
    let follower = leader.waits("the lock", || {
        let service = Service::begin(&second);
        let leads = service.waits("an answer", || {
            let said = service.all();
            let is_ready = said.lines().any(|line| line == "ready");
            (is_ready || said.contains("already")).then_some(is_ready)
        });
        leads.then_some(service)
    });
    second.run("publish a").exits(0).prints("published a in news: https://t.me/example_news/1\n");
    leader.signal("CONT");
    assert_ne!(leader.ends().code(), Some(0));
    assert_eq!(sandbox.posts(), ["A"]);
    drop(follower);
}

/// A host that is sending post `a`, slowly.
fn sending(sandbox: &Server, postgres: &Postgres) -> (World, Service) {
    let world = host(sandbox, postgres).post("a", "heading = \"A\"").post("b", "heading = \"B\"");
    let service = Service::start(&world);
    sandbox.arm(&json!({ "fault": "slow", "delay_ms": 2_000, "method": "sendMessage" }));
    world.run("schedule a +1s").exits(0);
    service.waits("the request", || (sandbox.posts() == ["A"]).then_some(()));
    (world, service)
}

#[test]
fn lost_session_ends_serve_after_the_outcome() {
    let Some(postgres) = Postgres::start() else { return };
    let sandbox = Server::sandbox();
    let (world, service) = sending(&sandbox, &postgres);
    postgres.ask(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'telepress'",
    );
    service.says("published post=a");
    let said = service.all_at_end(3);
    assert!(said.contains("the connection to the database was lost"), "{said}");
    // The next process continues.
    world.run("publish b").exits(0);
    world.run("status a").exits(0).shows("published");
    assert_eq!(sandbox.posts(), ["A", "B"]);
}

#[test]
fn outcome_is_recorded_after_a_server_restart() {
    let Some(postgres) = Postgres::start() else { return };
    let sandbox = Server::sandbox();
    let (world, service) = sending(&sandbox, &postgres);
    postgres.stop();
    service.says("telepress-unrecorded");
    world.run("status").exits(3).says("cannot be reached");
    postgres.start_again();
    service.says("published post=a");
    service.all_at_end(3);
    world.run("publish b").exits(0);
    assert_eq!(sandbox.posts(), ["A", "B"]);
}

#[test]
fn serve_ends_if_the_server_stays_down() {
    let Some(postgres) = Postgres::start() else { return };
    let sandbox = Server::sandbox();
    let (world, service) = sending(&sandbox, &postgres);
    postgres.stop();
    service.says("telepress-unrecorded");
    service.ends_within("TERM", std::time::Duration::from_secs(12));
    postgres.start_again();
    let service = Service::start(&world);
    service.says("uncertain post=a");
    assert_eq!(sandbox.posts(), ["A"]);
}

#[test]
fn serve_ends_if_the_server_hangs() {
    let Some(postgres) = Postgres::start() else { return };
    let sandbox = Server::sandbox();
    let (_world, service) = sending(&sandbox, &postgres);
    postgres.freeze();
    service.signal("TERM");
    service.says("stopping");
    service.ends_within("TERM", std::time::Duration::from_secs(10));
    assert_eq!(sandbox.posts(), ["A"]);
}

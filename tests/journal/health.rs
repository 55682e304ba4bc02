//! `serve --metrics`: the metrics, the health check, and the examples that use them.

use std::collections::BTreeSet;

use serde_json::json;

use crate::world::{Server, Service, World, project};

/// A running `serve --metrics` and its address.
fn start(world: &World) -> (Service, String) {
    let service = Service::begin_as(world, "serve --metrics 127.0.0.1:0");
    let line = service.says("metrics at http://");
    let address = line.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
    (service, address)
}

/// The status and the text of an answer, for a request with this `Host` header.
fn get(sandbox: &Server, address: &str, path: &str, host: &str) -> (u16, String) {
    sandbox.wait(async {
        let client = reqwest::Client::new();
        let request = client.get(format!("http://{address}{path}")).header("Host", host);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    })
}

fn metrics(sandbox: &Server, address: &str) -> String {
    let (status, text) = get(sandbox, address, "/metrics", address);
    assert_eq!(status, 200, "{text}");
    text
}

fn has(text: &str, sample: &str) -> bool {
    text.lines().any(|line| line == sample)
}

#[test]
fn metrics_show_the_queue_and_what_was_sent() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"").post("b", "heading = \"B\"");
    let (service, address) = start(&world);
    service.says("ready");
    assert_eq!(get(&sandbox, &address, "/healthz", &address), (200, "ok\n".to_owned()));
    world.run("publish a").exits(0);
    world.run("schedule b +1h").exits(0);
    let text = service.waits("the metrics", || {
        let text = metrics(&sandbox, &address);
        let samples = [
            "telepress_requests_total{outcome=\"sent\"} 1",
            "telepress_queue_publications{state=\"scheduled\"} 1",
            "telepress_queue_publications{state=\"uncertain\"} 0",
            "telepress_oldest_due_lateness_seconds 0",
            "telepress_paused_channels 0",
            "telepress_stopped 0",
            "telepress_healthy 1",
            "telepress_hooks_waiting 0",
        ];
        samples.iter().all(|sample| has(&text, sample)).then_some(text)
    });
    let version = env!("CARGO_PKG_VERSION");
    assert!(text.contains(&format!("telepress_build_info{{version=\"{version}")), "{text}");
    world.run("pause news").exits(0);
    world.run("pause").exits(0);
    let text = metrics(&sandbox, &address);
    assert!(
        has(&text, "telepress_paused_channels 1") && has(&text, "telepress_stopped 1"),
        "{text}"
    );
    service.signal("TERM");
    assert_eq!(service.ends().code(), Some(0));
}

#[test]
fn late_post_and_last_poll_have_times() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    let config = world.read("config/telepress.toml");
    let world =
        world.config(&format!("bot.operators = [{{ id = 111, role = \"admin\" }}]\n{config}"));
    world.run("pause news").exits(0);
    let (service, address) = start(&world);
    service.says("ready");
    world.run("schedule a +1s").exits(0);
    let value = |name: &str| {
        let text = metrics(&sandbox, &address);
        let line =
            text.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap().to_owned();
        line.rsplit(' ').next().unwrap().parse::<f64>().unwrap()
    };
    service.waits("the lateness", || {
        (value("telepress_oldest_due_lateness_seconds") > 0.5).then_some(())
    });
    service
        .waits("a poll", || (value("telepress_last_poll_timestamp_seconds") > 1.7e9).then_some(()));
}

#[test]
fn health_is_503_until_the_service_is_ready() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    // The start waits for the answer to getMe.
    sandbox.arm(&json!({ "fault": "no_answer", "lands": "never", "method": "getMe" }));
    let (service, address) = start(&world);
    assert_eq!(get(&sandbox, &address, "/healthz", &address), (503, "starting\n".to_owned()));
    assert!(has(&metrics(&sandbox, &address), "telepress_healthy 0"));
    service.signal("KILL");
}

#[test]
fn pages_of_other_servers_get_nothing() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    let (_service, address) = start(&world);
    for host in ["evil.example", "localhost.evil.example:9300"] {
        assert_eq!(get(&sandbox, &address, "/metrics", host).0, 403, "{host}");
        assert_eq!(get(&sandbox, &address, "/healthz", host).0, 403, "{host}");
    }
    let port = address.rsplit(':').next().unwrap();
    assert_eq!(get(&sandbox, &address, "/metrics", &format!("localhost:{port}")).0, 200);
}

/// In a container the server is reached by the container's name.
#[test]
fn other_interfaces_accept_any_name_after_a_warning() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    let service = Service::begin_as(&world, "serve --metrics 0.0.0.0:0");
    let line = service.says("metrics at http://");
    service.says("is not on the loopback interface");
    let port = line.split("http://0.0.0.0:").nth(1).unwrap().split('/').next().unwrap();
    let address = format!("127.0.0.1:{port}");
    assert_eq!(get(&sandbox, &address, "/metrics", "telepress:9300").0, 200);
    let page = sandbox.wait(async {
        let request = reqwest::Client::new().get(format!("http://{address}/metrics"));
        request.header("Origin", "http://evil.example").send().await.unwrap().status()
    });
    assert_eq!(page, 403);
}

#[test]
fn address_that_cannot_be_used_is_a_usage_error() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    for address in ["9300", "127.0.0.1", "127.0.0.1:99999", "192.0.2.1:9300"] {
        world
            .run(&format!("serve --metrics {address}"))
            .exits(2)
            .says("write an address and a port");
    }
}

/// The names of metrics in a text.
fn names(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with("telepress_")).map(str::to_owned).collect()
}

#[test]
fn examples_and_documentation_name_the_metrics_that_exist() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    let (_service, address) = start(&world);
    let text = metrics(&sandbox, &address);
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    let exist: BTreeSet<_> = samples.flat_map(|line| names(line).into_iter().take(1)).collect();
    let alerts = project("config/telepress.alerts.yml");
    let rules: Vec<_> =
        alerts.lines().filter(|line| line.trim_start().starts_with("expr: ")).collect();
    assert!(rules.len() >= 8 && !alerts.contains('\t'));
    assert_eq!(rules.len(), alerts.matches("- alert: ").count());
    let dashboard: serde_json::Value =
        serde_json::from_str(&project("config/telepress.dashboard.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().unwrap());
    let queries: Vec<_> = targets.map(|target| target["expr"].as_str().unwrap()).collect();
    let used = names(&[rules.join("\n"), queries.join("\n")].join("\n"));
    assert!(used.is_subset(&exist), "{:?}", used.difference(&exist));
    assert_eq!(names(&queries.join("\n")), exist, "the dashboard shows every metric");
    let documented: BTreeSet<_> =
        names(&project("docs/operations.md")).intersection(&exist).cloned().collect();
    assert_eq!(documented, exist);
}

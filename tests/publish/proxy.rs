//! The real program behind a proxy: which one it uses, what `doctor` says of it, and that no output contains its password.

use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::world::{ProxyFault, ProxyServer, SECRET, Server, Service, Spoken, World};

/// What no output may contain: the user name, the password, and both in Base64.
const CREDENTIALS: [&str; 3] = ["bobby", "hunter2", "Ym9iYnk6"];

const USER: &str = "bobby:hunter2";

fn address(sandbox: &Server) -> SocketAddr {
    sandbox.address.strip_prefix("http://").unwrap().parse().unwrap()
}

/// A name for the sandbox that only the proxy can resolve. It is as long as the address, by which the proxy replaces it.
fn name(sandbox: &Server) -> String {
    let length = address(sandbox).to_string().len() - ".example".len();
    format!("{}.example", "b".repeat(length))
}

fn proxy(sandbox: &Server, user: Option<&str>, fault: ProxyFault) -> ProxyServer {
    ProxyServer::start_renaming(address(sandbox), user, fault, Some(name(sandbox)))
}

/// A newsroom whose Bot API server is only reached through a proxy; `bot` are further keys of `[bot]`.
fn newsroom(sandbox: &Server, bot: &str) -> World {
    let config = format!(
        "bot = {{ api_url = \"http://{}\"{bot} }}\nchannels.news = {{ chat = \"@example_news\", language = \"en\" }}",
        name(sandbox)
    );
    sandbox.newsroom().config(&config).post("a", "heading = \"A\"")
}

/// The message of `doctor` about the proxy.
fn finding(world: &World, code: i32) -> (String, String) {
    let found = world.run("doctor --format json").exits(code).json();
    let found = found.as_array().unwrap().iter().find(|one| one["subject"] == "proxy");
    let text = |key: &str| found.map_or(String::new(), |found| found[key].as_str().unwrap().into());
    (text("verdict"), text("message"))
}

#[test]
fn password_of_the_variable_is_used_and_never_shown() {
    let answers = [
        (ProxyFault::None, json!(null), 0),
        (ProxyFault::None, json!({ "fault": "read_close", "lands": "never" }), 4),
        (ProxyFault::None, json!({ "fault": "bad_gateway", "lands": "before" }), 4),
        (ProxyFault::Close, json!(null), 4),
        (ProxyFault::CutRequest(10), json!(null), 4),
        (ProxyFault::Reply(b"HTTP/1.1 502 Bad Gateway\r\n\r\n".to_vec()), json!(null), 4),
    ];
    for scheme in ["socks5h", "http"] {
        for (fault, mut of_server, code) in answers.clone() {
            let sandbox = Server::sandbox();
            if of_server != Value::Null {
                of_server["method"] = json!("sendMessage");
                sandbox.arm(&of_server);
            }
            let proxy = proxy(&sandbox, Some(USER), fault.clone());
            let address = proxy.address();
            let world = newsroom(&sandbox, &format!(", proxy = \"{scheme}://{address}\""))
                .env("TELEPRESS_PROXY", &format!("{scheme}://{USER}@{address}"))
                .env("RUST_LOG", "trace");
            let ran = world.run("publish a --wait 0s").exits(code);
            assert!(ran.stderr.contains("TRACE"), "nothing was logged\n{ran}");
            let doctor = world.run("doctor");
            for ran in [&ran, &doctor] {
                let shown = format!("{}{}", ran.stdout, ran.stderr);
                for part in CREDENTIALS.into_iter().chain([SECRET]) {
                    assert!(!shown.contains(part), "{scheme} {fault:?}: {part} is shown\n{ran}");
                }
            }
            if code == 0 {
                assert_eq!(sandbox.posts(), ["A"]);
                let gave = |credentials: Option<String>| credentials.as_deref() == Some(USER);
                assert!(proxy.requests().into_iter().all(|request| gave(request.credentials)));
            }
        }
    }
}

#[test]
fn doctor_names_the_proxy_its_source_and_whether_it_answers() {
    let sandbox = Server::sandbox();
    let open = proxy(&sandbox, None, ProxyFault::None);
    let address = open.address();
    let good = |message: &str| ("good".to_owned(), message.to_owned());

    let world = newsroom(&sandbox, &format!(", proxy = \"socks5h://{address}\""));
    world.run("publish a").exits(0);
    assert_eq!(
        finding(&world, 0),
        good("socks5h://127.0.0.1:[PORT] (from `[bot] proxy`): it answers")
    );
    world.run("doctor").exits(0).shows("everything is fine");
    // The config wins over the usual variables.
    let world =
        world.env("HTTP_PROXY", "http://127.0.0.1:1").env("ALL_PROXY", "http://127.0.0.1:1");
    assert_eq!(finding(&world, 0).0, "good");

    let world = newsroom(&sandbox, "").env("TELEPRESS_PROXY", &format!("http://{address}"));
    assert_eq!(
        finding(&world, 0),
        good("http://127.0.0.1:[PORT] (from TELEPRESS_PROXY): it answers")
    );
    let world = newsroom(&sandbox, "").env("http_proxy", &address.to_string());
    assert_eq!(finding(&world, 0), good("http://127.0.0.1:[PORT] (from http_proxy): it answers"));
    let world = world.env("NO_PROXY", ".example");
    let (_, message) = finding(&world, 4);
    assert_eq!(message, "none: NO_PROXY excludes the Bot API server");

    let dead = open.address();
    drop(open);
    let world = newsroom(&sandbox, &format!(", proxy = \"socks5h://{dead}\""));
    let (verdict, message) = finding(&world, 4);
    let expected =
        "socks5h://127.0.0.1:[PORT] (from `[bot] proxy`) does not answer: connection refused";
    assert_eq!((verdict.as_str(), message.as_str()), ("wrong", expected));

    let locked = proxy(&sandbox, Some(USER), ProxyFault::None);
    for (scheme, words) in [("http", "status 407"), ("socks5h", "set a user name and a password")] {
        let bot = format!(", proxy = \"{scheme}://{}\"", locked.address());
        let world = newsroom(&sandbox, &bot);
        let (verdict, message) = finding(&world, 4);
        assert_eq!(verdict, "wrong");
        assert!(message.contains("accepts connections") && message.contains(words), "{message}");
        // Nothing has reached Telegram, so the post is only late.
        world.run("publish a --wait 0s").exits(4).says("nothing was published");
        world.run("queue --format json").exits(0).prints("[]\n");
    }
}

#[test]
fn server_on_the_loopback_interface_is_reached_directly() {
    let sandbox = Server::sandbox();
    let dead = "http://127.0.0.1:1";
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    let world = world.env("HTTP_PROXY", dead).env("ALL_PROXY", dead).env("TELEPRESS_PROXY", "odd");
    world.run("publish a").exits(0);
    assert_eq!(finding(&world, 0), Default::default());
    let config = world.read("config/telepress.toml");
    let world = world.config(&format!("bot.proxy = \"{dead}\"\n{config}"));
    let (_, message) = finding(&world, 0);
    assert!(message.contains("loopback interface"), "{message}");
}

#[test]
fn unusable_variable_is_an_error_with_a_hint() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox, ", proxy = \"socks5h://127.0.0.1:1\"");
    let other = world.env("TELEPRESS_PROXY", &format!("socks5h://{USER}@127.0.0.1:2"));
    let ran = other.run("publish a").exits(2);
    ran.says("`[bot] proxy` names socks5h://127.0.0.1:[PORT], and TELEPRESS_PROXY names socks5h:")
        .says("help: write the same scheme, host and port in both");
    let world = newsroom(&sandbox, "").env("ALL_PROXY", &format!("socks4://{USER}@127.0.0.1:2"));
    let ran = world.run("publish a").exits(2);
    let ran = ran.says("ALL_PROXY: a proxy's address begins with").says("help: write it as");
    assert!(!CREDENTIALS.iter().any(|part| ran.stderr.contains(part)), "{ran}");
    assert_eq!(finding(&world, 2).0, "wrong");
    // Commands that send nothing need no proxy.
    world.run("check").exits(0);
    world.run("render a").exits(0);
}

#[test]
fn serve_polls_and_answers_through_the_proxy() {
    let sandbox = Server::sandbox();
    let proxy = proxy(&sandbox, None, ProxyFault::None);
    let bot = format!(
        ", operators = [{{ id = 111, role = \"admin\" }}], proxy = \"http://{}\"",
        proxy.address()
    );
    sandbox.post("/sandbox/people", &json!({ "id": 111, "first_name": "Anna" }));
    let world = newsroom(&sandbox, &bot);
    let service = Service::start(&world);
    sandbox.post("/sandbox/people/111/messages", &json!({ "text": "/start" }));
    for method in ["getUpdates", "sendMessage"] {
        let named = format!("{}/{method}", name(&sandbox));
        service.waits(method, || {
            let mut requests = proxy.requests().into_iter();
            requests.find(|request| request.server == named && request.spoken == Spoken::Forward)
        });
    }
}

//! Which requests the preview's server answers, and how.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use super::Preview;
use crate::world::{Server, World};

fn world() -> World {
    World::new()
        .post("summit", "heading = \"Talks\"\n")
        .post("2024/old", "heading = \"Old\"\n")
        .file("secret.txt", "the secret")
}

#[test]
fn pages_have_a_strict_policy_with_a_new_nonce() {
    let world = world();
    let preview = Preview::start(&world);
    let (runtime, client) = preview.client();
    let mut nonces = Vec::new();
    for address in [preview.pages(), format!("{}?post=2024/old", preview.pages())] {
        let answer = runtime.block_on(async { client.get(&address).send().await.unwrap() });
        assert_eq!(answer.status(), 200, "{address}");
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        let policy = header("content-security-policy");
        for part in [
            "default-src 'none'",
            "style-src 'nonce-",
            "script-src 'nonce-",
            "img-src 'self'",
            "media-src 'self'",
            "connect-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'none'",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("cache-control"), "no-store");
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        let page = runtime.block_on(async { answer.text().await.unwrap() });
        assert_eq!(page.matches(&format!("nonce=\"{nonce}\"")).count(), 2, "a style and a script");
        assert!(
            !page.contains(" onclick") && !page.contains(" style="),
            "there are no inline handlers or styles"
        );
        nonces.push(nonce);
    }
    assert_ne!(nonces[0], nonces[1]);
}

#[test]
fn other_hosts_other_origins_and_other_paths_are_refused() {
    let world = world();
    let preview = Preview::start(&world);
    let path = preview.folder.clone();
    let get = |path: &str, headers: &str| {
        let cookie = "Cookie: a=b; COOKIE\r\n";
        preview.raw(&format!("GET {path} HTTP/1.1\r\nConnection: close\r\n{cookie}{headers}\r\n"))
    };
    assert!(get(&path, "Host: HOST\r\n").starts_with("HTTP/1.1 200"));
    for (path, headers, status) in [
        (path.as_str(), "Host: evil.example\r\n", 403),
        (&path, "Host: 127.0.0.1.evil.example\r\n", 403),
        (&path, "Host: [::1].evil.example\r\n", 403),
        (&path, "Host: HOST@evil.example\r\n", 403),
        (&path, "Host: user@HOST\r\n", 403),
        (&path, "Host: localhost.evil\r\n", 403),
        (&path, "Host: 127.0.0.1\r\n", 403),
        (&path, "Host: 127.0.0.1:1\r\n", 403),
        (&path, "Host: HOST\r\nHost: HOST\r\n", 403),
        (&path, "Host: HOST\r\nHost: evil.example\r\n", 403),
        (&path, "Host: HOST\r\nOrigin: http://HOST@evil.example\r\n", 403),
        (&path, "Host: HOST\r\nOrigin: http://[::1].evil.example\r\n", 403),
        (&path, "Host: HOST\r\nOrigin: http://127.0.0.1:1\r\n", 403),
        (&path, "", 403),
        (&path, "Host: HOST\r\nOrigin: https://evil.example\r\n", 403),
        ("/", "Host: HOST\r\n", 404),
        ("/00000000000000000000000000000000/", "Host: HOST\r\n", 404),
        ("/live", "Host: HOST\r\n", 404),
    ] {
        let answer = get(path, headers);
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}"))
                || (headers.matches("Host").count() != 1 && answer.starts_with("HTTP/1.1 400")),
            "{path} {headers}: {answer}"
        );
        assert!(!answer.contains("Talks"), "{answer}");
    }
}

#[test]
fn requests_cannot_name_files_or_write() {
    let world = world();
    let preview = Preview::start(&world);
    let (runtime, client) = preview.client();
    for post in [
        "../secret",
        "..%2fsecret",
        "%2e%2e/secret.txt",
        "/etc/passwd",
        "secret.txt",
        "summit.toml",
        "nowhere",
        "",
        "a%00b",
        "summit&path=/etc/passwd",
    ] {
        let address = format!("{}?post={post}", preview.pages());
        let answer = runtime.block_on(async { client.get(&address).send().await.unwrap() });
        assert_eq!(answer.status(), 404, "{post}");
        let text = runtime.block_on(async { answer.text().await.unwrap() });
        assert!(!text.contains("root:") && !text.contains("the secret"), "{post}: {text}");
    }
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        let request = client.request(method.parse().unwrap(), preview.pages());
        let answer = runtime.block_on(async { request.send().await.unwrap() });
        assert_eq!(answer.status(), 405, "{method}");
    }
}

#[test]
fn only_pages_of_this_server_may_open_a_websocket() {
    let world = world();
    let preview = Preview::start(&world);
    let path = &preview.folder;
    let listen = |origin: &str| {
        preview.raw(
            &format!(
                "GET {path}live?post=summit HTTP/1.1\r\nHost: HOST\r\nCookie: COOKIE\r\n{origin}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            ),
        )
    };
    for origin in [
        "Origin: https://evil.example\r\n",
        "Origin: null\r\n",
        "Origin: http://127.0.0.1:1\r\n",
        "Origin: http://localhost\r\n",
    ] {
        let answer = listen(origin);
        assert!(answer.starts_with("HTTP/1.1 403"), "{origin}: {answer}");
    }
    let answer = listen("Origin: http://HOST\r\n");
    assert!(answer.starts_with("HTTP/1.1 101") && answer.contains("Talks"), "{answer}");
}

const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

/// A tab that shows the post `summit`.
fn tab(preview: &Preview) -> TcpStream {
    let (path, cookie) = (&preview.folder, &preview.cookie);
    let authority = preview.origin().trim_start_matches("http://");
    let mut stream = TcpStream::connect(authority).unwrap();
    let request = format!(
        "GET {path}live?post=summit HTTP/1.1\r\nHost: {authority}\r\nCookie: {cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Reads until `word` has come, and returns everything that was read.
fn receives(stream: &mut TcpStream, word: &str) -> Vec<u8> {
    let (mut received, mut some) = (Vec::new(), [0; 4_096]);
    while !received.windows(word.len()).any(|window| window == word.as_bytes()) {
        let read = stream.read(&mut some).unwrap();
        assert!(read > 0, "no {word} in {}", String::from_utf8_lossy(&received));
        received.extend_from_slice(&some[..read]);
    }
    received
}

#[test]
fn every_open_tab_gets_every_save() {
    let mut world = world();
    let preview = Preview::start(&world);
    let mut tabs = [tab(&preview), tab(&preview)];
    for tab in &mut tabs {
        receives(tab, "Talks");
    }
    for number in 0..3 {
        let heading = format!("heading-{number}-heading");
        world = world.post("summit", &format!("heading = \"{heading}\"\n"));
        for tab in &mut tabs {
            receives(tab, &heading);
        }
    }
    // A post may move to a Markdown file.
    std::fs::remove_file(world.path("posts/summit.toml")).unwrap();
    world.write("posts/summit.md", "+++\nheading = \"Moved\"\n+++\n\nto-markdown\n");
    for tab in &mut tabs {
        receives(tab, "to-markdown");
    }
}

#[test]
fn tab_above_the_limit_is_closed_with_a_reason() {
    let world = world();
    let preview = Preview::start(&world);
    let mut tabs: Vec<_> = (0..telepress::limits::PREVIEW_TABS).map(|_| tab(&preview)).collect();
    for tab in &mut tabs {
        receives(tab, "Talks");
    }
    // A close frame with code 1013, "try again later".
    let refused = receives(&mut tab(&preview), "tabs");
    assert!(refused.windows(2).any(|code| code == 1_013_u16.to_be_bytes()));
    let _world = world.post("summit", "heading = \"Later\"\n");
    receives(&mut tabs[0], "Later");
    tabs.pop();
    // The server notices a closed tab a moment later.
    until(|| {
        let mut tab = tab(&preview);
        let mut received = String::new();
        while !received.contains("Later") && !received.contains("tabs") {
            let mut some = [0; 4_096];
            let read = tab.read(&mut some).unwrap();
            received += &String::from_utf8_lossy(&some[..read]);
        }
        Some(()).filter(|()| received.contains("Later"))
    });
}

#[test]
fn page_of_a_thousand_posts_is_small() {
    let mut world = World::new();
    for number in 0..1_000 {
        world = world.post(
            &format!("post-{number:04}"),
            &format!("heading = \"Post number {number} of a newsroom that has many\"\n"),
        );
    }
    let preview = Preview::start(&world);
    let (runtime, client) = preview.client();
    let page = runtime.block_on(async {
        client.get(preview.pages()).send().await.unwrap().text().await.unwrap()
    });
    assert_eq!(page.matches("class=\"post\"").count(), 1_000);
    assert!(page.len() < 300_000, "{} bytes", page.len());
}

#[test]
fn used_port_and_unknown_post_are_usage_errors_with_a_hint() {
    let world = world();
    let preview = Preview::start(&world);
    let port = preview.origin().rsplit(':').next().unwrap().to_owned();
    world
        .run(&format!("preview --no-open --port {port}"))
        .exits(2)
        .says("cannot be used")
        .says("--port");
    world.run("preview sumit --no-open").exits(2).says("did you mean `summit`?");
    world.run("preview --html out.html").exits(2);
}

#[test]
fn page_of_a_published_post_shows_its_link_and_the_pending_edit() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("summit", "heading = \"Talks went on\"\n");
    world.run("publish summit").exits(0);
    let preview = Preview::start(&world);
    let (runtime, client) = preview.client();
    let address = format!("{}?post=summit", preview.pages());
    let page = || {
        runtime.block_on(async { client.get(&address).send().await.unwrap().text().await.unwrap() })
    };
    let before = page();
    assert!(
        before.contains("state-published") && before.contains("https://t.me/example_news/1"),
        "{before}"
    );
    assert!(!before.contains("<del>"), "{before}");
    let world = world.post("summit", "heading = \"Talks ended\"\n");
    let after = until(|| Some(page()).filter(|page| page.contains("<del>")));
    assert!(after.contains("Talks <del>went on</del></p>"), "{after}");
    assert!(after.contains("Talks <ins>ended</ins></p>"), "{after}");
    // A change of the journal shows too.
    world.run("update summit").exits(0);
    until(|| Some(page()).filter(|page| !page.contains("<del>")));
}

#[test]
fn newsroom_has_the_states_of_list_marks_changed_posts_and_leads_to_the_next_one() {
    let sandbox = Server::sandbox();
    let world = sandbox
        .newsroom()
        .post("a", "heading = \"A\"\nlead = \"It is **new**.\"\n")
        .post("b", "draft = true\nheading = \"B\"\n")
        .post("c", "publish_at = 2030-01-01T09:00:00Z\nheading = \"C\"\n")
        .post("d", "heading = \"D\"\n")
        .post("e", "hedding = \"E\"\n");
    world.run("publish a").exits(0);
    let world = world.post("a", "heading = \"A\"\nlead = \"It is *new*.\"\n");
    let preview = Preview::start(&world);
    let (runtime, client) = preview.client();
    let page = |query: &str| {
        let address = format!("{}{query}", preview.pages());
        runtime.block_on(async { client.get(&address).send().await.unwrap().text().await.unwrap() })
    };
    let index = until(|| Some(page("")).filter(|page| page.contains("state-published")));
    let states = |page: &str, post: &str| -> Vec<String> {
        let (_, row) = page.split_once(&format!("data-key=\"{post}\"")).unwrap();
        let (row, _) = row.split_once("</div>").unwrap();
        row.split("<em class=\"state-")
            .skip(1)
            .map(|em| em.split('"').next().unwrap().into())
            .collect()
    };
    let listed = world.run("list --format json").exits(0).json();
    for row in listed.as_array().unwrap() {
        let post = row["post"].as_str().unwrap();
        assert_eq!(states(&index, post), [row["state"].as_str().unwrap()], "{post}");
    }
    assert_eq!(index.matches(">changed</em>").count(), 1, "{index}");
    // The posts with errors come first, then those with a time.
    let link = |page: &str, rel: &str| {
        let end = page.find(&format!("\" rel=\"{rel}\"")).unwrap();
        page.get(..end).unwrap().rsplit("?post=").next().unwrap().to_owned()
    };
    let post = page("?post=a");
    assert_eq!((link(&post, "prev"), link(&post, "next")), ("c".into(), "b".into()));
    assert!(!page("?post=e").contains("rel=\"prev\""));
    assert!(post.contains("class=\"format\">bold<") && !post.contains("&lt;b&gt;"), "{post}");
}

/// Waits until `look` returns something.
fn until<T>(look: impl Fn() -> Option<T>) -> T {
    for _ in 0..500 {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    panic!("it did not come");
}

#[test]
fn page_of_the_sandbox_refuses_other_hosts_and_origins() {
    let sandbox = Server::sandbox();
    let (runtime, client) = super::client(reqwest::header::HeaderMap::new());
    let get = |accept: &str, host: Option<&str>| {
        let mut request = client.get(format!("{}/", sandbox.address)).header("accept", accept);
        if let Some(host) = host {
            request = request.header("host", host);
        }
        runtime.block_on(async {
            let answer = request.send().await.unwrap();
            let policy = answer.headers().get("content-security-policy").cloned();
            (answer.status().as_u16(), policy, answer.text().await.unwrap())
        })
    };
    let (status, policy, page) = get("text/html", None);
    let policy = policy.unwrap();
    assert!(
        status == 200 && policy.to_str().unwrap().starts_with("default-src 'none'"),
        "{policy:?}"
    );
    assert!(page.contains("Make Telegram fail") && page.contains("example_news"), "{page}");
    assert!(get("*/*", None).2.contains("GET    /sandbox/channels"));
    assert_eq!(get("text/html", Some("evil.example")).0, 403);
    let listen = client
        .get(format!("{}/sandbox/live", sandbox.address))
        .header("origin", "http://127.0.0.1:1")
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    assert_eq!(runtime.block_on(async { listen.send().await.unwrap().status() }), 403);
}

#[test]
fn page_of_a_rich_post_shows_its_text_message_or_why_there_is_none() {
    let world = World::new()
        .post("a", "body = '''\none\n\n> two\n'''\nformat = 'rich'")
        .post("b", "body = '''\none\n\n---\n'''\nformat = 'rich'");
    let preview = Preview::start(&world);
    let page = |post: &str| {
        let path = format!("{}?post={post}", preview.folder);
        preview.raw(&format!(
            "GET {path} HTTP/1.1\r\nHost: HOST\r\nCookie: COOKIE\r\nConnection: close\r\n\r\n"
        ))
    };
    let shown = page("a");
    assert!(shown.contains("As a text message"), "{shown}");
    assert!(!shown.contains("cannot show this post"), "{shown}");
    let refused = page("b");
    assert!(refused.contains("A text message cannot show this post"), "{refused}");
    assert!(refused.contains("text messages cannot hold a dividing line"), "{refused}");
}

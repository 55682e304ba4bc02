//! Requests to the sandbox from pages of other servers, which must not change anything.

use reqwest::header::HeaderMap;

use super::client;
use crate::world::{Server, TOKEN};

#[test]
fn pages_of_other_servers_cannot_change_the_sandbox() {
    let sandbox = Server::sandbox();
    let (runtime, client) = client(HeaderMap::new());
    let send = format!("/bot{TOKEN}/sendMessage?chat_id=@example_news&text=by-a-page");
    let ask = |method: &str, path: &str, headers: &[(&str, &str)]| {
        let mut request =
            client.request(method.parse().unwrap(), format!("{}{path}", sandbox.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        runtime.block_on(async { request.send().await.unwrap().status().as_u16() })
    };
    let image = [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-mode", "no-cors"),
        ("sec-fetch-dest", "image"),
    ];
    let link = [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-dest", "document"),
    ];
    let other_port =
        [("sec-fetch-site", "same-site"), ("sec-fetch-mode", "cors"), ("sec-fetch-dest", "empty")];
    let frame = [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-dest", "iframe"),
    ];
    for headers in [
        &image[..],
        &link,
        &other_port,
        &frame,
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://127.0.0.1:1")],
        &[("referer", "https://evil.example/page")],
    ] {
        for method in ["GET", "POST", "HEAD"] {
            assert_eq!(ask(method, &send, headers), 403, "{method} {headers:?}");
        }
        for encoded in
            [send.replacen('b', "%62", 1), send.replacen("sendMessage", "send%4dessage", 1)]
        {
            assert_eq!(ask("GET", &encoded, headers), 403, "{encoded} {headers:?}");
        }
        for path in ["/sandbox/faults", "/sandbox/clock", "/sandbox/people"] {
            assert_eq!(ask("POST", path, headers), 403, "{path} {headers:?}");
        }
        assert_eq!(ask("DELETE", "/sandbox/faults", headers), 403, "{headers:?}");
    }
    assert_eq!(sandbox.posts(), [""; 0]);
    // A link may open the sandbox's pages; its own page and other programs may do everything.
    assert_eq!(ask("GET", "/", &link), 200);
    assert_eq!(ask("GET", "/sandbox/channels", &link), 200);
    assert_eq!(ask("GET", "/sandbox/channels", &image), 403);
    let own = sandbox.address.clone();
    for headers in [
        &[][..],
        &[("sec-fetch-site", "none")],
        &[("origin", own.as_str()), ("sec-fetch-site", "same-origin")],
    ] {
        for method in ["GET", "POST"] {
            assert_eq!(ask(method, &send, headers), 200, "{method} {headers:?}");
        }
    }
    assert_eq!(sandbox.posts().len(), 6);
}

//! Who may speak to a server of telepress: programs of this machine, and no web page that got hold of its address.

use axum::extract::Request;
use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Lets a request through when its `Host` names the loopback interface (a page under another name that was made to
/// resolve here has its own name in it), and its `Origin`, which only browsers send, does too.
pub async fn only(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let host = header(headers, &HOST).or_else(|| request.uri().authority().map(Authority::as_str));
    let from_page = headers.contains_key(ORIGIN);
    let origin = header(headers, &ORIGIN).and_then(|origin| origin.strip_prefix("http://"));
    if !host.is_some_and(is_loopback) || (from_page && !origin.is_some_and(is_loopback)) {
        let refusal = "Only requests to 127.0.0.1, [::1] or localhost are answered here.\n";
        return (StatusCode::FORBIDDEN, refusal).into_response();
    }
    next.run(request).await
}

/// Whether a page asks, and it is another page than one of this very server: of another port, too.
#[must_use]
pub fn is_foreign(headers: &HeaderMap) -> bool {
    let origin = headers.get(ORIGIN).map(|origin| origin.to_str().unwrap_or_default());
    let host = header(headers, &HOST).unwrap_or_default();
    origin.is_some_and(|origin| origin.strip_prefix("http://") != Some(host))
}

fn header<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Whether `host`, with or without a port, is the loopback interface.
fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((name, _)) => name,
        None => host.split_once(':').map_or(host, |(name, _)| name),
    };
    name.eq_ignore_ascii_case("localhost")
        || name.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_another_server_is_foreign() {
        let headers = |origin: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, "127.0.0.1:8000".parse().unwrap());
            if let Some(origin) = origin {
                headers.insert(ORIGIN, origin.parse().unwrap());
            }
            headers
        };
        for (origin, expected) in [
            (None, false),
            (Some("http://127.0.0.1:8000"), false),
            (Some("http://127.0.0.1:3000"), true),
            (Some("https://evil.example"), true),
            (Some("null"), true),
        ] {
            assert_eq!(is_foreign(&headers(origin)), expected, "{origin:?}");
        }
    }

    #[test]
    fn only_loopback_names_pass() {
        for host in
            ["127.0.0.1", "127.0.0.1:8081", "localhost", "LocalHost:80", "[::1]", "[::1]:8081"]
        {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "127.0.0.1.evil.example",
            "localhost.evil.example:80",
            "10.0.0.1",
            "[::2]:1",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}

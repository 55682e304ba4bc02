//! Who may speak to the sandbox: programs of this machine, and no web page that got hold of its address.

use axum::extract::Request;
use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Lets a request through when its `Host` names the loopback interface (a page under another name that was made to
/// resolve here has its own name in it), and its `Origin`, which only browsers send, does too.
pub(super) async fn loopback_only(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let host = header(headers, &HOST).or_else(|| request.uri().authority().map(Authority::as_str));
    let from_page = headers.contains_key(ORIGIN);
    let origin = header(headers, &ORIGIN).and_then(|origin| origin.strip_prefix("http://"));
    if !host.is_some_and(is_loopback) || (from_page && !origin.is_some_and(is_loopback)) {
        let refusal = "The sandbox answers only requests to 127.0.0.1, [::1] or localhost.\n";
        return (StatusCode::FORBIDDEN, refusal).into_response();
    }
    next.run(request).await
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

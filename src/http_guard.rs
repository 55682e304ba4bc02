//! Protects a local server from cross-site requests (CSRF): programs on this machine may send requests, web pages of other servers
//! may not.

use axum::extract::{Request, State};
use axum::http::header::{HOST, ORIGIN, REFERER};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// In this header a browser names the relation of the requesting page (`Fetch Metadata Request Headers`, W3C).
const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The mode of a browser's request: `navigate` opens a page in a tab.
const MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// The destination of the answer: `document` is a tab.
const DESTINATION: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Accepts a request whose single `Host` is this server on `port` of the loopback interface, and whose `Origin`, if there is one, is
/// too. (DNS rebinding: a page under another name that resolves to this machine sends its own name as `Host`.)
pub async fn only(State(port): State<u16>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let target = request.uri().authority().map(Authority::as_str);
    let host = single(headers, &HOST).filter(|host| target.is_none_or(|target| target == *host));
    let is_own = host.is_some_and(|host| is_loopback(host, port));
    let origin = single(headers, &ORIGIN).and_then(|origin| origin.strip_prefix("http://"));
    let may_ask =
        !headers.contains_key(ORIGIN) || origin.is_some_and(|origin| is_loopback(origin, port));
    if !is_own || !may_ask {
        return refused(
            "This server answers only requests to its own port on 127.0.0.1, [::1] or localhost.\n",
        );
    }
    next.run(request).await
}

/// Refuses requests from pages of other servers, except that a link there may open a path in a tab if `is_harmless` accepts it.
pub async fn not_from_other_pages(
    State(is_harmless): State<fn(&str) -> bool>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let is_opened = matches!(*request.method(), Method::GET | Method::HEAD)
        && !headers.contains_key(ORIGIN)
        && single(headers, &MODE).is_none_or(|mode| mode == "navigate")
        && single(headers, &DESTINATION).is_none_or(|destination| destination == "document")
        && is_harmless(request.uri().path());
    if is_foreign(headers) && !is_opened {
        return refused("This server refuses requests from pages of other servers.\n");
    }
    next.run(request).await
}

fn refused(why: &'static str) -> Response {
    (StatusCode::FORBIDDEN, why).into_response()
}

/// Whether the request is from a page of another server, which includes other ports of this machine. Programs other than browsers
/// send none of these headers.
#[must_use]
pub fn is_foreign(headers: &HeaderMap) -> bool {
    let host = single(headers, &HOST).unwrap_or_default();
    let is_own = |address: &str| address.strip_prefix("http://") == Some(host);
    let by_origin = headers.contains_key(ORIGIN) && !single(headers, &ORIGIN).is_some_and(is_own);
    let by_site = headers.contains_key(SITE)
        && !matches!(single(headers, &SITE), Some("same-origin" | "none"));
    // Browsers that do not send the headers above may still send the referrer.
    let by_referer = headers.contains_key(REFERER) && {
        let from = single(headers, &REFERER).and_then(|from| url::Url::parse(from).ok());
        !from.is_some_and(|from| is_own(&from.origin().ascii_serialization()))
    };
    by_origin || by_site || by_referer
}

/// The value of a header that occurs exactly once.
fn single<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next().filter(|_| values.next().is_none())?;
    first.to_str().ok()
}

/// Whether `host` is exactly a name of the loopback interface with `port`.
fn is_loopback(host: &str, port: u16) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    // Refuses user information, and whatever else another parser may read differently.
    let name = authority.host();
    let rest = host.strip_prefix(name);
    let has_port = match rest {
        Some("") => port == 80,
        Some(rest) => rest.strip_prefix(':') == Some(port.to_string().as_str()),
        None => false,
    };
    has_port && (matches!(name, "127.0.0.1" | "[::1]") || name.eq_ignore_ascii_case("localhost"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(named: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in named {
            headers.append(HeaderName::from_static(name), value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn page_of_another_server_is_foreign() {
        let own = ("host", "127.0.0.1:8000");
        for (header, expected) in [
            (None, false),
            (Some(("origin", "http://127.0.0.1:8000")), false),
            (Some(("origin", "http://127.0.0.1:3000")), true),
            (Some(("origin", "http://127.0.0.1:80@evil.example")), true),
            (Some(("origin", "https://evil.example")), true),
            (Some(("origin", "null")), true),
            (Some(("sec-fetch-site", "none")), false),
            (Some(("sec-fetch-site", "same-origin")), false),
            (Some(("sec-fetch-site", "same-site")), true),
            (Some(("sec-fetch-site", "cross-site")), true),
            (Some(("sec-fetch-site", "")), true),
            (Some(("referer", "http://127.0.0.1:8000/a?b")), false),
            (Some(("referer", "http://127.0.0.1:8000.evil.example/")), true),
            (Some(("referer", "no address")), true),
        ] {
            let named: Vec<_> = [Some(own), header].into_iter().flatten().collect();
            assert_eq!(is_foreign(&headers(&named)), expected, "{header:?}");
        }
        let twice = headers(&[own, ("origin", "http://127.0.0.1:8000"), ("origin", "http://x")]);
        assert!(is_foreign(&twice));
    }

    #[test]
    fn only_this_port_of_loopback_names_is_accepted() {
        for host in ["127.0.0.1:8081", "localhost:8081", "LocalHost:8081", "[::1]:8081"] {
            assert!(is_loopback(host, 8081), "{host}");
        }
        assert!(is_loopback("127.0.0.1", 80) && is_loopback("[::1]", 80));
        for host in [
            "",
            "127.0.0.1",
            "127.0.0.1:",
            "127.0.0.1:80",
            "127.0.0.1:08081",
            "127.0.0.1:8081:8081",
            "127.0.0.2:8081",
            "127.0.0.1.:8081",
            "127.1:8081",
            "2130706433:8081",
            "[::1].evil.example:8081",
            "[::1]evil.example:8081",
            "[::1]@evil.example:8081",
            "[::2]:8081",
            "::1:8081",
            "[::ffff:127.0.0.1]:8081",
            "127.0.0.1:8081@evil.example",
            "127.0.0.1:8081@evil.example:8081",
            "user@127.0.0.1:8081",
            "evil.example:8081",
            "127.0.0.1.evil.example:8081",
            "localhost.:8081",
            "localhost.evil:8081",
            "localhost.evil.example:8081",
            "127.0.0.1:8081/",
            "127.0.0.1:8081, evil.example",
            "127.0.0.1:8081 ",
            "10.0.0.1:8081",
        ] {
            assert!(!is_loopback(host, 8081), "{host}");
        }
    }
}

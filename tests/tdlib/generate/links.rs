//! Addresses of links, valid and nearly valid.

use proptest::prelude::*;

use super::{any_of, matching, row};

const GOOD: &[&str] = &[
    "https://example.org/",
    "http://Example.ORG",
    "example.org",
    "example.org?q=a b",
    "HTTPS://пример.рф/путь?a=б#я",
    "tg://user?id=7",
    "tg:user?id=12&x=1",
    "tg://resolve?domain=durov",
    "ton://transfer/x",
    "tonsite://a.ton",
    "mailto:a@b.com",
    "https://a.b/#c d",
    "https://a.b/(c)\\d\"e'f<g>&h",
    "https://a.b/%zz?%20=\u{200E}",
    "http://1.2.3.4:80/x",
    "https://a:b@c.de/",
];

const SCHEMES: &[&str] = &[
    "",
    "http://",
    "https://",
    "HTTP://",
    "http:",
    "http:/",
    "//",
    "tg://",
    "tg:",
    "TG://",
    "ton://",
    "ton:",
    "tonsite://",
    "tonsite:",
    "ftp://",
    "javascript:",
    "tel:",
    "mailto:",
    "x://",
    "://",
    " http://",
    "https:///",
];

const PARTS: &[&str] = &[
    "a",
    "B",
    "user",
    "example",
    "com",
    "рф",
    "Й",
    "🙂",
    "1.2.3.4",
    "localhost",
    "xn--p1ai",
    ".",
    "..",
    "-",
    "_",
    "~",
    "%",
    "%20",
    "%zz",
    "%2",
    "+",
    "é",
    "中",
];

const ENDINGS: &[&str] = &[
    ":",
    ":80",
    ":080",
    ":65535",
    ":65536",
    ":0",
    ":+1",
    ":x",
    "@",
    "/",
    "//",
    "?",
    "#",
    "&",
    "=",
    "user?id=",
    "id=7",
    "id=",
    "domain=a",
    " ",
    "\t",
    "\n",
    "\r",
    "\u{202E}",
    "\u{A0}",
    "\u{7F}",
    "\u{200E}\u{200F}",
    "[",
    "]",
    "[::1]",
    "[::ffff:1.2.3.4]",
    "[1::2::3]",
    "[::g]",
    "!",
    "$",
    "'",
    "(",
    ")",
    "*",
    ",",
    ";",
    "|",
    "\\",
    "\"",
    "<",
    ">",
    "^",
    "`",
    "{",
    "}",
];

/// An address that Telegram accepts.
pub(super) fn good_url() -> BoxedStrategy<String> {
    any_of(GOOD)
}

/// An address that Telegram may accept or refuse.
pub(super) fn url() -> BoxedStrategy<String> {
    let part = prop_oneof![
        3 => any_of(PARTS),
        2 => any_of(ENDINGS),
        1 => any::<char>().prop_map(String::from)
    ];
    let schemes = || any_of(&["", "http://", "https://", "tg://", "ton:", "HTTPS://"]);
    let hosts =
        || any_of(&["a.b", "example.org", "пример.рф", "user", "a.b:80", "a:b@c.d", "A.B."]);
    let path = (any_of(&["", "/", "?", "#"]), row(part.clone().boxed(), 6));
    prop_oneof![
        1 => good_url(),
        3 => (schemes(), hosts(), path).prop_map(|(scheme, host, (sign, path))| scheme + &host + &sign + &path),
        1 => (matching("tg:(//)?user\\?(id=)?"), matching("[0-9]{0,14}"), any_of(&["", "", "&x=1", "#a", "x", "/", " "]))
            .prop_map(|(form, id, rest)| form + &id + &rest),
        3 => (any_of(SCHEMES), row(any_of(PARTS), 4), row(part.boxed(), 6))
            .prop_map(|(scheme, host, rest)| scheme + &host + &rest),
        1 => matching(".{0,20}"),
    ]
    .boxed()
}

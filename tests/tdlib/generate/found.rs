//! Texts at the limits of detection: every rule for tags, mentions, commands, links and addresses, met and just missed, with
//! neighbours of every class.

use proptest::prelude::*;

use super::{any_of, matching, pieces, row};

/// Text before and after a candidate: every class of characters that a rule names.
const NEIGHBOURS: &[&str] = &[
    " ", "\n", "", "a", "Я", "中", "1", "٣", "½", "_", "-", "~", "+", "#", "@", "/", "//", "$",
    ":", ".", "..", ",", ";", "!", "?", "'", "`", "\"", "«", "»", "<", ">", "(", ")", "[", "]",
    "{", "}", "%", "&", "=", "*", "|", "\\", "\u{301}", "\u{93E}", "🙂", "\u{A0}", "\u{200B}",
    "\u{200C}", "\u{200D}", "\u{200E}", "\u{2010}", "\u{2013}", "\u{2015}", "\u{2019}", "\u{2026}",
    "\u{202F}", "\u{2060}", "\u{206F}", "\u{2070}", "\u{3000}", "\u{FEFF}", "·", "\u{DCF}",
    "\u{BF}", "\u{C0}", "\u{D7}",
];

const SCHEMES: &[&str] = &[
    "",
    "",
    "http://",
    "https://",
    "HTTPS://",
    "Http://",
    "ftp://",
    "sftp://",
    "tftp://",
    "shttp://",
    "xhttp://",
    "яhttp://",
    "tonsite://",
    "xtonsite://",
    "tg://",
    "TG://",
    "ton://",
    "x://",
    "://",
    "mailto:",
    "http:/",
    "http:",
    "a.http://",
    "1https://",
    "svn+http://",
    "h-ftp://",
];

const LABELS: &[&str] = &[
    "a",
    "example",
    "www",
    "sub",
    "A",
    "Example",
    "EXAMPLE",
    "пример",
    "Пример",
    "中",
    "a-b",
    "-a",
    "a-",
    "a_b",
    "_a",
    "a_",
    "a~b",
    "1",
    "xn--e1afmkfd",
    "127",
    "255",
    "256",
    "0",
    "01",
    "10",
    "lib",
    "main",
    "telegram",
    "teiegram",
    "t",
    "é",
    "½",
    "🙂",
    "",
    "\u{301}",
];

const TLDS: &[&str] = &[
    "com",
    "org",
    "ORG",
    "Com",
    "cOm",
    "co.uk",
    "рф",
    "РФ",
    "Рф",
    "xn--p1ai",
    "XN--P1AI",
    "xn--",
    "xn--a",
    "invalid",
    "rs",
    "py",
    "sh",
    "md",
    "zip",
    "museum",
    "technology",
    "онлайн",
    "中国",
    "ευ",
    "İo",
    "c",
    "i",
    "1",
    "4",
    "c_m",
    "co-m",
    "com-",
    "localhost",
    "onion",
    "ton",
    "local",
    "test",
    "éu",
];

const PORTS: &[&str] =
    &["", "", "", ":80", ":080", ":0", ":65535", ":65536", ":99999999999", ":", ":a", ":8a", ":+1"];

const PATHS: &[&str] = &[
    "",
    "",
    "",
    "/",
    "/a",
    "/a/b_(c)",
    "?q=1",
    "#f",
    "/a.",
    "/a,",
    "/a).",
    "/(a",
    "/a(b)c)",
    "/[a]",
    "/{a}",
    "/]a",
    "/a//b",
    "/?",
    "/#",
    "?",
    "#",
    "/a'b'",
    "/a\"b",
    "/«a»",
    "/<a>",
    "/%20",
    "/a\u{2013}b",
    "/a\u{2019}s",
    "/a\u{200D}b",
    "/путь",
    "/a:b;c!",
    "/a...b",
    "/..",
    "/`a`",
    "/a@b",
    "/@a",
    "\\a",
    "/🙂",
    "/a(((",
    "/)]}",
];

const USERS: &[&str] = &[
    "",
    "",
    "a@",
    "user.name@",
    "user+tag@",
    "a_b-c@",
    "User@",
    "a..b@",
    ".a@",
    "a.@",
    "я@",
    "a:b@",
    "@",
    "a@@",
    "a b@",
    "+@",
    "1@",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@",
    "a.b.c.d.e.f.g.h.i.j.k@",
    "a.b.c.d.e.f.g.h.i.j.k.l@",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaa.b@",
];

const SHORT_NAMES: &[&str] = &[
    "gif", "GIF", "nft", "pic", "ufc", "vid", "abc", "a", "ab", "durov", "user_1", "_", "1", "123",
    "имя", "nameй", "a\u{301}",
];

const TAGS: &[&str] = &[
    "tag",
    "тег",
    "1",
    "1a",
    "_",
    "__a",
    "a_1",
    "日本",
    "नमस्ते",
    "ශ්\u{200D}රී",
    "l·l",
    "·",
    "a\u{200C}b",
    "\u{200C}",
    "e\u{301}",
    "½",
    "Ⅷ",
    "①",
    "٣",
    "٣a",
    "🙂",
    "",
    "a-b",
    "a.b",
    "ß",
    "ª",
    "\u{DCF}",
];

const CASHTAGS: &[&str] = &[
    "USD",
    "A",
    "ABCDEFGH",
    "ABCDEFGHI",
    "usd",
    "Usd",
    "1INCH",
    "1INCHES",
    "1inch",
    "2INCH",
    "US1",
    "U_S",
    "EURй",
    "1",
    "",
];

/// Texts that Telegram detects only for users or does not report to bots, and near misses. A text with such a detection is
/// not compared.
const FOREIGN: &[&str] = &["1:23", "12:34:56", "+12125550123", "1:2", "12:60"];

/// Numbers of each brand with a valid check digit, and near misses.
const CARDS: &[&str] = &[
    "4242424242424242",
    "4242 4242 4242 4242",
    "4242-4242-4242-4242",
    "4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2",
    "4242  4242  4242  4242",
    "4242424242424243",
    "4222222222222",
    "42222222222222",
    "5105105105105100",
    "2221000000000009",
    "378282246310005",
    "6200000000000005",
    "2200000000000004",
    "30569309025904",
    "4242424242424242 4242424242424242",
    "4242 4242 4242 4242 1",
];

/// A few candidates, with and without spaces between them.
pub(in crate::tdlib) fn text() -> BoxedStrategy<String> {
    let candidate = prop_oneof![5 => url(), 2 => email(), 3 => tag(), 2 => name(), 1 => any_of(FOREIGN), 1 => any_of(CARDS), 1 => pieces::piece()];
    let part =
        (candidate, any_of(NEIGHBOURS)).prop_map(|(candidate, neighbour)| candidate + &neighbour);
    (any_of(NEIGHBOURS), row(part.boxed(), 5)).prop_map(|(before, rest)| before + &rest).boxed()
}

/// A link or an e-mail address, or nearly one.
fn url() -> BoxedStrategy<String> {
    let label = prop_oneof![
        9 => any_of(LABELS),
        1 => select_length().prop_map(|length| "a".repeat(length)),
        1 => any::<char>().prop_map(String::from),
    ];
    let host = prop::collection::vec(label, 0..4).prop_map(|labels| labels.join("."));
    let dotted = (host, any_of(&[".", ".", ".", "", ".."])).prop_map(|(host, dot)| host + &dot);
    (any_of(SCHEMES), any_of(USERS), dotted, any_of(TLDS), any_of(PORTS), any_of(PATHS))
        .prop_map(|(scheme, user, host, tld, port, path)| {
            [scheme, user, host, tld, port, path].concat()
        })
        .boxed()
}

/// An e-mail address, or nearly one.
fn email() -> BoxedStrategy<String> {
    let part = || {
        prop_oneof![
            9 => matching("[a-z0-9_-]{1,8}"),
            1 => matching("[a-zA-Z0-9_-]{1,8}"),
            1 => any_of(LABELS),
            1 => select_length().prop_map(|length| "a".repeat(length)),
            1 => (25..37_usize).prop_map(|length| "a".repeat(length)),
        ]
    };
    let joined = |most: usize, signs: &'static [&'static str]| {
        (part(), row((any_of(signs), part()).prop_map(|(sign, part)| sign + &part).boxed(), most))
            .prop_map(|(first, rest)| first + &rest)
    };
    (
        any_of(&["", "", "", "mailto:", "http://", "MAILTO:"]),
        prop_oneof![6 => joined(2, &[".", "+"]), 1 => joined(12, &[".", "+", "..", "%"])],
        any_of(&["@", "@", "@", "@@"]),
        prop_oneof![6 => joined(2, &["."]), 1 => joined(8, &[".", ".."])],
        prop_oneof![1 => any_of(TLDS), 3 => matching("[a-z]{1,9}")],
        any_of(&["", "", "", ":80", "/x", "?a", "."]),
    )
        .prop_map(|(scheme, user, at, host, tld, rest)| {
            format!("{scheme}{user}{at}{host}.{tld}{rest}")
        })
        .boxed()
}

/// Lengths around the limits of the rules.
fn select_length() -> BoxedStrategy<usize> {
    prop::sample::select(vec![1, 2, 31, 32, 33, 62, 63, 64, 65, 252, 253, 254, 255, 256, 257])
        .boxed()
}

fn tag() -> BoxedStrategy<String> {
    let long = (any_of(&["a", "я", "1", "_", "A"]), select_length())
        .prop_map(|(letter, length)| letter.repeat(length))
        .boxed();
    let at = || {
        (any_of(&["", "", "@"]), any_name())
            .prop_map(|(at, name)| if at.is_empty() { at } else { at + &name })
    };
    let hashtag = (
        any_of(&["#", "#", "##"]),
        prop_oneof![6 => row(any_of(TAGS), 2), 1 => long.clone()],
        at(),
    );
    let cashtag = (any_of(&["$", "$", "$$"]), prop_oneof![6 => any_of(CASHTAGS), 1 => long], at());
    let joined = |(sign, body, name): (String, String, String)| sign + &body + &name;
    prop_oneof![2 => hashtag.prop_map(joined), 1 => cashtag.prop_map(joined)].boxed()
}

/// A mention, a command or a deep link.
fn name() -> BoxedStrategy<String> {
    let command = (any_name(), any_of(&["", "@"]), any_name()).prop_map(|(command, at, name)| {
        if at.is_empty() { format!("/{command}") } else { format!("/{command}@{name}") }
    });
    let deep =
        (any_of(&["tg://", "ton://", "tonsite://", "TG://", "xtg://"]), any_name(), any_of(PATHS))
            .prop_map(|(scheme, host, path)| scheme + &host + &path);
    prop_oneof![any_name().prop_map(|name| format!("@{name}")), command, deep].boxed()
}

fn any_name() -> BoxedStrategy<String> {
    prop_oneof![
        5 => any_of(SHORT_NAMES),
        2 => matching("[A-Za-z0-9_]{1,6}"),
        1 => select_length().prop_map(|length| "a".repeat(length)),
    ]
    .boxed()
}

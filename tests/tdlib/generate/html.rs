//! Telegram's HTML: well-formed, broken in one or two places, and random fragments.

use proptest::prelude::*;

use super::{any_of, links, pieces, row};

const NAMES: &[&str] = &[
    "b",
    "strong",
    "i",
    "em",
    "u",
    "ins",
    "s",
    "strike",
    "del",
    "tg-spoiler",
    "code",
    "pre",
    "blockquote",
    "B",
    "Pre",
    "tg-Spoiler",
];

const ATTRIBUTES: &[&str] = &[
    " expandable",
    " expandable=\"\"",
    " EXPANDABLE='x'",
    " class=\"tg-spoiler\"",
    " class='language-rust'",
    " class=language-c",
    " class=\"language-\"",
    " class=\"language-a&quot;b\tc\"",
    " href=\"a.b\"",
    " href=a.b",
    " href",
    " href=\"\"",
    " emoji-id=\"5\"",
    " emoji-id=5",
    " emoji-id=\"0\"",
    " emoji-id=\"x\"",
    " emoji-id=\"+5\"",
    " unix=\"5\"",
    " unix=1700000000",
    " unix=\"0\"",
    " unix=\"-5\"",
    " unix=\"5x\"",
    " unix=\"99999999999\"",
    " format=\"wDT\"",
    " format='r'",
    " format=\"x\"",
    " format=\"rt\"",
    " x=\"y\"",
    " \n\t",
    " x",
    "=",
    " =",
    "/",
    " /",
    "\"",
    " x=",
    " x=\"",
    " x='y\"",
    " x= \"y\"",
    " x =y",
    " href=\"tg://user?id=5\"",
    " href=\"ftp://a.b\"",
    " href=\"a.b?&lt=1&amp;\"",
    " class=\"tg-spoiler\" class=\"x\"",
    " Ж=1",
    " a=Ж",
    " a=b_c",
    " a=b.c-1",
];

const REFERENCES: &[&str] = &[
    "&lt;",
    "&gt;",
    "&amp;",
    "&quot;",
    "&lt",
    "&gt",
    "&amp",
    "&quot",
    "&ltx",
    "&LT;",
    "&nbsp;",
    "&apos;",
    "&",
    "&;",
    "&#60;",
    "&#60",
    "&#x3c;",
    "&#X3C;",
    "&#x3C",
    "&#0;",
    "&#x0;",
    "&#;",
    "&#x;",
    "&#xG;",
    "&#1114111;",
    "&#1114112;",
    "&#x10FFFF;",
    "&#x110000;",
    "&#xD800;",
    "&#99999999999;",
    "&#13;",
    "&#9;",
    "&#x202e;",
    "&&lt;",
    "&amp;lt;",
    "&#-1;",
    "&# 60;",
];

const FRAGMENTS: &[&str] = &[
    "<",
    ">",
    "</",
    "/>",
    "<>",
    "</>",
    "<b",
    "<b ",
    "<b x",
    "<b x=",
    "<b x=\"",
    "<b x='y",
    "</b",
    "</b ",
    "</b x>",
    "</ b>",
    "<b/>",
    "<br>",
    "<p>",
    "<h1>",
    "</i>",
    "</B>",
    "<span>",
    "<span class=\"x\">",
    "<span class=\"tg-spoiler\">",
    "</span>",
    "<a>",
    "</a>",
    "<tg-emoji>",
    "</tg-emoji>",
    "<tg-time>",
    "</tg-time>",
    "<code>",
    "</code>",
    "<pre>",
    "</pre>",
    "<blockquote>",
    "</blockquote>",
    "<blockquote expandable>",
    "<!-- x -->",
    "<?x?>",
    "<ЖЖ>",
    "</ЖЖ>",
    "<🙂>",
    "<b\n>",
    "<b\0>",
    "=",
    "\"",
    "'",
    "<tg-emoji emoji-id=\"0\"></tg-emoji>",
    "<tg-emoji emoji-id=\"x\">👍</tg-emoji>",
    "<tg-time unix=\"5\" format=\"x\">x</tg-time>",
];

/// Markup that is valid in a good part of the cases.
pub(in crate::tdlib) fn text() -> BoxedStrategy<String> {
    let fragment = || {
        prop_oneof![4 => any_of(FRAGMENTS), 2 => any_start_tag(), 1 => any::<char>().prop_map(String::from)].boxed()
    };
    prop_oneof![
        6 => row(well_formed(), 4),
        2 => (row(well_formed(), 3), fragment(), row(well_formed(), 2)).prop_map(|(first, fragment, last)| first + &fragment + &last),
        2 => row(broken(), 2),
        1 => row(prop_oneof![2 => fragment(), 1 => leaf()].boxed(), 8),
    ]
    .boxed()
}

/// Nested elements, all closed.
fn well_formed() -> BoxedStrategy<String> {
    leaf()
        .prop_recursive(4, 24, 4, |inner| {
            (open_and_close(), row(inner.boxed(), 4))
                .prop_map(|((open, close), text)| open + &text + &close)
        })
        .boxed()
}

/// Nested elements, some without an end tag or with invalid content.
fn broken() -> BoxedStrategy<String> {
    prop_oneof![5 => leaf(), 1 => any_of(FRAGMENTS)]
        .prop_recursive(3, 16, 4, |inner| {
            (
                any_start_tag(),
                row(inner.boxed(), 3),
                any_of(&["</>", "</b>", "</a>", "</code>", ""]),
            )
                .prop_map(|(open, text, close)| open + &text + &close)
        })
        .boxed()
}

fn leaf() -> BoxedStrategy<String> {
    let text = pieces::piece().prop_map(|text| text.replace('&', "&amp;").replace('<', "&lt;"));
    prop_oneof![4 => text, 2 => any_of(REFERENCES)].boxed()
}

/// A start tag and its end tag.
fn open_and_close() -> BoxedStrategy<(String, String)> {
    let name = any_of(NAMES).prop_map(|name| (format!("<{name}>"), format!("</{name}>")));
    let with = |name: &'static str, attributes: BoxedStrategy<String>| {
        attributes
            .prop_map(move |attributes| (format!("<{name}{attributes}>"), format!("</{name}>")))
    };
    let quoted = |name: &'static str, value: BoxedStrategy<String>| {
        (any_of(&["\"", "'"]), value)
            .prop_map(move |(mark, value)| {
                let value = value.replace('&', "&amp;").replace(&mark, "&#39;&quot;");
                format!(" {name}={mark}{value}{mark}")
            })
            .boxed()
    };
    let moment = (
        any_of(&[" unix=\"5\"", " unix=1700000000", " unix='0'", ""]),
        any_of(&[
            "",
            " format=\"wDT\"",
            " format=\"r\"",
            " format=\"Tdw\"",
            " format=\"tT\"",
            " format=''",
            " format=\"R\"",
        ]),
    )
        .prop_map(|(unix, format)| unix + &format)
        .boxed();
    prop_oneof![
        6 => name,
        2 => with("a", quoted("href", prop_oneof![3 => links::good_url(), 1 => links::url()].boxed())),
        1 => with("a", Just(String::new()).boxed()),
        1 => with("span", Just(" class=\"tg-spoiler\"".to_owned()).boxed()),
        1 => with("blockquote", any_of(&[" expandable", " expandable=\"\"", " x"])),
        1 => with("tg-emoji", any_of(&[" emoji-id=\"5\"", " emoji-id='5368324170671202286'", " emoji-id=5", " emoji-id=\"-7\"", ""])),
        1 => with("tg-time", moment),
        1 => with("code", quoted("class", any_of(&["language-rust", "language-c++", "language-", "rust", "language-a b"]))),
        1 => Just(("<pre><code class=\"language-rust\">".to_owned(), "</code></pre>".to_owned())),
        1 => Just(("<pre>\n<code class='language-c'>".to_owned(), "</code>\n</pre>".to_owned())),
        1 => Just(("<code><pre>".to_owned(), "</pre></code>".to_owned())),
        1 => any_of(NAMES).prop_map(|name| (format!("<{name}>"), "</>".to_owned())),
        1 => any_of(NAMES).prop_map(|name| (format!("<{name} \n>"), format!("</{name}\t>"))),
    ]
    .boxed()
}

/// A start tag with arbitrary attributes.
fn any_start_tag() -> BoxedStrategy<String> {
    let name = prop_oneof![
        3 => any_of(NAMES),
        3 => any_of(&["a", "span", "tg-emoji", "tg-time", "blockquote", "code", "pre", "br", "x", ""]),
    ];
    (name, row(any_of(ATTRIBUTES), 3), any_of(&[">", ">", ">", " >", "/>", ""]))
        .prop_map(|(name, attributes, end)| format!("<{name}{attributes}{end}"))
        .boxed()
}

//! Telegram's MarkdownV2: well-formed, broken in one or two places, and random fragments.

use proptest::prelude::*;

use super::{any_of, links, pieces, row};

const RESERVED: &str = "_*[]()~`>#+-=|{}.!\\";

const ESCAPES: &[&str] = &[
    "\\*", "\\_", "\\a", "\\\\", "\\\n", "\\ ", "\\\u{1}", "\\~", "\\`", "\\>", "\\.", "\\|",
    "\\й", "\\🙂", "\\", "\\\u{7E}", "\\\u{7F}",
];

const FRAGMENTS: &[&str] = &[
    "*",
    "**",
    "_",
    "__",
    "___",
    "~",
    "~~",
    "|",
    "||",
    "|||",
    "`",
    "``",
    "```",
    "````",
    "[",
    "]",
    "(",
    ")",
    "![",
    "!",
    "](",
    "](a.b)",
    ")(",
    ">",
    "\n>",
    "\n\n>",
    "**>",
    "\n**>",
    "||\n",
    "||\n>",
    "\n",
    "\r",
    "\r\n>",
    "\\",
    "#",
    "+",
    "-",
    "=",
    "{",
    "}",
    ".",
    "\t>",
    "[]",
    "[](a.b)",
    "![]",
    "![](tg://emoji?id=5)",
    "![x](",
    "](tg://emoji?id=x)",
    "](tg://time?unix=0)",
    "](tg://time)",
    "](\\))",
    "[x](a.b",
    "![x](a.b)",
    "```rust\n",
    "```\n",
    "`\n`",
    "[x]",
    "[a.b]",
    "[x](ftp://a)",
    "![👍](tg://emoji?id=5",
    "![x][y](z)",
    "\u{2063}",
    "[x]\n(a.b)",
];

const LANGUAGES: &[&str] = &[
    "",
    "\n",
    "rust\n",
    "c++\n",
    "язык\n",
    "a b\n",
    "rust",
    "rust \n",
    "\r\n",
    "a\tb\n",
    "a\\`b\n",
    " \n",
    "\\a\n",
    "a`b\n",
    "🙂\n",
    "a\r\n",
];

/// Markup that is valid in a good part of the cases.
pub(in crate::tdlib) fn text() -> BoxedStrategy<String> {
    let fragment =
        || prop_oneof![5 => any_of(FRAGMENTS), 1 => any::<char>().prop_map(String::from)].boxed();
    prop_oneof![
        6 => row(block(), 4),
        2 => row(well_formed(), 4),
        2 => (row(block(), 3), fragment(), row(block(), 2)).prop_map(|(first, fragment, last)| first + &fragment + &last),
        1 => row(prop_oneof![2 => fragment(), 1 => leaf()].boxed(), 8),
    ]
    .boxed()
}

/// Quotations and other lines.
fn block() -> BoxedStrategy<String> {
    let line = || row(well_formed(), 3);
    let quote = (
        any_of(&["", "\n", "**", "\n**", "**\n"]),
        prop::collection::vec(line(), 1..4),
        any_of(&["", "\n", "||", "||\n", "**\n"]),
    )
        .prop_map(|(before, lines, end)| {
            let lines: Vec<_> = lines.iter().map(|line| format!(">{line}")).collect();
            before + &lines.join("\n") + &end
        });
    prop_oneof![2 => quote, 3 => line(), 1 => Just("\n".to_owned())].boxed()
}

/// Nested formatting, all closed.
fn well_formed() -> BoxedStrategy<String> {
    leaf()
        .prop_recursive(4, 24, 4, |inner| {
            let inner = row(inner.boxed(), 3);
            let between = |open: &'static str, close: &'static str, inner: &BoxedStrategy<String>| {
                inner.clone().prop_map(move |text| format!("{open}{text}{close}"))
            };
            let address = prop_oneof![3 => links::good_url(), 1 => links::url(), 1 => any_of(&["tg://user?id=5"])];
            prop_oneof![
                2 => between("*", "*", &inner),
                2 => between("_", "_", &inner),
                2 => between("__", "__", &inner),
                1 => between("_**", "**_", &inner),
                1 => between("___", "_**__", &inner),
                2 => between("~", "~", &inner),
                2 => between("||", "||", &inner),
                2 => (inner.clone(), address).prop_map(|(text, url)| format!("[{text}]({})", escaped(&url, ")\\"))),
                1 => between("[", "]", &inner),
                1 => (inner.clone(), custom_emoji_id())
                    .prop_map(|(text, id)| format!("![{text}](tg://emoji?id={id})")),
                1 => (inner, moment()).prop_map(|(text, moment)| format!("![{text}](tg://time?{moment})")),
            ]
        })
        .boxed()
}

fn custom_emoji_id() -> BoxedStrategy<String> {
    prop_oneof![14 => any_of(&["5", "5368324170671202286", "-7", "5&a=b"]), 1 => any_of(&["x", "0", "", "+5"])].boxed()
}

fn moment() -> BoxedStrategy<String> {
    const GOOD: &[&str] = &[
        "unix=5",
        "unix=1700000000&format=wDT",
        "unix=5&format=r",
        "unix=5&format=",
        "format=Tdw&unix=5",
        "unix=5&format=tT",
    ];
    const ODD: &[&str] = &[
        "unix=5&format=R",
        "unix=5&x=y",
        "unix=0",
        "unix=x",
        "unix=5&format=x",
        "unix=99999999999",
        "format=r",
        "",
        "unix=-5",
        "UNIX=5",
        "unix=%35",
    ];
    prop_oneof![9 => any_of(GOOD), 1 => any_of(ODD)].boxed()
}

fn leaf() -> BoxedStrategy<String> {
    let text = || pieces::piece().prop_map(|text| escaped(&text, RESERVED));
    let in_code = || row(pieces::piece(), 3).prop_map(|text| escaped(&text, "`\\"));
    prop_oneof![
        6 => text(),
        1 => any_of(ESCAPES),
        1 => in_code().prop_map(|text| format!("`{text}`")),
        1 => (any_of(LANGUAGES), in_code()).prop_map(|(language, text)| format!("```{language}{text}```")),
    ]
    .boxed()
}

fn escaped(text: &str, reserved: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        if reserved.contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

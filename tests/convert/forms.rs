//! A whole text, from one format to another.

use serde_json::json;

use crate::world::{Ran, World};

pub(crate) fn convert(arguments: &str, input: &str) -> Ran {
    World::empty().stdin(input).run(&format!("convert {arguments}"))
}

#[test]
fn every_form_becomes_every_other() {
    let entities = json!({ "text": "bold & code", "entities": [
        { "type": "bold", "offset": 0, "length": 4 },
        { "type": "code", "offset": 7, "length": 4 },
    ]});
    let forms = [
        ("markdown", "**bold** & `code`".to_owned()),
        ("entities", entities.to_string()),
        ("html", "<b>bold</b> &amp; <code>code</code>".to_owned()),
        ("markdown-v2", "*bold* & `code`".to_owned()),
    ];
    for (from, input) in &forms {
        for (to, output) in &forms {
            convert(&format!("--from {from} --to {to}"), input)
                .exits(0)
                .prints(&format!("{output}\n"));
        }
        convert(&format!("--from {from} --to text"), input).exits(0).prints("bold & code\n");
    }
}

#[test]
fn text_that_markdown_cannot_hold_is_refused_with_its_place() {
    for (html, words) in [
        (
            "a <blockquote>b</blockquote>",
            "Markdown cannot hold the text at offset 2, length 1: a quote needs lines of its own, with at most one blank line before and after it",
        ),
        (
            "<a href=\"tg://user?id=7\">a</a>",
            "offset 0, length 1: a mention needs the user's public name",
        ),
    ] {
        let ran = convert("--from html --to markdown", html).exits(1);
        ran.says(words).says("help: convert to entities, which can express everything");
    }
}

#[test]
fn text_for_readers_is_written_as_markdown_that_shows_it() {
    let markdown = r"1\. \*not a list\*

**bold** and `code`
> quoted
>
directly below
```
code
```

>! quoted
> \- twice

```rust
fn main() {}
```";
    let entities = convert("--from markdown --to entities", markdown).exits(0).stdout;
    convert("--from entities --to markdown", &entities).exits(0).prints(&format!("{markdown}\n"));
}

#[test]
fn html_of_a_web_page_becomes_what_a_browser_shows() {
    let page = "<h2>Title</h2>\n<p>One &mdash;\n <strong>two</strong><br>three\n<ul><li>a<li><a href='https://example.org/'>b</a></ul>\n<script>c</script>";
    let html = "<b>Title</b>\n\nOne — <b>two</b>\nthree\n\n• a\n\n• <a href=\"https://example.org/\">b</a>\n";
    convert("--from html --lenient --to html", page).exits(0).prints(html);
    convert("--from html --lenient --to text", "a<table>")
        .exits(1)
        .says("Telegram messages cannot hold a table (at byte offset 1)");
    convert("--from markdown --lenient --to text", "a")
        .exits(0)
        .says("note: --lenient has an effect only with --from html");
}

#[test]
fn markdown_is_what_the_body_of_a_post_is() {
    let markdown =
        "# Title\n\nOne __two__\n\n- a\n- **b**\n\n> quoted\n\n```rust\nfn main() {}\n```\n";
    let expected = "<b>Title</b>\n\nOne <u>two</u>\n\n• a\n\n• <b>b</b>\n\n<blockquote>quoted</blockquote>\n\n<pre><code class=\"language-rust\">fn main() {}</code></pre>\n";
    convert("--from markdown --to html", markdown).exits(0).prints(expected);
}

#[test]
fn entities_come_out_in_the_form_that_telegram_keeps() {
    let untidy = json!({ "text": " \tcode in bold ", "entities": [
        { "type": "code", "offset": 2, "length": 4 },
        { "type": "bold", "offset": 0, "length": 15 },
        { "type": "text_link", "offset": 10, "length": 4, "url": "EXAMPLE.org" },
        { "type": "hashtag", "offset": 0, "length": 1 },
    ]});
    let ran = convert("--from entities --to entities", &untidy.to_string()).exits(0);
    assert_eq!(
        ran.json(),
        json!({ "text": "  code in bold", "entities": [
            { "type": "bold", "offset": 0, "length": 2 },
            { "type": "code", "offset": 2, "length": 4 },
            { "type": "bold", "offset": 6, "length": 4 },
            { "type": "text_link", "url": "http://example.org/", "offset": 10, "length": 4 },
            { "type": "bold", "offset": 10, "length": 4 },
        ]})
    );
}

#[test]
fn detected_entities_are_added_on_request() {
    let ran = convert("--from html --to entities --detect", "<b>#news</b> on example.org").exits(0);
    let kinds: Vec<_> = ran.json()["entities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entity| entity["type"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds, ["hashtag", "bold", "url"]);
    let ran = convert("--from html --to entities", "<b>#news</b> on example.org").exits(0);
    assert_eq!(ran.json()["entities"].as_array().unwrap().len(), 1);
}

#[test]
fn refusals_are_telegrams_own_and_name_the_byte() {
    for (arguments, input, words) in [
        (
            "--from html --to text",
            "я <p>",
            "can't parse entities: Unsupported start tag \"p\" at byte offset 3",
        ),
        (
            "--from markdown-v2 --to text",
            "я.",
            "Character '.' is reserved and must be escaped with the preceding '\\' at byte offset 2",
        ),
        ("--from markdown-v2 --to text", "я*a", "Can't find end of Bold entity at byte offset 2"),
        ("--from html --to text", "<b> </b>", "text must be non-empty"),
        ("--from html --to text", "", "message text is empty"),
        (
            "--from markdown --to text",
            "a\n\n| a |\n|---|\n| b |",
            "line 3, column 1: text messages cannot hold a table",
        ),
        ("--from entities --to text", "{\"text\": 1}", "the object has no string `text`"),
        ("--from entities --to text", "[]", "expected a JSON object"),
        ("--from entities --to text", "{", "the input is not JSON"),
        (
            "--from entities --to text",
            "{\"text\": \"a\", \"entities\": [{\"type\": \"bold\", \"offset\": -1, \"length\": 1}]}",
            "receive an entity with incorrect offset -1",
        ),
        (
            "--from entities --to text",
            "{\"text\": \"a\", \"entities\": [{\"type\": \"blink\", \"offset\": 0, \"length\": 1}]}",
            "can't parse MessageEntity: Unsupported type specified",
        ),
        (
            "--from entities --to text",
            "{\"text\": \"🙂\", \"entities\": [{\"type\": \"bold\", \"offset\": 1, \"length\": 1}]}",
            "entity begins in a middle of a UTF-16 symbol",
        ),
        (
            "--from entities --to text",
            "{\"text\": \"a\", \"entities\": [{\"type\": \"text_link\", \"offset\": 0, \"length\": 1, \"url\": \"ftp://a.b\"}]}",
            "entity URL 'ftp://a.b' is invalid: Unsupported URL protocol",
        ),
    ] {
        convert(arguments, input).exits(1).prints("").says(words).says("  = help: ");
    }
}

#[test]
fn mistake_on_the_command_line_is_reported() {
    convert("--from html", "a").exits(2).says("--to");
    convert("--from pdf --to html", "a").exits(2).says("pdf");
}

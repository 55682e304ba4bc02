//! Texts from GitHub and elsewhere: what is accepted, and which warnings there are.

use crate::check::posts::check;
use crate::world::World;

const CONFIG: &str = "
    bot.known_mentions = [\"@support\"]
    channels.news = { chat = \"@example_news\", language = \"en\" }
";

/// A post with this body.
fn body(markdown: &str) -> String {
    format!("body = '''\n{markdown}\n'''")
}

#[test]
fn markdown_from_github_is_accepted() {
    check(
        CONFIG,
        &[
            (body("a <!-- TODO:\nb --> c\n\n<!-- d\n\ne -->"), &[][..]),
            (body("See <https://example.org/a_b_c>."), &[]),
            (body("[a][b] and [b]\n\n[b]: https://example.org/ \n"), &[]),
            (body("AT&amp;T &copy; 2026 &mdash; &#128578;"), &[]),
            (body("- [x] a\n- [ ] b"), &[]),
            (body("> [!NOTE]\n> a"), &[]),
            (body("<b>a</b> <em>b</em> <a href=\"https://example.org/\">c</a><br>d"), &[]),
            (body("<details>\n<summary>a</summary>\n\n- b\n\n</details>"), &[]),
            (body("-\ta\n\t- b\n\n\tc\n\n```go\nfunc f() {\n\treturn\n}\n```"), &[]),
            ("code = \"a\\n\\tb\"".to_owned(), &[]),
            (body("[a `b`](https://example.org/) c"), &["formatting-cut"]),
            (
                body("<a href='https://example.org/'>a [b](https://example.org/)</a>"),
                &["formatting-cut"],
            ),
            (body("<code>a [b](https://example.org/)</code>"), &["formatting-cut"]),
            (body("[![a](https://example.org/a.svg)](https://example.org/)"), &["cannot-show"]),
            (body("https://example.org/__main__.html?q=*a*"), &[]),
            (body("a\tb"), &["control-character"]),
            (body("a&Tab;b"), &["control-character"]),
            (body("a&#8203;b &shy;"), &["zero-width"]),
            (body("a &rlm;b"), &["bidi"]),
            (body("a &#x202E;b"), &["removed-character"]),
            (body("a<sub>2</sub> <kbd>b</kbd>"), &["html-as-text"]),
            (body("a <b>b"), &["html-as-text"]),
            (body("a[^1]\n\n[^1]: b"), &["footnote"]),
            (body("[a][b]\n\n[b]: docs/b.txt"), &["bad-link"]),
            (body("[a][b]\n\n[b]: https://example.org/ 'title'"), &["formatting-cut"]),
            (body("[a][b]\n\n[b]: http://example.org/"), &["http-link"]),
            (body("[a][b]\n\n[b]: post:p000"), &[]),
            (body("<details>\n\n> a\n\n</details>"), &["formatting-cut"]),
            (body("<details>\n</details>"), &["blank-text"]),
            (body("~~~md\n~~~rust\na\n~~~\nb"), &["unclosed-markup"]),
            (body("a\n<!-- b"), &["unclosed-markup"]),
            (body("<https://localhost/>"), &["bad-link"]),
        ],
    );
}

#[test]
fn mention_is_a_warning_unless_the_config_knows_it() {
    check(
        CONFIG,
        &[
            (body("Thanks @octo and @quill!"), &["foreign-mention"][..]),
            (body("Ask @support or @Example_News"), &[]),
            (body("`@octo` <https://example.org/@octo> [@octo](https://example.org/)"), &[]),
            (body("mail@example.org a@b @me"), &[]),
            ("text = \"Ask @octo\"".to_owned(), &[]),
            (
                "text = \"T\"\n[[comments]]\nbody = \"Thanks @octo\"".to_owned(),
                &["foreign-mention"],
            ),
        ],
    );
    for name in ["support", "@a", "-1001234567890", "@with space"] {
        let config = format!(
            "bot.known_mentions = [{name:?}]\nchannels.a = {{ chat = \"@aaaa\", language = \"en\" }}"
        );
        let ran = World::empty().config(&config).run("check");
        ran.exits(2).shows("bad-value").shows("this is not a username");
    }
}

#[test]
fn hashtag_that_ends_inside_a_word_is_a_warning_in_a_text_and_an_error_as_a_key() {
    check(
        CONFIG,
        &[
            ("text = \"नमस्ते #हिन्दी\"", &["hashtag-cut"][..]),
            ("text = \"#ภาษาไทย #ที่นี่\"", &["hashtag-cut"]),
            ("text = \"#বাংলা\"", &["hashtag-cut"]),
            ("text = \"#සිංහල\"", &[]),
            ("text = \"#ශ්\u{200d}රී\"", &["hashtag-cut"]),
            ("body = \"- #हिन्दी\"", &["hashtag-cut"]),
            ("text = \"`#हिन्दी` #hindi #тег #café\"", &[]),
            ("text = \"#cafe\\u0301\"", &["decomposed"]),
            ("text = \"#tag❤\u{fe0f} #a\u{fe0f}\"", &[]),
            ("heading = \"T\"\nhashtags = [\"हिन्दी\"]", &["bad-hashtag"]),
        ],
    );
    let checked = |post: &str| World::new().post("a", post).run("check");
    checked("heading = \"T\"\nhashtags = [\"हिन्दी\"]")
        .exits(1)
        .shows("a vowel sign or mark of Devanagari")
        .shows("Latin letters");
    checked("text = \"#ශ්\u{200d}රී\"").exits(0).shows("an invisible joiner (U+200D)");
}

#[test]
fn direction_marks_are_no_warning_in_texts_from_right_to_left() {
    let config = "
        channels.english = { chat = \"@example_en\", language = \"en\" }
        channels.arabic = { chat = \"@example_ar\", language = \"ar\" }
        channels.persian = { chat = \"@example_fa\", language = \"fa-IR\" }
        channels.uzbek = { chat = \"@example_uz\", language = \"uz-Arab\" }
    ";
    let text = |language: &str| {
        format!("channels = [{language:?}]\ntext = \"a\\u200Fb \\u2067c\\u2069 \\u061Cd\"")
    };
    check(
        config,
        &[
            (text("arabic"), &[][..]),
            (text("persian"), &[]),
            (text("uzbek"), &[]),
            (text("english"), &["bidi"]),
            (
                "channels = [\"english\", \"arabic\"]\n[editions.ar]\ntext = \"a\\u200Fb\"\n[editions.en]\ntext = \"a\\u200Fb\"".to_owned(),
                &["bidi"],
            ),
            ("channels = [\"arabic\"]\ntext = \"a\\u202Eb\"".to_owned(), &["removed-character"]),
        ],
    );
}

#[test]
fn html_in_a_text_has_the_markdown_for_it() {
    for (typed, message, hint) in [
        ("<b>a</b>", "readers see this HTML as typed: <b>", "**bold**"),
        ("<i>a</i>", "<i>", "*italic*"),
        ("<u>a</u>", "<u>", "__underlined__"),
        ("<del>a</del>", "<del>", "~~struck through~~"),
        ("<code>a</code>", "<code>", "`code`"),
        ("<a href='https://example.org/'>a</a>", "<a>", "[words](https://…)"),
        ("a<br>b", "<br>", "break the line"),
        ("a &amp; b", "readers see `&amp;` as typed", "write `&`"),
        ("a &nbsp; b", "`&nbsp;`", "write `"),
        ("a <!-- b -->", "<!--", "only `body` may have comments"),
    ] {
        for key in ["text", "heading", "quote"] {
            let world = World::new().post("a", &format!("{key} = \"\"\"{typed}\"\"\""));
            let ran = world.run("check").exits(0);
            ran.shows("html-as-text").shows(message).shows(hint).says("1 warning");
        }
    }
}

#[test]
fn html_in_a_line_without_markup_is_a_warning_too() {
    let button = |text: &str| {
        format!("text = \"T\"\n[[buttons]]\ntext = {text:?}\nurl = \"https://example.org/\"")
    };
    check(
        CONFIG,
        &[
            (button("Save &amp; go"), &["html-as-text"][..]),
            (button("<b>Go</b>"), &["html-as-text"]),
            (button("**Go** now"), &["stray-markup"]),
            (button("[Go](https://example.org/)"), &["stray-markup"]),
            (button("A & B < C * D_E_F"), &[]),
            ("text = \"T\"\n[[buttons]]\ntext = \"Copy\"\ncopy = \"<b>&amp;\"".to_owned(), &[]),
            (
                "[poll]\nquestion = \"A &amp; B?\"\noptions = [\"a\", \"b\"]".to_owned(),
                &["html-as-text"],
            ),
        ],
    );
    let poll = "[poll]\nquestion = \"<b>A</b>?\"\noptions = [\"a\", \"b\"]";
    for post in [&button("<b>Go</b>"), poll] {
        let world = World::new().post("a", post);
        world.run("check").exits(0).shows("this text has no formatting");
    }
}

#[test]
fn title_of_an_alert_is_in_the_language_of_the_edition() {
    let config = "channels.novosti = { chat = \"@example_ru\", language = \"ru\" }";
    let world = World::empty().config(config).post("a", &body("> [!NOTE]\n> а"));
    world.run("render a").exits(0).prints("Примечание\nа\n");
}

#[test]
fn keys_of_other_tools_get_the_key_that_is_meant() {
    for (typed, meant) in [
        ("title = \"T\"", "heading"),
        ("tags = [\"a\"]", "hashtags"),
        ("date = 2026-01-01", "publish_at"),
        ("lang = \"en\"", "language"),
    ] {
        let ran = World::new().post("a", &format!("{typed}\ntext = \"a\"")).run("check");
        ran.exits(1).shows(&format!("did you mean `{meant}`?"));
    }
}

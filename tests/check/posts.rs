//! Diagnostics of posts: each row is a post with exactly the codes it gets. All rows of a table are in one newsroom and
//! are checked in one run, so the test fails if one row hides another.

use std::collections::{BTreeMap, BTreeSet};

use crate::world::World;

/// Checks every row in one run.
#[track_caller]
pub(crate) fn check<P: AsRef<str>>(config: &str, rows: &[(P, &[&str])]) {
    let name = |n: usize| format!("p{n:03}");
    let add =
        |world: World, (n, (post, _)): (usize, &(P, &[&str]))| world.post(&name(n), post.as_ref());
    let world = rows.iter().enumerate().fold(World::new().config(config), add);
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, code) in world.run("check --format json").never_panicked().codes() {
        found.entry(file).or_default().insert(code);
    }
    let mut wrong = Vec::new();
    for (n, (post, expected)) in rows.iter().enumerate() {
        let got = found.remove(&format!("posts/{}.toml", name(n))).unwrap_or_default();
        let got: BTreeSet<_> = got.iter().map(String::as_str).collect();
        if got != expected.iter().copied().collect() {
            let post: String = post.as_ref().chars().take(200).collect();
            wrong.push(format!("── {post}\nexpected {expected:?}\ngot      {got:?}"));
        }
    }
    // Every post without errors can be rendered.
    for (n, _) in rows.iter().enumerate().filter(|(_, (_, expected))| expected.is_empty()) {
        world.run(&format!("render {} --as terminal", name(n))).exits(0);
    }
    assert!(wrong.is_empty() && found.is_empty(), "{}\n{found:?}", wrong.join("\n"));
}

const ONE: &str = "channels.news = { chat = \"@example_news\", language = \"en\" }";
const SEVERAL: &str = "
    channels.english = { chat = \"@example_en\", language = \"en\" }
    channels.russian = { chat = \"@example_ru\", language = \"ru\" }
    channels.french = { chat = \"@example_fr\", language = \"fr\", style = \"short\" }
    styles.short = { layout = [\"heading\", \"body\", \"read_more\"] }
";

#[test]
fn the_shape_of_the_file() {
    check(
        ONE,
        &[
            ("heading = \"T\"", &[]),
            ("", &["empty-post"]),
            ("# nothing but words\n", &["empty-post"]),
            ("draft = true", &["empty-post"]),
            ("hashtags = [\"a\"]", &["empty-post"]),
            ("sections = []", &["empty-post"]),
            ("sections = [{}]", &["missing-key"]),
            ("sections = [1]", &["wrong-type"]),
            ("heading = \"T\"\nsections = []", &[]),
            ("\u{feff}heading = \"T\"", &[]),
            ("heading = \"a\"\nheading = \"b\"", &["duplicate-key"]),
            (
                "text = \"a\"\n[read_more]\nurl = \"https://example.org/\"\n[read_more]\nlabel = \"b\"",
                &["duplicate-key"],
            ),
            ("heading = \"a\"\n\"heading\" = \"b\"", &["duplicate-key"]),
            ("heading = \"a\" \"b\"", &["syntax"]),
            ("heading = 'a", &["syntax"]),
            ("heading = \"a\\*b\"", &["syntax"]),
            ("heading = \"\\uD800\"", &["syntax"]),
            ("heading = \"T\"\n= 5", &["syntax"]),
            ("heading = \"T\"\n[sections", &["syntax"]),
            ("heading = \"T\"\nheadin = \"x\"", &["unknown-key"]),
            ("heading = \"T\"\nHeading = \"x\"", &["unknown-key"]),
            ("lead = { text = \"x\", colour = \"red\" }", &["unknown-key"]),
            ("[[sections]]\ntext = \"x\"\nhashtags = [\"a\"]", &["unknown-key"]),
            (
                "heading = \"T\"\nx = [[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]",
                &["too-deep", "unknown-key"],
            ),
        ],
    );
}

#[test]
fn values_of_the_wrong_kind() {
    check(
        ONE,
        &[
            ("heading = 1", &["wrong-type"]),
            ("heading = [\"a\"]", &["wrong-type"]),
            ("heading = 2024-01-01", &["wrong-type"]),
            ("heading = { text = \"a\" }", &["wrong-type"]),
            ("bullets = \"a\"", &["wrong-type"]),
            ("bullets = [1, true, 1.5, [\"a\"], { a = 1 }]", &["wrong-type"]),
            ("heading = \"T\"\nhashtags = \"a\"", &["wrong-type"]),
            ("heading = \"T\"\ndraft = \"yes\"", &["wrong-type"]),
            ("heading = \"T\"\nsilent = 1", &["wrong-type"]),
            ("heading = \"T\"\npublish_at = \"2030-01-01T00:00:00Z\"", &["wrong-type"]),
            ("heading = \"T\"\npublish_at = 1718811600", &["wrong-type"]),
            ("heading = \"T\"\nchannels = \"news\"", &["wrong-type"]),
            ("heading = \"T\"\noverflow = true", &["wrong-type"]),
            ("heading = \"T\"\noverflow = \"cut\"", &["bad-value"]),
            ("heading = \"T\"\nlink_preview = \"on\"", &["bad-value"]),
            (
                "heading = \"T\"\nlink_preview = { url = \"https://example.org/\", size = \"huge\" }",
                &["bad-value"],
            ),
            ("[sections]\ntext = \"a\"", &["wrong-type"]),
            ("editions = 1", &["wrong-type"]),
            ("heading = \"T\"\nread_more = 1", &["wrong-type"]),
            ("lead = [\"a\"]", &["wrong-type"]),
            ("code = 1", &["wrong-type"]),
        ],
    );
}

#[test]
fn what_must_be_there_and_what_excludes_itself() {
    check(
        ONE,
        &[
            ("lead = { marker = \"💬\" }", &["missing-key"]),
            ("quote = { expandable = true }", &["missing-key"]),
            ("code = { language = \"rust\" }", &["missing-key"]),
            ("heading = \"T\"\nread_more = { label = \"Read\" }", &["missing-key"]),
            // Another mistake in the table does not hide a missing key, unless that key was mistyped.
            ("lead = { marker = 5 }", &["wrong-type", "missing-key"]),
            ("lead = { text = 5 }", &["wrong-type"]),
            ("lead = { txt = \"a\" }", &["unknown-key"]),
            ("lead = { photo = \"a\" }", &["unknown-key", "missing-key"]),
            ("heading = \nlead = { marker = \"💬\" }", &["syntax", "missing-key"]),
            ("text = \"a\"\nmarker = \"🎙\"", &["missing-key"]),
            ("body = \"a\"\ntext = \"b\"", &["both-shapes"]),
            ("body = \"a\"\nbullets = [\"b\"]", &["both-shapes"]),
            ("body = \"a\"\n[[sections]]\ntext = \"b\"", &["both-shapes"]),
            ("heading = \"a\"\n[editions.en]\nheading = \"b\"", &["both-shapes"]),
            ("language = \"en\"\n[editions.en]\nheading = \"b\"", &["both-shapes"]),
            ("text = \"untitled\"\n[[sections]]\ntitle = \"t\"\ntext = \"b\"", &[]),
        ],
    );
}

#[test]
fn texts_that_show_nothing() {
    check(
        ONE,
        &[
            ("heading = \"\"", &["blank-text"]),
            ("heading = \"   \"", &["blank-text"]),
            ("heading = \"\\n\\t\"", &["blank-text"]),
            ("heading = \"\\u200B\"", &["blank-text"]),
            ("heading = \"\\u2060\\u200C\"", &["blank-text"]),
            ("heading = \"\\u00A0\"", &["blank-text"]),
            ("heading = \"T\"\nbullets = [\"a\", \"\"]", &["blank-text"]),
            ("heading = \"T\"\nbody = \"\"", &["blank-text"]),
            ("code = \"\"", &["blank-text"]),
            ("heading = \"T\"\nhashtags = [\"a\"]\nhashtag_suffix = \"\"", &["blank-text"]),
            ("heading = \"T\"\nlead = \"\"", &["blank-text"]),
            (
                "heading = \"T\"\nread_more = { url = \"https://example.org/\", label = \"\" }",
                &["blank-text"],
            ),
        ],
    );
}

#[test]
fn lengths_and_counts_at_their_limits() {
    let whole = |text: &str, count: usize| {
        format!("text = \"{}\"\noverflow = \"error\"", text.repeat(count).trim_end())
    };
    // A link takes 24 bytes and those of its address: 42 links with 200 bytes take 9,408 bytes, 99 with 60 take 8,316.
    let link = |bytes: usize| format!("[a](https://example.org/{}) ", "b".repeat(bytes - 20));
    let words = |count: usize| format!("text = \"{}\"", "слово два ".repeat(count / 10).trim_end());
    let latin =
        |count: usize| format!("text = \"{}\"", "some words ".repeat(count / 11).trim_end());
    let bullets = |count: usize| format!("bullets = {:?}", vec!["a"; count]);
    let tag = |count: usize| format!("heading = \"T\"\nhashtags = [\"{}\"]", "a".repeat(count));
    let list = |depth: usize| {
        let lines: Vec<_> = (0..depth).map(|n| format!("{}- a", "  ".repeat(n))).collect();
        format!("body = '''\n{}'''", lines.join("\n"))
    };
    check(
        ONE,
        &[
            (whole("я", 4096), &[]),
            (whole("я", 4097), &["too-long"]),
            (whole("🎙", 4096), &[]),
            (words(4100), &[]),
            (words(36_000), &[]),
            // At most 64 KiB of a text are read, and each of these letters takes two bytes.
            (words(37_000), &["too-long"]),
            (latin(40_000), &[]),
            (latin(42_000), &["too-many-parts"]),
            (whole("**a** b ", 100), &[]),
            (whole("**a** b ", 101), &["too-many-entities"]),
            (whole(&link(60), 42), &[]),
            (whole(&link(60), 99), &[]),
            (whole(&link(200), 42), &[]),
            (whole(&link(200), 43), &["too-many-entities"]),
            (bullets(500), &[]),
            (bullets(501), &["too-many"]),
            (tag(256), &[]),
            (tag(257), &["bad-hashtag"]),
            (list(16), &[]),
            (list(17), &["too-deep"]),
        ],
    );
}

#[test]
fn characters_that_telegram_changes_and_invisible_ones() {
    check(
        ONE,
        &[
            ("heading = \"a\\tb\"", &["control-character"]),
            ("heading = \"a\\u0001b\"", &["control-character"]),
            ("heading = \"a\\u0000b\"", &["control-character"]),
            ("heading = \"a\\u007Fb\"", &["control-character"]),
            ("heading = \"a\\u0085b\"", &["control-character"]),
            ("heading = \"a\\u2028b\"", &["removed-character"]),
            ("heading = \"a\\u202Eb\"", &["removed-character"]),
            ("heading = \"a\\u2067b\\u2069\"", &["bidi"]),
            ("heading = \"a\\u200Eb\"", &["bidi"]),
            ("heading = \"a\\u200Bb\"", &["zero-width"]),
            ("heading = \"a\\u00ADb\"", &["zero-width"]),
            ("heading = \"cafe\\u0301\"", &["decomposed"]),
            ("heading = \"и\\u0306\"", &["decomposed"]),
            ("heading = \"café\"", &[]),
            ("heading = \"two  spaces\"", &["doubled-space"]),
            ("heading = \" space\"", &["trimmed-space"]),
            ("heading = \"space \"", &["trimmed-space"]),
            ("text = \"\"\"\nline\n\"\"\"", &[]),
            ("heading = \"no\\u00A0break\"", &[]),
            ("heading = \"👨‍👩‍👧‍👦 🇷🇺🇰🇵 👍🏽 ❤️ 1️⃣\"", &[]),
            ("heading = \"שלום עולם\"", &[]),
            ("heading = \"مرحبا\"", &[]),
            ("heading = \"नमस्ते दुनिया\"", &[]),
            ("heading = \"می‌خواهم\"", &[]),
        ],
    );
}

#[test]
fn markup() {
    check(
        ONE,
        &[
            ("heading = \"a ** b\"", &[]),
            ("heading = \"snake_case 2 * 3\"", &[]),
            ("heading = \"**open\"", &["stray-markup"]),
            ("heading = \"<script>alert(1)</script> &amp;amp; ]]>\"", &["html-as-text"]),
            ("heading = \"a < b > c & d; &nothing; Vec<String>\"", &[]),
            ("heading = '\"onmouseover=\"x'", &[]),
            ("heading = \"![x](https://example.org/a.jpg)\"", &["cannot-show"]),
            ("heading = \"![👍](tg://emoji?id=5368324170671202286)\"", &["custom-emoji"]),
            ("heading = \"[](https://example.org/)\"", &["cannot-show"]),
            ("text = \"[`cargo`](https://example.org/)\"", &["formatting-cut"]),
            ("text = \"[a](https://example.org/ 'title')\"", &["formatting-cut"]),
            ("text = \"**bold `code` bold**\"", &["formatting-cut"]),
            ("body = '''\na | b\n--|--\n1 | 2\n'''", &["cannot-show"]),
            ("body = '''\na\n\n---\n\nb\n'''", &["cannot-show"]),
            ("body = '''\n> a\n> > b\n'''", &["cannot-show"]),
            ("body = '''\na\n\n    indented\n'''", &["cannot-show"]),
            ("body = '''\n-\n- b\n'''", &["blank-text"]),
            ("body = '''\n[a]: https://example.org/\n\nb\n'''", &["unused-definition"]),
            (
                "body = '''\n# Title\n\ntext\n\n- a\n- b\n\n> quote\n\n```rust\nfn f() {}\n```\n'''",
                &[],
            ),
            ("body = '''\n~~~\nnever closed\n'''", &["unclosed-markup"]),
        ],
    );
}

#[test]
fn links() {
    let path =
        |bytes: usize| format!("heading = \"[a](https://example.org/{})\"", "a".repeat(bytes - 20));
    let (long, longer) = (path(2048), path(2049));
    check(
        ONE,
        &[
            (long.as_str(), &[]),
            (longer.as_str(), &["bad-link"]),
            ("heading = \"[a](https://example.org/)\"", &[]),
            ("heading = \"[a](tg://resolve?domain=telegram)\"", &[]),
            ("heading = \"[a](post:other)\"", &["unknown-post"]),
            ("heading = \"[a](post:Other)\"", &["bad-link"]),
            ("heading = \"[a](post:)\"", &["bad-link"]),
            ("heading = \"T\"\nreply_to = \"other\"", &["unknown-post"]),
            ("heading = \"T\"\nreply_to = \"../other\"", &["unknown-post"]),
            ("heading = \"T\"\nreply_to = \"\"", &["blank-text"]),
            ("heading = \"[a](javascript:alert)\"", &["bad-link"]),
            ("heading = \"[a](data:text/html,x)\"", &["bad-link"]),
            ("heading = \"[a](mailto:press@example.org)\"", &["bad-link"]),
            ("heading = \"[a](ftp://example.org/)\"", &["bad-link"]),
            ("heading = \"[a](http://localhost/)\"", &["bad-link"]),
            ("heading = \"[a](https://)\"", &["bad-link"]),
            ("heading = \"[a](tg://user?id=5)\"", &["cannot-show"]),
            ("heading = \"[a](https://user:password@example.org/)\"", &["bad-link"]),
            ("heading = \"[a](http://example.org/)\"", &["http-link"]),
            ("heading = \"[bank.com](https://evil.example.org/)\"", &["link-text"]),
            ("heading = \"[a](https://xn--80ak6aa92e.com/)\"", &[]),
            ("heading = \"[a](https://аpple.com/)\"", &["mixed-script"]),
            ("heading = \"[a](https://пример.рф/)\"", &[]),
            ("heading = \"see main.rs\"", &["becomes-link"]),
            ("heading = \"see `main.rs`\"", &[]),
            ("text = \"see `main.rs`\"", &[]),
            ("heading = \"see https://example.org/\"", &[]),
            ("heading = \"T\"\nread_more = \"example\"", &["bad-link"]),
            ("heading = \"T\"\nread_more = \"https://exa mple.org/\"", &["bad-link"]),
            ("heading = \"T\"\nread_more = \"\"", &["bad-link"]),
            ("heading = \"T\"\nlink_preview = { url = \"javascript:x\" }", &["bad-link"]),
        ],
    );
}

#[test]
fn hashtags() {
    let rows: [(&str, &[&str]); 11] = [
        ("\"РоссияКНДР\", \"tag_1\", \"日本\"", &[]),
        ("\"two words\"", &["bad-hashtag"]),
        ("\"a-b\"", &["bad-hashtag"]),
        ("\"#a\"", &["bad-hashtag"]),
        ("\"123\"", &["bad-hashtag"]),
        ("\"a.b\"", &["bad-hashtag"]),
        ("\"🎙\"", &["bad-hashtag"]),
        ("\"a\\nb\"", &["bad-hashtag"]),
        ("\"\"", &["bad-hashtag"]),
        ("\"a\", \"A\"", &["repeated-hashtag"]),
        ("\"Й\", \"й\"", &["repeated-hashtag"]),
    ];
    check(ONE, &rows.map(|(tags, codes)| (format!("heading = \"T\"\nhashtags = [{tags}]"), codes)));
}

#[test]
fn signs_and_markers() {
    check(
        ONE,
        &[
            ("bullets = [\"• a\"]", &["bullet-sign"]),
            ("bullets = [\"- a\"]", &["bullet-sign"]),
            ("bullets = [\"-5 degrees\", \"a - b\"]", &[]),
            ("heading = \"T\"\nmarker = \"🎙 💬\"", &[]),
            ("heading = \"T\"\nmarker = \"News\"", &["marker-words"]),
            ("lead = { marker = \"1️⃣\", text = \"a\" }", &[]),
        ],
    );
}

#[test]
fn channels_and_languages() {
    check(
        SEVERAL,
        &[
            ("heading = \"T\"", &["which-language"]),
            ("heading = \"T\"\nlanguage = \"en\"", &[]),
            ("heading = \"T\"\nchannels = [\"english\"]", &[]),
            ("heading = \"T\"\nchannels = [\"englsh\"]", &["unknown-channel"]),
            ("heading = \"T\"\nchannels = []", &["no-channel"]),
            ("heading = \"T\"\nchannels = [\"english\", \"english\"]", &["bad-value"]),
            ("heading = \"T\"\nchannels = [\"english\", \"russian\"]", &["which-language"]),
            (
                "heading = \"T\"\nlanguage = \"en\"\nchannels = [\"english\", \"russian\"]",
                &["no-edition"],
            ),
            ("heading = \"T\"\nlanguage = \"de\"", &["no-channel"]),
            ("heading = \"T\"\nlanguage = \"english!\"", &["bad-language"]),
            ("[editions.en]\nheading = \"a\"\n[editions.ru]\nheading = \"b\"", &[]),
            ("[editions.en]\nheading = \"a\"\n[editions.de]\nheading = \"b\"", &["no-channel"]),
            ("[editions.en]\nheading = \"a\"\n[editions.EN]\nheading = \"b\"", &["duplicate-key"]),
            ("[editions]", &["empty-post"]),
            ("[editions.en]\n[editions.ru]\nheading = \"b\"", &["empty-post", "out-of-step"]),
            (
                "channels = [\"english\"]\n[editions.en]\nheading = \"a\"\n[editions.ru]\nheading = \"b\"",
                &["no-channel"],
            ),
            ("heading = \"T\"\nlanguage = \"fr\"\nlead = \"a\"", &["not-shown"]),
            (
                "heading = \"T\"\nlanguage = \"fr\"\nread_more = \"https://example.org/\"",
                &["no-label"],
            ),
            (
                "heading = \"T\"\nlanguage = \"fr\"\nread_more = { url = \"https://example.org/\", label = \"Lire\" }",
                &[],
            ),
        ],
    );
}

#[test]
fn editions_out_of_step() {
    let rows: [(&str, &str, &[&str]); 10] = [
        ("bullets = [\"a\", \"b\"]", "bullets = [\"a\", \"b\"]", &[]),
        ("bullets = [\"a\", \"b\"]", "bullets = [\"a\"]", &["out-of-step"]),
        ("bullets = [\"a\"]", "body = \"a\"", &["out-of-step"]),
        ("text = \"[x](https://example.org/)\"", "text = \"x\"", &["out-of-step"]),
        ("hashtags = [\"one\"]", "", &["out-of-step"]),
        ("hashtags = [\"one\"]", "hashtags = [\"один\"]", &[]),
        ("lead = \"x\"", "", &["out-of-step"]),
        ("", "read_more = \"https://example.org/\"", &["out-of-step"]),
        ("[[editions.en.sections]]\ntext = \"a\"", "", &["out-of-step"]),
        ("draft = true", "", &[]),
    ];
    let post = |en: &str, ru: &str| {
        format!("[editions.en]\nheading = \"a\"\n{en}\n[editions.ru]\nheading = \"b\"\n{ru}")
    };
    check(SEVERAL, &rows.map(|(en, ru, codes)| (post(en, ru), codes)));
}

#[test]
fn buttons() {
    let with = |buttons: &str| format!("heading = \"T\"\nbuttons = [{buttons}]");
    let many = |count: usize, row: &str| {
        with(&format!("{{ text = \"a\", copy = \"b\"{row} }}, ").repeat(count))
    };
    let copy = |text: &str| with(&format!("{{ text = \"a\", copy = \"{text}\" }}"));
    let url = |url: &str| with(&format!("{{ text = \"a\", url = \"{url}\" }}"));
    let row = |row: &str| with(&format!("{{ text = \"a\", copy = \"b\", row = {row} }}"));
    check(
        ONE,
        &[
            (url("https://example.org/"), &[][..]),
            (url("tg://resolve?domain=example"), &[]),
            (copy("PROMO-24"), &[]),
            (copy(&"a".repeat(256)), &[]),
            (copy(&"a".repeat(257)), &["too-long"]),
            // Two UTF-16 units each.
            (copy(&"🎙".repeat(129)), &["too-long"]),
            (copy(""), &["blank-text"]),
            (copy("a\\nb"), &["bad-value"]),
            (copy(" a"), &["trimmed-space"]),
            (url("example.org"), &["bad-link"]),
            (url("ftp://example.org/"), &["bad-link"]),
            (url("tg://user?id=5"), &["bad-link"]),
            (url("post:other"), &["bad-link"]),
            (url("https://user:pw@example.org/"), &["bad-link"]),
            (url("http://example.org/"), &["http-link"]),
            (
                url("https://example.org/7000000001:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
                &["token-in-file"],
            ),
            (with(""), &[]),
            (with("{ copy = \"b\" }"), &["missing-key"]),
            (with("{ text = \"a\" }"), &["missing-key"]),
            (with("{}"), &["missing-key"]),
            (with("{ text = \"\", copy = \"b\" }"), &["blank-text"]),
            (with("{ text = \"a\\nb\", copy = \"b\" }"), &["bad-value"]),
            (
                with("{ text = \"a\", copy = \"b\", url = \"https://example.org/\" }"),
                &["both-shapes"],
            ),
            (with("{ text = \"a\", copy = 5 }"), &["wrong-type"]),
            (with("{ text = \"a\", urll = \"https://example.org/\" }"), &["unknown-key"]),
            (row("1"), &[]),
            (row("100"), &[]),
            (row("0"), &["bad-value"]),
            (row("-1"), &["bad-value"]),
            (row("101"), &["bad-value"]),
            (row("99999999999999999999"), &["bad-value"]),
            (row("\"1\""), &["wrong-type"]),
            (many(100, ""), &[]),
            (many(101, ""), &["too-many"]),
            (many(8, ", row = 1"), &[]),
            (many(9, ", row = 1"), &["too-many"]),
            // A problem at the top is reported once, for all editions.
            (
                "buttons = [{ text = \"a\" }]\n[editions.en]\nheading = \"T\"".to_owned(),
                &["missing-key"],
            ),
            (
                "[editions.en]\nheading = \"T\"\n[[editions.en.buttons]]\ntext = \"a\"".to_owned(),
                &["missing-key"],
            ),
        ],
    );
}

//! The pages in a real Chromium, driven by the scripts in `tests/browser`. Without a browser these tests are skipped; if `CI`
//! is set they fail.

#![expect(clippy::disallowed_methods, reason = "the test starts a browser and copies its pictures")]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use telegram_text::FormattedText;
use telepress::page;

use super::Preview;
use crate::world::{Server, Service, World};

/// The path of a Chromium on this machine.
pub(super) fn chromium() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = std::env::split_paths(&path).collect();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let found = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    found.into_iter().find(|file| file.exists())
}

/// The folder of the Node modules and the browser; without them, prints a note and returns `None`.
fn tools() -> Option<(PathBuf, PathBuf)> {
    let modules = std::env::var_os("TELEPRESS_BROWSER").map(PathBuf::from);
    let modules = modules.filter(|folder| folder.join("node_modules/playwright-core").exists());
    let node = Command::new("node").arg("--version").output().is_ok();
    match (modules, chromium()) {
        (Some(modules), Some(chromium)) if node => Some((modules, chromium)),
        (modules, chromium) => {
            let found = format!(
                "TELEPRESS_BROWSER with playwright-core: {}, chromium: {}, node: {node}",
                modules.is_some(),
                chromium.is_some()
            );
            assert!(std::env::var_os("CI").is_none(), "the browser is missing: {found}");
            println!("skipped: no browser ({found})");
            None
        }
    }
}

/// The pictures in README.md, docs/preview.md and docs/media.md.
const KEPT: [&str; 15] = [
    "readme.png",
    "media-photo.png",
    "media-album.png",
    "media-album-dark.png",
    "media-album-phone.png",
    "media-document.png",
    "media-poll.png",
    "media-replaced.png",
    "post.png",
    "broken.png",
    "differs.png",
    "newsroom.png",
    "post-dark.png",
    "post-phone.png",
    "uncertain.png",
];

/// Runs a script of `tests/browser`.
fn run(script: &str, address: &str, root: &Path) {
    let Some((modules, chromium)) = tools() else { return };
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pictures = project.join("target/pictures");
    let output = Command::new("node")
        .arg(project.join("tests/browser").join(script))
        .args([Path::new(address), root, &pictures])
        .env("TELEPRESS_BROWSER", modules)
        .env("TELEPRESS_CHROMIUM", chromium)
        .output()
        .unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    println!("{stdout}");
    assert!(output.status.success(), "{script}\n{stdout}\n{stderr}");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        for name in KEPT {
            let picture = pictures.join(name);
            if picture.exists() {
                std::fs::copy(picture, project.join("docs/images").join(name)).unwrap();
            }
        }
    }
}

const SUMMIT: &str = r#"hashtags = ["Summit"]

[editions.en]
heading = "Talks went on until the morning"
lead = "The word is ||secret||, the command is `make test`."
read_more = "https://example.org/full"
body = """
Delegations met **twice**.

- First
- Second, ~~cancelled~~ __confirmed__

> ordinary quotation

>! folded line one
>! folded line two
>! folded line three
>! folded line four
>! folded line five
>! folded line six
"""

[editions.ru]
heading = "Переговоры шли до утра"
read_more = "https://example.org/full"
lead = "Слово короткое."
body = """
Делегации встретились **дважды**.

- Первый
- Второй

> обычная цитата

>! сложенная цитата
"""
"#;

const HOSTILE: &str = r#"channels = ["north"]
heading = "<script>globalThis.pwned = 1</script>\\\"'<img src=x onerror=globalThis.pwned=2>"
lead = "{{constructor}} ${alert(1)} &lt;b&gt; shown as it is ‹/script›"
"#;

const FESTIVAL: &str = r#"channels = ["north"]
heading = "The lantern festival is on Saturday"
lead = "Tickets for the boats are free; the code is valid until Friday."
buttons = [
  { text = "Register", url = "https://example.org/register?a=1", row = 1 },
  { text = "Ask the bot", url = "tg://resolve?domain=example_bot", row = 1 },
  { text = "Copy the code", copy = "PROMO-24" },
  { text = "A button with so many words that they do not fit on one line of a phone", copy = "x" },
]
"#;

fn newsroom() -> World {
    World::new()
        .config("[channels.north]\nchat = \"@north\"\nlanguage = \"en\"\n[channels.south]\nchat = \"@south\"\nlanguage = \"ru\"\n")
        .post("summit", SUMMIT)
                .post("hostile", HOSTILE)
        .post("festival", FESTIVAL)
        .post("arabic", "channels = [\"north\"]\nheading = \"مرحبا بالعالم\"\nlead = \"هذا نص يكتب من اليمين إلى اليسار.\"\n")
        .post("broken", "channels = [\"north\"]\nheadin = \"x\"\n")
}

const LINDHOLM: &str = r#"[channels.city]
chat = "@lindholm_city"
title = "City of Lindholm"
language = "en"
timezone = "Europe/Stockholm"
style = "notice"
[channels.stad]
chat = "@lindholm_stad"
title = "Lindholms stad"
language = "sv"
timezone = "Europe/Stockholm"
style = "notice"
[styles.notice]
spacing = "tight"
read_more = { marker = "🗺", label = { en = "Map and timetable", sv = "Karta och tidtabell" } }
"#;

const WATER_MAIN: &str = r#"hashtags = ["water"]

[editions.en]
marker = "🚰"
heading = "No water in Harbour Street on Wednesday"
lead = "The old main is replaced between numbers 4 and 38. **The tram and all shops stay open.**"
read_more = "https://city.example.org/notices/harbour-street"
body = """
- **Before 8:** fill a few bottles
- **Until 14:** leave the taps closed
- **Afterwards:** let cold water run for two minutes

> A tank with drinking water is at the corner of Mill Lane, from 8

>! The old pipe has broken three times since spring.
>! Each repair closed the street for a day.
>! Each lost as much water as the swimming pool holds.
>! The new one is made to last
>! until our grandchildren complain about it.
"""

[editions.sv]
marker = "🚰"
heading = "Inget vatten på Hamngatan på onsdag"
lead = "Den gamla ledningen byts ut mellan nummer 4 och 38. **Spårvagnen och alla butiker är öppna.**"
read_more = "https://city.example.org/notices/hamngatan"
body = """
- **Före 8:** fyll några flaskor
- **Till 14:** låt kranarna vara stängda
- **Efteråt:** låt kallvattnet rinna i två minuter

> En tank med dricksvatten finns i hörnet av Kvarngränd, från klockan 8

>! Det gamla röret har gått sönder tre gånger sedan i våras.
>! Varje gång var gatan stängd en hel dag.
>! Varje gång försvann lika mycket vatten som badhuset rymmer.
>! Det nya ska hålla
>! tills våra barnbarn klagar på det.
"""
"#;

/// The newsroom of a city, for the pictures of the documentation.
fn lindholm() -> World {
    let tomorrow = telepress::clock::Clock::now(&telepress::clock::SystemClock)
        + jiff::SignedDuration::from_hours(20);
    World::empty()
        .config(LINDHOLM)
        .post("water-main", WATER_MAIN)
        .post("library-sunday", &format!("channels = [\"city\"]\nheading = \"The library is open on Sundays from December\"\npublish_at = {tomorrow:.0}\n"))
        .post("council-minutes", "channels = [\"city\"]\ndraft = true\nheading = \"What the council decided on Monday\"\n")
        .post("ice-rink", "channels = [\"city\"]\nheading = \"The ice rink on Harbour Square is open\"\nlead = \"Every day from 10 to 21, free of charge.\"\n")
        .post("market-day", "channels = [\"city\"]\nheading = \"When should the weekly market open?\"\n[poll]\nquestion = \"Which day suits you best?\"\noptions = [\"Friday\", \"Saturday\"]\n")
        .post("night-bus", "channels = [\"city\"]\nhedding = \"Night buses at the weekend\"\n")
}

#[test]
fn pictures_of_the_documentation() {
    let world = lindholm();
    let preview = Preview::start(&world);
    run("pictures.mjs", &preview.address, &world.path("."));
    let world = World::samples();
    let preview = Preview::start(&world);
    run("readme.mjs", &preview.address, &world.path("."));
}

#[test]
fn preview_in_a_browser() {
    let tomorrow = telepress::clock::Clock::now(&telepress::clock::SystemClock)
        + jiff::SignedDuration::from_hours(20);
    let world = newsroom().post(
        "tomorrow",
        &format!("channels = [\"north\"]\nheading = \"Later\"\npublish_at = {tomorrow:.0}\n"),
    );
    let preview = Preview::start(&world);
    run("preview.mjs", &preview.address, &world.path("."));
}

#[test]
fn sandbox_in_a_browser() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    let config = format!(
        "bot.operators = [{{ id = 111, role = \"admin\" }}]\n{}",
        world.read("config/telepress.toml")
    );
    let world = world
        .config(&config)
        .post("library-hours", "heading = \"The library is open on Sundays\"\n")
        .post("ice-rink", "heading = \"The ice rink opens on Friday\"\n")
        .post("blankets", "heading = \"Three blankets\"\nmedia = [{ photo = \"moor.png\" }, { photo = \"fjord.png\" }, { photo = \"heath.png\", spoiler = true }]\n");
    let world = ["moor.png", "fjord.png", "heath.png"].into_iter().fold(world, |world, name| {
        world.file(&format!("posts/{name}"), sample(&format!("posts/new-blankets/{name}")))
    });
    let _service = Service::start(&world);
    run("sandbox.mjs", &sandbox.address, &world.path("."));
}

const BLANKETS: &str = r#"channels = ["north-shop"]
heading = "Three new blankets, and the ice rink outside our door"
lead = "The film shows the loom; the last picture is a surprise."
[[media]]
photo = "rink.png"
[[media]]
photo = "moor.png"
[[media]]
video = "clip.mp4"
[[media]]
photo = "fjord.png"
[[media]]
photo = "heath.png"
spoiler = true
"#;

const GUIDE: &str = r#"channels = ["rivet-releases"]
heading = "The upgrade guide for Rivet 1.4"
bullets = ["What changes in `rivet.toml`", "How to move a **large workspace** step by step"]
media = [{ document = "rivet-1.4-guide.pdf" }]
buttons = [
  { text = "Read it online", url = "https://example.org/guide", row = 1 },
  { text = "Copy the command", copy = "rivet upgrade", row = 1 },
]
"#;

const MARKET: &str = r#"channels = ["lindholm-city"]
heading = "The Christmas market"
lead = "Tell us when you would like to come."
[poll]
question = "Which day suits you?"
options = ["Friday evening", "Saturday", "Sunday"]
"#;

/// A file of the project.
fn sample(path: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// A newsroom with every kind of media.
fn gallery() -> World {
    let rink = "channels = [\"lindholm-city\"]\nmarker = \"⛸\"\nheading = \"The ice rink on Harbour Square is open\"\nlead = \"Every day from 10 to 21, free of charge.\"\nmedia = [{ photo = \"rink.png\" }]\n";
    let world = newsroom();
    let more = ["lindholm-city", "north-shop", "rivet-releases"].map(|name| {
        format!("[channels.{name}]\nchat = \"@{}\"\nlanguage = \"en\"\n", name.replace('-', "_"))
    });
    let config = world.read("config/telepress.toml") + &more.concat();
    let mut world = world
        .config(&config)
        .file("posts/media/rink/post.toml", rink)
        .file("posts/media/blankets/post.toml", BLANKETS)
        .file("posts/media/guide/post.toml", GUIDE)
        .file("posts/media/market/post.toml", MARKET)
        .file("posts/media/high/post.toml", "channels = [\"north\"]\nmedia = [{ animation = \"loop.mp4\" }]\n")
        .file("posts/media/gif/post.toml", "channels = [\"north\"]\nheading = \"A GIF\"\nmedia = [{ animation = \"loop.gif\" }]\n")
        .file("posts/media/songs/post.toml", "channels = [\"north\"]\nheading = \"Two songs\"\nmedia = [{ audio = \"tone.mp3\" }, { audio = \"tone.mp3\", title = \"The same again, with a title that is much too long for one line of a phone\" }]\n")
        .file("posts/media/hostile/post.toml", "channels = [\"north\"]\nheading = \"Not a page\"\nmedia = [{ document = \"page.html\" }, { document = \"picture.svg\" }]\n")
        .file("posts/media/hostile/page.html", "<!doctype html><script>opener.pwned = 1</script>")
        .file("posts/media/hostile/picture.svg", "<svg xmlns='http://www.w3.org/2000/svg' onload='opener.pwned = 1'/>");
    for (from, to) in [
        ("posts/lindholm/ice-rink/rink.png", "rink/rink.png"),
        ("posts/lindholm/ice-rink/rink.png", "blankets/rink.png"),
        ("posts/new-blankets/moor.png", "blankets/moor.png"),
        ("posts/new-blankets/fjord.png", "blankets/fjord.png"),
        ("posts/new-blankets/heath.png", "blankets/heath.png"),
        ("posts/rivet-guide/rivet-1.4-guide.pdf", "guide/rivet-1.4-guide.pdf"),
        ("tests/fixtures/clip.mp4", "blankets/clip.mp4"),
        ("tests/fixtures/loop.mp4", "high/loop.mp4"),
        ("tests/fixtures/loop.gif", "gif/loop.gif"),
        ("tests/fixtures/tone.mp3", "songs/tone.mp3"),
    ] {
        world = world.file(&format!("posts/media/{to}"), sample(from));
    }
    world
}

#[test]
fn media_in_a_browser() {
    let world = gallery();
    let preview = Preview::start(&world);
    run("media.mjs", &preview.address, &world.path("."));
}

#[test]
fn replaced_media_in_a_browser() {
    let sandbox = Server::sandbox();
    let world = sandbox
        .newsroom()
        .file(
            "posts/blanket/post.toml",
            "heading = \"The blanket of the week\"\nmedia = [{ photo = \"week.png\" }]\n",
        )
        .file("posts/blanket/week.png", sample("posts/new-blankets/moor.png"));
    world.run("publish blanket").exits(0);
    let world = world.file("posts/blanket/week.png", sample("posts/new-blankets/heath.png"));
    let preview = Preview::start(&world);
    run("replaced.mjs", &preview.address, &world.path("."));
}

#[test]
fn demo_in_a_browser() {
    let (demo, posts) = Server::demo();
    run("demo.mjs", &demo.address, &posts);
}

/// Reads texts and styles back from the pages, as a browser renders them.
#[test]
fn page_shows_the_text_and_entities_that_are_sent() {
    let world = World::samples();
    let mut texts: Vec<FormattedText> = Vec::new();
    for post in crate::world::sample_posts() {
        let rendered = world.run(&format!("render {post} --as json")).exits(0).json();
        for part in rendered
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|edition| edition["parts"].as_array().unwrap())
        {
            // An album has its caption on the first item; a poll has none.
            let params = &part["params"];
            let captioned = params.get("media").and_then(|items| items.get(0)).unwrap_or(params);
            texts.extend(text(captioned));
        }
    }
    let samples = texts.len();
    // The normal forms that TDLib returned for generated texts.
    let recorded = crate::world::project("crates/telegram-text/testdata/normal.jsonl");
    let kept = recorded.lines().filter_map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        text(&line["output"])
    });
    texts.extend(kept.filter(|text| !text.entities.is_empty()));
    assert!(samples >= 5 && texts.len() >= 505, "{samples} of {}", texts.len());
    let cases: Vec<_> = texts.iter().map(case).collect();
    let style = crate::world::project("src/page/assets/page.css");
    let world = world.file("cases.json", json!({ "style": style, "cases": cases }).to_string());
    run("read_back.mjs", world.path("cases.json").to_str().unwrap(), &world.path("."));
}

fn text(params: &Value) -> Option<FormattedText> {
    let [string, entities] = if params.get("text").is_some() {
        ["text", "entities"]
    } else {
        ["caption", "caption_entities"]
    };
    let entities = params.get(entities).cloned().unwrap_or(json!([]));
    Some(FormattedText {
        string: params.get(string)?.as_str()?.to_owned(),
        entities: serde_json::from_value(entities).unwrap(),
    })
}

fn case(text: &FormattedText) -> Value {
    let seen = telegram_text::detect::with_found(text.clone());
    json!({ "html": page::body(text).0, "text": seen.string, "entities": seen.entities })
}

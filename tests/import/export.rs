//! An export with every kind of message, and what its posts are.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::world::World;

/// The id of the exported channel, in links and in the Bot API.
pub(super) const CHANNEL: i64 = 1_234_567_890;

/// A file with the header of a JPEG of this width, and some more bytes.
fn jpeg(width: u16, bytes: usize) -> Vec<u8> {
    let [high, low] = width.to_be_bytes();
    let mut file = vec![0xFF, 0xD8, 0xFF, 0xC0, 0, 0x0B, 8, 1, 0x68, high, low, 1, 1, 0x11, 0];
    file.resize(bytes, 0x55);
    file
}

/// A newsroom whose channel has the export's id.
pub(super) fn newsroom() -> World {
    let config = format!(
        "[channels.news]\nchat = -100{CHANNEL}\nlanguage = \"en\"\ntimezone = \"Europe/Moscow\"\nstyle = \"daily\"\n\n[styles.daily]\nfooter = {{ en = \"@example_news\" }}\n"
    );
    World::new().config(&config)
}

/// A text that ends as the style wants.
fn text(words: &str) -> Value {
    json!(format!("{words}\n\n@example_news"))
}

/// An entry of the export; `more` has its own fields.
pub(super) fn entry(id: i64, more: &Value) -> Value {
    let second = 1_718_811_600 + id * 60;
    let mut entry = json!({
        "id": id, "type": "message", "date": "2024-06-19T18:40:00", "date_unixtime": second.to_string(),
        "from": "News", "from_id": format!("channel{CHANNEL}"), "text": "",
    });
    for (key, value) in more.as_object().unwrap() {
        entry[key] = value.clone();
    }
    entry
}

/// Messages of every kind; the first nine and the last two make posts that are exact.
pub(super) fn every_kind() -> Vec<Value> {
    let bold =
        json!([{ "type": "bold", "text": "Version 1.2" }, "\n\nIt is out.\n\n@example_news"]);
    let link = json!([
        "See ", { "type": "text_link", "text": "the notes", "href": "https://example.org/notes" },
        " and ", { "type": "link", "text": "example.org" }, "\n\n", { "type": "mention", "text": "@example_news" },
    ]);
    let included = |id: i64, second: i64, more: &Value| {
        let mut one = entry(id, more);
        one["date_unixtime"] = json!(second.to_string());
        one
    };
    vec![
        json!({ "id": 1, "type": "service", "date_unixtime": "1718811600", "action": "create_channel" }),
        entry(2, &json!({ "text": text("Plain words") })),
        entry(
            3,
            &json!({ "text": bold, "edited": "2024-06-19T19:00:00", "edited_unixtime": "1718812800" }),
        ),
        entry(4, &json!({ "text": "", "text_entities": link, "reply_to_message_id": 2 })),
        entry(
            5,
            &json!({ "photo": "photos/photo_1.jpg", "width": 640, "height": 360, "text": text("A photo") }),
        ),
        included(
            6,
            1_718_900_000,
            &json!({ "photo": "photos/photo_2.jpg", "text": text("An album") }),
        ),
        included(7, 1_718_900_000, &json!({ "photo": "photos/photo_3.jpg" })),
        entry(
            8,
            &json!({ "file": "files/report.pdf", "file_name": "The report.pdf", "mime_type": "application/pdf", "text": text("A file") }),
        ),
        entry(
            9,
            &json!({ "poll": { "question": "Which day?", "closed": false, "total_voters": 4, "answers": [
            { "text": "Friday", "voters": 3, "chosen": false }, { "text": "Monday", "voters": 1, "chosen": false },
        ] } }),
        ),
        entry(
            10,
            &json!({ "text": text("With a button"), "inline_bot_buttons": [[{ "type": "url", "text": "Open", "data": "https://example.org/" }]] }),
        ),
        entry(
            11,
            &json!({ "text": text("From elsewhere"), "forwarded_from": "Other", "forwarded_from_id": "channel77" }),
        ),
        entry(12, &json!({ "text": "Without the footer" })),
        entry(
            13,
            &json!({ "photo": "(File not included. Change data exporting settings to download.)", "text": text("No photo") }),
        ),
        entry(
            14,
            &json!({ "file": "stickers/sticker.webp", "media_type": "sticker", "sticker_emoji": "👍" }),
        ),
        entry(
            15,
            &json!({ "file": "../../../etc/passwd", "file_name": "../../passwd", "text": text("Hostile") }),
        ),
        entry(16, &json!({ "text": text("tab\tand \"quotes\" \\ '''") })),
        json!({ "id": 17, "type": "service", "date_unixtime": "1718811600", "action": "pin_message", "message_id": 2 }),
    ]
}

/// The export as Telegram Desktop writes it.
pub(super) fn export(messages: &[Value]) -> String {
    let whole =
        json!({ "name": "News", "type": "public_channel", "id": CHANNEL, "messages": messages });
    serde_json::to_string_pretty(&whole).unwrap()
}

/// The export's files, in the folder `export`.
pub(super) fn with_export(world: World, messages: &[Value]) -> World {
    world
        .file("export/result.json", export(messages))
        .file("export/photos/photo_1.jpg", jpeg(640, 9_000))
        .file("export/photos/photo_2.jpg", jpeg(320, 5_000))
        .file("export/photos/photo_3.jpg", jpeg(300, 4_000))
        .file("export/files/report.pdf", "%PDF-1.7\n1")
}

/// All files of the posts, with their content.
pub(super) fn posts(world: &World) -> Vec<(String, Vec<u8>)> {
    let root = world.path("posts");
    let entries = telepress::fs::walk(&root).unwrap();
    let read = |below: &std::path::Path| {
        let mut content = Vec::new();
        let mut file = telepress::fs::Root::open(&root).unwrap().open_file(below).unwrap();
        std::io::Read::read_to_end(&mut file, &mut content).unwrap();
        content
    };
    entries.iter().map(|entry| (entry.relative.clone(), read(&entry.below))).collect()
}

/// The report as lines of ids, post and differences.
fn report(json: &Value) -> String {
    let mut lines = String::new();
    for row in json.as_array().unwrap() {
        let differs = row["differs"].as_array().unwrap();
        assert_eq!(row["exact"], differs.is_empty(), "{row}");
        writeln!(lines, "{} {} {}", row["message_ids"], row["post"], row["differs"]).unwrap();
    }
    lines
}

const REPORT: &str = r#"[2] "news/2024/06-19-2" []
[3] "news/2024/06-19-3" []
[4] "news/2024/06-19-4" []
[5] "news/2024/06-19-5" []
[6,7] "news/2024/06-20-6" []
[8] "news/2024/06-19-8" []
[9] "news/2024/06-19-9" []
[10] "news/2024/06-19-10" []
[11] "news/2024/06-19-11" []
[12] "news/2024/06-19-12" ["footer"]
[13] "news/2024/06-19-13" ["media: not in the export"]
[14] null ["sticker"]
[15] "news/2024/06-19-15" ["media: not in the export"]
[16] "news/2024/06-19-16" []
"#;

#[test]
fn every_kind_of_message_is_imported_once() {
    let world = with_export(newsroom(), &every_kind());
    let dry = world.run("import export --format json --dry-run").exits(1);
    assert_eq!(report(&dry.json()), REPORT);
    assert_eq!(posts(&world), []);
    let first = world.run("import export --format json").exits(1).says("the posts are drafts");
    let first = first.says("15 messages: 11 exact, 4 with differences");
    assert_eq!(report(&first.json()), REPORT);
    let written = posts(&world);
    let names: Vec<_> = written.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "news/2024/06-19-10.toml",
            "news/2024/06-19-11.toml",
            "news/2024/06-19-12.toml",
            "news/2024/06-19-13.toml",
            "news/2024/06-19-15.toml",
            "news/2024/06-19-16.toml",
            "news/2024/06-19-2.toml",
            "news/2024/06-19-3.toml",
            "news/2024/06-19-4.toml",
            "news/2024/06-19-5.jpg",
            "news/2024/06-19-5.toml",
            "news/2024/06-19-8.pdf",
            "news/2024/06-19-8.toml",
            "news/2024/06-19-9.toml",
            "news/2024/06-20-6.jpg",
            "news/2024/06-20-6.toml",
            "news/2024/06-20-7.jpg",
        ]
    );
    insta::assert_snapshot!("posts", all_texts(&written));
    world.run("check").exits(0);
    // Nothing would be sent.
    let world = world.with_journal();
    world.run("plan --exit-code").exits(0);
    let second =
        world.run("import export --format json").exits(1).says("0 files written, 13 unchanged");
    assert_eq!(report(&second.json()), REPORT);
    assert_eq!(posts(&world), written);
}

fn all_texts(files: &[(String, Vec<u8>)]) -> String {
    let mut all = String::new();
    let is_post = |name: &str| name.rsplit('.').next() == Some("toml");
    for (name, content) in files.iter().filter(|(name, _)| is_post(name)) {
        let content = String::from_utf8_lossy(content);
        writeln!(all, "── {name}\n{content}").unwrap();
    }
    all
}

#[test]
fn text_report_names_every_message() {
    let kinds = every_kind();
    let world = with_export(newsroom(), &kinds[1..3]);
    world
        .run("import export/result.json --into archive")
        .exits(0)
        .prints("archive/2024/06-19-2  exact\narchive/2024/06-19-3  exact\n");
    let world = with_export(newsroom(), &[kinds[11].clone(), kinds[13].clone()]);
    world
        .run("import export")
        .exits(1)
        .prints("news/2024/06-19-12  differs: footer\nmessage 14  differs: sticker (no post)\n")
        .says("2 messages: 0 exact, 2 with differences; 1 file written");
}

#[test]
fn id_that_comes_twice_is_reported() {
    let one = entry(2, &json!({ "text": text("One") }));
    let other = entry(2, &json!({ "text": text("Other") }));
    let world = with_export(newsroom(), &[one, other]);
    for command in ["import export --dry-run", "import export"] {
        world
            .run(command)
            .exits(1)
            .prints("news/2024/06-19-2  exact\nmessage 2  differs: repeated id (no post)\n");
    }
}

#[test]
fn channel_is_found_in_the_export_of_an_account() {
    let chat = |title: &str, kind: &str, id: i64, messages: &[Value]| json!({ "name": title, "type": kind, "id": id, "messages": messages });
    let words = |words: &str| entry(2, &json!({ "text": text(words) }));
    let account = json!({ "about": "…", "personal_information": { "user_id": 7 }, "chats": { "about": "…", "list": [
        chat("Anna", "personal_chat", 7, &[words("Private")]),
        chat("Others", "public_channel", 77, &[words("Others")]),
        chat("News", "public_channel", CHANNEL, &[words("Ours")]),
    ] } });
    let world = newsroom().file("export/result.json", account.to_string());
    world.run("import export").exits(0).prints("news/2024/06-19-2  exact\n");
    let file = world.read("posts/news/2024/06-19-2.toml");
    assert!(file.contains("body = \"Ours\""), "{file}");
    // Without the id in the config nothing says which channel it is.
    let world = World::new().file("export/result.json", account.to_string());
    world.run("import export").exits(2).says("the export has 2 channels").says("-1001234567890");
    let world = newsroom().file(
        "export/result.json",
        json!({ "chats": { "list": [chat("Anna", "personal_chat", 7, &[])] } }).to_string(),
    );
    world.run("import export").exits(0).prints("");
}

#[test]
fn control_characters_are_read_as_telegram_desktop_writes_them() {
    let json = export(&[entry(2, &json!({ "text": "one two\n\n@example_news" }))]);
    let json = json.replace("one two", r"one\x0b\x01\\x41");
    let world = newsroom().file("export/result.json", json);
    world.run("import export").exits(0).prints("news/2024/06-19-2  exact\n");
    let file = world.read("posts/news/2024/06-19-2.toml");
    assert!(file.contains(r"\x41") || file.contains(r"\\\\x41"), "{file}");
}

#[test]
fn file_that_is_not_an_export_is_refused_before_anything_is_written() {
    let world = newsroom();
    world.run("import export").exits(2).says("cannot be read").says("Machine-readable JSON");
    let world = world.file("export/messages.html", "<html>");
    world.run("import export").exits(2).says("result.json cannot be read: there is no such file");
    let whole = export(&every_kind());
    let world = with_export(world, &every_kind());
    let half =
        world.file("export/result.json", whole.lines().take(40).collect::<Vec<_>>().join("\n"));
    half.run("import export").exits(1).says("is not an export of messages: line ");
    assert_eq!(posts(&half), []);
    half.run("import export --into ../outside").exits(1);
    let whole = half.file("export/result.json", whole);
    whole.run("import export --into ../outside").exits(2).says("is not a folder for posts");
    whole.run("import export --channel nonsense").exits(2).says("there is no channel");
    let several = "channels.a = { chat = \"@example_a\", language = \"en\" }\nchannels.b = { chat = \"@example_b\", language = \"en\" }\n";
    let several = whole.config(several);
    several.run("import export").exits(2).says("choose one with --channel: `a`, `b`");
    assert_eq!(posts(&several), []);
}

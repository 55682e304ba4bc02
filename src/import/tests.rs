//! Messages of an export as posts: what is exact, what is recovered, and what is reported.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    AlbumGrouper, Composed, ExportFiles, Exported, ExportedMessage, ImportDifference, ImportTarget,
    chats, compose, messages,
};
use crate::config::{self, Config};
use crate::ids::PostId;
use crate::media::{self, MediaFileError, Probe};
use crate::source::SourceFile;

/// An export with these files, all photos.
struct Photos<'p>(&'p [&'p str]);

impl ExportFiles for Photos<'_> {
    fn probe(&self, path: &str) -> Result<Arc<Probe>, MediaFileError> {
        if !self.0.contains(&path) {
            return Err(MediaFileError::Missing);
        }
        let mut jpeg = b"\xFF\xD8\xFF\xC0\0\x0B\x08\0\x64\0\x64\x01\x01\x11\0".to_vec();
        jpeg.resize(1_000, 0);
        Ok(Arc::new(media::probe(&mut std::io::Cursor::new(&jpeg), 1_000).unwrap()))
    }
}

fn config(style: &str) -> Config {
    let text = format!(
        "[channels.news]\nchat = -1001234567890\nlanguage = \"en\"\ntimezone = \"Europe/Moscow\"\nstyle = \"plain\"\n\n[styles.plain]\n{style}"
    );
    let (config, problems) = config::check(&SourceFile::new("c.toml", text));
    config.unwrap_or_else(|| panic!("{problems:?}"))
}

fn message(value: &Value) -> ExportedMessage {
    let mut whole =
        json!({ "id": 12, "type": "message", "date_unixtime": "1718811600", "text": "" });
    for (key, value) in value.as_object().unwrap() {
        whole[key] = value.clone();
    }
    match Exported::of(&whole) {
        Exported::Message(message) => *message,
        other => panic!("{other:?}"),
    }
}

fn composed(values: &[Value], style: &str, files: &[&str]) -> Composed {
    composed_with(&config(style), values, files)
}

fn composed_with(config: &Config, values: &[Value], files: &[&str]) -> Composed {
    let group: Vec<_> = values.iter().map(message).collect();
    let post_of = |id| (id == 5).then(|| PostId::parse("a/2024/06-01-5").unwrap());
    let target = ImportTarget {
        config,
        channel: config.channel("news").unwrap(),
        chat: Some(-1_001_234_567_890),
        into: "a",
        now: Timestamp::from_second(1_750_000_000).unwrap(),
        post_of: &post_of,
    };
    compose(&group, &Photos(files), &target).unwrap()
}

/// The file without its first lines, and the differences.
fn written(value: &Value, style: &str) -> (String, Vec<String>) {
    let Composed { post, differences, .. } =
        composed(std::slice::from_ref(value), style, &["photos/a.jpg"]);
    let file = post.map(|post| post.published).unwrap_or_default();
    let keys = file.lines().skip(3).collect::<Vec<_>>().join("\n");
    (keys, differences.iter().map(ToString::to_string).collect())
}

#[track_caller]
fn exact(value: &Value, style: &str, keys: &str) {
    assert_eq!(written(value, style), (keys.to_owned(), Vec::new()));
}

#[test]
fn post_has_the_channel_the_time_and_the_id_of_its_message() {
    let text = json!({ "text": "Hello", "edited_unixtime": "1718811660" });
    let composed = composed(&[text], "", &[]);
    // It was 15:40 in London, 18:40 in Moscow.
    assert_eq!(composed.id.as_str(), "a/2024/06-19-12");
    let post = composed.post.unwrap();
    assert_eq!(
        post.published,
        "# Imported from Telegram: message 12 of -1001234567890, edited 2024-06-19T15:41:00Z\nchannels = [\"news\"]\npublish_at = 2024-06-19T18:40:00+03:00\nbody = \"Hello\"\n"
    );
    assert_eq!(post.draft.replace("draft = true\n", ""), post.published);
    assert!(post.draft.contains("\ndraft = true\n"));
}

#[test]
fn text_and_formatting_are_exact() {
    for kind in
        ["bold", "italic", "underline", "strikethrough", "spoiler", "code", "blockquote", "pre"]
    {
        let text =
            json!([{ "type": kind, "text": "words" }, { "type": "plain", "text": "\n\n*x* #tag" }]);
        let (file, differences) = written(&json!({ "text_entities": text }), "heading = \"plain\"");
        assert_eq!(differences, [""; 0], "{kind}\n{file}");
    }
    let hostile =
        "\"\"\"\nchannels = [\"other\"]\n'''\\ # [[media]]\n{{x}} <b>&amp;</b> `a` - b\n1. c";
    let (file, differences) = written(&json!({ "text": hostile }), "");
    assert_eq!(differences, [""; 0], "{file}");
}

#[test]
fn structure_is_recovered_where_it_is_certain() {
    let heading = |rest: &str| json!({ "text": [{ "type": "bold", "text": "Version 1.2" }, rest] });
    exact(&heading("\n\nIt is out."), "", "heading = \"Version 1.2\"\nbody = \"It is out.\"");
    // A bold word in a line is not a heading.
    exact(&heading(" is out."), "", "body = \"**Version 1.2** is out.\"");
    exact(
        &heading("\n\n• Faster\n\n• Smaller"),
        "",
        "heading = \"Version 1.2\"\nbullets = [\n    \"Faster\",\n    \"Smaller\",\n]",
    );
    exact(
        &json!({ "text": "New:\n\n– Faster\n– Smaller" }),
        "bullet = \"–\"\nspacing = \"tight\"",
        "text = \"New:\"\nbullets = [\n    \"Faster\",\n    \"Smaller\",\n]",
    );
    exact(
        &json!({ "text": ["Words\n\n📄 ", { "type": "text_link", "text": "Read in full", "href": "https://example.org/x" }, "\n\n#one #two 🇷🇺"] }),
        "",
        "body = \"Words\"\nread_more = \"https://example.org/x\"\nhashtags = [\"one\", \"two\"]\nhashtag_suffix = \"🇷🇺\"",
    );
    exact(
        &json!({ "text": ["Words\n\n📄 ", { "type": "text_link", "text": "More", "href": "https://example.org/x" }] }),
        "",
        "body = \"Words\"\nread_more = { url = \"https://example.org/x\", label = \"More\" }",
    );
}

#[test]
fn footer_of_the_style_is_not_repeated() {
    let style = "footer = { en = \"@news · **daily**\" }";
    let with = json!({ "text": ["Words\n\n@news · ", { "type": "bold", "text": "daily" }] });
    exact(&with, style, "body = \"Words\"");
    let without = json!({ "text": "Words" });
    assert_eq!(written(&without, style).1, ["footer"]);
    let other = json!({ "text": "Words\n\n@news · daily" });
    assert_eq!(written(&other, style).1, ["footer"]);
    let media = json!({ "text": ["@news · ", { "type": "bold", "text": "daily" }], "photo": "photos/a.jpg" });
    exact(&media, style, "\n[[media]]\nphoto = \"06-19-12.jpg\"");
}

#[test]
fn media_poll_buttons_and_reply_are_exact() {
    exact(
        &json!({ "photo": "photos/a.jpg", "media_spoiler": true, "text": "Words" }),
        "",
        "body = \"Words\"\n\n[[media]]\nphoto = \"06-19-12.jpg\"\nspoiler = true",
    );
    exact(
        &json!({ "poll": { "question": "Which day?", "closed": true, "answers": [
            { "text": "Friday", "voters": 3 }, { "text": [{ "type": "plain", "text": "Monday" }], "voters": 1 },
        ] } }),
        "",
        "\n[poll]\nquestion = \"Which day?\"\noptions = [\"Friday\", \"Monday\"]",
    );
    exact(
        &json!({ "text": "Words", "inline_bot_buttons": [
            [{ "type": "url", "text": "A", "data": "https://example.org" }, { "type": "copy_text", "text": "B", "data": "CODE" }],
            [{ "type": "url", "text": "C", "data": "https://example.org/c" }],
        ] }),
        "",
        "body = \"Words\"\n\n[[buttons]]\ntext = \"A\"\nurl = \"https://example.org\"\nrow = 1\n\n[[buttons]]\ntext = \"B\"\ncopy = \"CODE\"\nrow = 1\n\n[[buttons]]\ntext = \"C\"\nurl = \"https://example.org/c\"\nrow = 2",
    );
    exact(
        &json!({ "text": "Words", "reply_to_message_id": 5 }),
        "",
        "reply_to = \"a/2024/06-01-5\"\nbody = \"Words\"",
    );
}

#[test]
fn what_a_post_cannot_have_is_reported() {
    for (value, differences) in [
        (json!({ "text": "Words", "reply_to_message_id": 6 }), vec!["reply_to"]),
        (
            json!({ "text": "Words", "reply_to_message_id": 5, "reply_to_peer_id": "channel7" }),
            vec!["reply_to"],
        ),
        (
            json!({ "text": "Words", "inline_bot_buttons": [[{ "type": "callback", "text": "A", "dataBase64": "" }]] }),
            vec!["buttons"],
        ),
        (
            json!({ "text": "Words", "photo": "(File not included. Change data exporting settings to download.)" }),
            vec!["media: not in the export"],
        ),
        (
            json!({ "text": "Words", "photo": "photos/missing.jpg" }),
            vec!["media: not in the export"],
        ),
        (json!({ "photo": "../../etc/passwd" }), vec!["media: not in the export"]),
        (json!({ "file": "photos/a.jpg", "media_type": "sticker" }), vec!["sticker"]),
        (
            json!({ "file": "photos/a.jpg", "media_type": "voice_message", "text": "Words" }),
            vec!["voice message"],
        ),
        (
            json!({ "location_information": { "latitude": 1.0, "longitude": 2.0 } }),
            vec!["location"],
        ),
        (
            json!({ "text": [{ "type": "custom_emoji", "text": "👍", "document_id": "5368324170671202286" }] }),
            vec!["formatting"],
        ),
        (
            json!({ "text": [{ "type": "custom_emoji", "text": "👍", "document_id": "stickers/a.webp" }] }),
            vec!["custom_emoji"],
        ),
        (
            json!({ "text": "Words", "photo": "photos/a.jpg", "file": "photos/a.jpg", "media_type": "video_file" }),
            vec![],
        ),
        (
            json!({ "text": "Words", "file": "photos/a.jpg", "media_type": "video_file" }),
            vec!["media: media-format"],
        ),
        (
            json!({ "text": "Words", "date_unixtime": null, "date": "2024-06-19T18:40:00" }),
            vec!["date"],
        ),
        (json!({ "text": "x".repeat(2_000), "photo": "photos/a.jpg" }), vec!["parts", "text"]),
        (json!({ "text": "Words", "via_bot": "@like" }), vec!["via another bot"]),
    ] {
        let (file, found) = written(&value, "");
        // The code of a refused file may be any.
        let found: Vec<_> = found.iter().map(String::as_str).collect();
        match differences.as_slice() {
            ["media: media-format"] => {
                assert!(found.len() == 1 && found[0].starts_with("media: "), "{value}: {found:?}");
            }
            differences => assert_eq!(found, differences, "{value}\n{file}"),
        }
        let has_text = value.get("text").is_some();
        assert_eq!(!file.is_empty(), has_text, "{value}");
    }
}

#[test]
fn message_without_text_becomes_a_post_even_if_it_differs() {
    let footer = "footer = { en = \"@news\" }";
    let callback = json!([[{ "type": "callback", "text": "x", "dataBase64": "eA" }]]);
    let poll = json!({ "question": "Q?", "answers": [{ "text": "A" }, { "text": "B" }] });
    for (value, style, keys, differences) in [
        (json!({ "photo": "photos/a.jpg" }), footer, "[[media]]", "footer"),
        (json!({ "photo": "photos/a.jpg", "reply_to_message_id": 6 }), "", "[[media]]", "reply_to"),
        (
            json!({ "photo": "photos/a.jpg", "inline_bot_buttons": callback }),
            "",
            "[[media]]",
            "buttons",
        ),
        (json!({ "poll": poll, "reply_to_message_id": 6 }), "", "[poll]", "reply_to"),
    ] {
        let (file, found) = written(&value, style);
        assert_eq!(found, [differences], "{value}");
        assert!(file.contains(keys), "{file}");
    }
}

#[test]
fn text_is_kept_without_what_check_refuses() {
    let many: Vec<_> = (0..101)
        .map(|_| json!([{ "type": "url", "text": "A", "data": "https://example.org" }]))
        .collect();
    let blank = json!([[{ "type": "url", "data": "https://example.org" }]]);
    let one_option = json!({ "question": "Q?", "answers": [{ "text": "A" }] });
    for (more, differences) in [
        (json!({ "inline_bot_buttons": many }), "buttons"),
        (json!({ "inline_bot_buttons": blank }), "buttons"),
        (json!({ "poll": one_option }), "poll"),
    ] {
        let mut value = more.clone();
        value["text"] = json!("Words");
        assert_eq!(
            written(&value, ""),
            ("body = \"Words\"".to_owned(), vec![differences.to_owned()])
        );
    }
    // Without text there is nothing else that a post could have.
    let value = json!({ "poll": one_option });
    assert_eq!(written(&value, "").1, ["refused: bad-poll"]);
}

#[test]
fn formatting_that_a_body_can_have_is_kept_without_the_rest() {
    let text = json!([
        { "type": "code", "text": "a" }, " ", { "type": "pre", "text": "b\n", "language": "" }, " ", { "type": "bold", "text": "c" },
    ]);
    let (file, differences) = written(&json!({ "text": text }), "");
    assert_eq!(differences, ["formatting"], "{file}");
    assert!(file.contains("`a`") && file.contains("**c**"), "{file}");
}

#[test]
fn album_is_neighbours_of_one_second() {
    let photo = |id: i64, second: i64, text: &str| {
        message(
            &json!({ "id": id, "date_unixtime": second, "text": text, "photo": "photos/a.jpg" }),
        )
    };
    let video = |id: i64, second: i64| {
        message(
            &json!({ "id": id, "date_unixtime": second, "file": "v.mp4", "media_type": "video_file" }),
        )
    };
    let file = |id: i64, second: i64| {
        message(&json!({ "id": id, "date_unixtime": second, "file": "a.pdf" }))
    };
    let grouped = |all: Vec<ExportedMessage>| {
        let mut albums = AlbumGrouper::default();
        let mut groups: Vec<Vec<i64>> = Vec::new();
        let ids = |group: Vec<ExportedMessage>| group.iter().map(|one| one.id).collect();
        for message in all {
            groups.extend(albums.push(message).map(ids));
        }
        groups.extend(albums.finish().map(ids));
        groups
    };
    assert_eq!(grouped(vec![photo(1, 7, "A"), photo(2, 7, ""), video(3, 7)]), [vec![1, 2, 3]]);
    assert_eq!(grouped(vec![photo(1, 7, ""), photo(2, 8, "")]), [[1], [2]]);
    // As posts of their own they keep their captions.
    assert_eq!(grouped(vec![photo(1, 7, "A"), photo(2, 7, "B")]), [[1], [2]]);
    assert_eq!(grouped(vec![photo(1, 7, ""), file(2, 7), file(3, 7)]), [vec![1], vec![2, 3]]);
    let text = message(&json!({ "id": 2, "date_unixtime": 7, "text": "A" }));
    assert_eq!(grouped(vec![photo(1, 7, ""), text, photo(3, 7, "")]), [[1], [2], [3]]);
    let twelve = (1..=12).map(|id| photo(id, 7, "")).collect();
    assert_eq!(grouped(twelve).iter().map(Vec::len).collect::<Vec<_>>(), [10, 2]);
    let album = [
        json!({ "text": "Words", "photo": "photos/a.jpg" }),
        json!({ "id": 13, "photo": "photos/b.jpg" }),
    ];
    let composed = composed(&album, "", &["photos/a.jpg", "photos/b.jpg"]);
    assert_eq!(composed.differences, []);
    let post = composed.post.unwrap();
    assert_eq!(post.media[1].to, "a/2024/06-19-13.jpg");
    assert!(
        post.published.starts_with("# Imported from Telegram: messages 12, 13 of -1001234567890\n")
    );
    let composed = self::composed(&album, "", &["photos/a.jpg"]);
    assert_eq!(composed.differences, [ImportDifference::NotInExport]);
}

#[test]
fn file_beside_a_post_never_looks_like_a_post() {
    for (path, name) in [
        ("files/a.pdf", ".pdf"),
        ("files/Config.TOML", ".bin"),
        ("files/readme.md", ".bin"),
        ("files/a.b c", ".bin"),
        ("files/noextension", ".bin"),
        ("files/a.JPG", ".jpg"),
    ] {
        let value = json!({ "file": path, "file_name": "Words.pdf" });
        let composed = composed(&[value], "", &[path]);
        let post = composed.post.unwrap();
        assert_eq!(post.media[0].to, format!("a/2024/06-19-12{name}"), "{path}");
        assert!(post.published.contains("name = \"Words.pdf\""), "{}", post.published);
    }
}

#[test]
fn export_is_one_chat_or_a_whole_account() {
    let messages_of = |text: &str, chat: usize| {
        let mut ids = Vec::new();
        messages(text.as_bytes(), chat, |message| {
            ids.push(message["id"].as_i64().unwrap());
            ids.len() < 2
        })
        .unwrap();
        ids
    };
    let one = r#"{ "name": "News", "type": "public_channel", "id": 1234567890, "messages": [{ "id": 1 }, { "id": 2 }, { "id": 3 }] }"#;
    let found = chats(one.as_bytes()).unwrap();
    assert_eq!(
        (found[0].title.as_str(), found[0].id, found[0].messages),
        ("News", Some(-1_001_234_567_890), 3)
    );
    // Reading ends when enough was read.
    assert_eq!(messages_of(one, 0), [1, 2]);
    let account = r#"{ "about": "…", "contacts": { "list": [{ "name": "x" }] }, "chats": { "about": "…", "list": [
        { "name": "Anna", "type": "personal_chat", "id": 7, "messages": [{ "id": 9 }] },
        { "name": "News", "type": "private_channel", "id": "channel1234567890", "messages": [{ "id": 1 }] },
        { "name": "Old", "type": "private_group", "id": 77, "messages": [] }
    ] }, "left_chats": { "list": [{ "type": "public_supergroup", "id": 88, "messages": [] }] } }"#;
    let found = chats(account.as_bytes()).unwrap();
    let ids: Vec<_> = found.iter().map(|chat| chat.id).collect();
    let expected = [7, -1_001_234_567_890, -77, -1_000_000_000_088];
    assert_eq!(ids, expected.map(Some));
    let published: Vec<_> = found.iter().map(super::ExportedChat::may_be_published_in).collect();
    assert_eq!(published, [false, true, true, true]);
    assert_eq!(messages_of(account, 1), [1]);
}

#[test]
fn hostile_export_is_refused_with_its_line() {
    let deep = format!("{{\"messages\":[{}", "[".repeat(100_000));
    let deeper = format!("{{\"chats\":{}", "{\"list\":".repeat(100_000));
    for (text, words) in [
        ("", "line 1: EOF while parsing a value"),
        ("[]", "line 1: invalid type"),
        ("{\n\"messages\": [{ \"id\": 1e999 }]}", "line 2: number out of range"),
        ("{}", "the file has no messages"),
        (deep.as_str(), "nested more than 100 levels deep"),
        (deeper.as_str(), "nested more than 100 levels deep"),
        ("{\"messages\": [1, 2]", "EOF"),
    ] {
        let error = match chats(text.as_bytes()) {
            Err(error) => error.to_string(),
            Ok(_) => messages(text.as_bytes(), 0, |_| true).unwrap_err().to_string(),
        };
        assert!(error.contains(words), "{error}");
    }
    for value in [
        json!(null),
        json!({ "id": "x" }),
        json!({ "id": -1, "date_unixtime": 1 }),
        json!({ "id": 1, "date_unixtime": 99_999_999_999_999_i64 }),
        json!({ "id": 1, "date": "yesterday" }),
    ] {
        assert!(matches!(Exported::of(&value), Exported::Unreadable { .. }), "{value}");
    }
    for (value, id, why) in [
        (json!({ "id": 7, "type": "unsupported" }), 7, "unsupported message"),
        (
            json!({ "id": -999_999_997, "date_unixtime": 1 }),
            -999_999_997,
            "of the group before its upgrade",
        ),
    ] {
        assert_eq!(Exported::of(&value), Exported::Unreadable { id: Some(id), why });
    }
    assert_eq!(
        Exported::of(&json!({ "id": 1, "type": "service", "action": "pin_message" })),
        Exported::Service
    );
}

/// A rich message with these blocks.
fn rich(blocks: &Value) -> Value {
    json!({ "rich_message": { "rtl": false, "part": false, "blocks": blocks } })
}

fn plain(text: &str) -> Value {
    json!({ "type": "plain", "text": text })
}

#[test]
fn rich_message_is_a_rich_post() {
    let bold = json!({ "type": "bold", "text": plain("c") });
    let concat = json!({ "type": "concat", "text": [plain("b "), bold] });
    let cell = |text: &str, header: bool| json!({ "text": plain(text), "header": header, "align": "left", "vertical_align": "top" });
    let rows = json!([{ "cells": [cell("x", true)] }, { "cells": [cell("y", false)] }]);
    let photo = json!({
        "type": "photo", "photo": "photos/a.jpg", "photo_file_size": 1_000, "spoiler": false,
        "caption": { "text": plain("d"), "credit": { "type": "empty" } },
    });
    let blocks = json!([
        { "type": "heading", "level": 1, "text": plain("A") },
        { "type": "paragraph", "text": concat },
        { "type": "table", "title": { "type": "empty" }, "bordered": true, "rows": rows },
        photo,
    ]);
    let (file, differences) = written(&rich(&blocks), "");
    assert_eq!(differences, [""; 0], "{file}");
    for line in
        ["format = \"rich\"", "heading = \"A\"", "b **c**", "| x |", "![d](<06-19-12-1.jpg>)"]
    {
        assert!(file.contains(line), "{line}: {file}");
    }
    let copies = composed(&[rich(&blocks)], "", &["photos/a.jpg"]).post.unwrap().media;
    assert_eq!(copies.len(), 1);
    assert_eq!(copies[0].to, "a/2024/06-19-12-1.jpg");
}

#[test]
fn classic_message_stays_classic_in_a_rich_channel() {
    let text = "[channels.news]\nchat = -1001234567890\nlanguage = \"en\"\nformat = \"rich\"\n";
    let config = config::check(&SourceFile::new("c.toml", text.to_owned())).0.unwrap();
    for message in [json!({ "text": "Hello" }), json!({ "text": "b", "photo": "photos/a.jpg" })] {
        let composed = composed_with(&config, &[message], &["photos/a.jpg"]);
        assert_eq!(composed.differences, []);
        let file = composed.post.unwrap().published;
        assert!(file.contains("\nformat = \"classic\"\n"), "{file}");
    }
    let poll =
        json!({ "poll": { "question": "q", "answers": [{ "text": "a" }, { "text": "b" }] } });
    let file = composed_with(&config, &[poll], &[]).post.unwrap().published;
    assert!(!file.contains("format"), "{file}");
}

#[test]
fn rich_message_that_no_post_can_be_is_reported_by_name() {
    let paragraph = json!({ "type": "paragraph", "text": plain("a") });
    for (block, name) in [
        (json!({ "type": "map" }), "map"),
        (json!({ "type": "math", "formula": "x" }), "math"),
        (json!({ "type": "photo", "caption": {} }), "media: not in the export"),
    ] {
        let (file, differences) = written(&rich(&json!([paragraph, block])), "");
        assert!(file.starts_with("format = \"rich\"\nbody = "), "{name}: {file}");
        assert_eq!(differences, [name]);
    }
    let (file, differences) = written(&rich(&json!([{ "type": "anchor", "name": "a" }])), "");
    assert_eq!((file.as_str(), differences), ("", vec!["rich message".to_owned()]));
}

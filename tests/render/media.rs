//! Posts with media: the requests, the files beside them, and what a terminal shows.

use serde_json::json;

use crate::world::World;

/// A GIF of 3 × 2 pixels with one frame.
const GIF: &[u8] = b"GIF89a\x03\0\x02\0\0\0\0\x21\xF9\x04\0\0\0\0\0\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3B";

/// The header of a PNG with this size.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR".to_vec();
    file.extend(width.to_be_bytes());
    file.extend(height.to_be_bytes());
    file.extend(b"\x08\x02\0\0\0\0\0\0\0\0\0\0\0IEND\xAE\x42\x60\x82");
    file
}

fn newsroom(post: &str) -> World {
    World::new()
        .file("posts/summit/post.toml", post)
        .file("posts/summit/cover.png", png(640, 360))
        .file("posts/summit/hall.png", png(300, 400))
        .file("posts/summit/loop.gif", GIF)
        .file("posts/summit/report.pdf", "%PDF-1.4\n")
        .file("posts/logo.png", png(64, 64))
}

/// The requests of the post, each as its method, parameters and files.
fn parts(post: &str) -> Vec<serde_json::Value> {
    let rendered = newsroom(post).run("render summit --as json").exits(0).json();
    rendered[0]["parts"].as_array().unwrap().clone()
}

#[test]
fn photo_has_the_text_as_its_caption_and_is_described() {
    let found = parts(
        "heading = 'Hello'\ncaption_above = true\nmedia = [{ photo = 'cover.png', spoiler = true }]",
    );
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["method"], "sendPhoto");
    assert_eq!(
        found[0]["params"],
        json!({
            "photo": "attach://m0", "has_spoiler": true, "caption": "Hello",
            "caption_entities": [{ "type": "bold", "offset": 0, "length": 5 }],
            "show_caption_above_media": true,
        })
    );
    let file = &found[0]["files"][0];
    for (key, value) in [
        ("name", json!("m0")),
        ("path", json!("summit/cover.png")),
        ("kind", json!("photo")),
        ("bytes", json!(png(1, 1).len())),
        ("width", json!(640)),
        ("height", json!(360)),
    ] {
        assert_eq!(file[key], value, "{key}");
    }
    assert_eq!(file["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(found[0]["measure"]["limit"], 1024);
}

#[test]
fn each_kind_has_its_method_and_file_name() {
    let document = "disable_content_type_detection";
    for (item, method, key) in [
        ("photo = 'cover.png'", "sendPhoto", "photo"),
        ("animation = 'loop.gif'", "sendAnimation", "animation"),
        ("document = 'report.pdf'", "sendDocument", document),
        ("document = '../logo.png', name = 'brand.png'", "sendDocument", document),
    ] {
        let found = parts(&format!("media = [{{ {item} }}]"));
        assert_eq!(found[0]["method"], method, "{item}");
        assert!(!found[0]["params"][key].is_null(), "{item}: {}", found[0]);
    }
}

#[test]
fn several_files_are_an_album_with_the_caption_on_the_first() {
    let found = parts(
        "heading = 'Hello'\nsilent = true\nmedia = [{ photo = 'cover.png' }, { photo = 'hall.png' }]",
    );
    assert_eq!(found[0]["method"], "sendMediaGroup");
    let bold = json!([{ "type": "bold", "offset": 0, "length": 5 }]);
    assert_eq!(
        found[0]["params"],
        json!({
            "media": [
                { "type": "photo", "media": "attach://m0", "caption": "Hello", "caption_entities": bold },
                { "type": "photo", "media": "attach://m1" },
            ],
            "disable_notification": true,
        })
    );
    assert_eq!(found[0]["files"].as_array().unwrap().len(), 2);
}

#[test]
fn long_text_continues_after_the_media_without_a_notification() {
    let text = "One sentence of the post. ".repeat(100);
    for (overflow, methods, has_caption) in [
        ("split", vec!["sendPhoto", "sendMessage"], true),
        ("separate", vec!["sendPhoto", "sendMessage"], false),
    ] {
        let post = format!(
            "text = '{text}'\noverflow = '{overflow}'\nreply_to = 'other'\nmedia = [{{ photo = 'cover.png' }}]"
        );
        let world = newsroom(&post).post("other", "heading = 'Other'");
        let rendered = world.run("render summit --as json").exits(0).json();
        let parts = rendered[0]["parts"].as_array().unwrap();
        let found: Vec<_> = parts.iter().map(|part| part["method"].as_str().unwrap()).collect();
        assert_eq!(found, methods, "{overflow}");
        let caption = parts[0]["params"]["caption"].as_str().unwrap_or_default();
        assert_eq!(!caption.is_empty(), has_caption, "{overflow}");
        assert!(caption.len() <= 1024 && (caption.is_empty() || caption.ends_with('.')));
        let shown = parts[1]["params"]["text"].as_str().unwrap();
        let whole = [caption, shown].join(" ");
        assert_eq!(whole.trim(), text.trim(), "{overflow}");
        assert_eq!(parts[1]["params"]["disable_notification"], true, "{overflow}");
        assert!(parts[0]["params"]["reply_parameters"].is_object(), "{overflow}");
        assert!(parts[1]["params"]["reply_parameters"].is_null(), "{overflow}");
    }
    let post = format!("text = '{text}'\noverflow = 'error'\nmedia = [{{ photo = 'cover.png' }}]");
    newsroom(&post).run("check summit").exits(1).shows("too-long").shows("1,024");
}

#[test]
fn media_alone_has_the_footer_and_the_hashtags() {
    let config = "[channels.news]\nchat = '@example_news'\nlanguage = 'en'\nstyle = 'plain'\n[styles.plain]\nfooter = { en = '@example_news' }";
    let world = newsroom("hashtags = ['fair']\nmedia = [{ photo = 'cover.png' }]").config(config);
    world.run("render summit --as text").exits(0).prints("#fair\n\n@example_news\n");
}

#[test]
fn edition_replaces_the_shared_media() {
    let config = "[channels.en]\nchat = '@example_en'\nlanguage = 'en'\n[channels.ru]\nchat = '@example_ru'\nlanguage = 'ru'";
    let post = "media = [{ photo = 'cover.png' }]\n[editions.en]\nheading = 'Hello'\n[editions.ru]\nheading = 'Привет'\nmedia = [{ document = 'report.pdf' }]";
    let rendered = newsroom(post).config(config).run("render summit --as json").exits(0).json();
    assert_eq!(rendered[0]["parts"][0]["method"], "sendPhoto");
    assert_eq!(rendered[1]["parts"][0]["method"], "sendDocument");
}

#[test]
fn terminal_shows_each_file_in_one_line() {
    let post = "heading = 'Hello'\nmedia = [{ photo = 'cover.png' }, { photo = 'hall.png' }]";
    let shown = newsroom(post).run("render summit --as terminal").exits(0).stdout;
    assert!(shown.contains("[photo · 45 bytes · 640 × 360]"), "{shown}");
    assert!(shown.contains("5 of 1,024 characters"), "{shown}");
}

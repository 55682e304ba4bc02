//! Media files of posts: what is read, what is refused, and where it is reported.

use crate::world::World;

/// The smallest file with the header of a JPEG.
const JPEG: &[u8] = b"\xFF\xD8\xFF\xC0\0\x0B\x08\x01\x68\x02\x80\x01\x01\x11\0\xFF\xD9";

#[test]
fn file_beside_a_post_is_found_and_one_that_no_post_names_is_silent() {
    let world = World::new()
        .file("posts/summit/post.toml", "heading = 'Hello'\nmedia = [{ photo = 'cover.jpg' }]")
        .file("posts/summit/cover.jpg", JPEG)
        .file("posts/summit/unused.jpg", "no picture")
        .file("posts/unused.pdf", "");
    world.run("check --deny-warnings").exits(0).prints("");
}

/// The codes of the problems of a post, each with its line and column.
#[expect(clippy::disallowed_methods, reason = "the post is written again for each row")]
fn codes(world: &World, post: &str) -> Vec<(String, String)> {
    std::fs::write(world.path("posts/a.toml"), post).unwrap();
    let findings = world.run("check a --format json").findings().into_iter();
    let shown = |(line, column)| format!("{line}:{column}");
    findings.map(|finding| (finding.code, shown(finding.place))).collect()
}

#[test]
fn each_problem_is_reported_at_its_key() {
    let world = World::new()
        .file("posts/cover.jpg", JPEG)
        .file("posts/page.svg", "<svg xmlns='http://www.w3.org/2000/svg'></svg>")
        .file("posts/inside/logo.jpg", JPEG);
    for (post, code, at) in [
        ("media = [{ photo = 'https://example.org/a.jpg' }]", "media-path", "1:20"),
        ("media = [{ photo = '/etc/hostname' }]", "media-path", "1:20"),
        ("media = [{ photo = '../config/telepress.toml' }]", "media-path", "1:20"),
        ("media = [{ photo = 'inside\\cover.jpg' }]", "media-path", "1:20"),
        ("media = [{ photo = 'Cover.jpg' }]", "media-unread", "1:20"),
        ("media = [{ photo = 'inside' }]", "media-unread", "1:20"),
        ("media = [{ photo = 'page.svg' }]", "media-format", "1:20"),
        ("media = [{ spoiler = true }]", "missing-key", "1:10"),
        ("media = [{ photo = 'cover.jpg', document = 'cover.jpg' }]", "both-shapes", "1:44"),
        ("media = [{ photo = 'cover.jpg', title = 'A' }]", "media-option", "1:41"),
        ("media = [{ document = 'cover.jpg', spoiler = true }]", "media-option", "1:46"),
        ("caption_above = true\nmedia = [{ document = 'cover.jpg' }]", "media-option", "1:17"),
        (
            "heading = 'A'\nlink_preview = 'off'\nmedia = [{ photo = 'cover.jpg' }]",
            "media-option",
            "2:16",
        ),
        ("media = [{ document = 'cover.jpg', name = 'a:b.jpg' }]", "file-name", "1:43"),
        ("media = [{ photo = 'cover.jpg' }, { animation = 'cover.jpg' }]", "media-format", "1:49"),
        ("media = [{ photo = 'cover.jpg' }, { document = 'cover.jpg' }]", "bad-album", "1:48"),
    ] {
        let found = codes(&world, post);
        assert!(found.contains(&(code.to_owned(), at.to_owned())), "{post}: {found:?}");
    }
}

#[test]
fn caption_above_is_reported_where_no_text_is_a_caption() {
    let world = World::new().file("posts/cover.jpg", JPEG);
    let long = format!("text = '{}'", "A sentence of a long text. ".repeat(60).trim());
    let photo = "media = [{ photo = 'cover.jpg' }]";
    for (post, is_reported) in [
        (format!("caption_above = true\n{photo}"), true),
        ("caption_above = true\nheading = 'A'".to_owned(), true),
        (format!("caption_above = true\noverflow = 'separate'\n{long}\n{photo}"), true),
        (format!("caption_above = true\nheading = 'A'\n{photo}"), false),
        (format!("caption_above = false\n{photo}"), false),
    ] {
        let found = codes(&world, &post);
        let expected = is_reported.then(|| ("media-option".to_owned(), "1:17".to_owned()));
        assert_eq!(found, Vec::from_iter(expected), "{post}");
    }
}

#[test]
fn empty_list_of_an_edition_replaces_the_list_at_the_top() {
    let config = "[channels.en]\nchat = '@example_en'\nlanguage = 'en'\n[channels.ru]\nchat = '@example_ru'\nlanguage = 'ru'";
    let world = World::new().config(config).file("posts/cover.jpg", JPEG);
    let world = world.post("a", "media = [{ photo = 'cover.jpg' }]\nbuttons = [{ text = 'A', copy = 'B' }]\ncomments = [{ body = 'C' }]\n[editions.en]\nheading = 'Hello'\n[editions.ru]\nheading = 'Привет'\nmedia = []\nbuttons = []\ncomments = []");
    world.run("check a").exits(0);
    let rendered = world.run("render a --as json").exits(0).json();
    let methods = [&rendered[0]["parts"][0]["method"], &rendered[1]["parts"][0]["method"]];
    assert_eq!(methods, ["sendPhoto", "sendMessage"]);
    assert!(rendered[0]["comments"].is_array() && rendered[1].get("comments").is_none());
    world.post("a", "heading = 'A'\nlanguage = 'en'\nmedia = []").run("check a").exits(0);
}

#[test]
fn problem_of_shared_media_is_reported_once() {
    let config = "[channels.en]\nchat = '@example_en'\nlanguage = 'en'\n[channels.ru]\nchat = '@example_ru'\nlanguage = 'ru'";
    let post = "media = [{ photo = 'none.jpg' }]\n[editions.en]\nheading = 'Hello'\n[editions.ru]\nheading = 'Привет'";
    let ran = World::new().config(config).post("a", post).run("check --format json").exits(1);
    assert_eq!(ran.codes().len(), 1, "{}", ran.stdout);
}

#[test]
#[cfg(unix)]
#[expect(clippy::disallowed_methods, reason = "the test makes a pipe")]
fn links_pipes_and_devices_are_refused() {
    use std::os::unix::fs::symlink;
    let world = World::new().file("posts/cover.jpg", JPEG).file("secret.jpg", JPEG);
    symlink("../secret.jpg", world.path("posts/link.jpg")).unwrap();
    symlink("..", world.path("posts/folder.d")).unwrap();
    symlink("/dev/zero", world.path("posts/device.jpg")).unwrap();
    let pipe = world.path("posts/pipe.jpg");
    assert!(std::process::Command::new("mkfifo").arg(pipe).status().unwrap().success());
    for file in ["link.jpg", "folder.d/secret.jpg", "device.jpg", "pipe.jpg"] {
        let found = codes(&world, &format!("media = [{{ photo = '{file}' }}]"));
        assert!(found.iter().any(|(code, _)| code == "media-unread"), "{file}: {found:?}");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test makes a large file")]
fn local_server_takes_larger_files() {
    let large = |config: &str| {
        let world = World::new()
            .config(&format!("{config}\n[channels.news]\nchat = '@example_news'\nlanguage = 'en'"))
            .file("posts/film.bin", "");
        let film = std::fs::File::options().write(true).open(world.path("posts/film.bin")).unwrap();
        film.set_len(60_000_000).unwrap();
        world.post("a", "media = [{ document = 'film.bin' }]").run("check a")
    };
    large("").exits(1).shows("media-too-large");
    large("[bot]\napi_url = 'http://127.0.0.1:8081'\nlocal_files = true").exits(0);
    large("[bot]\nlocal_files = true").exits(2);
}

#[test]
fn buttons_below_an_album_are_refused_and_the_hint_helps() {
    let world = World::new().file("posts/a.jpg", JPEG).file("posts/b.jpg", JPEG);
    let album = "media = [{ photo = 'a.jpg' }, { photo = 'b.jpg' }]";
    let buttons = "buttons = [{ text = 'Register', url = 'https://example.org/' }]";
    let long = format!("text = '{}'", "A sentence of a long text. ".repeat(60).trim());
    // A short text stays the caption of the album, however `overflow` is set.
    for overflow in ["split", "separate", "error"] {
        let post = format!("overflow = '{overflow}'\nheading = 'Short'\n{album}\n{buttons}");
        world.write("posts/a.toml", &post);
        world
            .run("check a")
            .exits(1)
            .shows("no buttons below an album")
            .shows("publish one file instead of the album, or write links into the text")
            .shows("posts/a.toml:4:12")
            .shows(if overflow == "error" {
                "a longer text does not help"
            } else {
                "only a text that is too long"
            });
    }
    let one_file = "media = [{ photo = 'a.jpg' }]";
    let link = "text = '[Register](https://example.org/)'";
    for post in [
        format!("heading = 'Short'\n{one_file}\n{buttons}"),
        format!("heading = 'Short'\n{link}\n{album}"),
        format!("overflow = 'separate'\n{long}\n{album}\n{buttons}"),
    ] {
        world.write("posts/a.toml", &post);
        world.run("check a --deny-warnings").exits(0);
    }
}

#[test]
fn hint_about_a_file_fits_what_the_post_contains() {
    let world = World::new().file("posts/cover.jpg", JPEG).file("posts/note.png", "a text");
    for (post, hint) in [
        ("media = [{ document = 'cover.jpg', name = 'a:b.jpg' }]", "write the name like that"),
        ("media = [{ photo = 'note.png' }]", "the content of this file is not in a format"),
        ("media = [{ photo = 'cover.jpg', document = 'cover.jpg' }]", "they cannot be an album"),
        ("media = [{ photo = 'cover.jpg', video = 'cover.jpg' }]", "together they are an album"),
    ] {
        world.write("posts/a.toml", post);
        world.run("check a").shows(hint);
    }
}

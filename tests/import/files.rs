//! What an import does with files that exist: it adds what is missing, and changes nothing else.

use serde_json::json;

use super::export::{CHANNEL, entry, every_kind, newsroom, posts, with_export};

#[test]
fn second_import_adds_only_what_is_new_and_says_what_changed() {
    let kinds = every_kind();
    let world = with_export(newsroom(), &kinds[1..5]);
    world.run("import export").exits(0);
    let before = posts(&world);
    // One message was edited, one is new, and an author changed two files.
    let mut later = kinds[1..6].to_vec();
    later[0]["text"] = json!("Other words\n\n@example_news");
    later[0]["edited_unixtime"] = json!("1718900000");
    let world = with_export(world, &later);
    let by_hand = world.read("posts/news/2024/06-19-3.toml").replace("It is out.", "It was out.");
    let reworded =
        world.read("posts/news/2024/06-19-4.toml").replace("body =", "silent = true\nbody =");
    let world = world
        .file("posts/news/2024/06-19-3.toml", &by_hand)
        .file("posts/news/2024/06-19-4.toml", &reworded);
    world
        .run("import export")
        .exits(1)
        .prints(
            "news/2024/06-19-2  differs: text (edited in the channel since, file kept)\n\
             news/2024/06-19-3  differs: text (changed by hand, kept)\n\
             news/2024/06-19-4  exact (unchanged)\n\
             news/2024/06-19-5  exact (unchanged)\n\
             news/2024/06-20-6  exact\n",
        )
        .says("remove the file and import again");
    let after = posts(&world);
    for (name, content) in &before {
        let kept = after.iter().find(|(other, _)| other == name).unwrap();
        let expected = match name.as_str() {
            "news/2024/06-19-3.toml" => by_hand.as_bytes(),
            "news/2024/06-19-4.toml" => reworded.as_bytes(),
            _ => content,
        };
        assert_eq!(kept.1, expected, "{name}");
    }
    assert_eq!(after.len(), before.len() + 2);
}

#[test]
fn interrupted_import_is_finished() {
    let world = with_export(newsroom(), &every_kind());
    world.run("import export").exits(1);
    let whole = posts(&world);
    // The process was killed after it had copied the media of a post, while it wrote another file.
    for name in ["06-19-5.toml", "06-19-16.toml", "06-20-6.toml", "06-20-7.jpg"] {
        std::fs::remove_file(world.path(&format!("posts/news/2024/{name}"))).unwrap();
    }
    let world = world.file("posts/news/2024/.new-06-19-16.toml", "half");
    world.run("import export").exits(1).says("3 files written, 10 unchanged");
    assert_eq!(posts(&world), whole);
    assert!(!world.path("posts/news/2024/.new-06-19-16.toml").exists());
}

#[test]
fn other_file_with_the_name_of_a_photo_stays() {
    let kinds = every_kind();
    let world = with_export(newsroom(), &kinds[4..5]).file("posts/news/2024/06-19-5.jpg", "mine");
    world
        .run("import export")
        .exits(1)
        .prints("message 5  differs: media: another file has its name (no post)\n");
    assert_eq!(posts(&world), [("news/2024/06-19-5.jpg".to_owned(), b"mine".to_vec())]);
}

#[test]
fn file_that_was_replaced_beside_a_post_is_reported() {
    let kinds = every_kind();
    let world = with_export(newsroom(), &kinds[4..5]);
    world.run("import export").exits(0);
    let world = world.file("posts/news/2024/06-19-5.jpg", "other bytes");
    world
        .run("import export")
        .exits(1)
        .prints("news/2024/06-19-5  differs: media (changed by hand, kept)\n");
}

/// An export of one chat with plain texts.
fn texts(chat: i64, all: &[(i64, &str, u32)]) -> String {
    let message = |(id, words, edited): &(i64, &str, u32)| {
        let edited = if *edited > 0 { json!(edited.to_string()) } else { json!(null) };
        entry(
            *id,
            &json!({ "text": format!("{words}\n\n@example_news"), "edited_unixtime": edited }),
        )
    };
    let messages: Vec<_> = all.iter().map(message).collect();
    json!({ "name": "Other", "type": "public_channel", "id": chat, "messages": messages })
        .to_string()
}

#[test]
fn older_export_never_counts_as_an_edit() {
    let newer = texts(CHANNEL, &[(2, "Newer", 1_718_900_000), (3, "Same", 0)]);
    let older = texts(CHANNEL, &[(2, "Older", 0), (3, "Same", 0)]);
    let world = newsroom().file("new.json", newer).file("old.json", older);
    world.run("import new.json").exits(0);
    let before = posts(&world);
    world
        .run("import old.json")
        .exits(1)
        .prints("news/2024/06-19-2  differs: text (from a newer export, file kept)\nnews/2024/06-19-3  exact (unchanged)\n")
        .says("1 file kept: from a newer export")
        .says("0 edited in the channel since");
    assert_eq!(posts(&world), before);
}

#[test]
fn other_chat_in_the_same_folder_is_neither_an_edit_nor_a_change_by_hand() {
    let world = newsroom()
        .file("own.json", texts(CHANNEL, &[(2, "Own", 0)]))
        .file("other.json", texts(77, &[(2, "Other", 1_718_900_000), (3, "New", 0)]));
    let own = world.run("import own.json").exits(0);
    assert!(!own.stderr.contains("note:"), "{own}");
    let before = world.read("posts/news/2024/06-19-2.toml");
    world
        .run("import other.json")
        .exits(1)
        .prints("message 2  differs: another post has its id (no post)\nnews/2024/06-19-3  exact\n")
        .says("note: the export is of `Other` (-1000000000077), which is not channel `news`")
        .says("--into names another folder");
    assert_eq!(world.read("posts/news/2024/06-19-2.toml"), before);
    world.run("import other.json --into ./other").exits(0).shows("other/2024/06-19-2  exact");
}

#[test]
fn moved_file_is_found_by_its_first_line() {
    let kinds = every_kind();
    // The last one has no footer, so its post differs.
    let first = [&kinds[1..5], &kinds[11..12]].concat();
    let world = with_export(newsroom(), &first);
    world.run("import export").exits(1);
    // Two drafts are moved, one has a folder of its own now, one is Markdown.
    let of = |name: &str| world.path(&format!("posts/{name}"));
    for folder in ["archive", "news/2024/06-19-5"] {
        std::fs::create_dir(of(folder)).unwrap();
    }
    for (from, to) in [
        ("news/2024/06-19-2.toml", "archive/first.toml"),
        ("news/2024/06-19-12.toml", "archive/other.toml"),
        ("news/2024/06-19-5.toml", "news/2024/06-19-5/post.toml"),
        ("news/2024/06-19-5.jpg", "news/2024/06-19-5/06-19-5.jpg"),
    ] {
        std::fs::rename(of(from), of(to)).unwrap();
    }
    let toml = world.read("posts/news/2024/06-19-4.toml");
    let toml = toml.replace("news/2024/06-19-2", "archive/first");
    let (keys, body) = toml.split_once("body = ").unwrap();
    let body = body.trim_matches(|quote: char| "\"'\n".contains(quote));
    let world = world
        .file("posts/news/2024/06-19-4.md", format!("+++\n{keys}+++\n{body}\n"))
        .without("posts/news/2024/06-19-4.toml");
    let before = posts(&world);
    // A reply to a message of an earlier import finds its post.
    let reply = entry(30, &json!({ "text": "Later\n\n@example_news", "reply_to_message_id": 2 }));
    let world = with_export(world, &[first, vec![reply]].concat());
    world.run("import export").exits(1).prints(
        "archive/first  exact (unchanged)\n\
         news/2024/06-19-3  exact (unchanged)\n\
         news/2024/06-19-4  exact (unchanged)\n\
         news/2024/06-19-5  exact (unchanged)\n\
         archive/other  differs: footer (unchanged)\n\
         news/2024/06-19-30  exact\n",
    );
    assert_eq!(posts(&world).len(), before.len() + 1);
    assert!(world.read("posts/news/2024/06-19-30.toml").contains("reply_to = \"archive/first\""));
}

#[cfg(unix)]
#[test]
fn import_follows_no_link() {
    use std::os::unix::fs::symlink;
    let kinds = every_kind();
    // In the export: a photo that is a link out of it.
    let world = with_export(newsroom(), &kinds[4..5]).without("export/photos/photo_1.jpg");
    let world = world.file("secret.jpg", "secret");
    symlink(world.path("secret.jpg"), world.path("export/photos/photo_1.jpg")).unwrap();
    world.run("import export").exits(1).shows("differs: media: not in the export");
    assert_eq!(posts(&world).len(), 1);
    // In the posts: a folder that is a link out of them.
    let world = world.without("posts/news/2024/06-19-5.toml");
    std::fs::create_dir(world.path("outside")).unwrap();
    symlink(world.path("outside"), world.path("posts/archive")).unwrap();
    world.run("import export --into archive").exits(3).says("cannot be written");
    assert_eq!(telepress::fs::walk(&world.path("outside")).unwrap(), []);
}

#[test]
fn hostile_values_stay_values() {
    let hostile = "\"\"\"\n[channels]\n'''\u{1b}]0;x\u{7}\n";
    let world = with_export(
        newsroom(),
        &[
            entry(2, &json!({ "text": format!("a {hostile} b\n\n@example_news") })),
            entry(
                3,
                &json!({ "poll": { "question": hostile, "answers": [{ "text": "\"]" }, { "text": hostile }] } }),
            ),
            entry(
                4,
                &json!({ "file": "files/report.pdf", "file_name": "../../x\"\n[poll]", "text": "a\n\n@example_news", "edited": hostile }),
            ),
            json!({ "id": "\u{1b}[2J", "text": [[[[]]]] }),
            entry(5, &json!({ "text_entities": [{ "type": "bold" }, { "text": 7 }, 7, null] })),
        ],
    );
    let ran = world.run("import export").never_panicked();
    assert!(!ran.stdout.contains('\u{1b}') && !ran.stderr.contains('\u{1b}'), "{ran}");
    assert!(ran.code == Some(1), "{ran}");
    world.run("check").never_panicked();
    let names: Vec<_> = posts(&world).into_iter().map(|(name, _)| name).collect();
    assert!(names.iter().all(|name| name.starts_with("news/2024/06-19-")), "{names:?}");
}

//! What an import does with files that exist: it adds what is missing, and changes nothing else.

use serde_json::json;

use super::export::{entry, every_kind, newsroom, posts, with_export};

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

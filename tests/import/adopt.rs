//! `--adopt`: what is exact becomes a published post without a request, and an edit of its file edits the message.

use serde_json::{Value, json};

use super::export::with_export;
use crate::world::{Server, TOKEN, World};

/// The exported messages of the sandbox's channel.
fn export(sandbox: &Server, more: &[Value]) -> String {
    let chat = sandbox.get(&format!("/bot{TOKEN}/getChat?chat_id=@example_news"));
    let id = -chat["result"]["id"].as_i64().unwrap() - 1_000_000_000_000;
    let posts = sandbox.get("/sandbox/channels/example_news/posts");
    let message = |(id, post): (i64, &Value)| {
        let day = 1_718_811_600 + id;
        json!({ "id": id, "type": "message", "date_unixtime": day.to_string(), "text": post["text"] })
    };
    let messages: Vec<_> = (1..).zip(posts.as_array().unwrap()).map(message).collect();
    let messages: Vec<_> = messages.iter().chain(more).collect();
    json!({ "name": "News", "type": "public_channel", "id": id, "messages": messages }).to_string()
}

fn may_edit(sandbox: &Server) {
    sandbox.post(
        "/sandbox/channels/example_news/standing",
        &json!({ "administrator": { "can_post_messages": true, "can_edit_messages": true, "can_delete_messages": true } }),
    );
}

fn requests(sandbox: &Server) -> usize {
    sandbox.get("/sandbox/channels/example_news/posts").to_string().len()
}

#[test]
fn adopted_posts_need_nothing_and_an_edited_file_edits_its_message() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    for text in ["One", "Two", "Three"] {
        sandbox.by_hand(text);
    }
    let more = [
        json!({ "id": 4, "type": "message", "date_unixtime": "1718811700", "text": "Four", "forwarded_from": "Other" }),
        json!({ "id": 5, "type": "message", "date_unixtime": "1718811800", "text": "Five", "inline_bot_buttons": [[{ "type": "callback", "text": "x" }]] }),
    ];
    let world = world.file("export/result.json", export(&sandbox, &more));
    let before = requests(&sandbox);
    world.run("import export --adopt --dry-run").exits(1);
    assert!(!world.path("posts/news").exists());
    world
        .run("import export --adopt")
        .exits(1)
        .says("3 posts adopted")
        .says("the channel was not checked");
    world.run("plan --exit-code").exits(0);
    world.run("plan --format json").exits(0).shows("\"nothing\"");
    assert_eq!(requests(&sandbox), before);
    let drafts =
        |id: i64| world.read(&format!("posts/news/2024/06-19-{id}.toml")).contains("draft = true");
    assert_eq!([1, 2, 3, 4, 5].map(drafts), [false, false, false, true, true]);
    let status = world.run("status news/2024/06-19-1 --format json").exits(0).json();
    assert_eq!(status[0]["state"], "published");
    assert_eq!(status[0]["parts"][0]["message_ids"], json!([1]));
    // A second import records nothing twice.
    world.run("import export --adopt").exits(1).says("0 posts adopted");
    // An edit of a file edits its message, and only that.
    may_edit(&sandbox);
    let edited = world.read("posts/news/2024/06-19-2.toml").replace("\"Two\"", "\"Two again\"");
    let world = world.file("posts/news/2024/06-19-2.toml", edited);
    world.run("plan").exits(0).shows("Two{+ again+}");
    world.run("apply --yes").exits(0);
    assert_eq!(sandbox.posts(), ["One", "Two again", "Three"]);
    world.run("plan --exit-code").exits(0);
    // The next export has that edit. It is telepress's own.
    let mut later: Value = serde_json::from_str(&export(&sandbox, &[])).unwrap();
    later["messages"][1]["edited_unixtime"] = json!("1718900000");
    let once_more = world.read("posts/news/2024/06-19-2.toml").replace("again", "once more");
    let world = world
        .file("export/result.json", later.to_string())
        .file("posts/news/2024/06-19-2.toml", once_more);
    world
        .run("import export --adopt")
        .exits(1)
        .shows("news/2024/06-19-2  differs: text (changed by hand, kept)");
}

#[test]
fn adopted_post_that_was_edited_in_the_channel_needs_nothing_after_the_next_import() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    sandbox.by_hand("One");
    let exported = |text: &str, edited: &str| {
        let mut export: Value = serde_json::from_str(&export(&sandbox, &[])).unwrap();
        export["messages"][0]["text"] = json!(text);
        export["messages"][0]["edited_unixtime"] = json!(edited);
        export.to_string()
    };
    let (file, never, later) = ("posts/news/2024/06-19-1.toml", "0", "4102444800");
    let world = world.file("export/result.json", exported("One", never));
    world.run("import export --adopt").exits(0).says("1 post adopted");
    let adopted = world.read(file);
    let world = world.file("export/result.json", exported("One by hand", later));
    world.run("import export --adopt").exits(1).shows("edited in the channel since, file kept");
    std::fs::remove_file(world.path(file)).unwrap();
    world
        .run("import export --adopt")
        .exits(0)
        .says("0 posts adopted")
        .says("1 adopted post recorded as the channel shows it since an edit by hand");
    world.run("plan --exit-code").exits(0);
    world.run("log news/2024/06-19-1").exits(0).shows("edited in the channel");
    // An older export with the file of that time says nothing about the channel.
    let world = world.file("export/result.json", exported("One", "1718900000")).file(file, adopted);
    world.run("import export --adopt").says("0 posts adopted");
    world.run("plan").exits(0).shows("One[- by hand-]");
}

#[test]
fn drafts_of_an_earlier_import_are_adopted_unless_somebody_changed_them() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    for text in ["One", "Two"] {
        sandbox.by_hand(text);
    }
    let world = world.file("export/result.json", export(&sandbox, &[]));
    world.run("import export").exits(0);
    let draft = format!("# Mine\n{}", world.read("posts/news/2024/06-19-2.toml"));
    let world = world.file("posts/news/2024/06-19-2.toml", &draft);
    world.run("import export --adopt").exits(0).says("1 post adopted");
    assert_eq!(world.read("posts/news/2024/06-19-2.toml"), draft);
    assert!(!world.read("posts/news/2024/06-19-1.toml").contains("draft"));
    // Killed after the journal was written: the file is still a draft, and the next import finishes it.
    let published = world.read("posts/news/2024/06-19-1.toml");
    let own_draft = published.replace("\nbody", "\ndraft = true\nbody");
    let world = world.file("posts/news/2024/06-19-1.toml", own_draft);
    world.run("plan --exit-code").exits(0);
    world.run("import export --adopt").exits(0).says("0 posts adopted");
    assert_eq!(world.read("posts/news/2024/06-19-1.toml"), published);
    world.run("plan --exit-code").exits(0);
}

#[test]
fn draft_in_a_folder_of_its_own_is_adopted_there() {
    let sandbox = Server::sandbox();
    let photo = json!({ "id": 2, "type": "message", "date_unixtime": "1718811602", "text": "Two", "photo": "photos/photo_1.jpg" });
    sandbox.by_hand("One");
    let result = export(&sandbox, &[photo]);
    let world = with_export(sandbox.newsroom(), &[]).file("export/result.json", result);
    world.run("import export").exits(0);
    for (id, file) in [(1, None), (2, Some("06-19-2.jpg"))] {
        let folder = world.path(&format!("posts/news/2024/06-19-{id}"));
        std::fs::create_dir(&folder).unwrap();
        std::fs::rename(folder.with_extension("toml"), folder.join("post.toml")).unwrap();
        if let Some(name) = file {
            std::fs::rename(folder.with_file_name(name), folder.join(name)).unwrap();
        }
    }
    world.run("import export --adopt").exits(0).says("2 posts adopted");
    for id in [1, 2] {
        let published = world.read(&format!("posts/news/2024/06-19-{id}/post.toml"));
        assert!(!published.contains("draft"), "{published}");
        assert!(!world.path(&format!("posts/news/2024/06-19-{id}.toml")).exists());
    }
    world.run("check").exits(0);
    world.run("plan --exit-code").exits(0);
    // Moved without `move`, it is the same message still, and the import leaves the rest to `plan`.
    let moved = world.path("posts/one.toml");
    std::fs::rename(world.path("posts/news/2024/06-19-1/post.toml"), &moved).unwrap();
    world.run("import export --adopt").exits(0).shows("one  exact (unchanged)\n");
    world.run("plan").exits(0).shows("telepress move news/2024/06-19-1 one");
}

#[test]
fn messages_that_a_bot_cannot_edit_are_not_adopted() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    sandbox.by_hand("One");
    let via = json!({ "id": 2, "type": "message", "date_unixtime": "1718811700", "text": "Two", "via_bot": "@like" });
    let own = export(&sandbox, &[via]);
    let world =
        world.file("export/result.json", own.replace("public_channel", "public_supergroup"));
    world
        .run("import export --adopt")
        .exits(2)
        .says("the export is of the group `News`")
        .says("without --adopt they become drafts");
    let world = world.file("export/result.json", own);
    world
        .run("import export --adopt")
        .exits(1)
        .says("1 post adopted")
        .shows("differs: via another bot");
}

#[test]
fn only_the_channels_own_messages_are_adopted() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    sandbox.by_hand("One");
    let own = export(&sandbox, &[]);
    let other = own.replacen("\"id\":", "\"id\":9", 1);
    let world = world.file("export/result.json", other);
    world.run("import export --adopt").exits(2).says("not known to be channel `news`");
    assert!(!world.path("posts/news").exists());
    world.run("import export --into other").exits(0);
    // Messages that telepress has published are posts already.
    let world = world.post("mine", "body = \"Mine\"");
    world.run("publish mine").exits(0);
    let world = world.file("export/result.json", export(&sandbox, &[]));
    world.run("import export --adopt").exits(0).says("1 message left out").says("1 post adopted");
    world.run("plan --exit-code").exits(0);
    // Messages of another chat with the same ids are others.
    let other = export(&sandbox, &[]).replacen("\"id\":", "\"id\":9", 1);
    let world = world.file("export/result.json", other);
    world
        .run("import export --into third")
        .exits(0)
        .prints("other/2024/06-19-1  exact (unchanged)\nthird/2024/06-19-2  exact\n");
}

#[test]
fn adoption_needs_a_journal_and_an_import_does_not() {
    let config = "channels.news = { chat = -1001234567890, language = \"en\" }";
    let json =
        json!({ "name": "News", "type": "public_channel", "id": 1_234_567_890, "messages": [] });
    let world = World::new().config(config).file("export/result.json", json.to_string());
    world.run("import export --adopt").exits(2).says("journal");
    world.run("import export").exits(0);
    world.run("import export --dry-run").exits(0);
}

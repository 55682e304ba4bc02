//! The identity of posts and channels survives changes to config and files; no post with a file is deleted.

use serde_json::json;

use crate::world::{Server, Service, World};

/// A newsroom with the channels `news` and `blog`, in two languages, and a published post `p`.
fn newsroom(sandbox: &Server) -> World {
    for (id, name) in [(-1_001_000_000_101_i64, "the_blog"), (-1_001_000_000_102, "new_place")] {
        let channel = json!({ "id": id, "title": name, "username": name });
        sandbox.post("/sandbox/channels", &channel);
    }
    let world = sandbox.newsroom();
    let config = format!(
        "{}\nchannels.blog = {{ chat = \"@the_blog\", language = \"ru\" }}",
        world.read("config/telepress.toml")
    );
    let world = world
        .config(&config)
        .post("p", "[editions.en]\nheading = \"The post\"\n[editions.ru]\nheading = \"Сообщение\"");
    world.run("publish p").exits(0);
    world
}

/// The number of posts in `@example_news`, `@the_blog` and `@new_place`.
fn posted(sandbox: &Server) -> [usize; 3] {
    ["example_news", "the_blog", "new_place"].map(|name| {
        sandbox.get(&format!("/sandbox/channels/{name}/posts")).as_array().unwrap().len()
    })
}

/// The config with one replacement.
fn reconfigured(world: World, from: &str, to: &str) -> World {
    let config = world.read("config/telepress.toml");
    assert!(config.contains(from), "{config}");
    world.config(&config.replace(from, to))
}

#[test]
fn another_chat_under_the_same_key_is_a_conflict_and_deletes_nothing() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    let world = reconfigured(world, "@example_news", "@new_place");
    for command in ["apply --yes", "apply --prune --yes", "apply --yes"] {
        world
            .run(command)
            .exits(4)
            .shows("published in another chat")
            .shows("publish p --channel news --again");
        assert_eq!(posted(&sandbox), [1, 1, 0], "{command}");
    }
    world.run("publish p --channel news").exits(1).says("published in another chat");
    world.run("schedule p +1h --channel news").exits(1).says("published in another chat");
    let service = Service::start(&world);
    service.says("published in another chat");
    service.signal("TERM");
    service.ends();
    assert_eq!(posted(&sandbox), [1, 1, 0]);
    world.run("publish p --channel news --again").exits(0);
    world.run("apply --prune --yes").exits(0);
    assert_eq!(posted(&sandbox), [1, 1, 1]);
}

#[test]
fn message_in_the_former_chat_of_a_channel_is_named_by_that_chat() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    let world = reconfigured(world, "@example_news", "@new_place");
    let channels = |world: &World| {
        let mut channels: Vec<_> = world
            .run("status --format json")
            .json()
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["channel"].as_str().unwrap().to_owned())
            .collect();
        channels.sort();
        channels
    };
    // Before Telegram answers, the chat may just have been renamed.
    assert_eq!(channels(&world), ["blog", "news"]);
    world.run("apply --yes").exits(4).shows("another chat (@example_news)");
    assert_eq!(channels(&world), ["@example_news", "blog"]);
    // The key now names another chat.
    world.run("delete p --channel news --yes").exits(2).says("`p` in `news` is not in the journal");
    world.run("publish p --channel news --again").exits(0);
    assert_eq!(channels(&world), ["@example_news", "blog", "news"]);
    world.run("delete p --channel @example_news --yes").exits(0).shows("@example_news");
    assert_eq!(posted(&sandbox), [0, 1, 1]);
}

#[test]
fn channel_removed_from_the_config_keeps_its_posts() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    let blog = "channels.blog = { chat = \"@the_blog\", language = \"ru\" }";
    let world = reconfigured(world, blog, "");
    let world = world.post("p", "heading = \"The post\"");
    for command in ["plan --prune", "apply --prune --yes"] {
        world
            .run(command)
            .exits(0)
            .shows("the channel is no longer in the config")
            .shows("telepress delete p --channel blog");
        assert_eq!(posted(&sandbox), [1, 1, 0], "{command}");
    }
    world.run("delete p --channel blog --yes").exits(0);
    assert_eq!(posted(&sandbox), [1, 0, 0]);
    world.run("apply --prune --yes").exits(0);
    world.run("delete p --channel bolg --yes").exits(2).says("no channel `bolg`");
}

#[test]
fn post_is_deleted_in_the_configured_chat_after_two_keys_were_swapped() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    let config = world.read("config/telepress.toml");
    let swapped = { config.replace("channels.news", "channels.between") }
        .replace("channels.blog", "channels.news")
        .replace("channels.between", "channels.blog");
    let world = world.config(&swapped);
    world.run("delete p --channel news --yes").exits(0);
    assert_eq!(posted(&sandbox), [1, 0, 0]);
}

#[test]
fn chat_id_selects_the_channel_when_an_old_key_was_reused() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    let world = reconfigured(world, "channels.news", "channels.other");
    let blog = "channels.blog = { chat = \"@the_blog\", language = \"ru\" }";
    let world = reconfigured(world, blog, "");
    let world = reconfigured(world, "channels.other", "channels.blog");
    let world = world.post("p", "heading = \"The post\"");
    let told = world.run("plan").exits(0).stdout.clone();
    let hint = told.split('`').find(|hint| hint.contains("delete p")).unwrap().to_owned();
    world.run(&format!("{} --yes", hint.strip_prefix("telepress ").unwrap())).exits(0);
    assert_eq!(posted(&sandbox), [1, 0, 0]);
}

#[test]
fn answer_with_another_posts_message_causes_no_second_send() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"").post("b", "heading = \"B\"");
    world.run("publish a").exits(0);
    // The server counts message ids from the beginning again.
    let sandbox = sandbox.restarted();
    world.run("publish b --wait 5s").exits(4).says("knows that message as another post's");
    for command in ["apply --yes", "publish b", "status"] {
        world.run(command);
        assert_eq!(sandbox.posts(), ["B"], "{command}");
    }
    world.run("cancel b").exits(0);
}

#[test]
fn journal_can_be_bound_only_to_a_server_with_the_same_messages() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"A\"");
    world.run("publish a").exits(0);
    let other = Server::sandbox();
    let command = format!("journal server {}", other.address);
    world.run(&command).exits(2).says("does not have message 1 of news").says("`[store] url`");
    world.run("status").exits(0);
    let path = format!("/bot{}/sendMessage", crate::world::TOKEN);
    other.post(&path, &json!({ "chat_id": "@example_news", "text": "A" }));
    world.run(&command).exits(0);
}

#[test]
fn removed_edition_stays_published_but_is_unscheduled() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    let both = "[editions.en]\nheading = \"Later\"\n[editions.ru]\nheading = \"Потом\"";
    let world = world.post("later", both);
    world.run("schedule later +1h").exits(0);
    let world = world
        .post("p", "[editions.en]\nheading = \"The post\"")
        .post("later", "[editions.en]\nheading = \"Later\"");
    world
        .run("plan --prune")
        .exits(0)
        .shows("the post no longer goes to this channel")
        .shows("telepress delete p --channel blog");
    world.run("apply --prune --yes").exits(0);
    assert_eq!(posted(&sandbox), [1, 1, 0]);
    let queue = world.run("queue --format json").exits(0).json();
    let channels: Vec<_> = queue.as_array().unwrap().iter().map(|one| &one["channel"]).collect();
    assert_eq!(channels, ["news"]);
    world.run("delete p --channel blog --yes").exits(0);
    assert_eq!(posted(&sandbox), [1, 0, 0]);
}

#[test]
fn unreachable_channel_causes_no_deletion() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    let failing =
        json!({ "ok": false, "error_code": 400, "description": "Bad Request: chat not found" });
    let fault = json!({ "fault": "answer", "status": 400, "body": failing, "method": "getChat" });
    sandbox.arm(&fault);
    sandbox.arm(&fault);
    world.run("apply --prune --yes").exits(1);
    assert_eq!(posted(&sandbox), [1, 1, 0]);
}

#[test]
fn file_with_an_invalid_post_name_is_not_missing() {
    for name in ["P.toml", "P/post.toml", "p.TOML", "á.toml", "a b/post.toml"] {
        let sandbox = Server::sandbox();
        let world = newsroom(&sandbox);
        let text = world.read("posts/p.toml");
        let world = world.without("posts/p.toml").file(&format!("posts/{name}"), text);
        let ran = world.run("apply --yes --prune");
        assert_eq!(posted(&sandbox), [1, 1, 0], "{name}\n{ran}");
    }
}

#[test]
fn unreachable_channel_keeps_its_schedule() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("b", "[editions.en]\nheading = \"B\"");
    world.run("schedule b +1h").exits(0);
    for named in ["", " b"] {
        let fault = json!({ "fault": "restart", "method": "getChat", "lands": "never" });
        sandbox.arm(&fault);
        world.run(&format!("apply{named} --yes")).exits(4);
        let queue = world.run("queue --format json").exits(0).json();
        assert_eq!(queue[0]["post"], "b", "{queue}");
        assert_eq!(posted(&sandbox), [1, 1, 0]);
    }
}

/// Changes the username of a chat of the sandbox.
fn rename(sandbox: &Server, chat: &str, name: &str) {
    sandbox.post(&format!("/sandbox/channels/{chat}/username"), &json!(name));
}

/// The links that `status` shows, by channel.
fn links(world: &World) -> Vec<(String, String)> {
    let status = world.run("status --format json").exits(0).json();
    let text = |one: &serde_json::Value, key: &str| one[key].as_str().unwrap().to_owned();
    let standings = status.as_array().unwrap().iter();
    let mut links: Vec<_> =
        standings.map(|one| (text(one, "channel"), text(one, "link"))).collect();
    links.sort();
    links
}

#[test]
fn renamed_config_key_changes_nothing() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    let world = reconfigured(world, "channels.news", "channels.main");
    for world in [world.run("plan"), world.run("apply --yes"), world.run("plan --prune")] {
        world.exits(0).shows("1 post is up to date");
    }
    assert_eq!(posted(&sandbox), [1, 1, 0]);
    assert_eq!(links(&world)[1], ("main".to_owned(), "https://t.me/example_news/1".to_owned()));
    world.run("pause main").exits(0);
    world.run("delete p --channel main --yes").exits(4);
}

#[test]
fn renamed_chat_is_the_same_channel() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    rename(&sandbox, "example_news", "better_name");
    let world = reconfigured(world, "@example_news", "@better_name");
    // Telegram was not asked yet which chat that is.
    let offline = world.env("TELEPRESS_TOKEN", "");
    offline
        .run("plan")
        .exits(0)
        .says("the chat id of @better_name (news) is not known")
        .shows("has not been looked up yet");
    let world = offline.env("TELEPRESS_TOKEN", crate::world::TOKEN);
    world.run("plan").exits(0).shows("1 post is up to date");
    world.run("apply --yes").exits(0).shows("1 post is up to date");
    let found = ("news".to_owned(), "https://t.me/better_name/1".to_owned());
    assert_eq!(links(&world)[1], found);
    let offline = world.env("TELEPRESS_TOKEN", "");
    offline.run("plan").exits(0).shows("1 post is up to date").says("Telegram could not be asked");
}

#[test]
fn chats_that_swap_their_usernames_are_distinguished() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    for (chat, name) in
        [("example_news", "between"), ("the_blog", "example_news"), ("between", "the_blog")]
    {
        rename(&sandbox, chat, name);
    }
    for command in ["plan --prune", "apply --prune --yes", "apply --yes"] {
        world.run(command).exits(0).shows("--restyle` edits it");
    }
    assert_eq!(posted(&sandbox), [1, 1, 0]);
    let [one, two] = links(&world).try_into().unwrap();
    assert_ne!(one.1, two.1);
}

#[test]
fn plan_uses_the_journal_if_telegram_does_not_answer() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    sandbox.arm(&json!({ "fault": "restart", "method": "getChat", "lands": "never" }));
    world.run("plan").exits(0).says("Telegram could not be asked").shows("1 post is up to date");
}

#[test]
fn journal_of_another_server_or_bot_is_refused() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    let bot = crate::world::TOKEN.split(':').next().unwrap();
    let other = Server::sandbox();
    let blog = json!({ "id": -1_001_000_000_101_i64, "title": "blog", "username": "the_blog" });
    other.post("/sandbox/channels", &blog);
    let path = format!("/bot{}/sendMessage", crate::world::TOKEN);
    for chat in ["@example_news", "@the_blog"] {
        other.post(&path, &json!({ "chat_id": chat, "text": "A" }));
    }
    let world = reconfigured(world, &sandbox.address, &other.address);
    for command in ["plan", "apply --yes", "publish p", "status", "queue", "serve", "pause"] {
        world
            .run(command)
            .exits(2)
            .says(&format!("this journal belongs to bot {bot} at http://127.0.0.1:[PORT], but"))
            .says("telepress journal server http://127.0.0.1:[PORT]");
    }
    let another = world.env("TELEPRESS_TOKEN", "7777777:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    another.run(&format!("journal server {}", other.address)).exits(2).says("of bot 7777777");
    let world = another.env("TELEPRESS_TOKEN", crate::world::TOKEN);
    world
        .run(&format!("journal server {}", other.address))
        .exits(0)
        .prints(&format!("the journal belongs to bot {bot} at http://127.0.0.1:[PORT] now\n"));
    let another = world.env("TELEPRESS_TOKEN", "7777777:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    another.run("status").exits(2).says("but the token is that of bot 7777777");
    let world = another.env("TELEPRESS_TOKEN", crate::world::TOKEN);
    world.run("status").exits(0);
    world.run("journal server http://127.0.0.1:9").exits(4).says("nothing was changed");
}

#[test]
fn order_for_several_channels_takes_effect_in_all_or_none() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    let slots = |name: &str, chat: &str, language: &str, slots: &str| {
        format!(
            "channels.{name} = {{ chat = \"{chat}\", language = \"{language}\", timezone = \"UTC\", slots = [{slots}] }}"
        )
    };
    let news = "channels.news = { chat = \"@example_news\", language = \"en\" }";
    let blog = "channels.blog = { chat = \"@the_blog\", language = \"ru\" }";
    let world =
        reconfigured(world, news, &slots("news", "@example_news", "en", "\"09:00\", \"12:00\""));
    let both = "[editions.en]\nheading = \"One\"\n[editions.ru]\nheading = \"Раз\"";
    let world = world.post("one", both).post("two", both);
    // The other channel has no slots.
    world.run("schedule one next").exits(1).says("`blog` has no slots");
    world.run("queue").exits(0).prints("");
    let world =
        reconfigured(world, blog, &slots("blog", "@the_blog", "ru", "\"10:00\", \"12:00\""));
    let times = |world: &World, post: &str| {
        let queue = world.run("queue --format json").exits(0).json();
        let of = queue.as_array().unwrap().iter().filter(|one| one["post"] == post);
        of.map(|one| one["due_at"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    world.run("schedule one next").exits(0);
    world.run("schedule two next").exits(0);
    for post in ["one", "two"] {
        let [a, b] = times(&world, post).try_into().unwrap();
        assert!(a == b && a.ends_with("T12:00:00Z"), "{a} {b}");
    }
    assert_ne!(times(&world, "one"), times(&world, "two"));
    // A refusal for one channel refuses the whole order.
    let world = reconfigured(world, "@the_blog", "@new_place");
    world.run("publish p").exits(1).says("published in another chat");
    let world = world.post(
        "p",
        "[editions.en]\nheading = \"The post again\"\n[editions.ru]\nheading = \"Сообщение\"",
    );
    world.run("cancel one --channel news").exits(0);
    world.run("schedule one +5h").exits(1).says("`one` will not be published in news either");
    assert_eq!(times(&world, "one").len(), 1);
}

#[test]
fn cancelled_post_does_not_return_in_another_chat() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox)
        .post("c", "publish_at = 2030-01-01T09:00:00Z\n[editions.en]\nheading = \"C\"");
    world.run("delete p --yes").exits(0);
    world.run("apply --yes").exits(0);
    world.run("cancel c").exits(0);
    assert_eq!(posted(&sandbox), [0, 0, 0]);
    let world = reconfigured(world, "@example_news", "@new_place");
    world.run("plan").exits(0).shows("2 posts were deleted or cancelled");
    world.run("apply --prune --yes").exits(0);
    let service = Service::start(&world);
    service.signal("TERM");
    service.ends();
    assert_eq!(posted(&sandbox), [0, 0, 0]);
    world.run("queue").exits(0).prints("");
    // Published by name, it goes to the channel's present chat.
    world.run("publish c --channel news").exits(0);
    assert_eq!(posted(&sandbox), [0, 0, 1]);
}

#[test]
fn scheduled_post_follows_its_channel_to_another_chat() {
    let sandbox = Server::sandbox();
    let timed = "publish_at = 2030-01-01T09:00:00Z\n[editions.en]\nheading = \"C\"";
    let world = newsroom(&sandbox).post("c", timed).post("d", "[editions.en]\nheading = \"D\"");
    world.run("apply c --yes").exits(0);
    world.run("schedule d +3h").exits(0);
    let world = reconfigured(world, "@example_news", "@new_place");
    let plan = world.run("plan").exits(0);
    assert!(plan.stdout.contains("nothing was sent to the old one"), "{}", plan.stdout);
    assert!(plan.stdout.contains("telepress cancel d"), "{}", plan.stdout);
    world.run("apply --yes").exits(4);
    let queue = world.run("queue --format json").exits(0).json();
    let waits: Vec<_> = queue.as_array().unwrap().iter().map(|one| &one["post"]).collect();
    assert_eq!(waits, ["d", "c"]);
    // A person's order for later is held until they decide.
    world.run("cancel d").exits(0);
    world.run("publish d").exits(0);
    assert_eq!(posted(&sandbox), [1, 1, 1]);
}

#[test]
fn renamed_file_of_a_channel_with_a_new_chat_is_held_and_moved_by_the_hint() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    let world = reconfigured(world, "@example_news", "@new_place").without("posts/p.toml");
    let world = world
        .post("q", "[editions.en]\nheading = \"The post\"\n[editions.ru]\nheading = \"Сообщение\"");
    for command in ["apply --prune --yes", "apply --yes"] {
        world.run(command).exits(4).shows("`telepress move p q`");
        assert_eq!(posted(&sandbox), [1, 1, 0], "{command}");
    }
    world.run("move p q").exits(0);
    world.run("apply --prune --yes").exits(4).shows("published in another chat (@example_news)");
    assert_eq!(posted(&sandbox), [1, 1, 0]);
}

#[test]
fn printed_move_includes_channels_that_the_file_left() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).without("posts/p.toml");
    let world = world.post("q", "channels = [\"news\"]\nheading = \"The post\"");
    let told = world.run("plan").exits(0).stdout.clone();
    let hint = told.split('`').find(|hint| hint.contains("move p q")).unwrap().to_owned();
    world.run(hint.strip_prefix("telepress ").unwrap()).exits(0);
    world.run("apply --prune --yes").exits(0).shows("the post no longer goes to this channel");
    assert_eq!(posted(&sandbox), [1, 1, 0]);
}

#[test]
fn chat_that_returns_to_its_key_gets_no_second_copy() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox)
        .post("s", "channels = [\"news\"]\npublish_at = 2029-01-01T09:00:00Z\nheading = \"S\"");
    world.run("apply --yes s").exits(0);
    let world = reconfigured(world, "@example_news", "@new_place");
    world.run("apply --yes s").never_panicked();
    world.run("publish s").exits(0);
    let world = reconfigured(world, "@new_place", "@example_news");
    world.run("plan s").exits(0).shows("published in another chat (@new_place)");
    world.run("apply --yes s").exits(4);
    world.run("publish s").exits(1).says("published in another chat");
    assert_eq!(posted(&sandbox), [1, 1, 1]);
}

#[test]
fn immediate_order_goes_to_the_present_chat_of_the_channel() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox).post("m", "channels = [\"news\"]\nheading = \"M\"");
    world.run("pause").exits(0);
    world.run("publish m --wait 0s").exits(4);
    world.run("resume").exits(0);
    let world = reconfigured(world, "@example_news", "@new_place");
    world.run("apply --yes m").exits(0);
    let service = Service::start(&world);
    service.signal("TERM");
    service.ends();
    assert_eq!(posted(&sandbox), [1, 1, 1]);
    // An order for later stays with the chat that it was ordered for.
    let world = world.post("l", "channels = [\"news\"]\nheading = \"L\"");
    world.run("schedule l +1h").exits(0);
    let world = reconfigured(world, "@new_place", "@example_news");
    let told = world.run("plan l").exits(0).stdout.clone();
    assert!(told.contains("it waits to be sent to another chat (@new_place)"), "{told}");
    world.run("publish l").exits(1).says("it waits to be sent to another chat");
    let hint = told.split('`').find(|hint| hint.contains("cancel l")).unwrap().to_owned();
    world.run(hint.strip_prefix("telepress ").unwrap()).exits(0);
    world.run("publish l").exits(0);
    assert_eq!(posted(&sandbox), [2, 1, 1]);
}

//! Two processes with different configs: a process leaves the posts of channels that it does not know to the other one, or names
//! the cause.

use crate::world::{Server, Service, World};

const OTHER: i64 = -1_001_000_000_077;

const B: &str = "channels = [\"other\"]\nheading = \"B\"";

/// A newsroom with a post whose comments never get a place, and a second channel of the bot.
fn newsroom(sandbox: &Server) -> World {
    sandbox.add_channel(OTHER, "other_news");
    sandbox.add_discussion();
    sandbox.forwards("never");
    let post = "channels = [\"news\"]\nheading = \"A\"\n[[comments]]\nbody = \"First\"";
    sandbox.newsroom().post("a", post)
}

fn with_other_channel(world: World) -> World {
    let config = world.read("config/telepress.toml");
    let other = "channels.other = { chat = \"@other_news\", language = \"en\" }";
    world.config(&format!("{config}\n{other}"))
}

#[test]
fn command_leaves_posts_of_unknown_channels_to_others() {
    for is_known in [false, true] {
        let sandbox = Server::sandbox();
        let mut world = newsroom(&sandbox);
        if is_known {
            // The config has the channel, but no process has looked up its chat.
            world = with_other_channel(world);
        }
        let busy = Service::begin_as(&world, "publish a --wait 4s");
        busy.says("waiting for the copy of a");
        if !is_known {
            world = with_other_channel(world);
        }
        let world = world.post("b", B);
        world.run("publish b").exits(0).prints("published b in other: https://t.me/other_news/1\n");
        busy.ends();
    }
}

#[test]
fn serve_with_an_older_config_holds_the_post_and_names_the_cause() {
    let sandbox = Server::sandbox();
    let world = newsroom(&sandbox);
    let service = Service::start(&world);
    let world = with_other_channel(world).post("b", B);
    let ran = world.run("publish b").exits(4);
    assert!(ran.to_string().contains("restart `serve`"), "{ran}");
    world.run("status b").exits(0).shows("held").shows("restart `serve`");
    world.run("plan").exits(0).shows("its channel was not in the config");
    service.signal("TERM");
    service.ends();
    let service = Service::start(&world);
    service.says("published post=b channel=other");
    world.run("plan b").exits(0).shows("up to date");
}

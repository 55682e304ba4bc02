//! `render --as terminal`: a bubble with colours on a terminal, the same bubble without them anywhere else.

use crate::world::World;

const POST: &str = "heading = \"Title\"\ntext = \"**bold** and [words](https://example.org/page)\"";

#[test]
fn a_pipe_gets_the_text_and_no_colour() {
    let world = World::new().post("a", POST);
    world.run("render a").exits(0).prints("Title\n\nbold and words\n");
    let bubble = world.run("render a --as terminal").exits(0).shows("bold and words");
    assert!(!bubble.stdout.contains('\u{1b}'), "{bubble}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_gets_a_bubble_with_styles_and_links() {
    let world = World::new().post("a", POST);
    let Some(shown) = world.run_in_terminal("render a") else { return };
    assert!(shown.contains("\u{1b}[1m") && shown.contains("╭"), "{shown:?}");
    assert!(shown.contains(";https://example.org/page\u{1b}\\words"), "{shown:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn no_color_is_respected_on_a_terminal() {
    let world = World::new().post("a", POST).post("b", "hedding = 1").env("NO_COLOR", "1");
    for command in ["render a", "check", "--help", "check --format nope"] {
        let Some(shown) = world.run_in_terminal(command) else { return };
        assert!(!shown.contains('\u{1b}'), "{command}: {shown:?}");
    }
}

#[test]
fn the_gauge_says_how_much_is_left_and_what_the_notification_shows() {
    let world = World::new().post("a", POST);
    world
        .run("render a --as terminal")
        .shows("21 of 4,096 characters")
        .shows("3 of 100 entities")
        .shows("notification: Title");
}

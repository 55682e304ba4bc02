//! The page of a post as a file and as a picture.

use crate::world::{Server, World};

#[test]
fn saved_page_loads_nothing() {
    let world = World::samples();
    world.run("preview rivet-1.4 --html out.html").exits(0).prints("");
    let page = world.read("out.html");
    assert!(
        // Without the journal the page does not know whether the post is published.
        !page.contains(">unpublished<")
            && page.contains("Rivet 1.4 is out")
            && page.contains("<style>")
            && page.contains("<script>"),
        "{page}"
    );
    for outside in ["src=", "<link", "url(", "@import", "data-listen=", "WebSocket(\""] {
        assert!(!page.contains(outside), "it loads something: {outside}");
    }
    // The next run overwrites the file.
    world.run("preview lindholm/water-main --html out.html").exits(0);
    assert!(!world.read("out.html").contains("Rivet"));
}

#[test]
fn page_of_a_broken_post_shows_the_errors() {
    let world = World::new().post("bad", "headin = \"Talks\"\n");
    world.run("preview bad --html out.html").exits(1).says("headin");
    let page = world.read("out.html");
    assert!(page.contains("The file has errors") && page.contains("headin"), "{page}");
}

#[test]
fn picture_needs_chromium_and_its_error_names_the_alternative() {
    let world = World::samples().env("PATH", "/nonexistent");
    world.run("preview rivet-1.4 --png out.png").exits(2).says("not installed").says("--html");
    if super::browser::chromium().is_some() {
        let world = World::samples();
        world.run("preview rivet-1.4 --png out.png").exits(0);
        let picture = telepress::fs::Stamp::of(&world.path("out.png")).unwrap();
        assert!(picture.length() > 10_000, "{} bytes", picture.length());
    }
}

#[test]
fn saved_messages_have_their_true_time_and_no_views() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", "heading = \"First\"");
    let page = |world: &World| {
        world.run("preview a --html out.html").exits(0);
        world.read("out.html")
    };
    // It is not known when it will be published, and how many will see it.
    let drawn = page(&world);
    for unknown in ["class=\"views\"", "class=\"time\"", "class=\"date\"", "class=\"mark\""] {
        assert!(!drawn.contains(unknown), "{unknown}: {drawn}");
    }
    world.run("publish a").exits(0);
    let drawn = page(&world);
    assert!(drawn.contains("class=\"time\"") && !drawn.contains("class=\"views\""), "{drawn}");
    assert!(!drawn.contains("edited</span>"), "{drawn}");
    let world = world.post("a", "heading = \"Second\"");
    world.run("update a").exits(0);
    let drawn = page(&world);
    assert!(drawn.contains("edited</span>") && drawn.contains("Second"), "{drawn}");
    let world = world.post("b", "heading = \"B\"\npublish_at = 2030-01-01T09:05:00Z\n");
    world.run("preview b --html out.html").exits(0);
    assert!(world.read("out.html").contains("09:05"));
}

//! The page of a post as a file and as a picture.

use crate::world::World;

#[test]
fn saved_page_loads_nothing() {
    let world = World::samples();
    world.run("preview rivet-1.4 --html out.html").exits(0).prints("");
    let page = world.read("out.html");
    assert!(
        // Without the journal the page does not know whether the post is published.
        !page.contains("not scheduled")
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

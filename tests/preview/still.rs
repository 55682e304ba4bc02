//! One post's page as a file and as a picture.

use crate::world::World;

#[test]
fn a_page_is_complete_in_itself() {
    let world = World::samples();
    world.run("preview rivet-1.4 --html out.html").exits(0).prints("");
    let page = world.read("out.html");
    assert!(
        page.contains("Rivet 1.4 is out") && page.contains("<style>") && page.contains("<script>"),
        "{page}"
    );
    for outside in ["src=", "<link", "url(", "@import", "data-listen=", "WebSocket(\""] {
        assert!(!page.contains(outside), "it fetches something: {outside}");
    }
    // Written again over the old one.
    world.run("preview lindholm/water-main --html out.html").exits(0);
    assert!(!world.read("out.html").contains("Rivet"));
}

#[test]
fn a_page_of_a_broken_post_shows_what_is_wrong() {
    let world = World::new().post("bad", "headin = \"Talks\"\n");
    world.run("preview bad --html out.html").exits(1).says("headin");
    let page = world.read("out.html");
    assert!(page.contains("The file has errors") && page.contains("headin"), "{page}");
}

#[test]
fn a_picture_is_taken_where_there_is_a_chromium_and_else_it_is_said_how_to_get_one() {
    let world = World::samples().env("PATH", "/nonexistent");
    world.run("preview rivet-1.4 --png out.png").exits(2).says("no Chromium").says("--html");
    if super::browser::chromium().is_some() {
        let world = World::samples();
        world.run("preview rivet-1.4 --png out.png").exits(0);
        let picture = telepress::fs::Stamp::of(&world.path("out.png")).unwrap();
        assert!(picture.length() > 10_000, "{} bytes", picture.length());
    }
}

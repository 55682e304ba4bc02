//! Posts as Markdown files with TOML front matter.

#![expect(clippy::disallowed_methods, reason = "a test changes the files that the program reads")]

use crate::world::{Server, World, sample_posts};

const TOML: &str = "heading = \"Version 1.2\"\nhashtags = [\"release\"]\nbody = '''\nOne **bold** word.\n\n- a\n- b\n'''\n";
const MARKDOWN: &str = "+++\nheading = \"Version 1.2\"\nhashtags = [\"release\"]\n+++\n\nOne **bold** word.\n\n- a\n- b\n";

#[test]
fn markdown_post_is_the_same_message_as_in_toml() {
    let rendered = |world: World| world.run("render a --as json").exits(0).stdout;
    let expected = rendered(World::new().post("a", TOML));
    assert_eq!(rendered(World::new().file("posts/a.md", MARKDOWN)), expected);
    let crlf = MARKDOWN.replace('\n', "\r\n");
    assert_eq!(rendered(World::new().file("posts/a.md", &crlf)), expected);
    assert_eq!(rendered(World::new().file("posts/a.md", format!("\u{feff}{crlf}"))), expected);
    assert_eq!(rendered(World::new().file("posts/a/post.md", MARKDOWN)), expected);
}

#[test]
fn every_sample_is_the_same_message_with_front_matter() {
    let world = World::samples();
    for post in sample_posts() {
        let path = ["", "/post"].map(|name| format!("posts/{post}{name}.toml"));
        let path = path.into_iter().find(|path| world.path(path).exists()).unwrap();
        let render = format!("render {post} --as json");
        let expected = world.run(&render).exits(0).stdout;
        let text = world.read(&path);
        let (front, body) =
            text.split_once("\nbody = '''\n").map_or((text.as_str(), ""), |split| split);
        let (body, rest) = body.split_once("'''\n").unwrap_or((body, ""));
        let markdown = format!("+++\n{front}\n{rest}+++\n{body}");
        let changed = world.path(&path);
        std::fs::remove_file(&changed).unwrap();
        std::fs::write(changed.with_extension("md"), markdown).unwrap();
        assert_eq!(world.run(&render).exits(0).stdout, expected, "{post}");
        std::fs::remove_file(changed.with_extension("md")).unwrap();
        std::fs::write(changed, text).unwrap();
    }
}

#[test]
fn problems_have_their_places_in_the_file() {
    for newline in ["\n", "\r\n"] {
        let text = "+++\nhedding = 1\nheading = \"A\"\n+++\n\nFirst.\n\n- Ein 🎙 [link](ftp://x) here\n\nA\u{a0}b and <!\u{7} \n";
        let text = text.replace('\n', newline);
        let world = World::new().file("posts/a.md", &text);
        let ran = world.run("check --format json").exits(1);
        let found: Vec<_> = ran
            .findings()
            .into_iter()
            .map(|finding| {
                (finding.code, text.get(finding.span).unwrap().to_owned(), finding.place)
            })
            .collect();
        let place = |code: &str, words: &str, place| (code.to_owned(), words.to_owned(), place);
        assert!(found.contains(&place("unknown-key", "hedding", (2, 1))), "{found:?}");
        assert!(found.contains(&place("bad-link", "ftp://x", (8, 16))), "{found:?}");
        assert!(found.contains(&place("control-character", "\u{7}", (10, 11))), "{found:?}");
        world
            .run("check --format github")
            .exits(1)
            .shows("::error file=posts/a.md,line=8,endLine=8,col=16,");
        world.run("check").exits(1).shows("posts/a.md:8:16").shows("posts/a.md:2:1");
    }
}

#[test]
fn malformed_front_matter_is_reported_there_and_the_body_is_still_checked() {
    let text = "+++\nheading = \"A\ntext = [1\n+++\n\n[link](ftp://x)\n";
    let world = World::new().file("posts/a.md", text);
    let codes = world.run("check --format json").exits(1).findings();
    let found: Vec<_> = codes.iter().map(|found| (found.code.as_str(), found.place.0)).collect();
    assert_eq!(found, [("syntax", 2), ("syntax", 3), ("bad-link", 6)]);
}

#[test]
fn markdown_file_that_is_not_a_post_gets_the_lines_to_write() {
    for (text, exit, code, hint) in [
        ("", 0, "not-a-post", "`+++`, `heading = \"…\"` and `+++`"),
        ("# Notes\n\nText\n", 0, "not-a-post", "`+++`, `heading = \"…\"` and `+++`"),
        ("---\ntitle: A\n---\nText\n", 0, "not-a-post", "`+++`, `heading = \"…\"` and `+++`"),
        ("+++\nheading = \"A\"\nText\n", 1, "syntax", "a second line `+++`"),
        (
            "+++\nheading = \"A\"\nbody = \"B\"\n+++\nText\n",
            1,
            "both-shapes",
            "move the text below",
        ),
        ("+++\nbody = \"B\"\n+++\n", 1, "both-shapes", "move the text below"),
        ("+++\n+++\n\n \n", 1, "empty-post", ""),
        ("+++\ntext = \"A\"\n+++\nText", 1, "both-shapes", "cannot be combined with `text`"),
    ] {
        let world = World::new().file("posts/a.md", text);
        let ran = world.run("check --format json").exits(exit);
        let codes: Vec<_> = ran.codes().into_iter().map(|(_, code)| code).collect();
        assert!(codes.first().is_some_and(|first| first == code), "{text:?}: {codes:?}");
        world.run("check").exits(exit).shows(hint);
    }
}

#[test]
fn front_matter_alone_is_a_post() {
    let world = World::new().file("posts/a.md", "+++\nheading = \"A\"\n+++\n");
    world.run("check --deny-warnings").exits(0);
    world.run("render a --as text").exits(0).prints("A\n");
}

#[test]
fn file_that_is_not_a_post_is_counted_nowhere() {
    let world = World::new()
        .post("a", "heading = \"A\"")
        .file("posts/README.md", "# Read me")
        .file("posts/notes.md", "# Notes")
        .file("posts/b.toml.txt", "heading = \"B\"")
        .file("posts/c.jpg", "")
        .with_journal();
    let codes = world.run("check --format json").exits(0).codes();
    let expected = ["posts/b.toml.txt", "posts/notes.md"]
        .map(|file| (file.to_owned(), "not-a-post".to_owned()));
    assert_eq!(codes, expected);
    world.run("status").exits(0).says("1 post is not published or scheduled yet");
    let plan = world.run("plan").exits(0);
    assert!(!plan.to_string().contains("notes") && !plan.to_string().contains("error"), "{plan}");
    world.run("publish notes").exits(1).says("posts/notes.md is not read as a post");
    let link = world.post("d", "text = \"[a](post:notes)\"");
    link.run("check d").exits(1).shows("there is no post `notes`");
}

#[test]
fn post_whose_front_matter_is_lost_is_kept() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().file("posts/a.md", MARKDOWN);
    world.run("publish a").exits(0);
    let world = world.file("posts/a.md", "Text");
    world.run("apply --prune --yes").exits(1).says("posts/a.md is not read as a post");
    assert_eq!(sandbox.posts().len(), 1);
}

#[test]
fn toml_post_moves_to_markdown_without_a_change() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom().post("a", TOML);
    world.run("publish a").exits(0);
    let world = world.without("posts/a.toml").file("posts/a.md", MARKDOWN);
    world.run("plan --exit-code").exits(0);
    let world = world.without("posts/a.md").file("posts/b/post.md", MARKDOWN);
    world.run("move a b").exits(0);
    world.run("plan --exit-code").exits(0);
    let world = world.file("posts/b/post.md", MARKDOWN.replace("word", "text"));
    world.run("update posts/b/post.md").exits(0).shows("edited b in news");
}

#[test]
fn media_is_beside_the_markdown_file() {
    let photo = include_bytes!("../../posts/lindholm/ice-rink/rink.png");
    let world = World::new()
        .file("posts/a/post.md", "+++\nmedia = [{ photo = \"p.png\" }]\n+++\nText\n")
        .file("posts/a/p.png", photo);
    world.run("render a --as json").exits(0).shows("\"sendPhoto\"").shows("\"Text\"");
}

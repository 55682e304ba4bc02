//! `telepress new`: posts from templates, and `--publish`, which continues after a crash.

use crate::world::{Server, World};

/// Runs `new` with values that contain spaces.
fn new(world: &World, words: &[&str]) -> crate::world::Ran {
    world.run_words(".", ["new"].iter().chain(words))
}

#[test]
fn every_built_in_template_makes_a_valid_post() {
    let notes = "## Fixed\n\n- one\n- **two**\n";
    for (template, values) in [
        ("post", &[][..]),
        ("announcement", &["heading=A *b*", "text=c", "url=https://example.org/a_b"]),
        ("digest", &["heading=A"]),
        ("notice", &["heading=A", "text=c"]),
        ("release", &["name=Rivet", "version=1.4", "url=https://example.org/1.4"]),
    ] {
        let world = World::new().file("notes.md", notes);
        let mut words = vec!["x/y", "--template", template];
        for value in values {
            words.extend(["--set", value]);
        }
        match template {
            "digest" => words.extend(["--set-file", "items=notes.md"]),
            "release" => words.extend(["--set-file", "notes=notes.md"]),
            _ => {}
        }
        new(&world, &words).exits(0).prints("posts/x/y.toml\n");
        world.run("check --deny-warnings").exits(0);
        let shown = world.run("render x/y --as text").exits(0);
        if template == "announcement" {
            shown.shows("A *b*");
        }
    }
}

#[test]
fn new_without_a_template_writes_a_draft_and_needs_no_journal() {
    let world = World::new();
    world.run("new summit").exits(0).prints("posts/summit.toml\n");
    world.run("check --deny-warnings").exits(0);
    world.run("list").exits(0).shows("draft");
    // Nothing is overwritten, whatever the form of the post.
    for path in ["a.toml", "a.md", "a/post.toml", "a/post.md"] {
        let world = World::new().file(&format!("posts/{path}"), "mine");
        world.run("new a").exits(2).prints("").says(&format!("posts/{path} already exists"));
        assert_eq!(world.read(&format!("posts/{path}")), "mine");
    }
    let files = telepress::fs::walk(&world.path("posts")).unwrap();
    assert_eq!(files.len(), 1, "no temporary file is left: {files:?}");
}

#[test]
fn templates_of_the_newsroom_come_first() {
    let world = World::new()
        .file("config/templates/notice.toml", "heading = \"Own {{a}}\"\n")
        .file("config/templates/blog.md", "+++\nheading = \"{{a}}\"\n+++\n\nText {{b}}\n");
    new(&world, &["a", "--template", "notice", "--set", "a=x \"y\" '''"]).exits(0);
    let schema = "#:schema ../config/post.schema.json\n";
    assert_eq!(
        world.read("posts/a.toml"),
        format!("{schema}heading = \"\"\"Own x \"y\" '''\"\"\"\n")
    );
    new(&world, &["b", "--template", "blog", "--set", "a=x", "--set", "b=*y*\nz"])
        .exits(0)
        .prints("posts/b.md\n");
    assert_eq!(world.read("posts/b.md"), "+++\nheading = \"x\"\n+++\n\nText \\*y\\*\nz\n");
    world.run("check").exits(0);
}

#[test]
fn mistakes_write_nothing() {
    let world = World::new()
        .file("config/templates/bad.toml", "text = \"x\"\nheading = ")
        .file("config/templates/plain.md", "{{a}}")
        .file("secret.toml", "heading = \"A\"");
    for (words, message) in [
        (&["a", "--template", "nope"][..], "there is no template `nope`"),
        (
            &["a", "--template", "nope"],
            "config/templates/nope.toml, or use one of `announcement`, `bad`",
        ),
        (&["a", "--template", "../../secret"], "there is no template"),
        (&["a", "--template", "../../secret"], "config/templates/NAME.toml"),
        (
            &["a", "--template", "bad"],
            "config/templates/bad.toml:2: the template is not valid TOML",
        ),
        (&["a.md"], "the template `post` makes a `.toml` file, and not `a.md`"),
        (&["a", "--template", "plain", "--set", "a=b"], "no TOML front matter"),
        (
            &["a", "--template", "notice", "--set", "x=1"],
            "needs a value for `heading`, `text`, and has no placeholder for `x`",
        ),
        (&["a", "--set", "novalue"], "`novalue` is not valid for --set"),
        (&["a", "--set", "a=1", "--set-file", "a=secret.toml"], "`a` has two values"),
        (&["a", "--set-file", "a=missing.md"], "missing.md: there is no such file"),
        (&["../a"], "is not a post id"),
        (&["A"], "is not a post id"),
    ] {
        new(&world, words).exits(2).prints("").says(message);
    }
    assert!(telepress::fs::walk(&world.path("posts")).unwrap().is_empty());
}

#[test]
fn problems_of_a_new_post_are_reported() {
    let world =
        World::new().file("config/templates/a.toml", "hashtags = [\"{{a}}\"]\nheading = \"A\"\n");
    new(&world, &["a", "--template", "a", "--set", "a=no tag"])
        .exits(1)
        .prints("posts/a.toml\n")
        .says("error[bad-hashtag]");
}

/// `new` with `--publish`.
const PUBLISH: [&str; 8] = [
    "r/1.4",
    "--template",
    "notice",
    "--set",
    "heading=Version 1.4",
    "--set",
    "text=It is *out*.",
    "--publish",
];

#[test]
fn publish_is_one_step_and_may_be_repeated() {
    let sandbox = Server::sandbox();
    let world = sandbox.newsroom();
    let link = "published r/1.4 in news: https://t.me/example_news/1\n";
    new(&world, &PUBLISH).exits(0).prints(&format!("posts/r/1.4.toml\n{link}"));
    new(&world, &PUBLISH).exits(0).shows("already published: r/1.4 in news");
    // A fresh checkout has no file yet.
    let world = world.without("posts/r/1.4.toml");
    new(&world, &PUBLISH).exits(0).shows("posts/r/1.4.toml\n").shows("already published");
    assert_eq!(sandbox.posts(), ["⚠️ Version 1.4"]);
    // Another result is another post.
    let mut other = PUBLISH;
    other[4] = "heading=Version 1.5";
    new(&world, &other).exits(2).says("posts/r/1.4.toml already exists");
    // It stays another post if the file is not there.
    let world = world.without("posts/r/1.4.toml");
    new(&world, &other)
        .exits(1)
        .prints("")
        .says("`r/1.4` is published with a different text: https://t.me/example_news/1");
    assert!(telepress::fs::walk(&world.path("posts")).unwrap().is_empty());
    assert_eq!(sandbox.posts(), ["⚠️ Version 1.4"]);
}

#[test]
fn publish_continues_after_a_crash_and_publishes_once() {
    for place in [
        "after-new",
        "before-accept",
        "before-intent",
        "after-intent",
        "before-outcome",
        "after-outcome",
    ] {
        let sandbox = Server::sandbox();
        let world = sandbox.newsroom_with_staging("0ms").post("first", "heading = \"First\"");
        world.run("publish first").exits(0);
        let world = world.env("TELEPRESS_CRASH", place);
        assert_eq!(new(&world, &PUBLISH).code, None, "it did not reach {place}");
        let world = world.env("TELEPRESS_CRASH", "");
        let ran = new(&world, &PUBLISH);
        assert_eq!(ran.code, Some(0), "{place}\n{ran}");
        assert_eq!(sandbox.posts().len(), 2, "{place}\n{ran}");
    }
}

#[test]
fn publish_refuses_before_it_writes() {
    let world = World::new();
    let files = |world: &World| telepress::fs::walk(&world.path("posts")).unwrap().len();
    new(&world, &PUBLISH).exits(2).says("journal");
    assert_eq!(files(&world), 0);
    let sandbox = Server::sandbox();
    let world = sandbox
        .newsroom()
        .file("config/templates/a.toml", "hashtags = [\"{{a}}\"]\nheading = \"A\"\n");
    new(&world, &["a", "--template", "a", "--set", "a=no tag", "--publish"])
        .exits(1)
        .says("error[bad-hashtag]")
        .says("posts/a.toml would have 1 error, so it is not written")
        .says("change the values, or the template config/templates/a.toml");
    new(&world, &["a", "--publish"]).exits(1).says("makes a draft");
    assert_eq!(files(&world), 0);
    assert_eq!(sandbox.posts(), [""; 0]);
}

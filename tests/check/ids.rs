//! Ids of posts: which file names are valid, and which files have the same id.

use crate::world::World;

const POST: &str = "heading = \"A\"";

/// The files, below the posts folder, and codes of a newsroom with posts of these names.
fn codes(names: &[&str]) -> Vec<(String, String)> {
    let add = |world: World, name: &&str| world.file(&format!("posts/{name}"), POST);
    let codes = names.iter().fold(World::new(), add).run("check --format json").codes();
    codes.into_iter().map(|(file, code)| (file.replacen("posts/", "", 1), code)).collect()
}

#[test]
fn a_path_of_lower_case_segments_is_an_id() {
    let long = format!("{}.toml", "a".repeat(64));
    let deep = "1/2/3/4/5/6/7/8/nine.toml";
    let good = ["a.toml", "2024/summit.toml", "x-1_2.3.toml", deep, &long, "summit/post.toml"];
    assert_eq!(codes(&good), []);
}

#[test]
fn invalid_id_is_reported() {
    let long = format!("{}.toml", "a".repeat(65));
    for name in [
        "Summit.toml",
        "a b.toml",
        "🎙.toml",
        "пост.toml",
        "-a.toml",
        "_a.toml",
        "x..toml",
        "con.toml",
        "aux/a.toml",
        "nul.toml",
        "com1.toml",
        "a:b.toml",
        "UPPER/a.toml",
        "é.toml",
        "e\u{301}.toml",
        &long,
    ] {
        assert_eq!(codes(&[name]), [(name.to_owned(), "bad-id".to_owned())], "{name}");
    }
}

#[test]
fn invalid_name_does_not_hide_problems_in_the_file() {
    let world = World::new().file("posts/Summit.toml", "hedding = 1\nheading = \"A\"");
    let codes = world.run("check --format json").exits(1).codes();
    let codes: Vec<_> = codes.iter().map(|(_, code)| code.as_str()).collect();
    assert_eq!(codes, ["bad-id", "unknown-key"]);
}

#[test]
fn two_files_with_one_id_are_an_error_at_both() {
    let taken = |file: &str| (file.to_owned(), "id-taken".to_owned());
    assert_eq!(
        codes(&["summit.toml", "summit/post.toml"]),
        [taken("summit.toml"), taken("summit/post.toml")]
    );
    assert_eq!(codes(&["a/b.toml", "a/b/post.toml"]), [taken("a/b.toml"), taken("a/b/post.toml")]);
    assert!(codes(&["Summit.toml", "summit.toml"]).contains(&taken("summit.toml")));
    assert!(codes(&["News/a.toml", "news/a.toml"]).contains(&taken("news/a.toml")));
}

#[test]
fn too_deep_folder_is_reported_and_not_entered() {
    let found = codes(&[&format!("{}a.toml", "d/".repeat(12)), "good.toml"]);
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn typed_id_cannot_leave_the_posts_folder() {
    let world =
        World::new().with_journal().post("a", POST).file("secret.toml", POST).post("b/c", POST);
    for typed in [
        "../secret",
        "b/../../secret",
        "./a",
        "a/",
        "/a",
        "b//c",
        ".",
        "..",
        "a%00",
        "~",
        "b/..",
        "posts/../secret",
    ] {
        for command in ["render", "check", "publish"] {
            world.run(&format!("{command} {typed}")).exits(2).prints("").says("is not a post id");
        }
    }
    world.run_words(".", ["render", ""]).exits(2).says("is not a post id");
}

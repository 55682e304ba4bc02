//! The output of `check`: three formats, colours, exit codes, explanations.

use telepress::diagnostic::Code;

use crate::world::World;

const WARNED: &str = "heading = \"two  spaces\"";

#[test]
fn no_problems_print_nothing_to_stdout() {
    let world = World::new().post("a", "heading = \"A\"");
    world.run("check").exits(0).prints("").says("1 post checked: no problems");
    world.run("check --format github").exits(0).prints("");
    world.run("check --format json").exits(0).prints("[]\n");
    World::new().run("check").exits(0).says("0 posts checked: no problems");
}

#[test]
fn warnings_exit_with_0_unless_denied() {
    let world = World::new().post("a", WARNED);
    world.run("check").exits(0).says("1 post checked: 0 errors, 1 warning");
    world.run("check --deny-warnings").exits(1).shows("warning[doubled-space]");
    World::new().post("a", "heading = \"A\"").run("check --deny-warnings").exits(0);
}

#[test]
fn json_and_github_report_the_same_as_text() {
    let world = World::new().post("a", "heading = \"100% two  spaces\"\nhedding = \"🎙\"");
    insta::assert_snapshot!("json", world.run("check --format json").exits(1).stdout);
    insta::assert_snapshot!("github", world.run("check --format github").exits(1).stdout);
    insta::assert_snapshot!("text", world.run("check --format text").exits(1).stdout);
}

#[test]
fn chosen_posts_are_checked_and_no_others() {
    let world =
        World::new().post("a", "hedding = 1").post("b/c", "heading = \"B\"").post("d", WARNED);
    world.run("check b/c").exits(0).says("1 post checked: no problems");
    world.run("check posts/d.toml b/c").exits(0).says("2 posts checked: 0 errors, 1 warning");
    world.run("check d posts/d.toml").exits(0).says("1 post checked: 0 errors, 1 warning");
    world.run("check a").exits(1);
    world.run("check b/d").exits(2).says("no post `b/d`").says("did you mean `b/c`?");
    world.run("check ../a").exits(2).says("is not a post id");
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_gets_colours_and_a_pipe_does_not() {
    let world = World::new().post("a", WARNED);
    assert!(!world.run("check").stdout.contains('\u{1b}'));
    let Some(shown) = world.run_in_terminal("check") else { return };
    assert!(shown.contains("\u{1b}["), "{shown:?}");
}

#[test]
fn every_code_is_explained_with_an_example() {
    let world = World::empty();
    for code in Code::ALL {
        let ran = world.run(&format!("check --explain {}", code.name())).exits(0);
        assert!(ran.stdout.contains("```"), "no example\n{ran}");
    }
}

#[test]
fn unknown_code_is_an_error_with_a_suggestion() {
    let world = World::empty();
    let typo = world.run("check --explain bad-hastag").exits(2);
    typo.says("there is no diagnostic code `bad-hastag`").says("did you mean `bad-hashtag`?");
    world.run("check --explain E0308").exits(2).says("docs/diagnostics.md lists them all");
    world.run("check --explain BAD-HASHTAG").exits(0).shows("bad-hashtag (error)");
    world.run("check --explain bad-hashtag some-post").exits(2);
}

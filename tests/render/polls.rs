//! A poll in every form: the parameters of `sendPoll`, the text, and the bubble.

use crate::world::World;

const POST: &str = r#"
publish_at = 2030-05-04T09:00:00Z
heading = "When is the market?"

[poll]
question = "Which day suits you?"
options = ["Friday", "Saturday"]
quiz = { correct = "Saturday", explanation = "The council **decided** so." }
closes_at = 2030-05-11T18:00:00+02:00
"#;

#[test]
fn poll_in_every_form() {
    let world = World::new().post("a", POST);
    for form in ["json", "text", "html", "markdown", "markdown-v2", "terminal"] {
        let ran = world.run(&format!("render a --as {form}")).exits(0);
        insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "snapshots", omit_expression => true }, {
            insta::assert_snapshot!(format!("poll.{form}"), ran.stdout);
        });
    }
}

#[test]
fn poll_with_several_answers_has_other_signs() {
    let post = "[poll]\nquestion = \"Which?\"\noptions = [\"a\", \"b\"]\nmultiple = true";
    let world = World::new().post("a", post);
    world.run("render a --as text").prints("Which?\nAnonymous poll, several answers\n\n☐ a\n☐ b\n");
}

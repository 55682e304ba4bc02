//! Release notes in the manner of GitHub, pasted into `body`: what readers get, and what `check` says.

use crate::world::{World, project};

/// A post whose body is a file of `releases`.
fn world(name: &str) -> World {
    let notes = project(&format!("tests/render/releases/{name}.md"));
    World::new().post("notes", &format!("reflow = true\nbody = '''\n{notes}'''\n"))
}

#[test]
fn release_notes_go_out_as_their_authors_meant_them() {
    for name in ["library", "changelog", "application"] {
        let world = world(name);
        let checked = world.run("check").never_panicked();
        let rendered = world.run("render notes --as html").exits(0);
        let both = format!("{}\n---\n{}{}", rendered.stdout, checked.stdout, checked.stderr);
        insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "snapshots", omit_expression => true }, {
            insta::assert_snapshot!(format!("releases.{name}"), both);
        });
    }
}

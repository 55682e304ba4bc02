//! How files begin, how long they are, and what none of them holds.

use super::source::sources;

/// About 400 lines is a good size; a file of more than this many has more than one subject.
const LONGEST: usize = 600;

#[test]
fn every_module_says_in_its_first_line_what_it_is() {
    for source in sources() {
        assert!(
            source.text.starts_with("//! "),
            "{} does not begin with a sentence about itself",
            source.path
        );
    }
}

#[test]
fn files_are_as_long_as_one_thought() {
    for source in sources() {
        let lines = source.text.lines().count();
        // The texts of a language are one table, which a translator reads from the top.
        if source.path.starts_with("explain/") {
            continue;
        }
        assert!(lines <= LONGEST, "{} has {lines} lines", source.path);
    }
}

#[test]
fn the_binary_is_thin() {
    let sources = sources();
    let main = sources.iter().find(|source| source.path == "main.rs").unwrap();
    assert!(main.text.lines().count() < 30);
}

#[test]
fn files_are_named_for_a_noun_and_stand_beside_their_folder() {
    for source in sources() {
        let name = source.path.rsplit('/').next().unwrap();
        let vague =
            ["mod.rs", "utils.rs", "util.rs", "common.rs", "helpers.rs", "types.rs", "misc.rs"];
        assert!(!vague.contains(&name), "{}", source.path);
    }
}

/// Words with something inserted are one line each: `writeln!` would let a name begin another one.
#[test]
fn commands_insert_nothing_into_several_lines() {
    for source in sources().iter().filter(|source| source.path.starts_with("cli/")) {
        for (at, _) in source.code.match_indices("writeln!(") {
            let call = source.code.split_at(at).1.split(")?").next().unwrap();
            let is_output = call.contains("context.out") || call.contains("context.err");
            let inserts = call.contains('{') && !call.contains("\\n");
            assert!(
                !is_output || !inserts || call.contains("{line}"),
                "{}: use `line!`: {call}",
                source.path
            );
        }
    }
}

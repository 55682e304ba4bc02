//! Rules for all source files: the first line, the length, the names, and forbidden calls.

use super::source::sources;

/// The line limit. Most files should have fewer than 400 lines.
const MAX_LINES: usize = 600;

#[test]
fn every_module_starts_with_a_doc_line() {
    for source in sources() {
        assert!(
            source.text.starts_with("//! "),
            "{} does not start with a module doc comment",
            source.path
        );
    }
}

#[test]
fn files_are_below_the_line_limit() {
    for source in sources() {
        let lines = source.text.lines().count();
        // The texts of a language are one table.
        if source.path.starts_with("explain/") {
            continue;
        }
        assert!(lines <= MAX_LINES, "{} has {lines} lines", source.path);
    }
}

#[test]
fn main_rs_is_short() {
    let sources = sources();
    let main = sources.iter().find(|source| source.path == "main.rs").unwrap();
    assert!(main.text.lines().count() < 30);
}

#[test]
fn files_are_named_for_what_they_define() {
    for source in sources() {
        let name = source.path.rsplit('/').next().unwrap();
        let vague =
            ["mod.rs", "utils.rs", "util.rs", "common.rs", "helpers.rs", "types.rs", "misc.rs"];
        assert!(!vague.contains(&name), "{}", source.path);
    }
}

/// Output with inserted values must use `line!`, which escapes line breaks; `writeln!` does not.
#[test]
fn commands_print_inserted_values_with_line() {
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

//! The project's sources: their text, and their code without comments and unit tests.

use crate::world::project;

/// One file of `src` or of a crate of the workspace.
pub(super) struct Source {
    /// Its path below `src`; for another crate it begins with the crate's name.
    pub(super) path: String,
    /// The source as written.
    pub(super) text: String,
    /// Its text without comments and without the unit tests at its end.
    pub(super) code: String,
}

impl Source {
    /// The top-level module or the crate it belongs to: `layout` for `layout.rs` and for `layout/list.rs`.
    pub(super) fn module(&self) -> &str {
        self.path.split(['/', '.']).next().unwrap()
    }
}

/// Every Rust file of `src` and of the crates, except files of unit tests.
pub(super) fn sources() -> Vec<Source> {
    let folders = ["src", "crates/telegram-text/src"];
    let files = folders.into_iter().flat_map(rust_files).filter(|path| {
        let in_tests = path.split('/').any(|part| part == "tests" || part == "tests.rs");
        !in_tests
    });
    let read = |path: String| {
        let text = project(&path);
        let code = code(&text);
        let path = path.trim_start_matches("crates/").replacen("src/", "", 1);
        Source { path, text, code }
    };
    files.map(read).collect()
}

/// The paths of the Rust files below a folder of the project.
pub(super) fn rust_files(folder: &str) -> impl Iterator<Item = String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = telepress::fs::walk(&root).unwrap().into_iter();
    let rust =
        entries.map(|entry| entry.relative).filter(|path| path.strip_suffix(".rs").is_some());
    rust.map(move |path| format!("{folder}/{path}"))
}

fn code(text: &str) -> String {
    // Declared modules have their own files; unit tests are at the end.
    let mut kept = String::new();
    for piece in text.split_inclusive("\n#[cfg(test)]\n") {
        let is_declared = |line: &str| line.contains("mod ") && line.ends_with(';');
        let continues = piece.lines().next().is_some_and(is_declared);
        if !kept.is_empty() && !continues {
            break;
        }
        kept.push_str(piece);
    }
    let lines = kept.lines().map(|line| line.split("//").next().unwrap());
    lines.collect::<Vec<_>>().join("\n")
}

/// The identifiers and paths of code.
pub(super) fn paths(code: &str) -> impl Iterator<Item = &str> {
    let part =
        |character: char| character.is_alphanumeric() || character == '_' || character == ':';
    code.split(move |character| !part(character)).filter(|word| !word.is_empty())
}

/// Every path that code names, with `use` trees expanded: `use a::{b, c::d}` names `a::b` and `a::c::d`.
pub(super) fn named(code: &str) -> Vec<String> {
    let full = paths(code).filter(|path| path.contains("::")).map(str::to_owned);
    full.chain(imports(code)).collect()
}

/// Every path that `use` lines import: `a::b`, or `a::b as c`.
pub(super) fn imports(code: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (at, _) in code.match_indices("use ") {
        let (before, statement) = code.split_at(at);
        let visibility = before.rsplit('\n').next().unwrap();
        if ["", "pub ", "pub(crate) ", "pub(super) "].contains(&visibility) {
            let tree = statement.split_at("use ".len()).1.split(';').next().unwrap();
            expand(&tree.split_whitespace().collect::<Vec<_>>().join(" "), "", &mut out);
        }
    }
    out
}

/// Expands a `use` tree.
fn expand(tree: &str, prefix: &str, out: &mut Vec<String>) {
    let Some((before, rest)) = tree.split_once('{') else {
        out.push(format!("{prefix}{}", tree.trim()));
        return;
    };
    let prefix = format!("{prefix}{}", before.trim());
    let inside = rest.rsplit_once('}').unwrap().0;
    let (mut depth, mut item) = (0_usize, String::new());
    for character in inside.chars().chain([',']) {
        match character {
            ',' if depth == 0 => {
                if !item.trim().is_empty() {
                    expand(&item, &prefix, out);
                }
                item.clear();
                continue;
            }
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        item.push(character);
    }
}

#[test]
fn use_trees_are_expanded() {
    let code = "\nuse crate::{fs, layout::{a, b::c}};\nuse std::io;\nfn f() { tokio::spawn(x) }";
    let named = named(code);
    for path in ["crate::fs", "crate::layout::a", "crate::layout::b::c", "std::io", "tokio::spawn"]
    {
        assert!(named.iter().any(|name| name == path), "{path}: {named:?}");
    }
}

//! Every test that the documentation names must exist.

use std::collections::BTreeSet;

use super::source::rust_files;
use crate::world::project;

/// The names of all functions in `src`, `crates` and `tests`.
fn functions() -> BTreeSet<String> {
    let files = ["src", "crates", "tests"].into_iter().flat_map(rust_files);
    let texts: Vec<_> = files.map(|path| project(&path)).collect();
    let after_fn = texts.iter().flat_map(|text| text.split("fn ").skip(1));
    after_fn.filter_map(|rest| rest.split(['(', '<']).next()).map(str::to_owned).collect()
}

/// The tests that a page names between backticks, each by the last part of its path.
fn named(page: &str) -> Vec<&str> {
    let quoted = page.split('`').skip(1).step_by(2);
    let last = quoted.map(|name| name.rsplit(['…', ':']).next().unwrap_or_default());
    // A test's name is a sentence; shorter names belong to something else.
    last.filter(|name| name.matches('_').count() >= 3 && !name.starts_with('_'))
        .filter(|name| {
            name.chars().all(|character| matches!(character, 'a'..='z' | '0'..='9' | '_'))
        })
        .collect()
}

#[test]
fn pages_name_only_existing_tests() {
    let functions = functions();
    for page in ["ARCHITECTURE.md", "docs/text.md", "docs/markup.md"] {
        let text = project(page);
        let missing: Vec<_> =
            named(&text).into_iter().filter(|name| !functions.contains(*name)).collect();
        assert_eq!(missing, Vec::<&str>::new(), "{page}");
    }
    assert!(named(&project("docs/text.md")).len() > 20);
}

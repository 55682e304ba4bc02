//! The reference pages of the TOML files, generated as Markdown from the description of their keys.

use super::{Container, Key, Table};

/// The Markdown of a reference page: `introduction`, then one table of keys for each TOML table.
#[must_use]
pub fn page(introduction: &str, root: &str, table: &'static Table) -> String {
    let mut pieces = vec![format!("{}\n", introduction.trim())];
    let mut waiting = vec![(root.to_owned(), table)];
    let mut seen: Vec<*const Table> = Vec::new();
    while let Some((path, table)) = waiting.first().cloned() {
        waiting.remove(0);
        if seen.iter().any(|other| std::ptr::eq(*other, table)) {
            continue;
        }
        seen.push(table);
        pieces.push(format!("\n## {path}\n\n{}\n\n", table.doc.trim()));
        pieces.push("| key | value | default | description |\n|---|---|---|---|\n".to_owned());
        for key in table.keys() {
            pieces.push(row(key));
            if let Some((below, header)) = below(&path, key) {
                waiting.push((header, below));
            }
        }
    }
    pieces.concat()
}

fn row(key: &Key) -> String {
    let cell = |text: &str| text.trim().replace('|', "\\|");
    format!(
        "| `{}` | {} | {} | {} |\n",
        key.name,
        cell(&key.kind.words()),
        cell(key.default.words()),
        cell(key.doc)
    )
}

/// The table below a key, and its header.
fn below(path: &str, key: &Key) -> Option<(&'static Table, String)> {
    let prefix = path.trim_matches(|character| "[]`".contains(character));
    let joined = |name: &str| {
        if path.starts_with('`') { format!("{prefix}.{name}") } else { name.to_owned() }
    };
    let (table, container) = key.kind.table()?;
    let header = match container {
        Container::Nothing => format!("`[{}]`", joined(key.name)),
        Container::List => format!("`[[{}]]`", joined(key.name)),
        Container::Names(what) => format!("`[{}.{}]`", joined(key.name), what.to_uppercase()),
    };
    Some((table, header))
}

/// Compares a page of `docs/` with the expected text; with `UPDATE_DOCS` in the environment it writes the page first.
#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test may write the page it compares")]
pub(crate) fn assert_current(name: &str, expected: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, expected).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == expected, "docs/{name} is stale; update it with UPDATE_DOCS=1 cargo test");
}

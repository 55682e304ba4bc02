//! The order of the modules: a module names only those above it in ARCHITECTURE.md's map, so that none can depend on
//! itself in a circle.

use std::collections::BTreeSet;

use super::source::{named, sources};
use crate::world::project;

/// The crate that the map lists as a module.
const CRATE: &str = "telegram-text";

/// The modules in the order of the map, which starts with those that depend on no other.
fn rooms() -> Vec<String> {
    let page = project("ARCHITECTURE.md");
    let map =
        page.split("\n## The map\n").nth(1).unwrap().split("\n## ").next().unwrap().to_owned();
    let cells = map.lines().filter(|line| line.starts_with("| `"));
    let names = cells.flat_map(|line| line.split('|').nth(1).unwrap().split('`'));
    // Commas separate the names.
    names
        .map(str::trim)
        .filter(|name| !name.is_empty() && *name != ",")
        .map(str::to_owned)
        .collect()
}

#[test]
fn map_lists_every_module_once() {
    let rooms = rooms();
    let found: BTreeSet<_> = sources().iter().map(|source| source.module().to_owned()).collect();
    let without = ["lib".to_owned(), "main".to_owned()];
    let found: BTreeSet<_> = found.into_iter().filter(|name| !without.contains(name)).collect();
    assert_eq!(rooms.iter().cloned().collect::<BTreeSet<_>>(), found);
    assert_eq!(rooms.len(), found.len());
}

#[test]
fn modules_use_only_modules_above_them() {
    let rooms = rooms();
    let place = |name: &str| rooms.iter().position(|room| room == name);
    let mut violations = BTreeSet::new();
    for source in sources() {
        let Some(own) = place(source.module()) else { continue };
        for path in named(&source.code) {
            let mut parts = path.split("::");
            let other = match parts.next() {
                // The crate's paths to itself name no room.
                Some("crate") if source.module() != CRATE => parts.next(),
                Some("telegram_text") => Some(CRATE),
                _ => None,
            };
            let Some(other) = other else { continue };
            if place(other).is_some_and(|other| other > own) {
                violations.insert(format!("{} depends on {other}", source.path));
            }
        }
    }
    assert!(violations.is_empty(), "{violations:#?}");
}

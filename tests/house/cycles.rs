//! The files of a module must not import each other in a cycle, so that each can be read without those that use it.
//! Imports between a file and the file that declares it do not count.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{imports, named, sources};

/// The modules with a file of their own.
struct Modules {
    /// The paths that each of them uses, by its own path: `outbox::step::send`.
    named: BTreeMap<String, Vec<String>>,
    /// The imports of each file: names and their paths.
    imported: BTreeMap<String, BTreeMap<String, String>>,
}

impl Modules {
    fn read() -> Self {
        let (mut all, mut imported) = (BTreeMap::new(), BTreeMap::new());
        for source in sources() {
            let path = source.path.trim_end_matches(".rs").replace('/', "::");
            let names = imports(&source.code).into_iter().map(|import| {
                let (path, name) = import.split_once(" as ").unwrap_or((&import, ""));
                let path = path.trim_end_matches("::self");
                let last = path.rsplit("::").next().unwrap();
                (if name.is_empty() { last } else { name }.to_owned(), path.to_owned())
            });
            imported.insert(path.clone(), names.collect());
            all.insert(path, named(&source.code));
        }
        Self { named: all, imported }
    }

    /// The module that declares `path`, as `module` names it; re-exports are followed to their source.
    fn declaring(&self, module: &str, path: &str, depth: usize) -> Option<String> {
        let mut parts: Vec<&str> = path.split("::").collect();
        let mut at: Vec<&str> = module.split("::").collect();
        let of = |module: &[&str], name: &str| {
            let import = self.imported.get(&module.join("::"))?.get(name)?;
            (depth < 6 && import != name).then(|| import.clone())
        };
        match parts.first() {
            Some(&"crate") => at.clear(),
            Some(&"self" | &"super") => {}
            Some(first) if self.named.contains_key(&format!("{module}::{first}")) => {}
            Some(first) => {
                let import = of(&at, first)?;
                let whole = [&[import.as_str()], &parts[1..]].concat().join("::");
                return self.declaring(module, &whole, depth + 1);
            }
            None => return None,
        }
        while let Some(&("crate" | "self" | "super")) = parts.first() {
            if parts.remove(0) == "super" {
                at.pop();
            }
        }
        while !parts.is_empty() {
            let inner = [at.as_slice(), &parts[..1]].concat();
            if !self.named.contains_key(&inner.join("::")) {
                let import = of(&at, parts[0]).map(|import| {
                    let whole = [&[import.as_str()], &parts[1..]].concat().join("::");
                    self.declaring(&at.join("::"), &whole, depth + 1)
                });
                return Some(import.flatten().unwrap_or_else(|| at.join("::")));
            }
            at.push(parts.remove(0));
        }
        Some(at.join("::"))
    }

    /// The other files of its top-level module that a file uses.
    fn neighbours(&self, module: &str) -> BTreeSet<String> {
        let room = |path: &str| path.split("::").next().unwrap().to_owned();
        let is_within = |path: &str, module: &str| {
            path.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        };
        let declaring =
            self.named[module].iter().filter_map(|path| self.declaring(module, path, 0));
        declaring
            .filter(|other| room(other) == room(module))
            .filter(|other| !is_within(other, module) && !is_within(module, other))
            .collect()
    }

    /// The cycles: sets of files that all use each other, directly or indirectly.
    fn cycles(&self) -> BTreeSet<BTreeSet<String>> {
        let edges: BTreeMap<_, _> =
            self.named.keys().map(|module| (module.clone(), self.neighbours(module))).collect();
        let reached = |from: &String| {
            let (mut seen, mut open) = (BTreeSet::new(), vec![from.clone()]);
            while let Some(module) = open.pop() {
                let new = edges[&module].iter().filter(|other| seen.insert((*other).clone()));
                open.extend(new.cloned().collect::<Vec<_>>());
            }
            seen
        };
        let reach: BTreeMap<_, _> =
            self.named.keys().map(|module| (module.clone(), reached(module))).collect();
        let cycle = |(module, far): (&String, &BTreeSet<String>)| {
            far.iter().filter(|other| reach[*other].contains(module)).cloned().collect()
        };
        let cycles = reach.iter().map(cycle);
        cycles.filter(|cycle: &BTreeSet<String>| !cycle.is_empty()).collect()
    }
}

#[test]
fn files_of_a_module_have_no_cycles() {
    let cycles = Modules::read().cycles();
    assert!(cycles.is_empty(), "{cycles:#?}");
}

#[test]
fn declaration_of_a_name_is_found() {
    let modules = Modules::read();
    let declaring = |path| modules.declaring("outbox::step::send", path, 0);
    assert_eq!(declaring("crate::outbox::Part").as_deref(), Some("outbox::part"));
    assert_eq!(declaring("super::change::claim").as_deref(), Some("outbox::step::change"));
    assert_eq!(declaring("PartState::Sent").as_deref(), Some("outbox::part"));
    assert_eq!(declaring("std::fmt"), None);
    assert!(modules.neighbours("outbox::part").contains("outbox::unknown_outcome"));
}

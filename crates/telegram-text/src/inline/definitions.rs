//! The link definitions of a body, `[label]: https://…`, and which of them its text uses.

use std::cell::Cell;
use std::collections::HashMap;
use std::ops::Range;

use super::{bracket, target};
use crate::problem::{MarkupProblem, MarkupProblemKind};

/// A definition, with its places in the body.
#[derive(Debug)]
pub(crate) struct Definition {
    /// The address without escapes.
    pub(crate) url: String,
    /// All of it.
    pub(crate) range: Range<usize>,
    /// Its address.
    pub(crate) destination: Range<usize>,
    /// Whether it has a title.
    pub(crate) titled: bool,
    /// Whether a link uses it.
    used: Cell<bool>,
}

impl Definition {
    /// A definition whose address is typed as `address`.
    pub(crate) fn new(
        address: &str,
        range: Range<usize>,
        destination: Range<usize>,
        titled: bool,
    ) -> Self {
        let url = bracket::unescape(address, true);
        Self { url, range, destination, titled, used: Cell::new(false) }
    }
}

/// All definitions of a body. The first one of a label counts.
#[derive(Debug, Default)]
pub(crate) struct Definitions {
    list: Vec<Definition>,
    by_label: HashMap<String, usize>,
}

impl Definitions {
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(crate) fn add(&mut self, label: &str, definition: Definition) {
        self.by_label.entry(normalized(label)).or_insert(self.list.len());
        self.list.push(definition);
    }

    /// The address that `label` stands for.
    pub(super) fn link(&self, label: &str) -> Option<&str> {
        let definition = self.list.get(*self.by_label.get(&normalized(label))?)?;
        definition.used.set(true);
        Some(&definition.url)
    }

    /// The problems of the definitions, each at its place.
    pub(crate) fn problems(&self) -> impl Iterator<Item = MarkupProblem> + '_ {
        let problem = |definition: &Definition| {
            let whole = definition.range.clone();
            if !definition.used.get() {
                return Some((whole, MarkupProblemKind::UnusedDefinition));
            }
            if let Err(kind) = target(&definition.url) {
                return Some((definition.destination.clone(), kind));
            }
            definition.titled.then_some((whole, MarkupProblemKind::LinkTitle))
        };
        let problems = self.list.iter().filter_map(problem);
        problems.map(|(range, kind)| MarkupProblem { range, kind })
    }
}

/// Labels match without regard to case and to the kind and amount of white space.
fn normalized(label: &str) -> String {
    let words: Vec<_> = label.split_whitespace().collect();
    words.join(" ").to_uppercase().to_lowercase()
}

//! The link definitions of a body, `[label]: https://…`, its footnotes, and which of them its text uses.

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

/// `[^label]: …`.
#[derive(Debug)]
struct FootnoteDefinition {
    /// The bytes of `[^label]:`.
    range: Range<usize>,
    /// Its number, once the text refers to it.
    number: Cell<Option<usize>>,
}

/// All definitions of a body. The first one of a label counts.
#[derive(Debug, Default)]
pub(crate) struct Definitions {
    /// Whether the body is that of a rich message, and its text may be marked, and have images and footnotes.
    pub(crate) rich: bool,
    list: Vec<Definition>,
    by_label: HashMap<String, usize>,
    footnotes: Vec<FootnoteDefinition>,
    footnotes_by_label: HashMap<String, usize>,
    /// How many footnotes the text has referred to so far.
    numbered: Cell<usize>,
}

impl Definitions {
    pub(crate) fn of_body(rich: bool) -> Self {
        Self { rich, ..Self::default() }
    }

    /// Whether there are no definitions of links.
    pub(crate) fn has_no_links(&self) -> bool {
        self.list.is_empty()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty() && self.footnotes.is_empty()
    }

    /// Adds a footnote and returns its index.
    pub(crate) fn add_footnote(&mut self, label: &str, range: Range<usize>) -> usize {
        let index = self.footnotes.len();
        self.footnotes_by_label.entry(normalized(label)).or_insert(index);
        self.footnotes.push(FootnoteDefinition { range, number: Cell::new(None) });
        index
    }

    /// The number that the text has given to a footnote.
    pub(crate) fn footnote_number(&self, index: usize) -> Option<usize> {
        self.footnotes.get(index)?.number.get()
    }

    /// The number of the footnote that `label` stands for, and whether this is the first reference to it.
    pub(super) fn footnote(&self, label: &str) -> Option<(usize, bool)> {
        let footnote = self.footnotes.get(*self.footnotes_by_label.get(&normalized(label))?)?;
        if let Some(number) = footnote.number.get() {
            return Some((number, false));
        }
        let number = self.numbered.get() + 1;
        self.numbered.set(number);
        footnote.number.set(Some(number));
        Some((number, true))
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
        let unused = self.footnotes.iter().filter(|note| note.number.get().is_none());
        let unused = unused.map(|note| (note.range.clone(), MarkupProblemKind::UnusedDefinition));
        let problems = self.list.iter().filter_map(problem).chain(unused);
        problems.map(|(range, kind)| MarkupProblem { range, kind })
    }
}

/// Labels match without regard to case and to the kind and amount of white space.
fn normalized(label: &str) -> String {
    let words: Vec<_> = label.split_whitespace().collect();
    words.join(" ").to_uppercase().to_lowercase()
}

//! The tags of a text that wait for their ends, and those that readers see. It writes no text.

use std::collections::BTreeMap;

use super::tag::{Tag, TagStyle};
use crate::problem::{MarkupProblem, MarkupProblemKind};

/// A tag that waits for its end.
#[derive(Debug)]
pub(super) struct OpenTag {
    pub(super) tag: Tag,
    pub(super) style: TagStyle,
    pub(super) at: usize,
    /// How many delimiter runs are before it.
    pub(super) delimiters: usize,
    /// How many open brackets are before it.
    pub(super) brackets: usize,
}

/// The tags that wait for their ends.
#[derive(Debug, Default)]
pub(super) struct OpenTags {
    open: Vec<OpenTag>,
    /// How many tags of each name are open, so that an end without a beginning is found in one step.
    counts: BTreeMap<String, usize>,
    /// How many tags of each name were reported, so that their ends are not reported too.
    reported: BTreeMap<String, usize>,
}

impl OpenTags {
    /// The number of open tags.
    pub(super) fn top(&self) -> usize {
        self.open.len()
    }

    /// Takes the open tags from number `bottom` on as text.
    pub(super) fn close_to(&mut self, bottom: usize, problems: &mut Vec<MarkupProblem>) {
        while self.open.len() > bottom
            && let Some(open) = self.pop()
        {
            self.report(&open.tag, open.at, problems);
        }
    }

    pub(super) fn push(&mut self, open: OpenTag) {
        *self.counts.entry(open.tag.name.clone()).or_default() += 1;
        self.open.push(open);
    }

    fn pop(&mut self) -> Option<OpenTag> {
        let open = self.open.pop()?;
        if let Some(count) = self.counts.get_mut(&open.tag.name) {
            *count -= 1;
        }
        Some(open)
    }

    /// The last open tag with this name; those after it are taken as text.
    pub(super) fn take(
        &mut self,
        name: &str,
        problems: &mut Vec<MarkupProblem>,
    ) -> Option<OpenTag> {
        self.counts.get(name).filter(|count| **count > 0)?;
        loop {
            let open = self.pop()?;
            if open.tag.name == name {
                return Some(open);
            }
            self.report(&open.tag, open.at, problems);
        }
    }

    /// Reports a tag that readers see, unless it ends one that was reported.
    pub(super) fn report(&mut self, tag: &Tag, at: usize, problems: &mut Vec<MarkupProblem>) {
        let reported = self.reported.entry(tag.name.clone()).or_default();
        if tag.closes && *reported > 0 {
            *reported -= 1;
            return;
        }
        *reported += usize::from(!tag.closes);
        let kind = MarkupProblemKind::Html { tag: tag.name.clone() };
        problems.push(MarkupProblem { range: at..at + tag.length, kind });
    }
}

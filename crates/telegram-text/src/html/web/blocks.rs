//! Builds blocks from the tags that open and close them, which may be missing.

use crate::block::{Block, List, ListItem};
use crate::limits;

/// The blocks so far.
#[derive(Default)]
pub(super) struct Blocks {
    done: Vec<Block>,
    /// The open containers, the outermost first.
    open: Vec<Container>,
    /// Opened containers that were ignored: a quotation in a quotation, and what is nested too deep.
    ignored_quotes: usize,
    ignored_lists: usize,
}

struct Container {
    kind: Kind,
    blocks: Vec<Block>,
}

enum Kind {
    Quote {
        expandable: bool,
    },
    /// A list; its own blocks are not used.
    List {
        start: Option<u64>,
        items: Vec<ListItem>,
    },
    Item,
}

impl Blocks {
    pub(super) fn finish(mut self) -> Vec<Block> {
        self.close_to(0);
        self.done
    }

    pub(super) fn push(&mut self, block: Block) {
        // Text between the items of a list belongs to an item without a tag.
        if matches!(self.open.last(), Some(Container { kind: Kind::List { .. }, .. })) {
            self.open(Kind::Item);
        }
        match self.open.last_mut() {
            Some(container) => container.blocks.push(block),
            None => self.done.push(block),
        }
    }

    pub(super) fn open_quote(&mut self, expandable: bool) {
        let is_inside = self.open.iter().any(|open| matches!(open.kind, Kind::Quote { .. }));
        if is_inside || self.is_deep() {
            self.ignored_quotes += 1;
            return;
        }
        self.open_in_item(Kind::Quote { expandable });
    }

    pub(super) fn close_quote(&mut self) {
        if self.ignored_quotes > 0 {
            self.ignored_quotes -= 1;
            return;
        }
        if let Some(at) = self.last(|kind| matches!(kind, Kind::Quote { .. })) {
            self.close_to(at);
        }
    }

    pub(super) fn open_list(&mut self, start: Option<u64>) {
        if self.is_deep() {
            self.ignored_lists += 1;
            return;
        }
        self.open_in_item(Kind::List { start, items: Vec::new() });
    }

    pub(super) fn close_list(&mut self) {
        if self.ignored_lists > 0 {
            self.ignored_lists -= 1;
            return;
        }
        if let Some(at) = self.last(|kind| matches!(kind, Kind::List { .. })) {
            self.close_to(at);
        }
    }

    /// Opens an item, which may have a number of its own.
    pub(super) fn open_item(&mut self, number: Option<u64>) {
        match self.last(|kind| matches!(kind, Kind::List { .. })) {
            Some(list) => {
                self.close_to(list + 1);
                if let Some(number) = number {
                    self.go_on_with(number);
                }
            }
            None if self.is_deep() => return,
            None => self.open_in_item(Kind::List { start: None, items: Vec::new() }),
        }
        self.open(Kind::Item);
    }

    /// The next item of the innermost list, if that is numbered, has this number: another list begins with it.
    fn go_on_with(&mut self, number: u64) {
        let Some(Container { kind: Kind::List { start: Some(start), items }, .. }) =
            self.open.last_mut()
        else {
            return;
        };
        if items.is_empty() {
            *start = number;
        } else if usize::try_from(number.wrapping_sub(*start)) != Ok(items.len()) {
            self.close_to(self.open.len() - 1);
            self.open(Kind::List { start: Some(number), items: Vec::new() });
        }
    }

    pub(super) fn close_item(&mut self) {
        if self.ignored_lists > 0 {
            return;
        }
        if let Some(list) = self.last(|kind| matches!(kind, Kind::List { .. })) {
            self.close_to(list + 1);
        }
    }

    /// Opens a container; directly in a list it is in an item.
    fn open_in_item(&mut self, kind: Kind) {
        if matches!(self.open.last(), Some(Container { kind: Kind::List { .. }, .. })) {
            self.open(Kind::Item);
        }
        self.open(kind);
    }

    fn open(&mut self, kind: Kind) {
        self.open.push(Container { kind, blocks: Vec::new() });
    }

    fn is_deep(&self) -> bool {
        // A list and its item are two containers.
        self.open.len() >= 2 * limits::BODY_DEPTH
    }

    fn last(&self, wanted: impl Fn(&Kind) -> bool) -> Option<usize> {
        self.open.iter().rposition(|container| wanted(&container.kind))
    }

    fn close_to(&mut self, inside: usize) {
        while self.open.len() > inside
            && let Some(Container { kind, blocks }) = self.open.pop()
        {
            let block = match kind {
                Kind::Quote { expandable } if !blocks.is_empty() => {
                    Block::Quote { title: None, blocks, expandable }
                }
                Kind::List { start, items } if !items.is_empty() => {
                    Block::List(List { start, items })
                }
                Kind::Item if !blocks.is_empty() => {
                    if let Some(Container { kind: Kind::List { items, .. }, .. }) =
                        self.open.last_mut()
                    {
                        items.push(ListItem { task: None, blocks });
                    }
                    continue;
                }
                _ => continue,
            };
            match self.open.last_mut() {
                Some(container) => container.blocks.push(block),
                None => self.done.push(block),
            }
        }
    }
}

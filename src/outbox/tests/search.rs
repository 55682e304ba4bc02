//! Breadth-first search of all worlds that are reachable from one.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// The reachable worlds, in the order in which they were found.
pub(super) struct Search<W> {
    worlds: Vec<W>,
    /// How each was reached first: from which world, and by which move.
    came: Vec<Option<(usize, String)>>,
    /// The worlds from which each can be reached in one move.
    into: Vec<Vec<usize>>,
}

impl<W: Clone + Eq + Hash> Search<W> {
    /// Searches from `first`. The worlds after one that is `bad` are not searched.
    pub(super) fn new(
        first: W,
        bad: impl Fn(&W) -> bool,
        successors: impl Fn(&W) -> Vec<(String, W)>,
    ) -> Self {
        let mut numbers = HashMap::from([(first.clone(), 0)]);
        let mut found = Self { worlds: vec![first], came: vec![None], into: vec![Vec::new()] };
        let mut queue = VecDeque::from([0]);
        while let Some(from) = queue.pop_front() {
            let world = found.worlds[from].clone();
            if bad(&world) {
                continue;
            }
            for (label, next) in successors(&world) {
                let to = *numbers.entry(next.clone()).or_insert_with(|| {
                    queue.push_back(found.worlds.len());
                    found.worlds.push(next);
                    found.came.push(Some((from, label)));
                    found.into.push(Vec::new());
                    found.worlds.len() - 1
                });
                found.into[to].push(from);
            }
        }
        found
    }

    pub(super) fn len(&self) -> usize {
        self.worlds.len()
    }

    pub(super) fn count(&self, test: impl Fn(&W) -> bool) -> usize {
        self.worlds.iter().filter(|world| test(world)).count()
    }

    /// The moves that lead to the nearest world that passes the test; none if no world does.
    pub(super) fn shortest(&self, test: impl Fn(&W) -> bool) -> Vec<String> {
        let mut at = self.worlds.iter().position(test);
        let mut moves = Vec::new();
        while let Some((from, label)) = at.and_then(|number| self.came[number].clone()) {
            moves.insert(0, label);
            at = Some(from);
        }
        moves
    }

    /// The worlds from which no `good` world can be reached, except those that are `ignored`.
    pub(super) fn stuck(&self, good: impl Fn(&W) -> bool, ignored: impl Fn(&W) -> bool) -> usize {
        let mut reaches: Vec<bool> = self.worlds.iter().map(good).collect();
        let mut queue: VecDeque<_> = (0..self.len()).filter(|number| reaches[*number]).collect();
        while let Some(to) = queue.pop_front() {
            for from in &self.into[to] {
                if !reaches[*from] {
                    reaches[*from] = true;
                    queue.push_back(*from);
                }
            }
        }
        let stuck = self.worlds.iter().zip(reaches).filter(|(_, reaches)| !reaches);
        stuck.filter(|(world, _)| !ignored(world)).count()
    }
}

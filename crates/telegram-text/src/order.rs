//! Sorting with equal things left in the order in which TDLib leaves them; it knows no entities.

use std::ops::Range;

/// Up to this many things are sorted by insertion, which leaves equal ones as they were.
const INSERTED: usize = 16;

/// Sorts `list` by `key` as the C++ library that TDLib is built with sorts it: things that are in order stay as they are,
/// and of more than 16 that are not the list is first partitioned again and again, which moves equal ones about. Which of
/// two links over the same words is kept depends on it. Measured with TDLib 1.8.69.
///
/// Where no two things are equal any sort does the same, and the quickest is taken. Else it takes as many steps as any good
/// sort: only the first partitions follow TDLib to the letter, twice the logarithm of
/// the length, which a list is through with unless it is made to defeat the choice of the middle.
pub(super) fn sort_by_key<T, K: Ord>(list: &mut [T], key: impl Fn(&T) -> K) {
    if list.is_sorted_by_key(&key) {
        return;
    }
    let depth = list.len().checked_ilog2().unwrap_or(0) * 2;
    let is_moved_about = list.len() > INSERTED && has_equals(list, &key);
    let mut parts = if is_moved_about { vec![(0..list.len(), depth)] } else { Vec::new() };
    while let Some((range, depth)) = parts.pop() {
        let Range { start, end } = range;
        let part = list.get_mut(start..end).unwrap_or_default();
        if part.len() > INSERTED && depth > 0 {
            let cut = start + partition(part, &key);
            parts.extend([(start..cut, depth - 1), (cut..end, depth - 1)]);
        }
    }
    list.sort_by_key(key);
}

fn has_equals<T, K: Ord>(list: &[T], key: impl Fn(&T) -> K) -> bool {
    let mut keys: Vec<K> = list.iter().map(key).collect();
    keys.sort();
    keys.iter().zip(keys.iter().skip(1)).any(|(one, next)| one == next)
}

/// Puts the median of three in front, then what is not larger than it before what is not smaller. Returns where the
/// latter begin.
fn partition<T, K: Ord>(part: &mut [T], key: impl Fn(&T) -> K) -> usize {
    part.swap(0, median(part, &key));
    let Some(pivot) = part.first().map(&key) else { return 0 };
    let (mut low, mut high) = (1, part.len());
    loop {
        while part.get(low).is_some_and(|thing| key(thing) < pivot) {
            low += 1;
        }
        high = high.saturating_sub(1);
        while part.get(high).is_some_and(|thing| pivot < key(thing)) {
            high = high.saturating_sub(1);
        }
        if low >= high {
            return low;
        }
        part.swap(low, high);
        low += 1;
    }
}

/// Where the median of the second, the middle and the last thing is; of equal ones not always the first.
fn median<T, K: Ord>(part: &[T], key: impl Fn(&T) -> K) -> usize {
    let (second, middle, last) = (1, part.len() / 2, part.len() - 1);
    let is_less = |one: usize, other: usize| part.get(one).map(&key) < part.get(other).map(&key);
    let (less, more) = if is_less(second, middle) { (second, middle) } else { (middle, second) };
    if is_less(more, last) {
        return more;
    }
    if is_less(less, last) { last } else { less }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sorted(keys: &[u8]) -> Vec<(u8, usize)> {
        let mut list: Vec<_> = keys.iter().copied().zip(0..).collect();
        sort_by_key(&mut list, |(key, _)| *key);
        list
    }

    #[test]
    fn equal_things_stay_in_order_where_there_are_few_or_none_is_out_of_order() {
        assert_eq!(sorted(&[2, 1, 2, 1]), [(1, 1), (1, 3), (2, 0), (2, 2)]);
        assert_eq!(sorted(&[7; 100]), (0..100).map(|at| (7, at)).collect::<Vec<_>>());
    }

    proptest! {
        #[test]
        fn everything_is_there_and_in_order(keys in prop::collection::vec(0_u8..6, 0..200)) {
            let list = sorted(&keys);
            prop_assert!(list.is_sorted_by_key(|(key, _)| *key));
            let mut places: Vec<_> = list.iter().map(|(_, at)| *at).collect();
            places.sort_unstable();
            prop_assert_eq!(places, (0..keys.len()).collect::<Vec<_>>());
            prop_assert!(list.iter().all(|(key, at)| keys[*at] == *key));
        }
    }
}

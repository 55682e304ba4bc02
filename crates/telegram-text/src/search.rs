//! Finding the next byte of a class in a text, many at a time; it knows no class of its own.

/// Bytes that are looked at together.
const BLOCK: usize = 32;

/// The first byte from `from` on that `flag` gives anything but 0 for.
///
/// Most texts have few such bytes. `flag` is asked of every byte of a block without a branch in between, so that, made of
/// comparisons alone, each turned into a number, it runs as wide as the machine.
pub fn find(bytes: &[u8], from: usize, flag: impl Fn(u8) -> u8) -> Option<usize> {
    let (blocks, tail) = bytes.get(from..)?.as_chunks::<BLOCK>();
    let mut at = from;
    for block in blocks {
        if let Some(found) = in_block(block, &flag) {
            return Some(at + found);
        }
        at += BLOCK;
    }
    let mut last = [0; BLOCK];
    last.get_mut(..tail.len())?.copy_from_slice(tail);
    in_block(&last, &flag).filter(|found| *found < tail.len()).map(|found| at + found)
}

fn in_block(block: &[u8; BLOCK], flag: impl Fn(u8) -> u8) -> Option<usize> {
    let mut flags = [0; BLOCK];
    for (flagged, byte) in flags.iter_mut().zip(block) {
        *flagged = flag(*byte);
    }
    // Eight at a time: most blocks have none.
    let (words, _) = flags.as_chunks::<8>();
    let first = words.iter().position(|word| u64::from_ne_bytes(*word) != 0)?;
    flags.iter().skip(first * 8).position(|flag| *flag != 0).map(|found| first * 8 + found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_byte_is_found_where_a_plain_search_finds_it(
            bytes in proptest::collection::vec(any::<u8>(), 0..200), from in 0usize..210, least in 200u8..
        ) {
            let plain = bytes.iter().skip(from).position(|byte| *byte >= least).map(|found| from + found);
            prop_assert_eq!(find(&bytes, from, |byte| u8::from(byte >= least)), plain);
        }
    }
}

//! Finding the next byte of a class in a text; the caller defines the class.

/// Bytes that are tested together.
const BLOCK: usize = 64;

/// The first byte from `from` on for which `is_wanted` holds.
///
/// Most texts have few such bytes. A block without any is passed over without a branch inside it, so that the compiler
/// can compare many bytes at once.
pub(crate) fn find(bytes: &[u8], from: usize, is_wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let has_one = |block: &&[u8]| block.iter().fold(false, |any, byte| any | is_wanted(*byte));
    let before: usize =
        rest.chunks(BLOCK).take_while(|block| !has_one(block)).map(<[u8]>::len).sum();
    let found = rest.get(before..)?.iter().position(|byte| is_wanted(*byte))?;
    Some(from + before + found)
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
            prop_assert_eq!(find(&bytes, from, |byte| byte >= least), plain);
        }
    }
}

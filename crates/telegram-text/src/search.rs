//! Finds the next byte of a set in a text. A table costs one load for each byte; eight bytes share a branch.

/// A set of bytes.
pub(crate) struct ByteClass([bool; 256]);

impl ByteClass {
    /// These bytes.
    pub(crate) const fn of(bytes: &[u8]) -> Self {
        Self::range(1, 0, bytes)
    }

    /// The bytes from `first` to `last`, and those of `more`.
    #[expect(
        clippy::indexing_slicing,
        clippy::as_conversions,
        reason = "a constant function has neither `get` nor `from`"
    )]
    pub(crate) const fn range(first: u8, last: u8, more: &[u8]) -> Self {
        let mut class = [false; 256];
        let mut byte = first as usize;
        while byte <= last as usize {
            class[byte] = true;
            byte += 1;
        }
        let mut at = 0;
        while at < more.len() {
            class[more[at] as usize] = true;
            at += 1;
        }
        Self(class)
    }

    fn has(&self, byte: u8) -> bool {
        self.0.get(usize::from(byte)).copied().unwrap_or_default()
    }

    /// The first byte of the class from `from` on.
    pub(crate) fn find(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let rest = bytes.get(from..)?;
        let (blocks, _) = rest.as_chunks::<8>();
        let has_any = |[a, b, c, d, e, f, g, h]: &[u8; 8]| {
            (self.has(*a) | self.has(*b) | self.has(*c) | self.has(*d))
                | (self.has(*e) | self.has(*f) | self.has(*g) | self.has(*h))
        };
        let skipped = 8 * blocks.iter().position(has_any).unwrap_or(blocks.len());
        let ahead = rest.get(skipped..)?.iter().position(|byte| self.has(*byte))?;
        Some(from + skipped + ahead)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn byte_is_found_where_a_plain_search_finds_it(
            bytes in proptest::collection::vec(any::<u8>(), 0..200), from in 0usize..210, least in 200u8..
        ) {
            let class = ByteClass::range(least, 0xFF, b"abc");
            let is_wanted = |byte: &u8| *byte >= least || matches!(byte, b'a'..=b'c');
            let plain = bytes.iter().skip(from).position(is_wanted).map(|found| from + found);
            prop_assert_eq!(class.find(&bytes, from), plain);
        }
    }
}

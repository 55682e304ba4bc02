//! Random numbers that are the same in every run.

/// A source of random numbers (xorshift64); its seed is not zero.
pub(crate) struct Lots(pub(crate) u64);

impl Lots {
    /// A number below this one.
    pub(crate) fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }

    /// The place of an element in a list of this length.
    pub(crate) fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.next(u64::try_from(length).unwrap())).unwrap()
    }
}

//! Characters of two UTF-16 units, which no entity may cut; it changes nothing.

/// Whether everything begins and ends between two characters of the text. What stands there is given by the UTF-16 offsets
/// of its beginning and of its end.
pub(super) fn stand_on_characters(
    string: &str,
    mut ranges: impl Iterator<Item = (usize, usize)>,
) -> bool {
    let pairs = Pairs::of(string);
    ranges.all(|(start, end)| {
        end <= pairs.units && !pairs.are_cut_by(start) && !pairs.are_cut_by(end)
    })
}

/// The places of a text that an entity may not begin or end at.
struct Pairs {
    /// UTF-16 units of the text.
    units: usize,
    /// The UTF-16 offsets inside surrogate pairs, ascending.
    middles: Vec<usize>,
}

impl Pairs {
    /// Looks at single bytes only where a block has a character of two units.
    fn of(string: &str) -> Self {
        const BLOCK: usize = 64;
        let mut pairs = Self { units: 0, middles: Vec::new() };
        let (blocks, tail) = string.as_bytes().as_chunks::<BLOCK>();
        for block in blocks {
            let (mut characters, mut wide) = (0_u8, 0_u8);
            for byte in block {
                characters += u8::from(starts_character(*byte));
                wide |= u8::from(*byte >= 0xF0);
            }
            if wide == 0 {
                pairs.units += usize::from(characters);
            } else {
                pairs.look_at(block);
            }
        }
        pairs.look_at(tail);
        pairs
    }

    fn look_at(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.units += usize::from(starts_character(*byte));
            if *byte >= 0xF0 {
                self.middles.push(self.units);
                self.units += 1;
            }
        }
    }

    fn are_cut_by(&self, units: usize) -> bool {
        self.middles.binary_search(&units).is_ok()
    }
}

/// As signed numbers the continuation bytes of UTF-8 are the smallest ones.
fn starts_character(byte: u8) -> bool {
    byte.cast_signed() >= -64
}

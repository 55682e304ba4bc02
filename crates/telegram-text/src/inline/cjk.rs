//! Chinese, Japanese and Korean characters, beside which emphasis follows other rules
//! ([ranges](https://github.com/tats-u/markdown-cjk-friendly/blob/main/ranges.md)).

/// Whether `character` belongs to Chinese, Japanese or Korean text, punctuation included.
pub(crate) fn is_cjk(character: char) -> bool {
    matches!(
        u32::from(character),
        0x1100..=0x11FF
            | 0x20A9
            | 0x2329..=0x232A
            | 0x2630..=0x2637
            | 0x268A..=0x268F
            | 0x2E80..=0x303E
            | 0x3041..=0x4DBF
            | 0x4DC0..=0xA4CF
            | 0xA960..=0xA97C
            | 0xAC00..=0xD7FB
            | 0xF900..=0xFAFF
            | 0xFE10..=0xFE19
            | 0xFE30..=0xFE6B
            | 0xFF01..=0xFFEE
            | 0x16FE0..=0x18DFF
            | 0x1AFF0..=0x1B2FF
            | 0x1D300..=0x1D376
            | 0x1F200
            | 0x1F202
            | 0x1F210..=0x1F219
            | 0x1F21B..=0x1F22E
            | 0x1F230..=0x1F231
            | 0x1F237
            | 0x1F23B
            | 0x1F240..=0x1F248
            | 0x1F260..=0x1F265
            | 0x20000..=0x3FFFD
    )
}

/// Whether `character` selects a variant of the character before it, which then decides; the emoji variant does not
/// count.
pub(super) fn is_variation_selector(character: char) -> bool {
    matches!(u32::from(character), 0xFE00..=0xFE0E | 0xE0100..=0xE01EF)
}

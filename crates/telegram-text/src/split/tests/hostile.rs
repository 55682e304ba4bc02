//! Long hostile texts; `benches/text.rs` measures their time.

use super::super::{Bounds, BreakPoint, Level, split};
use crate::{Entity, EntityKind, FormattedText};

fn covered(string: String, kind: &EntityKind, step: usize, length: usize) -> FormattedText {
    let entity = |at: usize| Entity::new(kind.clone(), at * step, length);
    let entities = (0..string.len() / step).map(entity).collect();
    FormattedText { string, entities }
}

/// Texts of about `size` bytes.
fn texts(size: usize) -> Vec<(&'static str, FormattedText)> {
    let filled = |piece: &str| piece.repeat(size / piece.len()).trim_end().to_owned();
    let plain = |piece: &str| FormattedText::plain(filled(piece));
    let link = EntityKind::TextLink { url: "https://example.org/".into() };
    let emoji = EntityKind::CustomEmoji { custom_emoji_id: "5".into() };
    let gap = |white: &str| FormattedText::plain(format!("a{}b", white.repeat(size / white.len())));
    let mut quote = covered(filled("abcdefghi "), &EntityKind::Bold, 10, 2);
    quote.entities.insert(0, Entity::new(EntityKind::Blockquote, 0, quote.string.len()));
    let pre = EntityKind::Pre { language: None };
    vec![
        ("hashes", plain("#")),
        ("letters", plain("a")),
        ("words", plain("word ")),
        ("tags", plain("#tag")),
        ("dots", plain("a.b")),
        ("addresses", plain("a@b.c")),
        ("link starts", plain("://a.")),
        ("asterisks", plain("*")),
        ("brackets", plain("[")),
        ("closing brackets", plain(")")),
        ("wide stops", plain("。")),
        ("wide sentences", plain("https://b.com例。")),
        ("one grapheme", FormattedText::plain(format!("e{}", "\u{301}".repeat(size / 2)))),
        ("joined emoji", plain("😀\u{200d}")),
        ("flags", plain("🇷🇺")),
        ("spaces", gap(" ")),
        ("line breaks", gap("\n")),
        ("no-break spaces", gap("\u{a0}")),
        ("spaced letters", plain("a     ")),
        ("lines", plain("a\n \n")),
        ("bold letters", covered(filled("abcdefghij"), &EntityKind::Bold, 10, 1)),
        ("codes", covered(filled("abcdefghij"), &EntityKind::Code, 10, 10)),
        ("links", covered(filled("abcdefghi "), &link, 10, 9)),
        ("custom emoji", covered(filled("abcdefghij"), &emoji, 10, 2)),
        ("bold words in a quote", quote),
        ("one block of code", covered(gap(" ").string, &pre, size + 2, size + 2)),
        ("code of lines", covered(filled("a\n"), &pre, size - 1, size - 1)),
        ("one link", covered(filled("ab "), &link, size / 3 * 3 - 1, size / 3 * 3 - 1)),
    ]
}

fn break_points(text: &FormattedText) -> Vec<BreakPoint> {
    let levels = [Level::Item, Level::Never, Level::Inside, Level::Block];
    let white = text.string.match_indices(' ').step_by(16).zip(levels.into_iter().cycle());
    white.map(|((at, _), level)| BreakPoint { range: at..at + 1, level }).collect()
}

#[test]
fn long_texts_of_anything_are_cut_within_every_bound() {
    for (name, text) in texts(300_000) {
        let parts = split(&text, &break_points(&text), Bounds::message(), Some("({n}/{total})"));
        assert!(!parts.is_empty(), "{name}");
        assert!(parts.iter().all(|part| Bounds::message().hold(part)), "{name}");
    }
}

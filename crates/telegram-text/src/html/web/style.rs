//! What a start tag does to the look of the text in it: its name, and its `style` attribute as editors write it.

use super::token::Tag;
use crate::EntityKind;

pub(super) const STYLE_COUNT: usize = 6;

pub(super) const STYLES: [EntityKind; STYLE_COUNT] = [
    EntityKind::Bold,
    EntityKind::Italic,
    EntityKind::Underline,
    EntityKind::Strikethrough,
    EntityKind::Spoiler,
    EntityKind::Code,
];

/// Which of [`STYLES`] a tag has.
pub(super) type Styles = [bool; STYLE_COUNT];

/// The styles of a tag; `None` for a tag that formats nothing. Editors underline the words of a link, which Telegram does
/// by itself.
pub(super) fn of(tag: &Tag, in_link: bool) -> Option<Styles> {
    let own = match tag.name.as_str() {
        "b" | "strong" => Some(EntityKind::Bold),
        "i" | "em" | "cite" | "dfn" | "var" => Some(EntityKind::Italic),
        "u" | "ins" => Some(EntityKind::Underline),
        "s" | "strike" | "del" => Some(EntityKind::Strikethrough),
        "tg-spoiler" => Some(EntityKind::Spoiler),
        "code" | "kbd" | "samp" | "tt" => Some(EntityKind::Code),
        "span" => (tag.value("class") == Some("tg-spoiler")).then_some(EntityKind::Spoiler),
        _ => return None,
    };
    let mut styles = STYLES.map(|style| Some(style) == own);
    for declaration in tag.value("style").unwrap_or_default().split(';') {
        let Some((property, value)) = declaration.split_once(':') else { continue };
        declare(&mut styles, property.trim(), value.trim(), in_link);
    }
    Some(styles)
}

fn declare(styles: &mut Styles, property: &str, value: &str, in_link: bool) {
    let [bold, italic, underline, strikethrough, ..] = styles;
    match property.to_ascii_lowercase().as_str() {
        "font-weight" => {
            *bold = matches!(value, "bold" | "bolder")
                || value.parse().is_ok_and(|weight: u16| weight >= 600);
        }
        "font-style" => *italic = matches!(value, "italic" | "oblique"),
        "text-decoration" | "text-decoration-line" => {
            let has = |line| value.split_ascii_whitespace().any(|word| word == line);
            (*underline, *strikethrough) = (has("underline") && !in_link, has("line-through"));
        }
        _ => {}
    }
}

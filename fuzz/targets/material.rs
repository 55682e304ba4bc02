//! A text with entities from the fuzzer's bytes: four bytes for each entity, and the rest is the text.

use telegram_text::{Entity, EntityKind, FormattedText};

pub(crate) fn text(bytes: &[u8]) -> FormattedText {
    let Some((count, mut bytes)) = bytes.split_first() else { return FormattedText::default() };
    let mut entities = Vec::new();
    for _ in 0..*count {
        let Some((&[kind, offset, length, argument], rest)) = bytes.split_first_chunk() else {
            break;
        };
        entities.push(Entity::new(self::kind(kind, argument), offset.into(), length.into()));
        bytes = rest;
    }
    FormattedText { string: String::from_utf8_lossy(bytes).into_owned(), entities }
}

fn kind(kind: u8, argument: u8) -> EntityKind {
    match kind % 16 {
        0 => EntityKind::Bold,
        1 => EntityKind::Italic,
        2 => EntityKind::Underline,
        3 => EntityKind::Strikethrough,
        4 => EntityKind::Spoiler,
        5 => EntityKind::Blockquote,
        6 => EntityKind::ExpandableBlockquote,
        7 => EntityKind::Code,
        8 => EntityKind::Pre { language: None },
        9 => EntityKind::Pre { language: Some(char::from(argument).to_string()) },
        10 => EntityKind::TextLink { url: format!("https://example.org/{}", char::from(argument)) },
        11 => EntityKind::TextLink { url: char::from(argument).to_string() },
        12 => EntityKind::TextMention { user: argument.into() },
        13 => EntityKind::CustomEmoji { custom_emoji_id: argument.to_string() },
        14 => EntityKind::DateTime {
            unix_time: argument.into(),
            date_time_format: if argument % 2 == 0 { "wDT".into() } else { String::new() },
        },
        _ => EntityKind::Hashtag,
    }
}

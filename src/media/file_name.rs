//! The file name that readers of a document see: TDLib's `clean_filename`, and its form in a multipart header.

use unicode_general_category::{GeneralCategory, get_general_category};

use super::format::Format;
use super::kind::Kind;
use crate::limits::{FILE_EXTENSION_CHARACTERS, FILE_STEM_CHARACTERS};

/// The name as Telegram shows it; `None` if nothing of it is left.
#[must_use]
pub fn shown_file_name(name: &str) -> Option<String> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    // A dot at the start does not begin an extension.
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem, extension),
        _ => (name, ""),
    };
    let parts = [clean(stem, FILE_STEM_CHARACTERS), clean(extension, FILE_EXTENSION_CHARACTERS)];
    let shown = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
    (!shown.is_empty()).then_some(shown)
}

/// The name under which a file is sent. Telegram takes the type of audio from the extension, so it is that of the format.
#[must_use]
pub fn typed_file_name(kind: Kind, format: Format, name: &str) -> String {
    let extension = match (kind, format) {
        (Kind::Audio, Format::Mp3) => "mp3",
        (Kind::Audio, Format::M4a) => "m4a",
        _ => return name.to_owned(),
    };
    match name.rsplit_once('.') {
        Some((_, typed)) if typed.eq_ignore_ascii_case(extension) => name.to_owned(),
        Some((stem, typed)) if !stem.is_empty() && is_extension(typed) => {
            format!("{stem}.{extension}")
        }
        _ => format!("{name}.{extension}"),
    }
}

/// Whether the end of a name after its last dot is an extension, not a part of a title such as "No. 5".
fn is_extension(end: &str) -> bool {
    (1..=4).contains(&end.len()) && end.chars().all(|character| character.is_ascii_alphanumeric())
}

fn clean(part: &str, characters: usize) -> String {
    let kept: String = part
        .chars()
        .filter_map(kept)
        .skip_while(|character| matches!(character, ' ' | '.'))
        .take(characters)
        .collect();
    kept.trim_end_matches([' ', '.']).to_owned()
}

/// A character as it is kept, the space that takes its place, or nothing.
fn kept(character: char) -> Option<char> {
    use GeneralCategory as Category;
    match character {
        '\0' | '\u{B7}' => None,
        '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' | '&' | '`' | '\'' => Some(' '),
        ' '..='~' => Some(character),
        _ => match get_general_category(character) {
            Category::UppercaseLetter
            | Category::LowercaseLetter
            | Category::TitlecaseLetter
            | Category::ModifierLetter
            | Category::OtherLetter
            | Category::DecimalNumber
            | Category::LetterNumber
            | Category::OtherNumber => Some(character),
            Category::NonspacingMark
            | Category::SpacingMark
            | Category::EnclosingMark
            | Category::Format => None,
            _ => Some(' '),
        },
    }
}

/// A name between the quotes of `filename="…"`: the server decodes percent signs (TDLib `HttpReader`), and a quote, a
/// backslash or a line break in it would end the header early.
#[must_use]
pub fn escape_file_name(name: &str) -> String {
    let is_escaped = |c: char| matches!(c, '%' | '"' | '\\' | '\0'..='\x1F' | '\x7F');
    name.chars()
        .map(|character| match character {
            _ if is_escaped(character) => format!("%{:02X}", u32::from(character)),
            _ => character.to_string(),
        })
        .collect()
}

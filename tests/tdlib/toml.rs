//! TOML values for random files, with strings in all four forms of TOML.

use std::fmt::Write as _;

use super::rng::Rng;

/// `text` as a TOML string of a random form.
pub(super) fn string(rng: &mut Rng, text: &str) -> String {
    match rng.below(4) {
        0 if !text.contains(['\'', '\n']) => format!("'{text}'"),
        1 if !text.contains("''") && !text.ends_with('\'') => format!("'''\n{text}'''"),
        2 => format!("\"\"\"\n{}\"\"\"", escaped(text, true)),
        _ => format!("\"{}\"", escaped(text, false)),
    }
}

/// `text` as a TOML string on one line, as an inline table needs it.
pub(super) fn short(text: &str) -> String {
    format!("\"{}\"", escaped(text, false))
}

fn escaped(text: &str, lines: bool) -> String {
    let mut typed = String::new();
    for character in text.chars() {
        match character {
            '"' => typed.push_str("\\\""),
            '\\' => typed.push_str("\\\\"),
            '\n' if lines => typed.push('\n'),
            '\n' => typed.push_str("\\n"),
            '\u{a0}' => write!(typed, "\\u{:04X}", u32::from(character)).unwrap(),
            _ => typed.push(character),
        }
    }
    typed
}

/// A list of strings, one per line.
pub(super) fn list(rng: &mut Rng, items: &[String]) -> String {
    let items: Vec<_> = items.iter().map(|item| format!("  {},\n", string(rng, item))).collect();
    format!("[\n{}]", items.concat())
}

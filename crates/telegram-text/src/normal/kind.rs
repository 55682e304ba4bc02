//! What Telegram keeps of an entity's kind: links in its spelling, valid ids and dates. It does not look at ranges.

use super::Refusal;
use crate::EntityKind;
use crate::clean::cleaned;
use crate::limits;
use crate::link::{self, Link};

/// The kind as Telegram keeps it; `None` for one that it accepts and ignores. TDLib `get_message_entities`.
///
/// # Errors
///
/// If Telegram would refuse the message.
pub(super) fn kept(kind: EntityKind) -> Result<Option<EntityKind>, Refusal> {
    Ok(Some(match kind {
        found if found.is_found() => return Ok(None),
        EntityKind::Pre { language: Some(language) } => EntityKind::Pre {
            language: Some(cleaned(&language).into_owned()).filter(|language| !language.is_empty()),
        },
        EntityKind::TextLink { url } => match link::check(&url) {
            Ok(Link::Url(url)) => EntityKind::TextLink { url },
            Ok(Link::User(user)) => EntityKind::TextMention { user },
            Err(error) => return Err(Refusal::Link { url: cleaned(&url).into_owned(), error }),
        },
        EntityKind::TextMention { user } if !is_user(user) => return Ok(None),
        EntityKind::CustomEmoji { custom_emoji_id: id } => match id.parse::<i64>() {
            Ok(number) if number != 0 => {
                EntityKind::CustomEmoji { custom_emoji_id: number.to_string() }
            }
            _ => return Err(Refusal::CustomEmoji { id }),
        },
        EntityKind::DateTime { unix_time, date_time_format } => {
            if !is_moment(unix_time) {
                return Err(Refusal::Date { unix_time });
            }
            let Some(format) = canonical_format(&date_time_format) else {
                return Err(Refusal::DateFormat { format: date_time_format });
            };
            EntityKind::DateTime { unix_time, date_time_format: format }
        }
        other => other,
    }))
}

/// Whether [`kept`] returns the kind unchanged. Copies it only if a quick check cannot decide.
pub(crate) fn is_kept(kind: &EntityKind) -> bool {
    match kind {
        EntityKind::TextLink { url } if link::is_surely_spelled(url) => true,
        EntityKind::Bold
        | EntityKind::Italic
        | EntityKind::Underline
        | EntityKind::Strikethrough
        | EntityKind::Spoiler
        | EntityKind::Blockquote
        | EntityKind::ExpandableBlockquote
        | EntityKind::Code => true,
        other => kept(other.clone()).is_ok_and(|kept| kept.as_ref() == Some(other)),
    }
}

fn is_user(user: i64) -> bool {
    (1..=limits::USER_ID).contains(&user)
}

/// Telegram stores dates as signed 32-bit seconds and accepts only positive ones.
fn is_moment(unix_time: i64) -> bool {
    unix_time > 0 && i32::try_from(unix_time).is_ok()
}

/// The letters in Telegram's own order: `w` for the day of the week, `d` or `D` for the date, `t` or `T` for the time;
/// or `r` alone. They may come in any order and more than once; of a short and a long form the short one stays.
/// Observed with TDLib 1.8.69.
pub(crate) fn canonical_format(format: &str) -> Option<String> {
    if format.eq_ignore_ascii_case("r") {
        return Some("r".to_owned());
    }
    if !format.chars().all(|letter| matches!(letter, 'w' | 'W' | 'd' | 'D' | 't' | 'T')) {
        return None;
    }
    let pick = |short: char, long: char| {
        if format.contains(short) {
            Some(short)
        } else {
            Some(long).filter(|long| format.contains(*long))
        }
    };
    let week = Some('w').filter(|_| format.contains(['w', 'W']));
    Some([week, pick('d', 'D'), pick('t', 'T')].into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_formats_are_put_in_order() {
        for (format, expected) in [
            ("", Some("")),
            ("r", Some("r")),
            ("R", Some("r")),
            ("wDT", Some("wDT")),
            ("TDw", Some("wDT")),
            ("W", Some("w")),
            ("dd", Some("d")),
            ("Tt", Some("t")),
            ("tT", Some("t")),
            ("rD", None),
            ("rr", None),
            ("x", None),
        ] {
            assert_eq!(canonical_format(format).as_deref(), expected, "{format}");
        }
    }
}

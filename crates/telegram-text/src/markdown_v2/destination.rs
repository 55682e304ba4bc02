//! The destination in parentheses after `[…]` and `![…]`: where it ends, and which emoji or date it names.

use memchr::memchr2;

use crate::{EntityKind, normal};

/// The destination at the start of `rest`, unescaped, and the bytes up to its `)`; `None` if that is missing.
pub(super) fn take(rest: &str) -> Option<(String, usize)> {
    let mut url = String::new();
    let mut at = 0;
    loop {
        let ahead = rest.get(at..)?;
        let stop = memchr2(b')', b'\\', ahead.as_bytes())?;
        url.push_str(ahead.get(..stop)?);
        at += stop;
        if ahead.as_bytes().get(stop) == Some(&b')') {
            return Some((url, at));
        }
        let escaped = ahead.as_bytes().get(stop + 1).copied();
        if let Some(escaped) = escaped.filter(|byte| is_escapable(*byte)) {
            url.push(char::from(escaped));
            at += 2;
        } else {
            url.push('\\');
            at += 1;
        }
    }
}

/// Whether a backslash escapes `byte`: all ASCII but NUL and DEL.
pub(super) fn is_escapable(byte: u8) -> bool {
    (1..=126).contains(&byte)
}

/// The custom emoji of `tg://emoji?id=N` or the date of `tg://time?unix=N&format=F`.
///
/// Scheme and host may be in any case, `//` may be missing, and there may be one `/` before the `?`. Of several ids
/// the first counts, of several times and formats the last, but every time must be valid. Observed with TDLib 1.8.69.
pub(super) fn kind(url: &str) -> Option<EntityKind> {
    let rest = strip(url, "tg:")?;
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    if let Some(rest) = strip(rest, "emoji") {
        return custom_emoji(query(rest)?);
    }
    moment(query(strip(rest, "time")?)?)
}

/// The text after `prefix`, which is compared without regard to case.
fn strip<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

fn query(rest: &str) -> Option<impl Iterator<Item = (&str, &str)>> {
    let query = rest.strip_prefix('/').unwrap_or(rest).strip_prefix('?')?;
    let query = query.split('#').next()?;
    Some(query.split('&').map(|parameter| parameter.split_once('=').unwrap_or((parameter, ""))))
}

fn custom_emoji<'a>(
    mut parameters: impl Iterator<Item = (&'a str, &'a str)>,
) -> Option<EntityKind> {
    let (_, id) = parameters.find(|(key, _)| *key == "id")?;
    number::<i64>(id)
        .filter(|number| *number != 0)
        .map(|number| EntityKind::CustomEmoji { custom_emoji_id: number.to_string() })
}

fn moment<'a>(parameters: impl Iterator<Item = (&'a str, &'a str)>) -> Option<EntityKind> {
    let (mut unix_time, mut format) = (0, "");
    for (key, value) in parameters {
        match key {
            "unix" => unix_time = number::<i32>(value).filter(|seconds| *seconds > 0)?,
            "format" => format = value,
            _ => {}
        }
    }
    let date_time_format = normal::canonical_format(format)?;
    (unix_time > 0)
        .then(|| EntityKind::DateTime { unix_time: i64::from(unix_time), date_time_format })
}

/// A number spelled as it would be printed: no plus, no leading zeros.
fn number<N: std::str::FromStr + ToString>(digits: &str) -> Option<N> {
    digits.parse().ok().filter(|number: &N| number.to_string() == digits)
}

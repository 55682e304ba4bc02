//! E-mail addresses, in the narrow form that Telegram makes links of; it does not send or resolve anything.

/// Whether the whole of `text` is an address: up to eleven parts of `[A-Za-z0-9_-]` set apart by `.` or `+`, `@`, and
/// two to seven labels of which the last has two to eight letters. TDLib `is_email_address`.
pub(super) fn is_address(text: &str) -> bool {
    let Some((user, domain)) = text.split_once('@') else { return false };
    is_user(user) && is_domain(domain)
}

/// At most ten parts of up to 26 characters, each with its `.` or `+`, and a last one of 1 to 35.
fn is_user(user: &str) -> bool {
    let mut parts = user.split(['.', '+']).rev();
    let last = parts.next().unwrap_or_default();
    let others = parts.clone().count();
    (1..=35).contains(&last.len())
        && last.bytes().all(is_part)
        && others <= 10
        && parts.all(|part| part.len() <= 26 && part.bytes().all(is_part))
}

fn is_domain(domain: &str) -> bool {
    let mut labels = domain.split('.').rev();
    let top = labels.next().unwrap_or_default();
    let others = labels.clone().count();
    (2..=8).contains(&top.len())
        && top.bytes().all(|byte| byte.is_ascii_alphabetic())
        && (1..=6).contains(&others)
        && labels.all(is_label)
}

fn is_label(label: &str) -> bool {
    let bytes = label.as_bytes();
    let ends = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    bytes.len() <= 30
        && bytes.iter().all(|byte| is_part(*byte))
        && ends(bytes.first())
        && ends(bytes.last())
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_has_limits() {
        let user =
            |parts: usize, last: usize| format!("{}{}@e.com", "a.".repeat(parts), "b".repeat(last));
        for (text, expected) in [
            ("a@b.com".to_owned(), true),
            ("a+b.c@b-c.d_e.org".to_owned(), true),
            ("a@b.c".to_owned(), false),
            ("a@b.technology".to_owned(), false),
            ("a@b".to_owned(), false),
            ("@b.com".to_owned(), false),
            ("a.@b.com".to_owned(), false),
            (".a@b.com".to_owned(), true),
            ("a@-b.com".to_owned(), false),
            ("a@b-.com".to_owned(), false),
            ("a@b..com".to_owned(), false),
            ("a@b.c0m".to_owned(), false),
            ("я@b.com".to_owned(), false),
            (user(10, 35), true),
            (user(11, 1), false),
            (user(0, 36), false),
            (format!("{}.b@e.com", "a".repeat(26)), true),
            (format!("{}.b@e.com", "a".repeat(27)), false),
            (format!("a@{}com", "b.".repeat(6)), true),
            (format!("a@{}com", "b.".repeat(7)), false),
            (format!("a@{}.com", "b".repeat(30)), true),
            (format!("a@{}.com", "b".repeat(31)), false),
        ] {
            assert_eq!(is_address(&text), expected, "{text}");
        }
    }
}

//! The top-level domains that make a link of a name without a scheme. The table is TDLib's, not the registry's.

use std::collections::HashSet;
use std::sync::OnceLock;

/// One domain a line, lower case, sorted; lines with `#` are notes. `tests/tdlib/tlds.py` writes it.
const TABLE: &str = include_str!("tlds.txt");

/// Whether TDLib accepts `top` as a top-level domain: in lower case or in capitals, but not capitalized as at the
/// beginning of a sentence (`Com`). TDLib `is_common_tld`.
pub(super) fn is_known(top: &str) -> bool {
    if top.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return table().contains(top);
    }
    let lower: String = top.chars().map(lower).collect();
    let is_capitalised = lower != top && lower.chars().skip(1).eq(top.chars().skip(1));
    !is_capitalised && table().contains(lower.as_str())
}

/// One character for one character, as TDLib lowers.
fn lower(character: char) -> char {
    character.to_lowercase().next().unwrap_or(character)
}

fn table() -> &'static HashSet<&'static str> {
    static SET: OnceLock<HashSet<&'static str>> = OnceLock::new();
    SET.get_or_init(|| TABLE.lines().filter(|line| !line.starts_with('#')).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_sorted_and_in_lower_case() {
        let lines: Vec<&str> = TABLE.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(lines.is_sorted());
        assert!(lines.len() > 1_000);
        assert!(
            lines.iter().all(|line| line.chars().all(|character| lower(character) == character))
        );
    }

    #[test]
    fn case_matters_only_at_the_beginning() {
        for (top, expected) in [
            ("com", true),
            ("COM", true),
            ("Com", false),
            ("cOM", true),
            ("рф", true),
            ("РФ", true),
            ("Рф", false),
            ("qq", false),
        ] {
            assert_eq!(is_known(top), expected, "{top}");
        }
    }
}

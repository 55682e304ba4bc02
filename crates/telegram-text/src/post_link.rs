//! Links to other posts of a newsroom: the placeholder in a text until the address of the published message is known.

/// What authors write before a post's id: `[text](post:2024/summit)`.
pub(super) const SCHEME: &str = "post:";

/// The prefix of the placeholder. Telegram accepts such a link and keeps its spelling, so a text with a placeholder is
/// in normal form and can be measured and split; it is never sent.
const PLACE: &str = "tg://telepress?post=";

/// The placeholder for the address of the post `id`; `None` if `id` is not a valid id.
#[must_use]
pub fn placeholder(id: &str) -> Option<String> {
    let is_plain = |byte: u8| {
        byte.is_ascii_lowercase()
            || byte.is_ascii_digit()
            || matches!(byte, b'.' | b'_' | b'-' | b'/')
    };
    (!id.is_empty() && id.bytes().all(is_plain)).then(|| format!("{PLACE}{id}"))
}

/// The id of the post for whose address `url` is the placeholder; `None` for any other address.
#[must_use]
pub fn post_of(url: &str) -> Option<&str> {
    url.strip_prefix(PLACE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::{self, Link};

    #[test]
    fn placeholder_is_in_telegrams_spelling() {
        for id in ["a", "2024/summit", "v1.2", "a_b-c", "9/8.7/6"] {
            let url = placeholder(id).unwrap();
            assert_eq!(post_of(&url), Some(id));
            assert_eq!(link::check(&url), Ok(Link::Url(url.clone())), "{id}");
        }
        for no_id in ["", "Summit", "a b", "a#b", "a?b", "a&b", "a%20b", "я", "//example.org\u{0}"]
        {
            assert_eq!(placeholder(no_id), None, "{no_id}");
        }
        assert_eq!(post_of("https://t.me/world_en/12"), None);
    }
}

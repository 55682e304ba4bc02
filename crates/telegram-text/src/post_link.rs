//! Links to other posts of a newsroom: what stands in a text until the address of the published message is known.

/// What authors write in front of a post's id: `[text](post:2024/summit)`.
pub(super) const SCHEME: &str = "post:";

/// What stands in front of the id until then. Telegram takes such a link and spells it alike, so that a text that holds one is
/// in normal form and may be measured and cut; it is never sent.
const PLACE: &str = "tg://telepress?post=";

/// What stands for the address of the post `id`; `None` where no id is spelled like this.
#[must_use]
pub fn place(id: &str) -> Option<String> {
    let is_plain = |byte: u8| {
        byte.is_ascii_lowercase()
            || byte.is_ascii_digit()
            || matches!(byte, b'.' | b'_' | b'-' | b'/')
    };
    (!id.is_empty() && id.bytes().all(is_plain)).then(|| format!("{PLACE}{id}"))
}

/// The id of the post whose address `url` stands for; `None` for an address of its own.
#[must_use]
pub fn post_of(url: &str) -> Option<&str> {
    url.strip_prefix(PLACE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::{self, Link};

    #[test]
    fn what_stands_for_an_address_is_spelled_as_telegram_spells_it() {
        for id in ["a", "2024/summit", "v1.2", "a_b-c", "9/8.7/6"] {
            let place = place(id).unwrap();
            assert_eq!(post_of(&place), Some(id));
            assert_eq!(link::check(&place), Ok(Link::Url(place.clone())), "{id}");
        }
        for no_id in ["", "Summit", "a b", "a#b", "a?b", "a&b", "a%20b", "я", "//example.org\u{0}"]
        {
            assert_eq!(place(no_id), None, "{no_id}");
        }
        assert_eq!(post_of("https://t.me/world_en/12"), None);
    }
}

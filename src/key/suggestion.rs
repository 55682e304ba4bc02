//! "Did you mean": finds the known name that is closest to a mistyped one.

/// The name in `known` that `typed` most probably means.
pub(crate) fn nearest<'a>(
    typed: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let folded = fold(typed);
    let length = folded.chars().count();
    known
        .into_iter()
        .filter_map(|name| {
            let name_length = name.chars().count();
            let max_distance = 1.max(name_length.min(length) / 3);
            // The distance is at least the difference of the lengths: this excludes most names quickly.
            if name_length.abs_diff(length) > max_distance {
                return None;
            }
            Some((strsim::damerau_levenshtein(&folded, &fold(name)), name))
                .filter(|(distance, _)| *distance <= max_distance)
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// The known key that other tools call `typed`.
pub(crate) fn key_for_synonym(typed: &str, known: &[&'static str]) -> Option<&'static str> {
    let name = match typed.to_lowercase().as_str() {
        "title" => "heading",
        "tags" => "hashtags",
        "date" => "publish_at",
        "lang" => "language",
        _ => return None,
    };
    known.iter().copied().find(|known| *known == name)
}

/// Case, and the choice between `-`, `_` and a space, do not count as a difference.
fn fold(name: &str) -> String {
    name.to_lowercase().replace(['-', ' '], "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_other_tools_have_their_meaning() {
        let known = ["heading", "hashtags", "publish_at", "language", "draft"];
        for (typed, expected) in [
            ("title", Some("heading")),
            ("Tags", Some("hashtags")),
            ("date", Some("publish_at")),
            ("lang", Some("language")),
            ("slug", None),
        ] {
            assert_eq!(key_for_synonym(typed, &known), expected, "{typed}");
        }
        assert_eq!(key_for_synonym("title", &["text"]), None);
    }

    #[test]
    fn typing_mistakes_are_corrected_and_other_words_are_not() {
        let known = ["heading", "bullets", "hashtags", "read_more", "publish_at", "lead"];
        for (typed, expected) in [
            ("hedding", Some("heading")),
            ("Heading", Some("heading")),
            ("readmore", Some("read_more")),
            ("read-more", Some("read_more")),
            ("bullet", Some("bullets")),
            ("hastags", Some("hashtags")),
            ("lede", None),
            ("photo", None),
            ("x", None),
        ] {
            assert_eq!(nearest(typed, known), expected, "{typed}");
        }
    }
}

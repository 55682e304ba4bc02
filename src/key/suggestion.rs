//! "Did you mean": the known name nearest to a mistyped one; it knows no particular names.

/// The name of `known` that `typed` most probably stands for.
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
            let slips = 1.max(name_length.min(length) / 3);
            // Names whose lengths differ by more cannot be that near; most of them are sorted out so.
            if name_length.abs_diff(length) > slips {
                return None;
            }
            Some((strsim::damerau_levenshtein(&folded, &fold(name)), name))
                .filter(|(distance, _)| *distance <= slips)
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Case and the choice between `-`, `_` and a space are slips that no distance should count.
fn fold(name: &str) -> String {
    name.to_lowercase().replace(['-', ' '], "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_understood_and_other_words_are_not() {
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

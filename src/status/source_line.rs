//! Where in its file a message begins, so that a refusal leads back to what was typed; found by its words, and no more than
//! a line.

/// The line, from 1, of `source` in which the words of a rendered text of an edition begin. Markup stands between them in the file, so the
/// first line of the text is looked for from its beginning, as far as it is there; then the next.
#[must_use]
pub fn line_of(source: &str, edition: &str, text: &str) -> Option<usize> {
    let begin = source.find(&format!("[editions.{edition}")).unwrap_or(0);
    let own = source.get(begin..)?;
    let lines = text.lines().map(bare).filter(|line| !line.is_empty());
    let at = lines.take(5).find_map(|line| {
        let ends = line.match_indices(' ').map(|(end, _)| end).chain([line.len()]);
        let prefixes = ends.filter_map(|end| line.get(..end)).collect::<Vec<_>>();
        let long = prefixes.into_iter().rev().filter(|prefix| prefix.chars().count() >= SURE);
        // A short line is sure enough where it is all there is of it.
        long.chain([line]).find_map(|prefix| own.find(prefix))
    })?;
    source.get(..begin + at).map(|before| before.matches('\n').count() + 1)
}

/// So many characters in a row are no accident.
const SURE: usize = 6;

/// A line without the emoji, bullet or number in front of it.
fn bare(line: &str) -> &str {
    line.trim_start_matches(|character: char| !character.is_alphabetic()).trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "# A draft of Tuesday\nheading = \"Version 1.2\"\n\n[[sections]]\ntitle = \"What is new\"\nbullets = [\n  \"Faster **start** of the engine\",\n  \"Two bugs less\",\n]\n";

    #[test]
    fn a_message_begins_where_its_words_were_typed() {
        for (text, line) in [
            ("Version 1.2\n\nWhat is new", Some(2)),
            ("🎙 What is new\n• Faster start of the engine", Some(5)),
            ("• Two bugs less", Some(8)),
            // The words go on behind markup.
            ("• Faster start of the engine", Some(7)),
            ("Nothing of this\nTwo bugs less", Some(8)),
            ("Nothing of this", None),
            ("", None),
            ("😀 😀", None),
        ] {
            assert_eq!(line_of(SOURCE, "en", text), line, "{text}");
        }
        let two = "[editions.en]\nheading = \"Summit\"\n[editions.ru]\nheading = \"Summit\"\n";
        assert_eq!(
            (line_of(two, "en", "Summit"), line_of(two, "ru", "Summit")),
            (Some(2), Some(4))
        );
    }
}

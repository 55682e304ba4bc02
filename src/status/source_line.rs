//! Finds the line of a post's file at which a message starts, by its words, so that a refusal can point into the file.

/// The line of `source`, from 1, at which a rendered text of an edition starts. The file has markup between the words, so
/// this looks for the longest prefix of the text's first line, then of the next lines.
#[must_use]
pub fn line_of(source: &str, edition: &str, text: &str) -> Option<usize> {
    let begin = source.find(&format!("[editions.{edition}")).unwrap_or(0);
    let own = source.get(begin..)?;
    let lines = text.lines().map(bare).filter(|line| !line.is_empty());
    let at = lines.take(5).find_map(|line| {
        let ends = line.match_indices(' ').map(|(end, _)| end).chain([line.len()]);
        let prefixes = ends.filter_map(|end| line.get(..end)).collect::<Vec<_>>();
        let long = prefixes.into_iter().rev().filter(|prefix| prefix.chars().count() >= MIN_PREFIX);
        // A short line is searched only as a whole.
        long.chain([line]).find_map(|prefix| own.find(prefix))
    })?;
    source.get(..begin + at).map(|before| before.matches('\n').count() + 1)
}

/// The length from which a match is unlikely to be a coincidence.
const MIN_PREFIX: usize = 6;

/// A line without the emoji, bullet or number before it.
fn bare(line: &str) -> &str {
    line.trim_start_matches(|character: char| !character.is_alphabetic()).trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "# A draft of Tuesday\nheading = \"Version 1.2\"\n\n[[sections]]\ntitle = \"What is new\"\nbullets = [\n  \"Faster **start** of the engine\",\n  \"Two fewer bugs\",\n]\n";

    #[test]
    fn message_starts_at_the_line_of_its_words() {
        for (text, line) in [
            ("Version 1.2\n\nWhat is new", Some(2)),
            ("🎙 What is new\n• Faster start of the engine", Some(5)),
            ("• Two fewer bugs", Some(8)),
            // The words continue after markup.
            ("• Faster start of the engine", Some(7)),
            ("Nothing of this\nTwo fewer bugs", Some(8)),
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

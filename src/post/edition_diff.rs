//! Compares the editions of a post: reports content that one language has and another lacks.

use std::collections::BTreeSet;
use std::ops::Range;

use telegram_text::EntityKind;
use telegram_text::block::Block;

use super::{Edition, Section};
use crate::diagnostic::problem::{EditionDifference, PostProblem};
use crate::diagnostic::{Diagnostic, Related};

/// An edition, and the hashtags that it adds to the common ones.
pub(super) type ComparedEdition<'e> = &'e (Edition, Vec<String>);

/// Compares every edition with the first.
pub(super) fn compare(editions: &[ComparedEdition<'_>]) -> Vec<Diagnostic> {
    let Some((first, rest)) = editions.split_first() else { return Vec::new() };
    let mut out = Vec::new();
    for other in rest {
        for difference in differences(first, other) {
            let related = Related::Edition(first.0.language.clone());
            out.push(
                Diagnostic::new(other.0.span.clone(), PostProblem::OutOfStep(difference))
                    .with_related(first.0.span.clone(), related),
            );
        }
    }
    out
}

/// The differences between two editions, in both directions.
fn differences(
    (first, first_tags): ComparedEdition<'_>,
    (other, other_tags): ComparedEdition<'_>,
) -> Vec<EditionDifference> {
    let (here, there) = (&other.language, &first.language);
    let both = |has, had| [(here.clone(), has), (there.clone(), had)];
    let mut out = Vec::new();
    for (part, has, had) in [
        ("heading", other.heading.is_some(), first.heading.is_some()),
        ("lead", other.lead.is_some(), first.lead.is_some()),
        ("read-more link", other.read_more.is_some(), first.read_more.is_some()),
        ("poll", other.poll.is_some(), first.poll.is_some()),
    ] {
        if has != had {
            let (with, without) = if has { (here, there) } else { (there, here) };
            let (with, without) = (with.clone(), without.clone());
            out.push(EditionDifference::Part { part, with, without });
        }
    }
    let (has, had) = (other.sections.len(), first.sections.len());
    if has == had {
        for (index, (section, first)) in other.sections.iter().zip(&first.sections).enumerate() {
            let (has, had) = (items(&section.blocks), items(&first.blocks));
            if has != had {
                out.push(EditionDifference::Items(index + 1, both(has, had)));
            }
        }
    } else {
        out.push(EditionDifference::Sections(both(has, had)));
    }
    let (has, had) = (links(other), links(first));
    if has != had {
        out.push(EditionDifference::Links(both(has, had)));
    }
    let (has, had) = (other.buttons.buttons().count(), first.buttons.buttons().count());
    if has != had {
        out.push(EditionDifference::Buttons(both(has, had)));
    }
    // An edition may translate a hashtag; a different number of hashtags means that one was forgotten.
    if distinct(first_tags) != distinct(other_tags) {
        let tags = [(here.clone(), other_tags.clone()), (there.clone(), first_tags.clone())];
        out.push(EditionDifference::Hashtags(tags));
    }
    out
}

fn distinct(tags: &[String]) -> usize {
    tags.iter().map(|tag| tag.to_lowercase()).collect::<BTreeSet<_>>().len()
}

/// The number of items in all lists, nested ones included.
fn items(blocks: &[Block]) -> usize {
    let mut count = 0;
    Block::each(blocks, &mut |block| {
        if let Block::List(list) = block {
            count += list.items.len();
        }
    });
    count
}

/// The number of links in an edition's texts.
fn links(edition: &Edition) -> usize {
    let marked = edition.heading.iter().chain(&edition.lead).map(|marked| &marked.prose);
    let own: usize = marked.map(links_in).sum();
    own + edition.sections.iter().map(section_links).sum::<usize>()
}

fn section_links(section: &Section) -> usize {
    section.title.as_ref().map_or(0, links_in) + block_links(&section.blocks)
}

fn block_links(blocks: &[Block]) -> usize {
    let mut count = 0;
    Block::each(blocks, &mut |block| {
        count += block.texts().into_iter().map(links_in).sum::<usize>();
    });
    count
}

fn links_in(prose: &telegram_text::ParsedText) -> usize {
    prose
        .text
        .entities
        .iter()
        .filter(|entity| matches!(entity.kind, EntityKind::TextLink { .. }))
        .count()
}

/// The bytes of the first line, which is the place of a problem with the whole post.
pub(super) fn first_line(text: &str) -> Range<usize> {
    0..text.find('\n').unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use crate::explain::Language;
    use crate::ids::PostId;
    use crate::source::SourceFile;

    /// The messages for a post with an English and a Russian edition.
    fn differences(english: &str, russian: &str) -> Vec<String> {
        let config = "[channels.a]\nchat = '@aaaa'\nlanguage = 'en'\n[channels.b]\nchat = '@bbbb'\nlanguage = 'ru'";
        let (config, _) = crate::config::check(&SourceFile::new("c", config));
        let text = format!(
            "[editions.en]\nheading = 'x'\n{english}\n[editions.ru]\nheading = 'x'\n{russian}\n"
        );
        let file = SourceFile::new("posts/a.toml", &text);
        let now = jiff::Timestamp::UNIX_EPOCH;
        crate::check::check(
            &file,
            PostId::parse("a").unwrap(),
            &config.unwrap(),
            now,
            &crate::media::NoFiles,
        )
        .diagnostics
        .into_iter()
        .inspect(|problem| {
            assert_eq!(text.get(problem.span.clone()).unwrap(), "ru", "{problem:?}");
        })
        .map(|problem| crate::explain::diagnostic(&problem, Language::En).message)
        .collect()
    }

    #[test]
    fn equivalent_editions_have_no_differences() {
        for (english, russian) in [
            ("lead = 'a'", "lead = 'b'"),
            ("lead = 'a'", "lead = { marker = '🎙', text = 'b' }"),
            ("marker = '🎙'", ""),
            ("bullets = ['a', 'b']", "bullets = ['c', 'd']"),
            ("bullets = ['a', 'b']", "body = '''\n- c\n- d\n'''"),
            ("text = 'one'", "text = \"\"\"one\n\ntwo\"\"\""),
            ("hashtags = ['Korea']", "hashtags = ['Корея']"),
            ("silent = true", "overflow = 'error'"),
            ("text = '[a](https://example.org/)'", "text = 'b [c](https://example.org/ru) d'"),
        ] {
            assert_eq!(differences(english, russian), [""; 0], "{english} | {russian}");
        }
    }

    #[test]
    fn each_difference_is_reported_in_one_sentence() {
        for (english, russian, sentence) in [
            ("lead = 'a'", "", "the `ru` edition has no lead, but the `en` edition has one"),
            ("", "lead = 'a'", "the `en` edition has no lead, but the `ru` edition has one"),
            (
                "read_more = 'https://example.org/'",
                "",
                "the `ru` edition has no read-more link, but the `en` edition has one",
            ),
            ("bullets = ['a']", "", "the `ru` edition has 0 sections, but the `en` edition has 1"),
            (
                "",
                "text = 'a'\n[[editions.ru.sections]]\ntitle = 'b'",
                "the `ru` edition has 2 sections, but the `en` edition has 0",
            ),
            (
                "bullets = ['a', 'b']",
                "bullets = ['a']",
                "section 1 has 1 item in the `ru` edition, but 2 in the `en` edition",
            ),
            (
                "body = '''\n- a\n  - b\n'''",
                "body = '''\n- a\n'''",
                "section 1 has 1 item in the `ru` edition, but 2 in the `en` edition",
            ),
            (
                "text = '[a](https://example.org/) b'",
                "text = 'a b'",
                "the texts of the `ru` edition contain 0 links, but those of the `en` edition contain 1",
            ),
            (
                "buttons = [{ text = 'a', copy = 'b' }]",
                "",
                "the `ru` edition has 0 buttons, and the `en` edition 1",
            ),
            (
                "hashtags = ['a', 'b']",
                "hashtags = ['a']",
                "the `ru` edition has #a, but the `en` edition has #a #b",
            ),
            (
                "hashtags = ['a']",
                "",
                "the `ru` edition has no hashtag, but the `en` edition has #a",
            ),
        ] {
            assert_eq!(differences(english, russian), [sentence], "{english} | {russian}");
        }
    }

    #[test]
    fn all_differences_are_reported() {
        let found = differences("lead = 'a'\nbullets = ['b']\nhashtags = ['c']", "");
        assert_eq!(found.len(), 3, "{found:?}");
    }
}

//! The sentences of diagnostics in other languages than English, by the keys that they have in the files of the languages. It
//! makes no hints.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use telegram_text::detect::hashtag::HashtagError;
use telegram_text::problem::MarkupProblemKind;

use super::{Language, hashtag_mark};
use crate::diagnostic::problem::{
    ButtonProblem, ConfigProblem, FileProblem, LinkProblem, MediaItemProblem, PostProblem, Problem,
    TextProblem,
};
use crate::media::AlbumProblem;

type Sentences = BTreeMap<String, String>;

/// The part of a language's file that is read here.
#[derive(Debug, Default, Deserialize)]
struct LanguageFile {
    #[serde(default)]
    problem: Sentences,
}

static SENTENCES: LazyLock<BTreeMap<Language, Sentences>> = LazyLock::new(|| {
    let sentences = |language: Language| language.words::<LanguageFile>().unwrap_or_default();
    Language::ALL.map(|language| (language, sentences(language).problem)).into()
});

/// What is wrong; `None` if the language has no sentence for it.
pub(super) fn message(problem: &Problem, language: Language) -> Option<&'static str> {
    let key = own_key(problem).unwrap_or_else(|| problem.code().name());
    SENTENCES.get(&language)?.get(key).map(String::as_str)
}

/// The key of a problem for which the sentence of its code would be false.
fn own_key(problem: &Problem) -> Option<&'static str> {
    Some(match problem {
        Problem::Text(TextProblem::Markup(kind)) => return markup(kind),
        Problem::Text(TextProblem::TooLong(_)) => "text-too-long",
        Problem::Text(TextProblem::Hashtag(HashtagError::Character { character, .. }, _))
            if hashtag_mark::is_mark(*character) =>
        {
            "hashtag-mark"
        }
        Problem::Text(TextProblem::Link(LinkProblem::Credentials)) => "link-credentials",
        Problem::Text(TextProblem::Hashtag(
            HashtagError::Character { at: 0, character: '#' },
            _,
        )) => "hashtag-sign",
        Problem::Text(TextProblem::Hashtag(HashtagError::Empty | HashtagError::NoLetter, _)) => {
            "hashtag-without-letters"
        }
        Problem::Text(TextProblem::Hashtag(HashtagError::TooLong { .. }, _)) => "hashtag-too-long",
        Problem::File(FileProblem::UnclosedFrontMatter) => "unclosed-front-matter",
        Problem::Post(PostProblem::BodyInFrontMatter) => "body-in-front-matter",
        Problem::Post(PostProblem::RefersToItself) => "refers-to-itself",
        Problem::Post(PostProblem::SecondEdition(_)) => "second-edition",
        Problem::Post(PostProblem::NoChannels) => "no-channels",
        Problem::Post(PostProblem::TooManyEditions) => "too-many-editions",
        Problem::Post(PostProblem::NoButtons(_)) => "no-buttons",
        Problem::Post(PostProblem::Button(ButtonProblem::CopyTooLong(_))) => "copy-too-long",
        Problem::Post(PostProblem::Button(ButtonProblem::TooManyInRow)) => "row-too-long",
        Problem::Post(PostProblem::Button(ButtonProblem::TooMany(_))) => "too-many-buttons",
        Problem::Media(MediaItemProblem::Album(AlbumProblem::TooLarge { .. })) => "album-too-large",
        Problem::Config(ConfigProblem::EmptyLayout) => "empty-layout",
        _ => return None,
    })
}

fn markup(kind: &MarkupProblemKind) -> Option<&'static str> {
    use MarkupProblemKind as M;
    Some(match kind {
        M::IndentedCode => "indented-code",
        M::BrokenLink => "broken-link",
        M::Marked => "marked",
        M::LinkTitle => "link-title",
        M::LostInLink(_) => "lost-in-link",
        M::DetailsWithQuote => "details-with-quote",
        M::FootnoteWithoutText => "footnote-without-text",
        M::NoSummary => "no-summary",
        M::ExtraCells { .. } => "extra-cells",
        M::ImageInText => "image-in-text",
        M::NestedFence => "nested-fence",
        M::UnclosedComment => "unclosed-comment",
        M::UnclosedDetails => "unclosed-details",
        M::UserLink => "user-link",
        M::TooDeep { .. } => "deep-markup",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::diagnostic::Code;
    use crate::diagnostic::problem::WithoutButtons;

    fn others() -> impl Iterator<Item = (Language, &'static Sentences)> {
        let all = SENTENCES.iter().map(|(language, sentences)| (*language, sentences));
        all.filter(|(language, _)| *language != Language::En)
    }

    #[test]
    fn every_code_has_a_sentence_of_its_own_in_every_language() {
        let keys: BTreeSet<&String> =
            others().flat_map(|(_, sentences)| sentences.keys()).collect();
        for (language, sentences) in others() {
            for code in Code::ALL {
                assert!(sentences.contains_key(code.name()), "{language:?}: {}", code.name());
            }
            let missing: Vec<_> =
                keys.iter().filter(|key| !sentences.contains_key(**key)).collect();
            assert!(missing.is_empty(), "{language:?}: {missing:?}");
            let all: BTreeSet<_> = sentences.values().collect();
            assert_eq!(all.len(), sentences.len(), "{language:?}");
            for text in all {
                assert!(!text.ends_with('.') && text.chars().count() < 125, "{text}");
            }
        }
    }

    #[test]
    fn problem_has_its_own_sentence_where_that_of_its_code_would_be_false() {
        let text = |problem| Problem::Text(problem);
        let post = |problem| Problem::Post(problem);
        for problem in [
            post(PostProblem::Button(ButtonProblem::CopyTooLong(261))),
            post(PostProblem::Button(ButtonProblem::TooManyInRow)),
            post(PostProblem::RefersToItself),
            post(PostProblem::NoButtons(WithoutButtons::Poll)),
            text(TextProblem::Hashtag(HashtagError::NoLetter, None)),
            text(TextProblem::Markup(MarkupProblemKind::IndentedCode)),
            text(TextProblem::Link(LinkProblem::Credentials)),
            Problem::Config(ConfigProblem::EmptyLayout),
        ] {
            for (language, sentences) in others() {
                let own = message(&problem, language).unwrap();
                assert_ne!(own, sentences[problem.code().name()], "{problem:?}");
            }
        }
    }
}

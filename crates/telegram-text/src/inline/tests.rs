//! The inline parser against its grammar, against comrak, and against random input.

#![expect(clippy::string_slice, reason = "a test may fail")]

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options};
use proptest::prelude::*;

use super::parse;
use crate::ParsedText;
use crate::problem::{MarkupProblem, MarkupProblemKind};
use crate::{Entity, EntityKind, FormattedText, grammar, normal, utf16};

fn parsed(source: &str) -> (ParsedText, Vec<MarkupProblem>) {
    let mut problems = Vec::new();
    let prose = parse(source, &mut problems);
    (prose, problems)
}

/// The text in normal form; `None` if it is refused.
fn shown(source: &str) -> Option<FormattedText> {
    let (prose, problems) = parsed(source);
    if problems.iter().any(|problem| !problem.kind.is_warning()) {
        return None;
    }
    normal::normal(prose.text).ok()
}

#[test]
fn rows_of_the_grammar_hold() {
    grammar::check_text_rows(shown);
}

/// Each entity as `kind(words)`, in Telegram's order.
fn compact(prose: &ParsedText) -> String {
    let words = |entity: &Entity| {
        let start = utf16::byte_of(&prose.text.string, entity.offset).unwrap();
        let end = utf16::byte_of(&prose.text.string, entity.end()).unwrap();
        format!("{}({})", entity.kind.name(), &prose.text.string[start..end])
    };
    prose.text.entities.iter().map(words).collect::<Vec<_>>().join(" ")
}

#[test]
fn delimiters_pair_as_commonmark_says() {
    for (source, text, entities) in [
        ("***a***", "a", "bold(a) italic(a)"),
        ("***a** b*", "a b", "italic(a b) bold(a)"),
        ("***a* b**", "a b", "bold(a b) italic(a)"),
        ("**a*b**", "a*b", "bold(a*b)"),
        ("*a**b*", "a**b", "italic(a**b)"),
        ("2 * 3 * 4", "2 * 3 * 4", ""),
        ("snake_case_name", "snake_case_name", ""),
        ("слово_слово_", "слово_слово_", ""),
        ("_a_b", "_a_b", ""),
        ("__a__ and __b__", "a and b", "underline(a) underline(b)"),
        ("a ~ b ~ c ~~d~~", "a ~ b ~ c d", "strikethrough(d)"),
        ("||a|| | b", "a | b", "spoiler(a)"),
        ("**a\n\nb**", "**a\n\nb**", ""),
        ("**a\nb**", "a\nb", "bold(a\nb)"),
        ("`**a**`", "**a**", "code(**a**)"),
        ("`` ` ``", "`", "code(`)"),
        ("`a", "`a", ""),
        (r"\*a\*", "*a*", ""),
        (r"a\b", r"a\b", ""),
        ("[a](https://e.org/(x))", "a", "text_link(a)"),
        ("[a](<https://e.org/a b>)", "a", "text_link(a)"),
        ("[*a* b](https://e.org/)", "a b", "text_link(a b) italic(a)"),
        ("[`a`](https://e.org/)", "a", "text_link(a)"),
        ("*[a*](https://e.org/)", "*a*", "text_link(a*)"),
        ("[[a](https://e.org/)](https://e.org/)", "[a](https://e.org/)", "text_link(a)"),
        ("[a] (https://e.org/)", "[a] (https://e.org/)", ""),
        ("[a][b]", "[a][b]", ""),
        ("<b>a</b> &amp;", "<b>a</b> &amp;", ""),
        ("a\r\nb **c**", "a\nb c", "bold(c)"),
        ("🎙 **🎙 a**", "🎙 🎙 a", "bold(🎙 a)"),
    ] {
        let (prose, _) = parsed(source);
        assert_eq!(
            (prose.text.string.as_str(), compact(&prose).as_str()),
            (text, entities),
            "{source}"
        );
    }
}

#[test]
fn delimiters_in_an_address_are_text() {
    for (source, text, entities) in [
        ("https://e.org/__main__.html *a*", "https://e.org/__main__.html a", "italic(a)"),
        ("HTTP://e.org/?q=*a*&b=~~c~~,*d*", "HTTP://e.org/?q=*a*&b=~~c~~,*d*", ""),
        ("https://e.org/src/**/*.rs", "https://e.org/src/**/*.rs", ""),
        ("a https://e.org/v1...v2 _b_", "a https://e.org/v1...v2 b", "italic(b)"),
        ("**https://e.org/**", "https://e.org/", "bold(https://e.org/)"),
        ("*a: https://e.org/_b_*.", "a: https://e.org/_b_.", "italic(a: https://e.org/_b_)"),
        (
            "||https://e.org/|| ~~https://e.org~~!",
            "https://e.org/ https://e.org!",
            "spoiler(https://e.org/) strikethrough(https://e.org)",
        ),
        ("(https://e.org/_a_(b)_c_)*d*", "(https://e.org/_a_(b)_c_)d", "italic(d)"),
        ("**https://e.org/**，请*看*", "https://e.org/，请看", "bold(https://e.org/) italic(看)"),
        (
            "[https://e.org/_a_](https://e.org/)_b_",
            "https://e.org/_a_b",
            "text_link(https://e.org/_a_) italic(b)",
        ),
        (
            "https://e.org/`_a_` https://e.org/||b||",
            "https://e.org/_a_ https://e.org/b",
            "code(_a_) spoiler(b)",
        ),
        ("é://_a_ x://_b_ https:// _c_", "é://a x://b https:// c", "italic(a) italic(b) italic(c)"),
        ("xhttps://_a_ ftp://e.org/_b_", "xhttps://a ftp://e.org/_b_", "italic(a)"),
    ] {
        let (prose, problems) = parsed(source);
        assert_eq!(
            (prose.text.string.as_str(), compact(&prose).as_str()),
            (text, entities),
            "{source}"
        );
        assert_eq!(problems, [], "{source}");
    }
}

#[test]
fn every_problem_has_its_range() {
    for (source, kind, place) in [
        ("see [](https://e.org/)", MarkupProblemKind::EmptyLink, "[](https://e.org/)"),
        ("[a](https://e.org/ \"t\")", MarkupProblemKind::LinkTitle, "[a](https://e.org/ \"t\")"),
        (
            "[![a](https://e.org/a.png)](https://e.org/)",
            MarkupProblemKind::LinkedImage,
            "![a](https://e.org/a.png)",
        ),
        ("a [b](https://e.org/c d) e", MarkupProblemKind::BrokenLink, "[b](https://e.org/c d)"),
        ("[b](https://e.org/\nc", MarkupProblemKind::BrokenLink, "[b](https://e.org/"),
        (
            "[[b](https://e.org/)](https://e.org/)",
            MarkupProblemKind::BrokenLink,
            "[[b](https://e.org/)](https://e.org/)",
        ),
        ("x ![a](https://e.org/a.png)", MarkupProblemKind::Image, "![a](https://e.org/a.png)"),
        ("![ab](tg://emoji?id=1)", MarkupProblemKind::EmojiText, "![ab](tg://emoji?id=1)"),
        ("![👍](tg://emoji?id=x)", MarkupProblemKind::EmojiId, "![👍](tg://emoji?id=x)"),
        ("[a `b`](https://e.org/)", MarkupProblemKind::LostInLink("code"), "`b`"),
        ("**a `b`**", MarkupProblemKind::CutByCode("bold"), "`b`"),
        ("слово **слово", MarkupProblemKind::Stray("**"), "**"),
        ("a <b>b</b>", MarkupProblemKind::Html { tag: "b".to_owned() }, "<b>"),
        ("a <!-- b -->", MarkupProblemKind::Html { tag: "!--".to_owned() }, "<!--"),
        (
            "a &lt; b",
            MarkupProblemKind::Reference { typed: "&lt;".to_owned(), characters: "<".to_owned() },
            "&lt;",
        ),
    ] {
        let (_, problems) = parsed(source);
        let [problem] = problems.as_slice() else { panic!("{source}: {problems:?}") };
        assert_eq!((&problem.kind, &source[problem.range.clone()]), (&kind, place), "{source}");
    }
}

/// Sources of delimiters, what may be between them and what may be on either side.
fn sources() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => Just("*"), 6 => Just("**"), 2 => Just("***"), 4 => Just("_"), 4 => Just("__"), 3 => Just("~~"),
        3 => Just("||"), 2 => Just("`"), 1 => Just("``"), 3 => Just("["), 2 => Just("]"), 3 => Just("](https://e.org/)"),
        1 => Just("\\"), 8 => Just("a"), 4 => Just("b c"), 5 => Just(" "), 1 => Just("\n"), 2 => Just("."), 1 => Just("("),
        1 => Just(")"), 1 => Just("«я»"), 1 => Just("🎙"), 1 => Just("—"),
        1 => Just("，"), 1 => Just("注"), 1 => Just("《한》"), 1 => Just("￥"), 1 => Just("〰\u{fe0e}"), 1 => Just("葛\u{e0100}"),
    ];
    prop::collection::vec(piece, 1..16).prop_map(|pieces| pieces.concat())
}

/// Whether a delimiter of comrak's extensions touches another: comrak ignores it there, which CommonMark
/// does not.
fn looks_through(source: &str) -> bool {
    let signs: Vec<char> = source.chars().collect();
    signs.windows(2).any(|pair| {
        pair[0] != pair[1]
            && (("~|_".contains(pair[0]) && "*_~|`[]()".contains(pair[1]))
                || ("~|_".contains(pair[1]) && "*_~|`[]()".contains(pair[0])))
    })
}

/// Whether comrak and this parser read the same language: a run of more than two `|`, lines that begin a block, links
/// that Telegram would not accept, and white space that CommonMark removes are left to the tables.
fn comparable(source: &str) -> bool {
    let plain = source.lines().all(|line| line.trim() == line && !line.is_empty());
    let block = |line: &str| line.starts_with(['*', '_', '~', '`', '|', '.', '(', ')']);
    let is_refused_link = |kind: &MarkupProblemKind| {
        matches!(
            kind,
            MarkupProblemKind::EmptyLink
                | MarkupProblemKind::NoScheme
                | MarkupProblemKind::Link(_)
                | MarkupProblemKind::LostInLink(_)
        )
    };
    let no_link = parsed(source).1.iter().any(|problem| is_refused_link(&problem.kind));
    plain
        && !no_link
        && !source.lines().any(block)
        && !source.contains("|||")
        && !source.contains("\\|")
        && !source.contains("~~~")
        && !source.ends_with(['\\', '\n'])
        && !source.contains("\\\n")
        && !forgets_backticks(source)
}

/// After a run of backticks without a partner, comrak finds only the first code span of each length: it writes down
/// the last run of a length, and then an earlier one over it. Such a source has five runs of two lengths at least.
fn forgets_backticks(source: &str) -> bool {
    let runs: Vec<_> = source.split(|sign| sign != '`').filter(|run| !run.is_empty()).collect();
    let first = runs.first().map_or(0, |run| run.len());
    runs.len() >= 5 && runs.iter().any(|run| run.len() != first)
}

/// The characters and styles by comrak, with or without its extensions.
fn theirs(source: &str, extended: bool) -> Vec<(char, String)> {
    let arena = Arena::new();
    let mut options = Options::default();
    options.extension.cjk_friendly_emphasis = true;
    options.extension.strikethrough = extended;
    options.extension.underline = extended;
    options.extension.spoiler = extended;
    let mut marks = Vec::new();
    let root = comrak::parse_document(&arena, source, &options);
    for (index, paragraph) in root.children().enumerate() {
        if index > 0 {
            add(&mut marks, "\n", "");
        }
        collect(paragraph, "", &mut marks);
    }
    marks
}

/// Every character with its sorted styles.
fn add(marks: &mut Vec<(char, String)>, text: &str, style: &str) {
    let mut signs: Vec<char> = style.chars().collect();
    signs.sort_unstable();
    signs.dedup();
    marks.extend(text.chars().map(|character| (character, signs.iter().collect())));
}

fn collect<'a>(node: &'a AstNode<'a>, style: &str, marks: &mut Vec<(char, String)>) {
    for child in node.children() {
        let data = child.data();
        let sign = match &data.value {
            NodeValue::Text(text) => {
                add(marks, text, style);
                continue;
            }
            NodeValue::SoftBreak | NodeValue::LineBreak => {
                add(marks, "\n", style);
                continue;
            }
            NodeValue::Code(code) => {
                add(marks, &code.literal, &format!("{style}c"));
                continue;
            }
            NodeValue::Strong => 'b',
            NodeValue::Emph => 'i',
            NodeValue::Underline => 'u',
            NodeValue::Strikethrough => 's',
            NodeValue::SpoileredText => 'p',
            NodeValue::Link(_) => 'l',
            other => panic!("{other:?}"),
        };
        collect(child, &format!("{style}{sign}"), marks);
    }
}

fn ours(source: &str) -> Vec<(char, String)> {
    let (prose, _) = parsed(source);
    let mut units = 0;
    let mut marks = Vec::new();
    for character in prose.text.string.chars() {
        let over = prose
            .text
            .entities
            .iter()
            .filter(|entity| entity.offset <= units && units < entity.end());
        let style: String = over.map(|entity| sign(&entity.kind)).collect();
        // CommonMark turns a line break in code into a space.
        let shown = if character == '\n' && style.contains('c') { ' ' } else { character };
        add(&mut marks, &shown.to_string(), &style);
        units += character.len_utf16();
    }
    marks
}

fn sign(kind: &EntityKind) -> char {
    match kind {
        EntityKind::Bold => 'b',
        EntityKind::Italic => 'i',
        EntityKind::Underline => 'u',
        EntityKind::Strikethrough => 's',
        EntityKind::Spoiler => 'p',
        EntityKind::Code => 'c',
        EntityKind::TextLink { .. } => 'l',
        other => panic!("{other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn every_character_is_what_commonmark_says(source in sources().prop_map(|source| source.replace(['~', '|'], "a"))) {
        prop_assume!(comparable(&source));
        // CommonMark has no underline: `__` is strong there.
        let strong = ours(&source).into_iter().map(|(character, style)| {
            let mut signs: Vec<char> = style.replace('u', "b").chars().collect();
            signs.sort_unstable();
            signs.dedup();
            (character, signs.into_iter().collect::<String>())
        });
        prop_assert_eq!(strong.collect::<Vec<_>>(), theirs(&source, false), "{:?}", source);
    }

    #[test]
    fn every_character_is_what_comrak_says(source in sources()) {
        prop_assume!(comparable(&source) && !looks_through(&source));
        prop_assert_eq!(ours(&source), theirs(&source, true), "{:?}", source);
    }

    #[test]
    fn text_without_markup_stays_as_typed(source in "[^*_~|`\\[\\]\\\\\r<&]{0,80}") {
        let (prose, problems) = parsed(&source);
        prop_assert_eq!(&prose.text, &FormattedText::plain(source.as_str()));
        prop_assert!(problems.is_empty());
    }

    #[test]
    fn entities_are_on_characters_and_nested_or_disjoint(source in prop_oneof![sources(), any::<String>()]) {
        let (prose, problems) = parsed(&source);
        let entities = &prose.text.entities;
        for entity in entities {
            prop_assert!(entity.length > 0);
            prop_assert!(utf16::byte_of(&prose.text.string, entity.offset).is_some());
            prop_assert!(utf16::byte_of(&prose.text.string, entity.end()).is_some());
        }
        for (index, one) in entities.iter().enumerate() {
            for other in &entities[index + 1..] {
                let apart = one.end() <= other.offset;
                let nested = one.offset <= other.offset && other.end() <= one.end();
                prop_assert!(apart || nested, "{:?}", source);
            }
        }
        for problem in problems {
            prop_assert!(source.get(problem.range).is_some_and(|typed| !typed.is_empty()));
        }
    }

    #[test]
    fn every_character_is_mapped_to_where_it_was_typed(source in prop_oneof![sources(), any::<String>()]) {
        let (prose, _) = parsed(&source);
        for (at, character) in prose.text.string.char_indices() {
            let typed = source[prose.origins.field_of(at)..].chars().next();
            prop_assert_eq!(typed, Some(character), "{:?}", source);
        }
    }
}

#[test]
fn hostile_markup_takes_linear_time() {
    // Each would run for minutes if a step looked back over the whole text before it.
    for source in [
        "*".repeat(30_000),
        "*a ".repeat(30_000),
        "**a *b ".repeat(20_000),
        "*a_ ".repeat(20_000),
        "a**b".repeat(20_000),
        "[".repeat(100_000),
        "[".repeat(10_000) + &"]".repeat(10_000),
        "[a](".repeat(20_000),
        "[a](<b".repeat(20_000),
        "[a](b \"".repeat(20_000),
        "![".repeat(20_000),
        "`a``".repeat(20_000),
        (1..600).map(|length| "`".repeat(length) + "a").collect(),
        "||a".repeat(20_000),
        "[a](https://e.org/)".repeat(10_000),
        "\\".repeat(100_000),
        "a\n\n".repeat(30_000),
        "[a](https://e.org ".repeat(20_000),
        "[".repeat(20_000) + &"](https://e.org ".repeat(20_000),
        "https://".repeat(30_000) + "_",
        "https://_".repeat(30_000),
        "https://a*_".repeat(30_000),
    ] {
        parsed(&source);
    }
}

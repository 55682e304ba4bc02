//! Tests of the differential tests: the random markup must be valid often enough and meet every refusal, and the comparison
//! must find a wrong reader or writer.

use std::collections::BTreeMap;
use std::convert::Infallible;

use proptest::strategy::BoxedStrategy;
use telegram_text::{Entity, EntityKind, FormattedText};

use super::differential::{bare, random, search};
use super::generate::{entities, html, markdown_v2};
use super::oracle::{Answer, Ask, Oracle, Question};
use super::rendering::Text;
use super::subject::Subject;

/// Random inputs of a test.
const CASES: usize = 20_000;

/// How often each refusal must occur.
const ENOUGH: usize = 5;

/// The refusals of TDLib's HTML parser, up to the quoted text; the one for more than 65,536 characters is left out.
const HTML_REFUSALS: [&str; 12] = [
    "Can't find end tag corresponding to start tag",
    "Empty attribute name in the tag",
    "Invalid custom emoji identifier specified",
    "Invalid date format used",
    "Tag",
    "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units",
    "Unclosed end tag",
    "Unclosed start tag",
    "Unexpected end of name token",
    "Unexpected end tag",
    "Unmatched end tag",
    "Unsupported start tag",
];

/// The same for MarkdownV2.
const MARKDOWN_V2_REFUSALS: [&str; 14] = [
    "Can't find end of Bold entity",
    "Can't find end of Code entity",
    "Can't find end of CustomEmoji entity",
    "Can't find end of Italic entity",
    "Can't find end of Pre entity",
    "Can't find end of PreCode entity",
    "Can't find end of Spoiler entity",
    "Can't find end of Strikethrough entity",
    "Can't find end of TextUrl entity",
    "Can't find end of Underline entity",
    "Can't find end of a URL",
    "Character",
    "Invalid tg://emoji or tg://time URL specified",
    "The entity must contain a tg://emoji or tg://time URL",
];

/// A refusal up to the first quotation or position.
fn prefix(error: &str) -> &str {
    let ends = ["\"", " '", " at byte offset"].into_iter().filter_map(|sign| error.find(sign));
    let end = ends.min().unwrap_or(error.len());
    error.get(..end).unwrap_or_default().trim_end()
}

fn assert_covers(ask: Ask, markup: &BoxedStrategy<Text>, refusals: &[&str]) {
    let Some(mut oracle) = Oracle::present() else { return };
    let questions: Vec<_> =
        random(markup, CASES).iter().map(|text| Question::of(ask, text)).collect();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for answer in oracle.ask(&questions) {
        if let Answer::Refusal { error } = answer {
            *counts.entry(prefix(&error).to_owned()).or_default() += 1;
        }
    }
    println!("{counts:#?}");
    let refused: usize = counts.values().sum();
    assert!(refused * 2 < CASES, "{refused} of {CASES} are refused");
    let missed: Vec<_> = refusals
        .iter()
        .filter(|refusal| counts.get(**refusal).is_none_or(|count| *count < ENOUGH))
        .collect();
    assert!(missed.is_empty(), "too rare: {missed:#?}");
    let unlisted: Vec<_> =
        counts.keys().filter(|refusal| !refusals.contains(&refusal.as_str())).collect();
    assert!(unlisted.is_empty(), "not listed: {unlisted:#?}");
}

#[test]
fn random_html_is_often_valid_and_meets_every_refusal() {
    assert_covers(Ask::Html, &bare(html::text()), &HTML_REFUSALS);
}

#[test]
fn random_markdown_v2_is_often_valid_and_meets_every_refusal() {
    assert_covers(Ask::MarkdownV2, &bare(markdown_v2::text()), &MARKDOWN_V2_REFUSALS);
}

#[test]
fn wrong_reader_is_found_and_shrunk_to_few_characters() {
    let Some(mut oracle) = Oracle::present() else { return };
    let reader = |markup: &str| Ok::<_, Infallible>(FormattedText::plain(markup));
    let subject = Subject::reader("wrong_reader", Ask::Html, reader);
    let difference = search(&subject, &bare(html::text()), &mut oracle, CASES);
    let (input, _) = difference.err().unwrap();
    assert!(input.text.chars().count() <= 4, "{input:?}");
}

#[test]
fn wrong_writer_is_found_and_shrunk_to_one_entity() {
    let Some(mut oracle) = Oracle::present() else { return };
    let writer = |text: &FormattedText| {
        let string = text.string.replace('&', "&amp;").replace('<', "&lt;");
        let is_code = |entity: &Entity| entity.kind == EntityKind::Code;
        if text.entities.iter().all(is_code) { Ok(string) } else { Err(()) }
    };
    let subject = Subject::writer("wrong_writer", Ask::Html, writer, FormattedText::clone);
    let difference = search(&subject, &entities::text(), &mut oracle, CASES);
    let (input, _) = difference.err().unwrap();
    let code = Entity::new(EntityKind::Code, 0, 1);
    assert_eq!((input.text.chars().count(), input.entities), (1, vec![code]));
}

//! Differential tests: telepress must treat random inputs as TDLib does. An input that differs is shrunk and kept in
//! `regressions.jsonl`.

#![expect(clippy::disallowed_methods, reason = "an environment variable sets the number of cases")]

use std::collections::BTreeMap;

use proptest::strategy::{BoxedStrategy, Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use telegram_text::{FormattedText, html, markdown_v2};

use super::generate::{self, entities, found};
use super::oracle::{Answer, Ask, BATCH, Oracle};
use super::regressions::{self, Regression};
use super::rendering::Text;
use super::subject::Subject;
use super::whole_posts::seed;

/// Random inputs for each subject in a run.
const CASES: usize = 20_000;

/// The most shrinking steps for a differing input.
const SHRINKS: usize = 2_000;

fn cases() -> usize {
    std::env::var("TELEPRESS_CASES").map_or(CASES, |cases| cases.parse().unwrap())
}

/// Random choices that depend only on the seed and the subject.
fn runner(subject: &str, seed: u64) -> TestRunner {
    let mut bytes = [0; 32];
    let name_and_seed = subject.bytes().chain(seed.to_le_bytes());
    bytes.iter_mut().rev().zip(name_and_seed).for_each(|(byte, from)| *byte = from);
    TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

pub(super) fn random(inputs: &BoxedStrategy<Text>, cases: usize) -> Vec<Text> {
    let mut runner = runner("random", seed());
    (0..cases).map(|_| inputs.new_tree(&mut runner).unwrap().current()).collect()
}

/// Counts of TDLib's answers in a run.
#[derive(Default)]
pub(super) struct Tally {
    /// Entities by kind.
    kinds: BTreeMap<&'static str, usize>,
    texts: usize,
    refusals: usize,
    /// With entities that bots do not get.
    foreign: usize,
    skipped: usize,
}

impl Tally {
    fn count(&mut self, answer: Option<&Answer>) {
        match answer {
            None => self.skipped += 1,
            Some(Answer::Foreign { .. }) => self.foreign += 1,
            Some(Answer::Refusal { .. }) => self.refusals += 1,
            Some(Answer::Text(text)) => {
                self.texts += 1;
                for entity in &text.entities {
                    *self.kinds.entry(entity.kind.name()).or_default() += 1;
                }
            }
        }
    }

    /// Fails if the inputs cover too little: this percentage must be texts, and each of these kinds must occur.
    #[track_caller]
    fn assert_covers(&self, percent: usize, kinds: &[&str]) {
        let all = self.texts + self.refusals + self.foreign + self.skipped;
        assert!(self.texts * 100 >= all * percent, "only {} of {all} were texts", self.texts);
        for kind in kinds {
            let seen = self.kinds.get(kind).copied().unwrap_or_default();
            assert!(seen * 1_000 > all, "{kind} only {seen} times: {:?}", self.kinds);
        }
    }
}

/// An input on which telepress and TDLib differ, with TDLib's answer.
pub(super) type Difference = (Text, Answer);

/// Compares random inputs until the answers for one differ, and shrinks it.
pub(super) fn search(
    subject: &Subject,
    inputs: &BoxedStrategy<Text>,
    oracle: &mut Oracle,
    cases: usize,
) -> Result<Tally, Difference> {
    let mut runner = runner(subject.name, seed());
    let mut tally = Tally::default();
    let mut left = cases;
    while left > 0 {
        let count = left.min(BATCH);
        left -= count;
        let trees: Vec<_> = (0..count).map(|_| inputs.new_tree(&mut runner).unwrap()).collect();
        let inputs: Vec<_> = trees.iter().map(ValueTree::current).collect();
        let questions: Vec<_> = inputs.iter().map(|input| (subject.question)(input)).collect();
        let batch: Vec<_> = questions.iter().flatten().cloned().collect();
        let mut answers = oracle.ask(&batch).into_iter();
        for ((question, input), tree) in questions.iter().zip(&inputs).zip(trees) {
            let answer = question.as_ref().and_then(|_| answers.next());
            tally.count(answer.as_ref());
            if let Some(answer) = answer.filter(|answer| !subject.agrees(input, answer)) {
                return Err(smallest(subject, oracle, tree, (input.clone(), answer)));
            }
        }
    }
    Ok(tally)
}

/// Shrinks a differing input while the answers still differ.
fn smallest(
    subject: &Subject,
    oracle: &mut Oracle,
    mut tree: Box<dyn ValueTree<Value = Text>>,
    found: Difference,
) -> Difference {
    let mut best = found;
    let mut changed = tree.simplify();
    for _ in 0..SHRINKS {
        if !changed {
            break;
        }
        let input = tree.current();
        match difference(subject, oracle, &input) {
            Some(answer) => {
                best = (input, answer);
                changed = tree.simplify();
            }
            None => changed = tree.complicate(),
        }
    }
    minimized(subject, oracle, best)
}

/// Removes single entities and characters that the difference does not need; the strategies drop only whole pieces.
fn minimized(subject: &Subject, oracle: &mut Oracle, mut best: Difference) -> Difference {
    loop {
        let mut smaller = smaller(&best.0).into_iter();
        let differing = smaller
            .find_map(|input| difference(subject, oracle, &input).map(|answer| (input, answer)));
        match differing {
            Some(found) => best = found,
            None => return best,
        }
    }
}

fn smaller(text: &Text) -> Vec<Text> {
    let without_entity = (0..text.entities.len()).map(|index| {
        let mut smaller = text.clone();
        smaller.entities.remove(index);
        smaller
    });
    let mut units = 0;
    let without_character = text.text.char_indices().map(|(at, character)| {
        let mut smaller = text.clone();
        smaller.text.remove(at);
        let place =
            |old: usize| if old > units { old - character.len_utf16().min(old) } else { old };
        for entity in &mut smaller.entities {
            let end = place(entity.end());
            entity.offset = place(entity.offset);
            entity.length = end.saturating_sub(entity.offset);
        }
        units += character.len_utf16();
        smaller
    });
    without_entity.chain(without_character).collect()
}

/// TDLib's answer if it differs from ours.
fn difference(subject: &Subject, oracle: &mut Oracle, input: &Text) -> Option<Answer> {
    let question = (subject.question)(input)?;
    let answer = oracle.ask(&[question]).pop()?;
    (!subject.agrees(input, &answer)).then_some(answer)
}

/// The whole comparison: earlier differences, then random inputs. Without TDLib only the recorded answers are compared.
#[track_caller]
fn compare(subject: &Subject, inputs: &BoxedStrategy<Text>, percent: usize, kinds: &[&str]) {
    let mut oracle = Oracle::present();
    for recorded in regressions::of(subject.name) {
        if let Some(question) = (subject.question)(&recorded.input)
            && let Some(oracle) = &mut oracle
        {
            let answer = oracle.ask(&[question]).pop();
            assert_eq!(
                answer.as_ref(),
                Some(&recorded.output),
                "TDLib changed: {:?}",
                recorded.input
            );
        }
        let ours = (subject.ours)(&recorded.input);
        assert!(
            subject.agrees(&recorded.input, &recorded.output),
            "{}: {:?}\nours  {ours:?}\nTDLib {:?}",
            subject.name,
            recorded.input,
            recorded.output
        );
    }
    let Some(mut oracle) = oracle else { return };
    let cases = cases();
    println!("{}: TELEPRESS_SEED={} TELEPRESS_CASES={cases}", subject.name, seed());
    match search(subject, inputs, &mut oracle, cases) {
        Ok(tally) => {
            println!(
                "{}: {} texts, {} refusals, {} with entities that bots do not get, {} skipped; {:?}",
                subject.name,
                tally.texts,
                tally.refusals,
                tally.foreign,
                tally.skipped,
                tally.kinds
            );
            tally.assert_covers(percent, kinds);
        }
        Err((input, output)) => {
            let report = format!(
                "{} differs from TDLib: {input:?}\nours  {:?}\nTDLib {output:?}",
                subject.name,
                (subject.ours)(&input)
            );
            regressions::add(&Regression { subject: subject.name.to_owned(), input, output });
            panic!("{report}\n(added to tests/tdlib/regressions.jsonl)");
        }
    }
}

/// Inputs without entities: plain texts or markup.
pub(super) fn bare(text: BoxedStrategy<String>) -> BoxedStrategy<Text> {
    text.prop_map(|text| Text { text, entities: Vec::new() }).boxed()
}

/// Every entity kind that a bot can send.
const KINDS: [&str; 13] = [
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
    "blockquote",
    "expandable_blockquote",
    "code",
    "pre",
    "text_link",
    "text_mention",
    "custom_emoji",
    "date_time",
];

/// Every entity kind that Telegram detects.
const FOUND: [&str; 6] = ["mention", "hashtag", "cashtag", "bot_command", "url", "email"];

#[test]
fn normal_form_is_that_of_tdlib() {
    compare(&Subject::normal(), &entities::text(), 60, &KINDS);
}

#[test]
fn links_are_normalized_or_refused_as_by_tdlib() {
    compare(&Subject::link(), &entities::link(), 30, &["text_link", "text_mention"]);
}

#[test]
fn entities_are_detected_as_by_tdlib() {
    compare(&Subject::detect(), &bare(found::text()), 90, &FOUND);
}

#[test]
fn detected_entities_are_merged_as_by_tdlib() {
    let inputs = entities::text_with_found(found::text());
    compare(&Subject::found(), &inputs, 60, &[KINDS.as_slice(), FOUND.as_slice()].concat());
}

/// The entity kinds that random markup must produce; code blocks with a language count as `pre`.
const MARKUP_KINDS: [&str; 5] = ["bold", "italic", "code", "pre", "text_link"];

#[test]
fn html_is_parsed_or_refused_as_by_tdlib() {
    let subject = Subject::reader("html", Ask::Html, html::parse);
    compare(&subject, &bare(generate::html::text()), 40, &MARKUP_KINDS);
}

#[test]
fn markdown_v2_is_parsed_or_refused_as_by_tdlib() {
    let subject = Subject::reader("markdown_v2", Ask::MarkdownV2, markdown_v2::parse);
    compare(&subject, &bare(generate::markdown_v2::text()), 40, &MARKUP_KINDS);
}

#[test]
fn tdlib_parses_the_written_html_back() {
    let subject = Subject::writer("html_writer", Ask::Html, html::write, FormattedText::clone);
    compare(&subject, &entities::text(), 60, &KINDS);
}

#[test]
fn tdlib_parses_the_written_markdown_v2_back() {
    let subject = Subject::writer(
        "markdown_v2_writer",
        Ask::MarkdownV2,
        markdown_v2::write,
        markdown_v2::with_whole_quotations,
    );
    // Most of the quotes begin or end inside a line, which MarkdownV2 cannot express.
    compare(&subject, &entities::text(), 40, &KINDS);
}

#[test]
fn written_markdown_is_read_back_as_the_normal_form_of_tdlib() {
    // Most texts have mentions, dates, or quotes and code without a blank line around them, which a body cannot hold.
    compare(&Subject::markdown(), &entities::text(), 5, &["bold", "italic", "text_link"]);
}

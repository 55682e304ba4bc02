//! Random inputs before TDLib and telepress: they must say the same. What differs is made as small as it can be and kept
//! in `regressions.jsonl`.

#![expect(
    clippy::disallowed_methods,
    reason = "a test reads a variable that the library's bans are about"
)]

use std::collections::BTreeMap;

use proptest::strategy::{BoxedStrategy, Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use telegram_text::{html, markdown_v2};

use super::generate::{self, entities, found};
use super::judge::{Answer, Ask, BATCH, Judge};
use super::regressions::{self, Regression};
use super::rendering::Text;
use super::subject::Subject;
use super::trial::seed;

/// Inputs that are compared in a run, of each subject.
const CASES: usize = 20_000;

/// How often a differing input is made smaller at most.
const SHRINKS: usize = 2_000;

fn cases() -> usize {
    std::env::var("TELEPRESS_CASES").map_or(CASES, |cases| cases.parse().unwrap())
}

/// Random choices that are the same on every machine for one seed, and others for each subject.
fn runner(subject: &str, seed: u64) -> TestRunner {
    let mut bytes = [0; 32];
    let told = subject.bytes().chain(seed.to_le_bytes());
    bytes.iter_mut().rev().zip(told).for_each(|(byte, told)| *byte = told);
    TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

/// As many random inputs.
pub(super) fn random(inputs: &BoxedStrategy<Text>, cases: usize) -> Vec<Text> {
    let mut runner = runner("random", seed());
    (0..cases).map(|_| inputs.new_tree(&mut runner).unwrap().current()).collect()
}

/// What came of a run.
#[derive(Default)]
pub(super) struct Tally {
    /// How often each kind of entity was in TDLib's answers.
    kinds: BTreeMap<&'static str, usize>,
    texts: usize,
    refusals: usize,
    foreign: usize,
    unasked: usize,
}

impl Tally {
    fn count(&mut self, answer: Option<&Answer>) {
        match answer {
            None => self.unasked += 1,
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

    /// Inputs that show nothing prove nothing: a good part must be texts, with all of these kinds.
    #[track_caller]
    fn assert_telling(&self, percent: usize, kinds: &[&str]) {
        let all = self.texts + self.refusals + self.foreign + self.unasked;
        assert!(self.texts * 100 >= all * percent, "only {} of {all} were texts", self.texts);
        for kind in kinds {
            let seen = self.kinds.get(kind).copied().unwrap_or_default();
            assert!(seen * 1_000 > all, "{kind} only {seen} times: {:?}", self.kinds);
        }
    }
}

/// The smallest input found on which the two differ, with TDLib's answer.
pub(super) type Difference = (Text, Answer);

/// Compares random inputs until two answers differ.
pub(super) fn search(
    subject: &Subject,
    inputs: &BoxedStrategy<Text>,
    judge: &mut Judge,
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
        let asked: Vec<_> = questions.iter().flatten().cloned().collect();
        let mut answers = judge.ask(&asked).into_iter();
        for ((question, input), tree) in questions.iter().zip(&inputs).zip(trees) {
            let answer = question.as_ref().and_then(|_| answers.next());
            tally.count(answer.as_ref());
            if let Some(answer) = answer.filter(|answer| !subject.agrees(input, answer)) {
                return Err(smallest(subject, judge, tree, (input.clone(), answer)));
            }
        }
    }
    Ok(tally)
}

/// Makes a differing input smaller as long as the answers differ.
fn smallest(
    subject: &Subject,
    judge: &mut Judge,
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
        match difference(subject, judge, &input) {
            Some(answer) => {
                best = (input, answer);
                changed = tree.simplify();
            }
            None => changed = tree.complicate(),
        }
    }
    without_the_needless(subject, judge, best)
}

/// Leaves out single entities and characters that the difference does not need; a strategy drops only whole pieces.
fn without_the_needless(subject: &Subject, judge: &mut Judge, mut best: Difference) -> Difference {
    loop {
        let mut smaller = smaller(&best.0).into_iter();
        let differing = smaller
            .find_map(|input| difference(subject, judge, &input).map(|answer| (input, answer)));
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

/// TDLib's answer where it is another than ours.
fn difference(subject: &Subject, judge: &mut Judge, input: &Text) -> Option<Answer> {
    let question = (subject.question)(input)?;
    let answer = judge.ask(&[question]).pop()?;
    (!subject.agrees(input, &answer)).then_some(answer)
}

/// The whole comparison: what differed before, then random inputs. Without TDLib its recorded answers stand for it.
#[track_caller]
fn compare(subject: &Subject, inputs: &BoxedStrategy<Text>, percent: usize, kinds: &[&str]) {
    let mut judge = Judge::present();
    for known in regressions::of(subject.name) {
        if let Some(question) = (subject.question)(&known.input)
            && let Some(judge) = &mut judge
        {
            let answer = judge.ask(&[question]).pop();
            assert_eq!(answer.as_ref(), Some(&known.output), "TDLib changed: {:?}", known.input);
        }
        let ours = (subject.ours)(&known.input);
        assert!(
            subject.agrees(&known.input, &known.output),
            "{}: {:?}\nhere  {ours:?}\nTDLib {:?}",
            subject.name,
            known.input,
            known.output
        );
    }
    let Some(mut judge) = judge else { return };
    let cases = cases();
    println!("{}: TELEPRESS_SEED={} TELEPRESS_CASES={cases}", subject.name, seed());
    match search(subject, inputs, &mut judge, cases) {
        Ok(tally) => {
            println!(
                "{}: {} texts, {} refusals, {} with what bots do not get, {} not asked; {:?}",
                subject.name,
                tally.texts,
                tally.refusals,
                tally.foreign,
                tally.unasked,
                tally.kinds
            );
            tally.assert_telling(percent, kinds);
        }
        Err((input, output)) => {
            let said = format!(
                "{} differs from TDLib: {input:?}\nhere  {:?}\nTDLib {output:?}",
                subject.name,
                (subject.ours)(&input)
            );
            regressions::add(&Regression { subject: subject.name.to_owned(), input, output });
            panic!("{said}\n(added to tests/tdlib/regressions.jsonl)");
        }
    }
}

/// Texts without entities, and markup.
pub(super) fn bare(text: BoxedStrategy<String>) -> BoxedStrategy<Text> {
    text.prop_map(|text| Text { text, entities: Vec::new() }).boxed()
}

/// Every kind that a bot can send.
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

/// Every kind that Telegram finds itself.
const FOUND: [&str; 6] = ["mention", "hashtag", "cashtag", "bot_command", "url", "email"];

#[test]
fn a_text_with_entities_becomes_what_tdlib_makes_of_it() {
    compare(&Subject::normal(), &entities::text(), 60, &KINDS);
}

#[test]
fn a_link_is_spelled_or_refused_as_tdlib_does() {
    compare(&Subject::link(), &entities::link(), 30, &["text_link", "text_mention"]);
}

#[test]
fn what_tdlib_finds_in_a_text_is_found() {
    compare(&Subject::detect(), &bare(found::text()), 90, &FOUND);
}

#[test]
fn found_entities_are_merged_as_tdlib_merges_them() {
    let inputs = entities::text_with_found(found::text());
    compare(&Subject::found(), &inputs, 60, &[KINDS.as_slice(), FOUND.as_slice()].concat());
}

/// What can be read from markup in a test of random markup; code blocks with a language are among the `pre`.
const READ: [&str; 5] = ["bold", "italic", "code", "pre", "text_link"];

#[test]
fn html_is_read_or_refused_as_tdlib_does() {
    let subject = Subject::reader("html", Ask::Html, html::parse);
    compare(&subject, &bare(generate::html::text()), 40, &READ);
}

#[test]
fn markdown_v2_is_read_or_refused_as_tdlib_does() {
    let subject = Subject::reader("markdown_v2", Ask::MarkdownV2, markdown_v2::parse);
    compare(&subject, &bare(generate::markdown_v2::text()), 40, &READ);
}

#[test]
fn tdlib_reads_back_what_is_written_as_html() {
    compare(&Subject::writer("html_writer", Ask::Html, html::write), &entities::text(), 60, &KINDS);
}

#[test]
fn tdlib_reads_back_what_is_written_as_markdown_v2() {
    let subject = Subject::writer("markdown_v2_writer", Ask::MarkdownV2, markdown_v2::write);
    // Most of the quotes begin or end inside a line, which MarkdownV2 cannot say.
    compare(&subject, &entities::text(), 40, &KINDS);
}

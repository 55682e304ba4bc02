//! The trial: sample posts and random ones, each part before TDLib.

#![expect(
    clippy::disallowed_methods,
    reason = "a test reads the samples and the variables that the library's bans are about"
)]

use std::collections::BTreeMap;
use std::path::Path;

use super::dice::Dice;
use super::judge::{Answer, Ask, Judge, Question};
use super::recorded::{self, Case};
use super::rendering::{Text, assert_covered, render};
use super::{newsroom, posts};

/// Good posts that are judged.
const POSTS: usize = 2_000;
/// How many of them are recorded.
const RECORDED: usize = 300;
/// Bytes of a post's files and parts past which it is not recorded: one long post is worth less than many short ones.
const RECORDED_BYTES: usize = 3_900;
/// How many posts of several messages are recorded besides; they are long by nature.
const RECORDED_SPLIT: usize = 4;
/// Bytes past which such a post is not recorded.
const RECORDED_SPLIT_BYTES: usize = 30_000;

/// A post before it is judged.
struct Candidate {
    config: String,
    post: String,
    parts: Vec<Text>,
}

fn samples() -> Vec<Candidate> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let config = read("config/telepress.toml");
    let files = telepress::fs::walk(&root.join("posts")).unwrap().into_iter();
    let files =
        files.map(|entry| entry.relative).filter(|name| name.strip_suffix(".toml").is_some());
    files
        .map(|name| {
            let post = read(&format!("posts/{name}"));
            let parts = render(&config, &post).unwrap_or_else(|codes| panic!("{name}: {codes:?}"));
            Candidate { config: config.clone(), post, parts }
        })
        .collect()
}

/// Random posts without errors; most that are made must have none.
fn random_posts(seed: u64) -> Vec<Candidate> {
    let mut good = Vec::new();
    let mut refused: BTreeMap<&str, usize> = BTreeMap::new();
    let mut made = 0;
    while good.len() < POSTS {
        let mut dice = Dice::new(seed.wrapping_add(made));
        made += 1;
        let (config, post) = (newsroom::config(&mut dice), posts::post(&mut dice));
        match render(&config, &post) {
            Ok(parts) => good.push(Candidate { config, post, parts }),
            Err(codes) => codes.into_iter().for_each(|code| *refused.entry(code).or_default() += 1),
        }
        let tried = usize::try_from(made).unwrap();
        assert!(
            tried < 100 || good.len() * 10 >= tried * 8,
            "of {tried} posts only {} were good, the others broke {refused:?}",
            good.len()
        );
    }
    println!("{POSTS} good posts of {made}; the others broke {refused:?}");
    good
}

/// The random posts and texts differ with it; it is printed, so that a run can be had again.
pub(super) fn seed() -> u64 {
    std::env::var("TELEPRESS_SEED").map_or(1, |seed| seed.parse().unwrap())
}

fn text_or_words(answer: Answer) -> Result<Text, String> {
    match answer {
        Answer::Text(text) => Ok(text),
        other => Err(format!("{other:?}")),
    }
}

/// What a post and its answers look like to whoever mends the difference.
fn difference(candidate: &Candidate, answers: &[Result<Text, String>]) -> String {
    let parts = candidate.parts.iter().zip(answers);
    let differing: Vec<_> = parts
        .filter(|(part, answer)| answer.as_ref() != Ok(part))
        .map(|(part, answer)| format!("rendered {part:#?}\nTDLib {answer:#?}"))
        .collect();
    format!("{}\n{}\n{}", candidate.config, candidate.post, differing.join("\n"))
}

#[test]
fn every_post_comes_back_from_tdlib_as_it_was_rendered() {
    let Some(mut judge) = Judge::present() else { return };
    let seed = seed();
    println!("TELEPRESS_SEED={seed}");
    let samples = samples();
    let first_random = samples.len();
    let mut candidates = samples;
    candidates.extend(random_posts(seed));
    let texts: Vec<_> = candidates.iter().flat_map(|one| one.parts.clone()).collect();
    assert_covered(&texts);
    let questions: Vec<_> = texts.iter().map(|text| Question::of(Ask::Normal, text)).collect();
    let answers: Vec<_> = judge.ask(&questions).into_iter().map(text_or_words).collect();
    let mut rest = answers.as_slice();
    let judged: Vec<_> = candidates
        .into_iter()
        .map(|candidate| {
            let (own, others) = rest.split_at(candidate.parts.len());
            rest = others;
            (candidate, own)
        })
        .collect();
    let mut wrong: Vec<_> = judged
        .iter()
        .filter(|(one, answers)| {
            !answers.iter().map(Result::as_ref).eq(one.parts.iter().map(Ok::<_, &String>))
        })
        .collect();
    wrong.sort_by_key(|(candidate, _)| candidate.post.len());
    if let Some((candidate, answers)) = wrong.first() {
        panic!(
            "{} of {} posts differ; the shortest:\n{}",
            wrong.len(),
            judged.len(),
            difference(candidate, answers)
        );
    }
    if std::env::var_os("TELEPRESS_RECORD").is_some() {
        let cases: Vec<_> = judged.into_iter().map(|(one, answers)| case(one, answers)).collect();
        let bytes = |case: &Case| serde_json::to_string(case).unwrap().len();
        let (samples, random) = cases.split_at(first_random);
        let short = random.iter().filter(|case| bytes(case) < RECORDED_BYTES).take(RECORDED);
        let split =
            random.iter().filter(|case| case.parts.len() > 2 && bytes(case) < RECORDED_SPLIT_BYTES);
        let chosen = samples.iter().chain(short).chain(split.take(RECORDED_SPLIT));
        recorded::write(&chosen.collect::<Vec<_>>());
    }
}

fn case(candidate: Candidate, answers: &[Result<Text, String>]) -> Case {
    let parts = answers.iter().map(|answer| answer.clone().unwrap()).collect();
    Case { config: candidate.config, post: candidate.post, parts }
}

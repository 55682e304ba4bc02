//! Whole posts: TDLib must return every part of the sample posts and of random posts unchanged.

#![expect(
    clippy::disallowed_methods,
    reason = "the test reads the sample posts and environment variables"
)]

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use telepress::media::{self, MediaFileError, MediaFolder, Probe};

use super::oracle::{Answer, Ask, Oracle, Question};
use super::recorded::{self, Case};
use super::rendering::{Text, assert_covered, render, render_with};
use super::rng::Rng;
use super::subject::is_written_as_markdown;
use super::{newsroom, posts};

/// Valid random posts that are compared.
const POSTS: usize = 2_000;
/// How many of them are recorded.
const RECORDED: usize = 300;
/// The most bytes of a recorded post: one long post is worth less than many short ones.
const RECORDED_BYTES: usize = 3_900;
/// How many posts with several messages are recorded in addition; they are long by nature.
const RECORDED_SPLIT: usize = 4;
/// The most bytes of such a post.
const RECORDED_SPLIT_BYTES: usize = 30_000;

/// A rendered post.
struct RenderedPost {
    config: String,
    source: String,
    parts: Vec<Text>,
}

/// The folder of a sample post.
struct SampleFolder<'n>(&'n str);

impl MediaFolder for SampleFolder<'_> {
    fn path(&self) -> &str {
        self.0
    }

    fn probe(&self, path: &str) -> Result<Arc<Probe>, MediaFileError> {
        let posts = Path::new(env!("CARGO_MANIFEST_DIR")).join("posts");
        let bytes = std::fs::read(posts.join(path)).map_err(|_| MediaFileError::Missing)?;
        let length = bytes.len().try_into().unwrap();
        Ok(Arc::new(media::probe(&mut Cursor::new(bytes), length).unwrap()))
    }
}

fn samples() -> Vec<RenderedPost> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let config = read("config/telepress.toml");
    let files = telepress::fs::walk(&root.join("posts")).unwrap().into_iter();
    let files =
        files.map(|entry| entry.relative).filter(|name| name.strip_suffix(".toml").is_some());
    files
        .map(|name| {
            let source = read(&format!("posts/{name}"));
            let folder = SampleFolder(name.rsplit_once('/').map_or("", |(folder, _)| folder));
            let parts = render_with(&config, &source, &folder)
                .unwrap_or_else(|codes| panic!("{name}: {codes:?}"));
            RenderedPost { config: config.clone(), source, parts }
        })
        .collect()
}

/// Random valid posts; most of the generated posts must be valid.
fn random_posts(seed: u64) -> Vec<RenderedPost> {
    let mut good = Vec::new();
    let mut refused: BTreeMap<&str, usize> = BTreeMap::new();
    let mut made = 0;
    while good.len() < POSTS {
        let mut rng = Rng::new(seed.wrapping_add(made));
        made += 1;
        let (config, source) = (newsroom::config(&mut rng), posts::post(&mut rng));
        match render(&config, &source) {
            Ok(parts) => good.push(RenderedPost { config, source, parts }),
            Err(codes) => codes.into_iter().for_each(|code| *refused.entry(code).or_default() += 1),
        }
        let tried = usize::try_from(made).unwrap();
        assert!(
            tried < 100 || good.len() * 10 >= tried * 8,
            "of {tried} posts only {} were valid; errors of the others: {refused:?}",
            good.len()
        );
    }
    println!("{POSTS} valid posts of {made}; errors of the others: {refused:?}");
    good
}

/// The seed of the random posts and texts; the tests print it, so that a run can be repeated.
pub(super) fn seed() -> u64 {
    std::env::var("TELEPRESS_SEED").map_or(1, |seed| seed.parse().unwrap())
}

fn text_or_refusal(answer: Answer) -> Result<Text, String> {
    match answer {
        Answer::Text(text) => Ok(text),
        other => Err(format!("{other:?}")),
    }
}

/// The report about a post that differs.
fn difference(post: &RenderedPost, answers: &[Result<Text, String>]) -> String {
    let parts = post.parts.iter().zip(answers);
    let differing: Vec<_> = parts
        .filter(|(part, answer)| answer.as_ref() != Ok(part))
        .map(|(part, answer)| format!("rendered {part:#?}\nTDLib {answer:#?}"))
        .collect();
    format!("{}\n{}\n{}", post.config, post.source, differing.join("\n"))
}

#[test]
fn tdlib_returns_every_post_unchanged() {
    let Some(mut tdlib) = Oracle::present() else { return };
    let seed = seed();
    println!("TELEPRESS_SEED={seed}");
    let samples = samples();
    let first_random = samples.len();
    let mut rendered = samples;
    rendered.extend(random_posts(seed));
    let texts: Vec<_> = rendered.iter().flat_map(|post| post.parts.clone()).collect();
    assert_covered(&texts);
    let questions: Vec<_> = texts.iter().map(|text| Question::of(Ask::Normal, text)).collect();
    let answers: Vec<_> = tdlib.ask(&questions).into_iter().map(text_or_refusal).collect();
    let mut rest = answers.as_slice();
    let compared: Vec<_> = rendered
        .into_iter()
        .map(|post| {
            let (own, others) = rest.split_at(post.parts.len());
            rest = others;
            (post, own)
        })
        .collect();
    let mut wrong: Vec<_> = compared
        .iter()
        .filter(|(post, answers)| {
            !answers.iter().map(Result::as_ref).eq(post.parts.iter().map(Ok::<_, &String>))
        })
        .collect();
    wrong.sort_by_key(|(post, _)| post.source.len());
    if let Some((post, answers)) = wrong.first() {
        panic!(
            "{} of {} posts differ; the shortest:\n{}",
            wrong.len(),
            compared.len(),
            difference(post, answers)
        );
    }
    if std::env::var_os("TELEPRESS_RECORD").is_some() {
        let cases: Vec<_> =
            compared.into_iter().map(|(post, answers)| case(post, answers)).collect();
        let bytes = |case: &Case| serde_json::to_string(case).unwrap().len();
        let (samples, random) = cases.split_at(first_random);
        let short = random.iter().filter(|case| bytes(case) < RECORDED_BYTES).take(RECORDED);
        let split =
            random.iter().filter(|case| case.parts.len() > 2 && bytes(case) < RECORDED_SPLIT_BYTES);
        // A recorded post has no files beside it.
        let samples = samples.iter().filter(|sample| !sample.post.contains("[[media]]"));
        let chosen = samples.chain(short).chain(split.take(RECORDED_SPLIT));
        recorded::write(&chosen.collect::<Vec<_>>());
    }
}

fn case(post: RenderedPost, answers: &[Result<Text, String>]) -> Case {
    let parts = answers.iter().map(|answer| answer.clone().unwrap()).collect();
    Case { config: post.config, post: post.source, parts }
}

#[test]
fn sample_posts_are_written_as_markdown_that_reads_back() {
    let texts: Vec<_> = samples().into_iter().flat_map(|post| post.parts).collect();
    let refused: Vec<_> = texts.iter().filter(|text| !is_written_as_markdown(text)).collect();
    println!("{} of {} texts are refused", refused.len(), texts.len());
    assert!(refused.is_empty(), "{refused:#?}");
}

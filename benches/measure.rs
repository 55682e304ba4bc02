//! Timing of work and its baseline in turns, and the printed report. It asserts nothing, because a busy machine is not a bug.

#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "this file measures time and prints for all benchmarks"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

/// A number of posts, bytes or runs: all of them in `cargo bench`, and a hundredth in `cargo test --benches`, which only shows that
/// the benchmarks build and run.
pub(crate) fn sized(full: usize) -> usize {
    if is_measuring() { full } else { (full / 100).max(1) }
}

/// Whether this is `cargo bench`, which passes this argument.
fn is_measuring() -> bool {
    std::env::args().any(|argument| argument == "--bench")
}

/// The time of each run.
#[derive(Default)]
pub(crate) struct Samples(Vec<Duration>);

impl Samples {
    /// Runs `work` `times` times and keeps the average.
    pub(crate) fn time<T>(&mut self, times: u32, mut work: impl FnMut() -> T) {
        let start = Instant::now();
        for _ in 0..times {
            black_box(work());
        }
        self.0.push(start.elapsed() / times);
    }

    fn median(&self) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        sorted[sorted.len() / 2]
    }

    /// The median ratio of neighbouring runs: a load on the machine slows both runs of a pair.
    fn ratio_to(&self, baseline: &Self) -> f64 {
        let pairs = self.0.iter().zip(&baseline.0);
        let mut ratios: Vec<f64> =
            pairs.map(|(work, baseline)| work.as_secs_f64() / baseline.as_secs_f64()).collect();
        ratios.sort_unstable_by(f64::total_cmp);
        ratios[ratios.len() / 2]
    }
}

/// The lines to print.
pub(crate) struct Report {
    title: &'static str,
    rows: Vec<String>,
}

impl Report {
    pub(crate) fn new(title: &'static str) -> Self {
        Self { title, rows: Vec::new() }
    }

    /// Compares work with its baseline, both timed in turns; `goal` is the highest ratio allowed.
    pub(crate) fn row(&mut self, name: &str, work: &Samples, baseline: &Samples, goal: f64) {
        let ratio = work.ratio_to(baseline);
        let (work, baseline) = (work.median(), baseline.median());
        let verdict = if ratio <= goal { "within" } else { "ABOVE" };
        self.rows.push(format!(
            "{name}: {work:.1?} against {baseline:.1?}, ratio {ratio:.2} ({verdict} the goal of {goal})"
        ));
    }

    /// A figure without a baseline.
    #[allow(
        dead_code,
        reason = "each benchmark compiles this file, and not all have such a figure"
    )]
    pub(crate) fn line(&mut self, line: String) {
        self.rows.push(line);
    }

    pub(crate) fn print(&self) {
        println!("{}", self.title);
        if !is_measuring() {
            println!("  a hundredth of the work: the figures below mean nothing");
        }
        for row in &self.rows {
            println!("  {row}");
        }
    }
}

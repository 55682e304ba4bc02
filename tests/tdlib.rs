//! Whole posts before TDLib, the code that Telegram itself runs: what a post becomes must come back from it unchanged.

// Only what stands under `cfg(test)` counts as a test for the lints that forbid panics.
#[cfg(test)]
mod tdlib {
    mod dice;
    mod inline;
    mod judge;
    mod markdown;
    mod newsroom;
    mod posts;
    mod recorded;
    mod rendering;
    mod toml;
    mod trial;
}

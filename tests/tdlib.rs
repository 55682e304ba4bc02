//! Compares telepress with TDLib, the code that Telegram itself runs: whole posts, and each of the text functions.

// The lints that forbid panics treat only code under `cfg(test)` as tests.
#[cfg(test)]
mod tdlib {
    mod differential;
    mod generate;
    mod inline;
    mod markdown;
    mod newsroom;
    mod oracle;
    mod posts;
    mod recorded;
    mod regressions;
    mod rendering;
    mod rng;
    mod self_test;
    mod subject;
    mod toml;
    mod whole_posts;
}

//! Compares telepress with TDLib, the code that Telegram itself runs: whole posts, and each of the text functions.

// The lints that forbid panics treat only code under `cfg(test)` as tests.
#[cfg(test)]
mod tdlib {
    mod dice;
    mod differential;
    mod generate;
    mod inline;
    mod judge;
    mod markdown;
    mod newsroom;
    mod posts;
    mod recorded;
    mod regressions;
    mod rendering;
    mod soup;
    mod subject;
    mod toml;
    mod trial;
}

//! telepress before TDLib, the code that Telegram itself runs: whole posts, and each of the text functions.

// Only what stands under `cfg(test)` counts as a test for the lints that forbid panics.
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

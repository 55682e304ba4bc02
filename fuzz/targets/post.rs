//! Any post file: it is read or gets an error, and every diagnostic has a span in the file. The messages of a valid post are in
//! normal form.

#![no_main]

use std::sync::LazyLock;

use telegram_text::normal;
use telepress::config::{self, Config};
use telepress::ids::PostId;
use telepress::media::NoFiles;
use telepress::source::SourceFile;

static CONFIG: LazyLock<Config> = LazyLock::new(|| {
    let text = include_str!("../../config/telepress.toml");
    config::check(&SourceFile::new("config/telepress.toml", text))
        .0
        .expect("the sample config is good")
});

libfuzzer_sys::fuzz_target!(|text: &str| {
    let file = SourceFile::new("posts/a.toml", text);
    let id = PostId::parse("a").expect("a short id");
    let checked = telepress::check::check(&file, id, &CONFIG, jiff::Timestamp::UNIX_EPOCH, &NoFiles);
    assert!(checked.post.is_some() || checked.diagnostics.iter().any(|found| found.is_error()));
    assert!(checked.diagnostics.iter().all(|found| text.get(found.span.clone()).is_some()));
    let Some(post) = checked.post else { return };
    for part in post.messages.iter().flat_map(|parts| parts.iter()) {
        let text = part.text();
        assert_eq!(normal::normal(text.clone()), Ok(text));
    }
});

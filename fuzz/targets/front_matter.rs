//! Any Markdown file: it is a post, not a post, or gets an error; every diagnostic has a span in the file; and a post says the same
//! as the post in TOML with the same front matter and body.

#![no_main]

use std::sync::LazyLock;

use telepress::check::{Checked, check};
use telepress::config::{self, Config};
use telepress::ids::PostId;
use telepress::media::NoFiles;
use telepress::source::{MarkdownFile, SourceFile};

static CONFIG: LazyLock<Config> = LazyLock::new(|| {
    let text = include_str!("../../config/telepress.toml");
    config::check(&SourceFile::new("config/telepress.toml", text))
        .0
        .expect("the sample config is good")
});

fn checked(file: &SourceFile) -> Checked {
    let id = PostId::parse("a").expect("a short id");
    check(file, id, &CONFIG, jiff::Timestamp::UNIX_EPOCH, &NoFiles)
}

libfuzzer_sys::fuzz_target!(|text: &str| {
    let file = SourceFile::post("posts/a.md", text);
    let found = checked(&file);
    assert!(found.post.is_some() || !found.diagnostics.is_empty());
    assert!(found.diagnostics.iter().all(|found| text.get(found.span.clone()).is_some()));
    let (Some(MarkdownFile::Post { toml, body }), Some(post)) = (file.markdown(), found.post) else {
        return;
    };
    let body = body.clone().and_then(|body| text.get(body)).unwrap_or_default();
    if body.is_empty() || body.contains("'''") || body.contains('\r') {
        return;
    }
    // A body in front of the first table belongs to the top.
    let toml = toml.trim_start_matches('\u{feff}');
    let same = SourceFile::new("posts/a.toml", format!("body = '''\n{body}'''\n{toml}"));
    let same = checked(&same).post.expect("the same post in TOML is valid too");
    assert_eq!(same.messages, post.messages);
});

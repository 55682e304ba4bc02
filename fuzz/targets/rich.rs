//! Any body of a rich message: it becomes blocks or gets an error, every character has a place in the Markdown, and no message is
//! past a limit.

#![no_main]

use std::sync::LazyLock;

use telegram_text::block::Block;
use telegram_text::body::{self, Options};
use telepress::config::{self, Config, Style};
use telepress::ids::PostId;
use telepress::layout;
use telepress::media::NoFiles;
use telepress::message::rich::excess;
use telepress::message::{Content, Request};
use telepress::source::SourceFile;

static CONFIG: LazyLock<Config> = LazyLock::new(|| {
    let text = "channels.news = { chat = \"@example_news\", language = \"en\", format = \"rich\" }";
    config::check(&SourceFile::new("config/telepress.toml", text)).0.expect("the config is good")
});

libfuzzer_sys::fuzz_target!(|markup: &str| {
    let body = body::parse_with(markup, Options { rich: true, ..Options::default() });
    assert!(body.problems.iter().all(|problem| markup.get(problem.range.clone()).is_some()));
    Block::each(&body.blocks, &mut |block| {
        for text in block.texts() {
            for (at, _) in text.text.string.char_indices() {
                let place = text.origins.field_of(at);
                assert!(place < markup.len() && markup.is_char_boundary(place));
            }
        }
    });
    let _ = layout::lay_out_rich_blocks(&body.blocks, &Style::default());

    let file = SourceFile::new("posts/a.md", format!("+++\n+++\n{markup}"));
    let id = PostId::parse("a").expect("a short id");
    let checked = telepress::check::check(&file, id, &CONFIG, jiff::Timestamp::UNIX_EPOCH, &NoFiles);
    assert!(checked.post.is_some() || checked.diagnostics.iter().any(|found| found.is_error()));
    let Some(post) = checked.post else { return };
    for part in post.messages.iter().flat_map(|parts| parts.iter()) {
        if let Some(Content::Rich(content)) = Request::content(part) {
            assert_eq!(excess(&content.rich_message.blocks), None);
        }
    }
});

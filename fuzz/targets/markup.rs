//! Any Markdown, inline and as a body: entities are within the text, and the layout is in normal form.

#![no_main]

use telegram_text::{body, inline, normal};
use telepress::config::Style;
use telepress::layout;

libfuzzer_sys::fuzz_target!(|markup: &str| {
    let mut problems = Vec::new();
    let prose = inline::parse(markup, &mut problems);
    let units = prose.text.utf16_len();
    assert!(prose.text.entities.iter().all(|entity| entity.length > 0 && entity.end() <= units));
    assert!(problems.iter().all(|problem| markup.get(problem.range.clone()).is_some()));
    let body = body::parse(markup);
    assert!(body.problems.iter().all(|problem| markup.get(problem.range.clone()).is_some()));
    if let Ok(layout) = layout::lay_out_blocks(&body.blocks, &Style::default()) {
        assert_eq!(normal::uncut(layout.text.clone()), Ok(layout.text));
    }
});

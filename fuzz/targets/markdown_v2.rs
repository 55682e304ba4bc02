//! Any MarkdownV2 is read or refused, and what was read can be written so that it is read again.

#![no_main]

use telegram_text::{markdown_v2, normal};

libfuzzer_sys::fuzz_target!(|markup: &str| {
    let Ok(text) = markdown_v2::read(markup) else { return };
    assert!(normal::is_normal(&text) || text.string.len() > telegram_text::limits::BARE_TEXT_BYTES);
    if let Ok(written) = markdown_v2::write(&text) {
        assert_eq!(markdown_v2::read(&written), Ok(text), "{written:?}");
    }
});

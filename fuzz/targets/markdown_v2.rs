//! Any MarkdownV2: it is parsed or refused, and a parsed text survives writing and parsing again.

#![no_main]

use telegram_text::{markdown_v2, normal};

libfuzzer_sys::fuzz_target!(|markup: &str| {
    let Ok(text) = markdown_v2::read(markup) else { return };
    assert!(normal::is_normal(&text) || text.string.len() > telegram_text::limits::BARE_TEXT_BYTES);
    if let Ok(written) = markdown_v2::write(&text) {
        let whole = markdown_v2::with_whole_quotations(&text);
        assert_eq!(markdown_v2::read(&written), Ok(whole), "{written:?}");
    }
});

//! Any HTML: it is parsed or refused, and a parsed text survives writing and parsing again. As a web page it becomes blocks
//! or is refused.

#![no_main]

use telegram_text::{html, normal};

libfuzzer_sys::fuzz_target!(|markup: &str| {
    let _ = html::web::read(markup);
    let Ok(text) = html::read(markup) else { return };
    assert!(normal::is_normal(&text) || text.string.len() > telegram_text::limits::BARE_TEXT_BYTES);
    if let Ok(written) = html::write(&text) {
        assert_eq!(html::read(&written), Ok(text), "{written:?}");
    }
});

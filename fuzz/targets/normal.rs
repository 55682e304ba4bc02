//! Any text with any entities: its normal form is normal, and normalizing it again changes nothing. Markdown written from it
//! is laid out as the same text.

#![no_main]

mod material;

use telegram_text::{body, markdown, normal};
use telepress::config::Style;
use telepress::layout;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = normal::normal(material::text(bytes)) {
        assert!(normal::is_normal(&text));
        assert_eq!(normal::normal(text.clone()), Ok(text.clone()));
        if let Ok(written) = markdown::write(&text) {
            let read = layout::lay_out_blocks(&body::parse(&written).blocks, &Style::default());
            assert_eq!(read.map(|layout| layout.text), normal::uncut(text), "{written}");
        }
    }
});

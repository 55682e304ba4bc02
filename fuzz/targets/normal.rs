//! Any text with any entities: its normal form is normal, and normalizing it again changes nothing.

#![no_main]

mod material;

use telegram_text::normal;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = normal::normal(material::text(bytes)) {
        assert!(normal::is_normal(&text));
        assert_eq!(normal::normal(text.clone()), Ok(text));
    }
});

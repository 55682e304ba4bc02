//! Any text with any bounds: no part is blank, and each part is within the bounds and in normal form.

#![no_main]

mod material;

use telegram_text::normal;
use telegram_text::split::{Bounds, split};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((&[characters, entities], bytes)) = bytes.split_first_chunk() else { return };
    let Ok(text) = normal::uncut(material::text(bytes)) else { return };
    // A part must have room for a character under every kind of entity.
    let bounds = Bounds {
        characters: usize::from(characters) + 1,
        entities: usize::from(entities) + 10,
        ..Bounds::message()
    };
    for part in split(&text, &[], bounds, None) {
        assert!(bounds.hold(&part), "{part:?}");
        assert!(!normal::is_blank(&part.string), "{part:?}");
        assert_eq!(normal::normal(part.clone()), Ok(part));
    }
});

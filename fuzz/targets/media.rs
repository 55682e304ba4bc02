//! Any file is probed without a panic and within the limit, and judged as every kind of media.

#![no_main]

use std::io::Cursor;

use telepress::media::{self, Kind, UploadLimits};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let length = u64::try_from(bytes.len()).expect("lengths fit");
    let probe = media::probe(&mut Cursor::new(bytes), length).expect("memory can be read");
    assert_eq!(probe.bytes, length);
    for kind in Kind::ALL {
        let _ = media::file_problems(kind, &probe, false, UploadLimits::HOSTED);
        let _ = media::thumbnail_problems(kind, &probe);
    }
    let Ok(name) = std::str::from_utf8(bytes) else { return };
    let Some(shown) = media::shown_file_name(name) else { return };
    assert!(shown.chars().count() <= 64 + 1 + 16);
    assert!(!media::escape_file_name(&shown).contains(['"', '\\', '\r', '\n']));
});

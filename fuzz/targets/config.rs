//! Any config file is read or its faults are told, each at a place of the file.

#![no_main]

use telepress::config;
use telepress::source::SourceFile;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let file = SourceFile::new("config/telepress.toml", text);
    let (config, diagnostics) = config::check(&file);
    assert!(config.is_some() || diagnostics.iter().any(|diagnostic| diagnostic.is_error()));
    assert!(diagnostics.iter().all(|diagnostic| text.get(diagnostic.span.clone()).is_some()));
});

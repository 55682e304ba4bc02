//! Any config file: it is read or gets an error, and every diagnostic has a span in the file.

#![no_main]

use telepress::config;
use telepress::source::SourceFile;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let file = SourceFile::new("config/telepress.toml", text);
    let (config, diagnostics) = config::check(&file);
    assert!(config.is_some() || diagnostics.iter().any(|diagnostic| diagnostic.is_error()));
    assert!(diagnostics.iter().all(|diagnostic| text.get(diagnostic.span.clone()).is_some()));
});

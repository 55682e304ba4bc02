//! Runs every example of docs/diagnostics.md: a wrong example gets exactly its code, a right one gets no diagnostic.
//! Snapshots keep the output for each wrong example.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "diagnostics/media.rs"]
mod media;
#[path = "diagnostics/operations.rs"]
mod operations;
#[path = "diagnostics/page.rs"]
mod page;

use telepress::diagnostic::{Code, Severity};

/// The config for examples without one.
fn config() -> &'static str {
    page::config()
}

#[test]
fn every_wrong_example_gets_exactly_its_code() {
    let mut surprises = Vec::new();
    for section in page::sections() {
        let code = section.code;
        let found = operations::check(&section.wrong, config());
        if found.codes.is_empty() || found.codes.iter().any(|other| *other != code) {
            surprises.push(format!("{}: {:?}", code.name(), found.codes));
        }
        if found.is_refused != (code.severity() == Severity::Error) {
            surprises.push(format!("{}: only an error must refuse the post", code.name()));
        }
    }
    assert_eq!(surprises, [""; 0]);
}

#[test]
fn every_right_example_has_no_problems() {
    let mut surprises = Vec::new();
    for section in page::sections() {
        let found = operations::check(&section.right, config());
        if !found.codes.is_empty() || found.is_refused {
            surprises.push(format!("{}:\n{}", section.code.name(), found.text));
        }
    }
    assert_eq!(surprises, [""; 0]);
}

#[test]
fn page_has_an_example_for_every_code() {
    let codes: Vec<_> = page::sections().iter().map(|section| section.code).collect();
    assert_eq!(codes, Code::ALL);
}

#[test]
fn output_for_wrong_examples() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("diagnostics/snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for section in page::sections() {
            let found = operations::check(&section.wrong, config());
            insta::assert_snapshot!(section.code.name(), found.text);
        }
    });
}

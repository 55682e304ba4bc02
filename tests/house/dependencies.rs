//! Module boundaries: the pure core does not use the shell, and each foreign crate is used only in its modules.

use super::source::{Source, named, sources};

/// Modules without access to files, clock, network, environment or randomness.
const CORE: &[&str] = &[
    "terminal_view",
    "check",
    "config",
    "convert",
    "diagnostic",
    "draft",
    "escape",
    "exit",
    "explain",
    "field",
    "ids",
    "import",
    "key",
    "language",
    "layout",
    "limits",
    "media",
    "message",
    "outbox",
    "page",
    "plan",
    "post",
    "schedule",
    "schema",
    "secret",
    "source",
    "status",
    "table",
    "template",
    "telegram-text",
];

/// Modules that do input or output, and modules that use them.
const SHELL: &[&str] = &[
    "bot",
    "random",
    "cli",
    "clock",
    "failpoint",
    "operations",
    "environment",
    "cli_error",
    "fs",
    "hooks",
    "http",
    "process",
    "logging",
    "metrics",
    "http_guard",
    "newsroom",
    "preview",
    "publisher",
    "run",
    "watch",
    "cli_context",
    "sandbox",
    "serve",
    "spool",
    "store",
    "telegram",
];

/// Paths of the standard library and crates that only the shell may use.
const IO: &[&str] = &[
    "std::fs",
    "std::env",
    "std::io",
    "std::net::TcpListener",
    "std::net::TcpStream",
    "std::process",
    "std::thread",
    "std::time::Instant",
    "std::time::SystemTime",
    "tokio",
    "teloxide",
    "axum",
    "reqwest",
    "clap",
    "env_logger",
    "log",
    "terminal_size",
    "jiff::tz::db",
    "jiff::Timestamp::now",
];

/// Exceptions: the file, the path it names, and why that does no input or output.
const ALLOWED: [(&str, &str, &str); 5] = [
    (
        "config/check/zone.rs",
        "jiff::tz::db",
        "the file uses the time zone database only as a table of names",
    ),
    ("media.rs", "std::io", "the caller opens the file; the module reads from what it is given"),
    ("media/source.rs", "std::io", "the same"),
    ("import/export.rs", "std::io", "the same"),
    ("import/repaired_json.rs", "std::io", "the same"),
];

/// Whether `path` is `root` or below it.
fn below(path: &str, root: &str) -> bool {
    path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// The forbidden paths that a file of the core uses.
fn forbidden_paths(source: &Source) -> Vec<String> {
    let shell: Vec<_> = SHELL.iter().map(|module| format!("crate::{module}")).collect();
    let roots = || shell.iter().map(String::as_str).chain(IO.iter().copied());
    let allowed = |path: &str| {
        ALLOWED.iter().any(|(file, root, _)| *file == source.path && below(path, root))
    };
    let names = named(&source.code).into_iter();
    names.filter(|path| roots().any(|root| below(path, root)) && !allowed(path)).collect()
}

#[test]
fn core_does_not_use_the_shell() {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| CORE.contains(&source.module())) {
        found.extend(
            forbidden_paths(source).into_iter().map(|path| format!("{}: {path}", source.path)),
        );
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn forbidden_uses_are_detected() {
    for line in [
        "use crate::fs::Kind;",
        "use crate::{fs, layout};",
        "use std::{fmt, fs};",
        "fn f() { tokio::spawn(g) }",
    ] {
        let source =
            Source { path: "layout/x.rs".into(), text: String::new(), code: format!("\n{line}") };
        assert!(!forbidden_paths(&source).is_empty(), "{line}");
    }
}

#[test]
fn every_module_is_classified_and_every_exception_is_needed() {
    let sources = sources();
    for source in &sources {
        let module = source.module();
        let is_listed =
            CORE.contains(&module) || SHELL.contains(&module) || ["lib", "main"].contains(&module);
        assert!(is_listed, "{}: add `{module}` to `CORE` or `SHELL` in this test", source.path);
    }
    for (file, root, _) in ALLOWED {
        let source = sources.iter().find(|source| source.path == file).unwrap();
        assert!(named(&source.code).iter().any(|path| below(path, root)), "{file} names no {root}");
    }
}

/// An intent permits one request, so only a commit of the store may create it.
#[test]
fn only_the_store_commits_intents() {
    for source in sources() {
        let calls = source.code.contains(".committed(");
        assert!(!calls || source.path.starts_with("store"), "{} calls `committed`", source.path);
    }
}

/// The modules that may name each foreign crate.
#[test]
fn foreign_crates_are_used_only_in_their_modules() {
    for (root, allowed) in [
        ("teloxide", &["bot/"][..]),
        ("reqwest", &["telegram/", "sandbox/chat_client.rs"]),
        ("axum", &["http.rs", "http/", "http_guard.rs", "metrics.rs", "preview/", "sandbox/"]),
        ("hyper", &["http.rs"]),
        ("hyper_util", &["http.rs", "telegram/proxy.rs"]),
        ("maud", &["page.rs", "page/", "preview/", "sandbox/"]),
        ("getrandom", &["random.rs"]),
        ("notify", &["watch.rs"]),
        ("rustix", &["fs/", "process.rs", "preview/"]),
        ("sqlx", &["store/"]),
        ("annotate_snippets", &["explain/"]),
        ("clap", &["cli.rs", "cli/", "run.rs"]),
        ("env_logger", &["logging.rs"]),
        ("std::fs", &["fs/"]),
        ("std::env", &["environment.rs", "main.rs"]),
    ] {
        for source in sources() {
            let is_allowed = allowed.iter().any(|path| source.path.starts_with(path));
            let names = named(&source.code);
            let found: Vec<_> = names.iter().filter(|path| below(path, root)).collect();
            assert!(is_allowed || found.is_empty(), "{}: {found:?}", source.path);
        }
    }
}

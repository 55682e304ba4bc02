//! Checks an example: in memory if it is one post or one config, else in a newsroom on disk.

use std::fs;
use std::path::Path;

use telepress::diagnostic::{Code, Diagnostic};
use telepress::explain::report::Report;
use telepress::ids::PostId;
use telepress::media::NoFiles;
use telepress::newsroom::{Newsroom, Opened, Places};
use telepress::source::SourceFile;

use crate::media;
use crate::page::Example;

/// The width of the terminal in columns.
const WIDTH: usize = 100;

/// The result of a check.
pub(crate) struct Found {
    pub(crate) codes: Vec<Code>,
    /// The output that authors see.
    pub(crate) text: String,
    /// Whether a post or the config of the example is refused.
    pub(crate) is_refused: bool,
}

/// Checks an example, with `default_config` if it shows no config.
pub(crate) fn check(example: &Example, default_config: &str) -> Found {
    let is_config = example.posts.is_empty() && example.files.is_empty();
    let text = example.config.as_deref().unwrap_or(default_config);
    let source = SourceFile::new("config/telepress.toml", text);
    let (config, diagnostics) = telepress::config::check(&source);
    let is_refused = config.is_none();
    let report = Report::new(source, diagnostics);
    if is_config {
        return Found::of(&[report], is_refused);
    }
    assert_eq!(report.diagnostics, [], "the config of an example has no problems");
    match (example.posts.as_slice(), config) {
        ([(path, text)], Some(config)) if example.files.is_empty() => {
            let source = SourceFile::new(path, text);
            let id = PostId::parse("post").expect("a post id");
            let checked = telepress::check::check(&source, id, &config, now(), &NoFiles);
            Found::of(&[Report::new(source, checked.diagnostics)], checked.post.is_none())
        }
        _ => on_disk(example, text),
    }
}

impl Found {
    fn of(reports: &[Report], is_refused: bool) -> Self {
        let diagnostics = reports.iter().flat_map(|report| &report.diagnostics);
        Self {
            codes: diagnostics.map(Diagnostic::code).collect(),
            text: reports.iter().map(|report| report.text(false, WIDTH)).collect(),
            is_refused,
        }
    }
}

/// More files than one batch of the check reads.
const EARLIER_FILES: usize = 400;

/// The time at which the examples are checked.
fn now() -> jiff::Timestamp {
    "2026-01-15T12:00:00Z".parse().expect("a time")
}

#[expect(clippy::disallowed_methods, reason = "the files of an example are made here")]
fn on_disk(example: &Example, config: &str) -> Found {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    for path in ["config", "posts"] {
        fs::create_dir(root.join(path)).expect("a folder");
    }
    fs::write(root.join("config/telepress.toml"), config).expect("a config");
    for (path, text) in &example.posts {
        fs::write(root.join(path), text).expect("a post");
    }
    let mut vanishing = None;
    let mut is_published = false;
    for file in &example.files {
        if let Some(path) = file.strip_suffix(" (no right to read)") {
            // Permissions do not stop root, so the file is removed before it is read. The earlier files keep it out of the
            // first batch.
            for number in 0..EARLIER_FILES {
                let path = root.join(format!("posts/a-{number:04}.toml"));
                fs::write(path, "heading = \"First\"\n").expect("a post");
            }
            vanishing = Some(root.join(path));
            make(root, path);
        } else if file.ends_with(" (published)") {
            is_published = true;
        } else {
            make(root, file);
        }
    }
    let places = Places { config: root.join("config/telepress.toml"), posts: root.join("posts") };
    let Opened::Valid(newsroom, _) = Newsroom::open(places) else { panic!("the config is good") };
    let newsroom: Box<Newsroom> = newsroom;
    let mut reports = Vec::new();
    let mut is_refused = false;
    let prefix = format!("{}/", root.display());
    newsroom
        .check(now(), |checked| {
            if let Some(path) = vanishing.take() {
                fs::remove_file(path).expect("the file was there");
            }
            is_refused |= checked.post.is_none() && !checked.is_ignored() && !is_published;
            let mut report = checked.report;
            if is_published {
                report = report.with_kept_media();
            }
            report.source.path = report.source.path.replace(&prefix, "");
            reports.push(report);
        })
        .expect("the folder can be listed");
    let mut found = Found::of(&reports, is_refused);
    found.text = found.text.replace(&prefix, "");
    found
}

/// Creates a file as a line of an example describes it.
#[expect(clippy::disallowed_methods, reason = "the files of an example are made here")]
fn make(root: &Path, line: &str) {
    let (path, special) = match line.split_once(" (") {
        Some((path, special)) => (path, special.trim_end_matches(')')),
        None => (line, ""),
    };
    if let Some((link, target)) = path.split_once(" -> ") {
        std::os::unix::fs::symlink(target, root.join(link)).expect("a link");
        return;
    }
    let mut length = None;
    let content = if let Some(file) = media::file(special) {
        length = file.length;
        file.content
    } else if let Some(bytes) = special.strip_prefix("bytes ") {
        bytes.split(' ').map(|byte| u8::from_str_radix(byte, 16).expect("a byte")).collect()
    } else if let Some(size) = special.strip_suffix(" KiB") {
        vec![b'#'; size.parse::<usize>().expect("a size") * 1024]
    } else {
        assert_eq!(special, "", "{line}");
        b"heading = \"Market day moves\"\n".to_vec()
    };
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(&path, content).expect("a file");
    if let Some(length) = length {
        let file = fs::File::options().write(true).open(path).expect("a file");
        file.set_len(length).expect("a longer file");
    }
}

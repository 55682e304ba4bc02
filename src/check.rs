//! Checks one post file: parses it, lays it out, and collects all problems. It knows no other file.

#[cfg(test)]
mod tests;

use std::ops::Range;

use jiff::Timestamp;

use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::problem::FileProblem;
use crate::ids::PostId;
use crate::layout::{self, LaidOut, Messages};
use crate::media::MediaFolder;
use crate::post::check::{PublishTime, ReadOptions};
use crate::post::{self, ParsedPost};
use crate::source::{MarkdownFile, SourceFile};

/// The result of checking a post file.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The post and its messages, if there is no error.
    pub post: Option<LaidOut>,
    /// All problems of the file.
    pub diagnostics: Vec<Diagnostic>,
    /// The publication times, for comparing posts; also present if the post has errors.
    pub publish_times: Vec<PublishTime>,
    /// The ids of the posts that it refers to, each with its place. The caller, which knows all files, checks that they exist.
    pub references: Vec<(String, Range<usize>)>,
}

/// Checks the post `id` in `file`; times are compared with `now`, and `folder` is where its media is.
#[must_use]
pub fn check(
    file: &SourceFile,
    id: PostId,
    config: &Config,
    now: Timestamp,
    folder: &dyn MediaFolder,
) -> Checked {
    check_as(file, id, config, ReadOptions::at(now), folder)
}

/// Checks as [`check`] does, with other options.
#[must_use]
pub fn check_as(
    file: &SourceFile,
    id: PostId,
    config: &Config,
    options: ReadOptions,
    folder: &dyn MediaFolder,
) -> Checked {
    if let Some(diagnostic) = front_matter_problem(file) {
        return Checked {
            post: None,
            diagnostics: vec![diagnostic],
            publish_times: Vec::new(),
            references: Vec::new(),
        };
    }
    let mut parsed = post::read(file, id, config, options, folder);
    let (laid_out, problems) = layout::messages(&parsed.post, file, config);
    for diagnostic in problems {
        parsed.report(diagnostic);
    }
    let publish_times = std::mem::take(&mut parsed.publish_times);
    let references = std::mem::take(&mut parsed.references);
    let (post, diagnostics) = ParsedPost::finish(parsed);
    let Messages { parts: messages, comments } = laid_out;
    let post = post.map(|post| LaidOut { post, messages, comments });
    Checked { post, diagnostics, publish_times, references }
}

/// Why a Markdown file is not read as a post.
fn front_matter_problem(file: &SourceFile) -> Option<Diagnostic> {
    let (span, problem) = match file.markdown()? {
        MarkdownFile::Post { .. } => return None,
        MarkdownFile::Plain => (0..0, FileProblem::NoFrontMatter),
        MarkdownFile::Yaml(span) => (span.clone(), FileProblem::YamlFrontMatter),
        MarkdownFile::Unclosed(span) => (span.clone(), FileProblem::UnclosedFrontMatter),
    };
    Some(Diagnostic::new(span, problem))
}

//! A post file from its text to the messages it becomes, with everything that is wrong with it; other files are not known here.

#[cfg(test)]
mod tests;

use std::ops::Range;

use jiff::Timestamp;

use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::ids::PostId;
use crate::layout::{self, LaidOut};
use crate::post::check::Moment;
use crate::post::{self, Reading};
use crate::source::SourceFile;

/// What a post file holds.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The post and its messages, where no error was found.
    pub post: Option<LaidOut>,
    /// Everything that is wrong with the file.
    pub diagnostics: Vec<Diagnostic>,
    /// When it goes where, with the place of the time, for comparing posts; told for posts with errors too.
    pub moments: Vec<Moment>,
    /// The ids of the posts that it refers to, each with its place; whether they are there is seen by whoever knows the files.
    pub references: Vec<(String, Range<usize>)>,
}

/// Checks the post `id` in `file`; times are compared with `now`.
#[must_use]
pub fn check(file: &SourceFile, id: PostId, config: &Config, now: Timestamp) -> Checked {
    let mut reading = post::read(file, id, config, now);
    let (messages, told) = layout::messages(&reading.post, config);
    for diagnostic in told {
        reading.report(diagnostic);
    }
    let moments = std::mem::take(&mut reading.moments);
    let references = std::mem::take(&mut reading.references);
    let (post, diagnostics) = Reading::finish(reading);
    let post = post.map(|post| LaidOut { post, messages });
    Checked { post, diagnostics, moments, references }
}

//! A progress bar for a terminal: one line that is rewritten, and removed at the end.

use std::collections::HashMap;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{self, Instant};

use crate::cli_context::Output;
use crate::limits;
use crate::outbox::{ChangeState, PartState, Publication, PublicationId};
use crate::telegram::UploadProgress;

/// Fewer requests than this need no progress bar.
const MIN_REQUESTS: usize = 4;

/// How often the line is written.
const INTERVAL: Duration = Duration::from_millis(100);

/// The greatest length of the bar, in columns.
const BAR: usize = 30;

pub(super) struct Progress {
    total: usize,
    left: Mutex<HashMap<PublicationId, usize>>,
}

impl Progress {
    /// The progress of these publications.
    pub(super) fn of(publications: &[Publication]) -> Self {
        let left: HashMap<_, _> =
            publications.iter().map(|publication| (publication.id, waiting(publication))).collect();
        let total = left.values().sum();
        Self { total, left: Mutex::new(left) }
    }

    /// Notes the present state of a publication.
    pub(super) fn note(&self, publication: &Publication) {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = left.get_mut(&publication.id) {
            *known = waiting(publication);
        }
    }

    fn finished_messages(&self) -> usize {
        let left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        self.total.saturating_sub(left.values().sum())
    }

    /// Rewrites the line until it is dropped. `uploads` returns how far the running uploads are.
    pub(super) async fn show<N>(
        &self,
        err: &mut Output<'_>,
        columns: usize,
        uploads: impl Fn() -> Option<UploadProgress>,
    ) -> io::Result<N> {
        let (mut since, mut shown) = (None, String::new());
        loop {
            let upload = uploads();
            since = upload.and(since.or_else(|| Some(Instant::now())));
            let is_long = since.is_some_and(|since| since.elapsed() >= limits::LONG_UPLOAD);
            let text = match upload.filter(|_| is_long) {
                Some(upload) => upload_line(upload, columns),
                None if self.total >= MIN_REQUESTS => {
                    line(self.finished_messages(), self.total, columns)
                }
                None => String::new(),
            };
            if text != shown {
                err.rewrite(&text)?;
                shown = text;
            }
            time::sleep(INTERVAL).await;
        }
    }

    /// Removes the line.
    pub(super) fn clear(err: &mut Output<'_>) -> io::Result<()> {
        err.rewrite("")
    }
}

/// How many requests of a publication are not done yet.
fn waiting(publication: &Publication) -> usize {
    let waits = |part: &crate::outbox::Part| {
        let is_changing = part.change.as_ref().is_some_and(|change| {
            matches!(change.state, ChangeState::Pending { .. } | ChangeState::Sending { .. })
        });
        let is_pending = matches!(part.state, PartState::Pending | PartState::Sending { .. });
        usize::from(is_pending) + usize::from(is_changing)
    };
    publication.parts.iter().map(waits).sum()
}

/// `[======        ] 3 of 7`, or without the bar if there is no room for it.
fn line(done: usize, total: usize, columns: usize) -> String {
    bar(done, total, &format!("{done} of {total}"), columns)
}

/// `[======        ] 3.0 of 7.2 MB uploaded`
fn upload_line(upload: UploadProgress, columns: usize) -> String {
    let tenths = |bytes: u64| usize::try_from(bytes / 100_000).unwrap_or(usize::MAX);
    let (done, total) = (tenths(upload.sent), tenths(upload.total));
    let numbers =
        format!("{}.{} of {}.{} MB uploaded", done / 10, done % 10, total / 10, total % 10);
    bar(done, total, &numbers, columns)
}

fn bar(done: usize, total: usize, numbers: &str, columns: usize) -> String {
    let room = columns.saturating_sub(numbers.len() + 4).min(BAR);
    if room < 5 {
        return numbers.to_owned();
    }
    let full = room * done.min(total) / total.max(1);
    format!("[{}{}] {numbers}", "=".repeat(full), " ".repeat(room - full))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_fits_the_terminal() {
        assert_eq!(line(0, 4, 80), format!("[{}] 0 of 4", " ".repeat(30)));
        assert_eq!(line(3, 6, 80), format!("[{}{}] 3 of 6", "=".repeat(15), " ".repeat(15)));
        assert_eq!(line(6, 6, 24), "[==============] 6 of 6");
        assert_eq!(line(2, 6, 12), "2 of 6");
        let upload = UploadProgress { sent: 12_345_678, total: 50_000_000 };
        assert_eq!(upload_line(upload, 30), "12.3 of 50.0 MB uploaded");
        assert_eq!(upload_line(upload, 38), "[==        ] 12.3 of 50.0 MB uploaded");
        for columns in 0..100 {
            assert!(line(5, 1_000, columns).len() < columns.max(11), "{columns}");
        }
    }
}

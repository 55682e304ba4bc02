//! A progress bar for a terminal: one line that is rewritten, and removed at the end.

use std::collections::HashMap;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time;

use crate::cli_context::Output;
use crate::outbox::{ChangeState, PartState, Publication, PublicationId};

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
    /// The progress of these publications; `None` if they wait for too few requests.
    pub(super) fn of(publications: &[Publication]) -> Option<Self> {
        let left: HashMap<_, _> =
            publications.iter().map(|publication| (publication.id, waiting(publication))).collect();
        let total = left.values().sum();
        (total >= MIN_REQUESTS).then(|| Self { total, left: Mutex::new(left) })
    }

    /// Notes the present state of a publication.
    pub(super) fn note(&self, publication: &Publication) {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = left.get_mut(&publication.id) {
            *known = waiting(publication);
        }
    }

    fn done(&self) -> usize {
        let left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        self.total.saturating_sub(left.values().sum())
    }

    /// Rewrites the line until it is dropped.
    pub(super) async fn show<N>(&self, err: &mut Output<'_>, columns: usize) -> io::Result<N> {
        loop {
            err.rewrite(&line(self.done(), self.total, columns))?;
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
    let numbers = format!("{done} of {total}");
    let room = columns.saturating_sub(numbers.len() + 4).min(BAR);
    if room < 5 {
        return numbers;
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
        for columns in 0..100 {
            assert!(line(5, 1_000, columns).len() < columns.max(11), "{columns}");
        }
    }
}

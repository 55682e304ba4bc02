//! Follows the files and the journal, and sends changed pages to the open tabs. It never writes.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time;

use super::journal::Journal;
use super::state::PreviewState;
use crate::fs::Stamp;
use crate::newsroom::{Newsroom, Opened};
use crate::watch::Watch;

/// How soon to check a file again that may be half written.
const SOON: Duration = Duration::from_millis(70);

/// How often to check the journal and the config, and the files if the system sends no events.
const LOOK: Duration = Duration::from_secs(1);

/// After this many checks, check all files even without an event: a folder may have been replaced, and some file systems send
/// no events.
const ALL: u32 = 5;

/// After this many checks, draw the pages again: they show the current day.
const MINUTE: u32 = 60;

/// Width of the excerpts in a report about the config.
const COLUMNS: usize = 96;

/// Follows until it is dropped.
pub(super) async fn follow(state: &PreviewState<'_>, journal: &mut Journal) {
    let places = state.newsroom().places;
    let folder = places.config.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folders = [Some(places.posts.as_path()), folder];
    let mut watch = Watch::of(folders.into_iter().flatten())
        .inspect_err(|error| log::warn!("{error}; checking the files every second"))
        .ok();
    let mut config = Stamp::of(&places.config);
    let mut looks = 0_u32;
    let mut look = time::interval(LOOK);
    look.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
    loop {
        let check_soon = state.needs_check();
        let event = async {
            match &mut watch {
                Some(watch) => watch.event().await,
                None => std::future::pending().await,
            }
        };
        let (mut journal_changed, mut is_minute) = (false, false);
        let mut paths = BTreeSet::new();
        tokio::select! {
            event = event => paths = event,
            () = time::sleep(SOON), if check_soon => {}
            _ = look.tick() => {
                looks = looks.wrapping_add(1);
                is_minute = looks.is_multiple_of(MINUTE);
                journal_changed = journal.has_changed();
                let is_quiet = watch.is_some() && !looks.is_multiple_of(ALL);
                if is_quiet && !is_minute && !journal_changed && Stamp::of(&places.config) == config {
                    continue;
                }
            }
        }
        let stamp = Stamp::of(&places.config);
        let looked = if stamp == config {
            state.look(&paths)
        } else {
            config = stamp;
            journal_changed = true;
            state.reconfigure(opened(state)).map(|()| true)
        };
        let changed = looked.unwrap_or_else(|error| {
            log::warn!("{error}");
            false
        });
        if journal_changed {
            journal.read(state).await;
        }
        if changed || journal_changed || is_minute {
            state.refresh(journal.facts(state));
        }
        // Lets the tabs get their pages before the next event.
        tokio::task::yield_now().await;
    }
}

fn opened(state: &PreviewState<'_>) -> Result<Newsroom, String> {
    match Newsroom::open(state.newsroom().places) {
        Opened::Valid(newsroom, _) => Ok(*newsroom),
        Opened::Invalid(report) => Err(report.text(false, COLUMNS).trim_end().to_owned()),
        Opened::Unreadable(path, error) => Err(format!("{}: {error}", path.display())),
    }
}

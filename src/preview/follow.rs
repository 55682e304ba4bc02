//! Follows the files and the journal, and lets the pages show what changed.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time;

use super::room::Room;
use super::standings::Journal;
use crate::fs::Stamp;
use crate::newsroom::{Newsroom, Opened};
use crate::watch::Watch;

/// Between two looks while a file may still be being written.
const SOON: Duration = Duration::from_millis(70);

/// Between two looks at the journal and the config; and at the files, where no change can be heard of.
const LOOK: Duration = Duration::from_secs(1);

/// Looks after which all files are looked at although nothing was heard of them: a folder may have been put in the place of
/// another, and some disks tell nothing.
const ALL: u32 = 5;

/// Looks after which the pages are drawn anew: they tell of today.
const MINUTE: u32 = 60;

/// Columns of the excerpts of a config.
const COLUMNS: usize = 96;

/// Follows until it is dropped.
pub(super) async fn follow(room: &Room<'_>, journal: &mut Journal) {
    let places = room.newsroom().places;
    let folder = places.config.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folders = [Some(places.posts.as_path()), folder];
    let mut watch = Watch::of(folders.into_iter().flatten())
        .inspect_err(|fault| log::warn!("{fault}; the files are looked at every second"))
        .ok();
    let mut config = Stamp::of(&places.config);
    let mut looks = 0_u32;
    let mut look = time::interval(LOOK);
    look.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
    loop {
        let restless = room.is_restless();
        let heard = async {
            match &mut watch {
                Some(watch) => watch.event().await,
                None => std::future::pending().await,
            }
        };
        let mut whole = false;
        let mut paths = BTreeSet::new();
        tokio::select! {
            event = heard => paths = event,
            () = time::sleep(SOON), if restless => {}
            _ = look.tick() => {
                looks = looks.wrapping_add(1);
                if looks.is_multiple_of(MINUTE) {
                    room.show_all();
                }
                whole = journal.has_changed();
                let is_quiet = watch.is_some() && !looks.is_multiple_of(ALL);
                if is_quiet && !whole && Stamp::of(&places.config) == config {
                    continue;
                }
            }
        }
        let stamp = Stamp::of(&places.config);
        let looked = if stamp == config {
            room.look(&paths)
        } else {
            config = stamp;
            whole = true;
            room.reconfigure(opened(room)).map(|()| Vec::new())
        };
        match looked {
            Ok(changed) if whole || !changed.is_empty() => {
                journal.stand(room, (!whole).then_some(&changed)).await;
            }
            Ok(_) => {}
            Err(fault) => {
                log::warn!("{fault}");
                journal.look_again();
            }
        }
        // Whoever listens is told before the next event is looked at.
        tokio::task::yield_now().await;
    }
}

fn opened(room: &Room<'_>) -> Result<Newsroom, String> {
    match Newsroom::open(room.newsroom().places) {
        Opened::Good(newsroom, _) => Ok(*newsroom),
        Opened::Bad(report) => Err(report.text(false, COLUMNS).trim_end().to_owned()),
        Opened::Unreadable(path, fault) => Err(format!("{}: {fault}", path.display())),
    }
}

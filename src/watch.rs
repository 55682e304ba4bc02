//! Hears that files changed; what changed and what it means is found out by looking.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use thiserror::Error;
use tokio::sync::mpsc;
use tokio::time;

/// How long nothing must have changed before a change is told: one save is several events.
const QUIET: Duration = Duration::from_millis(40);

/// How long a change is kept back while more of them follow, as in a checkout of a thousand files.
const PATIENCE: Duration = Duration::from_millis(500);

/// Hears that something in some folders changed.
pub struct Watch {
    /// Ends the watch when it is dropped.
    _watcher: RecommendedWatcher,
    events: mpsc::Receiver<()>,
    heard: Arc<Mutex<BTreeSet<PathBuf>>>,
}

/// So many paths are kept apart; of more, everything is looked at anyway.
const PATHS: usize = 64;

/// Why folders cannot be watched. Whoever needs to know of changes looks from time to time then.
#[derive(Debug, Error)]
#[error("changes of {folder} cannot be heard of: {source}")]
pub struct WatchError {
    folder: String,
    source: notify::Error,
}

impl Watch {
    /// Watches the folders with all below them.
    ///
    /// # Errors
    /// Where the system cannot watch one of them: it is not there, or too much is watched already.
    pub fn of<'f>(folders: impl IntoIterator<Item = &'f Path>) -> Result<Self, WatchError> {
        // One event that waits says as much as a thousand.
        let (sender, events) = mpsc::channel(1);
        let heard = Arc::<Mutex<BTreeSet<PathBuf>>>::default();
        let into = Arc::clone(&heard);
        let folders: Vec<&Path> = folders.into_iter().collect();
        // The system names files from the root; whoever asks named the folders otherwise.
        let named: Vec<(PathBuf, PathBuf)> = folders
            .iter()
            .filter_map(|folder| Some((std::path::absolute(folder).ok()?, folder.to_path_buf())))
            .collect();
        let hear = move |event: notify::Result<notify::Event>| {
            let only_read = event.as_ref().is_ok_and(|event| event.kind.is_access());
            if !only_read {
                let mut paths = into.lock().unwrap_or_else(PoisonError::into_inner);
                match event {
                    Ok(event) if !event.need_rescan() && paths.len() < PATHS => {
                        paths.extend(event.paths.iter().map(|path| as_named(path, &named)));
                    }
                    // A path that is nowhere: whoever looks at each finds that he has to look at all.
                    _ => {
                        paths.insert(PathBuf::new());
                    }
                }
                // Full: a change is told already.
                let _ = sender.try_send(());
            }
        };
        let fault =
            |folder: &Path, source| WatchError { folder: folder.display().to_string(), source };
        let mut watcher = notify::recommended_watcher(hear)
            .map_err(|source| fault(Path::new("files"), source))?;
        for folder in folders {
            watcher
                .watch(folder, RecursiveMode::Recursive)
                .map_err(|source| fault(folder, source))?;
        }
        Ok(Self { _watcher: watcher, events, heard })
    }

    /// Ends as soon as anything changed, or has changed since it was asked last, and says what: a file among it may be half
    /// written. May be dropped and asked again; no change is lost.
    pub async fn event(&mut self) -> BTreeSet<PathBuf> {
        if self.events.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
        std::mem::take(&mut *self.heard.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Ends when something changed and nothing has for a moment, or while it goes on changing, from time to time. May be
    /// dropped and asked again; no change is lost.
    pub async fn changed(&mut self) {
        if self.events.recv().await.is_none() {
            // The system's watch has ended: nothing will be heard of any more.
            std::future::pending::<()>().await;
        }
        let more =
            async { while let Ok(Some(())) = time::timeout(QUIET, self.events.recv()).await {} };
        // Either end is as good: the files are quiet, or it is time to look all the same.
        let _ = time::timeout(PATIENCE, more).await;
    }
}

/// A path below one of the folders, as the folder was named.
fn as_named(path: &Path, named: &[(PathBuf, PathBuf)]) -> PathBuf {
    let below = |(absolute, folder): &(PathBuf, PathBuf)| {
        path.strip_prefix(absolute).ok().map(|rest| folder.join(rest))
    };
    named.iter().find_map(below).unwrap_or_else(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Far more than any change takes to be heard of.
    const LONG: Duration = Duration::from_secs(20);

    #[tokio::test]
    #[expect(clippy::disallowed_methods, reason = "a test makes the files that change")]
    async fn a_change_is_heard_of_wherever_it_is() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("below")).unwrap();
        let mut watch = Watch::of([folder.path()]).unwrap();
        std::fs::write(folder.path().join("below/a.toml"), "a").unwrap();
        time::timeout(LONG, watch.changed()).await.unwrap();
        std::fs::rename(folder.path().join("below/a.toml"), folder.path().join("b.toml")).unwrap();
        time::timeout(LONG, watch.changed()).await.unwrap();
        std::fs::remove_file(folder.path().join("b.toml")).unwrap();
        time::timeout(LONG, watch.changed()).await.unwrap();
    }

    #[tokio::test]
    #[expect(clippy::disallowed_methods, reason = "a test makes the files that change")]
    async fn a_file_that_changed_is_named_as_its_folder_was() {
        let folder = tempfile::tempdir_in(".").unwrap();
        let named = Path::new(folder.path().file_name().unwrap());
        std::fs::write(named.join("a.toml"), "a").unwrap();
        let mut watch = Watch::of([named]).unwrap();
        std::fs::write(named.join("a.toml"), "b").unwrap();
        let heard = time::timeout(LONG, watch.event()).await.unwrap();
        assert_eq!(heard, BTreeSet::from([named.join("a.toml")]));
    }

    #[tokio::test]
    async fn a_folder_that_is_not_there_is_told() {
        let fault = Watch::of([Path::new("/no/such/folder")]).err().unwrap();
        assert!(fault.to_string().contains("/no/such/folder"), "{fault}");
    }
}

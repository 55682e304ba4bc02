//! Notifies about changed files. It does not read them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use thiserror::Error;
use tokio::sync::mpsc;
use tokio::time;

/// A change is reported after this time without another event, because one save is several events.
const DEBOUNCE: Duration = Duration::from_millis(40);

/// The longest delay of a report while more events follow, as in a checkout of a thousand files.
const MAX_DELAY: Duration = Duration::from_millis(500);

/// A watch on folders.
pub struct Watch {
    /// Ends the watch when it is dropped.
    _watcher: RecommendedWatcher,
    events: mpsc::Receiver<()>,
    changed_paths: Arc<Mutex<BTreeSet<PathBuf>>>,
}

/// Up to this many changed paths are recorded; after more, everything is scanned anyway.
const MAX_PATHS: usize = 64;

/// Why folders cannot be watched. The caller scans from time to time instead.
#[derive(Debug, Error)]
#[error("cannot watch {folder} for changes: {source}")]
pub struct WatchError {
    folder: String,
    source: notify::Error,
}

impl Watch {
    /// Watches the folders with all below them.
    ///
    /// # Errors
    /// If the system cannot watch one of them: it does not exist, or the limit of watches is reached.
    pub fn of<'f>(folders: impl IntoIterator<Item = &'f Path>) -> Result<Self, WatchError> {
        // One waiting event is as good as a thousand.
        let (sender, events) = mpsc::channel(1);
        let changed_paths = Arc::<Mutex<BTreeSet<PathBuf>>>::default();
        let shared = Arc::clone(&changed_paths);
        let folders: Vec<&Path> = folders.into_iter().collect();
        // The system reports absolute paths; the caller may have named the folders differently.
        let named: Vec<(PathBuf, PathBuf)> = folders
            .iter()
            .filter_map(|folder| Some((std::path::absolute(folder).ok()?, folder.to_path_buf())))
            .collect();
        let handler = move |event: notify::Result<notify::Event>| {
            let only_read = event.as_ref().is_ok_and(|event| event.kind.is_access());
            if !only_read {
                let mut paths = shared.lock().unwrap_or_else(PoisonError::into_inner);
                match event {
                    Ok(event) if !event.need_rescan() && paths.len() < MAX_PATHS => {
                        paths.extend(event.paths.iter().map(|path| as_named(path, &named)));
                    }
                    // An empty path makes the caller scan everything.
                    _ => {
                        paths.insert(PathBuf::new());
                    }
                }
                // Full: an event is waiting already.
                let _ = sender.try_send(());
            }
        };
        let failed =
            |folder: &Path, source| WatchError { folder: folder.display().to_string(), source };
        let mut watcher = notify::recommended_watcher(handler)
            .map_err(|source| failed(Path::new("files"), source))?;
        for folder in folders {
            watcher
                .watch(folder, RecursiveMode::Recursive)
                .map_err(|source| failed(folder, source))?;
        }
        Ok(Self { _watcher: watcher, events, changed_paths })
    }

    /// Waits for the first change since the last call, and returns the changed paths. Their files may be half written. Cancel
    /// safe: no change is lost.
    pub async fn event(&mut self) -> BTreeSet<PathBuf> {
        if self.events.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
        std::mem::take(&mut *self.changed_paths.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits for a change and a quiet moment after it, or for `MAX_DELAY` if changes continue. Cancel safe: no change is
    /// lost.
    pub async fn changed(&mut self) {
        if self.events.recv().await.is_none() {
            // The system's watch has ended: there will be no more events.
            std::future::pending::<()>().await;
        }
        let more =
            async { while let Ok(Some(())) = time::timeout(DEBOUNCE, self.events.recv()).await {} };
        // Both ends are fine: the files are quiet, or the delay is over.
        let _ = time::timeout(MAX_DELAY, more).await;
    }
}

/// A path below one of the folders, with the caller's name of the folder.
fn as_named(path: &Path, named: &[(PathBuf, PathBuf)]) -> PathBuf {
    let below = |(absolute, folder): &(PathBuf, PathBuf)| {
        path.strip_prefix(absolute).ok().map(|rest| folder.join(rest))
    };
    named.iter().find_map(below).unwrap_or_else(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Far more than any event takes.
    const LONG: Duration = Duration::from_secs(20);

    #[tokio::test]
    #[expect(clippy::disallowed_methods, reason = "a test makes the files that change")]
    async fn changes_at_any_depth_are_reported() {
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
    async fn changed_path_starts_with_the_callers_name_of_the_folder() {
        let folder = tempfile::tempdir_in(".").unwrap();
        let named = Path::new(folder.path().file_name().unwrap());
        std::fs::write(named.join("a.toml"), "a").unwrap();
        let mut watch = Watch::of([named]).unwrap();
        std::fs::write(named.join("a.toml"), "b").unwrap();
        let changed_paths = time::timeout(LONG, watch.event()).await.unwrap();
        assert_eq!(changed_paths, BTreeSet::from([named.join("a.toml")]));
    }

    #[tokio::test]
    async fn missing_folder_is_an_error() {
        let error = Watch::of([Path::new("/no/such/folder")]).err().unwrap();
        assert!(error.to_string().contains("/no/such/folder"), "{error}");
    }
}

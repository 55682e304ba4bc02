//! Whether the bytes of media can be stored.

use std::path::Path;

use super::Finding;
use crate::config::StoreConfig;
use crate::media::shown_bytes;
use crate::newsroom::Newsroom;
use crate::{fs, limits};

/// The findings about the folder with the bytes of media.
pub(super) fn folder(newsroom: &Newsroom, folder: &Path) -> Vec<Finding> {
    let shown = folder.display();
    let mut found = Vec::new();
    if matches!(newsroom.config.store, StoreConfig::Postgres(_))
        && newsroom.config.media.folder.is_none()
    {
        found.push(Finding::warning(
            "media",
            format!("{shown} is on this host only, and the journal is on a server"),
            "if several hosts publish, set [store] media to a folder that all of them share: a host cannot send files that another one has accepted",
        ));
    }
    if !fs::exists(folder) {
        let message = format!("{shown} does not exist yet; the first file creates it");
        found.push(Finding::good("media", message));
    } else if let Err(error) = fs::check_writable(folder) {
        let hint =
            "let the user who runs telepress write there: no post with files can be published";
        let message = format!("{shown} cannot be written: {error}");
        found.push(Finding::wrong("media", message, hint));
    } else {
        found.push(match fs::free_bytes(folder) {
            Some(free) if free < limits::MEDIA_SPACE => {
                let message = format!("{shown} has only {} left", shown_bytes(free));
                Finding::warning(
                    "media",
                    message,
                    "free some space, or set a lower [store] media_limit",
                )
            }
            Some(free) => Finding::good("media", format!("{shown}, {} free", shown_bytes(free))),
            None => Finding::good("media", shown.to_string()),
        });
    }
    found
}

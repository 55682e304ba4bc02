//! Why the journal did not do what was asked, by its consequence.

use std::path::PathBuf;

use thiserror::Error;

use crate::exit::Exit;
use crate::outbox::Refused;

/// Why the journal did not do what was asked.
#[derive(Debug, Error)]
pub enum StoreFault {
    /// The rules do not allow it; nothing was written.
    #[error("{refused}")]
    Refused {
        /// Which of the orders, from 0.
        order: usize,
        /// Why.
        refused: Refused,
    },
    /// There is no such publication.
    #[error("there is no publication {0} in the journal")]
    Missing(crate::outbox::PublicationId),
    /// Another process changed the same rows at the same moment; nothing was written, and the same may work now.
    #[error("the journal was changed by another process at the same moment")]
    Busy,
    /// Nothing was written, and the publisher must stop: a full disk, a file that cannot be read or written.
    #[error("the journal cannot be written: {0}")]
    Unwritable(String),
    /// The journal holds what telepress never writes, or its file is damaged.
    #[error("the journal is damaged: {0}")]
    Unreadable(String),
    /// Nobody knows whether it was written: what was ordered must be taken for written until the journal is read again.
    #[error("nobody knows whether the journal was written: {0}")]
    Unknown(String),
    /// The journal cannot be opened, and why.
    #[error("the journal {place} cannot be opened: {why}")]
    Unopened {
        /// Its file or address, without a password.
        place: String,
        /// Why not.
        why: String,
    },
    /// The journal was made by a newer telepress.
    #[error(
        "the journal {place} was made by a newer telepress (its version is {found}, this one knows {known})"
    )]
    Newer {
        /// Its file or address, without a password.
        place: String,
        /// The version it has.
        found: i64,
        /// The highest version that is known here.
        known: i64,
    },
    /// A file that must not exist does.
    #[error("{0} exists already")]
    Exists(PathBuf),
    /// This kind of journal cannot do it.
    #[error("{0}")]
    Unsupported(String),
}

impl StoreFault {
    /// The way out.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Refused { .. } | Self::Missing(_) => "`telepress status` tells how it stands".to_owned(),
            Self::Busy => "run the command again".to_owned(),
            Self::Unwritable(_) => "make room on the disk, or see to it that the journal may be written; nothing was sent".to_owned(),
            Self::Unreadable(_) => "restore a backup, then `telepress resolve --after-restore`".to_owned(),
            Self::Unknown(_) => "run `telepress status` when the journal can be reached again".to_owned(),
            Self::Unopened { .. } => "[store] url in the config names it".to_owned(),
            Self::Newer { .. } => "run the newer telepress; a journal is never taken back".to_owned(),
            Self::Exists(_) => "name a file that is not there yet".to_owned(),
            Self::Unsupported(_) => String::new(),
        }
    }

    /// How the run ends.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::Refused { .. } | Self::Exists(_) => Exit::Findings,
            Self::Busy => Exit::Waiting,
            Self::Unopened { .. } | Self::Newer { .. } | Self::Unsupported(_) => Exit::Usage,
            Self::Missing(_) | Self::Unreadable(_) | Self::Unwritable(_) | Self::Unknown(_) => {
                Exit::Unexpected
            }
        }
    }
}

impl From<Refused> for StoreFault {
    /// Which of the orders it was is said by whoever goes through them.
    fn from(refused: Refused) -> Self {
        Self::Refused { order: 0, refused }
    }
}

//! The folder of an export. Nothing outside it is read, whatever its JSON names.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::super::Result;
use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::fs::{self, FileKind, ReadError};
use crate::import::{self, ExportError, ExportFiles, ExportedChat};
use crate::media::{self, MediaFileError, Probe};

/// The name that Telegram Desktop gives to its JSON.
const RESULT: &str = "result.json";

const HINT: &str = "in Telegram Desktop, open the channel, then ⋮, Export chat history, Format: Machine-readable JSON";

pub(super) struct ExportFolder {
    root: fs::Root,
    json: PathBuf,
    shown: PathBuf,
}

impl ExportFolder {
    pub(super) fn open(typed: &Path) -> Result<Self> {
        let unreadable = |error: &dyn std::fmt::Display| {
            CliError::usage(format!("{} cannot be read: {error}", typed.display()), HINT)
        };
        if let Ok(root) = fs::Root::open(typed) {
            return Ok(Self { root, json: PathBuf::from(RESULT), shown: typed.join(RESULT) });
        }
        let folder = typed.parent().unwrap_or(Path::new(""));
        let root = fs::Root::open(folder).map_err(|error| unreadable(&error))?;
        let name = typed.file_name().ok_or_else(|| unreadable(&"it names no file"))?;
        Ok(Self { root, json: PathBuf::from(name), shown: typed.to_owned() })
    }

    pub(super) fn chats(&self) -> Result<Vec<ExportedChat>> {
        import::chats(self.json()?).map_err(|error| self.damaged(&error))
    }

    pub(super) fn messages(&self, chat: usize, each: impl FnMut(&Value) -> bool) -> Result {
        import::messages(self.json()?, chat, each).map_err(|error| self.damaged(&error))
    }

    pub(super) fn file(&self, path: &str) -> Result<fs::File, ReadError> {
        self.root.open_file(Path::new(path))
    }

    fn json(&self) -> Result<fs::File> {
        self.root.open_file(&self.json).map_err(|error| {
            CliError::usage(format!("{} cannot be read: {error}", self.shown.display()), HINT)
        })
    }

    fn damaged(&self, error: &ExportError) -> CliError {
        let message = format!("{} is not an export of messages: {error}", self.shown.display());
        CliError::stopped(Exit::Findings, message, HINT)
    }
}

impl ExportFiles for ExportFolder {
    fn probe(&self, path: &str) -> Result<Arc<Probe>, MediaFileError> {
        probe(&self.root, path)
    }
}

/// What a file below an open folder is.
pub(super) fn probe(root: &fs::Root, path: &str) -> Result<Arc<Probe>, MediaFileError> {
    let system = |error: std::io::Error| MediaFileError::System(error.to_string());
    let file = root.open_file(Path::new(path)).map_err(|error| match error {
        ReadError::Missing => MediaFileError::Missing,
        ReadError::NotAFile(FileKind::Link | FileKind::FolderLink) => MediaFileError::Link,
        ReadError::NotAFile(_) => MediaFileError::NotAFile,
        other => MediaFileError::System(other.to_string()),
    })?;
    let bytes = file.metadata().map_err(system)?.len();
    media::probe(&mut &file, bytes).map(Arc::new).map_err(system)
}

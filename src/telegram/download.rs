//! Downloads a file that somebody sent to the bot, into an open file and up to a limit. The address of a file has the token in it,
//! and so has its path on a local server: no error shows either.

use std::io::Write as _;
use std::path::Path;

use serde::Serialize;
use serde_json::Value;
use thiserror::Error;
use tokio::time::timeout;

use super::call::CallError;
use super::client::Client;
use super::description::Description;
use super::method::Method;
use crate::fs::{self, File};
use crate::limits;

/// `getFile`: where a file that was sent to the bot can be downloaded.
#[derive(Clone, Debug, Serialize)]
pub struct GetFile {
    /// The file's id for this bot.
    pub file_id: String,
}

impl Method for GetFile {
    const NAME: &'static str = "getFile";
}

/// Why a file is not downloaded.
#[derive(Debug, Error)]
pub enum DownloadError {
    /// It is longer than allowed.
    #[error("the file is too large")]
    TooLarge,
    /// `getFile` has no result.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The server names no file that can be downloaded.
    #[error("the server does not say where the file is")]
    NoPath,
    /// The server names a file of its own machine, and the config does not say that it is this one.
    #[error(
        "the Bot API server keeps the file on its own disk: set `[bot] local_files = true` if that disk is this machine's"
    )]
    OtherMachine,
    /// The download failed with this status.
    #[error("the server answers the download with status {0}")]
    Status(u16),
    /// The connection failed.
    #[error("the download failed: {0}")]
    Interrupted(Description),
    /// The bytes come too slowly.
    #[error("the download takes too long")]
    TooSlow,
    /// The bytes cannot be written.
    #[error("the file cannot be written: {0}")]
    Disk(#[source] std::io::Error),
}

/// The words of the official server for a file above its limit (`Client.cpp`).
const TOO_BIG: &str = "file is too big";

/// Characters of a path that a server may name.
const PATH: usize = 1_024;

impl Client {
    /// The most bytes of a file that the server gives a bot.
    #[must_use]
    pub fn download_limit(&self) -> u64 {
        if self.has_local_files() { limits::LOCAL_FILE_BYTES } else { limits::DOWNLOAD_BYTES }
    }

    /// Downloads a file into `sink`; returns its length. What was written before an error stays in `sink`.
    ///
    /// # Errors
    /// See [`DownloadError`].
    pub async fn download(&self, file_id: &str, sink: File) -> Result<u64, DownloadError> {
        let most = self.download_limit();
        let found = match self.call(GetFile { file_id: file_id.to_owned() }).await {
            Err(CallError::Refused { description, .. })
                if description.as_str().contains(TOO_BIG) =>
            {
                return Err(DownloadError::TooLarge);
            }
            found => found?,
        };
        if found.get("file_size").and_then(Value::as_u64).is_some_and(|bytes| bytes > most) {
            return Err(DownloadError::TooLarge);
        }
        let path = found.get("file_path").and_then(Value::as_str).ok_or(DownloadError::NoPath)?;
        if path.chars().count() > PATH {
            return Err(DownloadError::NoPath);
        }
        if Path::new(path).is_absolute() {
            if !self.has_local_files() {
                return Err(DownloadError::OtherMachine);
            }
            let path = path.to_owned();
            return in_background(move || copy_local(Path::new(&path), most, sink)).await;
        }
        if !path.split('/').all(is_plain) {
            return Err(DownloadError::NoPath);
        }
        let download = self.receive(path, most, sink);
        timeout(limits::DOWNLOAD, download).await.unwrap_or(Err(DownloadError::TooSlow))
    }

    async fn receive(&self, path: &str, most: u64, mut sink: File) -> Result<u64, DownloadError> {
        let response = timeout(limits::DOWNLOAD_IDLE, self.transport().get_file(path)).await;
        let mut response = match response {
            Ok(response) => response.map_err(DownloadError::Interrupted)?,
            Err(_) => return Err(DownloadError::TooSlow),
        };
        if !response.is_success() {
            return Err(DownloadError::Status(response.status()));
        }
        if response.length().is_some_and(|length| length > most) {
            return Err(DownloadError::TooLarge);
        }
        let declared = response.length();
        let mut bytes = 0_u64;
        while let Some(chunk) = timeout(limits::DOWNLOAD_IDLE, response.chunk())
            .await
            .map_err(|_| DownloadError::TooSlow)?
            .map_err(DownloadError::Interrupted)?
        {
            bytes = bytes.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
            if bytes > most {
                return Err(DownloadError::TooLarge);
            }
            sink = in_background(move || {
                sink.write_all(&chunk).map_err(DownloadError::Disk)?;
                Ok(sink)
            })
            .await?;
        }
        if declared.is_some_and(|declared| declared != bytes) {
            return Err(DownloadError::Interrupted(Description::of("the file is cut off")));
        }
        in_background(move || sink.sync_all().map_err(DownloadError::Disk)).await?;
        Ok(bytes)
    }
}

/// A segment of a path as the official server makes it.
fn is_plain(segment: &str) -> bool {
    !matches!(segment, "" | "." | "..")
        && !segment.chars().any(|c| c.is_control() || matches!(c, '\\' | '%' | '?' | '#' | ':'))
}

/// Copies a file of a local server, which may be replaced by a link meanwhile.
fn copy_local(path: &Path, most: u64, mut sink: File) -> Result<u64, DownloadError> {
    use std::io::Read as _;
    let file = fs::open_own(path).map_err(|error| unnamed(&error))?;
    let mut file = file.take(most.saturating_add(1));
    let bytes = std::io::copy(&mut file, &mut sink).map_err(DownloadError::Disk)?;
    if bytes > most {
        return Err(DownloadError::TooLarge);
    }
    sink.sync_all().map_err(DownloadError::Disk)?;
    Ok(bytes)
}

/// The system's reason, without the path.
fn unnamed(error: &std::io::Error) -> DownloadError {
    DownloadError::Interrupted(Description::of(&error.kind().to_string()))
}

/// Runs what may wait for the disk.
async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, DownloadError> + Send + 'static,
) -> Result<T, DownloadError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(DownloadError::Disk(std::io::Error::other(error))),
    }
}

#[cfg(test)]
mod tests;

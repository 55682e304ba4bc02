//! Takes a picture of a page with the Chromium of this machine.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use thiserror::Error;

use crate::environment::Environment;
use crate::fs::{self, Stamp};

/// Names of Chromium, the likeliest first.
const NAMES: [&str; 6] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// Width of a picture in pixels: one edition, or two side by side.
const WIDTHS: [u32; 2] = [640, 1_280];

/// Maximum height of a picture in pixels.
const HEIGHT: u32 = 16_000;

/// Why there is no picture.
#[derive(Debug, Error)]
pub enum PictureError {
    /// This machine has no Chromium.
    #[error("taking the picture needs Chromium, which is not installed")]
    NoBrowser,
    /// Chromium failed.
    #[error("{name} did not take the picture: {why}")]
    Failed {
        /// The name it was started by.
        name: String,
        /// The last line it printed.
        why: String,
    },
}

/// Arguments of every run: no window, no user profile, no network requests of its own. Never a port for developer tools: an open
/// one lets every user of the machine read the page.
const ARGUMENTS: [&str; 9] = [
    "--headless",
    "--disable-gpu",
    "--hide-scrollbars",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-extensions",
    "--disable-sync",
    "--disable-component-update",
    "--disable-background-networking",
];

/// Whether Chromium runs without its own sandbox, as it must for root.
#[must_use]
pub fn is_without_sandbox() -> bool {
    #[cfg(unix)]
    return rustix::process::geteuid().is_root();
    #[cfg(not(unix))]
    false
}

/// Takes a picture of the file `page`, as wide as its number of `editions` needs and as high as the page, and writes it to `file`.
///
/// # Errors
/// See [`PictureError`].
pub fn picture(page: &Path, editions: usize, file: &Path) -> Result<(), PictureError> {
    let [narrow, wide] = WIDTHS;
    let width = if editions < 2 { narrow } else { wide };
    let height = measured(page, width)?;
    let mut shot = OsString::from("--screenshot=");
    shot.push(file);
    let before = Stamp::of(file);
    run(page, &[shot, format!("--window-size={width},{height}").into()])?;
    // Chromium exits with 0 even if it could not write the file.
    if Stamp::of(file).is_none_or(|after| Some(after) == before) {
        let why = format!("{} was not written", file.display());
        return Err(PictureError::Failed { name: "Chromium".to_owned(), why });
    }
    Ok(())
}

/// The height of the page, which its script writes into `data-height`.
fn measured(page: &Path, width: u32) -> Result<u32, PictureError> {
    let dom = run(page, &["--dump-dom".into(), format!("--window-size={width},800").into()])?;
    let height = dom.split("data-height=\"").nth(1).and_then(|rest| rest.split('"').next());
    Ok(height.and_then(|height| height.parse().ok()).unwrap_or(1_600).clamp(200, HEIGHT))
}

fn run(page: &Path, arguments: &[OsString]) -> Result<String, PictureError> {
    let profile = fs::temporary().map_err(|error| {
        let why = format!("cannot create a folder for its profile: {error}");
        PictureError::Failed { name: "Chromium".to_owned(), why }
    })?;
    for name in NAMES {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that runs a browser")]
        let mut command = Command::new(name);
        command.args(ARGUMENTS).env_clear().envs(Environment::for_programs());
        let mut folder = OsString::from("--user-data-dir=");
        folder.push(profile.path());
        command.arg(folder);
        if is_without_sandbox() {
            command.arg("--no-sandbox");
        }
        command.args(arguments).arg(page).stdin(Stdio::null());
        match command.output() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                return Err(PictureError::Failed { name: name.to_owned(), why: error.to_string() });
            }
            Ok(output) if output.status.success() => {
                return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
            }
            Ok(output) => {
                let stderr = String::from_utf8_lossy(&output.stderr);
                let why = stderr.lines().last().unwrap_or("it gave no reason").to_owned();
                return Err(PictureError::Failed { name: name.to_owned(), why });
            }
        }
    }
    Err(PictureError::NoBrowser)
}

//! Takes a picture of a page through a Chromium that is on the machine.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use thiserror::Error;

use crate::environment::Environment;
use crate::fs::{self, Stamp};

/// Names under which a Chromium may be found, the likeliest first.
const NAMES: [&str; 6] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// Pixels of a picture's width: one edition, or two side by side.
const WIDTHS: [u32; 2] = [640, 1_280];

/// The most pixels of a picture's height.
const HEIGHT: u32 = 16_000;

/// Why no picture was taken.
#[derive(Debug, Error)]
pub enum PictureFault {
    /// None is on the machine.
    #[error("no Chromium is on this machine to take the picture")]
    NoBrowser,
    /// It is there, and failed.
    #[error("{name} took no picture: {why}")]
    Failed {
        /// Which one.
        name: String,
        /// What it said last.
        why: String,
    },
}

/// What Chromium is always told: no window, no profile of a user, nothing that asks the network by itself. There is no port for
/// developer tools: one that is open lets every user of the machine read what is shown.
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

/// Whether Chromium runs without its own sandbox, as it has to for the administrator.
#[must_use]
pub fn is_without_sandbox() -> bool {
    #[cfg(unix)]
    return rustix::process::geteuid().is_root();
    #[cfg(not(unix))]
    false
}

/// Takes a picture of the page in `page`, a file, as wide as its `editions` need and as high as it is, and puts it into
/// `file`.
///
/// # Errors
/// See [`PictureFault`].
pub fn picture(page: &Path, editions: usize, file: &Path) -> Result<(), PictureFault> {
    let [narrow, wide] = WIDTHS;
    let width = if editions < 2 { narrow } else { wide };
    let height = measured(page, width)?;
    let mut shot = OsString::from("--screenshot=");
    shot.push(file);
    let before = Stamp::of(file);
    run(page, &[shot, format!("--window-size={width},{height}").into()])?;
    // It says that all went well whether or not it could write.
    if Stamp::of(file).is_none_or(|after| Some(after) == before) {
        let why = format!("{} was not written", file.display());
        return Err(PictureFault::Failed { name: "Chromium".to_owned(), why });
    }
    Ok(())
}

/// How high the page is: its own script writes that down.
fn measured(page: &Path, width: u32) -> Result<u32, PictureFault> {
    let dom = run(page, &["--dump-dom".into(), format!("--window-size={width},800").into()])?;
    let height = dom.split("data-height=\"").nth(1).and_then(|rest| rest.split('"').next());
    Ok(height.and_then(|height| height.parse().ok()).unwrap_or(1_600).clamp(200, HEIGHT))
}

fn run(page: &Path, arguments: &[OsString]) -> Result<String, PictureFault> {
    let profile = fs::temporary().map_err(|error| {
        let why = format!("no folder for its profile can be made: {error}");
        PictureFault::Failed { name: "Chromium".to_owned(), why }
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
                return Err(PictureFault::Failed { name: name.to_owned(), why: error.to_string() });
            }
            Ok(output) if output.status.success() => {
                return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
            }
            Ok(output) => {
                let said = String::from_utf8_lossy(&output.stderr);
                let why = said.lines().last().unwrap_or("it does not say why").to_owned();
                return Err(PictureFault::Failed { name: name.to_owned(), why });
            }
        }
    }
    Err(PictureFault::NoBrowser)
}

//! Opens a page in the user's browser. The address never appears in a program's arguments, which every user of the machine can
//! read: the browser gets a file that only its owner can read, and the file redirects to the address.

use std::io;
use std::process::{Child, Stdio};

use maud::{DOCTYPE, html};
use tempfile::TempDir;

use crate::environment::{Environment, Variable};
use crate::fs;

/// A browser that was started with a page. Dropping this removes the file that redirects to it.
pub struct OpenedBrowser {
    _folder: TempDir,
    launcher: Child,
}

impl OpenedBrowser {
    /// Opens `address`, whose token is valid once.
    ///
    /// # Errors
    /// If the file cannot be written, or no browser can be started.
    pub fn open(address: &str) -> io::Result<Self> {
        let folder = fs::temporary()?;
        let file = folder.path().join("open.html");
        fs::write_private(&file, &redirect(address))?;
        let mut failed = io::Error::from(io::ErrorKind::NotFound);
        for mut command in open::commands(&file) {
            command.env_clear().envs(Environment::for_programs());
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            // Ctrl-C ends the preview but not the browser.
            #[cfg(unix)]
            std::os::unix::process::CommandExt::process_group(&mut command, 0);
            match command.spawn() {
                Ok(launcher) => return Ok(Self { _folder: folder, launcher }),
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }
}

impl Drop for OpenedBrowser {
    fn drop(&mut self) {
        // Reaps a launcher that has exited; a running browser stays open.
        let _ = self.launcher.try_wait();
    }
}

/// Whether the user works over SSH without a display: a browser would open where they cannot see it.
#[must_use]
pub fn is_remote(environment: &Environment) -> bool {
    environment.is_set(Variable::SshConnection)
        && !environment.is_set(Variable::Display)
        && !environment.is_set(Variable::WaylandDisplay)
}

pub(super) fn redirect(address: &str) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="referrer" content="no-referrer";
                meta http-equiv="refresh" content=(format!("0;url={address}"));
                title { "telepress" }
            }
            body { p { a href=(address) { "Open the preview" } } }
        }
    };
    page.into_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirect_escapes_the_address() {
        let page = redirect("http://127.0.0.1:1/a/?post=b&c=\"><script>");
        assert!(
            page.contains("0;url=http://127.0.0.1:1/a/?post=b&amp;c=&quot;&gt;&lt;script&gt;"),
            "{page}"
        );
    }

    #[test]
    fn ssh_without_a_display_is_remote() {
        use Variable::{Display, SshConnection, WaylandDisplay};
        let with = |names: &[Variable]| Environment::of(names.iter().map(|name| (*name, "1")));
        assert!(is_remote(&with(&[SshConnection])));
        for here in
            [&[][..], &[Display], &[SshConnection, Display], &[SshConnection, WaylandDisplay]]
        {
            assert!(!is_remote(&with(here)));
        }
    }
}

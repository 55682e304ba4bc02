//! Opens a page in the user's browser without naming its address in the arguments of a program, which every user of the machine
//! can read: the browser is given a file that only its owner may read, and the file leads to the address.

use std::io;
use std::process::{Child, Stdio};

use maud::{DOCTYPE, html};
use tempfile::TempDir;

use crate::environment::{Environment, Variable};
use crate::fs;

/// A browser that was asked to open a page. The file is there for as long as this is.
pub struct OpenedBrowser {
    _folder: TempDir,
    launcher: Child,
}

impl OpenedBrowser {
    /// Opens `address`, whose word leads to the pages once.
    ///
    /// # Errors
    /// Where the file cannot be written, or no program for it can be started.
    pub fn open(address: &str) -> io::Result<Self> {
        let folder = fs::temporary()?;
        let file = folder.path().join("open.html");
        fs::write_private(&file, &redirect(address))?;
        let mut failed = io::Error::from(io::ErrorKind::NotFound);
        for mut command in open::commands(&file) {
            command.env_clear().envs(Environment::for_programs());
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            // Ctrl-C ends the preview, and not the browser.
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
        // Its exit code is read so that the system forgets it; a browser that runs goes on.
        let _ = self.launcher.try_wait();
    }
}

/// Whether somebody sits at another machine and has no screen here: a browser would open in front of nobody.
#[must_use]
pub fn is_remote(environment: &Environment) -> bool {
    environment.is_set(Variable::SshConnection)
        && !environment.is_set(Variable::Display)
        && !environment.is_set(Variable::WaylandDisplay)
}

/// A page that leads to another one at once, and asks for nothing else.
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
    fn a_page_that_redirects_escapes_the_address() {
        let page = redirect("http://127.0.0.1:1/a/?post=b&c=\"><script>");
        assert!(
            page.contains("0;url=http://127.0.0.1:1/a/?post=b&amp;c=&quot;&gt;&lt;script&gt;"),
            "{page}"
        );
    }

    #[test]
    fn somebody_without_a_screen_here_is_remote() {
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

//! The commands that run after a publication, as values. This module runs none.

use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::time::Duration;

use crate::limits;

/// The commands that run after a publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HooksConfig {
    /// The commands, in the file's order.
    pub published: Vec<HookCommand>,
    /// How long a command may run.
    pub time_limit: Duration,
}

impl Default for HooksConfig {
    fn default() -> Self {
        Self { published: Vec::new(), time_limit: limits::HOOK_TIME }
    }
}

/// A program and its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookCommand {
    /// The program as typed.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
}

impl HookCommand {
    /// The program's path, with `folder` as the start of a relative one; `None` if the program has only a name, which is looked up
    /// in `PATH`.
    #[must_use]
    pub fn path(&self, folder: &Path) -> Option<PathBuf> {
        let is_path = self.program.contains(['/', MAIN_SEPARATOR]);
        is_path.then(|| folder.join(&self.program))
    }

    /// The name of the program without its folder. The arguments may hold secrets, so only this name is shown.
    #[must_use]
    pub fn name(&self) -> &str {
        self.program.rsplit(['/', MAIN_SEPARATOR]).next().unwrap_or(&self.program)
    }
}

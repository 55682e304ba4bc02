//! Whether a file is a program that the user may run. It runs none.

use std::path::Path;

/// Whether this is a file that the user may run.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this module reads the metadata of files")]
pub fn is_executable(path: &Path) -> bool {
    let is_file = std::fs::metadata(path).is_ok_and(|found| found.is_file());
    #[cfg(unix)]
    let may_run = rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok();
    #[cfg(not(unix))]
    let may_run = true;
    is_file && may_run
}

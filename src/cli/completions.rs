//! `telepress completions`: the completion script of a shell.

use clap_complete::Shell;

use super::Result;
use crate::cli_context::CliContext;

pub(super) fn execute(
    shell: Shell,
    command: &mut clap::Command,
    context: &mut CliContext<'_>,
) -> Result {
    // The generator panics if it cannot write, so it writes to memory first.
    let mut script = Vec::new();
    clap_complete::generate(shell, command, "telepress", &mut script);
    context.out.write_all(&script)?;
    Ok(())
}

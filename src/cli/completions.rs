//! `telepress completions`: the completion script of a shell.

use clap_complete::Shell;

use super::Result;
use crate::world::World;

pub(super) fn execute(shell: Shell, command: &mut clap::Command, world: &mut World<'_>) -> Result {
    // The generator panics where it cannot write, so it writes to memory first.
    let mut script = Vec::new();
    clap_complete::generate(shell, command, "telepress", &mut script);
    world.out.write_all(&script)?;
    Ok(())
}

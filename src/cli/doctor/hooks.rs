//! Checks that the programs of `[hooks]` exist. It runs none.

use super::Finding;
use crate::explain::counted;
use crate::hooks;
use crate::newsroom::Newsroom;

pub(super) fn hooks(newsroom: &Newsroom) -> Vec<Finding> {
    let commands = &newsroom.config.hooks.published;
    let folder = newsroom.project();
    let missing = commands.iter().filter(|command| !hooks::is_found(command, &folder));
    let missing: Vec<_> = missing
        .map(|command| {
            Finding::wrong(
                "hooks",
                format!("{} is not a program that can be run", command.program),
                "a relative path starts at the parent of the config's folder, and a name without a `/` is looked up in PATH; correct `[hooks] published`, or make the file executable",
            )
        })
        .collect();
    if missing.is_empty() && !commands.is_empty() {
        let message = format!("{} after each publication", counted(commands.len(), "command"));
        return vec![Finding::good("hooks", message)];
    }
    missing
}

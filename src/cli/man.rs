//! `telepress man`: writes the man pages, one for telepress and one for each command.

use std::path::PathBuf;

use clap::{Args, Command};
use clap_mangen::Man;

use super::Result;
use crate::cli_context::{CliContext, line};
use crate::fs;

#[derive(Debug, Args)]
pub(super) struct ManArguments {
    /// The folder, which is created if it is missing
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub(super) fn execute(typed: &ManArguments, context: &mut CliContext<'_>) -> Result {
    let mut command = super::command().disable_help_subcommand(true);
    command.build();
    fs::create_folder(&typed.folder)?;
    for (name, page) in pages(&command)? {
        let path = typed.folder.join(name);
        fs::overwrite(&path, &page)?;
        line!(context.out, "{}", path.display())?;
    }
    Ok(())
}

/// The name and the text of the page of a command, then those of its subcommands.
fn pages(command: &Command) -> std::io::Result<Vec<(String, String)>> {
    let man = Man::new(command.clone())
        .source(format!("telepress {}", super::VERSION))
        .manual("telepress");
    let mut text = Vec::new();
    man.render(&mut text)?;
    let text = String::from_utf8_lossy(&text).into_owned();
    let mut all = vec![(man.get_filename(), text)];
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
        all.extend(pages(inner)?);
    }
    Ok(all)
}

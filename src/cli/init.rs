//! `telepress init`: a new newsroom that passes `check`.

use std::path::PathBuf;

use clap::Args;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::fs;
use crate::world::World;

#[derive(Debug, Args)]
pub(super) struct InitArguments {
    /// Where; here when left out
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
}

/// The files of a new newsroom.
const FILES: &[(&str, &str)] = &[
    ("config/telepress.toml", include_str!("init/telepress.toml")),
    ("posts/first-post.toml", include_str!("init/first-post.toml")),
    (".gitignore", include_str!("init/gitignore")),
    (".env.example", include_str!("init/env.example")),
];

pub(super) fn execute(typed: &InitArguments, world: &mut World<'_>) -> Result<Exit, Failure> {
    fs::create(&typed.folder, FILES)?;
    for (name, _) in FILES {
        writeln!(world.out, "{}", typed.folder.join(name).display())?;
    }
    let here = typed.folder.as_os_str() == ".";
    let step = if here { String::new() } else { format!("cd {} && ", typed.folder.display()) };
    writeln!(
        world.err,
        "a newsroom with one draft; look at it:\n  {step}telepress check\n  {step}telepress render first-post"
    )?;
    Ok(Exit::Done)
}

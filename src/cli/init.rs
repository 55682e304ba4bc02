//! `telepress init`: a new newsroom that passes `check`.

use std::path::PathBuf;

use clap::Args;

use super::Result;
use super::schema::SchemaKind;
use crate::cli_context::{CliContext, line};
use crate::fs;
use crate::newsroom::Places;

#[derive(Debug, Args)]
pub(super) struct InitArguments {
    /// The folder [default: the current folder]
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true)]
    folder: PathBuf,
    /// Write the first post as Markdown with TOML front matter (`.md`)
    #[arg(long)]
    markdown: bool,
    /// Create the journal even though an earlier one is lost for good; telepress then does not know what was sent
    #[arg(long)]
    previous_journal_is_lost: bool,
}

const TOML_POST: (&str, &str) = ("posts/first-post.toml", include_str!("init/first-post.toml"));
const MARKDOWN_POST: (&str, &str) = ("posts/first-post.md", include_str!("init/first-post.md"));

/// The files of a new newsroom. Its TOML files name their schemas, which are beside the config and so of the same version.
fn files(typed: &InitArguments) -> Result<[(&'static str, String); 5]> {
    let (post, text) = if typed.markdown { MARKDOWN_POST } else { TOML_POST };
    Ok([
        ("config/telepress.toml", include_str!("init/telepress.toml").to_owned()),
        (post, text.to_owned()),
        ("config/config.schema.json", SchemaKind::Config.text()?),
        ("config/post.schema.json", SchemaKind::Post.text()?),
        (".gitignore", include_str!("init/gitignore").to_owned()),
    ])
}

pub(super) fn execute(typed: &InitArguments, context: &mut CliContext<'_>) -> Result {
    let files = files(typed)?;
    fs::create(&typed.folder, &files)?;
    let config = typed.folder.join("config/telepress.toml");
    context.places = Places::of(Some(config), None);
    let newsroom = super::open(context)?;
    if typed.folder.to_str().is_none() {
        // SQLite cannot open a path like this, except from inside the folder.
        line!(
            context.err,
            "warning: the journal was not created, because the folder's name is not UTF-8; run `telepress journal create` inside the folder"
        )?;
    } else if let Err(error) =
        super::journal::create(&newsroom, typed.previous_journal_is_lost, context)
    {
        // All of these files are new, and a newsroom without a journal cannot publish.
        for (name, _) in &files {
            fs::remove(&typed.folder.join(name))?;
        }
        return Err(error);
    }
    for (name, _) in &files {
        line!(context.out, "{}", typed.folder.join(name).display())?;
    }
    let here = typed.folder.as_os_str() == ".";
    let step = if here { String::new() } else { format!("cd {}\n  ", typed.folder.display()) };
    writeln!(
        context.err,
        "created a newsroom with one draft; next:\n  {step}telepress check\n  telepress render first-post\nthen name your channel in config/telepress.toml, put the token that @BotFather shows into a file that only you can read, and check both:\n  (umask 077; cat > ~/.telepress-token)\n  export TELEPRESS_TOKEN_FILE=~/.telepress-token\n  telepress doctor"
    )?;
    Ok(())
}

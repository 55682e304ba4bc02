//! `telepress schema`: prints the JSON Schema of posts or of the config.

use clap::{Args, ValueEnum};

use super::Result;
use crate::cli_context::CliContext;
use crate::config::raw::RawConfig;
use crate::key::Record;
use crate::post::raw::RawPost;
use crate::schema;

#[derive(Debug, Args)]
pub(super) struct SchemaArguments {
    /// The kind of file
    #[arg(value_enum, default_value = "post")]
    of: SchemaKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SchemaKind {
    /// A post file
    Post,
    /// The config file
    Config,
}

pub(super) fn execute(typed: &SchemaArguments, context: &mut CliContext<'_>) -> Result {
    let schema = match typed.of {
        SchemaKind::Post => schema::json::document("telepress post", RawPost::TABLE),
        SchemaKind::Config => schema::json::document("telepress config", RawConfig::TABLE),
    };
    super::json(&schema, context)
}

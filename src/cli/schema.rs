//! `telepress schema`: prints the JSON Schema of posts or of the config.

use clap::{Args, ValueEnum};
use serde_json::Value;

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
pub(super) enum SchemaKind {
    /// A post file
    Post,
    /// The config file
    Config,
}

pub(super) fn execute(typed: &SchemaArguments, context: &mut CliContext<'_>) -> Result {
    super::json(&typed.of.document(), context)
}

impl SchemaKind {
    fn document(self) -> Value {
        match self {
            Self::Post => schema::json::document("post", RawPost::TABLE),
            Self::Config => schema::json::document("config", RawConfig::TABLE),
        }
    }

    /// The schema's file in a newsroom, beside the config.
    pub(super) fn file(self) -> &'static str {
        match self {
            Self::Post => "post.schema.json",
            Self::Config => "config.schema.json",
        }
    }

    /// The content of that file.
    pub(super) fn text(self) -> Result<String> {
        let json = serde_json::to_string_pretty(&self.document()).map_err(super::unexpected)?;
        Ok(json + "\n")
    }

    /// The line at the beginning of a TOML file that names its schema to editors; `path` leads from the file to the schema.
    pub(super) fn line(path: &str) -> String {
        format!("#:schema {path}\n")
    }
}

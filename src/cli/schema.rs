//! `telepress schema`: the JSON Schema of posts or of the config.

use clap::{Args, ValueEnum};

use super::Result;
use crate::config::raw::RawConfig;
use crate::key::Record;
use crate::post::raw::RawPost;
use crate::schema;
use crate::world::World;

#[derive(Debug, Args)]
pub(super) struct SchemaArguments {
    /// What is described
    #[arg(value_enum, default_value = "post")]
    of: Described,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Described {
    /// A post file
    Post,
    /// The config file
    Config,
}

pub(super) fn execute(typed: &SchemaArguments, world: &mut World<'_>) -> Result {
    let schema = match typed.of {
        Described::Post => schema::json::document("telepress post", RawPost::TABLE),
        Described::Config => schema::json::document("telepress config", RawConfig::TABLE),
    };
    super::json(&schema, world)
}

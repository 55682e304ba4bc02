//! `telepress sandbox`: a Bot API server on this machine.

use std::sync::Arc;

use clap::Args;

use super::open;
use crate::clock::SystemClock;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::newsroom::Places;
use crate::sandbox::{ChannelSeed, Sandbox, serve};
use crate::world::World;

/// The port of the official server's own default.
const PORT: u16 = 8081;

#[derive(Debug, Args)]
pub(super) struct SandboxArguments {
    /// The port on the loopback interface; 0 takes a free one
    #[arg(long, default_value_t = PORT)]
    port: u16,
    /// A channel to have besides the config's: @name, or a numeric id
    #[arg(long = "channel", value_name = "CHAT", allow_hyphen_values = true)]
    channels: Vec<crate::chat::ChatId>,
}

/// A token of the right shape, which every sandbox takes.
pub(super) const TOKEN: &str = "1000000001:SANDBOX-takes-every-well-shaped-tok";

pub(super) fn execute(
    typed: &SandboxArguments,
    places: Places,
    world: &mut World<'_>,
) -> Result<Exit, Failure> {
    let mut seeds: Vec<ChannelSeed> = typed
        .channels
        .iter()
        .map(|chat| ChannelSeed::of_chat(&chat.to_string(), chat.to_string()))
        .collect();
    // Without a config there is still something to talk to.
    if typed.channels.is_empty() || places.config.exists() {
        if places.config.exists() {
            seeds.extend(open(places, world)?.config.channels.iter().map(seed));
        } else {
            seeds.push(ChannelSeed::public("sandbox", "Sandbox"));
        }
    }
    let names: Vec<_> = seeds
        .iter()
        .map(|seed| {
            seed.username.clone().map_or_else(|| seed.title.clone(), |name| format!("@{name}"))
        })
        .collect();
    super::runtime()?.block_on(async {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", typed.port)).await.map_err(|error| {
            Failure::usage(format!("port {} cannot be used: {error}", typed.port), "name another with --port, or 0 for a free one")
        })?;
        let address = listener.local_addr()?;
        writeln!(world.out, "http://{address}")?;
        writeln!(world.err, "the sandbox has the channels {}", names.join(", "))?;
        writeln!(world.err, "telepress: in config/telepress.toml set\n  [bot]\n  api_url = \"http://{address}\"")?;
        writeln!(world.err, "and give it a token (the sandbox takes every well-shaped one):\n  TELEPRESS_TOKEN={TOKEN} telepress publish POST")?;
        writeln!(world.err, "any other bot: http://{address}/bot{TOKEN}/METHOD")?;
        writeln!(world.err, "what was posted: http://{address}/sandbox/channels   stop with Ctrl-C")?;
        world.out.flush()?;
        let sandbox = Sandbox::new(seeds, Arc::new(SystemClock));
        serve(listener, sandbox, super::interrupted()).await?;
        Ok(Exit::Done)
    })
}

/// A channel of the config as the sandbox has it.
pub(super) fn seed(channel: &crate::config::Channel) -> ChannelSeed {
    ChannelSeed::of_chat(&channel.chat.to_string(), channel.name.to_string())
}

//! `telepress demo`: the sample newsroom, published into a sandbox inside the program.

use std::sync::Arc;

use clap::Args;
use tokio::sync::oneshot;

use super::render::{self, Rendered};
use super::{check, sandbox};
use crate::clock::SystemClock;
use crate::config::{self, Config};
use crate::diagnostic::report::Report;
use crate::exit::Exit;
use crate::failure::{Failure, counted};
use crate::post::{self, Post, PostId};
use crate::publisher;
use crate::sandbox::{Sandbox, serve};
use crate::secret::Token;
use crate::source::SourceFile;
use crate::telegram::{Client, ClientOptions};
use crate::world::World;

#[derive(Debug, Args)]
pub(super) struct DemoArguments {
    /// Ends when everything is published
    #[arg(long)]
    once: bool,
    /// The sandbox's port on the loopback interface; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
}

/// The sample newsroom, which travels inside the program.
const CONFIG: &str = include_str!("../../config/telepress.toml");
const POSTS: &[(&str, &str)] = &[
    ("russia-dprk-statement", include_str!("../../posts/russia-dprk-statement.toml")),
    ("rivet-1.4", include_str!("../../posts/rivet-1.4.toml")),
    ("autumn-blankets", include_str!("../../posts/autumn-blankets.toml")),
    ("lindholm/water-main", include_str!("../../posts/lindholm/water-main.toml")),
];

pub(super) fn execute(typed: &DemoArguments, world: &mut World<'_>) -> Result<Exit, Failure> {
    let (config, posts) = match samples(world)? {
        Ok(samples) => samples,
        Err(report) => return check::refuse(&report, world),
    };
    writeln!(world.err, "{} checked: no problems", counted(posts.len(), "post"))?;
    let token =
        Token::parse(sandbox::TOKEN).map_err(|fault| Failure::Unexpected(fault.to_string()))?;
    super::runtime()?.block_on(async {
        let listener =
            tokio::net::TcpListener::bind(("127.0.0.1", typed.port)).await.map_err(|error| {
                Failure::usage(
                    format!("port {} cannot be used: {error}", typed.port),
                    "leave --port out: then a free one is taken",
                )
            })?;
        let address = format!("http://{}", listener.local_addr()?);
        let api_url =
            address.parse().map_err(|error| Failure::Unexpected(format!("{address}: {error}")))?;
        let client = Client::new(token, Some(&api_url), ClientOptions::default())?;
        let shown = Sandbox::new(config.channels.iter().map(sandbox::seed), Arc::new(SystemClock));
        let (stop, stopped) = oneshot::channel::<()>();
        let server = serve(listener, shown.clone(), async {
            // Whatever ends the demo ends the server.
            let _ = stopped.await;
        });
        let work = async {
            let exit = publish_all(&client, &config, &posts, &shown, &address, world).await?;
            if !typed.once {
                writeln!(world.err, "the sandbox stays at {address} until Ctrl-C")?;
                super::interrupted().await;
            }
            drop(stop);
            Ok::<_, Failure>(exit)
        };
        let (ended, exit) = tokio::join!(server, work);
        ended?;
        exit
    })
}

/// The samples, or what is wrong with them.
fn samples(world: &World<'_>) -> Result<Result<(Config, Vec<Post>), Report>, Failure> {
    let source = SourceFile::new("config/telepress.toml", CONFIG);
    let (config, diagnostics) = config::check(&source);
    let Some(config) = config else { return Ok(Err(Report::new(source, diagnostics))) };
    let mut posts = Vec::new();
    for (id, text) in POSTS {
        let source = SourceFile::new(format!("posts/{id}.toml"), *text);
        let id = PostId::parse(id).map_err(|fault| Failure::Unexpected(fault.to_string()))?;
        let checked = post::check(&source, id, &config, world.clock.now());
        match checked.post {
            Some(post) => posts.push(post),
            None => return Ok(Err(Report::new(source, checked.diagnostics))),
        }
    }
    Ok(Ok((config, posts)))
}

async fn publish_all(
    client: &Client,
    config: &Config,
    posts: &[Post],
    sandbox: &Sandbox,
    address: &str,
    world: &mut World<'_>,
) -> Result<Exit, Failure> {
    let mut count = 0;
    for post in posts {
        let messages = render::rendered(post, &config.channels, None)?;
        for message in messages.into_iter().filter(|message| !message.draft) {
            let sent = publisher::publish(client, &message.channel.chat, &message.parts).await;
            if !sent.is_whole() {
                let last = sent.outcomes.last().map(ToString::to_string).unwrap_or_default();
                return Err(Failure::Unexpected(format!(
                    "{} to {}: {last}",
                    message.post, message.channel.name
                )));
            }
            count += sent.message_ids().len();
            show(&message, &sent.message_ids(), sandbox, address, world)?;
        }
    }
    world.out.flush()?;
    writeln!(
        world.err,
        "{} published to {}",
        counted(count, "message"),
        counted(config.channels.len(), "channel")
    )?;
    Ok(Exit::Done)
}

fn show(
    message: &Rendered<'_>,
    ids: &[i64],
    sandbox: &Sandbox,
    address: &str,
    world: &mut World<'_>,
) -> Result<(), Failure> {
    let chat = message.channel.chat.to_string();
    let footers: Vec<_> = ids
        .iter()
        .map(|id| {
            sandbox.path_of(&chat, *id).map_or_else(String::new, |path| format!("{address}{path}"))
        })
        .collect();
    render::show(message, &footers, world)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_post_travels_inside_the_program() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/posts");
        let files = crate::fs::walk(std::path::Path::new(folder)).unwrap();
        let mut on_disk: Vec<_> =
            files.iter().filter_map(|file| file.relative.strip_suffix(".toml")).collect();
        let mut inside: Vec<_> = POSTS.iter().map(|(id, _)| *id).collect();
        on_disk.sort_unstable();
        inside.sort_unstable();
        assert_eq!(inside, on_disk);
    }
}

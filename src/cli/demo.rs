//! `telepress demo`: the sample newsroom, published into a sandbox inside the program.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use jiff::SignedDuration;
use tokio::sync::{oneshot, watch};

use super::{check, render, sandbox};
use crate::clock::SystemClock;
use crate::config::{self, Config, timing};
use crate::diagnostic::report::Report;
use crate::exit::Exit;
use crate::failure::{Failure, counted};
use crate::outbox::{Actor, PayloadHash, Publication, State};
use crate::plan::{self, Desired, Due, Put};
use crate::post::{self, Post, PostId};
use crate::publisher::{Pacing, Publisher, Stop, Until};
use crate::sandbox::{Sandbox, serve};
use crate::secret::Token;
use crate::source::SourceFile;
use crate::store::{self, Access, Address, Facts, Order, Wanted};
use crate::telegram::{Client, ClientOptions};
use crate::world::World;
use crate::{fs, instance, status};

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

/// The config, and each post with the hash of its file.
type Samples = (Config, Vec<(Post, PayloadHash)>);

/// The samples, or what is wrong with them.
fn samples(world: &World<'_>) -> Result<Result<Samples, Report>, Failure> {
    let source = SourceFile::new("config/telepress.toml", CONFIG);
    let (config, diagnostics) = config::check(&source);
    let Some(config) = config else { return Ok(Err(Report::new(source, diagnostics))) };
    let mut posts = Vec::new();
    for (id, text) in POSTS {
        let source = SourceFile::new(format!("posts/{id}.toml"), *text);
        let id = PostId::parse(id).map_err(|fault| Failure::Unexpected(fault.to_string()))?;
        let checked = post::check(&source, id, &config, world.clock.now());
        match checked.post {
            Some(post) => posts.push((post, plan::source_hash(text))),
            None => return Ok(Err(Report::new(source, checked.diagnostics))),
        }
    }
    Ok(Ok((config, posts)))
}

/// Seconds after which the last post is due, for whoever wants to see the schedule at work.
const LATER: i64 = 3;

async fn publish_all(
    client: &Client,
    config: &Config,
    posts: &[(Post, PayloadHash)],
    sandbox: &Sandbox,
    address: &str,
    world: &mut World<'_>,
) -> Result<Exit, Failure> {
    let folder = fs::temporary()?;
    let journal = Address::Sqlite(folder.path().join("demo.db"));
    let store = store::open(&journal, Access::Write, instance::me(), world.clock.now()).await?;
    let (orders, later) = orders(client, config, posts, world).await?;
    if let Some(later) = later {
        writeln!(world.err, "`{later}` is due in {LATER} seconds")?;
    }
    let policy = timing::policy(&config.recovery, config.schedule);
    let facts = Facts { now: world.clock.now(), jitter: 0, clock_trusted: true, policy: &policy };
    let done = store.transact(orders, facts).await?;
    let ids: Vec<_> =
        done.into_iter().filter_map(|done| done.publication).map(|now| now.id).collect();
    let publisher = Publisher {
        store: Arc::clone(&store),
        gateway: client,
        files: None,
        clock: world.clock,
        policy,
        // Nobody but the sandbox is met here.
        pacing: Pacing { channel: Duration::ZERO, bot: Duration::ZERO },
        staging: None,
        link: &|known, id| crate::chat::ChatId::Id(known.chat).link(id),
        tell: &|_| {},
        wake: Arc::default(),
        beat: Arc::default(),
    };
    store.take_lock().await?;
    let (_stopper, stop) = watch::channel(Stop::Not);
    publisher.run(Until::Settled(&ids, Duration::from_mins(1)), stop).await?;
    let mut count = 0;
    for id in &ids {
        let found = store.publications(Wanted::Id(*id)).await?;
        let Some(publication) = found.first() else { continue };
        if publication.state != State::Published {
            let why = status::reason(publication).unwrap_or_default();
            return Err(Failure::Unexpected(format!(
                "{} to {}: {why}",
                publication.post, publication.channel
            )));
        }
        count += publication.sent();
        show(publication, config, posts, sandbox, address, world)?;
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

/// Every post in every channel of its own, the last post a little later; and which one that is.
async fn orders<'p>(
    client: &Client,
    config: &Config,
    posts: &'p [(Post, PayloadHash)],
    world: &World<'_>,
) -> Result<(Vec<Order>, Option<&'p PostId>), Failure> {
    let now = world.clock.now();
    let later = posts.last().map(|(post, _)| &post.id);
    let mut orders = Vec::new();
    for (post, source) in posts {
        for mut desired in Desired::of(post, *source, &config.channels) {
            let chat = client.chat_number(&desired.channel.chat).await;
            desired.chat = Some(chat.map_err(|fault| Failure::Unexpected(fault.to_string()))?);
            let seconds = if Some(&post.id) == later { LATER } else { 0 };
            let at = now + SignedDuration::from_secs(seconds);
            let due = Due { at, civil: None, is_now: true };
            let by = Actor::CommandLine { user: "demo".to_owned() };
            let steps = plan::put(&desired, None, false, 0, false, &by, &due);
            if let Ok(Put::Steps(steps)) = steps {
                orders.extend(steps.iter().map(Order::from));
            }
        }
    }
    Ok((orders, later))
}

/// Draws what was published, with its addresses.
fn show(
    publication: &Publication,
    config: &Config,
    posts: &[(Post, PayloadHash)],
    sandbox: &Sandbox,
    address: &str,
    world: &mut World<'_>,
) -> Result<(), Failure> {
    let post = posts.iter().map(|(post, _)| post).find(|post| post.id == publication.post);
    let channel = config.channels.iter().find(|channel| channel.name == publication.channel);
    let (Some(post), Some(channel)) = (post, channel) else { return Ok(()) };
    let ids = publication.parts.iter().flat_map(|part| part.state.message_ids());
    let footers: Vec<_> = ids
        .map(|id| {
            sandbox
                .path_of(&publication.chat.to_string(), *id)
                .map_or_else(String::new, |path| format!("{address}{path}"))
        })
        .collect();
    for message in render::rendered(post, &config.channels, Some(channel))? {
        render::show(&message, &footers, world)?;
    }
    Ok(())
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

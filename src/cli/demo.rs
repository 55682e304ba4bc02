//! `telepress demo`: publishes the sample newsroom to a sandbox inside the program.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use jiff::SignedDuration;
use tokio::sync::{oneshot, watch};

use super::Result;
use super::{render, sandbox, selection};
use crate::cli_context::{CliContext, line};
use crate::cli_error::{CliError, counted};
use crate::clock::SystemClock;
use crate::config::{self, Config};
use crate::explain::report::Report;
use crate::ids::PostId;
use crate::layout::LaidOut;
use crate::media::NoFiles;
use crate::newsroom::{Newsroom, Opened, Places};
use crate::operations::Operations;
use crate::outbox::{Actor, PayloadHash, Publication, State};
use crate::plan::{self, Desired, EnqueuePlan, ResendPolicy, ResolvedTime};
use crate::publisher::{Pacing, Publisher, StopMode, Until};
use crate::sandbox::{Sandbox, serve};
use crate::secret::Token;
use crate::serve::Service;
use crate::source::SourceFile;
use crate::store::{self, Access, Command, CommandContext, MarkFolder, Query, Store};
use crate::telegram::{Client, ClientOptions};
use crate::{fs, process, status};

#[derive(Debug, Args)]
pub(super) struct DemoArguments {
    /// Exit when everything is published
    #[arg(long)]
    once: bool,
    /// The sandbox's port on the loopback interface; 0 chooses a free one
    #[arg(long, default_value_t = 0, value_parser = super::whole_number::<u16>)]
    port: u16,
}

/// The sample newsroom, which is compiled into the program.
const CONFIG: &str = include_str!("../../config/telepress.toml");
const POSTS: &[(&str, &str)] = &[
    ("russia-dprk-statement", include_str!("../../posts/russia-dprk-statement.toml")),
    ("rivet-1.4", include_str!("../../posts/rivet-1.4.toml")),
    ("autumn-blankets", include_str!("../../posts/autumn-blankets.toml")),
    ("lindholm/water-main", include_str!("../../posts/lindholm/water-main.toml")),
];

pub(super) fn execute(typed: &DemoArguments, context: &mut CliContext<'_>) -> Result {
    let samples = samples(context)?;
    line!(context.err, "{} checked: no problems", counted(samples.posts.len(), "post"))?;
    let token = Token::parse(sandbox::TOKEN).map_err(super::unexpected)?;
    super::runtime()?.block_on(async {
        let listener = super::listen(typed.port, "without --port a free one is chosen").await?;
        let address = format!("http://{}", listener.local_addr()?);
        let api_url = address.parse().map_err(super::unexpected)?;
        let client = Client::new(token, Some(&api_url), ClientOptions::default())?;
        let shown = Sandbox::new(
            samples.config.channels.iter().map(|channel| sandbox::seed(channel)),
            Arc::new(SystemClock),
        );
        shown.add_person(sandbox::operator(sandbox::PERSON));
        let folder = fs::temporary()?;
        let newsroom = newsroom(folder.path(), &address)?;
        let journal = newsroom.journal(None);
        let now = context.clock.now();
        let nowhere = MarkFolder::none();
        store::create(&journal, &nowhere, &[], false, now).await?;
        let store = store::open(&journal, &nowhere, Access::Write, process::me(), now).await?;
        let (stop, stopped) = oneshot::channel::<()>();
        let server = serve(listener, shown.clone(), async {
            // Both a message and a dropped sender end the server.
            let _ = stopped.await;
        });
        let work = async {
            let stage = DemoOutput { samples, sandbox: &shown, address: &address };
            publish_all(&client, &stage, &store, context).await?;
            if !typed.once {
                let (store, by) = (Arc::clone(&store), demonstrator());
                let operations = Operations::new(newsroom.into(), store, &journal, by);
                Box::pin(stay(&operations, &client, &address, context)).await?;
            }
            store.close().await;
            // This fails only if the server has ended already.
            let _ = stop.send(());
            Ok::<_, CliError>(())
        };
        let (ended, worked) = tokio::join!(server, work);
        ended?;
        worked
    })
}

struct Samples {
    config: Config,
    /// Each post with the hash of its file.
    posts: Vec<(LaidOut, PayloadHash)>,
}

struct DemoOutput<'s> {
    samples: Samples,
    sandbox: &'s Sandbox,
    address: &'s str,
}

fn samples(context: &mut CliContext<'_>) -> Result<Samples> {
    let source = SourceFile::new("config/telepress.toml", CONFIG);
    let (config, diagnostics) = config::check(&source);
    let Some(config) = config else {
        return Err(selection::refused(&Report::new(source, diagnostics), context)?);
    };
    let mut posts = Vec::new();
    for (id, text) in POSTS {
        let source = SourceFile::new(format!("posts/{id}.toml"), *text);
        let id = PostId::parse(id).map_err(super::unexpected)?;
        let checked = crate::check::check(&source, id, &config, context.clock.now(), &NoFiles);
        let Some(post) = checked.post else {
            let report = Report::new(source, checked.diagnostics);
            return Err(selection::refused(&report, context)?);
        };
        posts.push((post, plan::source_hash(text)));
    }
    Ok(Samples { config, posts })
}

/// The last post is due this many seconds later, to show the schedule at work.
const DELAY_SECONDS: i64 = 3;

fn demonstrator() -> Actor {
    Actor::CommandLine { user: "demo".to_owned() }
}

/// The samples as files, so that the user can change them; their bot uses the server at `address`.
fn newsroom(folder: &Path, address: &str) -> Result<Newsroom> {
    let operator = format!("operators = [{{ id = {}, role = \"admin\" }}]", sandbox::PERSON);
    let bot = format!("[bot]\napi_url = \"{address}\"\n{operator}\n");
    // The sandbox needs no pacing.
    let fast = "\n[pacing]\nchannel = \"0ms\"\nbot = \"0ms\"\n";
    let config = CONFIG.replace("[bot]\n", &bot) + fast;
    let posts: Vec<_> =
        POSTS.iter().map(|(id, text)| (format!("posts/{id}.toml"), *text)).collect();
    let mut files = vec![("config/telepress.toml", config.as_str())];
    files.extend(posts.iter().map(|(path, text)| (path.as_str(), *text)));
    fs::create(folder, &files)?;
    match Newsroom::open(Places::of(Some(folder.join("config/telepress.toml")), None)) {
        Opened::Good(newsroom, _) => Ok(*newsroom),
        _ => Err(CliError::Unexpected("the sample newsroom cannot be opened".to_owned())),
    }
}

/// Runs the bot and the schedule until the user stops them.
async fn stay(
    operations: &Operations,
    client: &Client,
    address: &str,
    context: &mut CliContext<'_>,
) -> Result {
    let (clock, err) = (context.clock, &mut context.err);
    let places = &operations.newsroom.places;
    let service = Service { operations, client, clock, take_over: false };
    let ready = || {
        // The demo works even if stderr is closed.
        let _ = writeln!(
            err,
            "\nthe demo runs at {address} until you press Ctrl-C\n  in a browser   open that address: the channels, the chat with the bot, faults to inject\n  in an editor   change a post in {}: the bot offers to edit the message\n  in a shell     telepress sandbox say --at {address} /posts",
            places.posts.display()
        );
    };
    Box::pin(service.run(super::interrupted, ready)).await?;
    Ok(())
}

async fn publish_all(
    client: &Client,
    stage: &DemoOutput<'_>,
    store: &Arc<Store>,
    context: &mut CliContext<'_>,
) -> Result {
    let config = &stage.samples.config;
    let (orders, later) = orders(client, &stage.samples, context).await?;
    if let Some(later) = later {
        line!(
            context.err,
            "publishing; `{later}` is scheduled to follow in {DELAY_SECONDS} seconds"
        )?;
    }
    let policy = crate::operations::policy(config);
    let facts = CommandContext {
        now: context.clock.now(),
        jitter: 0,
        clock_trusted: true,
        policy: policy.clone(),
    };
    let done = store.transact(orders, facts).await?;
    let ids: Vec<_> =
        done.into_iter().filter_map(|done| done.publication).map(|now| now.id).collect();
    let publisher = Publisher {
        store: Arc::clone(store),
        gateway: client,
        files: None,
        still_pruned: &|_| Box::pin(std::future::ready(true)),
        clock: context.clock,
        policy,
        // The sandbox needs no pacing.
        pacing: Pacing { channel: Duration::ZERO, bot: Duration::ZERO },
        staging: None,
        link: &|publication, id| crate::ids::ChatId::Id(publication.chat).link(id),
        tell: &|_| {},
        wake: Arc::default(),
        last_request: Arc::default(),
        ending: Arc::default(),
    };
    store.take_lock().await?;
    let (_stopper, stop) = watch::channel(StopMode::Not);
    publisher.run(Until::Settled(&ids, Duration::from_mins(1)), stop).await?;
    let mut count = 0;
    for id in &ids {
        let found = store.publications(Query::Id(*id)).await?;
        let Some(publication) = found.first() else { continue };
        if publication.state != State::Published {
            let why = status::reason(publication, &crate::ids::Target::of(&publication.post))
                .unwrap_or_default();
            return Err(CliError::Unexpected(format!(
                "{} to {}: {why}",
                publication.post, publication.channel
            )));
        }
        count += publication.sent();
        show(publication, stage, context)?;
    }
    context.out.flush()?;
    line!(
        context.err,
        "{} published to {}",
        counted(count, "message"),
        counted(config.channels.len(), "channel")
    )?;
    Ok(())
}

/// The orders for all samples, and the id of the last post, which is due a little later.
async fn orders<'p>(
    client: &Client,
    Samples { config, posts }: &'p Samples,
    context: &CliContext<'_>,
) -> Result<(Vec<Command>, Option<&'p PostId>)> {
    let now = context.clock.now();
    let later = posts.last().map(|(sample, _)| &sample.post.id);
    let mut orders = Vec::new();
    for (sample, source) in posts {
        for mut desired in Desired::of(sample, *source, &config.channels) {
            let chat = client.chat_number(&desired.channel.chat).await;
            desired.chat = Some(chat.map_err(super::unexpected)?);
            let seconds = if Some(&sample.post.id) == later { DELAY_SECONDS } else { 0 };
            let at = now + SignedDuration::from_secs(seconds);
            let due = ResolvedTime { at, civil: None, is_now: true };
            let steps = plan::plan_enqueue(
                &desired,
                None,
                false,
                0,
                ResendPolicy::No,
                &demonstrator(),
                &due,
            );
            if let Ok(EnqueuePlan::Steps(steps)) = steps {
                orders.extend(steps.iter().map(Command::from));
            }
        }
    }
    Ok((orders, later))
}

/// Draws the messages of a publication, each with its address.
fn show(publication: &Publication, stage: &DemoOutput<'_>, context: &mut CliContext<'_>) -> Result {
    let DemoOutput { samples: Samples { config, posts }, sandbox, address } = stage;
    let post = posts.iter().map(|(post, _)| post).find(|sample| sample.post.id == publication.post);
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
    for message in selection::rendered(post, &config.channels, Some(channel))? {
        render::show(&message, &footers, context)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_post_is_compiled_in() {
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

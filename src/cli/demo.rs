//! `telepress demo`: publishes the sample newsroom to a sandbox inside the program.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use jiff::SignedDuration;
use tokio::sync::{Notify, oneshot, watch};

use super::Result;
use super::{render, sandbox, selection};
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::clock::SystemClock;
use crate::config::{Config, Role};
use crate::explain::counted;
use crate::ids::ChatId;
use crate::ids::PostId;
use crate::layout::LaidOut;
use crate::newsroom::{Newsroom, Opened, Places};
use crate::operations::{Operations, desired_posts};
use crate::outbox::{Actor, Publication, State};
use crate::plan::{self, Desired, EnqueuePlan, ResendPolicy, ResolvedTime};
use crate::publisher::{CopySearches, Pacing, Publisher, StopMode, Until, Uploads};
use crate::sandbox::{ChannelSeed, Sandbox, serve};
use crate::secret::Token;
use crate::serve::Service;
use crate::store::{self, Access, Binding, Command, MarkFolder, Query};
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

/// A file below `posts/` with its bytes.
macro_rules! sample {
    ($path:literal) => {
        sample($path, include_bytes!(concat!("../../posts/", $path)))
    };
}

const fn sample(path: &'static str, bytes: &'static [u8]) -> (&'static str, &'static [u8]) {
    (path, bytes)
}

/// The sample newsroom, which is compiled into the program.
const CONFIG: &str = include_str!("../../config/telepress.toml");
const POSTS: &[(&str, &[u8])] = &[
    sample!("russia-dprk-statement.toml"),
    sample!("rivet-1.4.toml"),
    sample!("rivet-guide/post.toml"),
    sample!("new-blankets/post.toml"),
    sample!("autumn-blankets.toml"),
    sample!("lindholm/ice-rink/post.toml"),
    sample!("lindholm/market-day.toml"),
    sample!("lindholm/water-main.toml"),
];
const MEDIA: &[(&str, &[u8])] = &[
    sample!("rivet-guide/rivet-1.4-guide.pdf"),
    sample!("new-blankets/fjord.png"),
    sample!("new-blankets/heath.png"),
    sample!("new-blankets/moor.png"),
    sample!("lindholm/ice-rink/rink.png"),
];

/// Posts that the user publishes and schedules in the chat; `--once` has no use for them.
const FIRST_POSTS: [(&str, &[u8]); 2] = [
    ("sunday-opening.toml", include_bytes!("demo/sunday-opening.toml")),
    ("winter-hours.toml", include_bytes!("demo/winter-hours.toml")),
];

pub(super) fn execute(typed: &DemoArguments, context: &mut CliContext<'_>) -> Result {
    let token = Token::parse(sandbox::TOKEN).map_err(super::unexpected)?;
    super::runtime()?.block_on(async {
        let listener = super::listen(typed.port, "without --port a free one is chosen").await?;
        let address = format!("http://{}", listener.local_addr()?);
        let api_url = address.parse().map_err(super::unexpected)?;
        let folder = fs::temporary()?;
        let first: &[_] = if typed.once { &[] } else { &FIRST_POSTS };
        let newsroom = Arc::new(newsroom(folder.path(), first, &address)?);
        let samples = samples(&newsroom, context)?;
        line!(context.err, "{} checked: no problems", counted(samples.len(), "post"))?;
        let channels = newsroom.config.channels.iter().map(AsRef::as_ref);
        let shown = Sandbox::new(sandbox::seeds(channels), Arc::new(SystemClock));
        shown.add_channel(discussion_group()).map_err(super::unexpected)?;
        for (id, role) in OPERATORS {
            shown.add_person(sandbox::operator(id, sandbox::operator_name(role)));
            shown.start_chat(id).map_err(super::unexpected)?;
        }
        shown.start_here(first_steps(&newsroom.places.posts));
        let journal = newsroom.journal(None);
        let now = shown.now();
        let nowhere = MarkFolder::none();
        store::create(&journal, &nowhere, &[], false, now).await?;
        let store = store::open(&journal, &nowhere, Access::Write, process::me(), now).await?;
        let (stop, stopped) = oneshot::channel::<()>();
        let server = serve(listener, shown.clone(), async {
            // Both a message and a dropped sender end the server.
            let _ = stopped.await;
        });
        let operations = Operations::new(newsroom, Arc::clone(&store), &journal, demonstrator());
        let client = Client::new(token, Some(&api_url), ClientOptions::default())?
            .with_spool(operations.spool.clone());
        // A copy of this journal is refused by every newsroom that does not use this sandbox.
        let binding = Binding { server: client.server().to_owned(), bot: client.bot_id() };
        operations.bind(binding, now).await?;
        let work = async {
            let stage = DemoOutput { samples, sandbox: &shown, address: &address };
            publish_all(&client, &stage, &operations, context).await?;
            if !typed.once {
                Box::pin(run_until_stopped(&operations, &client, &stage, context)).await?;
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

/// A sample, and its desired state in each channel.
struct Sample {
    post: LaidOut,
    desired: Vec<Desired>,
}

struct DemoOutput<'s> {
    samples: Vec<Sample>,
    sandbox: &'s Sandbox,
    address: &'s str,
}

/// The samples in the order of [`POSTS`].
fn samples(newsroom: &Newsroom, context: &mut CliContext<'_>) -> Result<Vec<Sample>> {
    let ids = POSTS.iter().map(|(path, _)| {
        let path = path.trim_end_matches(".toml");
        PostId::parse(path.strip_suffix("/post").unwrap_or(path)).map_err(super::unexpected)
    });
    let ids = ids.collect::<Result<Vec<_>>>()?;
    let mut samples = Vec::new();
    for (id, checked) in newsroom.check_some(&ids, context.clock.now())? {
        let Some(checked) = checked else {
            return Err(CliError::Unexpected(format!("the sample {id} is missing")));
        };
        let desired = match desired_posts(newsroom, &checked) {
            Ok(desired) => desired,
            Err(report) => return Err(selection::refused(&report, context)?),
        };
        samples.extend(checked.post.map(|post| Sample { post, desired }));
    }
    Ok(samples)
}

/// The last post is due this many seconds later, to show the schedule at work.
const DELAY_SECONDS: i64 = 3;

/// The group with the comments of a sample.
fn discussion_group() -> ChannelSeed {
    let discussion_of = Some("@north_shop".to_owned());
    let group = ChannelSeed::private(0, "North: discussion");
    ChannelSeed { id: None, discussion_of, ..group }
}

fn demonstrator() -> Actor {
    Actor::CommandLine { user: "demo".to_owned() }
}

/// The operators of the demo.
const OPERATORS: [(i64, Role); 3] =
    [(sandbox::PERSON, Role::Admin), (222, Role::Publisher), (333, Role::Editor)];

/// The steps that the page shows above the chat with the bot.
fn first_steps(posts: &Path) -> Vec<String> {
    let post = posts.join("sunday-opening.toml");
    vec![
        "Publish a post: write `/publish sunday-opening` below, look at the message, and press Publish.".to_owned(),
        format!("Change a word in `{}` and save the file. The bot notices: press sunday-opening, then Edit the message. It shows the change; press Edit the message again to make it.", post.display()),
        "Rehearse a schedule: write `/schedule winter-hours +50m`, then press +1 h beside the clock. The post is published.".to_owned(),
    ]
}

/// The samples as files, so that the user can change them; their bot uses the server at `address`. The journal has a name
/// that no other newsroom uses.
fn newsroom(folder: &Path, first: &[(&str, &'static [u8])], address: &str) -> Result<Newsroom> {
    let operator = |(id, role): (i64, Role)| {
        let name = sandbox::operator_name(role);
        format!("{{ id = {id}, role = \"{}\", name = \"{name}\" }}", role.name())
    };
    let operators = OPERATORS.map(operator).join(", ");
    let bot = format!("[bot]\napi_url = \"{address}\"\noperators = [{operators}]\n");
    // The sandbox needs no pacing. Its clock may be set past the time of a post, which is published all the same.
    let more = "\n[store]\nurl = \"sqlite:demo.db\"\n[pacing]\nchannel = \"0ms\"\nbot = \"0ms\"\n[schedule]\ngrace = \"24h\"\n";
    let config = CONFIG.replace("[bot]\n", &bot) + more;
    let below = |(path, bytes): &(&str, &'static [u8])| (format!("posts/{path}"), *bytes);
    let posts: Vec<_> = POSTS.iter().chain(MEDIA).chain(first).map(below).collect();
    let mut files = vec![("config/telepress.toml", config.as_bytes())];
    files.extend(posts.iter().map(|(path, bytes)| (path.as_str(), *bytes)));
    fs::create(folder, &files)?;
    match Newsroom::open(Places::of(Some(folder.join("config/telepress.toml")), None)) {
        Opened::Valid(newsroom, _) => Ok(*newsroom),
        _ => Err(CliError::Unexpected("the sample newsroom cannot be opened".to_owned())),
    }
}

/// Runs the bot and the schedule until the user stops them.
async fn run_until_stopped(
    operations: &Operations,
    client: &Client,
    DemoOutput { sandbox, address, .. }: &DemoOutput<'_>,
    context: &mut CliContext<'_>,
) -> Result {
    let err = &mut context.err;
    let places = &operations.newsroom.places;
    let wake = Arc::<Notify>::default();
    // The schedule follows the clock on the page.
    sandbox.wake_when_set(Arc::clone(&wake));
    let health = Arc::default();
    let service = Service { operations, client, clock: *sandbox, take_over: false, wake, health };
    let ready = || {
        // The demo works even if stderr is closed.
        let _ = writeln!(
            err,
            "\nthe demo runs at {address} until you press Ctrl-C\n  in a browser   open that address; the page begins with three steps\n  in an editor   change a post in {}: the bot offers to edit the message\n  in a shell     telepress sandbox say --at {address} /posts",
            places.posts.display()
        );
    };
    Box::pin(service.run(super::interrupted, ready)).await?;
    Ok(())
}

async fn publish_all(
    client: &Client,
    stage: &DemoOutput<'_>,
    operations: &Operations,
    context: &mut CliContext<'_>,
) -> Result {
    let (config, store) = (&operations.newsroom.config, &operations.store);
    let (orders, later) = orders(client, &stage.samples, context).await?;
    if let Some(later) = later {
        line!(
            context.err,
            "publishing; `{later}` is scheduled to follow in {DELAY_SECONDS} seconds"
        )?;
    }
    let policy = crate::operations::policy(config);
    let done = operations.order(orders, context.clock.now()).await?;
    let ids: Vec<_> =
        done.into_iter().filter_map(|done| done.publication).map(|now| now.id).collect();
    let publisher = Publisher {
        store: Arc::clone(store),
        gateway: client,
        files: None,
        still_pruned: &|_| Box::pin(std::future::ready(true)),
        clock: stage.sandbox,
        policy,
        // The sandbox needs no pacing.
        pacing: Pacing { channel: Duration::ZERO, bot: Duration::ZERO },
        staging: None,
        link: &|publication, id| publication.destination().named(None).link(id),
        on_event: &|_| {},
        wake: Arc::default(),
        last_request: Arc::default(),
        uploads: Uploads::default(),
        searches: CopySearches::default(),
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
        // They are shown with their post.
        if publication.is_comments() {
            continue;
        }
        let messages = publication.parts.iter().map(|part| part.state.message_ids().len());
        count += messages.sum::<usize>();
        show(publication, config, stage, context)?;
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
    samples: &'p [Sample],
    context: &CliContext<'_>,
) -> Result<(Vec<Command>, Option<&'p PostId>)> {
    let now = context.clock.now();
    let later = samples.last().map(|sample| &sample.post.post.id);
    let (mut orders, mut comments) = (Vec::new(), Vec::new());
    for sample in samples {
        for mut desired in sample.desired.iter().cloned() {
            let chat = client.chat_number(&desired.channel.chat).await;
            let chat = chat.map_err(super::unexpected)?;
            let found = client.find_chat(&ChatId::Id(chat)).await.map_err(super::unexpected)?;
            let group = found.discussion;
            let discussions = group.map(|group| (chat, group)).into_iter().collect();
            desired.set_chat(Some(chat), &discussions);
            let seconds = if Some(&desired.post) == later { DELAY_SECONDS } else { 0 };
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
                comments.extend(plan::comments_to_enqueue(
                    &desired,
                    &[],
                    &discussions,
                    ResendPolicy::No,
                    &demonstrator(),
                    at,
                ));
            }
        }
    }
    orders.extend(comments.into_iter().map(Command::Accept));
    Ok((orders, later))
}

/// Draws the messages of a publication, each with its address.
fn show(
    publication: &Publication,
    config: &Config,
    stage: &DemoOutput<'_>,
    context: &mut CliContext<'_>,
) -> Result {
    let DemoOutput { samples, sandbox, address } = stage;
    let mut posts = samples.iter().map(|sample| &sample.post);
    let post = posts.find(|sample| sample.post.id == publication.post);
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
    fn every_sample_file_is_compiled_in() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/posts");
        let files = crate::fs::walk(std::path::Path::new(folder)).unwrap();
        let mut on_disk: Vec<_> = files.iter().map(|file| file.relative.as_str()).collect();
        let mut inside: Vec<_> = POSTS.iter().chain(MEDIA).map(|(path, _)| *path).collect();
        on_disk.sort_unstable();
        inside.sort_unstable();
        assert_eq!(inside, on_disk);
    }
}

//! Runs the commands of `[hooks] published` after a publication: one at a time, each at most once. It changes nothing about posts,
//! and the publisher never waits for it.
//!
//! The transaction that records a publication also orders its hooks, so none is lost if the process dies. A hook is recorded as started
//! before it runs, so none runs twice; one that was started in a process that is gone is reported as interrupted.

mod child;

use std::convert::Infallible;
use std::path::Path;

use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::watch;
use tokio::time;

use crate::clock::Clock;
use crate::config::{HookCommand, HooksConfig};
use crate::environment::Environment;
use crate::operations::{OperationError, Operations, hook_key};
use crate::outbox::{HookEvent, HookFailure, Publication, StopReason};
use crate::status::PostStatus;
use crate::store::{Command, HookState, OpenHook};
use crate::{failpoint, fs, limits};

/// The version of the JSON that a hook gets. It changes only if a field is removed or gets another meaning.
const VERSION: u8 = 1;

/// What a hook gets on standard input.
#[derive(Serialize)]
struct Input<'s> {
    event: &'static str,
    version: u8,
    publication: i64,
    /// The ids of all messages, in order.
    message_ids: Vec<i64>,
    #[serde(flatten)]
    status: &'s PostStatus,
}

/// Runs hooks as they are ordered, while `work` is in progress. The process must hold the lock. After the work a hook that still runs
/// has a moment to end.
pub async fn run_during<T>(
    operations: &Operations,
    clock: &dyn Clock,
    work: impl Future<Output = T>,
) -> T {
    let runner = Runner::new(operations, clock);
    let mut following = Box::pin(runner.follow());
    tokio::pin!(work);
    let ended = tokio::select! {
        biased;
        ended = &mut work => ended,
        never = &mut following => match never {},
    };
    runner.stopping.send_replace(true);
    let mut is_running = runner.running.subscribe();
    tokio::select! {
        never = &mut following => match never {},
        // The runner is not dropped, so the answer is that no hook runs.
        _ = is_running.wait_for(Option::is_none) => {}
        () = time::sleep(limits::STOPS_WITHIN) => {}
    }
    // This ends the hook.
    drop(following);
    runner.interrupted().await;
    ended
}

/// Runs all hooks that wait, unless `stop` ends before. The process must hold the lock.
pub async fn run_waiting(
    operations: &Operations,
    clock: &dyn Clock,
    stop: impl Future<Output = ()>,
) {
    let runner = Runner::new(operations, clock);
    runner.settle_logged().await;
    tokio::select! {
        ran = runner.run_all() => {
            if let Err(error) = ran {
                log::error!("{error}");
            }
        }
        () = stop => {}
    }
    runner.interrupted().await;
}

/// Whether the program of a hook exists and can be run. `folder` is the start of relative paths.
#[must_use]
pub fn is_found(command: &HookCommand, folder: &Path) -> bool {
    if let Some(path) = command.path(folder) {
        return fs::is_executable(&path);
    }
    let endings = if cfg!(windows) { &["", ".exe"][..] } else { &[""] };
    Environment::program_folders().into_iter().any(|folder| {
        let name = |end: &&str| folder.join(format!("{}{end}", command.program));
        endings.iter().any(|end| fs::is_executable(&name(end)))
    })
}

struct Runner<'r> {
    operations: &'r Operations,
    clock: &'r dyn Clock,
    /// Whether to start no more hooks.
    stopping: watch::Sender<bool>,
    /// The hook that runs.
    running: watch::Sender<Option<OpenHook>>,
}

impl<'r> Runner<'r> {
    fn new(operations: &'r Operations, clock: &'r dyn Clock) -> Self {
        let (stopping, running) = (watch::Sender::new(false), watch::Sender::new(None));
        Self { operations, clock, stopping, running }
    }

    fn config(&self) -> &HooksConfig {
        &self.operations.newsroom.config.hooks
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Runs hooks as they are ordered.
    async fn follow(&self) -> Infallible {
        self.settle_logged().await;
        if self.config().published.is_empty() {
            return std::future::pending().await;
        }
        loop {
            let wait = match self.run_all().await {
                Ok(()) => limits::HOOK_LOOK,
                Err(error) => {
                    log::error!("{error}");
                    limits::HOOK_LOOK * 30
                }
            };
            time::sleep(wait).await;
        }
    }

    /// Settles the hooks that cannot run: those that were started in a process that is gone are recorded as interrupted, and those that
    /// the config does not list any more are dropped.
    async fn settle(&self) -> Result<(), OperationError> {
        for hook in self.operations.store.open_hooks(i64::MAX).await? {
            match hook.state {
                HookState::Started => self.interrupt(&hook).await?,
                _ if self.command(&hook).is_none() => {
                    self.record(&hook, HookEvent::Dropped).await?;
                    let publication = self.operations.publication(hook.publication).await?;
                    let place = self.place(&publication, &hook);
                    log::warn!("dropped {place}: the config does not list it any more");
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Records that a hook was started, and that its result is not known.
    async fn interrupt(&self, hook: &OpenHook) -> Result<(), OperationError> {
        let failure = HookFailure::Interrupted;
        let publication = self.operations.publication(hook.publication).await?;
        self.record(hook, HookEvent::Failed(failure.clone())).await?;
        log::error!("failed {}: {failure}", self.place(&publication, hook));
        Ok(())
    }

    /// Records that the hook of this process, if one runs, was interrupted.
    async fn interrupted(&self) {
        let Some(hook) = self.running.send_replace(None) else { return };
        match self.interrupt(&hook).await {
            // It was not recorded as started.
            Err(error) if error.is_refusal() => {}
            Err(error) => log::error!("{error}"),
            Ok(()) => {}
        }
    }

    async fn settle_logged(&self) {
        if let Err(error) = self.settle().await {
            log::error!("{error}");
        }
    }

    /// Runs the hooks that wait, oldest first, until none is left.
    async fn run_all(&self) -> Result<(), OperationError> {
        loop {
            let store = &self.operations.store;
            let hooks = store.open_hooks(limits::HOOK_BATCH).await?;
            let mut ready = hooks.iter().filter_map(|hook| {
                let is_waiting = hook.state == HookState::Waiting;
                self.command(hook).filter(|_| is_waiting).map(|command| (hook, command))
            });
            let Some((hook, command)) = ready.next() else { return Ok(()) };
            // A restored journal may not know that a hook has run.
            let is_outdated =
                matches!(store.journal().await?.stopped, Some(StopReason::Restored(_)));
            if *self.stopping.borrow() || is_outdated {
                return Ok(());
            }
            self.running.send_replace(Some(hook.clone()));
            let ran = self.run_one(hook, command).await;
            self.running.send_replace(None);
            ran?;
        }
    }

    /// The command of a hook; `None` if the config does not list it.
    fn command(&self, hook: &OpenHook) -> Option<&HookCommand> {
        self.config().published.iter().find(|command| hook_key(command) == hook.key)
    }

    async fn run_one(&self, hook: &OpenHook, command: &HookCommand) -> Result<(), OperationError> {
        let publication = self.operations.publication(hook.publication).await?;
        let place = self.place(&publication, hook);
        let input = input(&publication, &self.operations.post_status(&publication));
        self.record(hook, HookEvent::Started).await?;
        failpoint::point("hook-started");
        log::debug!("started {place}");
        let folder = self.operations.newsroom.project();
        let ended = child::run(command, &folder, &input, self.config().time_limit).await;
        for line in &ended.output {
            log::info!("{place}: | {line}");
        }
        if ended.is_cut {
            log::info!("{place}: the rest of its output is not logged");
        }
        match ended.result {
            Ok(()) => {
                log::info!("finished {place}");
                self.record(hook, HookEvent::Finished).await
            }
            Err(failure) => {
                log::error!("failed {place}: {failure}");
                self.record(hook, HookEvent::Failed(failure)).await
            }
        }
    }

    async fn record(&self, hook: &OpenHook, event: HookEvent) -> Result<(), OperationError> {
        let order = Command::Hook { hook: hook.id, event };
        self.operations.order(vec![order], self.now()).await.map(drop)
    }

    /// The hook and its post, for the log.
    fn place(&self, publication: &Publication, hook: &OpenHook) -> String {
        let channel = self.operations.channel_name(publication);
        format!("hook={} post={} channel={channel}", hook.key.program, publication.post)
    }
}

/// The JSON for a hook: one line.
fn input(publication: &Publication, status: &PostStatus) -> Vec<u8> {
    let ids = publication.parts.iter().flat_map(|part| part.state.message_ids());
    let input = Input {
        event: "published",
        version: VERSION,
        publication: publication.id.0,
        message_ids: ids.copied().collect(),
        status,
    };
    // Serialization fails only for maps with keys that are not strings.
    let mut bytes = serde_json::to_vec(&input).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

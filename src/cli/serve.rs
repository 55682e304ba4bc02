//! `telepress serve`: publishes due posts, follows the files and answers operators until it is stopped.

use std::convert::Infallible;
use std::sync::Arc;

use clap::Args;
use tokio::net::TcpListener;

use super::Result;
use super::deliver;
use super::session::{self, CliSession};
use crate::cli_context::CliContext;
use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::metrics::{self, Sources};
use crate::serve::health::Health;
use crate::serve::{ServeEnd, Service, clock};
use crate::store::Access;

#[derive(Debug, Args)]
pub(super) struct ServeArguments {
    /// Remove the bot's webhook, which another program may have set
    #[arg(long)]
    take_over: bool,
    /// Serve /metrics and /healthz over HTTP at this address, such as 127.0.0.1:9300
    #[arg(long, value_name = "ADDRESS")]
    metrics: Option<String>,
}

/// Listens at the address for metrics.
async fn listen(address: &str) -> Result<TcpListener> {
    let hint = "write an address and a port, such as 127.0.0.1:9300";
    let refused = |error: std::io::Error| {
        CliError::usage(format!("--metrics {address} cannot be used: {error}"), hint)
    };
    let listener = TcpListener::bind(address).await.map_err(refused)?;
    let at = listener.local_addr().map_err(refused)?;
    log::info!("metrics at http://{at}/metrics, health at http://{at}/healthz");
    if !at.ip().is_loopback() {
        log::warn!(
            "{at} is not on the loopback interface: everyone who reaches it can read the metrics"
        );
    }
    Ok(listener)
}

pub(super) fn execute(typed: &ServeArguments, context: &mut CliContext<'_>) -> Result {
    let session = CliSession::take(Access::Write, context)?;
    let client = session::client(&session.operations.newsroom, context)?;
    session.bind(&client, context)?;
    session.wait(clock::check(&session.operations, &client, context.clock.now()))?;
    let health = Arc::<Health>::default();
    let listener = typed.metrics.as_deref().map(|at| session.wait(listen(at))).transpose()?;
    let sources = Sources {
        store: Arc::clone(&session.operations.store),
        health: Arc::clone(&health),
        version: super::VERSION,
        since: context.clock.now(),
    };
    let service = Service {
        operations: &session.operations,
        client: &client,
        clock: context.clock,
        take_over: typed.take_over,
        wake: Arc::default(),
        health,
    };
    let err = &mut context.err;
    let ready = || {
        // `serve` works even if stderr is closed.
        let _ = writeln!(err, "ready");
    };
    let reporting = async {
        if let Some(listener) = listener
            && let Err(error) = metrics::serve(listener, sources).await
        {
            log::error!("metrics: {error}");
        }
        std::future::pending::<Infallible>().await
    };
    let ended = session.wait(async {
        tokio::select! {
            ended = service.run(super::interrupted, ready) => ended,
            never = reporting => match never {},
        }
    })?;
    Err(match ended {
        ServeEnd::Stopped => return Ok(()),
        ServeEnd::Shut(why) => CliError::usage(why.to_string(), deliver::shut_hint(&why)),
        ServeEnd::TokenTaken => CliError::stopped(
            Exit::Waiting,
            "another program uses this bot's token; two programs could publish the same post twice",
            "stop the other program, or give it its own bot: @BotFather creates one",
        ),
        ServeEnd::Webhook(host) => CliError::usage(
            format!("this bot has a webhook at {host}, so telepress cannot receive its updates"),
            "if no other program needs the webhook, `telepress serve --take-over` removes it",
        ),
        ServeEnd::Busy(by) => {
            if let Some(by) = &by {
                log::debug!("the journal's lock belongs to {by}");
            }
            let who = by.map_or_else(
                || "another process".to_owned(),
                |by| format!("another telepress (process {})", by.pid),
            );
            CliError::stopped(
                Exit::Waiting,
                format!("{who} publishes from this journal already"),
                "one `telepress serve` is enough; to start another one, stop the first",
            )
        }
    })
}

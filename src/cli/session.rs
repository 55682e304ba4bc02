//! The start of every command about publications: the config, the journal and the user.

use std::future::Future;
use std::time::Duration;

use url::Url;

use super::Result;
use super::open;
use crate::cli_context::CliContext;
use crate::cli_error::CliError;
use crate::config::Channel;
use crate::environment::Variable;
use crate::ids::PostId;
use crate::newsroom::Newsroom;
use crate::operations::Operations;
use crate::outbox::{Actor, Publication};
use crate::process;
use crate::serve::staging_mark;
use crate::status;
use crate::store::{self, Access, Address, Binding, LockResult, MarkFolder};
use crate::table::TableStyle;
use crate::telegram::{Client, ClientError, ClientOptions, Route, credentials, proxy, server_name};

/// How long a command waits at its end for the journal to close.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

pub(super) struct CliSession {
    pub(super) operations: Operations,
    runtime: tokio::runtime::Runtime,
}

impl CliSession {
    /// Opens the config and the journal, which must belong to the config's server and bot.
    pub(super) fn take(access: Access, context: &mut CliContext<'_>) -> Result<Self> {
        let session = Self::take_any(access, context)?;
        let server = server_name(session.operations.newsroom.config.bot.api_url.as_ref()).map_err(
            |error| CliError::usage(error.to_string(), "correct `[bot] api_url` in the config"),
        )?;
        // Without a token only the server is compared: not every command needs one.
        let bot = credentials::token(context.environment).ok().map(|token| token.bot_id());
        session.wait(session.operations.check_binding(&server, bot))?;
        Ok(session)
    }

    /// Opens the config and the journal, whatever server and bot it belongs to.
    pub(super) fn take_any(access: Access, context: &mut CliContext<'_>) -> Result<Self> {
        let newsroom = open(context)?;
        let runtime = super::runtime()?;
        let (address, outside) = place(&newsroom, context);
        let (me, now) = (process::me(), context.clock.now());
        let store = runtime.block_on(store::open(&address, &outside, access, me, now))?;
        let mut operations = Operations::new(newsroom.into(), store, &address, user(context));
        runtime.block_on(operations.load_chat_names())?;
        runtime.block_on(operations.load_people())?;
        Ok(Self { operations, runtime })
    }

    /// Binds the journal to the client's server and bot, before its first request.
    pub(super) fn bind(&self, client: &Client, context: &CliContext<'_>) -> Result {
        let (server, bot) = (client.server().to_owned(), client.bot_id());
        self.wait(self.operations.bind(Binding { server, bot }, context.clock.now()))
    }

    /// Waits for a result whose error ends the command.
    pub(super) fn wait<T, E: Into<CliError>>(
        &self,
        answer: impl Future<Output = Result<T, E>>,
    ) -> Result<T> {
        self.block_on(answer).map_err(Into::into)
    }

    pub(super) fn block_on<T>(&self, answer: impl Future<Output = T>) -> T {
        self.runtime.block_on(answer)
    }

    /// Parses the id of a post whose file may be gone.
    pub(super) fn post(&self, typed: &str) -> Result<PostId> {
        super::selection::post_id(typed, &self.operations.newsroom)
    }

    pub(super) fn channel(&self, typed: Option<&str>) -> Result<Option<&Channel>> {
        let config = &self.operations.newsroom.config;
        typed.map(|name| super::selection::channel(name, config)).transpose()
    }

    /// Updates the mark in the staging chat, unless a running `serve` does it. A command that makes no request changes the
    /// journal too, and an older copy of the journal must be recognized.
    pub(super) fn keep_mark(&self, context: &CliContext<'_>) -> Result {
        if self.operations.newsroom.config.recovery.staging_chat.is_none() {
            return Ok(());
        }
        let now = context.clock.now();
        if let LockResult::Held { .. } = self.wait(self.operations.acquire_lock(now))? {
            return Ok(());
        }
        let client = match client(&self.operations.newsroom, context) {
            Ok(client) => client,
            Err(error) => {
                log::warn!("the mark in the staging chat is not written: {error}");
                return Ok(());
            }
        };
        self.wait(staging_mark::within_patience(staging_mark::keep(&self.operations, &client, now)))
    }

    /// Prints the state of publications.
    pub(super) fn print_status(
        &self,
        publications: &[Publication],
        context: &mut CliContext<'_>,
    ) -> Result {
        let statuses: Vec<_> = publications
            .iter()
            .map(|publication| self.operations.post_status(publication))
            .collect();
        context.out.write_all(status::draw(&statuses, TableStyle::default()).as_bytes())?;
        Ok(())
    }
}

impl Drop for CliSession {
    /// Closes the journal, which merges the write-ahead log into its file.
    fn drop(&mut self) {
        let close =
            async { tokio::time::timeout(CLOSE_TIMEOUT, self.operations.store.close()).await };
        // If that takes too long, the next command does it.
        let _ = self.runtime.block_on(close);
    }
}

/// A client with the token of the environment, for the server of the config.
pub(super) fn client(newsroom: &Newsroom, context: &CliContext<'_>) -> Result<Client> {
    let config = &newsroom.config;
    let token = credentials::token(context.environment)?;
    let proxy = route(config.bot.api_url.as_ref(), newsroom, context)?.proxy();
    let options = ClientOptions {
        total_timeout: config.recovery.send_timeout,
        ..ClientOptions::through(proxy)
    };
    let spool = newsroom.spool(&place(newsroom, context).0);
    Ok(Client::new(token, config.bot.api_url.as_ref(), options)?
        .with_spool(spool)
        .with_local_files(config.bot.local_files))
}

/// The way to a Bot API server, through the proxy of the config or the environment.
pub(super) fn route(
    api_url: Option<&Url>,
    newsroom: &Newsroom,
    context: &CliContext<'_>,
) -> Result<Route> {
    let configured = newsroom.config.bot.proxy.as_ref();
    let route = proxy::route(api_url, configured, context.environment);
    Ok(route.map_err(ClientError::from)?)
}

/// The address of a newsroom's journal, and the folder of its mark.
pub(super) fn place(newsroom: &Newsroom, context: &CliContext<'_>) -> (Address, MarkFolder) {
    let state = context.environment.state_directories().into_iter().next();
    (newsroom.journal(state), MarkFolder::new(context.environment.marks()))
}

/// The user, by the name of their account.
fn user(context: &CliContext<'_>) -> Actor {
    let named = |variable| context.environment.text(variable).ok().flatten().map(str::to_owned);
    let name = named(Variable::User).or_else(|| named(Variable::LogName));
    Actor::CommandLine { user: name.unwrap_or_else(|| Actor::UNKNOWN_USER.to_owned()) }
}

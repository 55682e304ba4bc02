//! What every command about publications begins with: the config, the journal, and who types.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

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
use crate::telegram::{Client, ClientOptions, credentials, server_name};

/// How long the end of a command waits for the journal.
const CLOSING: Duration = Duration::from_secs(5);

/// The operations, and the runtime in which they run.
pub(super) struct CliSession {
    pub(super) operations: Operations,
    runtime: tokio::runtime::Runtime,
}

impl CliSession {
    /// Opens the config and the journal, which must belong to the config's server and bot.
    pub(super) fn take(access: Access, context: &mut CliContext<'_>) -> Result<Self> {
        let session = Self::take_any(access, context)?;
        let server = server_name(session.operations.newsroom.config.bot.api_url.as_ref())
            .map_err(|fault| CliError::usage(fault.to_string(), "`[bot] api_url` names it"))?;
        // Whether a token is needed, the command says.
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
        let operations = Operations {
            newsroom: newsroom.into(),
            store,
            by: typist(context),
            names: Arc::default(),
        };
        runtime.block_on(operations.recall())?;
        Ok(Self { operations, runtime })
    }

    /// The journal belongs to the client's server and bot from its first request on.
    pub(super) fn bind(&self, client: &Client, context: &CliContext<'_>) -> Result {
        let (server, bot) = (client.server().to_owned(), client.bot_id());
        self.wait(self.operations.bind(Binding { server, bot }, context.clock.now()))
    }

    /// Waits for an answer that may be a failure of the command.
    pub(super) fn wait<T, E: Into<CliError>>(
        &self,
        answer: impl Future<Output = Result<T, E>>,
    ) -> Result<T> {
        self.block_on(answer).map_err(Into::into)
    }

    /// Waits for any other answer.
    pub(super) fn block_on<T>(&self, answer: impl Future<Output = T>) -> T {
        self.runtime.block_on(answer)
    }

    /// The post that was typed: its file may be gone, as long as the journal knows it.
    pub(super) fn post(&self, typed: &str) -> Result<PostId> {
        super::selection::post_id(typed, &self.operations.newsroom)
    }

    /// The channel that was typed, if one was.
    pub(super) fn channel(&self, typed: Option<&str>) -> Result<Option<&Channel>> {
        let config = &self.operations.newsroom.config;
        typed.map(|name| super::selection::channel(name, config)).transpose()
    }

    /// Writes into the staging chat how far the journal is, where nobody publishes here who does that: what was ordered goes
    /// with no request, and a copy from before must be recognized all the same.
    pub(super) fn keep_mark(&self, context: &CliContext<'_>) -> Result {
        if self.operations.newsroom.config.recovery.staging_chat.is_none() {
            return Ok(());
        }
        let now = context.clock.now();
        if let LockResult::Held { .. } = self.wait(self.operations.begin(now))? {
            return Ok(());
        }
        let client = match client(&self.operations.newsroom, context) {
            Ok(client) => client,
            Err(failure) => {
                log::warn!("the mark in the staging chat is not written: {failure}");
                return Ok(());
            }
        };
        self.wait(staging_mark::within_patience(staging_mark::keep(&self.operations, &client, now)))
    }

    /// Says how publications stand now.
    pub(super) fn tell(
        &self,
        publications: &[Publication],
        context: &mut CliContext<'_>,
    ) -> Result {
        let standings: Vec<_> =
            publications.iter().map(|publication| self.operations.standing(publication)).collect();
        context.out.write_all(status::draw(&standings).as_bytes())?;
        Ok(())
    }
}

impl Drop for CliSession {
    /// What was written lies in the journal's own file when a command has ended.
    fn drop(&mut self) {
        let close = async { tokio::time::timeout(CLOSING, self.operations.store.close()).await };
        // What is not put there in time is put there by the next one.
        let _ = self.runtime.block_on(close);
    }
}

/// The way to Telegram that the config and the environment name.
pub(super) fn client(newsroom: &Newsroom, context: &CliContext<'_>) -> Result<Client> {
    let config = &newsroom.config;
    let token = credentials::token(context.environment)?;
    let options =
        ClientOptions { total_timeout: config.recovery.send_timeout, ..ClientOptions::default() };
    Ok(Client::new(token, config.bot.api_url.as_ref(), options)?)
}

/// Where the journal of a newsroom is, and its mark.
pub(super) fn place(newsroom: &Newsroom, context: &CliContext<'_>) -> (Address, MarkFolder) {
    let state = context.environment.state_directories().into_iter().next();
    (newsroom.journal(state), MarkFolder::new(context.environment.marks()))
}

/// Whoever types, by the name of his account.
fn typist(context: &CliContext<'_>) -> Actor {
    let named = |variable| context.environment.text(variable).ok().flatten().map(str::to_owned);
    let user = named(Variable::User).or_else(|| named(Variable::LogName));
    Actor::CommandLine { user: user.unwrap_or_else(|| "somebody".to_owned()) }
}

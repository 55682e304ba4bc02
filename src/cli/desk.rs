//! What every command about publications begins with: the config, the journal, and who types.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use super::Result;
use super::open;
use crate::config::Channel;
use crate::desk::Desk;
use crate::environment::Variable;
use crate::failure::Failure;
use crate::ids::PostId;
use crate::instance;
use crate::newsroom::Newsroom;
use crate::outbox::{Actor, Publication};
use crate::serve::staging_mark;
use crate::status;
use crate::store::{self, Access, Address, Binding, Lock, Outside};
use crate::telegram::{Client, ClientOptions, credentials, server_name};
use crate::world::World;

/// How long the end of a command waits for the journal.
const CLOSING: Duration = Duration::from_secs(5);

/// A desk, and the runtime that its orders run in.
pub(super) struct Seat {
    pub(super) desk: Desk,
    runtime: tokio::runtime::Runtime,
}

impl Seat {
    /// Opens the config and the journal, which must belong to the config's server and bot.
    pub(super) fn take(access: Access, world: &mut World<'_>) -> Result<Self> {
        let seat = Self::take_any(access, world)?;
        let server = server_name(seat.desk.newsroom.config.bot.api_url.as_ref())
            .map_err(|fault| Failure::usage(fault.to_string(), "`[bot] api_url` names it"))?;
        // Whether a token is needed, the command says.
        let bot = credentials::token(world.environment).ok().map(|token| token.bot_id());
        seat.wait(seat.desk.check_binding(&server, bot))?;
        Ok(seat)
    }

    /// Opens the config and the journal, whatever server and bot it belongs to.
    pub(super) fn take_any(access: Access, world: &mut World<'_>) -> Result<Self> {
        let newsroom = open(world)?;
        let runtime = super::runtime()?;
        let (address, outside) = place(&newsroom, world);
        let (me, now) = (instance::me(), world.clock.now());
        let store = runtime.block_on(store::open(&address, &outside, access, me, now))?;
        let desk =
            Desk { newsroom: newsroom.into(), store, by: typist(world), names: Arc::default() };
        runtime.block_on(desk.recall())?;
        Ok(Self { desk, runtime })
    }

    /// The journal belongs to the client's server and bot from its first request on.
    pub(super) fn bind(&self, client: &Client, world: &World<'_>) -> Result {
        let (server, bot) = (client.server().to_owned(), client.bot_id());
        self.wait(self.desk.bind(Binding { server, bot }, world.clock.now()))
    }

    /// Waits for an answer that may be a failure of the command.
    pub(super) fn wait<T, E: Into<Failure>>(
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
        super::selection::post_id(typed, &self.desk.newsroom)
    }

    /// The channel that was typed, if one was.
    pub(super) fn channel(&self, typed: Option<&str>) -> Result<Option<&Channel>> {
        let config = &self.desk.newsroom.config;
        typed.map(|name| super::selection::channel(name, config)).transpose()
    }

    /// Writes into the staging chat how far the journal is, where nobody publishes here who does that: what was ordered goes
    /// with no request, and a copy from before must be recognized all the same.
    pub(super) fn keep_mark(&self, world: &World<'_>) -> Result {
        if self.desk.newsroom.config.recovery.staging_chat.is_none() {
            return Ok(());
        }
        let now = world.clock.now();
        if let Lock::Held { .. } = self.wait(self.desk.begin(now))? {
            return Ok(());
        }
        let client = match client(&self.desk.newsroom, world) {
            Ok(client) => client,
            Err(failure) => {
                log::warn!("the mark in the staging chat is not written: {failure}");
                return Ok(());
            }
        };
        self.wait(staging_mark::within_patience(staging_mark::keep(&self.desk, &client, now)))
    }

    /// Says how publications stand now.
    pub(super) fn tell(&self, publications: &[Publication], world: &mut World<'_>) -> Result {
        let standings: Vec<_> =
            publications.iter().map(|publication| self.desk.standing(publication)).collect();
        world.out.write_all(status::draw(&standings).as_bytes())?;
        Ok(())
    }
}

impl Drop for Seat {
    /// What was written lies in the journal's own file when a command has ended.
    fn drop(&mut self) {
        let close = async { tokio::time::timeout(CLOSING, self.desk.store.close()).await };
        // What is not put there in time is put there by the next one.
        let _ = self.runtime.block_on(close);
    }
}

/// The way to Telegram that the config and the environment name.
pub(super) fn client(newsroom: &Newsroom, world: &World<'_>) -> Result<Client> {
    let config = &newsroom.config;
    let token = credentials::token(world.environment)?;
    let options =
        ClientOptions { total_timeout: config.recovery.send_timeout, ..ClientOptions::default() };
    Ok(Client::new(token, config.bot.api_url.as_ref(), options)?)
}

/// Where the journal of a newsroom is, and its mark.
pub(super) fn place(newsroom: &Newsroom, world: &World<'_>) -> (Address, Outside) {
    let state = world.environment.state_directories().into_iter().next();
    (newsroom.journal(state), Outside::new(world.environment.marks()))
}

/// Whoever types, by the name of his account.
fn typist(world: &World<'_>) -> Actor {
    let named = |variable| world.environment.text(variable).ok().flatten().map(str::to_owned);
    let user = named(Variable::User).or_else(|| named(Variable::LogName));
    Actor::CommandLine { user: user.unwrap_or_else(|| "somebody".to_owned()) }
}

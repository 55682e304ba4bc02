//! Sends requests to the Bot API and says what became of each; it never sends one twice.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use thiserror::Error;
use url::Url;

use super::answer::Answer;
use super::api_url::{self, ApiUrlError};
use super::call::CallError;
use super::clock::TelegramClock;
use super::member::Membership;
use super::method::{GetChat, GetChatMember, GetMe, Me, Method};
use super::outcome;
use super::poller::Poller;
use super::transport::{Manner, Transport};
use crate::ids::ChatId;
use crate::message::{Params, Request};
use crate::outbox::{Event, Intent};
use crate::secret::Token;
use crate::{failpoint, limits};

/// The Bot API's client for one bot.
///
/// Each request has a connection of its own: on a connection kept from an earlier one, the server's goodbye and the
/// request may cross, and then nobody knows whether it was read. Redirects are not followed, since each hop would be
/// the same request once more.
///
/// An answer is read up to [`limits::ANSWER_BYTES`]. Past it nobody knows what it says, and so what became of the request.
///
/// A proxy that `HTTPS_PROXY`, `HTTP_PROXY` or `ALL_PROXY` names is used, less what `NO_PROXY` names, except for a
/// server on this machine, which is always reached directly.
pub struct Client {
    transport: Transport,
    server: String,
}

/// The parameters of a request together with the chat it goes to.
#[derive(Serialize)]
struct ToChat<'r> {
    #[serde(flatten)]
    params: Params<'r>,
    chat_id: i64,
}

/// How long the client waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientOptions {
    /// Until the connection stands, TLS included; nothing has been sent when it is over.
    pub connect_timeout: Duration,
    /// Until the whole answer is there, connecting included.
    pub total_timeout: Duration,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self { connect_timeout: limits::CONNECT_TIMEOUT, total_timeout: limits::SEND_TIMEOUT }
    }
}

/// Why there is no client.
#[derive(Debug, Error)]
pub enum ClientError {
    /// The server's address cannot be used.
    #[error(transparent)]
    ApiUrl(#[from] ApiUrlError),
    /// TLS or the proxy's settings cannot be used.
    #[error("the HTTP client cannot be made: {0}")]
    Http(#[source] reqwest::Error),
}

impl Client {
    /// A client for the token's bot, at `api_url` or else at Telegram's own server.
    ///
    /// # Errors
    ///
    /// When the address cannot be a Bot API server's, and when TLS or a proxy cannot be set up.
    pub fn new(
        token: Token,
        api_url: Option<&Url>,
        options: ClientOptions,
    ) -> Result<Self, ClientError> {
        let name = api_url::server_name(api_url)?;
        let server = api_url::server(api_url)?;
        let manner = Manner {
            connect_timeout: options.connect_timeout,
            total_timeout: options.total_timeout,
            keep_alive: false,
        };
        let transport = Transport::new(token, server, manner).map_err(ClientError::Http)?;
        Ok(Self { transport, server: name })
    }

    /// The server's address, in one form.
    #[must_use]
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The same bot for receiving updates: a poll takes longer than a request, and keeps its connection.
    ///
    /// # Errors
    ///
    /// As of [`Self::new`].
    pub fn poller(&self) -> Result<Poller, ClientError> {
        let manner = Manner {
            connect_timeout: limits::CONNECT_TIMEOUT,
            total_timeout: limits::CHAT_POLL_TIMEOUT,
            keep_alive: true,
        };
        self.transport.again(manner).map(Poller::new).map_err(ClientError::Http)
    }

    /// The bot's id, as its token says it.
    #[must_use]
    pub fn bot_id(&self) -> u64 {
        self.transport.bot_id()
    }

    /// Telegram's time, as the answers to this client and to its pollers show it.
    #[must_use]
    pub fn clock(&self) -> &TelegramClock {
        self.transport.clock()
    }

    /// Makes the request of an intent, once: the only place where anything is posted, edited, pinned or deleted in a channel.
    /// Nothing but an intent allows it, and the intent is spent by it.
    ///
    /// Whoever drops the future before it is done must take the outcome for unknown.
    pub async fn make(&self, intent: Intent) -> Event {
        let (operation, chat_id) = (intent.operation(), intent.chat());
        let method = intent.request().method();
        let answer =
            failpoint::during("request-in-flight", self.post(chat_id, intent.request())).await;
        let outcome = outcome::recorded(answer, operation);
        log::debug!("{method} to {chat_id}: {outcome}");
        intent.answered(outcome)
    }

    async fn post(&self, chat_id: i64, request: &Request) -> Answer {
        let to_chat = ToChat { params: request.params(), chat_id };
        self.transport.post(request.method(), &to_chat).await
    }

    /// Calls a method that posts nothing, once.
    ///
    /// # Errors
    ///
    /// When there is no result.
    pub async fn call<M: Method>(&self, method: M) -> Result<Value, CallError> {
        self.ask(M::NAME, &method).await
    }

    /// The numeric id of a chat, which stays whatever its name becomes.
    ///
    /// # Errors
    ///
    /// When there is no such chat for this bot, or no answer.
    pub async fn chat_number(&self, chat: &ChatId) -> Result<i64, CallError> {
        let found = self.call(GetChat { chat_id: chat.clone() }).await?;
        let id = found.get("id").and_then(Value::as_i64);
        id.ok_or_else(|| CallError::odd_result(&found))
    }

    /// Whether the bot may post in a chat: it is its administrator with `can_post_messages`.
    ///
    /// # Errors
    ///
    /// When there is no result.
    pub async fn may_post(&self, chat: i64) -> Result<bool, CallError> {
        self.membership(chat).await.map(|member| member.posts)
    }

    /// What the bot is in a chat, and may do there.
    ///
    /// # Errors
    ///
    /// When there is no result.
    pub async fn membership(&self, chat: i64) -> Result<Membership, CallError> {
        let asked = GetChatMember { chat_id: ChatId::Id(chat), user_id: self.bot_id() };
        Ok(Membership::of(&self.call(asked).await?))
    }

    /// Asks the server who the bot is.
    ///
    /// # Errors
    ///
    /// When there is no result, or one that is no bot.
    pub async fn get_me(&self) -> Result<Me, CallError> {
        let me = self.call(GetMe {}).await?;
        serde_json::from_value(me.clone()).map_err(|_| CallError::odd_result(&me))
    }

    /// Calls a method of this name, which must not post anything in a channel, once.
    pub(super) async fn ask(
        &self,
        method: &str,
        params: &impl Serialize,
    ) -> Result<Value, CallError> {
        let result = self.transport.post(method, params).await.into_result();
        if let Err(fault) = &result {
            log::debug!("{method}: {fault}");
        }
        result
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Client").field("bot_id", &self.bot_id()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "535362388:AAF7-g0gYncWnm5IyfZlpPRqRRv6kNAGlao";

    fn client(api_url: &str) -> Result<Client, ClientError> {
        let token = Token::parse(TOKEN).unwrap_or_else(|fault| panic!("{fault}"));
        Client::new(token, Some(&Url::parse(api_url).unwrap()), ClientOptions::default())
    }

    #[test]
    fn the_client_shows_the_bot_and_never_its_token() {
        let client = client("http://127.0.0.1:1/path/").unwrap();
        assert_eq!(format!("{client:?}"), "Client { bot_id: 535362388, .. }");
        assert_eq!(format!("{client:#?}"), "Client {\n    bot_id: 535362388,\n    ..\n}");
        assert_eq!(client.bot_id(), 535_362_388);
    }

    #[test]
    fn an_address_that_is_no_server_is_refused_before_anything_is_sent() {
        for address in ["mailto:a@b.example", "data:,x", "https://me:pw@h/", "https://h/?token=1"] {
            assert!(matches!(client(address), Err(ClientError::ApiUrl(_))), "{address}");
        }
    }

    #[test]
    fn the_times_are_those_of_the_limits() {
        let options = ClientOptions::default();
        assert_eq!(
            (options.connect_timeout, options.total_timeout),
            (limits::CONNECT_TIMEOUT, limits::SEND_TIMEOUT)
        );
    }
}

//! Sends requests to the Bot API through teloxide and says what became of each; it never sends one twice.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use teloxide::Bot;
use teloxide::requests::{JsonRequest, Payload};
use thiserror::Error;
use url::Url;

use super::answer::{Answer, Refused};
use super::api_url::{self, ApiUrlFault};
use super::call::CallFault;
use super::frozen::{self, Frozen};
use super::gateway;
use super::member::Membership;
use super::method::{GetChat, GetChatMember, GetMe, Me, Method};
use crate::chat::{ChatId, is_loopback};
use crate::outbox::{self, Event, Intent};
use crate::secret::Token;
use crate::{crash, limits};

/// The Bot API's client for one bot.
///
/// Each request has a connection of its own: on a connection kept from an earlier one, the server's goodbye and the
/// request may cross, and then nobody knows whether it was read. Redirects are not followed, since each hop would be
/// the same request once more.
///
/// teloxide waits 10 s before it reads the body of a 5xx answer, and a total time under 10 s turns such an answer into
/// a timeout. Either way the outcome is unknown; only "sent, then deleted" is no longer told apart.
///
/// A proxy that `HTTPS_PROXY`, `HTTP_PROXY` or `ALL_PROXY` names is used, less what `NO_PROXY` names, except for a
/// server on this machine, which is always reached directly. teloxide's own variables, such as `TELOXIDE_PROXY`, are
/// not read.
pub struct Client {
    /// Its `Debug` output holds the token: it must never be formatted.
    bot: Bot,
    bot_id: u64,
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
pub enum ClientFault {
    /// The server's address cannot be used.
    #[error(transparent)]
    ApiUrl(#[from] ApiUrlFault),
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
    #[expect(
        clippy::needless_pass_by_value,
        reason = "the token's owner gives it away, so that one place holds it"
    )]
    pub fn new(
        token: Token,
        api_url: Option<&Url>,
        options: ClientOptions,
    ) -> Result<Self, ClientFault> {
        let api_url = api_url.map(api_url::tidy).transpose()?;
        let mut http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(0)
            .connect_timeout(options.connect_timeout)
            .timeout(options.total_timeout)
            .tcp_nodelay(true);
        if api_url.as_ref().is_some_and(is_loopback) {
            http = http.no_proxy();
        }
        let http = http.build().map_err(|error| ClientFault::Http(error.without_url()))?;
        let bot = Bot::with_client(token.expose(), http);
        let bot = match api_url {
            Some(url) => bot.set_api_url(url),
            None => bot,
        };
        Ok(Self { bot, bot_id: token.bot_id() })
    }

    /// The same bot for asking what is written to it: a poll takes longer than a request, and keeps its connection.
    ///
    /// # Errors
    ///
    /// As of [`Self::new`].
    pub(crate) fn poller(&self) -> Result<Bot, ClientFault> {
        let mut http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(limits::CONNECT_TIMEOUT)
            .timeout(limits::CHAT_POLL_TIMEOUT)
            .tcp_nodelay(true);
        if is_loopback(&self.bot.api_url()) {
            http = http.no_proxy();
        }
        let http = http.build().map_err(|error| ClientFault::Http(error.without_url()))?;
        Ok(Bot::with_client(self.bot.token(), http).set_api_url(self.bot.api_url()))
    }

    /// The bot's id, as its token says it.
    #[must_use]
    pub fn bot_id(&self) -> u64 {
        self.bot_id
    }

    /// Makes the request of an intent, once: the only place where anything is posted, edited, pinned or deleted. Nothing but an
    /// intent allows it, and the intent is spent by it.
    ///
    /// Whoever drops the future before it is done must take the outcome for unknown.
    pub async fn make(&self, intent: Intent) -> Event {
        let (operation, chat) = (intent.operation(), intent.chat());
        let outbox::Request { method, params } = intent.request();
        let mut params = params.value();
        if let Some(params) = params.as_object_mut() {
            params.insert("chat_id".to_owned(), chat.into());
        }
        let asked = async {
            match method.as_str() {
                "sendMessage" => self.ask(Frozen::<frozen::SendMessage>::new(params)).await,
                "editMessageText" => self.ask(Frozen::<frozen::EditMessageText>::new(params)).await,
                "deleteMessage" => self.ask(Frozen::<frozen::DeleteMessage>::new(params)).await,
                "pinChatMessage" => self.ask(Frozen::<frozen::PinChatMessage>::new(params)).await,
                "unpinChatMessage" => {
                    self.ask(Frozen::<frozen::UnpinChatMessage>::new(params)).await
                }
                unknown => Answer::Refused(Refused::of_text(&format!(
                    "Bad Request: this telepress does not know the method {unknown}"
                ))),
            }
        };
        let answer = crash::during(&["C3", "C4"], asked).await;
        let outcome = frozen::recorded(answer, operation);
        log::debug!("{method} to {chat}: {outcome}");
        intent.answered(outcome)
    }

    /// Calls a method that posts nothing, once.
    ///
    /// # Errors
    ///
    /// When there is no result.
    pub async fn call<M: Method>(&self, method: M) -> Result<Value, CallFault> {
        let result = self.ask(method).await.into_result();
        if let Err(fault) = &result {
            log::debug!("{}: {fault}", M::NAME);
        }
        result
    }

    /// The numeric id of a chat, which stays whatever its name becomes.
    ///
    /// # Errors
    ///
    /// When there is no such chat for this bot, or no answer.
    pub async fn chat_number(&self, chat: &ChatId) -> Result<i64, CallFault> {
        let found = self.call(GetChat { chat_id: chat.clone() }).await?;
        let id = found.get("id").and_then(Value::as_i64);
        id.ok_or_else(|| CallFault::odd_result(&found))
    }

    /// Whether the bot may post in a chat: it is its administrator with `can_post_messages`.
    ///
    /// # Errors
    ///
    /// When there is no result.
    pub async fn may_post(&self, chat: i64) -> Result<bool, CallFault> {
        self.membership(chat).await.map(|member| member.posts)
    }

    /// What the bot is in a chat, and may do there.
    ///
    /// # Errors
    ///
    /// When there is no result.
    pub async fn membership(&self, chat: i64) -> Result<Membership, CallFault> {
        let asked = GetChatMember { chat_id: ChatId::Id(chat), user_id: self.bot_id };
        Ok(Membership::of(&self.call(asked).await?))
    }

    /// Forwards a message of a channel into the staging chat, to read it: it posts nothing in the channel.
    pub(super) async fn forward(
        &self,
        staging: i64,
        chat: i64,
        message_id: i64,
    ) -> Result<Value, CallFault> {
        let params = gateway::forward(staging, chat, message_id);
        self.call(Frozen::<frozen::ForwardMessage>::new(params)).await
    }

    /// Takes a copy out of the staging chat again.
    pub(super) async fn remove_copy(
        &self,
        staging: i64,
        message_id: i64,
    ) -> Result<Value, CallFault> {
        let params = gateway::delete(staging, message_id);
        self.call(Frozen::<frozen::DeleteMessage>::new(params)).await
    }

    /// Asks the server who the bot is.
    ///
    /// # Errors
    ///
    /// When there is no result, or one that is no bot.
    pub async fn get_me(&self) -> Result<Me, CallFault> {
        let me = self.call(GetMe {}).await?;
        serde_json::from_value(me.clone()).map_err(|_| CallFault::odd_result(&me))
    }

    async fn ask<M: Method>(&self, method: M) -> Answer {
        Answer::from(JsonRequest::new(self.bot.clone(), Wire(method)).await)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Client").field("bot_id", &self.bot_id).finish_non_exhaustive()
    }
}

/// A method as teloxide sends it. The result is taken as any JSON, so that no new field of Telegram's can turn a sent
/// message into an error.
#[derive(Serialize)]
#[serde(transparent)]
struct Wire<M>(M);

impl<M: Method> Payload for Wire<M> {
    type Output = Value;
    const NAME: &'static str = M::NAME;
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "535362388:AAF7-g0gYncWnm5IyfZlpPRqRRv6kNAGlao";

    fn client(api_url: &str) -> Result<Client, ClientFault> {
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
            assert!(matches!(client(address), Err(ClientFault::ApiUrl(_))), "{address}");
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

//! Sends requests to the Bot API through teloxide and says what became of each; it never sends one twice.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use teloxide::Bot;
use teloxide::requests::{JsonRequest, Payload};
use thiserror::Error;
use url::Url;

use super::answer::Answer;
use super::api_url::{self, ApiUrlFault};
use super::call::CallFault;
use super::method::{GetMe, Me, Method, To};
use super::outcome::Outcome;
use crate::chat::ChatId;
use crate::secret::Token;
use crate::{limits, message};

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
        if api_url.as_ref().is_some_and(api_url::is_loopback) {
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

    /// The bot's id, as its token says it.
    #[must_use]
    pub fn bot_id(&self) -> u64 {
        self.bot_id
    }

    /// Sends one request to one chat, once.
    ///
    /// Whoever drops the future before it is done must take the outcome for [`Outcome::Unknown`].
    pub async fn send(&self, chat: &ChatId, request: &message::Request) -> Outcome {
        let answer = match request {
            message::Request::SendMessage(params) => {
                self.ask(To { chat_id: chat.clone(), params: params.clone() }).await
            }
        };
        let outcome = Outcome::from(answer);
        log::debug!("{} to {chat}: {outcome}", request.method());
        outcome
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

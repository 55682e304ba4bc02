//! Sends requests to the Bot API and returns the outcome of each. It never sends a request twice.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use serde::Serialize;
use serde_json::Value;
use thiserror::Error;
use url::Url;

use super::answer::ApiResponse;
use super::api_url::{self, ApiUrlError};
use super::call::CallError;
use super::client_options::{ClientOptions, connect_timeout};
use super::clock::TelegramClock;
use super::description::Description;
use super::file_ids;
use super::member::{ChatKind, GroupRights, Membership};
use super::method::{GetChat, GetChatMember, GetMe, Me, Method};
use super::multipart::{FormFile, Multipart};
use super::outcome;
use super::poller::Poller;
use super::posted::PostedMessages;
use super::proxy::ProxyError;
use super::rich_differences;
use super::transport::{Transport, TransportOptions};
use super::upload::{Upload, UploadProgress};
use crate::ids::{ChatId, Destination};
use crate::message::{
    Caption, FileContent, FileHash, FileId, FileIdChanges, FileIds, FileKey, InlineKeyboard,
    InputMedia, MediaContent, NamedFile, Request, SendMedia, SendOptions,
};
use crate::outbox::{Intent, NotSentReason};
use crate::publisher::RequestResult;
use crate::secret::Token;
use crate::spool::{Spool, SpoolError};
use crate::{failpoint, limits};

/// The Bot API's client for one bot.
///
/// Each request has a connection of its own: the server may close a kept-alive connection at the moment a request is
/// written, and then the outcome of the request is unknown. Redirects are not followed, because each hop would repeat the
/// request.
///
/// An answer is read up to [`limits::ANSWER_BYTES`]. The outcome of a request with a longer answer is unknown.
///
/// The client uses no proxy but that of its options; [`super::proxy::route`] chooses it.
pub struct Client {
    transport: Transport,
    server: String,
    /// The bytes of media; without them nothing is uploaded.
    spool: Option<Spool>,
    /// Whether the server reads files by their paths.
    has_local_files: bool,
    uploads: Mutex<Vec<RunningUpload>>,
}

struct RunningUpload {
    chat: i64,
    files: Vec<FileKey>,
    upload: Weak<Upload>,
}

/// The private chat of the bot with a user. Its id is the user's; a channel's id is negative, so it is never one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrivateChat(i64);

impl PrivateChat {
    /// The chat with this id, if it is a private one.
    #[must_use]
    pub fn new(id: i64) -> Option<Self> {
        (id > 0).then_some(Self(id))
    }
}

/// Why there is no client.
#[derive(Debug, Error)]
pub enum ClientError {
    /// The server's address cannot be used.
    #[error(transparent)]
    ApiUrl(#[from] ApiUrlError),
    /// The proxy is not known.
    #[error(transparent)]
    Proxy(#[from] ProxyError),
    /// TLS or the proxy cannot be set up.
    #[error("cannot set up the HTTP client: {0}")]
    Http(#[source] reqwest::Error),
}

/// What Telegram says about a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoundChat {
    /// Its number, which does not change when the chat is renamed.
    pub id: i64,
    /// The discussion group that is linked to it, if it is a channel.
    pub discussion: Option<i64>,
    /// What it is.
    pub kind: ChatKind,
}

/// Messages that a user was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentPreview {
    /// What the answer says about files.
    pub files: FileIdChanges,
    /// The ids of the messages in the chat.
    pub message_ids: Vec<i64>,
}

/// Adds the chat, and the topic to requests that send something; other requests name a message.
fn set_destination(
    params: &mut serde_json::Map<String, Value>,
    to: Destination,
    request: &Request,
) {
    params.insert("chat_id".to_owned(), to.chat.into());
    if let Some(topic) = to.topic.filter(|_| request.messages() > 0) {
        params.insert("message_thread_id".to_owned(), topic.number().into());
    }
}

/// The ids of one message or of those of an album.
fn message_ids(sent: &Value) -> Vec<i64> {
    let id = |message: &Value| message.get("message_id").and_then(Value::as_i64);
    match sent.as_array() {
        Some(album) => album.iter().filter_map(id).collect(),
        None => id(sent).into_iter().collect(),
    }
}

impl Client {
    /// A client for the token's bot, at `api_url` or at Telegram's own server.
    ///
    /// # Errors
    ///
    /// When the URL cannot be used for a Bot API server, and when TLS or a proxy cannot be set up.
    pub fn new(
        token: Token,
        api_url: Option<&Url>,
        options: ClientOptions,
    ) -> Result<Self, ClientError> {
        let name = api_url::server_name(api_url)?;
        let server = api_url::server(api_url)?;
        let options = TransportOptions {
            proxy: options.proxy,
            root: options.root,
            connect_timeout: options.connect_timeout,
            total_timeout: options.total_timeout,
            keep_alive: false,
        };
        let transport = Transport::new(token, server, options).map_err(ClientError::Http)?;
        Ok(Self {
            transport,
            server: name,
            spool: None,
            has_local_files: false,
            uploads: Mutex::default(),
        })
    }

    /// The same client, which uploads media from `spool`.
    #[must_use]
    pub fn with_spool(self, spool: Spool) -> Self {
        Self { spool: Some(spool), ..self }
    }

    /// The same client; with `has_local_files` its server is a local one (`telegram-bot-api --local`) that reads files by their
    /// paths, so that no request has a file in its body.
    #[must_use]
    pub fn with_local_files(self, has_local_files: bool) -> Self {
        Self { has_local_files, ..self }
    }

    pub(super) fn has_local_files(&self) -> bool {
        self.has_local_files
    }

    pub(super) fn transport(&self) -> &Transport {
        &self.transport
    }

    /// The bytes of media.
    #[must_use]
    pub fn spool(&self) -> Option<&Spool> {
        self.spool.as_ref()
    }

    /// How far all running uploads are together; `None` if there is none.
    #[must_use]
    pub fn upload_progress(&self) -> Option<UploadProgress> {
        self.progress_of(|_| true)
    }

    /// How far the upload to a chat is; `None` if there is none.
    #[must_use]
    pub fn upload_progress_to(&self, chat: i64) -> Option<UploadProgress> {
        self.progress_of(|upload| upload.chat == chat)
    }

    /// How far the uploads of these files to one of these chats are; `None` if there is none.
    #[must_use]
    pub fn upload_progress_of(&self, files: &[FileKey], chats: &[i64]) -> Option<UploadProgress> {
        self.progress_of(|upload| {
            chats.contains(&upload.chat) && upload.files.iter().any(|file| files.contains(file))
        })
    }

    fn progress_of(&self, is_meant: impl Fn(&RunningUpload) -> bool) -> Option<UploadProgress> {
        let uploads = self.uploads.lock().unwrap_or_else(PoisonError::into_inner);
        let meant = uploads.iter().filter(|upload| is_meant(upload));
        let running = meant.filter_map(|upload| upload.upload.upgrade());
        let running = running.map(|upload| upload.progress());
        running.reduce(|one, other| UploadProgress {
            sent: one.sent.saturating_add(other.sent),
            total: one.total.saturating_add(other.total),
        })
    }

    /// The server's URL, normalized.
    #[must_use]
    pub fn server(&self) -> &str {
        &self.server
    }

    /// A poller for the same bot: a poll takes longer than a request, and keeps its connection.
    ///
    /// # Errors
    ///
    /// See [`Self::new`].
    pub fn poller(&self) -> Result<Poller, ClientError> {
        let own = self.transport.options().clone();
        let options = TransportOptions {
            connect_timeout: connect_timeout(own.proxy.as_ref()),
            total_timeout: limits::GET_UPDATES_TIMEOUT,
            keep_alive: true,
            ..own
        };
        self.transport.with_options(options).map(Poller::new).map_err(ClientError::Http)
    }

    /// The bot's id, from its token.
    #[must_use]
    pub fn bot_id(&self) -> u64 {
        self.transport.bot_id()
    }

    /// Telegram's time, from the answers to this client and its pollers.
    #[must_use]
    pub fn clock(&self) -> &TelegramClock {
        self.transport.clock()
    }

    /// Sends the request of an intent, once; files of `known` by their `file_id`. Only this function posts, edits, pins or
    /// deletes anything in a channel of the config or its group, or closes a poll; it needs an intent and consumes it.
    ///
    /// A caller that drops the future before it is ready must treat the outcome as unknown.
    pub async fn execute(&self, intent: Intent, known: &FileIds) -> RequestResult {
        let (operation, place, request) =
            (intent.operation(), intent.destination(), intent.request());
        let method = request.method();
        let answer = failpoint::during("request-in-flight", self.post(place, request, known)).await;
        let files = file_ids::changes_in(request, known, &answer);
        let is_group = PostedMessages::is_in_group(&answer);
        rich_differences::report(request, place.chat, &answer);
        let outcome = if files.stale.is_empty() {
            outcome::recorded(answer, operation)
        } else {
            outcome::of_stale_file_id(answer)
        };
        log::debug!("{method} to {}: {outcome}", place.named(None));
        RequestResult { event: intent.answered(outcome), files, is_group }
    }

    /// Sends the message of a request to a user, as readers of a channel would see it; files of `known` by their `file_id`. If
    /// the result names stale ones, the message was not sent.
    ///
    /// # Errors
    ///
    /// When there is no result.
    pub async fn show(
        &self,
        chat: PrivateChat,
        request: &Request,
        known: &FileIds,
    ) -> Result<SentPreview, CallError> {
        let answer = self.post(Destination::of_chat(chat.0), request, known).await;
        let files = file_ids::changes_in(request, known, &answer);
        if !files.stale.is_empty() {
            return Ok(SentPreview { files, message_ids: Vec::new() });
        }
        match answer.into_result() {
            Ok(sent) => Ok(SentPreview { files, message_ids: message_ids(&sent) }),
            Err(error) => {
                log::debug!("{} to {}: {error}", request.method(), chat.0);
                Err(error)
            }
        }
    }

    /// Uploads a file to the staging chat, and deletes the message there: the file stays on Telegram's servers.
    pub(super) async fn upload_to(
        &self,
        staging: i64,
        media: &InputMedia,
    ) -> Result<(FileKey, FileId), CallError> {
        let media = InputMedia { has_spoiler: false, ..media.clone() };
        let content = MediaContent {
            media,
            caption: Caption::default(),
            reply_markup: InlineKeyboard::default(),
        };
        let options = SendOptions { disable_notification: true, ..SendOptions::default() };
        let request = Request::SendMedia(Box::new(SendMedia { content, options }));
        let none = FileIds::default();
        let answer = self.post(Destination::of_chat(staging), &request, &none).await;
        let learned = file_ids::changes_in(&request, &none, &answer).learned;
        let message = answer.into_result()?;
        if let Some(id) = message.get("message_id").and_then(Value::as_i64) {
            self.remove_copies(staging, &[id]).await;
        }
        learned.into_iter().next().ok_or_else(|| CallError::unexpected_result(&message))
    }

    /// Gives up the running uploads whose last bytes were not sent: they are certainly not acted on.
    pub fn abandon_uploads(&self) {
        let uploads = self.uploads.lock().unwrap_or_else(PoisonError::into_inner);
        let running = uploads.iter().filter_map(|upload| upload.upload.upgrade());
        running.for_each(|upload| upload.abandon());
    }

    async fn post(&self, to: Destination, request: &Request, known: &FileIds) -> ApiResponse {
        let mut params = request.bot_api(|file| match known.of(file.media) {
            None => Some(file.attachment()),
            // A file that Telegram keeps has its thumbnail already.
            Some(_) if file.is_thumbnail => None,
            Some(kept) => Some(kept.file_id.clone()),
        });
        set_destination(&mut params, to, request);
        if request.uploaded_files(known).next().is_none() {
            return self.transport.post(request.method(), &params).await;
        }
        if self.has_local_files {
            return self.post_paths(to, request, known).await;
        }
        let files = request.uploaded_files(known).map(|file| self.open(file));
        let form = match files.collect::<Result<_, _>>() {
            Ok(files) => Multipart::new(&params, files),
            Err(error) => return not_attempted(&error),
        };
        let upload = Upload::new(form.length());
        self.remember(to.chat, request.file_keys(), &upload);
        let answer = self.transport.post_form(request.method(), form, &upload).await;
        self.forget(&upload);
        if let (Some(damaged), Some(spool)) = (upload.damaged(), &self.spool) {
            log::error!("{damaged}: the file is removed from {}", spool.folder().display());
            spool.discard(damaged.0);
        }
        answer
    }

    /// Sends a request whose files the server reads by their paths. The files have their names until the answer comes.
    async fn post_paths(&self, to: Destination, request: &Request, known: &FileIds) -> ApiResponse {
        let Some(spool) = self.spool.clone() else { return not_attempted(&SpoolError::NoFolder) };
        let mut bytes = 0_u64;
        let mut named = Vec::new();
        for file in request.uploaded_files(known) {
            let FileContent::Sha256(hash) = &file.file.content else {
                return not_attempted(&SpoolError::NoFolder);
            };
            bytes = bytes.saturating_add(file.file.bytes);
            named.push((file.part_name(), *hash, file.file.name.clone()));
        }
        let linked = tokio::task::spawn_blocking(move || {
            let link = |(part, hash, name): (String, FileHash, String)| {
                let link = spool.link(hash, &name);
                if let Err(error @ SpoolError::Damaged { .. }) = &link {
                    log::error!("{error}: the file is removed");
                    spool.discard(hash);
                }
                Ok((part, link?))
            };
            named.into_iter().map(link).collect::<Result<BTreeMap<_, _>, SpoolError>>()
        });
        let links = match linked.await {
            Ok(Ok(links)) => links,
            Ok(Err(error)) => return not_attempted(&error),
            Err(error) => {
                let why = Description::of(&error.to_string());
                return ApiResponse::NotAttempted(NotSentReason::NotWritten, why);
            }
        };
        let address = |part: &str| Url::from_file_path(links.get(part)?.path()).ok();
        let mut params = request.bot_api(|file| match known.of(file.media) {
            None => address(&file.part_name()).map(String::from),
            Some(_) if file.is_thumbnail => None,
            Some(kept) => Some(kept.file_id.clone()),
        });
        set_destination(&mut params, to, request);
        self.transport.post_paths(request.method(), &params, bytes).await
    }

    /// Opens the frozen bytes of a file.
    fn open(&self, named: NamedFile<'_>) -> Result<FormFile, SpoolError> {
        let (FileContent::Sha256(hash), Some(spool)) = (&named.file.content, &self.spool) else {
            return Err(SpoolError::NoFolder);
        };
        let file = spool.open(*hash)?;
        Ok(FormFile {
            part: named.part_name(),
            name: named.file.name.clone(),
            bytes: named.file.bytes,
            hash: *hash,
            file,
        })
    }

    fn remember(&self, chat: i64, files: Vec<FileKey>, upload: &Arc<Upload>) {
        let mut uploads = self.uploads.lock().unwrap_or_else(PoisonError::into_inner);
        uploads.retain(|running| running.upload.strong_count() > 0);
        uploads.push(RunningUpload { chat, files, upload: Arc::downgrade(upload) });
    }

    /// The connection may keep the body of an upload for a moment longer than the upload takes.
    fn forget(&self, ended: &Arc<Upload>) {
        let mut uploads = self.uploads.lock().unwrap_or_else(PoisonError::into_inner);
        uploads.retain(|running| !std::ptr::eq(running.upload.as_ptr(), Arc::as_ptr(ended)));
    }

    /// Calls a method that posts nothing, once.
    ///
    /// # Errors
    ///
    /// When there is no result.
    pub async fn call<M: Method>(&self, method: M) -> Result<Value, CallError> {
        self.call_by_name(M::NAME, &method).await
    }

    /// The numeric id of a chat, which does not change when the chat is renamed.
    ///
    /// # Errors
    ///
    /// When the bot does not see such a chat, and when there is no answer.
    pub async fn chat_number(&self, chat: &ChatId) -> Result<i64, CallError> {
        Ok(self.find_chat(chat).await?.id)
    }

    /// The chat with this name or number.
    ///
    /// # Errors
    ///
    /// When the bot does not see such a chat, and when there is no answer.
    pub async fn find_chat(&self, chat: &ChatId) -> Result<FoundChat, CallError> {
        let found = self.call(GetChat { chat_id: chat.clone() }).await?;
        let Some(id) = found.get("id").and_then(Value::as_i64) else {
            return Err(CallError::unexpected_result(&found));
        };
        // A discussion group names its channel in the same way.
        let kind = ChatKind::of(&found);
        let linked = found.get("linked_chat_id").and_then(Value::as_i64);
        let discussion = linked.filter(|_| !kind.is_group());
        Ok(FoundChat { id, discussion, kind })
    }

    /// Whether the bot may write in a group.
    ///
    /// # Errors
    ///
    /// When there is no result.
    pub async fn may_comment(&self, group: i64) -> Result<bool, CallError> {
        self.membership(group).await.map(|member| member.comments)
    }

    /// Whether the bot may post in a channel, or write in a group.
    ///
    /// # Errors
    ///
    /// When there is no result.
    pub async fn may_write(&self, chat: i64) -> Result<bool, CallError> {
        let kind = self.find_chat(&ChatId::Id(chat)).await?.kind;
        let member = self.membership(chat).await?;
        Ok(if kind.is_group() { member.comments } else { member.posts })
    }

    /// The bot's status and rights in a chat.
    ///
    /// # Errors
    ///
    /// When there is no result.
    pub async fn membership(&self, chat: i64) -> Result<Membership, CallError> {
        let method = GetChatMember { chat_id: ChatId::Id(chat), user_id: self.bot_id() };
        Ok(Membership::of(&self.call(method).await?))
    }

    /// The bot's rights in a group.
    ///
    /// # Errors
    ///
    /// When there is no result.
    pub async fn group_rights(&self, group: i64) -> Result<GroupRights, CallError> {
        let chat_id = ChatId::Id(group);
        let chat = self.call(GetChat { chat_id: chat_id.clone() }).await?;
        let member = self.call(GetChatMember { chat_id, user_id: self.bot_id() }).await?;
        Ok(GroupRights::of(&member, &chat))
    }

    /// The bot that the token belongs to.
    ///
    /// # Errors
    ///
    /// When there is no result, or when it does not describe a bot.
    pub async fn get_me(&self) -> Result<Me, CallError> {
        let me = self.call(GetMe {}).await?;
        serde_json::from_value(me.clone()).map_err(|_| CallError::unexpected_result(&me))
    }

    /// Calls a method by its name, once. It must not post anything in a channel.
    pub(super) async fn call_by_name(
        &self,
        method: &str,
        params: &impl Serialize,
    ) -> Result<Value, CallError> {
        let result = self.transport.post(method, params).await.into_result();
        if let Err(error) = &result {
            log::debug!("{method}: {error}");
        }
        result
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Client").field("bot_id", &self.bot_id()).finish_non_exhaustive()
    }
}

/// The answer for a request that was not made, because its files cannot be read.
fn not_attempted(error: &SpoolError) -> ApiResponse {
    let why = match error {
        SpoolError::Missing { .. } | SpoolError::Damaged { .. } => NotSentReason::BytesMissing,
        _ => NotSentReason::NotWritten,
    };
    ApiResponse::NotAttempted(why, Description::of(&error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "535362388:AAF7-g0gYncWnm5IyfZlpPRqRRv6kNAGlao";

    fn client(api_url: &str) -> Result<Client, ClientError> {
        let token = Token::parse(TOKEN).unwrap_or_else(|error| panic!("{error}"));
        Client::new(token, Some(&Url::parse(api_url).unwrap()), ClientOptions::default())
    }

    #[test]
    fn debug_output_shows_the_bot_and_never_its_token() {
        let client = client("http://127.0.0.1:1/path/").unwrap();
        assert_eq!(format!("{client:?}"), "Client { bot_id: 535362388, .. }");
        assert_eq!(format!("{client:#?}"), "Client {\n    bot_id: 535362388,\n    ..\n}");
        assert_eq!(client.bot_id(), 535_362_388);
    }

    #[test]
    fn unusable_api_url_is_refused() {
        for address in ["mailto:a@b.example", "data:,x", "https://me:pw@h/", "https://h/?token=1"] {
            assert!(matches!(client(address), Err(ClientError::ApiUrl(_))), "{address}");
        }
    }
}

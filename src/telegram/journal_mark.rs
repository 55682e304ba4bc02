//! The journal's mark in the staging chat: a pinned message that names the journal, its last request, and the last entry of its
//! log. It is sent without an intent, so it must never be sent to a channel of the config.

use std::fmt;

use jiff::Timestamp;
use serde_json::{Value, json};
use thiserror::Error;

use super::call::CallError;
use super::client::Client;
use super::method::GetChat;
use crate::ids::ChatId;
use crate::outbox::AttemptId;

/// The part of the message that is for human readers.
const EXPLANATION: &str =
    "Please leave this message pinned. telepress uses it to detect a missing or outdated journal.";

/// The identity of a journal and its progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StagingMark {
    /// The journal's id.
    pub journal: String,
    /// Its last request; 0 for none.
    pub attempt: AttemptId,
    /// The last entry of its log: its number and time.
    pub entry: Option<(i64, Timestamp)>,
}

/// The staging chat, after the check that it is not one of the channels.
pub struct StagingChat<'c> {
    client: &'c Client,
    chat: i64,
    pinned: Pinned,
}

/// The newest pinned message of the staging chat.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Pinned {
    /// None, or one that is not a mark.
    NoMark,
    /// A mark of this bot.
    Mark { message_id: i64, mark: StagingMark },
    /// A mark of another bot, with its id.
    AnotherBot(u64),
}

/// Why the mark cannot be read or written.
#[derive(Debug, Error)]
pub enum StagingError {
    /// Telegram refused or did not answer.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The mark would be public.
    #[error("the staging chat is one of the channels in the config")]
    Channel,
    /// Only one bot can keep a mark in a chat.
    #[error("another bot ({0}) keeps its mark in the staging chat")]
    AnotherBot(u64),
    /// The bot is not allowed to pin.
    #[error("the bot may not pin messages in the staging chat")]
    NoRight,
}

impl StagingError {
    /// Whether a later attempt may succeed without any change.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Call(
                CallError::NoConnection(_) | CallError::Wait { .. } | CallError::Unclear { .. }
            )
        )
    }
}

impl Client {
    /// Reads the staging chat and its pinned message.
    ///
    /// # Errors
    ///
    /// When the chat cannot be read, and when it is one of the channels.
    pub async fn staging_chat(
        &self,
        chat: i64,
        channels: &[&ChatId],
    ) -> Result<StagingChat<'_>, StagingError> {
        let found = self.call(GetChat { chat_id: ChatId::Id(chat) }).await?;
        if found.get("id").and_then(Value::as_i64) != Some(chat) {
            return Err(CallError::unexpected_result(&found).into());
        }
        let username = found.get("username").and_then(Value::as_str);
        let is_staging = |channel: &&ChatId| match channel {
            ChatId::Id(id) => *id == chat,
            ChatId::Username(name) => username.is_some_and(|username| {
                name.trim_start_matches('@').eq_ignore_ascii_case(username)
            }),
        };
        if channels.iter().any(is_staging) {
            return Err(StagingError::Channel);
        }
        let pinned = pinned(&found, self.bot_id());
        Ok(StagingChat { client: self, chat, pinned })
    }
}

impl StagingChat<'_> {
    /// The chat's numeric id.
    #[must_use]
    pub fn number(&self) -> i64 {
        self.chat
    }

    /// This bot's mark, if there is one.
    #[must_use]
    pub fn mark(&self) -> Option<&StagingMark> {
        match &self.pinned {
            Pinned::Mark { mark, .. } => Some(mark),
            Pinned::NoMark | Pinned::AnotherBot(_) => None,
        }
    }

    /// Writes the mark into the pinned message, or into a new one without a notification.
    ///
    /// # Errors
    ///
    /// When the mark cannot be written. A new message that cannot be pinned is deleted.
    pub async fn set_mark(&self, mark: &StagingMark) -> Result<(), StagingError> {
        let text = mark.text(self.client.bot_id());
        match &self.pinned {
            Pinned::Mark { mark: pinned, .. } if pinned == mark => Ok(()),
            Pinned::Mark { message_id, .. } => {
                let params =
                    json!({ "chat_id": self.chat, "message_id": message_id, "text": text });
                match self
                    .client
                    .call_by_name("editMessageText", &params)
                    .await
                    .map_err(StagingError::from)
                {
                    // Telegram refuses to edit old messages. The newest pinned message counts.
                    Err(error) if !error.may_pass() => self.pin(&text).await,
                    edited => edited.map(drop),
                }
            }
            Pinned::AnotherBot(id) => Err(StagingError::AnotherBot(*id)),
            Pinned::NoMark => self.pin(&text).await,
        }
    }

    async fn pin(&self, text: &str) -> Result<(), StagingError> {
        if !self.client.membership(self.chat).await?.pins {
            return Err(StagingError::NoRight);
        }
        let message = json!({ "chat_id": self.chat, "text": text, "disable_notification": true });
        let sent = self.client.call_by_name("sendMessage", &message).await?;
        let id = sent.get("message_id").and_then(Value::as_i64);
        let id = id.ok_or_else(|| CallError::unexpected_result(&sent))?;
        let pin = json!({ "chat_id": self.chat, "message_id": id, "disable_notification": true });
        if let Err(error) = self.client.call_by_name("pinChatMessage", &pin).await {
            // The next attempt sends a new message.
            let message = json!({ "chat_id": self.chat, "message_id": id });
            drop(self.client.call_by_name("deleteMessage", &message).await);
            return Err(error.into());
        }
        Ok(())
    }
}

impl fmt::Debug for StagingChat<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("StagingChat").field("pinned", &self.pinned).finish_non_exhaustive()
    }
}

impl StagingMark {
    fn text(&self, bot: u64) -> String {
        let Self { journal, attempt: AttemptId(request), entry } = self;
        let entry = entry.map(|(id, at)| format!("\nentry {id} {at}")).unwrap_or_default();
        format!("{EXPLANATION}\n\nbot {bot}\njournal {journal}\nrequest {request}{entry}")
    }

    /// The mark in a message, and the id of its bot.
    fn read(text: &str) -> Option<(u64, Self)> {
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
        let bot = field("bot ")?.parse().ok()?;
        let journal = field("journal ")?.to_owned();
        let attempt = AttemptId(field("request ")?.parse().ok()?);
        // An older version wrote no entry.
        let entry = match field("entry ") {
            None => None,
            Some(entry) => {
                let (id, at) = entry.split_once(' ')?;
                Some((id.parse().ok()?, at.parse().ok()?))
            }
        };
        Some((bot, Self { journal, attempt, entry }))
    }
}

/// The newest pinned message in an answer of `getChat`.
fn pinned(chat: &Value, bot: u64) -> Pinned {
    let message = chat.get("pinned_message");
    let field = |name| message.and_then(|message| message.get(name));
    let mark = field("text").and_then(Value::as_str).and_then(StagingMark::read);
    match (field("message_id").and_then(Value::as_i64), mark) {
        (Some(message_id), Some((of, mark))) if of == bot => Pinned::Mark { message_id, mark },
        (Some(_), Some((of, _))) => Pinned::AnotherBot(of),
        _ => Pinned::NoMark,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mark_survives_a_round_trip_and_other_texts_are_no_mark() {
        let entry = Some((17, "2026-11-28T10:00:00.123456789Z".parse().unwrap()));
        let mark = StagingMark { journal: "0a1b".to_owned(), attempt: AttemptId(42), entry };
        let chat = |text: &str| json!({ "pinned_message": { "message_id": 7, "text": text } });
        let ours = Pinned::Mark { message_id: 7, mark: mark.clone() };
        assert_eq!(pinned(&chat(&mark.text(5)), 5), ours);
        assert_eq!(pinned(&chat(&mark.text(6)), 5), Pinned::AnotherBot(6));
        let older = "bot 5\njournal 0a1b\nrequest 42";
        let mark = StagingMark { entry: None, ..mark };
        assert_eq!(pinned(&chat(older), 5), Pinned::Mark { message_id: 7, mark });
        for text in ["", "Rules of this chat", "bot 5\njournal 0a1b", "bot x\njournal a\nrequest 1"]
        {
            assert_eq!(pinned(&chat(text), 5), Pinned::NoMark, "{text}");
        }
        for chat in [json!({}), json!({ "pinned_message": {} }), json!({ "pinned_message": true })]
        {
            assert_eq!(pinned(&chat, 5), Pinned::NoMark, "{chat}");
        }
    }
}

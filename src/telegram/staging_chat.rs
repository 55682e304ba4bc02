//! The mark of the journal in the staging chat: a pinned message that names the journal, its last request, and the last
//! entry of its log. It goes out without an intent, so it must not go to a channel: only a chat that is none of the config's gets it.

use std::fmt;

use jiff::Timestamp;
use serde_json::{Value, json};
use thiserror::Error;

use super::call::CallError;
use super::client::Client;
use super::method::GetChat;
use crate::ids::ChatId;
use crate::outbox::AttemptId;

/// What the message says to people.
const EXPLANATION: &str =
    "Please leave this message pinned. telepress uses it to detect a missing or outdated journal.";

/// Which journal it is, and how far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StagingMark {
    /// The journal's id.
    pub journal: String,
    /// Its last request; 0 for none.
    pub attempt: AttemptId,
    /// The last entry of its log: the number, and when it was written.
    pub entry: Option<(i64, Timestamp)>,
}

/// The staging chat, which was found to be none of the channels.
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
    /// A mark of the bot with this id.
    AnotherBot(u64),
}

/// Why the mark cannot be read or written.
#[derive(Debug, Error)]
pub enum StagingError {
    /// Telegram refuses or does not answer.
    #[error(transparent)]
    Call(#[from] CallError),
    /// A message there would be public.
    #[error("it is one of the channels in the config")]
    Channel,
    /// Only one bot can keep a mark in a chat.
    #[error("another bot ({0}) keeps its mark there")]
    AnotherBot(u64),
    /// The bot is not allowed to pin.
    #[error("the bot may not pin messages there")]
    NoRight,
}

impl StagingError {
    /// Whether the same may work later without anybody doing anything.
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
    /// Looks at the staging chat and what is pinned in it.
    ///
    /// # Errors
    ///
    /// When it cannot be read, and when it is one of the channels.
    pub async fn staging_chat(
        &self,
        chat: i64,
        channels: &[&ChatId],
    ) -> Result<StagingChat<'_>, StagingError> {
        let found = self.call(GetChat { chat_id: ChatId::Id(chat) }).await?;
        if found.get("id").and_then(Value::as_i64) != Some(chat) {
            return Err(CallError::odd_result(&found).into());
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
    /// The number of the chat.
    #[must_use]
    pub fn number(&self) -> i64 {
        self.chat
    }

    /// The mark, where this bot has one.
    #[must_use]
    pub fn mark(&self) -> Option<&StagingMark> {
        match &self.pinned {
            Pinned::Mark { mark, .. } => Some(mark),
            Pinned::NoMark | Pinned::AnotherBot(_) => None,
        }
    }

    /// Writes the mark: into the message that is there, or else into a new one, silently.
    ///
    /// # Errors
    ///
    /// When it could not be written; a message that could not be pinned is taken away again.
    pub async fn set_mark(&self, mark: &StagingMark) -> Result<(), StagingError> {
        let text = mark.text(self.client.bot_id());
        match &self.pinned {
            Pinned::Mark { mark: known, .. } if known == mark => Ok(()),
            Pinned::Mark { message_id, .. } => {
                let params =
                    json!({ "chat_id": self.chat, "message_id": message_id, "text": text });
                match self.client.ask("editMessageText", &params).await.map_err(StagingError::from)
                {
                    // Telegram does not let it be edited any more: the newest pinned message counts.
                    Err(fault) if !fault.may_pass() => self.pin(&text).await,
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
        let sent = self.client.ask("sendMessage", &message).await?;
        let id = sent.get("message_id").and_then(Value::as_i64);
        let id = id.ok_or_else(|| CallError::odd_result(&sent))?;
        let pin = json!({ "chat_id": self.chat, "message_id": id, "disable_notification": true });
        if let Err(fault) = self.client.ask("pinChatMessage", &pin).await {
            // The next attempt writes another one.
            let message = json!({ "chat_id": self.chat, "message_id": id });
            drop(self.client.ask("deleteMessage", &message).await);
            return Err(fault.into());
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

    /// The mark that a message holds, and whose it is.
    fn read(text: &str) -> Option<(u64, Self)> {
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
        let bot = field("bot ")?.parse().ok()?;
        let journal = field("journal ")?.to_owned();
        let attempt = AttemptId(field("request ")?.parse().ok()?);
        // An older version wrote no more.
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

/// What a chat says about its newest pinned message.
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
    fn a_mark_is_read_as_it_was_written_and_nothing_else_is_one() {
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

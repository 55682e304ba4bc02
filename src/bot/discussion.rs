//! Finds the discussion groups of channels, which comments need. It posts nothing.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Bot;
use crate::ids::ChatId;
use crate::operations::number_of;
use crate::plan::Desired;
use crate::telegram::method::GetChat;
use crate::telegram::{CallError, ChatKind};

impl Bot<'_> {
    /// Sets where the posts go, and their comments. Telegram is asked for the discussion groups that the journal does not know, and whether
    /// the chat is itself a group, below whose posts there are no comments.
    pub(super) async fn place(&self, wanted: &mut [Desired]) {
        // Without the groups the comments are left as they are.
        let mut known = self.operations.store.discussions().await.unwrap_or_default();
        let mut groups = BTreeSet::new();
        let chats = self.source.chats();
        let with_comments = wanted.iter().filter(|desired| desired.comments.is_some());
        for channel in with_comments.filter_map(|desired| number_of(&desired.channel, &chats)) {
            if known.contains_key(&channel) {
                continue;
            }
            let found = self.messenger.call(GetChat { chat_id: ChatId::Id(channel) }, true).await;
            match found {
                Ok(found) if ChatKind::of(&found).is_group() => {
                    groups.insert(channel);
                }
                Ok(found) => {
                    let Some(group) = linked_chat(&found) else { continue };
                    self.remember_discussion(channel, group).await;
                    known.insert(channel, group);
                }
                Err(error) => {
                    log::warn!("chat={channel}: cannot look up its discussion group: {error}");
                }
            }
        }
        for desired in wanted {
            desired.set_chat(number_of(&desired.channel, &chats), &known);
            desired.note_groups(&groups);
        }
    }

    async fn remember_discussion(&self, channel: i64, group: i64) {
        let now = self.clock.now();
        if let Err(error) = self.operations.remember_discussion(channel, group, now).await {
            log::warn!("chat={channel}: cannot record its discussion group: {error}");
        }
    }

    /// Whether a chat is the discussion group of a channel, which the bot needs for comments. If Telegram does not say, it may be.
    pub(super) async fn may_be_discussion_group(&self, chat: i64) -> bool {
        let known = self.operations.store.discussions().await.unwrap_or_default();
        if known.values().any(|group| *group == chat) {
            return true;
        }
        let found = self.messenger.call(GetChat { chat_id: ChatId::Id(chat) }, true).await;
        let linked = match found {
            Ok(found) => linked_chat(&found),
            // The bot is not in the chat any more.
            Err(CallError::Refused { .. }) => None,
            Err(_) => return true,
        };
        let chats = self.source.chats();
        let Some(channel) = linked.filter(|linked| chats.values().any(|known| known == linked))
        else {
            return false;
        };
        self.remember_discussion(channel, chat).await;
        true
    }
}

/// The chat that is linked to a chat: the discussion group of a channel, or the channel of a group.
fn linked_chat(chat: &Value) -> Option<i64> {
    chat.get("linked_chat_id").and_then(Value::as_i64)
}

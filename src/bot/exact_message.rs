//! Sends a message of a post to an operator, and remembers which files Telegram keeps since.

use super::Bot;
use super::messenger::MessageRef;
use super::request::OperatorChat;
use crate::message::{FileIdChanges, FileIds, Request};
use crate::store::Command;
use crate::telegram::CallError;

impl Bot<'_> {
    /// Sends a request's message to an operator, exactly as readers will see it; returns the messages that arrived.
    ///
    /// # Errors
    /// Why it did not arrive.
    pub(super) async fn show_message(
        &self,
        chat: OperatorChat,
        request: &Request,
    ) -> Result<Vec<MessageRef>, CallError> {
        let mut known = self.known_files(request).await;
        loop {
            let sending = self.messenger.show(chat, request, &known);
            let shown = self.show_preview_upload(chat, sending).await?;
            let is_shown = shown.files.stale.is_empty();
            self.remember_files(shown.files).await;
            if is_shown {
                let sent = shown.message_ids.into_iter();
                return Ok(sent.map(|message| MessageRef { chat, message }).collect());
            }
            // Without known files nothing can be stale, so this ends.
            known = FileIds::default();
        }
    }

    async fn known_files(&self, request: &Request) -> FileIds {
        let store = &self.operations.store;
        let known = store.file_ids(self.client.bot_id(), request.file_keys()).await;
        known.unwrap_or_else(|error| {
            log::warn!("cannot read the remembered files: {error}");
            FileIds::default()
        })
    }

    /// Records what an answer says about files. If that fails, they are uploaded again.
    async fn remember_files(&self, changes: FileIdChanges) {
        if changes.is_empty() {
            return;
        }
        let order = Command::FileIds { bot: self.client.bot_id(), changes };
        if let Err(error) = self.operations.order(vec![order], self.clock.now()).await {
            log::warn!("cannot remember the files of a preview: {error}");
        }
    }
}

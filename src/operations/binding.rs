//! Checks that a journal is used only with the Bot API server and bot that it belongs to.

use jiff::Timestamp;

use super::{OperationError, Operations};
use crate::store::{Binding, Command};

impl Operations {
    /// Refuses a journal that belongs to another server, or to another bot if the token is known.
    ///
    /// # Errors
    /// If it belongs to another, or cannot be read.
    pub async fn check_binding(
        &self,
        server: &str,
        bot: Option<u64>,
    ) -> Result<(), OperationError> {
        let Some(bound) = self.store.journal().await?.bound else { return Ok(()) };
        if bound.server != server {
            return Err(OperationError::OtherServer { bound, server: server.to_owned() });
        }
        match bot.filter(|bot| *bot != bound.bot) {
            Some(bot) => Err(OperationError::OtherBot { bound, bot }),
            None => Ok(()),
        }
    }

    /// Binds a new journal to a server and bot, before its first request.
    ///
    /// # Errors
    /// If it belongs to another, or cannot be read or written.
    pub async fn bind(&self, to: Binding, now: Timestamp) -> Result<(), OperationError> {
        self.check_binding(&to.server, Some(to.bot)).await?;
        if self.store.journal().await?.bound.is_none() {
            self.order(vec![Command::Bind { to, by: self.by.clone() }], now).await?;
        }
        Ok(())
    }
}

//! Which Bot API server and bot a journal belongs to: it is used with no other.

use jiff::Timestamp;

use super::{OperationError, Operations};
use crate::store::{Binding, Command};

impl Operations {
    /// Refuses a journal that belongs to another server, or to another bot where the token is known.
    ///
    /// # Errors
    /// Where it does, or cannot be read.
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

    /// Lets a journal that belongs to no server yet belong to this one, before its first request.
    ///
    /// # Errors
    /// Where it belongs to another, or cannot be read or written.
    pub async fn bind(&self, to: Binding, now: Timestamp) -> Result<(), OperationError> {
        self.check_binding(&to.server, Some(to.bot)).await?;
        if self.store.journal().await?.bound.is_none() {
            self.order(vec![Command::Bind { to, by: self.by.clone() }], now).await?;
        }
        Ok(())
    }
}

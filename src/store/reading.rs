//! One connection that only reads, for whoever asks. Each question is a task of its own: who asked, and is not looked at any
//! more for the moment, keeps nobody else from being answered.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::Mutex;

use super::{StoreFault, Wanted};
use crate::outbox::PublicationId;
use crate::post::PostId;

/// An answer on its way, which has the connection until it is there.
pub(super) type Answer<'r, T> = Pin<Box<dyn Future<Output = Result<T, StoreFault>> + Send + 'r>>;

/// The connection.
pub(super) struct Reading<R>(Arc<Mutex<R>>);

impl<R: Send + 'static> Reading<R> {
    pub(super) fn new(reader: R) -> Self {
        Self(Arc::new(Mutex::new(reader)))
    }

    /// Asks one question, after those that were asked before.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        question: impl for<'r> FnOnce(&'r mut R) -> Answer<'r, T> + Send + 'static,
    ) -> Result<T, StoreFault> {
        let reader = Arc::clone(&self.0);
        #[expect(
            clippy::disallowed_methods,
            reason = "its one home for reading: whoever asks waits for it, and if he does not, it ends by itself"
        )]
        let answer = tokio::spawn(async move { question(&mut *reader.lock().await).await });
        match answer.await {
            Ok(answer) => answer,
            Err(ended) => match ended.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(ended) => Err(StoreFault::Unreadable(ended.to_string())),
            },
        }
    }
}

/// What is asked for, kept for as long as the question goes on.
pub(super) enum Asked {
    All,
    Outline,
    Open,
    Id(PublicationId),
    Post(PostId),
}

impl Asked {
    pub(super) fn of(wanted: Wanted<'_>) -> Self {
        match wanted {
            Wanted::All => Self::All,
            Wanted::Outline => Self::Outline,
            Wanted::Open => Self::Open,
            Wanted::Id(id) => Self::Id(id),
            Wanted::Post(post) => Self::Post(post.clone()),
        }
    }

    pub(super) fn wanted(&self) -> Wanted<'_> {
        match self {
            Self::All => Wanted::All,
            Self::Outline => Wanted::Outline,
            Self::Open => Wanted::Open,
            Self::Id(id) => Wanted::Id(*id),
            Self::Post(post) => Wanted::Post(post),
        }
    }
}

//! One read connection, shared by all readers. Reads run in their own task, so a caller that is not polled cannot block other
//! readers.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::Mutex;

use super::StoreError;

/// A read in progress, which borrows the connection.
pub(super) type ReadFuture<'r, T> =
    Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'r>>;

/// Opens a connection.
pub(super) type OpenConnection<R> = Box<dyn Fn() -> ReadFuture<'static, R> + Send + Sync>;

/// The connection, and how to open another one after an error.
pub(super) struct ReadConnection<R>(Arc<Shared<R>>);

impl<R> Clone for ReadConnection<R> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

struct Shared<R> {
    reader: Mutex<Option<R>>,
    open: OpenConnection<R>,
}

impl<R: Send + 'static> ReadConnection<R> {
    pub(super) fn new(reader: R, open: OpenConnection<R>) -> Self {
        Self(Arc::new(Shared { reader: Mutex::new(Some(reader)), open }))
    }

    /// Runs a query after the earlier ones.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        question: impl for<'r> FnOnce(&'r mut R) -> ReadFuture<'r, T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let source = Arc::clone(&self.0);
        #[expect(
            clippy::disallowed_methods,
            reason = "the caller waits for the task; without the caller it still ends"
        )]
        let answer = tokio::spawn(async move { source.ask(question).await });
        match answer.await {
            Ok(answer) => answer,
            Err(ended) => match ended.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(ended) => Err(StoreError::Unreadable(ended.to_string())),
            },
        }
    }
}

impl<R: Send> Shared<R> {
    async fn ask<T>(
        &self,
        question: impl for<'r> FnOnce(&'r mut R) -> ReadFuture<'r, T>,
    ) -> Result<T, StoreError> {
        let mut place = self.reader.lock().await;
        // Taken out, so that it is dropped after an error: its transaction may still be open.
        let mut reader = match place.take() {
            Some(reader) => reader,
            None => (self.open)().await?,
        };
        let answer = question(&mut reader).await;
        if !answer.as_ref().is_err_and(StoreError::breaks_connection) {
            *place = Some(reader);
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::outbox::PublicationId;

    fn read_connection() -> (ReadConnection<u32>, Arc<AtomicU32>) {
        let opened = Arc::<AtomicU32>::default();
        let counter = Arc::clone(&opened);
        let open = move || -> ReadFuture<'static, u32> {
            let number = counter.fetch_add(1, Ordering::Relaxed) + 1;
            Box::pin(async move {
                if number == 1 { Err(StoreError::Unwritable("no".to_owned())) } else { Ok(number) }
            })
        };
        (ReadConnection::new(0, Box::new(open)), opened)
    }

    #[tokio::test]
    async fn connection_is_reopened_after_an_error() {
        let (reading, opened) = read_connection();
        let broken = || StoreError::Unwritable("the disk".to_owned());
        assert_eq!(reading.ask(|reader| Box::pin(async { Ok(*reader) })).await.unwrap(), 0);
        let failed = reading.ask(move |_| Box::pin(async move { Err::<(), _>(broken()) })).await;
        assert!(failed.is_err() && opened.load(Ordering::Relaxed) == 0);
        // The first attempt to open fails, the second one works.
        let ask = || reading.ask(|reader| Box::pin(async { Ok(*reader) }));
        assert!(ask().await.is_err());
        assert_eq!(ask().await.unwrap(), 2);
        assert_eq!(ask().await.unwrap(), 2);
    }

    #[tokio::test]
    async fn connection_is_kept_after_a_refusal() {
        let (reading, opened) = read_connection();
        let missing = StoreError::Missing(PublicationId(1));
        let _ = reading.ask(move |_| Box::pin(async move { Err::<(), _>(missing) })).await;
        assert_eq!(reading.ask(|reader| Box::pin(async { Ok(*reader) })).await.unwrap(), 0);
        assert_eq!(opened.load(Ordering::Relaxed), 0);
    }
}

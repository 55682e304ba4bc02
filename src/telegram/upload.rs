//! The state of an upload: how much was sent, and whether its last bytes may still be sent.
//!
//! A Bot API server acts on a request only when its whole body has arrived (TDLib's `HttpReader`). The body ends with a closing
//! boundary, which [`UploadBody`] hands to the HTTP client as a chunk of its own after everything else. A chunk that the HTTP
//! client never got cannot have been written. So an upload that fails before that was certainly not acted on, and only one that
//! fails after it may have been.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::multipart::{DamagedFile, Multipart, length};
use crate::limits;

/// How far an upload is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UploadProgress {
    /// Bytes that were handed to the connection.
    pub sent: u64,
    /// Bytes of the whole request.
    pub total: u64,
}

/// Whether the end of a body may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The end has not been sent.
    Open,
    /// The end was handed to the connection.
    Complete,
    /// The end was not sent and never will be, because there is an answer, or none is awaited any more.
    Closed,
    /// The same, because telepress shuts down.
    Abandoned,
}

/// One upload. Either its body is completed or the upload is closed, never both.
#[derive(Debug)]
pub(super) struct Upload {
    state: watch::Sender<(Stage, UploadProgress)>,
    damaged: OnceLock<DamagedFile>,
}

impl Upload {
    pub(super) fn new(total: u64) -> Arc<Self> {
        let progress = UploadProgress { sent: 0, total };
        Arc::new(Self {
            state: watch::Sender::new((Stage::Open, progress)),
            damaged: OnceLock::new(),
        })
    }

    pub(super) fn progress(&self) -> UploadProgress {
        self.state.borrow().1
    }

    /// The file that kept the body from being completed, because its bytes are not the frozen ones.
    pub(super) fn damaged(&self) -> Option<DamagedFile> {
        self.damaged.get().copied()
    }

    fn add(&self, bytes: u64) {
        self.state.send_modify(|(_, progress)| progress.sent = progress.sent.saturating_add(bytes));
    }

    /// Allows the end of the body, unless the upload was closed.
    fn complete(&self) -> bool {
        self.change(Stage::Complete) == Stage::Complete
    }

    /// Forbids the end of the body. Returns whether it was not sent, and so never will be.
    pub(super) fn close(&self) -> bool {
        self.change(Stage::Closed) != Stage::Complete
    }

    /// Forbids the end of the body and stops the upload, unless the end was sent.
    pub(super) fn abandon(&self) {
        self.change(Stage::Abandoned);
    }

    /// Completes when the upload is abandoned.
    pub(super) async fn abandoned(&self) {
        let mut changes = self.state.subscribe();
        if changes.wait_for(|(stage, _)| *stage == Stage::Abandoned).await.is_err() {
            // The sender is `self`.
            std::future::pending::<()>().await;
        }
    }

    /// Leaves the open stage for `next`; returns the stage afterwards.
    fn change(&self, next: Stage) -> Stage {
        let mut after = next;
        self.state.send_if_modified(|(stage, _)| {
            let is_open = *stage == Stage::Open;
            if is_open {
                *stage = next;
            }
            after = *stage;
            is_open
        });
        after
    }

    /// Completes when the upload has made no progress for too long, or the answer does not come. `patience` limits both waits.
    pub(super) async fn overdue(&self, patience: Duration) {
        let mut changes = self.state.subscribe();
        loop {
            let (stage, progress) = *changes.borrow_and_update();
            let wait = match stage {
                Stage::Open => limits::UPLOAD_STALL.min(patience),
                Stage::Complete | Stage::Closed | Stage::Abandoned => {
                    answer_wait(progress.total, patience)
                }
            };
            match timeout(wait, changes.changed()).await {
                Ok(Ok(())) => {}
                // The sender is `self`.
                Ok(Err(_)) | Err(_) => return,
            }
        }
    }
}

/// How long to wait for the answer to an upload of `bytes`.
pub(super) fn answer_wait(bytes: u64, patience: Duration) -> Duration {
    let transfer = Duration::from_secs(bytes / limits::UPLOAD_BYTES_PER_SECOND);
    (limits::UPLOAD_ANSWER.min(patience) + transfer).min(limits::MAX_UPLOAD_ANSWER)
}

/// The body of an upload as the HTTP client reads it: chunks of files, and at last its end.
pub(super) struct UploadBody {
    upload: Arc<Upload>,
    chunks: mpsc::Receiver<io::Result<Bytes>>,
    /// `None` after it was handed out.
    end: Option<Bytes>,
    /// Bytes that follow, the end included.
    left: u64,
    /// Whether the HTTP client was given the chance to write everything before the end.
    is_flushed: bool,
}

impl UploadBody {
    /// The body of `form`, whose files are read on a thread of their own.
    pub(super) fn new(form: Multipart, upload: Arc<Upload>) -> Self {
        let (sender, chunks) = mpsc::channel(1);
        let (end, left) = (Some(form.end()), form.length());
        // The thread needs no waiting: it ends when the body is dropped, and a body that it leaves incomplete is an error.
        tokio::task::spawn_blocking(move || form.read(&sender));
        Self { upload, chunks, end, left, is_flushed: false }
    }

    fn last_frame(&mut self) -> Option<io::Result<Frame<Bytes>>> {
        let end = self.end.take()?;
        if self.left != length(&end) {
            return Some(Err(io::ErrorKind::UnexpectedEof.into()));
        }
        if !self.upload.complete() {
            return Some(Err(io::Error::other("the upload was given up")));
        }
        self.left = 0;
        self.upload.add(length(&end));
        Some(Ok(Frame::data(end)))
    }
}

impl Body for UploadBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match ready!(self.chunks.poll_recv(cx)) {
            Some(Ok(chunk)) => {
                self.left = self.left.saturating_sub(length(&chunk));
                self.upload.add(length(&chunk));
                Poll::Ready(Some(Ok(Frame::data(chunk))))
            }
            Some(Err(error)) => {
                self.end = None;
                let damaged = error.get_ref().and_then(|inner| inner.downcast_ref());
                if let Some(damaged) = damaged {
                    // The first one counts.
                    let _ = self.upload.damaged.set(*damaged);
                }
                Poll::Ready(Some(Err(error)))
            }
            // While a body is pending, the HTTP client writes what it has buffered, and notices a broken connection.
            None if !self.is_flushed => {
                self.is_flushed = true;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            None => Poll::Ready(self.last_frame()),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.end.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upload_is_completed_or_closed_but_never_both() {
        let upload = Upload::new(9);
        assert!(upload.close() && upload.close());
        assert!(!upload.complete());
        let upload = Upload::new(9);
        assert!(upload.complete());
        upload.abandon();
        assert!(!upload.close());
        let upload = Upload::new(9);
        upload.abandon();
        assert!(!upload.complete() && upload.close());
    }

    #[test]
    fn answer_has_more_time_after_more_bytes() {
        let patience = Duration::from_secs(90);
        for (bytes, seconds) in [(0, 60), (500_000, 61), (50_000_000, 160), (2_000_000_000, 600)] {
            assert_eq!(answer_wait(bytes, patience), Duration::from_secs(seconds), "{bytes}");
        }
        assert_eq!(answer_wait(9, Duration::from_secs(2)), Duration::from_secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn upload_without_progress_is_overdue_and_one_with_progress_is_not() {
        let upload = Upload::new(1_000_000);
        let patience = Duration::from_secs(90);
        let slow = async {
            for _ in 0..10 {
                tokio::time::sleep(Duration::from_secs(29)).await;
                upload.add(1);
            }
            assert!(upload.complete());
            tokio::time::sleep(Duration::from_secs(61)).await;
        };
        tokio::select! {
            biased;
            () = slow => {}
            () = upload.overdue(patience) => panic!("it made progress"),
        }
        let begun = tokio::time::Instant::now();
        Upload::new(9).overdue(patience).await;
        assert_eq!(begun.elapsed(), limits::UPLOAD_STALL);
    }
}

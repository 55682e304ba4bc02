//! Stops a publishing process (shutdown): gracefully, then at once, and finally even if the journal does not answer.

use std::future::Future;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time;

use super::StopMode;
use crate::exit::Exit;
use crate::{limits, process};

/// Starts a graceful shutdown when `interrupted` completes for the first time, and stops at once when it completes again or after
/// `patience`. If the process still runs because its journal does not answer, it ends here. The journal has the request in
/// flight, so the next process probes for it. This function does not return.
pub async fn stop_in_time<I: Future<Output = ()>>(
    interrupted: impl Fn() -> I,
    stopper: &watch::Sender<StopMode>,
    patience: Duration,
    begins: impl FnOnce(),
) {
    interrupted().await;
    log::info!("shutting down: waiting for in-flight requests");
    begins();
    stopper.send_replace(StopMode::Soon);
    tokio::select! {
        () = interrupted() => {}
        () = time::sleep(patience) => {}
    }
    log::warn!("stopping at once: the outcome of in-flight requests is unknown");
    stopper.send_replace(StopMode::Now);
    time::sleep(limits::STOPS_WITHIN).await;
    log::error!("the journal does not answer; exiting anyway");
    process::end(Exit::Unexpected);
}

/// Completes when the program is stopping.
pub(super) async fn stopped(mut stop: watch::Receiver<StopMode>) {
    if stop.wait_for(|stop| *stop != StopMode::Not).await.is_err() {
        std::future::pending::<()>().await;
    }
}

//! How a process that publishes is stopped: softly, then at once, and in time whatever does not answer.

use std::future::Future;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time;

use super::StopMode;
use crate::exit::Exit;
use crate::{limits, process};

/// Lets what is under way end when `interrupted` ends for the first time, and stops at once when it does for the second time, or
/// after `patience`. Where not even that ends the process, since its journal does not answer, the process ends here: a request
/// under way is in the journal, and is looked for. It does not return.
pub async fn stop_in_time<I: Future<Output = ()>>(
    interrupted: impl Fn() -> I,
    stopper: &watch::Sender<StopMode>,
    patience: Duration,
    begins: impl FnOnce(),
) {
    interrupted().await;
    log::info!("stopping: what is under way is let end");
    begins();
    stopper.send_replace(StopMode::Soon);
    tokio::select! {
        () = interrupted() => {}
        () = time::sleep(patience) => {}
    }
    log::warn!("stopping at once: what is under way is not known to be sent or not");
    stopper.send_replace(StopMode::Now);
    time::sleep(limits::STOPS_WITHIN).await;
    log::error!("the journal does not answer: ending without it");
    process::end(Exit::Unexpected);
}

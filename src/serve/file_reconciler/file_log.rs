//! Reports changed files to the log and the operators.

use super::{FileReconciler, is_open_conflict, lock, moved};
use crate::bot;
use crate::bot::text::Text;
use crate::config::timing::Edits;
use crate::plan::{self, Action, Item, Reason};

impl FileReconciler<'_> {
    pub(super) fn report_step(&self, item: &Item) {
        let Item { post, channel, .. } = item;
        let why = item.why();
        match (item.action, item.due_at) {
            (Action::Schedule, Some(at)) => {
                let when = plan::when(at, &item.zone);
                log::info!("scheduled post={post} channel={channel} for {when}: {why}");
                let asks = self.operations.policy().approvals > 0;
                let phrase = if asks { Text::FileAsks } else { Text::FileScheduled };
                self.tell(phrase, item, Some(bot::time(at, &item.zone)));
            }
            (Action::Cancel, _) if item.reason == Reason::BecameDraft => {
                log::info!("cancelled post={post} channel={channel}: {why}");
                self.tell(Text::FileDraft, item, None);
            }
            (Action::Conflict, _) => moved::log_held(post, channel, &why),
            (action, _) => log::info!("{} post={post} channel={channel}: {why}", action.name()),
        }
    }

    /// Reports an item that `serve` does not carry out.
    pub(super) fn report_skipped(&self, item: &Item) {
        let Item { post, channel, .. } = item;
        let why = item.why();
        match (item.action, &item.reason) {
            (Action::Edit, _) if self.edits() == Edits::Ask => {
                log::warn!(
                    "changed post={post} channel={channel}: the file differs from the message; `telepress update {post}` edits the message"
                );
                self.tell(Text::FileChanged, item, None);
            }
            (Action::Schedule, _) => {
                log::warn!(
                    "shifted post={post} channel={channel}: {why}; `telepress apply` reschedules it"
                );
            }
            // A held post was reported when it was held.
            (Action::Conflict, _) if is_open_conflict(item) => {
                let key = (post.clone(), channel.clone());
                let last = lock(&self.conflicts).insert(key, why.clone());
                if last.as_ref() != Some(&why) {
                    log::warn!("conflict post={post} channel={channel}: {why}");
                }
            }
            (Action::Held, Reason::Broken) => {
                log::error!(
                    "broken post={post} channel={channel}: its file has errors; the post is held if they are still there when it is due"
                );
                self.tell(Text::FileBroken, item, None);
            }
            (Action::Held, Reason::Vanished | Reason::VanishedUnsent) => {
                log::error!(
                    "vanished post={post} channel={channel}: its file is gone; the post is held if it is still gone when it is due"
                );
                self.tell(Text::FileGone, item, None);
            }
            (Action::Held, Reason::NoChannel { .. }) => {
                log::error!("held post={post} channel={channel}: {why}");
            }
            _ => {}
        }
    }
}

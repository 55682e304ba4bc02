//! Reports changed files to the log and the operators.

use super::{FileReconciler, is_open_conflict, lock, moved};
use crate::bot::text::Text;
use crate::config::timing::Edits;
use crate::plan::{self, PlanAction, PlanItem, Reason};

impl FileReconciler<'_> {
    pub(super) fn report_step(&self, item: &PlanItem) {
        let PlanItem { post, channel, .. } = item;
        let why = item.reason_text();
        match (item.action, item.due_at) {
            (PlanAction::Schedule, Some(at)) => {
                let when = plan::when(at, &item.zone);
                log::info!("scheduled post={post} channel={channel} for {when}: {why}");
                let asks = self.operations.policy().approvals > 0;
                let phrase = if asks { Text::FileAsks } else { Text::FileScheduled };
                self.notify_operators(phrase, item, Some((at, item.zone.clone())));
            }
            (PlanAction::Cancel, _) if item.reason == Reason::BecameDraft => {
                log::info!("cancelled post={post} channel={channel}: {why}");
                self.notify_operators(Text::FileDraft, item, None);
            }
            (PlanAction::Conflict, _) => moved::log_held(post, channel, &why),
            (action, _) => log::info!("{} post={post} channel={channel}: {why}", action.name()),
        }
    }

    /// Reports an item that `serve` does not carry out.
    pub(super) fn report_skipped(&self, item: &PlanItem) {
        let PlanItem { post, channel, .. } = item;
        let why = item.reason_text();
        match (item.action, &item.reason) {
            (PlanAction::Edit, _) if self.edits() == Edits::Ask => {
                log::warn!(
                    "changed post={post} channel={channel}: the file differs from the message; `telepress update {post}` edits the message"
                );
                self.notify_operators(Text::FileChanged, item, None);
            }
            (PlanAction::Schedule, _) => {
                log::warn!(
                    "time-changed post={post} channel={channel}: {why}; `telepress apply` reschedules it"
                );
            }
            // A held post was reported when it was held.
            (PlanAction::Conflict, _) if is_open_conflict(item) => {
                let key = (post.clone(), channel.clone());
                let last = lock(&self.conflicts).insert(key, why.clone());
                if last.as_ref() != Some(&why) {
                    log::warn!("conflict post={post} channel={channel}: {why}");
                }
            }
            (PlanAction::Held, Reason::Broken) => {
                log::error!(
                    "broken post={post} channel={channel}: its file has errors; the post is held if they are still there when it is due"
                );
                self.notify_operators(Text::FileBroken, item, None);
            }
            (PlanAction::Held, Reason::Vanished | Reason::VanishedUnsent) => {
                log::error!(
                    "vanished post={post} channel={channel}: its file is gone; the post is held if it is still gone when it is due"
                );
                self.notify_operators(Text::FileGone, item, None);
            }
            (PlanAction::Held, Reason::NoChannel { .. }) => {
                log::error!("held post={post} channel={channel}: {why}");
            }
            _ => {}
        }
    }
}

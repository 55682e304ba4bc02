//! Whether drafts can be written to the inbox.

use super::Finding;
use crate::newsroom::Newsroom;

/// The finding about the folder of drafts, if the config names one.
pub(super) fn inbox(newsroom: &Newsroom) -> Option<Finding> {
    let inbox = newsroom.config.bot.inbox.as_ref()?;
    let folder = newsroom.places.posts.join(inbox.as_str());
    let shown = folder.display();
    Some(match newsroom.check_inbox(inbox) {
        Ok(()) => Finding::good("inbox", format!("drafts are written to {shown}")),
        Err(error) => Finding::wrong(
            "inbox",
            format!("drafts cannot be written to {shown}: {error}"),
            "let the user who runs `telepress serve` write there (systemd: `ReadWritePaths`); a link is not followed",
        ),
    })
}

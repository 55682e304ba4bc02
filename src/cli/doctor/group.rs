//! What the bot may do in a group, and what a group and its topics mean for telepress.

use super::{Finding, failed_call};
use jiff::Timestamp;

use crate::config::Channel;
use crate::explain::counted;
use crate::newsroom::{CheckedFile, Newsroom};
use crate::telegram::{ChatKind, Client, GroupRights};

/// The findings about a channel that is a group or one of its topics.
pub(super) async fn findings(
    client: &Client,
    channel: &Channel,
    place: &str,
    chat: i64,
    kind: ChatKind,
) -> Vec<Finding> {
    let name = channel.name.to_string();
    let member = match client.membership(chat).await {
        Ok(member) => member,
        Err(error) => return vec![failed_call(&name, &error)],
    };
    if matches!(member.status.as_str(), "left" | "kicked" | "") {
        let message = format!("{place}: {}", standing_in("the group", &member.status));
        let hint = "add the bot to the group (`/setjoingroups` at @BotFather must be enabled)";
        return vec![Finding::wrong(name, message, hint)];
    }
    let rights = match client.group_rights(chat).await {
        Ok(rights) => rights,
        Err(error) => return vec![failed_call(&name, &error)],
    };
    let mut found = vec![sending(&name, place, &rights)];
    found.extend(topic(&name, channel, kind, &rights));
    if kind == ChatKind::BasicGroup {
        found.push(Finding::warning(
            name,
            format!("{place} is a basic group, where telepress cannot look for a message that Telegram did not confirm: an operator has to decide"),
            "make it a supergroup: show the chat history to new members, or turn on topics; its id changes then, and the config needs the new one",
        ));
    }
    found
}

/// The posts with comments that name a group, which `check` cannot know to be one.
pub(super) fn comments(
    newsroom: &Newsroom,
    channel: &Channel,
    place: &str,
    now: Timestamp,
) -> Option<Finding> {
    let with_comments = |checked: CheckedFile| {
        let here = checked.post.as_ref()?.in_channel(&channel.name)?;
        (!here.comments.is_empty()).then(|| checked.report.source.path.clone())
    };
    // `check` reports a folder that cannot be read.
    let posts: Vec<_> = newsroom.each(now, with_comments).ok()?.into_iter().flatten().collect();
    let (first, others) = posts.split_first()?;
    let more = match others.len() {
        0 => String::new(),
        count => format!(" and {}", counted(count, "more post")),
    };
    let message = format!(
        "{place} is a group, and comments are posted only below posts of channels; {first}{more} cannot be published there"
    );
    let hint = "remove `[[comments]]` from these posts, or publish them only in channels";
    Some(Finding::wrong(channel.name.to_string(), message, hint))
}

/// Whether the bot may write in a channel's discussion group, where comments are posted.
pub(super) async fn discussion_group(client: &Client, channel: &Channel, group: i64) -> Finding {
    let name = format!("{} (comments)", channel.name);
    match client.membership(group).await {
        Ok(member) if member.comments => {
            Finding::good(name, format!("{group}: the bot may write in the discussion group"))
        }
        Ok(member) => {
            let message =
                format!("{group}: {}", standing_in("the discussion group", &member.status));
            let hint = "add the bot to the channel's discussion group (`/setjoingroups` at @BotFather must be enabled) and let it send messages, or comments cannot be posted";
            Finding::wrong(name, message, hint)
        }
        Err(error) => failed_call(&name, &error),
    }
}

/// Why the bot cannot write in a group.
pub(super) fn standing_in(group: &str, status: &str) -> String {
    match status {
        "kicked" => format!("the bot is banned from {group}"),
        "restricted" => format!("the bot is restricted in {group} and cannot send messages"),
        "creator" | "administrator" | "member" => {
            format!("the bot is a member of {group}, but cannot send messages there")
        }
        _ => format!("the bot is not a member of {group}"),
    }
}

/// What the bot may send.
fn sending(name: &str, place: &str, rights: &GroupRights) -> Finding {
    let pins = if rights.pins {
        " and pin"
    } else {
        "; `pin = true` also needs the right to pin messages"
    };
    if rights.forbidden.is_empty() {
        return Finding::good(
            name,
            format!("{place}: the group permits the bot to send everything{pins}"),
        );
    }
    let nouns: Vec<_> = rights.forbidden.iter().map(|content| content.noun()).collect();
    let message = format!("{place}: the bot may not send {}", nouns.join(", "));
    let hint = "allow it in the group's permissions, or make the bot an administrator";
    Finding::wrong(name, message, hint)
}

/// The topic, as far as the Bot API shows it: neither its name nor whether it is open.
fn topic(name: &str, channel: &Channel, kind: ChatKind, rights: &GroupRights) -> Option<Finding> {
    let topic = channel.topic?;
    if kind != (ChatKind::Supergroup { is_forum: true }) {
        let message = format!("the group has no topics, so posts to topic {topic} are refused");
        let hint = "turn on topics in the group's settings, or remove `topic` from the config";
        return Some(Finding::wrong(name, message, hint));
    }
    let closed = if rights.manages_topics {
        "the bot may also write there if it is closed"
    } else {
        "the Bot API does not show whether it is open, and a closed topic refuses the bot"
    };
    Some(Finding::good(name, format!("posts go to topic {topic}; {closed}")))
}

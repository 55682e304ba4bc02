//! An operator's answer about a request whose outcome telepress cannot find out. The journal refuses an answer that cannot be
//! true; nothing is read from Telegram here.

use super::resolution_error::{ResolutionError, place};
use super::{ChatNames, OperationError, Operations};
use crate::config::Channel;
use crate::ids::{ChatId, Destination, TopicId};
use crate::outbox::{ChangeState, Conflict, Part, PartState, Publication, Resolution, comment};
use crate::store::Query;

/// The part of a publication that waits for an operator's answer.
///
/// # Errors
/// If no part does.
pub fn part_in_question(
    publication: &Publication,
    resolution: &Resolution,
) -> Result<usize, ResolutionError> {
    let asks = |part: &Part| {
        let change = part.change.as_ref().map(|change| &change.state);
        part.state.unknown_outcome().is_some()
            || matches!(change, Some(ChangeState::Conflict { .. }))
    };
    // A part that was skipped while its outcome was unknown may turn out to be in the channel.
    let is_left_out = |part: &Part| {
        matches!(resolution, Resolution::Sent { .. })
            && matches!(part.state, PartState::Skipped { in_doubt: true, .. })
    };
    let parts = || publication.parts.iter();
    let part = parts().position(asks).or_else(|| parts().position(is_left_out));
    part.ok_or_else(|| ResolutionError::NothingToResolve {
        post: publication.post.clone(),
        channel: if publication.is_comments() {
            format!("{} (comments)", publication.channel)
        } else {
            publication.channel.to_string()
        },
        state: publication.state.shown(),
    })
}

/// Whether a change of the part found its message deleted. Skipping the change then means that the message is gone.
pub(super) fn is_gone(publication: &Publication, part: usize) -> bool {
    let part = publication.parts.get(part);
    let change = part.filter(|part| matches!(part.state, PartState::Sent { .. }));
    matches!(
        change.and_then(|part| part.change.as_ref()).map(|change| &change.state),
        Some(ChangeState::Conflict { conflict: Conflict::Vanished, .. })
    )
}

/// The chat that a link leads to.
enum LinkedChat {
    Id(i64),
    /// Certainly another one than the wanted.
    Other,
    /// A chat with an @name that telepress does not know.
    Unknown,
}

/// The chat in which an operator names messages.
#[derive(Clone, Copy)]
pub(super) struct NamedChat<'c> {
    /// The chat and topic.
    pub destination: Destination,
    /// For comments: the channel of their post.
    pub comments_on: Option<i64>,
    /// The channel in the config.
    pub channel: Option<&'c Channel>,
    /// The last known @names.
    pub names: &'c ChatNames,
}

impl NamedChat<'_> {
    /// The message id in a link or number.
    pub(super) fn message(&self, typed: &str) -> Result<i64, ResolutionError> {
        let no_message = || ResolutionError::NoMessage(typed.to_owned());
        let id = |digits: &str| digits.parse().ok().filter(|id| *id > 0);
        if let Some(id) = id(typed) {
            return Ok(id);
        }
        let rest = typed.strip_prefix("https://").or_else(|| typed.strip_prefix("http://"));
        let rest = rest.unwrap_or(typed);
        let (path, query) = rest.split_once(['?', '#']).unwrap_or((rest, ""));
        let path = path.strip_prefix("t.me/").or_else(|| path.strip_prefix("telegram.me/"));
        let path = path.ok_or_else(no_message)?.trim_end_matches('/');
        let (chat, number) = path.rsplit_once('/').ok_or_else(no_message)?;
        let number = id(number).ok_or_else(no_message)?;
        let (is_private, place) = match chat.strip_prefix("c/") {
            Some(place) => (true, place),
            None => (false, chat),
        };
        // Links to messages in a topic have its number, but need not.
        let (chat, topic) = match place.split_once('/') {
            Some((chat, topic)) => (chat, Some(TopicId::of_number(id(topic).unwrap_or(0)))),
            None => (place, None),
        };
        let is_elsewhere = topic.is_some_and(|topic| topic != Ok(self.destination.topic));
        let linked = match is_private {
            _ if is_elsewhere => LinkedChat::Other,
            true => format!("-100{chat}").parse().map_or(LinkedChat::Other, LinkedChat::Id),
            false => self.chat_named(chat),
        };
        // Telegram links a comment by its post: https://t.me/channel/85?comment=44.
        let comment = query.split(['&', '#']).find_map(|pair| id(pair.strip_prefix("comment=")?));
        let channel = || {
            self.channel.map_or_else(
                || self.destination.named(None).to_string(),
                |channel| channel.name.to_string(),
            )
        };
        let link = typed.to_owned();
        match (linked, self.comments_on, comment) {
            (LinkedChat::Id(linked), Some(on), Some(comment)) if linked == on => Ok(comment),
            (LinkedChat::Id(linked), _, _) if linked == self.destination.chat => Ok(number),
            (LinkedChat::Unknown, Some(_), _) => {
                Err(ResolutionError::UnknownGroup { link, channel: channel() })
            }
            // The config has only the chat's number, so the name in the link cannot be checked.
            (LinkedChat::Unknown, None, _) => Ok(number),
            (LinkedChat::Id(_) | LinkedChat::Other, on, _) => {
                let (channel, is_group) = (channel(), on.is_some());
                Err(ResolutionError::OtherChannel { link, channel, is_group })
            }
        }
    }

    /// The chat that has this @name.
    fn chat_named(&self, name: &str) -> LinkedChat {
        let own = self.comments_on.unwrap_or(self.destination.chat);
        match self.channel.map(|channel| &channel.chat) {
            Some(ChatId::Username(known)) if known.eq_ignore_ascii_case(name) => {
                LinkedChat::Id(own)
            }
            Some(ChatId::Username(_)) if self.comments_on.is_none() => LinkedChat::Other,
            _ => self.names.chat(name).map_or(LinkedChat::Unknown, LinkedChat::Id),
        }
    }
}

/// Refuses message ids of an album that do not ascend. `parts` are the numbers of messages of the parts that they are for.
pub(super) fn refuse_wrong_order(
    parts: impl Iterator<Item = usize>,
    message_ids: &[i64],
) -> Result<(), ResolutionError> {
    let mut left = message_ids;
    let mut ascending = Vec::new();
    for messages in parts {
        let (of_part, rest) = left.split_at_checked(messages).unwrap_or((left, &[]));
        let mut of_part = of_part.to_vec();
        if messages > 1 {
            of_part.sort_unstable();
        }
        ascending.extend(of_part);
        left = rest;
    }
    ascending.extend(left);
    if ascending == message_ids { Ok(()) } else { Err(ResolutionError::Order { ascending }) }
}

impl Operations {
    /// Refuses messages that cannot be this part, by what the journal knows.
    ///
    /// # Errors
    /// If they are too few or too many, not in their order, or not after the copy of the post that they comment on.
    pub async fn refuse_wrong_messages(
        &self,
        publication: &Publication,
        part: usize,
        message_ids: &[i64],
    ) -> Result<(), OperationError> {
        let Some(part) = publication.parts.get(part) else { return Ok(()) };
        if matches!(part.state, PartState::Sent { .. }) {
            // The answer is about a pin.
            return Ok(());
        }
        let (wanted, named) = (part.messages, message_ids.len());
        let post = publication.post.clone();
        if wanted != named {
            return Err(ResolutionError::MessageCount { post, wanted, named }.into());
        }
        refuse_wrong_order([wanted].into_iter(), message_ids)?;
        if let Some(copy) = self.copy_of_post(publication).await?
            && let Some(message_id) = message_ids.iter().copied().find(|id| *id <= copy)
        {
            return Err(ResolutionError::NotAfterCopy { post, message_id, copy }.into());
        }
        Ok(())
    }

    /// The copy of a post in the discussion group, which its comments reply to, if it is known.
    async fn copy_of_post(&self, comments: &Publication) -> Result<Option<i64>, OperationError> {
        if !comments.is_comments() {
            return Ok(None);
        }
        let of_post = self.store.publications(Query::Post(comments.post.clone())).await?;
        let post = comment::post_of(comments, &of_post);
        let Some((message_id, _)) = post.and_then(comment::commented_message) else {
            return Ok(None);
        };
        Ok(self.store.forward_of(comments.channel_chat(), message_id, comments.chat).await?)
    }

    /// A channel in a sentence; for comments its discussion group.
    #[must_use]
    pub fn place_of(&self, publication: &Publication) -> String {
        let name = self.channel_name(publication);
        if publication.is_comments() { place(&name, true) } else { name }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANNEL: i64 = -1_001_111_111_111;
    const GROUP: i64 = -1_002_222_222_222;

    /// The message that a link names for a post of a channel, or for comments on it; or the name of the refusal.
    fn named(typed: &str, is_comments: bool, config: &ChatId) -> Result<i64, &'static str> {
        named_in(typed, is_comments, config, None)
    }

    fn named_in(
        typed: &str,
        is_comments: bool,
        config: &ChatId,
        topic: Option<TopicId>,
    ) -> Result<i64, &'static str> {
        let channel = Channel {
            name: crate::ids::ChannelName::parse("news").unwrap(),
            chat: config.clone(),
            topic,
            title: None,
            is_group: topic.is_some(),
            language: crate::ids::Language::parse("en").unwrap(),
            timezone: jiff::tz::TimeZone::UTC,
            slots: Vec::new(),
            style: crate::config::Style::default(),
        };
        let names = ChatNames::default();
        names.set(-1_003_333_333_333, "other");
        let (chat, comments_on) =
            if is_comments { (GROUP, Some(CHANNEL)) } else { (CHANNEL, None) };
        let destination = Destination { chat, topic };
        let place = NamedChat { destination, comments_on, channel: Some(&channel), names: &names };
        place.message(typed).map_err(|refused| match refused {
            ResolutionError::OtherChannel { .. } => "another chat",
            ResolutionError::UnknownGroup { .. } => "an unknown group",
            ResolutionError::NoMessage(_) => "no message",
            other => panic!("{other}"),
        })
    }

    #[test]
    fn link_is_a_message_of_the_chat_that_is_asked_about() {
        let (by_name, by_id) = (&ChatId::Username("news".to_owned()), &ChatId::Id(CHANNEL));
        let other = Err("another chat");
        for (typed, is_comments, config, expected) in [
            ("12", false, by_name, Ok(12)),
            ("0", false, by_name, Err("no message")),
            ("nonsense", false, by_name, Err("no message")),
            ("https://t.me/News/12", false, by_name, Ok(12)),
            ("t.me/news/12?single", false, by_name, Ok(12)),
            ("https://t.me/elsewhere/12", false, by_name, other),
            ("https://t.me/elsewhere/12", false, by_id, Ok(12)),
            ("https://t.me/other/12", false, by_id, other),
            ("https://t.me/c/1111111111/12", false, by_id, Ok(12)),
            ("https://t.me/c/2222222222/12", false, by_id, other),
            ("https://t.me/c/x/12", false, by_id, other),
            ("12", true, by_name, Ok(12)),
            ("https://t.me/c/2222222222/12", true, by_name, Ok(12)),
            ("https://t.me/c/2222222222/12?thread=9", true, by_name, Ok(12)),
            ("https://t.me/news/85", true, by_name, other),
            ("https://t.me/news/85?comment=12", true, by_name, Ok(12)),
            ("https://t.me/c/1111111111/85", true, by_name, other),
            ("https://t.me/c/1111111111/85?thread=9&comment=12", true, by_id, Ok(12)),
            ("https://t.me/other/12?comment=3", true, by_name, other),
            ("https://t.me/elsewhere/12", true, by_name, Err("an unknown group")),
            ("https://t.me/news/85", true, by_id, Err("an unknown group")),
        ] {
            assert_eq!(
                named(typed, is_comments, config),
                expected,
                "{typed} {is_comments} {config:?}"
            );
        }
    }

    #[test]
    fn link_to_a_topic_is_a_message_of_that_topic() {
        let by_id = &ChatId::Id(CHANNEL);
        let other = Err("another chat");
        for (typed, topic, expected) in [
            ("https://t.me/c/1111111111/42/12", 42, Ok(12)),
            ("https://t.me/c/1111111111/12", 42, Ok(12)),
            ("https://t.me/elsewhere/42/12", 42, Ok(12)),
            ("https://t.me/c/1111111111/43/12", 42, other),
            ("https://t.me/c/2222222222/42/12", 42, other),
            ("https://t.me/c/1111111111/1/12", 1, Ok(12)),
            ("https://t.me/c/1111111111/42/12", 1, other),
            ("https://t.me/c/1111111111/x/12", 42, other),
        ] {
            let topic = TopicId::of_number(topic).unwrap();
            assert_eq!(named_in(typed, false, by_id, topic), expected, "{typed} {topic:?}");
        }
    }

    #[test]
    fn ids_of_an_album_ascend() {
        let order = |parts: &[usize], ids: &[i64]| {
            refuse_wrong_order(parts.iter().copied(), ids).map_err(|refused| match refused {
                ResolutionError::Order { ascending } => ascending,
                other => panic!("{other}"),
            })
        };
        assert_eq!(order(&[2], &[79, 80]), Ok(()));
        assert_eq!(order(&[2], &[80, 79]), Err(vec![79, 80]));
        assert_eq!(order(&[1, 3], &[9, 7, 6, 8]), Err(vec![9, 6, 7, 8]));
        // Messages that were posted by hand may be in any order, and further ids are parts of their own.
        assert_eq!(order(&[1, 1], &[9, 7, 8]), Ok(()));
    }
}

//! Decodes rows of either database into the journal's values. It reports values that telepress never writes as damage.

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::connection::Row;
use super::facts::{Pause, PublicationContext, StopReasons};
use super::{Binding, Digest, LogEntry, LogEvent, PendingNotice, Person, StoreError, timestamp};
use crate::ids::{ChannelName, Destination, PostId, TopicId};
use crate::outbox::{
    Approvals, Channel, Ends, Part, PayloadHash, Pin, Publication, PublicationId, ReleaseGroup,
    RetryCount,
};

impl Row {
    pub(super) fn text(&self, column: &str) -> Result<String, StoreError> {
        self.maybe_text(column)?.ok_or_else(|| invalid(column, "nothing"))
    }

    pub(super) fn maybe_text(&self, column: &str) -> Result<Option<String>, StoreError> {
        self.get_text(column).map_err(|error| invalid(column, error))
    }

    pub(super) fn number(&self, column: &str) -> Result<i64, StoreError> {
        self.maybe_number(column)?.ok_or_else(|| invalid(column, "nothing"))
    }

    pub(super) fn maybe_number(&self, column: &str) -> Result<Option<i64>, StoreError> {
        self.get_number(column).map_err(|error| invalid(column, error))
    }

    pub(super) fn count<T: TryFrom<i64>>(&self, column: &str) -> Result<T, StoreError> {
        let number = self.number(column)?;
        T::try_from(number).map_err(|_| invalid(column, format!("{number} is out of range")))
    }

    pub(super) fn at(&self, column: &str) -> Result<Timestamp, StoreError> {
        let text = self.text(column)?;
        timestamp::parse(&text).ok_or_else(|| invalid(column, text))
    }

    pub(super) fn maybe_at(&self, column: &str) -> Result<Option<Timestamp>, StoreError> {
        let text = self.maybe_text(column)?;
        text.map(|text| timestamp::parse(&text).ok_or_else(|| invalid(column, text))).transpose()
    }

    pub(super) fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T, StoreError> {
        let text = self.text(column)?;
        serde_json::from_str(&text).map_err(|error| invalid(column, error))
    }

    pub(super) fn maybe_json<T: DeserializeOwned>(
        &self,
        column: &str,
    ) -> Result<Option<T>, StoreError> {
        let text = self.maybe_text(column)?;
        text.map(|text| serde_json::from_str(&text).map_err(|error| invalid(column, error)))
            .transpose()
    }

    fn hash(&self, column: &str) -> Result<PayloadHash, StoreError> {
        let text = self.text(column)?;
        PayloadHash::parse(&text).ok_or_else(|| invalid(column, text))
    }

    fn post(&self, column: &str) -> Result<Option<PostId>, StoreError> {
        let text = self.maybe_text(column)?;
        text.map(|text| PostId::parse(&text).map_err(|error| invalid(column, error))).transpose()
    }

    /// A post of the first scan, with the hash of its file.
    pub(super) fn scanned(&self) -> Result<(PostId, PayloadHash), StoreError> {
        let post = self.post("post")?.ok_or_else(|| invalid("post", "nothing"))?;
        Ok((post, self.hash("source")?))
    }

    /// A publication without its parts.
    pub(super) fn publication(&self) -> Result<Publication, StoreError> {
        let channel = self.text("channel")?;
        Ok(Publication {
            id: PublicationId(self.number("id")?),
            version: self.number("version")?,
            post: self.post("post")?.ok_or_else(|| invalid("post", "nothing"))?,
            chat: self.number("chat")?,
            topic: self.topic()?,
            comments_on: self.maybe_number("comments_on")?,
            channel: ChannelName::parse(&channel).ok_or_else(|| invalid("channel", channel))?,
            edition: self.text("edition")?,
            revision: self.count("revision")?,
            payload: self.hash("payload")?,
            source: self.hash("source")?,
            due_at: self.at("due_at")?,
            civil: self.maybe_json("civil")?,
            by_hand: self.number("by_hand")? != 0,
            file_publish_at: self.maybe_at("named_at")?,
            occurrence: self.maybe_at("occurrence")?,
            pin: Pin {
                wanted: self.number("pin_wanted")? != 0,
                made: self.number("pin_made")? != 0,
            },
            ends: self.maybe_json("ends")?.unwrap_or_default(),
            together: ReleaseGroup {
                channels: self.count("together")?,
                begun: self.number("begun")? != 0,
            },
            approvals: self.maybe_json("approvals")?.unwrap_or_default(),
            retry_since: self.at("patient_from")?,
            not_before: self.maybe_at("not_before")?,
            state: self.json("state_data")?,
            by: self.json("actor")?,
            parts: Vec::new(),
        })
    }

    pub(super) fn part(&self) -> Result<Part, StoreError> {
        self.part_in("state_data")
    }

    /// A publication without its parts, with its context.
    pub(super) fn known(&self) -> Result<PublicationContext, StoreError> {
        let publication = self.publication()?;
        Ok(PublicationContext {
            written: publication.version,
            channel: self.channel(publication.destination())?,
            stops: self.stops_beside()?,
            next_attempt: self.number("next_attempt")?,
            publication,
        })
    }

    /// A part whose state is in the column `state`.
    pub(super) fn part_in(&self, state: &str) -> Result<Part, StoreError> {
        Ok(Part {
            request: self.json("request")?,
            hash: self.hash("hash")?,
            messages: self.count("messages")?,
            state: self.json(state)?,
            attempts: self.json("attempts")?,
            tries: RetryCount { sends: self.count("sends")?, media: self.count("media")? },
            shown: self.hash("shown")?,
            edited: self.maybe_json("edited")?,
            change: self.maybe_json("change")?,
            edit_not_before: self.maybe_at("calm_from")?,
            closed_poll: self.maybe_json("closed_poll")?,
        })
    }

    /// The topic in a row; `None` for the general one, and in a chat without topics.
    pub(super) fn topic(&self) -> Result<Option<TopicId>, StoreError> {
        let number = self.maybe_number("topic")?;
        let topic = number.map(|number| {
            TopicId::of_number(number).map_err(|_| invalid("topic", number.to_string()))
        });
        Ok(topic.transpose()?.flatten())
    }

    /// The chat and topic in a row.
    pub(super) fn destination(&self) -> Result<Destination, StoreError> {
        Ok(Destination { chat: self.number("chat")?, topic: self.topic()? })
    }

    /// Whether and why a channel is paused.
    pub(super) fn pause(&self) -> Result<Pause, StoreError> {
        Ok(Pause {
            why: self.maybe_text("paused")?,
            is_refused: self.number("refused")? != 0,
            refusal: self.maybe_json("refusal")?,
        })
    }

    pub(super) fn channel(&self, destination: Destination) -> Result<Channel, StoreError> {
        let Pause { why, is_refused, refusal } = self.pause()?;
        Ok(Channel {
            destination,
            last_known_message_id: self.maybe_number("last_known_message_id")?,
            last_in_topic: self.maybe_number("last_in_topic")?,
            flood_wait_until: self.maybe_at("flood_wait_until")?,
            paused: why,
            refused: is_refused,
            refusal,
            upgraded_to: self.maybe_number("upgraded_to")?,
            username: self.maybe_text("username")?,
            busy: self.maybe_number("busy")?.map(PublicationId),
        })
    }

    /// The server and the bot that the journal belongs to.
    pub(super) fn binding(&self) -> Result<Option<Binding>, StoreError> {
        let bot = self.maybe_number("bot")?.and_then(|bot| u64::try_from(bot).ok());
        Ok(self.maybe_text("server")?.zip(bot).map(|(server, bot)| Binding { server, bot }))
    }

    /// The stop reasons in a row that also has a channel.
    pub(super) fn stops_beside(&self) -> Result<StopReasons, StoreError> {
        Ok(StopReasons {
            paused: self.maybe_text("all_paused")?,
            refused: self.maybe_text("all_refused")?,
            restored: self.maybe_text("all_restored")?,
        })
    }

    pub(super) fn stops(&self) -> Result<StopReasons, StoreError> {
        Ok(StopReasons {
            paused: self.maybe_text("paused")?,
            refused: self.maybe_text("refused")?,
            restored: self.maybe_text("restored")?,
        })
    }

    pub(super) fn entry(&self) -> Result<LogEntry, StoreError> {
        Ok(LogEntry {
            at: self.at("at")?,
            by: self.json("actor")?,
            post: self.post("post")?,
            publication: self.maybe_number("publication")?.map(PublicationId),
            place: self
                .maybe_number("chat")?
                .map(|chat| self.topic().map(|topic| Destination { chat, topic }))
                .transpose()?,
            event: LogEvent::named(&self.text("event")?),
            detail: self.text("detail")?,
        })
    }

    pub(super) fn person(&self) -> Result<Person, StoreError> {
        Ok(Person {
            id: self.number("id")?,
            name: self.text("name")?,
            language: self.text("language")?,
        })
    }

    pub(super) fn digest(&self) -> Result<Digest, StoreError> {
        let (at, sent_on) = (self.text("at")?, self.maybe_text("sent_on")?);
        let date = |text: String| text.parse().map_err(|_| invalid("sent_on", text));
        Ok(Digest {
            person: self.number("person")?,
            at: at.parse().map_err(|_| invalid("at", at))?,
            since: self.at("since")?,
            sent_on: sent_on.map(date).transpose()?,
        })
    }

    pub(super) fn pending_notice(&self) -> Result<PendingNotice, StoreError> {
        Ok(PendingNotice {
            id: self.number("id")?,
            at: self.at("at")?,
            publication: PublicationId(self.number("publication")?),
            notice: self.json("notice")?,
        })
    }
}

/// The approvals as JSON; `None` for the default.
pub(super) fn approvals(publication: &Publication) -> Result<Option<String>, StoreError> {
    let approvals = &publication.approvals;
    (*approvals != Approvals::default()).then(|| json(approvals)).transpose()
}

/// The ends as JSON; `None` for the default.
pub(super) fn ends(publication: &Publication) -> Result<Option<String>, StoreError> {
    let ends = &publication.ends;
    (*ends != Ends::default()).then(|| json(ends)).transpose()
}

pub(super) fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Unwritable(error.to_string()))
}

fn invalid(column: &str, why: impl std::fmt::Display) -> StoreError {
    StoreError::Unreadable(format!("column `{column}` has an invalid value: {why}"))
}

//! Reads and writes rows inside one transaction. It does not know the rules.

use jiff::Timestamp;

use super::commit::Commit;
use super::connection::{Connection, Row, Statement};
use super::decode::{approvals, ends, json};
use super::facts::{Pause, PublicationContext, Revision, StopReasons};
use super::read::with_file_key;
use super::{AutomaticForward, Binding, Digest, LogEntry, Person, StoreError, timestamp};
use crate::ids::{Destination, PostId, TopicId};
use crate::limits;
use crate::message::FileIdChanges;
use crate::outbox::{
    Attempt, Channel, Finding, Notice, Part, Publication, PublicationId, StepRefusal,
};
use crate::status;

/// An open transaction. If it is neither committed nor rolled back, its connection must be closed.
pub(super) struct Transaction<'c> {
    connection: &'c mut Connection,
}

fn position(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl<'c> Transaction<'c> {
    pub(super) async fn begin(connection: &'c mut Connection) -> Result<Self, StoreError> {
        connection.begin().await?;
        Ok(Self { connection })
    }

    /// [`StoreError::Unknown`] if it may have been written in spite of the error.
    pub(super) async fn commit(self) -> Result<(), StoreError> {
        self.connection.commit().await
    }

    pub(super) async fn rollback(self) -> Result<(), StoreError> {
        self.connection.rollback().await
    }

    /// The connection, for further reads inside the transaction.
    pub(super) fn connection(&mut self) -> &mut Connection {
        self.connection
    }

    async fn execute(&mut self, statement: Statement) -> Result<(), StoreError> {
        statement.execute(self.connection).await.map(drop)
    }

    /// Assigns the number of this transaction's commit. Waits for the end of another process's transaction.
    pub(super) async fn number_commit(&mut self, writer: &str) -> Result<Commit, StoreError> {
        let statement = Statement::new(include_str!("sql/changed.sql")).text(writer.to_owned());
        let number = statement.only_row(self.connection).await?.number("changes")?;
        Ok(Commit { number, writer: writer.to_owned() })
    }

    /// The last commit. No other process can commit before this transaction ends.
    pub(super) async fn last_commit(&mut self) -> Result<Commit, StoreError> {
        let row =
            Statement::new(include_str!("sql/last_commit.sql")).only_row(self.connection).await?;
        let writer = row.maybe_text("writer")?.unwrap_or_default();
        Ok(Commit { number: row.number("changes")?, writer })
    }

    /// A publication with its parts.
    pub(super) async fn publication(
        &mut self,
        id: PublicationId,
    ) -> Result<Option<Publication>, StoreError> {
        super::read::publication(self.connection, id).await
    }

    /// A publication with its parts, its channel and the stop reasons.
    pub(super) async fn publication_context(
        &mut self,
        id: PublicationId,
    ) -> Result<Option<PublicationContext>, StoreError> {
        let mut known: Option<PublicationContext> = None;
        let statement = Statement::new(include_str!("sql/known.sql")).number(id.0);
        let each = |row: Row| {
            let known = match &mut known {
                Some(known) => known,
                none => none.insert(row.known()?),
            };
            known.publication.parts.push(row.part_in("part_state")?);
            Ok(())
        };
        statement.for_each(self.connection, each).await?;
        Ok(known)
    }

    /// The publications of a post in a channel, newest first.
    pub(super) async fn revisions(
        &mut self,
        post: &PostId,
        chat: i64,
    ) -> Result<Vec<Revision>, StoreError> {
        let statement = Statement::new(include_str!("sql/revisions.sql"));
        let revision = |row: &Row| {
            Ok(Revision {
                id: PublicationId(row.number("id")?),
                number: row.count("revision")?,
                topic: row.topic()?,
                is_superseded: row.number("superseded")? != 0,
                occurrence: row.maybe_at("occurrence")?,
                is_unfinished: row.number("unfinished")? != 0,
            })
        };
        statement.text(post.to_string()).number(chat).read_all(self.connection, revision).await
    }

    /// The publications of a post.
    pub(super) async fn revisions_of(
        &mut self,
        post: &PostId,
    ) -> Result<Vec<PublicationId>, StoreError> {
        let statement = Statement::new(include_str!("sql/revisions_of.sql")).text(post.to_string());
        statement.read_all(self.connection, |row| row.number("id").map(PublicationId)).await
    }

    /// A publication other than `of` that is scheduled for this time in a channel.
    pub(super) async fn due_at(
        &mut self,
        of_channel: Destination,
        at: Timestamp,
        of: Option<PublicationId>,
    ) -> Result<Option<PublicationId>, StoreError> {
        let statement = Statement::new(include_str!("sql/due.sql"))
            .number(of_channel.chat)
            .text(timestamp::text(at))
            .number(of.map_or(0, |id| id.0))
            .number(of_channel.topic.map_or(0, TopicId::number));
        let row = statement.first(self.connection).await?;
        row.map(|row| row.number("id").map(PublicationId)).transpose()
    }

    /// A chat, as the channel of its general topic.
    pub(super) async fn channel(&mut self, chat: i64) -> Result<Channel, StoreError> {
        // No publication has the id 0, so `busy` can be any publication.
        let statement = Statement::new(include_str!("sql/channel.sql")).number(chat).number(0);
        statement.only_row(self.connection).await?.channel(Destination::of_chat(chat))
    }

    pub(super) async fn stops(&mut self) -> Result<StopReasons, StoreError> {
        Statement::new(include_str!("sql/stopped.sql")).only_row(self.connection).await?.stops()
    }

    /// The id for the next publication.
    pub(super) async fn next_id(&mut self) -> Result<PublicationId, StoreError> {
        let statement = Statement::new(include_str!("sql/next_publication.sql"));
        statement.only_row(self.connection).await?.number("id").map(PublicationId)
    }

    /// Inserts a publication without its parts.
    pub(super) async fn insert_publication(&mut self, new: &Publication) -> Result<(), StoreError> {
        let statement = Statement::new(include_str!("sql/insert.sql"))
            .number(new.id.0)
            .number(new.version)
            .text(new.post.to_string())
            .number(new.chat)
            .text(new.channel.to_string())
            .text(new.edition.clone())
            .number(i64::from(new.revision))
            .text(new.payload.to_string())
            .text(new.source.to_string())
            .text(timestamp::text(new.due_at))
            .text(new.civil.as_ref().map(json).transpose()?)
            .number(i64::from(new.by_hand))
            .text(timestamp::text(new.retry_since))
            .text(new.not_before.map(timestamp::text))
            .text(new.state.name().to_owned())
            .text(json(&new.state)?)
            .text(json(&new.by)?)
            .number(i64::from(status::is_open(new)))
            .text(new.file_publish_at.map(timestamp::text))
            .number(i64::from(new.pin.wanted))
            .number(i64::from(new.pin.made))
            .number(i64::from(new.together.channels))
            .number(i64::from(new.together.begun))
            .text(approvals(new)?)
            .number(new.comments_on)
            .number(new.topic.map(TopicId::number))
            .text(ends(new)?)
            .text(new.occurrence.map(timestamp::text));
        self.execute(statement).await
    }

    /// Updates a publication's own columns; [`StoreError::Busy`] if its version is no longer `expected`.
    pub(super) async fn update_publication(
        &mut self,
        next: &Publication,
        expected: i64,
    ) -> Result<(), StoreError> {
        let statement = Statement::new(include_str!("sql/update.sql"))
            .number(next.version)
            .text(next.payload.to_string())
            .text(next.source.to_string())
            .text(timestamp::text(next.due_at))
            .text(next.civil.as_ref().map(json).transpose()?)
            .number(i64::from(next.by_hand))
            .text(timestamp::text(next.retry_since))
            .text(next.not_before.map(timestamp::text))
            .text(next.state.name().to_owned())
            .text(json(&next.state)?)
            .number(i64::from(status::is_open(next)))
            .text(next.file_publish_at.map(timestamp::text))
            .number(i64::from(next.pin.wanted))
            .number(i64::from(next.pin.made))
            .number(i64::from(next.together.begun))
            .text(approvals(next)?)
            .text(json(&next.by)?)
            .text(ends(next)?)
            .number(next.id.0)
            .number(expected);
        match statement.execute(self.connection).await? {
            1 => Ok(()),
            _ => Err(StoreError::Busy),
        }
    }

    pub(super) async fn insert_part(
        &mut self,
        of: PublicationId,
        number: usize,
        part: &Part,
    ) -> Result<(), StoreError> {
        let statement = Statement::new(include_str!("sql/part.sql"))
            .text(json(&part.request)?)
            .text(part.hash.to_string())
            .number(position(part.messages));
        self.execute(with_part(statement, of, number, part)?).await
    }

    /// Updates the columns of a part that can change.
    pub(super) async fn update_part(
        &mut self,
        of: PublicationId,
        number: usize,
        part: &Part,
    ) -> Result<(), StoreError> {
        let statement = Statement::new(include_str!("sql/set_part.sql"));
        self.execute(with_part(statement, of, number, part)?).await
    }

    /// Records that a message belongs to a part; refused if it belongs to another part.
    pub(super) async fn insert_message(
        &mut self,
        of: &Publication,
        number: usize,
        message_id: i64,
    ) -> Result<(), StoreError> {
        let statement = Statement::new(include_str!("sql/message.sql"))
            .number(of.chat)
            .number(message_id)
            .number(of.id.0)
            .number(position(number));
        match statement.execute(self.connection).await? {
            1 => Ok(()),
            _ => Err(StepRefusal::MessageIds { message_ids: vec![message_id] }.into()),
        }
    }

    /// Records the discussion group of a channel.
    pub(super) async fn set_discussion(
        &mut self,
        chat: i64,
        discussion: i64,
    ) -> Result<(), StoreError> {
        let statement = Statement::new(include_str!("sql/set_discussion.sql"));
        self.execute(statement.number(chat).number(discussion)).await
    }

    /// Records the copy of a post in the discussion group.
    pub(super) async fn insert_automatic_forward(
        &mut self,
        forward: &AutomaticForward,
    ) -> Result<(), StoreError> {
        let statement = Statement::new(include_str!("sql/automatic_forward.sql"))
            .number(forward.chat)
            .number(forward.message_id)
            .number(forward.discussion)
            .number(forward.forward_id);
        self.execute(statement).await
    }

    pub(super) async fn insert_attempt(&mut self, attempt: &Attempt) -> Result<(), StoreError> {
        let statement = Statement::new(include_str!("sql/attempt.sql"))
            .number(attempt.id.0)
            .number(attempt.publication.0)
            .text(timestamp::text(attempt.intent_at))
            .text(json(attempt)?);
        self.execute(statement).await
    }

    pub(super) async fn insert_finding(&mut self, finding: &Finding) -> Result<(), StoreError> {
        let statement = Statement::new(include_str!("sql/finding.sql"));
        self.execute(statement.number(finding.attempt.0).text(json(finding)?)).await
    }

    /// Adds a log entry.
    pub(super) async fn insert_log_entry(&mut self, entry: &LogEntry) -> Result<(), StoreError> {
        let statement = Statement::new(include_str!("sql/entry.sql"))
            .text(timestamp::text(entry.at))
            .text(json(&entry.by)?)
            .text(entry.post.as_ref().map(ToString::to_string))
            .number(entry.publication.map(|id| id.0))
            .number(entry.place.map(|place| place.chat))
            .text(entry.event.name().to_owned())
            .text(entry.detail.clone())
            .number(entry.place.and_then(|place| place.topic).map(TopicId::number));
        self.execute(statement).await
    }

    /// Adds a notice for operators.
    pub(super) async fn insert_notice(
        &mut self,
        at: Timestamp,
        of: PublicationId,
        notice: &Notice,
    ) -> Result<(), StoreError> {
        let statement = Statement::new(include_str!("sql/notice.sql"));
        self.execute(statement.text(timestamp::text(at)).number(of.0).text(json(notice)?)).await
    }

    /// Records that a notice was delivered.
    pub(super) async fn mark_notice_delivered(&mut self, notice: i64) -> Result<(), StoreError> {
        self.execute(Statement::new(include_str!("sql/notice_told.sql")).number(notice)).await
    }

    /// Records that operators are reminded of a publication before this time.
    pub(super) async fn reminded(
        &mut self,
        of: PublicationId,
        due_at: Timestamp,
    ) -> Result<(), StoreError> {
        let statement = Statement::new(include_str!("sql/reminded.sql"));
        self.execute(statement.number(of.0).text(timestamp::text(due_at))).await
    }

    pub(super) async fn set_digest(&mut self, digest: &Digest) -> Result<(), StoreError> {
        let statement = Statement::new(include_str!("sql/set_digest.sql"))
            .number(digest.person)
            .text(digest.at.to_string())
            .text(timestamp::text(digest.since))
            .text(digest.sent_on.map(|date| date.to_string()));
        self.execute(statement).await
    }

    pub(super) async fn stop_digest(&mut self, person: i64) -> Result<(), StoreError> {
        self.execute(Statement::new(include_str!("sql/stop_digest.sql")).number(person)).await
    }

    pub(super) async fn save_person(&mut self, person: &Person) -> Result<(), StoreError> {
        let statement = Statement::new(include_str!("sql/person.sql"))
            .number(person.id)
            .text(person.name.clone())
            .text(person.language.clone());
        self.execute(statement).await
    }

    /// Records a message that somebody else posted, and forgets much older ones.
    pub(super) async fn insert_channel_post(
        &mut self,
        chat: i64,
        message_id: i64,
    ) -> Result<(), StoreError> {
        let statement = Statement::new(include_str!("sql/channel_post.sql"));
        self.execute(statement.number(chat).number(message_id)).await?;
        let oldest = message_id.saturating_sub(limits::CHANNEL_POSTS);
        let statement = Statement::new(include_str!("sql/forget_channel_posts.sql"));
        self.execute(statement.number(chat).number(oldest)).await
    }

    /// The highest id of the known messages of a channel.
    pub(super) async fn highest_known_message(
        &mut self,
        chat: i64,
    ) -> Result<Option<i64>, StoreError> {
        let statement = Statement::new(include_str!("sql/known_messages.sql"));
        let ids = statement.number(chat).number(0);
        let ids = ids.read_all(self.connection, |row| row.number("message_id")).await?;
        Ok(ids.last().copied())
    }

    /// Writes what telepress knows about the messages of a chat.
    pub(super) async fn set_channel(&mut self, channel: &Channel) -> Result<(), StoreError> {
        let statement = Statement::new(include_str!("sql/set_channel.sql"))
            .number(channel.destination.chat)
            .number(channel.last_known_message_id)
            .text(channel.flood_wait_until.map(timestamp::text));
        self.execute(statement).await
    }

    /// Whether and why a channel is paused.
    pub(super) async fn pause_of(&mut self, of: Destination) -> Result<Pause, StoreError> {
        let Some(topic) = of.topic else {
            let Channel { paused, refused, refusal, .. } = self.channel(of.chat).await?;
            return Ok(Pause { why: paused, is_refused: refused, refusal });
        };
        let statement = Statement::new(include_str!("sql/topic_pause.sql"));
        let row = statement.number(of.chat).number(topic.number()).first(self.connection).await?;
        row.map_or_else(|| Ok(Pause::default()), |row| row.pause())
    }

    /// Pauses or resumes a channel.
    pub(super) async fn set_pause(
        &mut self,
        of: Destination,
        pause: &Pause,
    ) -> Result<(), StoreError> {
        let statement = match of.topic {
            None => Statement::new(include_str!("sql/set_pause.sql")).number(of.chat),
            Some(topic) => Statement::new(include_str!("sql/set_topic_pause.sql"))
                .number(of.chat)
                .number(topic.number()),
        };
        let statement = statement
            .text(pause.why.clone())
            .number(i64::from(pause.is_refused))
            .text(pause.refusal.as_ref().map(json).transpose()?);
        self.execute(statement).await
    }

    /// Records the supergroup that a basic group has become.
    pub(super) async fn set_upgraded(&mut self, chat: i64, to: i64) -> Result<(), StoreError> {
        let statement = Statement::new(include_str!("sql/set_upgraded.sql"));
        self.execute(statement.number(chat).number(to)).await
    }

    pub(super) async fn set_stops(&mut self, stops: &StopReasons) -> Result<(), StoreError> {
        let statement = Statement::new(include_str!("sql/set_stopped.sql"))
            .text(stops.paused.clone())
            .text(stops.refused.clone())
            .text(stops.restored.clone());
        self.execute(statement).await
    }

    /// Writes the journal's server and bot.
    pub(super) async fn set_binding(&mut self, to: &Binding) -> Result<(), StoreError> {
        let bot = i64::try_from(to.bot)
            .map_err(|_| StoreError::Unwritable("the bot's id is too large".to_owned()))?;
        let statement = Statement::new(include_str!("sql/set_binding.sql"));
        self.execute(statement.text(to.server.clone()).number(bot)).await
    }

    /// Forgets stale and suspect `file_id`s, and records new ones; keeps the newest [`limits::FILE_IDS`].
    pub(super) async fn update_file_ids(
        &mut self,
        bot: u64,
        changes: &FileIdChanges,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        for key in changes.stale.iter().chain(&changes.suspect) {
            let statement = Statement::new(include_str!("sql/forget_file_id.sql"));
            self.execute(with_file_key(statement, bot, key)).await?;
        }
        for (key, file) in &changes.learned {
            let statement = Statement::new(include_str!("sql/set_file_id.sql"));
            let statement = with_file_key(statement, bot, key)
                .text(file.file_id.clone())
                .text(file.unique_id.clone())
                .text(timestamp::text(now));
            self.execute(statement).await?;
        }
        let forget = Statement::new(include_str!("sql/forget_old_file_ids.sql"));
        self.execute(forget.number(limits::FILE_IDS)).await
    }

    /// Forgets every `file_id`.
    pub(super) async fn forget_file_ids(&mut self) -> Result<(), StoreError> {
        self.execute(Statement::new(include_str!("sql/forget_file_ids.sql"))).await
    }

    /// Records that the journal has a mark in this staging chat.
    pub(super) async fn set_marked(&mut self, chat: i64) -> Result<(), StoreError> {
        self.execute(Statement::new(include_str!("sql/set_marked.sql")).number(chat)).await
    }

    /// Writes the username of a chat, and removes it from any other chat.
    pub(super) async fn set_username(&mut self, chat: i64, name: &str) -> Result<(), StoreError> {
        let forget = Statement::new(include_str!("sql/forget_username.sql"));
        self.execute(forget.text(name.to_owned()).number(chat)).await?;
        let set = Statement::new(include_str!("sql/set_username.sql"));
        self.execute(set.number(chat).text(name.to_owned())).await
    }

    /// Starts a new timeline of the journal.
    pub(super) async fn set_timeline(&mut self, timeline: &str) -> Result<(), StoreError> {
        self.execute(Statement::new(include_str!("sql/set_timeline.sql")).text(timeline.to_owned()))
            .await
    }

    /// Renames a post of the first scan; refused if it was not in that scan.
    pub(super) async fn rename_scanned(
        &mut self,
        from: &PostId,
        to: &PostId,
    ) -> Result<(), StoreError> {
        let rename = Statement::new(include_str!("sql/rename_scanned.sql"));
        self.execute(rename.text(to.to_string()).text(from.to_string())).await?;
        let forget = Statement::new(include_str!("sql/forget_scanned.sql")).text(from.to_string());
        match forget.execute(self.connection).await? {
            1 => Ok(()),
            _ => Err(StepRefusal::NothingToDo.into()),
        }
    }

    /// Moves a publication to another post, and raises its revision by `by`.
    pub(super) async fn move_publication(
        &mut self,
        id: PublicationId,
        to: &PostId,
        by: i64,
    ) -> Result<(), StoreError> {
        let statement = Statement::new(include_str!("sql/rename.sql"));
        self.execute(statement.text(to.to_string()).number(by).number(id.0)).await
    }
}

/// Binds the columns of a part that can change, and the part's key.
fn with_part(
    statement: Statement,
    of: PublicationId,
    number: usize,
    part: &Part,
) -> Result<Statement, StoreError> {
    Ok(statement
        .text(part.shown.to_string())
        .text(part.edited.as_ref().map(json).transpose()?)
        .text(part.state.name().to_owned())
        .text(json(&part.state)?)
        .text(json(&part.attempts)?)
        .number(i64::from(part.tries.sends))
        .number(i64::from(part.tries.media))
        .text(part.change.as_ref().map(json).transpose()?)
        .text(part.edit_not_before.map(timestamp::text))
        .text(part.closed_poll.as_ref().map(json).transpose()?)
        .number(of.0)
        .number(position(number)))
}

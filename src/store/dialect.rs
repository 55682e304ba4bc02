//! The statements of the journal, bound and read once for every dialect of SQL: the dialects differ in their files of SQL,
//! not in what is asked.

/// The rows inside a transaction, for one database.
macro_rules! dialect {
    (
        $rows:ident, $database:ty, $arguments:ty, $connection:ty, $row:ty, $statement:ident, $fault:ident
    ) => {
        use jiff::Timestamp;
        use sqlx::Row;
        use sqlx::query::Query;

        use $crate::outbox::{Attempt, Channel, Finding, Notice, Publication, PublicationId};
        use $crate::post::PostId;
        use $crate::status;
        use $crate::store::decode::{Cells, Columns, approvals, json};
        use $crate::store::rows::{Known, Numbered, Revision, Rows, Stops};
        use $crate::store::{Entry, StoreFault, stamp};

        impl Cells for $row {
            fn text(&self, column: &str) -> Result<Option<String>, sqlx::Error> {
                self.try_get(column)
            }

            fn number(&self, column: &str) -> Result<Option<i64>, sqlx::Error> {
                self.try_get(column)
            }
        }

        /// The rows as one transaction of this connection sees them.
        pub(in crate::store) struct $rows<'c>(pub(in crate::store) &'c mut $connection);

        impl $rows<'_> {
            async fn execute(
                &mut self,
                query: Query<'_, $database, $arguments>,
            ) -> Result<u64, StoreFault> {
                let done = query.execute(&mut *self.0).await.map_err($fault::of)?;
                Ok(done.rows_affected())
            }
        }

        impl Rows for $rows<'_> {
            async fn publication(
                &mut self,
                id: PublicationId,
            ) -> Result<Option<Publication>, StoreFault> {
                let row = sqlx::query($statement::PUBLICATION)
                    .bind(id.0)
                    .fetch_optional(&mut *self.0)
                    .await;
                let Some(row) = row.map_err($fault::of)? else { return Ok(None) };
                let mut publication = Columns(&row).publication()?;
                let parts =
                    sqlx::query($statement::PARTS_OF).bind(id.0).fetch_all(&mut *self.0).await;
                for row in parts.map_err($fault::of)? {
                    publication.parts.push(Columns(&row).part()?);
                }
                Ok(Some(publication))
            }

            async fn known(&mut self, id: PublicationId) -> Result<Option<Known>, StoreFault> {
                let rows = sqlx::query($statement::KNOWN).bind(id.0).fetch_all(&mut *self.0).await;
                let rows = rows.map_err($fault::of)?;
                let Some(first) = rows.first() else { return Ok(None) };
                let first = Columns(first);
                let mut publication = first.publication()?;
                for row in &rows {
                    publication.parts.push(Columns(row).part_in("part_state")?);
                }
                let channel = first.channel(publication.chat)?;
                let written = publication.version;
                Ok(Some(Known { publication, written, channel, stops: first.stops_beside()? }))
            }

            async fn revisions(
                &mut self,
                post: &PostId,
                chat: i64,
            ) -> Result<Vec<Revision>, StoreFault> {
                let query = sqlx::query($statement::REVISIONS).bind(post.to_string()).bind(chat);
                let rows = query.fetch_all(&mut *self.0).await.map_err($fault::of)?;
                let revision = |row: &$row| {
                    let columns = Columns(row);
                    Ok(Revision {
                        id: PublicationId(columns.number("id")?),
                        number: u32::try_from(columns.number("revision")?).unwrap_or(u32::MAX),
                        is_superseded: columns.number("superseded")? != 0,
                    })
                };
                rows.iter().map(revision).collect()
            }

            async fn revisions_of(
                &mut self,
                post: &PostId,
            ) -> Result<Vec<PublicationId>, StoreFault> {
                let query = sqlx::query_scalar($statement::REVISIONS_OF).bind(post.to_string());
                let ids: Vec<i64> = query.fetch_all(&mut *self.0).await.map_err($fault::of)?;
                Ok(ids.into_iter().map(PublicationId).collect())
            }

            async fn due(
                &mut self,
                chat: i64,
                at: Timestamp,
                of: Option<PublicationId>,
            ) -> Result<Option<PublicationId>, StoreFault> {
                let query = sqlx::query_scalar($statement::DUE)
                    .bind(chat)
                    .bind(stamp::text(at))
                    .bind(of.map_or(0, |id| id.0));
                let id: Option<i64> =
                    query.fetch_optional(&mut *self.0).await.map_err($fault::of)?;
                Ok(id.map(PublicationId))
            }

            async fn channel(
                &mut self,
                chat: i64,
                of: Option<PublicationId>,
            ) -> Result<(Channel, Stops), StoreFault> {
                let query =
                    sqlx::query($statement::CHANNEL).bind(chat).bind(of.map_or(0, |id| id.0));
                let row = query.fetch_one(&mut *self.0).await.map_err($fault::of)?;
                let columns = Columns(&row);
                Ok((columns.channel(chat)?, columns.stops_beside()?))
            }

            async fn stops(&mut self) -> Result<Stops, StoreFault> {
                let row = sqlx::query($statement::STOPPED)
                    .fetch_one(&mut *self.0)
                    .await
                    .map_err($fault::of)?;
                Columns(&row).stops()
            }

            async fn next(&mut self, table: Numbered) -> Result<i64, StoreFault> {
                let statement = match table {
                    Numbered::Publications => $statement::NEXT_PUBLICATION,
                    Numbered::Attempts => $statement::NEXT_ATTEMPT,
                };
                sqlx::query_scalar(statement).fetch_one(&mut *self.0).await.map_err($fault::of)
            }

            async fn insert(&mut self, new: &Publication) -> Result<(), StoreFault> {
                let query = sqlx::query($statement::INSERT)
                    .bind(new.id.0)
                    .bind(new.version)
                    .bind(new.post.to_string())
                    .bind(new.chat)
                    .bind(new.channel.to_string())
                    .bind(new.edition.clone())
                    .bind(i64::from(new.revision))
                    .bind(new.payload.to_string())
                    .bind(new.source.to_string())
                    .bind(stamp::text(new.due_at))
                    .bind(new.civil.as_ref().map(json).transpose()?)
                    .bind(i64::from(new.by_hand))
                    .bind(stamp::text(new.patient_from))
                    .bind(new.not_before.map(stamp::text))
                    .bind(new.state.name())
                    .bind(json(&new.state)?)
                    .bind(json(&new.by)?)
                    .bind(i64::from(status::waits(new)))
                    .bind(new.named_at.map(stamp::text))
                    .bind(i64::from(new.pin.wanted))
                    .bind(i64::from(new.pin.made))
                    .bind(i64::from(new.together.of))
                    .bind(i64::from(new.together.begun))
                    .bind(approvals(new)?);
                self.execute(query).await.map(drop)
            }

            async fn update(
                &mut self,
                next: &Publication,
                expected: i64,
            ) -> Result<bool, StoreFault> {
                let query = sqlx::query($statement::UPDATE)
                    .bind(next.id.0)
                    .bind(next.version)
                    .bind(next.payload.to_string())
                    .bind(next.source.to_string())
                    .bind(stamp::text(next.due_at))
                    .bind(next.civil.as_ref().map(json).transpose()?)
                    .bind(i64::from(next.by_hand))
                    .bind(stamp::text(next.patient_from))
                    .bind(next.not_before.map(stamp::text))
                    .bind(next.state.name())
                    .bind(json(&next.state)?)
                    .bind(i64::from(status::waits(next)))
                    .bind(expected)
                    .bind(next.named_at.map(stamp::text))
                    .bind(i64::from(next.pin.wanted))
                    .bind(i64::from(next.pin.made))
                    .bind(i64::from(next.together.begun))
                    .bind(approvals(next)?);
                Ok(self.execute(query).await? == 1)
            }

            async fn part(
                &mut self,
                of: &Publication,
                number: usize,
                is_new: bool,
            ) -> Result<(), StoreFault> {
                let Some(part) = of.parts.get(number) else { return Ok(()) };
                let position = i64::try_from(number).unwrap_or(i64::MAX);
                let query = if is_new {
                    sqlx::query($statement::PART)
                        .bind(of.id.0)
                        .bind(position)
                        .bind(json(&part.request)?)
                        .bind(part.hash.to_string())
                        .bind(part.shown.to_string())
                        .bind(part.edited.as_ref().map(json).transpose()?)
                        .bind(i64::try_from(part.messages).unwrap_or(i64::MAX))
                } else {
                    sqlx::query($statement::SET_PART)
                        .bind(of.id.0)
                        .bind(position)
                        .bind(part.shown.to_string())
                        .bind(part.edited.as_ref().map(json).transpose()?)
                };
                let query = query
                    .bind(part.state.name())
                    .bind(json(&part.state)?)
                    .bind(json(&part.attempts)?)
                    .bind(i64::from(part.tries.sends))
                    .bind(i64::from(part.tries.media))
                    .bind(part.change.as_ref().map(json).transpose()?)
                    .bind(part.calm_from.map(stamp::text));
                self.execute(query).await.map(drop)
            }

            async fn message(
                &mut self,
                of: &Publication,
                number: usize,
                message_id: i64,
            ) -> Result<bool, StoreFault> {
                let position = i64::try_from(number).unwrap_or(i64::MAX);
                let query = sqlx::query($statement::MESSAGE)
                    .bind(of.chat)
                    .bind(message_id)
                    .bind(of.id.0)
                    .bind(position);
                Ok(self.execute(query).await? == 1)
            }

            async fn attempt(&mut self, attempt: &Attempt) -> Result<(), StoreFault> {
                let query = sqlx::query($statement::ATTEMPT)
                    .bind(attempt.id.0)
                    .bind(attempt.publication.0)
                    .bind(stamp::text(attempt.intent_at))
                    .bind(json(attempt)?);
                self.execute(query).await.map(drop)
            }

            async fn finding(&mut self, finding: &Finding) -> Result<(), StoreFault> {
                let query =
                    sqlx::query($statement::FINDING).bind(finding.attempt.0).bind(json(finding)?);
                self.execute(query).await.map(drop)
            }

            async fn entry(&mut self, entry: &Entry) -> Result<(), StoreFault> {
                let query = sqlx::query($statement::ENTRY)
                    .bind(stamp::text(entry.at))
                    .bind(json(&entry.by)?)
                    .bind(entry.post.as_ref().map(ToString::to_string))
                    .bind(entry.publication.map(|id| id.0))
                    .bind(entry.chat)
                    .bind(entry.event.clone())
                    .bind(entry.detail.clone());
                self.execute(query).await.map(drop)
            }

            async fn notice(
                &mut self,
                at: Timestamp,
                of: PublicationId,
                notice: &Notice,
            ) -> Result<(), StoreFault> {
                let query = sqlx::query($statement::NOTICE)
                    .bind(stamp::text(at))
                    .bind(of.0)
                    .bind(json(notice)?);
                self.execute(query).await.map(drop)
            }

            async fn told(&mut self, notice: i64) -> Result<(), StoreFault> {
                self.execute(sqlx::query($statement::TOLD).bind(notice)).await.map(drop)
            }

            async fn set_channel(&mut self, channel: &Channel) -> Result<(), StoreFault> {
                let query = sqlx::query($statement::SET_CHANNEL)
                    .bind(channel.chat)
                    .bind(channel.floor)
                    .bind(channel.freeze_until.map(stamp::text))
                    .bind(channel.paused.clone())
                    .bind(i64::from(channel.refused));
                self.execute(query).await.map(drop)
            }

            async fn set_stops(&mut self, stops: &Stops) -> Result<(), StoreFault> {
                let query = sqlx::query($statement::SET_STOPPED)
                    .bind(stops.paused.clone())
                    .bind(stops.refused.clone())
                    .bind(stops.restored.clone());
                self.execute(query).await.map(drop)
            }

            async fn rename(&mut self, from: &PostId, to: &PostId) -> Result<(), StoreFault> {
                let query =
                    sqlx::query($statement::RENAME).bind(from.to_string()).bind(to.to_string());
                self.execute(query).await.map(drop)
            }
        }
    };
}

pub(super) use dialect;

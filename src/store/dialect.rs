//! The statements of the journal, bound and read once for every dialect of SQL: the dialects differ in their files of SQL,
//! not in what is asked.

/// The rows inside a transaction, for one database.
macro_rules! dialect {
    (
        $rows:ident, $database:ty, $arguments:ty, $connection:ty, $row:ty, $statement:ident, $fault:ident,
        $gathers:literal
    ) => {
        use futures_util::TryStreamExt;
        use jiff::Timestamp;
        use sqlx::{Arguments, Either, Row};

        use $crate::outbox::{Attempt, Channel, Finding, Notice, Publication, PublicationId};
        use $crate::ids::PostId;
        use $crate::status;
        use $crate::store::decode::{Cells, Columns, approvals, json};
        use $crate::store::rows::{Known, Revision, Rows, Saved, Stops, Want, saved};
        use $crate::store::{Binding, Entry, Person, StoreFault, stamp};

        impl Cells for $row {
            fn text(&self, column: &str) -> Result<Option<String>, sqlx::Error> {
                self.try_get(column)
            }

            fn number(&self, column: &str) -> Result<Option<i64>, sqlx::Error> {
                self.try_get(column)
            }
        }

        /// The rows as one transaction of this connection sees them, and what is to be written there.
        pub(in crate::store) struct $rows<'c> {
            connection: &'c mut $connection,
            /// Statements that wait to be sent together, and how each has to end.
            waiting: Vec<(&'static str, Want)>,
            /// What is bound to them, in their order.
            arguments: $arguments,
            /// Why something could not be bound.
            unbound: Option<StoreFault>,
            pub(in crate::store) saved: Saved,
        }

        impl<'c> $rows<'c> {
            pub(in crate::store) fn new(connection: &'c mut $connection) -> Self {
                let (waiting, arguments) = (Vec::new(), <$arguments>::default());
                Self { connection, waiting, arguments, unbound: None, saved: Saved::Not }
            }

            /// The same for one of several jobs that share a transaction: what it writes can be undone. `behind` says whether
            /// the place of the one before it is still kept; with its own first write that is given up.
            #[allow(dead_code, reason = "not in every database do jobs share a transaction")]
            pub(in crate::store) fn beside_others(
                connection: &'c mut $connection,
                behind: bool,
            ) -> Self {
                Self { saved: Saved::WithFirst { behind }, ..Self::new(connection) }
            }

            /// Undoes what it has written beside others; whether the place of another one is still kept.
            #[allow(dead_code, reason = "not in every database do jobs share a transaction")]
            pub(in crate::store) async fn undo(self) -> Result<bool, StoreFault> {
                match self.saved {
                    Saved::Not => Ok(false),
                    Saved::WithFirst { behind } => Ok(behind),
                    Saved::Here => {
                        let undone = sqlx::raw_sql(saved::UNDO).execute(self.connection).await;
                        undone.map(|_| false).map_err($fault::of)
                    }
                }
            }

            /// Binds the next value of the statement that is written next.
            fn bind<T>(&mut self, value: T) -> &mut Self
            where
                T: for<'q> sqlx::Encode<'q, $database> + sqlx::Type<$database>,
            {
                // Numbers and texts; where one could not be told the database, its statement does not fit any more.
                if let Err(error) = self.arguments.add(value) {
                    self.unbound.get_or_insert_with(|| StoreFault::Unwritable(error.to_string()));
                }
                self
            }

            /// The connection, with everything sent that waited.
            async fn settled(&mut self) -> Result<&mut $connection, StoreFault> {
                self.flush().await?;
                Ok(&mut *self.connection)
            }

            /// Writes a statement, with what was bound: at once, or together with the next ones.
            async fn write(&mut self, statement: &'static str, want: Want) -> Result<(), StoreFault> {
                self.waiting.push((statement, want));
                if $gathers { Ok(()) } else { self.flush().await }
            }
        }

        impl Rows for $rows<'_> {
            async fn flush(&mut self) -> Result<(), StoreFault> {
                if let Some(fault) = self.unbound.take() {
                    return Err(fault);
                }
                if self.waiting.is_empty() {
                    return Ok(());
                }
                if let Saved::WithFirst { behind } = self.saved {
                    self.waiting.insert(0, (saved::SAVE, Want::Any));
                    if behind {
                        self.waiting.insert(0, (saved::GIVE_UP, Want::Any));
                    }
                    self.saved = Saved::Here;
                }
                let mut waiting = std::mem::take(&mut self.waiting).into_iter();
                let statements: Vec<_> = waiting.as_slice().iter().map(|(one, _)| *one).collect();
                let sql = sqlx::AssertSqlSafe(statements.join(";\n"));
                let arguments = std::mem::take(&mut self.arguments);
                #[expect(
                    deprecated,
                    reason = "SQLite alone takes several statements at once, and each one sent alone is two changes of thread: a third of the publications a second"
                )]
                let mut results =
                    sqlx::query_with(sql, arguments).fetch_many(&mut *self.connection);
                let mut unmet = Ok(());
                while let Some(result) = results.try_next().await.map_err($fault::of)? {
                    let Either::Left(done) = result else { continue };
                    if let Some((_, want)) = waiting.next() {
                        unmet = unmet.and(want.met_by(done.rows_affected()));
                    }
                }
                unmet
            }

            async fn publication(
                &mut self,
                id: PublicationId,
            ) -> Result<Option<Publication>, StoreFault> {
                let row = sqlx::query($statement::PUBLICATION)
                    .bind(id.0)
                    .fetch_optional(self.settled().await?)
                    .await;
                let Some(row) = row.map_err($fault::of)? else { return Ok(None) };
                let mut publication = Columns(&row).publication()?;
                let parts =
                    sqlx::query($statement::PARTS_OF).bind(id.0).fetch_all(self.settled().await?).await;
                for row in parts.map_err($fault::of)? {
                    publication.parts.push(Columns(&row).part()?);
                }
                Ok(Some(publication))
            }

            async fn known(&mut self, id: PublicationId) -> Result<Option<Known>, StoreFault> {
                let rows = sqlx::query($statement::KNOWN).bind(id.0).fetch_all(self.settled().await?).await;
                let rows = rows.map_err($fault::of)?;
                let Some(first) = rows.first() else { return Ok(None) };
                let first = Columns(first);
                let mut publication = first.publication()?;
                for row in &rows {
                    publication.parts.push(Columns(row).part_in("part_state")?);
                }
                let channel = first.channel(publication.chat)?;
                let written = publication.version;
                Ok(Some(Known {
                    publication,
                    written,
                    channel,
                    stops: first.stops_beside()?,
                    next_attempt: first.number("next_attempt")?,
                }))
            }

            async fn revisions(
                &mut self,
                post: &PostId,
                chat: i64,
            ) -> Result<Vec<Revision>, StoreFault> {
                let query = sqlx::query($statement::REVISIONS).bind(post.to_string()).bind(chat);
                let rows = query.fetch_all(self.settled().await?).await.map_err($fault::of)?;
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
                let ids: Vec<i64> = query.fetch_all(self.settled().await?).await.map_err($fault::of)?;
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
                    query.fetch_optional(self.settled().await?).await.map_err($fault::of)?;
                Ok(id.map(PublicationId))
            }

            async fn channel(
                &mut self,
                chat: i64,
                of: Option<PublicationId>,
            ) -> Result<(Channel, Stops), StoreFault> {
                let query =
                    sqlx::query($statement::CHANNEL).bind(chat).bind(of.map_or(0, |id| id.0));
                let row = query.fetch_one(self.settled().await?).await.map_err($fault::of)?;
                let columns = Columns(&row);
                Ok((columns.channel(chat)?, columns.stops_beside()?))
            }

            async fn stops(&mut self) -> Result<Stops, StoreFault> {
                let row = sqlx::query($statement::STOPPED).fetch_one(self.settled().await?).await;
                Columns(&row.map_err($fault::of)?).stops()
            }

            async fn next(&mut self) -> Result<PublicationId, StoreFault> {
                let number = sqlx::query_scalar($statement::NEXT_PUBLICATION)
                    .fetch_one(self.settled().await?)
                    .await;
                number.map(PublicationId).map_err($fault::of)
            }

            async fn insert(&mut self, new: &Publication) -> Result<(), StoreFault> {
                self.bind(new.id.0)
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
                self.write($statement::INSERT, Want::Any).await
            }

            async fn update(
                &mut self,
                next: &Publication,
                expected: i64,
            ) -> Result<(), StoreFault> {
                self.bind(next.version)
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
                    .bind(next.named_at.map(stamp::text))
                    .bind(i64::from(next.pin.wanted))
                    .bind(i64::from(next.pin.made))
                    .bind(i64::from(next.together.begun))
                    .bind(approvals(next)?)
                    .bind(json(&next.by)?)
                    .bind(next.id.0)
                    .bind(expected);
                self.write($statement::UPDATE, Want::SameVersion).await
            }

            async fn part(
                &mut self,
                of: &Publication,
                number: usize,
                is_new: bool,
            ) -> Result<(), StoreFault> {
                let Some(part) = of.parts.get(number) else { return Ok(()) };
                let position = i64::try_from(number).unwrap_or(i64::MAX);
                if is_new {
                    self.bind(json(&part.request)?)
                        .bind(part.hash.to_string())
                        .bind(i64::try_from(part.messages).unwrap_or(i64::MAX));
                }
                self.bind(part.shown.to_string())
                    .bind(part.edited.as_ref().map(json).transpose()?)
                    .bind(part.state.name())
                    .bind(json(&part.state)?)
                    .bind(json(&part.attempts)?)
                    .bind(i64::from(part.tries.sends))
                    .bind(i64::from(part.tries.media))
                    .bind(part.change.as_ref().map(json).transpose()?)
                    .bind(part.calm_from.map(stamp::text))
                    .bind(of.id.0)
                    .bind(position);
                let statement = if is_new { $statement::PART } else { $statement::SET_PART };
                self.write(statement, Want::Any).await
            }

            async fn message(
                &mut self,
                of: &Publication,
                number: usize,
                message_id: i64,
            ) -> Result<(), StoreFault> {
                let position = i64::try_from(number).unwrap_or(i64::MAX);
                self.bind(of.chat).bind(message_id).bind(of.id.0).bind(position);
                self.write($statement::MESSAGE, Want::OwnMessage(message_id)).await
            }

            async fn attempt(&mut self, attempt: &Attempt) -> Result<(), StoreFault> {
                self.bind(attempt.id.0)
                    .bind(attempt.publication.0)
                    .bind(stamp::text(attempt.intent_at))
                    .bind(json(attempt)?);
                self.write($statement::ATTEMPT, Want::Any).await
            }

            async fn finding(&mut self, finding: &Finding) -> Result<(), StoreFault> {
                self.bind(finding.attempt.0).bind(json(finding)?);
                self.write($statement::FINDING, Want::Any).await
            }

            async fn entry(&mut self, entry: &Entry) -> Result<(), StoreFault> {
                self.bind(stamp::text(entry.at))
                    .bind(json(&entry.by)?)
                    .bind(entry.post.as_ref().map(ToString::to_string))
                    .bind(entry.publication.map(|id| id.0))
                    .bind(entry.chat)
                    .bind(entry.event.clone())
                    .bind(entry.detail.clone());
                self.write($statement::ENTRY, Want::Any).await
            }

            async fn notice(
                &mut self,
                at: Timestamp,
                of: PublicationId,
                notice: &Notice,
            ) -> Result<(), StoreFault> {
                self.bind(stamp::text(at)).bind(of.0).bind(json(notice)?);
                self.write($statement::NOTICE, Want::Any).await
            }

            async fn told(&mut self, notice: i64) -> Result<(), StoreFault> {
                self.bind(notice).write($statement::TOLD, Want::Any).await
            }

            async fn person(&mut self, person: &Person) -> Result<(), StoreFault> {
                self.bind(person.id).bind(person.name.clone()).bind(person.language.clone());
                self.write($statement::PERSON, Want::Any).await
            }

            async fn channel_post(
                &mut self,
                chat: i64,
                message_id: i64,
            ) -> Result<(), StoreFault> {
                self.bind(chat).bind(message_id);
                self.write($statement::CHANNEL_POST, Want::Any).await?;
                self.bind(chat).bind(message_id.saturating_sub($crate::limits::CHANNEL_POSTS));
                self.write($statement::FORGET_CHANNEL_POSTS, Want::Any).await
            }

            async fn set_channel(&mut self, channel: &Channel) -> Result<(), StoreFault> {
                self.bind(channel.chat)
                    .bind(channel.floor)
                    .bind(channel.freeze_until.map(stamp::text))
                    .bind(channel.paused.clone())
                    .bind(i64::from(channel.refused));
                self.write($statement::SET_CHANNEL, Want::Any).await
            }

            async fn set_stops(&mut self, stops: &Stops) -> Result<(), StoreFault> {
                self.bind(stops.paused.clone())
                    .bind(stops.refused.clone())
                    .bind(stops.restored.clone());
                self.write($statement::SET_STOPPED, Want::Any).await
            }

            async fn set_binding(&mut self, to: &Binding) -> Result<(), StoreFault> {
                let bot = i64::try_from(to.bot).map_err(|_| StoreFault::Unwritable("the bot's id is too large".to_owned()))?;
                self.bind(to.server.clone()).bind(bot).write($statement::SET_BINDING, Want::Any).await
            }

            async fn set_marked(&mut self, chat: i64) -> Result<(), StoreFault> {
                self.bind(chat).write($statement::SET_MARKED, Want::Any).await
            }

            async fn set_username(&mut self, chat: i64, name: &str) -> Result<(), StoreFault> {
                self.bind(name.to_owned()).bind(chat);
                self.write($statement::FORGET_USERNAME, Want::Any).await?;
                self.bind(chat).bind(name.to_owned());
                self.write($statement::SET_USERNAME, Want::Any).await
            }

            async fn set_line(&mut self, line: &str) -> Result<(), StoreFault> {
                self.bind(line.to_owned()).write($statement::SET_LINE, Want::Any).await
            }

            async fn rename_scanned(&mut self, from: &PostId, to: &PostId) -> Result<(), StoreFault> {
                self.bind(to.to_string())
                    .bind(from.to_string())
                    .write($statement::RENAME_SCANNED, Want::Any)
                    .await?;
                self.bind(from.to_string()).write($statement::FORGET_SCANNED, Want::OlderPost).await
            }

            async fn rename(
                &mut self,
                id: PublicationId,
                to: &PostId,
                by: i64,
            ) -> Result<(), StoreFault> {
                self.bind(to.to_string()).bind(by).bind(id.0).write($statement::RENAME, Want::Any).await
            }
        }
    };
}

pub(super) use dialect;

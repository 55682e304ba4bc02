//! What is read of a journal beside the task that writes, once for every dialect of SQL.

/// A connection that only reads, for one database.
macro_rules! reader {
    ($reader:ident, $rows:ident, $database:ty, $connection:ty, $row:ty, $statement:ident, $fault:ident) => {
        use std::collections::HashMap;

        use futures_util::TryStreamExt;
        use $crate::ids::PostId;
        use $crate::outbox::{
            Change, ChangeState, Channel, Owner, PartState, Publication, PublicationId,
        };
        use $crate::plan::{History, Words};
        use $crate::store::decode::Columns;
        use $crate::store::rows::Rows;
        use $crate::store::{Entry, Journal, KnownMessage, Person, StoreFault, Untold, Wanted};

        /// A connection that only reads.
        pub(in crate::store) struct $reader(pub(in crate::store) $connection);

        impl $reader {
            /// Publications with their parts, in the order of the first statement's rows.
            pub(in crate::store) async fn publications(
                &mut self,
                wanted: Wanted<'_>,
            ) -> Result<Vec<Publication>, StoreFault> {
                let (publications, parts, post) = match wanted {
                    Wanted::All => ($statement::ALL, $statement::PARTS_OF_ALL, None),
                    Wanted::Outline => ($statement::ALL, $statement::PARTS_OF_OPEN, None),
                    Wanted::Open => ($statement::OPEN, $statement::PARTS_OF_OPEN, None),
                    Wanted::Post(post) => {
                        ($statement::OF_POST, $statement::PARTS_OF_POST, Some(post.to_string()))
                    }
                    Wanted::Id(id) => {
                        let mut snapshot = self.snapshot().await?;
                        let found = Rows::publication(&mut $rows::new(&mut snapshot), id).await?;
                        return Ok(found.into_iter().collect());
                    }
                };
                let bound = |statement: &'static str| match &post {
                    Some(post) => sqlx::query(statement).bind(post.clone()),
                    None => sqlx::query(statement),
                };
                let mut snapshot = self.snapshot().await?;
                let mut found: Vec<Publication> = Vec::new();
                let mut places = HashMap::new();
                // Row by row: there may be years of them, and a row takes as much room as what it says.
                let mut rows = bound(publications).fetch(&mut *snapshot);
                while let Some(row) = rows.try_next().await.map_err($fault::of)? {
                    let publication = Columns(&row).publication()?;
                    places.insert(publication.id, found.len());
                    found.push(publication);
                }
                drop(rows);
                let mut rows = bound(parts).fetch(&mut *snapshot);
                while let Some(row) = rows.try_next().await.map_err($fault::of)? {
                    let columns = Columns(&row);
                    let of = PublicationId(columns.number("publication")?);
                    if let Some(publication) =
                        places.get(&of).and_then(|place| found.get_mut(*place))
                    {
                        publication.parts.push(columns.part()?);
                    }
                }
                drop(rows);
                Ok(found)
            }

            /// What is written in between must not tear a publication from its parts.
            async fn snapshot(&mut self) -> Result<sqlx::Transaction<'_, $database>, StoreFault> {
                sqlx::Connection::begin_with(&mut self.0, $statement::SNAPSHOT)
                    .await
                    .map_err($fault::of)
            }

            pub(in crate::store) async fn channels(&mut self) -> Result<Vec<Channel>, StoreFault> {
                let rows = sqlx::query($statement::CHANNELS).fetch_all(&mut self.0).await;
                let channel = |row: &$row| {
                    let columns = Columns(row);
                    columns.channel(columns.number("chat")?)
                };
                rows.map_err($fault::of)?.iter().map(channel).collect()
            }

            pub(in crate::store) async fn known_messages(
                &mut self,
                chat: i64,
                above: i64,
            ) -> Result<Vec<KnownMessage>, StoreFault> {
                let query = sqlx::query($statement::KNOWN_MESSAGES).bind(chat).bind(above);
                let rows = query.fetch_all(&mut self.0).await.map_err($fault::of)?;
                let message = |row: &$row| {
                    let columns = Columns(row);
                    let publication = columns.maybe_number("publication")?.map(PublicationId);
                    Ok(KnownMessage { message_id: columns.number("message_id")?, publication })
                };
                rows.iter().map(message).collect()
            }

            /// What is known of the journal.
            pub(in crate::store) async fn journal(&mut self) -> Result<Journal, StoreFault> {
                let row = sqlx::query($statement::META).fetch_one(&mut self.0).await;
                let row = row.map_err($fault::of)?;
                let columns = Columns(&row);
                Ok(Journal {
                    uuid: crate::store::watermark::id(
                        &columns.text("uuid")?,
                        &columns.text("line")?,
                    ),
                    stopped: columns.stops()?.first(),
                    newest: columns.maybe_at("newest")?,
                    last_attempt: crate::outbox::AttemptId(
                        columns.maybe_number("attempts")?.unwrap_or(0),
                    ),
                    bound: columns.binding()?,
                    marked: columns.maybe_number("marked")?,
                    last_entry: columns.maybe_number("entry")?.zip(columns.maybe_at("entry_at")?),
                })
            }

            /// Which posts are older than the journal.
            pub(in crate::store) async fn history(&mut self) -> Result<History, StoreFault> {
                let row = sqlx::query($statement::BORN).fetch_one(&mut self.0).await;
                let row = row.map_err($fault::of)?;
                if Columns(&row).number("scanned")? == 0 {
                    return Ok(History::Before(Columns(&row).at("born")?));
                }
                drop(row);
                let rows = sqlx::query($statement::FIRST_SCAN).fetch_all(&mut self.0).await;
                let mut found = Vec::new();
                for row in &rows.map_err($fault::of)? {
                    found.push(Columns(row).scanned()?);
                }
                let (posts, sources) = found.into_iter().unzip();
                Ok(History::FirstScan { posts, sources })
            }

            /// The words of each edition of a post of the first scan.
            pub(in crate::store) async fn old_words(
                &mut self,
                post: &PostId,
            ) -> Result<Vec<Words>, StoreFault> {
                let query = sqlx::query($statement::WORDS).bind(post.to_string());
                let row = query.fetch_optional(&mut self.0).await.map_err($fault::of)?;
                let Some(row) = row else { return Ok(Vec::new()) };
                Ok(Columns(&row).text("words")?.lines().map(Words::parse).collect())
            }

            pub(in crate::store) async fn log(
                &mut self,
                post: Option<&PostId>,
                most: u32,
            ) -> Result<Vec<Entry>, StoreFault> {
                let query = match post {
                    Some(post) => sqlx::query($statement::LOG_OF_POST).bind(post.to_string()),
                    None => sqlx::query($statement::LOG),
                };
                let query = query.bind(i64::from(most));
                let rows = query.fetch_all(&mut self.0).await.map_err($fault::of)?;
                rows.iter().map(|row| Columns(row).entry()).collect()
            }

            pub(in crate::store) async fn entry_at(
                &mut self,
                id: i64,
            ) -> Result<Option<jiff::Timestamp>, StoreFault> {
                let row = sqlx::query($statement::ENTRY_AT).bind(id).fetch_optional(&mut self.0);
                let row = row.await.map_err($fault::of)?;
                row.map(|row| Columns(&row).at("at")).transpose()
            }

            pub(in crate::store) async fn people(&mut self) -> Result<Vec<Person>, StoreFault> {
                let rows = sqlx::query($statement::PEOPLE).fetch_all(&mut self.0).await;
                rows.map_err($fault::of)?.iter().map(|row| Columns(row).person()).collect()
            }

            pub(in crate::store) async fn untold(&mut self) -> Result<Vec<Untold>, StoreFault> {
                let rows = sqlx::query($statement::UNTOLD).fetch_all(&mut self.0).await;
                rows.map_err($fault::of)?.iter().map(|row| Columns(row).untold()).collect()
            }

            /// Requests that are under way, and in which process.
            pub(in crate::store) async fn under_way(
                &mut self,
            ) -> Result<Vec<(PublicationId, usize, $crate::outbox::AttemptId, Owner)>, StoreFault>
            {
                let rows = sqlx::query($statement::UNDER_WAY).fetch_all(&mut self.0).await;
                let mut under_way = Vec::new();
                for row in &rows.map_err($fault::of)? {
                    let columns = Columns(row);
                    let change: Option<Change> = columns.maybe_json("change")?;
                    let change = change.map(|change| change.state);
                    let ((PartState::Sending { attempt, owner, .. }, _)
                    | (_, Some(ChangeState::Sending { attempt, owner, .. }))) =
                        (columns.json("state_data")?, change)
                    else {
                        continue;
                    };
                    let publication = PublicationId(columns.number("publication")?);
                    let part = usize::try_from(columns.number("number")?).unwrap_or(usize::MAX);
                    under_way.push((publication, part, attempt, owner));
                }
                Ok(under_way)
            }
        }
    };
}

pub(super) use reader;

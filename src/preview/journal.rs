//! Reads the state of the posts from the journal while another process may write it. It never writes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::recorded::JournalFacts;
use super::state::PreviewState;
use crate::fs::{self, InodeId, Stamp};
use crate::ids::PostId;
use crate::newsroom::Newsroom;
use crate::operations::Operations;
use crate::outbox::{Actor, PayloadHash, Publication, State};
use crate::page::ChannelStatus;
use crate::plan::{self, Diff, OlderPosts};
use crate::process;
use crate::status;
use crate::store::{self, Access, Address, MarkFolder, Query, StoreError};

/// How often a journal in PostgreSQL is read: no file shows its changes.
const LOOK: Duration = Duration::from_secs(5);

/// How long reading may take; no file is followed meanwhile.
const TIMEOUT: Duration = Duration::from_secs(3);

/// How many publications, the newest first, are read with their parts: their pages show links and differences.
const WITH_PARTS: usize = 200;

/// The part of the journal that the pages show.
pub struct Journal {
    address: Address,
    began: Timestamp,
    operations: Option<Operations>,
    stamps: Vec<Option<Stamp>>,
    looked: Instant,
    /// The current publication of each post and channel, the newest first; the first [`WITH_PARTS`] have their parts.
    publications: Vec<Publication>,
    /// The posts that are older than the journal.
    older: BTreeSet<PostId>,
    /// The identity of the journal's file, if it is one.
    file: Option<InodeId>,
}

impl Journal {
    /// The journal of a newsroom. It is opened later, if it exists.
    #[must_use]
    pub fn of(newsroom: &Newsroom, state: Option<PathBuf>, now: Timestamp) -> Self {
        Self {
            address: newsroom.journal(state),
            began: now,
            operations: None,
            stamps: Vec::new(),
            looked: Instant::now(),
            publications: Vec::new(),
            older: BTreeSet::new(),
            file: None,
        }
    }

    /// Whether it may have changed.
    pub(super) fn has_changed(&mut self) -> bool {
        match &self.address {
            Address::Sqlite(path) => {
                let beside = |end: &str| {
                    let mut name = path.clone().into_os_string();
                    name.push(end);
                    PathBuf::from(name)
                };
                let stamps = [path.clone(), beside("-wal")].map(|path| Stamp::of(&path)).to_vec();
                let changed = stamps != self.stamps;
                self.stamps = stamps;
                changed
            }
            Address::Postgres { .. } => {
                let due = self.stamps.is_empty() || self.looked.elapsed() >= LOOK;
                self.stamps = vec![None];
                if due {
                    self.looked = Instant::now();
                }
                due
            }
        }
    }

    /// Reads the journal again. On failure, logs it and keeps what was read before.
    pub(super) async fn read(&mut self, state: &PreviewState<'_>) {
        let read = tokio::time::timeout(TIMEOUT, self.read_all(state)).await;
        let why = match read {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(_) => "it does not answer".to_owned(),
        };
        log::warn!("cannot show the journal: {why}");
        self.operations = None;
        self.stamps.clear();
    }

    async fn read_all(&mut self, state: &PreviewState<'_>) -> Result<(), StoreError> {
        if let Address::Sqlite(path) = &self.address {
            let file = fs::identity(path);
            // A new file in its place is a different journal.
            if file != self.file {
                self.operations = None;
                self.publications.clear();
                self.older.clear();
                self.file = file;
            }
            if file.is_none() {
                return Ok(());
            }
        }
        let store = if let Some(operations) = self.operations.take() {
            operations.store
        } else {
            let (access, me) = (Access::ReadOrEmpty, process::me());
            store::open(&self.address, &MarkFolder::none(), access, me, self.began).await?
        };
        let operations =
            Operations::new(state.newsroom().into(), store, &self.address, Actor::System);
        operations.load_chat_names().await?;
        let outlines = operations.store.publications(Query::Outline).await?;
        let known: HashMap<_, _> =
            self.publications.iter().map(|known| ((known.id, known.version), known)).collect();
        let mut publications = Vec::new();
        let posts = status::newest(&outlines).into_iter().filter(|known| !known.is_comments());
        for (place, outline) in posts.rev().enumerate() {
            let known = known.get(&(outline.id, outline.version)).copied();
            publications.push(match known.filter(|known| !known.parts.is_empty()) {
                Some(known) => known.clone(),
                None if place < WITH_PARTS => {
                    let found = operations.store.publications(Query::Id(outline.id)).await?;
                    found.into_iter().next().unwrap_or_else(|| outline.clone())
                }
                None => outline.clone(),
            });
        }
        self.publications = publications;
        self.older = match operations.store.history().await? {
            OlderPosts::FirstScan { posts, .. } => posts.into_iter().collect(),
            OlderPosts::Before(_) => BTreeSet::new(),
        };
        self.operations = Some(operations);
        Ok(())
    }

    /// What it knows of the posts, compared with their current files; `None` if the journal cannot be read.
    pub(super) fn facts(&self, state: &PreviewState<'_>) -> Option<JournalFacts> {
        let mut statuses: BTreeMap<PostId, Vec<ChannelStatus>> = BTreeMap::new();
        let older = self.older.clone();
        if self.publications.is_empty() {
            return Some(JournalFacts { statuses, older });
        }
        let operations = self.operations.as_ref()?;
        for publication in &self.publications {
            let mut status = channel_status(operations, publication);
            compare(&mut status, publication, state);
            statuses.entry(publication.post.clone()).or_default().push(status);
        }
        Some(JournalFacts { statuses, older })
    }
}

/// The state of one post in each of its channels; `None` if the journal cannot be read.
pub async fn statuses_of(
    newsroom: &Newsroom,
    address: &Address,
    post: &PostId,
    now: Timestamp,
) -> Option<Vec<ChannelStatus>> {
    let read = async {
        let (access, me) = (Access::ReadOrEmpty, process::me());
        let store = store::open(address, &MarkFolder::none(), access, me, now).await?;
        let operations = Operations::new(newsroom.clone().into(), store, address, Actor::System);
        operations.load_chat_names().await?;
        let known = operations.store.publications(Query::Post(post.clone())).await?;
        let posts = status::newest(&known).into_iter().filter(|known| !known.is_comments());
        Ok::<_, StoreError>(posts.map(|known| channel_status(&operations, known)).collect())
    };
    match tokio::time::timeout(TIMEOUT, read).await {
        Ok(Ok(statuses)) => Some(statuses),
        Ok(Err(error)) => {
            log::debug!("the journal cannot be read: {error}");
            None
        }
        Err(_) => None,
    }
}

fn channel_status(operations: &Operations, publication: &Publication) -> ChannelStatus {
    let status = operations.post_status(publication);
    ChannelStatus {
        channel: status.channel,
        state: status.state,
        due_at: status.due_at,
        published_at: status.published_at,
        is_edited: publication.parts.iter().any(|part| part.edited.is_some()),
        reason: status.reason,
        link: status.link,
        is_changed: false,
        difference: None,
    }
}

/// Adds what an edit would change in a published post. Of a publication without its parts only the hash can be compared.
fn compare(status: &mut ChannelStatus, publication: &Publication, state: &PreviewState<'_>) {
    let Some(shown) = state.shown(&publication.post) else { return };
    let edition = shown.editions.iter().find(|edition| edition.channel == status.channel);
    let Some(edition) = edition.filter(|edition| publication.payload != edition.payload) else {
        return;
    };
    // The file shows the next occurrence of a post with `repeat`; one that was published stays as it is.
    if publication.state != State::Published || publication.occurrence.is_some() {
        return;
    }
    if publication.parts.is_empty() {
        status.is_changed = publication.payload != PayloadHash::UNKNOWN;
        return;
    }
    let parts = plan::new_parts(&edition.parts);
    let (pin, ends) = (edition.is_pinned, edition.ends);
    let diff = Diff::of_publication(publication, &parts, pin, ends, &edition.zone);
    status.difference = Some(diff).filter(|diff| !diff.is_empty());
    status.is_changed = status.difference.is_some();
}

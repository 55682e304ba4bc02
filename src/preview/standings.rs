//! Where posts stand, read from the journal beside whoever writes it; without a journal nothing is said.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::room::Room;
use crate::desk::Desk;
use crate::fs::{self, FileId, Stamp};
use crate::ids::PostId;
use crate::instance;
use crate::newsroom::Newsroom;
use crate::outbox::{Actor, Publication, PublicationId, State};
use crate::page::difference::Difference;
use crate::page::{ShownEdition, Standing};
use crate::plan::{self, Diff};
use crate::status;
use crate::store::{self, Access, Address, Outside, StoreFault, Wanted};

/// How often a journal is read whose changes cannot be seen from outside.
const LOOK: Duration = Duration::from_secs(5);

/// How long the journal may take: nothing else is followed meanwhile.
const PATIENCE: Duration = Duration::from_secs(3);

/// So many publications, the newest, are read with all their parts: what they show, and where.
const WHOLE: usize = 200;

/// The journal, as far as pages need it.
pub struct Journal {
    address: Address,
    began: Timestamp,
    desk: Option<Desk>,
    stamps: Vec<Option<Stamp>>,
    looked: Instant,
    /// Of each post and channel the publication that counts.
    publications: Vec<Publication>,
    /// The newest of them with their parts.
    whole: HashMap<PublicationId, Publication>,
    /// Which file the journal is, where it is one.
    file: Option<FileId>,
}

impl Journal {
    /// The journal of a newsroom; it is opened when there is one.
    #[must_use]
    pub fn of(newsroom: &Newsroom, state: Option<PathBuf>, now: Timestamp) -> Self {
        Self {
            address: newsroom.journal(state),
            began: now,
            desk: None,
            stamps: Vec::new(),
            looked: Instant::now(),
            publications: Vec::new(),
            whole: HashMap::new(),
            file: None,
        }
    }

    /// Whether there may be something new in it.
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

    /// Reads where posts stand, and tells the room: of all, or of those whose files have changed.
    pub(super) async fn stand(&mut self, room: &Room<'_>, posts: Option<&Vec<PostId>>) {
        let read = tokio::time::timeout(PATIENCE, self.read(room, posts)).await;
        let why = match read {
            Ok(Ok(())) => return,
            Ok(Err(fault)) => fault.to_string(),
            Err(_) => "it does not answer".to_owned(),
        };
        log::warn!("the journal is not shown: {why}");
        self.desk = None;
        self.look_again();
    }

    /// What was seen to have changed was not read: it is looked at once more.
    pub(super) fn look_again(&mut self) {
        self.stamps.clear();
    }

    /// The first reading, before anything is shown.
    pub(super) async fn begin(&mut self, room: &Room<'_>) {
        self.has_changed();
        self.stand(room, None).await;
    }

    async fn read(
        &mut self,
        room: &Room<'_>,
        posts: Option<&Vec<PostId>>,
    ) -> Result<(), StoreFault> {
        if let Address::Sqlite(path) = &self.address {
            let file = fs::identity(path);
            // Another file in its place is another journal.
            if file != self.file {
                self.desk = None;
                self.whole.clear();
                self.publications.clear();
                self.file = file;
            }
            if file.is_none() {
                room.stand(BTreeMap::new(), true);
                return Ok(());
            }
        }
        let newsroom = room.newsroom();
        let store = if let Some(desk) = self.desk.take() {
            desk.store
        } else {
            let (access, me) = (Access::ReadOrEmpty, instance::me());
            store::open(&self.address, &Outside::none(), access, me, self.began).await?
        };
        let desk = Desk { newsroom, store, by: Actor::System, names: Arc::default() };
        desk.recall().await?;
        if posts.is_none() {
            let outline = desk.store.publications(Wanted::Outline).await?;
            self.publications = status::newest(&outline).into_iter().cloned().collect();
        }
        let mut standings: BTreeMap<PostId, Vec<Standing>> = BTreeMap::new();
        let mut known = std::mem::take(&mut self.whole);
        // The newest first: what went out last is what is looked at.
        for (place, outline) in self.publications.iter().rev().enumerate() {
            let whole = known.remove(&outline.id).filter(|whole| whole.version == outline.version);
            if posts.is_some_and(|posts| !posts.contains(&outline.post)) {
                self.whole.extend(whole.map(|whole| (whole.id, whole)));
                continue;
            }
            let whole = match whole {
                None if place < WHOLE => {
                    let found = desk.store.publications(Wanted::Id(outline.id)).await?;
                    found.into_iter().next()
                }
                whole => whole.filter(|_| place < WHOLE),
            };
            let publication = whole.as_ref().unwrap_or(outline);
            let standing = desk.standing(publication);
            let shown = room.shown(&publication.post);
            let edition = shown.as_ref().and_then(|shown| {
                shown.editions.iter().find(|edition| edition.channel == standing.channel)
            });
            let differing = edition.filter(|edition| differs(publication, edition));
            let difference = whole.as_ref().zip(differing).map(|(whole, edition)| {
                let pin = edition.is_pinned;
                Diff::of_publication(whole, &plan::new_parts(&edition.parts), pin)
            });
            standings.entry(publication.post.clone()).or_default().push(Standing {
                channel: standing.channel,
                state: standing.state,
                due_at: standing.due_at,
                reason: standing.reason,
                link: standing.link,
                difference: difference.filter(|diff| !diff.is_empty()).map(Difference),
            });
            self.whole.extend(whole.map(|whole| (whole.id, whole)));
        }
        self.desk = Some(desk);
        room.stand(standings, posts.is_none());
        Ok(())
    }
}

fn differs(publication: &Publication, edition: &ShownEdition) -> bool {
    publication.state == State::Published && publication.payload != edition.payload
}

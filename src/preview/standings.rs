//! Where posts stand, read from the journal beside whoever writes it; without a journal nothing is said.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::room::Room;
use crate::desk::Desk;
use crate::fs::{self, Stamp};
use crate::instance;
use crate::newsroom::Newsroom;
use crate::outbox::{Actor, Publication, PublicationId, State};
use crate::page::difference::Difference;
use crate::page::{ShownEdition, Standing};
use crate::plan::{self, Diff};
use crate::post::PostId;
use crate::status;
use crate::store::{self, Access, Address, StoreFault, Wanted};

/// How often a journal is read whose changes cannot be seen from outside.
const LOOK: Duration = Duration::from_secs(5);

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
        if let Err(fault) = self.read(room, posts).await {
            log::warn!("the journal is not shown: {fault}");
        }
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
        if let Address::Sqlite(path) = &self.address
            && !fs::exists(path)
        {
            return Ok(());
        }
        let newsroom = room.newsroom();
        let store = match self.desk.take() {
            Some(desk) => desk.store,
            None => store::open(&self.address, Access::Read, instance::me(), self.began).await?,
        };
        let desk = Desk { newsroom, store, by: Actor::System };
        if posts.is_none() {
            let outline = desk.store.publications(Wanted::Outline).await?;
            self.publications = status::newest(&outline).into_iter().cloned().collect();
        }
        let mut standings: BTreeMap<PostId, Vec<Standing>> = BTreeMap::new();
        let mut known = std::mem::take(&mut self.whole);
        // The newest first: what went out last is what is looked at.
        let asked = |known: &&Publication| posts.is_none_or(|posts| posts.contains(&known.post));
        for outline in self.publications.iter().rev().filter(asked) {
            let whole = match known.remove(&outline.id) {
                Some(whole) if whole.version == outline.version => Some(whole),
                _ if self.whole.len() + known.len() < WHOLE => {
                    let found = desk.store.publications(Wanted::Id(outline.id)).await?;
                    found.into_iter().next()
                }
                _ => None,
            };
            let publication = whole.as_ref().unwrap_or(outline);
            let standing = desk.standing(publication);
            let shown = room.shown(&publication.post);
            let edition = shown.as_ref().and_then(|shown| {
                shown.editions.iter().find(|edition| edition.channel == standing.channel)
            });
            let differing = edition.filter(|edition| differs(publication, edition));
            let difference = whole.as_ref().zip(differing).map(|(whole, edition)| {
                Diff::of_publication(whole, &plan::new_parts(&edition.parts))
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
        if posts.is_some() {
            // Of those that were not asked for.
            self.whole.extend(known);
        }
        self.desk = Some(desk);
        room.stand(standings, posts.is_none());
        Ok(())
    }
}

fn differs(publication: &Publication, edition: &ShownEdition) -> bool {
    publication.state == State::Published && publication.payload != edition.payload
}

//! What the files ask for, with the journal beside it: the ground of every plan.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::{OperationError, Operations};
use crate::clock::Clock;
use crate::config::Channel;
use crate::explain::report::Report;
use crate::ids::ChannelName;
use crate::ids::ChatId;
use crate::ids::PostId;
use crate::limits;
use crate::newsroom::{CheckedFile, Newsroom, PostsError};
use crate::outbox::{self, Actor, PayloadHash, Publication, PublicationId, State, StopReason};
use crate::plan::{self, Action, Desired, History, JournalView, Plan, PlanOptions, Step, Words};
use crate::publisher::{self, Later, Readiness};
use crate::status;
use crate::store::{Command, Query, StoreError};

/// The numeric id of each channel, as far as it is known.
pub type Chats = BTreeMap<ChannelName, i64>;

/// What the files ask for, and what the journal knows.
pub struct DesiredState {
    /// What each good post asks for in each channel.
    pub desired: Vec<Desired>,
    /// Posts that have a file, with errors or without.
    pub present: BTreeSet<PostId>,
    /// A file of the posts' folder that cannot be read as a post, and is none that the journal knows, if there is one.
    pub unread: Option<String>,
    /// The channels of the config, each with its chat where that is known.
    pub config: Vec<(ChannelName, Option<i64>)>,
    /// Posts whose files have errors, with what is wrong.
    pub broken: BTreeMap<PostId, Report>,
    /// Every publication, as a plan needs it.
    pub publications: Vec<Publication>,
    /// What is known of the channels.
    pub channels: Vec<outbox::Channel>,
    /// Which posts are older than the journal.
    pub history: History,
    /// Why nothing goes out at all.
    pub stopped: Option<StopReason>,
    /// The @name of each chat that is known by one, without the @.
    pub chat_names: BTreeMap<i64, String>,
    /// Those of them that have no file any more, with their words.
    pub gone_history: Vec<(PostId, Words)>,
}

/// So many publications are read one by one; past that the whole journal is read at once.
const FEW: usize = 200;

/// What one file asks for.
pub fn desired_posts(checked: &CheckedFile, channels: &[Arc<Channel>]) -> Vec<Desired> {
    let source = plan::source_hash(&checked.report.source.text);
    checked.post.as_ref().map_or_else(Vec::new, |post| Desired::of(post, source, channels))
}

impl Operations {
    /// Reads every file and the whole journal.
    ///
    /// # Errors
    /// Where the posts cannot be listed or the journal cannot be read.
    pub async fn files(
        &self,
        chats: &Chats,
        now: Timestamp,
    ) -> Result<DesiredState, OperationError> {
        let Read { mut desired, files, broken, unnamed } = read(&self.newsroom, now)?;
        let mut publications = self.store.publications(Query::Outline).await?;
        let config: Vec<_> = { self.newsroom.config.channels.iter() }
            .map(|channel| {
                let chat = number_of(channel, chats).or_else(|| self.chat_of(channel));
                (channel.name.clone(), chat)
            })
            .collect();
        for one in &mut desired {
            let channel = config.iter().find(|(name, _)| *name == one.channel.name);
            one.chat = channel.and_then(|(_, chat)| *chat);
        }
        self.fill(&mut publications, &desired).await?;
        let is_known = |post: &PostId| publications.iter().any(|known| known.post == *post);
        let unread = unnamed.or_else(|| {
            let unknown = broken.iter().find(|(post, _)| !is_known(post));
            unknown.map(|(_, report)| report.source.path.clone())
        });
        let history = self.store.history().await?;
        let files_there = files.clone();
        Ok(DesiredState {
            desired,
            present: files,
            unread,
            config,
            broken,
            publications,
            channels: self.store.channels().await?,
            gone_history: self.gone_history(&history, |post| files_there.contains(post)).await?,
            stopped: self.store.journal().await?.stopped,
            chat_names: self.names.all(),
            history,
        })
    }

    /// Posts that are older than the journal and have no file, with their words: at most [`limits::LOOKALIKES`].
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn gone_history(
        &self,
        history: &History,
        has_file: impl Fn(&PostId) -> bool,
    ) -> Result<Vec<(PostId, Words)>, StoreError> {
        let History::FirstScan { posts, .. } = history else { return Ok(Vec::new()) };
        let mut gone: Vec<&PostId> = posts.iter().filter(|post| !has_file(post)).collect();
        gone.sort_unstable_by(|one, other| other.cmp(one));
        let mut found = Vec::new();
        for post in gone.into_iter().take(limits::LOOKALIKES) {
            let words = self.store.old_words(post).await?.into_iter();
            found.extend(words.map(|words| (post.clone(), words)));
        }
        Ok(found)
    }
}

impl Operations {
    /// Whether a pruned publication is still to be deleted, by the files as they are now. Where they cannot be read, it is not.
    pub async fn still_pruned(&self, id: PublicationId, now: Timestamp) -> bool {
        let Ok(files) = self.files(&Chats::new(), now).await else { return false };
        let asked = PlanOptions {
            now,
            by: self.by.clone(),
            grace: self.policy().grace,
            approvals: 0,
            prune: true,
            restyle: false,
            posts: BTreeSet::new(),
        };
        let items = files.plan(&asked).items;
        items.iter().any(|item| item.publication == Some(id) && item.action == Action::Delete)
    }

    /// What the file of a publication whose time has come says now.
    async fn read_again(
        &self,
        publication: &Publication,
        now: Timestamp,
    ) -> Result<Readiness, OperationError> {
        let files = self.files(&Chats::new(), now).await?;
        let asked = PlanOptions {
            now,
            by: Actor::File,
            grace: self.policy().grace,
            approvals: 0,
            prune: false,
            restyle: false,
            posts: BTreeSet::new(),
        };
        let items = files.plan(&asked).items;
        let item = items.iter().find(|item| item.publication == Some(publication.id));
        Ok(Readiness::of(item, publication))
    }

    /// Gives an outline of the journal the parts that a plan needs: those of what counts and is not as its file wants it.
    pub(crate) async fn fill(
        &self,
        outline: &mut Vec<Publication>,
        desired: &[Desired],
    ) -> Result<(), StoreError> {
        let wanted: HashMap<(&PostId, i64), PayloadHash> =
            desired.iter().filter_map(|one| Some(((&one.post, one.chat?), one.payload))).collect();
        let is_as_wanted = |known: &Publication| {
            known.state == State::Published
                && wanted.get(&(&known.post, known.chat)) == Some(&known.payload)
        };
        let lacks: HashSet<PublicationId> = status::newest(outline.iter())
            .into_iter()
            .filter(|known| known.parts.is_empty() && !is_as_wanted(known))
            .map(|known| known.id)
            .collect();
        if lacks.len() > FEW {
            *outline = self.store.publications(Query::All).await?;
            return Ok(());
        }
        for known in outline.iter_mut().filter(|known| lacks.contains(&known.id)) {
            let whole = self.store.publications(Query::Id(known.id)).await?;
            if let Some(whole) = whole.into_iter().next() {
                *known = whole;
            }
        }
        Ok(())
    }
}

/// The number of a channel's chat, where it is known.
#[must_use]
pub fn number_of(channel: &Channel, chats: &Chats) -> Option<i64> {
    match channel.chat {
        ChatId::Id(id) => Some(id),
        ChatId::Username(_) => chats.get(&channel.name).copied(),
    }
}

impl DesiredState {
    /// What would be done, with what `apply` and `plan` are asked for.
    #[must_use]
    pub fn plan(&self, asked: &PlanOptions) -> Plan {
        let broken: BTreeSet<PostId> = self.broken.keys().cloned().collect();
        let known = JournalView {
            publications: &self.publications,
            channels: &self.channels,
            files: &self.present,
            config: &self.config,
            unread: self.unread.as_deref(),
            broken: &broken,
            stopped: self.stopped.as_ref(),
            chat_names: &self.chat_names,
            history: &self.history,
            gone_history: &self.gone_history,
            vanished: &[],
        };
        plan::plan(&self.desired, &known, asked)
    }
}

/// What the files ask for.
#[derive(Default)]
struct Read {
    desired: Vec<Desired>,
    files: BTreeSet<PostId>,
    broken: BTreeMap<PostId, Report>,
    unnamed: Option<String>,
}

/// Checks every file.
fn read(newsroom: &Newsroom, now: Timestamp) -> Result<Read, PostsError> {
    let channels = &newsroom.config.channels;
    let asked = newsroom.each(now, |checked| {
        let desired = desired_posts(&checked, channels);
        let name = checked.report.source.path.clone();
        let wrong = checked.post.is_none().then_some(checked.report);
        // A file whose name differs only in case may be this post's: it is broken, not gone.
        (checked.id.or(checked.meant).ok_or(name), desired, wrong)
    })?;
    let mut all = Read::default();
    for (id, desired, wrong) in asked {
        all.desired.extend(desired);
        let id = match id {
            Ok(id) => id,
            Err(path) => {
                all.unnamed.get_or_insert(path);
                continue;
            }
        };
        all.broken.extend(wrong.map(|report| (id.clone(), report)));
        all.files.insert(id);
    }
    Ok(all)
}

impl From<&Step> for Command {
    fn from(step: &Step) -> Self {
        match step {
            Step::Accept(acceptance) => Self::Accept(acceptance.as_ref().clone()),
            Step::AcceptHeld(acceptance, held) => {
                Self::AcceptHeld(acceptance.as_ref().clone(), held.clone())
            }
            Step::Happen(publication, event) => Self::Event(*publication, event.clone()),
        }
    }
}

/// The files, read again for each publication that was not ordered from them just now.
pub struct CurrentFiles<'f> {
    /// Whose files.
    pub operations: &'f Operations,
    /// The time.
    pub clock: &'f dyn Clock,
    /// Publications that were ordered from the files just now.
    pub fresh: &'f [PublicationId],
}

impl publisher::FileSource for CurrentFiles<'_> {
    fn ready<'f>(&'f self, publication: &'f Publication) -> Later<'f, Readiness> {
        Box::pin(async move {
            let is_tried = publication.parts.iter().any(|part| !part.attempts.is_empty());
            if self.fresh.contains(&publication.id) && !is_tried {
                return Readiness::Go;
            }
            match self.operations.read_again(publication, self.clock.now()).await {
                Ok(ready) => ready,
                Err(fault) => {
                    log::error!("post={}: {fault}", publication.post);
                    Readiness::Wait(Duration::from_secs(1))
                }
            }
        })
    }
}

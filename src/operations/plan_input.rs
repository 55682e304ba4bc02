//! Reads the files and the journal, from which every plan is made.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::Timestamp;

use super::{OperationError, Operations};
use crate::clock::Clock;
use crate::config::Channel;
use crate::diagnostic::Severity;
use crate::explain::report::Report;
use crate::ids::{ChannelName, ChatId, Destination, PostId};
use crate::limits;
use crate::message::Request;
use crate::newsroom::{CheckedFile, Newsroom, PostsError};
use crate::outbox::{
    self, Actor, HoldReason, PayloadHash, Publication, PublicationId, State, StopReason,
};
use crate::plan::{
    self, Desired, JournalView, OlderPosts, Plan, PlanAction, PlanItem, PlanOptions, Step,
    TextWords, Words,
};
use crate::publisher::{self, GatewayFuture, Readiness};
use crate::status;
use crate::store::{Command, Query, StoreError};

/// The known numeric ids of channels.
pub type Chats = BTreeMap<ChannelName, i64>;

/// Everything that a plan compares: the files and the journal.
pub struct PlanInput {
    /// The desired state of each valid post in each channel.
    pub desired: Vec<Desired>,
    /// Posts that have a file, with errors or without.
    pub present: BTreeSet<PostId>,
    /// A file in the posts folder that has errors and of which nothing was published, if there is one.
    pub unread: Option<String>,
    /// Files that are not read as posts, with their words, if the file of a post is gone.
    pub texts_aside: Vec<(String, TextWords)>,
    /// The channels of the config, each with its chat if that is known.
    pub config: Vec<(ChannelName, Option<Destination>)>,
    /// Posts whose files have errors, with the errors.
    pub broken: BTreeMap<PostId, Report>,
    /// Every publication, with the parts that a plan needs.
    pub publications: Vec<Publication>,
    /// The comments of posts, which are not in `publications`.
    pub comments: Vec<Publication>,
    /// The channels' states.
    pub channels: Vec<outbox::Channel>,
    /// The posts that are older than the journal.
    pub history: OlderPosts,
    /// Why all sending is stopped, if it is.
    pub stopped: Option<StopReason>,
    /// The @name of each chat that has one, without the @.
    pub chat_names: BTreeMap<i64, String>,
    /// The posts in `history` whose file is gone, with their words.
    pub gone_history: Vec<(PostId, Words)>,
    /// The published posts that have no copy in the discussion group, as far as the journal knows.
    pub without_copy: BTreeSet<PublicationId>,
    /// Why the last attempts of publications that are tried again later had no effect.
    pub failures: BTreeMap<PublicationId, String>,
}

/// Up to this many publications are read one by one; for more, the whole journal is read at once.
const MAX_SINGLE_READS: usize = 200;

/// The desired state of a file's post in each channel.
///
/// # Errors
/// The report of the file, if it has errors or its media cannot be read.
pub fn desired_posts(
    newsroom: &Newsroom,
    checked: &CheckedFile,
) -> Result<Vec<Desired>, Box<Report>> {
    let source = plan::source_hash(&checked.report.source.text);
    let laid_out = newsroom.hashed(checked)?;
    Ok(Desired::of(&laid_out, source, &newsroom.config.channels))
}

impl Operations {
    /// Reads every file and the whole journal.
    ///
    /// # Errors
    /// If the posts cannot be listed or the journal cannot be read.
    pub async fn files(&self, chats: &Chats, now: Timestamp) -> Result<PlanInput, OperationError> {
        let ReadPosts { mut desired, files, mut broken, unnamed } = read(&self.newsroom, now)?;
        let mut publications = self.store.publications(Query::Outline).await?;
        let config: Vec<_> = { self.newsroom.config.channels.iter() }
            .map(|channel| {
                let place = destination_of(channel, chats).or_else(|| self.destination_of(channel));
                (channel.name.clone(), place)
            })
            .collect();
        let discussions = self.store.discussions().await?;
        for one in &mut desired {
            let channel = config.iter().find(|(name, _)| *name == one.channel.name);
            let chat = channel.and_then(|(_, place)| *place).map(|place| place.chat);
            one.set_chat(chat, &discussions);
        }
        self.choose_occurrences(&mut desired, &publications, now);
        self.load_parts(&mut publications, &desired).await?;
        let comments: Vec<_> = publications.extract_if(.., |known| known.is_comments()).collect();
        let without_copy = self.posts_without_copy(&desired, &publications, &comments, now).await?;
        let shown: Vec<&Publication> = publications.iter().chain(&comments).collect();
        let failures = self.last_failures(&shown, now).await?;
        let is_known = |post: &PostId| publications.iter().any(|known| known.post == *post);
        // Markdown without front matter counts only if it was a post.
        broken.retain(|post, report| is_known(post) || report.count(Severity::Error) > 0);
        // Even if the journal knows the file, it may be another post under a new name while nothing of its own was published.
        let is_published = |post: &PostId| {
            publications.iter().any(|known| known.post == *post && plan::may_be_in_channel(known))
        };
        let unread = unnamed.or_else(|| {
            let unknown = broken.iter().find(|(post, _)| !is_published(post));
            unknown.map(|(_, report)| report.source.path.clone())
        });
        let has_vanished = publications.iter().any(|known| {
            !files.contains(&known.post) && !matches!(known.state, State::Cancelled { .. })
        });
        let texts_aside = if has_vanished { self.texts_aside()? } else { Vec::new() };
        let history = self.store.history().await?;
        let files_there = files.clone();
        Ok(PlanInput {
            desired,
            present: files,
            unread,
            texts_aside,
            config,
            broken,
            publications,
            comments,
            channels: self.store.channels().await?,
            gone_history: self.gone_history(&history, |post| files_there.contains(post)).await?,
            stopped: self.store.journal().await?.stopped,
            chat_names: self.names.all(),
            history,
            without_copy,
            failures,
        })
    }

    fn texts_aside(&self) -> Result<Vec<(String, TextWords)>, PostsError> {
        let texts = self.newsroom.texts_aside()?.into_iter();
        Ok(texts.map(|(path, text)| (path, TextWords::of(&text))).collect())
    }

    /// Posts that are older than the journal and have no file, with their words: at most [`limits::LOOKALIKES`].
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn gone_history(
        &self,
        history: &OlderPosts,
        has_file: impl Fn(&PostId) -> bool,
    ) -> Result<Vec<(PostId, Words)>, StoreError> {
        let OlderPosts::FirstScan { posts, .. } = history else { return Ok(Vec::new()) };
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
    /// Whether the current files still want a pruned publication deleted. If they cannot be read, it is kept.
    pub async fn still_pruned(&self, id: PublicationId, now: Timestamp) -> bool {
        let Ok(files) = self.files(&Chats::new(), now).await else { return false };
        let options = PlanOptions {
            now,
            by: self.by.clone(),
            grace: self.policy().grace,
            approvals: 0,
            prune: true,
            restyle: false,
            posts: BTreeSet::new(),
        };
        let items = files.plan(&options).items;
        items.iter().any(|item| item.publication == Some(id) && item.action == PlanAction::Delete)
    }

    /// Plans a due publication again with its current file.
    async fn read_again(
        &self,
        publication: &Publication,
        now: Timestamp,
    ) -> Result<Readiness, OperationError> {
        // A process with this channel in its config publishes it.
        if !self.has_channel_of(publication).await? {
            log::debug!("the channel of {} is not in the config", publication.post);
            return Ok(Readiness::Wait(limits::LEFT_TO_OTHERS));
        }
        let item = self.plan_again(publication, now).await?;
        let ready = Readiness::of(item.as_ref(), publication, &HoldReason::File);
        self.ready(ready, now).await
    }

    /// The plan's item for a publication with the current files.
    async fn plan_again(
        &self,
        publication: &Publication,
        now: Timestamp,
    ) -> Result<Option<PlanItem>, OperationError> {
        let files = self.files(&Chats::new(), now).await?;
        let options = PlanOptions {
            now,
            by: Actor::File,
            grace: self.policy().grace,
            approvals: 0,
            prune: false,
            restyle: false,
            posts: BTreeSet::new(),
        };
        let mut items = files.plan(&options).items.into_iter();
        Ok(items.find(|item| item.publication == Some(publication.id)))
    }

    /// The same, after the media of the orders that replace the publication were frozen.
    ///
    /// # Errors
    /// If they cannot be frozen.
    pub async fn ready(
        &self,
        readiness: Readiness,
        now: Timestamp,
    ) -> Result<Readiness, OperationError> {
        if let Readiness::Instead(orders) = &readiness {
            self.keep_media(orders, now).await?;
        }
        Ok(readiness)
    }

    /// Loads the parts of the newest publications that do not match their file.
    pub(crate) async fn load_parts(
        &self,
        outline: &mut Vec<Publication>,
        desired: &[Desired],
    ) -> Result<(), StoreError> {
        let wanted: HashMap<(&PostId, Destination), PayloadHash> = desired
            .iter()
            .flat_map(|one| [Some(one), one.comments.as_deref()])
            .flatten()
            .filter_map(|one| Some(((&one.post, one.destination?), one.payload)))
            .collect();
        let is_as_wanted = |known: &Publication| {
            known.state == State::Published
                && wanted.get(&(&known.post, known.destination())) == Some(&known.payload)
        };
        let lacks: HashSet<PublicationId> = status::newest(outline.iter())
            .into_iter()
            .filter(|known| known.parts.is_empty() && !is_as_wanted(known))
            .map(|known| known.id)
            .collect();
        if lacks.len() > MAX_SINGLE_READS {
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

/// The number of a channel's chat, if it is known.
#[must_use]
pub fn number_of(channel: &Channel, chats: &Chats) -> Option<i64> {
    match channel.chat {
        ChatId::Id(id) => Some(id),
        ChatId::Username(_) => chats.get(&channel.name).copied(),
    }
}

/// Where a channel's messages are, if the number of its chat is known.
#[must_use]
pub fn destination_of(channel: &Channel, chats: &Chats) -> Option<Destination> {
    number_of(channel, chats).map(|chat| channel.in_chat(chat))
}

impl PlanInput {
    /// The plan of these files and this journal.
    #[must_use]
    pub fn plan(&self, options: &PlanOptions) -> Plan {
        let broken: BTreeSet<PostId> = self.broken.keys().cloned().collect();
        let known = JournalView {
            publications: &self.publications,
            comments: &self.comments,
            channels: &self.channels,
            files: &self.present,
            config: &self.config,
            unread: self.unread.as_deref(),
            texts_aside: &self.texts_aside,
            broken: &broken,
            stopped: self.stopped.as_ref(),
            chat_names: &self.chat_names,
            history: &self.history,
            gone_history: &self.gone_history,
            without_copy: &self.without_copy,
            failures: &self.failures,
            vanished: &[],
        };
        plan::plan(&self.desired, &known, options).with_missing_media(&self.without_media())
    }

    /// The published posts whose files have no problem but a missing media file.
    #[must_use]
    pub fn without_media(&self) -> BTreeSet<PostId> {
        let settled = status::settled_posts(&self.publications);
        let is_whole = |report: &Report| {
            let without_media = report.clone().with_kept_media();
            report.count(Severity::Error) > 0 && without_media.count(Severity::Error) == 0
        };
        let posts = self.broken.iter().filter(|(_, report)| is_whole(report));
        posts.map(|(post, _)| post).filter(|post| settled.contains(*post)).cloned().collect()
    }
}

#[derive(Default)]
struct ReadPosts {
    desired: Vec<Desired>,
    files: BTreeSet<PostId>,
    broken: BTreeMap<PostId, Report>,
    unnamed: Option<String>,
}

/// Checks every file.
fn read(newsroom: &Newsroom, now: Timestamp) -> Result<ReadPosts, PostsError> {
    let options = newsroom.each(now, |checked| {
        let name = (!checked.is_ignored()).then(|| checked.report.source.path.clone());
        let (desired, wrong) = match desired_posts(newsroom, &checked) {
            Ok(desired) => (desired, None),
            Err(report) => (Vec::new(), Some(*report)),
        };
        // A file whose name differs only in case may be this post's, so the post is broken, not gone.
        let id = checked.id.or(checked.meant).ok_or(name);
        (id, desired, wrong)
    })?;
    let mut all = ReadPosts::default();
    for (id, desired, wrong) in options {
        all.desired.extend(desired);
        let id = match id {
            Ok(id) => id,
            Err(path) => {
                all.unnamed = all.unnamed.or(path);
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
            Step::Apply(publication, event) => Self::Event(*publication, event.clone()),
        }
    }
}

/// Reads the files again for each publication that was not ordered from them just now.
pub struct CurrentFiles<'f> {
    /// The files' newsroom.
    pub operations: &'f Operations,
    /// The clock.
    pub clock: &'f dyn Clock,
    /// Publications that were ordered from the files just now.
    pub fresh: &'f [PublicationId],
}

impl publisher::FileSource for CurrentFiles<'_> {
    fn ready<'f>(&'f self, publication: &'f Publication) -> GatewayFuture<'f, Readiness> {
        Box::pin(async move {
            let is_tried = publication.parts.iter().any(|part| !part.attempts.is_empty());
            if self.fresh.contains(&publication.id) && !is_tried {
                return Readiness::Go;
            }
            let ready = self.operations.read_again(publication, self.clock.now()).await;
            ready.unwrap_or_else(|error| Readiness::unreadable(publication, &error))
        })
    }

    fn may_end<'f>(&'f self, publication: &'f Publication) -> GatewayFuture<'f, Readiness> {
        Box::pin(async move {
            match self.operations.plan_again(publication, self.clock.now()).await {
                Ok(item) => Readiness::of_end(item.as_ref()),
                Err(error) => Readiness::unreadable(publication, &error),
            }
        })
    }

    fn restore<'f>(
        &'f self,
        publication: &'f Publication,
        request: &'f Request,
    ) -> GatewayFuture<'f, bool> {
        Box::pin(self.operations.restore_media(&publication.post, request, self.clock.now()))
    }
}

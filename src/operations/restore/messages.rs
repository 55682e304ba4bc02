//! Finds the posts that the unknown messages of a channel show. Pure: it reads neither the journal nor the channel.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{Destination, PostId};
use crate::message::{FileIds, Request};
use crate::outbox::{AlbumItem, Cancellation, PartState, Publication, State};
use crate::plan::Desired;
use crate::publisher::{ForwardedMessage, MessageSearch};
use crate::status;

use super::super::adopt::parts_for;

/// Messages of one channel that the journal does not know and that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownMessages {
    /// The chat.
    pub chat: i64,
    /// The message ids, lowest first.
    pub message_ids: Vec<i64>,
    /// The first line of the first message.
    pub text: String,
    /// What they show.
    pub shown: ShownPost,
}

/// The post that messages show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShownPost {
    /// A post that the journal does not know as published. `adopt` records exactly these messages.
    Whole(PostId),
    /// A message of such a post, but not all messages before it, or only some files of an album. `adopt` cannot record it alone.
    Part {
        /// The post.
        post: PostId,
        /// How many messages the post has that the journal does not know.
        messages: usize,
    },
    /// A post that Telegram did not confirm. `resolve --sent` records exactly these messages.
    Unconfirmed(PostId),
    /// A post that has no file, so `adopt` cannot record it.
    WithoutFile(PostId),
    /// A post that the journal knows as other messages.
    Copy(PostId),
    /// A post that was deleted from the channel.
    Deleted(PostId),
    /// No post.
    Nothing,
}

impl ShownPost {
    /// Whether the message must be adopted or deleted before anything is published: its post would be there twice.
    #[must_use]
    pub fn is_unrecorded_post(&self) -> bool {
        matches!(self, Self::Whole(_) | Self::Part { .. } | Self::Unconfirmed(_))
    }
}

/// The requests of a post that the journal does not know as sent to the channel, in order.
struct MissingRequests<'f> {
    post: &'f PostId,
    requests: Vec<&'f Request>,
    kind: MissingKind<'f>,
}

#[derive(Clone, Copy)]
enum MissingKind<'f> {
    /// Its file, if the messages would be recorded as a new publication.
    New(&'f Desired),
    /// The rest of a publication that was sent in part.
    Rest,
    Unconfirmed,
    Deleted,
    WithoutFile,
}

impl MissingRequests<'_> {
    fn messages(&self) -> usize {
        self.requests.iter().map(|request| request.messages().max(1)).sum()
    }

    /// Whether `adopt` records this number of messages.
    fn is_adoptable(&self, messages: usize) -> bool {
        match self.kind {
            MissingKind::New(desired) => {
                let parts = parts_for(desired, messages);
                parts.iter().map(|part| part.messages).sum::<usize>() == messages
            }
            MissingKind::Rest => true,
            MissingKind::Unconfirmed | MissingKind::Deleted | MissingKind::WithoutFile => false,
        }
    }
}

/// The messages that were read, grouped by the posts that they show.
pub(super) fn attribute(
    chat: i64,
    read: &BTreeMap<i64, Option<ForwardedMessage>>,
    desired: &[Desired],
    publications: &[Publication],
    files: &FileIds,
) -> Vec<UnknownMessages> {
    let mut groups = Groups {
        chat,
        read,
        files,
        taken: BTreeSet::new(),
        whole: BTreeSet::new(),
        found: Vec::new(),
    };
    let missing = missing_posts(chat, desired, publications);
    // A whole post is certain. What it takes is no longer a candidate for parts of others.
    for missing in &missing {
        groups.add_beginning(missing);
    }
    for missing in &missing {
        groups.add_pieces(missing);
    }
    groups.add_copies(publications);
    groups.add_rest();
    groups.found.sort_by_key(|found| found.message_ids.first().copied());
    groups.found
}

/// The posts that may be in the channel without the journal's knowledge. Posts that are certainly not deleted come first.
fn missing_posts<'f>(
    chat: i64,
    desired: &'f [Desired],
    publications: &'f [Publication],
) -> Vec<MissingRequests<'f>> {
    let here = publications.iter().filter(|known| known.chat == chat);
    // A post may be in several topics of the chat.
    let newest: BTreeMap<(&PostId, Destination), &Publication> = status::newest(here)
        .into_iter()
        .map(|known| ((&known.post, known.destination()), known))
        .collect();
    let mut all = Vec::new();
    for known in newest.values() {
        let open = known.parts.iter().filter(|part| part.state.unknown_outcome().is_some());
        let requests: Vec<_> = open.map(|part| &part.request).collect();
        if !requests.is_empty() {
            all.push(MissingRequests {
                post: &known.post,
                requests,
                kind: MissingKind::Unconfirmed,
            });
        }
    }
    let mut with_file = BTreeSet::new();
    for desired in desired.iter().filter(|desired| desired.chat() == Some(chat)) {
        let post = &desired.post;
        with_file.insert(post);
        let requests = desired.parts.iter().map(|part| &part.request).collect();
        let known = desired.destination.and_then(|place| newest.get(&(post, place)));
        if known.is_some_and(|known| has_unknown_outcome(known)) {
            continue;
        }
        let kind = match known {
            Some(known) if is_deleted(known) => MissingKind::Deleted,
            Some(known) if known.state == State::Published => continue,
            Some(known) if known.sent_count() > 0 => {
                let requests = known.missing_parts().map(|(_, part)| &part.request).collect();
                all.push(MissingRequests { post, requests, kind: MissingKind::Rest });
                continue;
            }
            Some(_) | None => MissingKind::New(desired),
        };
        all.push(MissingRequests { post, requests, kind });
        // The file may have changed since.
        if let (MissingKind::New(_), Some(known)) = (kind, known) {
            let requests = known.parts.iter().map(|part| &part.request).collect();
            all.push(MissingRequests { post, requests, kind });
        }
    }
    for ((post, _), known) in &newest {
        if !with_file.contains(post)
            && known.state != State::Published
            && !has_unknown_outcome(known)
        {
            let kind =
                if is_deleted(known) { MissingKind::Deleted } else { MissingKind::WithoutFile };
            let parts = known.parts.iter().filter(|part| part.state.message_ids().is_empty());
            all.push(MissingRequests {
                post,
                requests: parts.map(|part| &part.request).collect(),
                kind,
            });
        }
    }
    all.sort_by_key(|missing| matches!(missing.kind, MissingKind::Deleted));
    all
}

fn has_unknown_outcome(known: &Publication) -> bool {
    known.parts.iter().any(|part| part.state.unknown_outcome().is_some())
}

fn is_deleted(known: &Publication) -> bool {
    let parts = || known.parts.iter();
    let is_gone = known.sent_count() == 0
        && parts().any(|part| matches!(part.state, PartState::Deleted { .. }));
    is_gone || matches!(&known.state, State::Cancelled { cancellation: Cancellation::Deleted, .. })
}

struct Groups<'r> {
    chat: i64,
    read: &'r BTreeMap<i64, Option<ForwardedMessage>>,
    files: &'r FileIds,
    taken: BTreeSet<i64>,
    /// Posts of which all messages, or the first ones, are found. Further ones are copies.
    whole: BTreeSet<PostId>,
    found: Vec<UnknownMessages>,
}

impl Groups<'_> {
    /// The messages after `above` that are not another post's, searched for a request.
    fn search<'s>(&self, request: &'s Request, above: i64) -> MessageSearch<'s> {
        let search = MessageSearch::new(request, self.chat, self.files.clone());
        for (id, copy) in self.read.range(above.saturating_add(1)..) {
            if let Some(copy) = copy
                && !self.taken.contains(id)
            {
                search.add(*id, copy);
            }
        }
        search
    }

    fn add(&mut self, message_ids: Vec<i64>, shown: ShownPost) {
        let first = message_ids.first().and_then(|id| self.read.get(id));
        let text = match first.and_then(Option::as_ref) {
            None => "(cannot be read)".to_owned(),
            Some(copy) => first_line(copy),
        };
        self.taken.extend(&message_ids);
        self.found.push(UnknownMessages { chat: self.chat, message_ids, text, shown });
    }

    /// Adds the messages of a post from its first missing one on, as one group.
    fn add_beginning(&mut self, missing: &MissingRequests<'_>) {
        if self.whole.contains(missing.post) {
            return;
        }
        let mut ids: Vec<i64> = Vec::new();
        for request in &missing.requests {
            let above = ids.last().copied().unwrap_or_default();
            let Some(run) = self.search(request, above).whole().into_iter().next() else { break };
            ids.extend(run);
        }
        if ids.is_empty() {
            return;
        }
        let post = missing.post.clone();
        let shown = match missing.kind {
            MissingKind::Deleted => ShownPost::Deleted(post),
            MissingKind::WithoutFile => ShownPost::WithoutFile(post),
            MissingKind::Unconfirmed => ShownPost::Unconfirmed(post),
            _ if missing.is_adoptable(ids.len()) => ShownPost::Whole(post),
            _ => ShownPost::Part { post, messages: missing.messages() },
        };
        self.whole.insert(missing.post.clone());
        self.add(ids, shown);
    }

    /// Adds messages that certainly show later parts of a post, or single files of an album.
    fn add_pieces(&mut self, missing: &MissingRequests<'_>) {
        for request in &missing.requests {
            let items = self.search(request, 0).items().into_iter();
            for AlbumItem { message_id, .. } in items {
                let post = missing.post.clone();
                let shown = match missing.kind {
                    _ if self.whole.contains(missing.post) => ShownPost::Copy(post),
                    MissingKind::Deleted => ShownPost::Deleted(post),
                    MissingKind::WithoutFile => ShownPost::WithoutFile(post),
                    _ => ShownPost::Part { post, messages: missing.messages() },
                };
                self.add(vec![message_id], shown);
            }
        }
    }

    /// Adds messages that show a post which the journal knows as other messages.
    fn add_copies(&mut self, publications: &[Publication]) {
        let chat = self.chat;
        for known in publications.iter().filter(|known| known.chat == chat) {
            for part in &known.parts {
                let search = self.search(part.edited.as_ref().unwrap_or(&part.request), 0);
                let whole = search.whole();
                let single = search.items().into_iter().map(|item| vec![item.message_id]);
                for ids in whole.into_iter().chain(single) {
                    if !ids.iter().any(|id| self.taken.contains(id)) {
                        self.add(ids, ShownPost::Copy(known.post.clone()));
                    }
                }
            }
        }
    }

    fn add_rest(&mut self) {
        let rest: Vec<i64> =
            self.read.keys().copied().filter(|id| !self.taken.contains(id)).collect();
        for id in rest {
            self.add(vec![id], ShownPost::Nothing);
        }
    }
}

fn first_line(copy: &ForwardedMessage) -> String {
    match (copy.text.lines().next(), &copy.media, &copy.poll) {
        (Some(line), _, _) => line.to_owned(),
        (None, Some(media), _) => format!("({} without a caption)", media.kind.name()),
        (None, None, Some(poll)) => format!("(poll: {})", poll.question),
        (None, None, None) => String::new(),
    }
}

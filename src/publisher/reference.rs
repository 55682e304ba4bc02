//! Fills in links and replies to other posts when a request is claimed. A publication waits for (is blocked by)
//! posts that have no message yet.

use std::collections::BTreeSet;

use super::Publisher;
use crate::ids::{Destination, PostId};
use crate::message::Request;
use crate::message::{MissingReference, Reference};
use crate::outbox::comment::Placement;
use crate::outbox::{Change, Part, PartState, PayloadHash, Publication, PublicationId};
use crate::plan;
use crate::status;
use crate::store::{Command, Query, StoreError};

impl Publisher<'_> {
    /// Posts that a publication, or another one of its release group, refers to and that have no message yet. All its parts are
    /// checked, so that it does not have to wait in the middle.
    pub(super) async fn missing_posts(
        &self,
        publication: &Publication,
        with: &[PublicationId],
    ) -> Result<Vec<String>, StoreError> {
        let mut missing_posts = BTreeSet::new();
        for other in with.iter().filter(|other| **other != publication.id) {
            for member in self.store.publications(Query::Id(*other)).await? {
                missing_posts.extend(self.missing_posts_of(&member).await?);
            }
        }
        missing_posts.extend(self.missing_posts_of(publication).await?);
        Ok(missing_posts.into_iter().collect())
    }

    async fn missing_posts_of(&self, publication: &Publication) -> Result<Vec<String>, StoreError> {
        let mut missing_posts = Vec::new();
        for reference in references(publication) {
            if self
                .find_referenced_post(publication.channel_destination(), &reference)
                .await?
                .is_none()
            {
                missing_posts.push(reference.post().to_owned());
            }
        }
        Ok(missing_posts)
    }

    async fn find_referenced_post(
        &self,
        channel: Destination,
        reference: &Reference,
    ) -> Result<Option<ReferencedPost>, StoreError> {
        let Ok(post) = PostId::parse(reference.post()) else { return Ok(None) };
        let known = self.store.publications(Query::Post(post.clone())).await?;
        Ok(self.place(channel, &known, reference))
    }

    /// The claim of a part, or of its change, with every placeholder filled in. A placeholder is never sent.
    pub(super) async fn claim(
        &self,
        publication: &Publication,
        number: usize,
    ) -> Result<ClaimDecision, StoreError> {
        let request = publication.parts.get(number).map(next_request);
        let claim = |request_hash, filled| {
            ClaimDecision::Ready(Box::new(Command::Claim {
                publication: publication.id,
                part: number,
                request_hash,
                filled,
                telegram_at: self.gateway.telegram_time(),
            }))
        };
        let Some(request) = request else { return Ok(claim(PayloadHash::UNKNOWN, None)) };
        let wanted = request.references();
        if wanted.is_empty() && !request.is_unplaced_comment() {
            return Ok(claim(plan::request_hash(request), None));
        }
        let mut request = request.clone();
        if request.is_unplaced_comment() {
            let Placement::ReplyTo(message_id) = self.placement(publication).await? else {
                let post = publication.post.to_string();
                return Ok(ClaimDecision::WaitsFor(MissingReference(post)));
            };
            request = request.placed(message_id);
        }
        let mut places = Vec::new();
        for reference in wanted {
            let found =
                self.find_referenced_post(publication.channel_destination(), &reference).await?;
            places.extend(found.map(|at| (reference, at)));
        }
        let place = |reference: &Reference| {
            places.iter().find(|(known, _)| known == reference).map(|(_, place)| place)
        };
        let address = |post: &str| {
            place(&Reference::Link(post.to_owned())).map(|place| place.address.clone())
        };
        let message =
            |post: &str| place(&Reference::Reply(post.to_owned())).map(|place| place.message_id);
        Ok(match request.filled(address, message) {
            Ok(filled) => claim(plan::request_hash(&filled), Some(filled)),
            Err(missing) => ClaimDecision::WaitsFor(missing),
        })
    }

    /// The message of the referenced post: in this channel, or, for a link to a post that is not published there, in the
    /// first channel of that post.
    fn place(
        &self,
        channel: Destination,
        known: &[Publication],
        reference: &Reference,
    ) -> Option<ReferencedPost> {
        // Of a post with `repeat` counts the newest occurrence that has a message.
        let has_message = |known: &&Publication| {
            known.occurrence.is_none()
                || known.parts.iter().any(|part| matches!(part.state, PartState::Sent { .. }))
        };
        let mut counting = status::newest(known.iter().filter(has_message));
        counting.retain(|known| !known.is_comments());
        let here: Vec<_> = counting.iter().filter(|known| known.destination() == channel).collect();
        let candidates = match reference {
            Reference::Link(_) if here.is_empty() => counting.iter().collect(),
            _ => here,
        };
        candidates.into_iter().find_map(|known| {
            let sent = |part: &Part| match &part.state {
                PartState::Sent { message_ids, .. } => message_ids.first().copied(),
                _ => None,
            };
            let message_id = known.parts.iter().find_map(sent)?;
            Some(ReferencedPost { message_id, address: (self.link)(known, message_id)? })
        })
    }
}

/// The result of preparing a claim.
pub(super) enum ClaimDecision {
    /// The order that claims it.
    Ready(Box<Command>),
    /// Another post must be published first.
    WaitsFor(MissingReference),
}

/// The message of a referenced post.
struct ReferencedPost {
    /// Its first message.
    message_id: i64,
    /// That message's address.
    address: String,
}

/// The references of the requests that are still to be made.
fn references(publication: &Publication) -> Vec<Reference> {
    let is_waiting = |part: &&Part| {
        part.state == PartState::Pending || part.change.as_ref().is_some_and(Change::is_pending)
    };
    let parts = publication.parts.iter().filter(is_waiting);
    let mut all: Vec<_> = parts.flat_map(|part| next_request(part).references()).collect();
    all.sort();
    all.dedup();
    all
}

/// The next request of a part.
pub(super) fn next_request(part: &Part) -> &Request {
    match (&part.state, &part.change) {
        (PartState::Sent { .. }, Some(change)) if change.is_pending() => &change.request,
        _ => &part.request,
    }
}

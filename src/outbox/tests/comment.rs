//! Comments: sent only as replies to the copy of their post, and after it.

use super::fixture::*;
use crate::ids::PostId;
use crate::limits;
use crate::message::{ForwardedPost, ReplyParameters, Request};
use crate::outbox::comment::{Placement, patience_ends, placement, post_of};
use crate::outbox::*;

/// Comments on the post of the other fixtures, accepted after it.
pub(super) fn comments() -> Case {
    let mut wanted = new(2);
    wanted.id = PublicationId(2);
    wanted.wanted.comments_on = Some(CHAT);
    for part in &mut wanted.wanted.parts {
        let forward_of = ForwardedPost::Post;
        part.request.send_options_mut().unwrap().reply_parameters =
            Some(ReplyParameters::AutomaticForward { forward_of });
    }
    Case { publication: enqueue(wanted).unwrap().committed().0, ..Case::new() }
}

pub(super) fn claim_with(part: usize, attempt: i64, filled: Option<Request>) -> Event {
    let Event::Claim(claim) = claim(part, attempt) else { panic!("`claim` returns a claim") };
    Event::Claim(Claim { filled, ..claim })
}

/// The claim of a comment as a reply to the copy of its post.
fn claim_placed(case: &Case, part: usize, attempt: i64) -> Event {
    claim_with(part, attempt, Some(case.publication.parts[part].request.clone().placed(70)))
}

#[test]
fn comment_is_never_sent_without_its_place() {
    let due = comments().then(&Event::Tick);
    let unplaced = due.publication.parts[0].request.clone();
    let text = request("a blind message");
    for blind in [None, Some(unplaced), Some(text)] {
        assert_eq!(due.step(&claim_with(0, 1, blind)), Err(StepRefusal::NotPlaced));
    }
    let placed = claim_placed(&due, 0, 1);
    let (_, intent) = due.step(&placed).unwrap().committed();
    let reply = ReplyParameters::Message { message_id: 70 };
    assert_eq!(intent.unwrap().request().reply(), Some(&reply));
    let first = due.then(&placed).then(&answered(0, 1, sent(&[71])));
    assert_eq!(first.step(&claim(1, 2)), Err(StepRefusal::NotPlaced));
    let second = claim_placed(&first, 1, 2);
    let both = first.then(&second).then(&answered(1, 2, sent(&[72])));
    assert_eq!(both.publication.state, State::Published);
}

#[test]
fn comments_are_as_late_as_their_post() {
    let late = comments().at(1_000_000);
    assert_eq!(late.then(&Event::Tick).publication.state, State::Due);
    let post = Case::new().at(1_000_000).then(&Event::Tick);
    assert_eq!(post.publication.state, State::Held { held: HoldReason::Missed });
}

#[test]
fn further_comment_may_follow_messages_of_others() {
    let due = comments().then(&Event::Tick);
    let first = due.clone().then(&claim_placed(&due, 0, 1));
    let first = first.then(&answered(0, 1, sent(&[71])));
    let both = first.clone().then(&claim_placed(&first, 1, 2));
    let mut both = both.then(&answered(1, 2, sent(&[72])));
    both.channel.last_known_message_id = Some(900);
    let more = both.then(&revise(&[], 1, operator()));
    assert_eq!(more.publication.state, State::Due);
}

#[test]
fn comments_wait_for_their_post_and_then_for_its_copy() {
    let wait = i64::try_from(limits::FORWARD_WAIT.as_secs()).unwrap();
    let deadline = at(wait);
    let published = Case::published().publication;
    let deleting = Case::deleting().publication;
    let rows = [
        (Some(Case::new().publication), None, 0, Placement::WaitsForPost),
        (Some(Case::due().publication), Some(70), 0, Placement::WaitsForPost),
        (Some(Case::half().publication), Some(70), 0, Placement::WaitsForPost),
        (Some(Case::uncertain().publication), Some(70), 0, Placement::WaitsForPost),
        (Some(Case::needs_operator().publication), None, 9_999, Placement::WaitsForPost),
        (Some(Case::held().publication), None, 9_999, Placement::WaitsForPost),
        (Some(Case::failed().publication), None, 9_999, Placement::WaitsForPost),
        (Some(published.clone()), None, 0, Placement::WaitsForForward(deadline)),
        (Some(published.clone()), None, wait - 1, Placement::WaitsForForward(deadline)),
        (Some(published.clone()), None, wait, Placement::NotPlaced),
        (Some(published.clone()), Some(70), 0, Placement::ReplyTo(70)),
        (Some(published), Some(70), wait, Placement::ReplyTo(70)),
        (Some(deleting), Some(70), 0, Placement::PostGone),
        (Some(Case::cancelled().publication), None, 0, Placement::PostGone),
        (Some(Case::superseded().publication), None, 0, Placement::PostGone),
        (None, Some(70), 0, Placement::PostGone),
    ];
    let comments = comments().publication;
    for (post, forward, seconds, expected) in rows {
        let found = placement(&comments, post.as_ref(), forward, at(seconds));
        assert_eq!(found, expected, "{:?} {forward:?} {seconds}", post.map(|post| post.state));
    }
    // A command waits only for a part of that time.
    let patience = i64::try_from(limits::COMMENTS_PATIENCE.as_secs()).unwrap();
    assert_eq!(patience_ends(deadline), at(patience));
    // An operator who releases the comments waits once more.
    let released = Publication { retry_since: at(wait), ..comments };
    let published = Case::published().publication;
    let found = placement(&released, Some(&published), None, at(wait));
    assert_eq!(found, Placement::WaitsForForward(at(2 * wait)));
}

#[test]
fn comments_belong_to_the_post_they_were_accepted_with() {
    let of = |id, state| {
        let mut post = Case::new().publication;
        (post.id, post.state) = (PublicationId(id), state);
        post
    };
    let replaced =
        |successor| State::Superseded { by: Actor::File, successor: PublicationId(successor) };
    let mut comments = comments().publication;
    comments.id = PublicationId(5);
    let own = of(4, State::Due);
    let again = of(6, State::Due);
    let earlier = of(1, State::Published);
    let found = |all: &[Publication]| post_of(&comments, all).map(|post| post.id.0);
    assert_eq!(found(&[earlier.clone(), own.clone(), again.clone()]), Some(4));
    assert_eq!(found(&[earlier.clone(), of(4, replaced(7)), again, of(7, State::Due)]), Some(7));
    assert_eq!(found(&[of(4, replaced(7))]), None);
    let mut elsewhere = own;
    elsewhere.chat -= 1;
    assert_eq!(found(&[elsewhere.clone()]), None);
    elsewhere.chat += 1;
    elsewhere.post = PostId::parse("other").unwrap();
    assert_eq!(found(&[elsewhere]), None);
}

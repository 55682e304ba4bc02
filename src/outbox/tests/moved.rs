//! A new post that may be a published post under another name.

use super::fixture::*;
use crate::ids::PostId;
use crate::outbox::*;

#[test]
fn post_that_may_have_been_moved_is_released_only_by_a_person() {
    let old = OldNames::of([PostId::parse("old").unwrap()]).unwrap();
    let hold = |held| Event::Hold { held, by: Actor::File };
    let case = Case::new().then(&hold(HoldReason::MaybeMoved(old)));
    assert!(case.publication.counts_as_new() && case.publication.can_be_replaced());
    assert!(case.step(&hold(HoldReason::File)).is_err());
    assert!(case.step(&Event::Release { by: Actor::File }).is_err());
    assert!(case.step(&Event::Tick).is_err());
    let released = case.then(&Event::Release { by: operator() });
    assert!(!released.publication.counts_as_new());
}

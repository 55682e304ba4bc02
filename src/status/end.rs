//! The sentences about the end of a published post: when it is unpinned or deleted, or that this was missed.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::ids::Target;
use crate::outbox::{EndKind, Publication, State};
use crate::schedule;

/// What becomes of a publication that waits for nothing else; `None` if its file names no end, or it is over.
#[must_use]
pub fn end_reason(publication: &Publication, target: &Target, zone: &TimeZone) -> Option<String> {
    if let Some((kind, at, waits)) = publication.missed_ends().next() {
        return Some(missed(kind, target, &schedule::shown_with_day(at, zone), waits));
    }
    match publication.state {
        State::Scheduled | State::Due => will_end(publication.ends.times().all(), zone),
        _ => will_end(publication.waiting_ends(), zone),
    }
}

/// `will be unpinned … and deleted …`, in the order of the times; `None` without a time.
#[must_use]
pub fn will_end(
    ends: impl Iterator<Item = (EndKind, Timestamp)>,
    zone: &TimeZone,
) -> Option<String> {
    let mut ends: Vec<_> = ends.collect();
    ends.sort_by_key(|(_, at)| *at);
    let shown = |(kind, at): &(EndKind, Timestamp)| {
        format!("{} {}", verb(*kind), schedule::shown_with_day(*at, zone))
    };
    let shown: Vec<_> = ends.iter().map(shown).collect();
    (!shown.is_empty()).then(|| format!("will be {}", shown.join(" and ")))
}

fn verb(kind: EndKind) -> &'static str {
    match kind {
        EndKind::Delete => "deleted",
        EndKind::Unpin => "unpinned",
    }
}

/// That an end was missed, and the next step if an operator has to decide.
fn missed(kind: EndKind, target: &Target, when: &str, waits: bool) -> String {
    let (verb, key) = (verb(kind), kind.key());
    let missed = format!("it was to be {verb} {when}, and that was missed");
    let step = match kind {
        _ if !waits => "`[schedule] missed` says to leave it".to_owned(),
        EndKind::Delete => format!(
            "`telepress delete {target}` deletes it; or set another `{key}` in its file, or remove it"
        ),
        EndKind::Unpin => format!(
            "remove `pin` and `{key}` from its file, or set another time, then run `telepress update {target}`"
        ),
    };
    format!("{missed}: {step}")
}

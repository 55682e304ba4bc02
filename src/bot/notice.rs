//! What an alert says: pure, from the publications that need somebody. Whom it is told is not known here.

use jiff::tz::TimeZone;

use super::Attendant;
use super::buttons::{Deed, Filter};
use super::card::decisions;
use super::page::{Button, Does, Page, Speech, Word};
use super::phrase::Phrase;
use super::request::Room;
use super::state;
use crate::config::{Operator, Role};
use crate::ids::PostId;
use crate::outbox::{Actor, Held, Notice, Publication, State};

/// Posts that one message lists.
const LINES: usize = 10;

/// Whether one message reports the notice for both posts: an approval is asked for per post, and posts that are held for the
/// same reason are one list.
#[must_use]
pub fn joins(notice: &Notice, one: &PostId, other: &PostId) -> bool {
    match notice {
        Notice::Held { held: Held::Approvals } => one == other,
        Notice::Held { held } => matches!(
            held,
            Held::Missed | Held::CameLate | Held::CatchUp | Held::Expired | Held::Restored
        ),
        _ => false,
    }
}

impl Attendant<'_> {
    /// What needs somebody, as one operator or a chat hears it.
    pub(super) fn notice(
        &self,
        notice: &Notice,
        open: &[Publication],
        room: Room,
        operator: Option<Operator>,
    ) -> Page {
        let mut posts: Vec<&PostId> = open.iter().map(|known| &known.post).collect();
        posts.sort();
        posts.dedup();
        let mut speech = Speech::new(self.language(room.id()));
        match (posts.as_slice(), open) {
            ([_], [publication, ..]) => {
                self.say_notice(&mut speech, notice, (publication, open), operator);
            }
            _ => self.say_list(&mut speech, &posts, open, operator),
        }
        speech.page()
    }

    /// What the matter is with one post, in one channel or in several.
    fn say_notice(
        &self,
        speech: &mut Speech,
        notice: &Notice,
        (publication, open): (&Publication, &[Publication]),
        operator: Option<Operator>,
    ) {
        let words = [("post", Word::code(&publication.post)), ("channel", self.channels(open))];
        speech.say(Phrase::NeedsYou, &words);
        let total = publication.parts.len();
        let channel = self.desk.channel_of(publication);
        let zone = channel.map_or(TimeZone::UTC, |channel| channel.timezone.clone());
        let link = |id| self.desk.link(publication, id);
        match notice {
            Notice::Uncertain { part } => {
                let part = state::part_of(speech, *part, total);
                speech.line(Phrase::NotSentYet, &[("part", part)]);
                state::say_evidence(speech, publication, &zone, &link);
            }
            Notice::NeedsOperator { part } => {
                let part = state::part_of(speech, *part, total);
                speech.line(Phrase::OnlyYouKnow, &[("part", part)]);
                state::say_evidence(speech, publication, &zone, &link);
            }
            Notice::Duplicate { part, message_ids } => {
                let part = state::part_of(speech, *part, total);
                let ids: Vec<_> = message_ids.iter().map(ToString::to_string).collect();
                let words = [("part", part), ("ids", Word::plain(ids.join(", ")))];
                speech.line(Phrase::StandsTwice, &words);
            }
            Notice::Failed { part } => state::say_refusal(speech, publication, *part),
            Notice::Conflict { .. } => state::say_why(speech, publication),
            Notice::Held { held } => {
                state::say_held(speech, held);
                if *held == Held::Approvals {
                    self.say_who_asks(speech, publication, &zone);
                }
            }
            Notice::Missed => drop(speech.line(Phrase::LeftOut, &[])),
            Notice::LongWait { until } => {
                let time = Word::plain(state::time(*until, &zone));
                speech.line(Phrase::AskedToWait, &[("time", time)]);
            }
            Notice::ChannelPaused => drop(speech.line(Phrase::RefusesBot, &[])),
            Notice::BotStopped => drop(speech.line(Phrase::RefusesToken, &[])),
        }
        for place in open.iter().filter_map(|known| self.desk.place(known)) {
            speech.block(&place);
        }
        if let Some(operator) = operator {
            say_ways_out(speech, notice, publication, operator);
        }
    }

    /// Who asks for approvals, and of what.
    fn say_who_asks(&self, speech: &mut Speech, publication: &Publication, zone: &TimeZone) {
        let time = ("time", Word::plain(state::time(publication.due_at, zone)));
        let who = match (publication.approvals.asker, &publication.by) {
            (Some(id), _) => self.name_of(id),
            (None, Actor::Operator { id }) => self.name_of(*id),
            (None, Actor::CommandLine { user }) => user.clone(),
            (None, Actor::File | Actor::Schedule | Actor::System) => {
                speech.line(Phrase::FileAsksFor, &[time]);
                return;
            }
        };
        let who = ("who", Word::plain(who));
        if publication.sent() > 0 && publication.state == State::Published {
            speech.line(Phrase::AsksToEdit, &[who]);
        } else if publication.due_at > self.clock.now() {
            speech.line(Phrase::AsksForTime, &[who, time]);
        } else {
            speech.line(Phrase::AsksForNow, &[who]);
        }
    }

    /// Several posts that wait for the same word, each with the way to it.
    fn say_list(
        &self,
        speech: &mut Speech,
        posts: &[&PostId],
        open: &[Publication],
        operator: Option<Operator>,
    ) {
        speech.say(Phrase::SeveralNeedYou, &[("count", Word::bold(posts.len()))]);
        for post in posts.iter().take(LINES) {
            let of_post = || open.iter().filter(|known| known.post == **post);
            let words = [("post", Word::code(*post)), ("channel", self.channels(of_post()))];
            speech.line(Phrase::NeedsYou, &words).put(" ");
            let held = of_post().find_map(|known| match &known.state {
                State::Held { held } => Some(held),
                _ => None,
            });
            if let Some(held) = held {
                speech.say(Phrase::of_held(held), &[]);
            }
        }
        if let Some(more) = posts.len().checked_sub(LINES).filter(|more| *more > 0) {
            speech.line(Phrase::AndMore, &[("count", Word::plain(more))]);
        }
        if operator.is_none() {
            return;
        }
        for post in posts.iter().take(LINES) {
            let does = Does::Deed(Box::new(Deed::Card((*post).clone())));
            speech.row([Button { label: post.to_string(), does }]);
        }
        if posts.len() > LINES {
            let problems = speech.button(Phrase::Problems, Deed::list(Filter::Problems));
            speech.row([problems]);
        }
    }
}

/// The buttons that decide, and those that lead to where it is decided.
fn say_ways_out(
    speech: &mut Speech,
    notice: &Notice,
    publication: &Publication,
    operator: Operator,
) {
    if state::needs_word(publication) && operator.role.may(Role::Admin) {
        for row in decisions(speech, publication) {
            speech.row(row);
        }
    }
    // What goes on by a press is looked at first.
    let look = match notice {
        Notice::Held { held: Held::Approvals } => Some(Phrase::LookAndApprove),
        Notice::Held { held: Held::Changed } => Some(Phrase::Preview),
        Notice::Held { held } if *held != Held::Restored => Some(Phrase::LetGo),
        Notice::Failed { .. } => Some(Phrase::TryAgain),
        _ => None,
    };
    let post = || publication.post.clone();
    let look = look.map(|label| speech.button(label, Deed::Preview(post())));
    let can_be_off = matches!(notice, Notice::Held { .. })
        && matches!(publication.state, State::Held { .. })
        && publication.sent() == 0
        && operator.role.may(Role::Publisher);
    let off = can_be_off.then(|| speech.button(Phrase::TakeOff, Deed::Cancel(post())));
    let card = speech.button(Phrase::OpenCard, Deed::Card(post()));
    speech.row(look).row(off).row([card]);
}

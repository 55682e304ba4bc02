//! What an alert says: pure, from the publications that need somebody. Whom it is told is not known here.

use jiff::tz::TimeZone;

use super::Bot;
use super::buttons::{Action, Filter};
use super::card::decisions;
use super::reply::{Button, MessageBuilder, Reply, Span};
use super::request::OperatorChat;
use super::state;
use super::text::Text;
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

impl Bot<'_> {
    /// What needs somebody, as one operator or a chat hears it.
    pub(super) fn notice(
        &self,
        notice: &Notice,
        open: &[Publication],
        room: OperatorChat,
        operator: Option<Operator>,
    ) -> Reply {
        let mut posts: Vec<&PostId> = open.iter().map(|known| &known.post).collect();
        posts.sort();
        posts.dedup();
        let mut reply = MessageBuilder::new(self.language(room.id()));
        match (posts.as_slice(), open) {
            ([_], [publication, ..]) => {
                self.say_notice(&mut reply, notice, (publication, open), operator);
            }
            _ => self.say_list(&mut reply, &posts, open, operator),
        }
        reply.page()
    }

    /// What the matter is with one post, in one channel or in several.
    fn say_notice(
        &self,
        reply: &mut MessageBuilder,
        notice: &Notice,
        (publication, open): (&Publication, &[Publication]),
        operator: Option<Operator>,
    ) {
        let words = [("post", Span::code(&publication.post)), ("channel", self.channels(open))];
        reply.say(Text::NeedsYou, &words);
        let total = publication.parts.len();
        let channel = self.desk.channel_of(publication);
        let zone = channel.map_or(TimeZone::UTC, |channel| channel.timezone.clone());
        let link = |id| self.desk.link(publication, id);
        match notice {
            Notice::Uncertain { part } => {
                let part = state::part_of(reply, *part, total);
                reply.line(Text::NotSentYet, &[("part", part)]);
                state::say_evidence(reply, publication, &zone, &link);
            }
            Notice::NeedsOperator { part } => {
                let part = state::part_of(reply, *part, total);
                reply.line(Text::OnlyYouKnow, &[("part", part)]);
                state::say_evidence(reply, publication, &zone, &link);
            }
            Notice::Duplicate { part, message_ids } => {
                let part = state::part_of(reply, *part, total);
                let ids: Vec<_> = message_ids.iter().map(ToString::to_string).collect();
                let words = [("part", part), ("ids", Span::plain(ids.join(", ")))];
                reply.line(Text::StandsTwice, &words);
            }
            Notice::Failed { part } => state::say_refusal(reply, publication, *part),
            Notice::Conflict { .. } => state::say_why(reply, publication),
            Notice::Held { held } => {
                state::say_held(reply, held);
                if *held == Held::Approvals {
                    self.say_who_asks(reply, publication, &zone);
                }
            }
            Notice::Missed => drop(reply.line(Text::LeftOut, &[])),
            Notice::LongWait { until } => {
                let time = Span::plain(state::time(*until, &zone));
                reply.line(Text::AskedToWait, &[("time", time)]);
            }
            Notice::ChannelPaused => drop(reply.line(Text::RefusesBot, &[])),
            Notice::BotStopped => drop(reply.line(Text::RefusesToken, &[])),
        }
        for place in open.iter().filter_map(|known| self.desk.place(known)) {
            reply.block(&place);
        }
        if let Some(operator) = operator {
            say_ways_out(reply, notice, publication, operator);
        }
    }

    /// Who asks for approvals, and of what.
    fn say_who_asks(&self, reply: &mut MessageBuilder, publication: &Publication, zone: &TimeZone) {
        let time = ("time", Span::plain(state::time(publication.due_at, zone)));
        let who = match (publication.approvals.asker, &publication.by) {
            (Some(id), _) => self.name_of(id),
            (None, Actor::Operator { id }) => self.name_of(*id),
            (None, Actor::CommandLine { user }) => user.clone(),
            (None, Actor::File | Actor::Schedule | Actor::System) => {
                reply.line(Text::FileAsksFor, &[time]);
                return;
            }
        };
        let who = ("who", Span::plain(who));
        if publication.sent() > 0 && publication.state == State::Published {
            reply.line(Text::AsksToEdit, &[who]);
        } else if publication.due_at > self.clock.now() {
            reply.line(Text::AsksForTime, &[who, time]);
        } else {
            reply.line(Text::AsksForNow, &[who]);
        }
    }

    /// Several posts that wait for the same word, each with the way to it.
    fn say_list(
        &self,
        reply: &mut MessageBuilder,
        posts: &[&PostId],
        open: &[Publication],
        operator: Option<Operator>,
    ) {
        reply.say(Text::SeveralNeedYou, &[("count", Span::bold(posts.len()))]);
        for post in posts.iter().take(LINES) {
            let of_post = || open.iter().filter(|known| known.post == **post);
            let words = [("post", Span::code(*post)), ("channel", self.channels(of_post()))];
            reply.line(Text::NeedsYou, &words).put(" ");
            let held = of_post().find_map(|known| match &known.state {
                State::Held { held } => Some(held),
                _ => None,
            });
            if let Some(held) = held {
                reply.say(Text::of_held(held), &[]);
            }
        }
        if let Some(more) = posts.len().checked_sub(LINES).filter(|more| *more > 0) {
            reply.line(Text::AndMore, &[("count", Span::plain(more))]);
        }
        if operator.is_none() {
            return;
        }
        for post in posts.iter().take(LINES) {
            let action = Action::Card((*post).clone());
            reply.row([Button { label: post.to_string(), action }]);
        }
        if posts.len() > LINES {
            let problems = reply.button(Text::Problems, Action::list(Filter::Problems));
            reply.row([problems]);
        }
    }
}

/// The buttons that decide, and those that lead to where it is decided.
fn say_ways_out(
    reply: &mut MessageBuilder,
    notice: &Notice,
    publication: &Publication,
    operator: Operator,
) {
    if state::needs_word(publication) && operator.role.may(Role::Admin) {
        for row in decisions(reply, publication) {
            reply.row(row);
        }
    }
    // What goes on by a press is looked at first.
    let look = match notice {
        Notice::Held { held: Held::Approvals } => Some(Text::LookAndApprove),
        Notice::Held { held: Held::Changed } => Some(Text::Preview),
        Notice::Held { held } if *held != Held::Restored => Some(Text::LetGo),
        Notice::Failed { .. } => Some(Text::TryAgain),
        _ => None,
    };
    let post = || publication.post.clone();
    let look = look.map(|label| reply.button(label, Action::Preview(post())));
    let can_be_off = matches!(notice, Notice::Held { .. })
        && matches!(publication.state, State::Held { .. })
        && publication.sent() == 0
        && operator.role.may(Role::Publisher);
    let off = can_be_off.then(|| reply.button(Text::TakeOff, Action::Cancel(post())));
    let card = reply.button(Text::OpenCard, Action::Card(post()));
    reply.row(look).row(off).row([card]);
}

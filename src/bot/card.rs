//! A post's card: how it stands in each of its channels, and what can be done now.

use super::buttons::{Action, Filter, Shown};
use super::pauses::Pauses;
use super::post_source::{PostState, title};
use super::release;
use super::reply::{Button, MessageBuilder, Reply, Span};
use super::session::Session;
use super::state;
use super::text::Text;
use crate::config::Role;
use crate::desk::DeskFault;
use crate::ids::PostId;
use crate::outbox::{ChangeKind, Held, Publication, Resolution, State};
use crate::plan::Desired;
use crate::status;
use crate::store::Wanted;

impl Session<'_> {
    /// A post's card.
    pub(super) async fn card(&self, post: &PostId) -> Result<Reply, DeskFault> {
        let mut reply = self.reply();
        self.say_card(&mut reply, post).await?;
        Ok(reply.page())
    }

    /// The same, behind what was said before.
    pub(super) async fn say_card(
        &self,
        reply: &mut MessageBuilder,
        post: &PostId,
    ) -> Result<(), DeskFault> {
        let said = self.said(post).await;
        let known = self.standing(post).await?;
        if matches!(said, PostState::Missing) && known.is_empty() {
            self.say_unknown(reply, post.as_str());
            return Ok(());
        }
        let wanted: &[Desired] = if let PostState::Good(wanted) = &said { wanted } else { &[] };
        if let Some(first) = wanted.first() {
            reply.newline().word(&Span::bold(title(first)));
        }
        reply.newline().word(&Span::code(post)).newline();
        if let PostState::Broken(why) = &said {
            super::preview::say_broken(reply, post, why.as_ref());
        }
        let pauses = self.pauses().await?;
        for publication in &known {
            self.say_publication(reply, publication, wanted, &pauses);
        }
        for desired in wanted {
            if !known.iter().any(|known| desired.is_about(known)) {
                Self::say_wanted(reply, desired);
            }
        }
        if !wanted.is_empty() {
            reply.newline();
        }
        for desired in wanted {
            reply.newline();
            super::preview::say_gauge(reply, desired);
        }
        let warnings = self.bot.source.warnings(post);
        if warnings > 0 {
            let words = [("count", Span::plain(warnings)), ("post", Span::plain(post))];
            reply.newline().line(Text::HasWarnings, &words);
        }
        self.offer(reply, post, &known, wanted);
        Ok(())
    }

    /// The publications of a post that count.
    pub(super) async fn standing(&self, post: &PostId) -> Result<Vec<Publication>, DeskFault> {
        let all = self.bot.desk.store.publications(Wanted::Post(post.clone())).await?;
        Ok(status::newest(&all).into_iter().cloned().collect())
    }

    /// How it stands in one channel, and why.
    pub(super) fn say_publication(
        &self,
        reply: &mut MessageBuilder,
        known: &Publication,
        wanted: &[Desired],
        pauses: &Pauses,
    ) {
        reply.newline().put(state::sign(&known.state)).put(" ");
        reply.word(&self.channel(known)).put(": ");
        state::say(reply, known, &self.zone(known), pauses.of(known));
        if let Some(link) = self.bot.desk.standing(known).link
            && known.sent() > 0
        {
            let open = Text::OpenMessage.of(self.language);
            reply.put(" · ").word(&Span::Link(open.to_owned(), link));
        }
        state::say_why(reply, known);
        state::say_evidence(reply, known, &self.zone(known), &|id| self.bot.desk.link(known, id));
        let is_held = matches!(known.state, State::Held { .. });
        if known.waits_for_approvals(self.bot.desk.policy().approvals) && !is_held {
            reply.line(Text::HeldApprovals, &[]);
        }
        if known.state == State::Published && differs(known, wanted) {
            reply.line(Text::FileDiffers, &[]);
        }
    }

    fn say_wanted(reply: &mut MessageBuilder, desired: &Desired) {
        let sign = if desired.draft { "📝 " } else { "🆕 " };
        reply.newline().put(sign).word(&Span::bold(&desired.channel.name)).put(": ");
        match desired.publish_at {
            _ if desired.draft => reply.say(Text::StateDraft, &[]),
            Some(at) => {
                let time = state::time(at, &desired.channel.timezone);
                reply.say(Text::StateWillSchedule, &[("time", Span::plain(time))])
            }
            None => reply.say(Text::StateNew, &[]),
        };
    }

    /// The buttons of what can be done now, by this operator.
    fn offer(
        &self,
        reply: &mut MessageBuilder,
        post: &PostId,
        known: &[Publication],
        wanted: &[Desired],
    ) {
        let may = |role: Role| self.operator.role.may(role);
        let own = || post.clone();
        let mut rows: Vec<Vec<Button>> = Vec::new();
        if !wanted.is_empty() {
            rows.push(vec![reply.button(Text::Preview, Action::Preview(own()))]);
        }
        let waits = known.iter().any(state::waits);
        if waits && may(Role::Publisher) {
            let mut row = vec![reply.button(Text::TakeOff, Action::Cancel(own()))];
            if !wanted.is_empty() {
                // A card shows no text: what is to go out at another time is looked at first.
                row.push(reply.button(Text::Move, Action::Preview(own())));
            }
            rows.push(row);
        }
        // Both go by the preview: a card shows no text.
        let as_shown = |known: &&Publication| release::is_as_shown(known, wanted);
        let goes = known.iter().filter(as_shown).any(goes_by_word);
        let goes_anew = known.iter().any(|known| goes_by_word(known) && known.sent() == 0);
        if (goes || goes_anew) && may(Role::Publisher) && !wanted.is_empty() {
            rows.push(vec![reply.button(Text::LetGo, Action::Preview(own()))]);
        }
        let has_failed = known.iter().filter(as_shown).any(release::has_failed);
        if has_failed && may(Role::Publisher) {
            rows.push(vec![reply.button(Text::TryAgain, Action::Preview(own()))]);
        }
        for asked in known.iter().filter(|known| state::needs_word(known)) {
            if may(Role::Admin) {
                rows.extend(decisions(reply, asked));
            }
        }
        let stands = known.iter().any(|known| known.state == State::Published);
        let mut last = Vec::new();
        if stands && known.iter().any(|known| differs(known, wanted)) && may(Role::Publisher) {
            last.push(reply.button(Text::Update, Action::AskUpdate(own())));
        }
        let can_delete =
            |known: &Publication| known.sent() > 0 && state::unknown_part(known).is_none();
        if known.iter().any(can_delete) && may(Role::Admin) {
            last.push(reply.button(Text::Delete, Action::AskDelete(own())));
        }
        rows.push(last);
        if known.iter().any(state::can_cancel) && !waits && may(Role::Publisher) {
            rows.push(vec![reply.button(Text::CancelIt, Action::Cancel(own()))]);
        }
        let all = Action::list(Filter::All);
        rows.push(vec![reply.button(Text::Back, all)]);
        for row in rows {
            reply.row(row);
        }
    }

    /// That there is no such post, and which it may have been.
    pub(super) fn say_unknown(&self, reply: &mut MessageBuilder, typed: &str) {
        reply.line(Text::NoSuchPost, &[("post", Span::code(state::cut(typed)))]);
        let near = self.near(typed);
        if near.is_empty() {
            return;
        }
        reply.put(" ").say(Text::DidYouMean, &[]);
        for post in near {
            let label = post.to_string();
            let action = Action::Card(post);
            reply.row([Button { label, action }]);
        }
    }
}

/// The rows of buttons for a person's word: on an outcome that is unknown, with a button for each message that may be it, or
/// on a change that could not be made.
pub(super) fn decisions(reply: &MessageBuilder, publication: &Publication) -> Vec<Vec<Button>> {
    let Some(asked) = state::question(publication) else { return Vec::new() };
    let part = publication.parts.get(asked.0);
    let candidates = part.map(|part| part.state.candidates()).unwrap_or_default();
    let is = |id: &i64| {
        let words = [("id", Span::plain(id.to_string()))];
        let label = MessageBuilder::of(reply.language(), Text::ItIsMessage, &words);
        let action =
            Action::Decide(publication.id, asked, Resolution::Sent { message_ids: vec![*id] });
        vec![Button { label: label.page().text.string, action }]
    };
    let mut rows: Vec<Vec<Button>> = candidates.iter().map(is).collect();
    // Which message it is, is asked then.
    let there = Resolution::Sent { message_ids: Vec::new() };
    let words = match state::open_change(publication).map(|change| change.kind) {
        None => vec![
            (Text::ItIsThere, there),
            (Text::ItIsNot, Resolution::NotSent),
            (Text::Skip, Resolution::Skip),
        ],
        Some(ChangeKind::Pin) => vec![
            (Text::ItIsPinned, there),
            (Text::TryAgain, Resolution::NotSent),
            (Text::LeaveIt, Resolution::Skip),
        ],
        Some(ChangeKind::Unpin) => vec![
            (Text::ItIsUnpinned, there),
            (Text::TryAgain, Resolution::NotSent),
            (Text::LeaveIt, Resolution::Skip),
        ],
        Some(ChangeKind::Edit | ChangeKind::Delete) => {
            vec![(Text::TryAgain, Resolution::NotSent), (Text::LeaveIt, Resolution::Skip)]
        }
    };
    let button = |(label, resolution)| {
        reply.button(label, Action::Decide(publication.id, asked, resolution))
    };
    rows.push(words.into_iter().map(button).collect());
    rows
}

/// What is shown of a post.
pub(super) fn shown(wanted: &[Desired], known: &[Publication]) -> Shown {
    let by_person = |known: &&Publication| match &known.state {
        State::Cancelled { by, .. } => by.is_person(),
        _ => false,
    };
    let is_taken_back =
        |desired: &&Desired| known.iter().filter(by_person).any(|known| desired.is_about(known));
    let name = |desired: &Desired| desired.channel.name.clone();
    Shown {
        content: wanted.iter().map(|desired| (name(desired), desired.payload)).collect(),
        taken_back: wanted.iter().filter(is_taken_back).map(name).collect(),
    }
}

/// Whether it is held so that a person's word lets it go on: what waits for somebody to look at it goes by its preview.
pub(super) fn goes_by_word(known: &Publication) -> bool {
    match &known.state {
        State::Held { held } => !matches!(held, Held::Changed | Held::Approvals),
        _ => false,
    }
}

/// Whether the file says something else than what was published.
pub(super) fn differs(known: &Publication, wanted: &[Desired]) -> bool {
    let here = wanted.iter().find(|desired| desired.is_about(known));
    known.state == State::Published && here.is_some_and(|here| here.payload != known.payload)
}

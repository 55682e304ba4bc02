//! A post's card: how it stands in each of its channels, and what can be done now.

use super::asker::Asker;
use super::buttons::{Deed, Filter, Shown};
use super::gates::Gates;
use super::page::{Button, Does, Page, Speech, Word};
use super::phrase::Phrase;
use super::resuming;
use super::shelf::{Said, title};
use super::state;
use crate::config::Role;
use crate::desk::DeskFault;
use crate::ids::PostId;
use crate::outbox::{ChangeKind, Held, Publication, Resolution, State};
use crate::plan::Desired;
use crate::status;
use crate::store::Wanted;

impl Asker<'_> {
    /// A post's card.
    pub(super) async fn card(&self, post: &PostId) -> Result<Page, DeskFault> {
        let mut speech = self.speech();
        self.say_card(&mut speech, post).await?;
        Ok(speech.page())
    }

    /// The same, behind what was said before.
    pub(super) async fn say_card(
        &self,
        speech: &mut Speech,
        post: &PostId,
    ) -> Result<(), DeskFault> {
        let said = self.said(post).await;
        let known = self.standing(post).await?;
        if matches!(said, Said::Missing) && known.is_empty() {
            self.say_unknown(speech, post.as_str());
            return Ok(());
        }
        let wanted: &[Desired] = if let Said::Good(wanted) = &said { wanted } else { &[] };
        if let Some(first) = wanted.first() {
            speech.newline().word(&Word::bold(title(first)));
        }
        speech.newline().word(&Word::code(post)).newline();
        if let Said::Broken(why) = &said {
            super::preview::say_broken(speech, post, why.as_ref());
        }
        let gates = self.gates().await?;
        for publication in &known {
            self.say_publication(speech, publication, wanted, &gates);
        }
        for desired in wanted {
            if !known.iter().any(|known| desired.is_about(known)) {
                Self::say_wanted(speech, desired);
            }
        }
        if !wanted.is_empty() {
            speech.newline();
        }
        for desired in wanted {
            speech.newline();
            super::preview::say_gauge(speech, desired);
        }
        let warnings = self.bot.shelf.warnings(post);
        if warnings > 0 {
            let words = [("count", Word::plain(warnings)), ("post", Word::plain(post))];
            speech.newline().line(Phrase::HasWarnings, &words);
        }
        self.offer(speech, post, &known, wanted);
        Ok(())
    }

    /// The publications of a post that count.
    pub(super) async fn standing(&self, post: &PostId) -> Result<Vec<Publication>, DeskFault> {
        let all = self.bot.desk.store.publications(Wanted::Post(post)).await?;
        Ok(status::newest(&all).into_iter().cloned().collect())
    }

    /// How it stands in one channel, and why.
    pub(super) fn say_publication(
        &self,
        speech: &mut Speech,
        known: &Publication,
        wanted: &[Desired],
        gates: &Gates,
    ) {
        speech.newline().put(state::sign(&known.state)).put(" ");
        speech.word(&self.channel(known)).put(": ");
        state::say(speech, known, &self.zone(known), gates.of(known));
        if let Some(link) = self.bot.desk.standing(known).link
            && known.sent() > 0
        {
            let open = Phrase::OpenMessage.of(self.language);
            speech.put(" · ").word(&Word::Link(open.to_owned(), link));
        }
        state::say_why(speech, known);
        state::say_evidence(speech, known, &self.zone(known), &|id| self.bot.desk.link(known, id));
        let is_held = matches!(known.state, State::Held { .. });
        if known.waits_for_approvals(self.bot.desk.policy().approvals) && !is_held {
            speech.line(Phrase::HeldApprovals, &[]);
        }
        if known.state == State::Published && differs(known, wanted) {
            speech.line(Phrase::FileDiffers, &[]);
        }
    }

    fn say_wanted(speech: &mut Speech, desired: &Desired) {
        let sign = if desired.draft { "📝 " } else { "🆕 " };
        speech.newline().put(sign).word(&Word::bold(&desired.channel.name)).put(": ");
        match desired.publish_at {
            _ if desired.draft => speech.say(Phrase::StateDraft, &[]),
            Some(at) => {
                let time = state::time(at, &desired.channel.timezone);
                speech.say(Phrase::StateWillSchedule, &[("time", Word::plain(time))])
            }
            None => speech.say(Phrase::StateNew, &[]),
        };
    }

    /// The buttons of what can be done now, by this operator.
    fn offer(&self, speech: &mut Speech, post: &PostId, known: &[Publication], wanted: &[Desired]) {
        let may = |role: Role| self.operator.role.may(role);
        let own = || post.clone();
        let mut rows: Vec<Vec<Button>> = Vec::new();
        if !wanted.is_empty() {
            rows.push(vec![speech.button(Phrase::Preview, Deed::Preview(own()))]);
        }
        let waits = known.iter().any(state::waits);
        if waits && may(Role::Publisher) {
            let mut row = vec![speech.button(Phrase::TakeOff, Deed::Cancel(own()))];
            if !wanted.is_empty() {
                // A card shows no text: what is to go out at another time is looked at first.
                row.push(speech.button(Phrase::Move, Deed::Preview(own())));
            }
            rows.push(row);
        }
        // Both go by the preview: a card shows no text.
        let as_shown = |known: &&Publication| resuming::is_as_shown(known, wanted);
        let goes = known.iter().filter(as_shown).any(goes_by_word);
        let goes_anew = known.iter().any(|known| goes_by_word(known) && known.sent() == 0);
        if (goes || goes_anew) && may(Role::Publisher) && !wanted.is_empty() {
            rows.push(vec![speech.button(Phrase::LetGo, Deed::Preview(own()))]);
        }
        let has_failed = known.iter().filter(as_shown).any(resuming::has_failed);
        if has_failed && may(Role::Publisher) {
            rows.push(vec![speech.button(Phrase::TryAgain, Deed::Preview(own()))]);
        }
        for asked in known.iter().filter(|known| state::needs_word(known)) {
            if may(Role::Admin) {
                rows.extend(decisions(speech, asked));
            }
        }
        let stands = known.iter().any(|known| known.state == State::Published);
        let mut last = Vec::new();
        if stands && known.iter().any(|known| differs(known, wanted)) && may(Role::Publisher) {
            last.push(speech.button(Phrase::Update, Deed::AskUpdate(own())));
        }
        let can_delete =
            |known: &Publication| known.sent() > 0 && state::unknown_part(known).is_none();
        if known.iter().any(can_delete) && may(Role::Admin) {
            last.push(speech.button(Phrase::Delete, Deed::AskDelete(own())));
        }
        rows.push(last);
        if known.iter().any(state::can_cancel) && !waits && may(Role::Publisher) {
            rows.push(vec![speech.button(Phrase::CancelIt, Deed::Cancel(own()))]);
        }
        let all = Deed::list(Filter::All);
        rows.push(vec![speech.button(Phrase::Back, all)]);
        for row in rows {
            speech.row(row);
        }
    }

    /// That there is no such post, and which it may have been.
    pub(super) fn say_unknown(&self, speech: &mut Speech, typed: &str) {
        speech.line(Phrase::NoSuchPost, &[("post", Word::code(state::cut(typed)))]);
        let near = self.near(typed);
        if near.is_empty() {
            return;
        }
        speech.put(" ").say(Phrase::DidYouMean, &[]);
        for post in near {
            let label = post.to_string();
            let deed = Deed::Card(post);
            let does = Does::Deed(Box::new(deed));
            speech.row([Button { label, does }]);
        }
    }
}

/// The rows of buttons for a person's word: on an outcome that is unknown, with a button for each message that may be it, or
/// on a change that could not be made.
pub(super) fn decisions(speech: &Speech, publication: &Publication) -> Vec<Vec<Button>> {
    let Some(asked) = state::question(publication) else { return Vec::new() };
    let part = publication.parts.get(asked.0);
    let candidates = part.map(|part| part.state.candidates()).unwrap_or_default();
    let is = |id: &i64| {
        let words = [("id", Word::plain(id.to_string()))];
        let label = Speech::of(speech.language(), Phrase::ItIsMessage, &words);
        let deed = Deed::Decide(publication.id, asked, Resolution::Sent { message_ids: vec![*id] });
        vec![Button { label: label.page().text.string, does: Does::Deed(Box::new(deed)) }]
    };
    let mut rows: Vec<Vec<Button>> = candidates.iter().map(is).collect();
    // Which message it is, is asked then.
    let there = Resolution::Sent { message_ids: Vec::new() };
    let words = match state::open_change(publication).map(|change| change.kind) {
        None => vec![
            (Phrase::ItIsThere, there),
            (Phrase::ItIsNot, Resolution::NotSent),
            (Phrase::Skip, Resolution::Skip),
        ],
        Some(ChangeKind::Pin) => vec![
            (Phrase::ItIsPinned, there),
            (Phrase::TryAgain, Resolution::NotSent),
            (Phrase::LeaveIt, Resolution::Skip),
        ],
        Some(ChangeKind::Unpin) => vec![
            (Phrase::ItIsUnpinned, there),
            (Phrase::TryAgain, Resolution::NotSent),
            (Phrase::LeaveIt, Resolution::Skip),
        ],
        Some(ChangeKind::Edit | ChangeKind::Delete) => {
            vec![(Phrase::TryAgain, Resolution::NotSent), (Phrase::LeaveIt, Resolution::Skip)]
        }
    };
    let button =
        |(label, resolution)| speech.button(label, Deed::Decide(publication.id, asked, resolution));
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

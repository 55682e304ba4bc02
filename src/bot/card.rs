//! A post's card: its state in each channel, and buttons for what can be done now. It reads only the post's facts.

use super::action_buttons::{Action, Filter, PostAction};
use super::explain;
use super::facts::{self, ChannelPublication, PostFacts};
use super::language::Language;
use super::post_source::{PostState, title};
use super::reply::{Button, MessageBuilder, Reply, Span, echo, time};
use super::state;
use super::text::Text;
use crate::config::Role;
use crate::ids::PostId;
use crate::outbox::{ChangeKind, Publication, Resolution, State};
use crate::plan::Desired;

pub(super) fn card(facts: &PostFacts, language: Language, role: Role) -> Reply {
    let mut reply = MessageBuilder::new(language);
    say_card(&mut reply, facts, role);
    reply.build()
}

/// Adds a post's card to a reply.
pub(super) fn say_card(reply: &mut MessageBuilder, facts: &PostFacts, role: Role) {
    let post = &facts.post;
    if facts.is_unknown() {
        say_unknown(reply, post.as_str(), &facts.near);
        return;
    }
    let wanted = facts.wanted();
    if let Some(first) = wanted.first() {
        reply.newline().word(&Span::bold(title(first)));
    }
    reply.newline().word(&Span::code(post)).newline();
    if let PostState::Invalid(why) = &facts.file {
        state::say_broken(reply, post, why.as_ref());
    }
    for one in facts.here.iter().chain(&facts.comments) {
        say_publication(reply, one, facts);
    }
    for desired in wanted.iter().filter(|desired| facts.of(desired).is_none()) {
        say_new(reply, desired);
    }
    if !wanted.is_empty() {
        reply.newline();
    }
    for desired in wanted {
        reply.newline();
        state::say_gauge(reply, desired);
    }
    if facts.warnings > 0 {
        let words = [("count", Span::plain(facts.warnings)), ("post", Span::plain(post))];
        reply.newline().line(Text::HasWarnings, &words);
    }
    offer(reply, facts, role);
}

/// The state in one channel, with the reason.
pub(super) fn say_publication(
    reply: &mut MessageBuilder,
    one: &ChannelPublication,
    facts: &PostFacts,
) {
    let known = &one.publication;
    reply.newline().put(state::state_emoji(&known.state)).put(" ");
    reply.word(&Span::bold(&one.channel)).put(": ");
    state::say_state(reply, one);
    if known.sent_count() > 0 {
        reply.link(one.link());
    }
    state::say_why(reply, one);
    state::say_unknown_outcome(reply, one);
    if one.lacks_approvals && !matches!(known.state, State::Held { .. }) {
        reply.line(Text::HeldApprovals, &[]);
    }
    if facts.differs_from(known) {
        reply.line(Text::FileDiffers, &[]);
    }
    if let Some(reason) = facts.why_uneditable(known) {
        let why = explain::plan(reason, reply.language());
        reply.line(Text::CannotUpdate, &[("channel", Span::bold(&one.channel)), ("why", why)]);
    }
}

/// A channel that has nothing of the post yet.
fn say_new(reply: &mut MessageBuilder, desired: &Desired) {
    let sign = if desired.draft { "📝 " } else { "🆕 " };
    reply.newline().put(sign).word(&Span::bold(&desired.channel.name)).put(": ");
    match desired.publish_at {
        _ if desired.draft => reply.say(Text::StateDraft, &[]),
        Some(at) => {
            let time = time(at, &desired.channel.timezone, reply.language());
            reply.say(Text::StateWillSchedule, &[("time", Span::plain(time))])
        }
        None => reply.say(Text::StateNew, &[]),
    };
}

/// The buttons for what this role can do now.
fn offer(reply: &mut MessageBuilder, facts: &PostFacts, role: Role) {
    let post = &facts.post;
    let has_file = !facts.wanted().is_empty();
    let (publisher, admin) = (role.may(Role::Publisher), role.may(Role::Admin));
    // A card does not show the text, so publishing goes through the preview.
    let look = |reply: &MessageBuilder, label| reply.button(label, PostAction::Preview.of(post));
    if has_file {
        reply.row([look(reply, Text::Preview)]);
    }
    let waits = facts.any_publication(facts::waits);
    if waits && publisher {
        let off = reply.button(Text::Unschedule, PostAction::Cancel.of(post));
        let another_time = has_file.then(|| look(reply, Text::ChangeTime));
        reply.row([off].into_iter().chain(another_time));
    }
    let is_releasable = |known: &Publication| {
        facts::is_releasable(known) && (known.sent_count() == 0 || facts.is_as_shown(known))
    };
    if facts.any_publication(is_releasable) && publisher && has_file {
        reply.row([look(reply, Text::Release)]);
    }
    if facts.any_publication(|known| facts::has_failed(known) && facts.is_as_shown(known))
        && publisher
    {
        reply.row([look(reply, Text::TryAgain)]);
    }
    for known in facts.publications().filter(|_| admin) {
        reply.rows(decisions(reply.language(), known));
    }
    // Comments follow a post that waits.
    for one in facts.comments.iter().filter(|one| one.needs_somebody() || !waits) {
        offer_for_comments(reply, one, role);
    }
    let with_comments = facts.here.iter().chain(&facts.comments);
    let can_edit =
        with_comments.into_iter().any(|one| facts.can_edit(&one.publication)) && publisher;
    let edit = can_edit.then(|| reply.button(Text::Update, PostAction::AskEdit.of(post)));
    let can_delete = facts
        .any_publication(|known| known.sent_count() > 0 && facts::unknown_part(known).is_none())
        && admin;
    let delete = can_delete.then(|| reply.button(Text::Delete, PostAction::AskDelete.of(post)));
    reply.row(edit.into_iter().chain(delete));
    if facts.any_publication(facts::can_cancel) && !waits && publisher {
        reply.action(Text::CancelIt, PostAction::Cancel.of(post));
    }
    reply.action(Text::Back, Action::list(Filter::All));
}

/// Adds the buttons for what this role can do with comments now.
pub(super) fn offer_for_comments(reply: &mut MessageBuilder, one: &ChannelPublication, role: Role) {
    let comments = &one.publication;
    if role.may(Role::Admin) {
        reply.rows(decisions(reply.language(), comments));
    }
    if !role.may(Role::Publisher) {
        return;
    }
    let channel = [("channel", Span::plain(&comments.channel))];
    let button = |text, action: PostAction| {
        let label = MessageBuilder::plain(reply.language(), text, &channel);
        Button::new(label, action.of(&comments.post))
    };
    let resume = if facts::is_releasable(comments) {
        Some(Text::ReleaseComments)
    } else if facts::has_failed(comments) {
        Some(Text::RetryComments)
    } else {
        None
    };
    let resume = resume.map(|text| button(text, PostAction::ResumeComments(comments.id)));
    let cancel = facts::can_cancel(comments)
        .then(|| button(Text::CancelComments, PostAction::CancelComments(comments.id)));
    reply.row(resume).row(cancel);
}

/// Says that there is no such post, and suggests similar ones.
pub(super) fn say_unknown(reply: &mut MessageBuilder, typed: &str, near: &[PostId]) {
    reply.line(Text::NoSuchPost, &[("post", Span::code(echo(typed)))]);
    if !near.is_empty() {
        reply.put(" ").say(Text::DidYouMean, &[]).cards(near);
    }
}

/// The button that says that these messages, which were just found, are the publication's.
pub(super) fn they_are(
    language: Language,
    publication: &Publication,
    message_ids: &[i64],
) -> Option<Button> {
    let asked = facts::question(publication)?;
    let label = match message_ids {
        [id] => MessageBuilder::plain(language, Text::ItIsMessage, &[("id", Span::plain(id))]),
        several => {
            let ids: Vec<_> = several.iter().map(ToString::to_string).collect();
            let ids = [("ids", Span::plain(ids.join(", ")))];
            MessageBuilder::plain(language, Text::TheyAreMessages, &ids)
        }
    };
    let resolution = Resolution::Sent { message_ids: message_ids.to_vec() };
    Some(Button::new(label, Action::Resolve(publication.id, asked, resolution)))
}

/// The buttons with which an operator settles an unknown outcome, with one for each message that may be it, or a change
/// that could not be made.
pub(super) fn decisions(language: Language, publication: &Publication) -> Vec<Vec<Button>> {
    let Some(asked) = facts::question(publication) else { return Vec::new() };
    let button = |label: String, resolution| {
        Button::new(label, Action::Resolve(publication.id, asked, resolution))
    };
    let part = publication.parts.get(asked.0);
    // One message is never the whole of an album.
    let part = part.filter(|part| part.messages == 1);
    let candidates = part.map(|part| part.state.candidates()).unwrap_or_default();
    let is = |id: &i64| {
        let label = MessageBuilder::plain(language, Text::ItIsMessage, &[("id", Span::plain(id))]);
        vec![button(label, Resolution::Sent { message_ids: vec![*id] })]
    };
    let mut rows: Vec<Vec<Button>> = candidates.iter().map(is).collect();
    // The bot then asks which message it is.
    let there = Resolution::Sent { message_ids: Vec::new() };
    let (done, again, skip) = match facts::open_change(publication).map(|change| change.kind) {
        None => (Some(Text::ItIsThere), Text::ItIsNotThere, Text::Skip),
        Some(ChangeKind::Pin) => (Some(Text::ItIsPinned), Text::TryAgain, Text::LeaveIt),
        Some(ChangeKind::Unpin) => (Some(Text::ItIsUnpinned), Text::TryAgain, Text::LeaveIt),
        Some(ChangeKind::Edit | ChangeKind::Delete | ChangeKind::ClosePoll) => {
            (None, Text::TryAgain, Text::LeaveIt)
        }
    };
    let text = |text: Text| text.of(language).to_owned();
    let mut row: Vec<_> =
        done.into_iter().map(|label| button(text(label), there.clone())).collect();
    row.push(button(text(again), Resolution::NotSent));
    row.push(button(text(skip), Resolution::Skip));
    rows.push(row);
    rows
}

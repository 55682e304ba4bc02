//! The messages about a draft of the inbox: pure, from the post's facts.

use crate::bot::action_buttons::{
    Action, ButtonTime, DraftAction, DraftActionKind, PostAction, ShownDraft,
};
use crate::bot::facts::PostFacts;
use crate::bot::language::Language;
use crate::bot::reply::{Button, MessageBuilder, Reply, Span};
use crate::bot::state;
use crate::bot::text::Text;
use crate::config::{Channel, Role};
use crate::ids::{ChannelName, PostId};

/// A button of a draft.
fn button(
    reply: &MessageBuilder,
    label: Text,
    post: &PostId,
    shown: &ShownDraft,
    kind: DraftActionKind,
) -> Button {
    reply.button(label, DraftAction::of(post, shown, kind))
}

/// The sizes of a draft, and what can be done with it.
pub(super) fn card(facts: &PostFacts, shown: &ShownDraft, language: Language, role: Role) -> Reply {
    let mut reply = MessageBuilder::new(language);
    reply.word(&Span::code(&facts.post));
    for desired in facts.wanted() {
        reply.newline();
        state::say_gauge(&mut reply, desired);
    }
    reply.newline().line(Text::DraftQuestion, &[]);
    let post = &facts.post;
    let one = |label, kind| button(&MessageBuilder::new(language), label, post, shown, kind);
    let label = if role.may(Role::Publisher) { Text::Publish } else { Text::Propose };
    reply.row([
        one(label, DraftActionKind::Publish(ButtonTime::Now)),
        one(Text::Schedule, DraftActionKind::ChooseTime),
    ]);
    let chosen = facts.wanted().iter().map(|desired| desired.channel.name.clone()).collect();
    reply.row([
        one(Text::ChooseChannels, DraftActionKind::ChooseChannels(chosen)),
        one(Text::Discard, DraftActionKind::AskDiscard),
    ]);
    reply.build()
}

/// The channels that a draft may have.
pub(super) struct ChosenChannels<'c> {
    pub(super) all: Vec<&'c Channel>,
    pub(super) chosen: Vec<ChannelName>,
    /// Whether the draft has a text for each language; otherwise its channels have one language.
    pub(super) has_editions: bool,
}

/// The channels of a draft, each with a button that adds or removes it. A channel of another language replaces those that were
/// chosen, unless the draft has editions.
pub(super) fn channels(
    post: &PostId,
    shown: &ShownDraft,
    channels: &ChosenChannels<'_>,
    language: Language,
) -> Reply {
    let mut reply = MessageBuilder::of(language, Text::ChannelsOf, &[("post", Span::code(post))]);
    let ChosenChannels { all, chosen, has_editions } = channels;
    for Channel { name, language, .. } in all {
        let is_chosen = chosen.contains(name);
        let toggled = all.iter().filter(|one| chosen.contains(&one.name) != (one.name == *name));
        let alike = toggled.filter(|one| *has_editions || is_chosen || one.language == *language);
        let kind = DraftActionKind::ChooseChannels(alike.map(|one| one.name.clone()).collect());
        let sign = if is_chosen { "✅" } else { "▫️" };
        reply.row([Button::new(format!("{sign} {name}"), DraftAction::of(post, shown, kind))]);
    }
    let save = DraftActionKind::SetChannels(chosen.clone());
    let save = (!chosen.is_empty())
        .then(|| button(&MessageBuilder::new(language), Text::Save, post, shown, save));
    let back = reply.button(Text::Back, PostAction::Preview.of(post));
    reply.row(save.into_iter().chain([back]));
    reply.build()
}

/// Asks whether to remove a draft.
pub(super) fn discard(post: &PostId, shown: &ShownDraft, language: Language) -> Reply {
    let mut reply =
        MessageBuilder::of(language, Text::DiscardQuestion, &[("post", Span::code(post))]);
    let discard = button(&reply, Text::Discard, post, shown, DraftActionKind::Discard);
    let close = reply.button(Text::Close, Action::Close);
    reply.row([discard, close]);
    reply.build()
}

//! Validates operators, the alerts chat and the number of approvals.

use super::super::raw::{RawBot, RawConfig, RawNumber};
use crate::config::{Operator, OperatorNames, Role};
use crate::diagnostic::problem::ConfigProblem;
use crate::escape;
use crate::field::Fields;
use crate::ids::{ChatId, IdError, PostId};
use crate::limits;

/// The operators, without duplicates.
pub(super) fn operators(raw: &RawBot<'_>, fields: &mut Fields<'_>) -> Vec<Operator> {
    let mut operators: Vec<Operator> = Vec::new();
    for item in raw.operators.iter().flat_map(|list| &list.value) {
        let missing = [("id", item.value.id.is_none()), ("role", item.value.role.is_none())];
        for (name, is_missing) in missing {
            if !is_missing
                || item.value.unread.has(name)
                || fields.is_malformed_in_table(&item.span)
            {
                continue;
            }
            fields.report(item.span.clone(), ConfigProblem::OperatorWithout(name));
        }
        let (Some(id), Some(role)) = (&item.value.id, &item.value.role) else { continue };
        let Some(number) = number(id).filter(|id| (1..=limits::USER_ID).contains(id)) else {
            fields.report(id.0.span.clone(), ConfigProblem::UserId);
            continue;
        };
        if operators.iter().any(|operator| operator.id == number) {
            fields.report(id.0.span.clone(), ConfigProblem::OperatorTwice(number));
            continue;
        }
        operators.push(Operator { id: number, role: role.value });
    }
    operators
}

/// The names that the config gives to the operators. In the log, two people must not have the same.
pub(super) fn names(raw: &RawBot<'_>, fields: &mut Fields<'_>) -> OperatorNames {
    let mut names = OperatorNames::default();
    for item in raw.operators.iter().flat_map(|list| &list.value) {
        let Some(typed) = &item.value.name else { continue };
        let name = typed.0.value.as_ref();
        let is_shown = name.chars().all(|one| escape::character(one) == one);
        let fits = (1..=limits::NAME_CHARACTERS).contains(&name.chars().count());
        if !is_shown || !fits || name.trim() != name {
            fields.report(typed.0.span.clone(), ConfigProblem::OperatorName);
            continue;
        }
        let Some(id) = item.value.id.as_ref().and_then(number) else { continue };
        if !names.add(id, name) {
            fields.report(typed.0.span.clone(), ConfigProblem::OperatorNameTwice(name.to_owned()));
        }
    }
    names
}

/// The alerts chat, which must not be one of the channels.
pub(super) fn alerts(
    raw: &RawBot<'_>,
    config: &RawConfig<'_>,
    fields: &mut Fields<'_>,
) -> Option<i64> {
    let typed = raw.alerts.as_ref()?;
    let id = number(typed).filter(|id| *id != 0);
    if id.is_none() {
        fields.report(typed.0.span.clone(), ConfigProblem::AlertsId);
        return None;
    }
    let mut channels = config.channels.iter().flat_map(|map| &map.value);
    let is_channel = channels.any(|(_, channel)| {
        channel.value.chat.as_ref().is_some_and(|chat| chat.0.value == typed.0.value)
    });
    if is_channel {
        fields.report(typed.0.span.clone(), ConfigProblem::AlertsChannel);
        return None;
    }
    id
}

/// The usernames that posts may mention, without the `@`.
pub(super) fn known_mentions(raw: &RawBot<'_>, fields: &mut Fields<'_>) -> Vec<String> {
    let mut names = Vec::new();
    for typed in raw.known_mentions.iter().flat_map(|list| &list.value) {
        match typed.0.value.parse::<ChatId>() {
            Ok(ChatId::Username(name)) => names.push(name),
            _ => fields.report(typed.0.span.clone(), ConfigProblem::KnownMention),
        }
    }
    names
}

/// The folder of the drafts, which is named like a post.
pub(super) fn inbox(raw: &RawBot<'_>, fields: &mut Fields<'_>) -> Option<PostId> {
    let typed = &raw.inbox.as_ref()?.0;
    let folder = PostId::parse(&typed.value);
    // A draft may be a folder in it.
    let is_deep = typed.value.split('/').count() >= limits::POST_FOLDERS;
    match folder {
        Ok(folder) if !is_deep => Some(folder),
        Ok(_) => {
            fields.report(typed.span.clone(), ConfigProblem::Inbox(IdError::Deep));
            None
        }
        Err(error) => {
            fields.report(typed.span.clone(), ConfigProblem::Inbox(error));
            None
        }
    }
}

/// The number of approvals. There must be enough operators who can give them.
pub(super) fn approvals(
    typed: &RawNumber<'_>,
    operators: &[Operator],
    fields: &mut Fields<'_>,
) -> u8 {
    let Some(count) =
        number(typed).and_then(|count| u8::try_from(count).ok()).filter(|count| *count <= 2)
    else {
        fields.report(typed.0.span.clone(), ConfigProblem::Approvals);
        return 0;
    };
    let able = operators.iter().filter(|operator| operator.role.may(Role::Publisher)).count();
    if able <= usize::from(count) && count > 0 {
        let problem = ConfigProblem::TooFewApprovers { able, needed: count };
        fields.report(typed.0.span.clone(), problem);
    }
    count
}

fn number(typed: &RawNumber<'_>) -> Option<i64> {
    typed.0.value.replace('_', "").parse().ok()
}

//! The operators: the config's list, which is followed while the bot runs.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::config::{BotConfig, Operator, OperatorNames, Role};

/// The current operators.
#[derive(Debug)]
pub struct Operators {
    list: Mutex<Arc<[Operator]>>,
    names: Mutex<OperatorNames>,
    /// Operators who are new or have another role, and whose menu is not set yet.
    unset: Mutex<Vec<Operator>>,
    changed: Notify,
}

/// What a new list changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperatorChange {
    /// An operator was added.
    Added(Operator),
    /// An operator was removed.
    Removed(Operator),
    /// An operator has another role than this one.
    Role(Operator, Role),
}

impl Operators {
    /// The operators of a config.
    #[must_use]
    pub fn new(bot: &BotConfig) -> Self {
        Self {
            list: Mutex::new(bot.operators.clone().into()),
            names: Mutex::new(bot.names.clone()),
            unset: Mutex::default(),
            changed: Notify::new(),
        }
    }

    /// The name that the config gives to an operator.
    #[must_use]
    pub fn name(&self, user: i64) -> Option<String> {
        self.names().of(user).map(str::to_owned)
    }

    fn names(&self) -> MutexGuard<'_, OperatorNames> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All operators.
    #[must_use]
    pub fn now(&self) -> Arc<[Operator]> {
        Arc::clone(&self.list.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The operator with this user id.
    #[must_use]
    pub fn of(&self, user: i64) -> Option<Operator> {
        self.now().iter().copied().find(|operator| operator.id == user)
    }

    /// Replaces the list by that of a new config; returns the changes of roles.
    pub fn replace(&self, bot: &BotConfig) -> Vec<OperatorChange> {
        let new: &[Operator] = &bot.operators;
        *self.names() = bot.names.clone();
        let old = {
            let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *list, new.into())
        };
        let changes = changes(&old, new);
        let unset = changes.iter().filter_map(|change| match change {
            OperatorChange::Added(operator) | OperatorChange::Role(operator, _) => Some(*operator),
            OperatorChange::Removed(_) => None,
        });
        self.unset.lock().unwrap_or_else(PoisonError::into_inner).extend(unset);
        self.changed.notify_one();
        changes
    }

    /// Waits for operators whose menu is not set yet.
    pub async fn unset(&self) -> Vec<Operator> {
        loop {
            let unset =
                std::mem::take(&mut *self.unset.lock().unwrap_or_else(PoisonError::into_inner));
            if !unset.is_empty() {
                return unset;
            }
            self.changed.notified().await;
        }
    }
}

fn changes(old: &[Operator], new: &[Operator]) -> Vec<OperatorChange> {
    let of = |list: &[Operator], id| list.iter().copied().find(|operator| operator.id == id);
    let come = new.iter().filter_map(|now| match of(old, now.id) {
        None => Some(OperatorChange::Added(*now)),
        Some(before) if before.role != now.role => Some(OperatorChange::Role(*now, before.role)),
        Some(_) => None,
    });
    let gone = old.iter().filter(|before| of(new, before.id).is_none());
    come.chain(gone.copied().map(OperatorChange::Removed)).collect()
}

impl std::fmt::Display for OperatorChange {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Added(Operator { id, role }) => {
                write!(formatter, "operator {id} was added as {}", role.name())
            }
            Self::Removed(Operator { id, .. }) => write!(formatter, "operator {id} was removed"),
            Self::Role(Operator { id, role }, before) => {
                write!(formatter, "operator {id} is now {} (was {})", role.name(), before.name())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_name_who_was_added_removed_and_changed() {
        let operator = |id, role| Operator { id, role };
        let config = |operators, name: &str| BotConfig {
            operators,
            names: OperatorNames::default().or([(2, name.to_owned())]),
            ..BotConfig::default()
        };
        let old = vec![operator(1, Role::Admin), operator(2, Role::Publisher)];
        let operators = Operators::new(&config(old, "Bo"));
        assert_eq!((operators.name(1), operators.name(2)), (None, Some("Bo".to_owned())));
        let new = config(vec![operator(2, Role::Editor), operator(3, Role::Admin)], "Boris");
        let said: Vec<_> = operators.replace(&new).iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "operator 2 is now editor (was publisher)",
                "operator 3 was added as admin",
                "operator 1 was removed"
            ]
        );
        assert_eq!(operators.of(1), None);
        assert_eq!(operators.name(2).as_deref(), Some("Boris"));
        assert!(operators.replace(&new).is_empty());
    }
}

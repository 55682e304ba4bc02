//! Who the operators are, as their apps told it last: what others call them, and the language in which they are answered. It
//! asks nobody.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::incoming::Sender;
use super::language::Language;
use crate::store::Person;

/// The people who talk to the bot.
#[derive(Debug)]
pub(super) struct People {
    known: Mutex<HashMap<i64, (String, Language)>>,
    /// The language of whoever is not known, or speaks another one.
    otherwise: Language,
}

impl People {
    /// Nobody yet.
    pub(super) fn new(otherwise: Language) -> Self {
        Self { known: Mutex::default(), otherwise }
    }

    fn of(&self, code: Option<&str>) -> Language {
        code.and_then(Language::of).unwrap_or(self.otherwise)
    }

    /// These were met before. Whom somebody else has met since then is known better.
    pub(super) fn remember(&self, people: Vec<Person>) {
        let mut known = self.lock();
        for person in people {
            let language = self.of(Some(&person.language));
            known.entry(person.id).or_insert((person.name, language));
        }
    }

    /// Somebody talks to the bot; who he is, where that is to be kept.
    pub(super) fn meet(&self, sender: &Sender) -> Option<Person> {
        let language = self.of(sender.language.as_deref());
        let now = (sender.name.clone(), language);
        if self.lock().insert(sender.id, now.clone()).as_ref() == Some(&now) {
            return None;
        }
        Some(Person { id: sender.id, name: now.0, language: language.name().to_owned() })
    }

    /// The language in which somebody is answered.
    pub(super) fn language(&self, user: i64) -> Language {
        self.lock().get(&user).map_or(self.otherwise, |(_, language)| *language)
    }

    /// The name of somebody, or the number of one who has not been met.
    pub(super) fn name(&self, user: i64) -> String {
        self.lock().get(&user).map_or_else(|| user.to_string(), |(name, _)| name.clone())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, (String, Language)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender(name: &str, language: Option<&str>) -> Sender {
        Sender { id: 5, is_bot: false, name: name.into(), language: language.map(str::to_owned) }
    }

    #[test]
    fn somebody_is_kept_when_he_differs_and_answered_as_he_was_met_last() {
        let people = People::new(Language::Ru);
        assert_eq!((people.language(5), people.name(5)), (Language::Ru, "5".into()));
        let met = people.meet(&sender("Eve", Some("en-GB"))).unwrap();
        assert_eq!((met.id, met.name.as_str(), met.language.as_str()), (5, "Eve", "en"));
        assert_eq!(people.meet(&sender("Eve", Some("en"))), None);
        assert!(people.meet(&sender("Eve", Some("ru"))).is_some());
        assert!(people.meet(&sender("Eve", Some("de"))).is_none());
        // What was kept long ago does not count against what is seen now.
        people.remember(vec![met, Person { id: 6, name: "Fay".into(), language: "en".into() }]);
        assert_eq!((people.language(5), people.language(6)), (Language::Ru, Language::En));
        assert_eq!(people.name(6), "Fay");
    }
}

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
    /// By the user's id.
    known: Mutex<HashMap<i64, Known>>,
    /// The language of whoever is not known, or speaks another one.
    otherwise: Language,
}

/// Somebody.
#[derive(Debug)]
struct Known {
    person: Person,
    /// Whether the journal knows him so.
    is_kept: bool,
}

impl People {
    /// Nobody yet.
    pub(super) fn new(otherwise: Language) -> Self {
        Self { known: Mutex::default(), otherwise }
    }

    /// These were met before. Whom somebody else has met since then is known better.
    pub(super) fn remember(&self, people: Vec<Person>) {
        let mut known = self.lock();
        for person in people {
            known.entry(person.id).or_insert(Known { person, is_kept: true });
        }
    }

    /// Somebody talks to the bot; who he is, where that is to be kept.
    pub(super) fn meet(&self, sender: &Sender) -> Option<Person> {
        let (id, name) = (sender.id, sender.name.clone());
        let person = Person { id, name, language: sender.language.clone().unwrap_or_default() };
        let now = Known { person: person.clone(), is_kept: true };
        let before = self.lock().insert(id, now);
        let is_known = before.is_some_and(|before| before.is_kept && before.person == person);
        (!is_known).then_some(person)
    }

    /// What was to be kept could not be: it is tried again when he talks again.
    pub(super) fn is_not_kept(&self, user: i64) {
        if let Some(known) = self.lock().get_mut(&user) {
            known.is_kept = false;
        }
    }

    /// The language in which somebody is answered.
    pub(super) fn language(&self, user: i64) -> Language {
        let known = self.lock().get(&user).and_then(|known| Language::of(&known.person.language));
        known.unwrap_or(self.otherwise)
    }

    /// The name of somebody, or the number of one who has not been met.
    pub(super) fn name(&self, user: i64) -> String {
        self.lock().get(&user).map_or_else(|| user.to_string(), |known| known.person.name.clone())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, Known>> {
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
        assert_eq!((met.id, met.name.as_str(), met.language.as_str()), (5, "Eve", "en-GB"));
        assert_eq!(people.meet(&sender("Eve", Some("en-GB"))), None);
        assert!(people.meet(&sender("Eve", Some("ru"))).is_some());
        // What could not be kept is kept the next time.
        people.is_not_kept(5);
        assert!(people.meet(&sender("Eve", Some("ru"))).is_some());
        assert!(people.meet(&sender("Eve", Some("ru"))).is_none());
        // What was kept long ago does not count against what is seen now.
        people.remember(vec![met, Person { id: 6, name: "Fay".into(), language: "en".into() }]);
        assert_eq!((people.language(5), people.language(6)), (Language::Ru, Language::En));
        assert_eq!(people.name(6), "Fay");
        // Whose app speaks another language is answered in the newsroom's.
        people.meet(&sender("Eve", Some("de"))).unwrap();
        assert_eq!(people.language(5), Language::Ru);
    }
}

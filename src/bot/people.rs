//! The names and languages of the people who wrote to the bot, as their apps last sent them.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::incoming::Sender;
use super::language::Language;
use crate::store::Person;

/// The people who talk to the bot.
#[derive(Debug)]
pub(super) struct People {
    known: Mutex<HashMap<i64, KnownPerson>>,
    /// The language for people who are not known, or whose app uses another language.
    otherwise: Language,
}

#[derive(Debug)]
struct KnownPerson {
    person: Person,
    /// Whether the journal has this version.
    is_saved: bool,
}

impl People {
    pub(super) fn new(otherwise: Language) -> Self {
        Self { known: Mutex::default(), otherwise }
    }

    /// Adds people from the journal. What this process has seen itself is newer.
    pub(super) fn remember(&self, people: Vec<Person>) {
        let mut known = self.lock();
        for person in people {
            known.entry(person.id).or_insert(KnownPerson { person, is_saved: true });
        }
    }

    /// Notes who wrote to the bot; returns the person if the journal has another version of them.
    pub(super) fn meet(&self, sender: &Sender) -> Option<Person> {
        let (id, name) = (sender.id, sender.name.clone());
        let person = Person { id, name, language: sender.language.clone().unwrap_or_default() };
        let now = KnownPerson { person: person.clone(), is_saved: true };
        let before = self.lock().insert(id, now);
        let is_known = before.is_some_and(|before| before.is_saved && before.person == person);
        (!is_known).then_some(person)
    }

    /// The journal could not record the person: it is tried again with their next message.
    pub(super) fn mark_unsaved(&self, user: i64) {
        if let Some(known) = self.lock().get_mut(&user) {
            known.is_saved = false;
        }
    }

    pub(super) fn language(&self, user: i64) -> Language {
        let known = self.lock().get(&user).and_then(|known| Language::of(&known.person.language));
        known.unwrap_or(self.otherwise)
    }

    /// A person's name, or their id if they have not written yet.
    pub(super) fn name(&self, user: i64) -> String {
        self.lock().get(&user).map_or_else(|| user.to_string(), |known| known.person.name.clone())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, KnownPerson>> {
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
    fn changed_person_is_recorded_and_answered_in_the_newest_language() {
        let people = People::new(Language::Ru);
        assert_eq!((people.language(5), people.name(5)), (Language::Ru, "5".into()));
        let met = people.meet(&sender("Eve", Some("en-GB"))).unwrap();
        assert_eq!((met.id, met.name.as_str(), met.language.as_str()), (5, "Eve", "en-GB"));
        assert_eq!(people.meet(&sender("Eve", Some("en-GB"))), None);
        assert!(people.meet(&sender("Eve", Some("ru"))).is_some());
        // What could not be recorded is tried again.
        people.mark_unsaved(5);
        assert!(people.meet(&sender("Eve", Some("ru"))).is_some());
        assert!(people.meet(&sender("Eve", Some("ru"))).is_none());
        // What the journal has is older than what was seen now.
        people.remember(vec![met, Person { id: 6, name: "Fay".into(), language: "en".into() }]);
        assert_eq!((people.language(5), people.language(6)), (Language::Ru, Language::En));
        assert_eq!(people.name(6), "Fay");
        // An app in another language gets the newsroom's.
        people.meet(&sender("Eve", Some("fr"))).unwrap();
        assert_eq!(people.language(5), Language::Ru);
    }
}

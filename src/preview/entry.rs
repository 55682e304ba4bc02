//! Who may look at the pages: a browser that has the cookie, which it gets for a word that nobody can guess.

use std::sync::{Mutex, PoisonError};

use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use tokio::time::Instant;

use crate::{limits, random};

/// The name of the cookie. Its path has a word of its own, so that two previews do not take it from one another and no other
/// server of this machine is sent it: browsers send cookies to every port.
const COOKIE_NAME: &str = "telepress";

/// The words of one preview.
pub(super) struct Entry {
    /// The folder of the pages: the path of the cookie.
    folder: String,
    /// What the cookie says.
    session: String,
    /// What stands in the address on the user's terminal. It leads to the pages as long as they are served: somebody may open
    /// another browser.
    printed: String,
    /// What stands in the file that opens the browser, until it was used or its time is over.
    once: Mutex<Option<Once>>,
}

struct Once {
    word: String,
    until: Instant,
}

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// The folder of the pages.
    Folder,
    /// One for which there is a cookie.
    Entry,
}

impl Entry {
    /// `None` where the system has nothing that cannot be guessed.
    pub(super) fn new() -> Option<Self> {
        let word = || random::secret().map(hexadecimal);
        Some(Self { folder: word()?, session: word()?, printed: word()?, once: Mutex::default() })
    }

    pub(super) fn folder(&self) -> &str {
        &self.folder
    }

    /// The word for the user's terminal.
    pub(super) fn printed(&self) -> &str {
        &self.printed
    }

    /// A word for one use within [`limits::PREVIEW_ENTRY`], in the place of the one before.
    pub(super) fn once(&self) -> Option<String> {
        let word = hexadecimal(random::secret()?);
        let until = Instant::now() + limits::PREVIEW_ENTRY;
        *self.once.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Once { word: word.clone(), until });
        Some(word)
    }

    /// What a word is; one that is for one use is used then.
    pub(super) fn take(&self, word: &str) -> Option<Known> {
        self.take_at(word, Instant::now())
    }

    fn take_at(&self, word: &str, now: Instant) -> Option<Known> {
        if is_same(&self.folder, word) {
            return Some(Known::Folder);
        }
        if is_same(&self.printed, word) {
            return Some(Known::Entry);
        }
        let mut once = self.once.lock().unwrap_or_else(PoisonError::into_inner);
        let used = once.take_if(|once| is_same(&once.word, word))?;
        (now < used.until).then_some(Known::Entry)
    }

    /// The header that gives a browser the cookie: for these pages alone, for no script, and for no request that comes from
    /// another site.
    pub(super) fn cookie(&self) -> String {
        let Self { folder, session, .. } = self;
        format!("{COOKIE_NAME}={session}; Path=/{folder}/; HttpOnly; SameSite=Strict")
    }

    /// Whether a request has the cookie.
    pub(super) fn is_let_in(&self, headers: &HeaderMap) -> bool {
        let texts = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let cookies =
            texts.flat_map(|text| text.split(';')).filter_map(|one| one.trim().split_once('='));
        cookies
            .filter(|(name, _)| *name == COOKIE_NAME)
            .any(|(_, value)| is_same(&self.session, value))
    }
}

/// Compared to the end whatever it is, so that time tells nothing of it.
fn is_same(known: &str, given: &str) -> bool {
    let (known, given) = (known.as_bytes(), given.as_bytes());
    let differ = known.iter().zip(given).fold(0, |differ, (known, given)| differ | (known ^ given));
    known.len() == given.len() && differ == 0
}

pub(super) fn hexadecimal(secret: [u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(secret))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_word_for_one_use_is_spent_by_it_and_by_time() {
        let entry = Entry::new().unwrap();
        let word = entry.once().unwrap();
        assert_eq!(entry.take("other"), None);
        assert_eq!([entry.take(&word), entry.take(&word)], [Some(Known::Entry), None]);
        let (first, second) = (entry.once().unwrap(), entry.once().unwrap());
        assert_eq!(entry.take(&first), None, "a newer one took its place");
        let later = Instant::now() + limits::PREVIEW_ENTRY + Duration::from_millis(1);
        assert_eq!([entry.take_at(&second, later), entry.take(&second)], [None, None]);
        assert_eq!(entry.take(entry.printed()), Some(Known::Entry));
        assert_eq!(entry.take(entry.folder()), Some(Known::Folder));
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let entry = Entry::new().unwrap();
        let cookie = entry.cookie();
        let own = cookie.split(';').next().unwrap();
        let with = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(COOKIE, value.parse().unwrap());
            }
            entry.is_let_in(&headers)
        };
        assert!(with(&[own]) && with(&["a=b", &format!("x=y; telepress=no; {own}")]));
        assert!(
            !with(&[])
                && !with(&["telepress="])
                && !with(&[&format!("x{own}"), own.get(..30).unwrap()])
        );
    }
}

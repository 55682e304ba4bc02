//! Who may see the pages: a browser with the cookie, which it gets for a secret token in the address.

use std::sync::{Mutex, PoisonError};

use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use tokio::time::Instant;

use crate::{limits, random};

/// The name of the cookie. Browsers send cookies to every port of a host; a secret path keeps two previews from overwriting each
/// other's cookie and keeps the cookie from other servers of this machine.
const COOKIE_NAME: &str = "telepress";

/// The secrets of one preview.
pub(super) struct PreviewAccess {
    /// The folder of the pages, which is the path of the cookie.
    folder: String,
    /// The value of the cookie.
    session: String,
    /// The token in the address that the terminal shows. It stays valid while the pages are served: the user may open another browser.
    printed: String,
    /// The token in the file that opens the browser, valid once and for a short time.
    once: Mutex<Option<OnceToken>>,
}

struct OnceToken {
    token: String,
    until: Instant,
}

/// What the first segment of a path is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PathSecret {
    /// The folder of the pages.
    Folder,
    /// A valid token, which is exchanged for the cookie.
    Token,
}

impl PreviewAccess {
    /// `None` if the system has no secure randomness.
    pub(super) fn new() -> Option<Self> {
        let secret = || random::secret().map(hexadecimal);
        Some(Self {
            folder: secret()?,
            session: secret()?,
            printed: secret()?,
            once: Mutex::default(),
        })
    }

    pub(super) fn folder(&self) -> &str {
        &self.folder
    }

    /// The token for the terminal.
    pub(super) fn printed(&self) -> &str {
        &self.printed
    }

    /// A token for one use within [`limits::PREVIEW_TOKEN`]; it replaces the previous one.
    pub(super) fn once(&self) -> Option<String> {
        let token = hexadecimal(random::secret()?);
        let until = Instant::now() + limits::PREVIEW_TOKEN;
        *self.once.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(OnceToken { token: token.clone(), until });
        Some(token)
    }

    /// Recognizes the first segment of a path, and uses up a token for one use.
    pub(super) fn take(&self, segment: &str) -> Option<PathSecret> {
        self.take_at(segment, Instant::now())
    }

    fn take_at(&self, segment: &str, now: Instant) -> Option<PathSecret> {
        if is_same(&self.folder, segment) {
            return Some(PathSecret::Folder);
        }
        if is_same(&self.printed, segment) {
            return Some(PathSecret::Token);
        }
        let mut once = self.once.lock().unwrap_or_else(PoisonError::into_inner);
        let used = once.take_if(|once| is_same(&once.token, segment))?;
        (now < used.until).then_some(PathSecret::Token)
    }

    /// The header that sets the cookie: only for these pages, hidden from scripts, not sent with requests from other sites.
    pub(super) fn cookie(&self) -> String {
        let Self { folder, session, .. } = self;
        format!("{COOKIE_NAME}={session}; Path=/{folder}/; HttpOnly; SameSite=Strict")
    }

    pub(super) fn has_cookie(&self, headers: &HeaderMap) -> bool {
        let texts = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let cookies =
            texts.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
        cookies
            .filter(|(name, _)| *name == COOKIE_NAME)
            .any(|(_, value)| is_same(&self.session, value))
    }
}

/// Compares in constant time.
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
    fn once_token_ends_by_use_by_time_and_by_a_newer_one() {
        let access = PreviewAccess::new().unwrap();
        let token = access.once().unwrap();
        assert_eq!(access.take("other"), None);
        assert_eq!([access.take(&token), access.take(&token)], [Some(PathSecret::Token), None]);
        let (first, second) = (access.once().unwrap(), access.once().unwrap());
        assert_eq!(access.take(&first), None, "a newer one took its place");
        let later = Instant::now() + limits::PREVIEW_TOKEN + Duration::from_millis(1);
        assert_eq!([access.take_at(&second, later), access.take(&second)], [None, None]);
        assert_eq!(access.take(access.printed()), Some(PathSecret::Token));
        assert_eq!(access.take(access.folder()), Some(PathSecret::Folder));
    }

    #[test]
    fn cookie_is_found_among_others() {
        let access = PreviewAccess::new().unwrap();
        let cookie = access.cookie();
        let own = cookie.split(';').next().unwrap();
        let with = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(COOKIE, value.parse().unwrap());
            }
            access.has_cookie(&headers)
        };
        assert!(with(&[own]) && with(&["a=b", &format!("x=y; telepress=no; {own}")]));
        assert!(
            !with(&[])
                && !with(&["telepress="])
                && !with(&[&format!("x{own}"), own.get(..30).unwrap()])
        );
    }
}

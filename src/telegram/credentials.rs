//! Loads the bot's token from a systemd credential, a file or an environment variable; never from the config or an argument.

use std::path::{Component, Path, PathBuf};

use secrecy::ExposeSecret;
use thiserror::Error;

use crate::environment::{Environment, NotText, Variable};
use crate::fs::{self, Readers, SecretFileError};
use crate::secret::{Token, TokenError};

/// Names of a systemd credential that holds the token (`LoadCredential=telepress-token:…`). The first one found counts.
const CREDENTIALS: [&str; 2] = ["telepress-token", "token"];

/// Why there is no token. No variant holds any part of what was read.
#[derive(Debug, Error)]
pub enum CredentialError {
    /// None of the places holds one.
    #[error("there is no bot token")]
    Missing,
    /// Two places hold one; choosing either would be a guess.
    #[error("TELEPRESS_TOKEN and TELEPRESS_TOKEN_FILE are both set")]
    Both,
    /// The variable is not text.
    #[error(transparent)]
    NotText(#[from] NotText),
    /// The file cannot be used.
    #[error("{origin}: {source}")]
    File {
        /// The setting that names the file.
        origin: Origin,
        /// What is wrong with it.
        source: SecretFileError,
    },
    /// The value is not a token.
    #[error("{origin}: {source}")]
    Token {
        /// Where it was found.
        origin: Origin,
        /// What is wrong with it.
        source: TokenError,
    },
}

impl CredentialError {
    /// The next step.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Missing => {
                "write the token that @BotFather shows to a file that only you can read, and set TELEPRESS_TOKEN_FILE to its path; or set TELEPRESS_TOKEN, or use `LoadCredential=telepress-token:/path` in a systemd unit"
            }
            Self::Both => "unset one of them",
            Self::NotText(_) | Self::Token { .. } => TokenError::HINT,
            // The error of the file says what to do.
            Self::File { .. } => "",
        }
    }
}

/// The source of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A systemd credential, with its path.
    Credential(PathBuf),
    /// The file that `TELEPRESS_TOKEN_FILE` names.
    File(PathBuf),
    /// `TELEPRESS_TOKEN`.
    Variable,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Credential(path) => {
                write!(formatter, "the systemd credential {}", path.display())
            }
            Self::File(path) => write!(formatter, "TELEPRESS_TOKEN_FILE={}", path.display()),
            Self::Variable => formatter.write_str("TELEPRESS_TOKEN"),
        }
    }
}

/// The bot's token: a systemd credential first, then the file that `TELEPRESS_TOKEN_FILE` names, then
/// `TELEPRESS_TOKEN`.
///
/// # Errors
///
/// When there is no token, when both variables are set, and when the value is not a token.
pub fn token(environment: &Environment) -> Result<Token, CredentialError> {
    if let Some(folder) = environment.path(Variable::CredentialsDirectory) {
        for name in CREDENTIALS {
            let path = folder.join(name);
            match fs::read_secret(&path, Readers::OwnerAndGroup) {
                // The folder exists if the unit has any credential, so the token may still be elsewhere.
                Err(SecretFileError::Missing(_)) => {}
                read => return from_file(read, Origin::Credential(path)),
            }
        }
    }
    match (environment.path(Variable::TokenFile), environment.text(Variable::Token)?) {
        (Some(_), Some(_)) => Err(CredentialError::Both),
        (Some(path), None) => {
            let readers = if is_credential(&path, environment) {
                Readers::OwnerAndGroup
            } else {
                Readers::Owner
            };
            from_file(fs::read_secret(&path, readers), Origin::File(path))
        }
        (None, Some(text)) => parse(text, Origin::Variable),
        (None, None) => Err(CredentialError::Missing),
    }
}

/// Whether a path is in systemd's credentials folder, as with `TELEPRESS_TOKEN_FILE=%d/name` in a unit. systemd protects the
/// files in it.
fn is_credential(path: &Path, environment: &Environment) -> bool {
    let climbs = path.components().any(|component| component == Component::ParentDir);
    !climbs
        && environment
            .path(Variable::CredentialsDirectory)
            .is_some_and(|folder| path.starts_with(folder))
}

fn from_file(
    read: Result<secrecy::SecretString, SecretFileError>,
    origin: Origin,
) -> Result<Token, CredentialError> {
    match read {
        Ok(text) => parse(text.expose_secret(), origin),
        Err(source) => Err(CredentialError::File { origin, source }),
    }
}

fn parse(text: &str, origin: Origin) -> Result<Token, CredentialError> {
    Token::parse(text).map_err(|source| CredentialError::Token { origin, source })
}

#[cfg(test)]
#[cfg(unix)]
#[expect(clippy::disallowed_methods, reason = "the tests make the files that are read")]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const SECRET: &str = "AAF7-g0gYncWnm5IyfZlpPRqRRv6kNAGlao";

    fn token_text(id: u64) -> String {
        format!("{id}:{SECRET}")
    }

    fn write(folder: &Path, name: &str, content: &str, mode: u32) {
        let path = folder.join(name);
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Compares the bot's id, or parts of the error.
    fn check(values: &[(Variable, String)], expected: Result<u64, &[&str]>) {
        let found =
            token(&Environment::of(values.iter().map(|(variable, value)| (*variable, value))));
        match (found, expected) {
            (Ok(token), Ok(id)) => assert_eq!(token.bot_id(), id),
            (Err(error), Err(words)) => {
                let shown = format!("{error} {} {error:?}", error.hint());
                assert!(words.iter().all(|word| shown.contains(word)), "{shown}");
                assert!(!shown.contains(SECRET) && !shown.contains("AAF7"), "{shown}");
            }
            (found, expected) => {
                panic!("{:?} instead of {expected:?}", found.map(|token| token.bot_id()))
            }
        }
    }

    #[test]
    fn credential_wins_over_the_file_and_file_excludes_the_variable() {
        use Variable::{CredentialsDirectory, Token, TokenFile};
        let folder = tempfile::tempdir().unwrap();
        let (ours, second, none) =
            (folder.path().join("ours"), folder.path().join("second"), folder.path().join("none"));
        for credentials in [&ours, &second, &none] {
            std::fs::create_dir_all(credentials).unwrap();
        }
        write(&ours, "telepress-token", &format!("{}\n", token_text(11111)), 0o440);
        write(&ours, "token", &token_text(22222), 0o400);
        write(&second, "token", &token_text(22222), 0o400);
        write(folder.path(), "file", &format!("{}\r\n", token_text(33333)), 0o600);
        let show = |path: &Path| path.to_string_lossy().into_owned();
        let file = show(&folder.path().join("file"));

        check(&[(CredentialsDirectory, show(&ours))], Ok(11111));
        check(&[(CredentialsDirectory, show(&second))], Ok(22222));
        check(&[(CredentialsDirectory, show(&ours)), (TokenFile, file.clone())], Ok(11111));
        check(&[(CredentialsDirectory, show(&none)), (TokenFile, file.clone())], Ok(33333));
        check(
            &[(CredentialsDirectory, show(&none.join("gone"))), (Token, token_text(44444))],
            Ok(44444),
        );
        check(&[(TokenFile, file.clone())], Ok(33333));
        check(&[(TokenFile, file.clone()), (Token, String::new())], Ok(33333));
        check(&[(Token, token_text(44444))], Ok(44444));
        check(
            &[(TokenFile, file), (Token, token_text(44444))],
            Err(&["TELEPRESS_TOKEN ", "TELEPRESS_TOKEN_FILE", "unset"]),
        );
        check(&[], Err(&["TELEPRESS_TOKEN_FILE", "LoadCredential=", "@BotFather"]));
    }

    #[test]
    fn group_may_read_a_credential_but_no_other_file() {
        use Variable::{CredentialsDirectory, TokenFile};
        let folder = tempfile::tempdir().unwrap();
        let credentials = folder.path().join("credentials");
        std::fs::create_dir_all(&credentials).unwrap();
        write(&credentials, "press", &token_text(11111), 0o440);
        write(folder.path(), "press", &token_text(22222), 0o440);
        let show = |path: &Path| path.to_string_lossy().into_owned();
        let directory = (CredentialsDirectory, show(&credentials));

        check(&[directory.clone(), (TokenFile, show(&credentials.join("press")))], Ok(11111));
        check(&[(TokenFile, show(&credentials.join("press")))], Err(&["mode 0440"]));
        check(
            &[directory.clone(), (TokenFile, show(&folder.path().join("press")))],
            Err(&["mode 0440"]),
        );
        check(&[directory, (TokenFile, show(&credentials.join("../press")))], Err(&["mode 0440"]));
    }

    #[test]
    fn errors_name_the_source_of_the_token() {
        use Variable::{CredentialsDirectory, Token, TokenFile};
        let folder = tempfile::tempdir().unwrap();
        let show = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        write(folder.path(), "open", &token_text(33333), 0o644);
        write(folder.path(), "quoted", &format!("\"{}\"", token_text(33333)), 0o600);
        write(folder.path(), "token", &token_text(33333), 0o444);

        check(
            &[(TokenFile, show("open"))],
            Err(&["TELEPRESS_TOKEN_FILE=", "mode 0644", "chmod 600"]),
        );
        check(&[(TokenFile, show("gone"))], Err(&["TELEPRESS_TOKEN_FILE=", "gone does not exist"]));
        check(&[(TokenFile, show("quoted"))], Err(&["TELEPRESS_TOKEN_FILE=", "quotation marks"]));
        check(
            &[(TokenFile, folder.path().to_string_lossy().into_owned())],
            Err(&["not a regular file"]),
        );
        check(&[(CredentialsDirectory, show(""))], Err(&["systemd credential", "mode 0444"]));
        check(
            &[(Token, format!("{}x y", token_text(44444)))],
            Err(&["TELEPRESS_TOKEN: ", "white space"]),
        );
    }
}

//! The environment variables that telepress uses, read once and passed on as a value; no other module reads them.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use thiserror::Error;

/// A variable that telepress uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Variable {
    /// `TELEPRESS_TOKEN`: the bot's token.
    Token,
    /// `TELEPRESS_TOKEN_FILE`: the file that holds the bot's token.
    TokenFile,
    /// `CREDENTIALS_DIRECTORY`: where systemd puts a service's credentials (`systemd.exec(5)`).
    CredentialsDirectory,
    /// `STATE_DIRECTORY`: where systemd lets a service keep files (`systemd.exec(5)`).
    StateDirectory,
    /// `XDG_STATE_HOME`: where programs keep their state (XDG Base Directory Specification).
    XdgStateHome,
    /// `HOME`: the user's folder.
    Home,
    /// `NO_COLOR`: no colour, whatever its value (<https://no-color.org>).
    NoColor,
    /// `RUST_LOG`: which log lines are shown, in the syntax of `env_logger`.
    RustLog,
    /// `COLUMNS`: how wide the terminal is.
    Columns,
    /// `USER`: the account of the user, for the journal.
    User,
    /// `LOGNAME`: the same if `USER` is not set.
    LogName,
    /// `SSH_CONNECTION`: set if the user is logged in from another machine (`ssh(1)`).
    SshConnection,
    /// `DISPLAY`: the screen of X11.
    Display,
    /// `WAYLAND_DISPLAY`: the screen of Wayland.
    WaylandDisplay,
    /// `TELEPRESS_PROXY`: the proxy to the Bot API server, with its user name and password.
    Proxy,
    /// `HTTPS_PROXY`: the proxy to https servers, in the convention of curl.
    HttpsProxy,
    /// `https_proxy`: the same.
    HttpsProxyLower,
    /// `HTTP_PROXY`: the proxy to http servers.
    HttpProxy,
    /// `http_proxy`: the same.
    HttpProxyLower,
    /// `ALL_PROXY`: the proxy to all servers.
    AllProxy,
    /// `all_proxy`: the same.
    AllProxyLower,
    /// `NO_PROXY`: the hosts that are reached without the proxies of these variables.
    NoProxy,
    /// `no_proxy`: the same.
    NoProxyLower,
    /// `TELEPRESS_COMPLETE`: the shell whose completion script asks for an answer.
    Complete,
    /// `TELEPRESS_CRASH`: the failpoint at which a test makes a debug build die.
    Crash,
}

impl Variable {
    /// Every variable.
    pub const ALL: [Self; 25] = [
        Self::Token,
        Self::TokenFile,
        Self::CredentialsDirectory,
        Self::StateDirectory,
        Self::XdgStateHome,
        Self::Home,
        Self::NoColor,
        Self::RustLog,
        Self::Columns,
        Self::User,
        Self::LogName,
        Self::SshConnection,
        Self::Display,
        Self::WaylandDisplay,
        Self::Proxy,
        Self::HttpsProxy,
        Self::HttpsProxyLower,
        Self::HttpProxy,
        Self::HttpProxyLower,
        Self::AllProxy,
        Self::AllProxyLower,
        Self::NoProxy,
        Self::NoProxyLower,
        Self::Complete,
        Self::Crash,
    ];

    /// Its name in the environment.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Token => "TELEPRESS_TOKEN",
            Self::TokenFile => "TELEPRESS_TOKEN_FILE",
            Self::CredentialsDirectory => "CREDENTIALS_DIRECTORY",
            Self::StateDirectory => "STATE_DIRECTORY",
            Self::XdgStateHome => "XDG_STATE_HOME",
            Self::Home => "HOME",
            Self::NoColor => "NO_COLOR",
            Self::RustLog => "RUST_LOG",
            Self::Columns => "COLUMNS",
            Self::User => "USER",
            Self::LogName => "LOGNAME",
            Self::SshConnection => "SSH_CONNECTION",
            Self::Display => "DISPLAY",
            Self::WaylandDisplay => "WAYLAND_DISPLAY",
            Self::Proxy => "TELEPRESS_PROXY",
            Self::HttpsProxy => "HTTPS_PROXY",
            Self::HttpsProxyLower => "https_proxy",
            Self::HttpProxy => "HTTP_PROXY",
            Self::HttpProxyLower => "http_proxy",
            Self::AllProxy => "ALL_PROXY",
            Self::AllProxyLower => "all_proxy",
            Self::NoProxy => "NO_PROXY",
            Self::NoProxyLower => "no_proxy",
            Self::Complete => "TELEPRESS_COMPLETE",
            Self::Crash => "TELEPRESS_CRASH",
        }
    }
}

/// Variables that a browser needs to find its files, its screen and its language. telepress passes no others on to the
/// programs that it starts, because some hold tokens and passwords.
const FOR_PROGRAMS: [&str; 36] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LANGUAGE",
    "LC_ALL",
    "LC_CTYPE",
    "LC_MESSAGES",
    "TZ",
    "TMPDIR",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "DBUS_SESSION_BUS_ADDRESS",
    "DESKTOP_SESSION",
    "BROWSER",
    "XDG_CURRENT_DESKTOP",
    "XDG_SESSION_TYPE",
    "XDG_RUNTIME_DIR",
    "XDG_CONFIG_HOME",
    "XDG_CONFIG_DIRS",
    "XDG_DATA_HOME",
    "XDG_DATA_DIRS",
    "XDG_CACHE_HOME",
    "WSL_DISTRO_NAME",
    "WSL_INTEROP",
    "SystemRoot",
    "SystemDrive",
    "ProgramFiles",
    "ProgramFiles(x86)",
    "APPDATA",
    "LOCALAPPDATA",
    "USERPROFILE",
    "TEMP",
];

/// Variables of the service itself, which a hook does not get: with them it could speak to systemd in telepress's name, read its
/// credentials, or open its journal.
const NOT_FOR_HOOKS: [&str; 7] = [
    "CREDENTIALS_DIRECTORY",
    "LISTEN_FDS",
    "LISTEN_PID",
    "NOTIFY_SOCKET",
    "PGPASSWORD",
    "WATCHDOG_PID",
    "WATCHDOG_USEC",
];

fn is_for_hooks(name: &str) -> bool {
    // Windows does not distinguish the case.
    let name = name.to_ascii_uppercase();
    !name.starts_with("TELEPRESS_") && !NOT_FOR_HOOKS.contains(&name.as_str())
}

/// The values of the variables. An empty value counts as not set, as in the shell's `NAME= command`.
///
/// There is no `Debug`, because it may hold the token and a password.
#[derive(Clone, Default)]
pub struct Environment {
    values: BTreeMap<Variable, OsString>,
}

/// A variable whose value is not text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the environment variable {} does not hold UTF-8 text", .0.name())]
pub struct NotText(pub Variable);

impl Environment {
    /// The environment of this process.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the environment"
    )]
    pub fn of_process() -> Self {
        Self::of(
            Variable::ALL
                .into_iter()
                .filter_map(|variable| Some((variable, std::env::var_os(variable.name())?))),
        )
    }

    /// The variables for a program that telepress starts.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the environment"
    )]
    pub fn for_programs() -> impl Iterator<Item = (&'static str, OsString)> {
        FOR_PROGRAMS.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)))
    }

    /// The variables for a hook: all except those of telepress, those that systemd means for telepress, and the journal's password.
    pub fn for_hooks() -> impl Iterator<Item = (OsString, OsString)> {
        std::env::vars_os().filter(|(name, _)| is_for_hooks(&name.to_string_lossy()))
    }

    /// The folders in which programs are looked up.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the environment"
    )]
    pub fn program_folders() -> Vec<PathBuf> {
        let folders = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&folders).collect()
    }

    /// An environment with only these values.
    #[must_use]
    pub fn of<V: Into<OsString>>(values: impl IntoIterator<Item = (Variable, V)>) -> Self {
        let values = values.into_iter().map(|(variable, value)| (variable, value.into()));
        Self { values: values.filter(|(_, value)| !value.is_empty()).collect() }
    }

    /// A variable as text.
    ///
    /// # Errors
    ///
    /// If it is set and not UTF-8.
    pub fn text(&self, variable: Variable) -> Result<Option<&str>, NotText> {
        match self.values.get(&variable) {
            None => Ok(None),
            Some(value) => value.to_str().map(Some).ok_or(NotText(variable)),
        }
    }

    /// A variable as a path, which need not be UTF-8.
    #[must_use]
    pub fn path(&self, variable: Variable) -> Option<PathBuf> {
        self.values.get(&variable).map(PathBuf::from)
    }

    /// The folders that systemd gives a service for its state, in its order (`systemd.exec(5)`).
    #[must_use]
    pub fn state_directories(&self) -> Vec<PathBuf> {
        let value = self.values.get(&Variable::StateDirectory);
        value.map_or_else(Vec::new, |value| std::env::split_paths(value).collect())
    }

    /// The folder for the marks of journals: the last one that systemd gives the service, or the user's own.
    #[must_use]
    pub fn marks(&self) -> Option<PathBuf> {
        let below =
            |folder: PathBuf| Some(folder.join("telepress")).filter(|_| folder.is_absolute());
        self.state_directories()
            .pop()
            .or_else(|| self.path(Variable::XdgStateHome).and_then(below))
            .or_else(|| self.path(Variable::Home).and_then(|home| below(home.join(".local/state"))))
    }

    /// Whether a variable is set.
    #[must_use]
    pub fn is_set(&self, variable: Variable) -> bool {
        self.values.contains_key(&variable)
    }

    /// Whether the user asked for no colour.
    #[must_use]
    pub fn no_color(&self) -> bool {
        self.is_set(Variable::NoColor)
    }

    /// The terminal's width in columns; none if it is not set, or not a number above zero.
    #[must_use]
    pub fn columns(&self) -> Option<usize> {
        let columns = self.text(Variable::Columns).ok().flatten()?;
        columns.trim().parse().ok().filter(|&columns| columns > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_get_no_variable_of_telepress() {
        for variable in FOR_PROGRAMS {
            assert!(!variable.starts_with("TELEPRESS") && !variable.starts_with("PG"));
        }
        assert!(Environment::for_programs().any(|(name, _)| name == "PATH"));
    }

    #[test]
    fn hooks_get_no_secret_of_telepress() {
        for variable in Variable::ALL.map(Variable::name) {
            assert!(!variable.starts_with("TELEPRESS") || !is_for_hooks(variable), "{variable}");
        }
        for variable in ["TELEPRESS_LATER", "Telepress_Token", "NOTIFY_SOCKET", "PGPASSWORD"] {
            assert!(!is_for_hooks(variable), "{variable}");
        }
        assert!(["PATH", "PGHOST", "https_proxy", "MY_TELEPRESS_X"].map(is_for_hooks) == [true; 4]);
    }

    #[test]
    fn empty_variable_counts_as_not_set() {
        let environment = Environment::of([
            (Variable::Token, ""),
            (Variable::NoColor, ""),
            (Variable::RustLog, "debug"),
        ]);
        assert_eq!(environment.text(Variable::Token), Ok(None));
        assert!(!environment.no_color());
        assert_eq!(environment.text(Variable::RustLog), Ok(Some("debug")));
    }

    #[test]
    fn width_is_a_number_above_zero_or_none() {
        for (value, expected) in [
            ("80", Some(80)),
            (" 132\n", Some(132)),
            ("0", None),
            ("-1", None),
            ("wide", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(
                Environment::of([(Variable::Columns, value)]).columns(),
                expected,
                "{value:?}"
            );
        }
        assert_eq!(Environment::default().columns(), None);
    }

    #[cfg(unix)]
    #[test]
    fn value_that_is_not_utf8_is_an_error_that_names_the_variable() {
        use std::os::unix::ffi::OsStringExt;
        let bytes = OsString::from_vec(vec![b'/', 0xff]);
        let environment = Environment::of(Variable::ALL.map(|variable| (variable, bytes.clone())));
        for variable in Variable::ALL {
            let error = environment.text(variable).unwrap_err();
            assert!(error.to_string().contains(variable.name()), "{error}");
            assert_eq!(environment.path(variable), Some(PathBuf::from(bytes.clone())));
        }
        assert_eq!(environment.columns(), None);
    }
}

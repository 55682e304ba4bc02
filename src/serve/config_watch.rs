//! Follows the config file while `serve` runs. A change of the operators is reloaded at once, any other change after a restart.

use std::time::Duration;

use tokio::time::Instant;
use toml::{Table, Value};

use crate::bot::operators::Operators;
use crate::config::BotConfig;
use crate::fs::{self, Stamp};
use crate::limits;
use crate::newsroom::{Newsroom, Opened};
use crate::secret;

/// The key that is followed.
const FOLLOWED_KEY: &str = "bot.operators";

/// The last known state of the config file.
pub(super) struct ConfigWatch<'c> {
    newsroom: &'c Newsroom,
    /// The config with which this process started.
    started: Table,
    /// The version of the file that was read.
    read: Option<Stamp>,
    /// A newer version and when it was first seen: an editor may still be writing it.
    settling: Option<(Option<Stamp>, Instant)>,
    /// The last error, which is logged once.
    complaint: Option<String>,
    /// The keys that were last reported to need a restart.
    reported: Vec<String>,
}

/// Whether to look at the file again soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ConfigChange {
    /// The file is stable.
    Settled,
    /// Someone may be writing the file.
    Soon,
}

/// The content of a stable file.
enum ConfigContent {
    /// A valid config: its bot with the operators, and the whole table.
    Valid(Box<BotConfig>, Table),
    /// The first error.
    Invalid(String),
}

impl<'c> ConfigWatch<'c> {
    pub(super) fn new(newsroom: &'c Newsroom) -> Self {
        let text = fs::read_text(&newsroom.places.config).unwrap_or_default();
        Self {
            newsroom,
            // Without passwords.
            started: secret::mask_config(&text).parse().unwrap_or_default(),
            // `None`, so that a change since the config was read is noticed.
            read: None,
            settling: None,
            complaint: None,
            reported: Vec::new(),
        }
    }

    /// Looks whether the file has changed. `operators` is `None` if the service started without a chat.
    pub(super) fn scan(&mut self, operators: Option<&Operators>) -> ConfigChange {
        let stamp = Stamp::of(&self.newsroom.places.config);
        if stamp.is_some() && stamp == self.read {
            self.settling = None;
            return ConfigChange::Settled;
        }
        let since = match &self.settling {
            Some((known, since)) if *known == stamp => *since,
            _ => {
                self.settling = Some((stamp, Instant::now()));
                return ConfigChange::Soon;
            }
        };
        if since.elapsed() < limits::FILE_SETTLES {
            return ConfigChange::Soon;
        }
        match self.read_file() {
            ConfigContent::Invalid(why) => {
                // A file that is cut off or missing for a moment is being saved.
                if since.elapsed() < SAVE_PERIOD {
                    return ConfigChange::Soon;
                }
                self.complain(why);
            }
            ConfigContent::Valid(new, table) => {
                let had = operators.is_some_and(|operators| !operators.now().is_empty());
                if new.operators.is_empty() && had && since.elapsed() < SAVE_PERIOD {
                    return ConfigChange::Soon;
                }
                self.follow(operators, &new, &table);
            }
        }
        self.read = stamp;
        ConfigChange::Settled
    }

    fn read_file(&self) -> ConfigContent {
        match Newsroom::open(self.newsroom.places.clone()) {
            Opened::Valid(_, report) if report.source.text.trim().is_empty() => {
                ConfigContent::Invalid("it is empty".to_owned())
            }
            Opened::Valid(newsroom, report) => match report.source.text.parse() {
                Ok(table) => ConfigContent::Valid(newsroom.config.bot.into(), table),
                Err(_) => ConfigContent::Invalid("it is not TOML".to_owned()),
            },
            Opened::Invalid(report) => {
                let first = report.first_error().map(|error| error.to_string());
                ConfigContent::Invalid(first.unwrap_or_else(|| "it has errors".to_owned()))
            }
            Opened::Unreadable(path, error) => {
                ConfigContent::Invalid(format!("{}: {error}", path.display()))
            }
        }
    }

    fn complain(&mut self, why: String) {
        if self.complaint.as_ref() != Some(&why) {
            log::error!("the config has errors; keeping its last good version: {why}");
            self.complaint = Some(why);
        }
    }

    fn follow(&mut self, operators: Option<&Operators>, new: &BotConfig, table: &Table) {
        if self.complaint.take().is_some() {
            log::info!("the config is valid again");
        }
        let mut restart = Vec::new();
        differences("", &self.started, table, &mut restart);
        match operators {
            Some(operators) => {
                restart.retain(|key| key != FOLLOWED_KEY);
                for change in operators.replace(new) {
                    log::warn!("the config has changed: {change}");
                }
            }
            // There is no chat to which operators could be added.
            None if new.operators.is_empty() => restart.retain(|key| key != FOLLOWED_KEY),
            None => {}
        }
        if restart != self.reported && !restart.is_empty() {
            let keys: Vec<_> = restart.iter().map(|key| format!("`{key}`")).collect();
            log::warn!(
                "the config has changed: restart `serve` for the new {} of {}",
                if keys.len() == 1 { "value" } else { "values" },
                keys.join(", ")
            );
        }
        self.reported = restart;
    }
}

/// How long an empty or broken config may be one that is being saved.
const SAVE_PERIOD: Duration = limits::CONFIG_SETTLES;

/// The keys whose values differ.
fn differences(prefix: &str, old: &Table, new: &Table, found: &mut Vec<String>) {
    let mut keys: Vec<_> = old.keys().chain(new.keys()).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match (old.get(key), new.get(key)) {
            (Some(Value::Table(old)), Some(Value::Table(new))) => {
                differences(&path, old, new, found);
            }
            (None, Some(Value::Table(new))) => differences(&path, &Table::new(), new, found),
            (Some(Value::Table(old)), None) => differences(&path, old, &Table::new(), found),
            (old, new) if old != new => found.push(path),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_named_by_their_keys() {
        let table = |text: &str| text.parse::<Table>().unwrap();
        let old = table("a = 1\nbot = { operators = [1], language = \"en\" }\nchannels.x.chat = 1");
        let new = table("bot = { operators = [2], language = \"en\" }\nchannels.y.chat = 1\nb = 2");
        let mut found = Vec::new();
        differences("", &old, &new, &mut found);
        assert_eq!(found, ["a", "b", "bot.operators", "channels.x.chat", "channels.y.chat"]);
    }
}

//! The config file, followed while `serve` runs: who the operators are counts at once, everything else when it is started
//! again.

use std::time::Duration;

use tokio::time::Instant;
use toml::{Table, Value};

use crate::bot::operators::Operators;
use crate::config::Operator;
use crate::fs::{self, Stamp};
use crate::limits;
use crate::newsroom::{Newsroom, Opened};
use crate::secret;

/// The key that is followed.
const FOLLOWED: &str = "bot.operators";

/// The config file, as it was looked at last.
pub(super) struct ConfigWatch<'c> {
    newsroom: &'c Newsroom,
    /// What the file says that this process was started with.
    started: Table,
    /// The file whose content counts.
    read: Option<Stamp>,
    /// Another file, and since when it is as it is: an editor may be writing it.
    settling: Option<(Option<Stamp>, Instant)>,
    /// The last complaint about it, which is made once.
    complaint: Option<String>,
    /// Keys that count when `serve` is started again, as they were reported last.
    reported: Vec<String>,
}

/// Whether to look again soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ConfigChange {
    /// Nothing is known to change.
    Settled,
    /// Somebody may be writing.
    Soon,
}

/// What a file that stands still says.
enum ConfigContent {
    /// A good config: its operators, and all of it by keys.
    Good(Vec<Operator>, Table),
    /// Why it is none.
    Bad(String),
}

impl<'c> ConfigWatch<'c> {
    pub(super) fn new(newsroom: &'c Newsroom) -> Self {
        let text = fs::read_text(&newsroom.places.config).unwrap_or_default();
        Self {
            newsroom,
            // As it is shown, with no password in it.
            started: secret::mask_journal_url(&text).parse().unwrap_or_default(),
            // What was written since the config was read is looked at too.
            read: None,
            settling: None,
            complaint: None,
            reported: Vec::new(),
        }
    }

    /// Looks whether the file has changed. Without `operators` nobody could talk to the bot when it was started.
    pub(super) fn look(&mut self, operators: Option<&Operators>) -> ConfigChange {
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
        match self.said() {
            ConfigContent::Bad(why) => {
                // A file that is cut off or away for a moment is being saved.
                if since.elapsed() < SAVED {
                    return ConfigChange::Soon;
                }
                self.complain(why);
            }
            ConfigContent::Good(new, table) => {
                let had = operators.is_some_and(|operators| !operators.now().is_empty());
                if new.is_empty() && had && since.elapsed() < SAVED {
                    return ConfigChange::Soon;
                }
                self.follow(operators, &new, &table);
            }
        }
        self.read = stamp;
        ConfigChange::Settled
    }

    fn said(&self) -> ConfigContent {
        match Newsroom::open(self.newsroom.places.clone()) {
            Opened::Good(_, report) if report.source.text.trim().is_empty() => {
                ConfigContent::Bad("it is empty".to_owned())
            }
            Opened::Good(newsroom, report) => match report.source.text.parse() {
                Ok(table) => ConfigContent::Good(newsroom.config.bot.operators, table),
                Err(_) => ConfigContent::Bad("it is not TOML".to_owned()),
            },
            Opened::Bad(report) => {
                let first = report.first_error().map(|error| error.to_string());
                ConfigContent::Bad(first.unwrap_or_else(|| "it has errors".to_owned()))
            }
            Opened::Unreadable(path, fault) => {
                ConfigContent::Bad(format!("{}: {fault}", path.display()))
            }
        }
    }

    fn complain(&mut self, why: String) {
        if self.complaint.as_ref() != Some(&why) {
            log::error!("the config has errors, so its last good version stays in force: {why}");
            self.complaint = Some(why);
        }
    }

    fn follow(&mut self, operators: Option<&Operators>, new: &[Operator], table: &Table) {
        if self.complaint.take().is_some() {
            log::info!("the config is valid again");
        }
        let mut restart = Vec::new();
        differences("", &self.started, table, &mut restart);
        match operators {
            Some(operators) => {
                restart.retain(|key| key != FOLLOWED);
                for change in operators.replace(new) {
                    log::warn!("the config has changed: {change}");
                }
            }
            // There is no chat that anybody could be let into.
            None if new.is_empty() => restart.retain(|key| key != FOLLOWED),
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

/// How long a config that says nothing, or nothing good, is taken for one that is being saved.
const SAVED: Duration = limits::CONFIG_SETTLES;

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
